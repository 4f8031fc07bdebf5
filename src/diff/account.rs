//! One account of a diff: where it stood, where it stands, what changed of it.

use chrono::NaiveDate;
use serde::Serialize;

use crate::outcome::standing::Stay;

/// What `--explain` tells besides the account's rows among the moves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccountDiff {
    pub account: String,
    /// By coverage name; a coverage that only one side has is there too.
    pub coverages: Vec<CoverageStays>,
    /// Cells that both sides read and that differ; sensitive columns are left out.
    pub cells: Vec<CellDiff>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoverageStays {
    pub coverage: String,
    /// Empty where the account or the coverage is not on that side.
    pub before: Vec<StayState>,
    pub after: Vec<StayState>,
}

/// A row of the assignments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StayState {
    #[serde(serialize_with = "super::moves::day")]
    pub from: NaiveDate,
    #[serde(serialize_with = "super::moves::day")]
    pub to: NaiveDate,
    /// Empty when nobody covers the account.
    pub territory: String,
    pub rep: String,
    pub path: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellDiff {
    pub column: String,
    /// Empty for a missing cell.
    pub before: String,
    pub after: String,
}

impl From<&Stay> for StayState {
    fn from(stay: &Stay) -> Self {
        Self {
            from: stay.from,
            to: stay.to,
            territory: stay.territory.clone(),
            rep: stay.rep.clone(),
            path: stay.path.clone(),
            reason: stay.reason.clone(),
        }
    }
}
