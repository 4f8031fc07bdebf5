//! Plans with faults: every file of `tests/errors` says beside its lines what is to be found there.
//!
//! A finding is expected by a comment behind the line that it underlines, or on a line of its own below:
//!
//! ```text
//! dimension size by employes {   #~ error unknown-name "employes" says: no column help: `employees`?
//!   #~ warning gap "size"
//! ```
//!
//! that is `#~ SEVERITY CODE "UNDERLINED" [also "UNDERLINED"]… [says: TEXT] [help: TEXT]`: the text under the first
//! label, texts under further labels, and parts of the message and of the help. `says:` and `help:` may be left out;
//! a blank run in the source counts as one blank. All findings must be expected, and all that is expected must be found.
//!
//! The manifest is `tests/errors/schema.txt`; `#! without WORD` in a plan takes something away from it. `#! file NAME`
//! begins a further file of the same plan.

use std::fmt::Write as _;
use std::path::Path;

use super::project::Project;
use terrac::diagnostics::{Diagnostic, Severity};

#[test]
fn every_broken_plan_is_told_of_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == "terr"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 25, "only {} plans", paths.len());
    let mut report = String::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("the plan can be read");
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        judge(&name, &text, &mut report);
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn every_code_of_the_check_has_a_plan() {
    let texts = super::properties::texts().concat();
    for code in terrac::diagnostics::codes::check::ALL.iter().chain(terrac::diagnostics::codes::prove::ALL) {
        assert!(texts.contains(&format!(" {} \"", code.name)), "no plan shows `{}`", code.name);
    }
}

#[derive(Debug)]
struct Expected {
    /// As `Sources::place` gives it.
    place: String,
    severity: Severity,
    code: String,
    underlined: Vec<String>,
    says: String,
    help: String,
}

fn judge(name: &str, text: &str, report: &mut String) {
    let mut project = Project::new();
    for word in text.lines().filter_map(|l| l.strip_prefix("#! without ")) {
        project.without(word.trim());
    }
    for (name, text) in files(name, text) {
        project.file(&name, &text);
    }
    let mut expected: Vec<Expected> = Vec::new();
    for (name, text) in files(name, text) {
        expected.extend(expectations(&name, &text));
    }
    let (plan, found) = project.check();
    let found = match &plan {
        Some(plan) => project.proved(plan, found),
        None => found,
    };
    for finding in found.iter() {
        let matching = expected.iter().position(|e| matches(&project, finding, e));
        match matching {
            Some(at) => drop(expected.swap_remove(at)),
            None => {
                let _ = writeln!(report, "{name}: not expected: {}", shown(&project, finding));
            }
        }
    }
    for left in expected {
        let _ = writeln!(report, "{name}: not found: {left:?}");
    }
}

/// The plan's files: the text up to the first `#! file NAME`, then one each.
fn files(name: &str, text: &str) -> Vec<(String, String)> {
    let mut files = vec![(name.to_owned(), String::new())];
    for line in text.lines() {
        if let Some(next) = line.strip_prefix("#! file ") {
            files.push((next.trim().to_owned(), String::new()));
        } else {
            let (_, text) = files.last_mut().expect("there is a first file");
            text.push_str(line);
            text.push('\n');
        }
    }
    files
}

fn expectations(file: &str, text: &str) -> Vec<Expected> {
    let mut expected = Vec::new();
    let mut line_of_code = 0;
    for (number, line) in text.lines().enumerate() {
        let Some((code, comment)) = line.split_once("#~") else {
            line_of_code = number + 1;
            continue;
        };
        if !code.trim().is_empty() {
            line_of_code = number + 1;
        }
        expected.push(expectation(format!("{file}:{line_of_code}"), comment));
    }
    expected
}

fn expectation(place: String, comment: &str) -> Expected {
    let (rest, help) = comment.split_once(" help: ").unwrap_or((comment, ""));
    let (rest, says) = rest.split_once(" says: ").unwrap_or((rest, ""));
    let (words, labels) = rest.split_once('"').unwrap_or_else(|| panic!("{place}: no underlined text"));
    let mut words = words.split_whitespace();
    let severity = match words.next() {
        Some("error") => Severity::Error,
        Some("warning") => Severity::Warning,
        other => panic!("{place}: {other:?} is no severity"),
    };
    let code = words.next().unwrap_or_else(|| panic!("{place}: no code")).to_owned();
    let labels = labels.trim_end().strip_suffix('"').unwrap_or_else(|| panic!("{place}: the last text has no end"));
    let underlined = labels.split("\" also \"").map(str::to_owned).collect();
    Expected { place, severity, code, underlined, says: says.trim().to_owned(), help: help.trim().to_owned() }
}

fn matches(project: &Project, finding: &Diagnostic, expected: &Expected) -> bool {
    let underlined: Vec<String> = finding.labels.iter().map(|l| project.text(l.span)).collect();
    finding.code.name == expected.code
        && finding.severity == expected.severity
        && finding.labels.first().is_some_and(|l| project.sources.place(l.span) == expected.place)
        && underlined.first() == expected.underlined.first()
        && expected.underlined.iter().all(|text| underlined.contains(text))
        && finding.message.contains(&expected.says)
        && finding.help.as_deref().unwrap_or_default().contains(&expected.help)
}

fn shown(project: &Project, finding: &Diagnostic) -> String {
    let labels: Vec<String> = finding
        .labels
        .iter()
        .map(|l| format!("{:?} at {}", project.text(l.span), project.sources.place(l.span)))
        .collect();
    format!(
        "{:?} {} says: {} [{}] help: {}",
        finding.severity,
        finding.code.name,
        finding.message,
        labels.join(" also "),
        finding.help.as_deref().unwrap_or("none")
    )
}
