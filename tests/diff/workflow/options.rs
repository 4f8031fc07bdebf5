//! What of a diff is shown, by the options of `terrac diff`.

use std::fs;

use super::repository::{Ran, Repository};

fn diff(repository: &Repository, options: &str) -> Ran {
    let ran = repository.run(&format!("terrac diff origin/main plan {options}"), &[]);
    assert_eq!(ran.code, 0, "{options}: {ran:?}");
    ran
}

fn good() -> Repository {
    let repository = Repository::new();
    repository.commit_good();
    repository
}

#[test]
fn every_form_is_written_in_one_run() {
    let repository = good();
    let ran = diff(
        &repository,
        "--markdown o/c.md --json o/d.json --moves o/m.csv --geojson o/m.geojson --letters o/letters --artefact run-7",
    );
    assert!(ran.stdout.contains("3 of 20 accounts change"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "3 of 20 accounts change\n");
    let read =
        |name: &str| fs::read_to_string(repository.path("o").join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(read("c.md").ends_with("Everything: `run-7`.\n"));
    let value: serde_json::Value = serde_json::from_str(&read("d.json")).expect("JSON");
    assert_eq!((&value["version"], value["moves"].as_array().map(Vec::len)), (&1.into(), Some(3)));
    assert_eq!(read("m.csv").lines().count(), 4);
    assert_eq!(read("m.geojson").matches("\"account\"").count(), 3);
    assert!(read("letters/R1.md").contains("gain 3") && read("letters/R2.md").contains("hand over 3"));
    diff(&repository, "--moves o/m.parquet");
    assert!(fs::read(repository.path("o/m.parquet")).expect("a file").starts_with(b"PAR1"));
}

#[test]
fn forms_can_be_piped() {
    let repository = good();
    assert!(diff(&repository, "--markdown -").stdout.starts_with("<!-- terrac diff: small -->\n"));
    assert!(diff(&repository, "--moves -").stdout.starts_with("account,name,coverage,"));
    let json = diff(&repository, "--format json").stdout;
    assert_eq!(json, diff(&repository, "--json -").stdout);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
}

#[test]
fn parts_are_shown_alone() {
    let repository = good();
    let rules = diff(&repository, "--only rules").stdout;
    assert!(rules.contains("dimension size changed") && !rules.contains("A05"), "{rules}");
    let moves = diff(&repository, "--only moves").stdout;
    assert!(!moves.contains("dimension size changed\n") && moves.contains("A05"), "{moves}");
    assert!(diff(&repository, "--rep 'Ada Lin' --cause rule --territory desk").stdout.contains("A05"));
    assert!(!diff(&repository, "--cause data").stdout.contains("A05"));
    let wrong = repository.run("terrac diff origin/main plan --cause whim", &[]);
    assert!(wrong.code == 2 && wrong.stderr.contains("one of data, rule, weight"), "{wrong:?}");
}

#[test]
fn nobody_is_named_where_that_is_asked_for() {
    let repository = good();
    for options in [
        "--format json",
        "--full",
        "--markdown -",
        "--moves -",
        "--geojson -",
        "--explain A05",
        "--explain A05 --format json",
    ] {
        let text = diff(&repository, &format!("--redact {options}")).stdout;
        assert!(text.contains("A05"), "{options}: {text}");
        let named = text.split(|c: char| !c.is_alphanumeric()).find(|word| ["R1", "R2", "Ada", "Bo"].contains(word));
        assert_eq!(named, None, "{options}: {text}");
    }
}
