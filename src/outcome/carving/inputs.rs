//! The fingerprint of what a carve was asked: another one makes its alignment stale.
//!
//! It is taken over the words of the plan, not over their places: the carve itself, the weights that it balances and
//! whatever `let` they mention, without comments, blanks and reasons. Accounts and seats are deliberately absent: data
//! drift never makes an alignment stale, and seats are compared one by one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::diagnostics::Sources;
use crate::plan::{Carve, Plan};
use crate::syntax::ast::{File, ItemKind};

/// 32 hexadecimal digits.
pub fn fingerprint(plan: &Plan, carve: &Carve, files: &[File], sources: &Sources) -> String {
    let mut texts = vec![asked(words(sources.text(carve.span)))];
    for balance in &carve.balances {
        texts.push(words(sources.text(plan.weights[balance.weight as usize].span)));
    }
    // Lets that are mentioned, and those that these mention.
    let lets: Vec<(&str, Vec<String>)> = (files.iter().flat_map(|f| &f.items))
        .filter_map(|item| match &item.kind {
            ItemKind::Let(it) => Some((it.name.text.as_str(), words(sources.text(item.span)))),
            _ => None,
        })
        .collect();
    let mut taken = BTreeSet::new();
    let mut next = 0;
    while next < texts.len() {
        let mentioned: Vec<_> = lets.iter().filter(|(name, _)| texts[next].iter().any(|w| w == name)).collect();
        for (name, text) in mentioned {
            if taken.insert(*name) {
                texts.push(text.clone());
            }
        }
        next += 1;
    }
    let fixed = 1 + carve.balances.len();
    texts[fixed..].sort();
    let mut hash = Sha256::new();
    for text in texts {
        for word in text {
            hash.update(word.as_bytes());
            hash.update([0]);
        }
        hash.update([1]);
    }
    hash.finalize().iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Where a clause of a carve begins.
const CLAUSES: [&str; 14] = [
    "seats",
    "overcarve",
    "headroom",
    "unit",
    "balance",
    "compact",
    "contiguous",
    "keep",
    "open",
    "accounts",
    "mix",
    "together",
    "apart",
    "eligible",
];

/// The words of a carve without the clauses that bear on no unit: how many seats are open shows in the seats, who covers
/// them and what room is left in the owners and the report.
fn asked(words: Vec<String>) -> Vec<String> {
    let mut silent = false;
    let mut asked = Vec::new();
    for word in words {
        if CLAUSES.contains(&word.as_str()) {
            silent = matches!(word.as_str(), "overcarve" | "headroom" | "open");
        }
        if !silent || word == "}" {
            asked.push(word);
        }
    }
    asked
}

/// The words and signs of a piece of plan, without comments, blanks and `because "…"`.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '#' => while chars.next_if(|c| *c != '\n').is_some() {},
            '"' => {
                let mut word = String::from('"');
                while let Some(c) = chars.next() {
                    word.push(c);
                    if c == '\\' {
                        word.extend(chars.next());
                    } else if c == '"' {
                        break;
                    }
                }
                if words.last().is_some_and(|w| w == "because") {
                    words.pop();
                } else {
                    words.push(word);
                }
            }
            c if c.is_whitespace() => {}
            c if is_word(c) => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| is_word(*c)) {
                    word.push(c);
                }
                words.push(word);
            }
            c => words.push(c.to_string()),
        }
    }
    words
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::{asked, words};

    #[test]
    fn layout_comments_and_reasons_do_not_count() {
        let plain = words("carve a \"A-{n}\" { overcarve 15% unit zip }");
        let dressed = words("carve a \"A-{n}\" {\n  overcarve 15%   # room\n  unit zip because \"say \\\"zip\\\"\"\n}");
        assert_eq!(plain, dressed);
        assert_ne!(plain, words("carve a \"A-{n}\" { overcarve 15% unit zap }"));
    }

    #[test]
    fn open_seats_and_room_are_not_asked_of_the_solver() {
        let of = |text: &str| asked(words(text));
        let plain = of("carve a { seats 3 unit zip balance w within 5% }");
        assert_eq!(
            plain,
            of("carve a { seats 3 overcarve 15% unit zip headroom 2 * x open covered by nearest balance w within 5% }")
        );
        assert_ne!(plain, of("carve a { seats 3 unit zip balance w within 6% }"));
    }
}
