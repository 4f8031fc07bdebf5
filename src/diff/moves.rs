//! The accounts that change, in columns: there may be millions.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// What happens to an account in a coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    New,
    Gone,
    /// To another territory or pool.
    Moved,
    /// Same territory, another owner.
    Owner,
    /// From an exclusion.
    Covered,
    /// Into an exclusion.
    Uncovered,
    /// Same territory and owner, other days.
    Dates,
}

impl Change {
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Moved => "moved",
            Self::Owner => "owner",
            Self::Covered => "covered",
            Self::Uncovered => "uncovered",
            Self::Dates => "dates",
        }
    }
}

/// One account's change in one coverage.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Move<'a> {
    pub account: &'a str,
    /// The account's name, where the manifest has a column for it that is not sensitive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    pub coverage: &'a str,
    pub change: Change,
    /// A territory or pool, `excluded`, or empty when the account is not on that side.
    pub from: &'a str,
    pub from_rep: Option<&'a str>,
    pub to: &'a str,
    pub to_rep: Option<&'a str>,
    /// The first day on which it holds.
    #[serde(serialize_with = "day")]
    pub effective: NaiveDate,
    /// An index into the causes of the diff.
    pub cause: usize,
    /// In the order of the diff's measures.
    pub amounts: &'a [f64],
    /// Latitude and longitude in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<(f64, f64)>,
}

/// An ISO date.
pub(super) fn day<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

/// Changes in columns: words once, codes a row.
#[derive(Debug, Clone, Default)]
pub struct Moves {
    /// Keys of accounts one behind the other, and where each ends.
    keys: String,
    ends: Vec<usize>,
    /// Everything else that is text; the first is empty and stands for nothing.
    words: Words,
    names: Vec<u32>,
    coverages: Vec<u32>,
    changes: Vec<Change>,
    from: Vec<[u32; 2]>,
    to: Vec<[u32; 2]>,
    effective: Vec<NaiveDate>,
    causes: Vec<u32>,
    /// `measures` a row.
    amounts: Vec<f64>,
    measures: usize,
    positions: Vec<Option<(f64, f64)>>,
}

#[derive(Debug, Clone, Default)]
struct Words {
    of_code: Vec<String>,
    code: HashMap<String, u32>,
}

impl Words {
    fn code(&mut self, word: &str) -> u32 {
        if let Some(known) = self.code.get(word) {
            return *known;
        }
        let code = self.of_code.len() as u32;
        self.of_code.push(word.to_owned());
        self.code.insert(word.to_owned(), code);
        code
    }
}

impl Moves {
    /// No changes yet; every one will have as many amounts.
    pub fn new(measures: usize) -> Self {
        let mut moves = Self { measures, ..Self::default() };
        moves.words.code("");
        moves
    }

    pub fn len(&self) -> usize {
        self.changes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Puts a change behind the others.
    ///
    /// # Panics
    ///
    /// When it has not as many amounts as the others.
    pub fn push(&mut self, one: &Move<'_>) {
        assert_eq!(one.amounts.len(), self.measures, "amounts of one change");
        self.keys.push_str(one.account);
        self.ends.push(self.keys.len());
        self.names.push(self.words.code(one.name.unwrap_or("")));
        self.coverages.push(self.words.code(one.coverage));
        self.changes.push(one.change);
        self.from.push([self.words.code(one.from), self.words.code(one.from_rep.unwrap_or(""))]);
        self.to.push([self.words.code(one.to), self.words.code(one.to_rep.unwrap_or(""))]);
        self.effective.push(one.effective);
        self.causes.push(one.cause as u32);
        self.amounts.extend(one.amounts);
        self.positions.push(one.position);
    }

    pub fn get(&self, row: usize) -> Move<'_> {
        let word = |code: u32| self.words.of_code[code as usize].as_str();
        let some = |code: u32| Some(word(code)).filter(|word| !word.is_empty());
        let begin = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        Move {
            account: &self.keys[begin..self.ends[row]],
            name: some(self.names[row]),
            coverage: word(self.coverages[row]),
            change: self.changes[row],
            from: word(self.from[row][0]),
            from_rep: some(self.from[row][1]),
            to: word(self.to[row][0]),
            to_rep: some(self.to[row][1]),
            effective: self.effective[row],
            cause: self.causes[row] as usize,
            amounts: &self.amounts[row * self.measures..(row + 1) * self.measures],
            position: self.positions[row],
        }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Move<'_>> {
        (0..self.len()).map(|row| self.get(row))
    }
}

impl PartialEq for Moves {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Serialize for Moves {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.len()))?;
        for one in self.iter() {
            rows.serialize_element(&one)?;
        }
        rows.end()
    }
}
