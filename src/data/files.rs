//! One data file: its format by its name, and its bytes unpacked.
//!
//! Takes a path, gives a [`DataFile`] and a stream of its text. Invariant: nothing is held in memory beyond a buffer.
//! Deliberately absent: which files a project may read; `table` decides that.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::diagnostics::{Diagnostic, codes};
use crate::workspace::manifest::FileFormat;

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    pub path: PathBuf,
    /// As people see it: relative to the project folder, with `/`.
    pub name: String,
    pub format: FileFormat,
    pub packing: Packing,
    /// Parts the fields of a text table.
    pub delimiter: u8,
}

/// How the bytes of a text file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    None,
    Gzip,
    Zstd,
}

impl DataFile {
    /// Tells format, packing and delimiter by the name's endings; what the manifest states goes first.
    pub fn new(
        path: &Path,
        name: String,
        format: Option<FileFormat>,
        delimiter: Option<u8>,
    ) -> Result<Self, Diagnostic> {
        let lower = name.to_ascii_lowercase();
        let (stem, packing) = if let Some(stem) = lower.strip_suffix(".gz") {
            (stem, Packing::Gzip)
        } else if let Some(stem) = lower.strip_suffix(".zst").or_else(|| lower.strip_suffix(".zstd")) {
            (stem, Packing::Zstd)
        } else {
            (lower.as_str(), Packing::None)
        };
        let ending = stem.rsplit_once('.').map_or("", |(_, ending)| ending);
        let by_name = match ending {
            "csv" | "tsv" | "tab" => Some(FileFormat::Csv),
            "parquet" | "pq" => Some(FileFormat::Parquet),
            "jsonl" | "ndjson" => Some(FileFormat::JsonLines),
            _ => None,
        };
        let Some(format) = format.or(by_name) else {
            let message = format!("the name `{name}` does not say what the file contains");
            return Err(Diagnostic::error(codes::data::UNKNOWN_FORMAT, message).help(
                "name it `.csv`, `.tsv`, `.parquet`, `.jsonl` or `.ndjson` (text also with `.gz` or `.zst` behind), \
                 or state `format` in the manifest",
            ));
        };
        if format == FileFormat::Parquet && packing != Packing::None {
            let message = format!("`{name}` is a packed Parquet file");
            return Err(Diagnostic::error(codes::data::UNKNOWN_FORMAT, message)
                .help("unpack it: Parquet is packed within already"));
        }
        let delimiter = delimiter.unwrap_or(if matches!(ending, "tsv" | "tab") { b'\t' } else { b',' });
        Ok(Self { path: path.to_owned(), name, format, packing, delimiter })
    }

    /// The unpacked text, from its first byte behind a byte order mark.
    pub fn open_text(&self) -> io::Result<Box<dyn Read + Send>> {
        let file = File::open(&self.path)?;
        let mut text: Box<dyn Read + Send> = match self.packing {
            Packing::None => Box::new(file),
            Packing::Gzip => Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(1 << 16, file))),
            Packing::Zstd => Box::new(ZstdReader::new(io::BufReader::with_capacity(1 << 16, file))),
        };
        let mut start = Vec::new();
        text.by_ref().take(3).read_to_end(&mut start)?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is UTF-16; save it as UTF-8"));
        }
        if start == [0xef, 0xbb, 0xbf] {
            start.clear();
        }
        Ok(Box::new(io::Cursor::new(start).chain(text)))
    }

    /// What to say when opening or reading failed.
    pub(super) fn unreadable(&self, error: &io::Error) -> Diagnostic {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "it does not exist".to_owned(),
            io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
            io::ErrorKind::UnexpectedEof => "it is cut off".to_owned(),
            _ => error.to_string(),
        };
        Diagnostic::error(codes::data::UNREADABLE_FILE, format!("`{}` cannot be read: {why}", self.name))
    }
}

/// Zstandard of one or several frames, as a stream.
struct ZstdReader<R> {
    source: R,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: io::BufRead> ZstdReader<R> {
    fn new(source: R) -> Self {
        Self { source, decoder: FrameDecoder::new(), in_frame: false }
    }
}

impl<R: io::BufRead> Read for ZstdReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame {
                if self.source.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                match self.decoder.init(&mut self.source) {
                    Ok(()) => self.in_frame = true,
                    Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                        length, ..
                    })) => {
                        io::copy(&mut self.source.by_ref().take(u64::from(length)), &mut io::sink())?;
                        continue;
                    }
                    Err(error) => return Err(invalid(&error)),
                }
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let some = BlockDecodingStrategy::UptoBytes(into.len().max(1));
                self.decoder.decode_blocks(&mut self.source, some).map_err(|e| invalid(&e))?;
            }
            let read = self.decoder.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            self.in_frame = false;
        }
    }
}

fn invalid(error: &FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("its zstd data is damaged or cut off ({error})"))
}
