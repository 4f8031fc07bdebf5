//! Sides whose manifests call their columns otherwise.

use std::path::Path;

use serde_json::Value;

use crate::folder::write;
use crate::program::terrac;

/// Writes a project whose deciding column is called `state` and read from the field `st`.
fn project(folder: &Path, state: &str, floor: u32, rows: &str) {
    let manifest = format!(
        "[project]\nname = \"small\"\nplan = \"plan.terr\"\n[accounts]\nfiles = \"a.csv\"\nkey = \"id\"\n\
         [accounts.columns]\nid = \"id\"\n{state} = {{ type = \"text\", required = true, from = \"st\" }}\n\
         rev = {{ type = \"money\", required = true }}\n"
    );
    let plan = format!(
        "plan small {{\n  effective 2027-01-01 to 2027-12-31\n}}\n\
         coverage f {{\n  split {{\n    {state} = \"NY\" and rev >= {floor} -> pool ny\n    else -> pool rest\n  }}\n}}\n"
    );
    write(folder, [("terrac.toml", manifest), ("plan.terr", plan), ("a.csv", format!("id,st,rev\n{rows}"))]);
}

/// Account, kind of its cause and the cause, for every change.
fn causes(base: &Path, head: &Path) -> Vec<[String; 3]> {
    let output = terrac(base)
        .arg("diff")
        .args([base, head])
        .args(["--format", "json", "--quiet"])
        .output()
        .expect("terrac runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let diff: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let told = |one: &Value| {
        let cause = &diff["causes"][one["cause"].as_u64().expect("an index") as usize];
        [text(&one["account"]), text(&cause["kind"]), text(&cause["title"])]
    };
    diff["moves"].as_array().expect("moves").iter().map(told).collect()
}

#[test]
fn data_and_rules_are_told_apart_where_a_column_has_another_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (base, head) = (folder.path().join("base"), folder.path().join("head"));
    project(&base, "st", 10, "A,NY,50\nB,NY,15\nC,NY,50\nD,NJ,50\n");
    // A moves with its state, B by the floor, C for its revenue; D stays.
    project(&head, "state", 20, "A,NJ,50\nB,NY,15\nC,NY,5\nD,NJ,50\n");
    let found = causes(&base, &head);
    let kinds: Vec<[&str; 2]> = found.iter().map(|[account, kind, _]| [account.as_str(), kind.as_str()]).collect();
    assert_eq!(kinds, [["A", "data"], ["B", "rule"], ["C", "data"]], "{found:?}");
    assert!(found[0][2].contains("`state`") && found[2][2].contains("`rev`"), "{found:?}");
}
