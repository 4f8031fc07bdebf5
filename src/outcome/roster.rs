//! The reps, and which of them have a seat in which carve.
//!
//! Takes the reps table and the plan, gives the seats of every carve: those of reps active on the plan's first day that
//! match, then the open seats of the overcarve. Where territories lie is deliberately absent.

use arrow_array::Array;
use chrono::NaiveDate;

use crate::data::{Batch, Values};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::plan::{Carve, SeatsFrom};
use crate::workspace::manifest::RepsTable;
use crate::workspace::schema::ColumnId;

/// One row of the reps table.
#[derive(Debug, Clone, PartialEq)]
pub struct Rep {
    pub key: String,
    pub name: String,
    /// Latitude and longitude in degrees.
    pub position: Option<(f64, f64)>,
    /// Capacity with the ramp multiplied in.
    pub capacity: f64,
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    pub manager: Option<String>,
    /// The territory that the rep runs today.
    pub territory: Option<String>,
    /// Row in the reps table, for conditions that were evaluated over it.
    pub row: usize,
}

impl Rep {
    pub fn active_on(&self, day: NaiveDate) -> bool {
        self.start.is_none_or(|s| s <= day) && self.end.is_none_or(|e| e >= day)
    }
}

/// All reps, sorted by key.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    pub reps: Vec<Rep>,
}

/// A seat of a carve, filled or open.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// The rep's key, or `open 1` and so on.
    pub key: String,
    /// Index into the roster; `None` for an open seat.
    pub rep: Option<usize>,
    pub position: Option<(f64, f64)>,
    pub capacity: f64,
}

impl Roster {
    /// Reads the reps out of their table. `batch` holds every column of the table.
    pub fn new(table: &RepsTable, batch: &Batch) -> (Self, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let text = |column: Option<ColumnId>, row: usize| {
            column.and_then(|c| batch.column(c).text(row)).map(str::to_owned).filter(|t| !t.is_empty())
        };
        let mut reps: Vec<Rep> = (0..batch.rows)
            .filter_map(|row| {
                let key = text(Some(table.key), row)?;
                let capacity = number(batch, table.capacity, row).unwrap_or(1.0);
                let ramp = number(batch, table.ramp, row).unwrap_or(1.0);
                Some(Rep {
                    name: text(table.name, row).unwrap_or_else(|| key.clone()),
                    position: point(batch, table.position, row),
                    capacity: capacity * ramp,
                    start: date(batch, table.start, row),
                    end: date(batch, table.end, row),
                    manager: text(table.manager, row),
                    territory: text(table.territory, row),
                    key,
                    row,
                })
            })
            .collect();
        reps.sort_by(|a, b| a.key.cmp(&b.key));
        for pair in reps.windows(2) {
            if pair[0].key == pair[1].key {
                diagnostics.push(
                    Diagnostic::error(codes::DUPLICATE_REP, format!("two reps have the key `{}`", pair[0].key))
                        .label(
                            table.files.span,
                            format!("rows {} and {} of this table", pair[0].row + 1, pair[1].row + 1),
                        )
                        .help("every rep has one row"),
                );
            }
        }
        (Self { reps }, diagnostics)
    }

    pub fn find(&self, key: &str) -> Option<usize> {
        self.reps.binary_search_by(|r| r.key.as_str().cmp(key)).ok()
    }

    /// The seats of a carve on the plan's first day, filled ones by key, then the open ones. `matches[row]` says whether
    /// the row of the reps table meets the carve's condition.
    pub fn seats(&self, carve: &Carve, matches: &[bool], first_day: NaiveDate) -> (Vec<Seat>, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let mut seats = Vec::new();
        match &carve.seats {
            SeatsFrom::Count(n, _) => {
                seats.extend((1..=*n).map(open_seat));
            }
            SeatsFrom::Reps { span, .. } => {
                for (index, rep) in self.reps.iter().enumerate() {
                    if !matches[rep.row] || !rep.active_on(first_day) {
                        continue;
                    }
                    if !(rep.capacity.is_finite() && rep.capacity > 0.0) {
                        diagnostics.push(
                            Diagnostic::error(
                                codes::BAD_CAPACITY,
                                format!("rep `{}` has a capacity of {}", rep.key, rep.capacity),
                            )
                            .label(*span, "has a seat here")
                            .help("capacity times ramp must be above nought; leave the rep out of the carve or set a ramp"),
                        );
                        continue;
                    }
                    if carve.compact.is_some_and(|c| c.around_seats) && rep.position.is_none() {
                        diagnostics.push(
                            Diagnostic::error(
                                codes::SEAT_WITHOUT_POSITION,
                                format!("rep `{}` has no position", rep.key),
                            )
                            .label(carve.compact.map_or(carve.span, |c| c.span), "needs a position of every rep")
                            .help("fill the position in the reps table, or write `compact around accounts`"),
                        );
                        continue;
                    }
                    seats.push(Seat {
                        key: rep.key.clone(),
                        rep: Some(index),
                        position: rep.position,
                        capacity: rep.capacity,
                    });
                }
                let open = open_seats(seats.len(), carve.overcarve);
                seats.extend((1..=open).map(open_seat));
                if seats.is_empty() && !diagnostics.has_errors() {
                    diagnostics.push(
                        Diagnostic::error(codes::NO_SEATS, format!("carve `{}` has no seat", carve.name))
                            .label(*span, format!("no rep matches and is active on {first_day}"))
                            .help("check the condition against the reps table, and the reps' start and end dates"),
                    );
                }
            }
        }
        (seats, diagnostics)
    }

    /// Reps who match a carve and start after the plan's first day but within the term, in the order in which they take
    /// open territories.
    pub fn later_hires(&self, matches: &[bool], term: (NaiveDate, NaiveDate)) -> Vec<usize> {
        let mut hires: Vec<usize> = (0..self.reps.len())
            .filter(|i| {
                let rep = &self.reps[*i];
                matches[rep.row]
                    && rep.start.is_some_and(|s| s > term.0 && s <= term.1)
                    && rep.end.is_none_or(|e| rep.start.is_none_or(|s| e >= s))
            })
            .collect();
        hires.sort_by_key(|i| (self.reps[*i].start, *i));
        hires
    }
}

/// ceil(n · m), without letting the last bit of `m` add a seat.
fn open_seats(filled: usize, overcarve: f64) -> u32 {
    ((filled as f64 * overcarve) - 1e-9).ceil().max(0.0) as u32
}

fn open_seat(n: u32) -> Seat {
    Seat { key: format!("open {n:03}"), rep: None, position: None, capacity: 1.0 }
}

fn number(batch: &Batch, column: Option<ColumnId>, row: usize) -> Option<f64> {
    match batch.column(column?) {
        Values::Number(array) if !array.is_null(row) => Some(array.value(row)),
        _ => None,
    }
}

fn point(batch: &Batch, column: Option<ColumnId>, row: usize) -> Option<(f64, f64)> {
    match batch.column(column?) {
        Values::Point { lat, lon } if !lat.is_null(row) => Some((lat.value(row), lon.value(row))),
        _ => None,
    }
}

fn date(batch: &Batch, column: Option<ColumnId>, row: usize) -> Option<NaiveDate> {
    /// Days from the first day of the common era to 1970-01-01.
    const EPOCH: i32 = 719_163;
    match batch.column(column?) {
        Values::Date(array) if !array.is_null(row) => {
            NaiveDate::from_num_days_from_ce_opt(array.value(row).checked_add(EPOCH)?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::open_seats;

    #[test]
    fn overcarve_rounds_up_once() {
        assert_eq!(open_seats(20, 0.15), 3);
        assert_eq!(open_seats(21, 0.15), 4);
        assert_eq!(open_seats(10, 0.0), 0);
        assert_eq!(open_seats(0, 0.15), 0);
        assert_eq!(open_seats(100, 0.07), 7);
    }
}
