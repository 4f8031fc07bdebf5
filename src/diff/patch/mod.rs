//! The rollout of a diff: the least operations that make the head's assignments of the base's, and back.
//!
//! Takes two streams of [`Row`](super::assignments::Row)s in order, gives [`Operation`]s account by account and their
//! inverse; applies operations to a stream. Invariant: delta applied to the base gives the head row for row, the inverse
//! gives the base again; within an account rows go and end before others change, and these before rows come, so that
//! done one by one they never leave two owners on a day of one account and coverage. Deliberately absent: the files that
//! the operations stand in; `render` writes and `cli` reads them.

mod apply;
mod delta;
mod digest;
mod manifest;
mod operation;

pub use apply::{Applied, apply};
pub use delta::{AccountDelta, Delta, delta};
pub use manifest::{Batch, Counts, MANIFEST, Manifest, State, VERSION};
pub use operation::{Kind, OPERATION_COLUMNS, Operation, read_operations};
