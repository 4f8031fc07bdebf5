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
