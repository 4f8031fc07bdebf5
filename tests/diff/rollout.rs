//! The rollout between two plans, and plans against folders of earlier compiles.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::repository::Repository;

/// A repository with an edit in its work tree, and what compiles of both versions wrote.
fn edited(folder: &Path) -> (Repository, PathBuf, PathBuf) {
    let repository = Repository::of_plan("hybrid");
    let (before, after) = (folder.join("before"), folder.join("after"));
    let compile = |out: &Path| {
        let output = repository.terrac(&["compile", "--quiet", "--out", out.to_str().expect("a plain path")]);
        assert!(out.join("assignments.csv").exists(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    compile(&before);
    repository.replace("plan.terr", "small      < 200", "small      < 230");
    repository.replace("plan.terr", "midmarket  200 ..<", "midmarket  230 ..<");
    let hold = "hold \"A0000419\", \"A0000002\" with rep \"R009\" until 2027-08-31 because \"the deal is his\"\n";
    repository.replace("plan.terr", "exclude segment competitor", &format!("{hold}exclude segment competitor"));
    // What the edit does to balance is not the question.
    repository.lines("plan.terr", |_, line| (!line.starts_with("expect ")).then(|| line.to_owned()));
    compile(&after);
    (repository, before, after)
}

fn text(path: &Path) -> String {
    path.to_str().expect("a plain path").to_owned()
}

#[test]
fn the_rollout_between_two_plans_gives_what_a_compile_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (repository, before, after) = edited(folder.path());
    let patch = text(&folder.path().join("patch"));
    let output = repository.terrac(&["diff", "HEAD", "--patch", &patch, "--quiet", "--batch", "10"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let made: Value =
        serde_json::from_str(&fs::read_to_string(Path::new(&patch).join("patch.json")).expect("it")).expect("JSON");
    assert!(made["batches"].as_array().expect("batches").len() > 2, "{made}");
    let [before, after] = [before, after].map(|out| out.join("assignments.csv"));
    let there = folder.path().join("there.csv");
    let back = folder.path().join("back.csv");
    let apply = |arguments: &[&str]| {
        let output = repository.terrac(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    apply(&["apply", &text(&before), &patch, "--out", &text(&there)]);
    assert_eq!(fs::read(&there).expect("it"), fs::read(&after).expect("it"), "the delta gives the head");
    apply(&["apply", &text(&there), &patch, "--inverse", "--out", &text(&back)]);
    assert_eq!(fs::read(&back).expect("it"), fs::read(&before).expect("it"), "the inverse gives the base");
}

#[test]
fn a_plan_is_compared_with_what_an_earlier_compile_wrote() {
    let folder = tempfile::tempdir().expect("a folder");
    let (repository, before, after) = edited(folder.path());
    let told = |base: &str, head: &[&str]| -> Value {
        let arguments = [&["diff", base][..], head, &["--format", "json", "--quiet"]].concat();
        let output = repository.terrac(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let whole: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
        whole["outcome"].clone()
    };
    let of_folders = told(&text(&before), &[&text(&after)]);
    assert_eq!(told(&text(&before), &[]), of_folders, "the work tree says what its compile wrote");
    assert_eq!(told("HEAD", &[&text(&after)]), of_folders, "a revision stands for what a compile of it writes");
    let whole = repository.terrac(&["diff", &text(&before), &text(&after), "--format", "json", "--quiet"]);
    insta::assert_snapshot!("programs", String::from_utf8_lossy(&whole.stdout));
    let of_plans = repository.diff("HEAD");
    assert_eq!(of_plans["totals"]["moved"], of_folders["moved"], "{of_folders}");
    let output = repository.terrac(&["diff", "HEAD", &text(&after.join("assignments.csv"))]);
    assert_eq!(output.status.code(), Some(2), "a table and a plan cannot be compared");
}
