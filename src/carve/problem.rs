//! What a carve is asked: units, seats, weights, cost and the limits that must hold.
//!
//! Everything is columnar and indexed: unit `u` is row `u` of every per-unit vector, seat `s` of every per-seat vector.
//! Units and seats are sorted by key (strictly ascending) before they come here, which makes every tie-break a
//! comparison of indices and the answer independent of the order of the input. Plans, accounts and files are absent.

/// A position on the unit sphere, or planar kilometres with `z = 0`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

/// How positions are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// Unit vectors; distances are great-circle kilometres on a sphere of radius 6371.0088 km.
    Sphere,
    /// Coordinates in kilometres (or whatever the caller's plane is measured in), Euclidean.
    Plane,
}

/// What is assigned: atomic, each to exactly one territory.
#[derive(Debug, Clone)]
pub struct Units {
    /// Ascending, unique.
    pub keys: Vec<String>,
    /// `None` where a unit has no position: it then costs nothing anywhere and follows balance alone.
    pub positions: Vec<Option<Point>>,
    /// Accounts in each unit, for limits and budgets on accounts.
    pub accounts: Vec<u32>,
    /// How much a kilometre counts for each unit; usually the first weight.
    pub pull: Vec<f64>,
    /// The seat that owns the unit today, or most of it, if any; see also [`Limits::owned`].
    pub incumbent: Vec<Option<u32>>,
    /// The seat that the unit must go to, if any.
    pub fixed: Vec<Option<u32>>,
}

/// Who receives units: one territory each.
#[derive(Debug, Clone)]
pub struct Seats {
    pub keys: Vec<String>,
    /// Where the seat sits; needed by `Centres::Fixed`.
    pub positions: Vec<Option<Point>>,
    /// Share of every balanced weight that the seat is to carry, relative to the others; positive and finite.
    pub capacity: Vec<f64>,
    /// Not filled yet: part of the overcarve.
    pub open: Vec<bool>,
}

/// One balanced quantity.
#[derive(Debug, Clone)]
pub struct Weight {
    pub name: String,
    /// Per unit; finite, not negative.
    pub values: Vec<f64>,
    /// Load of every territory must lie within target · (1 ± tolerance).
    pub tolerance: f64,
}

/// Where the cost of a territory is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Centres {
    /// The seats' own positions.
    Fixed,
    /// The pull-weighted mean of the territory's units (squared cost), or its geometric median (plain).
    Free,
    /// The unit of the territory that makes the cost least (Hess).
    Units,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    Distance,
    Squared,
}

/// How far apart units and seats are.
#[derive(Debug, Clone)]
pub enum Travel {
    /// From the positions.
    Positions,
    /// `matrix[unit * seats + seat]`, in the caller's measure; only with [`Centres::Fixed`].
    Matrix(Vec<f64>),
}

/// Undirected graph over units, without loops or doubles; `neighbours[offsets[u]..offsets[u + 1]]`, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjacency {
    pub offsets: Vec<u32>,
    pub neighbours: Vec<u32>,
    /// Built from the positions because none was given.
    pub derived: bool,
}

/// At most so much of a quantity may leave its incumbent.
#[derive(Debug, Clone)]
pub struct MoveBudget {
    /// The quantity per unit (revenue, accounts, …).
    pub values: Vec<f64>,
    /// Part of the total that has an incumbent, 0 to 1.
    pub share: f64,
}

/// What one seat owns of a unit today.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Owned {
    pub seat: u32,
    /// In the budget's quantity; in accounts where there is no budget.
    pub value: f64,
    /// Of the unit's pull, for the price of moving.
    pub pull: f64,
}

/// In each territory, `part / whole` must lie between `from` and `to`.
#[derive(Debug, Clone)]
pub struct Mix {
    pub name: String,
    pub part: Vec<f64>,
    pub whole: Vec<f64>,
    pub from: f64,
    pub to: f64,
}

/// Hard limits beyond the tolerances of the weights.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    pub moves: Option<MoveBudget>,
    /// Per unit what each seat owns of it today, ascending by seat: for units that are not with one incumbent whole. An empty
    /// outer vector means that incumbents own their units whole.
    pub owned: Vec<Vec<Owned>>,
    /// Accounts in each territory, both ends included.
    pub accounts: Option<(u64, u64)>,
    pub mixes: Vec<Mix>,
    /// Groups of units that must share a territory.
    pub together: Vec<Vec<u32>>,
    /// Groups of units of which no two may share a territory.
    pub apart: Vec<Vec<u32>>,
    /// Per unit the seats that may take it, ascending; `None` means all. An empty outer vector means all everywhere.
    pub eligible: Vec<Option<Vec<u32>>>,
}

/// How much work to spend; counted in steps, never in seconds, so that the answer is the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Effort {
    Quick,
    #[default]
    Normal,
    Thorough,
}

/// A whole question to the solver.
#[derive(Debug, Clone)]
pub struct Problem {
    pub space: Space,
    pub units: Units,
    pub seats: Seats,
    pub weights: Vec<Weight>,
    pub centres: Centres,
    pub power: Power,
    /// Distances between positions count as the nearest multiple of so much, in the unit of the positions; as they are
    /// where there is none.
    pub step: Option<f64>,
    pub travel: Travel,
    /// Required when `contiguous`; used for compactness only otherwise. When `contiguous` and none is given, the solver
    /// derives one from the positions and says so.
    pub adjacency: Option<Adjacency>,
    pub contiguous: bool,
    /// Price, in units of cost, of a unit of `pull` leaving its incumbent.
    pub moving_price: f64,
    pub limits: Limits,
    /// Today's territories, when they are to be kept as far as the budget needs: the solver starts there.
    pub start: Option<Vec<u32>>,
    pub effort: Effort,
    pub seed: u64,
}

impl Problem {
    /// What a unit of pull costs over a distance.
    pub fn charge(&self, distance: f64) -> f64 {
        let counted = self.step.map_or(distance, |step| (distance / step).round() * step);
        if self.power == Power::Squared { counted * counted } else { counted }
    }

    /// What a unit of pull costs between two points.
    pub fn charge_between(&self, a: Point, b: Point) -> f64 {
        match self.step {
            None => self.space.cost(self.power, a, b),
            Some(_) => self.charge(self.space.distance(a, b)),
        }
    }
}
