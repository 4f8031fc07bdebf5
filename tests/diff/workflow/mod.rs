//! The steps of the action in `.github/`, run by bash in a real repository, on a branch that is as it should be and on
//! one that is not; `gh` is a stand-in that writes down how it was called.

mod options;
mod redaction;
mod repository;

use std::fs;
use std::path::Path;

use serde_norway::Value;

use repository::{Ran, Repository};

fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of the repository");
    serde_norway::from_str(&text).expect("YAML")
}

fn action() -> Value {
    yaml(".github/actions/terrac/action.yml")
}

/// A step of the action by its name.
fn step(name: &str) -> Value {
    let action = action();
    let steps = action["runs"]["steps"].as_sequence().expect("steps");
    steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("a step called {name}")).clone()
}

fn script(name: &str) -> String {
    step(name)["run"].as_str().expect("a script").to_owned()
}

/// What Actions gives the steps of a pull request that does not come from a fork.
const EVENT: [(&str, &str); 8] = [
    ("PROJECT", "plan"),
    ("BASE", "origin/main"),
    ("REDACT", "false"),
    ("RUN", "https://github.example/o/r/actions/runs/7"),
    ("GH_TOKEN", "secret"),
    ("REPOSITORY", "o/r"),
    ("HEAD_REPOSITORY", "o/r"),
    ("NUMBER", "12"),
];

/// Every step one after the other.
fn run_all(repository: &Repository, event: &[(&str, &str)]) -> (Ran, Ran, Ran) {
    let check = repository.run(&script("Check"), event);
    let body = repository.output("comment").unwrap_or_default();
    let mut event = event.to_vec();
    event.push(("BODY", &body));
    let comment = repository.run(&script("Comment"), &event);
    let code = repository.output("code").unwrap_or_default();
    event.push(("CODE", &code));
    let result = repository.run(&script("Result"), &event);
    (check, comment, result)
}

#[test]
fn a_good_branch_passes_and_tells_what_changes() {
    let repository = Repository::new();
    repository.commit_good();
    let (check, comment, result) = run_all(&repository, &EVENT);
    assert_eq!((check.code, comment.code, result.code), (0, 0, 0), "{check:?}\n{comment:?}");
    insta::assert_snapshot!("good annotations", check.stdout);
    insta::assert_snapshot!("good steps", check.stderr);
    insta::assert_snapshot!("good comment", repository.body());
    let calls = repository.calls();
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert!(calls[0].contains("repos/o/r/issues/12/comments --jq"), "{calls:?}");
    assert_eq!(
        calls[1],
        format!(
            "api --silent --method POST repos/o/r/issues/12/comments --field body=@{}",
            repository.output("comment").expect("a comment")
        )
    );
    assert_eq!(repository.summary(), repository.body(), "the summary says the same");
    assert!(
        fs::read_to_string(repository.output("sarif").expect("findings"))
            .expect("a file")
            .contains("\"version\": \"2.1.0\"")
    );
}

#[test]
fn a_bad_branch_fails_with_annotations_and_still_tells() {
    let repository = Repository::new();
    repository.commit_bad();
    repository.comments("41");
    let (check, comment, result) = run_all(&repository, &EVENT);
    assert_eq!((check.code, comment.code, result.code), (0, 0, 1), "{check:?}\n{comment:?}");
    insta::assert_snapshot!("bad annotations", check.stdout);
    insta::assert_snapshot!("bad steps", check.stderr);
    insta::assert_snapshot!("bad comment", repository.body());
    let calls = repository.calls();
    assert!(
        calls[1].starts_with("api --silent --method PATCH repos/o/r/issues/comments/41 --field body=@"),
        "{calls:?}"
    );
}

#[test]
fn a_plan_with_errors_is_told_without_a_diff() {
    let repository = Repository::new();
    repository.commit_broken();
    let (_, comment, result) = run_all(&repository, &EVENT);
    assert_eq!((comment.code, result.code), (0, 1));
    insta::assert_snapshot!("broken comment", repository.body());
}

#[test]
fn a_fork_posts_nothing() {
    let repository = Repository::new();
    repository.commit_good();
    let event: Vec<_> =
        EVENT.iter().map(|(k, v)| if *k == "HEAD_REPOSITORY" { (*k, "evil/r") } else { (*k, *v) }).collect();
    let (check, comment, result) = run_all(&repository, &event);
    assert_eq!((check.code, comment.code, result.code), (0, 0, 0));
    assert_eq!(repository.calls(), Vec::<String>::new());
    assert!(repository.summary().contains("terrac diff: small"));
}

#[test]
fn hostile_inputs_are_arguments_and_nothing_else() {
    let repository = Repository::new();
    repository.commit_good();
    let event: Vec<_> = EVENT
        .iter()
        .map(|(k, v)| if *k == "BASE" { (*k, "$(touch evil); `touch evil` --redact") } else { (*k, *v) })
        .collect();
    let (check, ..) = run_all(&repository, &event);
    assert_eq!(check.code, 0, "{check:?}");
    assert!(!repository.path("evil").exists());
    assert_ne!(repository.output("code").as_deref(), Some("0"), "there is no such base");
}

#[test]
fn reps_are_redacted_where_that_is_asked_for() {
    let repository = Repository::new();
    repository.commit_good();
    let event: Vec<_> = EVENT.iter().map(|(k, v)| if *k == "REDACT" { (*k, "true") } else { (*k, *v) }).collect();
    run_all(&repository, &event);
    let body = repository.body();
    assert!(body.contains("`rep 1`") && !body.contains("R1") && !body.contains("Ada"), "{body}");
}

/// A terrac of the asked-for version is used as it is, any other is built.
#[test]
fn what_is_installed_is_used() {
    let repository = Repository::new();
    let install = |version: &str| {
        repository.run(&script("Install"), &[("VERSION", version), ("ACTION", "/source/.github/actions/terrac")])
    };
    assert_eq!(install(env!("CARGO_PKG_VERSION")).stdout, format!("terrac {} is there\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(repository.calls(), Vec::<String>::new());
    install("99.0.0");
    assert_eq!(repository.calls(), ["install --locked --path /source/.github/actions/terrac/../../.."]);
}

#[test]
fn the_script_for_other_systems_does_the_same() {
    let repository = Repository::new();
    repository.commit_bad();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/ci.sh");
    let ran = repository.run(&format!("bash '{}' plan origin/main out/ci", script.display()), &[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("error[unformatted]"), "{}", ran.stdout);
    let comment = fs::read_to_string(repository.path("out/ci/comment.md")).expect("a comment");
    assert!(comment.starts_with("<!-- terrac diff: small -->"), "{comment}");
    assert!(repository.path("out/ci/findings.sarif").exists());
}

/// Text of a pull request never becomes part of a script, and nothing has more rights than it needs.
#[test]
fn scripts_and_rights_are_tight() {
    let workflow = yaml(".github/workflows/plan.yml");
    let action = action();
    let jobs = workflow["jobs"].as_mapping().expect("jobs");
    let steps = action["runs"]["steps"].as_sequence().expect("steps").iter();
    let steps = steps.chain(jobs.values().flat_map(|job| job["steps"].as_sequence().expect("steps")));
    for step in steps {
        let run = step["run"].as_str().unwrap_or_default();
        assert!(!run.contains("${{"), "{run}");
        if run.contains('\n') {
            assert!(run.starts_with("set -euo pipefail\n"), "{run}");
        }
    }
    let on = workflow["on"].as_mapping().expect("events");
    assert_eq!(on.keys().collect::<Vec<_>>(), ["pull_request"]);
    assert_eq!(workflow["permissions"].as_mapping().map(|p| p.len()), Some(1));
    assert_eq!(workflow["permissions"]["contents"], "read");
    let rights = &workflow["jobs"]["plan"]["permissions"];
    assert_eq!(rights.as_mapping().map(|p| p.len()), Some(3));
    assert_eq!((&rights["contents"], &rights["pull-requests"]), (&"read".into(), &"write".into()));
    let checkout = &workflow["jobs"]["plan"]["steps"][0];
    assert_eq!(checkout["with"]["persist-credentials"], false);
    assert_eq!(checkout["with"]["fetch-depth"], 0, "the base is part of the history");
    let given = workflow["jobs"]["plan"]["steps"][1]["with"].as_mapping().expect("inputs");
    let known = action["inputs"].as_mapping().expect("inputs");
    assert!(given.keys().all(|input| known.contains_key(input)), "inputs that the action has");
}
