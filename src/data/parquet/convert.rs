//! Arrow arrays of whatever type the file stores to [`Values`].

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Float64Array, StringArray};
use arrow_buffer::NullBuffer;
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};

use crate::data::batch::Values;
use crate::data::cell::{self, Coding, Fault, Reading};
use crate::data::column;
use crate::workspace::schema::{ColumnType, FileUnit};

/// Can a stored type be read so?
pub(super) fn readable(stored: &DataType, reading: Reading) -> bool {
    let number = stored.is_numeric();
    let date = matches!(stored, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..));
    if is_text(stored) {
        return true;
    }
    match reading {
        Reading::Text(_) => number || date || *stored == DataType::Boolean,
        Reading::Number { .. } => number,
        Reading::Date => date,
        Reading::Bool => *stored == DataType::Boolean || stored.is_integer(),
    }
}

pub(super) fn is_text(stored: &DataType) -> bool {
    match stored {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        // Writers that know no text type; what is no UTF-8 within is an error of the file.
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}

/// A type as people call it.
pub(super) fn type_name(stored: &DataType) -> String {
    match stored {
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "lists".into(),
        DataType::Struct(_) => "nested fields".into(),
        DataType::Map(..) => "maps".into(),
        DataType::Boolean => "truth values".into(),
        DataType::Date32 | DataType::Date64 => "dates".into(),
        DataType::Timestamp(..) => "points in time".into(),
        DataType::Time32(_) | DataType::Time64(_) => "times of day".into(),
        t if t.is_integer() => "whole numbers".into(),
        t if t.is_numeric() => "numbers".into(),
        t if is_text(t) => "text".into(),
        t => format!("values of the type {t}"),
    }
}

/// Reads an array whose type is [`readable`] so.
pub(in crate::data) fn values(
    array: &ArrayRef,
    reading: Reading,
    fault: &mut dyn FnMut(usize, Fault),
) -> Result<Values, ArrowError> {
    let stored = array.data_type();
    if let Reading::Text(coding) = reading {
        return text(array, coding);
    }
    if is_text(stored) {
        let text = cast(array, &DataType::Utf8)?;
        return Ok(column::read(text.as_string::<i32>(), reading, fault));
    }
    Ok(match reading {
        Reading::Number { kind, unit } => {
            let array = cast(array, &DataType::Float64)?;
            Values::Number(numbers(array.as_primitive::<Float64Type>(), kind, unit, fault))
        }
        Reading::Date => Values::Date(cast(array, &DataType::Date32)?.as_primitive::<Date32Type>().clone()),
        Reading::Bool if *stored == DataType::Boolean => Values::Bool(array.as_boolean().clone()),
        Reading::Bool | Reading::Text(_) => {
            let text = cast(array, &DataType::Utf8)?;
            column::read(text.as_string::<i32>(), reading, fault)
        }
    })
}

fn numbers(
    array: &Float64Array,
    kind: ColumnType,
    unit: FileUnit,
    fault: &mut dyn FnMut(usize, Fault),
) -> Float64Array {
    let plain = unit == FileUnit::Base && (kind != ColumnType::Int || array.values().iter().all(|v| v.fract() == 0.0));
    if plain && array.values().iter().all(|v| v.is_finite()) {
        return array.clone();
    }
    let mut valid = vec![true; array.len()];
    let values: Vec<f64> = (0..array.len())
        .map(|row| {
            valid[row] = array.is_valid(row);
            if !valid[row] {
                return 0.0;
            }
            cell::checked(unit.to_base(array.value(row)), kind).unwrap_or_else(|why| {
                fault(row, why);
                valid[row] = false;
                0.0
            })
        })
        .collect();
    Float64Array::new(values.into(), Some(NullBuffer::from(valid)))
}

fn text(array: &ArrayRef, coding: Coding) -> Result<Values, ArrowError> {
    if let (DataType::Dictionary(key, value), true) = (array.data_type(), coding != Coding::Never)
        && **key == DataType::Int32
        && **value == DataType::Utf8
    {
        return Ok(Values::Coded(without_empty_word(array.as_dictionary::<Int32Type>())));
    }
    let plain: ArrayRef = match array.data_type() {
        DataType::Float32 | DataType::Float64 => Arc::new(whole_floats_as_integers(array)?),
        _ => cast(array, &DataType::Utf8)?,
    };
    let plain = plain.as_string::<i32>();
    if coding == Coding::Never && plain.iter().all(|t| t != Some("")) {
        return Ok(Values::Text(plain.clone()));
    }
    Ok(column::read(plain, Reading::Text(coding), |_, _| {}))
}

/// An empty text is a missing cell.
fn without_empty_word(array: &DictionaryArray<Int32Type>) -> DictionaryArray<Int32Type> {
    let words = array.values().as_string::<i32>();
    let Some(empty) = words.iter().position(|w| w == Some("")) else { return array.clone() };
    let keys = array.keys().iter().map(|k| k.filter(|k| *k != empty as i32)).collect();
    DictionaryArray::new(keys, Arc::clone(array.values()))
}

/// Keys that went through a table of floats because some were missing: `1042.0` is `1042`.
fn whole_floats_as_integers(array: &ArrayRef) -> Result<StringArray, ArrowError> {
    let floats = cast(array, &DataType::Float64)?;
    let text = |value: f64| {
        let exact = value.fract() == 0.0 && value.abs() < 9e15;
        if exact { format!("{}", value as i64) } else { format!("{value}") }
    };
    Ok(floats.as_primitive::<Float64Type>().iter().map(|v| v.map(text)).collect())
}

/// A cell as people would write it, for messages.
pub(in crate::data) fn shown(array: &ArrayRef, row: usize) -> String {
    arrow_cast::display::array_value_to_string(array, row).unwrap_or_default()
}
