//! Nothing but the question bears on the answer: not the threads, and of the names of units and seats only their order.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;

/// Every field of an answer, to the last bit.
fn answer(problem: &Problem, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| format!("{:?}", solve(problem, &mut Silent).expect("a sound question")))
}

#[test]
fn threads_and_names_change_nothing() {
    let config = runs(8, 11);
    let sizes = Sizes { units: 10..24, seats: 2..5, centres: vec![Centres::Fixed, Centres::Free, Centres::Units] };
    let outcome = TestRunner::new(config).run(&question(sizes), |problem| {
        let one = answer(&problem, 1);
        prop_assert_eq!(&one, &answer(&problem, 2));
        let mut renamed = problem.clone();
        renamed.units.keys.iter_mut().enumerate().for_each(|(n, key)| *key = format!("{:c<9}é{n:05}", ""));
        renamed.seats.keys.iter_mut().enumerate().for_each(|(n, key)| *key = "z".repeat(n + 1));
        renamed.weights.iter_mut().for_each(|weight| weight.name.push('x'));
        prop_assert_eq!(&one, &answer(&renamed, 3));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn free_carves_of_a_grid_are_whole_on_any_number_of_threads() {
    let side = 8u8;
    let spots: Vec<(u8, u8, u8)> =
        (0..side * side).map(|i| (i % side, i / side, 1 + (u32::from(i) * 7 % 5) as u8)).collect();
    let mut problem = questions::plain(&spots, &[(0, 0); 4], 0.1);
    problem.seats.positions = vec![None; 4];
    (problem.centres, problem.contiguous) = (Centres::Free, true);
    let solution = solve(&problem, &mut Silent).expect("a sound question");
    for threads in 1..4 {
        assert_eq!(answer(&problem, threads), format!("{solution:?}"));
    }
    assert!(solution.broken.is_empty() && solution.adjacency_derived, "{:?}", solution.broken);
    // Units of a grid touch beside and above each other, and across where the derived triangles have it.
    let across = |a: u32, b: u32| {
        let (a, b) = (a as i64, b as i64);
        let side = i64::from(side);
        (a % side - b % side).abs() <= 1 && (a / side - b / side).abs() <= 1
    };
    let count = u32::from(side) * u32::from(side);
    let near = (0..count).flat_map(|a| (0..a).map(move |b| (a, b))).filter(|(a, b)| across(*a, *b));
    assert_eq!(judge::pieces_beyond(&Adjacency::from_edges(count as usize, near), &solution.territory), 0);
    judge::confirm(&Problem { contiguous: false, ..problem }, &Solution { stray_pieces: None, ..solution });
}
