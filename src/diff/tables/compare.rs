//! The comparison as a whole: columns, passes, and what the rows that differ add up to.

use std::collections::BTreeMap;
use std::io;

use super::cell::canonical;
use super::duplicates::duplicates;
use super::entry::{Side, cells, key_cells, key_end};
use super::passes::{Counts, Keyed, Stop, Twice, held, spooled};
use super::records::Store;
use super::sorted::{Sorted, Sorter};
use super::{Change, ChangeKind, ColumnChanges, Comparison, Request, TableSide, Transition, Transitions, VERSION};
use crate::data::RawTable;
use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};

/// The result and the rows that it is made of.
#[derive(Debug)]
pub struct Compared {
    pub comparison: Comparison,
    rows: Sorted,
}

impl Compared {
    /// Hands on every key that differs, sorted.
    pub fn each<E: From<io::Error>>(&self, give: impl FnMut(&Change) -> Result<(), E>) -> Result<(), E> {
        let mut pairs = Pairs { keys: self.comparison.key.len(), waiting: None, give };
        // A key that stands twice on one side has ended the comparison.
        self.rows.each(|entry| pairs.take(entry).map(|_| ()))?;
        pairs.finish().map(|_| ())
    }
}

/// Compares two tables.
pub fn compare(request: &Request) -> Result<Compared, Diagnostics> {
    let mut wanted = Columns::find(request)?;
    wanted.key.extend(wanted.compared.iter().cloned());
    let fields = std::mem::take(&mut wanted.key);
    let (base, head) =
        both(RawTable::open(request.base.clone(), &fields), RawTable::open(request.head.clone(), &fields))?;
    let key = &fields[..fields.len() - wanted.compared.len()];
    let keyed = |table, name| Keyed { table, name, key, threads: request.threads.max(1) };
    let (base, head) = (keyed(&base, &request.base.name), keyed(&head, &request.head.name));
    match run(request, &wanted, &base, &head) {
        Ok(compared) => Ok(compared),
        Err(Stop::Said(said)) => Err(said),
        Err(Stop::Twice(Twice(side))) => Err(duplicates(if side == Side::Base { &base } else { &head })),
    }
}

/// The columns of two tables.
struct Columns {
    key: Vec<String>,
    compared: Vec<String>,
    only: [Vec<String>; 2],
}

impl Columns {
    fn find(request: &Request) -> Result<Self, Diagnostics> {
        let one = |wrong: Diagnostic| -> Diagnostics { std::iter::once(wrong).collect() };
        let (base, head) =
            both(RawTable::names(&request.base).map_err(one), RawTable::names(&request.head).map_err(one))?;
        let mut key: Vec<String> = Vec::new();
        request.key.iter().for_each(|name| {
            if !key.contains(name) {
                key.push(name.clone())
            }
        });
        let only = |mine: &[String], other: &[String]| mine.iter().filter(|n| !other.contains(n)).cloned().collect();
        let mut compared: Vec<String> = Vec::new();
        let asked = if request.columns.is_empty() {
            base.iter().filter(|name| head.contains(name)).collect::<Vec<_>>()
        } else {
            request.columns.iter().collect()
        };
        for name in asked {
            if !key.contains(name) && !compared.contains(name) {
                compared.push(name.clone());
            }
        }
        let unknown = request.transitions.iter().find(|name| !compared.contains(name));
        if let Some(name) = unknown {
            let hint = did_you_mean(name, compared.iter().map(String::as_str));
            let message = format!("`{name}` is not among the columns that are compared");
            return Err(one(Diagnostic::error(codes::data::UNKNOWN_FIELD, message)
                .help("name a column that both tables have and that is no part of the key")
                .maybe_help(hint)));
        }
        Ok(Self { key, compared, only: [only(&base, &head), only(&head, &base)] })
    }
}

/// Both, or what is wrong with either.
fn both<T>(base: Result<T, Diagnostics>, head: Result<T, Diagnostics>) -> Result<(T, T), Diagnostics> {
    match (base, head) {
        (Ok(base), Ok(head)) => Ok((base, head)),
        (base, head) => {
            let mut wrong = Diagnostics::default();
            for said in [base.err(), head.err()].into_iter().flatten().flatten() {
                // Both sides may be one file.
                if !wrong.iter().any(|known| *known == said) {
                    wrong.push(said);
                }
            }
            Err(wrong)
        }
    }
}

fn run(request: &Request, wanted: &Columns, base: &Keyed, head: &Keyed) -> Result<Compared, Stop> {
    // The rows that differ have a part of the memory.
    let sorting = request.memory / 4;
    let mut sorter = Sorter::new(sorting.max(1));
    let (store, rows, end) = base.store(request.memory - sorting)?;
    let mut counts = Counts { base: rows, ..Counts::default() };
    match store {
        Store::Held(mut tables) => {
            let differing = held(&mut tables, end, head, &mut counts, &mut sorter)?;
            drop(tables);
            base.collect(&differing, Side::Base, &mut sorter)?;
        }
        Store::Spooled(mut of_base) => {
            let (mut of_head, rows, head_end) = head.spool()?;
            counts.head = rows;
            let (in_base, in_head) = spooled(&mut of_base, &mut of_head, (end, head_end), &mut counts)?;
            base.collect(&in_base, Side::Base, &mut sorter)?;
            head.collect(&in_head, Side::Head, &mut sorter)?;
        }
    }
    let rows = sorter.finish()?;
    let summed = summed(request, &wanted.compared, base.key.len(), &rows)?;
    if (summed.added, summed.removed, summed.changed) != (counts.added, counts.removed, counts.changed) {
        return Err(changed_meanwhile(request));
    }
    let [base_only, head_only] = wanted.only.clone();
    let comparison = Comparison {
        version: VERSION,
        base: TableSide { name: request.base.name.clone(), rows: counts.base, only: base_only },
        head: TableSide { name: request.head.name.clone(), rows: counts.head, only: head_only },
        key: base.key.to_vec(),
        added: counts.added,
        removed: counts.removed,
        changed: counts.changed,
        unchanged: counts.base - counts.removed - counts.changed,
        columns: summed.columns,
        transitions: summed.transitions,
    };
    Ok(Compared { comparison, rows })
}

/// Texts and digests disagree: the files are not what they were, or two keys have one digest.
fn changed_meanwhile(request: &Request) -> Stop {
    let message = format!("`{}` or `{}` changed while they were read", request.base.name, request.head.name);
    let wrong = Diagnostic::error(codes::diff::CHANGED_MEANWHILE, message).help("compare them again");
    Stop::Said(std::iter::once(wrong).collect())
}

/// What the rows that differ add up to.
struct Summed {
    added: u64,
    removed: u64,
    changed: u64,
    columns: Vec<ColumnChanges>,
    transitions: Vec<Transitions>,
}

fn summed(request: &Request, compared: &[String], keys: usize, rows: &Sorted) -> Result<Summed, Stop> {
    let mut changed = vec![0u64; compared.len()];
    let mut by_kind = [0u64; 3];
    let place = |name: &String| compared.iter().position(|c| c == name);
    let traced: Vec<usize> = request.transitions.iter().filter_map(place).collect();
    let mut pairs: Vec<BTreeMap<(String, String), u64>> = vec![BTreeMap::new(); traced.len()];
    let give = |change: &Change| -> Result<(), Stop> {
        by_kind[change.kind as usize] += 1;
        let (Some(before), Some(after)) = (&change.before, &change.after) else { return Ok(()) };
        for (column, count) in changed.iter_mut().enumerate() {
            *count += u64::from(differ(&before[column], &after[column]));
        }
        for (column, pairs) in traced.iter().zip(&mut pairs) {
            if differ(&before[*column], &after[*column]) {
                *pairs.entry((before[*column].to_string(), after[*column].to_string())).or_default() += 1;
            }
        }
        Ok(())
    };
    let mut merged = Pairs { keys, waiting: None, give };
    rows.each(|entry| match merged.take(entry)? {
        None => Ok(()),
        Some(side) => Err(Stop::Twice(Twice(side))),
    })?;
    merged.finish()?;
    let columns =
        compared.iter().zip(changed).map(|(column, changed)| ColumnChanges { column: column.clone(), changed });
    let columns = columns.collect();
    let transitions = traced.iter().zip(pairs).map(|(column, pairs)| {
        let mut pairs: Vec<Transition> =
            pairs.into_iter().map(|((from, to), rows)| Transition { from, to, rows }).collect();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.rows));
        Transitions { column: compared[*column].clone(), pairs }
    });
    let transitions = transitions.collect();
    let [added, removed, changed] = by_kind;
    Ok(Summed { added, removed, changed, columns, transitions })
}

/// Whether two cells say other things.
pub fn differ(before: &str, after: &str) -> bool {
    before != after && canonical(before.as_bytes()) != canonical(after.as_bytes())
}

/// Makes changes of entries that come in order.
struct Pairs<F> {
    keys: usize,
    /// A row of the base whose key may come again, in the head.
    waiting: Option<Vec<u8>>,
    give: F,
}

impl<E, F: FnMut(&Change) -> Result<(), E>> Pairs<F> {
    /// Gives a side on which the key stands twice.
    fn take(&mut self, entry: &[u8]) -> Result<Option<Side>, E> {
        let end = key_end(entry, self.keys);
        let side = if entry[end] == Side::Base as u8 { Side::Base } else { Side::Head };
        if let Some(base) = self.waiting.take() {
            let same = base.len() > end && base[..end] == entry[..end];
            match (same, side, base[end.min(base.len() - 1)]) {
                (true, Side::Head, 0) => {
                    self.change(ChangeKind::Changed, &entry[..end], Some(&base[end + 1..]), Some(&entry[end + 1..]))?;
                    // Kept for the case that the key comes a third time.
                    self.waiting = Some(entry[..=end].to_vec());
                    return Ok(None);
                }
                (true, side, _) => return Ok(Some(side)),
                (false, ..) => self.leave(&base)?,
            }
        }
        if side == Side::Head {
            self.change(ChangeKind::Added, &entry[..end], None, Some(&entry[end + 1..]))?;
            self.waiting = Some(entry[..=end].to_vec());
        } else {
            self.waiting = Some(entry.to_vec());
        }
        Ok(None)
    }

    /// What waits and was not met is removed, where it is a row of the base.
    fn leave(&mut self, base: &[u8]) -> Result<(), E> {
        let end = key_end(base, self.keys);
        if base[end] == Side::Base as u8 {
            self.change(ChangeKind::Removed, &base[..end], Some(&base[end + 1..]), None)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), E> {
        self.waiting.take().map_or(Ok(()), |base| self.leave(&base))
    }

    fn change(&mut self, kind: ChangeKind, key: &[u8], before: Option<&[u8]>, after: Option<&[u8]>) -> Result<(), E> {
        (self.give)(&Change {
            kind,
            key: key_cells(key, self.keys),
            before: before.map(cells),
            after: after.map(cells),
        })
    }
}
