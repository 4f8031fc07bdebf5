//! The rough draft of a carve: which region gets how many territories.
//!
//! Takes a ground, gives an assignment that is nearly balanced and hardly looks at contiguity. Invariant: the value that
//! sketches are compared by is that of the balanced power diagram where there is one, so that imbalance buys nothing.

use rand::Rng;

use super::super::problem::{Centres, Power};
use super::super::search::{Ground, Measure, Pressure, Schedule, State};
use super::coarsen::coarsen;
use super::lloyd::Diagram;
use super::seeding;

#[derive(Debug, Clone)]
pub struct Sketch {
    pub territory: Vec<u32>,
    pub value: f64,
}

/// Steps of centres and assignment in turn, at most.
const LLOYD_STEPS: usize = 20;

impl Sketch {
    pub fn of(ground: &Ground, territory: Vec<u32>) -> Self {
        let _ = ground;
        Self { territory, value: 0.0 }
    }
}

/// Items per seat that a draft works with.
const GRAIN: usize = 20;

pub fn draw(ground: &Ground, sweeps: usize, random: &mut impl Rng) -> Sketch {
    let loose = loosened(ground);
    let rough = coarsen(&loose, GRAIN * loose.seats);
    let rough_ground = rough.as_ref().map_or(&loose, |(rough, _)| rough);
    let mut territory = anneal(rough_ground, sweeps, random);
    if let Some((_, coarse_of)) = &rough {
        territory = coarse_of.iter().map(|&coarse| territory[coarse as usize]).collect();
    }
    let mut state = State::new(&loose, territory, vec![[0.0; 3]; loose.seats]);
    state.recentre();
    settle_diagram(&loose, state)
}

fn anneal(ground: &Ground, sweeps: usize, random: &mut impl Rng) -> Vec<u32> {
    let centres = seeding::seed(ground, random);
    let territory = nearest(ground, &centres);
    let mut state = State::new(ground, territory, centres);
    state.recentre();
    let usual = usual_cost(&state);
    let soft = Pressure { linear: 0.0, square: 100.0 * usual };
    let schedule = Schedule { hot: usual, cold: usual * 1e-3, steps: sweeps * ground.items, from: soft, to: soft };
    state.anneal(schedule, random);
    state.territory
}

/// The ground without contiguity, measured by means where the cost is squared.
fn loosened<'p>(ground: &Ground<'p>) -> Ground<'p> {
    let problem = ground.problem;
    let means = problem.power == Power::Squared && problem.centres != Centres::Fixed;
    Ground { contiguous: false, measure: if means { Measure::Means } else { ground.measure }, ..ground.clone() }
}

/// Cost of a territory, the unit in which temperatures and pressures are given.
pub fn usual_cost(state: &State) -> f64 {
    (state.cost() / state.ground.seats as f64).max(f64::MIN_POSITIVE)
}

/// The nearest centre of every item that may take it.
fn nearest(ground: &Ground, centres: &[[f64; 3]]) -> Vec<u32> {
    let pick = |item: u32| {
        let mut best = (f64::INFINITY, 0);
        for seat in (0..ground.seats as u32).filter(|&seat| ground.may_take(seat, item)) {
            let cost = ground.apart_cost(ground.at[item as usize], centres[seat as usize]);
            if cost < best.0 {
                best = (cost, seat);
            }
        }
        best.1
    };
    (0..ground.items as u32).map(pick).collect()
}

/// Follows an assignment to the balanced power diagram, when balance in one weight is all there is.
fn settle_diagram(ground: &Ground, state: State) -> Sketch {
    let plain = ground.quantities == 1 && ground.allowed.is_empty() && ground.incumbent.iter().all(Option::is_none);
    let tense = Pressure { linear: 20.0 * usual_cost(&state), square: 0.0 };
    let strain: f64 = (0..ground.seats as u32).map(|seat| state.strain(seat, tense)).sum();
    let as_is = Sketch { value: state.cost() + strain, territory: state.territory.clone() };
    if !plain {
        return as_is;
    }
    let centres = (0..ground.seats).map(|s| state.masses[s].mean(ground.radius).unwrap_or([0.0; 3])).collect();
    let mut diagram = Diagram::new(centres);
    if diagram.descend(ground, 1e-4, LLOYD_STEPS) {
        Sketch { territory: diagram.territory, value: diagram.value }
    } else {
        as_is
    }
}
