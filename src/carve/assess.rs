//! What an assignment is worth: loads, cost, imbalance, pieces and the promises it breaks.
//!
//! Takes a [`Problem`] and the seat of every unit, gives a [`Solution`] without bound. Invariant: everything is computed
//! afresh from the units, never taken over from a search, so a report is right whatever searched. Improvement is
//! deliberately absent.

use super::contiguity::Pieces;
use super::problem::{Adjacency, Centres, Owned, Point, Power, Problem, Travel};
use super::solution::{Bound, BoundCovers, Broken, Promise, Solution};

/// Loads may stray this far beyond a limit, relative to a usual load, before they count as outside: rounding of sums.
const ROUNDING: f64 = 1e-9;

/// The solution that `territory` is, judged over `graph`.
pub fn assess(problem: &Problem, graph: Option<&Adjacency>, territory: Vec<u32>) -> Solution {
    let seats = problem.seats.keys.len();
    let targets = targets(problem);
    let loads: Vec<Vec<f64>> =
        problem.weights.iter().map(|weight| sum_by_seat(&weight.values, &territory, seats)).collect();
    let imbalance = loads.iter().zip(&targets).map(|(loads, targets)| imbalance(loads, targets)).collect();
    let (centres, centre_units) = centres(problem, &territory);
    let stray_pieces = graph.map(|graph| Pieces::new(graph, &territory).strays(seats));
    let mut solution = Solution {
        loads,
        targets,
        cost: cost(problem, &territory, &centres),
        centres,
        centre_units,
        prices: vec![vec![0.0; seats]; problem.weights.len()],
        bound: Bound { value: f64::NEG_INFINITY, covers: BoundCovers::Nothing },
        imbalance,
        least_imbalance: vec![0.0; problem.weights.len()],
        stray_pieces,
        adjacency_derived: graph.is_some_and(|graph| graph.derived),
        moved: moved(problem, &territory),
        broken: Vec::new(),
        impossible: false,
        territory,
    };
    solution.broken = broken(problem, &solution);
    solution
}

/// `targets[weight][seat]`: the total in proportion to capacity.
pub fn targets(problem: &Problem) -> Vec<Vec<f64>> {
    let capacity: f64 = problem.seats.capacity.iter().sum();
    let of = |weight: &super::Weight| {
        let total: f64 = weight.values.iter().sum();
        problem.seats.capacity.iter().map(|own| total * own / capacity).collect()
    };
    problem.weights.iter().map(of).collect()
}

/// Largest |load / target − 1|; 0 where there is nothing to share out.
fn imbalance(loads: &[f64], targets: &[f64]) -> f64 {
    let each = loads.iter().zip(targets).filter(|(_, target)| **target > 0.0);
    each.map(|(load, target)| (load / target - 1.0).abs()).fold(0.0, f64::max)
}

fn sum_by_seat(values: &[f64], territory: &[u32], seats: usize) -> Vec<f64> {
    let mut sums = vec![0.0; seats];
    for (&seat, value) in territory.iter().zip(values) {
        sums[seat as usize] += value;
    }
    sums
}

/// What left its incumbent as a share of what has one; by accounts where there is no budget.
pub fn moved(problem: &Problem, territory: &[u32]) -> f64 {
    let (mut gone, mut all) = (0.0, 0.0);
    for (unit, &seat) in territory.iter().enumerate() {
        each_owned(problem, unit, |own| {
            all += own.value;
            gone += if own.seat == seat { 0.0 } else { own.value };
        });
    }
    if all > 0.0 { gone / all } else { 0.0 }
}

/// What every seat owns of a unit today.
fn each_owned(problem: &Problem, unit: usize, mut visit: impl FnMut(&Owned)) {
    match (problem.limits.owned.get(unit), problem.units.incumbent[unit]) {
        (Some(parts), _) => parts.iter().for_each(visit),
        (None, Some(seat)) => {
            let accounts = f64::from(problem.units.accounts[unit]);
            let value = problem.limits.moves.as_ref().map_or(accounts, |moves| moves.values[unit]);
            visit(&Owned { seat, value, pull: problem.units.pull[unit] });
        }
        (None, None) => {}
    }
}

/// Where each territory's cost is measured from, and the unit there.
fn centres(problem: &Problem, territory: &[u32]) -> (Vec<Option<Point>>, Vec<Option<u32>>) {
    let seats = problem.seats.keys.len();
    let own = problem.seats.positions.clone();
    if problem.centres == Centres::Fixed {
        return (own, vec![None; seats]);
    }
    let mut members: Vec<Vec<(u32, Point, f64)>> = vec![Vec::new(); seats];
    for (unit, &seat) in territory.iter().enumerate() {
        if let Some(at) = problem.units.positions[unit] {
            members[seat as usize].push((unit as u32, at, problem.units.pull[unit]));
        }
    }
    let (mut centres, mut units) = (own, vec![None; seats]);
    for (seat, members) in members.iter().enumerate() {
        let points: Vec<(Point, f64)> = members.iter().map(|&(_, at, pull)| (at, pull)).collect();
        match (problem.centres, problem.power) {
            (Centres::Units, _) => {
                if let Some((unit, at)) = best_unit(problem, members) {
                    (centres[seat], units[seat]) = (Some(at), Some(unit));
                }
            }
            (_, Power::Squared) => centres[seat] = problem.space.mean(points.iter().copied()).or(centres[seat]),
            (_, Power::Distance) => centres[seat] = problem.space.median(&points).or(centres[seat]),
        }
    }
    (centres, units)
}

/// The unit of least cost to all others (ties: the first).
fn best_unit(problem: &Problem, members: &[(u32, Point, f64)]) -> Option<(u32, Point)> {
    let mut best: Option<(f64, u32, Point)> = None;
    for &(unit, at, _) in members {
        let cost: f64 = members.iter().map(|&(_, other, pull)| pull * problem.charge_between(other, at)).sum();
        if best.is_none_or(|best| cost < best.0) {
            best = Some((cost, unit, at));
        }
    }
    best.map(|(_, unit, at)| (unit, at))
}

/// Σ pull · distance^power + moving price · pull of what moved.
fn cost(problem: &Problem, territory: &[u32], centres: &[Option<Point>]) -> f64 {
    let seats = problem.seats.keys.len();
    let mut sum = 0.0;
    for (unit, &seat) in territory.iter().enumerate() {
        let pull = problem.units.pull[unit];
        sum += pull
            * match &problem.travel {
                Travel::Matrix(matrix) => {
                    let travel = matrix[unit * seats + seat as usize];
                    if problem.power == Power::Squared { travel * travel } else { travel }
                }
                Travel::Positions => match (problem.units.positions[unit], centres[seat as usize]) {
                    (Some(at), Some(centre)) => problem.charge_between(at, centre),
                    _ => 0.0,
                },
            };
        if problem.moving_price > 0.0 {
            each_owned(problem, unit, |own| {
                sum += if own.seat == seat { 0.0 } else { problem.moving_price * own.pull };
            });
        }
    }
    sum
}

/// Every promise not kept, with the worst seat, in the order of [`Promise`].
fn broken(problem: &Problem, solution: &Solution) -> Vec<Broken> {
    let mut broken = Vec::new();
    let territory = &solution.territory;
    for (index, weight) in problem.weights.iter().enumerate() {
        let (loads, targets) = (&solution.loads[index], &solution.targets[index]);
        let off = |seat: usize| if targets[seat] > 0.0 { (loads[seat] / targets[seat] - 1.0).abs() } else { 0.0 };
        if let Some((seat, reached)) = worst((0..loads.len()).map(off))
            && reached > weight.tolerance + ROUNDING
        {
            let promise = Promise::Balance(index);
            broken.push(Broken { promise, seat: Some(seat), promised: weight.tolerance, reached });
        }
    }
    if problem.contiguous
        && let Some(strays) = &solution.stray_pieces
        && let Some((seat, _)) = worst(strays.iter().map(|&strays| f64::from(strays)))
    {
        let reached: u32 = strays.iter().sum();
        if reached > 0 {
            let promise = Promise::Contiguous;
            broken.push(Broken { promise, seat: Some(seat), promised: 0.0, reached: f64::from(reached) });
        }
    }
    if let Some(moves) = &problem.limits.moves
        && solution.moved > moves.share + ROUNDING
    {
        let promise = Promise::Moves;
        broken.push(Broken { promise, seat: None, promised: moves.share, reached: solution.moved });
    }
    broken.extend(broken_accounts(problem, territory));
    broken.extend(broken_mixes(problem, territory));
    broken.extend(broken_groups(problem, territory));
    broken.extend(broken_seats(problem, territory));
    broken
}

/// The first of the largest values.
fn worst(values: impl Iterator<Item = f64>) -> Option<(u32, f64)> {
    values.enumerate().fold(None, |worst, (at, value)| match worst {
        Some((_, most)) if most >= value => worst,
        _ => Some((at as u32, value)),
    })
}

fn broken_accounts(problem: &Problem, territory: &[u32]) -> Option<Broken> {
    let (from, to) = problem.limits.accounts?;
    let mut counts = vec![0u64; problem.seats.keys.len()];
    for (unit, &seat) in territory.iter().enumerate() {
        counts[seat as usize] += u64::from(problem.units.accounts[unit]);
    }
    let outside = |count: u64| count.saturating_sub(to).max(from.saturating_sub(count)) as f64;
    let (seat, most) = worst(counts.iter().map(|&count| outside(count)))?;
    let reached = counts[seat as usize];
    let promised = if reached > to { to } else { from } as f64;
    (most > 0.0).then_some(Broken { promise: Promise::Accounts, seat: Some(seat), promised, reached: reached as f64 })
}

fn broken_mixes(problem: &Problem, territory: &[u32]) -> Vec<Broken> {
    let seats = problem.seats.keys.len();
    let each = problem.limits.mixes.iter().enumerate().filter_map(|(index, mix)| {
        let (part, whole) = (sum_by_seat(&mix.part, territory, seats), sum_by_seat(&mix.whole, territory, seats));
        let share = |seat: usize| if whole[seat] > 0.0 { part[seat] / whole[seat] } else { mix.from.max(0.0) };
        let outside = |seat: usize| (share(seat) - mix.to).max(mix.from - share(seat));
        let (seat, most) = worst((0..seats).map(outside))?;
        let reached = share(seat as usize);
        let promised = if reached > mix.to { mix.to } else { mix.from };
        (most > ROUNDING).then_some(Broken { promise: Promise::Mix(index), seat: Some(seat), promised, reached })
    });
    each.collect()
}

fn broken_groups(problem: &Problem, territory: &[u32]) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (index, group) in problem.limits.together.iter().enumerate() {
        let mut seats: Vec<u32> = group.iter().map(|&unit| territory[unit as usize]).collect();
        seats.sort_unstable();
        seats.dedup();
        if seats.len() > 1 {
            let promise = Promise::Together(index);
            broken.push(Broken { promise, seat: Some(seats[1]), promised: 1.0, reached: seats.len() as f64 });
        }
    }
    for (index, group) in problem.limits.apart.iter().enumerate() {
        let mut seats: Vec<u32> = group.iter().map(|&unit| territory[unit as usize]).collect();
        seats.sort_unstable();
        let crowd = seats.chunk_by(|a, b| a == b).map(|same| (same.len(), same[0]));
        if let Some((count, seat)) = crowd.max_by_key(|&(count, seat)| (count, u32::MAX - seat))
            && count > 1
        {
            let promise = Promise::Apart(index);
            broken.push(Broken { promise, seat: Some(seat), promised: 1.0, reached: count as f64 });
        }
    }
    broken
}

/// Units at seats that may not have them; `reached` counts them.
fn broken_seats(problem: &Problem, territory: &[u32]) -> Vec<Broken> {
    let (mut strangers, mut displaced) = (Vec::new(), Vec::new());
    for (unit, &seat) in territory.iter().enumerate() {
        match (problem.units.fixed[unit], problem.limits.eligible.get(unit)) {
            (Some(fixed), _) if fixed != seat => displaced.push(seat),
            (None, Some(Some(seats))) if seats.binary_search(&seat).is_err() => strangers.push(seat),
            _ => {}
        }
    }
    let each = [(Promise::Eligible, strangers), (Promise::Fixed, displaced)].into_iter();
    each.filter(|(_, seats)| !seats.is_empty())
        .map(|(promise, seats)| Broken { promise, seat: Some(seats[0]), promised: 0.0, reached: seats.len() as f64 })
        .collect()
}
