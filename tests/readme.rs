//! The plan and the manifest of the README make a project that checks without a finding.

use std::fs;
use std::path::Path;
use std::process::Command;

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

/// The commands of `terrac ci` as they stand in the README, on the shipped plans in a repository of their own.
#[test]
fn what_ci_is_said_to_do_it_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("README.md")).expect("the README");
    let blocks = fences(&text, "console");
    let commands: Vec<&str> =
        blocks.iter().flat_map(|block| block.lines()).filter_map(|line| line.strip_prefix("$ terrac ci ")).collect();
    assert!(commands.len() >= 3, "{commands:?}");
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root.join("plans"), &folder.path().join("plans"));
    for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "Plans"]] {
        let git = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("git runs");
        assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    }
    for command in commands {
        let words = command.split('#').next().unwrap_or_default().split_whitespace();
        let ran = Command::new(env!("CARGO_BIN_EXE_terrac"))
            .arg("ci")
            .args(words)
            .current_dir(folder.path())
            .output()
            .expect("it runs");
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

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            // What an earlier compile left.
            if entry.file_name() != "out" {
                copy(&from, &to);
            }
        } else {
            fs::copy(&from, &to).expect("a file");
        }
    }
}
