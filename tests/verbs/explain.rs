//! `terrac explain`: what a manager reads, and that it is true.

use std::fs;

use serde_json::Value;

use super::copied::{copy, shipped};
use super::project::{Project, json, rows, run, run_at, stderr, stdout};

/// An account of every kind of place in the shipped plans.
const ACCOUNTS: [(&str, &str, &str); 17] = [
    ("hybrid", "A0000016", "a territory of its own"),
    ("hybrid", "A0000019", "a pool"),
    ("hybrid", "A0000022", "excluded by a statement"),
    ("hybrid", "A0000001", "a carve around seats, nearest centre"),
    ("hybrid", "A0000008", "a carve around seats, by balance"),
    ("hybrid", "A0000007", "an open territory, covered by a neighbour"),
    ("hybrid", "A0000364", "held with the incumbent"),
    ("hybrid", "A0000515", "named until a day"),
    ("fintech", "A0000017", "a global account"),
    ("fintech", "A0000005", "a pool by position"),
    ("fintech", "A0000097", "a carve with free centres, in a polygon"),
    ("fintech", "A0000266", "an open territory, covered by the manager"),
    ("fintech", "A0000057", "on the shortlist"),
    ("enterprise", "A0000463", "a family held with a rep"),
    ("enterprise", "A0000101", "named by a condition"),
    ("enterprise", "A0000022", "a balance of two weights"),
    ("enterprise", "A0000001", "a sensitive column"),
];

#[test]
fn a_manager_can_read_why() {
    for plan in ["hybrid", "fintech", "enterprise"] {
        let mut text = String::new();
        for (_, account, what) in ACCOUNTS.iter().filter(|(of, ..)| *of == plan) {
            let output = run(&shipped(plan), &["explain", account]);
            assert_eq!(output.status.code(), Some(0), "{plan} {account}: {}", stderr(&output));
            assert_eq!(stderr(&output), "", "{plan} {account}");
            text.push_str(&format!("### {what}\n\n{}\n", stdout(&output)));
        }
        insta::assert_snapshot!(format!("explain_{plan}"), text);
    }
}

#[test]
fn sensitive_cells_stay_hidden() {
    // `billed` is sensitive, and `value` is made of it: what a single account adds to a load would give it away.
    for account in ["A0000022", "A0000001"] {
        let output = run(&shipped("enterprise"), &["explain", account, "--format", "json"]);
        let text = stdout(&output);
        assert!(text.contains("billed hidden") && !text.contains("billed = "), "{text}");
        let told = json(&output);
        let candidates =
            told["outcome"]["coverages"][0]["choice"]["candidates"].as_array().cloned().unwrap_or_default();
        for load in candidates.iter().flat_map(|c| c["loads"].as_array().expect("loads")) {
            assert_eq!(load["moved"].is_null(), load["weight"] == "value", "{load}");
        }
    }
}

#[test]
fn narrow_terminals_are_kept_to() {
    let output = run_at(&shipped("hybrid"), &["explain", "A0000008"], 60);
    insta::assert_snapshot!("explain_narrow", stdout(&output));
    assert!(stdout(&output).lines().all(|line| line.chars().count() <= 60));
}

#[test]
fn what_is_said_to_change_the_owner_does() {
    let mut tried = 0;
    for account in ["A0000001", "A0000016", "A0000019", "A0000041", "A0000069"] {
        let output = run(&shipped("hybrid"), &["explain", account, "--format", "json"]);
        let told = json(&output);
        for change in told["outcome"]["coverages"][0]["changes"].as_array().expect("changes") {
            let column = change["column"].as_str().expect("a column");
            let written = change["to"].as_str().expect("a value");
            let value = match column {
                "employees" | "revenue" => written.replace(',', ""),
                "zip" | "state" | "relationship" | "naics" => {
                    written.split('"').nth(1).expect("a quoted text").trim_end_matches('*').to_owned()
                }
                _ => continue,
            };
            let project = tempfile::tempdir().expect("a folder");
            copy("hybrid", project.path(), &[]);
            // One account more or less may break what the plan expects; that is another question.
            let plan = fs::read_to_string(project.path().join("plan.terr")).expect("the plan");
            let plan: Vec<&str> = plan.lines().filter(|l| !l.starts_with("expect ")).collect();
            fs::write(project.path().join("plan.terr"), plan.join("\n")).expect("the plan");
            let file = project.path().join("data/accounts.csv");
            let text = fs::read_to_string(&file).expect("the accounts");
            let at = text.lines().next().expect("a header").split(',').position(|f| f == column).expect("the field");
            let lines = text.lines().map(|line| {
                let mut cells: Vec<&str> = line.split(',').collect();
                if cells[0] == account {
                    cells[at] = &value;
                }
                cells.join(",")
            });
            fs::write(&file, lines.collect::<Vec<_>>().join("\n")).expect("the accounts");
            let output = run(project.path(), &["compile", "--locked", "--quiet"]);
            assert_eq!(output.status.code(), Some(0), "{account} {column}: {}", stderr(&output));
            let assignments = fs::read_to_string(project.path().join("out/assignments.csv")).expect("assignments");
            let rows = rows(&assignments);
            let row = rows.iter().find(|r| r["account"] == account).expect("the account");
            let place = change["gives_to"]["place"].as_str().expect("a place");
            let place = place.strip_prefix("pool ").unwrap_or(place).replace("excluded", "");
            assert_eq!(row["territory"], place, "{account} {column} -> {value}");
            if row["reason"].starts_with("held") {
                continue;
            }
            assert_eq!(
                row["rep"],
                change["gives_to"]["rep"].as_str().unwrap_or_default(),
                "{account} {column} -> {value}"
            );
            tried += 1;
        }
    }
    assert!(tried >= 10, "only {tried} changes");
}

#[test]
fn every_day_has_a_place_after_a_named_ends() {
    let project = Project::new();
    project
        .with("named \"A03\", \"A06\" -> pool_of_one in field until 2027-02-28\nterritory pool_of_one owner \"R3\"\n");
    // Both bring units that nobody else has once they return.
    let accounts = project
        .read("accounts.csv")
        .replace("A03,NY,10003,42,", "A03,NY,77001,420,")
        .replace("A06,NY,10006,81,", "A06,NY,77002,810,");
    assert!(accounts.contains("77001,420") && accounts.contains("77002,810"), "{accounts}");
    project.write("accounts.csv", &accounts);
    let output = project.run(&["compile"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for account in ["A03", "A06", "A05"] {
        let rows = project.rows("out/assignments.csv");
        let rows: Vec<_> = rows.iter().filter(|r| r["account"] == account && r["coverage"] == "field").collect();
        assert_eq!(rows.len(), 2, "{account}");
        assert!(rows.iter().all(|r| !r["territory"].is_empty()), "{account}: {rows:?}");
    }
}

#[test]
fn wrong_questions_end_in_clear_words() {
    let hybrid = shipped("hybrid");
    let asked = |arguments: &[&str]| {
        let output = run(&hybrid, arguments);
        (output.status.code(), stderr(&output))
    };
    assert_eq!(
        asked(&["explain", "A000051"]),
        (Some(2), "no account has the key `A000051`; did you mean `A0000051`?\n".to_owned())
    );
    assert_eq!(
        asked(&["explain", "unknown-nam"]),
        (Some(2), "no account has the key `unknown-nam`; did you mean `unknown-name`?\n".to_owned())
    );
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), &["explain", "gapp"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("`gapp` is not the code of a finding; did you mean `gap`?"),
        "{}",
        stderr(&output)
    );
    let project = Project::new();
    project.remove("accounts.csv");
    let output = project.run(&["explain", "A05"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("accounts.csv"), "{}", stderr(&output));
}

#[test]
fn a_code_is_explained_by_its_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), &["explain", "expectation-broken"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with("# expectation-broken: "), "{}", stdout(&output));
    let page = json(&run(folder.path(), &["explain", "test-failed", "--format", "json"]));
    assert_eq!(page["outcome"]["code"], "test-failed");
}

#[test]
fn explaining_writes_nothing_and_solves_where_it_must() {
    let project = Project::new();
    let output = project.run(&["explain", "A03"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let files = fs::read_dir(project.path()).expect("the folder").count();
    assert_eq!(files, 4, "manifest, plan, two tables");
    let told: Value = json(&project.run(&["explain", "A13", "--format", "json", "--quiet"]));
    assert_eq!(told["verb"], "explain");
    assert_eq!(told["outcome"]["coverages"].as_array().map(Vec::len), Some(2));
}
