//! A sketch worked out: whole units, every limit, one piece each.
//!
//! Takes a sketch, gives an assignment and what it costs and breaks. Invariant: contiguity, once reached by gathering, is
//! never given up.

use rand::Rng;

use super::super::search::{Dirty, Ground, Pressure, Reach, Schedule, State, separate};
use super::sketch::{Sketch, usual_cost};

#[derive(Debug, Clone)]
pub struct Finished {
    pub territory: Vec<u32>,
    pub cost: f64,
    /// See [`State::broken`].
    pub broken: f64,
}

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
    let usual = usual_cost(&state);
    let schedule = Schedule {
        hot: usual * 0.01,
        cold: usual * 2e-4,
        steps: sweeps * state.frontier.len(),
        from: Pressure { linear: 20.0 * usual, square: 1000.0 * usual },
        to: Pressure { linear: 60.0 * usual, square: 1000.0 * usual },
    };
    state.anneal(schedule, random);
    polish(&mut state, usual);
    Finished { cost: state.cost(), broken: state.broken(), territory: state.territory }
}

/// Searches with ever harder limits until none is broken, or hardening no longer helps.
fn polish(state: &mut State, usual: f64) {
    let ground = state.ground;
    let grain = 1e-9 * usual;
    for hardness in [60.0, 600.0, 60_000.0, 1e9] {
        let pressure = Pressure { linear: hardness * usual, square: 1000.0 * usual };
        for _ in 0..4 {
            let before = state.cost();
            state.settle(pressure, grain, &mut Dirty::all(ground.seats, ground.items));
            let reach = Reach { depth: 5, most: 0.1 * usual };
            state.chains(pressure, grain, reach, &mut Dirty::all(ground.seats, ground.items));
            state.journal.clear();
            state.tally();
            state.recentre();
            if state.cost() >= before * (1.0 - 1e-6) {
                break;
            }
        }
        if state.broken() == 0.0 {
            break;
        }
    }
}
