//! A row that differs, as bytes that sort by key, then side.
//!
//! Takes cells, gives bytes and back. The key's cells are canonical, each ended by two noughts (a nought within is
//! followed by 255), so that bytes sort as the cells do, one after another; then the side; then the other cells as they
//! are written, behind their lengths.

use std::borrow::Cow;

use super::cell::canonical;
use super::hash::digits_of;
use crate::data::RawColumn;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Base,
    Head,
}

/// Entries one after another.
#[derive(Debug, Default)]
pub struct Entries {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Entries {
    /// The first `keys` columns are the key.
    pub fn add(&mut self, columns: &[RawColumn], keys: usize, row: usize, side: Side) {
        let mut digits = [0; 20];
        for column in &columns[..keys] {
            push_key(&mut self.bytes, text(column, row, &mut digits));
        }
        self.bytes.push(side as u8);
        for column in &columns[keys..] {
            push_cell(&mut self.bytes, text(column, row, &mut digits));
        }
        self.ends.push(self.bytes.len());
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end])
    }
}

/// The text of a cell.
pub fn text<'a>(column: &'a RawColumn, row: usize, digits: &'a mut [u8; 20]) -> &'a [u8] {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    match column {
        RawColumn::Cells(cells) => cells.text(row).as_bytes(),
        RawColumn::Text(array) if array.is_valid(row) => array.value(row).as_bytes(),
        RawColumn::Coded(array) => array.key(row).map_or(b"", |key| {
            let words = array.values().as_string::<i32>();
            if words.is_valid(key) { words.value(key).as_bytes() } else { b"" }
        }),
        RawColumn::Whole(array) if array.is_valid(row) => digits_of(array.value(row), digits),
        RawColumn::Text(_) | RawColumn::Whole(_) => b"",
    }
}

pub fn push_key(bytes: &mut Vec<u8>, cell: &[u8]) {
    let cell = canonical(cell);
    for byte in cell.iter() {
        bytes.push(*byte);
        if *byte == 0 {
            bytes.push(255);
        }
    }
    bytes.extend_from_slice(&[0, 0]);
}

pub fn push_cell(bytes: &mut Vec<u8>, cell: &[u8]) {
    bytes.extend_from_slice(&(cell.len() as u32).to_le_bytes());
    bytes.extend_from_slice(cell);
}

/// Where an entry's key ends.
pub fn key_end(entry: &[u8], keys: usize) -> usize {
    let mut at = 0;
    for _ in 0..keys {
        while entry[at] != 0 || entry[at + 1] != 0 {
            at += if entry[at] == 0 { 2 } else { 1 };
        }
        at += 2;
    }
    at
}

/// The cells of a key.
pub fn key_cells(key: &[u8], keys: usize) -> Vec<String> {
    let mut cells = Vec::with_capacity(keys);
    let (mut cell, mut at) = (Vec::new(), 0);
    while at < key.len() {
        match (key[at], key.get(at + 1)) {
            (0, Some(0)) => cells.push(shown(&std::mem::take(&mut cell)).into_owned()),
            (byte, _) => cell.push(byte),
        }
        at += if key[at] == 0 { 2 } else { 1 };
    }
    cells
}

/// The cells behind the side.
pub fn cells(mut rest: &[u8]) -> Vec<Cow<'_, str>> {
    let mut cells = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let (cell, next) = behind.split_at(u32::from_le_bytes(*length) as usize);
        cells.push(shown(cell));
        rest = next;
    }
    cells
}

/// Cells come from text and stay text.
fn shown(cell: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_come_back_and_sort_as_their_cells(
            a in prop::collection::vec("[\\x00\\x01ab\u{e9}]{0,4}", 2), b in prop::collection::vec("[\\x00\\x01ab\u{e9}]{0,4}", 2)
        ) {
            let entry = |cells: &[String]| {
                let mut bytes = Vec::new();
                cells.iter().for_each(|cell| push_key(&mut bytes, cell.as_bytes()));
                bytes
            };
            let (x, y) = (entry(&a), entry(&b));
            prop_assert_eq!(key_end(&x, 2), x.len());
            prop_assert_eq!(&key_cells(&x, 2), &a);
            let mut long = x.clone();
            long.push(1);
            push_cell(&mut long, b[0].as_bytes());
            prop_assert_eq!(key_end(&long, 2), x.len());
            prop_assert_eq!(cells(&long[x.len() + 1..]), [b[0].as_str()]);
            if !a.concat().contains('\0') && !b.concat().contains('\0') {
                prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            }
        }
    }
}
