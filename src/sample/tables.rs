//! Accounts, reps and the rest as Arrow columns.
//!
//! Takes rows, gives a record batch whose columns are the fields of the files, in their order. Invariant: keys are never
//! null, and a table without rows has the same schema.

use std::sync::Arc;

use arrow_array::types::Date32Type;
use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use chrono::NaiveDate;

use super::accounts::Account;
use super::invoices::Invoice;
use super::places::Place;
use super::reps::{Rep, region};

impl Account<'_> {
    /// The key, as every file writes it.
    pub fn id(&self) -> String {
        account_id(self.number)
    }
}

fn account_id(number: u64) -> String {
    format!("A{:07}", number + 1)
}

pub fn accounts(rows: &[Account], reps: &[Rep]) -> RecordBatch {
    let position = |pick: fn((f64, f64)) -> f64| number(rows.iter().map(move |r| r.position.map(pick)));
    table(vec![
        ("account_id", always(rows.iter().map(Account::id))),
        ("name", always(rows.iter().map(|r| &r.name))),
        ("parent", text(rows.iter().map(|r| r.parent.map(account_id)))),
        ("family", always(rows.iter().map(|r| account_id(r.family)))),
        ("country", always(rows.iter().map(|r| r.place.metro.country))),
        ("state", text(rows.iter().map(|r| Some(r.place.metro.state).filter(|s| !s.is_empty())))),
        ("city", always(rows.iter().map(|r| r.place.metro.city))),
        ("zip", always(rows.iter().map(|r| &r.place.code))),
        ("lat", position(|p| p.0)),
        ("lon", position(|p| p.1)),
        ("naics", text(rows.iter().map(|r| r.naics))),
        ("employees", whole(rows.iter().map(|r| r.employees))),
        ("revenue", whole(rows.iter().map(|r| r.revenue))),
        ("potential", whole(rows.iter().map(|r| r.potential))),
        ("open_pipeline", whole(rows.iter().map(|r| Some(r.open_pipeline)))),
        ("visits_per_year", whole(rows.iter().map(|r| r.visits_per_year))),
        ("complexity", whole(rows.iter().map(|r| r.complexity))),
        ("relationship", always(rows.iter().map(|r| r.relationship.name()))),
        ("customer_since", date(rows.iter().map(|r| r.customer_since))),
        ("owner", text(rows.iter().map(|r| r.owner.map(|owner| &reps[owner as usize].id)))),
    ])
}

pub fn reps(rows: &[Rep]) -> RecordBatch {
    table(vec![
        ("rep_id", always(rows.iter().map(|r| &r.id))),
        ("name", always(rows.iter().map(|r| &r.name))),
        ("team", always(rows.iter().map(|r| r.team.name()))),
        ("region", always(rows.iter().map(|r| region(r.metro)))),
        ("skill", always(rows.iter().map(|r| r.skill))),
        ("country", always(rows.iter().map(|r| r.metro.country))),
        ("city", always(rows.iter().map(|r| r.metro.city))),
        ("lat", number(rows.iter().map(|r| Some(r.lat)))),
        ("lon", number(rows.iter().map(|r| Some(r.lon)))),
        ("capacity", number(rows.iter().map(|r| Some(r.capacity)))),
        ("ramp", number(rows.iter().map(|r| Some(r.ramp)))),
        ("start", date(rows.iter().map(|r| Some(r.start)))),
        ("end", date(rows.iter().map(|r| r.end))),
        ("manager", text(rows.iter().map(|r| r.manager.map(|manager| &rows[manager].id)))),
    ])
}

pub fn places(rows: &[Place]) -> RecordBatch {
    table(vec![
        ("zip", always(rows.iter().map(|r| &r.code))),
        ("country", always(rows.iter().map(|r| r.metro.country))),
        ("state", text(rows.iter().map(|r| Some(r.metro.state).filter(|s| !s.is_empty())))),
        ("city", always(rows.iter().map(|r| r.metro.city))),
        ("lat", number(rows.iter().map(|r| Some(r.lat)))),
        ("lon", number(rows.iter().map(|r| Some(r.lon)))),
    ])
}

pub fn adjacency(pairs: &[(u32, u32)], rows: &[Place]) -> RecordBatch {
    table(vec![
        ("from", always(pairs.iter().map(|(a, _)| &rows[*a as usize].code))),
        ("to", always(pairs.iter().map(|(_, b)| &rows[*b as usize].code))),
    ])
}

pub fn invoices(rows: &[Invoice]) -> RecordBatch {
    table(vec![
        ("invoice", always(rows.iter().map(|r| &r.number))),
        ("account_id", always(rows.iter().map(|r| &r.account))),
        ("date", date(rows.iter().map(|r| Some(r.date)))),
        ("amount", number(rows.iter().map(|r| Some(r.amount)))),
    ])
}

fn table(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .expect("columns of one table have one length")
}

fn always<T: AsRef<str>>(values: impl Iterator<Item = T>) -> ArrayRef {
    text(values.map(Some))
}

fn text<T: AsRef<str>>(values: impl Iterator<Item = Option<T>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn number(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

fn whole(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

fn date(values: impl Iterator<Item = Option<NaiveDate>>) -> ArrayRef {
    Arc::new(values.map(|day| day.map(Date32Type::from_naive_date)).collect::<Date32Array>())
}
