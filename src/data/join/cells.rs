//! The cells of one joined column, one a key.

use std::cmp::Ordering;

use arrow_array::{Array, BooleanArray, Date32Array, Float64Array};

use crate::data::batch::Values;
use crate::data::cell::{Coding, Reading};
use crate::data::column::{self, Cells};
use crate::data::exact::ExactSum;
use crate::data::intern::Interner;
use crate::workspace::schema::{Aggregate, ColumnType};

/// What the rows seen so far come to, slot by slot.
#[derive(Debug)]
pub(super) enum Store {
    Sum(Vec<Option<ExactSum>>),
    Count(Vec<u64>),
    /// The greatest cell; of the latest date where there are dates.
    Greatest {
        cells: Kept,
        dates: Option<Vec<Option<i32>>>,
    },
}

/// Cells of one type; `None` before the first.
#[derive(Debug)]
pub(super) enum Kept {
    Numbers(Vec<Option<f64>>),
    Dates(Vec<Option<i32>>),
    Flags(Vec<Option<bool>>),
    /// Numbers of the words.
    Texts {
        words: Interner,
        cells: Vec<Option<u32>>,
    },
}

impl Store {
    pub fn new(kind: ColumnType, aggregate: &Aggregate) -> Self {
        match aggregate {
            Aggregate::Sum => Self::Sum(Vec::new()),
            Aggregate::Count => Self::Count(Vec::new()),
            Aggregate::Max | Aggregate::One => Self::Greatest { cells: Kept::new(kind), dates: None },
            Aggregate::Latest { .. } => Self::Greatest { cells: Kept::new(kind), dates: Some(Vec::new()) },
        }
    }

    /// Takes a row's cell into account. False when a sum leaves its range.
    pub fn offer(&mut self, slot: usize, row: usize, cell: Option<&Values>, date: Option<&Values>) -> bool {
        self.fill(slot + 1);
        let present = cell.is_none_or(|values| !values.is_null(row));
        if !present {
            return true;
        }
        match (self, cell) {
            (Self::Count(counts), _) => counts[slot] += 1,
            (Self::Sum(sums), Some(Values::Number(values))) => {
                match sums[slot].unwrap_or_default().add(values.value(row)) {
                    Some(sum) => sums[slot] = Some(sum),
                    None => return false,
                }
            }
            (Self::Greatest { cells, dates }, Some(values)) => {
                let order = match (dates, date) {
                    (Some(dates), Some(Values::Date(days))) => {
                        // A row without a date is older than every other.
                        let day = Some(if days.is_valid(row) { days.value(row) } else { i32::MIN });
                        let order = day.cmp(&dates[slot]);
                        dates[slot] = dates[slot].max(day);
                        order
                    }
                    _ => Ordering::Equal,
                };
                cells.offer(slot, row, values, order);
            }
            _ => {}
        }
        true
    }

    /// Makes room for so many slots.
    pub fn fill(&mut self, slots: usize) {
        fn grow<T: Clone>(cells: &mut Vec<T>, slots: usize, empty: T) {
            if cells.len() < slots {
                cells.resize(slots, empty);
            }
        }
        match self {
            Self::Sum(sums) => grow(sums, slots, None),
            Self::Count(counts) => grow(counts, slots, 0),
            Self::Greatest { cells, dates } => {
                match cells {
                    Kept::Numbers(cells) => grow(cells, slots, None),
                    Kept::Dates(cells) => grow(cells, slots, None),
                    Kept::Flags(cells) => grow(cells, slots, None),
                    Kept::Texts { cells, .. } => grow(cells, slots, None),
                }
                if let Some(dates) = dates {
                    grow(dates, slots, None);
                }
            }
        }
    }

    /// The cells of these slots; a row without a slot has none, but a count of nought.
    pub fn values(&self, slots: &[Option<u32>], coding: Coding) -> Values {
        let each = slots.iter().map(|slot| slot.map(|s| s as usize));
        match self {
            Self::Sum(sums) => Values::Number(each.map(|s| sums[s?].map(ExactSum::value)).collect::<Float64Array>()),
            Self::Count(counts) => {
                Values::Number(each.map(|s| Some(s.map_or(0.0, |s| counts[s] as f64))).collect::<Float64Array>())
            }
            Self::Greatest { cells: Kept::Numbers(cells), .. } => {
                Values::Number(each.map(|s| cells[s?]).collect::<Float64Array>())
            }
            Self::Greatest { cells: Kept::Dates(cells), .. } => {
                Values::Date(each.map(|s| cells[s?]).collect::<Date32Array>())
            }
            Self::Greatest { cells: Kept::Flags(cells), .. } => {
                Values::Bool(each.map(|s| cells[s?]).collect::<BooleanArray>())
            }
            Self::Greatest { cells: Kept::Texts { words, cells }, .. } => {
                let texts = JoinedTexts { words, cells, slots };
                column::read(&texts, Reading::Text(coding), |_, _| {})
            }
        }
    }
}

impl Kept {
    fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Date => Self::Dates(Vec::new()),
            ColumnType::Bool => Self::Flags(Vec::new()),
            kind if kind.is_text() => Self::Texts { words: Interner::new(), cells: Vec::new() },
            _ => Self::Numbers(Vec::new()),
        }
    }

    /// `order` compares the row's date with that of the cell held; on a tie the greater cell stays.
    fn offer(&mut self, slot: usize, row: usize, values: &Values, order: Ordering) {
        let wins = |greater: bool| order == Ordering::Greater || (order == Ordering::Equal && greater);
        match (self, values) {
            (Self::Numbers(cells), Values::Number(values)) => {
                let value = values.value(row);
                if wins(cells[slot].is_none_or(|held| value.total_cmp(&held).is_gt())) {
                    cells[slot] = Some(value);
                }
            }
            (Self::Dates(cells), Values::Date(values)) if wins(Some(values.value(row)) > cells[slot]) => {
                cells[slot] = Some(values.value(row));
            }
            (Self::Flags(cells), Values::Bool(values)) if wins(Some(values.value(row)) > cells[slot]) => {
                cells[slot] = Some(values.value(row));
            }
            (Self::Texts { words, cells }, values) => {
                let Some(text) = values.text(row) else { return };
                if wins(cells[slot].is_none_or(|held| text > words.word(held))) {
                    cells[slot] = Some(words.intern(text));
                }
            }
            _ => {}
        }
    }
}

struct JoinedTexts<'a> {
    words: &'a Interner,
    cells: &'a [Option<u32>],
    slots: &'a [Option<u32>],
}

impl Cells for JoinedTexts<'_> {
    fn rows(&self) -> usize {
        self.slots.len()
    }

    fn cell(&self, row: usize) -> &str {
        self.slots[row].and_then(|slot| self.cells[slot as usize]).map_or("", |word| self.words.word(word))
    }
}
