//! Runs to one order.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use arrow_array::Array;

use super::Run;

/// Gives every row of every run once, by key; equal keys by run.
#[derive(Debug)]
pub struct Merge<'a> {
    runs: &'a [Run],
    heads: BinaryHeap<Head<'a>>,
}

/// The next row of a run; the greatest head is the one with the least key.
#[derive(Debug, PartialEq, Eq)]
struct Head<'a> {
    /// The first eight bytes of the key, big-endian: most comparisons end here.
    prefix: u64,
    key: &'a str,
    run: u32,
    row: u32,
}

/// Two rows with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    pub key: String,
}

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_key = other.prefix.cmp(&self.prefix).then_with(|| other.key.cmp(self.key));
        by_key.then_with(|| other.run.cmp(&self.run))
    }
}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn prefix(key: &str) -> u64 {
    let mut bytes = [0; 8];
    let n = key.len().min(8);
    bytes[..n].copy_from_slice(&key.as_bytes()[..n]);
    u64::from_be_bytes(bytes)
}

fn head(runs: &[Run], run: u32, row: u32) -> Option<Head<'_>> {
    let keys = &runs[run as usize].keys;
    ((row as usize) < keys.len()).then(|| {
        let key = keys.value(row as usize);
        Head { prefix: prefix(key), key, run, row }
    })
}

impl<'a> Merge<'a> {
    pub(super) fn new(runs: &'a [Run]) -> Self {
        let mut merge = Self { runs, heads: BinaryHeap::with_capacity(runs.len()) };
        for run in 0..runs.len() as u32 {
            merge.heads.extend(head(runs, run, 0));
        }
        merge
    }

    /// Appends the next rows to `rows`, at most `limit`, together with each duplicate key to `duplicates`; `last` is the
    /// key before them. Nothing is appended at the end.
    pub fn next_block(
        &mut self,
        limit: usize,
        rows: &mut Vec<(u32, u32)>,
        last: &mut Option<&'a str>,
        duplicates: &mut Vec<Duplicate>,
    ) {
        let mut left = limit;
        while left > 0 {
            let Some(mut top) = self.heads.peek_mut() else { return };
            rows.push((top.run, top.row));
            note(last, top.key, duplicates);
            left -= 1;
            match head(self.runs, top.run, top.row + 1) {
                Some(next) => *top = next,
                None => {
                    PeekMut::pop(top);
                }
            }
        }
    }

    /// The keys that stand more than once, each once, at most `limit`.
    pub fn duplicates(mut self, limit: usize) -> Vec<Duplicate> {
        let (mut rows, mut last, mut found) = (Vec::new(), None, Vec::new());
        loop {
            rows.clear();
            self.next_block(65_536, &mut rows, &mut last, &mut found);
            if rows.is_empty() || found.len() >= limit {
                found.truncate(limit);
                return found;
            }
        }
    }
}

fn note<'a>(last: &mut Option<&'a str>, key: &'a str, duplicates: &mut Vec<Duplicate>) {
    if *last == Some(key) && duplicates.last().is_none_or(|d| d.key != key) {
        duplicates.push(Duplicate { key: key.to_owned() });
    }
    *last = Some(key);
}

#[cfg(test)]
mod tests {
    use arrow_array::StringArray;
    use proptest::prelude::*;

    use super::super::{Ledger, Run};

    fn ledger(runs: &[Vec<String>]) -> Ledger {
        let run = |keys: &Vec<String>| {
            let mut keys = keys.clone();
            keys.sort();
            Run { keys: StringArray::from(keys), leaves: Vec::new(), units: Vec::new(), excepted: Vec::new() }
        };
        Ledger { runs: runs.iter().map(run).collect() }
    }

    proptest! {
        #[test]
        fn the_merge_is_the_sorted_whole(
            runs in proptest::collection::vec(proptest::collection::vec("[a-c]{0,10}", 0..20), 0..6),
            block in 1usize..7,
        ) {
            let ledger = ledger(&runs);
            let mut expected: Vec<String> = runs.concat();
            expected.sort();
            let (mut merge, mut all, mut last, mut duplicates) = (ledger.merge(), Vec::new(), None, Vec::new());
            loop {
                let mut rows = Vec::new();
                merge.next_block(block, &mut rows, &mut last, &mut duplicates);
                if rows.is_empty() {
                    break;
                }
                all.extend(rows.iter().map(|(run, row)| ledger.runs[*run as usize].keys.value(*row as usize).to_owned()));
            }
            prop_assert_eq!(&all, &expected);
            let mut doubled: Vec<String> =
                expected.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0].clone()).collect();
            doubled.dedup();
            let found: Vec<String> = duplicates.into_iter().map(|d| d.key).collect();
            prop_assert_eq!(&found, &doubled);
        }
    }
}
