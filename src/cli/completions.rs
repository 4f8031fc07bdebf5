//! `terrac completions SHELL`.

use clap::CommandFactory;

use super::terminal::Terminal;
use super::{Command, Exit};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    shell: clap_complete::Shell,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Command::command(), "terrac", &mut script);
    terminal.print(&String::from_utf8_lossy(&script));
    Exit::Clean
}
