//! The smallest change of one cell that would give the account to somebody else.
//!
//! Every column that the coverage asks is tried by itself: numbers and days at the cuts that tell answers apart, texts at
//! the patterns that the plan names, flags turned round, positions in sixteen directions, and each cell emptied where it
//! may be empty. What a change leads to is found by deciding the changed account.

use chrono::NaiveDate;
use serde::Serialize;

use super::elsewhere::{unit_key, unit_of};
use super::{Asked, Ground, Owner, owner, words};
use crate::carve::{Point, Space};
use crate::classify::{Account, Questions, destination};
use crate::outcome::decisions::{decide, target, target_words};
use crate::outcome::ledger::NONE;
use crate::outcome::place::Place;
use crate::plan::{TextPattern, Value};
use crate::workspace::schema::{Column, ColumnId, ColumnType};

/// Changes that are told.
const SHOWN: usize = 5;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    pub column: String,
    pub from: String,
    pub to: String,
    /// `carve enterprise`
    pub target: String,
    pub gives_to: Owner,
    /// How large the change is beside others: relative for numbers, by days and kilometres, then texts, then gaps.
    #[serde(skip)]
    size: f64,
}

/// One cell tried.
struct Trial {
    value: Option<Value>,
    size: f64,
    shown: String,
}

/// At most one a column, smallest first.
pub(super) fn changes(ground: &Ground<'_>, asked: &Asked<'_>, coverage: u32) -> Vec<Change> {
    let questions = Questions::of(ground.plan, coverage);
    let search = Search { ground, asked, coverage, now: look(ground, asked.key, &asked.cells, coverage).0 };
    let mut columns = questions.columns.clone();
    columns.extend(search.unit_column().filter(|unit| !questions.columns.contains(unit)));
    let mut found: Vec<Change> = columns.into_iter().filter_map(|column| search.column(&questions, column)).collect();
    found.sort_by(|a, b| a.size.total_cmp(&b.size).then_with(|| a.column.cmp(&b.column)));
    found.truncate(SHOWN);
    found
}

/// Whose the account is with these cells, and what leads there.
fn look(ground: &Ground<'_>, key: &str, cells: &[(ColumnId, Value)], coverage: u32) -> (Owner, String) {
    let decided = decide(&ground.reference(), key, Account::Written(cells), NONE);
    let place = decided.coverages[coverage as usize].place.map(|(place, _)| place);
    let words = place.map_or("nowhere".to_owned(), |place| target_words(ground.plan, target(ground.plan, place)));
    (owner(ground, key, cells, place), words)
}

struct Search<'s, 'a> {
    ground: &'s Ground<'a>,
    asked: &'s Asked<'s>,
    coverage: u32,
    now: Owner,
}

impl Search<'_, '_> {
    fn cell(&self, id: ColumnId) -> Option<&Value> {
        self.asked.cells.iter().find(|(known, _)| *known == id).map(|(_, value)| value)
    }

    /// What the account would come to with another cell, where that is somebody else's.
    fn with(&self, id: ColumnId, value: Option<&Value>) -> Option<(Owner, String)> {
        let mut cells = self.asked.cells.clone();
        cells.retain(|(known, _)| *known != id);
        cells.extend(value.map(|value| (id, value.clone())));
        let (owner, target) = look(self.ground, self.asked.key, &cells, self.coverage);
        let same = match (&owner.rep, &self.now.rep) {
            (Some(a), Some(b)) => a == b,
            _ => owner.place == self.now.place,
        };
        (!same && owner.place != "nowhere").then_some((owner, target))
    }

    fn column(&self, questions: &Questions, id: ColumnId) -> Option<Change> {
        let column = self.ground.accounts.schema.column(id);
        let now = self.cell(id);
        let mut trials = match (column.kind, now) {
            (ColumnType::Point, Some(Value::Point { lat, lon })) => self.moves(id, *lat, *lon).into_iter().collect(),
            (ColumnType::Bool, _) => flags(now),
            (ColumnType::Date, _) => days(questions.dates.get(&id).map_or(&[][..], |cuts| &cuts[..]), now),
            (kind, _) if kind.is_text() => {
                let mut trials = texts(questions.texts.get(&id).into_iter().flatten(), now);
                if self.unit_column() == Some(id) {
                    trials.extend(self.units(id));
                }
                trials
            }
            (kind, _) if kind.is_numeric() => {
                let cuts = questions.numbers.get(&id).map_or(&[][..], |cuts| &cuts[..]);
                let mut trials = numbers(cuts, column, now);
                if questions.calculated.contains(&id) {
                    trials.extend(self.sweep(id, column, now));
                }
                trials
            }
            _ => Vec::new(),
        };
        if now.is_some() && column.nullable() {
            trials.push(Trial { value: None, size: 3.0, shown: "missing".to_owned() });
        }
        trials.sort_by(|a, b| a.size.total_cmp(&b.size));
        let (trial, (gives_to, target)) =
            trials.into_iter().find_map(|trial| self.with(id, trial.value.as_ref()).map(|led| (trial, led)))?;
        let from = match now {
            None => "missing".to_owned(),
            Some(_) if column.sensitive => "hidden".to_owned(),
            Some(value) => words::cell(value, column),
        };
        Some(Change { column: column.name.clone(), from, to: trial.shown, target, gives_to, size: trial.size })
    }

    /// The column of the units, where the account stands in a carve and units are more than accounts.
    fn unit_column(&self) -> Option<ColumnId> {
        let decided = decide(&self.ground.reference(), self.asked.key, Account::Written(&self.asked.cells), NONE);
        let Some((Place::Carve(c), _)) = decided.coverages[self.coverage as usize].place else { return None };
        let unit = self.ground.plan.carves[c as usize].unit;
        (unit != self.ground.accounts.key).then_some(unit)
    }

    /// Other units of the account's carve, by their distance from its own.
    fn units(&self, id: ColumnId) -> Vec<Trial> {
        let carve = self.now.carve.as_ref();
        let Some(carved) = self.ground.carved.iter().find(|c| Some(&c.carving.carve.name) == carve) else {
            return Vec::new();
        };
        let units = &carved.carving.units;
        let Some(own) = unit_of(carved, &unit_key(carved, &self.asked.cells)) else { return Vec::new() };
        let Some([x, y, z]) = units[own].position else { return Vec::new() };
        let here = Point { x, y, z };
        let elsewhere = (0..units.len()).filter(|u| carved.aligned.territory[*u] != carved.aligned.territory[own]);
        let mut near: Vec<(f64, usize)> = elsewhere
            .filter_map(|u| units[u].position.map(|[x, y, z]| (here.straight_squared(Point { x, y, z }), u)))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let column = self.ground.accounts.schema.column(id);
        let trial = |(_, u): &(f64, usize)| {
            let unit = &units[*u];
            let [x, y, z] = unit.position?;
            let km = Space::Sphere.distance(here, Point { x, y, z });
            let value = Value::Text(unit.key.clone());
            let shown = format!("{}, {} away", words::cell(&value, column), words::km(km));
            Some(Trial { value: Some(value), size: 1.0 + km / 1e5, shown })
        };
        near.iter().take(50).filter_map(trial).collect()
    }

    /// The nearest place in any of sixteen directions that leads elsewhere.
    fn moves(&self, id: ColumnId, lat: f64, lon: f64) -> Option<Trial> {
        let point = |bearing: f64, km: f64| {
            let (to_lat, to_lon) = destination((lat, lon), bearing, km);
            Value::Point { lat: to_lat, lon: to_lon }
        };
        let mut best: Option<(f64, usize)> = None;
        for direction in 0..16 {
            let bearing = direction as f64 * std::f64::consts::TAU / 16.0;
            let leads = |km: f64| self.with(id, Some(&point(bearing, km))).is_some();
            let (mut near, mut far) = (0.0, 0.5);
            while far < 20_000.0 && !leads(far) {
                (near, far) = (far, far * 1.3);
            }
            if far >= 20_000.0 || best.is_some_and(|(km, _)| near >= km) {
                continue;
            }
            while far - near > 0.005 * far.max(1.0) {
                let middle = (near + far) / 2.0;
                if leads(middle) { far = middle } else { near = middle }
            }
            if best.is_none_or(|(km, _)| far < km) {
                best = Some((far, direction));
            }
        }
        let (km, direction) = best?;
        const WINDS: [&str; 16] = [
            "north",
            "north-northeast",
            "northeast",
            "east-northeast",
            "east",
            "east-southeast",
            "southeast",
            "south-southeast",
            "south",
            "south-southwest",
            "southwest",
            "west-southwest",
            "west",
            "west-northwest",
            "northwest",
            "north-northwest",
        ];
        let value = point(direction as f64 * std::f64::consts::TAU / 16.0, km);
        Some(Trial {
            value: Some(value),
            size: km / 1000.0,
            shown: format!("{} to the {}", words::km(km), WINDS[direction]),
        })
    }

    /// For numbers within calculations: the nearest number on either side that leads elsewhere, if any does.
    fn sweep(&self, id: ColumnId, column: &Column, now: Option<&Value>) -> Vec<Trial> {
        let Some(Value::Number(now)) = now else { return Vec::new() };
        let leads = |value: f64| self.with(id, Some(&Value::Number(value))).is_some();
        let mut trials = Vec::new();
        for sign in [-1.0, 1.0] {
            let (mut near, mut far) = (0.0, step(column.kind));
            let at = |by: f64| now + sign * by;
            let limit = (now.abs() + 1.0) * 1e6;
            while far < limit && !leads(at(far)) {
                (near, far) = (far, far * 1.5);
            }
            if far >= limit {
                continue;
            }
            while far - near > step(column.kind) {
                let middle = (near + far) / 2.0;
                if leads(at(middle)) { far = middle } else { near = middle }
            }
            let rounded = (at(far) / step(column.kind)).round() * step(column.kind);
            let value = if leads(rounded) { rounded } else { at(far) };
            trials.push(number(value, *now, column));
        }
        trials
    }
}

/// The least difference that people would write.
fn step(kind: ColumnType) -> f64 {
    match kind {
        ColumnType::Int => 1.0,
        ColumnType::Percent => 1e-4,
        ColumnType::Hours => 1.0 / 60.0,
        ColumnType::Distance => 0.1,
        _ => 0.01,
    }
}

fn number(value: f64, now: f64, column: &Column) -> Trial {
    let size = (value - now).abs() / value.abs().max(now.abs()).max(f64::MIN_POSITIVE);
    let value = Value::Number(value);
    Trial { shown: words::cell(&value, column), value: Some(value), size }
}

/// At every cut, the least number on it and the greatest below it that people would write.
fn numbers(cuts: &[f64], column: &Column, now: Option<&Value>) -> Vec<Trial> {
    let step = step(column.kind);
    // A division gives back the number as it is written; a product with 0.01 would not.
    let per = (1.0 / step).round();
    let exact = |steps: f64| if step < 1.0 && column.kind != ColumnType::Hours { steps / per } else { steps * step };
    let mut trials = Vec::new();
    for cut in cuts {
        let above = exact((cut / step - 1e-6).ceil());
        let above = if above < *cut { exact((cut / step).floor() + 1.0) } else { above };
        let below = exact((cut / step).ceil() - 1.0);
        for value in [above, below] {
            match now {
                Some(Value::Number(now)) => trials.push(number(value, *now, column)),
                _ => trials.push(Trial { size: 2.5, ..number(value, value, column) }),
            }
        }
    }
    trials
}

fn days(cuts: &[i32], now: Option<&Value>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for cut in cuts {
        for day in [*cut, cut - 1].into_iter().filter_map(NaiveDate::from_epoch_days) {
            let size = match now {
                Some(Value::Date(now)) => (day - *now).num_days().abs() as f64 / 3650.0,
                _ => 2.5,
            };
            trials.push(Trial { value: Some(Value::Date(day)), size, shown: day.to_string() });
        }
    }
    trials
}

fn flags(now: Option<&Value>) -> Vec<Trial> {
    let flag = |flag: bool| Trial { value: Some(Value::Bool(flag)), size: 2.0, shown: flag.to_string() };
    match now {
        Some(Value::Bool(now)) => vec![flag(!now)],
        _ => vec![flag(true), flag(false)],
    }
}

/// Every text that the plan names, then one that it does not.
fn texts<'p>(patterns: impl Iterator<Item = &'p TextPattern>, now: Option<&Value>) -> Vec<Trial> {
    let named = patterns.map(|pattern| match pattern {
        TextPattern::Exactly(text) => (text.clone(), format!("\"{}\"", text.escape_debug())),
        TextPattern::StartsWith(prefix) => (prefix.clone(), format!("\"{}*\"", prefix.escape_debug())),
    });
    // No file holds a text like this one: readers take no control characters for cells.
    let other = ("\u{1}".to_owned(), "a value that the plan does not name".to_owned());
    let all = named.chain([other]).filter(|(text, _)| !matches!(now, Some(Value::Text(now)) if now == text));
    let trial = |(n, (text, shown)): (usize, (String, String))| Trial {
        value: Some(Value::Text(text)),
        size: 2.0 + n as f64 * 1e-6,
        shown,
    };
    all.enumerate().map(trial).collect()
}
