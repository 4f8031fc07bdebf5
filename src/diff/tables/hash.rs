//! Digests of cells, keys and rows: the same on every machine and in every run.
//!
//! Takes the columns of a batch, gives 128 bits for each key and 64 bits for each row's other cells. Words of eight
//! bytes are folded by a widening multiplication (the scheme of wyhash), with other constants for each half. Of n keys
//! two different ones have the same digest with a probability of about n² / 2¹²⁹, that is 4·10⁻²⁶ for five million; a
//! changed row passes for an unchanged one with 5·10⁻²⁰. The digests keep no secret: who chooses the cells can make
//! them agree.

use arrow_array::Array;
use arrow_array::cast::AsArray;

use super::cell::canonical;
use crate::data::RawColumn;

/// A key's digest.
pub type Digest = [u64; 2];

const SECRETS: [[u64; 2]; 2] =
    [[0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db], [0x8ebc_6af0_9c88_c6e3, 0x5899_65cc_7537_4cc3]];
const STEP: u64 = 0x1d8e_4e27_c47d_124f;

#[inline]
fn fold(x: u64, y: u64) -> u64 {
    let product = u128::from(x) * u128::from(y);
    (product as u64) ^ ((product >> 64) as u64)
}

#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[inline]
fn four(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")))
}

/// All bytes of a short text, or the last sixteen of a longer one.
#[inline]
fn ends(bytes: &[u8]) -> (u64, u64) {
    match bytes.len() {
        0 => (0, 0),
        n @ 1..=3 => (u64::from(bytes[0]) << 16 | u64::from(bytes[n / 2]) << 8 | u64::from(bytes[n - 1]), 0),
        n @ 4..=7 => (four(bytes, 0), four(bytes, n - 4)),
        n @ 8..=15 => (eight(bytes, 0), eight(bytes, n - 8)),
        n => (eight(bytes, n - 16), eight(bytes, n - 8)),
    }
}

#[inline]
fn lane<const LANE: usize>(bytes: &[u8], (a, b): (u64, u64)) -> u64 {
    let [s0, s1] = SECRETS[LANE];
    let mut state = s0;
    let mut at = 0;
    while at + 16 < bytes.len() {
        state = fold(eight(bytes, at) ^ s1, eight(bytes, at + 8) ^ state);
        at += 16;
    }
    fold(s1 ^ bytes.len() as u64, fold(a ^ s1, b ^ state))
}

#[inline]
fn digest(bytes: &[u8]) -> Digest {
    let ends = ends(bytes);
    [lane::<0>(bytes, ends), lane::<1>(bytes, ends)]
}

#[inline]
fn hash(bytes: &[u8]) -> u64 {
    lane::<0>(bytes, ends(bytes))
}

/// Up to so many digits a whole number is folded as a number, be it written as one or as text.
const DIGITS: usize = 18;
const BEYOND: u64 = 10u64.pow(DIGITS as u32);

/// The number that a canonical text writes, unless it has too many digits.
#[inline]
fn whole(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let plain = match digits {
        [] => false,
        [b'0', ..] => digits.len() == 1 && !negative,
        _ => digits.len() <= DIGITS,
    };
    if !plain {
        return None;
    }
    let mut value = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

/// What is folded of a cell.
trait Folded: Copy {
    fn of_text(text: &[u8]) -> Self;
    fn of_whole(value: i64) -> Self;
}

impl Folded for Digest {
    #[inline]
    fn of_text(text: &[u8]) -> Self {
        digest(text)
    }

    #[inline]
    fn of_whole(value: i64) -> Self {
        [<u64 as Folded>::of_whole(value), fold(value as u64 ^ SECRETS[1][0], SECRETS[1][1])]
    }
}

impl Folded for u64 {
    #[inline]
    fn of_text(text: &[u8]) -> Self {
        hash(text)
    }

    #[inline]
    fn of_whole(value: i64) -> Self {
        fold(value as u64 ^ SECRETS[0][0], SECRETS[0][1])
    }
}

/// Adds a key column to the digests of the rows; the rows whose cell is missing are told.
pub fn add_key(column: &RawColumn, digests: &mut [Digest], mut missing: impl FnMut(usize)) {
    let add = |row: usize, cell: Option<Digest>| match cell {
        Some([x, y]) => {
            let [a, b] = digests[row];
            digests[row] = [fold(a ^ x, STEP), fold(b ^ y, STEP)];
        }
        None => missing(row),
    };
    each(column, add);
}

/// Adds a column to the digests of the rows.
pub fn add_cells(column: &RawColumn, hashes: &mut [u64]) {
    each(column, |row, cell: Option<u64>| hashes[row] = fold(hashes[row] ^ cell.unwrap_or_default(), STEP));
}

/// The digest of every cell, `None` for a missing one; each word of a dictionary once.
#[inline]
fn each<D: Folded>(column: &RawColumn, mut give: impl FnMut(usize, Option<D>)) {
    let of = |text: &[u8]| {
        let text = canonical(text);
        (!text.is_empty()).then(|| whole(&text).map_or_else(|| D::of_text(&text), D::of_whole))
    };
    match column {
        RawColumn::Cells(cells) => (0..cells.len()).for_each(|row| give(row, of(cells.text(row).as_bytes()))),
        RawColumn::Text(array) => {
            for row in 0..array.len() {
                give(row, if array.is_null(row) { None } else { of(array.value(row).as_bytes()) });
            }
        }
        RawColumn::Coded(array) => {
            let words = array.values().as_string::<i32>();
            let words: Vec<Option<D>> = words.iter().map(|word| of(word.unwrap_or_default().as_bytes())).collect();
            for row in 0..array.len() {
                give(row, array.key(row).and_then(|key| words[key]));
            }
        }
        RawColumn::Whole(array) => {
            let mut digits = [0; 20];
            for row in 0..array.len() {
                let cell = array.is_valid(row).then(|| match array.value(row) {
                    value if value.unsigned_abs() < BEYOND => D::of_whole(value),
                    value => D::of_text(digits_of(value, &mut digits)),
                });
                give(row, cell);
            }
        }
    }
}

/// A whole number as text.
#[inline]
pub fn digits_of(value: i64, digits: &mut [u8; 20]) -> &[u8] {
    let mut rest = value.unsigned_abs();
    let mut at = digits.len();
    while rest >= 10 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    at -= 1;
    digits[at] = b'0' + rest as u8;
    if value < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    &digits[at..]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn digits() {
        for value in [0, 7, 10, -1, 1042, i64::MAX, i64::MIN] {
            assert_eq!(digits_of(value, &mut [0; 20]), value.to_string().as_bytes());
        }
    }

    #[test]
    fn numbers_fold_as_their_texts_do() {
        let of = |text: &[u8]| whole(text).map_or_else(|| digest(text), Digest::of_whole);
        let edges =
            [0, 7, -7, 10, 1042, -99, 999_999_999_999_999_999, -999_999_999_999_999_999, 10i64.pow(18), i64::MIN];
        for value in edges {
            let number = if value.unsigned_abs() < BEYOND {
                Digest::of_whole(value)
            } else {
                digest(digits_of(value, &mut [0; 20]))
            };
            assert_eq!(of(value.to_string().as_bytes()), number, "{value}");
        }
        for text in ["", "-", "-0", "007", "+1", "1e5", "1.5", "12a", "1000000000000000000"] {
            assert_eq!(whole(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn like_texts_have_other_digests_in_both_halves() {
        let texts = (0..200_000).map(|i| match i % 4 {
            0 => format!("n{i}"),
            1 => format!("ACC-{i:07}"),
            2 => "x".repeat(i % 97) + &i.to_string(),
            _ => format!("{i:032}"),
        });
        let texts: HashSet<String> = texts.collect();
        let digests: Vec<Digest> = texts.iter().map(|text| digest(text.as_bytes())).collect();
        for half in 0..2 {
            assert_eq!(digests.iter().map(|d| d[half]).collect::<HashSet<u64>>().len(), texts.len());
        }
        let low: HashSet<u64> = digests.iter().map(|d| d[1] >> 58).collect();
        assert_eq!(low.len(), 64);
        let numbers: Vec<Digest> = (0..200_000).map(|i| Digest::of_whole(1_000_003 + 7 * i)).collect();
        for half in 0..2 {
            assert_eq!(numbers.iter().map(|d| d[half]).collect::<HashSet<u64>>().len(), numbers.len());
        }
    }

    #[test]
    fn every_byte_and_the_length_count() {
        let mut seen = HashSet::new();
        for length in 0..70 {
            let plain = vec![b'a'; length];
            assert!(seen.insert(digest(&plain)), "{length}");
            for at in 0..length {
                let mut other = plain.clone();
                other[at] = b'b';
                assert!(seen.insert(digest(&other)), "{length} {at}");
            }
        }
    }
}
