//! The shipped plans, the starter and every recipe of the cookbook are sound.

#[path = "support/copied.rs"]
mod copied;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/program.rs"]
mod program;

use std::fs;

use copied::{copy, shipped};
use folder::folder;
use program::terrac;
use terrac::compile::{Loaded, load};
use terrac::diagnostics::Severity;
use terrac::sample::starter;

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
        let loaded = load(&shipped(name));
        assert_eq!(findings(&loaded, Severity::Note), Vec::<String>::new(), "{name}");
        assert!(loaded.project.is_some(), "{name}");
    }
}

#[test]
fn the_starter_has_nothing_to_find() {
    let folder = folder(starter::files("starter").unwrap());
    let loaded = load(folder.path());
    assert_eq!(findings(&loaded, Severity::Note), Vec::<String>::new());
}

#[test]
fn the_shipped_plans_and_the_starter_compile_and_keep_their_promises() {
    let folder = tempfile::tempdir().unwrap();
    assert!(terrac(folder.path()).args(["new", "starter"]).status().unwrap().success());
    for name in ["hybrid", "enterprise", "fintech"] {
        copy(name, &folder.path().join(name), &[".alignment"]);
    }
    for name in ["starter", "hybrid", "enterprise", "fintech"] {
        let project = folder.path().join(name);
        // What little effort can keep, more effort keeps too.
        let arguments = ["compile", "--effort", "quick", "--format", "json", "--quiet", name];
        let run = terrac(folder.path()).args(arguments).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(report["findings"], serde_json::json!([]), "{name}");
        assert_eq!(run.status.code(), Some(0), "{name}");
        assert!(project.join("out/assignments.csv").is_file(), "{name}");
    }
}

#[test]
fn every_recipe_of_the_cookbook_checks() {
    let text = fs::read_to_string(shipped("README.md")).unwrap();
    let snippets = snippets(&text);
    let manifest = fs::read_to_string(shipped("hybrid/terrac.toml")).unwrap();
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
        let (manifest, plan) = (format!("{manifest}\n{tables}"), format!("{base}\n{plan}"));
        let polygon = fs::read_to_string(shipped("fintech/geo/manhattan.geojson")).unwrap();
        let folder = folder([("terrac.toml", manifest), ("plan.terr", plan), ("geo/manhattan.geojson", polygon)]);
        let loaded = load(folder.path());
        wrong.extend(findings(&loaded, Severity::Error).into_iter().map(|f| format!("{recipe}: {f}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked >= 25, "only {checked} recipes");
}

#[test]
fn every_snippet_of_the_cookbook_says_what_it_is() {
    let text = fs::read_to_string(shipped("README.md")).unwrap();
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
