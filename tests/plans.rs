//! The shipped plans, the starter and every recipe of the cookbook are sound.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use terrac::compile::{Loaded, load};
use terrac::diagnostics::Severity;
use terrac::sample::starter;

fn plans() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("plans")
}

/// Findings of at least this severity, as text.
fn findings(loaded: &Loaded, from: Severity) -> Vec<String> {
    let line = |d: &terrac::diagnostics::Diagnostic| {
        let place = d.labels.first().map(|l| {
            let source = loaded.sources.get(l.span.file);
            format!("{}: `{}`", source.name, &source.text[l.span.start as usize..l.span.end as usize])
        });
        format!("{}: {} ({})", d.code.name, d.message, place.unwrap_or_default())
    };
    loaded.diagnostics.iter().filter(|d| d.severity >= from).map(line).collect()
}

#[test]
fn the_shipped_plans_have_nothing_to_find() {
    for name in ["hybrid", "enterprise", "fintech"] {
        let loaded = load(&plans().join(name));
        assert_eq!(findings(&loaded, Severity::Note), Vec::<String>::new(), "{name}");
        assert!(loaded.project.is_some(), "{name}");
    }
}

#[test]
fn the_starter_has_nothing_to_find() {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in starter::files("starter").unwrap() {
        write(&folder.path().join(path), &bytes);
    }
    let loaded = load(folder.path());
    assert_eq!(findings(&loaded, Severity::Note), Vec::<String>::new());
}

#[test]
fn the_shipped_plans_and_the_starter_compile_and_keep_their_promises() {
    let folder = tempfile::tempdir().unwrap();
    let made = terrac(&["new".as_ref(), folder.path().join("starter").as_os_str()]);
    assert!(made.status.success());
    for name in ["hybrid", "enterprise", "fintech"] {
        copy(&plans().join(name), &folder.path().join(name));
    }
    for name in ["starter", "hybrid", "enterprise", "fintech"] {
        let project = folder.path().join(name);
        // What little effort can keep, more effort keeps too.
        let arguments = ["compile", "--effort", "quick", "--format", "json", "--quiet"].map(AsRef::as_ref);
        let run = terrac(&[arguments.as_slice(), &[project.as_os_str()]].concat());
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(report["findings"], serde_json::json!([]), "{name}");
        assert_eq!(run.status.code(), Some(0), "{name}");
        assert!(project.join("out/assignments.csv").is_file(), "{name}");
    }
}

fn terrac(arguments: &[&std::ffi::OsStr]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_terrac")).args(arguments).output().unwrap()
}

/// Without what earlier runs left there.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if path.is_dir() && name != "out" {
            copy(&path, &to.join(name));
        } else if path.is_file() && path.extension() != Some("alignment".as_ref()) {
            write(&to.join(name), &fs::read(&path).unwrap());
        }
    }
}

#[test]
fn every_recipe_of_the_cookbook_checks() {
    let text = fs::read_to_string(plans().join("README.md")).unwrap();
    let snippets = snippets(&text);
    let manifest = fs::read_to_string(plans().join("hybrid/terrac.toml")).unwrap();
    let base = &snippets.iter().find(|s| s.kind == "terr base").expect("the cookbook has a base plan").text;
    let mut recipes: Vec<&str> = snippets.iter().map(|s| s.recipe.as_str()).collect();
    recipes.dedup();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for recipe in &recipes {
        let of = |kind: &str| -> String {
            snippets.iter().filter(|s| s.recipe == *recipe && s.kind == kind).map(|s| s.text.as_str()).collect()
        };
        let (plan, tables) = (of("terr"), of("toml"));
        if plan.is_empty() && tables.is_empty() {
            continue;
        }
        checked += 1;
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("terrac.toml"), format!("{manifest}\n{tables}").as_bytes());
        write(&folder.path().join("plan.terr"), format!("{base}\n{plan}").as_bytes());
        let polygon = fs::read(plans().join("fintech/geo/manhattan.geojson")).unwrap();
        write(&folder.path().join("geo/manhattan.geojson"), &polygon);
        let loaded = load(folder.path());
        wrong.extend(findings(&loaded, Severity::Error).into_iter().map(|f| format!("{recipe}: {f}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked >= 25, "only {checked} recipes");
}

#[test]
fn every_snippet_of_the_cookbook_says_what_it_is() {
    let text = fs::read_to_string(plans().join("README.md")).unwrap();
    for snippet in snippets(&text) {
        let known = ["terr", "terr base", "terr fragment", "toml", "toml fragment", "csv"];
        assert!(known.contains(&snippet.kind.as_str()), "{}: `{}`", snippet.recipe, snippet.kind);
    }
}

struct Snippet {
    /// The heading above it.
    recipe: String,
    /// What stands behind the opening fence.
    kind: String,
    text: String,
}

fn snippets(markdown: &str) -> Vec<Snippet> {
    let mut found: Vec<Snippet> = Vec::new();
    let mut recipe = String::new();
    let mut open = false;
    for line in markdown.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(_), true) => open = false,
            (Some(kind), false) => {
                open = true;
                found.push(Snippet { recipe: recipe.clone(), kind: kind.to_owned(), text: String::new() });
            }
            (None, true) => {
                let text = &mut found.last_mut().expect("a fence was opened").text;
                text.push_str(line);
                text.push('\n');
            }
            (None, false) => {
                if let Some(heading) = line.strip_prefix("### ").or_else(|| line.strip_prefix("## ")) {
                    recipe = heading.to_owned();
                }
            }
        }
    }
    found
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}
