//! One account, cell by cell: for the plain evaluator and for messages.

use crate::data::{Batch, Values};
use crate::plan::Value;
use crate::workspace::schema::{ColumnId, ColumnType, Schema};

/// A row of a batch, or an account as somebody wrote it down.
#[derive(Debug, Clone, Copy)]
pub enum Account<'a> {
    Row(&'a Batch, usize),
    /// Columns that are not listed are missing.
    Written(&'a [(ColumnId, Value)]),
}

impl Account<'_> {
    /// `None` when the cell is missing.
    pub fn cell(&self, column: ColumnId) -> Option<Value> {
        match self {
            Account::Written(cells) => cells.iter().find(|(id, _)| *id == column).map(|(_, value)| value.clone()),
            Account::Row(batch, row) => {
                let (values, row) = (batch.column(column), *row);
                if values.is_null(row) {
                    return None;
                }
                Some(match values {
                    Values::Number(array) => Value::Number(array.value(row)),
                    Values::Text(_) | Values::Coded(_) => Value::Text(values.text(row)?.to_owned()),
                    Values::Date(array) => Value::Date(chrono::NaiveDate::from_epoch_days(array.value(row))?),
                    Values::Bool(array) => Value::Bool(array.value(row)),
                    Values::Point { lat, lon } => Value::Point { lat: lat.value(row), lon: lon.value(row) },
                })
            }
        }
    }

    /// `account { state = "NY", employees = 12 }`, as a `test` of the plan would write it; sensitive cells are hidden.
    pub fn describe(&self, schema: &Schema, columns: &[ColumnId]) -> String {
        let cells: Vec<String> = columns
            .iter()
            .map(|id| {
                let column = schema.column(*id);
                let name = &column.name;
                match self.cell(*id) {
                    None => format!("{name} missing"),
                    Some(_) if column.sensitive => format!("{name} hidden"),
                    Some(value) => format!("{name} = {}", written(&value, column.kind)),
                }
            })
            .collect();
        if cells.is_empty() { "account {}".to_owned() } else { format!("account {{ {} }}", cells.join(", ")) }
    }
}

/// A cell as the plan's language writes it.
pub fn written(value: &Value, kind: ColumnType) -> String {
    match value {
        Value::Number(number) => match kind {
            // Without the noise of the multiplication.
            ColumnType::Percent => format!("{}%", (number * 1e14).round() / 1e12),
            ColumnType::Hours => format!("{number} h"),
            ColumnType::Distance => format!("{number} km"),
            _ => number.to_string(),
        },
        Value::Text(text) => format!("\"{}\"", text.escape_debug()),
        Value::Bool(flag) => flag.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Point { lat, lon } => format!("point(lat {lat}, lon {lon})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::samples::{column, schema};

    #[test]
    fn described_as_a_test_writes_it() {
        let mut schema = schema();
        schema.columns[column("state").0 as usize].sensitive = true;
        let cells = [
            (column("state"), Value::Text("NY".into())),
            (column("industry"), Value::Text("a \"b\"".into())),
            (column("employees"), Value::Number(12.0)),
            (column("margin"), Value::Number(0.07)),
            (column("location"), Value::Point { lat: 40.5, lon: -74.0 }),
            (column("founded"), Value::Date(chrono::NaiveDate::from_ymd_opt(1999, 12, 31).expect("a day"))),
            (column("public"), Value::Bool(true)),
        ];
        let columns: Vec<ColumnId> = cells.iter().map(|(id, _)| *id).chain([column("revenue")]).collect();
        assert_eq!(
            Account::Written(&cells).describe(&schema, &columns),
            "account { state hidden, industry = \"a \\\"b\\\"\", employees = 12, margin = 7%, \
             location = point(lat 40.5, lon -74), founded = 1999-12-31, public = true, revenue missing }"
        );
        assert_eq!(Account::Written(&cells).describe(&schema, &[]), "account {}");
    }
}
