//! Typed numeric expressions: what a weight or a threshold computes for one account.

use super::{Condition, DimensionId};
use crate::diagnostics::Span;
use crate::workspace::schema::ColumnId;

/// Exponents of the base dimensions; money in the manifest's currency, time in hours, length in kilometres. All zero
/// is a bare number or a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Unit {
    pub money: i8,
    pub hours: i8,
    pub distance: i8,
}

/// A numeric expression over the columns of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    pub kind: NumberKind,
    pub unit: Unit,
    /// Can it be missing? A number that decides ownership or enters a weight is not.
    pub nullable: bool,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum NumberKind {
    /// In base units.
    Literal(f64),
    Column(ColumnId),
    Negate(Box<Number>),
    Add(Box<Number>, Box<Number>),
    Subtract(Box<Number>, Box<Number>),
    Multiply(Box<Number>, Box<Number>),
    Divide(Box<Number>, Box<Number>),
    Call(Function, Vec<Number>),
    /// Part of the total over all accounts; the total is known after a pass over the data.
    Share(Box<Number>),
    Default(Box<Number>, Box<Number>),
    If {
        condition: Box<Condition>,
        then: Box<Number>,
        otherwise: Box<Number>,
    },
    /// Great-circle kilometres from a point column to a place (degrees).
    DistanceTo {
        column: ColumnId,
        lat: f64,
        lon: f64,
    },
    /// Hours from the first date to the second (24 a day).
    Between {
        from: DateValue,
        to: DateValue,
    },
    /// One for the arms listed, nought otherwise: weights by dimension value come down to this.
    InArms {
        dimension: DimensionId,
        arms: Vec<super::ArmId>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateValue {
    Column(ColumnId),
    Day(chrono::NaiveDate),
}

/// Functions of numbers; `Min` and `Max` take two or more, `Clamp` three, the rest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    Min,
    Max,
    /// `clamp(x, low, high)`
    Clamp,
    /// Natural logarithm; of a bare number.
    Log,
    Sqrt,
    /// Half away from zero.
    Round,
    Abs,
}

impl Number {
    /// Appends the columns that it reads.
    pub fn columns(&self, into: &mut Vec<ColumnId>) {
        match &self.kind {
            NumberKind::Literal(_) | NumberKind::InArms { .. } => {}
            NumberKind::Column(c) | NumberKind::DistanceTo { column: c, .. } => into.push(*c),
            NumberKind::Negate(a) | NumberKind::Share(a) => a.columns(into),
            NumberKind::Add(a, b)
            | NumberKind::Subtract(a, b)
            | NumberKind::Multiply(a, b)
            | NumberKind::Divide(a, b)
            | NumberKind::Default(a, b) => {
                a.columns(into);
                b.columns(into);
            }
            NumberKind::Call(_, arguments) => arguments.iter().for_each(|a| a.columns(into)),
            NumberKind::If { condition, then, otherwise } => {
                condition.columns(into);
                then.columns(into);
                otherwise.columns(into);
            }
            NumberKind::Between { from, to } => {
                for value in [from, to] {
                    if let DateValue::Column(c) = value {
                        into.push(*c);
                    }
                }
            }
        }
    }
}
