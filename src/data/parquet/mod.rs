//! Parquet: the columns of one row group, or of a part of it, as typed batches.
//!
//! Takes a file, gives the wanted columns only; parts of a file are read independently of each other. Dictionaries of
//! the file stay dictionaries where the reading allows. Every integer, float and decimal reads as a number, every plain
//! value as text. Invariant: codecs work without C libraries (Zstandard through `pages`). Deliberately absent: nested
//! columns, and filters: a plan reads every row.

mod convert;
mod pages;

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Fields};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowSelection, RowSelector};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels, parquet_to_arrow_schema};
use parquet::basic::Encoding;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};

pub(super) use convert::{shown, values};

use super::cell::{Coding, Reading};
use super::files::DataFile;
use super::reader::Want;
use crate::diagnostics::{Diagnostic, codes};
use pages::OneGroup;

/// Rows of a batch.
const BATCH: usize = 1 << 15;
/// Rows of a part: long enough that skipping to it costs little, short enough that threads share a row group.
const PART: usize = 1 << 18;

/// A file whose metadata have been read and whose wanted columns are known.
#[derive(Debug)]
pub(super) struct ParquetTable {
    metadata: Arc<ParquetMetaData>,
    /// All root columns as they read by default.
    fields: Fields,
    /// For each wanted field its place in the root.
    roots: Vec<usize>,
}

/// Consecutive rows of one row group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub group: usize,
    /// Within the group.
    pub offset: usize,
    pub rows: usize,
    /// Within the file.
    pub first_row: u64,
}

/// The metadata of a file and the names of its root columns.
pub(super) fn open(file: &DataFile) -> Result<(Arc<ParquetMetaData>, Fields), Diagnostic> {
    let opened = File::open(&file.path).map_err(|e| file.unreadable(&e))?;
    let length = opened.metadata().map_err(|e| file.unreadable(&e))?.len();
    if length == 0 {
        return Err(super::header::empty(file));
    }
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&opened).map_err(|e| damaged(file, &e))?;
    if !plausible(&metadata, length) {
        return Err(damaged(file, &ParquetError::General("its columns reach beyond its end".into())));
    }
    let schema =
        parquet_to_arrow_schema(metadata.file_metadata().schema_descr(), None).map_err(|e| damaged(file, &e))?;
    Ok((Arc::new(metadata), schema.fields))
}

/// Some damage makes the decoder panic rather than fail; neither may end the program.
fn unpanicked<T>(decode: impl FnOnce() -> T) -> Result<T, ParquetError> {
    catch_unwind(AssertUnwindSafe(decode)).map_err(|_| ParquetError::General("its pages contradict each other".into()))
}

/// Whether every column lies within the file; the decoder takes that for granted.
fn plausible(metadata: &ParquetMetaData, length: u64) -> bool {
    metadata.row_groups().iter().all(|group| {
        group.num_rows() >= 0
            && group.columns().iter().all(|column| {
                let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
                let end = start.checked_add(column.compressed_size());
                start >= 0 && column.compressed_size() >= 0 && end.is_some_and(|end| end as u64 <= length)
            })
    })
}

/// A file that ends early has lost its footer, so it looks like no Parquet at all; its first bytes tell.
fn damaged(file: &DataFile, error: &ParquetError) -> Diagnostic {
    let begins = File::open(&file.path).is_ok_and(|mut f| {
        let mut magic = [0; 4];
        std::io::Read::read_exact(&mut f, &mut magic).is_ok() && magic == *b"PAR1"
    });
    let (message, help) = if begins {
        let detail = error.to_string();
        let detail = detail.split_once(": ").map_or(detail.as_str(), |(_, d)| d);
        (format!("`{}` is cut off or damaged: {detail}", file.name), "write or copy the file again")
    } else {
        (format!("`{}` is not a Parquet file", file.name), "name the file after what it contains, or state `format`")
    };
    Diagnostic::error(codes::data::BAD_PARQUET, message).help(help)
}

impl ParquetTable {
    /// `roots` are the wanted fields' places among the file's columns.
    pub fn new(metadata: Arc<ParquetMetaData>, fields: Fields, roots: Vec<usize>) -> Self {
        Self { metadata, fields, roots }
    }

    /// A wanted column that cannot be read as it is wanted, and the type that the file stores.
    pub fn misfits(&self, wants: &[Want]) -> Vec<(usize, String)> {
        let stored = self.roots.iter().map(|root| self.fields[*root].data_type());
        stored
            .zip(wants)
            .enumerate()
            .filter(|(_, (stored, want))| !convert::readable(stored, want.reading))
            .map(|(i, (stored, _))| (i, convert::type_name(stored)))
            .collect()
    }

    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut first_row = 0;
        for (group, metadata) in self.metadata.row_groups().iter().enumerate() {
            let rows = metadata.num_rows() as usize;
            for offset in (0..rows).step_by(PART) {
                let part = Part { group, offset, rows: PART.min(rows - offset), first_row: first_row + offset as u64 };
                parts.push(part);
            }
            first_row += rows as u64;
        }
        parts
    }

    /// Reads a part; `give` is handed batches with the wanted columns in the order of the wants.
    pub fn read(
        &self,
        file: &DataFile,
        part: Part,
        wants: &[Want],
        mut give: impl FnMut(RecordBatch),
    ) -> Result<(), Diagnostic> {
        let opened = File::open(&file.path).map_err(|e| file.unreadable(&e))?;
        self.batches(opened, part, wants, &mut give).map_err(|e| damaged(file, &e))
    }

    fn batches(
        &self,
        file: File,
        part: Part,
        wants: &[Want],
        give: &mut impl FnMut(RecordBatch),
    ) -> Result<(), ParquetError> {
        let schema = self.metadata.file_metadata().schema_descr();
        let hint = self.hint(part.group, wants);
        let mask = ProjectionMask::roots(schema, self.roots.iter().copied());
        let levels = parquet_to_arrow_field_levels(schema, mask, Some(&hint))?;
        let group = OneGroup::new(file, &self.metadata, part.group);
        let whole = part.offset == 0 && part.rows == group.rows();
        let selection =
            (!whole).then(|| RowSelection::from(vec![RowSelector::skip(part.offset), RowSelector::select(part.rows)]));
        // Columns come in the file's order, each once.
        let mut order: Vec<usize> = self.roots.clone();
        order.sort_unstable();
        order.dedup();
        let places: Vec<usize> =
            self.roots.iter().map(|r| order.binary_search(r).expect("every root is in the order")).collect();
        let open = || ParquetRecordBatchReader::try_new_with_row_groups(&levels, &group, BATCH, selection);
        let mut reader = unpanicked(open)??;
        while let Some(batch) = unpanicked(|| reader.next())? {
            give(batch.and_then(|b| b.project(&places)).map_err(|e| ParquetError::ArrowError(e.to_string()))?);
        }
        Ok(())
    }

    /// Texts as `Utf8`, or as dictionaries where the row group has one and the reading wants codes.
    fn hint(&self, group: usize, wants: &[Want]) -> Fields {
        let mut fields: Vec<_> = self.fields.iter().cloned().collect();
        for (root, want) in self.roots.iter().zip(wants) {
            let field = &self.fields[*root];
            if !convert::is_text(field.data_type()) {
                continue;
            }
            let coded = match want.reading {
                Reading::Text(Coding::Never) => false,
                Reading::Text(_) => self.has_dictionary(group, *root),
                _ => false,
            };
            // One column wanted twice, once plain: plain serves both.
            let plain =
                self.roots.iter().zip(wants).any(|(r, w)| r == root && w.reading == Reading::Text(Coding::Never));
            let kind = if coded && !plain {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            } else {
                DataType::Utf8
            };
            fields[*root] = Arc::new(Field::new(field.name(), kind, field.is_nullable()));
        }
        fields.into()
    }

    fn has_dictionary(&self, group: usize, root: usize) -> bool {
        let schema = self.metadata.file_metadata().schema_descr();
        (0..schema.num_columns())
            .filter(|leaf| schema.get_column_root_idx(*leaf) == root)
            .any(|leaf| is_coded(self.metadata.row_group(group).column(leaf)))
    }
}

/// Whether the values of a column chunk are numbers of its dictionary. A writer whose dictionary grew too large goes on
/// in plain text, which would have to be coded anew at a higher price than it is worth.
fn is_coded(column: &ColumnChunkMetaData) -> bool {
    /// More than a number of the dictionary and a value's part of the dictionary take, where values repeat.
    const BYTES: i64 = 6;
    column.dictionary_page_offset().is_some()
        && match column.page_encoding_stats_mask() {
            Some(mask) => mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY),
            None => column.uncompressed_size() <= BYTES * column.num_values(),
        }
}
