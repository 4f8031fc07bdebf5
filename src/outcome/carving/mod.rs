//! Between the plan and the solver: a `carve` item and its summed-up units to a question, the answer to an alignment,
//! and an alignment to a territory for every unit.
//!
//! Invariant: territories are placed by what the alignment file holds, never by what the solver held in memory, so that
//! compiling with the file gives the same bytes as the compile that wrote it.

mod aligned;
mod begin;
mod inputs;
mod limits;
mod matching;
mod names;
mod open_seats;
mod question;
mod staffing;

pub use aligned::{Aligned, align, effort_name, price, record, seat_names};
pub use inputs::fingerprint;
pub use names::fits;
pub use question::{Asked, Links, Quantities, question};
pub use staffing::{Staffing, staff};

use std::collections::BTreeSet;

use super::alignment::CarveAlignment;
use super::rollup::Unit;
use super::roster::Seat;
use crate::carve::Point;
use crate::plan::Carve;

/// A linear form over the measures of a unit: what a weight, a budget or a mix adds up to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Linear {
    pub per_account: f64,
    /// Index of the measure and its factor.
    pub terms: Vec<(usize, f64)>,
}

impl Linear {
    pub fn of(&self, accounts: f64, measures: &[f64]) -> f64 {
        self.terms.iter().fold(self.per_account * accounts, |sum, (m, f)| sum + f * measures[*m])
    }
}

/// An account that a `named` statement puts into a territory of its own choosing.
#[derive(Debug, Clone, PartialEq)]
pub struct Pinned {
    /// Key of the account.
    pub account: String,
    /// Name of the territory.
    pub territory: String,
    /// `plan.named[n]`
    pub statement: u32,
    /// The account summed up by itself.
    pub unit: Unit,
}

/// One carve with everything that bears on it.
#[derive(Debug)]
pub struct Carving<'a> {
    pub carve: &'a Carve,
    /// Name of the column whose values are the units.
    pub unit_name: String,
    /// The units are accounts, each by itself.
    pub by_account: bool,
    /// Filled ones by key, then the open ones.
    pub seats: Vec<Seat>,
    /// By key.
    pub units: Vec<Unit>,
    /// By account.
    pub pinned: Vec<Pinned>,
    /// Per eligibility clause and seat what the seat may have; `None` for an open seat, which may have everything.
    pub skills: Vec<Vec<Option<BTreeSet<String>>>>,
    pub quantities: Quantities,
    /// Pairs of unit keys that touch, where the project has an adjacency.
    pub links: Option<&'a Links>,
    /// What the alignment file holds for the carve so far.
    pub previous: Option<&'a CarveAlignment>,
}

impl Carving<'_> {
    /// Whether every value that occurs in a unit is one that the seat may have. A missing value asks for nothing.
    pub fn may_have(&self, seat: usize, unit: &Unit) -> bool {
        (0..self.skills.len()).all(|clause| self.clause_allows(clause, seat, unit))
    }

    /// The same for one eligibility clause.
    pub fn clause_allows(&self, clause: usize, seat: usize, unit: &Unit) -> bool {
        let Some(skills) = &self.skills[clause][seat] else { return true };
        skilled(skills, clause, unit)
    }

    /// The seat of a rep.
    fn seat_of(&self, rep: u32) -> Option<u32> {
        self.seats.iter().position(|s| s.rep == Some(rep as usize)).map(|seat| seat as u32)
    }
}

/// Whether skills hold every value that an eligibility clause finds in a unit.
pub fn skilled(skills: &BTreeSet<String>, clause: usize, unit: &Unit) -> bool {
    let words = unit.words.get(clause).map_or(&[][..], |words| &words[..]);
    words.iter().all(|word| word.is_empty() || skills.contains(word))
}

fn point(position: Option<[f64; 3]>) -> Option<Point> {
    position.map(|[x, y, z]| Point { x, y, z })
}

fn seat_point((lat, lon): (f64, f64)) -> Point {
    Point::from_degrees(lon, lat)
}
