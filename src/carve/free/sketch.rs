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
/// A dual below this part of the cost is not believed, and broken limits are counted instead, at this rate.
const NEARLY: f64 = 0.8;
const REGRET: f64 = 0.5;
/// They end when a step gains less than this part of the value.
const SETTLED: f64 = 1e-4;

impl Sketch {
    /// An assignment to start from as it is.
    pub fn given(territory: Vec<u32>) -> Self {
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
    settle_diagram(&loose, territory)
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

/// Follows an assignment to a balanced power diagram near by.
fn settle_diagram(ground: &Ground, territory: Vec<u32>) -> Sketch {
    let mut diagram = Diagram::new(ground, territory);
    diagram.descend(SETTLED, LLOYD_STEPS);
    // The dual is at most the cost of any balanced assignment; far below the one at hand it was not raised in full.
    let mut state = State::new(ground, diagram.territory, diagram.centres);
    state.recentre();
    let own = state.cost();
    let value = if diagram.value < NEARLY * own { own + REGRET * own * state.broken() } else { diagram.value };
    Sketch { territory: state.territory, value }
}
