//! Sides as tables of assignments: the rollout between two plans, and folders of earlier compiles.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{Arguments, outs, plans};
use crate::cli::Exit;
use crate::cli::interrupt;
use crate::cli::progress::Bar;
use crate::cli::terminal::Terminal;
use crate::compile::compare::Compared;
use crate::compile::{self, Project, Request};
use crate::diagnostics::Sources;
use crate::diff::assignments::Assignments;
use crate::outcome::sheet::Sheet;
use crate::outcome::standing::Standings;
use crate::render::assignments;
use crate::render::outcome_json::outcome_json;
use crate::render::owners::patch_line;
use crate::workspace::{SideKind, SideSpec, kind_of};

/// Writes the rollout from one side to the other, where it is asked for.
pub fn patch(compared: &Compared, arguments: &Arguments, terminal: &Terminal) -> Result<(), Exit> {
    let Some(folder) = &arguments.patch else { return Ok(()) };
    let draft = draft(terminal)?;
    let [mut base, mut head] = compared.sheets();
    let mut tables = Vec::new();
    for (sheet, name) in [(&mut base, "base.csv"), (&mut head, "head.csv")] {
        let path = draft.path().join(name);
        write(&path, |mut out| assignments::csv(sheet, &mut out, |_| ()))
            .map_err(|error| unwritable(&error, terminal))?;
        tables.push(path);
    }
    let made = Assignments::open(&tables[0], "base.csv").and_then(|base| {
        let head = Assignments::open(&tables[1], "head.csv")?;
        outs::patch(arguments, &arguments.tables, &base, &head)
    });
    match made {
        Ok(manifest) => {
            manifest.iter().for_each(|m| terminal.say(&patch_line(&folder.to_string_lossy(), m)));
            Ok(())
        }
        Err(wrong) => {
            terminal.report::<()>("diff", arguments.format, &wrong, &Sources::default(), None);
            Err(Exit::CouldNotRun)
        }
    }
}

/// Two sides of which one, or both, were compiled before: what they share is who has which account.
pub fn compare(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Exit> {
    let options = &arguments.plans;
    let draft = draft(terminal)?;
    let mut folders = Vec::new();
    for (name, other, data) in [
        (arguments.base.as_str(), arguments.head(), &options.base_data),
        (arguments.head(), arguments.base.as_str(), &options.head_data),
    ] {
        if kind_of(name) == SideKind::Out {
            folders.push(PathBuf::from(name));
            continue;
        }
        let folder = draft.path().join(format!("{}", folders.len()));
        let of_project = Path::new(if kind_of(other) == SideKind::Project { other } else { "." });
        let spec = SideSpec { argument: name, project: of_project, parted_from: None, data: data.as_deref() };
        let (_opened, project) = plans::open(&spec, arguments, terminal)?;
        compile_into(&folder, project, name, arguments, terminal)?;
        folders.push(folder);
    }
    let (base, head) = ((folders[0].as_path(), arguments.base.as_str()), (folders[1].as_path(), arguments.head()));
    Ok(outs::run(base, head, arguments, terminal))
}

/// Compiles a project and writes what an `out/` folder is compared by.
fn compile_into(
    folder: &Path,
    project: Project,
    name: &str,
    arguments: &Arguments,
    terminal: &Terminal,
) -> Result<(), Exit> {
    let Project { mut workspace, files, plan, .. } = project;
    let request = Request { threads: arguments.threads(), ..Request::default() };
    let mut bar = Bar::new(terminal.progress);
    let (compiled, found) = compile::run(&mut workspace, &files, &plan, &request, &mut bar);
    bar.clear();
    if interrupt::pulse().stopped() {
        return Err(interrupt::tell(terminal, "nothing was written"));
    }
    let Some(compiled) = compiled else {
        plans::say(&found, &workspace.sources, (name, "does not compile"), arguments, terminal);
        return Err(Exit::Findings);
    };
    let standings = Standings::new(&plan, &workspace.sources, &compiled.roster, &compiled.settled.posts);
    let mut sheet = Sheet::new(&plan, &compiled.ledger, &compiled.settled.units, standings);
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| write(&folder.join("assignments.csv"), |mut out| assignments::csv(&mut sheet, &mut out, |_| ())))
        .and_then(|()| std::fs::write(folder.join("outcome.json"), outcome_json(&compiled.outcome)));
    written.map_err(|error| unwritable(&error, terminal))
}

fn write(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    write(&mut out)?;
    out.flush()
}

/// A folder for what is in between; it goes when it is dropped.
fn draft(terminal: &Terminal) -> Result<tempfile::TempDir, Exit> {
    tempfile::tempdir().map_err(|error| unwritable(&error, terminal))
}

fn unwritable(error: &io::Error, terminal: &Terminal) -> Exit {
    terminal.insist(&format!("a temporary file cannot be written: {error}"));
    Exit::CouldNotRun
}
