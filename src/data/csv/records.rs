//! One block of records to the cells of the wanted fields.

use crate::data::cell::Fault;
use crate::data::column::Cells;

/// Which fields of a record are wanted.
#[derive(Debug, Clone)]
pub(in crate::data) struct Layout {
    pub delimiter: u8,
    /// Fields of the header.
    pub width: usize,
    /// For each field the slot of its cells, or [`Layout::UNWANTED`].
    pub slots: Vec<u32>,
    pub slot_count: usize,
}

impl Layout {
    pub const UNWANTED: u32 = u32::MAX;
}

/// The wanted cells of a block, slot by slot.
#[derive(Debug)]
pub struct Record<'a> {
    text: &'a str,
    /// Cells with doubled quotes, undoubled, one after another.
    undoubled: String,
    slots: Vec<Vec<Range>>,
    /// Where each row begins.
    starts: Vec<u32>,
}

/// Bytes of the block, or of the undoubled cells when the length's upper bit is set.
#[derive(Debug, Clone, Copy)]
pub(in crate::data) struct Range {
    start: u32,
    length: u32,
}

const UNDOUBLED: u32 = 1 << 31;

/// The cells of one slot.
#[derive(Debug)]
pub struct Slot<'a> {
    records: &'a Record<'a>,
    ranges: &'a [Range],
}

impl Slot<'_> {
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    #[inline]
    pub fn text(&self, row: usize) -> &str {
        self.records.at(self.ranges[row])
    }
}

impl Cells for Slot<'_> {
    fn rows(&self) -> usize {
        self.ranges.len()
    }

    #[inline]
    fn cell(&self, row: usize) -> &str {
        self.records.at(self.ranges[row])
    }
}

impl Record<'_> {
    pub fn rows(&self) -> usize {
        self.starts.len()
    }

    pub fn slot(&self, slot: usize) -> Slot<'_> {
        Slot { records: self, ranges: &self.slots[slot] }
    }

    /// How many line breaks of the block lie before the row.
    pub fn lines_before(&self, row: usize) -> u64 {
        memchr::memchr_iter(b'\n', &self.text.as_bytes()[..self.starts[row] as usize]).count() as u64
    }

    #[inline]
    fn at(&self, range: Range) -> &str {
        let start = range.start as usize;
        if range.length & UNDOUBLED == 0 {
            &self.text[start..start + range.length as usize]
        } else {
            &self.undoubled[start..start + (range.length & !UNDOUBLED) as usize]
        }
    }
}

/// Reads the records of a block from `from` on; `fault` is told the byte of each that is not whole and what is wrong
/// with it. Such a record is left out.
pub(in crate::data) fn split<'a>(
    text: &'a str,
    from: usize,
    layout: &Layout,
    mut fault: impl FnMut(usize, Fault, String),
) -> Record<'a> {
    let mut records = Record {
        text,
        undoubled: String::new(),
        slots: vec![Vec::with_capacity(text.len() / 64); layout.slot_count],
        starts: Vec::with_capacity(text.len() / 64),
    };
    let mut at = from;
    while at < text.len() {
        at = one(&mut records, at, layout, &mut fault);
    }
    records
}

/// The fields of the first record from `from` on that is not a blank line, and where the next one begins.
pub(in crate::data) fn split_record(text: &str, from: usize, delimiter: u8) -> Option<(Vec<String>, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while matches!(bytes.get(at), Some(b'\n' | b'\r')) {
        at += 1;
    }
    if at >= bytes.len() {
        return None;
    }
    let specials = Specials::new(bytes, delimiter);
    let mut fields = Vec::new();
    loop {
        let (field, end, _) = specials.field(at);
        let raw = &text[field.start..field.end];
        fields.push(if field.doubled { raw.replace("\"\"", "\"") } else { raw.to_owned() });
        match bytes.get(end) {
            Some(b) if *b == delimiter => at = end + 1,
            _ => return Some((fields, end + 1)),
        }
    }
}

/// Reads one record and gives where the next begins.
fn one(records: &mut Record, from: usize, layout: &Layout, fault: &mut impl FnMut(usize, Fault, String)) -> usize {
    let bytes = records.text.as_bytes();
    // A blank line is no record.
    match bytes[from] {
        b'\n' => return from + 1,
        b'\r' if matches!(bytes.get(from + 1), Some(b'\n') | None) => return from + 2,
        _ => {}
    }
    let specials = Specials::new(bytes, layout.delimiter);
    let mut field = 0;
    let mut at = from;
    let mut wrong = None;
    let next = loop {
        let (cell, end, tail) = specials.field(at);
        if tail && wrong.is_none() {
            wrong = Some((Fault::AfterQuote, "text behind the closing quote of a field".to_owned()));
        }
        if let Some(slot) = layout.slots.get(field)
            && *slot != Layout::UNWANTED
        {
            let range = if cell.doubled {
                let start = records.undoubled.len();
                records.undoubled.push_str(&records.text[cell.start..cell.end].replace("\"\"", "\""));
                Range { start: start as u32, length: (records.undoubled.len() - start) as u32 | UNDOUBLED }
            } else {
                Range { start: cell.start as u32, length: (cell.end - cell.start) as u32 }
            };
            records.slots[*slot as usize].push(range);
        }
        field += 1;
        if end < bytes.len() && bytes[end] == layout.delimiter {
            at = end + 1;
        } else {
            break end + 1;
        }
    };
    if field != layout.width && wrong.is_none() {
        wrong = Some((Fault::Ragged, format!("a row of {field} {} under a header of {}", fields(field), layout.width)));
    }
    match wrong {
        None => records.starts.push(from as u32),
        Some((what, message)) => {
            let rows = records.starts.len();
            records.slots.iter_mut().for_each(|slot| slot.truncate(rows));
            fault(from, what, message);
        }
    }
    next
}

fn fields(count: usize) -> &'static str {
    if count == 1 { "field" } else { "fields" }
}

/// A field without its quotes.
struct Field {
    start: usize,
    end: usize,
    /// It has doubled quotes within.
    doubled: bool,
}

/// Finds delimiters and line breaks eight bytes at a time.
struct Specials<'a> {
    bytes: &'a [u8],
    delimiter: u64,
}

impl<'a> Specials<'a> {
    fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        Self { bytes, delimiter: u64::from(delimiter) * ONES }
    }

    /// The field that begins at `at`, the place of the delimiter or line break behind it (or the length), and whether
    /// text stands between a closing quote and that place.
    #[inline]
    fn field(&self, at: usize) -> (Field, usize, bool) {
        if self.bytes.get(at) == Some(&b'"') {
            return self.quoted(at);
        }
        let end = self.end(at);
        (Field { start: at, end: self.without_return(at, end), doubled: false }, end, false)
    }

    fn quoted(&self, at: usize) -> (Field, usize, bool) {
        let start = at + 1;
        let mut doubled = false;
        let mut from = start;
        let close = loop {
            // Blocks hold whole records, so every quote closes; the length is the answer to a bug, not to an input.
            let Some(found) = memchr::memchr(b'"', &self.bytes[from.min(self.bytes.len())..]) else {
                break self.bytes.len();
            };
            if self.bytes.get(from + found + 1) != Some(&b'"') {
                break from + found;
            }
            doubled = true;
            from += found + 2;
        };
        let behind = (close + 1).min(self.bytes.len());
        let end = self.end(behind);
        let tail = self.without_return(behind, end) > behind;
        (Field { start, end: close, doubled }, end, tail)
    }

    /// The end of an unquoted field without the CR of a CRLF (or of the last line).
    #[inline]
    fn without_return(&self, start: usize, end: usize) -> usize {
        let line_end = end == self.bytes.len() || self.bytes[end] == b'\n';
        if line_end && end > start && self.bytes[end - 1] == b'\r' { end - 1 } else { end }
    }

    #[inline]
    fn end(&self, mut at: usize) -> usize {
        while let Some(word) = self.bytes.get(at..at + 8) {
            let word = u64::from_le_bytes(word.try_into().expect("eight bytes"));
            let hits = equal_bytes(word, self.delimiter) | equal_bytes(word, u64::from(b'\n') * ONES);
            if hits != 0 {
                return at + (hits.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        let delimiter = self.delimiter as u8;
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().position(|b| *b == delimiter || *b == b'\n').unwrap_or(rest.len())
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// The upper bit of every byte of `word` that equals the byte repeated in `pattern`. Bytes above an equal one may be
/// marked wrongly, so only the lowest mark counts (Mycroft's test for a zero byte).
#[inline]
fn equal_bytes(word: u64, pattern: u64) -> u64 {
    let difference = word ^ pattern;
    difference.wrapping_sub(ONES) & !difference & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(width: usize) -> Layout {
        Layout { delimiter: b',', width, slots: (0..width as u32).collect(), slot_count: width }
    }

    fn cells(text: &str, width: usize) -> (Vec<Vec<String>>, Vec<(usize, Fault)>) {
        let mut faults = Vec::new();
        let records = split(text, 0, &layout(width), |at, fault, _| faults.push((at, fault)));
        let rows = (0..records.rows())
            .map(|row| (0..width).map(|slot| records.slot(slot).cell(row).to_owned()).collect())
            .collect();
        (rows, faults)
    }

    #[test]
    fn quotes_line_ends_and_blank_lines() {
        let text = "a,b\r\n\r\n\"x,\"\"y\"\"\nz\",5\" pipe\n\n,\"\"\nlast,\"cell\"";
        let (rows, faults) = cells(text, 2);
        assert_eq!(faults, []);
        assert_eq!(rows, [["a", "b"], ["x,\"y\"\nz", "5\" pipe"], ["", ""], ["last", "cell"]]);
        assert_eq!(cells("one\r\ntwo\r", 1).0, [["one"], ["two"]]);
    }

    #[test]
    fn rows_that_are_not_whole_are_told_and_left_out() {
        let (rows, faults) = cells("a,b\nc\n1,2,3\n\"x\"y,z\nd,e\n", 2);
        assert_eq!(rows, [["a", "b"], ["d", "e"]]);
        assert_eq!(faults, [(4, Fault::Ragged), (6, Fault::Ragged), (12, Fault::AfterQuote)]);
    }

    #[test]
    fn header() {
        assert_eq!(split_record("\n\"a\"\"b\",c\r\nd", 0, b','), Some((vec!["a\"b".into(), "c".into()], 11)));
        assert_eq!(split_record("\r\n", 0, b','), None);
    }

    #[test]
    fn every_distance_of_a_delimiter_is_found() {
        for length in 0..40 {
            let text = format!("{0}é,{0}\n", "x".repeat(length));
            assert_eq!(cells(&text, 2).0, [[format!("{}é", "x".repeat(length)), "x".repeat(length)]]);
        }
    }
}
