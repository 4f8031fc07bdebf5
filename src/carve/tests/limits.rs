//! Limits that single moves and short chains do not reach.

use super::super::contiguity::Pieces;
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
