#![forbid(unsafe_code)]
//! The `terrac` binary: parses arguments, runs the verb and maps the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    terrac::cli::run()
}
