//! Two versions of a plan and of its outcome: what changes, for whom, why.
//!
//! [`Diff`] is the one value that every rendering is made from; it holds everything that may be shown and nothing that may
//! not: sensitive columns never get in. Invariant: every change of an account has exactly one cause, and the changes by
//! cause, by pair and by rep each add up to the whole. Reading sides and compiling them is deliberately absent; the chain
//! does that.
//!
//! Beside it, and without a word of plans: [`tables`] compares any two tables, [`assignments`] those of two compiles,
//! [`patch`] makes the rollout between them.

pub mod account;
pub mod assignments;
pub mod join;
pub mod moves;
pub mod patch;
pub mod plan;
pub mod state;
pub mod tables;
pub mod value;

pub use account::AccountDiff;
pub use moves::{Change, Move, Moves};
pub use value::*;
