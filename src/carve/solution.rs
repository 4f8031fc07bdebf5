//! What a carve answers: who gets which unit, how good it is and how good it could have been.

use super::problem::Point;

/// The answer to a [`super::Problem`].
#[derive(Debug, Clone)]
pub struct Solution {
    /// The seat of every unit.
    pub territory: Vec<u32>,
    /// `loads[weight][seat]`
    pub loads: Vec<Vec<f64>>,
    /// `targets[weight][seat]`
    pub targets: Vec<Vec<f64>>,
    /// Where each territory's cost is measured from; `None` for an empty territory without a seat position.
    pub centres: Vec<Option<Point>>,
    /// The unit at the centre, with `Centres::Units`.
    pub centre_units: Vec<Option<u32>>,
    /// What places a new unit: it goes to the seat with the least `cost(unit, seat) + Σ weight · price[weight][seat]`.
    pub prices: Vec<Vec<f64>>,
    /// Σ pull · distance^power + moving price · what moved.
    pub cost: f64,
    pub bound: Bound,
    /// Largest |load / target − 1| of each weight.
    pub imbalance: Vec<f64>,
    /// The least imbalance of each weight that indivisible units allow at all (a lower bound; 0 when none is known).
    pub least_imbalance: Vec<f64>,
    /// Pieces of each territory beyond its first over the adjacency used; `None` without one.
    pub stray_pieces: Option<Vec<u32>>,
    /// The adjacency was derived from positions.
    pub adjacency_derived: bool,
    /// What left its incumbent, in the budget's quantity, as a share of what has one.
    pub moved: f64,
    /// Every promise that the answer breaks; empty when it keeps them all.
    pub broken: Vec<Broken>,
    /// No assignment keeps every promise: proved by going through all of them.
    pub impossible: bool,
}

/// A valid lower bound on the cost of any answer that keeps the promises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    pub value: f64,
    pub covers: BoundCovers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundCovers {
    /// Any assignment to the seats at the tolerances.
    Everything,
    /// Any assignment to the centres found; other centres may be better.
    TheseCentres,
    /// No bound was proved.
    Nothing,
}

/// A promise of the problem that the answer does not keep, and by how much.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    pub promise: Promise,
    /// The worst seat, where a seat is to blame.
    pub seat: Option<u32>,
    pub promised: f64,
    pub reached: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Promise {
    /// Index of the weight whose tolerance is not held.
    Balance(usize),
    Contiguous,
    Moves,
    Accounts,
    Mix(usize),
    Together(usize),
    Apart(usize),
    Eligible,
    Fixed,
}
