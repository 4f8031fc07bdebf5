//! Ways between units that belong together and do not touch.
//!
//! Takes a question whose territories are to be in one piece, gives one in which every group of units is in one piece: the
//! units on a short way between its parts belong to it too. Whatever is found for that holds for the question itself,
//! where it may not be the best: other ways are not looked at. Invariant: no unit joins a group that may not go wherever
//! the group may, and none joins two groups. Territories are deliberately absent.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::problem::{Adjacency, Problem};
use super::search::groups;

/// What a unit costs a way beyond its weight, in the mean weight of a unit.
const STEP: f64 = 1.0;
/// The part that a unit costs which already is where the group is.
const AT_HOME: f64 = 0.01;

/// No unit.
const NONE: u32 = u32::MAX;

/// The question with every group in one piece as far as there are ways; `None` if nothing changes.
pub(super) fn join_groups(problem: &Problem, graph: &Adjacency) -> Option<Problem> {
    let mut groups = groups(problem.units.keys.len(), &problem.limits.together);
    let mut taken = vec![false; problem.units.keys.len()];
    let kept_apart = problem.limits.apart.iter();
    groups.iter().chain(kept_apart).flatten().for_each(|&unit| taken[unit as usize] = true);
    let mut joined = false;
    for group in &mut groups {
        while let Some(way) = Ways::new(problem, graph, group, &taken).shortest() {
            way.iter().for_each(|&unit| taken[unit as usize] = true);
            group.extend(way);
            joined = true;
        }
        group.sort_unstable();
    }
    joined.then(|| {
        let mut problem = problem.clone();
        problem.limits.together = groups;
        problem
    })
}

/// The search for a way from the first part of a group to another one.
struct Ways<'a> {
    problem: &'a Problem,
    graph: &'a Adjacency,
    group: &'a [u32],
    taken: &'a [bool],
    /// Seats that may take the group.
    seats: Vec<u32>,
    /// Mean weight of a unit.
    mean: f64,
}

impl<'a> Ways<'a> {
    fn new(problem: &'a Problem, graph: &'a Adjacency, group: &'a [u32], taken: &'a [bool]) -> Self {
        let takes = |seat: &u32| {
            group.iter().all(|&unit| eligible(problem, unit).is_none_or(|seats| seats.binary_search(seat).is_ok()))
        };
        let seats = (0..problem.seats.keys.len() as u32).filter(takes).collect();
        let total: f64 = weights(problem).map(|weight| weight.iter().sum::<f64>()).unwrap_or(0.0);
        let mean = if total > 0.0 { total / problem.units.keys.len() as f64 } else { 1.0 };
        Self { problem, graph, group, taken, seats, mean }
    }

    /// The units between two parts of the group, if it has two and there is a way.
    fn shortest(&self) -> Option<Vec<u32>> {
        let units = self.problem.units.keys.len();
        let mut at_home = vec![false; units];
        self.group.iter().for_each(|&unit| at_home[unit as usize] = true);
        let (mut before, mut far) = (vec![NONE; units], vec![f64::INFINITY; units]);
        let mut open = BinaryHeap::new();
        let first = *self.group.iter().find(|&&unit| !self.graph.of(unit).is_empty())?;
        far[first as usize] = 0.0;
        open.push(Reverse((Far(0.0), first)));
        while let Some(Reverse((Far(distance), unit))) = open.pop() {
            if distance > far[unit as usize] {
                continue;
            }
            if distance > 0.0 && at_home[unit as usize] {
                let mut way = Vec::new();
                let mut at = before[unit as usize];
                while at != NONE {
                    way.extend((!at_home[at as usize]).then_some(at));
                    at = before[at as usize];
                }
                return Some(way);
            }
            for &next in self.graph.of(unit) {
                let further = if at_home[next as usize] { Some(0.0) } else { self.step(next) };
                let Some(further) = further.map(|step| distance + step) else { continue };
                if further < far[next as usize] {
                    (far[next as usize], before[next as usize]) = (further, unit);
                    open.push(Reverse((Far(further), next)));
                }
            }
        }
        None
    }

    /// What a unit costs that joins the group, if it may.
    fn step(&self, unit: u32) -> Option<f64> {
        let problem = self.problem;
        // It must go wherever the group may.
        let barred = |own: &[u32]| self.seats.iter().any(|seat| own.binary_search(seat).is_err());
        if self.taken[unit as usize] || eligible(problem, unit).is_some_and(barred) {
            return None;
        }
        let value = weights(problem).map_or(0.0, |weight| weight[unit as usize]);
        let cost = STEP + value / self.mean;
        let today = |unit: u32| match &problem.start {
            Some(start) => Some(start[unit as usize]),
            None => problem.units.incumbent[unit as usize],
        };
        let stays = today(unit).is_some() && today(unit) == today(self.group[0]);
        Some(if stays { AT_HOME * cost } else { cost })
    }
}

/// The seats that may take a unit, where not all may.
fn eligible(problem: &Problem, unit: u32) -> Option<&[u32]> {
    match &problem.units.fixed[unit as usize] {
        Some(seat) => Some(std::slice::from_ref(seat)),
        None => problem.limits.eligible.get(unit as usize).and_then(Option::as_deref),
    }
}

fn weights(problem: &Problem) -> Option<&[f64]> {
    problem.weights.first().map(|weight| &weight.values[..])
}

/// A distance that can be ordered.
#[derive(PartialEq)]
struct Far(f64);

impl Eq for Far {}

impl PartialOrd for Far {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Far {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
