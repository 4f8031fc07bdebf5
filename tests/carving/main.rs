//! Carving with the real binary: every clause, budgets, conflicts, realignment, and `terrac carve` without a plan.

#![allow(clippy::disallowed_methods, reason = "a test may be a digit off")]

mod budget;
mod clauses;
mod conflict;
mod frontier;
mod interrupt;
mod realign;
mod table;
mod world;
