//! What runs along a line: expressions, lists, and the tails of items.

use super::comments::Comments;
use super::doc::{Doc, Token};
use crate::syntax::grammar::{Pair, Rule};

/// Makes the docs of one item.
pub(super) struct Builder<'a, 'c> {
    /// Where the item begins in the file.
    pub start: usize,
    pub comments: &'c mut Comments<'a>,
}

impl Builder<'_, '_> {
    pub fn token(&mut self, pair: &Pair<'_>) -> Token {
        let span = pair.as_span();
        let mut token = self.comments.token(self.start + span.start(), self.start + span.end());
        match pair.as_rule() {
            Rule::number => token.text = number(&token.text),
            Rule::comma | Rule::close_paren => token.tight_before = true,
            Rule::open_paren | Rule::negate => token.tight_after = true,
            Rule::dot => (token.tight_before, token.tight_after) = (true, true),
            Rule::call_name | Rule::point_kw => token.tight_after = true,
            _ => {}
        }
        token
    }

    /// Any part that runs along a line.
    pub fn flow(&mut self, pair: Pair<'_>) -> Doc {
        let rule = pair.as_rule();
        if rule == Rule::case_expr {
            return self.case(pair);
        }
        let mut parts = pair.clone().into_inner().peekable();
        if parts.peek().is_none() {
            return Doc::Token(self.token(&pair));
        }
        match rule {
            Rule::expr | Rule::plain => self.chain(parts, &[Rule::and_kw, Rule::or_kw]),
            Rule::claim => self.chain(parts, &[Rule::implies_kw]),
            Rule::if_expr => self.chain(parts, &[Rule::else_kw]),
            Rule::sum => {
                let adds = pair.into_inner().any(|p| matches!(p.as_rule(), Rule::plus | Rule::minus));
                let breakers = if adds { [Rule::plus, Rule::minus] } else { [Rule::times, Rule::divide] };
                self.chain(parts, &breakers)
            }
            Rule::selector => Doc::Hanging(self.listed(parts)),
            Rule::metric => self.side_by_side(parts, true),
            _ => self.spaced(parts),
        }
    }

    /// Parts one behind the other.
    pub fn spaced<'i>(&mut self, pairs: impl Iterator<Item = Pair<'i>>) -> Doc {
        self.side_by_side(pairs, false)
    }

    /// No blank stands before the parentheses of something that is `called`.
    fn side_by_side<'i>(&mut self, mut pairs: impl Iterator<Item = Pair<'i>>, called: bool) -> Doc {
        let mut docs = Vec::new();
        while let Some(pair) = pairs.next() {
            let opens = pair.as_rule() == Rule::open_paren;
            let doc = if opens { self.parentheses(&pair, &mut pairs) } else { self.flow(pair) };
            push(&mut docs, doc, opens && called);
        }
        single(docs)
    }

    fn parentheses<'i>(&mut self, open: &Pair<'i>, pairs: &mut impl Iterator<Item = Pair<'i>>) -> Doc {
        let open = self.token(open);
        let mut close = Token::default();
        let mut inner = Vec::new();
        let mut part = Vec::new();
        for pair in pairs.by_ref() {
            match pair.as_rule() {
                Rule::close_paren => {
                    close = self.token(&pair);
                    break;
                }
                Rule::comma => {
                    push(&mut part, Doc::Token(self.token(&pair)), false);
                    inner.push(single(std::mem::take(&mut part)));
                }
                _ => {
                    let doc = self.flow(pair);
                    push(&mut part, doc, false);
                }
            }
        }
        if !part.is_empty() {
            inner.push(single(part));
        }
        Doc::Parentheses { open, parts: inner, close }
    }

    /// Parts that may stand on lines of their own, each beginning with one of the `breakers`.
    fn chain<'i>(&mut self, pairs: impl Iterator<Item = Pair<'i>>, breakers: &[Rule]) -> Doc {
        let mut docs: Vec<Doc> = Vec::new();
        let mut breaks = false;
        for pair in pairs {
            if breakers.contains(&pair.as_rule()) && !docs.is_empty() {
                breaks = true;
                docs.push(Doc::Break);
                docs.push(Doc::Token(self.token(&pair)));
            } else {
                let doc = self.flow(pair);
                push(&mut docs, doc, false);
            }
        }
        if breaks { Doc::Chain(docs) } else { single(docs) }
    }

    /// The parts of a list, each with the comma behind it.
    pub fn listed<'i>(&mut self, pairs: impl Iterator<Item = Pair<'i>>) -> Vec<Doc> {
        let mut parts = Vec::new();
        for pair in pairs {
            if pair.as_rule() == Rule::comma {
                let comma = Doc::Token(self.token(&pair));
                match parts.pop() {
                    Some(last) => parts.push(Doc::Sequence(vec![last, comma])),
                    None => parts.push(comma),
                }
            } else {
                parts.push(self.flow(pair));
            }
        }
        parts
    }
}

/// A chain that breaks before its tails: `because` goes to a line of its own before anything else does.
pub(super) fn tailed(head: Doc, tails: Vec<Doc>, because: Option<Doc>) -> Doc {
    let mut doc = head;
    if !tails.is_empty() {
        let tails = tails.into_iter().flat_map(|tail| [Doc::Break, tail]);
        doc = Doc::Chain(std::iter::once(doc).chain(tails).collect());
    }
    match because {
        Some(because) => Doc::Chain(vec![doc, Doc::Break, because]),
        None => doc,
    }
}

/// Appends a part, with a blank before it where one belongs.
pub(super) fn push(docs: &mut Vec<Doc>, doc: Doc, tight: bool) {
    let after = docs.last_mut().and_then(Doc::last_mut).is_none_or(|t| t.tight_after);
    let before = doc.first().is_some_and(|t| t.tight_before);
    if !(docs.is_empty() || tight || after || before) {
        docs.push(Doc::Blanks(1));
    }
    docs.push(doc);
}

pub(super) fn single(mut docs: Vec<Doc>) -> Doc {
    match docs.pop() {
        Some(doc) if docs.is_empty() => doc,
        Some(doc) => {
            docs.push(doc);
            Doc::Sequence(docs)
        }
        None => Doc::Sequence(docs),
    }
}

/// A unit stands one blank behind its number, but for the percent.
fn number(written: &str) -> String {
    let digits = written.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.').unwrap_or(written.len());
    let (digits, suffix) = written.split_at(digits);
    let power = match suffix.as_bytes().first() {
        Some(b'k') if suffix != "km" => 1,
        Some(b'M' | b'B') => 1,
        _ => 0,
    };
    let (power, unit) = suffix.split_at(power);
    let unit = unit.trim_start_matches([' ', '\t', '\u{A0}']);
    let blank = if unit.is_empty() || unit == "%" { "" } else { " " };
    format!("{digits}{power}{blank}{unit}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn units_stand_where_they_are_expected() {
        for (written, canonical) in [
            ("45min", "45 min"),
            ("10 %", "10%"),
            ("10km", "10 km"),
            ("5k  mi", "5k mi"),
            ("1_000", "1_000"),
            ("2.5B", "2.5B"),
        ] {
            assert_eq!(super::number(written), canonical);
        }
    }
}
