//! What can be said of a plan's rules for every account that could ever be, before any data is read.
//!
//! Takes a [`Plan`], its schema and its shapes; gives a [`Proof`]: a verdict on every partition, and
//! findings for people ([`prove`]); answers to claims ([`Outcome`]); and the accounts whose place changes between two
//! plans ([`changes`]). It is an exact decision procedure: columns are cut where the plan cuts them (`axis`, `place`),
//! conditions become decision diagrams over the columns (`diagram`, `meaning`, `number`), and every account that is shown
//! has been put through the plain evaluator (`witness`). Invariant: what is called proved holds for every account that
//! data can hold. Deliberately absent: what the accounts at hand are like; keys that exceptions list.

mod axis;
mod border;
mod change;
mod claim;
mod course;
mod diagram;
mod exception;
mod gather;
mod meaning;
mod number;
mod place;
mod proof;
mod region;
mod report;
mod space;
mod splits;
#[cfg(test)]
mod tests;
mod tree;
mod witness;

pub use change::{Change, WithShapes, changes, place};
pub use diagram::{Budget, TooMany};
pub use proof::{Outcome, Part, Unreached, Verdict, Why};
pub use report::{Accepted, Proof, prove};
pub use witness::{Cells, Witness};

use std::sync::Arc;

use crate::classify::PreparedShape;
use crate::plan::Plan;
use crate::workspace::schema::Schema;

/// The verdicts alone, without words.
pub fn verdicts(plan: &Plan, schema: &Schema, shapes: Option<&[Arc<PreparedShape>]>, budget: Budget) -> Vec<Verdict> {
    proof::Prover::new(plan, schema, shapes, budget).verdicts()
}

/// Whether each claim of the plan holds for every account: [`Outcome::Refuted`] has one that breaks it.
pub fn answers(plan: &Plan, schema: &Schema, shapes: Option<&[Arc<PreparedShape>]>, budget: Budget) -> Vec<Outcome> {
    let mut prover = proof::Prover::new(plan, schema, shapes, budget);
    plan.questions.iter().map(|question| prover.answer(question)).collect()
}
