//! Fields of a file without a manifest: for verbs that are given a table on the command line.

use std::ops::ControlFlow;
use std::path::Path;

use super::batch::{Values, concatenate};
use super::cell::{Coding, Reading};
use super::faults::Described;
use super::files::DataFile;
use super::header;
use super::scan::{Source, Wishes};
use crate::diagnostics::{Diagnostic, Diagnostics};
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
    header::field_names(&file_at(path)?)
}

/// Reads these fields of a CSV, Parquet or JSON Lines file (text ones also packed), whole; an empty cell is null.
pub fn read_fields(path: &Path, fields: &[(&str, FieldKind)], threads: usize) -> Result<Fields, Diagnostics> {
    let mut wishes = Wishes::default();
    for (field, kind) in fields {
        let (reading, word) = match kind {
            FieldKind::Text => (Reading::Text(Coding::Never), "text"),
            FieldKind::Number => (Reading::Number { kind: ColumnType::Number, unit: FileUnit::Base }, "number"),
        };
        let name = (*field).to_owned();
        let described = Described { name: name.clone(), field: name, kind: word, span: None, sensitive: false };
        wishes.add(field, reading, false, described);
    }
    let source = Source::open(vec![file_at(path).map_err(one)?], wishes, None)?;
    let read = read_whole(&source, threads)?;
    if read.rows == 0 { Err(one(source.no_rows())) } else { Ok(read) }
}

/// Every batch of a table in one.
pub(super) fn read_whole(source: &Source, threads: usize) -> Result<Fields, Diagnostics> {
    let mut parts: Vec<Vec<Values>> = source.reader.wants.iter().map(|_| Vec::new()).collect();
    let rows = source.scan(
        threads,
        |decoded| decoded.columns.clone(),
        |columns| {
            parts.iter_mut().zip(columns).for_each(|(part, column)| part.push(column));
            ControlFlow::Continue(())
        },
    )?;
    Ok(Fields { rows: rows as usize, columns: parts.into_iter().map(concatenate).collect() })
}

fn file_at(path: &Path) -> Result<DataFile, Diagnostic> {
    DataFile::new(path, path.to_string_lossy().replace('\\', "/"), None, None)
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    std::iter::once(diagnostic).collect()
}
