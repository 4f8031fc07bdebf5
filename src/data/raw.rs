//! The cells of a table as they are written: for what compares tables and knows no types.
//!
//! Takes one file and the names of its fields, gives the cells batch by batch, without copying those of text files.
//! Invariant: the number of a row depends on the file alone, so that a second reading can find the row again.
//! Deliberately absent: missing values; an empty text stands for them.

use std::io::Read;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Int64Array, StringArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};

use super::cell::{Coding, Fault, Reading};
use super::csv::{self, Block, Slot};
use super::faults::{Described, Faults};
use super::files::{DataFile, Packing};
use super::header;
use super::json_lines;
use super::parquet::Part;
use super::pipeline;
use super::reader::{Piece, Reader, Shape, Want, not_utf8};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};

/// A file whose wanted fields are known to be there.
#[derive(Debug)]
pub struct RawTable {
    reader: Reader,
}

/// Some rows.
pub struct RawBatch<'a> {
    /// One for each wanted field.
    pub columns: Vec<RawColumn<'a>>,
    pub rows: usize,
    /// The number of the first row; the others follow. Numbers ascend within a file and may leave some out.
    pub first_row: u64,
    place: &'a dyn Fn(usize) -> String,
}

/// The cells of a field, row by row. An empty or null cell is missing.
#[derive(Debug)]
pub enum RawColumn<'a> {
    Cells(Slot<'a>),
    Text(StringArray),
    /// The dictionary belongs to this batch alone.
    Coded(DictionaryArray<Int32Type>),
    Whole(Int64Array),
}

/// What one piece gave.
struct Worked<T> {
    rows: u64,
    result: Option<T>,
    faults: Faults,
}

impl RawTable {
    /// The names of a file's fields, in its order.
    pub fn names(file: &DataFile) -> Result<Vec<String>, Diagnostic> {
        header::field_names(file)
    }

    pub fn open(file: DataFile, fields: &[String]) -> Result<Self, Diagnostics> {
        let reading = Reading::Text(Coding::WherePaying);
        let wants = fields.iter().map(|field| Want { field: field.clone(), reading, required: false }).collect();
        match Reader::open(vec![file], wants) {
            Ok(reader) => Ok(Self { reader }),
            Err(wrong) => Err(wrong.into_iter().map(|(_, why)| why).collect()),
        }
    }

    /// How many rows there are, by the file's own word or by its length; nought where nothing tells.
    pub fn about(&self) -> usize {
        const SAMPLE: usize = 1 << 16;
        let file = &self.reader.files[0];
        if let Shape::Parquet(table) = &self.reader.shapes[0] {
            return table.parts().iter().map(|part| part.rows).sum();
        }
        let (Packing::None, Ok(metadata), Ok(text)) = (file.packing, std::fs::metadata(&file.path), file.open_text())
        else {
            return 0;
        };
        let mut start = Vec::with_capacity(SAMPLE);
        if text.take(SAMPLE as u64).read_to_end(&mut start).is_err() || start.is_empty() {
            // Whoever reads the file says what is wrong with it.
            return 0;
        }
        let lines = memchr::memchr_iter(b'\n', &start).count();
        (metadata.len() as f64 * lines as f64 / start.len() as f64) as usize
    }

    pub fn file(path: &Path, name: String) -> Result<DataFile, Diagnostic> {
        DataFile::new(path, name, None, None)
    }

    /// Works on every batch in parallel; `fold` sees the results in the order of the table and may stop. Parts of the
    /// file whose row numbers `wanted` refuses are passed over. Gives the number of rows read.
    pub fn scan<T: Send>(
        &self,
        threads: usize,
        wanted: impl Fn(Range<u64>) -> bool + Sync,
        work: impl Fn(&RawBatch) -> T + Sync,
        mut fold: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<u64, Diagnostics> {
        let mut rows = 0;
        let mut faults = Faults::default();
        let mut failures = Diagnostics::default();
        let (mut stopped, mut whole) = (false, true);
        pipeline::run(
            threads,
            self.reader.pieces(),
            |piece, give: &mut dyn FnMut(Result<Worked<T>, Diagnostic>)| {
                let range = match &piece {
                    Piece::Text { block, first_row, .. } => {
                        let lines = memchr::memchr_iter(b'\n', &block.bytes).count() as u64;
                        *first_row..*first_row + lines + 1
                    }
                    Piece::Rows { part, first_row, .. } => *first_row..*first_row + part.rows as u64,
                    Piece::Failed(_) => 0..u64::MAX,
                };
                if wanted(range) {
                    self.decode(piece, &work, give);
                } else {
                    give(Ok(Worked { rows: 0, result: None, faults: Faults::default() }));
                }
            },
            |worked| {
                match worked {
                    Ok(worked) => {
                        rows += worked.rows;
                        faults.merge(worked.faults);
                        whole &= worked.result.is_some();
                        stopped = worked.result.is_some_and(|result| fold(result).is_break());
                    }
                    Err(why) => failures.push(why),
                }
                if stopped || failures.has_errors() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        failures.extend(faults.diagnostics(None, |want| {
            let name = self.reader.wants[want].field.clone();
            Described { field: name.clone(), name, kind: "text", span: None, sensitive: false }
        }));
        if whole && !stopped && !failures.has_errors() && rows > 0 {
            failures.extend(self.reader.never_seen().into_iter().map(|(_, why)| why));
        }
        if failures.has_errors() { Err(failures) } else { Ok(rows) }
    }

    fn decode<T>(
        &self,
        piece: Piece,
        work: &impl Fn(&RawBatch) -> T,
        give: &mut dyn FnMut(Result<Worked<T>, Diagnostic>),
    ) {
        match piece {
            Piece::Failed(why) => give(Err(why)),
            Piece::Text { block, from, first_row, .. } => give(Ok(self.text(&block, from, first_row, work))),
            Piece::Rows { part, first_row, .. } => self.rows(part, first_row, work, give),
        }
    }

    fn text<T>(&self, block: &Block, from: usize, first_row: u64, work: &impl Fn(&RawBatch) -> T) -> Worked<T> {
        let name = &self.reader.files[0].name;
        let at = |lines_before: u64| format!("{name}:{}", block.first_line + lines_before);
        let mut faults = Faults::default();
        let text = match std::str::from_utf8(&block.bytes) {
            Ok(text) => text,
            Err(error) => {
                not_utf8(&mut faults, block, &error, &at);
                return Worked { rows: 0, result: None, faults };
            }
        };
        let (rows, result) = match &self.reader.shapes[0] {
            Shape::Csv { layout, slot_of } => {
                let records = csv::split(text, from, layout, |byte, fault, what| {
                    let lines = memchr::memchr_iter(b'\n', &text.as_bytes()[..byte]).count() as u64;
                    faults.add(fault, None, || (at(lines), what));
                });
                let place = |row: usize| at(records.lines_before(row));
                let columns = slot_of.iter().map(|slot| RawColumn::Cells(records.slot(*slot))).collect();
                let rows = records.rows();
                (rows, Some(work(&RawBatch { columns, rows, first_row, place: &place })))
            }
            Shape::JsonLines { schema, .. } => match json_lines::read(text, schema) {
                Ok(batch) => {
                    let place = |row: usize| at(json_lines::lines_before(text, row));
                    let field = |want: &Want| json_lines::field(&batch, &want.field).clone();
                    let texts: Vec<StringArray> = self.reader.wants.iter().map(field).collect();
                    self.reader.saw(0, |want| texts[want].null_count() < texts[want].len());
                    let columns = texts.into_iter().map(RawColumn::Text).collect();
                    let rows = batch.num_rows();
                    (rows, Some(work(&RawBatch { columns, rows, first_row, place: &place })))
                }
                Err(wrong) => {
                    for line in wrong {
                        faults.add(Fault::NotJson, None, || (at(line.lines_before), line.why));
                    }
                    (0, None)
                }
            },
            Shape::Parquet(_) => unreachable!("Parquet has no text"),
        };
        Worked { rows: rows as u64, result, faults }
    }

    fn rows<T>(
        &self,
        part: Part,
        first_row: u64,
        work: &impl Fn(&RawBatch) -> T,
        give: &mut dyn FnMut(Result<Worked<T>, Diagnostic>),
    ) {
        let Shape::Parquet(table) = &self.reader.shapes[0] else { unreachable!("only Parquet has parts") };
        let file = &self.reader.files[0];
        let mut before = 0;
        let outcome = table.read(file, part, &self.reader.wants, |batch| {
            let place = |row: usize| format!("{}:{}", file.name, part.first_row + before + row as u64 + 1);
            let columns: Result<Vec<RawColumn>, ArrowError> = batch.columns().iter().map(as_written).collect();
            give(match columns {
                Ok(columns) => {
                    let rows = batch.num_rows();
                    let result = work(&RawBatch { columns, rows, first_row: first_row + before, place: &place });
                    Ok(Worked { rows: rows as u64, result: Some(result), faults: Faults::default() })
                }
                Err(error) => {
                    let message = format!("`{}` cannot be read as text: {error}", file.name);
                    Err(Diagnostic::error(codes::data::FIELD_TYPE, message))
                }
            });
            before += batch.num_rows() as u64;
        });
        if let Err(why) = outcome {
            give(Err(why));
        }
    }
}

impl RawBatch<'_> {
    /// Where a row stands: `accounts.csv:17`.
    pub fn place(&self, row: usize) -> String {
        (self.place)(row)
    }
}

/// Values as a text file would show them: floats with as few digits as tell them apart, never with an exponent.
fn as_written(array: &ArrayRef) -> Result<RawColumn<'static>, ArrowError> {
    Ok(match array.data_type() {
        DataType::Dictionary(key, value) if **key == DataType::Int32 && **value == DataType::Utf8 => {
            RawColumn::Coded(array.as_dictionary::<Int32Type>().clone())
        }
        DataType::Utf8 => RawColumn::Text(array.as_string::<i32>().clone()),
        stored if stored.is_integer() && *stored != DataType::UInt64 => {
            RawColumn::Whole(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
        }
        DataType::Float64 => RawColumn::Text(
            array.as_primitive::<Float64Type>().iter().map(|v| v.map(|v| v.to_string())).collect::<StringArray>(),
        ),
        DataType::Float32 => RawColumn::Text(
            array.as_primitive::<Float32Type>().iter().map(|v| v.map(|v| v.to_string())).collect::<StringArray>(),
        ),
        _ => RawColumn::Text(cast(&Arc::clone(array), &DataType::Utf8)?.as_string::<i32>().clone()),
    })
}
