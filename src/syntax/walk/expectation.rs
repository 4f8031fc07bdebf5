//! `expect`, `warn` and `test`.

use super::{Parts, Walk};
use crate::diagnostics::Span;
use crate::syntax::ast::{Bound, Expect, Expr, Metric, Name, Node, Test, TestExpect, TestOutcome};
use crate::syntax::explain::Part;
use crate::syntax::grammar::{Pair, Rule};

impl Walk<'_> {
    pub(super) fn expect(&mut self, parts: &mut Parts<'_>) -> Option<Expect> {
        let warn = parts.next()?.as_rule() == Rule::warn_kw;
        let metric = parts.take(Rule::metric)?;
        let metric = self.metric(metric)?;
        let bound = parts.next()?;
        let bound = self.bound(bound)?;
        let of = match parts.skip(Rule::of_kw) {
            true => Some(parts.take(Rule::metric).and_then(|p| self.metric(p))?),
            false => None,
        };
        let (mut per, mut within, mut condition, mut because) = (None, None, None, None);
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::per => {
                    let name = self.item_name(&mut Parts::of(part))?;
                    self.once(&mut per, name, span, "per");
                }
                Rule::in_target => {
                    let target = Parts::of(part).find(Rule::target)?;
                    let target = self.target(target)?;
                    self.once(&mut within, target, span, "in");
                }
                Rule::where_part => {
                    let expr = Parts::of(part).find(Rule::expr)?;
                    let expr = self.expression(expr)?;
                    self.once(&mut condition, expr, span, "where");
                }
                Rule::because => {
                    let text = self.because(part)?;
                    self.once(&mut because, text, span, "because");
                }
                _ => {}
            }
        }
        let (per, within) = (per.map(|p| p.0), within.map(|w| w.0));
        let (condition, because) = (condition.map(|c| c.0), because.map(|b| b.0));
        Some(Expect { warn, metric, bound, of, per, within, condition, because })
    }

    fn metric(&mut self, pair: Pair<'_>) -> Option<Metric> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = self.item_name(&mut parts)?;
        let argument = match parts.find(Rule::expr) {
            Some(argument) => Some(self.expression(argument)?),
            None => None,
        };
        Some(Metric { name, argument, span })
    }

    fn bound(&mut self, pair: Pair<'_>) -> Option<Bound> {
        if pair.as_rule() == Rule::between_test {
            let (from, to) = self.two_sums(pair)?;
            return Some(Bound::Between(from, to));
        }
        let (op, value) = self.compare_test(pair)?;
        Some(Bound::Compare(op, value))
    }

    pub(super) fn test(&mut self, parts: &mut Parts<'_>) -> Option<Test> {
        let title = parts.find(Rule::text).map(|p| self.text(&p))?;
        let (mut account, mut expects, mut because) = (None, Vec::new(), None);
        let mut before = None;
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::account => {
                    let cells = self.account(part);
                    self.once(&mut account, cells, span, "account");
                }
                Rule::test_expect => expects.extend(self.test_expect(part, span)),
                Rule::bad_line => self.bad_line(&part, before, Part::Test),
                Rule::because => because = self.because(part),
                _ => continue,
            }
            before = Some(span);
        }
        let account = account.map(|a| a.0).unwrap_or_default();
        Some(Test { title, account, expects, because })
    }

    fn account(&mut self, pair: Pair<'_>) -> Vec<(Name, Expr)> {
        let mut parts = Parts::of(pair);
        let mut cells: Vec<(Name, Expr)> = Vec::new();
        let mut before = None;
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::cell => cells.extend(self.cell(part)),
                Rule::bad_line => self.bad_line(&part, before, Part::Cell),
                _ => continue,
            }
            before = Some(span);
        }
        cells
    }

    fn cell(&mut self, pair: Pair<'_>) -> Option<(Name, Expr)> {
        let mut parts = Parts::of(pair);
        let name = self.item_name(&mut parts)?;
        let value = parts.find(Rule::sum)?;
        Some((name, self.expression(value)?))
    }

    fn test_expect(&mut self, pair: Pair<'_>, span: Span) -> Option<TestExpect> {
        let mut parts = Parts::of(pair);
        parts.skip(Rule::expect_kw);
        let negated = parts.skip(Rule::not_kw);
        let subject = self.item_name(&mut parts)?;
        let outcome = match parts.next() {
            None => TestOutcome::Holds(!negated),
            Some(is) if is.as_rule() == Rule::is_kw => self.test_outcome(parts.next()?)?,
            Some(bound) => TestOutcome::Bound(self.bound(bound)?),
        };
        Some(TestExpect { subject, outcome, span })
    }

    fn test_outcome(&mut self, pair: Pair<'_>) -> Option<TestOutcome> {
        if pair.as_rule() == Rule::name {
            return Some(TestOutcome::Value(self.name(&pair)));
        }
        let span = self.span(&pair);
        let kind = self.node_kind(pair)?;
        Some(TestOutcome::Leaf(Node { kind, because: None, span }))
    }
}
