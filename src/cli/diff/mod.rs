//! `terrac diff BASE [HEAD]`: two versions of a plan and its outcome, or two tables.
//!
//! Takes what the two sides are from their names alone: two table files go to `tables`, everything else to `plans`; where
//! one of two plans is the folder of an earlier compile, there are only its accounts to compare, which is for `outs`.

mod outs;
pub mod patch;
pub mod plans;
pub mod show;
mod tables;
mod written;

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
    /// Write the rollout, batch by batch, and its inverse into this folder; it names reps
    #[arg(long, value_name = "DIR", conflicts_with = "redact")]
    patch: Option<PathBuf>,
    /// Operations in a batch of the rollout; an account is never parted
    #[arg(long, value_name = "ROWS", default_value_t = 10_000)]
    batch: usize,
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
    /// Count the changes of these columns from value to value
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',')]
    transitions: Vec<String>,
    /// How much memory the rows may take before they go to temporary files
    #[arg(long, value_name = "SIZE", default_value = "256MB", value_parser = bytes)]
    memory: usize,
}

/// `256MB`, `2 GB`, `4096`
fn bytes(text: &str) -> Result<usize, String> {
    let wrong = || format!("`{text}` is not a size such as `256MB`");
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &lower[digits.len()..] {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => return Err(wrong()),
    };
    let number: usize = digits.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(factor).ok_or_else(wrong)
}

impl Arguments {
    fn head(&self) -> &str {
        self.head.as_deref().unwrap_or(".")
    }

    fn threads(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.threads.filter(|n| *n > 0).unwrap_or_else(all)
    }

    /// Ends the run where people are to be taken out of what they are not taken out of.
    fn unredacted(&self, of: &str, terminal: &Terminal) -> Option<Exit> {
        self.show.redact.then(|| {
            terminal.insist(&format!("`--redact` takes reps out of the diff of two plans, not of {of}"));
            Exit::CouldNotRun
        })
    }
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    if is_table(&arguments.base) && is_table(arguments.head()) {
        arguments.unredacted("a table", terminal).unwrap_or_else(|| tables::run(arguments, terminal))
    } else {
        plans::run(arguments, terminal)
    }
}

/// Whether a name is that of a table file, there or not.
fn is_table(name: &str) -> bool {
    let path = Path::new(name);
    !path.is_dir() && DataFile::new(path, name.to_owned(), None, None).is_ok()
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, size) in [("256MB", 256 << 20), ("2 gb", 2 << 30), ("4096", 4096), ("8k", 8192)] {
            assert_eq!(bytes(text), Ok(size), "{text}");
        }
        assert!(["", "MB", "1.5GB", "-1", "1TB", "99999999999999999999"].iter().all(|text| bytes(text).is_err()));
    }
}
