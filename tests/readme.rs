//! The plan and the manifest of the README make a project that checks without a finding.

#[path = "support/copied.rs"]
mod copied;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/git.rs"]
mod git;
#[path = "support/program.rs"]
mod program;

use std::fs;

use copied::copy;
use folder::folder;
use git::git;
use program::terrac;
use terrac::compile::load;

/// The fenced blocks of a language, in their order.
fn fences(text: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    text.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_first_plan_fits_the_manifest() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let (plans, manifests) = (fences(&text, "terr"), fences(&text, "toml"));
    assert_eq!((plans.len(), manifests.len()), (1, 1), "one of each");
    let folder = folder([("terrac.toml", &manifests[0]), ("plan.terr", &plans[0])]);
    let loaded = load(folder.path());
    let found: Vec<String> = loaded.diagnostics.iter().map(|d| format!("{}: {}", d.code.name, d.message)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_first_screen_names_commands_that_exist() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let screen = text.lines().take(24).collect::<Vec<_>>().join("\n");
    assert!(
        screen.contains("cargo run --release -- compile plans/hybrid") && screen.contains("cargo test"),
        "{screen}"
    );
    assert!(fs::exists(concat!(env!("CARGO_MANIFEST_DIR"), "/plans/hybrid/terrac.toml")).expect("the folder"));
}

/// The commands of `terrac ci` as they stand in the README, on the shipped plans in a repository of their own.
#[test]
fn what_ci_is_said_to_do_it_does() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let blocks = fences(&text, "console");
    let commands: Vec<&str> =
        blocks.iter().flat_map(|block| block.lines()).filter_map(|line| line.strip_prefix("$ terrac ci ")).collect();
    assert!(commands.len() >= 3, "{commands:?}");
    let folder = tempfile::tempdir().expect("a folder");
    copy("", &folder.path().join("plans"), &[]);
    for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "Plans"]] {
        git(folder.path(), arguments);
    }
    for command in commands {
        let words = command.split('#').next().unwrap_or_default().split_whitespace();
        let ran = terrac(folder.path()).arg("ci").args(words).output().expect("it runs");
        let told = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(0), "{command}\n{told}");
        assert!(told.contains("\ncompile --locked  "), "{told}");
        assert!(told.contains("no difference"), "{told}");
        let said = match command.contains("--comment") {
            true => fs::read_to_string(folder.path().join("out/comment.md")).expect("a comment"),
            false => String::from_utf8_lossy(&ran.stdout).into_owned(),
        };
        assert!(said.starts_with("<!-- terrac diff: "), "{said}");
    }
}
