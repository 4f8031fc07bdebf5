//! Plans that are wrong, each with its findings written beside the offending lines.
//!
//! An expectation is a comment `#! CODE | UNDERLINED | HELP` at the end of the line that the finding points at, or
//! alone on a line below it. The underlined text is that of the first label, up to the end of its line, and may be
//! empty; the help is left out where there is none. All findings of a file are written, no more and no fewer.

use super::read;
use terrac::diagnostics::{Diagnostic, FileId, Sources};
use terrac::syntax::parse;

fn files() -> Vec<std::path::PathBuf> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax/broken");
    let entries = std::fs::read_dir(folder).expect("the folder is in the repository");
    let mut files: Vec<_> = entries.map(|e| e.expect("the folder can be read").path()).collect();
    files.sort();
    files
}

/// `line: code | underlined | help` of every expectation.
fn expected(text: &str) -> Vec<String> {
    let mut expected = Vec::new();
    let mut line_above = 0;
    for (i, line) in text.lines().enumerate() {
        let Some((code, expectation)) = line.split_once("#! ") else {
            line_above = i + 1;
            continue;
        };
        if !code.trim().is_empty() {
            line_above = i + 1;
        }
        expected.push(format!("{line_above}: {}", expectation.trim_end()));
    }
    expected.sort();
    expected
}

fn shown(finding: &Diagnostic, sources: &Sources) -> String {
    let label = finding.labels.first().expect("every finding of a plan has a place");
    let underlined = sources.text(label.span).lines().next().unwrap_or_default();
    let help = finding.help.as_ref().map(|h| format!(" | {h}")).unwrap_or_default();
    let line = sources.position(label.span).line;
    format!("{line}: {} | {underlined}{help}", finding.code.name).trim_end().to_owned()
}

#[test]
fn every_broken_plan_is_explained_where_it_is_broken() {
    let mut seen = std::collections::BTreeSet::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).expect("the file can be read");
        let mut sources = Sources::default();
        let id = sources.add("broken.terr", text.as_str());
        let (_, findings) = parse(id, &text);
        let mut found: Vec<String> = findings.iter().map(|f| shown(f, &sources)).collect();
        found.sort();
        assert_eq!(found, expected(&text), "{}", path.display());
        seen.extend(findings.iter().map(|f| f.code.name));
    }
    let codes = terrac::diagnostics::codes::syntax::ALL.iter().map(|c| c.name);
    let unseen: Vec<&str> = codes.filter(|c| !seen.contains(c) && !ELSEWHERE.contains(c)).collect();
    assert_eq!(unseen, Vec::<&str>::new(), "every code has a broken plan");
}

/// Codes of the bounds and of the formatter, which have tests of their own.
const ELSEWHERE: &[&str] = &["nested-too-deep", "file-too-large", "format-refused", "unformatted"];

#[test]
fn messages_speak_to_people() {
    let rules = ["_kw", "open_", "close_", "Rule", "_arm", "_part", "predicate", "EOI", "Span", "Some("];
    for path in files() {
        let text = std::fs::read_to_string(&path).expect("the file can be read");
        for finding in parse(FileId(0), &text).1.iter() {
            let labels = finding.labels.iter().map(|l| &l.text);
            for said in labels.chain([&finding.message]).chain(&finding.help) {
                assert!(!rules.iter().any(|r| said.contains(r)), "{said}");
                assert!(!said.ends_with('.') && !said.starts_with(char::is_uppercase), "{said}");
            }
        }
    }
}

#[test]
fn what_is_right_around_an_error_is_kept() {
    let (file, findings) = parse(FileId(0), &read("tests/syntax/broken/five_errors.terr"));
    assert_eq!(findings.iter().count(), 5);
    assert_eq!(file.items.len(), 5, "all but the broken `let`");
    let (file, _) = parse(FileId(0), &read("tests/syntax/broken/missing_brace.terr"));
    assert_eq!(file.items.len(), 4, "items are kept whose braces are not closed");
}
