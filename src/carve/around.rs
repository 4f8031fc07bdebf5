//! The best assignment around centres that are held.
//!
//! Takes items and the costs of seats that are fixed, or of centres as free ones were found; gives the seat of every unit
//! and what was proved of it. Invariant: what is proved holds for every assignment to these centres. Where free centres lie,
//! and what is broken in the end, are deliberately absent.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::assess::assess;
use super::bound::{ItemCosts, Priced};
use super::exact::{self, Exact, Trial};
use super::problem::Effort;
use super::round::round;
use super::search::{Ground, Pressure, Schedule, State, separate};

/// Turns of finding the best whole items around centres and moving these, at most.
const TURNS: usize = 4;

/// Puts items as is best around the centres of their assignment, these then where they are best, and so on while that
/// gains; territories in one piece, or to be kept, stay as they are. Gives a bound on every assignment to the centres of the
/// last; infinitely low where the question is too large for that.
pub(super) fn perfect(ground: &Ground, territory: &mut Vec<u32>) -> f64 {
    let problem = ground.problem;
    let stays = ground.contiguous || problem.start.is_some();
    let trial = if stays { Trial::Passing } else { Trial::Last };
    let centres_of = |territory: &[u32]| ground.stretched(&assess(problem, None, territory.to_vec()).centres);
    let mut centres = centres_of(territory);
    for _ in 0..TURNS {
        let costs = ItemCosts { ground, centres: &centres };
        let state = State::new(ground, ground.to_items(territory), centres.clone());
        let known = (state.broken() == 0.0).then_some(&state.territory[..]);
        let Some(Exact { territory: better, bound, .. }) = exact::solve(&costs, known, trial) else { break };
        let proved = if bound.is_finite() { bound } else { f64::NEG_INFINITY };
        let Some(better) = better.filter(|_| !stays) else { return proved };
        *territory = ground.to_units(&better);
        let moved = centres_of(territory);
        if moved == centres {
            return proved;
        }
        centres = moved;
    }
    f64::NEG_INFINITY
}

/// Up to so many pairs of item and seat the exact model needs no search before it.
const AT_ONCE: usize = 600;

/// The seat of every unit where seats are fixed, and a bound that branching proved (or less than any).
pub(super) fn around_seats(costs: &ItemCosts, priced: Option<&Priced>) -> (Vec<u32>, f64) {
    let (items, proved) = items_around_seats(costs, priced);
    (costs.ground.to_units(&items), proved)
}

fn items_around_seats(costs: &ItemCosts, priced: Option<&Priced>) -> (Vec<u32>, f64) {
    let ground = costs.ground;
    if !ground.contiguous
        && ground.items * ground.seats <= AT_ONCE
        && let Some(Exact { territory: Some(best), bound, whole: true, .. }) = exact::solve(costs, None, Trial::Last)
    {
        return (best, bound);
    }
    let begun = |mut first: Vec<u32>| {
        separate(ground, &mut first, |item, seat| ground.held(item, seat, costs.centres));
        let items = match priced {
            Some(priced) if !ground.contiguous => round(costs, priced, first),
            _ => connected(costs, first),
        };
        State::new(ground, items, costs.centres.to_vec())
    };
    let mut state = begun(first_territory(ground, priced, costs.centres));
    // Prices that know what moving costs say as well as today's assignment who should move.
    let weighed = ground.most_moved.is_finite() || ground.moving_cost.iter().any(|&cost| cost > 0.0);
    if let Some(priced) = priced.filter(|_| ground.problem.start.is_some() && weighed) {
        let other = begun(priced.territory.clone());
        if other.is_better(&state) {
            state = other;
        }
    }
    let known = (state.broken() == 0.0).then_some(&state.territory[..]);
    match exact::solve(costs, known, Trial::Last) {
        Some(Exact { territory: Some(better), bound, .. }) if !ground.contiguous => (better, bound),
        Some(Exact { bound, .. }) if bound.is_finite() => (state.territory, bound),
        _ => (state.territory, f64::NEG_INFINITY),
    }
}

/// Where the search begins: at the prices' own assignment, or today's when it is to be kept.
fn first_territory(ground: &Ground, priced: Option<&Priced>, centres: &[[f64; 3]]) -> Vec<u32> {
    if let Some(start) = &ground.problem.start {
        return ground.to_items(start);
    }
    match priced {
        Some(priced) => priced.territory.clone(),
        None => (0..ground.items as u32)
            .map(|item| {
                let cost = |seat: u32| ground.held(item, seat, centres);
                let may = (0..ground.seats as u32).filter(|&seat| ground.may_take(seat, item));
                may.min_by(|&a, &b| cost(a).total_cmp(&cost(b)).then(a.cmp(&b))).unwrap_or(0)
            })
            .collect(),
    }
}

/// Betters an assignment to held centres, each territory in one piece: gathered and annealed, and without annealing too
/// where today's territories are to be kept.
fn connected(costs: &ItemCosts, first: Vec<u32>) -> Vec<u32> {
    let ground = costs.ground;
    let mut state = State::new(ground, first, costs.centres.to_vec());
    if ground.contiguous {
        state.gather();
        state.bridge();
    }
    let tight = ground.tightened(1.0);
    let mut annealed = State::new(&tight, state.territory.clone(), state.centres.clone());
    anneal_around(&mut annealed);
    let mut annealed = State::new(ground, annealed.territory, annealed.centres);
    annealed.harden();
    if ground.problem.start.is_some() {
        state.harden();
        if state.is_better(&annealed) {
            return state.territory;
        }
    }
    annealed.territory
}

/// Anneals among the borders, cool enough to keep the shape.
fn anneal_around(state: &mut State) {
    let problem = state.ground.problem;
    let (sweeps, most) = match problem.effort {
        Effort::Quick => (500, 3_000_000),
        Effort::Normal => (4000, 20_000_000),
        Effort::Thorough => (20_000, 200_000_000),
    };
    let usual = state.usual_cost();
    let schedule = Schedule {
        hot: usual * HOT,
        cold: usual * COLD,
        steps: most.min(sweeps * state.frontier.len()),
        from: Pressure { linear: usual, square: 1000.0 * usual },
        to: Pressure { linear: HARD * usual, square: 1000.0 * usual },
        tension: (0.0, 0.0),
    };
    state.anneal(schedule, &mut ChaCha8Rng::seed_from_u64(problem.seed));
}

/// First and last temperature of an annealing around fixed seats, in costs of a usual territory, and what a usual load too
/// many costs at the end.
const HOT: f64 = 3e-3;
const COLD: f64 = 1e-4;
const HARD: f64 = 2000.0;
