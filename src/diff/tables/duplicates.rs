//! Keys that stand in two rows of a table: the first of them shown, all counted.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::entry::{Entries, Side, key_cells, key_end};
use super::passes::{Keyed, Stop, no_room};
use super::records::{PARTS, Record};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};

/// So many keys are shown.
const SHOWN: usize = 10;

/// The keys that two rows of the table share: those that come first in the file with the places of both.
pub fn duplicates(keyed: &Keyed) -> Diagnostics {
    match find(keyed) {
        Ok((count, first)) => shown(keyed, count, &first),
        Err(Stop::Said(said)) => said,
        // The digests are only put aside here.
        Err(Stop::Twice(_)) => Diagnostics::default(),
    }
}

/// How many keys stand twice, and the first rows of the first of them.
fn find(keyed: &Keyed) -> Result<(u64, Vec<[u32; 2]>), Stop> {
    let (mut spool, ..) = keyed.spool()?;
    let (mut count, mut first) = (0, Vec::new());
    for part in 0..PARTS {
        let mut records: Vec<Record> = Vec::with_capacity(spool.count(part));
        spool.part(part, |record| records.push(record))?;
        records.sort_unstable_by_key(|record| (record.key(), record.row()));
        for same in records.chunk_by(|a, b| a.key() == b.key()).filter(|same| same.len() > 1) {
            count += 1;
            first.push([same[0].row(), same[1].row()]);
        }
        first.sort_unstable();
        first.truncate(SHOWN);
    }
    Ok((count, first))
}

fn shown(keyed: &Keyed, count: u64, first: &[[u32; 2]]) -> Diagnostics {
    let wanted: Vec<u64> = first.iter().flatten().map(|row| u64::from(*row)).collect();
    let mut places: BTreeMap<u64, (String, String)> = BTreeMap::new();
    let read = keyed.table.scan(
        1,
        |range| wanted.iter().any(|row| range.contains(row)),
        |batch| {
            let rows = wanted.iter().filter_map(|row| row.checked_sub(batch.first_row).map(|at| (*row, at as usize)));
            let rows = rows.filter(|(_, at)| *at < batch.rows);
            let text = |at: usize| {
                let mut entries = Entries::default();
                entries.add(&batch.columns, keyed.key.len(), at, Side::Base);
                let key = entries.iter().next().map(|e| key_cells(&e[..key_end(e, keyed.key.len())], keyed.key.len()));
                key.unwrap_or_default().join(", ")
            };
            rows.map(|(row, at)| (row, (text(at), batch.place(at)))).collect::<Vec<_>>()
        },
        |found| {
            places.extend(found);
            ControlFlow::Continue(())
        },
    );
    if let Err(said) = read {
        return said;
    }
    let mut said = first.iter().filter_map(|[one, other]| {
        let (key, at) = places.get(&u64::from(*one))?;
        Some((key, format!("{at} and {}", places.get(&u64::from(*other)).map_or("", |(_, at)| at))))
    });
    let name = keyed.name;
    let Some((key, at)) = said.next() else {
        return std::iter::once(no_room(&std::io::Error::other("rows of a repeated key are not found again")))
            .collect();
    };
    let mut wrong =
        Diagnostic::error(codes::data::DUPLICATE_KEY, format!("two rows of `{name}` have the key `{key}`: {at}"))
            .help("remove one of the two rows, or choose a key that tells them apart: `--key account,coverage,from`");
    let mut told = 1;
    for (key, at) in said {
        wrong = wrong.note(format!("also `{key}`: {at}"));
        told += 1;
    }
    if count > told {
        let noun = if count - told == 1 { "key" } else { "keys" };
        wrong = wrong.note(format!("and {} more {noun}", count - told));
    }
    std::iter::once(wrong).collect()
}
