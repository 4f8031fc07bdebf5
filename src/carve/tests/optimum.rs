//! Around fixed seats: a thousand answers against the exact model.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;

#[test]
fn a_thousand_small_carves_cost_what_the_exact_model_does_or_say_how_much_more() {
    let sizes = Sizes { units: 2..10, seats: 2..5, centres: vec![Centres::Fixed] };
    let (possible, impossible, best) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let outcome = TestRunner::new(runs(1600, 8)).run(&question(sizes), |problem| {
        let least = exact::optimum(&problem);
        if least.is_none() && impossible.replace(impossible.get() + 1) >= IMPOSSIBLE {
            return Ok(());
        }
        let solution = solve(&problem, &mut Silent).expect("a sound question");
        judge::confirm(&problem, &solution);
        let Some(least) = least else {
            prop_assert!(!solution.broken.is_empty(), "nothing keeps the limits");
            return Ok(());
        };
        let near = 1e-6 * (1.0 + least);
        prop_assert!(
            solution.broken.is_empty() && !solution.impossible,
            "{:?} but {least} is possible",
            solution.broken
        );
        prop_assert!(solution.bound.value <= least + near, "bound {} above {least}", solution.bound.value);
        prop_assert!(solution.cost >= least - near, "{} below {least}", solution.cost);
        possible.set(possible.get() + 1);
        best.set(best.get() + u32::from(solution.cost <= least + near));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let (possible, best) = (possible.get(), best.get());
    assert!(possible >= 1000, "{possible} of the questions have an answer");
    assert!(best * 1000 >= possible * 999, "{best} of {possible} answers are the best there is");
}
