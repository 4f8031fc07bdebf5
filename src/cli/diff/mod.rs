//! `terrac diff BASE [HEAD]`: two versions of a plan and its outcome, or two tables.
//!
//! Takes what the two sides are from their names alone: two table files go to `tables`, everything else to `plans`.

pub mod plans;
pub mod show;
mod tables;

use std::path::{Path, PathBuf};

use super::Exit;
use super::terminal::{Format, Terminal};
use crate::data::DataFile;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to compare with: a git revision, a folder, an `out/` folder of an earlier compile, or a table
    base: String,
    /// What to compare: the same; two tables are compared row by row [default: the working tree]
    head: Option<String>,
    /// End with exit code 1 when anything differs
    #[arg(long)]
    exit_code: bool,
    /// Form of what is printed
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
    /// Threads to use; the result does not depend on it [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    tables: TableOptions,
    #[command(flatten)]
    plans: plans::PlanOptions,
    #[command(flatten)]
    show: show::Options,
}

/// Options for tables.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Two tables")]
struct TableOptions {
    /// The column, or columns, that identify a row: `account_id`, or `account,coverage,from`
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',')]
    key: Vec<String>,
    /// Compare these columns only [default: all that both tables have]
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',')]
    columns: Vec<String>,
    /// Write the rows that differ to a `.csv` or `.parquet` file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How much memory the comparison may use before it goes to temporary files
    #[arg(long, value_name = "SIZE", default_value = "256MB")]
    memory: String,
}

impl Arguments {
    fn head(&self) -> &str {
        self.head.as_deref().unwrap_or(".")
    }
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    if is_table(&arguments.base) && is_table(arguments.head()) {
        tables::run(arguments, terminal)
    } else {
        plans::run(arguments, terminal)
    }
}

/// Whether a name is that of a table file, there or not.
fn is_table(name: &str) -> bool {
    let path = Path::new(name);
    !path.is_dir() && DataFile::new(path, name.to_owned(), None, None).is_ok()
}
