//! What must be true of a problem before it is solved.
//!
//! Takes a [`Problem`], gives every fault found. Invariant: a problem without faults can be indexed freely: shapes agree,
//! numbers are finite and in range, lists of seats ascend. Whether the limits can hold together is another matter: see
//! `conflict`.

use std::fmt;

use super::problem::{Adjacency, Centres, Problem, Travel};

/// A fault in the question itself. Indices are rows of the column named.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// A column does not have a value per unit, seat or pair.
    Shape { column: String, expected: usize, found: usize },
    /// Keys must ascend strictly.
    Order { column: &'static str, row: usize },
    /// Not a finite number, or negative where it may not be, or not positive where it must be.
    Number { column: String, row: usize, value: f64 },
    /// An index of a unit or seat that does not exist, or a list of them that does not ascend.
    Index { column: String, row: usize },
    /// There are units but no seats.
    NoSeats,
    /// Fixed centres, and this seat has no position.
    SeatWithoutPosition { seat: usize },
    /// A matrix tells distances from seats, not from centres that move.
    MatrixNeedsFixedCentres,
    /// A range whose ends are the wrong way round.
    Range { what: String, from: f64, to: f64 },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Shape { column, expected, found } => {
                write!(f, "column `{column}` has {found} values where {expected} are due")
            }
            Fault::Order { column, row } => write!(f, "keys of {column} do not ascend at row {row}"),
            Fault::Number { column, row, value } => write!(f, "column `{column}` has {value} at row {row}"),
            Fault::Index { column, row } => {
                write!(f, "column `{column}` names something that is not there at row {row}")
            }
            Fault::NoSeats => write!(f, "there are units but no seats"),
            Fault::SeatWithoutPosition { seat } => write!(f, "seat {seat} has no position to measure from"),
            Fault::MatrixNeedsFixedCentres => write!(f, "a travel matrix needs fixed centres"),
            Fault::Range { what, from, to } => write!(f, "{what} runs from {from} to {to}"),
        }
    }
}

/// Every fault of the problem, in a fixed order; none if it can be solved.
pub fn validate(problem: &Problem) -> Vec<Fault> {
    let mut faults = Faults { list: Vec::new() };
    let (units, seats) = (problem.units.keys.len(), problem.seats.keys.len());
    if units > 0 && seats == 0 {
        faults.list.push(Fault::NoSeats);
    }
    faults.keys("units", &problem.units.keys);
    faults.keys("seats", &problem.seats.keys);
    faults.units(problem, units, seats);
    faults.seats(problem, seats);
    faults.travel(problem, units, seats);
    faults.weights(problem, units);
    faults.limits(problem, units, seats);
    if let Some(adjacency) = &problem.adjacency {
        faults.adjacency(adjacency, units);
    }
    if let Some(start) = &problem.start {
        faults.shape("start", units, start.len());
        faults.indices("start", start.iter().map(|&seat| Some(seat)), seats);
    }
    faults.list
}

struct Faults {
    list: Vec<Fault>,
}

impl Faults {
    fn shape(&mut self, column: &str, expected: usize, found: usize) {
        if expected != found {
            self.list.push(Fault::Shape { column: column.to_owned(), expected, found });
        }
    }

    fn keys(&mut self, column: &'static str, keys: &[String]) {
        if let Some(row) = keys.windows(2).position(|pair| pair[0] >= pair[1]) {
            self.list.push(Fault::Order { column, row: row + 1 });
        }
    }

    /// The first value that is not finite or fails `holds`.
    fn numbers(&mut self, column: &str, values: &[f64], holds: impl Fn(f64) -> bool) {
        if let Some(row) = values.iter().position(|&value| !value.is_finite() || !holds(value)) {
            self.list.push(Fault::Number { column: column.to_owned(), row, value: values[row] });
        }
    }

    fn indices(&mut self, column: &str, values: impl Iterator<Item = Option<u32>>, below: usize) {
        if let Some(row) = values.into_iter().position(|value| value.is_some_and(|value| value as usize >= below)) {
            self.list.push(Fault::Index { column: column.to_owned(), row });
        }
    }

    /// Ascending, without doubles and below a limit.
    fn ascending(&mut self, column: &str, row: usize, list: &[u32], below: usize) {
        let ascends = list.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascends || list.last().is_some_and(|&last| last as usize >= below) {
            self.list.push(Fault::Index { column: column.to_owned(), row });
        }
    }

    fn units(&mut self, problem: &Problem, units: usize, seats: usize) {
        let columns = &problem.units;
        self.shape("positions", units, columns.positions.len());
        self.shape("accounts", units, columns.accounts.len());
        self.shape("pull", units, columns.pull.len());
        self.shape("incumbent", units, columns.incumbent.len());
        self.shape("fixed", units, columns.fixed.len());
        self.numbers("pull", &columns.pull, |pull| pull >= 0.0);
        self.indices("incumbent", columns.incumbent.iter().copied(), seats);
        self.indices("fixed", columns.fixed.iter().copied(), seats);
        let coordinates: Vec<f64> =
            columns.positions.iter().map(|at| at.map_or(0.0, |at| at.x + at.y + at.z)).collect();
        self.numbers("positions", &coordinates, |_| true);
        self.numbers("moving price", &[problem.moving_price], |price| price >= 0.0);
        self.numbers("step", problem.step.as_slice(), |step| step > 0.0);
    }

    fn seats(&mut self, problem: &Problem, seats: usize) {
        let columns = &problem.seats;
        self.shape("seat positions", seats, columns.positions.len());
        self.shape("capacity", seats, columns.capacity.len());
        self.shape("open", seats, columns.open.len());
        self.numbers("capacity", &columns.capacity, |capacity| capacity > 0.0);
        let coordinates: Vec<f64> =
            columns.positions.iter().map(|at| at.map_or(0.0, |at| at.x + at.y + at.z)).collect();
        self.numbers("seat positions", &coordinates, |_| true);
    }

    fn travel(&mut self, problem: &Problem, units: usize, seats: usize) {
        match (&problem.travel, problem.centres) {
            (Travel::Matrix(matrix), Centres::Fixed) => {
                self.shape("travel matrix", units * seats, matrix.len());
                self.numbers("travel matrix", matrix, |travel| travel >= 0.0);
            }
            (Travel::Matrix(_), _) => self.list.push(Fault::MatrixNeedsFixedCentres),
            (Travel::Positions, Centres::Fixed) => {
                let without = problem.seats.positions.iter().enumerate().filter(|(_, at)| at.is_none());
                self.list.extend(without.map(|(seat, _)| Fault::SeatWithoutPosition { seat }));
            }
            (Travel::Positions, _) => {}
        }
    }

    fn weights(&mut self, problem: &Problem, units: usize) {
        for weight in &problem.weights {
            self.shape(&weight.name, units, weight.values.len());
            self.numbers(&weight.name, &weight.values, |value| value >= 0.0);
            self.numbers("tolerance", &[weight.tolerance], |tolerance| tolerance >= 0.0);
        }
    }

    fn limits(&mut self, problem: &Problem, units: usize, seats: usize) {
        let limits = &problem.limits;
        if let Some(moves) = &limits.moves {
            self.shape("moves", units, moves.values.len());
            self.numbers("moves", &moves.values, |value| value >= 0.0);
            self.numbers("moving share", &[moves.share], |share| (0.0..=1.0).contains(&share));
        }
        if !limits.owned.is_empty() {
            self.shape("owned", units, limits.owned.len());
            for (row, owned) in limits.owned.iter().enumerate() {
                let seats_of: Vec<u32> = owned.iter().map(|part| part.seat).collect();
                self.ascending("owned", row, &seats_of, seats);
                let amounts: Vec<f64> = owned.iter().flat_map(|part| [part.value, part.pull]).collect();
                self.numbers("owned", &amounts, |amount| amount >= 0.0);
            }
        }
        if let Some((from, to)) = limits.accounts
            && from > to
        {
            self.list.push(Fault::Range { what: "accounts".to_owned(), from: from as f64, to: to as f64 });
        }
        for mix in &limits.mixes {
            self.shape(&mix.name, units, mix.part.len());
            self.shape(&mix.name, units, mix.whole.len());
            self.numbers(&mix.name, &mix.part, |value| value >= 0.0);
            self.numbers(&mix.name, &mix.whole, |value| value >= 0.0);
            self.numbers(&mix.name, &[mix.from, mix.to], |_| true);
            if mix.from > mix.to {
                self.list.push(Fault::Range { what: mix.name.clone(), from: mix.from, to: mix.to });
            }
        }
        for (row, group) in limits.together.iter().enumerate() {
            self.ascending("together", row, group, units);
        }
        for (row, group) in limits.apart.iter().enumerate() {
            self.ascending("apart", row, group, units);
        }
        if !limits.eligible.is_empty() {
            self.shape("eligible", units, limits.eligible.len());
            for (row, list) in limits.eligible.iter().enumerate() {
                if let Some(list) = list {
                    self.ascending("eligible", row, list, seats);
                }
            }
        }
    }

    fn adjacency(&mut self, adjacency: &Adjacency, units: usize) {
        self.shape("adjacency", units + 1, adjacency.offsets.len());
        let ascends = adjacency.offsets.windows(2).all(|pair| pair[0] <= pair[1]);
        let ends = adjacency.offsets.first() == Some(&0)
            && adjacency.offsets.last().is_some_and(|&last| last as usize == adjacency.neighbours.len());
        if !ascends || !ends {
            self.list.push(Fault::Index { column: "adjacency".to_owned(), row: 0 });
        } else if adjacency.offsets.len() == units + 1 {
            for unit in 0..units {
                let range = adjacency.offsets[unit] as usize..adjacency.offsets[unit + 1] as usize;
                self.ascending("adjacency", unit, &adjacency.neighbours[range], units);
            }
        }
    }
}
