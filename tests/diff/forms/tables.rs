//! The changes as CSV and Parquet: the same rows.

use arrow_array::{Array, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use terrac::diff::{Diff, Measure};
use terrac::render::diff::csv::{self, COLUMNS};
use terrac::render::diff::parquet as columns;

use super::fixture::{big, empty, hostile, small};

/// Rows of quoted cells.
pub fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    rows
}

fn csv_rows(diff: &Diff) -> Vec<Vec<String>> {
    let mut bytes = Vec::new();
    csv::csv(diff, &mut bytes).expect("memory takes everything");
    cells(&String::from_utf8(bytes).expect("UTF-8"))
}

fn parquet_rows(diff: &Diff) -> Vec<Vec<String>> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    columns(diff, file.reopen().expect("a file")).expect("it is written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file.reopen().expect("a file")).expect("Parquet");
    let header: Vec<String> = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut rows = vec![header];
    for batch in reader.build().expect("Parquet") {
        let batch: RecordBatch = batch.expect("a batch");
        for row in 0..batch.num_rows() {
            let cell = |column: &dyn Array| {
                let formatter = ArrayFormatter::try_new(column, &FormatOptions::default()).expect("a column");
                formatter.value(row).to_string()
            };
            rows.push(batch.columns().iter().map(|column| cell(column.as_ref())).collect());
        }
    }
    rows
}

#[test]
fn both_hold_the_same() {
    for diff in [small(), hostile(), big(1_000), empty()] {
        let (csv, parquet) = (csv_rows(&diff), parquet_rows(&diff));
        assert_eq!(csv.len(), diff.moves.len() + 1);
        assert_eq!(csv.len(), parquet.len());
        for (csv, parquet) in csv.iter().zip(&parquet) {
            assert_eq!(csv.len(), parquet.len());
            for (cell, value) in csv.iter().zip(parquet) {
                let number = |text: &str| text.parse::<f64>().ok();
                // A cell that a spreadsheet would calculate has a mark before it; Parquet has none to fear.
                let same = cell == value
                    || cell.strip_prefix('\'') == Some(value)
                    || number(cell).is_some_and(|n| number(value) == Some(n));
                assert!(same, "{cell:?} and {value:?}");
            }
        }
    }
}

#[test]
fn columns_keep_their_names_apart() {
    let measure = |name: &str, kind: &'static str| Measure { name: name.to_owned(), kind, unit: String::new() };
    let named = csv::measures(&[measure("worth", "weight"), measure("worth", "column"), measure("line", "column")]);
    assert_eq!(named, ["weight_worth", "column_worth", "column_line"]);
    assert_eq!(COLUMNS.len() + 2, csv_rows(&small())[0].len());
}
