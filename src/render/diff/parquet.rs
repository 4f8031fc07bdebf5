//! Every change of an account as Parquet: what [`super::csv`] has, with types, and null for what a row does not say.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::builder::{Date32Builder, Float64Builder, StringBuilder, StringDictionaryBuilder, UInt32Builder};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use super::csv::{COLUMNS, Reason, measures};
use crate::diff::Diff;

/// Rows that are held in columns at a time.
const BLOCK: usize = 1 << 16;

/// Writes the changes.
pub fn parquet(diff: &Diff, out: impl Write + Send) -> io::Result<()> {
    let schema = Arc::new(schema(diff));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("terrac".to_owned())
        .set_column_dictionary_enabled(ColumnPath::from("account"), false)
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options).map_err(io::Error::other)?;
    for start in (0..diff.moves.len()).step_by(BLOCK) {
        let rows = start..(start + BLOCK).min(diff.moves.len());
        let batch = block(diff, &schema, rows).map_err(io::Error::other)?;
        writer.write(&batch).map_err(io::Error::other)?;
    }
    writer.close().map_err(io::Error::other)?;
    Ok(())
}

fn schema(diff: &Diff) -> Schema {
    let coded = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let field = |name: &&str| match *name {
        "account" => Field::new(*name, DataType::Utf8, false),
        "name" => Field::new(*name, DataType::Utf8, true),
        "effective" => Field::new(*name, DataType::Date32, false),
        "line" => Field::new(*name, DataType::UInt32, true),
        "change" => Field::new(*name, coded(), false),
        _ => Field::new(*name, coded(), true),
    };
    let amounts = measures(&diff.measures).into_iter().map(|name| Field::new(name, DataType::Float64, false));
    Schema::new(COLUMNS.iter().map(field).chain(amounts).collect::<Vec<_>>())
}

fn block(diff: &Diff, schema: &Arc<Schema>, rows: std::ops::Range<usize>) -> Result<RecordBatch, ArrowError> {
    let (mut accounts, mut names) = (StringBuilder::new(), StringBuilder::new());
    let mut words: Vec<StringDictionaryBuilder<Int32Type>> = (0..10).map(|_| StringDictionaryBuilder::new()).collect();
    let (mut days, mut lines) = (Date32Builder::new(), UInt32Builder::new());
    let mut amounts: Vec<Float64Builder> = diff.measures.iter().map(|_| Float64Builder::new()).collect();
    for row in rows {
        let one = diff.moves.get(row);
        let reason = diff.causes.get(one.cause).map(Reason::of).unwrap_or_default();
        accounts.append_value(one.account);
        names.append_option(one.name);
        days.append_value(one.effective.to_epoch_days());
        lines.append_option(reason.line);
        let cells = [
            one.coverage,
            one.change.word(),
            one.from,
            one.from_rep.unwrap_or(""),
            one.to,
            one.to_rep.unwrap_or(""),
            reason.kind,
            reason.title,
            reason.because,
            reason.file,
        ];
        for (column, cell) in words.iter_mut().zip(cells) {
            column.append_option(Some(cell).filter(|cell| !cell.is_empty()));
        }
        amounts.iter_mut().zip(one.amounts).for_each(|(column, amount)| column.append_value(*amount));
    }
    let mut words = words.into_iter().map(|mut column| Arc::new(column.finish()) as ArrayRef);
    let mut columns: Vec<ArrayRef> = vec![Arc::new(accounts.finish()), Arc::new(names.finish())];
    columns.extend(words.by_ref().take(6));
    columns.push(Arc::new(days.finish()));
    columns.extend(words);
    columns.push(Arc::new(lines.finish()));
    columns.extend(amounts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
    RecordBatch::try_new(Arc::clone(schema), columns)
}
