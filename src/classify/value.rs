//! Numbers computed for many rows at once.
//!
//! A [`Value`] is a typed number of the plan with its conditions replaced by fields. Missing is kept apart from NaN:
//! `default` mends the one and not the other.

use arrow_array::Array;

use super::circle::distance_km;
use super::field::FieldId;
use super::rows::Rows;
use super::view::{View, days, numbers, points};
use crate::plan::{DateValue, Function};
use crate::workspace::schema::ColumnId;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Literal(f64),
    Column(ColumnId),
    Negate(Box<Value>),
    Add(Box<Value>, Box<Value>),
    Subtract(Box<Value>, Box<Value>),
    Multiply(Box<Value>, Box<Value>),
    Divide(Box<Value>, Box<Value>),
    Call(Function, Vec<Value>),
    /// Divided by a total; index into the view's totals.
    Share(Box<Value>, u32),
    Default(Box<Value>, Box<Value>),
    Choose {
        field: FieldId,
        holds: Vec<bool>,
        then: Box<Value>,
        otherwise: Box<Value>,
    },
    Distance {
        column: ColumnId,
        lat: f64,
        lon: f64,
    },
    Between {
        from: DateValue,
        to: DateValue,
    },
}

/// One number a row asked for, in the order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbers {
    pub values: Vec<f64>,
    /// Absent when none is.
    pub missing: Option<Vec<bool>>,
}

impl Value {
    pub fn compute(&self, view: &mut View<'_>, rows: Rows<'_>) -> Numbers {
        match self {
            Value::Literal(number) => Numbers { values: vec![*number; rows.len()], missing: None },
            Value::Column(column) => {
                let array = numbers(view.batch, *column);
                let cells = &array.values()[view.range()];
                let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
                let start = view.range().start;
                Numbers {
                    values: collect(rows, |row| cells[row]),
                    missing: nulls.map(|nulls| collect(rows, |row| nulls.is_null(start + row))),
                }
            }
            Value::Negate(a) => a.compute(view, rows).map(|x| -x),
            Value::Add(a, b) => Numbers::zip(a.compute(view, rows), b.compute(view, rows), |x, y| x + y),
            Value::Subtract(a, b) => Numbers::zip(a.compute(view, rows), b.compute(view, rows), |x, y| x - y),
            Value::Multiply(a, b) => Numbers::zip(a.compute(view, rows), b.compute(view, rows), |x, y| x * y),
            Value::Divide(a, b) => Numbers::zip(a.compute(view, rows), b.compute(view, rows), |x, y| x / y),
            Value::Call(function, arguments) => call(*function, arguments, view, rows),
            Value::Share(part, total) => {
                // A pass that knows no totals knows no share.
                let total = view.totals.get(*total as usize).copied().unwrap_or(f64::NAN);
                part.compute(view, rows).map(|x| x / total)
            }
            Value::Default(value, default) => {
                let mut value = value.compute(view, rows);
                if let Some(missing) = value.missing.take() {
                    let default = default.compute(view, rows);
                    for (at, gone) in missing.iter().enumerate().filter(|(_, gone)| **gone) {
                        debug_assert!(gone);
                        value.values[at] = default.values[at];
                    }
                    value.missing = default.missing.map(|of| of.iter().zip(missing).map(|(a, b)| *a && b).collect());
                }
                value
            }
            Value::Choose { field, holds, then, otherwise } => {
                let classes = view.classes(*field, rows);
                let chosen = collect(rows, |row| holds[classes[row] as usize]);
                Numbers::choose(&chosen, then.compute(view, rows), otherwise.compute(view, rows))
            }
            Value::Distance { column, lat, lon } => {
                let (lats, lons) = points(view.batch, *column);
                let start = view.range().start;
                Numbers {
                    values: collect(rows, |row| {
                        distance_km(*lat, *lon, lats.value(start + row), lons.value(start + row))
                    }),
                    missing: (lats.null_count() > 0).then(|| collect(rows, |row| lats.is_null(start + row))),
                }
            }
            Value::Between { from, to } => {
                let (from, to) = (date_numbers(*from, view, rows), date_numbers(*to, view, rows));
                Numbers::zip(from, to, |a, b| (b - a) * 24.0)
            }
        }
    }
}

impl Numbers {
    pub fn is_missing(&self, at: usize) -> bool {
        self.missing.as_ref().is_some_and(|missing| missing[at])
    }

    fn map(mut self, f: impl Fn(f64) -> f64) -> Self {
        self.values.iter_mut().for_each(|x| *x = f(*x));
        self
    }

    fn zip(mut self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        self.values.iter_mut().zip(&other.values).for_each(|(x, y)| *x = f(*x, *y));
        self.missing = match (self.missing, other.missing) {
            (Some(mut a), Some(b)) => {
                a.iter_mut().zip(b).for_each(|(x, y)| *x |= y);
                Some(a)
            }
            (a, b) => a.or(b),
        };
        self
    }

    fn choose(chosen: &[bool], then: Self, otherwise: Self) -> Self {
        let missing = (then.missing.is_some() || otherwise.missing.is_some()).then(|| {
            let pick = |(at, yes): (usize, &bool)| if *yes { then.is_missing(at) } else { otherwise.is_missing(at) };
            chosen.iter().enumerate().map(pick).collect()
        });
        let pick = |((yes, a), b): ((&bool, &f64), &f64)| if *yes { *a } else { *b };
        Self { values: chosen.iter().zip(&then.values).zip(&otherwise.values).map(pick).collect(), missing }
    }
}

fn collect<T>(rows: Rows<'_>, cell: impl Fn(usize) -> T) -> Vec<T> {
    let mut cells = Vec::with_capacity(rows.len());
    rows.each(|_, row| cells.push(cell(row)));
    cells
}

/// Days since 1970.
fn date_numbers(date: DateValue, view: &View<'_>, rows: Rows<'_>) -> Numbers {
    match date {
        DateValue::Day(day) => Numbers { values: vec![f64::from(day.to_epoch_days()); rows.len()], missing: None },
        DateValue::Column(column) => {
            let array = days(view.batch, column);
            let start = view.range().start;
            Numbers {
                values: collect(rows, |row| f64::from(array.value(start + row))),
                missing: (array.null_count() > 0).then(|| collect(rows, |row| array.is_null(start + row))),
            }
        }
    }
}

fn call(function: Function, arguments: &[Value], view: &mut View<'_>, rows: Rows<'_>) -> Numbers {
    let mut arguments = arguments.iter().map(|argument| argument.compute(view, rows));
    let first = arguments.next().expect("functions have arguments");
    match function {
        Function::Min => arguments.fold(first, |a, b| a.zip(b, least)),
        Function::Max => arguments.fold(first, |a, b| a.zip(b, greatest)),
        Function::Clamp => {
            let (low, high) = (arguments.next(), arguments.next());
            let above = low.into_iter().fold(first, |a, b| a.zip(b, greatest));
            high.into_iter().fold(above, |a, b| a.zip(b, least))
        }
        Function::Log => first.map(libm::log),
        Function::Sqrt => first.map(f64::sqrt),
        Function::Round => first.map(f64::round),
        Function::Abs => first.map(f64::abs),
    }
}

/// NaN wins, unlike with `f64::min`: what is undefined must not vanish.
fn least(a: f64, b: f64) -> f64 {
    if a.is_nan() || a < b { a } else { b }
}

fn greatest(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}
