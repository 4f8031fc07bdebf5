//! The solved territories of a plan, kept beside it and reviewed like a lock file.
//!
//! Takes solutions of `carve`, gives a text that is sorted and line-oriented, and back. Invariant: what is used after a
//! solve is what reading the file back would give, so that a compile that solves and one that reads agree to the byte.
//! Solving is deliberately absent.

mod text;

pub use text::{ReadAlignment, read, write};

/// Everything that the file holds, carves sorted by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alignment {
    pub carves: Vec<CarveAlignment>,
}

/// One solved carve.
#[derive(Debug, Clone, PartialEq)]
pub struct CarveAlignment {
    pub carve: String,
    /// Fingerprint of what the plan asked for; another one makes the alignment stale.
    pub inputs: String,
    pub effort: String,
    pub seed: u64,
    /// Of the solver, in its own measure.
    pub objective: f64,
    /// A proven lower bound on the objective, and what it covers.
    pub bound: Option<(f64, String)>,
    /// The least imbalance per weight that indivisible units allow, as far as it is known.
    pub least_imbalance: Vec<f64>,
    /// Names of the balanced weights, in the order of the prices.
    pub weights: Vec<String>,
    /// Sorted by name.
    pub territories: Vec<AlignedTerritory>,
    /// Unit key and index into `territories`, sorted by key.
    pub units: Vec<(String, u32)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AlignedTerritory {
    pub name: String,
    /// The key of the rep whose seat it is; `None` for an open seat.
    pub seat: Option<String>,
    /// Relative to the other seats of the carve.
    pub capacity: f64,
    /// Latitude and longitude in degrees of the place that distances are measured from.
    pub centre: Option<(f64, f64)>,
    /// Per balanced weight: what a new unit pays here for a unit of that weight, in the measure of the objective.
    pub prices: Vec<f64>,
}

impl Alignment {
    pub fn carve(&self, name: &str) -> Option<&CarveAlignment> {
        self.carves.iter().find(|c| c.carve == name)
    }

    /// Replaces or adds a carve, keeping the order by name.
    pub fn set(&mut self, carve: CarveAlignment) {
        match self.carves.binary_search_by(|c| c.carve.cmp(&carve.carve)) {
            Ok(at) => self.carves[at] = carve,
            Err(at) => self.carves.insert(at, carve),
        }
    }
}

impl CarveAlignment {
    /// The territory of a unit, if the alignment lists it.
    pub fn territory_of(&self, unit: &str) -> Option<u32> {
        self.units.binary_search_by(|(key, _)| key.as_str().cmp(unit)).ok().map(|at| self.units[at].1)
    }

    pub fn territory_named(&self, name: &str) -> Option<u32> {
        self.territories.binary_search_by(|t| t.name.as_str().cmp(name)).ok().map(|at| at as u32)
    }
}
