//! Two `out/` folders of earlier compiles: who has which account, before and after.

use std::path::Path;

use super::patch::write_patch;
use super::{Arguments, TableOptions};
use crate::cli::Exit;
use crate::cli::terminal::Terminal;
use crate::diagnostics::{Diagnostics, Sources};
use crate::diff::assignments::{Assignments, OutFolder, OwnerChanges, owners};
use crate::diff::patch::Manifest;
use crate::render::owners::{owner_changes, patch_line, summary_line};

/// Compares two folders, each with what the user called it.
pub fn run(base: (&Path, &str), head: (&Path, &str), arguments: &Arguments, terminal: &Terminal) -> Exit {
    match compared(base, head, arguments) {
        Ok((changes, patch)) => {
            terminal.report("diff", arguments.format, &Diagnostics::default(), &Sources::default(), Some(&changes));
            if arguments.format.for_people() && !terminal.quiet {
                terminal.print(&owner_changes(&changes, terminal.style()));
                terminal.print(&format!("{}\n", summary_line(base.1, head.1, &changes)));
            }
            if let (Some(folder), Some(manifest)) = (&arguments.patch, &patch) {
                terminal.say(&patch_line(&folder.to_string_lossy(), manifest));
            }
            if arguments.exit_code && changes.differs() { Exit::Findings } else { Exit::Clean }
        }
        Err(wrong) => {
            terminal.report::<()>("diff", arguments.format, &wrong, &Sources::default(), None);
            Exit::CouldNotRun
        }
    }
}

fn compared(
    base: (&Path, &str),
    head: (&Path, &str),
    arguments: &Arguments,
) -> Result<(OwnerChanges, Option<Manifest>), Diagnostics> {
    let (base, head) = (OutFolder::open(base.0, base.1)?, OutFolder::open(head.0, head.1)?);
    let (base, head) = (&base.assignments, &head.assignments);
    let memory = arguments.tables.memory / 2;
    let changes = owners((base.rows(memory)?, base.name()), (head.rows(memory)?, head.name()))?;
    Ok((changes, patch(arguments, &arguments.tables, base, head)?))
}

/// Writes the patch between two tables, where one is asked for.
pub fn patch(
    arguments: &Arguments,
    options: &TableOptions,
    base: &Assignments,
    head: &Assignments,
) -> Result<Option<Manifest>, Diagnostics> {
    let Some(folder) = &arguments.patch else { return Ok(None) };
    let memory = options.memory / 2;
    let (from, to) = ((base.rows(memory)?, base.name()), (head.rows(memory)?, head.name()));
    write_patch(from, to, folder, arguments.batch).map(Some)
}
