//! Dimensions, their arms and the patterns.

use super::{Parts, Walk};
use crate::diagnostics::{Diagnostic, Span, codes::syntax as codes};
use crate::syntax::ast::{CompareOp, Dimension, DimensionArm, Expr, ExprKind, Name, Number, Pattern, PatternKind};
use crate::syntax::explain::Part;
use crate::syntax::grammar::{Pair, Rule};

impl Walk<'_> {
    pub(super) fn dimension(&mut self, parts: &mut Parts<'_>) -> Option<Dimension> {
        let name = self.item_name(parts)?;
        let was = self.was(parts);
        let subject = match parts.skip(Rule::by_kw) {
            true => Some(parts.next().and_then(|p| self.expression(p))?),
            false => None,
        };
        let (mut arms, mut because, mut unproved) = (Vec::new(), None, None);
        let mut before = None;
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::arm => arms.extend(self.arm(part)),
                Rule::bad_line => self.bad_line(&part, before, Part::Arm),
                Rule::because => because = self.because(part),
                Rule::unproved => unproved = self.unproved(part),
                _ => continue,
            }
            before = Some(span);
        }
        Some(Dimension { name, was, subject, arms, unproved, because })
    }

    fn arm(&mut self, pair: Pair<'_>) -> Option<DimensionArm> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = self.item_name(&mut Parts::of(parts.next()?))?;
        let (mut patterns, mut because) = (Vec::new(), None);
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::comma => {}
                Rule::because => because = self.because(part),
                _ => patterns.push(self.pattern(part)?),
            }
        }
        Some(DimensionArm { name, patterns, because, span })
    }

    pub(super) fn pattern(&mut self, pair: Pair<'_>) -> Option<Pattern> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::missing_kw => PatternKind::Missing,
            Rule::else_kw => PatternKind::Else,
            Rule::when_pattern => {
                let condition = Parts::of(pair).find(Rule::expr)?;
                PatternKind::When(self.expression(condition)?)
            }
            Rule::within_test => {
                let (radius, of) = self.two_sums(pair)?;
                PatternKind::Within { radius, of }
            }
            Rule::inside_test => {
                let file = Parts::of(pair).find(Rule::text)?;
                PatternKind::Inside(self.text(&file))
            }
            Rule::compare_test => {
                let (op, value) = self.compare_test(pair)?;
                PatternKind::Compare(op, value)
            }
            Rule::up_to_pattern => {
                let mut parts = Parts::of(pair);
                let inclusive = parts.next()?.as_rule() == Rule::up_to;
                let to = Some(parts.next().and_then(|p| self.expression(p))?);
                PatternKind::Range { from: None, to, inclusive }
            }
            _ => self.value_pattern(pair, span)?,
        };
        Some(Pattern { kind, span })
    }

    /// A range, or a value that stands for itself.
    fn value_pattern(&mut self, pair: Pair<'_>, span: Span) -> Option<PatternKind> {
        let mut parts = Parts::of(pair);
        let first = parts.next().and_then(|p| self.expression(p))?;
        let Some(symbol) = parts.next() else {
            return self.single_value(first, span);
        };
        let inclusive = match symbol.as_rule() {
            Rule::open_end => !symbol.as_str().starts_with("..<"),
            rule => rule == Rule::up_to,
        };
        let to = match parts.next() {
            Some(to) => Some(self.expression(to)?),
            None => None,
        };
        Some(PatternKind::Range { from: Some(first), to, inclusive })
    }

    fn single_value(&mut self, value: Expr, span: Span) -> Option<PatternKind> {
        Some(match value.kind {
            ExprKind::Name(name) => PatternKind::Word(name),
            ExprKind::Bool(truth) => PatternKind::Word(Name { text: truth.to_string(), span }),
            ExprKind::Text(text) => PatternKind::Text(text),
            ExprKind::Number(number) => PatternKind::Number(number),
            ExprKind::Date(_) => PatternKind::Compare(CompareOp::Equal, value),
            ExprKind::Negate(inner) if matches!(inner.kind, ExprKind::Number(_)) => match inner.kind {
                ExprKind::Number(n) => PatternKind::Number(Number { value: -n.value, span, ..n }),
                _ => return None,
            },
            _ => {
                self.findings.push(
                    Diagnostic::error(codes::BAD_PATTERN, "a computed value cannot stand alone as a pattern")
                        .label(span, "neither a value nor a range")
                        .help("write `= …` before it, or a range such as `200 ..< 1000`"),
                );
                return None;
            }
        })
    }
}
