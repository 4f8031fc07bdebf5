//! From a way through a diagram to an account, confirmed by the evaluator.
//!
//! Takes a diagram of accounts, gives the simplest of them: few columns, each with its plainest value. A way through
//! fields of columns is an account as it stands; where the way asks free fields, accounts of telling values are tried
//! until one is what was looked for. Invariant: an account is only given when the caller's test, which runs the plain
//! evaluator, holds for it.

use std::collections::{BTreeSet, HashMap};

use super::axis::{DayLine, Keys};
use super::diagram::{NO, Quick, Ref};
use super::space::{Asks, Field, Space};
use crate::classify::Account;
use crate::plan::{TextSearch, Value};
use crate::workspace::schema::{ColumnId, ColumnType, DefaultValue, Schema};

pub type Cells = Vec<(ColumnId, Value)>;

/// An account that shows something.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// Every cell that is not missing.
    pub cells: Cells,
    /// The columns that matter, in the order in which they are asked.
    pub columns: Vec<ColumnId>,
}

impl Witness {
    /// `account { state = "NY", employees missing }`. The values are made up, so that none is hidden.
    pub fn describe(&self, schema: &Schema) -> String {
        let mut shown = schema.clone();
        shown.columns.iter_mut().for_each(|column| column.sensitive = false);
        Account::Written(&self.cells).describe(&shown, &self.columns)
    }
}

/// What came of looking for an account.
pub(super) enum Sought {
    /// There is none.
    None,
    Found(Witness),
    /// There may be one: the fields are free, and nothing that was tried fits.
    Unsure(Vec<u32>),
}

/// One key of every field on a way.
type Way = Vec<(u32, u64)>;

/// Accounts that are tried for one question where fields are free.
const MOST_TRIES: usize = 3_000;

/// An account of the set for which the test holds.
pub(super) fn seek(space: &Space<'_>, set: Ref, test: &mut dyn FnMut(Account<'_>) -> bool) -> Sought {
    if set == NO {
        return Sought::None;
    }
    let mut free = BTreeSet::new();
    for sure in [true, false] {
        let Some(way) = cheapest(space, set, sure) else { continue };
        let columns = columns(space, &way);
        let cells = cells(space, &way);
        if test(Account::Written(&cells)) {
            return Sought::Found(Witness { cells, columns });
        }
        free.extend(way.iter().map(|(field, _)| *field).filter(|field| space.field(*field).is_free()));
        free.extend(doubtful(space, &way));
        if let Some(cells) = tried(space, &columns, &cells, test) {
            return Sought::Found(Witness { cells, columns });
        }
    }
    Sought::Unsure(free.into_iter().collect())
}

/// The fields of the way whose key may be no value.
fn doubtful(space: &Space<'_>, way: &Way) -> Vec<u32> {
    let unsure = |(field, key): &&(u32, u64)| match &space.field(*field).asks {
        Asks::Place(column) => {
            let ways = space.places.get(column).and_then(|line| line.ways.as_ref());
            ways.and_then(|ways| ways.get(*key as usize)).is_some_and(|way| way.at.is_none())
        }
        _ => false,
    };
    way.iter().filter(unsure).map(|(field, _)| *field).collect()
}

/// The way to anything but nought that costs least; a `sure` one asks no free field.
fn cheapest(space: &Space<'_>, set: Ref, sure: bool) -> Option<Way> {
    let mut known: HashMap<Ref, Option<(u64, u64, Ref)>, Quick> = HashMap::default();
    cost(space, set, sure, &mut known)?;
    let (mut way, mut node) = (Vec::new(), set);
    while let Some(field) = space.diagrams.field(node) {
        let (_, key, next) = (*known.get(&node)?)?;
        way.push((field, key));
        node = next;
    }
    Some(way)
}

fn cost(
    space: &Space<'_>,
    node: Ref,
    sure: bool,
    known: &mut HashMap<Ref, Option<(u64, u64, Ref)>, Quick>,
) -> Option<u64> {
    if let Some(end) = node.as_end() {
        return (end != 0).then_some(0);
    }
    if let Some(known) = known.get(&node) {
        return known.map(|(cost, ..)| cost);
    }
    let field = space.field(space.diagrams.field(node)?);
    let mut best: Option<(u64, u64, Ref)> = None;
    let mut from = 0;
    for edge in space.diagrams.edges(node).iter() {
        let keys = (from, edge.end);
        from = edge.end;
        if edge.to == NO {
            continue;
        }
        let Some((own, key)) = plainest(space, field, keys, sure) else { continue };
        let Some(below) = cost(space, edge.to, sure, known) else { continue };
        if best.is_none_or(|(cost, ..)| own + below < cost) {
            best = Some((own + below, key, edge.to));
        }
    }
    known.insert(node, best);
    best.map(|(cost, ..)| cost)
}

/// What it costs people to read the plainest key of a range, and that key.
fn plainest(space: &Space<'_>, field: &Field, (from, to): Keys, sure: bool) -> Option<(u64, u64)> {
    const VALUE: u64 = 20;
    const MISSING: u64 = 25;
    const FREE: u64 = 1_000;
    let values = (from, to.min(field.values));
    let value = match (&field.asks, values.0 < values.1) {
        (_, false) => None,
        (Asks::Number(_), true) => {
            let line = field.line?;
            let value = line.plainest(values);
            Some((VALUE + digits(value), line.key(value)))
        }
        (Asks::Day(_), true) => Some((VALUE, DayLine::key(DayLine::plainest(values)))),
        (Asks::Text(column), true) => {
            let line = space.texts.get(column)?;
            let (text, odd) = line.plain(values);
            Some((VALUE + odd + text.chars().count() as u64 / 8, line.class(&text)))
        }
        (Asks::Flag(_), true) => Some((VALUE, values.0)),
        (Asks::Place(column), true) => match space.places.get(column).and_then(|line| line.ways.as_ref()) {
            None => Some((VALUE, values.0)),
            Some(ways) => {
                let known = (values.0..values.1).find(|key| ways[*key as usize].at.is_some());
                known.map(|key| (VALUE, key)).or((!sure).then_some((FREE, values.0)))
            }
        },
        (_, true) => (!sure).then_some((FREE, values.0)),
    };
    let missing = (field.missing && to > field.values).then_some((MISSING, field.values));
    value.into_iter().chain(missing).min()
}

/// Digits before the zeroes.
fn digits(value: f64) -> u64 {
    let text = value.abs().to_string();
    text.trim_end_matches('0').len().min(19) as u64
}

/// The columns of the way, in its order.
fn columns(space: &Space<'_>, way: &Way) -> Vec<ColumnId> {
    let mut columns = Vec::new();
    for (field, _) in way {
        let mut asked = Vec::new();
        space.field(*field).columns(&mut asked);
        for column in asked {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    columns
}

/// The account of a way; columns that it does not ask are empty, or hold anything if they must.
fn cells(space: &Space<'_>, way: &Way) -> Cells {
    let mut cells = Vec::new();
    let asked = |column: ColumnId| {
        way.iter().find_map(|(field, key)| match &space.field(*field).asks {
            Asks::Number(c) | Asks::Day(c) | Asks::Text(c) | Asks::Flag(c) | Asks::Place(c) if *c == column => {
                Some((space.field(*field), *key))
            }
            _ => None,
        })
    };
    for (column, declared) in space.schema.iter() {
        let value = match asked(column) {
            Some((field, key)) if key >= field.values => None,
            Some((field, key)) => value(space, field, column, key, way),
            None if declared.nullable() => None,
            None => any_value(space, column),
        };
        cells.extend(value.map(|value| (column, value)));
    }
    cells
}

fn value(space: &Space<'_>, field: &Field, column: ColumnId, key: u64, way: &Way) -> Option<Value> {
    Some(match &field.asks {
        Asks::Number(_) => Value::Number(field.line?.value(key)),
        Asks::Day(_) => Value::Date(DayLine::day(key)),
        Asks::Flag(_) => Value::Bool(key == 1),
        Asks::Text(_) => Value::Text(searched_text(space, column, key, way)),
        Asks::Place(_) => {
            let ways = space.places.get(&column).and_then(|line| line.ways.as_ref());
            let place = ways.and_then(|ways| ways.get(key as usize)).and_then(|way| way.at).unwrap_or((0.0, 0.0));
            Value::Point { lat: place.0, lon: place.1 }
        }
        _ => return None,
    })
}

/// A text of the class in which the way finds what it searches for, and nothing else, if there is such a text.
fn searched_text(space: &Space<'_>, column: ColumnId, class: u64, way: &Way) -> String {
    let line = &space.texts[&column];
    let plain = line.plainest((class, class + 1));
    let asked: Vec<(&TextSearch, bool)> = way
        .iter()
        .filter_map(|(field, key)| match &space.field(*field).asks {
            Asks::Search(c, search) if *c == column => Some((search, *key == 1)),
            _ => None,
        })
        .collect();
    let fits =
        |text: &String| line.class(text) == class && asked.iter().all(|(search, found)| search.finds(text) == *found);
    if fits(&plain) {
        return plain;
    }
    let wanted = asked.iter().filter(|(_, found)| *found);
    let (mut middle, mut end) = (String::new(), String::new());
    for (search, _) in wanted {
        match search {
            TextSearch::Contains(part) => {
                middle.push_str(part);
                middle.push(' ');
            }
            TextSearch::EndsWith(text) if text.len() > end.len() => end = text.clone(),
            TextSearch::EndsWith(_) => {}
        }
    }
    let fillers = ["", " ", "x ", "- ", "q"];
    let texts = fillers.iter().flat_map(|filler| {
        [
            format!("{plain}{filler}{middle}{end}"),
            format!("{plain}{filler}{}", middle.trim_end()),
            format!("{plain}{filler}{end}"),
        ]
    });
    texts.into_iter().find(fits).unwrap_or(plain)
}

/// A value that a column could have, where it does not matter.
fn any_value(space: &Space<'_>, column: ColumnId) -> Option<Value> {
    let declared = space.schema.column(column);
    if let Some(default) = &declared.default {
        return Some(match default {
            DefaultValue::Number(value) => Value::Number(*value),
            DefaultValue::Text(text) => Value::Text(text.clone()),
            DefaultValue::Bool(flag) => Value::Bool(*flag),
            DefaultValue::Date(day) => Value::Date(*day),
        });
    }
    Some(match declared.kind {
        ColumnType::Text | ColumnType::Code | ColumnType::Id => {
            let line = space.texts.get(&column);
            Value::Text(line.map_or_else(|| "x".to_owned(), |line| line.plainest((0, line.len()))))
        }
        ColumnType::Date => Value::Date(DayLine::plainest((0, DayLine::LEN))),
        ColumnType::Bool => Value::Bool(false),
        ColumnType::Point => Value::Point { lat: 0.0, lon: 0.0 },
        _ => Value::Number(0.0),
    })
}

/// Tries accounts that differ in the columns of a way.
fn tried(
    space: &Space<'_>,
    columns: &[ColumnId],
    cells: &Cells,
    test: &mut dyn FnMut(Account<'_>) -> bool,
) -> Option<Cells> {
    let pools: Vec<Vec<Option<Value>>> = columns.iter().map(|column| telling(space, *column, cells)).collect();
    if pools.iter().any(Vec::is_empty) {
        return None;
    }
    let all = pools.iter().try_fold(1usize, |product, pool| product.checked_mul(pool.len()));
    // Every combination, or a spread of them: steps that share no factor with the number of combinations.
    let all = all.unwrap_or(usize::MAX);
    let tries = all.min(MOST_TRIES).min(space.tries.get());
    space.tries.set(space.tries.get() - tries);
    let step = if all <= MOST_TRIES { 1 } else { 7_919 };
    for n in 0..tries {
        let mut at = n.wrapping_mul(step) % all.max(1);
        let mut tried = cells.clone();
        for (column, pool) in columns.iter().zip(&pools) {
            let value = &pool[at % pool.len()];
            at /= pool.len();
            tried.retain(|(id, _)| id != column);
            tried.extend(value.clone().map(|value| (*column, value)));
        }
        if test(Account::Written(&tried)) {
            return Some(tried);
        }
    }
    None
}

/// Values of a column that plans are likely to tell apart: what it has, its borders in the plan, missing.
fn telling(space: &Space<'_>, column: ColumnId, cells: &Cells) -> Vec<Option<Value>> {
    let declared = space.schema.column(column);
    let own = cells.iter().find(|(id, _)| *id == column).map(|(_, value)| value.clone());
    let mut values = vec![own];
    if declared.nullable() {
        values.push(None);
    }
    match declared.kind {
        ColumnType::Text | ColumnType::Code | ColumnType::Id => {
            let line = space.texts.get(&column);
            let classes = line.map_or(0, |line| line.len()).min(24);
            values.extend(
                (0..classes).filter_map(|class| line.map(|line| Some(Value::Text(line.plainest((class, class + 1)))))),
            );
            for search in space.searches.get(&column).into_iter().flatten() {
                let (TextSearch::EndsWith(text) | TextSearch::Contains(text)) = search;
                values.extend([
                    Some(Value::Text(text.clone())),
                    Some(Value::Text(format!("x {text}"))),
                    Some(Value::Text(format!("{text} x"))),
                ]);
            }
            values.extend(["a", "b"].map(|text| Some(Value::Text(text.to_owned()))));
        }
        ColumnType::Date => {
            let days = ["2000-01-01", "2020-01-01", "2026-06-15", "2027-02-01", "2030-01-01"];
            values.extend(days.iter().filter_map(|day| day.parse().ok()).map(|day| Some(Value::Date(day))));
        }
        ColumnType::Bool => values.extend([Some(Value::Bool(true)), Some(Value::Bool(false))]),
        ColumnType::Point => {
            let ways = space.places.get(&column).and_then(|line| line.ways.as_ref());
            let places = ways.into_iter().flatten().filter_map(|way| way.at).take(24);
            let places = places.chain([(0.0, 0.0), (40.7, -74.0), (51.5, -0.1), (-33.9, 151.2)]);
            values.extend(places.map(|(lat, lon)| Some(Value::Point { lat, lon })));
        }
        kind => {
            let fixed = space
                .constants
                .iter()
                .flat_map(|value| [*value, value / 2.0, value + 1.0, value - 1.0, value * 2.0, -value]);
            let fixed = [0.0, 1.0, -1.0, 2.0, 10.0, 1e6].into_iter().chain(fixed);
            let whole = fixed.map(|value| if kind == ColumnType::Int { value.round() } else { value });
            values.extend(whole.filter(|value| value.is_finite()).take(60).map(|value| Some(Value::Number(value))));
        }
    }
    let mut distinct: Vec<Option<Value>> = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct.retain(|value| value.is_some() || declared.nullable());
    distinct
}
