//! Answers against exact models, and what must hold of every answer.

use good_lp::{Expression, Solution as _, SolverModel, constraint, variable, variables};
use proptest::prelude::*;

use super::*;

/// A small question around fixed seats on a plane.
#[derive(Debug, Clone)]
struct Case {
    units: Vec<(u8, u8, u8)>,
    seats: Vec<(u8, u8)>,
    tolerance: f64,
    eligible: Vec<bool>,
    apart: bool,
}

fn cases() -> impl Strategy<Value = Case> {
    (2usize..8, 2usize..4).prop_flat_map(|(units, seats)| {
        let units_of = prop::collection::vec((0u8..20, 0u8..20, 1u8..9), units);
        let seats_of = prop::collection::vec((0u8..20, 0u8..20), seats);
        let eligible = prop::collection::vec(prop::bool::weighted(0.9), units * seats);
        (units_of, seats_of, 0.05..0.9, eligible, prop::bool::weighted(0.2))
            .prop_map(|(units, seats, tolerance, eligible, apart)| Case { units, seats, tolerance, eligible, apart })
    })
}

fn at(x: u8, y: u8) -> Option<Point> {
    Some(Point::planar(f64::from(x), f64::from(y)))
}

fn problem(case: &Case) -> Problem {
    let (units, seats) = (case.units.len(), case.seats.len());
    let values: Vec<f64> = case.units.iter().map(|unit| f64::from(unit.2)).collect();
    let eligible = (0..units)
        .map(|unit| {
            let may = (0..seats as u32).filter(|&seat| case.eligible[unit * seats + seat as usize]);
            Some(may.collect::<Vec<u32>>()).filter(|may| !may.is_empty())
        })
        .collect();
    Problem {
        space: Space::Plane,
        units: Units {
            keys: (0..units).map(|unit| format!("u{unit:03}")).collect(),
            positions: case.units.iter().map(|unit| at(unit.0, unit.1)).collect(),
            accounts: vec![1; units],
            pull: values.clone(),
            incumbent: vec![None; units],
            fixed: vec![None; units],
        },
        seats: Seats {
            keys: (0..seats).map(|seat| format!("s{seat:03}")).collect(),
            positions: case.seats.iter().map(|seat| at(seat.0, seat.1)).collect(),
            capacity: vec![1.0; seats],
            open: vec![false; seats],
        },
        weights: vec![Weight { name: "weight".into(), values, tolerance: case.tolerance }],
        centres: Centres::Fixed,
        power: Power::Squared,
        travel: Travel::Positions,
        adjacency: None,
        contiguous: false,
        moving_price: 0.0,
        limits: Limits { eligible, apart: if case.apart { vec![vec![0, 1]] } else { Vec::new() }, ..Limits::default() },
        start: None,
        effort: Effort::Quick,
        seed: 1,
    }
}

/// The optimum of the whole model by a general solver; none when nothing keeps the limits.
fn optimum(problem: &Problem) -> Option<f64> {
    let (units, seats) = (problem.units.keys.len(), problem.seats.keys.len());
    let values = &problem.weights[0].values;
    let target = values.iter().sum::<f64>() / seats as f64;
    let slack = target * problem.weights[0].tolerance;
    let mut variables = variables!();
    let mut objective = Expression::from(0.0);
    let mut loads = vec![Expression::from(0.0); seats];
    let mut pairs = vec![Expression::from(0.0); seats];
    let mut wholes = Vec::new();
    for unit in 0..units {
        let mut whole = Expression::from(0.0);
        for seat in 0..seats as u32 {
            if problem.limits.eligible[unit].as_ref().is_some_and(|may| !may.contains(&seat)) {
                continue;
            }
            let here = variables.add(variable().binary());
            let (a, b) = (problem.units.positions[unit]?, problem.seats.positions[seat as usize]?);
            objective += problem.units.pull[unit] * a.straight_squared(b) * here;
            loads[seat as usize] += values[unit] * here;
            whole += here;
            if !problem.limits.apart.is_empty() && unit < 2 {
                pairs[seat as usize] += here;
            }
        }
        wholes.push(whole);
    }
    let mut model = variables.minimise(objective.clone()).using(good_lp::microlp);
    for whole in wholes {
        model = model.with(constraint!(whole == 1.0));
    }
    for (load, pair) in loads.into_iter().zip(pairs) {
        model = model.with(constraint!(load.clone() <= target + slack + 1e-9));
        model = model.with(constraint!(load >= target - slack - 1e-9));
        model = model.with(constraint!(pair <= 1.0));
    }
    model.solve().ok().map(|solution| solution.eval(objective))
}

proptest! {
    #[test]
    fn small_carves_cost_what_the_exact_model_does(case in cases()) {
        let problem = problem(&case);
        let solution = solve(&problem, &mut Silent).expect("a sound question");
        match optimum(&problem) {
            None => prop_assert!(!solution.broken.is_empty(), "nothing keeps the limits"),
            Some(best) => {
                let near = 1e-6 * (1.0 + best.abs());
                prop_assert!(solution.broken.is_empty(), "{:?} but {best} is possible", solution.broken);
                prop_assert!(solution.bound.value <= best + near, "bound {} above {best}", solution.bound.value);
                prop_assert!((solution.cost - best).abs() <= near, "{} but {best} is best", solution.cost);
                prop_assert!(solution.least_imbalance[0] <= solution.imbalance[0] + 1e-12);
            }
        }
    }
}

/// Every assignment of few units to few seats.
fn all_assignments(units: usize, seats: usize) -> impl Iterator<Item = Vec<u32>> {
    (0..seats.pow(units as u32))
        .map(move |number| (0..units).map(|unit| (number / seats.pow(unit as u32) % seats) as u32).collect())
}

/// Sums of a quantity by seat.
fn by_seat(values: &[f64], territory: &[u32], seats: usize) -> Vec<f64> {
    let mut sums = vec![0.0; seats];
    values.iter().zip(territory).for_each(|(value, seat)| sums[*seat as usize] += value);
    sums
}

/// Pieces beyond the first of every seat, by a search of its own.
fn pieces_beyond(adjacency: &Adjacency, territory: &[u32]) -> usize {
    let mut seen = vec![false; territory.len()];
    let mut pieces = 0;
    for start in 0..territory.len() {
        if seen[start] {
            continue;
        }
        pieces += 1;
        let mut waiting = vec![start];
        while let Some(unit) = waiting.pop() {
            if std::mem::replace(&mut seen[unit], true) {
                continue;
            }
            let near = adjacency.offsets[unit] as usize..adjacency.offsets[unit + 1] as usize;
            let near = adjacency.neighbours[near].iter().map(|near| *near as usize);
            waiting.extend(near.filter(|near| territory[*near] == territory[unit]));
        }
    }
    let used: std::collections::BTreeSet<&u32> = territory.iter().collect();
    pieces - used.len()
}

/// Whether an assignment keeps everything that the problem asks for; written anew from the documentation of [`Problem`].
fn keeps(problem: &Problem, territory: &[u32]) -> bool {
    let seats = problem.seats.keys.len();
    let near = 1e-9;
    let balanced = problem.weights.iter().all(|weight| {
        let target = weight.values.iter().sum::<f64>() / seats as f64;
        by_seat(&weight.values, territory, seats)
            .iter()
            .all(|load| (load - target).abs() <= target * weight.tolerance + near)
    });
    let accounts: Vec<f64> = problem.units.accounts.iter().map(|accounts| f64::from(*accounts)).collect();
    let counted = problem.limits.accounts.is_none_or(|(from, to)| {
        by_seat(&accounts, territory, seats).iter().all(|count| (from as f64..=to as f64).contains(count))
    });
    let mixed = problem.limits.mixes.iter().all(|mix| {
        let (part, whole) = (by_seat(&mix.part, territory, seats), by_seat(&mix.whole, territory, seats));
        part.iter().zip(&whole).all(|(p, w)| *p >= mix.from * w - near && *p <= mix.to * w + near)
    });
    let budget = problem.limits.moves.as_ref().is_none_or(|moves| moved(problem, territory) <= moves.share + near);
    let used = (0..seats as u32).all(|seat| territory.contains(&seat));
    let whole = !problem.contiguous
        || problem.adjacency.as_ref().is_some_and(|adjacency| pieces_beyond(adjacency, territory) == 0);
    balanced && counted && mixed && budget && used && whole
}

/// What leaves its incumbent, as a share of what has one.
fn moved(problem: &Problem, territory: &[u32]) -> f64 {
    let Some(budget) = &problem.limits.moves else { return 0.0 };
    let (mut gone, mut owned) = (0.0, 0.0);
    for (unit, incumbent) in problem.units.incumbent.iter().enumerate() {
        if let Some(incumbent) = incumbent {
            owned += budget.values[unit];
            gone += if territory[unit] == *incumbent { 0.0 } else { budget.values[unit] };
        }
    }
    if owned > 0.0 { gone / owned } else { 0.0 }
}

fn cost(problem: &Problem, territory: &[u32]) -> f64 {
    let of_unit = |(unit, seat): (usize, &u32)| {
        let place = problem.units.positions[unit].zip(problem.seats.positions[*seat as usize]);
        place.map_or(0.0, |(a, b)| problem.units.pull[unit] * a.straight_squared(b))
    };
    territory.iter().enumerate().map(of_unit).sum()
}

/// A small question with every kind of limit, some of them out of reach.
fn limited() -> impl Strategy<Value = Problem> {
    let cases = (4usize..8, 2usize..4).prop_flat_map(|(units, seats)| {
        let units_of = prop::collection::vec((0u8..20, 0u8..20, 1u8..9, 1u8..6, prop::bool::ANY), units);
        let seats_of = prop::collection::vec((0u8..20, 0u8..20), seats);
        let owners = prop::collection::vec(prop::option::weighted(0.8, 0..seats as u32), units);
        let links = prop::collection::vec((0..units as u32, 0..units as u32), 0..2 * units);
        (units_of, seats_of, owners, links, (0.2..0.9, 0.3..1.2, 0.1..1.0, 0u8..16))
    });
    cases.prop_map(|(units, seats, owners, links, (tolerance, other, share, kinds))| {
        let spots = units.iter().map(|unit| (unit.0, unit.1, unit.2)).collect();
        let (many, of) = (units.len(), seats.len());
        let case = Case { units: spots, seats, tolerance, eligible: vec![true; many * of], apart: false };
        let mut problem = problem(&case);
        problem.units.accounts = units.iter().map(|unit| u32::from(unit.3)).collect();
        let accounts: Vec<f64> = units.iter().map(|unit| f64::from(unit.3)).collect();
        let all: u64 = units.iter().map(|unit| u64::from(unit.3)).sum();
        let mean = all / of as u64;
        problem.limits = Limits::default();
        if kinds & 1 > 0 {
            problem.weights.push(Weight { name: "other".into(), values: accounts.clone(), tolerance: other });
        }
        if kinds & 2 > 0 {
            problem.limits.accounts = Some((mean / 2, mean * 2));
            let part = units.iter().map(|unit| if unit.4 { f64::from(unit.3) } else { 0.0 }).collect();
            problem.limits.mixes = vec![Mix { name: "new".into(), part, whole: accounts.clone(), from: 0.1, to: 0.9 }];
        }
        if kinds & 4 > 0 {
            problem.units.incumbent = owners;
            problem.limits.moves = Some(MoveBudget { values: accounts, share });
        }
        if kinds & 8 > 0 {
            let ring = (0..many as u32).map(|unit| (unit, (unit + 1) % many as u32));
            problem.adjacency = Some(Adjacency::from_edges(many, ring.chain(links).filter(|(a, b)| a != b)));
            problem.contiguous = true;
        }
        problem
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn answers_under_every_limit_are_what_they_report(problem in limited()) {
        let seats = problem.seats.keys.len();
        let solution = solve(&problem, &mut Silent).expect("a sound question");
        let territory = &solution.territory;
        prop_assert_eq!(territory.len(), problem.units.keys.len(), "no unit is lost");
        for (n, weight) in problem.weights.iter().enumerate() {
            let loads = by_seat(&weight.values, territory, seats);
            let target = weight.values.iter().sum::<f64>() / seats as f64;
            let worst = loads.iter().map(|load| (load / target - 1.0).abs()).fold(0.0, f64::max);
            prop_assert!((worst - solution.imbalance[n]).abs() < 1e-9);
            prop_assert!(solution.least_imbalance[n] <= worst + 1e-12);
        }
        if let (Some(strays), Some(adjacency)) = (&solution.stray_pieces, &problem.adjacency) {
            prop_assert_eq!(strays.iter().sum::<u32>() as usize, pieces_beyond(adjacency, territory));
        }
        prop_assert!((solution.moved - moved(&problem, territory)).abs() < 1e-9);
        prop_assert!((solution.cost - cost(&problem, territory)).abs() <= 1e-9 * (1.0 + solution.cost));
        prop_assert_eq!(solution.broken.is_empty(), keeps(&problem, territory), "{:?}", solution.broken);
        let possible = all_assignments(problem.units.keys.len(), seats).filter(|all| keeps(&problem, all));
        let best = possible.map(|all| cost(&problem, &all)).fold(f64::INFINITY, f64::min);
        if best.is_finite() {
            let near = 1e-6 * (1.0 + best);
            prop_assert!(!solution.impossible && solution.broken.is_empty(), "{:?} but {best} is possible", solution.broken);
            prop_assert!(solution.bound.value <= best + near, "bound {} above {best}", solution.bound.value);
            prop_assert!(solution.cost <= best + near, "{} but {best} is best", solution.cost);
        } else {
            prop_assert!(!solution.broken.is_empty(), "nothing keeps the limits");
        }
    }
}

/// A grid of unequal units, carved free.
fn grid(side: usize, into: usize) -> Problem {
    let spots: Vec<(u8, u8, u8)> =
        (0..side * side).map(|i| ((i % side) as u8, (i / side) as u8, (1 + i * 7 % 5) as u8)).collect();
    let seats = vec![(0, 0); into];
    let eligible = vec![true; spots.len() * into];
    let case = Case { units: spots, seats, tolerance: 0.1, eligible, apart: false };
    let mut grid = problem(&case);
    grid.seats.positions = vec![None; into];
    grid.centres = Centres::Free;
    grid.limits = Limits::default();
    grid.contiguous = true;
    grid
}

/// Pieces beyond the first of every territory on a square grid, counted by flooding.
fn strays(side: usize, territory: &[u32], into: usize) -> usize {
    let mut seen = vec![false; territory.len()];
    let mut pieces = 0;
    for first in 0..territory.len() {
        if std::mem::replace(&mut seen[first], true) {
            continue;
        }
        pieces += 1;
        let mut stack = vec![first];
        while let Some(unit) = stack.pop() {
            let (x, y) = (unit % side, unit / side);
            let mut visit = |next: usize| {
                if territory[next] == territory[unit] && !std::mem::replace(&mut seen[next], true) {
                    stack.push(next);
                }
            };
            (x > 0).then(|| visit(unit - 1));
            (x + 1 < side).then(|| visit(unit + 1));
            (y > 0).then(|| visit(unit - side));
            (y + 1 < side).then(|| visit(unit + side));
        }
    }
    pieces - into
}

#[test]
fn free_carves_hold_what_they_report_on_any_number_of_threads() {
    let problem = grid(8, 4);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| solve(&problem, &mut Silent).expect("a sound question"))
    };
    let (one, two) = (on(1), on(2));
    assert_eq!(one.territory, two.territory);
    assert_eq!(one.cost.to_bits(), two.cost.to_bits());
    assert!(one.broken.is_empty(), "{:?}", one.broken);
    assert_eq!(strays(8, &one.territory, 4), 0);
    let values = &problem.weights[0].values;
    for seat in 0..4 {
        let load: f64 = (0..64).filter(|&unit| one.territory[unit] == seat).map(|unit| values[unit]).sum();
        assert!((load - one.loads[0][seat as usize]).abs() < 1e-9);
    }
    assert!(one.bound.value <= one.cost);
}

#[test]
fn the_least_imbalance_tells_what_no_share_out_betters() {
    let spots = vec![(0, 0, 8), (1, 0, 1), (2, 0, 1), (3, 0, 2)];
    let case =
        Case { units: spots, seats: vec![(0, 0), (3, 0)], tolerance: 0.1, eligible: vec![true; 8], apart: false };
    let solution = solve(&problem(&case), &mut Silent).expect("a sound question");
    // Twelve in all, eight in one unit: at least a third too much.
    assert!((solution.least_imbalance[0] - 1.0 / 3.0).abs() < 1e-6, "{:?}", solution.least_imbalance);
    assert!(solution.imbalance[0] >= solution.least_imbalance[0] - 1e-12);
}
