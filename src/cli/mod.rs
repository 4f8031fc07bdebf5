//! The command line: one file a verb; the only place that prints and exits.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 clean, 1 findings, 2 could not run, 130
//! interrupted.

mod apply;
mod carve;
mod check;
mod ci;
mod compile;
mod completions;
mod diff;
mod explain;
mod fmt;
mod frontier;
mod graph;
mod interrupt;
mod new;
mod progress;
mod prove;
mod sample;
mod schema;
mod staged;
mod terminal;
mod test;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use terminal::Terminal;

/// The territory compiler: sales-territory plans as code, proved, balanced and explained.
#[derive(Debug, Parser)]
#[command(name = "terrac", version, about, max_term_width = 100, arg_required_else_help = true)]
struct Command {
    #[command(flatten)]
    terminal: terminal::Options,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Do a patch of `diff --patch` on a table of assignments, or undo it
    Apply(apply::Arguments),
    /// Cut a table of units into balanced, compact territories
    Carve(Box<carve::Arguments>),
    /// Check the manifest and the plan without reading any account
    Check(check::Arguments),
    /// Do what CI does: layout, check, tests, locked compile, and the diff against the base as a comment
    Ci(ci::Arguments),
    /// Place every account and write the assignments
    Compile(compile::Arguments),
    /// Compare two versions of a plan and its outcome, or two tables
    Diff(Box<diff::Arguments>),
    /// Say what a finding means, or why an account is where it is
    Explain(explain::Arguments),
    /// Draw the coverage trees with the accounts and weights of every arm
    Graph(graph::Arguments),
    /// Try the plan's `test` blocks; no data is read
    Test(test::Arguments),
    /// Show the best balance and travel of a carve for growing parts that may move
    Frontier(frontier::Arguments),
    /// Lay plan files out in their canonical form
    Fmt(fmt::Arguments),
    /// Make a commented project that compiles
    New(new::Arguments),
    /// Prove claims about every account, or show one that breaks them
    Prove(prove::Arguments),
    /// Make realistic accounts and reps from a seed: the same bytes on every machine
    Sample(sample::Arguments),
    /// Print the JSON Schema of what `--format json` prints
    Schema(schema::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
}

/// How a verb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Clean,
    Findings,
    CouldNotRun,
    /// By Ctrl-C.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::CouldNotRun => 2,
            Exit::Interrupted => interrupt::INTERRUPTED,
        })
    }
}

/// Runs the verb that the arguments name.
pub fn run() -> ExitCode {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(error) => {
            // Help and version are not errors; a closed pipe while printing them is nobody's concern.
            let lost = error.print().is_err_and(|why| why.kind() != ErrorKind::BrokenPipe);
            return if lost || error.use_stderr() { Exit::CouldNotRun } else { Exit::Clean }.into();
        }
    };
    let terminal = Terminal::new(&command.terminal);
    let exit = match &command.verb {
        Verb::Apply(arguments) => apply::run(arguments, &terminal),
        Verb::Carve(arguments) => carve::run(arguments, &terminal),
        Verb::Check(arguments) => check::run(arguments, &terminal),
        Verb::Ci(arguments) => ci::run(arguments, &terminal),
        Verb::Compile(arguments) => compile::run(arguments, &terminal),
        Verb::Diff(arguments) => diff::run(arguments, &terminal),
        Verb::Explain(arguments) => explain::run(arguments, &terminal),
        Verb::Graph(arguments) => graph::run(arguments, &terminal),
        Verb::Test(arguments) => test::run(arguments, &terminal),
        Verb::Frontier(arguments) => frontier::run(arguments, &terminal),
        Verb::Fmt(arguments) => fmt::run(arguments, &terminal),
        Verb::New(arguments) => new::run(arguments, &terminal),
        Verb::Prove(arguments) => prove::run(arguments, &terminal),
        Verb::Sample(arguments) => sample::run(arguments, &terminal),
        Verb::Schema(arguments) => schema::run(arguments, &terminal),
        Verb::Completions(arguments) => completions::run(arguments, &terminal),
    };
    terminal.close(exit).into()
}
