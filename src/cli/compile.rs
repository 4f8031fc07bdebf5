//! `terrac compile [PATH]`.

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Exit;
use super::interrupt;
use super::progress::Bar;
use super::staged::Staged;
use super::terminal::{Format, Terminal, exit};
use crate::carve::Effort;
use crate::compile::{self, Compiled, Project, Recarve, Request, alignment_path, load};
use crate::diagnostics::{Diagnostics, Severity};
use crate::outcome::sheet::Sheet;
use crate::outcome::standing::Standings;
use crate::render::outcome_json::outcome_json;
use crate::render::territories::territories_csv;
use crate::render::{assignments, table};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Project folder or its terrac.toml
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Folder of the outputs [default: `out` in the project folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Fail rather than solve: the alignment file must be there and fit
    #[arg(long, conflicts_with = "recarve")]
    locked: bool,
    /// Solve again though the alignment fits: all carves, or the one named
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    recarve: Option<String>,
    /// How much work the solver may spend, counted in steps
    #[arg(long, value_name = "EFFORT", default_value = "normal")]
    effort: EffortName,
    /// Form of the assignments
    #[arg(long, value_name = "FORM", default_value = "csv")]
    assignments: Assignments,
    /// Threads to use; the outputs do not depend on it [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Form of what is printed
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Assignments {
    Csv,
    Parquet,
}

/// As people write an [`Effort`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EffortName {
    Quick,
    Normal,
    Thorough,
}

impl From<EffortName> for Effort {
    fn from(name: EffortName) -> Self {
        match name {
            EffortName::Quick => Effort::Quick,
            EffortName::Normal => Effort::Normal,
            EffortName::Thorough => Effort::Thorough,
        }
    }
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let threads = arguments
        .threads
        .filter(|n| *n > 0)
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    // Drawing and sorting use the same number of threads as reading; the pool can be made but once a process.
    if let Err(error) = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global() {
        terminal.insist(&format!("the threads cannot be started: {error}"));
        return Exit::CouldNotRun;
    }
    let loaded = load(&arguments.path);
    let mut found = loaded.diagnostics;
    let Some(Project { mut workspace, files, plan, unproved }) = loaded.project else {
        terminal.report("compile", arguments.format, &found, &loaded.sources, None::<()>);
        fail(terminal, &found);
        return if loaded.found { exit(&found) } else { Exit::CouldNotRun };
    };
    if let Some(name) = arguments.recarve.as_deref().filter(|n| !n.is_empty())
        && plan.carve(name).is_none()
    {
        let names = plan.carves.iter().map(|c| c.name.as_str());
        let hint = crate::diagnostics::did_you_mean(name, names).map_or_else(String::new, |h| format!("; {h}"));
        terminal.insist(&format!("the plan has no carve called `{name}`{hint}"));
        return Exit::CouldNotRun;
    }
    let request = Request {
        locked: arguments.locked,
        recarve: match arguments.recarve.as_deref() {
            None => Recarve::None,
            Some("") => Recarve::All,
            Some(name) => Recarve::One(name.to_owned()),
        },
        effort: arguments.effort.into(),
        threads,
        unproved: unproved.len() as u64,
    };
    let mut bar = Bar::new(terminal.progress);
    let (compiled, said) = compile::run(&mut workspace, &files, &plan, &request, &mut bar);
    bar.clear();
    if interrupt::pulse().stopped() {
        return interrupt::tell(terminal, "the alignment and the outputs are as they were");
    }
    found.extend(said);
    found.sort();
    let Some(compiled) = compiled else {
        terminal.report("compile", arguments.format, &found, &workspace.sources, None::<()>);
        fail(terminal, &found);
        return exit(&found);
    };
    let out = arguments.out.clone().unwrap_or_else(|| workspace.root.join("out"));
    let alignment = workspace.root.join(alignment_path(&workspace));
    let project = Project { workspace, files, plan, unproved };
    if found.has_errors() {
        // The plan expects otherwise: people see the result, and nothing takes the place of the last good one.
        show(arguments, terminal, &project, &compiled, &found, false);
        fail(terminal, &found);
        return exit(&found);
    }
    if let Err((path, error)) = write(&project, &compiled, &out, &alignment, arguments.assignments) {
        terminal.report("compile", arguments.format, &found, &project.workspace.sources, None::<()>);
        terminal
            .insist(&format!("`{}` cannot be written: {error}; the previous outputs are as they were", path.display()));
        return Exit::CouldNotRun;
    }
    show(arguments, terminal, &project, &compiled, &found, true);
    exit(&found)
}

fn fail(terminal: &Terminal, found: &Diagnostics) {
    let (errors, warnings) = (found.count(Severity::Error), found.count(Severity::Warning));
    terminal.say(&format!("nothing was written: {errors} errors, {warnings} warnings"));
}

fn show(
    arguments: &Arguments,
    terminal: &Terminal,
    project: &Project,
    compiled: &Compiled,
    found: &Diagnostics,
    written: bool,
) {
    let sources = &project.workspace.sources;
    terminal.report("compile", arguments.format, found, sources, Some(&compiled.outcome));
    if arguments.format.for_people() && !terminal.quiet {
        terminal.print(&table::outcome(&compiled.outcome, terminal.style()));
        for carve in &compiled.solved {
            let alignment = alignment_path(&project.workspace);
            let then = if written { "commit" } else { "nothing was kept in" };
            terminal.say(&format!("carve {carve} was solved; {then} {alignment}"));
        }
        terminal.print(&format!("{}\n", table::summary_line(&compiled.outcome, found.count(Severity::Warning))));
    }
}

/// Writes everything under temporary names, then renames it.
fn write(
    project: &Project,
    compiled: &Compiled,
    out: &Path,
    alignment: &Path,
    form: Assignments,
) -> Result<(), (PathBuf, io::Error)> {
    let mut staged = Staged::default();
    let mut stage = |path: PathBuf, write: &dyn Fn(&mut (dyn io::Write + Send)) -> io::Result<()>| {
        staged.write(&path, |out| write(out)).map_err(|error| (path, error))
    };
    let (plan, sources) = (&project.plan, &project.workspace.sources);
    let settled = &compiled.settled;
    let sheet = || {
        let standings = Standings::new(plan, sources, &compiled.roster, &settled.posts);
        Sheet::new(plan, &compiled.ledger, &settled.units, standings)
    };
    let (name, other) = match form {
        Assignments::Csv => ("assignments.csv", "assignments.parquet"),
        Assignments::Parquet => ("assignments.parquet", "assignments.csv"),
    };
    stage(out.join(name), &|mut out| match form {
        Assignments::Csv => assignments::csv(&mut sheet(), &mut out, |_| ()),
        Assignments::Parquet => assignments::parquet(&mut sheet(), &mut out, |_| ()),
    })?;
    stage(out.join("territories.csv"), &|out| out.write_all(&territories_csv(&compiled.outcome)))?;
    stage(out.join("outcome.json"), &|out| out.write_all(outcome_json(&compiled.outcome).as_bytes()))?;
    if let Some(text) = &compiled.alignment {
        let same = std::fs::read(alignment).is_ok_and(|old| old == text.as_bytes());
        if !same {
            stage(alignment.to_owned(), &|out| out.write_all(text.as_bytes()))?;
        }
    }
    staged.commit().map_err(|error| (out.to_owned(), error))?;
    // The other form of an earlier run would contradict this one.
    match std::fs::remove_file(out.join(other)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err((out.join(other), error)),
        _ => Ok(()),
    }
}
