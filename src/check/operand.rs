//! What an expression comes down to: a value of one type, perhaps with a stand-in for a missing cell.

use chrono::NaiveDate;

use super::units::{self, Quantity};
use crate::plan::Condition;
use crate::workspace::schema::ColumnId;

#[derive(Debug, Clone)]
pub(super) enum Operand {
    Number(Quantity),
    Text(TextOperand),
    Date(DateOperand),
    /// `true` and `false` are [`Condition::Always`].
    Condition(Condition),
    Point(PointOperand),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TextOperand {
    Literal(String),
    Column { column: ColumnId, default: Option<String>, nullable: bool },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum DateOperand {
    Day(NaiveDate),
    Column { column: ColumnId, default: Option<NaiveDate>, nullable: bool },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum PointOperand {
    /// Degrees.
    Fixed {
        lat: f64,
        lon: f64,
    },
    Column {
        column: ColumnId,
        nullable: bool,
    },
}

impl Operand {
    /// How it is called in messages: `money`, `a text`, `a condition`.
    pub fn describe(&self) -> String {
        match self {
            Operand::Number(quantity) => units::describe(quantity.number.unit),
            Operand::Text(_) => "a text".to_owned(),
            Operand::Date(_) => "a date".to_owned(),
            Operand::Condition(_) => "a condition".to_owned(),
            Operand::Point(_) => "a point".to_owned(),
        }
    }

    pub fn is_fixed(&self) -> bool {
        match self {
            Operand::Number(quantity) => quantity.literal().is_some(),
            Operand::Text(text) => matches!(text, TextOperand::Literal(_)),
            Operand::Date(date) => matches!(date, DateOperand::Day(_)),
            Operand::Condition(condition) => matches!(condition, Condition::Always(_)),
            Operand::Point(point) => matches!(point, PointOperand::Fixed { .. }),
        }
    }
}
