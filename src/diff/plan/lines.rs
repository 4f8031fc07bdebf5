//! What differs between two canonical texts of one item, fact by fact.
//!
//! A line is what the formatter keeps together: an arm, a clause, a header, with the lines that go on with it. A fact is
//! the least set of lines that makes sense alone: an arm and the one that takes over from it (they share a value that
//! comes or goes), a brace and the one that closes it. Blanks between tokens never differ.

use std::collections::BTreeSet;
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::part::tokens;

/// Lines of a canonical text, each with the lines that go on with it.
pub(super) struct Lines {
    pub texts: Vec<String>,
    /// Where each begins.
    pub starts: Vec<usize>,
    pub tokens: Vec<Vec<String>>,
}

/// Lines of both texts in one place; either range may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

/// The pieces of both texts in order, changed or not, and which fact each belongs to.
pub(super) struct Difference {
    pub pieces: Vec<(Piece, Option<usize>)>,
    pub facts: usize,
}

impl Lines {
    pub fn new(canonical: &str) -> Self {
        let mut lines = Self { texts: Vec::new(), starts: Vec::new(), tokens: Vec::new() };
        let (mut start, mut indentation) = (0, 0);
        for line in canonical.split('\n') {
            let deep = line.len() - line.trim_start().len();
            match lines.texts.last_mut() {
                Some(last) if line.trim_start().starts_with(')') || (deep > indentation && !last.ends_with('{')) => {
                    last.push('\n');
                    last.push_str(line);
                }
                _ => {
                    indentation = deep;
                    lines.texts.push(line.to_owned());
                    lines.starts.push(start + deep);
                }
            }
            start += line.len() + 1;
        }
        lines.tokens = lines.texts.iter().map(|text| tokens(text)).collect();
        lines
    }
}

impl Difference {
    /// The pieces of a fact.
    pub fn of(&self, fact: usize) -> Vec<&Piece> {
        self.pieces.iter().filter(|(_, of)| *of == Some(fact)).map(|(piece, _)| piece).collect()
    }
}

/// Compares two texts of an item of this kind.
pub(super) fn compare(kind: &str, old: &Lines, new: &Lines) -> Difference {
    let mut pieces: Vec<(Piece, bool)> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old.tokens, &new.tokens) {
        let (tag, before, after) = op.as_tag_tuple();
        if tag == DiffTag::Equal {
            pieces.push((Piece { old: before, new: after }, false));
        } else {
            split(kind, old, new, before, after, &mut pieces);
        }
    }
    let mut groups = Groups((0..pieces.len()).collect());
    balance(old, new, &pieces, &mut groups);
    relate(old, new, &pieces, &mut groups);
    let mut seen: Vec<usize> = Vec::new();
    let mut numbered = Vec::new();
    for (at, (piece, changed)) in pieces.into_iter().enumerate() {
        let fact = changed.then(|| {
            let group = groups.of(at);
            seen.iter().position(|known| *known == group).unwrap_or_else(|| {
                seen.push(group);
                seen.len() - 1
            })
        });
        numbered.push((piece, fact));
    }
    Difference { pieces: numbered, facts: seen.len() }
}

/// Lines that were replaced, apart where their left sides say what belongs together.
fn split(
    kind: &str,
    old: &Lines,
    new: &Lines,
    before: Range<usize>,
    after: Range<usize>,
    into: &mut Vec<(Piece, bool)>,
) {
    let keys = |lines: &Lines, range: &Range<usize>| -> Vec<String> {
        lines.tokens[range.clone()].iter().map(|tokens| left(kind, tokens)).collect()
    };
    let (old_keys, new_keys) = (keys(old, &before), keys(new, &after));
    for op in capture_diff_slices(Algorithm::Myers, &old_keys, &new_keys) {
        let (tag, a, b) = op.as_tag_tuple();
        let (a, b) = (before.start + a.start..before.start + a.end, after.start + b.start..after.start + b.end);
        match tag {
            DiffTag::Equal => {
                let pairs = a.clone().zip(b.clone());
                into.extend(pairs.map(|(a, b)| {
                    let changed = old.tokens[a] != new.tokens[b];
                    (Piece { old: a..a + 1, new: b..b + 1 }, changed)
                }));
            }
            DiffTag::Delete => into.extend(a.map(|a| (Piece { old: a..a + 1, new: b.start..b.start }, true))),
            DiffTag::Insert => into.extend(b.map(|b| (Piece { old: a.start..a.start, new: b..b + 1 }, true))),
            DiffTag::Replace => into.push((Piece { old: a, new: b }, true)),
        }
    }
}

/// What tells a line among its neighbours.
fn left(kind: &str, tokens: &[String]) -> String {
    let head = match kind {
        "coverage" | "weight" | "segment" => tokens.iter().position(|token| token == "->").unwrap_or(tokens.len()),
        "carve" if tokens.first().is_some_and(|first| first == "balance") => 2,
        _ => 1,
    };
    tokens[..head.min(tokens.len())].join(" ")
}

/// Which pieces belong to one fact: each points to an earlier one of its group, or to itself.
struct Groups(Vec<usize>);

impl Groups {
    fn of(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        let (first, later) = (a.min(b), a.max(b));
        self.0[later] = first;
    }
}

/// Joins pieces until each group opens and closes as many braces in both texts.
fn balance(old: &Lines, new: &Lines, pieces: &[(Piece, bool)], groups: &mut Groups) {
    let net = |lines: &Lines, range: &Range<usize>| -> i64 {
        let tokens = lines.tokens[range.clone()].iter().flatten();
        tokens.map(|token| i64::from(token == "{") - i64::from(token == "}")).sum()
    };
    let (mut open, mut first) = (0, None);
    for (at, (piece, _)) in pieces.iter().enumerate().filter(|(_, (_, changed))| *changed) {
        if let Some(first) = first {
            groups.join(first, at);
        }
        open += net(new, &piece.new) - net(old, &piece.old);
        first = (open != 0).then_some(first.unwrap_or(at));
    }
}

/// Joins pieces that give or take the same value.
fn relate(old: &Lines, new: &Lines, pieces: &[(Piece, bool)], groups: &mut Groups) {
    let mut values: Vec<(usize, BTreeSet<&str>)> = Vec::new();
    for (at, (piece, _)) in pieces.iter().enumerate().filter(|(_, (_, changed))| *changed) {
        let mut moved: Vec<&str> = Vec::new();
        let (was, is) = (&old.tokens[piece.old.clone()], &new.tokens[piece.new.clone()]);
        let mut left: Vec<&str> = is.iter().flat_map(|line| values_of(line)).collect();
        for value in was.iter().flat_map(|line| values_of(line)) {
            match left.iter().position(|other| *other == value) {
                Some(found) => drop(left.swap_remove(found)),
                None => moved.push(value),
            }
        }
        moved.extend(left);
        values.push((at, moved.into_iter().collect()));
    }
    for (n, (at, moved)) in values.iter().enumerate() {
        for (other, also) in &values[..n] {
            if !moved.is_disjoint(also) {
                groups.join(*other, *at);
            }
        }
    }
}

/// Words that join values and are none themselves.
const WORDS: &[&str] = &[
    "carve",
    "pool",
    "territory",
    "exclude",
    "split",
    "owner",
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "then",
    "case",
    "when",
    "between",
    "default",
    "within",
    "inside",
    "by",
    "of",
    "order",
    "segment",
    "reps",
    "where",
    "point",
    "lat",
    "lon",
    "true",
    "false",
    "unproved",
    "h",
    "min",
    "d",
    "km",
    "mi",
];

fn values_of(line: &[String]) -> impl Iterator<Item = &str> {
    let reason = line.iter().position(|token| token == "because").unwrap_or(line.len());
    let counts = |token: &&str| {
        let first = token.chars().next().unwrap_or(' ');
        (first.is_alphanumeric() || first == '"' || first == '_') && !WORDS.contains(token)
    };
    line[..reason].iter().map(String::as_str).filter(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(kind: &str, old: &str, new: &str) -> usize {
        compare(kind, &Lines::new(old), &Lines::new(new)).facts
    }

    #[test]
    fn lines_that_go_on_belong_to_the_line_above() {
        let lines =
            Lines::new("split {\n  a\n    -> b {\n    c -> d\n      because \"x\"\n    e (\n      f\n    )\n  }\n}");
        let firsts: Vec<&str> = lines.texts.iter().filter_map(|text| text.trim_start().lines().next()).collect();
        assert_eq!(firsts, ["split {", "a", "c -> d", "e (", "}", "}"]);
    }

    #[test]
    fn lines_that_share_a_value_are_one_fact() {
        let old =
            "dimension size by employees {\n  small < 200\n  mid   200 ..< 1000\n  large >= 1000\n  none  missing\n}";
        assert_eq!(facts("dimension", old, &old.replace("1000", "2000")), 1);
        assert_eq!(
            facts("dimension", old, &old.replace("1000", "2000").replace("200 ", "300 ").replace("200\n", "300\n")),
            1
        );
        let states = "dimension r by state {\n  a NY, NJ\n  b OH\n  c TX\n  d else\n}";
        assert_eq!(facts("dimension", states, &states.replace("NY, NJ", "NJ").replace("TX", "NY, TX")), 1);
        assert_eq!(facts("dimension", states, &states.replace("NY, NJ", "NJ").replace("TX", "TX, LA")), 2);
    }

    #[test]
    fn braces_stay_together() {
        let old = "coverage f {\n  split d {\n    a -> carve x\n    b -> carve y\n  }\n}";
        let new = "coverage f {\n  split d {\n    a -> split e {\n      p -> carve x\n      q -> carve z\n    }\n    b -> carve w\n  }\n}";
        assert_eq!(facts("coverage", old, new), 2);
    }
}
