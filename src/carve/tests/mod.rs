//! What must hold of every answer, judged by readings of their own: exact models, sums, floods and formulas written anew.
//!
//! [`questions`] draws questions with every kind of limit; [`judge`] tells what an assignment is worth; [`exact`] solves
//! the whole model through `good_lp`. Seeds are fixed: a fault shows on every machine alike.

mod exact;
mod free;
mod frontier;
mod judge;
mod limits;
mod optimum;
mod questions;
mod threads;

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

use super::*;
use questions::{Sizes, question};

/// Questions without an answer take the solver longest to answer; so many of a test are enough.
const IMPOSSIBLE: u32 = 20;

fn runs(cases: u32, seed: u64) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(seed);
    ProptestConfig { cases, rng_seed, failure_persistence: None, max_shrink_iters: 100, ..ProptestConfig::default() }
}

#[test]
fn the_least_imbalance_tells_what_no_share_out_betters() {
    let spots = vec![(0, 0, 8), (1, 0, 1), (2, 0, 1), (3, 0, 2)];
    let solution = solve(&questions::plain(&spots, &[(0, 0), (3, 0)], 0.1), &mut Silent).expect("a sound question");
    // Twelve in all, eight in one unit: at least a third too much.
    assert!((solution.least_imbalance[0] - 1.0 / 3.0).abs() < 1e-6, "{:?}", solution.least_imbalance);
    assert!(solution.imbalance[0] >= solution.least_imbalance[0] - 1e-12);
}

#[test]
fn units_that_belong_together_do_not_join_the_pieces_of_their_territory() {
    let spots = [(10, 0, 1), (0, 0, 1), (10, 0, 1), (0, 0, 1), (10, 0, 1)];
    let mut problem = questions::plain(&spots, &[(0, 0), (10, 0)], 0.25);
    problem.limits.together = vec![vec![1, 3]];
    let edges = [(0, 1), (0, 2), (0, 4), (1, 2), (2, 3), (2, 4), (3, 4)];
    (problem.adjacency, problem.contiguous) = (Some(Adjacency::from_edges(5, edges)), true);
    let solution = solve(&problem, &mut Silent).expect("a sound question");
    // The two touch by way of the third alone, which is far from their seat.
    assert_eq!((solution.territory, solution.cost, solution.broken), (vec![1, 0, 0, 0, 1], 100.0, vec![]));
}
