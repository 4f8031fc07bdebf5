//! A sketch worked out: whole units, every limit, one piece each.
//!
//! Takes a sketch, gives an assignment and what it costs and breaks. Invariant: contiguity, once reached by gathering, is
//! never given up.

use rand::Rng;

use super::super::search::{Ground, Pressure, Schedule, State, separate};
use super::sketch::Sketch;

#[derive(Debug, Clone)]
pub struct Finished {
    pub territory: Vec<u32>,
    pub cost: f64,
    /// See [`State::broken`].
    pub broken: f64,
}

impl Finished {
    pub fn new(ground: &Ground, territory: Vec<u32>) -> Self {
        let mut state = State::new(ground, territory, vec![[0.0; 3]; ground.seats]);
        state.recentre();
        Self { cost: state.cost(), broken: state.broken(), territory: state.territory }
    }

    pub fn is_better(&self, other: &Self) -> bool {
        self.broken.total_cmp(&other.broken).then(self.cost.total_cmp(&other.cost)).is_lt()
    }
}

/// First and last temperature, in usual costs of a territory, and what a usual load too many costs at the start.
const HOT: f64 = 0.01;
const COLD: f64 = 2e-4;
const SOFT: f64 = 20.0;
/// The same where a territory is this far outside its limits on the average, in usual loads.
const UPSET: f64 = 0.1;
const HOTTER: f64 = 1.0;
const SOFTER: f64 = 2.0;

pub fn finish(ground: &Ground, sketch: Sketch, sweeps: usize, random: &mut impl Rng) -> Finished {
    let mut state = State::new(ground, sketch.territory, vec![[0.0; 3]; ground.seats]);
    state.recentre();
    if !ground.apart.is_empty() {
        let centres: Vec<Option<[f64; 3]>> = state.masses.iter().map(|mass| mass.mean(ground.radius)).collect();
        let cost = |item: u32, seat: u32| {
            let far = |centre| ground.pull[item as usize] * ground.apart_cost(ground.at[item as usize], centre);
            centres[seat as usize].map_or(0.0, far)
        };
        separate(ground, &mut state.territory, cost);
        state.tally();
        state.recentre();
    }
    if ground.contiguous {
        state.gather();
        state.bridge();
        state.recentre();
    }
    let usual = state.usual_cost();
    // Where making pieces whole upset the balance, the shapes are still to be found.
    let upset = state.broken() > UPSET * ground.seats as f64;
    let (hot, soft, sweeps) = if upset { (HOTTER, SOFTER, 2 * sweeps) } else { (HOT, SOFT, sweeps) };
    let schedule = Schedule {
        hot: usual * hot,
        cold: usual * COLD,
        steps: sweeps * state.frontier.len(),
        from: Pressure { linear: soft * usual, square: 1000.0 * usual },
        to: Pressure { linear: 60.0 * usual, square: 1000.0 * usual },
    };
    state.anneal(schedule, random);
    state.harden();
    Finished { cost: state.cost(), broken: state.broken(), territory: state.territory }
}
