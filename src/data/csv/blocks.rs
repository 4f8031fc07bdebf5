//! A stream of bytes cut into blocks that end where a record ends.

use std::io::{self, Read};

/// A record longer than this is taken for a quote that was never closed.
const LONGEST_RECORD: usize = 16 << 20;

/// Whole records.
#[derive(Debug)]
pub(in crate::data) struct Block {
    pub bytes: Vec<u8>,
    /// The line of the first byte, from 1.
    pub first_line: u64,
}

#[derive(Debug)]
pub(in crate::data) enum CutError {
    Io(io::Error),
    /// The line where a quote opens that nothing closes.
    OpenQuote(u64),
    /// The line of a record beyond the limit.
    TooLong(u64),
}

/// Cuts what it reads; `quotes` is false for formats whose records are lines.
pub(in crate::data) struct Blocks<R> {
    reader: R,
    quotes: Option<u8>,
    size: usize,
    /// Read but not yet given: the beginning of a record.
    carry: Vec<u8>,
    line: u64,
    finished: bool,
}

impl<R: Read> Blocks<R> {
    /// Blocks of about `size` bytes of text whose fields are parted by `delimiter` and may be quoted.
    pub fn of_records(reader: R, delimiter: u8, size: usize) -> Self {
        Self { reader, quotes: Some(delimiter), size, carry: Vec::new(), line: 1, finished: false }
    }

    /// Blocks of whole lines.
    pub fn of_lines(reader: R, size: usize) -> Self {
        Self { reader, quotes: None, size, carry: Vec::new(), line: 1, finished: false }
    }

    fn next_block(&mut self) -> Result<Option<Block>, CutError> {
        let mut bytes = std::mem::take(&mut self.carry);
        let mut quoted = Quoted::default();
        let mut wanted = self.size;
        while !self.finished {
            let missing = wanted.saturating_sub(bytes.len());
            bytes.reserve(missing);
            let read = self.reader.by_ref().take(missing as u64).read_to_end(&mut bytes).map_err(CutError::Io)?;
            self.finished = read < missing;
            if let Some(delimiter) = self.quotes {
                quoted.walk(&bytes, delimiter, self.finished);
            }
            if self.finished {
                break;
            }
            if let Some(end) = quoted.last_record_end(&bytes) {
                self.carry = bytes[end..].to_vec();
                bytes.truncate(end);
                break;
            }
            if bytes.len() > LONGEST_RECORD {
                return Err(match quoted.open {
                    Some(at) => CutError::OpenQuote(self.line + line_breaks(&bytes[..at])),
                    None => CutError::TooLong(self.line),
                });
            }
            wanted = bytes.len() + self.size;
        }
        if let (true, Some(at)) = (self.finished, quoted.open) {
            return Err(CutError::OpenQuote(self.line + line_breaks(&bytes[..at])));
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let first_line = self.line;
        self.line += line_breaks(&bytes);
        Ok(Some(Block { bytes, first_line }))
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = Result<Block, CutError>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.next_block().transpose();
        if matches!(block, Some(Err(_))) {
            self.finished = true;
            self.carry.clear();
        }
        block
    }
}

fn line_breaks(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Which parts of a block that begins with a record lie in quotes.
#[derive(Default)]
struct Quoted {
    /// Closed ones: the opening quote and the byte behind the closing one.
    regions: Vec<(u32, u32)>,
    /// The quote that is open at the end.
    open: Option<usize>,
    walked: usize,
}

impl Quoted {
    /// Goes on from where it stopped. A quote at the very end may be the first of a doubled one, so it waits for more.
    fn walk(&mut self, bytes: &[u8], delimiter: u8, finished: bool) {
        while let Some(found) = memchr::memchr(b'"', &bytes[self.walked..]) {
            let at = self.walked + found;
            match self.open {
                None => {
                    let begins_field = at == 0 || matches!(bytes[at - 1], b'\n') || bytes[at - 1] == delimiter;
                    self.open = begins_field.then_some(at);
                    self.walked = at + 1;
                }
                Some(start) => match bytes.get(at + 1) {
                    Some(b'"') => self.walked = at + 2,
                    None if !finished => {
                        self.walked = at;
                        return;
                    }
                    _ => {
                        self.regions.push((start as u32, at as u32 + 1));
                        self.open = None;
                        self.walked = at + 1;
                    }
                },
            }
        }
        self.walked = bytes.len();
    }

    /// Behind the last line break that is not quoted.
    fn last_record_end(&self, bytes: &[u8]) -> Option<usize> {
        let mut end = self.open.unwrap_or(bytes.len());
        for (opening, behind) in self.regions.iter().rev() {
            if let Some(at) = memchr::memrchr(b'\n', &bytes[*behind as usize..end]) {
                return Some(*behind as usize + at + 1);
            }
            end = *opening as usize;
        }
        memchr::memrchr(b'\n', &bytes[..end]).map(|at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str, size: usize) -> Result<Vec<(String, u64)>, CutError> {
        Blocks::of_records(text.as_bytes(), b',', size)
            .map(|b| b.map(|b| (String::from_utf8(b.bytes).unwrap(), b.first_line)))
            .collect()
    }

    #[test]
    fn blocks_end_where_records_end() {
        let text = "a,\"x\ny\"\n\"\"\"\n\"\"\",b\n5\" pipe,c\n";
        for size in 1..text.len() + 2 {
            let blocks = cut(text, size).unwrap();
            assert_eq!(blocks.iter().map(|(b, _)| b.as_str()).collect::<String>(), text);
            let starts = ["a,", "\"\"\"", "5\""];
            assert!(blocks.iter().all(|(b, _)| starts.iter().any(|s| b.starts_with(s))), "{size}: {blocks:?}");
        }
        assert_eq!(cut(text, 1).unwrap().iter().map(|(_, line)| *line).collect::<Vec<_>>(), [1, 3, 5]);
    }

    #[test]
    fn an_open_quote_is_found_where_it_opens() {
        assert!(matches!(cut("a,b\n1,2\n3,\"x\n", 4), Err(CutError::OpenQuote(3))));
    }

    proptest! {
        #[test]
        fn any_size_cuts_the_same_records(
            fields in prop::collection::vec(("[a\n\", ]{0,6}", any::<bool>()), 1..30), size in 1usize..40
        ) {
            let mut records = Vec::new();
            for (field, quoted) in fields {
                let plain = !quoted && !field.contains(['\n', ',']) && !field.starts_with('"');
                let text = if plain { field } else { format!("\"{}\"", field.replace('"', "\"\"")) };
                records.push(format!("{text},1\n"));
            }
            let text = records.concat();
            let mut ends = Vec::new();
            records.iter().fold(0, |at, r| { ends.push(at + r.len()); at + r.len() });
            let mut at = 0;
            for (block, _) in cut(&text, size).unwrap() {
                at += block.len();
                prop_assert!(ends.contains(&at), "{text:?} cut at {at}");
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
