//! Two tables, by their keys.

use std::path::Path;

use super::Arguments;
use super::outs::patch;
use crate::cli::Exit;
use crate::cli::staged::Staged;
use crate::cli::terminal::Terminal;
use crate::data::{DataFile, Packing, RawTable};
use crate::diagnostics::{Diagnostic, Diagnostics, Sources, codes};
use crate::diff::assignments::Assignments;
use crate::diff::patch::Manifest;
use crate::diff::tables::{Compared, Request, compare};
use crate::render::owners::patch_line;
use crate::render::{changes, comparison};
use crate::workspace::manifest::FileFormat;

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    match compared(arguments) {
        Ok((compared, patch)) => {
            let comparison = &compared.comparison;
            terminal.report("diff", arguments.format, &Diagnostics::default(), &Sources::default(), Some(comparison));
            if arguments.format.for_people() && !terminal.quiet {
                terminal.print(&comparison::comparison(comparison, terminal.style()));
                terminal.print(&format!("{}\n", comparison::summary_line(comparison)));
            }
            if let (Some(folder), Some(manifest)) = (&arguments.patch, &patch) {
                terminal.say(&patch_line(&folder.to_string_lossy(), manifest));
            }
            if arguments.exit_code && comparison.differs() { Exit::Findings } else { Exit::Clean }
        }
        Err(wrong) => {
            terminal.report::<()>("diff", arguments.format, &wrong, &Sources::default(), None);
            Exit::CouldNotRun
        }
    }
}

/// Compares and writes.
fn compared(arguments: &Arguments) -> Result<(Compared, Option<Manifest>), Diagnostics> {
    let options = &arguments.tables;
    let (base, head) = (&arguments.base, arguments.head());
    if options.key.is_empty() {
        let wrong = Diagnostic::error(codes::diff::NO_KEY, format!("what identifies a row of `{base}` and `{head}`?"))
            .help("name the column, or the columns, with `--key`: `--key account_id`");
        return Err(one(wrong));
    }
    let out = options.out.as_deref().map(|path| output(path).map(|file| (path, file))).transpose().map_err(one)?;
    let request = Request {
        base: table_at(Path::new(base)).map_err(one)?,
        head: table_at(Path::new(head)).map_err(one)?,
        key: options.key.clone(),
        columns: options.columns.clone(),
        transitions: options.transitions.clone(),
        threads: arguments.threads(),
        memory: options.memory,
    };
    let rows = arguments.patch.is_some().then(|| assignments(arguments)).transpose()?;
    let compared = compare(&request)?;
    if let Some((path, file)) = out {
        let parquet = file.format == FileFormat::Parquet;
        let mut staged = Staged::default();
        staged
            .write(path, |out| if parquet { changes::parquet(&compared, out) } else { changes::csv(&compared, out) })
            .and_then(|()| staged.commit())
            .map_err(|error| {
                one(Diagnostic::error(codes::carve::UNWRITABLE, format!("cannot write `{}`: {error}", file.name)))
            })?;
    }
    let manifest = match &rows {
        Some((base, head)) => patch(arguments, options, base, head)?,
        None => None,
    };
    Ok((compared, manifest))
}

/// Both tables as assignments, which a patch is made of.
fn assignments(arguments: &Arguments) -> Result<(Assignments, Assignments), Diagnostics> {
    let mut key: Vec<&str> = arguments.tables.key.iter().map(String::as_str).collect();
    key.sort_unstable();
    if key != ["account", "coverage", "from"] {
        let message = "a patch knows a row by its account, coverage and first day";
        return Err(one(Diagnostic::error(codes::diff::NOT_ASSIGNMENTS, message)
            .help("compare the tables with `--key account,coverage,from`")));
    }
    let open = |name: &str| Assignments::open(Path::new(name), name);
    Ok((open(&arguments.base)?, open(arguments.head())?))
}

/// A file that rows can be written to.
fn output(path: &Path) -> Result<DataFile, Diagnostic> {
    let file = table_at(path)?;
    if file.packing == Packing::None && file.delimiter == b',' && file.format != FileFormat::JsonLines {
        return Ok(file);
    }
    let message = format!("rows are not written in the form of `{}`", file.name);
    Err(Diagnostic::error(codes::data::UNKNOWN_FORMAT, message).help("name it `.csv` or `.parquet`"))
}

/// A file by its name.
fn table_at(path: &Path) -> Result<DataFile, Diagnostic> {
    RawTable::file(path, path.to_string_lossy().replace('\\', "/"))
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    std::iter::once(diagnostic).collect()
}
