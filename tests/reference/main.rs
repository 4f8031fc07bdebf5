//! The snippets of the language reference, one after the other, make one plan that checks.

use std::fs;

use terrac::compile::load;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/grammar/README.md");
const MANIFEST: &str = include_str!("terrac.toml");
const LONDON: &str =
    r#"{"type": "Polygon", "coordinates": [[[-0.5, 51.3], [0.3, 51.3], [0.3, 51.7], [-0.5, 51.7], [-0.5, 51.3]]]}"#;

/// The fenced blocks: what stands behind the opening fence, and the text.
fn snippets(page: &str) -> Vec<(&str, String)> {
    let mut snippets: Vec<(&str, String)> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(_), true) => open = false,
            (Some(kind), false) => {
                open = true;
                snippets.push((kind, String::new()));
            }
            (None, true) => {
                let text = &mut snippets.last_mut().expect("a fence was opened").1;
                text.push_str(line);
                text.push('\n');
            }
            (None, false) => {}
        }
    }
    snippets
}

/// A snippet as whole items; `None` for what is no plan.
fn items(kind: &str, text: &str, number: usize) -> Option<String> {
    let fragment = match kind {
        "terr" => return Some(text.to_owned()),
        _ => kind.strip_prefix("terr fragment ")?,
    };
    match fragment {
        "tree" => {
            // One coverage alone leads to a carve.
            let text = text.replace("-> carve ", "-> pool no_");
            Some(format!("coverage of_snippet_{number} {{\n{text}}}\n"))
        }
        "expressions" => {
            let lines = text.lines().filter(|line| !line.trim().is_empty()).enumerate();
            Some(lines.map(|(n, line)| format!("segment s{number}_{n} = {line}\n")).collect())
        }
        other => panic!("what is a fragment of {other}?"),
    }
}

#[test]
fn the_reference_is_one_plan_that_checks() {
    let page = fs::read_to_string(PAGE).expect("the reference");
    let snippets = snippets(&page);
    let parts = snippets.iter().enumerate().filter_map(|(number, (kind, text))| items(kind, text, number));
    let plan: Vec<String> = parts.collect();
    assert!(plan.len() > 20, "the reference has snippets");
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    };
    write("terrac.toml", MANIFEST);
    write("plan.terr", &plan.concat());
    write(
        "shared/industries.terr",
        "let used_elsewhere = 1\nsegment elsewhere = employees default 0 > used_elsewhere\n",
    );
    write("geo/london.geojson", LONDON);
    let loaded = load(folder.path());
    let found = loaded.diagnostics.iter().filter(|d| d.severity == terrac::diagnostics::Severity::Error);
    let found: Vec<String> = found
        .map(|d| {
            let place = d.labels.first().map(|label| {
                let source = loaded.sources.get(label.span.file);
                source.text[label.span.start as usize..label.span.end as usize].to_owned()
            });
            format!("{}: {} ({})", d.code.name, d.message, place.unwrap_or_default())
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(loaded.project.is_some());
}
