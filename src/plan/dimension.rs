//! Dimensions: named partitions of the accounts.

use super::{Condition, Number, Unproved};
use crate::diagnostics::Span;
use crate::workspace::schema::ColumnId;

/// Index into the plan's dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DimensionId(pub u32);

/// Index into a dimension's arms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArmId(pub u32);

/// Every account falls in exactly one arm; one that falls in none is an error at run time.
#[derive(Debug, Clone, PartialEq)]
pub struct Dimension {
    pub name: String,
    pub was: Option<String>,
    pub arms: Vec<Arm>,
    pub partition: Partition,
    /// The arm of a missing subject.
    pub missing: Option<ArmId>,
    /// The arm of everything that no other arm takes.
    pub otherwise: Option<ArmId>,
    pub unproved: Option<Unproved>,
    pub because: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    pub name: String,
    pub because: Option<String>,
    pub span: Span,
}

/// How the arms are told apart; patterns of different arms never overlap, as far as they are of one kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Partition {
    /// Ranges of a number, ascending and disjoint.
    Ranges { subject: Number, ranges: Vec<RangeArm> },
    /// Texts and prefixes of a text, code or id column.
    Texts { column: ColumnId, default: Option<String>, patterns: Vec<(TextPattern, ArmId)> },
    /// A date column; ranges of days, ascending and disjoint, both ends included.
    Dates { column: ColumnId, ranges: Vec<(Option<chrono::NaiveDate>, Option<chrono::NaiveDate>, ArmId)> },
    /// Conditions, one an arm or more, that of a missing subject among them; an account that two arms claim is an error
    /// at run time.
    Conditions { arms: Vec<(Condition, ArmId)> },
}

/// An interval of a number; `None` is open to infinity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RangeArm {
    pub from: Option<f64>,
    pub from_included: bool,
    pub to: Option<f64>,
    pub to_included: bool,
    pub arm: ArmId,
}

/// What a text is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextPattern {
    Exactly(String),
    StartsWith(String),
}

impl Dimension {
    pub fn arm(&self, name: &str) -> Option<ArmId> {
        self.arms.iter().position(|a| a.name == name).map(|i| ArmId(i as u32))
    }

    /// Appends the columns that it reads.
    pub fn columns(&self, into: &mut Vec<ColumnId>) {
        match &self.partition {
            Partition::Ranges { subject, .. } => subject.columns(into),
            Partition::Texts { column, .. } | Partition::Dates { column, .. } => into.push(*column),
            Partition::Conditions { arms } => arms.iter().for_each(|(c, _)| c.columns(into)),
        }
    }
}
