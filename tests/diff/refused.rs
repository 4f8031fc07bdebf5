//! Sides, folders and rollouts that are refused, by their codes.

use std::fs;

use crate::program::terrac;
use crate::repository::Repository;

/// The codes that a command in the repository is answered with, and its exit code.
fn codes(repository: &Repository, arguments: &[&str]) -> (String, Option<i32>) {
    let output = repository.terrac(arguments);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (said, output.status.code())
}

fn refused(repository: &Repository, arguments: &[&str], code: &str) {
    let (said, exit) = codes(repository, arguments);
    assert!(said.contains(&format!("[{code}]")), "{arguments:?}: {said}");
    assert_eq!(exit, Some(2), "{said}");
}

#[test]
fn git_that_is_missing_or_fails_is_told() {
    let repository = Repository::of_plan("hybrid");
    let nowhere = tempfile::tempdir().expect("a folder");
    let output = terrac(repository.path())
        .args(["diff", "HEAD", "--format", "concise"])
        .env("PATH", nowhere.path())
        .output()
        .expect("terrac runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("[no-git]"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(2));

    // What the commit is made of is gone.
    let plan = repository.git(&["rev-parse", "HEAD:plan.terr"]);
    let object = repository.path().join(".git/objects").join(&plan[..2]).join(&plan[2..]);
    fs::remove_file(object).expect("a loose object");
    refused(&repository, &["diff", "HEAD", "--format", "concise"], "git-failed");
}

#[test]
fn folders_that_no_compile_wrote_are_refused() {
    let repository = Repository::of_plan("hybrid");
    let out = repository.path().join("last");
    fs::create_dir(&out).expect("a folder");
    for (outcome, assignments) in [("not json", true), ("{\"version\": 99}", true), ("{}", false)] {
        fs::write(out.join("outcome.json"), outcome).expect("a file");
        if assignments {
            fs::write(out.join("assignments.csv"), "account\n").expect("a file");
        } else {
            fs::remove_file(out.join("assignments.csv")).expect("it was there");
        }
        refused(&repository, &["diff", "last", "last", "--format", "concise"], "bad-out-folder");
    }
}

#[test]
fn rollouts_write_over_nothing_and_take_nothing_else() {
    let repository = Repository::of_plan("hybrid");
    let folder = repository.path().join("rollout");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("notes.txt"), "mine").expect("a file");
    refused(&repository, &["diff", "HEAD", "--patch", "rollout", "--format", "concise"], "foreign-files");
    assert_eq!(fs::read_to_string(folder.join("notes.txt")).expect("it is there"), "mine");

    fs::write(folder.join("patch.json"), "{").expect("a file");
    fs::write(repository.path().join("base.csv"), "account,coverage,role,territory,rep,from,to,path,reason\n")
        .expect("a file");
    let (said, exit) = codes(&repository, &["apply", "base.csv", "rollout", "--out", "head.csv"]);
    assert!(said.contains("bad-patch"), "{said}");
    assert_eq!(exit, Some(2), "{said}");
    assert!(!repository.path().join("head.csv").exists());
}
