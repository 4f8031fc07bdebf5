//! Tables that are small enough to be held whole: reps, and which units touch.

use std::ops::ControlFlow;

use super::batch::{Batch, Values, concatenate};
use super::cell::{Coding, Reading};
use super::faults::Described;
use super::fields::read_whole;
use super::keys::KeyCheck;
use super::locate::data_files;
use super::scan::{Source, Wishes};
use super::table::Table;
use crate::diagnostics::Diagnostics;
use crate::workspace::Workspace;
use crate::workspace::manifest::{AdjacencyTable, RepsTable};
use crate::workspace::schema::ColumnId;

/// Reads every column of the reps, in one batch in the order of their files. Text columns are [`Values::Text`]; keys
/// are distinct.
pub fn read_reps(workspace: &Workspace, reps: &RepsTable, threads: usize) -> (Option<Batch>, Diagnostics) {
    let columns: Vec<ColumnId> = reps.schema.iter().map(|(id, _)| id).collect();
    let (table, mut found) =
        Table::open(workspace, &reps.files, &reps.schema, reps.key, &columns, &|_| Coding::Never, threads);
    let Some(table) = table else { return (None, found) };
    let mut parts: Vec<Vec<Values>> = columns.iter().map(|_| Vec::new()).collect();
    let mut rows = 0;
    let mut keys = KeyCheck::default();
    let scanned = table.scan(
        threads,
        |batch| batch,
        |batch| {
            rows += batch.rows;
            keys.merge(KeyCheck::of(batch.column(reps.key)));
            parts.iter_mut().zip(batch.columns).for_each(|(part, column)| part.extend(column));
            ControlFlow::Continue(())
        },
    );
    match scanned {
        Ok(scanned) => found.extend(scanned.warnings),
        Err(wrong) => found.extend(wrong),
    }
    if found.has_errors() {
        return (None, found);
    }
    found.extend(keys.finish(&table, reps.schema.column(reps.key).span, threads));
    if found.has_errors() {
        return (None, found);
    }
    let columns = parts.into_iter().map(|part| Some(concatenate(part))).collect();
    (Some(Batch { rows, first_row: 0, columns }), found)
}

/// Reads the pairs of units that touch, as written; rows with an empty cell are left out.
pub fn read_adjacency(
    workspace: &Workspace,
    table: &AdjacencyTable,
    threads: usize,
) -> Result<Vec<(String, String)>, Diagnostics> {
    let mut wishes = Wishes::default();
    for field in [&table.from, &table.to] {
        let described = Described {
            name: field.clone(),
            field: field.clone(),
            kind: "code",
            span: Some(table.files.span),
            sensitive: false,
        };
        wishes.add(field, Reading::Text(Coding::Never), false, described);
    }
    let source = Source::open(data_files(workspace, &table.files)?, wishes, Some(table.files.span))?;
    let read = read_whole(&source, threads)?;
    let pair = |row| Some((read.columns[0].text(row)?.to_owned(), read.columns[1].text(row)?.to_owned()));
    Ok((0..read.rows).filter_map(pair).collect())
}
