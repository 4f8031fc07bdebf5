//! Two tables compared by their keys.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn terrac(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_terrac"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env("COLUMNS", "100")
        .output()
        .expect("the binary runs")
}

#[test]
fn a_key_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.csv"), "id,x\n1,2\n").expect("a file");
    let output = terrac(folder.path(), &["diff", "a.csv", "a.csv", "--format", "concise"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("[no-key]"), "{output:?}");
}
