//! `test` items: an account as written, and where it must land.

use std::collections::HashMap;

use super::coverages;
use super::expectations;
use super::items::Items;
use super::known::{Known, Table};
use super::missing::Place;
use super::names::{Entry, Kind};
use super::operand::{DateOperand, Operand, PointOperand, TextOperand};
use super::typing::Typing;
use super::units;
use crate::diagnostics::codes::check::{DUPLICATE_VALUE, MISPLACED_SHARE, TYPE_MISMATCH, UNIT_MISMATCH, WRONG_KIND};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{Condition, DimensionId, Test, TestExpect, TestOutcome, Value};
use crate::syntax::ast::{self, Expr, ExprKind, Name};
use crate::workspace::schema::{Column, ColumnId, ColumnType};

pub(super) fn check(known: &Known<'_>, items: &Items<'_>, found: &mut Diagnostics) -> Vec<Test> {
    let mut tests = Vec::new();
    for item in &items.tests {
        let account = account(known, &item.node.account, found);
        let expects: Vec<Option<TestExpect>> = item.node.expects.iter().map(|e| expect(known, e, found)).collect();
        if let (Some(account), Some(expects)) = (account, expects.into_iter().collect()) {
            tests.push(Test { title: item.node.title.value.clone(), account, expects, span: item.span });
        }
    }
    tests
}

fn account(known: &Known<'_>, cells: &[(Name, Expr)], found: &mut Diagnostics) -> Option<Vec<(ColumnId, Value, Span)>> {
    let mut first: HashMap<ColumnId, Span> = HashMap::new();
    let mut account = Vec::new();
    let mut failed = false;
    for (name, expr) in cells {
        let Some(id) = known.column_of(&name.text, Table::Accounts) else {
            found.push(known.not_found(name, &[Kind::Column], Table::Accounts));
            failed = true;
            continue;
        };
        if let Some(before) = first.insert(id, name.span) {
            found.push(
                Diagnostic::error(DUPLICATE_VALUE, format!("`{}` is given twice", name.text))
                    .label(name.span, "second value")
                    .label(before, "first value"),
            );
            failed = true;
        }
        match cell(known, known.column(id, Table::Accounts), expr, found) {
            Some(value) => account.push((id, value, name.span.to(expr.span))),
            None => failed = true,
        }
    }
    (!failed).then_some(account)
}

fn cell(known: &Known<'_>, column: &Column, expr: &Expr, found: &mut Diagnostics) -> Option<Value> {
    if let ExprKind::Name(name) = &expr.kind
        && column.kind.is_text()
        && known.term(&name.text, Kind::Let).is_none()
    {
        found.push(
            Diagnostic::error(TYPE_MISMATCH, "a text is due")
                .label(expr.span, "not a text")
                .help(format!("write it in quotes: `\"{}\"`", name.text)),
        );
        return None;
    }
    let mut typing = Typing::new(known, Table::None, Place::Condition, found);
    let operand = typing.operand(expr)?;
    match (&operand, column.kind) {
        (Operand::Text(TextOperand::Literal(text)), kind) if kind.is_text() => return Some(Value::Text(text.clone())),
        (Operand::Date(DateOperand::Day(day)), ColumnType::Date) => {
            return Some(Value::Date(*day));
        }
        (Operand::Condition(Condition::Always(value)), ColumnType::Bool) => {
            return Some(Value::Bool(*value));
        }
        (Operand::Point(PointOperand::Fixed { lat, lon }), ColumnType::Point) => {
            return Some(Value::Point { lat: *lat, lon: *lon });
        }
        (Operand::Number(quantity), kind) if kind.is_numeric() => {
            let (unit, value) = (units::of_column(kind), quantity.literal()?);
            if quantity.fits(unit) {
                return Some(Value::Number(value));
            }
            let message =
                format!("`{}` is {}, and this is {}", column.name, units::describe(unit), quantity.describe());
            found.push(
                Diagnostic::error(UNIT_MISMATCH, message)
                    .label(expr.span, quantity.describe())
                    .maybe_help(units::example(value, unit).filter(|_| quantity.number.unit == units::BARE)),
            );
            return None;
        }
        _ => {}
    }
    let message = format!("`{}` is of type {}, and this is {}", column.name, column.kind.name(), operand.describe());
    found.push(Diagnostic::error(TYPE_MISMATCH, message).label(expr.span, operand.describe()));
    None
}

fn expect(known: &Known<'_>, expect: &ast::TestExpect, found: &mut Diagnostics) -> Option<TestExpect> {
    let subject = &expect.subject;
    let kinds = [Kind::Coverage, Kind::Dimension, Kind::Segment, Kind::Weight];
    let entries = [known.names.terms.get(subject.text.as_str()), known.names.places.get(subject.text.as_str())];
    let mut entries = entries.into_iter().flatten().filter(|e| kinds.contains(&e.kind)).copied().peekable();
    if entries.peek().is_none() {
        found.push(known.not_found(subject, &kinds, Table::Accounts));
        return None;
    }
    let wanted = match &expect.outcome {
        ast::TestOutcome::Leaf(_) => Kind::Coverage,
        ast::TestOutcome::Value(_) => Kind::Dimension,
        ast::TestOutcome::Holds(_) => Kind::Segment,
        ast::TestOutcome::Bound(_) => Kind::Weight,
    };
    let candidates: Vec<Entry> = entries.collect();
    let Some(entry) = candidates.iter().find(|e| e.kind == wanted) else {
        found.push(wrong_outcome(subject, &candidates[0]));
        return None;
    };
    let index = entry.index;
    let outcome = match &expect.outcome {
        ast::TestOutcome::Leaf(node) => {
            TestOutcome::Leaf { coverage: index, target: coverages::target(known, &node.kind, found)? }
        }
        ast::TestOutcome::Value(value) => match known.arm(index, value) {
            Ok(arm) => TestOutcome::Arm { dimension: DimensionId(index), arm },
            Err(unknown) => {
                found.push(*unknown);
                return None;
            }
        },
        ast::TestOutcome::Holds(holds) => TestOutcome::Segment { segment: index, holds: *holds },
        ast::TestOutcome::Bound(bound) => {
            let weight = known.weights[index as usize].as_ref()?;
            if weight.shares {
                found.push(
                    Diagnostic::error(MISPLACED_SHARE, format!("weight `{}` is a share of all accounts", subject.text))
                        .label(subject.span, "a test has one account"),
                );
                return None;
            }
            let bound = expectations::bound(known, bound, Some(weight.number.unit), subject.span, found)?;
            TestOutcome::Weight { weight: index, bound }
        }
    };
    Some(TestExpect { outcome, span: expect.span })
}

fn wrong_outcome(subject: &Name, entry: &Entry) -> Diagnostic {
    let name = &subject.text;
    let example = match entry.kind {
        Kind::Coverage => format!("{name} is carve NAME"),
        Kind::Dimension => format!("{name} is VALUE"),
        Kind::Segment => format!("{name}` or `expect not {name}"),
        _ => format!("{name} = 3 h"),
    };
    let word = entry.kind.word();
    Diagnostic::error(WRONG_KIND, format!("`{name}` is a {word}, and this is not what a {word} comes to"))
        .label(subject.span, format!("a {word}"))
        .label(entry.span, "declared here")
        .help(format!("write `expect {example}`"))
}
