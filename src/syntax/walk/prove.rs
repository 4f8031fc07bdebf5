//! `prove` and the claims that it makes.

use super::{Parts, Walk};
use crate::diagnostics::{Diagnostic, Span, codes::syntax as codes};
use crate::syntax::ast::{Claim, Expr, ExprKind, Prove};
use crate::syntax::grammar::{self, Pair, Rule};

impl Walk<'_> {
    pub(super) fn prove(&mut self, parts: &mut Parts<'_>) -> Option<Prove> {
        let claim = parts.find(Rule::claim)?;
        let claim = self.claim(claim)?;
        Some(Prove { claim, because: self.take_because(parts) })
    }

    /// A pair of the rule `claim`.
    pub fn claim(&mut self, pair: Pair<'_>) -> Option<Claim> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let first = self.expression(parts.find(Rule::expr)?)?;
        match parts.find(Rule::expr) {
            Some(second) => Some(Claim { given: Some(first), holds: self.expression(second)?, span }),
            None => match &first.kind {
                ExprKind::Text(text) => self.quoted(&text.value, span),
                _ => Some(Claim { given: None, holds: first, span }),
            },
        }
    }

    /// A claim in quotes, read at the place where it stands; escapes would move what is behind them.
    fn quoted(&mut self, text: &str, span: Span) -> Option<Claim> {
        let range = span.range();
        let misread = |walk: &mut Self| {
            walk.findings.push(
                Diagnostic::error(codes::UNEXPECTED, "this text is no claim")
                    .label(span, "")
                    .help("leave the quotes out, such as `prove state = \"NY\" implies field in carve east`"),
            );
            None
        };
        // One character is one character still, but for escapes.
        if range.len() != text.len() + 2 {
            return misread(self);
        }
        match grammar::read(Rule::claim_alone, &format!("{}{text}", " ".repeat(range.start + 1))) {
            Ok(mut pairs) => {
                let origin = super::Origin::at(0);
                let mut inner = Walk { file: self.file, origin: &origin, explain: self.explain, findings: Vec::new() };
                let claim = pairs.next().and_then(|pair| inner.claim(pair));
                self.findings.extend(inner.findings);
                claim
            }
            Err(_) => misread(self),
        }
    }

    /// `field in carve ne_enterprise`
    pub(super) fn in_place(&mut self, left: Expr, pair: Pair<'_>, span: Span) -> Option<Expr> {
        let ExprKind::Name(coverage) = left.kind else {
            self.findings.push(
                Diagnostic::error(codes::UNEXPECTED, "only a coverage has a place for an account")
                    .label(left.span, "not the name of a coverage")
                    .help("write `COVERAGE in carve NAME`"),
            );
            return None;
        };
        let mut parts = Parts::of(pair);
        let negated = parts.skip(Rule::not_kw);
        parts.skip(Rule::in_kw);
        let place = Box::new(self.node_kind(parts.next()?)?);
        Some(Expr { kind: ExprKind::InPlace { coverage, place, negated }, span })
    }
}
