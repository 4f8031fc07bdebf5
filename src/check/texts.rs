//! Texts and prefixes: do two arms claim the same text?
//!
//! Takes what arms claim of a text column; gives the distinct patterns and the overlaps, each with a text of both. A
//! prefix within another arm's prefix is an overlap. Linear in the length of the patterns.

use std::collections::HashMap;

use crate::diagnostics::Span;
use crate::plan::TextPattern;

#[derive(Debug, Clone)]
pub(super) struct TextClaim {
    pub pattern: TextPattern,
    pub arm: u32,
    pub span: Span,
}

#[derive(Debug, Default)]
pub(super) struct Texts {
    /// As written, without those that repeat a part of their own arm.
    pub claims: Vec<TextClaim>,
    /// The later and the earlier claim, and a text of both.
    pub overlaps: Vec<(TextClaim, TextClaim, String)>,
    pub repeated: Vec<TextClaim>,
}

pub(super) fn lay(claims: Vec<TextClaim>) -> Texts {
    let mut exact: HashMap<&str, usize> = HashMap::new();
    let mut prefixes: HashMap<&str, usize> = HashMap::new();
    for (i, claim) in claims.iter().enumerate() {
        match &claim.pattern {
            TextPattern::Exactly(text) => exact.entry(text).or_insert(i),
            TextPattern::StartsWith(prefix) => prefixes.entry(prefix).or_insert(i),
        };
    }
    let mut texts = Texts::default();
    for (i, claim) in claims.iter().enumerate() {
        let (text, own) = match &claim.pattern {
            TextPattern::Exactly(text) => (text.as_str(), exact.get(text.as_str())),
            TextPattern::StartsWith(prefix) => (prefix.as_str(), prefixes.get(prefix.as_str())),
        };
        let same = own.copied().filter(|first| *first < i);
        // The shortest prefix that covers this claim; itself does not count.
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let covering = ends.filter_map(|end| prefixes.get(&text[..end]).copied()).find(|other| *other != i);
        let Some(other) = same.or(covering).filter(|other| *other != i) else {
            texts.claims.push(claim.clone());
            continue;
        };
        let earlier = &claims[other];
        if earlier.arm == claim.arm {
            texts.repeated.push(claim.clone());
        } else {
            let (first, second) = if other < i { (earlier, claim) } else { (claim, earlier) };
            texts.overlaps.push((second.clone(), first.clone(), text.to_owned()));
            texts.claims.push(claim.clone());
        }
    }
    texts
}
