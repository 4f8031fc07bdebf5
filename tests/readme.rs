//! The plan and the manifest of the README make a project that checks without a finding.

use std::fs;

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
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("terrac.toml"), &manifests[0]).expect("the manifest");
    fs::write(folder.path().join("plan.terr"), &plans[0]).expect("the plan");
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
