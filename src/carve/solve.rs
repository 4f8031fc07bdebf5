//! The whole way from a question to an answer.
//!
//! Takes a [`Problem`], gives a [`Solution`] or says why there is none. Invariant: what is reported is computed afresh
//! from the assignment found (see [`super::assess()`]), and a promise that it breaks is listed. Files, plans and clocks are
//! deliberately absent.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::assess::assess;
use super::bound::{ItemCosts, Priced, price};
use super::corridor::join_groups;
use super::exact::{self, Exact, Trial};
use super::exhaust::{Exhausted, exhaust};
use super::free;
use super::least::least_imbalance;
use super::problem::{Adjacency, Centres, Effort, Problem};
use super::progress::{Control, Phase, Progress};
use super::round::round;
use super::search::{Ground, Pressure, Schedule, State, separate};
use super::solution::{Bound, BoundCovers, Solution};
use super::transport::Costs;
use super::validate::{Fault, validate};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// The question is malformed; every fault found.
    Input(Vec<Fault>),
    /// The caller asked to stop; nothing is known.
    Interrupted,
}

/// Solves `problem`; an answer that keeps not all promises lists those it breaks.
pub fn solve(problem: &Problem, progress: &mut dyn Progress) -> Result<Solution, Failure> {
    let faults = validate(problem);
    if !faults.is_empty() {
        return Err(Failure::Input(faults));
    }
    let pulse = progress.pulse();
    let mut tell = |phase, cost, bound| match progress.report(phase, cost, bound) {
        Control::Continue if !pulse.stopped() => Ok(()),
        _ => Err(Failure::Interrupted),
    };
    tell(Phase::Prepare, None, None)?;
    let derived;
    let graph = match &problem.adjacency {
        Some(given) => given,
        None => {
            derived = Adjacency::derive(problem.space, &problem.units.positions);
            &derived
        }
    };
    let judged_by = (problem.contiguous || problem.adjacency.is_some()).then_some(graph);
    if problem.units.keys.is_empty() || problem.seats.keys.len() == 1 {
        return Ok(only_way(problem, judged_by));
    }
    let joined = problem.contiguous.then(|| join_groups(problem, graph)).flatten();
    let mut territory = match problem.centres {
        Centres::Fixed => None,
        Centres::Free | Centres::Units => {
            tell(Phase::Draw, None, None)?;
            Some(free::carve(joined.as_ref().unwrap_or(problem), graph, &pulse))
        }
    };
    let ground = Ground { pulse: pulse.clone(), ..Ground::new(problem, graph) };
    tell(Phase::Bound, pulse.cost(), None)?;
    let proved = territory.as_mut().map_or(f64::NEG_INFINITY, |territory| perfect(&ground, territory));
    let centres = match &territory {
        None => ground.stretched(&problem.seats.positions),
        Some(territory) => ground.stretched(&assess(problem, None, territory.clone()).centres),
    };
    let mut priced = price(&ItemCosts { ground: &ground, centres: &centres }).ok();
    if let Some(priced) = &mut priced {
        priced.bound = priced.bound.max(proved);
    }
    let territory = match territory {
        Some(territory) => territory,
        None => {
            let bound = priced.as_ref().map(|priced| priced.bound);
            tell(Phase::Search, None, bound)?;
            match &joined {
                None => {
                    let costs = ItemCosts { ground: &ground, centres: &centres };
                    let (items, proved) = around_seats(&costs, priced.as_ref());
                    if let Some(priced) = &mut priced {
                        priced.bound = priced.bound.max(proved);
                    }
                    ground.to_units(&items)
                }
                Some(joined) => {
                    let ground = Ground { pulse: pulse.clone(), ..Ground::new(joined, graph) };
                    let costs = ItemCosts { ground: &ground, centres: &centres };
                    ground.to_units(&around_seats(&costs, price(&costs).ok().as_ref()).0)
                }
            }
        }
    };
    tell(Phase::Polish, pulse.cost(), priced.as_ref().map(|priced| priced.bound))?;
    let found = assess(problem, judged_by, territory);
    let (mut solution, proved) = try_all(&ground, &centres, found, judged_by);
    // Trying all may have moved centres that are free: a bound covers the centres that are told.
    let told = match problem.centres {
        Centres::Fixed => centres.clone(),
        _ => ground.stretched(&solution.centres),
    };
    let priced = if told == centres { priced } else { price(&ItemCosts { ground: &ground, centres: &told }).ok() };
    solution.least_imbalance = least_imbalance(&ground, &solution.targets);
    if let Some(priced) = priced {
        let covers = match problem.centres {
            Centres::Fixed => BoundCovers::Everything,
            _ => BoundCovers::TheseCentres,
        };
        let proved = proved.filter(|_| problem.centres == Centres::Fixed).unwrap_or(f64::NEG_INFINITY);
        solution.bound = Bound { value: priced.bound.max(proved), covers };
        let priced = placing(problem, graph, &told).unwrap_or(priced);
        for (index, prices) in solution.prices.iter_mut().enumerate() {
            for (seat, price) in prices.iter_mut().enumerate() {
                *price = priced.prices[seat * ground.quantities + index];
            }
        }
    }
    Ok(solution)
}

/// Turns of finding the best whole items around centres and moving these, at most.
const TURNS: usize = 4;

/// Puts items as is best around the centres of their assignment, these then where they are best, and so on while that
/// gains; territories in one piece, or to be kept, stay as they are. Gives a bound on every assignment to the centres of the
/// last; infinitely low where the question is too large for that.
fn perfect(ground: &Ground, territory: &mut Vec<u32>) -> f64 {
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

/// Prices for units that nobody owns yet, where those of the problem itself are ruled by what may not move: as if nothing
/// had an incumbent. `None` where that makes no difference.
fn placing(problem: &Problem, graph: &Adjacency, centres: &[[f64; 3]]) -> Option<Priced> {
    let rooted = problem.moving_price > 0.0 || problem.limits.moves.is_some();
    if !rooted || problem.units.incumbent.iter().all(Option::is_none) && problem.limits.owned.is_empty() {
        return None;
    }
    let mut loose = Problem { moving_price: 0.0, ..problem.clone() };
    loose.units.incumbent = vec![None; problem.units.keys.len()];
    (loose.limits.moves, loose.limits.owned) = (None, Vec::new());
    price(&ItemCosts { ground: &Ground::new(&loose, graph), centres }).ok()
}

/// Up to so many items in one piece around held centres are gone through although the search kept every promise.
const FEW_ITEMS: usize = 24;

/// Goes through every assignment of a small question whose promises the search did not keep, or whose pieces its polish does
/// not see through; with the least cost where that is proved.
fn try_all(
    ground: &Ground,
    centres: &[[f64; 3]],
    found: Solution,
    judged_by: Option<&Adjacency>,
) -> (Solution, Option<f64>) {
    let in_pieces = ground.contiguous && ground.problem.centres == Centres::Fixed && ground.items <= FEW_ITEMS;
    if found.broken.is_empty() && !in_pieces {
        return (found, None);
    }
    let costs = ItemCosts { ground, centres };
    match exhaust(ground, |item, seat| costs.cost(item as usize, seat as usize)) {
        Exhausted::Impossible => (Solution { impossible: true, ..found }, None),
        Exhausted::GaveUp => (found, None),
        exhausted @ (Exhausted::Best(_) | Exhausted::Some(_)) => {
            let (items, proved) = match &exhausted {
                Exhausted::Best(items) => (items, true),
                Exhausted::Some(items) => (items, false),
                _ => return (found, None),
            };
            let better = assess(ground.problem, judged_by, ground.to_units(items));
            let gains = (better.broken.len(), better.cost) < (found.broken.len(), found.cost);
            let solution = if gains { better } else { found };
            let proved = (proved && solution.broken.is_empty()).then_some(solution.cost);
            (solution, proved)
        }
    }
}

/// Nothing to assign, or one seat for everything.
fn only_way(problem: &Problem, graph: Option<&Adjacency>) -> Solution {
    let mut solution = assess(problem, graph, vec![0; problem.units.keys.len()]);
    let covers = if problem.centres == Centres::Fixed { BoundCovers::Everything } else { BoundCovers::TheseCentres };
    solution.bound = Bound { value: solution.cost, covers };
    solution.least_imbalance = vec![0.0; problem.weights.len()];
    solution
}

/// Up to so many pairs of item and seat the exact model needs no search before it.
const AT_ONCE: usize = 600;

/// Whole items at fixed seats, and a bound that branching proved (or less than any).
fn around_seats(costs: &ItemCosts, priced: Option<&Priced>) -> (Vec<u32>, f64) {
    let ground = costs.ground;
    if !ground.contiguous
        && ground.items * ground.seats <= AT_ONCE
        && let Some(Exact { territory: Some(best), bound, whole: true, .. }) = exact::solve(costs, None, Trial::Last)
    {
        return (best, bound);
    }
    let mut first = first_territory(ground, priced, costs.centres);
    separate(ground, &mut first, |item, seat| ground.held(item, seat, costs.centres));
    let items = match priced {
        Some(priced) if !ground.contiguous => round(costs, priced, first),
        _ => connected(costs, first),
    };
    let state = State::new(ground, items, costs.centres.to_vec());
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
    let tight = ground.tightened();
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
