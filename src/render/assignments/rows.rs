//! Rows of assignments that come one by one, in the same bytes as a compile writes them.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Date32Array, DictionaryArray, StringArray};
use arrow_schema::{DataType, Schema};
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::file::writer::SerializedFileWriter;

use super::COLUMNS;
use super::parquet::{GROUP, file_writer, schema};
use crate::diff::assignments::Row;
use crate::outcome::sheet::BLOCK;
use crate::render::cell::push_text;

/// Takes rows in order.
pub trait RowWriter {
    fn add(&mut self, row: &Row) -> io::Result<()>;
    /// After the last row.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// As `assignments.csv`.
pub fn csv_rows<'w>(mut out: impl Write + 'w) -> io::Result<Box<dyn RowWriter + 'w>> {
    out.write_all(COLUMNS.join(",").as_bytes())?;
    out.write_all(b"\n")?;
    Ok(Box::new(Csv { out, line: Vec::new() }))
}

/// As `assignments.parquet`.
pub fn parquet_rows<'w>(out: impl Write + Send + 'w) -> io::Result<Box<dyn RowWriter + 'w>> {
    let schema = Arc::new(schema());
    let (file, groups) = file_writer(out, &schema)?;
    Ok(Box::new(Parquet { file, groups, schema, open: None, rows: Vec::new(), accounts: 0 }))
}

struct Csv<W> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> RowWriter for Csv<W> {
    fn add(&mut self, row: &Row) -> io::Result<()> {
        self.line.clear();
        for (n, cell) in row.cells().into_iter().enumerate() {
            if n > 0 {
                self.line.push(b',');
            }
            push_text(&mut self.line, cell);
        }
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

/// Pages and row groups end where those of a compile end: after the same number of accounts.
struct Parquet<W: Write + Send> {
    file: SerializedFileWriter<W>,
    groups: ArrowRowGroupWriterFactory,
    schema: Arc<Schema>,
    /// The row group that is being written: its writers and rows.
    open: Option<(Vec<ArrowColumnWriter>, usize)>,
    /// Of the block that is being collected.
    rows: Vec<Row>,
    accounts: usize,
}

impl<W: Write + Send> RowWriter for Parquet<W> {
    fn add(&mut self, row: &Row) -> io::Result<()> {
        if self.rows.last().is_none_or(|last| last.account() != row.account()) {
            if self.accounts == BLOCK {
                self.block()?;
            }
            self.accounts += 1;
        }
        self.rows.push(row.clone());
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        if !self.rows.is_empty() {
            self.block()?;
        }
        self.group()?;
        self.file.close().map_err(io::Error::other)?;
        Ok(())
    }
}

impl<W: Write + Send> Parquet<W> {
    fn block(&mut self) -> io::Result<()> {
        let (mut writers, written) = match self.open.take() {
            Some(open) => open,
            None => {
                let group = self.file.flushed_row_groups().len();
                (self.groups.create_column_writers(group).map_err(io::Error::other)?, 0)
            }
        };
        for (column, (writer, field)) in writers.iter_mut().zip(self.schema.fields()).enumerate() {
            let cells = self.rows.iter().map(|row| row.cell(column));
            let array: ArrayRef = match field.data_type() {
                DataType::Utf8 => Arc::new(StringArray::from_iter_values(cells)),
                DataType::Date32 => Arc::new(cells.map(days).collect::<io::Result<Date32Array>>()?),
                _ => {
                    let nullable = field.is_nullable();
                    let words = cells.map(|cell| (!nullable || !cell.is_empty()).then_some(cell));
                    Arc::new(words.collect::<DictionaryArray<Int32Type>>())
                }
            };
            for leaf in compute_leaves(field, &array).map_err(io::Error::other)? {
                writer.write(&leaf).map_err(io::Error::other)?;
            }
        }
        let rows = written + self.rows.len();
        self.rows.clear();
        self.accounts = 0;
        self.open = Some((writers, rows));
        if rows >= GROUP { self.group() } else { Ok(()) }
    }

    /// Ends the row group.
    fn group(&mut self) -> io::Result<()> {
        let Some((writers, _)) = self.open.take() else { return Ok(()) };
        let mut group = self.file.next_row_group().map_err(io::Error::other)?;
        for writer in writers {
            let chunk = writer.close().map_err(io::Error::other)?;
            chunk.append_to_row_group(&mut group).map_err(io::Error::other)?;
        }
        group.close().map_err(io::Error::other)?;
        Ok(())
    }
}

fn days(cell: &str) -> io::Result<Option<i32>> {
    let day = chrono::NaiveDate::parse_from_str(cell, "%Y-%m-%d").map_err(io::Error::other)?;
    Ok(Some(day.to_epoch_days()))
}
