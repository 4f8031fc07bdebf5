//! Two versions of a plan.

use super::Arguments;
use crate::cli::Exit;
use crate::cli::terminal::Terminal;

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let (base, head) = (&arguments.base, arguments.head());
    terminal.insist(&format!("`{base}` and `{head}` are not two tables; plans cannot be compared yet"));
    Exit::CouldNotRun
}
