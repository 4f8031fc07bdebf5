//! Patterns: what the arms of a dimension and the lists of `in (…)` hold.
//!
//! A pattern is read as a text, as an interval or, whatever it is, as a condition on its subject.

use chrono::Datelike;

use super::conditions::mirrored;
use super::known::Resolved;
use super::names::Kind;
use super::operand::{DateOperand, Operand, TextOperand};
use super::ranges::{Cut, Interval};
use super::typing::Typing;
use super::units::Quantity;
use super::wanted::Wanted;
use crate::diagnostics::codes::check::{MISPLACED_PATTERN, TYPE_MISMATCH};
use crate::diagnostics::{Diagnostic, Span};
use crate::plan::{Condition, Predicate};
use crate::syntax::ast::{CompareOp, Expr, Name, Pattern, PatternKind};

impl Typing<'_, '_> {
    /// The pattern as a condition on a subject that has been typed. The pattern stands on the left of the comparison,
    /// so that a finding underlines it first.
    pub fn pattern_condition(&mut self, subject: &Operand, at: Span, pattern: &Pattern) -> Option<Condition> {
        let span = pattern.span;
        match &pattern.kind {
            PatternKind::Compare(op, expr) => {
                let bound = self.operand(expr)?;
                self.compared(mirrored(*op), &bound, expr.span, subject, at, span)
            }
            PatternKind::Range { from, to, inclusive } => {
                let upper = if *inclusive { CompareOp::LessEqual } else { CompareOp::Less };
                let ends = [(from, CompareOp::GreaterEqual), (to, upper)];
                let ends = ends.into_iter().filter_map(|(end, op)| end.as_ref().map(|e| (e, op)));
                let mut parts = Vec::new();
                let mut failed = false;
                for (end, op) in ends {
                    let bound = self.operand(end);
                    match bound.and_then(|b| self.compared(mirrored(op), &b, end.span, subject, at, span)) {
                        Some(part) => parts.push(part),
                        None => failed = true,
                    }
                }
                (!failed).then_some(Condition::All(parts))
            }
            PatternKind::Word(name) => {
                let value = self.word(subject, name)?;
                self.compared(CompareOp::Equal, &value, span, subject, at, span)
            }
            PatternKind::Text(text) => {
                let value = Operand::Text(TextOperand::Literal(text.value.clone()));
                if let Operand::Date(_) = subject {
                    self.found.push(
                        Diagnostic::error(TYPE_MISMATCH, "a date is due, and this is a text")
                            .label(span, "a text")
                            .label(at, "a date")
                            .help("dates stand without quotes: `= 2027-02-01`"),
                    );
                    return None;
                }
                self.compared(CompareOp::Equal, &value, span, subject, at, span)
            }
            PatternKind::Number(number) => {
                let (value, unit) = super::units::base(number);
                let value = Operand::Number(self.literal(value, unit, number.unit.is_none(), span));
                self.compared(CompareOp::Equal, &value, span, subject, at, span)
            }
            PatternKind::Within { radius, of } => {
                let circle = self.circle(radius, of);
                let column = self.point_column(subject, at)?;
                let (lat, lon, km) = circle?;
                Some(Condition::Test(Predicate::Within { column, lat, lon, km }, span))
            }
            PatternKind::Inside(file) => {
                let column = self.point_column(subject, at)?;
                self.inside_column(column, file, span)
            }
            PatternKind::When(condition) => self.condition(condition),
            PatternKind::Missing | PatternKind::Else => {
                self.found.push(
                    Diagnostic::error(MISPLACED_PATTERN, "the pattern means nothing here")
                        .label(span, "only as an arm of a dimension or a split"),
                );
                None
            }
        }
    }

    /// A bare word stands for its own text; beside a number, for a `let`; beside a condition, for true or false.
    fn word(&mut self, subject: &Operand, name: &Name) -> Option<Operand> {
        match (subject, name.text.as_str()) {
            (Operand::Text(_), text) => Some(Operand::Text(TextOperand::Literal(text.to_owned()))),
            (Operand::Condition(_), "true") => Some(Operand::Condition(Condition::Always(true))),
            (Operand::Condition(_), "false") => Some(Operand::Condition(Condition::Always(false))),
            (_, text) => match self.known.resolve(text, self.table) {
                Some(Resolved::Term(entry)) if entry.kind == Kind::Let => self.known.lets[entry.index as usize].clone(),
                _ => {
                    let message = format!("{} is due, and `{text}` is a text", subject.describe());
                    let help = self.known.suggestion(text, &[Kind::Let], self.table);
                    self.found
                        .push(Diagnostic::error(TYPE_MISMATCH, message).label(name.span, "a text").maybe_help(help));
                    None
                }
            },
        }
    }

    /// What the pattern wants of a text; for text subjects.
    pub fn wanted(&mut self, pattern: &Pattern) -> Option<Wanted> {
        match &pattern.kind {
            PatternKind::Word(name) => Some(Wanted::exactly(&name.text)),
            PatternKind::Text(text) => Some(Wanted::of(&text.value)),
            PatternKind::Compare(CompareOp::Equal, expr) => match self.operand(expr)? {
                Operand::Text(TextOperand::Literal(text)) => Some(Wanted::of(&text)),
                other => {
                    self.not_a_text(&other.describe(), expr.span, None);
                    None
                }
            },
            PatternKind::Number(number) => {
                let written = self.known.sources.text(number.span);
                let help = format!("put it in quotes: `\"{written}\"`");
                self.not_a_text("a number", pattern.span, Some(help));
                None
            }
            PatternKind::Within { .. } | PatternKind::Inside(_) => {
                self.not_a_text("a place", pattern.span, None);
                None
            }
            PatternKind::Compare(..) | PatternKind::Range { .. } => {
                let help = "compare texts with `=` or list them; a trailing `*` matches a prefix";
                self.not_a_text("a range", pattern.span, Some(help.to_owned()));
                None
            }
            PatternKind::When(_) | PatternKind::Missing | PatternKind::Else => {
                self.not_a_text("something else", pattern.span, None);
                None
            }
        }
    }

    fn not_a_text(&mut self, what: &str, span: Span, help: Option<String>) {
        let message = format!("a text is due, and this is {what}");
        self.found.push(Diagnostic::error(TYPE_MISMATCH, message).label(span, what).maybe_help(help));
    }

    /// The pattern as intervals of a number or of days, in ascending order; for such subjects. Bounds are fixed.
    pub fn intervals(&mut self, subject: &Operand, at: Span, pattern: &Pattern) -> Option<Vec<Interval>> {
        match &pattern.kind {
            PatternKind::Compare(op, expr) => {
                let value = self.bound(subject, at, expr)?;
                Some(Interval::compared(*op, value))
            }
            PatternKind::Range { from, to, inclusive } => {
                let from = from.as_ref().map(|e| self.bound(subject, at, e));
                let to = to.as_ref().map(|e| self.bound(subject, at, e));
                let from = from.map_or(Some(Cut::START), |v| v.map(Cut::before))?;
                let to = to.map_or(Some(Cut::END), |v| v.map(if *inclusive { Cut::after } else { Cut::before }))?;
                Some(vec![Interval { from, to }])
            }
            PatternKind::Number(number) => {
                let (value, unit) = super::units::base(number);
                let value = Operand::Number(self.literal(value, unit, number.unit.is_none(), pattern.span));
                let value = self.bound_of(subject, at, value, pattern.span)?;
                Some(Interval::compared(CompareOp::Equal, value))
            }
            PatternKind::Word(name) => {
                let value = self.word(subject, name)?;
                let value = self.bound_of(subject, at, value, pattern.span)?;
                Some(Interval::compared(CompareOp::Equal, value))
            }
            _ => {
                // A text or a place: said in the same words as everywhere else.
                self.pattern_condition(subject, at, pattern);
                None
            }
        }
    }

    fn bound(&mut self, subject: &Operand, at: Span, expr: &Expr) -> Option<f64> {
        let value = self.operand(expr)?;
        self.bound_of(subject, at, value, expr.span)
    }

    fn bound_of(&mut self, subject: &Operand, at: Span, value: Operand, span: Span) -> Option<f64> {
        match (subject, value) {
            (Operand::Number(subject), Operand::Number(value)) => {
                let value = Quantity { number: crate::plan::Number { span, ..value.number }, ..value };
                let mut subject = subject.clone();
                subject.number.span = at;
                self.unified(value, subject, "is compared with")?.0.literal()
            }
            (Operand::Date(_), Operand::Date(DateOperand::Day(day))) => Some(f64::from(day.num_days_from_ce())),
            (subject, value) => {
                let message = format!("{} is compared with {}", value.describe(), subject.describe());
                self.mismatch(&message, &value, span, subject, at);
                None
            }
        }
    }
}
