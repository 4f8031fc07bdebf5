//! Limits that single moves and short chains do not reach.

use super::super::contiguity::Pieces;
use super::super::dead_ends::bind_dead_ends;
use super::super::search::{Ground, State};
use super::questions::plain;
use super::*;

/// Twelve territories in a row, ten units each; the first has one too many and the last lacks it.
#[test]
fn what_one_end_lacks_is_handed_on_through_all() {
    let spots: Vec<(u8, u8, u8)> = (0..120).map(|x| (x, 0, 1)).collect();
    let seats: Vec<(u8, u8)> = (0..12).map(|seat| (10 * seat + 5, 0)).collect();
    let mut problem = plain(&spots, &seats, 0.05);
    problem.contiguous = true;
    let path = Adjacency::from_edges(120, (0..119).map(|unit| (unit, unit + 1)));
    let ground = Ground::new(&problem, &path);
    let first = |unit: u32| if unit == 0 { 0 } else { (unit - 1) / 10 };
    let centres: Vec<[f64; 3]> = seats.iter().map(|seat| [f64::from(seat.0), 0.0, 0.0]).collect();
    let mut state = State::new(&ground, (0..120).map(first).collect(), centres);
    assert!(state.broken() > 0.0);
    state.harden();
    assert_eq!((state.broken(), &state.loads), (0.0, &vec![10.0; 12]));
    assert_eq!(Pieces::new(&path, &state.territory).strays(12), [0; 12]);
}

/// A ring of four with a tail of two, each weighing one: two territories of about three.
#[test]
fn what_is_too_little_for_a_territory_goes_with_its_gate() {
    let spots = [(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1), (0, 2, 1), (0, 3, 1)];
    let mut problem = plain(&spots, &[(0, 0), (0, 3)], 0.1);
    problem.contiguous = true;
    let graph = Adjacency::from_edges(6, [(0, 1), (1, 2), (2, 3), (3, 0), (3, 4), (4, 5)]);
    let together = |problem: &Problem| bind_dead_ends(&Ground::new(problem, &graph)).map(|bound| bound.limits.together);
    assert_eq!(together(&problem), Some(vec![vec![3, 4, 5]]));
    // The end may not go everywhere, and what is before it is bound no more.
    problem.limits.eligible = vec![None, None, None, None, None, Some(vec![1])];
    assert_eq!(together(&problem), None);
}

/// Corners of a board that must share a territory, a way that is barred between two of them.
#[test]
fn units_apart_that_belong_together_are_joined_by_a_way() {
    const SIDE: u32 = 10;
    let spots: Vec<(u8, u8, u8)> = (0..SIDE).flat_map(|x| (0..SIDE).map(move |y| (x as u8, y as u8, 1))).collect();
    let edges = (0..SIDE * SIDE).flat_map(|unit| {
        let (east, north) = (unit / SIDE + 1 < SIDE, unit % SIDE + 1 < SIDE);
        [east.then_some((unit, unit + SIDE)), north.then_some((unit, unit + 1))]
    });
    let graph = Adjacency::from_edges(spots.len(), edges.flatten());
    for (centres, together) in [
        (Centres::Free, vec![vec![9, 90]]),
        (Centres::Free, vec![vec![0, 5, 50], vec![90, 99], vec![50, 55]]),
        (Centres::Fixed, vec![vec![9, 90]]),
        (Centres::Fixed, vec![vec![0, 90], vec![45, 90]]),
    ] {
        let mut problem = plain(&spots, &[(0, 0), (9, 9)], 0.3);
        problem.limits.together = together;
        (problem.adjacency, problem.contiguous, problem.centres) = (Some(graph.clone()), true, centres);
        if centres == Centres::Free {
            problem.seats.positions = vec![None; 2];
        }
        // One seat may not take the middle.
        problem.limits.eligible = (0..100).map(|unit| (unit == 44).then(|| vec![1])).collect();
        let solution = solve(&problem, &mut Silent).expect("a sound question");
        judge::confirm(&problem, &solution);
        assert_eq!(solution.broken, [], "{:?}", problem.limits.together);
    }
}

/// Where nothing is to be gained but by rounding the search ends all the same.
#[test]
fn units_on_one_spot_and_on_a_line_are_shared_out() {
    let on = |place: fn(u8) -> u8| -> Vec<(u8, u8, u8)> { (0..200).map(|n| (place(n), 7, n % 7 + 1)).collect() };
    for (spots, seats, contiguous) in
        [(on(|_| 3), 5, false), (on(|n| n), 40, false), (on(|_| 3), 5, true), (on(|n| n / 70), 5, true)]
    {
        let mut problem = plain(&spots, &vec![(0, 0); seats], 0.12);
        (problem.centres, problem.seats.positions) = (Centres::Free, vec![None; seats]);
        problem.adjacency = contiguous.then(|| Adjacency::derive(problem.space, &problem.units.positions));
        problem.contiguous = contiguous;
        let solution = solve(&problem, &mut Silent).expect("a sound question");
        judge::confirm(&problem, &solution);
        assert_eq!(solution.broken, [], "{seats} {contiguous} {:?}", solution.territory);
    }
}

/// Territories of few units close by on a large sphere: their costs are small differences of large numbers. That loads keep
/// their limits is out of reach.
#[test]
fn single_units_on_a_sphere_are_shared_out() {
    let spots: Vec<(u8, u8, u8)> = (0..200).map(|n| (n, 7, n % 7 + 1)).collect();
    let mut problem = plain(&spots, &[(0, 0); 100], 0.05);
    (problem.space, problem.centres, problem.seats.positions) = (Space::Sphere, Centres::Free, vec![None; 100]);
    problem.units.positions = (0..200).map(|n| Some(Point::from_degrees(-90.0 - 0.1 * f64::from(n), 40.0))).collect();
    problem.units.pull = vec![1.0; 200];
    let solution = solve(&problem, &mut Silent).expect("a sound question");
    judge::confirm(&problem, &solution);
    assert_ne!(solution.broken, []);
}

/// One weight lies in the west and the other in the east, so that every territory must reach across.
#[test]
fn territories_reach_from_one_weight_to_the_other() {
    const SIDE: u8 = 14;
    let spots: Vec<(u8, u8, u8)> = (0..SIDE).flat_map(|x| (0..SIDE).map(move |y| (x, y, 1))).collect();
    let mut problem = plain(&spots, &[(0, 0); 7], 0.1);
    let edges = spots.iter().enumerate().flat_map(|(unit, &(x, y, _))| {
        let (unit, side) = (unit as u32, u32::from(SIDE));
        [(x + 1 < SIDE).then_some((unit, unit + side)), (y + 1 < SIDE).then_some((unit, unit + 1))]
    });
    problem.adjacency = Some(Adjacency::from_edges(spots.len(), edges.flatten()));
    problem.contiguous = true;
    problem.centres = Centres::Free;
    problem.seats.positions = vec![None; 7];
    let heavy = |is: fn(u8) -> bool| spots.iter().map(|spot| if is(spot.0) { 20.0 } else { 1.0 }).collect();
    problem.weights = vec![
        Weight { name: "west".into(), values: heavy(|x| x < 3), tolerance: 0.1 },
        Weight { name: "east".into(), values: heavy(|x| x >= SIDE - 3), tolerance: 0.1 },
    ];
    let solution = solve(&problem, &mut Silent).expect("a sound question");
    assert_eq!((solution.broken, solution.stray_pieces), (vec![], Some(vec![0; 7])), "{:?}", solution.imbalance);
}

/// Units all over a square; people live in a corner, and the seats with them.
fn scattered(units: u32, seats: u32) -> Problem {
    let at = |n: u32, by: u32, of: u32| ((u64::from(n.wrapping_mul(by) >> 8) * u64::from(of)) >> 24) as u8;
    let spots: Vec<(u8, u8, u8)> =
        (1..=units).map(|n| (at(n, 2_654_435_761, 200), at(n, 40_503_977, 200), at(n, 97_531, 40) + 1)).collect();
    let seated: Vec<(u8, u8)> = (1..=seats).map(|n| (at(n, 1_640_531_527, 200), at(n, 805_459_861, 200))).collect();
    let mut problem = plain(&spots, &seated, 0.1);
    let near = |at: &Option<Point>| at.map_or(0.0, |at| libm::exp(-(at.x + at.y) / 100.0));
    let people: Vec<f64> = problem.units.positions.iter().map(near).collect();
    (problem.units.pull, problem.weights[0].values) = (people.clone(), people);
    for seat in problem.seats.positions.iter_mut().flatten() {
        *seat = Point::planar(seat.x * seat.x / 300.0, seat.y * seat.y / 300.0);
    }
    problem
}

/// Where several limits press, items may have to go far: prices that know the nearest seats alone lead astray.
#[test]
fn two_weights_around_many_seats_come_close_to_the_bound() {
    let mut problem = scattered(980, 40);
    let uneven = (0..980u32).map(|n| libm::exp(f64::from(n * 7919 % 31) / 6.0));
    problem.weights.push(Weight { name: "uneven".into(), values: uneven.collect(), tolerance: 0.1 });
    let solution = solve(&problem, &mut Silent).expect("a sound question");
    judge::confirm(&problem, &solution);
    assert_eq!(solution.broken, []);
    let gap = solution.cost / solution.bound.value - 1.0;
    assert!(gap < 0.08, "{gap}");
}

/// What moves is chosen by what it is worth, not by how near today's assignment lies.
#[test]
fn a_tight_budget_of_moves_is_spent_well() {
    let mut problem = scattered(980, 40);
    let seats: Vec<Option<Point>> = problem.seats.positions.clone();
    problem.weights[0].tolerance = 0.3;
    for (own, at) in problem.units.incumbent.iter_mut().zip(&problem.units.positions) {
        let far = |seat: &u32| match (at, seats[*seat as usize]) {
            (Some(a), Some(b)) => a.straight_squared(b),
            _ => 0.0,
        };
        *own = (0..40).min_by(|a, b| far(a).total_cmp(&far(b)));
    }
    problem.start = Some(problem.units.incumbent.iter().map(|own| own.unwrap_or(0)).collect());
    let values = problem.weights[0].values.clone();
    problem.limits.moves = Some(MoveBudget { values, share: 0.5 });
    let solution = solve(&problem, &mut Silent).expect("a sound question");
    judge::confirm(&problem, &solution);
    assert_eq!(solution.broken, []);
    let gap = solution.cost / solution.bound.value - 1.0;
    assert!(gap < 0.06, "{gap} with {} moved", solution.moved);
}
