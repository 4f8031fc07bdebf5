//! Centres and a fractional balanced assignment, in turn, until they agree.
//!
//! Takes centres, gives the centres, prices and assignment of a balanced power diagram (Cohen-Addad, Klein and Young
//! 2018) that is a local optimum when units may be split. Invariant: without limits of several weights the value never
//! rises from one step to the next. Whole units and contiguity are deliberately absent.

use super::super::problem::Power;
use super::super::search::{Ground, Mass};
use super::super::transport::{Candidates, Costs, Start, Transport};

/// Centres with the prices that balance them.
#[derive(Debug, Clone)]
pub struct Diagram {
    pub centres: Vec<[f64; 3]>,
    pub prices: Vec<f64>,
    /// Seat of every item, split items to their largest part.
    pub territory: Vec<u32>,
    /// Cost of the fractional assignment.
    pub value: f64,
    candidates: Option<Candidates>,
}

/// Costs of items from centres: squared straight distances where the cost is squared, which order centres as great
/// circles do and agree with them to a few parts in ten thousand.
struct FromCentres<'a> {
    ground: &'a Ground<'a>,
    centres: &'a [[f64; 3]],
    squared: bool,
}

impl Costs for FromCentres<'_> {
    fn cost(&self, item: usize, seat: usize) -> f64 {
        let (a, b) = (self.ground.at[item], self.centres[seat]);
        let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        let straight = x * x + y * y + z * z;
        self.ground.pull[item] * if self.squared { straight } else { straight.sqrt() }
    }
}

impl Diagram {
    pub fn new(centres: Vec<[f64; 3]>) -> Self {
        let prices = vec![0.0; centres.len()];
        Self { centres, prices, territory: Vec::new(), value: f64::INFINITY, candidates: None }
    }

    /// One assignment to the present centres; `false` when the limits admit none.
    fn assign(&mut self, ground: &Ground) -> bool {
        let squared = ground.problem.power == Power::Squared;
        let costs = FromCentres { ground, centres: &self.centres, squared };
        let start = Start { prices: self.prices.clone(), candidates: self.candidates.take() };
        let transport = Transport { supply: &ground.values, least: &ground.low, most: &ground.high, costs: &costs };
        let Ok(flow) = transport.solve(&start) else { return false };
        self.prices = flow.prices;
        self.territory = flow.seat;
        self.value = flow.cost;
        self.candidates = Some(flow.candidates);
        true
    }

    fn recentre(&mut self, ground: &Ground) {
        let mut masses = vec![Mass::default(); ground.seats];
        for (item, &seat) in self.territory.iter().enumerate() {
            let mass = &mut masses[seat as usize];
            mass.pull += ground.pull[item];
            for (sum, at) in mass.moment.iter_mut().zip(ground.at[item]) {
                *sum += ground.pull[item] * at;
            }
        }
        for (centre, mass) in self.centres.iter_mut().zip(&masses) {
            *centre = mass.mean(ground.radius).unwrap_or(*centre);
        }
    }

    /// Assigns and recentres until the value falls by less than `settled` of itself; `false` when the limits admit no
    /// assignment. The ground must have one quantity.
    pub fn descend(&mut self, ground: &Ground, settled: f64, steps: usize) -> bool {
        for _ in 0..steps {
            let before = self.value;
            if !self.assign(ground) {
                return false;
            }
            if self.value > before * (1.0 - settled) {
                break;
            }
            self.recentre(ground);
        }
        true
    }
}
