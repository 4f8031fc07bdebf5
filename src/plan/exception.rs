//! Exceptions: accounts that are named, held or excluded.

use super::Condition;
use crate::diagnostics::Span;
use crate::workspace::schema::ColumnId;

/// Which accounts an exception is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    /// Keys with their places, sorted by key, each once.
    Keys(Vec<(String, Span)>),
    Condition(Condition),
}

impl Selector {
    pub(super) fn columns(&self, into: &mut Vec<ColumnId>) {
        if let Selector::Condition(condition) = self {
            condition.columns(into);
        }
    }
}

/// Puts accounts into a place of their own choosing, until a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub selector: Selector,
    pub target: Target,
    /// Index of the coverage.
    pub coverage: u32,
    pub until: Option<chrono::NaiveDate>,
    pub because: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Territory(u32),
    Pool(u32),
    /// Into a carve: its solver chooses the territory.
    Carve(u32),
    /// One territory of a carve by its name.
    CarveTerritory(u32, String, Span),
}

/// Changes the owner for a time, never the territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    pub selector: Selector,
    pub owner: HoldOwner,
    /// `None`: every coverage.
    pub coverage: Option<u32>,
    /// `None`: from the plan's first day.
    pub from: Option<chrono::NaiveDate>,
    /// Last day.
    pub until: chrono::NaiveDate,
    pub because: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldOwner {
    Incumbent,
    Rep(String, Span),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Exclude {
    pub selector: Selector,
    /// `None`: every coverage.
    pub coverage: Option<u32>,
    pub because: Option<String>,
    pub span: Span,
}
