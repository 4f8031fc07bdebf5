//! Fields of a file without a manifest: for verbs that are given a table on the command line.

use std::ops::ControlFlow;
use std::path::Path;

use super::batch::{Values, concatenate};
use super::cell::{Coding, Reading};
use super::faults::{Described, Faults};
use super::files::DataFile;
use super::pipeline;
use super::reader::{self, Reader, Want};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::workspace::schema::{ColumnType, FileUnit};

/// How to read a field that nothing declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Gives [`Values::Text`].
    Text,
    /// Gives [`Values::Number`], every value finite.
    Number,
}

/// Whole columns in the order in which they were asked for.
#[derive(Debug)]
pub struct Fields {
    pub rows: usize,
    pub columns: Vec<Values>,
}

/// The names of a file's fields, in its order.
pub fn field_names(path: &Path) -> Result<Vec<String>, Diagnostic> {
    reader::field_names(&file_at(path)?)
}

/// Reads these fields of a CSV, Parquet or JSON Lines file (text ones also packed), whole; an empty cell is null.
pub fn read_fields(path: &Path, fields: &[(&str, FieldKind)], threads: usize) -> Result<Fields, Diagnostics> {
    let file = file_at(path).map_err(one)?;
    let name = file.name.clone();
    let wants = fields.iter().map(|(field, kind)| {
        let reading = match kind {
            FieldKind::Text => Reading::Text(Coding::Never),
            FieldKind::Number => Reading::Number { kind: ColumnType::Number, unit: FileUnit::Base },
        };
        Want { field: (*field).to_owned(), reading }
    });
    let reader = Reader::open(vec![file], wants.collect())
        .map_err(|wrong| wrong.into_iter().map(|(_, d)| d).collect::<Diagnostics>())?;
    let read = read_whole(&reader, threads)?;
    if read.rows == 0 {
        return Err(one(Diagnostic::error(codes::data::EMPTY_TABLE, format!("`{name}` has no rows"))));
    }
    Ok(read)
}

/// Every batch in one; faults are described by the fields alone.
fn read_whole(reader: &Reader, threads: usize) -> Result<Fields, Diagnostics> {
    let mut rows = 0;
    let mut parts: Vec<Vec<Values>> = reader.wants.iter().map(|_| Vec::new()).collect();
    let mut faults = Faults::default();
    let mut failures = Diagnostics::default();
    pipeline::run(
        threads,
        reader.pieces(),
        |piece, give| reader.decode(piece, &mut |r| give(r.map(|d| (d.rows, d.columns, d.faults)))),
        |result| {
            match result {
                Ok((more, columns, found)) => {
                    rows += more;
                    faults.merge(found);
                    parts.iter_mut().zip(columns).for_each(|(part, column)| part.push(column));
                }
                Err(why) => {
                    failures.push(why);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        },
    );
    failures.extend(faults.diagnostics(None, |want| {
        let field = reader.wants[want].field.clone();
        Described { name: field.clone(), field, kind: "number", span: None }
    }));
    failures.extend(reader.never_seen().into_iter().map(|(_, d)| d));
    if failures.has_errors() {
        return Err(failures);
    }
    Ok(Fields { rows, columns: parts.into_iter().map(concatenate).collect() })
}

fn file_at(path: &Path) -> Result<DataFile, Diagnostic> {
    DataFile::new(path, path.to_string_lossy().replace('\\', "/"), None, None)
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    std::iter::once(diagnostic).collect()
}
