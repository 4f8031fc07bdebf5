//! From the fields of a batch to the columns of the manifest.
//!
//! Takes decoded fields, gives a `Batch`: defaults filled in, required cells checked, degrees paired to points, places
//! and joined tables looked up. Invariant: a column that the schema calls not nullable has no null in a batch that is
//! handed on.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array, StringArray};
use arrow_buffer::NullBuffer;

use super::batch::Values;
use super::cell::{self, Coding, Fault};
use super::join::{Joined, Smallest};
use super::places::Places;
use super::reader::Decoded;
use crate::workspace::schema::{Column, ColumnId, DefaultValue, Schema};

/// How a column of the batch is made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Make {
    /// A wanted field.
    Field(usize),
    /// Two wanted fields.
    Degrees { lat: usize, lon: usize },
    /// The place of a text column that is made before.
    Place { by: ColumnId },
    /// A column of the joined table (index into the tables that are held) for the key in a wanted field.
    Joined { join: usize, key: usize },
}

/// One column to make.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub column: ColumnId,
    pub make: Make,
    pub coding: Coding,
    /// Who is told of missing cells, where a required column is not a field.
    pub missing: Option<usize>,
}

/// What there is to say of points and places when all rows are read; one for each step.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes {
    pub points: u64,
    /// Points that lie where accounts can be only once their degrees are swapped.
    pub swapped: u64,
    /// Rows with only one of two degrees.
    pub halves: u64,
    pub unknown_places: u64,
    pub examples: Smallest,
}

impl Notes {
    pub fn merge(&mut self, later: Self) {
        self.points += later.points;
        self.swapped += later.swapped;
        self.halves += later.halves;
        self.unknown_places += later.unknown_places;
        self.examples.merge(later.examples);
    }
}

pub(super) struct Assembler<'a> {
    pub schema: &'a Schema,
    pub steps: &'a [Step],
    pub places: Option<&'a Places>,
    pub joins: &'a [Joined],
}

impl Assembler<'_> {
    /// Makes the columns, indexed by [`ColumnId`]; cells that may not be missing become faults of the batch.
    pub fn columns(&self, decoded: &mut Decoded) -> (Vec<Option<Values>>, Vec<Notes>) {
        let mut columns = vec![None; self.schema.columns.len()];
        let mut notes = vec![Notes::default(); self.steps.len()];
        let mut slots: Vec<Option<Vec<Option<u32>>>> = vec![None; self.joins.len()];
        for (step, notes) in self.steps.iter().zip(&mut notes) {
            let column = self.schema.column(step.column);
            let values = match step.make {
                Make::Field(want) => decoded.columns[want].clone(),
                Make::Degrees { lat, lon } => point(decoded, lat, lon, notes),
                Make::Place { by } => {
                    let codes = columns[by.0 as usize].as_ref().expect("codes are made before their places");
                    self.place(codes, notes)
                }
                Make::Joined { join, key } => {
                    let slots = slots[join].get_or_insert_with(|| self.joins[join].look_up(&decoded.columns[key]));
                    self.joins[join].column(step.column, slots, step.coding)
                }
            };
            columns[step.column.0 as usize] = Some(complete(values, column, step, decoded));
        }
        (columns, notes)
    }

    fn place(&self, codes: &Values, notes: &mut Notes) -> Values {
        let places = self.places.expect("places are read where a column looks them up");
        let (mut lat, mut lon) = (Vec::with_capacity(codes.len()), Vec::with_capacity(codes.len()));
        let mut push = |code: Option<&str>, known: Option<(f64, f64)>| {
            if let (Some(code), None) = (code, known) {
                notes.unknown_places += 1;
                notes.examples.add(code);
            }
            lat.push(known.map(|p| p.0));
            lon.push(known.map(|p| p.1));
        };
        if let Values::Coded(array) = codes {
            let words = array.values().as_string::<i32>();
            let known: Vec<_> = words.iter().map(|word| word.and_then(|w| places.find(w))).collect();
            for key in array.keys() {
                match key {
                    Some(key) => push(Some(words.value(key as usize)), known[key as usize]),
                    None => push(None, None),
                }
            }
        } else {
            for row in 0..codes.len() {
                let code = codes.text(row);
                push(code, code.and_then(|c| places.find(c)));
            }
        }
        Values::Point { lat: lat.into(), lon: lon.into() }
    }
}

/// Pairs degrees; a point needs both.
fn point(decoded: &mut Decoded, lat_want: usize, lon_want: usize, notes: &mut Notes) -> Values {
    let (Values::Number(lat), Values::Number(lon)) = (&decoded.columns[lat_want], &decoded.columns[lon_want]) else {
        unreachable!("degrees are read as numbers")
    };
    // South of all accounts but the Antarctic's, or north of all.
    let inhabited = |lat: f64, lon: f64| (-60.0..=84.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    for row in 0..lat.len() {
        match (lat.is_valid(row), lon.is_valid(row)) {
            (true, true) => {
                let (y, x) = (lat.value(row), lon.value(row));
                notes.points += 1;
                if !inhabited(y, x) {
                    notes.swapped += u64::from(inhabited(x, y));
                    if !(-90.0..=90.0).contains(&y) {
                        let place = decoded.place;
                        decoded.faults.add(Fault::Latitude, Some(lat_want), || (place(row), y.to_string()));
                    }
                    if !(-180.0..=180.0).contains(&x) {
                        let place = decoded.place;
                        decoded.faults.add(Fault::Longitude, Some(lon_want), || (place(row), x.to_string()));
                    }
                }
            }
            (false, false) => {}
            _ => notes.halves += 1,
        }
    }
    let nulls = NullBuffer::union(lat.nulls(), lon.nulls());
    let with = |array: &Float64Array| Float64Array::new(array.values().clone(), nulls.clone());
    Values::Point { lat: with(lat), lon: with(lon) }
}

/// Fills in the default, or reports the cells that may not be missing.
fn complete(values: Values, column: &Column, step: &Step, decoded: &mut Decoded) -> Values {
    if values.null_count() == 0 {
        return values;
    }
    if let Some(told) = step.missing {
        for row in (0..values.len()).filter(|row| values.is_null(*row)) {
            let place = decoded.place;
            decoded.faults.add(Fault::Missing, Some(told), || (place(row), String::new()));
        }
        return values;
    }
    match &column.default {
        Some(default) => filled(values, default),
        None => values,
    }
}

fn filled(values: Values, default: &DefaultValue) -> Values {
    match (values, default) {
        (Values::Number(array), DefaultValue::Number(n)) => {
            Values::Number(Float64Array::from_iter_values(array.iter().map(|v| v.unwrap_or(*n))))
        }
        (Values::Date(array), DefaultValue::Date(day)) => {
            let day = cell::days_since_epoch(*day);
            Values::Date(Date32Array::from_iter_values(array.iter().map(|v| v.unwrap_or(day))))
        }
        (Values::Bool(array), DefaultValue::Bool(flag)) => {
            Values::Bool(array.iter().map(|v| Some(v.unwrap_or(*flag))).collect::<BooleanArray>())
        }
        (Values::Text(array), DefaultValue::Text(text)) => {
            let mut builder = StringBuilder::with_capacity(array.len(), array.value_data().len());
            array.iter().for_each(|v| builder.append_value(v.unwrap_or(text)));
            Values::Text(builder.finish())
        }
        (Values::Coded(array), DefaultValue::Text(text)) => Values::Coded(filled_codes(&array, text)),
        (values, _) => values,
    }
}

fn filled_codes(array: &DictionaryArray<Int32Type>, text: &str) -> DictionaryArray<Int32Type> {
    let words = array.values().as_string::<i32>();
    let (words, code) = match words.iter().position(|w| w == Some(text)) {
        Some(code) => (words.clone(), code),
        None => (words.iter().chain(std::iter::once(Some(text))).collect::<StringArray>(), words.len()),
    };
    let keys = Int32Array::from_iter_values(array.keys().iter().map(|k| k.unwrap_or(code as i32)));
    DictionaryArray::new(keys, Arc::new(words))
}
