//! Which arms of the coverage trees and of the dimensions tests reach.
//!
//! A test reaches the arms of a tree that lead its account to a place that it expects, and the values of the dimensions that
//! are asked on the way or by an expectation of its own.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::classify::{Account, Reference};
use crate::diagnostics::{Sources, Span};
use crate::outcome::decisions::{InCoverage, target_words, turns};
use crate::outcome::place::Force;
use crate::plan::{ArmId, DimensionId, Plan};

/// The arms of all trees and dimensions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reach {
    pub arms: usize,
    pub reached: usize,
    /// Coverages first, then dimensions, each in the order of reading.
    pub missing: Vec<Arm>,
}

/// An arm of a split or of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arm {
    /// `coverage field`, `dimension size`
    pub of: String,
    /// `plan.terr:40`
    pub place: String,
    /// `size small > industry retail`; of a dimension, the value.
    pub says: String,
    /// Where it leads, for the last arm before a leaf.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    #[serde(skip)]
    pub span: Span,
}

impl Reach {
    /// A fraction; a plan without splits has nothing to reach.
    pub fn part(&self) -> f64 {
        if self.arms == 0 { 1.0 } else { self.reached as f64 / self.arms as f64 }
    }
}

/// Spans are equal to each other; their places are not.
type At = (u32, u32, u32);

fn at(span: Span) -> At {
    (span.file.0, span.start, span.end)
}

/// What tests reached.
pub(super) struct Reached {
    /// Per coverage its leaves.
    leaves: Vec<BTreeSet<u32>>,
    arms: BTreeSet<(DimensionId, ArmId)>,
}

impl Reached {
    pub fn new(plan: &Plan) -> Self {
        Self { leaves: vec![BTreeSet::new(); plan.coverages.len()], arms: BTreeSet::new() }
    }

    /// Notes where the tree leads an account; statements stand before the tree and reach no arm.
    pub fn note(&mut self, reference: &Reference<'_>, coverage: u32, here: &InCoverage, account: Account<'_>) {
        if let (Some((_, Force::Tree)), Ok(leaf)) = (here.place, &here.leaf) {
            self.leaves[coverage as usize].insert(*leaf);
            for turn in turns(reference, coverage, *leaf) {
                self.note_dimensions(reference, turn.dimensions, account);
            }
        }
    }

    /// Notes the values of dimensions that somebody asked for.
    pub fn note_dimensions(&mut self, reference: &Reference<'_>, asked: Vec<DimensionId>, account: Account<'_>) {
        for dimension in asked {
            self.arms.extend(reference.arm(dimension, account).ok().map(|arm| (dimension, arm)));
        }
    }

    pub fn finish(self, plan: &Plan, sources: &Sources) -> Reach {
        let mut reach = Reach { arms: 0, reached: 0, missing: Vec::new() };
        for (coverage, reached) in plan.coverages.iter().zip(self.leaves) {
            let mut known: BTreeSet<At> = BTreeSet::new();
            let arms = reached.iter().flat_map(|leaf| &coverage.leaves[*leaf as usize].path);
            let done: BTreeSet<At> = arms.map(|decision| at(decision.span)).collect();
            for leaf in &coverage.leaves {
                for (depth, decision) in leaf.path.iter().enumerate() {
                    if !known.insert(at(decision.span)) {
                        continue;
                    }
                    reach.arms += 1;
                    if done.contains(&at(decision.span)) {
                        reach.reached += 1;
                        continue;
                    }
                    let words =
                        leaf.path[..=depth].iter().map(|d| format!("{} {}", d.subject, d.matched).trim().to_owned());
                    let last = depth + 1 == leaf.path.len();
                    reach.missing.push(Arm {
                        of: format!("coverage {}", coverage.name),
                        place: sources.place(decision.span),
                        says: words.collect::<Vec<_>>().join(" > "),
                        target: last.then(|| target_words(plan, leaf.target)),
                        span: decision.span,
                    });
                }
            }
        }
        for (n, dimension) in (0u32..).zip(&plan.dimensions) {
            for (m, arm) in (0u32..).zip(&dimension.arms) {
                reach.arms += 1;
                if self.arms.contains(&(DimensionId(n), ArmId(m))) {
                    reach.reached += 1;
                    continue;
                }
                reach.missing.push(Arm {
                    of: format!("dimension {}", dimension.name),
                    place: sources.place(arm.span),
                    says: arm.name.clone(),
                    target: None,
                    span: arm.span,
                });
            }
        }
        reach
    }
}
