//! Carves as they are written.

use super::{Because, Expr, Name, Text};
use crate::diagnostics::Span;

/// `carve ne_enterprise "NE-ENT-{n:02}" { CLAUSES }`
#[derive(Debug, Clone, PartialEq)]
pub struct Carve {
    pub name: Name,
    pub was: Option<Name>,
    /// How the territories are called; `{n}` or `{n:02}` is their number.
    pub template: Option<Text>,
    pub clauses: Vec<CarveClause>,
    pub because: Because,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CarveClause {
    pub kind: CarveClauseKind,
    pub because: Because,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CarveClauseKind {
    /// `seats reps where CONDITION`
    SeatsWhere(Expr),
    /// `seats 20`: that many seats without reps.
    SeatsCount(Expr),
    /// `overcarve 15%`
    Overcarve(Expr),
    /// `headroom 10%`
    Headroom(Expr),
    /// `unit zip`; `account` and `family` are words like any other here.
    Unit(Name),
    /// `balance WEIGHT within 5%`
    Balance {
        weight: Name,
        within: Expr,
    },
    /// `compact around seats`, `compact around accounts`, with `by distance` or `by squared distance` behind.
    Compact {
        around: Around,
        by: Option<DistanceCost>,
    },
    Contiguous,
    /// `keep incumbents [, moving at most 8% of revenue]`
    Keep {
        at_most: Option<(Expr, Name)>,
    },
    /// `open covered by nearest`
    OpenCoveredBy(OpenPolicy),
    /// `accounts between 20 and 150`
    Accounts {
        from: Expr,
        to: Expr,
    },
    /// `mix 30% to 60% of WEIGHT where CONDITION`: the share of a weight (or of `accounts`) that meets the condition,
    /// in every territory.
    Mix {
        from: Expr,
        to: Expr,
        of: Name,
        condition: Expr,
    },
    /// `together "A", "B"` or `apart "A", "B"`: keys of units.
    Together(Vec<Text>),
    Apart(Vec<Text>),
    /// `eligible SEAT_COLUMN = UNIT_COLUMN`: a seat may take a unit only where its column names the unit's value
    /// (several values in one cell are separated by `;`).
    Eligible {
        seat: Name,
        unit: Name,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Around {
    Seats,
    Accounts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DistanceCost {
    Plain,
    Squared,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OpenPolicy {
    Nearest,
    Manager,
    Pool,
}
