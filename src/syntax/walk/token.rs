//! Names, texts, dates and numbers.

use super::Walk;
use crate::diagnostics::{Diagnostic, Span, codes::syntax as codes};
use crate::syntax::ast::{Date, Name, Number, Text, UnitSuffix};
use crate::syntax::grammar::Pair;
use chrono::NaiveDate;

impl Walk<'_> {
    pub(super) fn name(&self, pair: &Pair<'_>) -> Name {
        Name { text: pair.as_str().to_owned(), span: self.span(pair) }
    }

    pub(super) fn text(&mut self, pair: &Pair<'_>) -> Text {
        let span = self.span(pair);
        let written = pair.as_str();
        let inner = written.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(written);
        let mut value = String::with_capacity(inner.len());
        let mut characters = inner.char_indices();
        while let Some((at, c)) = characters.next() {
            if c != '\\' {
                value.push(c);
                continue;
            }
            match characters.next() {
                Some((_, c @ ('"' | '\\'))) => value.push(c),
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, c)) => {
                    let start = span.start as usize + 1 + at;
                    let place = Span::new(self.file, start, start + 1 + c.len_utf8());
                    self.findings.push(
                        Diagnostic::error(codes::BAD_ESCAPE, format!("`\\{c}` means nothing in a text"))
                            .label(place, "")
                            .help("write `\\\\` for a backslash and `\\\"` for a quote"),
                    );
                    value.push(c);
                }
                None => {}
            }
        }
        Text { value, span }
    }

    /// A day that does not exist is reported and becomes the last day of its month, so that the item stands.
    pub(super) fn date(&mut self, pair: &Pair<'_>) -> Date {
        let span = self.span(pair);
        let written = pair.as_str();
        let mut parts = written.split('-').map(|part| part.parse::<u32>().unwrap_or(0));
        let [year, month, day] = std::array::from_fn(|_| parts.next().unwrap_or(0));
        let exact = NaiveDate::from_ymd_opt(year as i32, month, day);
        let date = exact.unwrap_or_else(|| {
            let message = format!("the day `{written}` does not exist");
            let mut finding = Diagnostic::error(codes::BAD_DATE, message);
            let last = (28..=31).rev().find_map(|day| NaiveDate::from_ymd_opt(year as i32, month, day));
            finding = match last {
                Some(last) => finding.label(span, "").help(format!("the last day of that month is `{last}`")),
                None => finding.label(span, "").help("dates are year, month, day: `2027-01-31`"),
            };
            self.findings.push(finding);
            last.unwrap_or_default()
        });
        Date { date, span }
    }

    pub(super) fn number(&mut self, pair: &Pair<'_>) -> Number {
        let span = self.span(pair);
        let written = pair.as_str();
        let digits = written.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.').unwrap_or(written.len());
        let (digits, suffix) = written.split_at(digits);
        let (power, unit) = match suffix.as_bytes().first() {
            Some(b'k') if suffix != "km" => ("e3", &suffix[1..]),
            Some(b'M') => ("e6", &suffix[1..]),
            Some(b'B') => ("e9", &suffix[1..]),
            _ => ("", suffix),
        };
        let unit = match unit.trim_start_matches([' ', '\t', '\u{A0}']) {
            "%" => Some(UnitSuffix::Percent),
            "mi" => Some(UnitSuffix::Miles),
            "km" => Some(UnitSuffix::Kilometres),
            "min" => Some(UnitSuffix::Minutes),
            "h" => Some(UnitSuffix::Hours),
            "d" => Some(UnitSuffix::Days),
            _ => None,
        };
        // Read together with its power, so that `0.1k` is the number nearest to 100 and not a product.
        let decimal = digits.chars().filter(|c| *c != '_').chain(power.chars()).collect::<String>();
        let mut value = decimal.parse::<f64>().unwrap_or(f64::INFINITY);
        if !value.is_finite() {
            self.report(codes::BAD_NUMBER, "this number is too large", span, "");
            value = 0.0;
        }
        Number { value, unit, span }
    }
}
