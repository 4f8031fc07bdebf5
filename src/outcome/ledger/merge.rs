//! Runs to one order.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::Run;

/// Gives every row of every run once, by key; equal keys by run.
#[derive(Debug)]
pub struct Merge<'a> {
    runs: &'a [Run],
    order: Order<'a>,
}

#[derive(Debug)]
enum Order<'a> {
    /// No run reaches into another, as when a sorted table was read: the runs that are left, the next one last, and
    /// where in that one the merge stands.
    Chain(Vec<u32>, u32),
    Heap(BinaryHeap<Head<'a>>),
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
        let key = keys.get(row as usize);
        Head { prefix: prefix(key), key, run, row }
    })
}

impl<'a> Merge<'a> {
    pub(super) fn new(runs: &'a [Run]) -> Self {
        let mut chain: Vec<u32> = (0..runs.len() as u32).filter(|run| !runs[*run as usize].keys.is_empty()).collect();
        let first = |run: &u32| runs[*run as usize].keys.get(0);
        let last = |run: &u32| runs[*run as usize].keys.get(runs[*run as usize].keys.len() - 1);
        chain.sort_by(|a, b| first(b).cmp(first(a)).then(b.cmp(a)));
        if chain.windows(2).all(|pair| last(&pair[1]) < first(&pair[0])) {
            return Self { runs, order: Order::Chain(chain, 0) };
        }
        let heads = chain.iter().filter_map(|run| head(runs, *run, 0)).collect();
        Self { runs, order: Order::Heap(heads) }
    }

    /// Appends the next rows to `rows`, at most `limit`; nothing at the end.
    pub fn next_block(&mut self, limit: usize, rows: &mut Vec<(u32, u32)>) {
        let full = rows.len() + limit;
        match &mut self.order {
            Order::Chain(left, next) => {
                while let Some(&run) = left.last().filter(|_| rows.len() < full) {
                    let count = self.runs[run as usize].keys.len() as u32;
                    let end = count.min(*next + (full - rows.len()) as u32);
                    rows.extend((*next..end).map(|row| (run, row)));
                    *next = end;
                    if end == count {
                        left.pop();
                        *next = 0;
                    }
                }
            }
            Order::Heap(heads) => {
                while rows.len() < full {
                    let Some(mut top) = heads.peek_mut() else { return };
                    rows.push((top.run, top.row));
                    match head(self.runs, top.run, top.row + 1) {
                        Some(next) => *top = next,
                        None => {
                            PeekMut::pop(top);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Ledger, Run};

    fn ledger(runs: &[Vec<String>]) -> Ledger {
        let run = |keys: &Vec<String>| {
            let mut keys = keys.clone();
            keys.sort();
            let keys = keys.iter().map(String::as_str).collect();
            Run { keys, leaves: Vec::new(), units: Vec::new(), excepted: Vec::new() }
        };
        Ledger { runs: runs.iter().map(run).collect() }
    }

    fn is_the_sorted_whole(runs: &[Vec<String>], block: usize) {
        let ledger = ledger(runs);
        let mut expected: Vec<String> = runs.concat();
        expected.sort();
        let (mut merge, mut all) = (ledger.merge(), Vec::new());
        loop {
            let mut rows = Vec::new();
            merge.next_block(block, &mut rows);
            assert!(rows.len() <= block);
            if rows.is_empty() {
                break;
            }
            all.extend(rows.iter().map(|(run, row)| ledger.runs[*run as usize].keys.get(*row as usize).to_owned()));
        }
        assert_eq!(&all, &expected);
        let mut doubled: Vec<String> = expected.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0].clone()).collect();
        doubled.dedup();
        assert_eq!(&ledger.duplicates(1000), &doubled);
        assert_eq!(&ledger.duplicates(1), &doubled[..doubled.len().min(1)]);
    }

    proptest! {
        #[test]
        fn the_merge_is_the_sorted_whole(
            runs in proptest::collection::vec(proptest::collection::vec("[a-c]{0,10}", 0..20), 0..6),
            block in 1usize..7,
        ) {
            is_the_sorted_whole(&runs, block);
        }

        #[test]
        fn runs_apart_are_chained_in_their_order(
            mut keys in proptest::collection::vec("[a-c]{0,4}", 0..40),
            turn in 0usize..8,
            block in 1usize..7,
        ) {
            keys.sort();
            let mut runs: Vec<Vec<String>> = keys.chunks(6).map(<[String]>::to_vec).collect();
            let turn = turn.min(runs.len());
            runs.rotate_left(turn);
            is_the_sorted_whole(&runs, block);
        }
    }
}
