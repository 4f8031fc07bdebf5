//! Forms for programs. The snapshots of JSON and SARIF are held to their schemas by `tests/schemas/`, a program of its own
//! with tests of its own (`cargo test --manifest-path tests/schemas/Cargo.toml`), that the gate runs on what the verbs print
//! too: a validator would bring its dependencies along.

use super::fixture::fixture;
use super::folder::folder;
use super::program::terrac;
use serde_json::Value;
use std::path::Path;
use terrac::render::{findings, github, sarif};

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn findings_schema() -> Value {
    json(findings::SCHEMA)
}

#[test]
fn json_is_as_written_down() {
    let (sources, found) = fixture();
    let listed = findings::findings(found.iter(), &sources);
    let report = serde_json::json!({ "version": findings::VERSION, "verb": "check", "findings": listed });
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&report).expect("JSON"));
}

#[test]
fn sarif_is_as_written_down_and_names_its_rules() {
    let (sources, found) = fixture();
    let log = json(&sarif::findings(found.iter(), &sources));
    // The pages are long, and tests of their own hold them.
    let mut shown = log.clone();
    for rule in shown["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("rules") {
        rule["help"] = serde_json::json!({ "text": "…", "markdown": "…" });
    }
    shown["runs"][0]["tool"]["driver"]["semanticVersion"] = "0.0.0".into();
    insta::assert_snapshot!("sarif", serde_json::to_string_pretty(&shown).expect("JSON"));
    for (i, result) in log["runs"][0]["results"].as_array().expect("results").iter().enumerate() {
        let rule = &log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"], "result {i} names its rule");
    }
    assert_eq!(
        log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "plans/a%20b/plan.terr"
    );
}

#[test]
fn annotations_stand_a_line_each() {
    let (sources, found) = fixture();
    insta::assert_snapshot!("github", github::findings(found.iter(), &sources));
}

/// Every verb that finds things, on a project with errors and on one without.
#[test]
fn every_verb_prints_every_form() {
    let manifest = "[project]\nname = \"p\"\nplan = \"plan.terr\"\n[accounts]\nfiles = \"a.csv\"\nkey = \"id\"\n\
                    [accounts.columns]\nid = \"id\"\n";
    let plan = "plan p { effective 2027-01-01 to 2027-12-31 }\n  coverage c { pool  q , }\n";
    let broken = folder([("terrac.toml", manifest), ("a.csv", "id\nA1\n"), ("plan.terr", plan)]);
    let sound = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/hybrid");
    let verbs: [&[&str]; 4] = [&["check"], &["compile"], &["test"], &["fmt", "--check"]];
    for verb in verbs {
        for (project, code) in [(broken.path(), 1), (sound.as_path(), 0)] {
            if verb == ["compile"] && code == 0 {
                continue;
            }
            for form in ["concise", "json", "github", "sarif", "human", "narrated"] {
                let output = terrac(project).args(verb).args(["--format", form]).output().expect("it runs");
                let out = String::from_utf8(output.stdout).expect("UTF-8");
                let err = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(code), "{verb:?} {form}\n{out}{err}");
                match form {
                    "json" => assert_eq!(json(&out)["findings"].as_array().expect("a list").is_empty(), code == 0),
                    "sarif" => {
                        assert_eq!(json(&out)["runs"][0]["results"].as_array().map(Vec::is_empty), Some(code == 0))
                    }
                    "github" => {
                        assert!(out.lines().all(|l| l.starts_with("::")) && out.is_empty() == (code == 0), "{out}")
                    }
                    "concise" => assert_eq!(out.is_empty(), code == 0, "{out}"),
                    _ => assert!(!err.is_empty(), "people are told something"),
                }
            }
        }
    }
}

#[test]
fn the_schemas_can_be_printed() {
    let printed = |of: &[&str]| {
        let output = terrac(Path::new(".")).arg("schema").args(of).output().expect("it runs");
        json(&String::from_utf8_lossy(&output.stdout))
    };
    assert_eq!(printed(&[]), findings_schema());
    for of in ["findings", "diff", "tables", "owners"] {
        assert_eq!(printed(&[of])["$id"], format!("urn:terrac:{of}:1"));
    }
}
