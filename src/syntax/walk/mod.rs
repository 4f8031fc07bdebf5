//! The pairs of the grammar to the syntax tree, one file a topic.
//!
//! The grammar has fixed the shape of every pair, so walking only looks at what comes next. `None` means that the
//! part could not be built and that a finding says why. Spans end with the last token of a part: the grammar lets a
//! rule with an optional end run over the blanks and comments behind it.

mod carve;
mod coverage;
mod dimension;
mod exception;
mod expectation;
mod expression;
mod item;
mod prove;
mod token;

use super::explain::{Explain, Part};
use super::grammar::{Pair, Pairs, Rule};
use super::mend::Origin;
use crate::diagnostics::{Code, Diagnostic, FileId, Span};
use crate::syntax::MAX_FINDINGS;
use crate::syntax::ast::{Because, Item, Unproved};

/// Walks the pairs of one item.
pub(super) struct Walk<'a> {
    file: FileId,
    origin: &'a Origin,
    explain: &'a Explain<'a>,
    findings: Vec<Diagnostic>,
}

/// An item that was read.
pub(super) struct Walked {
    /// Absent when a part that it cannot do without is wrong.
    pub item: Option<Item>,
    /// The byte behind its last token.
    pub end: usize,
    pub findings: Vec<Diagnostic>,
}

impl<'a> Walk<'a> {
    pub fn new(explain: &'a Explain<'a>, file: FileId, origin: &'a Origin) -> Self {
        Self { file, origin, explain, findings: Vec::new() }
    }

    /// The item of a pair of the rule `item`.
    pub fn item(mut self, pair: Pair<'_>) -> Walked {
        let span = self.span(&pair);
        let kind = self.item_kind(pair);
        if kind.is_none() && self.findings.is_empty() {
            let code = crate::diagnostics::codes::syntax::UNEXPECTED;
            self.report(code, "this item could not be read", span, "");
        }
        Walked { item: kind.map(|kind| Item { kind, span }), end: span.end as usize, findings: self.findings }
    }

    fn span(&self, pair: &Pair<'_>) -> Span {
        let start = pair.as_span().start();
        let mut last = pair.clone();
        while let Some(inner) = last.clone().into_inner().next_back() {
            last = inner;
        }
        Span::new(self.file, self.origin.place(start), self.origin.place(last.as_span().end()))
    }

    fn report(&mut self, code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) {
        self.findings.push(Diagnostic::error(code, message).label(span, label));
    }

    /// Says what is wrong with a line of a block that no part of it could read. `before` is the part before it.
    fn bad_line(&mut self, pair: &Pair<'_>, before: Option<Span>, part: Part) {
        if self.findings.len() >= MAX_FINDINGS {
            return;
        }
        let span = self.span(pair);
        let findings = self.explain.line(span.range(), before.map(Span::range), part);
        self.findings.extend(findings);
    }

    /// `because "…"`
    fn because(&mut self, pair: Pair<'_>) -> Because {
        let text = pair.into_inner().find(|p| p.as_rule() == Rule::text)?;
        Some(self.text(&text))
    }

    /// `unproved because "…"`
    fn unproved(&mut self, pair: Pair<'_>) -> Option<Unproved> {
        let span = self.span(&pair);
        let because = Parts::of(pair).find(Rule::because)?;
        Some(Unproved { because: self.because(because)?, span })
    }

    /// The `because` that comes next, if one does.
    fn take_because(&mut self, parts: &mut Parts<'_>) -> Because {
        let pair = parts.take(Rule::because)?;
        self.because(pair)
    }
}

/// The parts of a pair, read from left to right.
struct Parts<'i>(std::iter::Peekable<Pairs<'i>>);

impl<'i> Parts<'i> {
    fn of(pair: Pair<'i>) -> Self {
        Self(pair.into_inner().peekable())
    }

    fn next(&mut self) -> Option<Pair<'i>> {
        self.0.next()
    }

    /// The next part if it is of this rule.
    fn take(&mut self, rule: Rule) -> Option<Pair<'i>> {
        self.0.next_if(|p| p.as_rule() == rule)
    }

    /// Steps over a keyword or symbol; whether it was there.
    fn skip(&mut self, rule: Rule) -> bool {
        self.take(rule).is_some()
    }

    /// The next part of this rule, stepping over all before it.
    fn find(&mut self, rule: Rule) -> Option<Pair<'i>> {
        self.0.find(|p| p.as_rule() == rule)
    }
}
