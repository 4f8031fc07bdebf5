//! `terrac schema [OF]`: the JSON Schema of what `--format json` prints.

use clap::ValueEnum;

use super::Exit;
use super::terminal::Terminal;
use crate::render::{diff, findings};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Of the findings of every verb, or of a diff
    #[arg(value_name = "OF", default_value = "findings")]
    of: Of,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    Findings,
    Diff,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    terminal.print(match arguments.of {
        Of::Findings => findings::SCHEMA,
        Of::Diff => diff::json::SCHEMA,
    });
    Exit::Clean
}
