//! The whole model by a general solver: binary variables, every limit a row, and pieces joined by cuts as they show.

use good_lp::{Expression, Solution as _, SolverModel, Variable, constraint, variable, variables};

use super::super::*;
use super::judge;

/// A unit in one piece of a seat and one in another may both be there only if the first piece has a neighbour there too.
struct Cut {
    seat: u32,
    here: usize,
    there: usize,
    around: Vec<usize>,
}

/// The optimum around fixed seats; none when nothing keeps the limits.
pub fn optimum(problem: &Problem) -> Option<f64> {
    let mut cuts = Vec::new();
    loop {
        let (cost, territory) = within(problem, &cuts)?;
        let Some(adjacency) = problem.adjacency.as_ref().filter(|_| problem.contiguous) else { return Some(cost) };
        let before = cuts.len();
        let pieces = judge::pieces(adjacency, &territory);
        for (n, piece) in pieces.iter().enumerate() {
            for other in
                pieces.iter().enumerate().filter(|(m, other)| *m != n && territory[other[0]] == territory[piece[0]])
            {
                let around: Vec<usize> = piece.iter().flat_map(|unit| judge::near(adjacency, *unit)).collect();
                let around = around.into_iter().filter(|unit| !piece.contains(unit)).collect();
                cuts.push(Cut { seat: territory[piece[0]], here: piece[0], there: other.1[0], around });
            }
        }
        if cuts.len() == before {
            return Some(cost);
        }
    }
}

fn within(problem: &Problem, cuts: &[Cut]) -> Option<(f64, Vec<u32>)> {
    let (units, seats) = (problem.units.keys.len(), problem.seats.keys.len());
    let mut variables = variables!();
    let here: Vec<Vec<Variable>> =
        (0..units).map(|_| (0..seats).map(|_| variables.add(variable().binary())).collect()).collect();
    let sum =
        |values: &[f64], seat: usize| -> Expression { (0..units).map(|unit| values[unit] * here[unit][seat]).sum() };
    let pairs = || (0..units).flat_map(|unit| (0..seats).map(move |seat| (unit, seat)));
    let cost = |(unit, seat)| judge::cost_at(problem, unit, seat, problem.seats.positions[seat]);
    // Costs near one, whatever they are measured in.
    let scale = pairs().map(cost).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let objective: Expression = pairs().map(|(unit, seat)| cost((unit, seat)) / scale * here[unit][seat]).sum();
    let mut model = variables.minimise(objective).using(good_lp::microlp);
    let mut rows = Vec::new();
    for unit in 0..units {
        rows.push(constraint!(here[unit].iter().sum::<Expression>() == 1.0));
        let barred = (0..seats).filter(|seat| !judge::may_take(problem, unit, *seat as u32));
        rows.extend(barred.map(|seat| constraint!(here[unit][seat] == 0.0)));
    }
    let capacity: f64 = problem.seats.capacity.iter().sum();
    let accounts: Vec<f64> = problem.units.accounts.iter().map(|accounts| f64::from(*accounts)).collect();
    for seat in 0..seats {
        for weight in &problem.weights {
            let target = weight.values.iter().sum::<f64>() * problem.seats.capacity[seat] / capacity;
            rows.push(constraint!(sum(&weight.values, seat) <= target * (1.0 + weight.tolerance) + judge::NEAR));
            rows.push(constraint!(sum(&weight.values, seat) >= target * (1.0 - weight.tolerance) - judge::NEAR));
        }
        if let Some((from, to)) = problem.limits.accounts {
            rows.push(constraint!(sum(&accounts, seat) >= from as f64));
            rows.push(constraint!(sum(&accounts, seat) <= to as f64));
        }
        for mix in &problem.limits.mixes {
            rows.push(constraint!(sum(&mix.part, seat) >= mix.from * sum(&mix.whole, seat) - judge::NEAR));
            rows.push(constraint!(sum(&mix.part, seat) <= mix.to * sum(&mix.whole, seat) + judge::NEAR));
        }
        for group in &problem.limits.apart {
            rows.push(constraint!(group.iter().map(|unit| here[*unit as usize][seat]).sum::<Expression>() <= 1.0));
        }
        for group in &problem.limits.together {
            rows.extend(group.windows(2).map(|pair| {
                let [a, b] = [pair[0], pair[1]].map(|unit| here[unit as usize][seat]);
                constraint!(a == b)
            }));
        }
    }
    if let Some(budget) = &problem.limits.moves {
        let all: f64 = (0..units).map(|unit| judge::leaving(problem, unit, 0).1).sum();
        let gone: Expression =
            pairs().map(|(unit, seat)| judge::leaving(problem, unit, seat as u32).0 * here[unit][seat]).sum();
        rows.push(constraint!(gone <= (budget.share + judge::NEAR) * all));
    }
    for cut in cuts {
        let seat = cut.seat as usize;
        let around: Expression = cut.around.iter().map(|unit| here[*unit][seat]).sum();
        rows.push(constraint!(here[cut.here][seat] + here[cut.there][seat] - around <= 1.0));
    }
    for row in rows {
        model = model.with(row);
    }
    let solution = model.solve().ok()?;
    let at = |unit: usize| (0..seats).find(|seat| solution.value(here[unit][*seat]) > 0.5).map(|seat| seat as u32);
    let territory: Vec<u32> = (0..units).map(at).collect::<Option<_>>()?;
    Some((judge::cost(problem, &territory, &problem.seats.positions), territory))
}
