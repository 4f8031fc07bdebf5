//! `terrac apply BASE DIR --out HEAD`: a patch of `terrac diff --patch` done on a table.

use std::path::{Path, PathBuf};

use super::Exit;
use super::staged::Staged;
use super::terminal::{Format, Terminal};
use crate::data::{DataFile, Packing};
use crate::diagnostics::{Diagnostic, Diagnostics, Sources, codes};
use crate::diff::assignments::Assignments;
use crate::diff::patch::{Applied, Counts, MANIFEST, Manifest, Operation, apply, read_operations};
use crate::render::assignments::rows::{csv_rows, parquet_rows};
use crate::render::table::count;
use crate::workspace::manifest::FileFormat;

/// Memory for sorting a table that is not in order.
const MEMORY: usize = 128 << 20;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The assignments that the patch was made for (CSV or Parquet); with --inverse those that it gives
    base: PathBuf,
    /// The folder that `terrac diff --patch` has written
    patch: PathBuf,
    /// Where to write the result: `.csv` or `.parquet`
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Undo the patch
    #[arg(long)]
    inverse: bool,
    /// Form of what is printed
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let (exit, found) = match applied(arguments) {
        Ok((applied, counts)) => {
            terminal.say(&format!(
                "{}: {} of {}; {} deleted, {} ended, {} updated, {} inserted",
                arguments.out.display(),
                count(applied.to.rows, "row", "rows"),
                applied.from.rows,
                counts.delete,
                counts.end_date,
                counts.update,
                counts.insert,
            ));
            (Exit::Clean, Diagnostics::default())
        }
        Err(wrong) => (Exit::CouldNotRun, wrong),
    };
    terminal.report::<()>("apply", arguments.format, &found, &Sources::default(), None);
    exit
}

fn applied(arguments: &Arguments) -> Result<(Applied, Counts), Diagnostics> {
    let out = DataFile::new(&arguments.out, shown(&arguments.out), None, None).map_err(one)?;
    if out.packing != Packing::None || out.format == FileFormat::JsonLines || out.delimiter != b',' {
        let message = format!("rows are not written in the form of `{}`", out.name);
        return Err(one(Diagnostic::error(codes::data::UNKNOWN_FORMAT, message).help("name it `.csv` or `.parquet`")));
    }
    let path = arguments.patch.join(MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let message = format!("`{}` cannot be read: {error}", shown(&path));
        one(Diagnostic::error(codes::diff::BAD_PATCH, message)
            .help("name a folder that `terrac diff --patch` has written"))
    })?;
    let manifest = Manifest::from_json(&text, &shown(&path)).map_err(one)?;
    let (from, to, counts) = if arguments.inverse {
        (&manifest.head, &manifest.base, manifest.inverse)
    } else {
        (&manifest.base, &manifest.head, manifest.delta)
    };
    let name = shown(&arguments.base);
    let base = Assignments::open(&arguments.base, &name)?.rows(MEMORY)?;
    let operations = operations(arguments, &manifest);
    let mut staged = Staged::default();
    let mut outcome: Option<Result<Applied, Diagnostics>> = None;
    let written = staged.write(&arguments.out, |file| {
        let mut rows = if out.format == FileFormat::Parquet { parquet_rows(file)? } else { csv_rows(file)? };
        let mut failed = None;
        let done = apply((base, &name), operations, &mut |row| {
            rows.add(row).map_err(|error| {
                failed = Some(error);
                Diagnostics::default()
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        outcome = Some(done);
        rows.finish()
    });
    let unwritable = |error: std::io::Error| {
        one(Diagnostic::error(codes::carve::UNWRITABLE, format!("cannot write `{}`: {error}", out.name)))
    };
    written.map_err(unwritable)?;
    let applied = outcome.unwrap_or_else(|| Err(Diagnostics::default()))?;
    if applied.from != *from {
        return Err(misfit(format!("`{name}` is not the table that the patch was made for")));
    }
    if applied.to != *to {
        return Err(misfit(format!("the patch does not make of `{name}` what it promises")));
    }
    staged.commit().map_err(unwritable)?;
    Ok((applied, counts))
}

/// The operations of all batches, one batch in memory at a time.
fn operations(
    arguments: &Arguments,
    manifest: &Manifest,
) -> impl Iterator<Item = Result<Operation, Diagnostics>> + use<> {
    let (folder, inverse) = (arguments.patch.clone(), arguments.inverse);
    let files: Vec<String> = (manifest.batches.iter())
        .map(|batch| if inverse { batch.inverse.clone() } else { batch.delta.clone() })
        .collect();
    files.into_iter().flat_map(move |file| {
        let path = folder.join(file);
        let (operations, wrong) = match read_operations(&path, &shown(&path)) {
            Ok(operations) => (operations, None),
            Err(wrong) => (Vec::new(), Some(Err(wrong))),
        };
        operations.into_iter().map(Ok).chain(wrong)
    })
}

fn misfit(message: String) -> Diagnostics {
    one(Diagnostic::error(codes::diff::PATCH_MISFIT, message)
        .help("`patch.json` names the number of rows and the digest of the base and of the head")
        .note("nothing was written"))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    std::iter::once(diagnostic).collect()
}
