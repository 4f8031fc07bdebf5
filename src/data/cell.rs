//! One cell of text to one value: what a number, a date and a truth value look like in a user's file.
//!
//! Takes the text of a cell that is not empty, gives the value in its column's base unit or a [`Fault`]. Invariant: a
//! number that is accepted is finite and is the float nearest to what is written. Deliberately absent: where the cell
//! lies; the reader knows.

use chrono::{Datelike, NaiveDate};

use crate::workspace::schema::{ColumnType, FileUnit};

/// How the cells of a field are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Text(Coding),
    Number { kind: ColumnType, unit: FileUnit },
    Date,
    Bool,
}

/// Whether equal texts of a batch share one entry of a dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Always,
    Never,
    /// As long as they repeat.
    WherePaying,
}

/// What is wrong with a cell or with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// A row with more or fewer fields than the header.
    Ragged,
    /// Text between a closing quote and the next delimiter.
    AfterQuote,
    NotUtf8,
    /// A line that is not one JSON object of plain values.
    NotJson,
    NotNumber,
    /// `1,234`
    Thousands,
    /// `$12`
    Currency,
    NotFinite,
    NotWhole,
    NotDate,
    NotBool,
    /// An empty cell where the manifest says `required`.
    Missing,
    Latitude,
    Longitude,
}

/// Reads a number in the unit of the file and gives it in the base unit of its type.
pub(super) fn number(cell: &str, kind: ColumnType, unit: FileUnit) -> Result<f64, Fault> {
    let cell = cell.trim_ascii();
    let value = match plain_number(cell) {
        Some(value) => unit.to_base(value),
        None => match cell.strip_suffix('%') {
            Some(points) if kind == ColumnType::Percent => {
                let points = plain_number(points.trim_ascii_end()).ok_or_else(|| why_no_number(points))?;
                FileUnit::PercentPoints.to_base(points)
            }
            _ => return Err(why_no_number(cell)),
        },
    };
    checked(value, kind)
}

/// A number that came as one, in the unit of the file.
pub(super) fn checked(value: f64, kind: ColumnType) -> Result<f64, Fault> {
    if !value.is_finite() {
        Err(Fault::NotFinite)
    } else if kind == ColumnType::Int && value.fract() != 0.0 {
        Err(Fault::NotWhole)
    } else {
        Ok(value)
    }
}

/// Reads `2027-02-01`, or the day of `2027-02-01T12:00:00Z`; days since 1970-01-01.
pub(super) fn date(cell: &str) -> Result<i32, Fault> {
    let cell = cell.trim_ascii();
    let bytes = cell.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range)?.iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
    };
    let day = || {
        let dashes = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
        let time = match bytes.get(10) {
            None => true,
            Some(b'T' | b't' | b' ') => bytes.get(11).is_some_and(u8::is_ascii_digit),
            Some(_) => false,
        };
        if !dashes || !time {
            return None;
        }
        NaiveDate::from_ymd_opt(digits(0..4)? as i32, digits(5..7)?, digits(8..10)?)
    };
    day().map(days_since_epoch).ok_or(Fault::NotDate)
}

/// Arrow's count of days.
pub(super) fn days_since_epoch(date: NaiveDate) -> i32 {
    const EPOCH_FROM_CE: i32 = 719_163;
    date.num_days_from_ce() - EPOCH_FROM_CE
}

/// Reads `true`, `false`, `yes`, `no`, `1`, `0`, whatever their case.
pub(super) fn truth(cell: &str) -> Result<bool, Fault> {
    let cell = cell.trim_ascii();
    let is = |words: [&str; 3]| words.iter().any(|w| w.eq_ignore_ascii_case(cell));
    match (is(["true", "yes", "1"]), is(["false", "no", "0"])) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(Fault::NotBool),
    }
}

/// Powers of ten that a float holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Digits with at most one point go the short way: when the digits make an integer below 2^53 and the power of ten is
/// exact, one division rounds once, to the nearest float (Clinger 1990). The rest is the standard library's.
fn plain_number(cell: &str) -> Option<f64> {
    let bytes = cell.as_bytes();
    let (negative, digits) = match bytes.first()? {
        b'-' => (true, &bytes[1..]),
        b'+' => (false, &bytes[1..]),
        _ => (false, bytes),
    };
    let mut mantissa = 0u64;
    let mut point = None;
    let plain = digits.len() <= 18
        && !digits.is_empty()
        && digits.iter().enumerate().all(|(i, b)| match b {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(b - b'0');
                true
            }
            b'.' => point.replace(i).is_none() && digits.len() > 1,
            _ => false,
        });
    if plain && mantissa < 1 << 53 {
        let decimals = point.map_or(0, |p| digits.len() - p - 1);
        let value = mantissa as f64 / POWERS[decimals];
        return Some(if negative { -value } else { value });
    }
    cell.parse().ok()
}

fn why_no_number(cell: &str) -> Fault {
    let without_commas = cell.replace(',', "");
    if cell.contains(',') && plain_number(&without_commas).is_some() {
        Fault::Thousands
    } else if cell.trim_start_matches('-').starts_with(['$', '€', '£', '¥']) {
        Fault::Currency
    } else {
        Fault::NotNumber
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(cell: &str) -> Result<f64, Fault> {
        number(cell, ColumnType::Number, FileUnit::Base)
    }

    #[test]
    fn numbers() {
        let good = [
            ("0", 0.0),
            ("-0.5", -0.5),
            ("+7", 7.0),
            (" 12.50 ", 12.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3", 1000.0),
            ("12345678901234567890", 12345678901234567890.0),
            ("149995.00000", 149995.0),
        ];
        for (cell, value) in good {
            assert_eq!(read(cell), Ok(value), "{cell}");
        }
        let bad = [
            ("abc", Fault::NotNumber),
            ("-", Fault::NotNumber),
            (".", Fault::NotNumber),
            ("1.2.3", Fault::NotNumber),
            ("1,234", Fault::Thousands),
            ("-1,234.5", Fault::Thousands),
            ("$12", Fault::Currency),
            ("nan", Fault::NotFinite),
            ("-inf", Fault::NotFinite),
            ("1e999", Fault::NotFinite),
            ("60%", Fault::NotNumber),
        ];
        for (cell, fault) in bad {
            assert_eq!(read(cell), Err(fault), "{cell}");
        }
        assert_eq!(number("1.5", ColumnType::Int, FileUnit::Base), Err(Fault::NotWhole));
        assert_eq!(number("60 %", ColumnType::Percent, FileUnit::Base), Ok(0.6));
        assert_eq!(number("60", ColumnType::Percent, FileUnit::PercentPoints), Ok(0.6));
        assert_eq!(number("90", ColumnType::Hours, FileUnit::Minutes), Ok(1.5));
    }

    #[test]
    fn dates_and_truth() {
        assert_eq!(date("1970-01-02"), Ok(1));
        assert_eq!(date("2027-02-01T08:00:00Z"), date("2027-02-01"));
        for bad in ["2027-02-30", "01/02/2027", "2027-2-1", "2027-02-01x", "2027-02-01T", "20270201"] {
            assert_eq!(date(bad), Err(Fault::NotDate), "{bad}");
        }
        assert_eq!(truth("Yes"), Ok(true));
        assert_eq!(truth("0"), Ok(false));
        assert_eq!(truth("maybe"), Err(Fault::NotBool));
    }

    proptest! {
        #[test]
        fn the_short_way_rounds_like_the_long_one(text in "-?[0-9]{1,12}(\\.[0-9]{0,8})?") {
            prop_assert_eq!(read(&text).unwrap().to_bits(), text.parse::<f64>().unwrap().to_bits());
        }
    }
}
