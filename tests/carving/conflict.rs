//! Promises that cannot hold together: which clauses are named, what they would need, and that nothing is passed over in
//! silence.

use serde_json::Value;

use crate::world::{Account, REPS, World, grid, plan};

const BASE: &str = "  seats reps\n  unit zip\n  balance worth within 10%\n  compact around seats";

/// What a compile says of conflicts: severity and message, the clauses pointed to, the help. And its exit code.
fn told(world: &World) -> (String, i32) {
    let output = world.run(&["compile", "--effort", "quick", "--format", "json", "--quiet"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut text = String::new();
    for finding in report["findings"].as_array().expect("findings") {
        if finding["code"] != "carve-conflict" {
            continue;
        }
        text += &format!(
            "{}: {}\n",
            finding["severity"].as_str().expect("a text"),
            finding["message"].as_str().expect("a text")
        );
        let plan = world.read("plan.terr");
        for label in finding["labels"].as_array().expect("labels") {
            let line = label["line"].as_u64().or(label["start"]["line"].as_u64()).unwrap_or(0) as usize;
            let words = plan.lines().nth(line.max(1) - 1).unwrap_or_default();
            text += &format!("  {line}: {}\n", words.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        text += &format!("  {}\n", finding["help"].as_str().unwrap_or_default());
    }
    (text, output.status.code().expect("a code"))
}

fn base(more: &str) -> World {
    World::new(&format!("{BASE}\n{more}"))
}

#[test]
fn contradictions_are_found_before_anything_is_solved() {
    let (text, code) = told(&base("  apart \"Z00\", \"Z01\", \"Z02\""));
    insta::assert_snapshot!(text, @r#"
    error: carve `area` cannot keep this promise
      17: apart "Z00", "Z01", "Z02"
      drop or change one of them; nothing was solved
    "#);
    assert_eq!(code, 1);

    let pins = "named \"A00\" -> area.\"T1\"\nnamed \"A11\" -> area.\"T2\" because \"sponsor\"\n";
    let accounts = grid();
    let clauses = BASE.replace("unit zip", "unit account") + "\n  together \"A00\", \"A11\"";
    let world = World::with(&accounts, REPS, &(plan(&clauses) + pins));
    let (text, code) = told(&world);
    insta::assert_snapshot!(text, @r#"
    error: carve `area` cannot keep these promises together
      17: together "A00", "A11"
      19: named "A00" -> area."T1"
      20: named "A11" -> area."T2" because "sponsor"
      drop or change one of them; nothing was solved
    "#);
    assert_eq!(code, 1);
    assert!(!world.path().join("plan.alignment").exists() && !world.path().join("out").exists());

    let reps = REPS.replace("bank;farm", "bank");
    let world = World::with(&accounts, &reps, &plan(&format!("{BASE}\n  eligible skills = industry")));
    let (text, code) = told(&world);
    insta::assert_snapshot!(text, @r#"
    error: carve `area` cannot keep this promise
      17: eligible skills = industry
      drop or change one of them; nothing was solved
    "#);
    assert_eq!(code, 1);
}

#[test]
fn a_unit_heavier_than_a_territory_is_told_from_an_unfair_carve() {
    let mut accounts = grid();
    accounts[0].revenue = 2900.0;
    let (text, code) = told(&World::with(&accounts, REPS, &plan(BASE)));
    insta::assert_snapshot!(text, @r#"
    warning: carve `area` cannot keep this promise
      15: balance worth within 10%
      `worth within 10%` needs 11.6%
    "#);
    assert_eq!(code, 0);
}

#[test]
fn two_weights_that_pull_apart_say_what_they_need() {
    // All the work is where all the worth is, but for one ZIP that is only work.
    let mut accounts = grid();
    accounts.iter_mut().for_each(|a| (a.revenue, a.visits) = (100.0, 1.0));
    accounts[5].visits = 16.0;
    let clauses = format!("{BASE}\n  balance effort within 10%\n  accounts between 11 and 13");
    let (text, code) = told(&World::with(&accounts, REPS, &plan(&clauses)));
    insta::assert_snapshot!(text, @r#"
    warning: carve `area` cannot keep these promises together
      15: balance worth within 10%
      17: balance effort within 10%
      `effort within 10%` needs 33.4%
    "#);
    assert_eq!(code, 0);
}

/// The east is owned by the western rep and the other way round, in parts.
fn owned() -> Vec<Account> {
    let mut accounts = grid();
    for (n, account) in accounts.iter_mut().enumerate() {
        account.owner = if n < 18 { "W1" } else { "E1" }.into();
    }
    accounts
}

#[test]
fn a_budget_too_small_for_the_balance_says_how_much_must_move() {
    let clauses = format!("{BASE}\n  keep incumbents, moving at most 8% of revenue");
    let (text, code) = told(&World::with(&owned(), REPS, &plan(&clauses)));
    insta::assert_snapshot!(text, @r#"
    warning: carve `area` cannot keep these promises together
      15: balance worth within 10%
      17: keep incumbents, moving at most 8% of revenue
      `worth within 10%` needs 41.7%, or `keep incumbents, moving at most 8% of revenue` needs 20.9%
    "#);
    assert_eq!(code, 0);
}

#[test]
fn pins_and_pieces_name_their_lines() {
    // The western corner is pinned to the east: its territory cannot be in one piece unless it takes a way there.
    let clauses =
        BASE.replace("unit zip", "unit account") + "\n  contiguous\n  keep incumbents, moving at most 10% of accounts";
    let mut accounts = owned();
    accounts[12..].iter_mut().for_each(|a| a.owner = "E1".into());
    let pins = "named \"A01\" -> area.\"T1\" because \"sponsor\"\nnamed \"A53\" -> area.\"T1\"\n";
    let world = World::with(&accounts, REPS, &(plan(&clauses) + pins));
    let (text, code) = told(&world);
    insta::assert_snapshot!(text, @r#"
    warning: carve `area` cannot keep these promises together
      17: contiguous
      18: keep incumbents, moving at most 10% of accounts
      20: named "A01" -> area."T1" because "sponsor"
      drop `contiguous` on line 17, `keep incumbents, moving at most 10% of accounts` needs 29.2%, or drop the pin on line 20
    "#);
    assert_eq!(code, 0);
}
