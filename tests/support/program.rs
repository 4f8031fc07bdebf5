//! The program, run from a folder.

use std::path::Path;
use std::process::Command;

/// `terrac` in a folder, as wide everywhere and as plain as where it writes to no terminal; arguments are still to come.
pub fn terrac(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terrac"));
    command.current_dir(folder).env("COLUMNS", "100");
    for of_machine in ["NO_COLOR", "FORCE_COLOR", "NO_GRAPHICS"] {
        command.env_remove(of_machine);
    }
    command
}
