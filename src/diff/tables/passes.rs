//! The passes over the tables: digests of the base, the head held against them, the rows that differ read once more.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::entry::{Entries, Side};
use super::hash::{add_cells, add_key};
use super::records::{PARTS, Record, Rows, Spool, Store, TOGETHER, Table, touch};
use super::sorted::Sorter;
use crate::data::{RawBatch, RawTable};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};

/// Rows without a key that are shown.
const SHOWN: usize = 10;

/// A table whose first `keys` columns are the key.
pub struct Keyed<'a> {
    pub table: &'a RawTable,
    pub name: &'a str,
    pub key: &'a [String],
    pub threads: usize,
}

/// What the passes found.
#[derive(Debug, Default)]
pub struct Counts {
    pub base: u64,
    pub head: u64,
    pub added: u64,
    pub removed: u64,
    pub changed: u64,
}

/// A key stands in two rows of a table.
#[derive(Debug)]
pub struct Twice(pub Side);

/// Why the passes end early.
#[derive(Debug)]
pub enum Stop {
    Said(Diagnostics),
    Twice(Twice),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Said(std::iter::once(no_room(&error)).collect())
    }
}

/// What to say when temporary files fail.
pub fn no_room(error: &std::io::Error) -> Diagnostic {
    let message = format!("rows cannot be kept in temporary files: {error}");
    let folder = std::env::temp_dir();
    let help =
        format!("make room in `{}`, name another folder with `TMPDIR`, or allow more `--memory`", folder.display());
    Diagnostic::error(codes::diff::TEMPORARY_FILES, message).help(help)
}

/// The digests of a batch.
struct Digested {
    records: Vec<Record>,
    /// Places of rows without a key, some of so many.
    keyless: (Vec<String>, u64),
    /// One beyond the number of the last row.
    end: u64,
}

impl Keyed<'_> {
    fn digest(&self, batch: &RawBatch) -> Digested {
        let keys = self.key.len();
        let mut digests = vec![[0, 0]; batch.rows];
        let mut keyless: (Vec<String>, u64) = (Vec::new(), 0);
        for (column, name) in batch.columns.iter().zip(self.key) {
            add_key(column, &mut digests, |row| {
                keyless.1 += 1;
                if keyless.0.len() < SHOWN {
                    keyless.0.push(format!("`{name}` is empty, at {}", batch.place(row)));
                }
            });
        }
        let mut cells = vec![0; batch.rows];
        batch.columns[keys..].iter().for_each(|column| add_cells(column, &mut cells));
        let rows = batch.first_row..;
        let records = (digests.into_iter().zip(cells).zip(rows))
            // What does not fit is refused by its `end`.
            .map(|((key, cells), row)| Record::new(key, cells, u32::try_from(row).unwrap_or(u32::MAX)))
            .collect();
        Digested { records, keyless, end: batch.first_row + batch.rows as u64 }
    }

    /// Hands on what `work` makes of the digests of every batch, in the order of the table; gives the number of rows and
    /// one beyond the last row's number.
    fn digests<T: Send>(
        &self,
        work: impl Fn(&RawBatch, &[Record]) -> T + Sync,
        mut fold: impl FnMut(Vec<Record>, T) -> Result<(), Stop>,
    ) -> Result<(u64, u64), Stop> {
        let mut keyless: (Vec<String>, u64) = (Vec::new(), 0);
        let (mut end, mut failed) = (0, None);
        let rows = self.table.scan(
            self.threads,
            |_| true,
            |batch| {
                let digested = self.digest(batch);
                let made = work(batch, &digested.records);
                (digested, made)
            },
            |(digested, made)| {
                end = digested.end.max(end);
                keyless.1 += digested.keyless.1;
                keyless.0.extend(digested.keyless.0);
                keyless.0.truncate(SHOWN);
                if end > u64::from(u32::MAX) {
                    failed = Some(Stop::Said(std::iter::once(self.too_long()).collect()));
                } else if let Err(stop) = fold(digested.records, made) {
                    failed = Some(stop);
                }
                if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        if let Some(stop) = failed {
            return Err(stop);
        }
        let rows = rows.map_err(Stop::Said)?;
        if keyless.1 > 0 { Err(Stop::Said(self.keyless(keyless))) } else { Ok((rows, end)) }
    }

    fn keyless(&self, (places, count): (Vec<String>, u64)) -> Diagnostics {
        let mut said = places.into_iter();
        let first = said.next().unwrap_or_default();
        let mut diagnostic = Diagnostic::error(codes::diff::KEY_EMPTY, format!("a row without a key: {first}"))
            .help("fill the cell, or choose a key that every row has");
        let shown = said.len() as u64 + 1;
        for place in said {
            diagnostic = diagnostic.note(format!("also {place}"));
        }
        if count > shown {
            diagnostic = diagnostic.note(format!("and {} more", count - shown));
        }
        std::iter::once(diagnostic).collect()
    }

    fn too_long(&self) -> Diagnostic {
        let message = format!("`{}` has more than 4,294,967,295 lines", self.name);
        Diagnostic::error(codes::diff::TABLE_TOO_LONG, message).help("compare the table in parts")
    }

    /// All digests of the table, in memory or on files.
    pub fn store(&self, budget: usize) -> Result<(Store, u64, u64), Stop> {
        let mut store = Store::new(self.table.about(), budget);
        let mut new = true;
        let (rows, end) = self.digests(
            |_, _| (),
            |records, ()| {
                new &= store.extend(&records)?;
                Ok(store.fit(budget)?)
            },
        )?;
        if new { Ok((store, rows, end)) } else { Err(Stop::Twice(Twice(Side::Base))) }
    }

    /// All digests of the table on files.
    pub fn spool(&self) -> Result<(Spool, u64, u64), Stop> {
        let mut spool = Spool::new();
        let (rows, end) =
            self.digests(|_, _| (), |records, ()| records.into_iter().try_for_each(|record| Ok(spool.push(record)?)))?;
        Ok((spool, rows, end))
    }

    /// Reads the given rows once more and adds them to the sorter.
    pub fn collect(&self, rows: &Rows, side: Side, sorter: &mut Sorter) -> Result<(), Stop> {
        let mut failed = Ok(());
        let read = self.table.scan(
            self.threads,
            |range| rows.any(range),
            |batch| {
                let mut entries = Entries::default();
                for row in (0..batch.rows).filter(|row| rows.has(batch.first_row + *row as u64)) {
                    entries.add(&batch.columns, self.key.len(), row, side);
                }
                entries
            },
            |entries| {
                failed = entries.iter().try_for_each(|entry| sorter.push(entry));
                if failed.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        failed?;
        read.map(|_| ()).map_err(Stop::Said)
    }
}

/// The head against a base that is held in memory. Rows of the head that differ are in the sorter; those of the base
/// are given.
pub fn held(
    tables: &mut [Table],
    end: u64,
    head: &Keyed,
    counts: &mut Counts,
    sorter: &mut Sorter,
) -> Result<Rows, Stop> {
    tables.iter_mut().for_each(Table::close);
    let tables = &*tables;
    let differing = Rows::up_to(end);
    let twice = AtomicBool::new(false);
    let (added, changed) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = |batch: &RawBatch, records: &[Record]| {
        let mut entries = Entries::default();
        let (mut new, mut other) = (0, 0);
        for (n, some) in records.chunks(TOGETHER).enumerate() {
            touch(tables, some);
            let found: [Option<usize>; TOGETHER] =
                std::array::from_fn(|i| some.get(i).and_then(|record| tables[record.part()].find(record)));
            for (i, record) in some.iter().enumerate() {
                match found[i] {
                    Some(slot) => {
                        let table = &tables[record.part()];
                        if table.meet(slot) {
                            twice.store(true, Ordering::Relaxed);
                        }
                        if table.at(slot).same_cells(record) {
                            continue;
                        }
                        differing.add(table.at(slot).row());
                        other += 1;
                    }
                    None => new += 1,
                }
                entries.add(&batch.columns, head.key.len(), n * TOGETHER + i, Side::Head);
            }
        }
        added.fetch_add(new, Ordering::Relaxed);
        changed.fetch_add(other, Ordering::Relaxed);
        entries
    };
    let fold = |_: Vec<Record>, entries: Entries| entries.iter().try_for_each(|entry| Ok(sorter.push(entry)?));
    (counts.head, _) = head.digests(work, fold)?;
    if twice.into_inner() {
        return Err(Stop::Twice(Twice(Side::Head)));
    }
    (counts.added, counts.changed) = (added.into_inner(), changed.into_inner());
    for record in tables.iter().flat_map(Table::unmet) {
        differing.add(record.row());
        counts.removed += 1;
    }
    Ok(differing)
}

/// Two tables on files, part by part; gives the rows of each that differ.
pub fn spooled(
    base: &mut Spool,
    head: &mut Spool,
    ends: (u64, u64),
    counts: &mut Counts,
) -> Result<(Rows, Rows), Stop> {
    let (of_base, of_head) = (Rows::up_to(ends.0), Rows::up_to(ends.1));
    for part in 0..PARTS {
        let mut table = Table::with_room(base.count(part));
        let (mut new, mut once) = (true, true);
        base.part(part, |record| new &= table.insert(record))?;
        if !new {
            return Err(Stop::Twice(Twice(Side::Base)));
        }
        table.close();
        head.part(part, |record| match table.find(&record) {
            Some(slot) => {
                once &= !table.meet(slot);
                if !table.at(slot).same_cells(&record) {
                    of_base.add(table.at(slot).row());
                    of_head.add(record.row());
                    counts.changed += 1;
                }
            }
            None => {
                of_head.add(record.row());
                counts.added += 1;
            }
        })?;
        if !once {
            return Err(Stop::Twice(Twice(Side::Head)));
        }
        for record in table.unmet() {
            of_base.add(record.row());
            counts.removed += 1;
        }
    }
    Ok((of_base, of_head))
}
