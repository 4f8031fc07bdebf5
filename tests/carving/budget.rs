//! Disruption as a budget: met exactly, by accounts, where it can be met at all.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use terrac::carve::{
    Centres, Effort, Limits, MoveBudget, Owned, Point, Power, Problem, Promise, Seats, Silent, Space, Travel, Units,
    Weight, solve,
};

use crate::world::{Account, REPS, World, grid, plan};

/// Three accounts in every ZIP of the grid; the owner of each is drawn by a rule that mixes them within ZIPs.
fn mixed() -> Vec<Account> {
    let mut accounts = Vec::new();
    for (n, account) in grid().into_iter().enumerate() {
        for part in 0..3 {
            let mut own = account.clone();
            own.id = format!("{}{part}", account.id);
            own.revenue = [50.0, 30.0, 20.0][part];
            own.owner = if (n * 7 + part * 3) % 5 < 2 { "E1" } else { "W1" }.into();
            accounts.push(own);
        }
    }
    accounts
}

/// The part of revenue that leaves an owner, told from the assignments alone.
fn moved(world: &World, accounts: &[Account]) -> f64 {
    let (assigned, seats) = (world.assigned(), world.seats());
    let owned: Vec<&Account> = accounts.iter().filter(|a| seats.contains_key(&a.owner)).collect();
    let gone: f64 = owned.iter().filter(|a| assigned[&a.id] != seats[&a.owner]).map(|a| a.revenue).sum();
    gone / owned.iter().map(|a| a.revenue).sum::<f64>()
}

fn clauses(budget: &str) -> String {
    format!(
        "  seats reps\n  unit zip\n  balance worth within 30%\n  compact around seats\n  \
         keep incumbents, moving at most {budget} of revenue"
    )
}

#[test]
fn units_with_several_owners_keep_to_the_budget_by_accounts() {
    let accounts = mixed();
    let mut before = 0.0;
    for budget in ["34%", "40%", "60%"] {
        let world = World::with(&accounts, REPS, &plan(&clauses(budget)));
        world.keeps(&[]);
        let share = moved(&world, &accounts);
        let allowed: f64 = budget.trim_end_matches('%').parse::<f64>().expect("a number") / 100.0;
        assert!(share <= allowed + 1e-9, "{share} of {budget}");
        let told = world.outcome()["carves"][0]["moved"].as_f64().expect("a share");
        assert!((told - share).abs() < 1e-9, "{told} told, {share} moved");
        assert!(share >= before - 1e-9, "more allowed, less moved: {before} {share}");
        before = share;
    }
}

#[test]
fn a_budget_that_cannot_be_met_is_told() {
    // Every ZIP has accounts of both owners, so some must move whoever takes it.
    let accounts = mixed();
    let world = World::with(&accounts, REPS, &plan(&clauses("2%")));
    let said = world.compile(&[]);
    assert!(said.contains("leaves its incumbent"), "{said}");
    let told = world.outcome()["carves"][0]["moved"].as_f64().expect("a share");
    assert!((told - moved(&world, &accounts)).abs() < 1e-9);
}

#[test]
fn accounts_of_reps_without_a_seat_spend_nothing() {
    let mut accounts = mixed();
    accounts.iter_mut().filter(|a| a.lon > -86.0).for_each(|a| a.owner = "GONE".into());
    let reps = format!("{REPS}GONE,bank;farm,,,,41.5,-85.0,,2026-12-31\n");
    let world = World::with(&accounts, &reps, &plan(&clauses("34%")));
    world.keeps(&[]);
    assert!(moved(&world, &accounts) <= 0.34);
    let carve = &world.outcome()["carves"][0];
    assert_eq!(carve["ownerless_accounts"], 12);
}

fn question(units: &[(f64, f64, [f64; 3])], share: f64, tolerance: f64) -> Problem {
    let total = |part: &[f64; 3]| part.iter().sum::<f64>();
    let keys = |letter: char, count: usize| (0..count).map(|n| format!("{letter}{n:03}")).collect::<Vec<_>>();
    let values: Vec<f64> = units.iter().map(|u| total(&u.2).max(1.0)).collect();
    let owned = |parts: &[f64; 3]| {
        let part = |(seat, value): (usize, &f64)| Owned { seat: seat as u32, value: *value, pull: *value };
        parts.iter().enumerate().filter(|(_, value)| **value > 0.0).map(part).collect()
    };
    Problem {
        space: Space::Plane,
        units: Units {
            keys: keys('u', units.len()),
            positions: units.iter().map(|u| Some(Point::planar(u.0, u.1))).collect(),
            accounts: vec![1; units.len()],
            pull: values.clone(),
            incumbent: vec![None; units.len()],
            fixed: vec![None; units.len()],
        },
        seats: Seats {
            keys: keys('s', 3),
            positions: [(0.0, 0.0), (10.0, 0.0), (5.0, 9.0)].map(|(x, y)| Some(Point::planar(x, y))).to_vec(),
            capacity: vec![1.0; 3],
            open: vec![false; 3],
        },
        weights: vec![Weight { name: "w".into(), values: values.clone(), tolerance }],
        centres: Centres::Fixed,
        power: Power::Distance,
        step: None,
        travel: Travel::Positions,
        adjacency: None,
        contiguous: false,
        moving_price: 0.0,
        limits: Limits {
            moves: Some(MoveBudget { values, share }),
            owned: units.iter().map(|u| owned(&u.2)).collect(),
            ..Limits::default()
        },
        start: None,
        effort: Effort::Quick,
        seed: 1,
    }
}

/// The least cost over all assignments that keep balance and budget.
fn best(problem: &Problem) -> Option<f64> {
    let units = problem.units.keys.len();
    let mut best = None;
    for code in 0..3usize.pow(units as u32) {
        let territory: Vec<u32> = (0..units).map(|u| (code / 3usize.pow(u as u32) % 3) as u32).collect();
        if (0..3).all(|seat| territory.contains(&seat)) {
            let solution = terrac::carve::assess(problem, None, territory);
            if solution.broken.is_empty() && best.is_none_or(|cost| solution.cost < cost) {
                best = Some(solution.cost);
            }
        }
    }
    best
}

#[test]
fn the_budget_is_met_where_any_assignment_meets_it() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut possible = 0;
    for _ in 0..20 {
        let unit = |random: &mut ChaCha8Rng| {
            let parts: [f64; 3] = std::array::from_fn(|_| f64::from(random.random_range(0..4u32)));
            (random.random_range(0.0..10.0), random.random_range(0.0..9.0), parts)
        };
        let units: Vec<(f64, f64, [f64; 3])> = (0..7).map(|_| unit(&mut random)).collect();
        let share = random.random_range(0.1..0.7);
        let problem = question(&units, share, 0.4);
        let solution = solve(&problem, &mut Silent).expect("a sound question");
        let over = solution.broken.iter().any(|b| b.promise == Promise::Moves);
        assert_eq!(over, solution.moved > share + 1e-9);
        if let Some(least) = best(&problem) {
            possible += 1;
            assert!(solution.broken.is_empty() && !solution.impossible, "{:?}", solution.broken);
            assert!(solution.bound.value <= least * (1.0 + 1e-9), "{} > {least}", solution.bound.value);
        } else {
            assert!(solution.impossible, "{:?} for certain", solution.broken);
        }
    }
    assert!((5..15).contains(&possible), "{possible} can be met");
}
