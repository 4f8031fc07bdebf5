//! Calculations of one column that never turn, and where they pass a threshold.
//!
//! Takes a number of the plan; gives its [`Course`] where it only rises or only falls with the one column that it reads, and
//! the keys of that column for which a comparison with it holds. Invariant: the evaluator itself computes every value that
//! decides, with the very roundings that accounts will meet. Deliberately absent: calculations of several columns.

use super::axis::{Keys, NumberLine};
use super::meaning::compares;
use crate::classify::{Account, Reference};
use crate::plan::{Function, Number, NumberKind, Plan, Value};
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

/// How a calculation moves with the one column that it reads: up, down, or not at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Course {
    pub column: Option<ColumnId>,
    pub rises: Option<bool>,
}

const FIXED: Course = Course { column: None, rises: None };

/// `None` when it may turn, reads several columns or may be undefined. Float arithmetic rounds upward and downward moves
/// alike, so that sums and products with fixed numbers never turn.
pub(super) fn course(plan: &Plan, number: &Number) -> Option<Course> {
    let joined = |one: Course, other: Course| match (one.column, other.column) {
        (None, _) => Some(other),
        (_, None) => Some(one),
        _ => (one == other).then_some(one),
    };
    let turned = |course: Course| Course { rises: course.rises.map(|rises| !rises), ..course };
    // Two parts that move alike overflow on the same side, if neither has done so at nought.
    let sound = |one: Course, a: &Number, other: Course, b: &Number| match (one.column, other.column) {
        (Some(column), Some(_)) => {
            let finite = |part| evaluated(plan, part, &[(column, Value::Number(0.0))]).is_some_and(f64::is_finite);
            finite(a) && finite(b)
        }
        _ => true,
    };
    match &number.kind {
        NumberKind::Literal(value) => value.is_finite().then_some(FIXED),
        NumberKind::Column(column) => Some(Course { column: Some(*column), rises: Some(true) }),
        NumberKind::Negate(a) => course(plan, a).map(turned),
        NumberKind::Add(a, b) => {
            let (one, other) = (course(plan, a)?, course(plan, b)?);
            joined(one, other).filter(|_| sound(one, a, other, b))
        }
        NumberKind::Subtract(a, b) => {
            let (one, other) = (course(plan, a)?, turned(course(plan, b)?));
            joined(one, other).filter(|_| sound(one, a, other, b))
        }
        NumberKind::Multiply(a, b) => match (literal(a), literal(b)) {
            (Some(by), _) => scaled(course(plan, b)?, by),
            (_, Some(by)) => scaled(course(plan, a)?, by),
            _ => None,
        },
        NumberKind::Divide(a, b) => scaled(course(plan, a)?, literal(b)?),
        NumberKind::Call(Function::Min | Function::Max, arguments) => {
            arguments.iter().try_fold(FIXED, |one, argument| joined(one, course(plan, argument)?))
        }
        NumberKind::Call(Function::Clamp, arguments) => match &arguments[..] {
            [value, low, high] => literal(low).zip(literal(high)).and_then(|_| course(plan, value)),
            _ => None,
        },
        NumberKind::Call(Function::Round, arguments) => course(plan, arguments.first()?),
        _ => None,
    }
}

fn scaled(course: Course, by: f64) -> Option<Course> {
    let usable = by.is_finite() && by != 0.0;
    usable.then(|| Course { rises: course.rises.map(|rises| rises == (by > 0.0)), ..course })
}

/// Where `number op value` holds: all keys up to a point, or all from it on, found by halving.
pub(super) fn passing(
    plan: &Plan,
    number: &Number,
    column: ColumnId,
    rises: bool,
    op: CompareOp,
    value: f64,
    line: &NumberLine,
) -> Vec<Keys> {
    let holds = |key: u64| {
        let result = evaluated(plan, number, &[(column, Value::Number(line.value(key)))]);
        result.and_then(|result| result.partial_cmp(&value)).is_some_and(|order| compares(op, order))
    };
    let upper = matches!(op, CompareOp::GreaterEqual | CompareOp::Greater) == rises;
    let (mut low, mut high) = (0, line.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) == upper { high = middle } else { low = middle + 1 }
    }
    // Between two whole numbers there is nothing to cut.
    let cut = if low < line.len() { line.cut_at(low) } else { low };
    let keys = if upper { (cut, line.len()) } else { (0, cut) };
    if keys.0 < keys.1 { vec![keys] } else { Vec::new() }
}

/// As the evaluator computes it.
pub(super) fn evaluated(plan: &Plan, number: &Number, cells: &[(ColumnId, Value)]) -> Option<f64> {
    Reference { plan, shapes: &[], totals: &[] }.number(number, Account::Written(cells))
}

pub(super) fn literal(number: &Number) -> Option<f64> {
    match &number.kind {
        NumberKind::Literal(value) => Some(*value),
        _ => None,
    }
}
