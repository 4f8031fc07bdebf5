//! Answers to claims: `prove A implies B`.
//!
//! Takes a claim, gives whether it holds for every account, an account that breaks it, or that there is no telling. A place
//! is where the tree of a coverage leads, whatever the exceptions say. Invariant: a counterexample has been put through
//! the evaluator.

use super::diagram::{Ref, TooMany, Tried};
use super::proof::{Outcome, Prover};
use super::tree;
use crate::classify::{Account, Reference};
use crate::plan::{Claim, LeafTarget, Question};

impl Prover<'_> {
    /// [`Outcome::Proved`]: it holds for every account; [`Outcome::Refuted`]: not for this one.
    pub fn answer(&mut self, question: &Question) -> Outcome {
        self.space.diagrams.begin();
        let broken = match self.broken(question) {
            Ok(broken) => broken,
            Err(TooMany) => return Outcome::TooMany,
        };
        let reference = Reference { plan: self.plan, shapes: self.shapes, totals: &[] };
        self.outcome(broken, &mut |account| {
            question.given.as_ref().is_none_or(|given| meets(&reference, given, account))
                && !meets(&reference, &question.holds, account)
        })
    }

    fn broken(&mut self, question: &Question) -> Tried<Ref> {
        let holds = self.claim(&question.holds)?;
        match &question.given {
            Some(given) => {
                let given = self.claim(given)?;
                self.space.diagrams.less(given, holds)
            }
            None => self.space.diagrams.not(holds),
        }
    }

    fn claim(&mut self, claim: &Claim) -> Tried<Ref> {
        match claim {
            Claim::All(parts) => {
                let parts = parts.iter().map(|part| self.claim(part)).collect::<Tried<Vec<Ref>>>()?;
                self.space.diagrams.all(parts)
            }
            Claim::Any(parts) => {
                let parts = parts.iter().map(|part| self.claim(part)).collect::<Tried<Vec<Ref>>>()?;
                self.space.diagrams.any(parts)
            }
            Claim::Not(part) => {
                let part = self.claim(part)?;
                self.space.diagrams.not(part)
            }
            Claim::Meets(condition) => self.meaning.condition(&mut self.space, condition),
            Claim::InPlace { coverage, target, .. } => self.placed(*coverage, *target),
        }
    }

    /// The accounts that the tree of a coverage sends to a place.
    pub fn placed(&mut self, coverage: u32, target: LeafTarget) -> Tried<Ref> {
        let leaves = self.placed_leaves(coverage)?;
        let wanted = self.plan.coverages[coverage as usize].leaves.iter().zip(leaves);
        let wanted: Vec<Ref> = wanted.filter(|(leaf, _)| leaf.target == target).map(|(_, set)| set).collect();
        self.space.diagrams.any(wanted)
    }

    /// By leaf: the accounts that the tree sends there.
    pub fn placed_leaves(&mut self, coverage: u32) -> Tried<Vec<Ref>> {
        if let Some(known) = &self.leaves[coverage as usize] {
            return Ok(known.clone());
        }
        let leaves = tree::leaves(&mut self.space, &mut self.meaning, coverage)?;
        self.leaves[coverage as usize] = Some(leaves.clone());
        Ok(leaves)
    }
}

/// As the evaluator says it.
fn meets(reference: &Reference<'_>, claim: &Claim, account: Account<'_>) -> bool {
    match claim {
        Claim::All(parts) => parts.iter().all(|part| meets(reference, part, account)),
        Claim::Any(parts) => parts.iter().any(|part| meets(reference, part, account)),
        Claim::Not(part) => !meets(reference, part, account),
        Claim::Meets(condition) => reference.holds(condition, account),
        Claim::InPlace { coverage, target, .. } => {
            let leaves = &reference.plan.coverages[*coverage as usize].leaves;
            reference.leaf(*coverage, account).is_ok_and(|leaf| leaves[leaf as usize].target == *target)
        }
    }
}
