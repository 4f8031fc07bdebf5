//! Accounts summed up into the units of a carve.
//!
//! Takes rows one by one, in any order and from several threads (each with a table of its own), gives sums that are the
//! same whatever the order was. A unit is known by a code while rows stream; its place in the order of keys comes last.

use std::collections::{BTreeSet, HashMap};

use super::sum::Sum;
use crate::outcome::ledger::NONE;

/// What one account adds to its unit.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// One value a measure; the measures are the caller's.
    pub measures: &'a [f64],
    /// Unit vector of the account's position.
    pub position: Option<[f64; 3]>,
    /// Index into the roster of who owns the account today, or [`NONE`].
    pub incumbent: u32,
}

/// Sums of the units of one carve.
#[derive(Debug, Clone, Default)]
pub struct UnitTable {
    measures: usize,
    codes: HashMap<String, u32>,
    keys: Vec<String>,
    accounts: Vec<u32>,
    /// `sums[unit * measures + measure]`
    sums: Vec<Sum>,
    /// Sum of unit vectors, and of how many accounts.
    positions: Vec<([Sum; 3], u32)>,
    /// What each rep owns today in each unit.
    owned: HashMap<(u32, u32), Owned>,
    /// Per eligibility clause: which values occur in which unit.
    words: Vec<BTreeSet<(u32, String)>>,
}

#[derive(Debug, Clone, Default)]
struct Owned {
    accounts: u32,
    sums: Vec<Sum>,
}

/// A unit summed up, as the carve sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    pub key: String,
    pub accounts: u32,
    pub measures: Vec<f64>,
    /// Unit vector of the mean position of its accounts.
    pub position: Option<[f64; 3]>,
    /// By rep, ascending.
    pub owned: Vec<OwnedByRep>,
    /// Per eligibility clause the values that occur, ascending.
    pub words: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OwnedByRep {
    /// Index into the roster.
    pub rep: u32,
    pub accounts: u32,
    pub measures: Vec<f64>,
}

impl UnitTable {
    pub fn new(measures: usize, eligibilities: usize) -> Self {
        Self { measures, words: vec![BTreeSet::new(); eligibilities], ..Self::default() }
    }

    /// An empty table for the same carve.
    pub fn like(other: &Self) -> Self {
        Self::new(other.measures, other.words.len())
    }

    /// The code of a unit, made if it is new.
    pub fn code(&mut self, key: &str) -> u32 {
        if let Some(code) = self.codes.get(key) {
            return *code;
        }
        let code = self.keys.len() as u32;
        self.codes.insert(key.to_owned(), code);
        self.keys.push(key.to_owned());
        self.accounts.push(0);
        self.sums.resize(self.sums.len() + self.measures, Sum::default());
        self.positions.push(Default::default());
        code
    }

    pub fn add(&mut self, code: u32, row: Row<'_>) {
        let unit = code as usize;
        self.accounts[unit] += 1;
        for (sum, value) in self.sums[unit * self.measures..].iter_mut().zip(row.measures) {
            sum.add(*value);
        }
        if let Some(position) = row.position {
            let (sums, placed) = &mut self.positions[unit];
            sums.iter_mut().zip(position).for_each(|(sum, x)| sum.add(x));
            *placed += 1;
        }
        if row.incumbent != NONE {
            let owned = self.owned.entry((code, row.incumbent)).or_default();
            owned.sums.resize(self.measures, Sum::default());
            owned.accounts += 1;
            owned.sums.iter_mut().zip(row.measures).for_each(|(sum, value)| sum.add(*value));
        }
    }

    /// Notes that a value of an eligibility clause's column occurs in a unit.
    pub fn add_word(&mut self, code: u32, clause: usize, word: &str) {
        if !self.words[clause].contains(&(code, word.to_owned())) {
            self.words[clause].insert((code, word.to_owned()));
        }
    }

    /// Adds another table of the same carve; gives the new code of each of its codes.
    pub fn merge(&mut self, other: Self) -> Vec<u32> {
        let codes: Vec<u32> = other.keys.iter().map(|key| self.code(key)).collect();
        for (unit, code) in codes.iter().map(|c| *c as usize).enumerate() {
            self.accounts[code] += other.accounts[unit];
            for m in 0..self.measures {
                self.sums[code * self.measures + m].merge(other.sums[unit * self.measures + m]);
            }
            let (sums, placed) = &mut self.positions[code];
            sums.iter_mut().zip(other.positions[unit].0).for_each(|(sum, x)| sum.merge(x));
            *placed += other.positions[unit].1;
        }
        for ((unit, rep), theirs) in other.owned {
            let owned = self.owned.entry((codes[unit as usize], rep)).or_default();
            owned.sums.resize(self.measures, Sum::default());
            owned.accounts += theirs.accounts;
            owned.sums.iter_mut().zip(theirs.sums).for_each(|(sum, x)| sum.merge(x));
        }
        for (ours, theirs) in self.words.iter_mut().zip(other.words) {
            ours.extend(theirs.into_iter().map(|(unit, word)| (codes[unit as usize], word)));
        }
        codes
    }

    /// The units in the order of their keys, and the place in that order of each code.
    pub fn finish(self) -> (Vec<Unit>, Vec<u32>) {
        let mut order: Vec<u32> = (0..self.keys.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.keys[*a as usize].cmp(&self.keys[*b as usize]));
        let mut place = vec![0; order.len()];
        for (at, code) in order.iter().enumerate() {
            place[*code as usize] = at as u32;
        }
        let values = |sums: &[Sum]| sums.iter().map(|s| s.value()).collect::<Vec<f64>>();
        let mut units: Vec<Unit> = order
            .iter()
            .map(|code| *code as usize)
            .map(|unit| Unit {
                key: self.keys[unit].clone(),
                accounts: self.accounts[unit],
                measures: values(&self.sums[unit * self.measures..][..self.measures]),
                position: mean_position(self.positions[unit]),
                owned: Vec::new(),
                words: vec![Vec::new(); self.words.len()],
            })
            .collect();
        for ((unit, rep), owned) in &self.owned {
            let measures = values(&owned.sums);
            units[place[*unit as usize] as usize].owned.push(OwnedByRep {
                rep: *rep,
                accounts: owned.accounts,
                measures,
            });
        }
        units.iter_mut().for_each(|u| u.owned.sort_unstable_by_key(|o| o.rep));
        for (clause, words) in self.words.into_iter().enumerate() {
            for (unit, word) in words {
                units[place[unit as usize] as usize].words[clause].push(word);
            }
        }
        (units, place)
    }
}

/// The direction of the sum of unit vectors; antipodal accounts have none.
fn mean_position((sums, placed): ([Sum; 3], u32)) -> Option<[f64; 3]> {
    let sum = sums.map(Sum::value);
    let length = (sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]).sqrt();
    (placed > 0 && length > 1e-9 * f64::from(placed)).then(|| sum.map(|x| x / length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(rows: &[(String, f64, u32)]) -> UnitTable {
        let mut table = UnitTable::new(1, 1);
        for (key, value, incumbent) in rows {
            let code = table.code(key);
            let position = Some([libm::cos(*value), libm::sin(*value), 0.0]);
            table.add(code, Row { measures: &[*value], position, incumbent: *incumbent % 3 });
            table.add_word(code, 0, if *incumbent % 2 == 0 { "even" } else { "odd" });
        }
        table
    }

    proptest! {
        #[test]
        fn order_and_threads_do_not_matter(
            mut rows in proptest::collection::vec(("[a-d]", 0.0..1e6f64, 0u32..6), 0..40),
            cut in 0usize..40,
        ) {
            let (whole, _) = table(&rows).finish();
            rows.reverse();
            let (first, second) = rows.split_at(cut.min(rows.len()));
            let mut merged = table(first);
            let codes = merged.merge(table(second));
            let (parts, place) = merged.finish();
            prop_assert_eq!(&whole, &parts);
            let keys: BTreeSet<&String> = rows.iter().map(|(k, _, _)| k).collect();
            prop_assert_eq!(parts.iter().map(|u| &u.key).collect::<Vec<_>>(), keys.into_iter().collect::<Vec<_>>());
            let second_keys: Vec<String> = table(second).keys;
            for (code, key) in codes.iter().zip(second_keys) {
                prop_assert_eq!(&parts[place[*code as usize] as usize].key, &key);
            }
            let accounts: u32 = parts.iter().map(|u| u.accounts).sum();
            prop_assert_eq!(accounts as usize, rows.len());
        }
    }
}
