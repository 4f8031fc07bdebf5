//! The pages of one row group, Zstandard ones unpacked in Rust.
//!
//! The `parquet` crate unpacks Zstandard through a C library only. So the column's metadata are handed to it as if the
//! pages were not packed, and what it reads is unpacked here on its way to the decoder.

use std::fs::File;
use std::sync::Arc;

use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::Compression;
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;
use ruzstd::decoding::FrameDecoder;

/// One row group of a file that this thread alone reads.
pub(super) struct OneGroup<'a> {
    file: Arc<File>,
    metadata: &'a ParquetMetaData,
    group: &'a RowGroupMetaData,
}

impl<'a> OneGroup<'a> {
    /// The file must not be shared: its position moves with every page.
    pub fn new(file: File, metadata: &'a ParquetMetaData, group: usize) -> Self {
        Self { file: Arc::new(file), metadata, group: metadata.row_group(group) }
    }

    pub fn rows(&self) -> usize {
        self.group.num_rows() as usize
    }
}

impl RowGroups for OneGroup<'_> {
    fn num_rows(&self) -> usize {
        self.rows()
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let chunk = self.group.column(column);
        let file = Arc::clone(&self.file);
        let rows = self.rows();
        let pages: Box<dyn PageReader> = if matches!(chunk.compression(), Compression::ZSTD(_)) {
            let plain = chunk.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
            let packed = SerializedPageReader::new(file, &plain, rows, None)?;
            Box::new(ZstdPages { packed, decoder: FrameDecoder::new() })
        } else {
            Box::new(SerializedPageReader::new(file, chunk, rows, None)?)
        };
        Ok(Box::new(Once(Some(pages))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(std::iter::once(self.group))
    }

    fn metadata(&self) -> &ParquetMetaData {
        self.metadata
    }
}

/// The one column chunk that there is.
struct Once(Option<Box<dyn PageReader>>);

impl Iterator for Once {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for Once {}

struct ZstdPages {
    packed: SerializedPageReader<File>,
    decoder: FrameDecoder,
}

impl ZstdPages {
    /// `plain` bytes at the front are not packed.
    fn unpack(&mut self, bytes: &[u8], plain: usize) -> Result<Vec<u8>> {
        let packed =
            bytes.get(plain..).ok_or_else(|| ParquetError::General("a page shorter than its levels".into()))?;
        let mut out = bytes[..plain].to_vec();
        // A page without a single value has no frame.
        let mut rest = packed;
        while !rest.is_empty() {
            self.decoder.init(&mut rest).map_err(broken)?;
            while !self.decoder.is_finished() {
                self.decoder.decode_blocks(&mut rest, ruzstd::decoding::BlockDecodingStrategy::All).map_err(broken)?;
            }
            self.decoder.collect_to_writer(&mut out)?;
        }
        Ok(out)
    }

    fn unpacked(&mut self, page: Page) -> Result<Page> {
        Ok(match page {
            Page::DataPage { buf, num_values, encoding, def_level_encoding, rep_level_encoding, statistics } => {
                let buf = self.unpack(&buf, 0)?.into();
                Page::DataPage { buf, num_values, encoding, def_level_encoding, rep_level_encoding, statistics }
            }
            Page::DictionaryPage { buf, num_values, encoding, is_sorted } => {
                Page::DictionaryPage { buf: self.unpack(&buf, 0)?.into(), num_values, encoding, is_sorted }
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls,
                num_rows,
                def_levels_byte_len,
                rep_levels_byte_len,
                is_compressed,
                statistics,
            } => Page::DataPageV2 {
                buf: if is_compressed {
                    self.unpack(&buf, (def_levels_byte_len + rep_levels_byte_len) as usize)?.into()
                } else {
                    buf
                },
                num_values,
                encoding,
                num_nulls,
                num_rows,
                def_levels_byte_len,
                rep_levels_byte_len,
                is_compressed: false,
                statistics,
            },
        })
    }
}

fn broken(error: ruzstd::decoding::errors::FrameDecoderError) -> ParquetError {
    ParquetError::General(format!("a Zstandard page cannot be unpacked ({error})"))
}

impl Iterator for ZstdPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for ZstdPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.packed.get_next_page()?;
        page.map(|p| self.unpacked(p)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.packed.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.packed.skip_next_page()
    }

    fn supports_deferred_dictionary(&self) -> bool {
        self.packed.supports_deferred_dictionary()
    }

    fn take_deferred_dictionary(&mut self) -> Result<Option<Page>> {
        let page = self.packed.take_deferred_dictionary()?;
        page.map(|p| self.unpacked(p)).transpose()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.packed.at_record_boundary()
    }
}
