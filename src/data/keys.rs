//! Whether a table names one key twice, without holding its rows.
//!
//! Takes the keys batch by batch, keeps eight bytes of each; only where two of these agree are the files read again, to
//! compare the keys themselves and to say where they stand.

use std::collections::BTreeMap;

use super::batch::Values;
use super::faults::thousands;
use super::intern::hash;
use super::table::Table;
use crate::diagnostics::{Diagnostic, Diagnostics, Span, codes};

/// So many keys are shown.
const SHOWN: usize = 10;

/// Keys seen so far.
#[derive(Debug, Clone, Default)]
pub struct KeyCheck {
    hashes: Vec<u64>,
}

impl KeyCheck {
    /// The keys of one batch; may run on any thread.
    pub fn of(keys: &Values) -> Self {
        let hashes = (0..keys.len()).filter_map(|row| keys.text(row)).map(|key| hash(key.as_bytes())).collect();
        Self { hashes }
    }

    pub fn merge(&mut self, other: Self) {
        self.hashes.extend(other.hashes);
    }

    /// After every row: the keys that two rows share, with the places of both. `span` is where the manifest names the
    /// key.
    pub fn finish(mut self, table: &Table, span: Span, threads: usize) -> Diagnostics {
        self.hashes.sort_unstable();
        let mut twice: Vec<u64> = self.hashes.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]).collect();
        twice.dedup();
        if twice.is_empty() {
            return Diagnostics::default();
        }
        let rows = match table.find_rows(threads, |key| twice.binary_search(&hash(key.as_bytes())).is_ok()) {
            Ok(rows) => rows,
            Err(wrong) => return wrong,
        };
        repeated(rows, span)
    }
}

/// Keys and places in the order of the table.
pub(super) fn repeated(rows: impl IntoIterator<Item = (String, String)>, span: Span) -> Diagnostics {
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, place) in rows {
        by_key.entry(key).or_default().push(place);
    }
    by_key.retain(|_, places| places.len() > 1);
    let mut said = by_key.iter().map(|(key, places)| {
        let others = if places.len() > 2 { format!(" and {} more", places.len() - 2) } else { String::new() };
        (key, format!("{} and {}{others}", places[0], places[1]))
    });
    let Some((key, places)) = said.next() else { return Diagnostics::default() };
    let mut diagnostic =
        Diagnostic::error(codes::data::DUPLICATE_KEY, format!("two rows have the key `{key}`: {places}"))
            .label(span, "identifies a row")
            .help("remove one of the two rows, or choose a key that tells them apart");
    for (key, places) in said.by_ref().take(SHOWN - 1) {
        diagnostic = diagnostic.note(format!("also `{key}`: {places}"));
    }
    let more = said.count();
    if more > 0 {
        diagnostic = diagnostic.note(format!("and {} more keys", thousands(more as u64)));
    }
    std::iter::once(diagnostic).collect()
}
