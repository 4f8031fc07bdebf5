//! One row of the assignments, as text.

use std::cmp::Ordering;

/// The columns of the assignments, in their order.
pub const COLUMNS: [&str; 9] = ["account", "coverage", "role", "territory", "rep", "from", "to", "path", "reason"];

/// An account, a coverage and a stretch of days. Rows are known by account, coverage and `from`, and sorted so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    text: String,
    ends: [u32; COLUMNS.len()],
}

impl Row {
    /// Cells in the order of [`COLUMNS`], days as `2027-02-01`; empty where there is nothing to say.
    pub fn new(cells: [&str; COLUMNS.len()]) -> Self {
        let mut text = String::with_capacity(cells.iter().map(|cell| cell.len()).sum());
        let ends = cells.map(|cell| {
            text.push_str(cell);
            text.len() as u32
        });
        Self { text, ends }
    }

    pub fn cell(&self, column: usize) -> &str {
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        &self.text[start as usize..self.ends[column] as usize]
    }

    pub fn cells(&self) -> [&str; COLUMNS.len()] {
        std::array::from_fn(|column| self.cell(column))
    }

    pub fn account(&self) -> &str {
        self.cell(0)
    }

    pub fn coverage(&self) -> &str {
        self.cell(1)
    }

    pub fn territory(&self) -> &str {
        self.cell(3)
    }

    pub fn rep(&self) -> &str {
        self.cell(4)
    }

    pub fn from(&self) -> &str {
        self.cell(5)
    }

    pub fn to(&self) -> &str {
        self.cell(6)
    }

    /// The order of the assignments.
    pub fn by_key(&self, other: &Self) -> Ordering {
        (self.account(), self.coverage(), self.from()).cmp(&(other.account(), other.coverage(), other.from()))
    }

    /// Whether they differ in their last day at most.
    pub fn same_but_to(&self, other: &Self) -> bool {
        (0..COLUMNS.len()).filter(|column| *column != 6).all(|column| self.cell(column) == other.cell(column))
    }
}
