//! Proofs of a plan's partitions, and those of its dimensions.
//!
//! Takes a plan; gives a [`Verdict`] on every dimension and on every split that an account can reach: whether each account
//! falls in an arm, whether none falls in two, and which arms nothing reaches. Accounts that the plan excludes need no arm.
//! Invariant: "proved" is so for every account that data can hold; an account that is shown has been put through the
//! evaluator. How trees are walked stands in [`splits`].

use std::sync::Arc;

use super::diagram::{Budget, End, NO, Ref, TooMany, Tried, YES};
use super::meaning::Meaning;
use super::space::Space;
use super::splits;
use super::witness::{Sought, Witness, seek};
use crate::classify::{Account, PreparedShape, Reference, Stray};
use crate::diagnostics::Span;
use crate::plan::{ArmId, DimensionId, Partition, Plan, Selector, Unproved};
use crate::workspace::schema::Schema;

/// What came of asking whether something is never so.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is never so.
    Proved,
    /// It is so for this account.
    Refuted(Witness),
    /// These conditions were taken as free, and no account was found.
    Undecided(Vec<Span>),
    /// More combinations than the budget allows.
    TooMany,
}

/// The partition that a verdict is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Dimension(DimensionId),
    /// The split of a coverage by its number, in the order in which the tree is written.
    Split(u32, u32),
}

/// An arm that no account reaches; `else` is the arm behind the last one.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreached {
    pub arm: usize,
    /// Earlier arms of a split in order that take all its accounts, or arms above that let none through.
    pub by: Vec<Span>,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its condition holds for no account at all.
    Never,
    /// The arms above let none through that it would take.
    Above,
    /// Other arms of the partition take them all.
    Others,
    /// Without it, the arms behind it would send its accounts to the same place.
    Repeats,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub part: Part,
    pub gap: Outcome,
    /// Values of a split's dimension that accounts have here and no arm takes.
    pub lost: Vec<ArmId>,
    /// Arms that may claim one account, in ascending order; none is proved disjoint of all others if absent here.
    pub overlaps: Vec<(usize, usize, Outcome)>,
    pub unreached: Vec<Unreached>,
    /// As the plan says it.
    pub unproved: Option<Unproved>,
}

impl Verdict {
    pub fn is_proved(&self) -> bool {
        self.gap == Outcome::Proved && self.overlaps.is_empty()
    }

    /// Whether some account is known to break the partition.
    pub fn is_refuted(&self) -> bool {
        let refuted = |outcome: &Outcome| matches!(outcome, Outcome::Refuted(_));
        refuted(&self.gap) || self.overlaps.iter().any(|(.., outcome)| refuted(outcome))
    }
}

/// Overlaps of one partition that are looked at.
const MOST_OVERLAPS: usize = 8;
/// Up to so many arms are compared each with each.
const MOST_PAIRED: usize = 16;

/// What arms claim, ascending by arm.
type Claims = Vec<(usize, Ref)>;

/// One plan and what is known of it.
pub(super) struct Prover<'a> {
    pub space: Space<'a>,
    pub meaning: Meaning<'a>,
    pub plan: &'a Plan,
    pub shapes: &'a [Arc<PreparedShape>],
    /// By coverage: the accounts that no condition excludes from it.
    pub included: Vec<Ref>,
    /// By coverage and leaf, where it has been asked for: the accounts that the tree sends there.
    pub leaves: Vec<Option<Vec<Ref>>>,
}

impl<'a> Prover<'a> {
    pub fn new(plan: &'a Plan, schema: &'a Schema, shapes: Option<&'a [Arc<PreparedShape>]>, budget: Budget) -> Self {
        let space = Space::new(schema, &[(plan, shapes)], budget);
        let mut prover = Self {
            space,
            meaning: Meaning::new(plan),
            plan,
            shapes: shapes.unwrap_or(&[]),
            included: Vec::new(),
            leaves: vec![None; plan.coverages.len()],
        };
        prover.included = (0..plan.coverages.len() as u32).map(|coverage| prover.included_in(coverage)).collect();
        prover
    }

    /// Without a say on the matter all are.
    fn included_in(&mut self, coverage: u32) -> Ref {
        self.space.diagrams.begin();
        let plan = self.plan;
        let excludes = plan.excludes.iter().filter(|e| e.coverage.is_none_or(|c| c == coverage));
        let mut parts = Vec::new();
        for exclude in excludes {
            if let Selector::Condition(condition) = &exclude.selector
                && let Ok(holds) = self.meaning.condition(&mut self.space, condition)
            {
                parts.push(holds);
            }
        }
        let excluded = self.space.diagrams.any(parts);
        excluded.and_then(|excluded| self.space.diagrams.not(excluded)).unwrap_or(YES)
    }

    /// The verdict on every dimension and on every split that can be reached.
    pub fn verdicts(&mut self) -> Vec<Verdict> {
        let plan = self.plan;
        // Trees come first: fields are then ordered as people order their decisions.
        let mut splits = Vec::new();
        for coverage in 0..plan.coverages.len() as u32 {
            splits::walk(self, coverage, &mut splits);
        }
        let dimensions = (0..plan.dimensions.len() as u32).map(|id| self.dimension(DimensionId(id)));
        let mut verdicts: Vec<Verdict> = dimensions.collect();
        verdicts.append(&mut splits);
        verdicts
    }

    fn dimension(&mut self, id: DimensionId) -> Verdict {
        self.space.diagrams.begin();
        let dimension = &self.plan.dimensions[id.0 as usize];
        let judged = self.judged_dimension(id);
        let (gap, overlaps, unreached) = judged.unwrap_or_else(|TooMany| (Outcome::TooMany, Vec::new(), Vec::new()));
        let (part, lost) = (Part::Dimension(id), Vec::new());
        Verdict { part, gap, lost, overlaps, unreached, unproved: dimension.unproved.clone() }
    }

    #[expect(clippy::type_complexity, reason = "the parts of a verdict")]
    fn judged_dimension(&mut self, id: DimensionId) -> Tried<(Outcome, Vec<(usize, usize, Outcome)>, Vec<Unreached>)> {
        let mut asked = NO;
        for included in self.included.clone() {
            asked = self.space.diagrams.or(asked, included)?;
        }
        let arms = self.meaning.dimension(&mut self.space, id)?;
        let (plan, shapes) = (self.plan, self.shapes);
        let reference = Reference { plan, shapes, totals: &[] };
        let everywhere = |account: Account<'_>| {
            (0..plan.coverages.len() as u32).all(|coverage| excluded(&reference, coverage, account))
        };
        let none = self.space.diagrams.less(asked, arms)?;
        let gap = self.outcome(none, &mut |account| {
            let stray = reference.arm(id, account).err();
            stray.is_some_and(|stray| stray.dimension == Some(id) && stray.claims.is_none()) && !everywhere(account)
        });
        let asks = |account: Account<'_>| reference.arm(id, account).err();
        let gap = told(gap, asks);
        let within = self.space.diagrams.give(asked, arms)?;
        let ends = self.space.diagrams.by_end(within)?;
        let mut overlaps = Vec::new();
        let (claims, pairs) = self.claimed_twice(id, asked, &ends)?;
        for (one, other, set) in pairs {
            let outcome = self.outcome(set, &mut |account| {
                let claimed = |arm: ArmId| claimed_by(&reference, id, arm, account);
                reference.arm(id, account).is_err() && claimed(one) && claimed(other) && !everywhere(account)
            });
            overlaps.push((one.0 as usize, other.0 as usize, told(outcome, asks)));
        }
        let mut unreached = self.unreached_arms(id, arms, &ends)?;
        // An arm whose every account another claims too is reached all the same.
        unreached.retain(|unreached| !claims.iter().any(|(arm, set)| *arm == unreached.arm && *set != NO));
        Ok((gap, overlaps, unreached))
    }

    /// Where two arms claim an account: what each arm claims, and the pairs of arms with the accounts that both claim.
    fn claimed_twice(
        &mut self,
        id: DimensionId,
        asked: Ref,
        ends: &[(End, Ref)],
    ) -> Tried<(Claims, Vec<(ArmId, ArmId, Ref)>)> {
        let plan = self.plan;
        let dimension = &plan.dimensions[id.0 as usize];
        let disjoint = ends.iter().all(|(end, _)| self.space.diagrams.pair(*end).is_none());
        let Partition::Conditions { arms } = &dimension.partition else { return Ok(Default::default()) };
        if disjoint {
            return Ok(Default::default());
        }
        let mut claims: Claims = Vec::new();
        for (condition, arm) in arms {
            let holds = self.meaning.condition(&mut self.space, condition)?;
            let here = self.space.diagrams.and(asked, holds)?;
            match claims.iter_mut().find(|(known, _)| *known == arm.0 as usize) {
                Some((_, known)) => *known = self.space.diagrams.or(*known, here)?,
                None => claims.push((arm.0 as usize, here)),
            }
        }
        claims.sort_by_key(|(arm, _)| *arm);
        let pairs = overlapping(&mut self.space, &claims, ends)?;
        let pairs = pairs.into_iter().map(|(one, other, set)| (ArmId(one as u32), ArmId(other as u32), set));
        Ok((claims, pairs.collect()))
    }

    /// Arms of conditions that no account reaches; patterns of one column have been judged by the check.
    fn unreached_arms(&mut self, id: DimensionId, arms: Ref, within: &[(End, Ref)]) -> Tried<Vec<Unreached>> {
        let dimension = &self.plan.dimensions[id.0 as usize];
        let Partition::Conditions { arms: written } = &dimension.partition else { return Ok(Vec::new()) };
        let reached = |ends: &[(End, Ref)], diagrams: &super::diagram::Diagrams, arm: usize| {
            let end = arm as End + 1;
            let one_of = |pair: (End, End)| pair.0 == end || pair.1 == end;
            ends.iter().any(|(known, _)| *known == end || diagrams.pair(*known).is_some_and(one_of))
        };
        let ends = self.space.diagrams.by_end(arms)?;
        let mut unreached = Vec::new();
        for arm in 0..dimension.arms.len() {
            let id = ArmId(arm as u32);
            let is_missing = dimension.missing == Some(id);
            if reached(within, &self.space.diagrams, arm) || is_missing {
                continue;
            }
            let why = match () {
                () if reached(&ends, &self.space.diagrams, arm) => Why::Above,
                () if written.iter().any(|(_, claimed)| *claimed == id) => Why::Never,
                () => Why::Others,
            };
            unreached.push(Unreached { arm, by: Vec::new(), why });
        }
        Ok(unreached)
    }

    /// Whether a set is empty, and if not, an account of it for which the test holds.
    pub fn outcome(&mut self, set: Ref, test: &mut dyn FnMut(Account<'_>) -> bool) -> Outcome {
        match seek(&self.space, set, test) {
            Sought::None => Outcome::Proved,
            Sought::Found(witness) => Outcome::Refuted(witness),
            Sought::Unsure(fields) => {
                let mut spans: Vec<Span> = fields.iter().map(|field| self.space.field(*field).span).collect();
                spans.sort_by_key(|span| (span.file, span.start, span.end));
                spans.dedup_by_key(|span| (span.file, span.start, span.end));
                Outcome::Undecided(spans)
            }
        }
    }
}

/// The outcome with an account of only those columns that were decided upon: not those that keep it from being excluded.
pub(super) fn told(outcome: Outcome, stray: impl Fn(Account<'_>) -> Option<Stray>) -> Outcome {
    match outcome {
        Outcome::Refuted(mut witness) => {
            let asked = stray(Account::Written(&witness.cells)).map(|stray| stray.columns).unwrap_or_default();
            witness.columns.retain(|column| asked.contains(column));
            Outcome::Refuted(witness)
        }
        other => other,
    }
}

/// Pairs of claims that meet: all of them when there are few claims, else those that the merged partition shows.
pub(super) fn overlapping(
    space: &mut Space<'_>,
    claims: &[(usize, Ref)],
    merged: &[(End, Ref)],
) -> Tried<Vec<(usize, usize, Ref)>> {
    let mut pairs = Vec::new();
    if claims.len() <= MOST_PAIRED {
        for (at, (other, set)) in claims.iter().enumerate() {
            for (one, earlier) in &claims[..at] {
                let both = space.diagrams.and(*earlier, *set)?;
                if both != NO && pairs.len() < MOST_OVERLAPS {
                    pairs.push((*one, *other, both));
                }
            }
        }
        return Ok(pairs);
    }
    for (end, set) in merged {
        let Some((one, other)) = space.diagrams.pair(*end) else { continue };
        if pairs.len() < MOST_OVERLAPS {
            pairs.push((one.min(other) as usize - 1, one.max(other) as usize - 1, *set));
        }
    }
    Ok(pairs)
}

/// Whether a condition of the plan excludes the account from a coverage.
pub(super) fn excluded(reference: &Reference<'_>, coverage: u32, account: Account<'_>) -> bool {
    let excludes = reference.plan.excludes.iter().filter(|e| e.coverage.is_none_or(|c| c == coverage));
    let mut conditions = excludes.filter_map(|exclude| match &exclude.selector {
        Selector::Condition(condition) => Some(condition),
        Selector::Keys(_) => None,
    });
    conditions.any(|condition| reference.holds(condition, account))
}

/// Whether an arm of a dimension over conditions takes the account.
fn claimed_by(reference: &Reference<'_>, id: DimensionId, arm: ArmId, account: Account<'_>) -> bool {
    match &reference.plan.dimensions[id.0 as usize].partition {
        Partition::Conditions { arms } => {
            arms.iter().any(|(condition, claimed)| *claimed == arm && reference.holds(condition, account))
        }
        _ => false,
    }
}

/// Equality of spans is blind to where they are.
pub(super) fn same_place(one: Span, other: Span) -> bool {
    (one.file, one.start, one.end) == (other.file, other.start, other.end)
}
