//! When two cells say the same, whatever files they come from.
//!
//! Takes the text of a cell, gives its canonical text: cells are equal when these are. A plain decimal number is its
//! value (`1.0` is `1`, `12.50` is `12.5`, `-0` is `0`), also in the form with a signed exponent that programs print
//! (`1.5e+20`); the `'` that keeps a spreadsheet from taking a text for a formula is no part of it. Everything else is
//! compared as it stands: `007`, `1.`, `+1`, `1e5`, `TRUE` and ` 1` are texts. An empty cell is a missing one.

use std::borrow::Cow;

/// The largest exponent of a float has three digits.
const LONGEST_EXPONENT: usize = 3;

/// The canonical text; borrowed where the cell is written so, as nearly every one is.
#[inline]
pub fn canonical(text: &[u8]) -> Cow<'_, [u8]> {
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return Cow::Borrowed(text) };
    match first {
        b'0'..=b'9' | b'-' if last.is_ascii_digit() => number(text),
        b'\'' if matches!(text.get(1), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')) => canonical(&text[1..]),
        _ => Cow::Borrowed(text),
    }
}

/// A cell that begins and ends as a number does.
#[inline]
fn number(text: &[u8]) -> Cow<'_, [u8]> {
    let trailing_zero = text[text.len() - 1] == b'0';
    if trailing_zero && (text.contains(&b'.') || text == b"-0") && is_decimal(text) {
        return decimal(text);
    }
    let signs = text.len().saturating_sub(LONGEST_EXPONENT + 1)..text.len() - 1;
    for at in signs.rev().filter(|at| *at >= 2) {
        if matches!(text[at], b'+' | b'-') && matches!(text[at - 1], b'e' | b'E') {
            return expanded(&text[..at - 1], text[at] == b'-', &text[at + 1..])
                .map_or(Cow::Borrowed(text), Cow::Owned);
        }
    }
    Cow::Borrowed(text)
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?`
fn is_decimal(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, part) = match digits.iter().position(|b| *b == b'.') {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let plain = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    plain(whole) && (whole.len() == 1 || whole[0] != b'0') && part.is_none_or(plain)
}

/// Without the zeros that say nothing.
fn decimal(text: &[u8]) -> Cow<'_, [u8]> {
    let mut end = text.len();
    if text.contains(&b'.') {
        while text[end - 1] == b'0' {
            end -= 1;
        }
        if text[end - 1] == b'.' {
            end -= 1;
        }
    }
    Cow::Borrowed(if &text[..end] == b"-0" { b"0" } else { &text[..end] })
}

/// A number with an exponent, written out; `None` for what is none.
fn expanded(mantissa: &[u8], negative: bool, exponent: &[u8]) -> Option<Vec<u8>> {
    if !is_decimal(mantissa) || !exponent.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let exponent = exponent.iter().fold(0usize, |n, b| n * 10 + usize::from(b - b'0'));
    let (minus, digits) = mantissa.strip_prefix(b"-").map_or((false, mantissa), |digits| (true, digits));
    let whole = digits.iter().position(|b| *b == b'.').unwrap_or(digits.len());
    let mut all: Vec<u8> = digits.iter().copied().filter(|b| *b != b'.').collect();
    let point = if negative {
        let missing = (exponent + 1).saturating_sub(whole);
        all.splice(0..0, std::iter::repeat_n(b'0', missing));
        whole + missing - exponent
    } else {
        let point = whole + exponent;
        all.resize(all.len().max(point), b'0');
        point
    };
    let leading = all[..point].iter().take_while(|b| **b == b'0').count().min(point - 1);
    let mut text = if minus { vec![b'-'] } else { Vec::new() };
    text.extend_from_slice(&all[leading..point]);
    if all.len() > point {
        text.push(b'.');
        text.extend_from_slice(&all[point..]);
    }
    Some(decimal(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        String::from_utf8(canonical(text.as_bytes()).into_owned()).expect("text")
    }

    #[test]
    fn numbers_are_their_values_and_texts_are_texts() {
        let same = [
            ("1.0", "1"),
            ("12.50", "12.5"),
            ("-0", "0"),
            ("-0.00", "0"),
            ("0.0", "0"),
            ("100", "100"),
            ("-3.10", "-3.1"),
            ("1e+20", "100000000000000000000"),
            ("1.5E-07", "0.00000015"),
            ("-1.25e+01", "-12.5"),
            ("1e-1", "0.1"),
            ("10.0e+1", "100"),
            ("'-2", "-2"),
            ("'=1+1", "=1+1"),
            ("'-2.0", "-2"),
        ];
        for (text, canonical) in same {
            assert_eq!(shown(text), canonical, "{text}");
        }
        for text in [
            "",
            "007",
            "07.0",
            "1.",
            ".50",
            "+1.0",
            "1e5",
            "1e50",
            "TRUE",
            " 1.0",
            "1.0 ",
            "1,0",
            "2027-02-10",
            "1.2.0",
            "a1.0",
            "-",
            "--0",
            "'",
            "'x",
            "1e+",
            "x1e+20",
            "12e-3456",
            "4-e-20",
            "1e--1",
            "-e+10",
            "0-0",
        ] {
            assert_eq!(shown(text), text, "{text}");
        }
    }

    proptest! {
        #[test]
        fn floats_in_any_notation_are_one(value in any::<f64>().prop_filter("finite", |v| v.is_finite())) {
            let plain = shown(&value.to_string());
            let exponent = format!("{value:e}");
            let (mantissa, power) = exponent.split_once('e').expect("an exponent");
            let signed = if power.starts_with('-') { power.to_owned() } else { format!("+{power}") };
            prop_assert_eq!(shown(&format!("{mantissa}e{signed}")), plain);
        }

        #[test]
        fn canonical_texts_are_canonical(text in "'?[-+=]?[0-9.eE+-]{0,12}") {
            let once = shown(&text);
            prop_assert_eq!(shown(&once), once);
        }
    }
}
