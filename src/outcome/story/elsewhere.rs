//! Which territory of a carve an account would be in: that of its unit, or the one with the least distance and price.

use super::Ground;
use crate::carve::Point;
use crate::classify::Account;
use crate::outcome::carving::price;
use crate::outcome::rollup::Unit;
use crate::outcome::settle::Carved;
use crate::plan::Value;
use crate::workspace::schema::ColumnId;

/// The key of the unit that an account with these cells belongs to; a missing cell is the empty text.
pub(super) fn unit_key(carved: &Carved<'_>, cells: &[(ColumnId, Value)]) -> String {
    let cell = cells.iter().find(|(id, _)| *id == carved.carving.carve.unit);
    match cell.map(|(_, value)| value) {
        None => String::new(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        Some(Value::Date(day)) => day.to_string(),
        Some(Value::Point { lat, lon }) => format!("{lat:.5} {lon:.5}"),
    }
}

/// The place of a unit among those of the carve.
pub(super) fn unit_of(carved: &Carved<'_>, key: &str) -> Option<usize> {
    carved.carving.units.binary_search_by(|unit| unit.key.as_str().cmp(key)).ok()
}

/// `None` only where the carve has no territory.
pub(super) fn territory(
    ground: &Ground<'_>,
    carved: &Carved<'_>,
    account: &str,
    cells: &[(ColumnId, Value)],
) -> Option<usize> {
    let key = unit_key(carved, cells);
    if let Some(unit) = unit_of(carved, &key) {
        return Some(carved.aligned.territory[unit] as usize);
    }
    if let Some(listed) = carved.alignment.territory_of(&key) {
        return Some(listed as usize);
    }
    let reference = ground.reference();
    let row = Account::Written(cells);
    let weights: Vec<f64> = carved
        .carving
        .carve
        .balances
        .iter()
        .map(|b| reference.number(&ground.plan.weights[b.weight as usize].value, row).unwrap_or_default())
        .collect();
    let unit = alone(ground, carved, account, cells);
    let at = unit.position.map(|[x, y, z]| Point { x, y, z });
    let count = carved.alignment.territories.len();
    let may: Vec<usize> = (0..count).filter(|t| carved.carving.may_have(carved.seats[*t], &unit)).collect();
    let able = if may.is_empty() { (0..count).collect() } else { may };
    let priced =
        able.iter().filter_map(|t| Some((price(carved.carving.carve, &carved.alignment, *t, at, &weights)?, *t)));
    let best = priced.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, t)| t);
    best.or_else(|| able.first().copied())
}

/// The account as a unit by itself.
fn alone(ground: &Ground<'_>, carved: &Carved<'_>, account: &str, cells: &[(ColumnId, Value)]) -> Unit {
    let cell = |column: ColumnId| cells.iter().find(|(id, _)| *id == column).map(|(_, value)| value);
    let position = match ground.accounts.position.and_then(cell) {
        Some(Value::Point { lat, lon }) => {
            let point = Point::from_degrees(*lon, *lat);
            Some([point.x, point.y, point.z])
        }
        _ => None,
    };
    let words = carved.carving.carve.limits.eligible.iter().map(|clause| match cell(clause.unit) {
        Some(Value::Text(text)) => vec![text.clone()],
        _ => Vec::new(),
    });
    Unit {
        key: account.to_owned(),
        accounts: 1,
        measures: Vec::new(),
        position,
        owned: Vec::new(),
        words: words.collect(),
    }
}
