//! `terrac frontier`: a curve that never turns back, with bounds that hold.

use serde_json::Value;

use crate::world::{REPS, World, grid, plan};

const CLAUSES: &str = "  seats reps\n  unit zip\n  balance worth within 20%\n  compact around seats\n  \
                       keep incumbents, moving at most 8% of revenue";

/// The western rep owns three quarters of the grid.
fn world() -> World {
    let mut accounts = grid();
    for (n, account) in accounts.iter_mut().enumerate() {
        account.owner = if n < 18 { "W1" } else { "E1" }.into();
    }
    World::with(&accounts, REPS, &plan(CLAUSES))
}

#[test]
fn the_curve_is_monotone_and_no_better_than_its_bounds() {
    let world = world();
    let output = world.run(&["frontier", "area", "--at", "30,0,5,10,20%", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let curve = &report["outcome"];
    assert_eq!((&curve["carve"], &curve["moving"]), (&"area".into(), &"revenue".into()));
    let points = curve["points"].as_array().expect("points");
    let column = |name: &str| -> Vec<Option<f64>> { points.iter().map(|p| p[name].as_f64()).collect() };
    assert_eq!(column("at_most"), [0.0, 0.05, 0.1, 0.2, 0.3].map(Some));
    // Every unit is a twenty-fourth of the revenue and an imbalance of a twelfth: 0, 1, 2, 4 and 6 may move.
    let rounded: Vec<f64> = column("imbalance").into_iter().flatten().map(|x| (x * 12.0 * 1e6).round() / 1e6).collect();
    assert_eq!(rounded, [6.0, 5.0, 4.0, 2.0, 0.0]);
    for point in points {
        let (reached, least) = (point["imbalance"].as_f64(), point["least_imbalance"].as_f64());
        assert!(least <= reached.map(|x| x + 1e-9), "{point}");
        assert!(point["bound"].as_f64() <= point["cost"].as_f64(), "{point}");
        assert!(point["cost_moved"].as_f64() <= point["at_most"].as_f64().map(|x| x + 1e-9), "{point}");
    }
    let least: Vec<f64> = column("least_imbalance").into_iter().flatten().collect();
    assert!((least[1] - 0.4).abs() < 1e-6 && least.windows(2).all(|pair| pair[0] >= pair[1]), "{least:?}");
    // A fifth off is reached with a fifth moved, not before.
    assert_eq!(column("cost").iter().map(Option::is_some).collect::<Vec<_>>(), [false, false, false, true, true]);
    let costs: Vec<f64> = column("cost").into_iter().flatten().collect();
    assert!(costs.windows(2).all(|pair| pair[0] >= pair[1]), "{costs:?}");
    assert!(!world.path().join("plan.alignment").exists() && !world.path().join("out").exists());
}

#[test]
fn people_see_a_table_and_mistakes_are_told() {
    let world = world();
    let output = world.run(&["frontier", "area", "--at", "0,25"]);
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout), @r#"
    ──────────────────────────────────────────────────────────────────────────────────────
     revenue moving   imbalance   no less than   km to centre       cost   within   moved 
    ══════════════════════════════════════════════════════════════════════════════════════
               ≤ 0%      ±50.0%         ±50.0%              –          –        –       – 
    ──────────────────────────────────────────────────────────────────────────────────────
              ≤ 25%       ±0.0%          ±0.0%          153.4   3.6809e5    0.00%   25.0% 
    ──────────────────────────────────────────────────────────────────────────────────────
    – cost: no territories found keep the plan's promises within that budget
    "#);
    let output = world.run(&["frontier", "aera"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no carve called `aera`; did you mean `area`?"));
    let output = world.run(&["frontier", "area", "--at", "120"]);
    assert_eq!(output.status.code(), Some(2));
}
