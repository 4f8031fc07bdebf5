//! Where every account stands, in columns: what is left of the rows once they have streamed by.
//!
//! Takes batches of placed accounts in any order, gives them back in the order of their keys. Invariant: each batch is
//! kept as a run sorted by key, so that the whole is a merge of runs and nothing is ever sorted at once; the order in
//! which batches arrive shows nowhere. The user's columns other than the key are deliberately absent.

mod codes;
mod keys;
mod merge;

pub use codes::Codes;
pub use keys::Keys;
pub use merge::Merge;

/// Marks "none" in the compact columns.
pub const NONE: u32 = u32::MAX;

/// Accounts of one batch, sorted by key.
#[derive(Debug, Clone)]
pub struct Run {
    pub keys: Keys,
    /// Per coverage: the leaf of the tree.
    pub leaves: Vec<Codes>,
    /// Per coverage: the unit within the carve where the account stands on the first day, or [`NONE`].
    pub units: Vec<Codes>,
    /// Rows that some statement excepts, ascending.
    pub excepted: Vec<Excepted>,
}

/// A run whose units still have the numbers of their batch.
#[derive(Debug)]
pub struct Draft {
    pub keys: Keys,
    pub leaves: Vec<Vec<u32>>,
    pub units: Vec<Vec<u32>>,
    pub excepted: Vec<Excepted>,
}

/// An account that stands, for a time or for good, elsewhere than its leaf says. All lists ascend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excepted {
    pub row: u32,
    /// Indices into the plan's statements.
    pub excludes: Vec<u32>,
    pub named: Vec<u32>,
    pub holds: Vec<u32>,
    /// Who owns the account today, as an index into the roster, or [`NONE`].
    pub incumbent: u32,
    /// Per coverage whose leaf is a carve: the key of the unit that the account belongs to there.
    pub tree_units: Vec<Option<String>>,
}

/// All accounts.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub runs: Vec<Run>,
}

impl Draft {
    pub fn finish(self) -> Run {
        Run {
            keys: self.keys,
            leaves: self.leaves.into_iter().map(Codes::new).collect(),
            units: self.units.into_iter().map(Codes::new).collect(),
            excepted: self.excepted,
        }
    }
}

impl Ledger {
    pub fn accounts(&self) -> u64 {
        self.runs.iter().map(|r| r.keys.len() as u64).sum()
    }

    /// The accounts in the order of their keys, as (run, row).
    pub fn merge(&self) -> Merge<'_> {
        Merge::new(&self.runs)
    }

    /// The keys that stand more than once, each once, at most `limit`.
    pub fn duplicates(&self, limit: usize) -> Vec<String> {
        let (mut merge, mut rows, mut found) = (self.merge(), Vec::new(), Vec::<String>::new());
        let mut last: Option<&str> = None;
        loop {
            rows.clear();
            merge.next_block(65_536, &mut rows);
            for (run, row) in &rows {
                let key = self.runs[*run as usize].keys.get(*row as usize);
                if last == Some(key) && found.last().is_none_or(|known| known != key) {
                    if found.len() == limit {
                        return found;
                    }
                    found.push(key.to_owned());
                }
                last = Some(key);
            }
            if rows.is_empty() {
                return found;
            }
        }
    }
}
