//! The cells of one field, as text, to one column of typed values.
//!
//! Takes [`Cells`] and a [`Reading`], gives [`Values`] and reports the cells that do not fit. Invariant: an empty cell
//! is missing whatever its type; a cell that does not fit is missing too, so that reading goes on. Deliberately absent:
//! knowledge of file formats.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{Array, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array, StringArray};
use arrow_buffer::{BooleanBufferBuilder, NullBufferBuilder};

use super::batch::Values;
use super::cell::{self, Coding, Fault, Reading};
use super::intern::Interner;

/// The cells of one field, row by row. An empty text is a missing cell.
pub(super) trait Cells {
    fn rows(&self) -> usize;
    fn cell(&self, row: usize) -> &str;
}

impl Cells for StringArray {
    fn rows(&self) -> usize {
        self.len()
    }

    fn cell(&self, row: usize) -> &str {
        if self.is_null(row) { "" } else { self.value(row) }
    }
}

/// Reads every cell; `fault` is told the row of each that does not fit.
pub(super) fn read(cells: &impl Cells, reading: Reading, mut fault: impl FnMut(usize, Fault)) -> Values {
    match reading {
        Reading::Text(Coding::Never) => Values::Text(texts(cells)),
        Reading::Text(Coding::Always) => Values::Coded(codes(cells, usize::MAX).expect("no limit")),
        Reading::Text(Coding::WherePaying) => {
            // Half as many words as rows: the dictionary would be as long as the texts.
            let limit = (cells.rows() / 2).max(64);
            codes(cells, limit).map_or_else(|| Values::Text(texts(cells)), Values::Coded)
        }
        Reading::Number { kind, unit } => {
            let (values, nulls) = collect(cells, 0.0, |text| cell::number(text, kind, unit), &mut fault);
            Values::Number(Float64Array::new(values.into(), nulls.build()))
        }
        Reading::Date => {
            let (values, nulls) = collect(cells, 0, cell::date, &mut fault);
            Values::Date(Date32Array::new(values.into(), nulls.build()))
        }
        Reading::Bool => {
            let (values, nulls) = collect(cells, false, cell::truth, &mut fault);
            let mut bits = BooleanBufferBuilder::new(values.len());
            bits.append_slice(&values);
            Values::Bool(BooleanArray::new(bits.finish(), nulls.build()))
        }
    }
}

fn collect<T: Copy>(
    cells: &impl Cells,
    missing: T,
    parse: impl Fn(&str) -> Result<T, Fault>,
    fault: &mut impl FnMut(usize, Fault),
) -> (Vec<T>, NullBufferBuilder) {
    let rows = cells.rows();
    let mut values = Vec::with_capacity(rows);
    let mut nulls = NullBufferBuilder::new(rows);
    for row in 0..rows {
        let text = cells.cell(row);
        let value = if text.is_empty() { None } else { Some(parse(text)) };
        match value {
            Some(Ok(value)) => {
                values.push(value);
                nulls.append_non_null();
                continue;
            }
            Some(Err(why)) if !text.trim_ascii().is_empty() => fault(row, why),
            _ => {}
        }
        values.push(missing);
        nulls.append_null();
    }
    (values, nulls)
}

fn texts(cells: &impl Cells) -> StringArray {
    let rows = cells.rows();
    let mut builder = StringBuilder::with_capacity(rows, rows * 12);
    for row in 0..rows {
        match cells.cell(row) {
            "" => builder.append_null(),
            text => builder.append_value(text),
        }
    }
    builder.finish()
}

/// `None` when there are more distinct texts than the limit.
fn codes(cells: &impl Cells, limit: usize) -> Option<DictionaryArray<Int32Type>> {
    let rows = cells.rows();
    let mut words = Interner::new();
    let mut keys = Vec::with_capacity(rows);
    let mut nulls = NullBufferBuilder::new(rows);
    for row in 0..rows {
        match cells.cell(row) {
            "" => {
                keys.push(0);
                nulls.append_null();
            }
            text => {
                keys.push(words.intern(text) as i32);
                nulls.append_non_null();
                // Early, so that a column of keys costs little.
                if words.len() > limit || (row == 2047 && words.len() > 1536 && limit != usize::MAX) {
                    return None;
                }
            }
        }
    }
    let words: StringArray = words.words().map(Some).collect();
    let keys = Int32Array::new(keys.into(), nulls.build());
    Some(DictionaryArray::new(keys, Arc::new(words)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::schema::{ColumnType, FileUnit};

    fn cells(texts: &[&str]) -> StringArray {
        texts.iter().map(|t| Some(*t)).collect()
    }

    #[test]
    fn cells_that_do_not_fit_are_told_and_missing() {
        let mut faults = Vec::new();
        let reading = Reading::Number { kind: ColumnType::Int, unit: FileUnit::Base };
        let values = read(&cells(&["1", "", "x", "2.5", " "]), reading, |row, fault| faults.push((row, fault)));
        assert_eq!(faults, [(2, Fault::NotNumber), (3, Fault::NotWhole)]);
        assert_eq!((values.len(), values.null_count()), (5, 4));
    }

    #[test]
    fn texts_are_coded_where_they_repeat() {
        let states = cells(&["NY", "CT", "", "NY"].repeat(100));
        let values = read(&states, Reading::Text(Coding::WherePaying), |_, _| {});
        let Values::Coded(array) = &values else { panic!("{values:?}") };
        assert_eq!(array.values().len(), 2);
        assert_eq!((values.text(3), values.text(2)), (Some("NY"), None));
        let keys: StringArray = (0..4000).map(|i| Some(format!("A{i}"))).collect();
        assert!(matches!(read(&keys, Reading::Text(Coding::WherePaying), |_, _| {}), Values::Text(_)));
        assert!(matches!(read(&keys, Reading::Text(Coding::Always), |_, _| {}), Values::Coded(_)));
    }
}
