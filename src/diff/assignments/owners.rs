//! Who has which account on the first day, before and after.

use std::collections::BTreeMap;

use serde::Serialize;

use super::paired::each_account;
use super::row::Row;
use crate::diagnostics::Diagnostics;

/// Accounts and coverages by what happens to them on their first day; each counts once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OwnerChanges {
    pub version: u32,
    pub new: u64,
    pub gone: u64,
    /// To another territory or pool, from or to an exclusion included.
    pub moved: u64,
    /// Same territory, another owner.
    pub owner: u64,
    /// Same territory and owner on the first day; another role, path, reason or later day.
    pub other: u64,
    pub unchanged: u64,
    /// The most accounts first, then by names.
    pub pairs: Vec<OwnerPair>,
    /// By key.
    pub reps: Vec<RepCount>,
}

/// Accounts that go from one territory to another; empty for an exclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnerPair {
    pub coverage: String,
    pub from: String,
    pub to: String,
    pub accounts: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepCount {
    pub rep: String,
    pub kept: u64,
    pub gained: u64,
    pub lost: u64,
}

impl OwnerChanges {
    pub fn differs(&self) -> bool {
        self.new + self.gone + self.moved + self.owner + self.other > 0
    }
}

/// Compares two streams of rows.
pub fn owners<B, H>(base: (B, &str), head: (H, &str)) -> Result<OwnerChanges, Diagnostics>
where
    B: Iterator<Item = Result<Row, Diagnostics>>,
    H: Iterator<Item = Result<Row, Diagnostics>>,
{
    let mut tally = Tally::default();
    each_account(base, head, &mut |before, after| {
        let mut coverages: Vec<&str> = before.iter().chain(after).map(Row::coverage).collect();
        coverages.sort_unstable();
        coverages.dedup();
        for coverage in coverages {
            let of = |rows: &'_ [Row]| -> Vec<usize> {
                (0..rows.len()).filter(|n| rows[*n].coverage() == coverage).collect()
            };
            let (b, h) = (of(before), of(after));
            let same = b.len() == h.len() && b.iter().zip(&h).all(|(b, h)| before[*b] == after[*h]);
            tally.add(coverage, b.first().map(|n| &before[*n]), h.first().map(|n| &after[*n]), same);
        }
        Ok(())
    })?;
    Ok(tally.finish())
}

#[derive(Default)]
struct Tally {
    changes: OwnerChanges,
    pairs: BTreeMap<(String, String, String), u64>,
    /// Kept, gained, lost.
    reps: BTreeMap<String, [u64; 3]>,
}

impl Tally {
    fn add(&mut self, coverage: &str, before: Option<&Row>, after: Option<&Row>, same: bool) {
        let (rep_before, rep_after) = (before.map_or("", Row::rep), after.map_or("", Row::rep));
        if rep_before == rep_after {
            self.rep(rep_before, 0);
        } else {
            self.rep(rep_after, 1);
            self.rep(rep_before, 2);
        }
        let count = match (before, after) {
            (None, _) => &mut self.changes.new,
            (_, None) => &mut self.changes.gone,
            (Some(b), Some(a)) if b.territory() != a.territory() => {
                let pair = (coverage.to_owned(), b.territory().to_owned(), a.territory().to_owned());
                *self.pairs.entry(pair).or_default() += 1;
                &mut self.changes.moved
            }
            _ if rep_before != rep_after => &mut self.changes.owner,
            _ if !same => &mut self.changes.other,
            _ => &mut self.changes.unchanged,
        };
        *count += 1;
    }

    fn rep(&mut self, rep: &str, what: usize) {
        if rep.is_empty() {
            return;
        }
        match self.reps.get_mut(rep) {
            Some(counts) => counts[what] += 1,
            None => {
                let mut counts = [0; 3];
                counts[what] = 1;
                self.reps.insert(rep.to_owned(), counts);
            }
        }
    }

    fn finish(self) -> OwnerChanges {
        let pair = |((coverage, from, to), accounts)| OwnerPair { coverage, from, to, accounts };
        let mut pairs: Vec<OwnerPair> = self.pairs.into_iter().map(pair).collect();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.accounts));
        let rep = |(rep, [kept, gained, lost]): (String, [u64; 3])| RepCount { rep, kept, gained, lost };
        let reps = self.reps.into_iter().map(rep).collect();
        OwnerChanges { version: crate::diff::tables::VERSION, pairs, reps, ..self.changes }
    }
}
