//! The files of one table as a stream of decoded batches, whatever their format.
//!
//! Takes files and the fields that are wanted of them, gives batches of typed cells with a way to say where a row
//! stands. Invariant: a field that is wanted is in every file's header, or the table does not open. Deliberately
//! absent: columns of the manifest, units of several fields, joins; `table` makes them of this.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::batch::Values;
use super::cell::{Fault, Reading};
use super::csv::{self, Block, Blocks, CutError, Layout};
use super::faults::Faults;
use super::files::DataFile;
use super::header::{csv_header, find_fields, json_names, unknown_field};
use super::parquet::{self, ParquetTable, Part};
use super::{column, json_lines};
use crate::diagnostics::{Diagnostic, codes};
use crate::workspace::manifest::FileFormat;

/// Bytes of a block of text: some ten thousand rows.
const BLOCK: usize = 1 << 20;

/// A field of the files and how to read it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Want {
    pub field: String,
    pub reading: Reading,
    /// An empty cell is a fault.
    pub required: bool,
}

/// Files that were opened and hold every wanted field.
#[derive(Debug)]
pub(super) struct Reader {
    pub files: Vec<DataFile>,
    pub wants: Vec<Want>,
    pub(super) shapes: Vec<Shape>,
    block: usize,
}

#[derive(Debug)]
pub(super) enum Shape {
    Csv {
        layout: Layout,
        slot_of: Vec<usize>,
    },
    /// Wanted fields that the first lines do not have, and whether they turned up later.
    JsonLines {
        schema: arrow_schema::SchemaRef,
        unseen: Vec<(usize, AtomicBool)>,
        names: Vec<String>,
    },
    Parquet(ParquetTable),
}

/// Rows that were read.
pub(super) struct Decoded<'a> {
    /// One for each want.
    pub columns: Vec<Values>,
    pub rows: usize,
    /// Lines or rows of the table before.
    pub first_row: u64,
    /// `data/accounts.csv:17`
    pub place: &'a dyn Fn(usize) -> String,
    pub faults: Faults,
}

/// A part of a table that one thread decodes.
pub(super) enum Piece {
    Text { file: usize, block: Block, from: usize, first_row: u64 },
    Rows { file: usize, part: Part, first_row: u64 },
    Failed(Diagnostic),
}

impl Reader {
    /// Opens every file. The diagnostics of a wanted field carry its index, those of a file none.
    pub fn open(files: Vec<DataFile>, wants: Vec<Want>) -> Result<Self, Vec<(Option<usize>, Diagnostic)>> {
        let mut shapes = Vec::new();
        let mut wrong = Vec::new();
        for file in &files {
            match open_one(file, &wants) {
                Ok(shape) => shapes.push(shape),
                Err(why) => wrong.extend(why),
            }
        }
        if wrong.is_empty() { Ok(Self { files, wants, shapes, block: BLOCK }) } else { Err(wrong) }
    }

    /// Smaller blocks, for tests.
    #[cfg(test)]
    pub fn with_block(mut self, bytes: usize) -> Self {
        self.block = bytes;
        self
    }

    /// The pieces in the order of the table.
    pub fn pieces(&self) -> impl FnMut() -> Option<Piece> + Send + '_ {
        let mut file = 0;
        let mut open: Option<Stream> = None;
        let mut first_row = 0;
        move || loop {
            if file >= self.files.len() {
                return None;
            }
            let stream = match &mut open {
                Some(stream) => stream,
                None => match self.stream(file) {
                    Ok(stream) => open.insert(stream),
                    Err(why) => {
                        file += 1;
                        return Some(Piece::Failed(why));
                    }
                },
            };
            if let Some(piece) = stream.next(file, &mut first_row, &self.files[file]) {
                return Some(piece);
            }
            open = None;
            file += 1;
        }
    }

    fn stream(&self, file: usize) -> Result<Stream, Diagnostic> {
        let opened = &self.files[file];
        let text = || opened.open_text().map_err(|e| opened.unreadable(&e));
        Ok(match &self.shapes[file] {
            Shape::Csv { layout, .. } => {
                let blocks = Blocks::of_records(text()?, layout.delimiter, self.block);
                Stream::Text { blocks, header: Some(layout.delimiter) }
            }
            Shape::JsonLines { .. } => Stream::Text { blocks: Blocks::of_lines(text()?, self.block), header: None },
            Shape::Parquet(table) => Stream::Rows(table.parts().into_iter()),
        })
    }

    /// Decodes a piece; `give` is handed its batches, or why it could not be read.
    pub fn decode(&self, piece: Piece, give: &mut dyn FnMut(Result<Decoded, Diagnostic>)) {
        match piece {
            Piece::Failed(why) => give(Err(why)),
            Piece::Text { file, block, from, first_row } => self.decode_text(file, &block, from, first_row, give),
            Piece::Rows { file, part, first_row } => self.decode_rows(file, part, first_row, give),
        }
    }

    fn decode_text(
        &self,
        file: usize,
        block: &Block,
        from: usize,
        first_row: u64,
        give: &mut dyn FnMut(Result<Decoded, Diagnostic>),
    ) {
        let name = &self.files[file].name;
        let at = |lines_before: u64| format!("{name}:{}", block.first_line + lines_before);
        let mut faults = Faults::default();
        let text = match std::str::from_utf8(&block.bytes) {
            Ok(text) => text,
            Err(error) => {
                not_utf8(&mut faults, block, &error, &at);
                give(Ok(Decoded { columns: Vec::new(), rows: 0, first_row, place: &|_| String::new(), faults }));
                return;
            }
        };
        match &self.shapes[file] {
            Shape::Csv { layout, slot_of } => {
                let records = csv::split(text, from, layout, |byte, fault, what| {
                    let lines = memchr::memchr_iter(b'\n', &text.as_bytes()[..byte]).count() as u64;
                    faults.add(fault, None, || (at(lines), what));
                });
                let place = |row: usize| at(records.lines_before(row));
                let columns = self.columns(&mut faults, &place, |want| records.slot(slot_of[want]));
                give(Ok(Decoded { columns, rows: records.rows(), first_row, place: &place, faults }));
            }
            Shape::JsonLines { schema, .. } => match json_lines::read(text, schema) {
                Ok(batch) => {
                    let place = |row: usize| at(json_lines::lines_before(text, row));
                    let columns = self.columns(&mut faults, &place, |want| {
                        json_lines::field(&batch, &self.wants[want].field).clone()
                    });
                    self.saw(file, |want| columns[want].null_count() < columns[want].len());
                    give(Ok(Decoded { columns, rows: batch.num_rows(), first_row, place: &place, faults }));
                }
                Err(wrong) => {
                    for line in wrong {
                        faults.add(Fault::NotJson, None, || (at(line.lines_before), line.why));
                    }
                    give(Ok(Decoded { columns: Vec::new(), rows: 0, first_row, place: &|_| String::new(), faults }));
                }
            },
            Shape::Parquet(_) => unreachable!("Parquet has no text"),
        }
    }

    fn columns<C: column::Cells>(
        &self,
        faults: &mut Faults,
        place: &dyn Fn(usize) -> String,
        cells: impl Fn(usize) -> C,
    ) -> Vec<Values> {
        let read = |(i, want): (usize, &Want)| {
            let cells = cells(i);
            let values = column::read(&cells, want.reading, |row, fault| {
                faults.add(fault, Some(i), || (place(row), cells.cell(row).to_owned()));
            });
            if want.required && values.null_count() > 0 {
                for row in (0..cells.rows()).filter(|row| cells.cell(*row).trim_ascii().is_empty()) {
                    faults.add(Fault::Missing, Some(i), || (place(row), String::new()));
                }
            }
            values
        };
        self.wants.iter().enumerate().map(read).collect()
    }

    fn decode_rows(&self, file: usize, part: Part, first_row: u64, give: &mut dyn FnMut(Result<Decoded, Diagnostic>)) {
        let Shape::Parquet(table) = &self.shapes[file] else { unreachable!("only Parquet has parts") };
        let name = &self.files[file].name;
        let mut before = 0;
        let outcome = table.read(&self.files[file], part, &self.wants, |batch| {
            let mut faults = Faults::default();
            let place = |row: usize| format!("{name}:{}", part.first_row + before + row as u64 + 1);
            let columns: Result<Vec<Values>, arrow_schema::ArrowError> =
                (batch.columns().iter().zip(&self.wants).enumerate())
                    .map(|(i, (array, want))| {
                        let values = parquet::values(array, want.reading, &mut |row, fault| {
                            faults.add(fault, Some(i), || (place(row), parquet::shown(array, row)));
                        })?;
                        if want.required && values.null_count() > 0 {
                            for row in (0..values.len()).filter(|row| values.is_null(*row)) {
                                if parquet::shown(array, row).trim_ascii().is_empty() {
                                    faults.add(Fault::Missing, Some(i), || (place(row), String::new()));
                                }
                            }
                        }
                        Ok(values)
                    })
                    .collect();
            give(match columns {
                Ok(columns) => Ok(Decoded {
                    columns,
                    rows: batch.num_rows(),
                    first_row: first_row + before,
                    place: &place,
                    faults,
                }),
                Err(error) => {
                    let message = format!("`{name}` cannot be read as declared: {error}");
                    Err(Diagnostic::error(codes::data::FIELD_TYPE, message))
                }
            });
            before += batch.num_rows() as u64;
        });
        if let Err(why) = outcome {
            give(Err(why));
        }
    }

    /// Notes which fields of a JSON Lines file turned up that the first lines do not have.
    pub fn saw(&self, file: usize, any: impl Fn(usize) -> bool) {
        let Shape::JsonLines { unseen, .. } = &self.shapes[file] else { return };
        for (_, seen) in unseen.iter().filter(|(want, _)| any(*want)) {
            seen.store(true, Ordering::Relaxed);
        }
    }

    /// After every piece was decoded: the wanted fields that no line of a JSON Lines file had.
    pub fn never_seen(&self) -> Vec<(usize, Diagnostic)> {
        let mut missing = Vec::new();
        for (file, shape) in self.files.iter().zip(&self.shapes) {
            let Shape::JsonLines { unseen, names, .. } = shape else { continue };
            for (want, seen) in unseen {
                if !seen.load(Ordering::Relaxed) {
                    missing.push((*want, unknown_field(file, &self.wants[*want].field, names)));
                }
            }
        }
        missing
    }
}

/// Tells the first byte of a block that is no UTF-8.
pub(super) fn not_utf8(faults: &mut Faults, block: &Block, error: &std::str::Utf8Error, at: &dyn Fn(u64) -> String) {
    let before = &block.bytes[..error.valid_up_to()];
    let lines = memchr::memchr_iter(b'\n', before).count() as u64;
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
    let byte = block.bytes[error.valid_up_to()];
    faults.add(Fault::NotUtf8, None, || {
        (format!("{}:{column}", at(lines)), format!("the byte 0x{byte:02X} is not UTF-8"))
    });
}

enum Stream {
    Text { blocks: Blocks<Box<dyn std::io::Read + Send>>, header: Option<u8> },
    Rows(std::vec::IntoIter<Part>),
}

impl Stream {
    fn next(&mut self, file: usize, first_row: &mut u64, name: &DataFile) -> Option<Piece> {
        match self {
            Stream::Rows(parts) => parts.next().map(|part| {
                let piece = Piece::Rows { file, part, first_row: *first_row };
                *first_row += part.rows as u64;
                piece
            }),
            Stream::Text { blocks, header } => Some(match blocks.next()? {
                Err(error) => Piece::Failed(cut_failed(name, &error)),
                Ok(block) => {
                    // The header was read when the file was opened; a block always holds it whole.
                    let from = header.map_or(0, |delimiter| {
                        let text = String::from_utf8_lossy(&block.bytes);
                        match csv::split_record(&text, 0, delimiter) {
                            Some((_, end)) => {
                                *header = None;
                                end.min(block.bytes.len())
                            }
                            // Blank lines before it.
                            None => block.bytes.len(),
                        }
                    });
                    let piece_row = *first_row;
                    *first_row += memchr::memchr_iter(b'\n', &block.bytes).count() as u64;
                    Piece::Text { file, block, from, first_row: piece_row }
                }
            }),
        }
    }
}

pub(super) fn cut_failed(file: &DataFile, error: &CutError) -> Diagnostic {
    let name = &file.name;
    match error {
        CutError::Io(error) => file.unreadable(error),
        CutError::OpenQuote(line) => {
            Diagnostic::error(codes::data::BAD_QUOTE, format!("a quote is opened and never closed, at {name}:{line}"))
                .help("close it; write a quote inside a quoted field twice: `\"\"`")
        }
        CutError::TooLong(line) => {
            Diagnostic::error(codes::data::BAD_RECORD, format!("a row of more than 16 MB, at {name}:{line}"))
                .help("is this a text table?")
        }
    }
}

fn open_one(file: &DataFile, wants: &[Want]) -> Result<Shape, Vec<(Option<usize>, Diagnostic)>> {
    let whole = |d: Diagnostic| vec![(None, d)];
    match file.format {
        FileFormat::Csv => {
            let names = csv_header(file).map_err(whole)?;
            let found = find_fields(file, &names, wants)?;
            let mut slots = vec![Layout::UNWANTED; names.len()];
            let mut slot_count = 0;
            let slot_of = found
                .into_iter()
                .map(|place| {
                    if slots[place] == Layout::UNWANTED {
                        slots[place] = slot_count;
                        slot_count += 1;
                    }
                    slots[place] as usize
                })
                .collect();
            let layout =
                Layout { delimiter: file.delimiter, width: names.len(), slots, slot_count: slot_count as usize };
            Ok(Shape::Csv { layout, slot_of })
        }
        FileFormat::JsonLines => {
            let names = json_names(file).map_err(whole)?;
            let absent = wants.iter().enumerate().filter(|(_, w)| !names.contains(&w.field));
            let unseen = absent.map(|(i, _)| (i, AtomicBool::new(false))).collect();
            let schema = json_lines::schema(wants.iter().map(|w| w.field.as_str()));
            Ok(Shape::JsonLines { schema, unseen, names })
        }
        FileFormat::Parquet => {
            let (metadata, fields) = parquet::open(file).map_err(whole)?;
            let names: Vec<String> = fields.iter().map(|f| f.name().clone()).collect();
            let table = ParquetTable::new(Arc::clone(&metadata), fields, find_fields(file, &names, wants)?);
            let misfits: Vec<_> = table
                .misfits(wants)
                .into_iter()
                .map(|(want, stored)| {
                    let field = &wants[want].field;
                    let message = format!("the field `{field}` of `{}` holds {stored}", file.name);
                    (Some(want), Diagnostic::error(codes::data::FIELD_TYPE, message))
                })
                .collect();
            if misfits.is_empty() { Ok(Shape::Parquet(table)) } else { Err(misfits) }
        }
    }
}
