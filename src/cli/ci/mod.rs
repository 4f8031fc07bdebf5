//! `terrac ci [PATH]`: what a pull request is held to, in one run.
//!
//! The steps are those of the workflow in `.github/`, which does nothing but call this verb: layout, check, tests, a locked
//! compile, the diff against the base. Every step runs that can, whatever became of the ones before. Nothing of the project
//! is written; the comment, the annotations and the SARIF are what a workflow would post. Invariant: the same project and
//! base give the same bytes, times are told nowhere. What `--redact` hides is taken out of the run before any of them is
//! made.

mod steps;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Exit;
use super::interrupt;
use super::staged::Staged;
use super::terminal::{Format, Terminal};
use crate::render::diff::markdown::{Check, MAX_BYTES, Options, markdown, without_diff};
use crate::render::sarif;
use steps::{Run, Step};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Project folder or its terrac.toml
    #[arg(default_value = ".")]
    path: PathBuf,
    /// What to compare with, from where the work parted from it: a git revision, or a folder [default: origin/main, if
    /// there is one]
    #[arg(long, value_name = "BASE")]
    base: Option<String>,
    /// Write the comment there rather than to standard output
    #[arg(long, value_name = "FILE")]
    comment: Option<PathBuf>,
    /// Write all findings as SARIF
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Take keys and names of reps out of all that is put out, and leave out what findings say
    #[arg(long)]
    redact: bool,
    /// Leave detail out of the comment until it has no more bytes
    #[arg(long, value_name = "N", default_value_t = MAX_BYTES)]
    max_bytes: usize,
    /// Where the whole diff can be had, for the comment: an address or a name
    #[arg(long, value_name = "TEXT")]
    artefact: Option<String>,
    /// Threads to use; the result does not depend on it [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Form of the findings
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

/// What the JSON has beside the findings.
#[derive(Debug, Serialize)]
struct Told<'a> {
    steps: &'a [Step],
    comment: &'a str,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let threads = arguments.threads.filter(|n| *n > 0);
    let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let run = Run::new(&arguments.path, arguments.base.as_deref(), arguments.redact, threads, terminal);
    if !run.found {
        report(&run, arguments, terminal, None::<()>);
        return Exit::CouldNotRun;
    }
    let run = run.all();
    if interrupt::pulse().stopped() {
        return interrupt::tell(terminal, "nothing was written");
    }
    let comment = comment(&run, arguments);
    let sarif = || sarif::findings(run.diagnostics.iter(), &run.sources);
    let files = [
        (&arguments.comment, comment.clone()),
        (&arguments.sarif, arguments.sarif.as_ref().map_or_else(String::new, |_| sarif())),
    ];
    for (path, text) in files {
        if let Some(path) = path
            && let Err(error) = write(path, &text)
        {
            terminal.insist(&format!("`{}` cannot be written: {error}", path.display()));
            return Exit::CouldNotRun;
        }
    }
    let told = Told { steps: &run.steps, comment: &comment };
    report(&run, arguments, terminal, Some(&told));
    if arguments.comment.is_none() && !matches!(arguments.format, Format::Json | Format::Sarif) {
        terminal.print(&comment);
    }
    terminal.say(&table(&run.steps));
    if run.steps.iter().all(|step| step.passed) { Exit::Clean } else { Exit::Findings }
}

/// What is posted.
fn comment(run: &Run<'_>, arguments: &Arguments) -> String {
    let check = |step: &Step| Check {
        name: step.name.clone(),
        passed: step.passed,
        said: step.said.clone(),
        findings: step.findings.clone(),
    };
    let options = Options {
        project: run.project.clone(),
        artefact: arguments.artefact.clone(),
        max_bytes: arguments.max_bytes,
        checks: run.steps.iter().map(check).collect(),
    };
    match &run.diff {
        Some(diff) => markdown(diff, &options),
        None => without_diff(&run.title, &run.no_diff, &options),
    }
}

fn report<T: Serialize>(run: &Run<'_>, arguments: &Arguments, terminal: &Terminal, told: Option<T>) {
    let form = if arguments.redact { Terminal::report_withheld } else { Terminal::report };
    form(terminal, "ci", arguments.format, &run.diagnostics, &run.sources, told);
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut staged = Staged::default();
    staged.write(path, |out| out.write_all(text.as_bytes()))?;
    staged.commit()
}

/// The steps one below the other.
fn table(steps: &[Step]) -> String {
    let width = steps.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
    let line = |step: &Step| {
        let result = if step.passed { step.said.clone() } else { format!("failed: {}", step.said) };
        format!("{:width$}  {}", step.name, result.replace('`', ""))
    };
    steps.iter().map(line).collect::<Vec<_>>().join("\n")
}
