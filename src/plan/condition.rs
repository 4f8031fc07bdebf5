//! Typed conditions: what holds for one account.
//!
//! Two-valued: a comparison with a missing value does not hold, and its `not` does. The check stage makes sure that a
//! missing value never decides ownership unsaid.

use super::{ArmId, DimensionId, Number, TextPattern};
use crate::diagnostics::Span;
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Always(bool),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Index into the plan's segments.
    Segment(u32),
    Test(Predicate, Span),
}

/// One atomic question about a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// Both sides have the same unit; the literal side, if there is one, is on the right.
    Compare {
        left: Number,
        op: CompareOp,
        right: Number,
    },
    /// Text, code or id column against literals; `default` stands in for a missing cell.
    Matches {
        column: ColumnId,
        default: Option<String>,
        patterns: Vec<TextPattern>,
    },
    /// Text, code or id column that holds one of some words at its end or anywhere.
    Searches {
        column: ColumnId,
        default: Option<String>,
        searches: Vec<TextSearch>,
    },
    /// Two text columns, equal (or not, under `Not`).
    SameText {
        left: ColumnId,
        right: ColumnId,
    },
    CompareDate {
        column: ColumnId,
        default: Option<chrono::NaiveDate>,
        op: CompareOp,
        to: chrono::NaiveDate,
    },
    /// Two date columns.
    CompareDates {
        left: ColumnId,
        op: CompareOp,
        right: ColumnId,
    },
    /// A bool column that is true.
    Flag {
        column: ColumnId,
        default: bool,
    },
    Missing(ColumnId),
    /// The dimension's value is one of these.
    Is {
        dimension: DimensionId,
        arms: Vec<ArmId>,
    },
    /// Great-circle distance from a point column, the border included.
    Within {
        column: ColumnId,
        lat: f64,
        lon: f64,
        km: f64,
    },
    /// A point column inside any polygon of a shape (index into the plan's shapes), the border included.
    Inside {
        column: ColumnId,
        shape: u32,
    },
}

/// What is looked for in a text. Unlike a [`super::TextPattern`] it cannot be found by the text's beginning, so that it
/// stands in conditions only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextSearch {
    EndsWith(String),
    Contains(String),
}

impl TextSearch {
    pub fn finds(&self, text: &str) -> bool {
        match self {
            TextSearch::EndsWith(end) => text.ends_with(end.as_str()),
            TextSearch::Contains(part) => text.contains(part.as_str()),
        }
    }
}

impl Condition {
    /// Appends the columns that it reads itself; those of dimensions and segments are theirs.
    pub fn columns(&self, into: &mut Vec<ColumnId>) {
        match self {
            Condition::Always(_) | Condition::Segment(_) => {}
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|p| p.columns(into)),
            Condition::Not(part) => part.columns(into),
            Condition::Test(predicate, _) => predicate.columns(into),
        }
    }
}

impl Predicate {
    fn columns(&self, into: &mut Vec<ColumnId>) {
        match self {
            Predicate::Compare { left, right, .. } => {
                left.columns(into);
                right.columns(into);
            }
            Predicate::Matches { column, .. }
            | Predicate::Searches { column, .. }
            | Predicate::CompareDate { column, .. }
            | Predicate::Flag { column, .. }
            | Predicate::Missing(column)
            | Predicate::Within { column, .. }
            | Predicate::Inside { column, .. } => into.push(*column),
            Predicate::SameText { left, right } | Predicate::CompareDates { left, right, .. } => {
                into.extend([*left, *right]);
            }
            Predicate::Is { .. } => {}
        }
    }
}
