//! Proofs of the splits of a tree.
//!
//! Takes a [`Prover`] and a coverage; gives a [`Verdict`] on every split that an account can reach, from the root down. A
//! split is asked of the accounts that the arms above it let through; where those are too tangled to follow, it is asked of
//! all. Invariant: splits have their numbers in the order in which the tree is written, reached or not.

use super::diagram::{End, NO, Ref, Tried, YES};
use super::meaning::arm_of;
use super::proof::{Outcome, Part, Prover, Unreached, Verdict, Why, excluded, overlapping, same_place, told};
use crate::classify::{Reference, Stray};
use crate::diagnostics::Span;
use crate::plan::{ArmId, Condition, DimensionId, Node, Split};

/// Beyond this many arms a split in order is not searched for repetitions.
const MOST_REPEATS: usize = 200;

/// Judges the splits of a coverage.
pub(super) fn walk(prover: &mut Prover<'_>, coverage: u32, verdicts: &mut Vec<Verdict>) {
    let start = prover.included[coverage as usize];
    let root = &prover.plan.coverages[coverage as usize].root;
    Walk { prover, coverage, next: 0, above: Vec::new(), verdicts }.node(root, start);
}

/// An arm on the way to a split.
#[derive(Debug, Clone, Copy)]
struct Above {
    span: Span,
    /// The accounts that it takes, wherever they come from.
    takes: Ref,
}

/// The way through the tree of one coverage.
struct Walk<'w, 'a> {
    prover: &'w mut Prover<'a>,
    coverage: u32,
    /// The number of the next split.
    next: u32,
    above: Vec<Above>,
    verdicts: &'w mut Vec<Verdict>,
}

/// What is known of a split while it is judged.
struct Judged {
    gap: Outcome,
    lost: Vec<ArmId>,
    overlaps: Vec<(usize, usize, Outcome)>,
    unreached: Vec<Unreached>,
    /// By arm, `else` last: what reaches it, what it takes wherever it comes from.
    arms: Vec<(Ref, Ref)>,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: &Node, reaching: Ref) {
        let split = match node {
            Node::Leaf(_) => return,
            Node::Split(split) => split,
        };
        let number = self.next;
        self.next += 1;
        self.prover.space.diagrams.begin();
        let judged = match split {
            Split::Dimension { dimension, branch, arms, span, .. } => {
                self.by_dimension(*dimension, branch, arms.len(), *span, reaching)
            }
            Split::Conditions { arms, otherwise, in_order: false, span, .. } => {
                let conditions: Vec<&Condition> = arms.iter().map(|arm| &arm.condition).collect();
                self.by_conditions(&conditions, otherwise.is_some(), *span, reaching)
            }
            Split::Conditions { arms, otherwise, in_order: true, span, .. } => {
                let conditions: Vec<&Condition> = arms.iter().map(|arm| &arm.condition).collect();
                self.in_order(&conditions, otherwise.is_some(), *span, reaching)
            }
        };
        let (nodes, unproved): (Vec<(&Node, Span)>, _) = match split {
            Split::Dimension { arms, unproved, .. } => {
                (arms.iter().map(|arm| (&arm.node, arm.span)).collect(), unproved)
            }
            Split::Conditions { arms, otherwise, unproved, .. } => {
                let arms = arms.iter().map(|arm| (&arm.node, arm.span));
                (arms.chain(otherwise.iter().map(|arm| (&arm.node, arm.span))).collect(), unproved)
            }
        };
        let part = Part::Split(self.coverage, number);
        let unproved = unproved.clone();
        let Ok(mut judged) = judged else {
            let (gap, lost, overlaps, unreached) = (Outcome::TooMany, Vec::new(), Vec::new(), Vec::new());
            self.verdicts.push(Verdict { part, gap, lost, overlaps, unreached, unproved });
            // What is below is asked of all accounts: nothing is proved that is not so.
            for (node, _) in nodes {
                self.node(node, YES);
            }
            return;
        };
        if let Split::Conditions { in_order: true, .. } = split {
            let targets: Vec<&Node> = nodes.iter().map(|(node, _)| *node).collect();
            let has_else = matches!(split, Split::Conditions { otherwise: Some(_), .. });
            let repeats = self.repeats(&targets, &judged.arms, has_else).unwrap_or_default();
            judged.unreached.extend(repeats);
        }
        for unreached in &mut judged.unreached {
            if unreached.why == Why::Others {
                unreached.by = self.takers(unreached.arm, &judged.arms, &nodes);
            }
        }
        let Judged { gap, lost, overlaps, unreached, arms } = judged;
        self.verdicts.push(Verdict { part, gap, lost, overlaps, unreached, unproved });
        for ((node, span), (reaching, takes)) in nodes.into_iter().zip(arms) {
            if reaching == NO {
                self.next += splits_in(node);
                continue;
            }
            self.above.push(Above { span, takes });
            self.node(node, reaching);
            self.above.pop();
        }
    }

    fn by_dimension(
        &mut self,
        id: DimensionId,
        branch: &[Option<u32>],
        arms: usize,
        span: Span,
        reaching: Ref,
    ) -> Tried<Judged> {
        let dimension = self.prover.meaning.dimension(&mut self.prover.space, id)?;
        let diagrams = &mut self.prover.space.diagrams;
        // Ends: the arm of the split plus one, or "nobody" for a value that no arm takes; the dimension answers for
        // accounts that have no value or two.
        let nobody = arms as End + 1;
        let taken =
            diagrams.map(dimension, &mut |end| match arm_of(end).and_then(|arm| branch.get(arm.0 as usize)) {
                None => 0,
                Some(None) => nobody,
                Some(Some(arm)) => arm + 1,
            })?;
        let within = diagrams.give(reaching, taken)?;
        let everywhere = diagrams.by_end(taken)?;
        let here = diagrams.by_end(within)?;
        let of = |sets: &[(End, Ref)], end: End| sets.iter().find(|(e, _)| *e == end).map_or(NO, |(_, set)| *set);
        let gone = of(&here, nobody);
        let mut lost = Vec::new();
        if gone != NO {
            let values = diagrams.give(gone, dimension)?;
            lost.extend(diagrams.by_end(values)?.into_iter().filter_map(|(end, _)| arm_of(end)));
        }
        let gap = self.gap(gone, span);
        let mut judged = Judged { gap, lost, overlaps: Vec::new(), unreached: Vec::new(), arms: vec![(NO, NO); arms] };
        for (end, set) in everywhere.iter().filter(|(end, _)| *end != nobody) {
            judged.arms[*end as usize - 1].1 = *set;
        }
        for (end, set) in here.iter().filter(|(end, _)| *end != nobody) {
            judged.arms[*end as usize - 1].0 = *set;
        }
        for (arm, (reached, takes)) in judged.arms.clone().into_iter().enumerate() {
            // An arm without values has been told of by the check.
            let has_values = branch.contains(&Some(arm as u32));
            if reached == NO && has_values {
                judged.unreached.push(self.unreached(arm, takes)?);
            }
        }
        Ok(judged)
    }

    fn by_conditions(
        &mut self,
        conditions: &[&Condition],
        otherwise: bool,
        span: Span,
        reaching: Ref,
    ) -> Tried<Judged> {
        let mut claims = Vec::with_capacity(conditions.len());
        let mut arms = Vec::with_capacity(conditions.len() + 1);
        for (condition, end) in conditions.iter().zip(1..) {
            let takes = self.prover.meaning.condition(&mut self.prover.space, condition)?;
            let here = self.prover.space.diagrams.and(reaching, takes)?;
            claims.push(self.prover.space.diagrams.give(here, Ref::end(end))?);
            arms.push((here, takes));
        }
        let merged = self.prover.space.diagrams.merge(claims)?;
        let rest = self.prover.space.diagrams.less(reaching, merged)?;
        let mut unreached = Vec::new();
        for (arm, (here, takes)) in arms.iter().enumerate() {
            if *here == NO {
                unreached.push(self.unreached(arm, *takes)?);
            }
        }
        let gap = if otherwise { Outcome::Proved } else { self.gap(rest, span) };
        if otherwise {
            if rest == NO {
                unreached.push(Unreached { arm: arms.len(), by: Vec::new(), why: Why::Others });
            }
            arms.push((rest, rest));
        }
        // Accounts that two arms claim go no further.
        let claims: Vec<(usize, Ref)> = arms[..conditions.len()].iter().map(|(here, _)| *here).enumerate().collect();
        arms[..conditions.len()].iter_mut().for_each(|(here, _)| *here = NO);
        let ends = self.prover.space.diagrams.by_end(merged)?;
        for (end, set) in &ends {
            if self.prover.space.diagrams.pair(*end).is_none() {
                arms[*end as usize - 1].0 = *set;
            }
        }
        let disjoint = ends.iter().all(|(end, _)| self.prover.space.diagrams.pair(*end).is_none());
        let pairs = if disjoint { Vec::new() } else { overlapping(&mut self.prover.space, &claims, &ends)? };
        let mut overlaps = Vec::new();
        for (one, other, set) in pairs {
            let (plan, shapes, coverage) = (self.prover.plan, self.prover.shapes, self.coverage);
            let reference = Reference { plan, shapes, totals: &[] };
            let outcome = self.prover.outcome(set, &mut |account| {
                let strayed = reference.leaf(coverage, account).err();
                strayed.is_some_and(|stray| same_place(stray.partition, span) && stray.claims.is_some())
                    && reference.holds(conditions[one], account)
                    && reference.holds(conditions[other], account)
                    && !excluded(&reference, coverage, account)
            });
            let outcome = told(outcome, |account| reference.leaf(coverage, account).err());
            overlaps.push((one, other, outcome));
        }
        Ok(Judged { gap, lost: Vec::new(), overlaps, unreached, arms })
    }

    fn in_order(&mut self, conditions: &[&Condition], otherwise: bool, span: Span, reaching: Ref) -> Tried<Judged> {
        let mut rest = reaching;
        let mut arms = Vec::with_capacity(conditions.len() + 1);
        let mut unreached = Vec::new();
        for (arm, condition) in conditions.iter().enumerate() {
            let takes = self.prover.meaning.condition(&mut self.prover.space, condition)?;
            let here = self.prover.space.diagrams.and(rest, takes)?;
            rest = self.prover.space.diagrams.less(rest, takes)?;
            arms.push((here, takes));
            if here == NO {
                let reached = self.prover.space.diagrams.and(reaching, takes)?;
                unreached.push(match reached {
                    NO => self.unreached(arm, takes)?,
                    _ => Unreached { arm, by: Vec::new(), why: Why::Others },
                });
            }
        }
        let gap = if otherwise { Outcome::Proved } else { self.gap(rest, span) };
        if otherwise {
            if rest == NO {
                unreached.push(Unreached { arm: arms.len(), by: Vec::new(), why: Why::Others });
            }
            arms.push((rest, rest));
        }
        Ok(Judged { gap, lost: Vec::new(), overlaps: Vec::new(), unreached, arms })
    }

    fn gap(&mut self, lost: Ref, span: Span) -> Outcome {
        let (plan, shapes, coverage) = (self.prover.plan, self.prover.shapes, self.coverage);
        let reference = Reference { plan, shapes, totals: &[] };
        let gap = self.prover.outcome(lost, &mut |account| {
            let stray = reference.leaf(coverage, account).err();
            let here =
                |stray: Stray| same_place(stray.partition, span) && stray.dimension.is_none() && stray.claims.is_none();
            stray.is_some_and(here) && !excluded(&reference, coverage, account)
        });
        told(gap, |account| reference.leaf(coverage, account).err())
    }

    /// Why nothing that an arm takes comes so far.
    fn unreached(&mut self, arm: usize, takes: Ref) -> Tried<Unreached> {
        if takes == NO {
            return Ok(Unreached { arm, by: Vec::new(), why: Why::Never });
        }
        let mut by = Vec::new();
        for above in self.above.clone().into_iter().rev() {
            if self.prover.space.diagrams.and(above.takes, takes)? == NO {
                by.push(above.span);
                break;
            }
        }
        if by.is_empty() {
            by.extend(self.above.last().map(|above| above.span));
        }
        Ok(Unreached { arm, by, why: Why::Above })
    }

    /// Arms that take accounts which another arm would take.
    fn takers(&mut self, arm: usize, arms: &[(Ref, Ref)], nodes: &[(&Node, Span)]) -> Vec<Span> {
        let wanted = arms[arm].1;
        let before = arms[..arm].iter().zip(nodes);
        let mut takers = Vec::new();
        for ((_, takes), (_, span)) in before {
            let shared = if wanted == NO { Ok(*takes) } else { self.prover.space.diagrams.and(*takes, wanted) };
            if shared.is_ok_and(|shared| shared != NO) && takers.len() < 3 {
                takers.push(*span);
            }
        }
        takers
    }

    /// Arms of a split in order whose accounts the arms behind would send to the same place.
    fn repeats(&mut self, nodes: &[&Node], arms: &[(Ref, Ref)], has_else: bool) -> Tried<Vec<Unreached>> {
        let mut repeats = Vec::new();
        if arms.len() > MOST_REPEATS {
            return Ok(repeats);
        }
        let leaves = &self.prover.plan.coverages[self.coverage as usize].leaves;
        let place = |node: &Node| match node {
            Node::Leaf(leaf) => Some((leaves[*leaf as usize].target, &leaves[*leaf as usize].because)),
            Node::Split(_) => None,
        };
        for (arm, (here, _)) in arms.iter().enumerate() {
            let Some(own) = place(nodes[arm]).filter(|_| *here != NO) else { continue };
            let mut left = *here;
            let mut by = Vec::new();
            for (later, (_, takes)) in arms.iter().enumerate().skip(arm + 1) {
                // What `else` takes was computed as what is left.
                let is_else = has_else && later + 1 == arms.len();
                let taken = if is_else { left } else { self.prover.space.diagrams.and(left, *takes)? };
                if taken == NO {
                    continue;
                }
                if place(nodes[later]) != Some(own) {
                    by.clear();
                    break;
                }
                by.push(later);
                left = self.prover.space.diagrams.less(left, taken)?;
            }
            if left == NO && !by.is_empty() {
                repeats.push(Unreached { arm, by: Vec::new(), why: Why::Repeats });
            }
        }
        Ok(repeats)
    }
}

/// How many splits a part of a tree has.
fn splits_in(node: &Node) -> u32 {
    match node {
        Node::Leaf(_) => 0,
        Node::Split(Split::Dimension { arms, .. }) => 1 + arms.iter().map(|arm| splits_in(&arm.node)).sum::<u32>(),
        Node::Split(Split::Conditions { arms, otherwise, .. }) => {
            let arms: u32 = arms.iter().map(|arm| splits_in(&arm.node)).sum();
            1 + arms + otherwise.iter().map(|arm| splits_in(&arm.node)).sum::<u32>()
        }
    }
}
