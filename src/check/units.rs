//! Units: which numbers may meet, and how they are called.
//!
//! Money, hours and kilometres carry exponents; percents and counts are bare. A literal written without a unit may
//! stand for money, since money has no suffix; for hours and distances it may not. Nought fits everywhere.

use crate::plan::{Number, NumberKind, Unit};
use crate::syntax::ast::{self, UnitSuffix};
use crate::workspace::schema::ColumnType;

pub(super) const MONEY: Unit = Unit { money: 1, hours: 0, distance: 0 };
pub(super) const HOURS: Unit = Unit { money: 0, hours: 1, distance: 0 };
pub(super) const DISTANCE: Unit = Unit { money: 0, hours: 0, distance: 1 };
pub(super) const BARE: Unit = Unit { money: 0, hours: 0, distance: 0 };

/// A typed number and whether it was written without any unit, so that it may stand for money.
#[derive(Debug, Clone)]
pub(super) struct Quantity {
    pub number: Number,
    pub bare: bool,
}

impl Quantity {
    pub fn literal(&self) -> Option<f64> {
        match self.number.kind {
            NumberKind::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// May stand where `wanted` is due.
    pub fn fits(&self, wanted: Unit) -> bool {
        self.number.unit == wanted
            || (self.bare && wanted.hours == 0 && wanted.distance == 0)
            || (self.number.unit == BARE && self.literal() == Some(0.0))
    }

    /// How it is called in a label.
    pub fn describe(&self) -> String {
        if self.number.unit == BARE { "a bare number".to_owned() } else { describe(self.number.unit) }
    }
}

/// Gives two numbers that meet in a sum or a comparison their common unit; `None` when they have none.
pub(super) fn meet(left: &mut Quantity, right: &mut Quantity) -> Option<Unit> {
    let unit = if right.fits(left.number.unit) {
        left.number.unit
    } else if left.fits(right.number.unit) {
        right.number.unit
    } else {
        return None;
    };
    left.number.unit = unit;
    right.number.unit = unit;
    Some(unit)
}

/// The value in base units, and its unit.
pub(super) fn base(number: &ast::Number) -> (f64, Unit) {
    match number.unit {
        None => (number.value, BARE),
        Some(UnitSuffix::Percent) => (number.value / 100.0, BARE),
        Some(UnitSuffix::Miles) => (number.value * 1.609_344, DISTANCE),
        Some(UnitSuffix::Kilometres) => (number.value, DISTANCE),
        Some(UnitSuffix::Minutes) => (number.value / 60.0, HOURS),
        Some(UnitSuffix::Hours) => (number.value, HOURS),
        Some(UnitSuffix::Days) => (number.value * 24.0, HOURS),
    }
}

pub(super) fn of_column(kind: ColumnType) -> Unit {
    match kind {
        ColumnType::Money => MONEY,
        ColumnType::Hours => HOURS,
        ColumnType::Distance => DISTANCE,
        _ => BARE,
    }
}

/// The words that may stand behind `weight NAME in`.
pub(super) const WORDS: [(&str, Unit); 9] = [
    ("money", MONEY),
    ("hours", HOURS),
    ("h", HOURS),
    ("distance", DISTANCE),
    ("km", DISTANCE),
    ("mi", DISTANCE),
    ("percent", BARE),
    ("number", BARE),
    ("accounts", BARE),
];

/// `money`, `hours`, `a distance`, `a number`, `money per hours`, `distance^2`.
pub(super) fn describe(unit: Unit) -> String {
    match unit {
        BARE => return "a number".to_owned(),
        DISTANCE => return "a distance".to_owned(),
        _ => {}
    }
    let parts = [("money", unit.money), ("hours", unit.hours), ("distance", unit.distance)];
    let power = |name: &str, exponent: i8| {
        if exponent.abs() == 1 { name.to_owned() } else { format!("{name}^{}", exponent.abs()) }
    };
    let join = |sign: i8| -> Vec<String> {
        parts.iter().filter(|(_, e)| e.signum() == sign).map(|(n, e)| power(n, *e)).collect()
    };
    let (above, below) = (join(1), join(-1));
    let above = if above.is_empty() { "1".to_owned() } else { above.join(" × ") };
    if below.is_empty() { above } else { format!("{above} per {}", below.join(" per ")) }
}

/// How a bare number would be written in a unit, for help lines.
pub(super) fn example(value: f64, wanted: Unit) -> Option<String> {
    let value = plain(value);
    match wanted {
        HOURS => Some(format!("write `{value} h` or `{value} min`")),
        DISTANCE => Some(format!("write `{value} mi` or `{value} km`")),
        _ => None,
    }
}

/// A value in base units as people write it.
pub(super) fn shown(value: f64, unit: Unit) -> String {
    match unit {
        HOURS => format!("{} h", plain(value)),
        DISTANCE => format!("{} km", plain(value)),
        _ => plain(value),
    }
}

/// Without trailing noughts; at most six decimals.
pub(super) fn plain(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Exponents of a product (`sign` 1) or a quotient (`sign` −1); `None` beyond any sense.
pub(super) fn times(left: Unit, right: Unit, sign: i8) -> Option<Unit> {
    let add = |a: i8, b: i8| a.checked_add(b.checked_mul(sign)?).filter(|e| e.abs() <= 16);
    Some(Unit {
        money: add(left.money, right.money)?,
        hours: add(left.hours, right.hours)?,
        distance: add(left.distance, right.distance)?,
    })
}
