//! `expect`, `warn` and `test`, typed; a later stage holds results to them.

use super::{ArmId, BudgetOf, Condition, DimensionId, LeafTarget, Unit};
use crate::diagnostics::Span;
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// A failure is a warning only.
    pub warn: bool,
    pub metric: Metric,
    pub bound: Bound,
    /// `10% of accounts`: the bound is that part of this metric.
    pub of: Option<Metric>,
    pub per: Option<Grouping>,
    pub within: Option<PlacedIn>,
    pub condition: Option<Condition>,
    pub because: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    pub kind: MetricKind,
    pub unit: Unit,
    pub span: Span,
}

/// What is measured.
#[derive(Debug, Clone, PartialEq)]
pub enum MetricKind {
    Accounts,
    Territories,
    Seats,
    OpenSeats,
    /// Accounts that an exception places or holds.
    Exceptions,
    /// Accounts with an owner, as a share.
    Covered,
    /// Sum of a weight or a numeric column.
    Load(BudgetOf),
    /// Largest |load / target − 1| of a weight.
    Imbalance(u32),
    /// Weighted mean distance to the centre, in kilometres.
    Distance,
    /// Share of the quantity that changes territory against the base of a diff (or the incumbents).
    Moved(BudgetOf),
    /// Share of the accounts that meet the condition and keep their owner.
    Kept(Option<Condition>),
    /// Share of the quantity that meets the condition.
    Share(Condition),
}

/// Bounds in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    Compare(CompareOp, f64),
    Between(f64, f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grouping {
    Territory,
    Rep,
    Coverage,
    Carve,
}

/// The part of the result that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacedIn {
    Coverage(u32),
    Target(LeafTarget),
    CarveTerritory(u32, String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    pub title: String,
    /// Columns and values in base units; others are missing.
    pub account: Vec<(ColumnId, Value, Span)>,
    pub expects: Vec<TestExpect>,
    pub span: Span,
}

/// A literal cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    Text(String),
    Bool(bool),
    Date(chrono::NaiveDate),
    /// Degrees.
    Point {
        lat: f64,
        lon: f64,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct TestExpect {
    pub outcome: TestOutcome,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TestOutcome {
    Leaf { coverage: u32, target: LeafTarget },
    Arm { dimension: DimensionId, arm: ArmId },
    Segment { segment: u32, holds: bool },
    Weight { weight: u32, bound: Bound },
}
