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
