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

/// Steps of centres and assignment in turn, at most: on merged items and then on all.
const LLOYD_STEPS: usize = 30;
const LLOYD_STEPS_AFTER: usize = 3;
/// They end when a step gains less than this part of the value.
const SETTLED: f64 = 1e-4;

impl Sketch {
    /// An assignment to start from as it is.
    pub fn given(territory: Vec<u32>) -> Self {
        Self { territory, value: 0.0 }
    }
}

/// Items per seat that a draft works with.
pub(super) const GRAIN: usize = 20;

pub fn draw(ground: &Ground, sweeps: usize, random: &mut impl Rng) -> Sketch {
    if ground.pulse.stopped() {
        return Sketch::given(vec![0; ground.items]);
    }
    let loose = loosened(ground);
    match coarsen(&loose, GRAIN * loose.seats) {
        None => {
            let territory = anneal(&loose, sweeps, random);
            settle(&loose, territory, Vec::new(), LLOYD_STEPS).0
        }
        Some((rough, coarse_of)) => {
            let territory = anneal(&rough, sweeps, random);
            let (rough_sketch, prices) = settle(&rough, territory, Vec::new(), LLOYD_STEPS);
            let territory = coarse_of.iter().map(|&coarse| rough_sketch.territory[coarse as usize]).collect();
            settle(&loose, territory, prices, LLOYD_STEPS_AFTER).0
        }
    }
}

fn anneal(ground: &Ground, sweeps: usize, random: &mut impl Rng) -> Vec<u32> {
    let centres = seeding::seed(ground, random);
    let territory = nearest(ground, &centres);
    let mut state = State::new(ground, territory, centres);
    state.recentre();
    let usual = state.usual_cost();
    let soft = Pressure { linear: 0.0, square: 100.0 * usual };
    let steps = sweeps * ground.items;
    let schedule = Schedule { hot: usual, cold: usual * 1e-3, steps, from: soft, to: soft, tension: (0.0, 0.0) };
    state.anneal(schedule, random);
    state.territory
}

/// The ground without contiguity, measured by means where the cost is squared.
fn loosened<'p>(ground: &Ground<'p>) -> Ground<'p> {
    let problem = ground.problem;
    let means = problem.power == Power::Squared && problem.centres != Centres::Fixed;
    Ground { contiguous: false, measure: if means { Measure::Means } else { ground.measure }, ..ground.clone() }
}

/// The nearest centre of every item that may take it; of several on one spot the one with the fewest items.
fn nearest(ground: &Ground, centres: &[[f64; 3]]) -> Vec<u32> {
    let mut count = vec![0u32; ground.seats];
    let mut pick = |item: u32| {
        let mut best = (f64::INFINITY, 0, 0);
        for seat in (0..ground.seats as u32).filter(|&seat| ground.may_take(seat, item)) {
            let offer =
                (ground.apart_cost(ground.at[item as usize], centres[seat as usize]), count[seat as usize], seat);
            if (offer.0, offer.1) < (best.0, best.1) {
                best = offer;
            }
        }
        count[best.2 as usize] += 1;
        best.2
    };
    (0..ground.items as u32).map(&mut pick).collect()
}

/// Follows an assignment to a balanced power diagram near by, if that is better; gives its prices too.
fn settle(ground: &Ground, territory: Vec<u32>, prices: Vec<f64>, steps: usize) -> (Sketch, Vec<f64>) {
    if ground.pulse.stopped() {
        return (Sketch::given(territory), prices);
    }
    let mut diagram = Diagram::new(ground, territory.clone(), prices);
    let before = diagram.worth();
    let found = diagram.descend(SETTLED, steps);
    let after = diagram.worth();
    if !found || after > before {
        return (Sketch { territory, value: before }, Vec::new());
    }
    // Split at will an assignment may seem cheaper than it is, and broken limits dearer: of the two the greater.
    let value = if diagram.value.is_finite() && ground.quantities == 1 { diagram.value } else { after };
    (Sketch { territory: diagram.territory, value }, diagram.prices)
}
