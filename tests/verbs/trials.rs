//! `terrac test`: written accounts land where accounts of the data like them land.

use std::ops::ControlFlow;

use terrac::classify::{Account, Program};
use terrac::compile::{load, shapes};
use terrac::data;
use terrac::diagnostics::{Diagnostics, Span};
use terrac::outcome::decisions::{decide, target};
use terrac::outcome::ledger::NONE;
use terrac::plan::{Test, TestExpect, TestOutcome, Value};
use terrac::trial::{self, Ground};

use super::copied::shipped;
use super::project::{Project, json, run, stderr, stdout};

const TESTS: &str = r#"
test "a large account goes to the carve" {
  account { state = "NY", employees = 500, revenue = 50k }
  expect field is carve key
  expect care_team is territory east
  expect size is large
  expect rich
  expect worth = 50k
  expect care = 1.5 h
}

test "without a size it waits" {
  account { state = "CA" }
  expect field is pool triage
  expect not rich
}

test "Hawaii is not served" {
  account { state = "HI", employees = 5 }
  expect field is exclude
}

test "a named account goes where it is named to" {
  account { account_id = "A05", state = "CA", employees = 5 }
  expect field is carve key
}
"#;

#[test]
fn tests_need_no_data() {
    let project = Project::new();
    project.remove("accounts.csv");
    project.remove("reps.csv");
    project.with(TESTS);
    let output = project.run(&["test", "--coverage"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    insta::assert_snapshot!("tests_that_pass", stdout(&output));
    assert_eq!(stderr(&output), "small: 4 tests, 4 passed, 0 failed\n");
}

#[test]
fn failures_show_the_way_that_was_taken() {
    let project = Project::new();
    project.with("test \"small ones are carved\" {\n  account { state = \"NY\", employees = 5 }\n  expect field is carve key\n  expect size is large\n  expect rich\n  expect worth between 1 and 2\n}\n");
    let output = project.run(&["test"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("a_test_that_fails", format!("{}\n{}", stdout(&output), stderr(&output)));
}

#[test]
fn a_filter_picks_and_junit_tells_ci() {
    let project = Project::new();
    project.with(&format!(
        "{TESTS}\ntest \"odd <\\\"&'> names\" {{\n  account {{ state = \"NY\" }}\n  expect field is carve key\n}}\n"
    ));
    let output = project.run(&["test", "--filter", "a", "--junit", "results/junit.xml", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report = json(&output);
    assert_eq!(report["outcome"]["passed"], 4);
    assert_eq!(report["outcome"]["failed"], 1);
    assert_eq!(report["findings"][0]["code"], "test-failed");
    insta::assert_snapshot!("junit", project.read("results/junit.xml"));
    let output = project.run(&["test", "--filter", "Hawaii", "--format", "json"]);
    assert_eq!(json(&output)["outcome"]["tests"].as_array().map(Vec::len), Some(1));
    let output = project.run(&["test", "--filter", "Alaska"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(2), "no test has `Alaska` in its title\n"));
}

#[test]
fn a_threshold_can_fail_the_run() {
    let project = Project::new();
    project.with(TESTS);
    let code = |coverage: &str| project.run(&["test", coverage]).status.code();
    assert_eq!(code("--coverage=62.5%"), Some(0), "five arms of eight");
    assert_eq!(code("--coverage=63"), Some(1));
    assert_eq!(code("--coverage=much"), Some(2));
    let report = json(&project.run(&["test", "--coverage=100%", "--format", "json"]));
    assert_eq!(
        project.findings(&["test", "--coverage=100%"])[0],
        ["arms-not-tested", "error", "plan.terr:19", "s", "write a test for each arm that is listed"]
    );
    let missing: Vec<&str> = report["outcome"]["coverage"]["missing"]
        .as_array()
        .expect("arms")
        .iter()
        .filter_map(|arm| arm["says"].as_str())
        .collect();
    assert_eq!(missing, ["size small", "else", "small"]);
}

/// The plain evaluator, which tests use, against the compiled one, which passes over the data use.
#[test]
fn every_account_of_the_shipped_plans_passes_as_a_test() {
    for name in ["hybrid", "enterprise", "fintech"] {
        let project = load(&shipped(name)).project.expect("the plan is sound");
        let (workspace, mut plan) = (project.workspace, project.plan);
        let accounts = &workspace.manifest.accounts;
        let mut found = Diagnostics::default();
        let shapes = shapes(&workspace, &plan, &mut found);
        let program = Program::compile(&plan, &accounts.schema, accounts.key, &shapes);
        let mut columns = plan.columns();
        columns.extend(program.columns().iter().map(|needed| needed.column));
        columns.push(accounts.key);
        columns.sort_unstable();
        columns.dedup();
        let (table, _) = data::open_accounts(&workspace, &columns, data::Options { coded: &[], threads: 1 });
        let table = table.expect("the accounts can be read");
        let mut tests: Vec<Test> = Vec::new();
        let read = table.scan(
            1,
            |batch| batch,
            |batch| {
                let classified = program.classify(&batch);
                for row in (0..batch.rows).step_by(3) {
                    let account = Account::Row(&batch, row);
                    let cells = columns.iter().filter_map(|id| Some((*id, account.cell(*id)?, Span::default())));
                    let cells: Vec<_> = cells.collect();
                    let key = batch.column(accounts.key).text(row).expect("a key");
                    // Statements by the evaluator, leaves by the kernels.
                    let written: Vec<_> = cells.iter().map(|(id, value, _)| (*id, value.clone())).collect();
                    let decided = decide(&program.reference(), key, Account::Written(&written), NONE);
                    let expects = (0..plan.coverages.len()).map(|coverage| {
                        let leaf = classified.leaves[coverage][row];
                        let stated = decided.coverages[coverage]
                            .place
                            .filter(|(_, force)| !matches!(force, terrac::outcome::place::Force::Tree));
                        let tree = plan.coverages[coverage].leaves[leaf as usize].target;
                        let target = stated.map_or(tree, |(place, _)| target(&plan, place));
                        TestExpect {
                            outcome: TestOutcome::Leaf { coverage: coverage as u32, target },
                            span: plan.coverages[coverage].span,
                        }
                    });
                    let expects = expects.collect();
                    tests.push(Test { title: key.to_owned(), account: cells, expects, span: plan.span });
                }
                ControlFlow::Continue(())
            },
        );
        assert!(read.is_ok());
        assert!(
            tests.len() >= 490 && tests.iter().any(|t| t.account.iter().any(|(_, v, _)| matches!(v, Value::Text(_))))
        );
        plan.tests = tests;
        let ground = Ground { plan: &plan, sources: &workspace.sources, accounts, shapes: &shapes };
        let trials = trial::run(&ground, None);
        let failed: Vec<&str> = trials.tests.iter().filter(|t| !t.passed).map(|t| t.title.as_str()).collect();
        assert_eq!(failed, Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn the_shipped_plans_pass_their_tests_and_leave_no_arm_untested() {
    for name in ["hybrid", "enterprise", "fintech"] {
        let output = run(&shipped(name), &["test", "--coverage=100%"]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
    }
}
