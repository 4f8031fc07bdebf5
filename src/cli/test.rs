//! `terrac test [PATH]`.

use std::path::PathBuf;

use super::Exit;
use super::staged::Staged;
use super::terminal::{Format, Terminal, exit};
use crate::compile::{Project, load, shapes};
use crate::diagnostics::codes::trial::ARMS_NOT_TESTED;
use crate::diagnostics::{Diagnostic, Severity, Span};
use crate::render::junit::junit;
use crate::render::tests as drawn;
use crate::trial::{self, Ground};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Project folder or its terrac.toml
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Run only the tests whose title holds this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// List the arms that no test reaches; with a percentage, fail below it
    #[arg(long, value_name = "MIN%", num_args = 0..=1, require_equals = true, default_missing_value = "0%", value_parser = percent)]
    coverage: Option<f64>,
    /// Write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Form of what is printed
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

/// `80%` or `80` as a fraction.
fn percent(text: &str) -> Result<f64, String> {
    let number: f64 =
        text.strip_suffix('%').unwrap_or(text).trim().parse().map_err(|_| "not a percentage".to_owned())?;
    if (0.0..=100.0).contains(&number) { Ok(number / 100.0) } else { Err("not between 0% and 100%".to_owned()) }
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let loaded = load(&arguments.path);
    let mut found = loaded.diagnostics;
    let Some(Project { workspace, plan, .. }) = loaded.project else {
        terminal.report("test", arguments.format, &found, &loaded.sources, None::<()>);
        terminal.say("no test was run");
        return if loaded.found { exit(&found) } else { Exit::CouldNotRun };
    };
    let shapes = shapes(&workspace, &plan, &mut found);
    if found.has_errors() {
        terminal.report("test", arguments.format, &found, &workspace.sources, None::<()>);
        return exit(&found);
    }
    let ground =
        Ground { plan: &plan, sources: &workspace.sources, accounts: &workspace.manifest.accounts, shapes: &shapes };
    let trials = trial::run(&ground, arguments.filter.as_deref());
    if let (Some(part), true) = (&arguments.filter, trials.tests.is_empty()) {
        terminal.insist(&format!("no test has `{part}` in its title"));
        return Exit::CouldNotRun;
    }
    found.extend(trial::findings(&trials));
    let reached = trials.coverage.part();
    if let Some(least) = arguments.coverage.filter(|least| reached + 1e-12 < *least) {
        let shown = |part: f64| (part * 1000.0).floor() / 10.0;
        let message = format!(
            "tests reach {} of {} arms, {}%; at least {}% are asked for",
            trials.coverage.reached,
            trials.coverage.arms,
            shown(reached),
            shown(least)
        );
        let mut finding = Diagnostic::error(ARMS_NOT_TESTED, message).help("write a test for each arm that is listed");
        for arm in trials.coverage.missing.iter().take(3) {
            let first = Span { end: arm.span.start + 1, ..arm.span };
            finding = finding.label(first, "no test reaches this arm");
        }
        found.push(finding);
    }
    found.sort();
    if let Some(path) = &arguments.junit
        && let Err(error) = write(path, &junit(&trials))
    {
        terminal.insist(&format!("`{}` cannot be written: {error}", path.display()));
        return Exit::CouldNotRun;
    }
    if arguments.format.for_people() {
        terminal.print(&drawn::tests(&trials, arguments.coverage.is_some(), terminal.style()));
    }
    terminal.report("test", arguments.format, &found, &workspace.sources, Some(&trials));
    if arguments.format.for_people() {
        let warnings = found.count(Severity::Warning);
        let warned = if warnings > 0 { format!(", {warnings} warnings") } else { String::new() };
        terminal.say(&format!("{}{warned}", drawn::summary_line(&trials)));
    }
    exit(&found)
}

fn write(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    let mut staged = Staged::default();
    staged.write(path, |out| std::io::Write::write_all(out, text.as_bytes()))?;
    staged.commit()
}
