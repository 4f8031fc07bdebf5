//! Comma-separated text: the header, blocks of whole records, and the cells of the wanted fields.
//!
//! Takes the unpacked bytes of a file, gives typed columns. Accepted: any one-byte delimiter, quoted fields with line
//! breaks and doubled quotes, LF and CRLF, a missing last line break, blank lines (skipped). A quote that does not
//! begin a field is an ordinary character. Invariant: where blocks are cut never shows in what is read. Deliberately
//! absent: guessing of types and of delimiters; both are declared.

mod blocks;
mod records;

pub(super) use blocks::{Block, Blocks, CutError};
pub use records::Slot;
pub(super) use records::{Layout, split, split_record};
