//! The whole way from a question to an answer.
//!
//! Takes a [`Problem`], gives a [`Solution`] or says why there is none. Invariant: what is reported is computed afresh
//! from the assignment found (see [`super::assess()`]), and a promise that it breaks is listed. Files, plans and clocks are
//! deliberately absent.

use super::around::{around_seats, perfect};
use super::assess::assess;
use super::bound::{ItemCosts, Priced, price};
use super::corridor::join_groups;
use super::dead_ends::bind_dead_ends;
use super::exhaust::{Exhausted, exhaust};
use super::free;
use super::least::least_imbalance;
use super::problem::{Adjacency, Centres, Problem};
use super::progress::{Control, Phase, Progress};
use super::search::Ground;
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
    let ground = Ground { pulse: pulse.clone(), ..Ground::new(problem, graph) };
    let joined = problem.contiguous.then(|| join_groups(problem, graph)).flatten();
    let joined = joined.as_ref().map(|joined| Ground { pulse: pulse.clone(), ..Ground::new(joined, graph) });
    let (territory, centres, mut priced, proved);
    if problem.centres == Centres::Fixed {
        tell(Phase::Bound, None, None)?;
        centres = ground.stretched(&problem.seats.positions);
        priced = price(&ItemCosts { ground: &ground, centres: &centres }).ok();
        tell(Phase::Search, None, priced.as_ref().map(|priced| priced.bound))?;
        (territory, proved) = match &joined {
            None => around_seats(&ItemCosts { ground: &ground, centres: &centres }, priced.as_ref()),
            Some(ground) => {
                let costs = ItemCosts { ground, centres: &centres };
                // What is proved of groups that were joined is not proved of others.
                (around_seats(&costs, price(&costs).ok().as_ref()).0, f64::NEG_INFINITY)
            }
        };
    } else {
        tell(Phase::Draw, None, None)?;
        let mut found = carve_free(joined.as_ref().unwrap_or(&ground), graph);
        tell(Phase::Bound, pulse.cost(), None)?;
        proved = perfect(&ground, &mut found);
        territory = found;
        centres = ground.stretched(&assess(problem, None, territory.clone()).centres);
        priced = price(&ItemCosts { ground: &ground, centres: &centres }).ok();
    }
    if let Some(priced) = &mut priced {
        priced.bound = priced.bound.max(proved);
    }
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

/// Carves around free centres; where that breaks limits that could hold, again with what lies behind gates bound to them.
/// Several weights fail for other reasons.
fn carve_free(ground: &Ground, graph: &Adjacency) -> Vec<u32> {
    let found = free::carve(ground);
    let held_up = ground.contiguous && ground.quantities == 1 && !free::holds_too_large(ground);
    if !held_up || ground.pulse.stopped() {
        return found;
    }
    let (broken, cost) = free::standing(ground, &found);
    if broken == 0.0 {
        return found;
    }
    let Some(bound) = bind_dead_ends(ground) else { return found };
    let again = free::carve(&Ground { pulse: ground.pulse.clone(), ..Ground::new(&bound, graph) });
    if free::standing(ground, &again) < (broken, cost) { again } else { found }
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
