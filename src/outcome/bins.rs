//! Sums of accounts by where they stand: territories, pools and exclusions of one coverage.
//!
//! Takes rows and other bins in any order, gives the same sums whatever the order was. Carves are deliberately absent:
//! their accounts are summed up by unit.

use super::place::{Force, Place};
use super::sum::Sum;

/// Accounts and measures of one territory, pool or exclusion.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bin {
    pub accounts: u64,
    pub sums: Vec<Sum>,
}

/// The bins of one coverage, indexed as the plan's lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bins {
    pub territories: Vec<Bin>,
    pub pools: Vec<Bin>,
    pub excluded: Bin,
    /// Of the territories and of the pools: what has an owner today that the reps table knows. Empty unless asked for.
    pub owned: (Vec<Bin>, Vec<Bin>),
    /// Of the territories: what their owner owns today. Empty unless asked for.
    pub kept: Vec<Bin>,
    /// What the tree places, by leaf, and what statements exclude and name instead. Empty unless asked for.
    pub leaves: Vec<Bin>,
    pub by_statement: (Bin, Bin),
}

impl Bin {
    pub(super) fn add(&mut self, measures: &[f64]) {
        self.accounts += 1;
        self.sums.resize(measures.len(), Sum::default());
        self.sums.iter_mut().zip(measures).for_each(|(sum, value)| sum.add(*value));
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.accounts += other.accounts;
        self.sums.resize(self.sums.len().max(other.sums.len()), Sum::default());
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, more)| sum.merge(more));
    }

    /// The measures of the bin.
    pub fn measures(&self, count: usize) -> Vec<f64> {
        let mut values: Vec<f64> = self.sums.iter().map(|s| s.value()).collect();
        values.resize(count, 0.0);
        values
    }
}

impl Bins {
    pub(super) fn add_tenure(&mut self, place: Place, today: usize, owners: &[Option<usize>], values: &[f64]) {
        self.owned.0.resize(self.territories.len(), Bin::default());
        self.owned.1.resize(self.pools.len(), Bin::default());
        self.kept.resize(self.territories.len(), Bin::default());
        match place {
            Place::Territory(t) => {
                self.owned.0[t as usize].add(values);
                if owners[t as usize] == Some(today) {
                    self.kept[t as usize].add(values);
                }
            }
            Place::Pool(p) => self.owned.1[p as usize].add(values),
            // Units and pinned accounts know their owners.
            Place::Carve(_) | Place::NamedTerritory(_) | Place::Excluded => {}
        }
    }

    pub(super) fn add_leaf(&mut self, force: Force, leaf: u32, values: &[f64]) {
        match force {
            Force::Exclude(_) => self.by_statement.0.add(values),
            Force::Named(_) => self.by_statement.1.add(values),
            Force::Tree => {
                if self.leaves.len() <= leaf as usize {
                    self.leaves.resize(leaf as usize + 1, Bin::default());
                }
                self.leaves[leaf as usize].add(values);
            }
        }
    }

    pub(super) fn merge(&mut self, part: Self) {
        merge_all(&mut self.territories, part.territories);
        merge_all(&mut self.pools, part.pools);
        self.excluded.merge(part.excluded);
        merge_all(&mut self.owned.0, part.owned.0);
        merge_all(&mut self.owned.1, part.owned.1);
        merge_all(&mut self.kept, part.kept);
        merge_all(&mut self.leaves, part.leaves);
        self.by_statement.0.merge(part.by_statement.0);
        self.by_statement.1.merge(part.by_statement.1);
    }
}

fn merge_all(bins: &mut Vec<Bin>, part: Vec<Bin>) {
    bins.resize(bins.len().max(part.len()), Bin::default());
    bins.iter_mut().zip(part).for_each(|(bin, more)| bin.merge(more));
}
