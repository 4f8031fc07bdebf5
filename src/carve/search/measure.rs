//! Where costs are measured from, and how.
//!
//! Takes items and the centres of territories, gives costs, masses and better centres. Invariant: a territory that lies
//! nowhere costs nothing, as [`super::super::assess()`] has it. Which items a territory has is deliberately absent.

use super::super::problem::{Centres, Point, Power, Problem, Space, Travel};
use super::super::space::EARTH_RADIUS_KM;
use super::ground::Ground;

/// The centre of a territory whose units have no position.
pub const NOWHERE: [f64; 3] = [f64::NAN; 3];

/// What sums of rounded numbers may be off by, relative to them.
const HAIR: f64 = 1e-9;

/// Part of what a territory costs on even ground that its usual cost is at least.
const LEAST: f64 = 0.01;

/// Where a territory's cost is measured from while units move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The mean follows every move (squared cost, free centres).
    Means,
    /// Centres stay until they are moved on purpose.
    Held,
    /// `Travel::Matrix`.
    Matrix,
}

/// What squared costs need to know of a territory.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Mass {
    pub pull: f64,
    pub moment: [f64; 3],
    pub inertia: f64,
}

impl Mass {
    /// Σ pull · distance² around the mean: Huygens in the plane; on a sphere around the normalised mean, where
    /// Σ w |x − c|² = 2 r (r Σ w − |Σ w x|).
    pub fn spread(&self, radius: Option<f64>) -> f64 {
        let [x, y, z] = self.moment;
        let square = x * x + y * y + z * z;
        match radius {
            Some(r) => (2.0 * r * (r * self.pull - square.sqrt())).max(0.0),
            None if self.pull > 0.0 => (self.inertia - square / self.pull).max(0.0),
            None => 0.0,
        }
    }

    pub fn mean(&self, radius: Option<f64>) -> Option<[f64; 3]> {
        let [x, y, z] = self.moment;
        let length = match radius {
            Some(r) => (x * x + y * y + z * z).sqrt() / r,
            None => self.pull,
        };
        (self.pull > 0.0 && length > 0.0).then(|| self.moment.map(|m| m / length))
    }
}

impl Ground<'_> {
    /// Positions as [`Ground::at`] has them; [`NOWHERE`] where there is none.
    pub fn stretched(&self, positions: &[Option<Point>]) -> Vec<[f64; 3]> {
        let stretch = self.radius.unwrap_or(1.0);
        let of = |at: Point| [at.x * stretch, at.y * stretch, at.z * stretch];
        positions.iter().map(|at| at.map_or(NOWHERE, of)).collect()
    }

    /// Cost of an item at a seat whose centre is held, or by the matrix; disruption not included. `centres` are those of the
    /// seats where these are fixed.
    pub fn held(&self, item: u32, seat: u32, centres: &[[f64; 3]]) -> f64 {
        if let Some(&kept) = self.from_seats.get(item as usize * self.seats + seat as usize) {
            return kept;
        }
        if let Travel::Matrix(matrix) = &self.problem.travel {
            let squared = self.problem.power == Power::Squared;
            let each = |&unit: &u32| {
                let travel = matrix[unit as usize * self.seats + seat as usize];
                self.problem.units.pull[unit as usize] * if squared { travel * travel } else { travel }
            };
            return self.units_of(item).iter().map(each).sum();
        }
        let centre = centres[seat as usize];
        match self.units_of(item) {
            [_] => self.pull[item as usize] * self.apart_cost(self.at[item as usize], centre),
            several => {
                let stretch = self.radius.unwrap_or(1.0);
                let each = |&unit: &u32| {
                    self.problem.units.positions[unit as usize].map_or(0.0, |p| {
                        let at = [p.x * stretch, p.y * stretch, p.z * stretch];
                        self.problem.units.pull[unit as usize] * self.apart_cost(at, centre)
                    })
                };
                several.iter().map(each).sum()
            }
        }
    }

    /// Cost of a territory where everything costs as much, the unit in which temperatures and pressures are given.
    pub fn usual_cost(&self, cost: f64) -> f64 {
        (cost / self.seats as f64).max(self.least_usual)
    }

    /// A small part of what a territory costs where units are spread evenly: with seats all over, the cost of everything around
    /// one place falls as their number does. Where units lie on fewer spots than there are seats they may cost nothing, and
    /// limits would come to nothing with them.
    pub(super) fn least_usual_cost(&self) -> f64 {
        let all: f64 = match &self.problem.travel {
            Travel::Matrix(_) => {
                let pairs =
                    (0..self.items as u32).flat_map(|item| (0..self.seats as u32).map(move |seat| (item, seat)));
                pairs.map(|(item, seat)| self.held(item, seat, &[])).sum::<f64>() / self.seats as f64
            }
            Travel::Positions => {
                let mut mass = Mass::default();
                for (at, pull) in self.at.iter().zip(&self.pull) {
                    mass.pull += pull;
                    mass.moment.iter_mut().zip(at).for_each(|(sum, at)| *sum += pull * at);
                }
                let mean = mass.mean(self.radius).unwrap_or(NOWHERE);
                self.at.iter().zip(&self.pull).map(|(&at, pull)| pull * self.apart_cost(at, mean)).sum()
            }
        };
        (LEAST * all / (self.seats * self.seats) as f64).max(f64::MIN_POSITIVE)
    }

    /// What a unit of pull costs between two stretched points; nothing from [`NOWHERE`].
    pub fn apart_cost(&self, a: [f64; 3], b: [f64; 3]) -> f64 {
        // The larger of a number and of what is none is the number.
        let straight = straight_squared(a, b).max(0.0);
        match (self.radius, self.problem) {
            (None, Problem { power: Power::Squared, step: None, .. }) => straight,
            (None, problem) => problem.charge(straight.sqrt()),
            (Some(radius), problem) => {
                problem.charge(2.0 * radius * libm::asin((straight.sqrt() / (2.0 * radius)).min(1.0)))
            }
        }
    }

    /// Where a territory's cost is best measured from; `None` for fixed seats and for territories without positions.
    pub fn centre_of(&self, members: &[u32], mass: &Mass) -> Option<[f64; 3]> {
        match (self.problem.centres, self.problem.power) {
            (Centres::Fixed, _) => None,
            (Centres::Free, Power::Squared) => mass.mean(self.radius),
            (Centres::Free, Power::Distance) => {
                let points: Vec<(Point, f64)> = self.placed(members).map(|(_, point, pull)| (point, pull)).collect();
                let space = if self.radius.is_some() { Space::Sphere } else { Space::Plane };
                let stretch = self.radius.map_or(1.0, |_| EARTH_RADIUS_KM);
                space.median(&points).map(|p| [p.x * stretch, p.y * stretch, p.z * stretch])
            }
            (Centres::Units, _) => self.best_unit(members, mass).map(|(_, at)| at),
        }
    }

    /// The units of the items that have a position, with their pulls.
    fn placed<'m>(&'m self, members: &'m [u32]) -> impl Iterator<Item = (u32, Point, f64)> + 'm {
        members.iter().flat_map(move |&item| {
            let units = self.units_of(item);
            units.iter().filter_map(move |&unit| {
                let p = self.problem.units.positions[unit as usize]?;
                match units {
                    // One unit may stand for many that were merged.
                    [_] => {
                        let [x, y, z] = self.at[item as usize].map(|v| v / self.radius.unwrap_or(1.0));
                        Some((unit, Point { x, y, z }, self.pull[item as usize]))
                    }
                    _ => Some((unit, p, self.problem.units.pull[unit as usize])),
                }
            })
        })
    }

    /// The unit from which the territory's cost is least (ties: the first), and where it is.
    ///
    /// With squared cost that is the unit nearest to the mean, since Σ w |x − u|² = Σ w |x − m|² + W |m − u|². Rounded to
    /// steps, the root of the cost is off by no more than half a step · √W (Minkowski), which spares going through most.
    pub fn best_unit(&self, members: &[u32], mass: &Mass) -> Option<(u32, [f64; 3])> {
        let stretch = self.radius.unwrap_or(1.0);
        let points: Vec<(u32, [f64; 3], f64)> = self
            .placed(members)
            .map(|(unit, p, pull)| (unit, [p.x * stretch, p.y * stretch, p.z * stretch], pull))
            .collect();
        let cost_from = |at| points.iter().map(|&(_, other, pull)| pull * self.apart_cost(at, other)).sum::<f64>();
        let mean = (self.problem.power == Power::Squared).then(|| mass.mean(self.radius)).flatten();
        let (spread, slack) = (mass.spread(self.radius), self.problem.step.unwrap_or(0.0) / 2.0 * mass.pull.sqrt());
        let mut best: Option<(f64, u32, [f64; 3])> = None;
        for &(unit, at, _) in &points {
            let cost = match (mean, self.problem.step) {
                (Some(mean), None) => straight_squared(at, mean),
                (Some(mean), Some(_)) => {
                    let least = ((spread + mass.pull * straight_squared(at, mean)).sqrt() - slack).max(0.0);
                    if best.is_some_and(|best| least * least * (1.0 - HAIR) > best.0) {
                        continue;
                    }
                    cost_from(at)
                }
                (None, _) => cost_from(at),
            };
            if best.is_none_or(|b| (cost, unit) < (b.0, b.1)) {
                best = Some((cost, unit, at));
            }
        }
        best.map(|(_, unit, at)| (unit, at))
    }
}

/// Square of the straight distance between two stretched points.
pub fn straight_squared(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    x * x + y * y + z * z
}
