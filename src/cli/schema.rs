//! `terrac schema`: the JSON Schema of what `--format json` prints.

use super::Exit;
use super::terminal::Terminal;
use crate::render::findings::SCHEMA;

pub fn run(terminal: &Terminal) -> Exit {
    terminal.print(SCHEMA);
    Exit::Clean
}
