//! A batch as the kernels see it: chunk by chunk, with the classes of its rows.
//!
//! Classes are computed at most once a chunk and field, for the whole chunk or, where few rows need them, for those
//! rows. Chunks are so small that the classes of many fields stay in the cache nearest to the processor.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, Date32Array, Float64Array, StringArray};
use arrow_buffer::NullBuffer;

use super::field::{Field, FieldId, compare};
use super::quick_hash::QuickHash;
use super::rows::Rows;
use super::shape::PreparedShape;
use crate::data::{Batch, Values};
use crate::workspace::schema::ColumnId;

/// Rows of a chunk; few in tests, so that theirs have several.
pub(super) const CHUNK: usize = if cfg!(test) { 16 } else { 2048 };

/// No class yet.
const UNKNOWN: u32 = u32::MAX;

pub(super) struct View<'a> {
    pub batch: &'a Batch,
    /// What shares are parts of; empty in a pass that does not know them yet.
    pub totals: &'a [f64],
    fields: &'a [Field],
    shapes: &'a [Arc<PreparedShape>],
    start: usize,
    end: usize,
    slots: Vec<Slot>,
    /// Slots that are not empty.
    touched: Vec<FieldId>,
    /// By field: the classes of the words of the batch's dictionary.
    words: Vec<Vec<u32>>,
    /// Which positions lie inside a shape: accounts share the centroids of their ZIP codes.
    positions: HashMap<(FieldId, u64, u64), bool, QuickHash>,
}

#[derive(Debug, Default)]
struct Slot {
    known: Known,
    classes: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Known {
    #[default]
    Nothing,
    Some,
    All,
}

impl<'a> View<'a> {
    /// Stands before the first chunk.
    pub fn new(fields: &'a [Field], shapes: &'a [Arc<PreparedShape>], batch: &'a Batch, totals: &'a [f64]) -> Self {
        Self {
            batch,
            totals,
            fields,
            shapes,
            start: 0,
            end: 0,
            slots: std::iter::repeat_with(Slot::default).take(fields.len()).collect(),
            touched: Vec::new(),
            words: vec![Vec::new(); fields.len()],
            positions: HashMap::with_hasher(QuickHash),
        }
    }

    /// Goes on to the next chunk; false at the end of the batch.
    pub fn advance(&mut self) -> bool {
        for field in self.touched.drain(..) {
            self.slots[field.0 as usize].known = Known::Nothing;
        }
        self.start = self.end;
        self.end = (self.start + CHUNK).min(self.batch.rows);
        self.start < self.end
    }

    /// The chunk's rows within the batch.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    pub fn all(&self) -> Rows<'static> {
        Rows::All(self.end - self.start)
    }

    /// The classes of a field, known for `rows` at least; indexed by the row within the chunk.
    pub fn classes(&mut self, field: FieldId, rows: Rows<'_>) -> &[u32] {
        let slot = &mut self.slots[field.0 as usize];
        if slot.known != Known::All && rows.len() > 0 {
            let (known, mut classes) = (slot.known, std::mem::take(&mut slot.classes));
            let count = self.end - self.start;
            let source = &self.fields[field.0 as usize];
            let worthwhile = if source.is_costly() { rows.len() == count } else { rows.len() * 4 >= count };
            if known == Known::Nothing {
                self.touched.push(field);
                classes.clear();
                classes.resize(count, UNKNOWN);
            }
            if worthwhile {
                self.compute(field, source, Rows::All(count), &mut classes);
            } else {
                let mut unknown = Vec::with_capacity(rows.len());
                rows.each(|_, row| {
                    if classes[row] == UNKNOWN {
                        unknown.push(row as u32);
                    }
                });
                self.compute(field, source, Rows::Listed(&unknown), &mut classes);
            }
            let slot = &mut self.slots[field.0 as usize];
            slot.known = if worthwhile { Known::All } else { Known::Some };
            slot.classes = classes;
        }
        &self.slots[field.0 as usize].classes
    }

    fn compute(&mut self, id: FieldId, field: &Field, rows: Rows<'_>, classes: &mut [u32]) {
        let (batch, start, range) = (self.batch, self.start, self.range());
        match field {
            Field::Number { column, cuts } => {
                let array = numbers(batch, *column);
                cuts.code(&array.values()[range], rows, classes);
                mark_missing(array.nulls(), start, rows, cuts.missing(), classes);
            }
            Field::Date { column, cuts } => {
                let array = days(batch, *column);
                cuts.code(&array.values()[range], rows, classes);
                mark_missing(array.nulls(), start, rows, cuts.missing(), classes);
            }
            Field::Text { column, table } => match batch.column(*column) {
                Values::Coded(array) => {
                    let words = text_values(array.values());
                    let known = &mut self.words[id.0 as usize];
                    known.resize(words.len(), UNKNOWN);
                    let (keys, nulls) = (array.keys().values(), array.keys().nulls());
                    rows.each(|_, row| {
                        let row_of_batch = start + row;
                        if nulls.is_some_and(|nulls| nulls.is_null(row_of_batch)) {
                            classes[row] = table.missing();
                            return;
                        }
                        let key = keys[row_of_batch] as usize;
                        if known[key] == UNKNOWN {
                            let missing = words.is_null(key);
                            known[key] = if missing { table.missing() } else { table.class(words.value(key)) };
                        }
                        classes[row] = known[key];
                    });
                }
                other => rows.each(|_, row| {
                    classes[row] = other.text(start + row).map_or(table.missing(), |text| table.class(text));
                }),
            },
            Field::Flag { column } => {
                let Values::Bool(array) = batch.column(*column) else { panic!("not a bool column") };
                rows.each(|_, row| classes[row] = u32::from(array.value(start + row)));
                mark_missing(array.nulls(), start, rows, 2, classes);
            }
            Field::Presence { column } => {
                let values = batch.column(*column);
                if values.null_count() == 0 {
                    rows.each(|_, row| classes[row] = 0);
                } else {
                    rows.each(|_, row| classes[row] = u32::from(values.is_null(start + row)));
                }
            }
            Field::Formula { value, cuts } => {
                let computed = value.compute(self, rows);
                rows.each(|at, row| {
                    classes[row] =
                        if computed.is_missing(at) { cuts.missing() } else { cuts.class(computed.values[at]) };
                });
            }
            Field::Circle { column, circle } => {
                let (lats, lons) = points(batch, *column);
                let (lat, lon) = (&lats.values()[range.clone()], &lons.values()[range]);
                rows.each(|_, row| classes[row] = u32::from(circle.contains(lat[row], lon[row])));
                mark_missing(lats.nulls(), start, rows, 0, classes);
            }
            Field::Inside { column, shape } => {
                let (lats, lons) = points(batch, *column);
                let shapes = self.shapes;
                let shape = &shapes[*shape as usize];
                rows.each(|_, row| {
                    if lats.is_null(start + row) {
                        classes[row] = 0;
                        return;
                    }
                    let (lat, lon) = (lats.value(start + row), lons.value(start + row));
                    let inside = self
                        .positions
                        .entry((id, lat.to_bits(), lon.to_bits()))
                        .or_insert_with(|| shape.contains(lat, lon));
                    classes[row] = u32::from(*inside);
                });
            }
            Field::Numbers { left, op, right } => {
                let (left, right) = (left.compute(self, rows), right.compute(self, rows));
                rows.each(|at, row| {
                    let known = !left.is_missing(at) && !right.is_missing(at);
                    classes[row] = u32::from(known && compare(left.values[at], *op, right.values[at]));
                });
            }
            Field::Search { column, searches } => {
                let class = |text: Option<&str>| match text {
                    Some(text) => u32::from(searches.iter().any(|search| search.finds(text))),
                    None => 2,
                };
                let values = batch.column(*column);
                rows.each(|_, row| classes[row] = class(values.text(start + row)));
            }
            Field::Texts { left, right } => {
                let (left, right) = (batch.column(*left), batch.column(*right));
                rows.each(|_, row| {
                    let text = left.text(start + row);
                    classes[row] = u32::from(text.is_some() && text == right.text(start + row));
                });
            }
            Field::Dates { left, op, right } => {
                let (left, right) = (days(batch, *left), days(batch, *right));
                rows.each(|_, row| {
                    let row_of_batch = start + row;
                    let known = left.is_valid(row_of_batch) && right.is_valid(row_of_batch);
                    let holds = known && compare(left.value(row_of_batch), *op, right.value(row_of_batch));
                    classes[row] = u32::from(holds);
                });
            }
            Field::Decision(decision) => decision.decide(self, rows, classes),
        }
    }
}

fn mark_missing(nulls: Option<&NullBuffer>, start: usize, rows: Rows<'_>, missing: u32, classes: &mut [u32]) {
    if let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) {
        rows.each(|_, row| {
            if nulls.is_null(start + row) {
                classes[row] = missing;
            }
        });
    }
}

// The readers give every column the form that its type has; another form is a bug of theirs.

pub(super) fn numbers(batch: &Batch, column: ColumnId) -> &Float64Array {
    let Values::Number(array) = batch.column(column) else { panic!("not a numeric column") };
    array
}

pub(super) fn days(batch: &Batch, column: ColumnId) -> &Date32Array {
    let Values::Date(array) = batch.column(column) else { panic!("not a date column") };
    array
}

pub(super) fn points(batch: &Batch, column: ColumnId) -> (&Float64Array, &Float64Array) {
    let Values::Point { lat, lon } = batch.column(column) else { panic!("not a point column") };
    (lat, lon)
}

fn text_values(values: &dyn Array) -> &StringArray {
    values.as_any().downcast_ref().expect("dictionaries hold texts")
}
