//! A sketch worked out: whole units, every limit, one piece each.
//!
//! Takes a sketch, gives an assignment and what it costs and breaks. Invariant: contiguity, once reached by gathering, is
//! never given up.

use rand::Rng;

use super::super::search::{Ground, NOWHERE, Pressure, Schedule, State, separate};
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
        let mut state = State::new(ground, territory, vec![NOWHERE; ground.seats]);
        state.recentre();
        Self { cost: state.cost(), broken: state.broken(), territory: state.territory }
    }

    pub fn is_better(&self, other: &Self) -> bool {
        self.broken.total_cmp(&other.broken).then(self.cost.total_cmp(&other.cost)).is_lt()
    }
}

/// How a state is annealed under hard contiguity: temperatures in usual costs of a territory, and what a usual load too many
/// costs at the start.
#[derive(Debug, Clone, Copy)]
struct Manner {
    hot: f64,
    soft: f64,
    /// In so many times the usual number of steps.
    slow: usize,
}

/// The shapes are found already.
const TOUCH_UP: Manner = Manner { hot: 0.01, soft: 20.0, slow: 1 };
/// Making pieces whole upset the balance: the shapes are still to be found.
const RESHAPE: Manner = Manner { hot: 1.0, soft: 2.0, slow: 2 };
/// All is to be found anew, but for what decides where the territories lie.
const REHEAT: Manner = Manner { hot: 3.0, soft: 2.0, slow: 1 };
const COLD: f64 = 2e-4;
/// What a usual load too many costs at the end, and how that grows with the excess.
const HARD: f64 = 60.0;
const SQUARE: f64 = 1000.0;
/// A territory this far outside its limits on the average is upset, in usual loads.
const UPSET: f64 = 0.1;

pub fn finish(ground: &Ground, sketch: Sketch, sweeps: usize, random: &mut impl Rng) -> Finished {
    let tight = ground.tightened(1.0);
    let mut state = State::new(&tight, sketch.territory, vec![NOWHERE; ground.seats]);
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
        let loose = (ground.quantities > 1).then(|| state.clone());
        make_whole(&mut state);
        if let Some(loose) = loose.filter(|_| is_upset(&state)) {
            state = draw_together(loose, sweeps, random);
            make_whole(&mut state);
        }
    }
    let manner = if is_upset(&state) { RESHAPE } else { TOUCH_UP };
    anneal(&mut state, manner, sweeps, random);
    hardened(ground, state)
}

/// Anneals what was finished anew, hot enough for heavy items to change sides; nothing of it is sure to stay.
pub fn reheat(ground: &Ground, finished: &Finished, sweeps: usize, random: &mut impl Rng) -> Finished {
    let tight = ground.tightened(1.0);
    let mut state = State::new(&tight, finished.territory.clone(), vec![NOWHERE; ground.seats]);
    state.recentre();
    anneal(&mut state, REHEAT, sweeps, random);
    hardened(ground, state)
}

fn make_whole(state: &mut State) {
    state.gather();
    state.bridge();
    state.recentre();
}

fn is_upset(state: &State) -> bool {
    state.broken() > UPSET * state.ground.seats as f64
}

fn anneal(state: &mut State, manner: Manner, sweeps: usize, random: &mut impl Rng) {
    let usual = state.usual_cost();
    let schedule = Schedule {
        hot: usual * manner.hot,
        cold: usual * COLD,
        steps: manner.slow * sweeps * state.frontier.len(),
        from: Pressure { linear: manner.soft * usual, square: SQUARE * usual },
        to: Pressure { linear: HARD * usual, square: SQUARE * usual },
        tension: (0.0, 0.0),
    };
    state.anneal(schedule, random);
}

/// Annealing with a price on every edge between territories, that rises until each is nearly in one piece. Where several
/// quantities lie in different places, the balanced territories of a sketch are in two or three large pieces each; made whole
/// at once they lose their balance.
fn draw_together<'g, 'p>(state: State<'g, 'p>, sweeps: usize, random: &mut impl Rng) -> State<'g, 'p> {
    let tight = state.ground;
    let loose = Ground { contiguous: false, ..tight.clone() };
    let mut drawn = State::new(&loose, state.territory, state.centres);
    let usual = drawn.usual_cost();
    let schedule = Schedule {
        hot: 3.0 * usual,
        cold: 1e-3 * usual,
        steps: sweeps * tight.items,
        from: Pressure { linear: 2.0 * usual, square: SQUARE * usual },
        to: Pressure { linear: HARD * usual, square: SQUARE * usual },
        tension: (0.01 * usual, usual),
    };
    drawn.anneal(schedule, random);
    State::new(tight, drawn.territory, drawn.centres)
}

/// Searched to the end under the true limits.
fn hardened(ground: &Ground, state: State) -> Finished {
    let mut state = State::new(ground, state.territory, state.centres);
    state.harden();
    Finished { cost: state.cost(), broken: state.broken(), territory: state.territory }
}
