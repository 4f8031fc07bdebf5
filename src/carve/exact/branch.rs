//! Branch and bound over a relaxation.
//!
//! A node is a set of decisions; it is relaxed, and branched on the split item that raises the bound most, as its first
//! trial showed (pseudo-costs from strong branching; Achterberg, *Constraint Integer Programming*, 2007, §5): one child a
//! part, one for everywhere else. What
//! would cost as much as the best assignment known, by the prices of the relaxation, is ruled out below the node (reduced
//! cost fixing, §7.6 there), so that little is left to relax. Each child is followed down to a whole assignment or a dead end before the node of
//! least bound is taken up (plunging, §6 there). Invariant: the bound returned holds whatever was left open. Cuts are
//! deliberately absent.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};
use std::rc::Rc;

use super::super::search::Ground;
use super::within::Within;
use super::{Exact, Outcome, Relaxation, Relaxed};

/// Gains below this part of the cost are not looked for.
pub(super) const GRAIN: f64 = 1e-9;
/// Digits of a position that do not count, relative to it.
const HAIR: f64 = 1e-12;
/// What a bound that does not rise counts for, relative to the cost, when items are compared.
const LEAST_RISE: f64 = 1e-7;

/// A node to be taken up.
#[derive(Debug, Clone)]
struct Node {
    bound: f64,
    /// In the order of creation, for ties.
    number: usize,
    /// What was decided about items on the way here, the last decision last.
    decisions: Vec<(u32, Vec<u32>)>,
    /// Where items may go but for the last decision: what was decided, and what was seen to cost too much since.
    within: Rc<Within>,
}

impl Node {
    /// Where items may go.
    fn within(&self) -> Within {
        let mut within = Within::clone(&self.within);
        if let Some((item, seats)) = self.decisions.last() {
            within.put(*item, seats.iter().copied());
        }
        within
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(other.number.cmp(&self.number))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Tells the cost of whole items, or none where they break a limit after all.
type Worth<'a> = &'a dyn Fn(&[u32]) -> Option<f64>;

/// What rounded positions may make of a cost that is nought.
fn rounding(ground: &Ground) -> f64 {
    let across = ground.at.iter().flatten().fold(0.0, |most: f64, at| most.max(at.abs()));
    ground.pull.iter().sum::<f64>() * ground.problem.charge(across * HAIR)
}

/// Searches for an assignment cheaper than `known` until so much work is done; see [`Relaxation::spent`].
pub(super) fn search(ground: &Ground, relaxation: &mut dyn Relaxation, known: f64, most: usize, worth: Worth) -> Exact {
    let within = Rc::new(Within::new(ground));
    let mut tree = Tree {
        relaxation,
        worth,
        least: known,
        grain: rounding(ground),
        best: None,
        decided: Vec::new(),
        lost: f64::INFINITY,
        rises: BTreeMap::new(),
        numbers: 1,
    };
    let mut open = BinaryHeap::from([Node { bound: f64::NEG_INFINITY, number: 0, decisions: Vec::new(), within }]);
    while let Some(node) = open.pop() {
        if !tree.promises(node.bound) {
            break;
        }
        if tree.relaxation.spent() >= most || ground.pulse.stopped() {
            tree.lost = tree.lost.min(node.bound);
            break;
        }
        let mut next = Some(node);
        while let Some(node) = next.take() {
            if tree.relaxation.spent() >= most || ground.pulse.stopped() {
                open.push(node);
                break;
            }
            let mut children = tree.expand(&node);
            next = children.pop();
            open.extend(children);
        }
    }
    let bound = tree.lost.min(tree.least);
    let bound = if bound.is_finite() { bound - (GRAIN * bound.abs()).max(tree.grain) } else { bound };
    Exact { whole: tree.lost >= tree.least, territory: tree.best, bound, decided: tree.decided }
}

struct Tree<'a> {
    relaxation: &'a mut dyn Relaxation,
    worth: Worth<'a>,
    /// Cost of the best assignment known.
    least: f64,
    /// Gains below this are rounding.
    grain: f64,
    best: Option<Vec<u32>>,
    decided: Vec<(u32, u32)>,
    /// The least bound of the nodes that had to be given up.
    lost: f64,
    /// How much deciding about an item raised the bound when it was tried.
    rises: BTreeMap<u32, f64>,
    numbers: usize,
}

impl Tree<'_> {
    fn promises(&self, bound: f64) -> bool {
        // Infinite bounds of what is infeasible promise nothing, even when nothing is known.
        bound < f64::INFINITY && !(bound >= self.least - (GRAIN * self.least.abs()).max(self.grain))
    }

    fn relax(&mut self, within: &Within) -> Outcome {
        self.relaxation.solve(within)
    }

    /// The children of a node that promise something, the one to follow last.
    fn expand(&mut self, node: &Node) -> Vec<Node> {
        let mut within = node.within();
        let relaxed = match self.relax(&within) {
            Outcome::Solved(relaxed) => relaxed,
            Outcome::Infeasible => return Vec::new(),
            Outcome::Lost => {
                self.lost = self.lost.min(node.bound);
                return Vec::new();
            }
        };
        let bound = relaxed.value.max(node.bound);
        if !self.promises(bound) {
            return Vec::new();
        }
        if relaxed.split.is_empty() {
            self.accept(node, relaxed, bound);
            return Vec::new();
        }
        self.relaxation.narrow(self.least, &mut within);
        let within = Rc::new(within);
        let mut chosen: Option<(f64, Vec<Node>)> = None;
        for (item, parts) in &relaxed.split {
            let mut children = self.children(node, &within, bound, (*item, parts));
            let rise = match self.rises.get(item) {
                Some(rise) => *rise,
                None => {
                    let rise = self.probe(&mut children, bound);
                    self.rises.insert(*item, rise);
                    rise
                }
            };
            if chosen.as_ref().is_none_or(|best| rise > best.0) {
                chosen = Some((rise, children));
            }
        }
        let mut children = chosen.map_or_else(Vec::new, |chosen| chosen.1);
        children.retain(|child| self.promises(child.bound));
        // The least bound first; children that were not tried keep the order of their parts.
        children.sort_by(|a, b| b.bound.total_cmp(&a.bound).then(b.number.cmp(&a.number)));
        children
    }

    fn accept(&mut self, node: &Node, relaxed: Relaxed, bound: f64) {
        match (self.worth)(&relaxed.territory) {
            None => self.lost = self.lost.min(bound),
            Some(cost) if cost < self.least => {
                self.least = cost;
                let single = node.decisions.iter().filter(|(_, seats)| seats.len() == 1);
                self.decided = single.map(|(item, seats)| (*item, seats[0])).collect();
                self.best = Some(relaxed.territory);
            }
            // Rounding made the relaxation seem cheaper than it is.
            Some(_) => {}
        }
    }

    /// Relaxes every child and gives the product of what they raise the bound by.
    fn probe(&mut self, children: &mut [Node], bound: f64) -> f64 {
        let least = LEAST_RISE * bound.abs().max(f64::MIN_POSITIVE);
        let mut product = 1.0;
        for child in children.iter_mut().take(2) {
            match self.relax(&child.within()) {
                Outcome::Solved(relaxed) => child.bound = child.bound.max(relaxed.value),
                Outcome::Infeasible => child.bound = f64::INFINITY,
                Outcome::Lost => {}
            }
            let rise = if self.promises(child.bound) { child.bound - bound } else { self.ceiling(bound) };
            product *= rise.max(least);
        }
        product
    }

    /// More than any child that promises something raises the bound.
    fn ceiling(&self, bound: f64) -> f64 {
        if self.least.is_finite() { self.least - bound } else { bound.abs() }
    }

    /// One child for each part, the largest first, and one for the seats without a part.
    fn children(
        &mut self,
        node: &Node,
        within: &Rc<Within>,
        bound: f64,
        (item, parts): (u32, &[(u32, f64)]),
    ) -> Vec<Node> {
        let mut parts = parts.to_vec();
        parts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        parts.retain(|part| within.allows(item, part.0));
        let elsewhere: Vec<u32> =
            within.seats_of(item).filter(|seat| parts.iter().all(|part| part.0 != *seat)).collect();
        let mut options: Vec<Vec<u32>> = parts.iter().map(|part| vec![part.0]).collect();
        if !elsewhere.is_empty() {
            options.push(elsewhere);
        }
        let child = |seats: Vec<u32>| {
            let others = node.decisions.iter().filter(|decision| decision.0 != item);
            let decisions = others.cloned().chain([(item, seats)]).collect();
            self.numbers += 1;
            Node { bound, number: self.numbers, decisions, within: Rc::clone(within) }
        };
        options.into_iter().map(child).collect()
    }
}
