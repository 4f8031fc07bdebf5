//! Free centres: reports, centres that are the best of their territories, and bounds that cover what they say.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;

/// Every assignment of few units to few seats.
pub fn all_assignments(units: usize, seats: usize) -> impl Iterator<Item = Vec<u32>> {
    (0..seats.pow(units as u32))
        .map(move |number| (0..units).map(|unit| (number / seats.pow(unit as u32) % seats) as u32).collect())
}

#[test]
fn a_bound_holds_for_every_assignment_to_the_centres_told() {
    let config = runs(60, 9);
    let sizes = Sizes { units: 3..8, seats: 2..4, centres: vec![Centres::Free, Centres::Units] };
    let (possible, impossible, best) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let outcome = TestRunner::new(config).run(&question(sizes), |problem| {
        let all = || all_assignments(problem.units.keys.len(), problem.seats.keys.len());
        let kept: Vec<Vec<u32>> = all().filter(|territory| judge::keeps(&problem, territory)).collect();
        if kept.is_empty() && impossible.replace(impossible.get() + 1) >= IMPOSSIBLE {
            return Ok(());
        }
        let solution = solve(&problem, &mut Silent).expect("a sound question");
        judge::confirm(&problem, &solution);
        prop_assert_ne!(solution.bound.covers, BoundCovers::Everything);
        if kept.is_empty() {
            return Ok(());
        }
        let told = kept.iter().map(|territory| judge::cost(&problem, territory, &solution.centres));
        let told = told.fold(f64::INFINITY, f64::min);
        let least =
            kept.into_iter().map(|territory| assess(&problem, None, territory).cost).fold(f64::INFINITY, f64::min);
        let near = 1e-7 * (1.0 + told);
        prop_assert!(
            solution.broken.is_empty() && !solution.impossible,
            "{:?} but {least} is possible",
            solution.broken
        );
        prop_assert!(solution.bound.value <= told + near, "bound {} above {told}", solution.bound.value);
        possible.set(possible.get() + 1);
        best.set(best.get() + u32::from(solution.cost <= least + near));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let (possible, best) = (possible.get(), best.get());
    assert!(possible >= 40, "{possible} of the questions have an answer");
    // Other centres may be better, but seldom are.
    assert!(best * 10 >= possible * 7, "{best} of {possible} answers are the best there is");
}

#[test]
fn no_other_centre_serves_a_territory_better() {
    let config = runs(12, 10);
    let sizes = Sizes { units: 5..16, seats: 2..4, centres: vec![Centres::Free, Centres::Units] };
    let outcome = TestRunner::new(config).run(&question(sizes), |problem| {
        let solution = solve(&problem, &mut Silent).expect("a sound question");
        judge::confirm(&problem, &solution);
        for seat in 0..problem.seats.keys.len() {
            let members = || (0..problem.units.keys.len()).filter(|unit| solution.territory[*unit] == seat as u32);
            let from = |centre| members().map(|unit| judge::cost_at(&problem, unit, seat, centre)).sum::<f64>();
            let Some(centre) = solution.centres[seat] else { continue };
            let own = from(Some(centre));
            if problem.centres == Centres::Units {
                let unit = solution.centre_units[seat].expect("a unit at the centre") as usize;
                prop_assert_eq!(solution.territory[unit] as usize, seat);
                prop_assert_eq!(problem.units.positions[unit], Some(centre));
                for other in members() {
                    let other = problem.units.positions[other].map(|at| from(Some(at)));
                    prop_assert!(other.is_none_or(|other| own <= other * (1.0 + 1e-7) + 1e-7));
                }
            } else if problem.step.is_none() {
                // The mean and the median of a territory are the best there is; the sphere's are so to metres.
                let grain = if problem.space == Space::Sphere { 2e-3 } else { 1e-6 };
                for (x, y) in [(0.01, 0.0), (-0.01, 0.0), (0.0, 0.01), (0.0, -0.01)] {
                    let beside = Point { x: centre.x + x, y: centre.y + y, z: centre.z };
                    let beside = if problem.space == Space::Sphere { beside.normalised() } else { Some(beside) };
                    prop_assert!(own <= from(beside) * (1.0 + grain) + grain, "{own} but {}", from(beside));
                }
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
