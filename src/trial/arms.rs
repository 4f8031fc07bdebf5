//! Which arms of the coverage trees tests reach.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::diagnostics::{Sources, Span};
use crate::outcome::decisions::{InCoverage, target_words};
use crate::outcome::place::Force;
use crate::plan::Plan;

/// The arms of all trees.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reach {
    pub arms: usize,
    pub reached: usize,
    /// By coverage, then in the order of reading.
    pub missing: Vec<Arm>,
}

/// An arm of a split.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arm {
    pub coverage: String,
    /// `plan.terr:40`
    pub place: String,
    /// `size small > industry retail`
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

/// The leaves that tests reached, per coverage.
pub(super) struct Reached(Vec<BTreeSet<u32>>);

impl Reached {
    pub fn new(plan: &Plan) -> Self {
        Self(vec![BTreeSet::new(); plan.coverages.len()])
    }

    /// Notes where the tree leads an account; statements stand before the tree and reach no arm.
    pub fn note(&mut self, coverage: u32, here: &InCoverage) {
        if let (Some((_, Force::Tree)), Ok(leaf)) = (here.place, &here.leaf) {
            self.0[coverage as usize].insert(*leaf);
        }
    }

    pub fn finish(self, plan: &Plan, sources: &Sources) -> Reach {
        let mut reach = Reach { arms: 0, reached: 0, missing: Vec::new() };
        for (coverage, reached) in plan.coverages.iter().zip(self.0) {
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
                        coverage: coverage.name.clone(),
                        place: sources.place(decision.span),
                        says: words.collect::<Vec<_>>().join(" > "),
                        target: last.then(|| target_words(plan, leaf.target)),
                        span: decision.span,
                    });
                }
            }
        }
        reach
    }
}
