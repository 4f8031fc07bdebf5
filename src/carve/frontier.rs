//! What moving more would buy: the best imbalance and the best travel for growing budgets of moves.
//!
//! Takes a [`Problem`] whose units have incumbents and a list of shares, gives a point a share. Each search begins at the
//! best answer of the smaller budgets, which keeps the larger one too, so the curve is monotone by construction. Invariant:
//! what is called a bound is proved: no answer within the budget is better. Where a search found nothing better, something
//! better may still exist down to the bound.

use super::conflict::boundless;
use super::problem::{Effort, MoveBudget, Owned, Problem};
use super::progress::{Control, Phase, Progress};
use super::solution::{Bound, BoundCovers, Solution};
use super::solve::{Failure, solve};

/// The curve at one budget.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontierPoint {
    /// At most this share of the budget's quantity moves.
    pub share: f64,
    /// The fairest answer found; `None` when none keeps the budget.
    pub fairest: Option<Reached>,
    /// No answer within the budget has a smaller imbalance.
    pub least_imbalance: f64,
    /// The shortest travel found at the tolerances asked for; `None` when none keeps them within the budget.
    pub shortest: Option<Reached>,
    /// No such answer has a smaller cost; what it covers is told.
    pub bound: Bound,
}

/// An answer of the curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// The largest of all balanced weights.
    pub imbalance: f64,
    /// Of travel alone.
    pub cost: f64,
    /// Mean distance by pull, where units have positions.
    pub mean_distance: Option<f64>,
    /// As a share of the budget's quantity.
    pub moved: f64,
    pub territory: Vec<u32>,
}

/// Halvings of the imbalance a point.
const STEPS: usize = 6;
/// A range of imbalance this small is not halved again.
const FINE: f64 = 0.002;

/// One point a share, ascending. `values` are what a budget counts; `told` hears which share is at work.
pub fn frontier(
    problem: &Problem,
    values: &[f64],
    shares: &[f64],
    told: &mut dyn FnMut(f64),
    progress: &mut dyn Progress,
) -> Result<Vec<FrontierPoint>, Failure> {
    let mut shares = shares.to_vec();
    shares.sort_by(f64::total_cmp);
    shares.dedup();
    let mut points: Vec<FrontierPoint> = Vec::new();
    for share in shares {
        told(share);
        if progress.report(Phase::Prepare, None, None) == Control::Stop {
            return Err(Failure::Interrupted);
        }
        let moves = Some(MoveBudget { values: values.to_vec(), share });
        let mut within = Problem { moving_price: 0.0, ..problem.clone() };
        within.limits.moves = moves;
        let before = points.last();
        let least_imbalance = least_imbalance(&within);
        let fairest = fairest(&within, least_imbalance, before.and_then(|p| p.fairest.clone()), progress)?;
        let (shortest, bound) = shortest(&within, fairest.as_ref(), before.and_then(|p| p.shortest.clone()), progress)?;
        points.push(FrontierPoint { share, fairest, least_imbalance, shortest, bound });
    }
    // What no larger budget can better no smaller one can.
    for at in (1..points.len()).rev() {
        let (smaller, larger) = points.split_at_mut(at);
        let (smaller, larger) = (&mut smaller[at - 1], &larger[0]);
        smaller.least_imbalance = smaller.least_imbalance.max(larger.least_imbalance);
        if larger.bound.covers == BoundCovers::Everything && larger.bound.value > smaller.bound.value {
            smaller.bound = larger.bound;
        }
    }
    Ok(points)
}

fn worst(solution: &Solution) -> f64 {
    solution.imbalance.iter().copied().fold(0.0, f64::max)
}

fn reached(problem: &Problem, solution: Solution) -> Reached {
    let (mut sum, mut all) = (0.0, 0.0);
    for (unit, seat) in solution.territory.iter().enumerate() {
        if let (Some(at), Some(centre)) = (problem.units.positions[unit], solution.centres[*seat as usize]) {
            sum += problem.units.pull[unit] * problem.space.distance(at, centre);
            all += problem.units.pull[unit];
        }
    }
    Reached {
        imbalance: worst(&solution),
        cost: solution.cost,
        mean_distance: (all > 0.0).then(|| sum / all),
        moved: solution.moved,
        territory: solution.territory,
    }
}

/// The answer when every weight is within `tolerance`, if one was found.
fn at(
    problem: &Problem,
    tolerance: f64,
    start: Option<&Reached>,
    progress: &mut dyn Progress,
) -> Result<Option<Reached>, Failure> {
    let mut asked = Problem { effort: Effort::Quick, ..problem.clone() };
    asked.weights.iter_mut().for_each(|weight| weight.tolerance = tolerance);
    asked.start = start.map(|best| best.territory.clone()).or(asked.start);
    let answer = solve(&asked, progress)?;
    Ok(answer.broken.is_empty().then(|| reached(problem, answer)))
}

fn fairest(
    problem: &Problem,
    bound: f64,
    before: Option<Reached>,
    progress: &mut dyn Progress,
) -> Result<Option<Reached>, Failure> {
    let mut best = match before {
        Some(best) => best,
        None => match at(problem, boundless(problem), None, progress)? {
            Some(first) => first,
            None => return Ok(None),
        },
    };
    let mut least = bound;
    for _ in 0..STEPS {
        if best.imbalance - least <= FINE {
            break;
        }
        let middle = (least + best.imbalance) / 2.0;
        match at(problem, middle, Some(&best), progress)? {
            Some(fairer) if fairer.imbalance < best.imbalance => best = fairer,
            _ => least = middle,
        }
    }
    Ok(Some(best))
}

fn shortest(
    problem: &Problem,
    fairest: Option<&Reached>,
    before: Option<Reached>,
    progress: &mut dyn Progress,
) -> Result<(Option<Reached>, Bound), Failure> {
    let kept = |reached: &&Reached| problem.weights.iter().all(|w| reached.imbalance <= w.tolerance);
    // The fairest answer keeps the tolerances if any does; it is where the search begins.
    let known = before.or_else(|| fairest.filter(kept).cloned());
    let start = known.as_ref().or(fairest).map(|best| best.territory.clone());
    let answer = solve(&Problem { start, ..problem.clone() }, progress)?;
    let bound = answer.bound;
    let fresh = answer.broken.is_empty().then(|| reached(problem, answer));
    let best = match (known, fresh) {
        (Some(known), Some(fresh)) => Some(if fresh.cost < known.cost { fresh } else { known }),
        (known, fresh) => known.or(fresh),
    };
    Ok((best, bound))
}

/// A proved lower bound on the imbalance of any answer within the budget, split units allowed: the largest that any weight
/// must have by itself.
pub(super) fn least_imbalance(problem: &Problem) -> f64 {
    let Some(moves) = &problem.limits.moves else { return 0.0 };
    problem.weights.iter().map(|weight| least_of(problem, moves, &weight.values)).fold(0.0, f64::max)
}

/// The same for one weight: what is too much for a seat must leave it, what it lacks must come, and the cheapest parts go
/// first. A unit lies with its owners in parts of its pull: wherever it goes whole, the parts of all others go there, and
/// that is what it moves.
fn least_of(problem: &Problem, moves: &MoveBudget, weights: &[f64]) -> f64 {
    let seats = problem.seats.keys.len();
    let mut parts: Vec<Vec<(f64, f64)>> = vec![Vec::new(); seats];
    let (mut free, mut all_value) = (0.0, 0.0);
    for (unit, &weight) in weights.iter().enumerate() {
        let whole = |seat| Owned { seat, value: moves.values[unit], pull: 1.0 };
        let own: Vec<Owned> = match problem.limits.owned.get(unit) {
            Some(own) => own.clone(),
            None => problem.units.incumbent[unit].map(whole).into_iter().collect(),
        };
        let pull: f64 = own.iter().map(|part| part.pull).sum();
        if own.is_empty() {
            free += weight;
        }
        for part in &own {
            let share = if pull > 0.0 { part.pull / pull } else { 1.0 / own.len() as f64 };
            parts[part.seat as usize].push((part.value, weight * share));
            all_value += part.value;
        }
    }
    let total: f64 = weights.iter().sum();
    let capacity: f64 = problem.seats.capacity.iter().sum();
    let targets: Vec<f64> = problem.seats.capacity.iter().map(|own| total * own / capacity).collect();
    let loads: Vec<f64> = parts.iter().map(|parts| parts.iter().map(|part| part.1).sum()).collect();
    let budget = moves.share * all_value * (1.0 + 1e-9) + 1e-9 * all_value;
    let everyone: Vec<(f64, f64)> = parts.iter().flatten().copied().collect();
    let keeps = |tolerance: f64| {
        let over = |seat: usize| (loads[seat] - targets[seat] * (1.0 + tolerance)).max(0.0);
        let under = |seat: usize| (targets[seat] * (1.0 - tolerance) - loads[seat]).max(0.0);
        let sheds: f64 = (0..seats).map(|seat| cheapest(&parts[seat], over(seat))).sum();
        let gains = cheapest(&everyone, (0..seats).map(under).sum::<f64>() - free);
        sheds.max(gains) <= budget
    };
    if keeps(0.0) {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, boundless(problem));
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if keeps(middle) { high = middle } else { low = middle }
    }
    low
}

/// The least value of parts (value and weight) that add up to so much weight, parts divisible.
fn cheapest(parts: &[(f64, f64)], weight: f64) -> f64 {
    if weight <= 0.0 {
        return 0.0;
    }
    let mut parts: Vec<(f64, f64)> = parts.iter().copied().filter(|part| part.1 > 0.0).collect();
    parts.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let (mut left, mut sum) = (weight, 0.0);
    for (value, own) in parts {
        let taken = own.min(left);
        sum += value * taken / own;
        left -= taken;
        if left <= 0.0 {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::cheapest;

    #[test]
    fn the_cheapest_parts_go_first() {
        let parts = [(4.0, 2.0), (1.0, 2.0), (0.0, 0.0)];
        assert_eq!(cheapest(&parts, 1.0), 0.5);
        assert_eq!(cheapest(&parts, 3.0), 3.0);
        assert_eq!(cheapest(&parts, 0.0), 0.0);
    }
}
