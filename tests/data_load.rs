//! A project as a whole: the manifest, the plan and what it uses.

use std::fs;

use terrac::compile::{Read as Loaded, read as load};
use terrac::diagnostics::Diagnostic;

const MANIFEST: &str = "[project]\nname = \"t\"\nplan = \"plan.terr\"\n[accounts]\nfiles = \"a.csv\"\nkey = \"id\"\n[accounts.columns]\nid = \"id\"\n";

fn project(files: &[(&str, &str)]) -> (Loaded, Vec<Diagnostic>) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("shared")).unwrap();
    fs::write(folder.path().join("terrac.toml"), MANIFEST).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let mut loaded = load(folder.path());
    let found = std::mem::take(&mut loaded.diagnostics).into_iter().collect();
    (loaded, found)
}

#[test]
fn uses_are_followed_once_each() {
    let (loaded, found) = project(&[
        ("plan.terr", "use \"shared/a.terr\"\nuse \"shared/b.terr\"\nlet x = 1\n"),
        ("shared/a.terr", "use \"shared/b.terr\"\nlet y = 1\n"),
        ("shared/b.terr", "let z = 1\n"),
    ]);
    assert!(found.is_empty(), "{found:#?}");
    let workspace = loaded.workspace.unwrap();
    let names: Vec<&str> = loaded.files.iter().map(|f| workspace.sources.get(f.id).name.as_str()).collect();
    assert_eq!(names, ["plan.terr", "shared/a.terr", "shared/b.terr"]);
    assert_eq!(workspace.plan_files, loaded.files.iter().map(|f| f.id).collect::<Vec<_>>());
}

#[test]
fn uses_that_lead_nowhere() {
    let cases = [
        ("use \"shared/c.terr\"", "missing-file", "`shared/c.terr` does not exist", "did you mean `shared/a.terr`?"),
        ("use \"../plan.terr\"", "outside-project", "lies outside the project folder", "paths begin there"),
        ("use \"/etc/passwd\"", "outside-project", "lies outside the project folder", "paths begin there"),
        ("use \"shared\"", "missing-file", "`shared` is not a file", ""),
        ("use \"plan.terr\"", "use-cycle", "`plan.terr` uses itself", "a file of its own"),
    ];
    for (text, code, message, help) in cases {
        let (loaded, found) = project(&[("plan.terr", text), ("shared/a.terr", "")]);
        let [said] = found.as_slice() else { panic!("{text}: {found:#?}") };
        assert_eq!(said.code.name, code, "{text}");
        assert!(said.message.contains(message), "{said:?}");
        assert!(said.help.as_deref().unwrap_or("").contains(help), "{said:?}");
        let sources = &loaded.workspace.unwrap().sources;
        assert_eq!(sources.text(said.labels[0].span), &text[4..], "the path is underlined");
    }
}

#[test]
fn a_circle_is_told_once_with_its_way() {
    let (loaded, found) = project(&[
        ("plan.terr", "let x = 1\nuse \"shared/a.terr\"\n"),
        ("shared/a.terr", "use \"shared/b.terr\"\n"),
        ("shared/b.terr", "\n\nuse \"shared/a.terr\"\n"),
    ]);
    let [said] = found.as_slice() else { panic!("{found:#?}") };
    let sources = &loaded.workspace.unwrap().sources;
    let places: Vec<String> = said.labels.iter().map(|l| sources.place(l.span)).collect();
    assert_eq!(said.message, "`shared/a.terr` uses itself");
    assert_eq!(places, ["shared/b.terr:3", "shared/a.terr:1"]);
}

#[test]
fn several_files_are_reported_in_one_run() {
    let (_, found) = project(&[
        ("plan.terr", "use \"a.terr\"\nuse \"shared/a.terr\"\nlet = 4\n"),
        ("shared/a.terr", "dimension {\n"),
    ]);
    assert!(found.iter().any(|d| d.code.name == "missing-file"));
    assert!(found.len() >= 3, "{found:#?}");
}
