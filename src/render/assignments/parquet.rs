//! The assignments as Parquet: texts and two dates, Snappy; what a row does not say is null.
//!
//! Invariant: the bytes do not depend on the number of threads, which share the columns of a block among them. Words are
//! looked up once a standing, not once a row.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Date32Array, DictionaryArray, Int32Array, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

use super::COLUMNS;
use crate::outcome::sheet::{Block, Sheet};
use crate::outcome::standing::Stay;
use crate::plan::Coverage;

/// Rows of a row group, or a block more.
pub(super) const GROUP: usize = 1 << 18;

/// Writes every assignment; `wrote` is told how many accounts each block had.
pub fn parquet(sheet: &mut Sheet<'_>, out: impl Write + Send, mut wrote: impl FnMut(u64)) -> io::Result<()> {
    let schema = Arc::new(schema());
    let (mut file, groups) = file_writer(out, &schema)?;
    let (mut block, mut words) = (Block::default(), Words::default());
    let mut more = sheet.next(&mut block);
    for group in 0.. {
        if !more {
            break;
        }
        let mut writers = groups.create_column_writers(group).map_err(io::Error::other)?;
        let mut rows = 0;
        while more && rows < GROUP {
            words.learn(sheet, &block);
            rows += write(&mut writers, &schema, sheet, &words, &block).map_err(io::Error::other)?;
            wrote(block.rows.len() as u64);
            more = sheet.next(&mut block);
        }
        let chunks: Vec<_> = writers.into_par_iter().map(ArrowColumnWriter::close).collect();
        let mut group = file.next_row_group().map_err(io::Error::other)?;
        for chunk in chunks {
            chunk.and_then(|chunk| chunk.append_to_row_group(&mut group)).map_err(io::Error::other)?;
        }
        group.close().map_err(io::Error::other)?;
    }
    file.close().map_err(io::Error::other)?;
    Ok(())
}

/// The file with the properties of every `assignments.parquet`.
pub(super) fn file_writer<W: Write + Send>(
    out: W,
    schema: &Arc<Schema>,
) -> io::Result<(SerializedFileWriter<W>, ArrowRowGroupWriterFactory)> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("terrac".to_owned())
        // Every key is another one.
        .set_column_dictionary_enabled(ColumnPath::from("account"), false)
        // Rows are in the order of the keys: the bounds of the other columns would help no reader to skip any.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled(ColumnPath::from("account"), EnabledStatistics::Page)
        .build();
    // Readers then see plain text columns, whatever their language.
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let writer = ArrowWriter::try_new_with_options(out, Arc::clone(schema), options).map_err(io::Error::other)?;
    writer.into_serialized_writer().map_err(io::Error::other)
}

pub(super) fn schema() -> Schema {
    let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let field = |name: &&str| match *name {
        "account" => Field::new(*name, DataType::Utf8, false),
        "from" | "to" => Field::new(*name, DataType::Date32, false),
        "coverage" | "path" => Field::new(*name, coded.clone(), false),
        _ => Field::new(*name, coded.clone(), true),
    };
    Schema::new(COLUMNS.iter().map(field).collect::<Vec<_>>())
}

/// Writes the rows of a block, column by column; how many there are.
fn write(
    writers: &mut [ArrowColumnWriter],
    schema: &Schema,
    sheet: &Sheet<'_>,
    words: &Words,
    block: &Block,
) -> Result<usize, ParquetError> {
    let rows = block.standings.iter().map(|standing| words.stays(*standing).len()).sum();
    let columns = writers.par_iter_mut().zip(&schema.fields[..]).enumerate();
    columns.try_for_each(|(column, (writer, field))| {
        let array: ArrayRef = match field.name().as_str() {
            "account" => {
                let mut keys = StringBuilder::with_capacity(rows, rows * 16);
                for (row, standings) in block.rows.iter().zip(block.standings.chunks(sheet.coverages().len())) {
                    for _ in standings.iter().flat_map(|standing| words.stays(*standing)) {
                        keys.append_value(sheet.key(*row));
                    }
                }
                Arc::new(keys.finish())
            }
            "from" | "to" => {
                let days = words.cells(block, column, rows).into_iter().map(Option::unwrap_or_default);
                Arc::new(Date32Array::from_iter_values(days))
            }
            _ => {
                let values = Arc::new(StringArray::from_iter_values(&words.texts[column]));
                let keys = Int32Array::from(words.cells(block, column, rows));
                Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values)?)
            }
        };
        compute_leaves(field, &array)?.iter().try_for_each(|leaf| writer.write(leaf))
    })?;
    Ok(rows)
}

/// The cells of every standing that has been met, as numbers.
#[derive(Default)]
struct Words {
    /// By column: its texts, numbered as they were met.
    texts: [Vec<String>; COLUMNS.len()],
    numbers: HashMap<(usize, String), i32>,
    /// By standing: where its stays are in `cells`.
    stays: Vec<Range<usize>>,
    /// By column: the cells of every stay.
    cells: [Vec<Option<i32>>; COLUMNS.len()],
}

impl Words {
    /// Takes up what the block has that earlier ones had not.
    fn learn(&mut self, sheet: &Sheet<'_>, block: &Block) {
        let coverages = sheet.coverages();
        for (n, id) in block.standings.iter().enumerate() {
            let at = *id as usize;
            if at >= self.stays.len() {
                self.stays.resize(at + 1, 0..0);
            }
            if self.stays[at].is_empty() {
                let start = self.cells[0].len();
                sheet.standing(*id).iter().for_each(|stay| self.add(coverages[n % coverages.len()], stay));
                self.stays[at] = start..self.cells[0].len();
            }
        }
    }

    fn add(&mut self, coverage: &Coverage, stay: &Stay) {
        for (column, name) in COLUMNS.iter().enumerate() {
            let text = match *name {
                "coverage" => coverage.name.as_str(),
                "role" => coverage.role.as_deref().unwrap_or(""),
                "territory" => &stay.territory,
                "rep" => &stay.rep,
                "path" => &stay.path,
                "reason" => &stay.reason,
                _ => "",
            };
            let cell = match *name {
                "from" => Some(stay.from.to_epoch_days()),
                "to" => Some(stay.to.to_epoch_days()),
                "path" => Some(self.number(column, text)),
                _ => (!text.is_empty()).then(|| self.number(column, text)),
            };
            self.cells[column].push(cell);
        }
    }

    fn number(&mut self, column: usize, text: &str) -> i32 {
        let texts = &mut self.texts[column];
        *self.numbers.entry((column, text.to_owned())).or_insert_with(|| {
            texts.push(text.to_owned());
            texts.len() as i32 - 1
        })
    }

    fn stays(&self, standing: u32) -> Range<usize> {
        self.stays[standing as usize].clone()
    }

    /// One column of a block.
    fn cells(&self, block: &Block, column: usize, rows: usize) -> Vec<Option<i32>> {
        let mut cells = Vec::with_capacity(rows);
        for standing in &block.standings {
            cells.extend_from_slice(&self.cells[column][self.stays(*standing)]);
        }
        cells
    }
}
