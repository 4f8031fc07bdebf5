//! Cells and numbers as a story writes them.

use super::Ground;
use crate::classify::{Account, Reference, written};
use crate::plan::{Selector, Value};
use crate::workspace::schema::{Column, ColumnId, ColumnType};

/// `employees = 450`, `naics missing`, `revenue hidden`.
pub(super) fn values(ground: &Ground<'_>, account: Account<'_>, columns: &[ColumnId]) -> Vec<String> {
    let schema = &ground.accounts.schema;
    let one = |id: &ColumnId| {
        let column = schema.column(*id);
        match account.cell(*id) {
            None => format!("{} missing", column.name),
            Some(_) if column.sensitive => format!("{} hidden", column.name),
            Some(value) => format!("{} = {}", column.name, cell(&value, column)),
        }
    };
    columns.iter().map(one).collect()
}

pub(super) fn cell(value: &Value, column: &Column) -> String {
    match (value, column.kind) {
        (Value::Number(number), ColumnType::Int | ColumnType::Number | ColumnType::Money) => grouped(*number),
        (Value::Number(number), ColumnType::Distance | ColumnType::Hours) => {
            written(&Value::Number((number * 1e4).round() / 1e4), column.kind)
        }
        (Value::Point { lat, lon }, _) => format!("point(lat {lat:.4}, lon {lon:.4})"),
        (value, kind) => written(value, kind),
    }
}

pub(super) fn selector_columns(reference: &Reference<'_>, selector: &Selector) -> Vec<ColumnId> {
    match selector {
        Selector::Keys(_) => Vec::new(),
        Selector::Condition(condition) => reference.columns_of_conditions([condition]),
    }
}

pub(super) fn km(km: f64) -> String {
    if km < 10.0 { format!("{km:.1} km") } else { format!("{km:.0} km") }
}

/// `107.3%`
pub(super) fn part(part: f64) -> String {
    format!("{:.1}%", part * 100.0)
}

/// `95% to 105%`
pub(super) fn band(within: f64) -> String {
    let percent = |x: f64| format!("{}%", (x * 1e6).round() / 1e4);
    format!("{} to {}", percent(1.0 - within), percent(1.0 + within))
}

/// `1,234.5`, as exact as the number is.
fn grouped(number: f64) -> String {
    let text = number.abs().to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut shown = String::from(if number < 0.0 { "-" } else { "" });
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if !rest.is_empty() {
        shown.push('.');
        shown.push_str(rest);
    }
    shown
}
