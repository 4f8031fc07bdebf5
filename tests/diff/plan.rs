//! Two plans compared: cases that a reviewer can read, and properties.
//!
//! A case holds a section `== base FILE` or `== head FILE` for each plan file, and `== facts` with what is to be found.
//! With `UPDATE_CASES=1` the last section is written anew.

use std::fmt::Write as _;
use std::path::Path;

use terrac::compile::load_text;
use terrac::diagnostics::Sources;
use terrac::diff::Excerpt;
use terrac::diff::plan::{PlanDiff, Written};
use terrac::syntax::{ast, parse};
use terrac::workspace::Workspace;

const MANIFEST: &str = r#"
[project]
name = "p"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account"

[accounts.columns]
account   = "id"
state     = { type = "text", required = true }
zip       = { type = "text", required = true }
naics     = { type = "code", required = true }
employees = { type = "int", required = true }
revenue   = { type = "money", default = 0 }
potential = { type = "money", default = 0 }
visits    = { type = "number", default = 0 }
open_pipeline = { type = "money", default = 0 }
incumbent = "id"
location  = { type = "point", lat = "lat", lon = "lon" }

[reps]
files = "reps.csv"
key = "rep"

[reps.columns]
rep  = "id"
team = { type = "text", required = true }
"#;

struct Texts {
    files: Vec<ast::File>,
    sources: Sources,
}

impl Texts {
    fn new<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut read = Self { files: Vec::new(), sources: Sources::default() };
        for (name, text) in texts {
            let id = read.sources.add(name, text);
            let (file, found) = parse(id, text);
            assert!(!found.has_errors(), "{name}: {found:?}\n{text}");
            read.files.push(file);
        }
        read
    }

    fn written(&self) -> Written<'_> {
        Written { files: &self.files, sources: &self.sources }
    }
}

fn diff(base: &Texts, head: &Texts) -> PlanDiff {
    PlanDiff::between(base.written(), head.written())
}

fn workspace() -> Workspace {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("terrac.toml"), MANIFEST).expect("written");
    std::fs::write(folder.path().join("plan.terr"), "").expect("written");
    terrac::workspace::open(folder.path()).0.expect("a project")
}

/// What a reviewer reads.
fn told(diff: &PlanDiff) -> String {
    let mut out = String::new();
    let excerpt = |sign: char, excerpt: &Option<Excerpt>, out: &mut String| {
        if let Some(excerpt) = excerpt {
            let _ = writeln!(out, "    {}:{}", excerpt.file, excerpt.line);
            excerpt.text.lines().for_each(|line| *out += &format!("  {sign} {line}\n"));
        }
    };
    for item in &diff.changes.items {
        let was = item.was.as_ref().map_or(String::new(), |was| format!(" (was {was})"));
        let _ = writeln!(out, "{} {}{was}: {:?}, {} hunks", item.kind, item.name, item.change, item.hunks.len());
    }
    let _ = writeln!(out, "{} unchanged", diff.changes.unchanged);
    for rename in &diff.renames {
        let within = rename.within.as_ref().map_or(String::new(), |within| format!(" of {within}"));
        let kept = if rename.kept { "" } else { " (in worlds)" };
        let _ = writeln!(out, "rename {}{within}: {} -> {}{kept}", rename.kind, rename.old, rename.new);
    }
    for fact in &diff.facts {
        let _ = writeln!(out, "\n{:?}: {}", fact.kind, fact.title);
        if let Some(because) = &fact.because {
            let _ = writeln!(out, "  because {because}");
        }
        excerpt('-', &fact.before, &mut out);
        excerpt('+', &fact.after, &mut out);
    }
    out
}

fn without_was(text: &str) -> String {
    let mut parts = text.split(" was ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += part.find([' ', '\n']).map_or("", |end| &part[end..]);
    }
    out
}

/// Worlds at both ends mean the base and the head, and check.
fn ends(base: &Texts, head: &Texts, workspace: Option<&Workspace>) -> Result<(), String> {
    let found = diff(base, head);
    let (none, all) = (found.world(|_| false), found.world(|_| true));
    if let Some(workspace) = workspace {
        for (end, text) in [("base", &none), ("head", &all)] {
            if let Err(why) = load_text(workspace, "world.terr", text) {
                let said: Vec<_> = why.into_iter().map(|d| d.message).collect();
                return Err(format!("the world of the {end} does not check: {said:?}\n{text}"));
            }
        }
    }
    let (none, all) = (Texts::new([("world.terr", none.as_str())]), Texts::new([("world.terr", all.as_str())]));
    // What it was called before is no part of a world.
    let head = head.sources.iter().map(|(_, source)| (source.name.clone(), without_was(&source.text)));
    let head: Vec<(String, String)> = head.collect();
    let head = &Texts::new(head.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let to_head = diff(&all, head);
    if !to_head.facts.is_empty() {
        return Err(format!("a world with all facts is not the head:\n{}", told(&to_head)));
    }
    // Where names change hands, they cannot tell what was what.
    let handed = found
        .renames
        .iter()
        .any(|rename| base.sources.iter().any(|(_, source)| source.text.contains(&format!(" {} ", rename.new))));
    let to_base = if handed { diff(base, base) } else { diff(base, &none) };
    let renamed = |title: &str| title.contains(" renamed to ");
    if to_base.facts.iter().any(|fact| !renamed(&fact.title)) {
        return Err(format!("a world without facts is not the base:\n{}", told(&to_base)));
    }
    let again = diff(&none, &all);
    let facts = |diff: &PlanDiff| diff.facts.iter().filter(|fact| !renamed(&fact.title)).count();
    if facts(&again) != facts(&found) || !again.renames.is_empty() {
        return Err(format!("between its ends:\n{}\ninstead of\n{}", told(&again), told(&found)));
    }
    Ok(())
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff/plan");
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).expect("cases").map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    let (workspace, mut wrong) = (workspace(), Vec::new());
    for path in names {
        let case = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a case");
        let (mut base, mut head, mut facts) = (Vec::new(), Vec::new(), String::new());
        let start = text.find("== ").expect("sections");
        let mut written = text[..start].to_owned();
        for section in text[start..].split("== ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            match title.split_once(' ') {
                Some(("base", file)) => base.push((file, body)),
                Some(("head", file)) => head.push((file, body)),
                _ => {
                    facts = body.to_owned();
                    continue;
                }
            }
            written += &format!("== {section}");
        }
        let (base, head) = (Texts::new(base), Texts::new(head));
        let found = told(&diff(&base, &head));
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(&path, format!("{written}== facts\n{found}")).expect("written");
        } else if found != facts {
            wrong.push(format!("{case}: found\n{found}\ninstead of\n{facts}"));
        }
        wrong.extend(ends(&base, &head, Some(&workspace)).err().map(|why| format!("{case}: {why}")));
        wrong.extend(ends(&head, &base, Some(&workspace)).err().map(|why| format!("{case}, backwards: {why}")));
        for side in [&base, &head] {
            let itself = diff(side, side);
            assert!(itself.facts.is_empty() && itself.renames.is_empty(), "{case}: {}", told(&itself));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
