//! Fields: the things that a plan asks of a row, each with few classes.
//!
//! A field turns the cells of one row into the number of a class; everything that the plan asks of it is a
//! [`ClassSet`](super::class_set::ClassSet). Columns become fields through cut points and pattern tables, so that a
//! column is read once however many rules ask for it. Invariant: a field refers to earlier fields only.

use super::circle::Circle;
use super::cuts::Cuts;
use super::decision::Decision;
use super::text_table::TextTable;
use super::value::Value;
use crate::plan::TextSearch;
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

/// Index into a program's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FieldId(pub u32);

#[derive(Debug, Clone)]
pub(super) enum Field {
    Number {
        column: ColumnId,
        cuts: Cuts<f64>,
    },
    Text {
        column: ColumnId,
        table: TextTable,
    },
    Date {
        column: ColumnId,
        cuts: Cuts<i32>,
    },
    /// False, true, missing.
    Flag {
        column: ColumnId,
    },
    /// There, missing.
    Presence {
        column: ColumnId,
    },
    /// A number that is computed first.
    Formula {
        value: Value,
        cuts: Cuts<f64>,
    },
    /// Outside (or missing), inside.
    Circle {
        column: ColumnId,
        circle: Circle,
    },
    /// Outside (or missing), inside; index into the program's shapes.
    Inside {
        column: ColumnId,
        shape: u32,
    },
    /// No, yes.
    Numbers {
        left: Value,
        op: CompareOp,
        right: Value,
    },
    /// Not found, found, missing.
    Search {
        column: ColumnId,
        searches: Vec<TextSearch>,
    },
    Texts {
        left: ColumnId,
        right: ColumnId,
    },
    Dates {
        left: ColumnId,
        op: CompareOp,
        right: ColumnId,
    },
    /// The arm, else [`Decision::none`], else [`Decision::two`].
    Decision(Decision),
}

impl Field {
    pub fn classes(&self) -> u32 {
        match self {
            Field::Number { cuts, .. } | Field::Formula { cuts, .. } => cuts.classes(),
            Field::Text { table, .. } => table.classes(),
            Field::Date { cuts, .. } => cuts.classes(),
            Field::Flag { .. } | Field::Search { .. } => 3,
            Field::Presence { .. }
            | Field::Circle { .. }
            | Field::Inside { .. }
            | Field::Numbers { .. }
            | Field::Texts { .. }
            | Field::Dates { .. } => 2,
            Field::Decision(decision) => decision.classes(),
        }
    }

    /// Whether a class costs so much that only rows that need it are asked.
    pub fn is_costly(&self) -> bool {
        !matches!(
            self,
            Field::Number { .. }
                | Field::Text { .. }
                | Field::Date { .. }
                | Field::Flag { .. }
                | Field::Presence { .. }
        )
    }
}

/// `a op b` as IEEE numbers and days compare.
pub(super) fn compare<T: PartialOrd>(a: T, op: CompareOp, b: T) -> bool {
    match op {
        CompareOp::Less => a < b,
        CompareOp::LessEqual => a <= b,
        CompareOp::Equal => a == b,
        CompareOp::NotEqual => a != b,
        CompareOp::GreaterEqual => a >= b,
        CompareOp::Greater => a > b,
    }
}
