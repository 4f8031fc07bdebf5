//! The curve's bound on imbalance against every assignment there is.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::super::frontier::least_imbalance;
use super::*;

#[test]
fn no_assignment_within_the_budget_is_fairer_than_the_bound() {
    let sizes = Sizes { units: 2..7, seats: 2..4, centres: vec![Centres::Fixed] };
    let mut bounded = 0;
    let outcome = TestRunner::new(runs(250, 12)).run(&question(sizes), |problem| {
        let budget = problem.limits.moves.as_ref().map(|moves| moves.share);
        let bound = least_imbalance(&problem);
        for territory in free::all_assignments(problem.units.keys.len(), problem.seats.keys.len()) {
            if budget.is_some_and(|share| judge::moved(&problem, &territory) <= share) {
                let worst = judge::imbalance(&problem, &territory).into_iter().fold(0.0, f64::max);
                prop_assert!(bound <= worst + 1e-6, "{bound} but {territory:?} is {worst}");
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    // Four units, two with either seat; one weight is even, of the other the first seat has three times as much.
    for (share, least) in [(0.0, 0.5), (0.125, 0.125), (0.25, 0.0)] {
        let mut problem = questions::plain(&[(0, 0, 1), (1, 0, 1), (2, 0, 1), (3, 0, 1)], &[(0, 0), (3, 0)], 0.1);
        let values = vec![3.0, 3.0, 1.0, 1.0];
        problem.weights.push(Weight { name: "other".into(), values, tolerance: 0.1 });
        problem.units.incumbent = vec![Some(0), Some(0), Some(1), Some(1)];
        problem.limits.moves = Some(MoveBudget { values: vec![1.0; 4], share });
        let bound = least_imbalance(&problem);
        assert!((bound - least).abs() < 1e-6, "{bound} with {share}");
        bounded += u32::from(bound > 0.0);
    }
    assert_eq!(bounded, 2);
}
