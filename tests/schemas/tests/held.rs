//! Every schema of the program holds what was really printed, and nothing that `wrong/` has against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A schema, and snapshots of what the program prints of it.
const HELD: [(&str, &[&str]); 5] = [
    ("src/render/schema/findings.json", &["tests/formats/snapshots/formats__programs__json.snap"]),
    ("src/render/schema/diff.json", &["tests/diff/forms/snapshots/diff__forms__shown__json.snap"]),
    ("src/render/schema/tables.json", &["tests/diff/snapshots/diff__tables__programs.snap"]),
    ("src/render/schema/owners.json", &["tests/diff/snapshots/diff__rollout__programs.snap"]),
    ("tests/schemas/sarif.json", &["tests/formats/snapshots/formats__programs__sarif.snap"]),
];

fn schemas(arguments: &[&str], files: &[PathBuf]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_schemas"))
        .args(arguments)
        .args(files)
        .current_dir(root())
        .output()
        .expect("it runs")
}

#[test]
fn what_is_printed_keeps_to_its_schema() {
    for (schema, printed) in HELD {
        let files: Vec<PathBuf> = printed.iter().map(|file| root().join(file)).collect();
        let output = schemas(&[schema], &files);
        assert!(output.status.success(), "{schema}: {}", String::from_utf8_lossy(&output.stderr));
    }
    // Findings are told in the same way whatever else a verb prints.
    let told: Vec<PathBuf> = [HELD[2].1[0], HELD[3].1[0]].map(|file| root().join(file)).into();
    assert!(schemas(&[HELD[0].0], &told).status.success());
}

#[test]
fn what_is_wrong_breaks_its_schema() {
    let folder = root().join("tests/schemas/wrong");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let mut tried = 0;
    for (schema, _) in HELD {
        let name = Path::new(schema).file_stem().expect("a name").to_string_lossy().into_owned();
        let of_schema = |file: &&PathBuf| {
            let stem = file.file_stem().expect("a name").to_string_lossy();
            stem.split('-').next() == Some(name.as_str())
        };
        let files: Vec<PathBuf> = files.iter().filter(of_schema).cloned().collect();
        assert!(!files.is_empty(), "nothing is held against {schema}");
        let output = schemas(&["--not", schema], &files);
        assert!(output.status.success(), "{schema}: {}", String::from_utf8_lossy(&output.stderr));
        tried += files.len();
    }
    assert_eq!(tried, files.len(), "a file of `wrong` is of no schema");
}
