//! `terrac explain CODE`.

use super::Exit;
use super::terminal::Terminal;
use crate::diagnostics::{codes, did_you_mean};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of a finding
    #[arg(value_name = "CODE")]
    topic: String,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let Some(code) = codes::find(&arguments.topic) else {
        let hint = did_you_mean(&arguments.topic, codes::all().map(|code| code.name));
        let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
        terminal.insist(&format!("no finding has the code `{}`{hint}", arguments.topic));
        return Exit::CouldNotRun;
    };
    terminal.print(code.page);
    Exit::Clean
}
