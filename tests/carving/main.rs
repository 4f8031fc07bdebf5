//! Carving with the real binary: every clause, budgets, conflicts, realignment, and `terrac carve` without a plan.

mod budget;
mod clauses;
mod conflict;
mod frontier;
mod interrupt;
mod properties;
mod realign;
mod table;
mod world;
