//! `terrac check [PATH]`.

use std::path::PathBuf;

use super::Exit;
use super::terminal::{Format, Terminal};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Project folder or its terrac.toml
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Form of the findings
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let _ = (&arguments.path, arguments.format, terminal);
    Exit::CouldNotRun
}
