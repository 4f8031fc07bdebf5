//! A stage may use earlier stages and the diagnostics, never a later one; the order is that of `lib.rs`.

use std::fs;
use std::path::{Path, PathBuf};

/// In the order of the pipeline.
fn stages() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs is there");
    lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned)).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the crate") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// The stages that a text names behind `crate::`, tests included, documentation left out.
fn used<'a>(text: &'a str, stages: &'a [String]) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            let word: String = line[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.extend(stages.iter().filter(|s| **s == word).map(|s| (n + 1, s.as_str())));
        }
    }
    found
}

#[test]
fn imports_run_down_the_pipeline() {
    let stages = stages();
    assert!(stages.len() >= 12, "lib.rs declares its stages one a line: {stages:?}");
    let place = |name: &str| stages.iter().position(|s| s == name).expect("a stage");
    let mut wrong = Vec::new();
    for stage in &stages {
        let mut files = Vec::new();
        rust_files(&root().join("src").join(stage), &mut files);
        assert!(!files.is_empty(), "stage `{stage}` has a folder");
        for file in files {
            let text = fs::read_to_string(&file).expect("a source file");
            for (line, used) in used(&text, &stages) {
                let alone = stage == "carve" && used != "carve";
                if used != "diagnostics" && (place(used) > place(stage) || alone) {
                    wrong.push(format!("{}:{line}: `{stage}` uses `{used}`", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "a stage uses a later one:\n{}", wrong.join("\n"));
}

#[test]
fn the_stage_table_names_every_stage() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs is there");
    for stage in stages() {
        assert!(lib.contains(&format!("[`{stage}`]")), "`{stage}` is missing from the table in lib.rs");
    }
}
