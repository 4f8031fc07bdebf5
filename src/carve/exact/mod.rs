//! The exact model of a small carve around held centres, and its optimum.
//!
//! Takes items, costs and every limit that is linear (loads, moves, groups kept apart, eligibility), gives the cheapest
//! assignment of whole items or a bound on it. One quantity alone is relaxed to a transportation problem; anything else
//! is stated through `good_lp` and solved by its pure-Rust simplex, or by HiGHS with the feature `highs`. Branching is
//! the crate's own (see [`branch`]), since the simplex has none worth the name. Invariant: nodes are counted, so the same
//! problem gives the same answer. Contiguity is deliberately absent; a bound without it holds with it.
//!
//! A handful of items under several limits around fixed seats is left to [`super::exhaust`], which is done before a
//! simplex has begun. Neither does the other's work: nothing bounds its nodes but the cheapest seats of what is left, which
//! takes next to no time and prunes too little of more items; and it alone sees pieces, which are no row of this model.

mod branch;
mod flow;
mod general;
mod within;

use super::bound::ItemCosts;
use super::exhaust::{Exhausted, exhaust};
use super::problem::{Centres, Effort};
use super::search::{Ground, State};
use super::transport::Costs as _;
use branch::GRAIN;
use flow::Flows;
use general::General;
use within::Within;

/// What branching found.
#[derive(Debug, Clone)]
pub(super) struct Exact {
    /// The best assignment found; `None` when none is cheaper than the one known.
    pub territory: Option<Vec<u32>>,
    /// No assignment within the limits costs less; infinite when there is none at all.
    pub bound: f64,
    /// Nothing was left open: the best assignment found, or the one known, is the best there is.
    pub whole: bool,
    /// What was decided on the way to the best assignment: items and their seats.
    pub decided: Vec<(u32, u32)>,
}

/// A relaxation solved.
#[derive(Debug, Clone)]
struct Relaxed {
    /// No whole assignment within the decisions costs less.
    value: f64,
    /// Seat of every item, split ones to their largest part.
    territory: Vec<u32>,
    /// Items in several parts, with the seats of the parts and how much of the item is there; ascending.
    split: Vec<(u32, Vec<(u32, f64)>)>,
}

/// What became of a relaxation.
enum Outcome {
    Solved(Relaxed),
    Infeasible,
    /// The solver gave up; nothing is known.
    Lost,
}

/// A model without wholeness, solved again and again under decisions about single items.
trait Relaxation {
    fn solve(&mut self, within: &Within) -> Outcome;

    /// Takes from `within`, under which it was solved last, the seats where an item would make everything cost `most` or
    /// more.
    fn narrow(&self, most: f64, within: &mut Within);

    /// The work of all solving so far, in pairs of item and seat looked at.
    fn spent(&self) -> usize;
}

/// Pairs of item and seat that a relaxation may have.
const FLOW_PAIRS: usize = 20_000;
const GENERAL_PAIRS: usize = if cfg!(feature = "highs") { 20_000 } else { 1200 };

/// Up to so many items under several limits and around fixed seats every assignment is tried instead.
const FEW_ITEMS: usize = 10;

/// How hard to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trial {
    /// One of many, to see where it leads.
    Passing,
    /// What is found is the answer.
    Last,
}

/// How much work to spend, in pairs of item and seat.
fn work(effort: Effort, trial: Trial, pairs: usize, general: bool) -> usize {
    let (relaxations, most) = match (effort, trial) {
        (Effort::Quick, _) => (100, 300_000),
        (Effort::Normal, Trial::Passing) => (2000, 1_000_000),
        (Effort::Normal, Trial::Last) => (20_000, 20_000_000),
        (Effort::Thorough, Trial::Passing) => (20_000, 20_000_000),
        (Effort::Thorough, Trial::Last) => (200_000, 200_000_000),
    };
    // A simplex takes longer than a flow.
    let most = if general { most / 20 } else { most };
    most.min(relaxations * pairs)
}

/// The optimum, or the best found within the work that the effort allows; `None` for problems that are too large. `known`
/// is an assignment within every limit, if there is one.
pub(super) fn solve(costs: &ItemCosts, known: Option<&[u32]>, trial: Trial) -> Option<Exact> {
    let ground = costs.ground;
    let pairs = ground.items * ground.seats;
    let known = known.map_or(f64::INFINITY, |known| total(costs, known));
    let general = !Flows::states(ground);
    if pairs > if general { GENERAL_PAIRS } else { FLOW_PAIRS } {
        return None;
    }
    if general
        && ground.items <= FEW_ITEMS
        && ground.problem.centres == Centres::Fixed
        && let Some(exact) = tried(costs, known)
    {
        return Some(exact);
    }
    let mut relaxation: Box<dyn Relaxation> =
        if general { Box::new(General::new(costs)) } else { Box::new(Flows::new(costs)) };
    let worth = |items: &[u32]| {
        let state = State::new(ground, items.to_vec(), costs.centres.to_vec());
        (state.broken() == 0.0).then(|| total(costs, items))
    };
    Some(branch::search(ground, &mut *relaxation, known, work(ground.problem.effort, trial, pairs, general), &worth))
}

/// The optimum by going through every assignment; `None` where that takes too long, or where limits let a seat go without
/// any item, which those assignments do not.
fn tried(costs: &ItemCosts, known: f64) -> Option<Exact> {
    let ground = costs.ground;
    let (low, quantities) = (&ground.low, ground.quantities);
    let needs = |seat: usize| low[seat * quantities..(seat + 1) * quantities].iter().any(|least| *least > 0.0);
    if !(0..ground.seats).all(needs) {
        return None;
    }
    let (least, territory) = match exhaust(ground, |item, seat| costs.cost(item as usize, seat as usize)) {
        Exhausted::Best(items) => (total(costs, &items), Some(items)),
        Exhausted::Impossible => (f64::INFINITY, None),
        Exhausted::Some(_) | Exhausted::GaveUp => return None,
    };
    let bound = least.min(known);
    let bound = if bound.is_finite() { bound - GRAIN * bound.abs() } else { bound };
    Some(Exact { territory: territory.filter(|_| least < known), bound, whole: true, decided: Vec::new() })
}

fn total(costs: &ItemCosts, territory: &[u32]) -> f64 {
    territory.iter().enumerate().map(|(item, &seat)| costs.cost(item, seat as usize)).sum()
}

/// The ground with what was decided, so that a search over centres keeps to it.
pub(super) fn decided<'p>(ground: &Ground<'p>, decided: &[(u32, u32)]) -> Ground<'p> {
    let mut ground = ground.clone();
    ground.allowed.resize(ground.items, None);
    for &(item, seat) in decided {
        ground.allowed[item as usize] = Some(vec![seat]);
    }
    ground
}
