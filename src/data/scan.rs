//! Reading a table's files from first to last, and saying what was wrong with them.

use std::ops::ControlFlow;

use super::cell::{Coding, Reading};
use super::faults::{Described, Faults};
use super::files::DataFile;
use super::pipeline;
use super::reader::{Decoded, Reader, Want};
use crate::diagnostics::{Diagnostic, Diagnostics, Span, codes};
use crate::workspace::schema::{Column, ColumnType};

/// The fields that are wanted of a table, and how people know them.
#[derive(Default)]
pub(super) struct Wishes {
    wants: Vec<Want>,
    described: Vec<Described>,
}

impl Wishes {
    /// Asks for a field and gives its place among the wanted.
    pub fn add(&mut self, field: &str, reading: Reading, required: bool, described: Described) -> usize {
        self.wants.push(Want { field: field.to_owned(), reading, required });
        self.described.push(described);
        self.wants.len() - 1
    }

    /// Describes a column that is made of others, for its faults. Comes after every field.
    pub fn describe(&mut self, described: Described) -> usize {
        self.described.push(described);
        self.described.len() - 1
    }

    /// Asks for the field of a column.
    pub fn column(&mut self, column: &Column, field: &str, coding: Coding) -> usize {
        self.add(field, reading(column, coding), column.required, described(column, field))
    }
}

/// How a column's cells are read.
pub(super) fn reading(column: &Column, coding: Coding) -> Reading {
    match column.kind {
        ColumnType::Text | ColumnType::Code | ColumnType::Id => Reading::Text(coding),
        ColumnType::Date => Reading::Date,
        ColumnType::Bool => Reading::Bool,
        kind => Reading::Number { kind, unit: column.unit },
    }
}

pub(super) fn described(column: &Column, field: &str) -> Described {
    Described {
        name: column.name.clone(),
        field: field.to_owned(),
        kind: column.kind.name(),
        span: Some(column.span),
        sensitive: column.sensitive,
    }
}

/// A table whose files are open and hold every wanted field.
pub(super) struct Source {
    pub reader: Reader,
    pub described: Vec<Described>,
    /// Where the manifest names the files.
    pub span: Option<Span>,
}

impl Source {
    pub fn open(files: Vec<DataFile>, wishes: Wishes, span: Option<Span>) -> Result<Self, Diagnostics> {
        let Wishes { wants, described } = wishes;
        match Reader::open(files, wants) {
            Ok(reader) => Ok(Self { reader, described, span }),
            Err(wrong) => Err(wrong
                .into_iter()
                .map(|(want, d)| match (want, span) {
                    (Some(want), _) => of_field(d, &described[want]),
                    (None, Some(span)) => d.label(span, "named here"),
                    (None, None) => d,
                })
                .collect()),
        }
    }

    /// Works on every batch in parallel; `fold` sees the results in the table's order and may stop. `work` may add
    /// faults to the batch. Gives the number of rows, or everything that is wrong with the files.
    pub fn scan<T: Send>(
        &self,
        threads: usize,
        work: impl Fn(&mut Decoded) -> T + Sync,
        mut fold: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<u64, Diagnostics> {
        let mut rows = 0;
        let mut faults = Faults::default();
        let mut failures = Diagnostics::default();
        let mut stopped = false;
        pipeline::run(
            threads,
            self.reader.pieces(),
            |piece, give| {
                self.reader.decode(piece, &mut |decoded| {
                    give(decoded.map(|mut decoded| {
                        // A block that is no text at all has faults and no columns.
                        let readable = decoded.columns.len() == self.reader.wants.len();
                        let result = readable.then(|| work(&mut decoded));
                        (decoded.rows as u64, result, decoded.faults)
                    }));
                });
            },
            |result| {
                match result {
                    Ok((more, result, found)) => {
                        rows += more;
                        faults.merge(found);
                        stopped = result.is_some_and(|result| fold(result).is_break());
                    }
                    Err(why) => failures.push(self.of_table(why)),
                }
                if stopped || failures.has_errors() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        failures.extend(faults.diagnostics(self.span, |want| self.described[want].clone()));
        if !stopped && !failures.has_errors() {
            let unseen = self.reader.never_seen().into_iter();
            failures.extend(unseen.map(|(want, d)| of_field(d, &self.described[want])));
        }
        if failures.has_errors() { Err(failures) } else { Ok(rows) }
    }

    /// An error when a table has no rows.
    pub fn no_rows(&self) -> Diagnostic {
        let names: Vec<String> = self.reader.files.iter().map(|f| format!("`{}`", f.name)).collect();
        let message = match names.as_slice() {
            [only] => format!("{only} has no rows"),
            _ => format!("none of {} has a row", names.join(", ")),
        };
        self.of_table(Diagnostic::error(codes::data::EMPTY_TABLE, message))
    }

    pub fn of_table(&self, diagnostic: Diagnostic) -> Diagnostic {
        match self.span {
            Some(span) => diagnostic.label(span, "of this table"),
            None => diagnostic,
        }
    }
}

fn of_field(diagnostic: Diagnostic, described: &Described) -> Diagnostic {
    let Some(span) = described.span else { return diagnostic };
    let text = if described.field == described.name {
        format!("`{}` is read from the field of the same name", described.name)
    } else {
        format!("`{}` is read from the field `{}`", described.name, described.field)
    };
    let needs_from = diagnostic.code == codes::data::UNKNOWN_FIELD && diagnostic.help.is_none();
    let diagnostic = diagnostic.label(span, text);
    if needs_from { diagnostic.help("name the file's field with `from`") } else { diagnostic }
}
