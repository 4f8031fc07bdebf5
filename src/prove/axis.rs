//! The axes of numbers, days and texts: values in order, numbered by keys.
//!
//! A key is the place of a value (or of a range of texts that nothing tells apart) in its order, so that a set of values
//! is a few ranges of keys. Invariant: no range of keys that a comparison makes is empty of values that a cell can hold:
//! whole numbers are cut at whole numbers, texts at texts.

use std::collections::BTreeSet;

use crate::plan::TextPattern;
use crate::syntax::ast::CompareOp;

/// Keys from the first up to, not including, the second.
pub(super) type Keys = (u64, u64);

/// The floats in their order.
fn ordered(value: f64) -> u64 {
    // One nought of the two.
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn unordered(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// An interval of the floats, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct NumberLine {
    first: f64,
    last: f64,
    /// Only whole numbers lie on it.
    whole: bool,
}

impl NumberLine {
    /// What a cell can hold.
    pub fn of_cells(whole: bool) -> Self {
        Self { first: f64::MIN, last: f64::MAX, whole }
    }

    /// What a calculation can come to, but for NaN.
    pub fn of_results(least: f64) -> Self {
        Self { first: least, last: f64::INFINITY, whole: false }
    }

    pub fn len(&self) -> u64 {
        ordered(self.last) - ordered(self.first) + 1
    }

    pub fn value(&self, key: u64) -> f64 {
        unordered(key + ordered(self.first))
    }

    pub fn key(&self, value: f64) -> u64 {
        if value > self.last {
            return self.len();
        }
        ordered(value.max(self.first)) - ordered(self.first)
    }

    fn at_least(&self, value: f64) -> u64 {
        self.key(if self.whole { value.ceil() } else { value })
    }

    fn above(&self, value: f64) -> u64 {
        let exact = value.abs() < 9e15;
        self.key(match value {
            value if self.whole && exact => value.floor() + 1.0,
            f64::INFINITY => return self.len(),
            value => value.next_up(),
        })
    }

    /// The first key from this one on that a value can have.
    pub fn cut_at(&self, key: u64) -> u64 {
        self.at_least(self.value(key))
    }

    /// Where `x op value` holds.
    pub fn compared(&self, op: CompareOp, value: f64) -> Vec<Keys> {
        compared(op, self.at_least(value), self.above(value), self.len())
    }

    /// The plainest value of a range of keys: the one with the fewest digits, nought before all.
    pub fn plainest(&self, (from, to): Keys) -> f64 {
        let (low, high) = (self.value(from), self.value(to - 1));
        if (from..to).contains(&self.key(0.0)) {
            return 0.0;
        }
        // Between the least negative number and nought lies the other nought, which is none.
        let (near, far, sign) = match low > 0.0 {
            true => (low, high, 1.0),
            false => (if high == 0.0 { f64::from_bits(1) } else { -high }, -low, -1.0),
        };
        let (finest, coarsest) = (if self.whole { 0 } else { -9 }, libm::log10(near).floor().clamp(0.0, 18.0) as i32);
        let fitting = (finest..=coarsest).rev().filter_map(|power| {
            let step = libm::exp10(f64::from(power));
            let value = if power < 0 {
                (near * libm::exp10(f64::from(-power))).ceil() / libm::exp10(f64::from(-power))
            } else {
                (near / step).ceil() * step
            };
            (value >= near && value <= far).then_some(sign * value)
        });
        fitting.into_iter().next().unwrap_or(low)
    }
}

/// Days of the calendar that dates can be written in.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayLine;

impl DayLine {
    /// 0000-01-01 and 9999-12-31, counted from 1970-01-01.
    const FIRST: i32 = -719_528;
    const LAST: i32 = 2_932_896;

    pub const LEN: u64 = (Self::LAST - Self::FIRST + 1) as u64;

    pub fn key(day: chrono::NaiveDate) -> u64 {
        (day.to_epoch_days().clamp(Self::FIRST, Self::LAST) - Self::FIRST) as u64
    }

    pub fn day(key: u64) -> chrono::NaiveDate {
        let day = i32::try_from(key).map_or(Self::LAST, |key| key + Self::FIRST);
        chrono::NaiveDate::from_epoch_days(day).unwrap_or_default()
    }

    pub fn compared(op: CompareOp, day: chrono::NaiveDate) -> Vec<Keys> {
        let days = day.to_epoch_days();
        let cut = |day: i32| (day.clamp(Self::FIRST, Self::LAST + 1) - Self::FIRST) as u64;
        compared(op, cut(days), cut(days.saturating_add(1)), Self::LEN)
    }

    /// The first of a year, else of a month, else the first day.
    pub fn plainest((from, to): Keys) -> chrono::NaiveDate {
        use chrono::Datelike;
        let (first, last) = (Self::day(from), Self::day(to - 1));
        let recent = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).filter(|day| (first..=last).contains(day));
        let year = chrono::NaiveDate::from_ymd_opt(first.year() + 1, 1, 1);
        let month = chrono::NaiveDate::from_ymd_opt(first.year(), first.month() + 1, 1);
        let last_year = chrono::NaiveDate::from_ymd_opt(last.year(), 1, 1);
        if first.ordinal() == 1 && from > 0 {
            return first;
        }
        let fitting = [recent, last_year.filter(|_| from == 0), year, month].into_iter().flatten();
        fitting.into_iter().find(|day| (first..=last).contains(day)).unwrap_or(if from == 0 { last } else { first })
    }
}

fn compared(op: CompareOp, at_least: u64, above: u64, len: u64) -> Vec<Keys> {
    let ranges = match op {
        CompareOp::Less => vec![(0, at_least)],
        CompareOp::LessEqual => vec![(0, above)],
        CompareOp::Equal => vec![(at_least, above)],
        CompareOp::NotEqual => vec![(0, at_least), (above, len)],
        CompareOp::GreaterEqual => vec![(at_least, len)],
        CompareOp::Greater => vec![(above, len)],
    };
    ranges.into_iter().filter(|(from, to)| from < to).collect()
}

/// The texts of one column, cut wherever the plan tells two of them apart. Class n holds the texts from cut n up to the
/// next.
#[derive(Debug, Clone)]
pub(super) struct TextLine {
    /// Ascending; the first is the least text that a cell can hold.
    cuts: Vec<String>,
    /// Texts that the plan names, ascending.
    named: Vec<String>,
    /// What texts of the plan begin with, ascending.
    prefixes: Vec<String>,
}

/// The least text behind all that begin so.
fn behind(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            char::MAX => None,
            c => char::from_u32(c as u32 + 1),
        };
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

impl TextLine {
    /// `empty`: whether a cell can hold the text of no characters.
    pub fn new(patterns: &[TextPattern], empty: bool) -> Self {
        let least = if empty { "" } else { "\0" };
        let (mut cuts, mut named, mut prefixes) =
            (BTreeSet::from([least.to_owned()]), BTreeSet::new(), BTreeSet::new());
        for pattern in patterns {
            match pattern {
                TextPattern::Exactly(text) => {
                    cuts.extend([text.clone(), format!("{text}\0")]);
                    named.insert(text.clone());
                }
                TextPattern::StartsWith(prefix) => {
                    cuts.insert(prefix.clone());
                    cuts.extend(behind(prefix));
                    prefixes.insert(prefix.clone());
                }
            }
        }
        let cuts = cuts.into_iter().filter(|cut| cut.as_str() >= least).collect();
        named.retain(|text| text.as_str() >= least);
        Self { cuts, named: named.into_iter().collect(), prefixes: prefixes.into_iter().collect() }
    }

    pub fn len(&self) -> u64 {
        self.cuts.len() as u64
    }

    /// The place of the first cut that is not below a text.
    fn cut(&self, text: &str) -> u64 {
        self.cuts.partition_point(|cut| cut.as_str() < text) as u64
    }

    /// The class of a text; of a text that no cell can hold, the first.
    pub fn class(&self, text: &str) -> u64 {
        (self.cuts.partition_point(|cut| cut.as_str() <= text) as u64).saturating_sub(1)
    }

    /// The classes that a pattern of the plan takes.
    pub fn matching(&self, pattern: &TextPattern) -> Keys {
        match pattern {
            TextPattern::Exactly(text) => (self.cut(text), self.cut(&format!("{text}\0"))),
            TextPattern::StartsWith(prefix) => {
                (self.cut(prefix), behind(prefix).map_or(self.len(), |end| self.cut(&end)))
            }
        }
    }

    /// The only text of a class, if it has but one.
    pub fn only(&self, class: u64) -> Option<&str> {
        let text = &self.cuts[class as usize];
        let next = self.cuts.get(class as usize + 1)?;
        (next.strip_suffix('\0') == Some(text)).then_some(text)
    }

    pub fn prefixes(&self) -> &[String] {
        &self.prefixes
    }

    /// The plainest text of a range of classes: one that the plan names, else one that looks like those.
    pub fn plainest(&self, keys: Keys) -> String {
        self.plain(keys).0
    }

    /// The plainest text of a range, and how odd it looks.
    pub fn plain(&self, (from, to): Keys) -> (String, u64) {
        let inside = |text: &str| !text.is_empty() && (from..to).contains(&self.class(text));
        let first = &self.cuts[from as usize];
        let at = self.named.partition_point(|text| text < first);
        if let Some(text) = self.named.get(at).filter(|text| inside(text)) {
            return (text.clone(), 0);
        }
        let at = self.prefixes.partition_point(|text| text < first);
        let prefix = self.prefixes.get(at).filter(|text| inside(text));
        if let Some(prefix) = prefix {
            return (prefix.clone(), 0);
        }
        let style = self.named.first().or(self.prefixes.first()).map_or("", String::as_str);
        let upper = style.chars().all(|c| c.is_ascii_uppercase());
        let digits = style.chars().all(|c| c.is_ascii_digit());
        let plain: &[&str] = match (style.is_empty(), upper, digits) {
            (false, true, _) => &["ZZ", "XX", "QQ"],
            (false, _, true) => &["99", "00", "11"],
            _ => &["other", "something else", "x"],
        };
        if let Some(text) = plain.iter().find(|text| inside(text)) {
            return ((*text).to_owned(), 1);
        }
        let stem = first.trim_end_matches('\0');
        let letters = "09aAzZxX-".chars().map(|c| format!("{stem}{c}"));
        let found = [stem.to_owned()].into_iter().chain(letters).find(|text| inside(text));
        (found.unwrap_or_else(|| first.clone()), 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_values_are_plain() {
        let line = NumberLine::of_cells(true);
        let keys = |from: f64, to: f64| (line.key(from), line.key(to));
        for (from, to, plainest) in [
            (101.0, 150.0, 110.0),
            (1000.0, 5000.0, 1000.0),
            (-50.0, 50.0, 0.0),
            (7.0, 8.0, 7.0),
            (201.0, 1e300, 300.0),
            (-1e300, 0.0, -1.0),
            (-150.0, -100.0, -110.0),
        ] {
            let plain = line.plainest(keys(from, to));
            assert!(plain >= from && plain < to, "{plain}");
            assert_eq!(plain, plainest);
        }
        let line = NumberLine::of_cells(false);
        assert_eq!(line.plainest((line.key(0.2f64.next_up()), line.key(0.3))), 0.21);
        let day = |text: &str| DayLine::key(text.parse().expect("a day"));
        assert_eq!(DayLine::plainest((day("2025-03-05"), day("2026-07-01"))).to_string(), "2026-01-01");
        assert_eq!(DayLine::plainest((day("2025-03-05"), day("2025-03-20"))).to_string(), "2025-03-05");
        assert_eq!(DayLine::plainest((0, day("2020-01-01"))).to_string(), "2019-01-01");
    }

    #[test]
    fn nothing_lies_between_neighbours() {
        let starts = |text: &str| TextPattern::StartsWith(text.into());
        let line = TextLine::new(&[starts("51"), starts("52"), TextPattern::Exactly("521".into())], false);
        assert_eq!(line.cuts, ["\0", "51", "52", "521", "521\0", "53"]);
        assert_eq!(line.matching(&starts("52")), (2, 5));
        assert_eq!(line.only(3), Some("521"));
        assert_eq!(line.matching(&TextPattern::Exactly(String::new())), (0, 0));
    }

    fn word() -> impl Strategy<Value = String> {
        "[5N\u{0}\u{D7FF}\u{10FFFF}]{0,3}"
    }

    proptest! {
        #[test]
        fn keys_answer_comparisons(
            value in prop_oneof![-3.0..3.0f64, (-3i8..4).prop_map(f64::from), Just(f64::MAX), Just(-0.0)],
            cell in prop_oneof![-3.0..3.0f64, (-3i8..4).prop_map(f64::from), Just(f64::MAX), Just(f64::MIN)],
        ) {
            use CompareOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
            for (whole, cell) in [(false, cell), (true, cell.trunc())] {
                let line = NumberLine::of_cells(whole);
                prop_assert_eq!(line.value(line.key(cell)), cell);
                let answers = [cell < value, cell <= value, cell == value, cell != value, cell >= value, cell > value];
                for (op, holds) in [Less, LessEqual, Equal, NotEqual, GreaterEqual, Greater].into_iter().zip(answers) {
                    let keys = line.compared(op, value);
                    let key = line.key(cell);
                    prop_assert_eq!(keys.iter().any(|(from, to)| (*from..*to).contains(&key)), holds);
                    for range in keys {
                        let plain = line.plainest(range);
                        let key = line.key(plain);
                        prop_assert!((range.0..range.1).contains(&key), "{} of {:?}", plain, range);
                        prop_assert!(!whole || plain.fract() == 0.0);
                    }
                }
            }
        }

        #[test]
        fn classes_answer_patterns(
            patterns in proptest::collection::vec((word(), any::<bool>()), 1..8),
            texts in proptest::collection::vec(word(), 10),
        ) {
            let patterns: Vec<TextPattern> = patterns
                .into_iter()
                .map(|(text, exact)| if exact { TextPattern::Exactly(text) } else { TextPattern::StartsWith(text) })
                .collect();
            let line = TextLine::new(&patterns, true);
            let fits = |pattern: &TextPattern, text: &str| match pattern {
                TextPattern::Exactly(exact) => exact == text,
                TextPattern::StartsWith(prefix) => text.starts_with(prefix.as_str()),
            };
            let plainest = (0..line.len()).map(|class| line.plainest((class, class + 1)));
            let plainest: Vec<String> = plainest.collect();
            for (class, text) in plainest.iter().enumerate() {
                prop_assert_eq!(line.class(text), class as u64);
            }
            for pattern in &patterns {
                let (from, to) = line.matching(pattern);
                prop_assert!(from < to);
                for text in texts.iter().chain(&plainest) {
                    prop_assert_eq!((from..to).contains(&line.class(text)), fits(pattern, text));
                }
            }
        }
    }
}
