//! `terrac graph`: every account once, and no label that breaks out.

use std::collections::BTreeMap;

use serde_json::Value;

use super::copied::shipped;
use super::project::{Project, json, run, run_at, stderr, stdout};

#[test]
fn the_trees_of_the_shipped_plans() {
    let wide = run_at(&shipped("hybrid"), &["graph"], 120);
    insta::assert_snapshot!("graph_text", stdout(&wide));
    let narrow = run_at(&shipped("hybrid"), &["graph"], 60);
    insta::assert_snapshot!("graph_narrow", stdout(&narrow));
    assert!(stdout(&narrow).lines().all(|line| line.chars().count() <= 60));
    insta::assert_snapshot!("graph_dot", stdout(&run(&shipped("hybrid"), &["graph", "--format", "dot"])));
    insta::assert_snapshot!("graph_mermaid", stdout(&run(&shipped("enterprise"), &["graph", "--format", "mermaid"])));
    insta::assert_snapshot!("graph_no_data", stdout(&run(&shipped("fintech"), &["graph", "--no-data"])));
}

/// Accounts of every leaf, by the places of the decisions above it.
fn leaves(node: &Value, path: &str, sums: Option<&Value>, into: &mut BTreeMap<String, u64>) {
    match node["split"]["arms"].as_array() {
        None => {
            into.insert(path.to_owned(), sums.and_then(|s| s["accounts"].as_u64()).expect("a count"));
        }
        Some(arms) => {
            for arm in arms {
                let place = arm["place"].as_str().expect("a place");
                leaves(&arm["node"], &format!("{path} {place}"), Some(&arm["sums"]), into);
            }
        }
    }
}

#[test]
fn arms_hold_what_the_assignments_say() {
    let project = Project::new();
    assert_eq!(project.run(&["compile"]).status.code(), Some(0));
    let drawn = json(&project.run(&["graph", "--format", "json"]));
    let rows = project.rows("out/assignments.csv");
    let mut seen = 0;
    for coverage in drawn["coverages"].as_array().expect("coverages") {
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        leaves(&coverage["root"], "", None, &mut counted);
        let mut expected: BTreeMap<String, u64> = counted.keys().map(|k| (k.clone(), 0)).collect();
        let (mut named, mut excluded) = (0, 0);
        let of =
            |r: &&BTreeMap<String, String>| coverage["name"] == r["coverage"].as_str() && r["from"] == "2027-01-01";
        for row in rows.iter().filter(of) {
            seen += 1;
            match row["reason"].split(' ').next() {
                Some("named") => named += 1,
                Some("excluded") => excluded += 1,
                _ => {
                    let places = row["path"].split('(').skip(1).filter_map(|p| p.split(')').next());
                    let path: String = places.map(|p| format!(" {p}")).collect();
                    *expected.get_mut(&path).unwrap_or_else(|| panic!("{path} is no leaf")) += 1;
                }
            }
        }
        assert_eq!(counted, expected);
        assert_eq!(coverage["named"]["accounts"], named);
        assert_eq!(coverage["excluded"]["accounts"], excluded);
        assert_eq!(coverage["sums"]["accounts"], counted.values().sum::<u64>());
    }
    assert_eq!(seen, 120, "sixty accounts in two coverages");
}

#[test]
fn labels_do_not_break_out() {
    let project = Project::new();
    let bad = r#"\"]; x -> y [label=\"<img src=x onerror=alert(1)> `**` #quot; --> %%{init}%%"#;
    let plan = project
        .read("plan.terr")
        .replace("nobody knows how large they are", bad)
        .replace("state = \"NY\" -> territory east", &format!("state = \"{bad}\" -> territory east"));
    project.write("plan.terr", &plan);
    for form in ["dot", "mermaid"] {
        let output = project.run(&["graph", "--no-data", "--format", form]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        match form {
            "dot" => assert!(text.contains(r#"\"]; x -> y [label=\"<img"#) && !text.contains(r#" "]; x"#), "{text}"),
            _ => {
                assert!(text.contains("#quot;#93;#59; x -#62; y #91;label=#quot;#60;img"), "{text}");
                assert!(!text.contains("<img") && !text.contains("%%{"), "{text}");
            }
        }
    }
}

#[test]
fn a_coverage_is_drawn_alone_and_wrong_words_are_told() {
    let project = Project::new();
    project.remove("accounts.csv");
    let output = project.run(&["graph", "--no-data", "--coverage", "care_team"]);
    let text = stdout(&output);
    assert!(text.contains("coverage care_team") && !text.contains("coverage field"), "{text}");
    let output = project.run(&["graph", "--coverage", "care_tem"]);
    assert_eq!(
        (output.status.code(), stderr(&output).as_str()),
        (Some(2), "the plan has no coverage called `care_tem`; did you mean `care_team`?\n")
    );
    let output = project.run(&["graph"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("`--no-data` draws the plan alone"), "{}", stderr(&output));
}
