//! The rows of an assignments file, in order.

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use super::row::{COLUMNS, Row};
use crate::data::{DataFile, RawBatch, RawTable};
use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};
use crate::diff::tables::sorted::{Sorted, Sorter};
use crate::diff::tables::{no_room, text};
use crate::workspace::manifest::FileFormat;

/// Batches that wait to be taken.
const WAITING: usize = 2;
/// Rows that are handed on at a time where they come one by one.
const BATCH: usize = 4_096;

/// A file that has every column of the assignments and no other.
#[derive(Debug)]
pub struct Assignments {
    file: DataFile,
    fields: Vec<String>,
}

/// Rows that another thread reads.
#[derive(Debug)]
pub struct RowStream {
    batches: Receiver<Result<Vec<Row>, Diagnostics>>,
    rows: std::vec::IntoIter<Row>,
    thread: Option<JoinHandle<()>>,
}

impl Assignments {
    pub fn open(path: &Path, name: &str) -> Result<Self, Diagnostics> {
        let one = |wrong: Diagnostic| -> Diagnostics { std::iter::once(wrong).collect() };
        let file = DataFile::new(path, name.to_owned(), None, None).map_err(one)?;
        let names = RawTable::names(&file).map_err(one)?;
        let absent = COLUMNS.iter().find(|column| !names.iter().any(|name| name == *column));
        if let Some(column) = absent {
            let message = format!("`{name}` holds no assignments: it has no column `{column}`");
            return Err(one(Diagnostic::error(codes::diff::NOT_ASSIGNMENTS, message)
                .help(format!("assignments have the columns {}", COLUMNS.join(", ")))
                .maybe_help(did_you_mean(column, names.iter().map(String::as_str)))));
        }
        if let Some(other) = names.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
            let message = format!("`{name}` has the column `{other}`, which assignments do not have");
            return Err(one(Diagnostic::error(codes::diff::NOT_ASSIGNMENTS, message)
                .help(format!("a patch carries {} and nothing else", COLUMNS.join(", ")))));
        }
        Ok(Self { file, fields: COLUMNS.iter().map(|column| (*column).to_owned()).collect() })
    }

    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The rows in order; sorted first, in so many bytes and temporary files, where the file is not.
    pub fn rows(&self, memory: usize) -> Result<RowStream, Diagnostics> {
        let table = RawTable::open(self.file.clone(), &self.fields)?;
        let csv = self.file.format == FileFormat::Csv;
        let name = self.file.name.clone();
        if self.in_order(&table)? {
            return Ok(RowStream::spawn(move |send| scan(&table, &name, csv, send)));
        }
        let mut sorter = Sorter::new(memory.max(1));
        let mut failed = Ok(());
        scan(&table, &name, csv, &mut |rows| {
            failed = rows.iter().try_for_each(|row| sorter.push(&packed(row)));
            if failed.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        let sorted = failed.and_then(|()| sorter.finish());
        let sorted = sorted.map_err(|error| -> Diagnostics { std::iter::once(no_room(&error)).collect() })?;
        Ok(RowStream::spawn(move |send| replay(&sorted, send)))
    }

    fn in_order(&self, table: &RawTable) -> Result<bool, Diagnostics> {
        let mut last: Option<Row> = None;
        let mut ordered = true;
        scan(table, &self.file.name, self.file.format == FileFormat::Csv, &mut |rows| {
            ordered &= last.iter().chain(&rows).is_sorted_by(|a, b| a.by_key(b).is_le());
            last = rows.into_iter().next_back().or(last.take());
            if ordered { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(ordered)
    }
}

impl RowStream {
    /// Runs `produce` on a thread of its own; what it sends ends when nobody takes it any more.
    fn spawn(
        produce: impl FnOnce(&mut dyn FnMut(Vec<Row>) -> ControlFlow<()>) -> Result<(), Diagnostics> + Send + 'static,
    ) -> Self {
        let (sender, batches) = sync_channel(WAITING);
        let thread = std::thread::spawn(move || {
            let ended = produce(&mut |rows| match sender.send(Ok(rows)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            });
            if let Err(wrong) = ended {
                // Whoever went away needs no reason.
                let _ = sender.send(Err(wrong));
            }
        });
        Self { batches, rows: Vec::new().into_iter(), thread: Some(thread) }
    }
}

impl Iterator for RowStream {
    type Item = Result<Row, Diagnostics>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok(row));
            }
            match self.batches.recv() {
                Ok(Ok(rows)) => self.rows = rows.into_iter(),
                Ok(Err(wrong)) => return Some(Err(wrong)),
                Err(_) => {
                    // A thread that panicked has not come to the end.
                    if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
                        std::panic::resume_unwind(panic);
                    }
                    return None;
                }
            }
        }
    }
}

/// Reads the file's rows in its own order.
fn scan(
    table: &RawTable,
    name: &str,
    csv: bool,
    give: &mut dyn FnMut(Vec<Row>) -> ControlFlow<()>,
) -> Result<(), Diagnostics> {
    let mut wrong = None;
    table.scan(
        1,
        |_| true,
        |batch| rows(batch, name, csv),
        |batch| match batch {
            Ok(rows) => give(rows),
            Err(why) => {
                wrong = Some(why);
                ControlFlow::Break(())
            }
        },
    )?;
    wrong.map_or(Ok(()), |why| Err(std::iter::once(why).collect()))
}

fn rows(batch: &RawBatch, name: &str, csv: bool) -> Result<Vec<Row>, Diagnostic> {
    let mut days: [String; 2] = Default::default();
    (0..batch.rows)
        .map(|row| {
            let mut digits = [[0; 20]; COLUMNS.len()];
            let mut cells = [""; COLUMNS.len()];
            for ((cell, column), digits) in cells.iter_mut().zip(&batch.columns).zip(&mut digits) {
                let bytes = text(column, row, digits);
                *cell = std::str::from_utf8(bytes).unwrap_or_default();
                if csv {
                    *cell = plain(cell);
                }
            }
            if cells[0].is_empty() {
                let message = format!("a row of `{name}` without an account, at {}", batch.place(row));
                return Err(Diagnostic::error(codes::diff::KEY_EMPTY, message).help("fill the cell"));
            }
            for (known, cell) in days.iter_mut().zip([cells[5], cells[6]]) {
                if known != cell {
                    if !is_day(cell) {
                        let message = format!("`{cell}` is not a date, at {}", batch.place(row));
                        return Err(
                            Diagnostic::error(codes::data::BAD_CELL, message).help("write dates as `2027-02-01`")
                        );
                    }
                    cell.clone_into(known);
                }
            }
            Ok(Row::new(cells))
        })
        .collect()
}

/// Without the `'` that keeps a spreadsheet from taking a text for a formula; writing puts it back.
fn plain(cell: &str) -> &str {
    match cell.as_bytes() {
        [b'\'', b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r', ..] => &cell[1..],
        _ => cell,
    }
}

fn is_day(cell: &str) -> bool {
    let shape = cell.len() == 10 && cell.bytes().enumerate().all(|(n, b)| matches!(n, 4 | 7) || b.is_ascii_digit());
    shape && chrono::NaiveDate::parse_from_str(cell, "%Y-%m-%d").is_ok()
}

/// A row as bytes that sort as rows do: the key's cells, each ended by two noughts, then all cells behind their lengths.
fn packed(row: &Row) -> Vec<u8> {
    let mut bytes = Vec::new();
    for cell in [row.account(), row.coverage(), row.from()] {
        for byte in cell.bytes() {
            bytes.push(byte);
            if byte == 0 {
                bytes.push(255);
            }
        }
        bytes.extend_from_slice(&[0, 0]);
    }
    let key = bytes.len() as u32;
    for cell in row.cells() {
        bytes.extend_from_slice(&(cell.len() as u32).to_le_bytes());
        bytes.extend_from_slice(cell.as_bytes());
    }
    bytes.extend_from_slice(&key.to_le_bytes());
    bytes
}

fn unpacked(bytes: &[u8]) -> Row {
    let (rest, key) = bytes.split_at(bytes.len() - 4);
    let key = u32::from_le_bytes(key.try_into().expect("four bytes")) as usize;
    let cells = crate::diff::tables::cells(&rest[key..]);
    Row::new(std::array::from_fn(|column| cells.get(column).map_or("", |cell| &**cell)))
}

fn replay(sorted: &Sorted, give: &mut dyn FnMut(Vec<Row>) -> ControlFlow<()>) -> Result<(), Diagnostics> {
    let mut batch: Vec<Row> = Vec::new();
    let mut gone = false;
    let read: std::io::Result<()> = sorted.each(|bytes| {
        if !gone {
            batch.push(unpacked(bytes));
            if batch.len() == BATCH {
                gone = give(std::mem::take(&mut batch)).is_break();
            }
        }
        Ok(())
    });
    if let Err(error) = read {
        return Err(std::iter::once(no_room(&error)).collect());
    }
    if !gone && !batch.is_empty() {
        // Whether anybody takes the last ones changes nothing.
        let _ = give(batch);
    }
    Ok(())
}

/// What to say when a key stands twice in a stream.
pub(in crate::diff) fn twice(name: &str, row: &Row) -> Diagnostics {
    let key = [row.account(), row.coverage(), row.from()].join(", ");
    let message = format!("two rows of `{name}` have the key `{key}`");
    let help = "an account has one row a coverage and first day; remove one of the two";
    std::iter::once(Diagnostic::error(codes::data::DUPLICATE_KEY, message).help(help)).collect()
}

/// Holds a stream to its order.
#[derive(Debug)]
pub(in crate::diff) struct Ordered<I> {
    rows: I,
    name: String,
    next: Option<Row>,
}

impl<I: Iterator<Item = Result<Row, Diagnostics>>> Ordered<I> {
    pub fn new(mut rows: I, name: &str) -> Result<Self, Diagnostics> {
        let next = rows.next().transpose()?;
        Ok(Self { rows, name: name.to_owned(), next })
    }

    pub fn peek(&self) -> Option<&Row> {
        self.next.as_ref()
    }

    /// The next row.
    pub fn take(&mut self) -> Result<Option<Row>, Diagnostics> {
        let Some(row) = self.next.take() else { return Ok(None) };
        self.next = self.rows.next().transpose()?;
        match self.next.as_ref().map(|next| row.by_key(next)) {
            Some(Ordering::Equal) => Err(twice(&self.name, &row)),
            Some(Ordering::Greater) => {
                let message = format!("the rows of `{}` are not in order at account `{}`", self.name, row.account());
                let help = "rows are sorted by account, coverage and first day";
                Err(std::iter::once(Diagnostic::error(codes::diff::NOT_ASSIGNMENTS, message).help(help)).collect())
            }
            _ => Ok(Some(row)),
        }
    }

    /// All rows of one account, where it is the next, in the place of what was there.
    pub fn take_account(&mut self, account: &str, rows: &mut Vec<Row>) -> Result<(), Diagnostics> {
        rows.clear();
        while self.peek().is_some_and(|row| row.account() == account) {
            rows.extend(self.take()?);
        }
        Ok(())
    }
}
