//! Two tables of any columns, compared row by row by a key.
//!
//! Takes two files (CSV, Parquet or JSON Lines, in any order of rows and columns), gives a [`Comparison`] and the rows
//! that differ, sorted by key. Of the first table 35 bytes a row are held, above a budget on temporary files; the rows
//! that differ are read once more. Invariant: the result depends on the cells alone, not on order, format or threads.
//! When cells are equal stands in [`cell`], how likely a digest misleads in [`hash`]. Deliberately absent: what the
//! columns mean.

pub mod cell;
mod compare;
mod duplicates;
mod entry;
pub mod hash;
mod passes;
mod records;
pub(super) mod sorted;

use std::borrow::Cow;

use serde::Serialize;

pub use compare::{Compared, compare};
pub(super) use entry::{cells, text};
pub(super) use passes::no_room;

use crate::data::DataFile;

/// Raised when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// What to compare.
#[derive(Debug, Clone)]
pub struct Request {
    pub base: DataFile,
    pub head: DataFile,
    /// One column or several.
    pub key: Vec<String>,
    /// None: all that both tables have.
    pub columns: Vec<String>,
    /// Columns whose changes are counted from value to value.
    pub transitions: Vec<String>,
    pub threads: usize,
    /// In bytes.
    pub memory: usize,
}

/// Two tables compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    pub version: u32,
    pub base: TableSide,
    pub head: TableSide,
    pub key: Vec<String>,
    pub added: u64,
    pub removed: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Those that are compared, in the order of the base.
    pub columns: Vec<ColumnChanges>,
    /// In the order in which they were asked for.
    pub transitions: Vec<Transitions>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableSide {
    /// As the user named it.
    pub name: String,
    pub rows: u64,
    /// Columns that the other table does not have.
    pub only: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnChanges {
    pub column: String,
    /// Rows of both tables where it differs.
    pub changed: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transitions {
    pub column: String,
    /// The most rows first, then by values.
    pub pairs: Vec<Transition>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transition {
    pub from: String,
    pub to: String,
    pub rows: u64,
}

/// A key whose rows differ.
#[derive(Debug)]
pub struct Change<'a> {
    pub kind: ChangeKind,
    pub key: Vec<String>,
    /// In the order of [`Comparison::columns`]; none for a row that was added.
    pub before: Option<Vec<Cow<'a, str>>>,
    /// None for a row that was removed.
    pub after: Option<Vec<Cow<'a, str>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
}

impl ChangeKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

impl Comparison {
    /// Whether any row differs.
    pub fn differs(&self) -> bool {
        self.added + self.removed + self.changed > 0
    }
}
