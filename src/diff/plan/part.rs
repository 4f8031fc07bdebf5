//! The items of a side as texts: without comments and `was`, in the head's names.
//!
//! Invariant: a part's tokens are those of its source but for what was renamed, so a place in its canonical layout can
//! be found again in the source by counting characters ([`Part::line`]).

use std::collections::BTreeMap;
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::names::{self, Mention, declared};
use super::renames::Renames;
use crate::diagnostics::{FileId, Sources};
use crate::syntax::{self, ast, tokens_of};

/// A plan as it was read: its files and their texts.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    pub files: &'a [ast::File],
    pub sources: &'a Sources,
}

pub(super) struct Side<'a> {
    pub parts: Vec<Part<'a>>,
    sources: &'a Sources,
    /// What every let, weight, dimension and segment is, by its own name.
    terms: BTreeMap<String, &'static str>,
}

pub(super) struct Part<'a> {
    pub item: &'a ast::Item,
    file: &'a ast::File,
    pub kind: &'static str,
    /// As the head calls it.
    pub name: Option<String>,
    mentions: Vec<Mention>,
    /// In the names of its own side.
    original: Cut,
    /// In the names of the head.
    pub text: String,
    pub tokens: Vec<String>,
}

/// A text without some of its parts.
struct Cut {
    text: String,
    /// Where the pieces that are left begin, here and in the source.
    pieces: Vec<(usize, usize)>,
}

impl<'a> Side<'a> {
    /// `use` items are left out: where an item stands does not matter.
    pub fn new(written: Written<'a>) -> Self {
        let mut side = Self { parts: Vec::new(), sources: written.sources, terms: BTreeMap::new() };
        for file in written.files {
            for item in file.items.iter().filter(|item| !matches!(item.kind, ast::ItemKind::Use(_))) {
                let (kind, name, was) = declared(&item.kind);
                let mut edits = Vec::new();
                if let (Some(name), Some(was)) = (name, was) {
                    edits.push((name.span.end as usize..was.span.end as usize, String::new()));
                }
                let original = cut(side.sources, file, item.span.range(), edits);
                let name = name.map(|name| name.text.clone());
                if let Some(name) = name.clone().filter(|_| ["let", "weight", "dimension", "segment"].contains(&kind)) {
                    side.terms.insert(name, kind);
                }
                let mentions = names::mentions(item);
                let text = original.text.clone();
                let tokens = tokens(&text);
                side.parts.push(Part { item, file, kind, name, mentions, original, text, tokens });
            }
        }
        side
    }

    /// Puts every text into the head's names.
    pub fn translate(&mut self, renames: &Renames) {
        for part in &mut self.parts {
            let mut edits = edits(&part.mentions, &self.terms, renames, part.item.span.range());
            let (_, name, was) = declared(&part.item.kind);
            if let (Some(name), Some(was)) = (name, was) {
                edits.push((name.span.end as usize..was.span.end as usize, String::new()));
            }
            part.text = cut(self.sources, part.file, part.item.span.range(), edits).text;
            part.tokens = tokens(&part.text);
            part.name = name.map(|name| renames.name_now(part.kind, &name.text).to_owned());
        }
    }

    /// Every word that is written somewhere.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(|part| syntax::words_of(&part.original.text))
    }

    pub fn name_of(&self, file: FileId) -> &str {
        &self.sources.get(file).name
    }

    /// Tokens of a piece of an item, in the names that `renames` give.
    pub fn tokens_at(&self, part: &Part<'_>, range: Range<usize>, renames: &Renames) -> Vec<String> {
        tokens(&self.written_at(part, range, renames))
    }

    /// The same as it is written, without comments.
    pub fn written_at(&self, part: &Part<'_>, range: Range<usize>, renames: &Renames) -> String {
        let edits = edits(&part.mentions, &self.terms, renames, range.clone());
        cut(self.sources, part.file, range, edits).text
    }
}

impl Part<'_> {
    /// What the patterns of an arm of this dimension say.
    pub fn patterns_of(&self, arm: &ast::DimensionArm, side: &Side<'_>, renames: &Renames) -> Vec<String> {
        let Some((first, last)) = arm.patterns.first().zip(arm.patterns.last()) else { return Vec::new() };
        side.tokens_at(self, first.span.start as usize..last.span.end as usize, renames)
    }

    /// Canonical layout, in the head's names and in its own.
    pub fn canonical(&self) -> (String, String) {
        let text = canonical(&self.text);
        let original = if self.text == self.original.text { text.clone() } else { canonical(&self.original.text) };
        (text, original)
    }

    pub fn file(&self) -> FileId {
        self.file.id
    }

    /// The name that it had before its own side.
    pub fn was(&self) -> Option<&str> {
        declared(&self.item.kind).2.map(|was| was.text.as_str())
    }

    /// Its name in its own side.
    pub fn own_name(&self) -> Option<&str> {
        declared(&self.item.kind).1.map(|name| name.text.as_str())
    }

    /// The line of the source on which a place of the original canonical layout is written.
    pub fn line(&self, canonical: &str, at: usize, sources: &Sources) -> u32 {
        let counts = |c: &char| !c.is_whitespace() && *c != ',';
        let before = canonical[..at].chars().filter(counts).count();
        let there = self.original.text.char_indices().filter(|(_, c)| counts(c)).nth(before);
        let offset = there.map_or(self.original.text.len(), |(offset, _)| offset);
        let piece = self.original.pieces.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        let (here, source) = self.original.pieces.get(piece).copied().unwrap_or((0, self.item.span.start as usize));
        sources.get(self.file.id).position(source + offset - here).line as u32
    }

    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    pub fn sources<'s>(&self, side: &'s Side<'_>) -> &'s Sources {
        side.sources
    }
}

/// One layout for one item; what the formatter will not touch stays as it is.
fn canonical(text: &str) -> String {
    let laid_out = syntax::format(FileId::default(), text).unwrap_or_else(|_| text.to_owned());
    laid_out.trim_end().to_owned()
}

fn edits(
    mentions: &[Mention],
    terms: &BTreeMap<String, &'static str>,
    renames: &Renames,
    within: Range<usize>,
) -> Vec<(Range<usize>, String)> {
    let inside = |mention: &&Mention| {
        let span = mention.span.range();
        within.start <= span.start && span.end <= within.end
    };
    let renamed = |mention: &Mention| Some((mention.span.range(), renames.now(mention, terms)?.to_owned()));
    mentions.iter().filter(inside).filter_map(renamed).collect()
}

/// A piece of a file without its comments, and with some places written anew.
fn cut(sources: &Sources, file: &ast::File, range: Range<usize>, mut edits: Vec<(Range<usize>, String)>) -> Cut {
    let first = file.comments.partition_point(|comment| (comment.span.start as usize) < range.start);
    let comments = file.comments[first..].iter().take_while(|comment| (comment.span.start as usize) < range.end);
    edits.extend(comments.map(|comment| (comment.span.range(), String::new())));
    edits.sort_by_key(|(range, _)| range.start);
    let source = &sources.get(file.id).text;
    let (mut text, mut pieces, mut at) = (String::new(), Vec::new(), range.start);
    for (place, now) in edits {
        // A place may be mentioned twice.
        if place.start < at {
            continue;
        }
        pieces.push((text.len(), at));
        text.push_str(&source[at..place.start]);
        text.push_str(&now);
        at = place.end.min(range.end);
    }
    pieces.push((text.len(), at));
    text.push_str(&source[at..range.end]);
    Cut { text, pieces }
}

/// The tokens that count; numbers by what they say.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    for token in tokens_of(text) {
        if token.as_bytes()[0].is_ascii_digit() {
            let (number, unit) = number(token);
            tokens.push(number);
            tokens.extend(unit);
        } else {
            tokens.push(token.to_owned());
        }
    }
    tokens
}

/// `1_000` and `1k` are `1000`; the unit stands apart.
fn number(token: &str) -> (String, Option<String>) {
    let digits = token.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.').unwrap_or(token.len());
    let (digits, suffix) = token.split_at(digits);
    // A date.
    if suffix.starts_with('-') {
        return (token.to_owned(), None);
    }
    let (power, unit) = match suffix.as_bytes().first() {
        Some(b'k') if suffix != "km" => ("e3", &suffix[1..]),
        Some(b'M') => ("e6", &suffix[1..]),
        Some(b'B') => ("e9", &suffix[1..]),
        _ => ("", suffix),
    };
    let plain: String = digits.chars().filter(|c| *c != '_').chain(power.chars()).collect();
    let number = plain.parse::<f64>().map_or(plain, |value| value.to_string());
    (number, (!unit.is_empty()).then(|| unit.to_owned()))
}

/// The part of the tokens of both that they have in common, in order: 1 for equal, 0 for nothing.
pub(super) fn likeness(a: &[String], b: &[String]) -> f64 {
    if a == b {
        return 1.0;
    }
    let equal = capture_diff_slices(Algorithm::Myers, a, b).into_iter().filter(|op| op.tag() == DiffTag::Equal);
    let equal: usize = equal.map(|op| op.old_range().len()).sum();
    2.0 * equal as f64 / (a.len() + b.len()) as f64
}
