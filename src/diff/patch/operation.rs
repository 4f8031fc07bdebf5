//! One step of a rollout, and how a file of them is read.

use std::ops::ControlFlow;
use std::path::Path;

use crate::data::RawTable;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::diff::assignments::{COLUMNS, Row};
use crate::diff::tables::text;

/// The columns of a file of operations.
pub const OPERATION_COLUMNS: [&str; 10] =
    ["operation", "account", "coverage", "role", "territory", "rep", "from", "to", "path", "reason"];

/// What is done with a row, in the order in which it is done within an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The row goes; its cells are those that it has.
    Delete,
    /// The row's last day is an earlier one; nothing else changes.
    EndDate,
    /// The row with this account, coverage and first day gets these cells.
    Update,
    Insert,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub kind: Kind,
    pub row: Row,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Delete, Kind::EndDate, Kind::Update, Kind::Insert];

    pub fn word(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::EndDate => "end-date",
            Self::Update => "update",
            Self::Insert => "insert",
        }
    }
}

/// Reads a file of operations, in its order. Texts carry one `'` before a formula or another `'`.
pub fn read_operations(path: &Path, name: &str) -> Result<Vec<Operation>, Diagnostics> {
    let one = |wrong: Diagnostic| -> Diagnostics { std::iter::once(wrong).collect() };
    let file = RawTable::file(path, name.to_owned()).map_err(one)?;
    let fields: Vec<String> = OPERATION_COLUMNS.iter().map(|column| (*column).to_owned()).collect();
    let table = RawTable::open(file, &fields)?;
    let mut operations = Vec::new();
    let mut wrong = None;
    table.scan(
        1,
        |_| true,
        |batch| {
            let read = |row: usize| {
                let mut digits = [0; 20];
                let word = String::from_utf8_lossy(text(&batch.columns[0], row, &mut digits)).into_owned();
                let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.word() == word) else {
                    let message = format!("`{word}` is no operation, at {}", batch.place(row));
                    return Err(Diagnostic::error(codes::diff::BAD_PATCH, message)
                        .help("a patch has `delete`, `end-date`, `update` and `insert`"));
                };
                let cells: [String; COLUMNS.len()] = std::array::from_fn(|column| {
                    let mut digits = [0; 20];
                    let cell = String::from_utf8_lossy(text(&batch.columns[column + 1], row, &mut digits));
                    cell.strip_prefix('\'').map_or_else(|| cell.to_string(), str::to_owned)
                });
                Ok(Operation { kind, row: Row::new(cells.each_ref().map(String::as_str)) })
            };
            (0..batch.rows).map(read).collect::<Result<Vec<_>, Diagnostic>>()
        },
        |batch| match batch {
            Ok(more) => {
                operations.extend(more);
                ControlFlow::Continue(())
            }
            Err(why) => {
                wrong = Some(why);
                ControlFlow::Break(())
            }
        },
    )?;
    wrong.map_or(Ok(operations), |why| Err(one(why)))
}
