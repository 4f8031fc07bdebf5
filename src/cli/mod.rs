//! The command line.

use std::process::ExitCode;

/// Runs the verb that the arguments name.
pub fn run() -> ExitCode {
    ExitCode::from(2)
}
