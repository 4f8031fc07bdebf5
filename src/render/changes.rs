//! The rows in which two tables differ, one a key: as CSV or Parquet.
//!
//! Takes the compared tables, gives the key's columns, `change` (added, removed or changed), and `x_before` and `x_after`
//! for every column `x` that differs somewhere; sorted by key. In CSV a text that a spreadsheet would take for a formula
//! gets a leading `'`, as in the assignments.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::cell::push_text;
use crate::diff::tables::{Change, Compared, Comparison};

/// Rows that are written at a time.
const BATCH: usize = 1 << 15;

/// The columns that differ somewhere.
fn differing(comparison: &Comparison) -> Vec<usize> {
    (0..comparison.columns.len()).filter(|column| comparison.columns[*column].changed > 0).collect()
}

fn header(comparison: &Comparison) -> Vec<String> {
    let columns = differing(comparison).into_iter().map(|column| &comparison.columns[column].column);
    let pairs = columns.flat_map(|name| [format!("{name}_before"), format!("{name}_after")]);
    comparison.key.iter().cloned().chain(["change".to_owned()]).chain(pairs).collect()
}

/// Hands on the cells of a row.
fn cells<'c>(change: &'c Change, columns: &[usize], mut give: impl FnMut(&'c str)) {
    change.key.iter().for_each(|cell| give(cell));
    give(change.kind.word());
    for column in columns {
        let cell =
            |side: &'c Option<Vec<_>>| side.as_ref().map_or("", |cells: &Vec<std::borrow::Cow<str>>| &*cells[*column]);
        give(cell(&change.before));
        give(cell(&change.after));
    }
}

pub fn csv(compared: &Compared, out: &mut impl Write) -> io::Result<()> {
    let columns = differing(&compared.comparison);
    let mut line = Vec::new();
    let mut row = |cells: &mut dyn FnMut(&mut dyn FnMut(&str))| {
        line.clear();
        cells(&mut |cell| {
            push_text(&mut line, cell);
            line.push(b',');
        });
        line.pop();
        line.push(b'\n');
        out.write_all(&line)
    };
    row(&mut |give| header(&compared.comparison).iter().for_each(|name| give(name)))?;
    compared.each(|change| row(&mut |give| cells(change, &columns, give)))
}

pub fn parquet(compared: &Compared, out: impl Write + Send) -> io::Result<()> {
    let columns = differing(&compared.comparison);
    let names = header(&compared.comparison);
    let keys = compared.comparison.key.len();
    let field = |(n, name): (usize, &String)| Field::new(name, DataType::Utf8, n > keys);
    let schema = Arc::new(Schema::new(names.iter().enumerate().map(field).collect::<Vec<_>>()));
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("terrac".to_owned())
        .set_statistics_enabled(EnabledStatistics::None);
    if let [key] = &compared.comparison.key[..] {
        // Every key is another one.
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(key.as_str()), false);
    }
    let properties = properties.build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options).map_err(io::Error::other)?;
    let mut builders: Vec<StringBuilder> = names.iter().map(|_| StringBuilder::new()).collect();
    let mut rows = 0;
    let mut flush = |builders: &mut [StringBuilder]| {
        let arrays = builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(io::Error::other)?;
        writer.write(&batch).map_err(io::Error::other)
    };
    compared.each(|change| {
        let mut column = 0;
        cells(change, &columns, |cell| {
            builders[column].append_option((!cell.is_empty() || column <= keys).then_some(cell));
            column += 1;
        });
        rows += 1;
        if rows % BATCH == 0 { flush(&mut builders) } else { Ok(()) }
    })?;
    flush(&mut builders)?;
    writer.close().map_err(io::Error::other)?;
    Ok(())
}
