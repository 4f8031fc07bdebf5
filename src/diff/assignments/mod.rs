//! Assignments of earlier compiles: their rows in order, and what changes between two of them.
//!
//! Takes files of the form that `compile` writes (CSV or Parquet) and the folders that they stand in, gives [`Row`]s
//! sorted by account, coverage and first day. Invariant: no two rows of a stream have one key, and days are days.
//! Deliberately absent: why anything changes; only a plan can tell.

mod folder;
mod owners;
mod paired;
mod read;
mod row;

pub use folder::OutFolder;
pub use owners::{OwnerChanges, OwnerPair, RepCount, owners};
pub(super) use paired::each_account;
pub(super) use read::Ordered;
pub use read::{Assignments, RowStream};
pub use row::{COLUMNS, Row};
