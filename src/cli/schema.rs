//! `terrac schema [OF]`: the JSON Schema of what `--format json` prints.

use clap::ValueEnum;

use super::Exit;
use super::terminal::Terminal;
use crate::render::{comparison, diff, findings, owners};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What the JSON is of
    #[arg(value_name = "OF", default_value = "findings")]
    of: Of,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// The findings of every verb
    Findings,
    /// Two versions of a plan
    Diff,
    /// Two tables
    Tables,
    /// Who has which account, where a side of a diff is an `out/` folder
    Owners,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    terminal.print(match arguments.of {
        Of::Findings => findings::SCHEMA,
        Of::Diff => diff::json::SCHEMA,
        Of::Tables => comparison::SCHEMA,
        Of::Owners => owners::SCHEMA,
    });
    Exit::Clean
}
