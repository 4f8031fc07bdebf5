//! Two tables, by their keys.

use super::Arguments;
use crate::cli::Exit;
use crate::cli::terminal::Terminal;
use crate::diagnostics::{Diagnostic, Diagnostics, Sources, codes};

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let (base, head) = (&arguments.base, arguments.head());
    if arguments.tables.key.is_empty() {
        let no_key = Diagnostic::error(codes::diff::NO_KEY, format!("what identifies a row of `{base}` and `{head}`?"))
            .help("name the column, or the columns, with `--key`: `--key account_id`");
        return fail(arguments, terminal, &std::iter::once(no_key).collect());
    }
    terminal.insist(&format!("`{base}` and `{head}` cannot be compared yet"));
    Exit::CouldNotRun
}

fn fail(arguments: &Arguments, terminal: &Terminal, wrong: &Diagnostics) -> Exit {
    terminal.report::<()>("diff", arguments.format, wrong, &Sources::default(), None);
    Exit::CouldNotRun
}
