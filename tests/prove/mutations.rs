//! Slips in the shipped plans: every one is caught before any data is read, with an account that shows it.
//!
//! `mutations/PLAN.txt` lists them: a title behind `==`, lines of the plan behind `-`, what stands there instead
//! behind `+`, and behind `!` the code and a part of the message. Wherever the prover found an account, the evaluator is
//! asked about it.

use std::path::Path;

use terrac::check::check;
use terrac::classify::{Account, Reference};
use terrac::compile::{load, read, shapes};
use terrac::diagnostics::Severity;
use terrac::plan::Plan;
use terrac::prove::{Budget, Outcome, Part, Witness, verdicts};

use crate::copied::{copy, shipped};

#[derive(Debug, Default)]
struct Mutation {
    title: String,
    from: Vec<String>,
    to: Vec<String>,
    code: String,
    says: String,
}

fn mutations(name: &str) -> Vec<Mutation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prove/mutations").join(format!("{name}.txt"));
    let text = std::fs::read_to_string(path).expect("the list is in the repository");
    let mut all: Vec<Mutation> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("== ") {
            all.push(Mutation { title: title.to_owned(), ..Mutation::default() });
            continue;
        }
        let Some(last) = all.last_mut() else { panic!("{line}: stands before the first title") };
        match line.split_at(line.len().min(1)) {
            ("-", text) => last.from.push(text.trim_end().to_owned()),
            ("+", text) => last.to.push(text.trim_end().to_owned()),
            ("!", text) => {
                let (code, says) = text.trim().split_once(": ").expect("a code and a message");
                (last.code, last.says) = (code.to_owned(), says.to_owned());
            }
            ("", _) => {}
            _ => panic!("{line}: is not understood"),
        }
    }
    all
}

/// Changes the first file that holds the lines, whatever blanks they are aligned with; what stands behind the last of
/// them on its line stays.
fn mutate(project: &Path, mutation: &Mutation) {
    let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let from: Vec<String> = mutation.from.iter().map(|line| squeezed(line)).collect();
    let files = ["plan.terr", "shared/dimensions.terr", "terrac.toml"];
    for file in files.map(|file| project.join(file)) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let mut lines: Vec<String> = without_tests(&text).into_iter().map(str::to_owned).collect();
        let fits = |lines: &[String]| lines.iter().zip(&from).all(|(line, from)| squeezed(line).starts_with(from));
        let Some(at) = lines.windows(from.len()).position(fits) else { continue };
        let last = squeezed(&lines[at + from.len() - 1]);
        let rest = last[from[from.len() - 1].len()..].to_owned();
        let mut to = mutation.to.clone();
        to.last_mut().expect("a line").push_str(&rest);
        lines.splice(at..at + from.len(), to);
        return std::fs::write(&file, lines.join("\n") + "\n").expect("written");
    }
    panic!("{}: no file holds\n{from:#?}", mutation.title);
}

/// A slip in the rules may take away what a `test` names.
fn without_tests(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        inside |= line.starts_with("test ");
        if !inside {
            lines.push(line);
        }
        inside &= line != "}";
    }
    lines
}

/// Whether the account breaks the partition, by the plain evaluator.
fn is_true(plan: &Plan, reference: &Reference<'_>, part: Part, witness: &Witness) -> bool {
    let account = Account::Written(&witness.cells);
    match part {
        Part::Dimension(id) => reference.arm(id, account).is_err(),
        Part::Split(coverage, _) => {
            assert!((coverage as usize) < plan.coverages.len());
            reference.leaf(coverage, account).is_err()
        }
    }
}

#[test]
fn every_slip_in_the_shipped_plans_is_caught() {
    for name in ["hybrid", "enterprise", "fintech"] {
        let mutations = mutations(name);
        assert!(mutations.len() >= 10, "{name}: {} mutations", mutations.len());
        for mutation in mutations {
            let at = format!("{name}: {}", mutation.title);
            let folder = tempfile::tempdir().expect("a folder");
            copy(name, folder.path(), &["data"]);
            mutate(folder.path(), &mutation);
            let loaded = load(folder.path());
            let errors = loaded.diagnostics.iter().filter(|d| d.severity == Severity::Error);
            let said: Vec<String> = errors.map(|d| format!("{}: {} {:?}", d.code.name, d.message, d.notes)).collect();
            let expected =
                |said: &String| said.starts_with(&format!("{}: ", mutation.code)) && said.contains(&mutation.says);
            assert!(said.iter().any(expected), "{at}: expected {}: {}; found {said:#?}", mutation.code, mutation.says);
            // What the prover says is so.
            let project = read(folder.path());
            let workspace = project.workspace.expect("a project");
            let (plan, mut found) = check(&workspace.manifest, &workspace.sources, &project.files);
            let Some(plan) = plan else { continue };
            let areas = shapes(&workspace, &plan, &mut found);
            let reference = Reference { plan: &plan, shapes: &areas, totals: &[] };
            let schema = &workspace.manifest.accounts.schema;
            for verdict in verdicts(&plan, schema, Some(&areas), Budget::default()) {
                let overlaps = verdict.overlaps.iter().map(|(.., outcome)| outcome);
                for outcome in [&verdict.gap].into_iter().chain(overlaps) {
                    match outcome {
                        Outcome::Proved => {}
                        Outcome::Refuted(witness) => {
                            assert!(is_true(&plan, &reference, verdict.part, witness), "{at}: {witness:?}");
                        }
                        other => panic!("{at}: {other:?}"),
                    }
                }
            }
        }
    }
}

#[test]
fn the_shipped_plans_are_proved_whole() {
    for name in ["hybrid", "enterprise", "fintech"] {
        let project = read(&shipped(name));
        let workspace = project.workspace.expect("a project");
        let (plan, mut found) = check(&workspace.manifest, &workspace.sources, &project.files);
        let plan = plan.expect("it is sound");
        let areas = shapes(&workspace, &plan, &mut found);
        let verdicts = verdicts(&plan, &workspace.manifest.accounts.schema, Some(&areas), Budget::default());
        assert!(verdicts.len() >= plan.coverages.len(), "{name}");
        for verdict in verdicts {
            assert!(verdict.is_proved() && verdict.unreached.is_empty(), "{name}: {verdict:?}");
        }
    }
}
