//! Record batches as the bytes of a file.
//!
//! Takes numbered blocks and whoever makes them, writes them in order as CSV, Parquet or JSON Lines. Invariant: a few blocks
//! for each thread are in memory at a time, and the bytes do not depend on the number of threads. Deliberately absent: file
//! names and progress; the command line has them.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_csv::WriterBuilder;
use arrow_json::LineDelimitedWriter;
use arrow_schema::{ArrowError, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;

/// How the tables are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// With a header; text in quotes only where it needs them.
    Csv,
    /// Compressed with Snappy.
    Parquet,
    /// One object a line; fields without a value are left out.
    JsonLines,
}

impl Format {
    /// The ending of file names.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
            Format::JsonLines => "jsonl",
        }
    }
}

/// Rows of a Parquet row group.
const ROW_GROUP: usize = 32 * super::BLOCK as usize;

/// Writes blocks `0 .. blocks`; `written` hears how many are done.
///
/// # Errors
///
/// When `into` cannot be written.
pub fn write(
    format: Format,
    schema: &SchemaRef,
    blocks: u64,
    block: impl Fn(u64) -> RecordBatch + Sync,
    into: impl Write + Send,
    written: impl Fn(u64),
) -> io::Result<()> {
    match format {
        Format::Parquet => write_parquet(schema, blocks, block, into, written),
        Format::Csv => {
            let header = csv(&RecordBatch::new_empty(schema.clone()), true)?;
            write_text(header, blocks, |number| csv(&block(number), false), into, written)
        }
        Format::JsonLines => write_text(Vec::new(), blocks, |number| json_lines(&block(number)), into, written),
    }
}

/// So many blocks are made at once: enough for all threads, few enough for memory.
fn at_once() -> u64 {
    2 * rayon::current_num_threads() as u64
}

fn write_text(
    header: Vec<u8>,
    blocks: u64,
    encoded: impl Fn(u64) -> io::Result<Vec<u8>> + Sync,
    mut into: impl Write,
    written: impl Fn(u64),
) -> io::Result<()> {
    into.write_all(&header)?;
    let mut next = 0;
    while next < blocks {
        let end = blocks.min(next + at_once());
        let texts: Vec<_> = (next..end).into_par_iter().map(&encoded).collect();
        for text in texts {
            into.write_all(&text?)?;
        }
        next = end;
        written(next);
    }
    into.flush()
}

fn write_parquet(
    schema: &SchemaRef,
    blocks: u64,
    block: impl Fn(u64) -> RecordBatch + Sync,
    into: impl Write + Send,
    written: impl Fn(u64),
) -> io::Result<()> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by("terrac".to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(into, schema.clone(), Some(properties)).map_err(io::Error::other)?;
    let mut next = 0;
    while next < blocks {
        let end = blocks.min(next + at_once());
        let batches: Vec<_> = (next..end).into_par_iter().map(&block).collect();
        for batch in batches {
            writer.write(&batch).map_err(io::Error::other)?;
        }
        next = end;
        written(next);
    }
    writer.close().map_err(io::Error::other)?;
    Ok(())
}

fn csv(batch: &RecordBatch, header: bool) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = WriterBuilder::new().with_header(header).build(&mut bytes);
    writer.write(batch).map_err(plain)?;
    drop(writer);
    Ok(bytes)
}

fn json_lines(batch: &RecordBatch) -> io::Result<Vec<u8>> {
    let mut writer = LineDelimitedWriter::new(Vec::new());
    writer.write(batch).map_err(plain)?;
    writer.finish().map_err(plain)?;
    Ok(writer.into_inner())
}

/// Arrow wraps the system's error in text; where it still has it, people should see that alone.
fn plain(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}
