//! The pairs of unit and seat that the search looks at, and the pricing of all the others.
//!
//! Takes the costs; holds, per unit, the candidate seats ascending with the cost per unit of load. Invariant: pairs only
//! ever join. Which unit sits where is deliberately absent.

use super::super::relax::Dual;
use super::{Candidates, Costs, Stuck, Transport};

/// Candidates per unit at the start; more join when prices show that they improve.
const FIRST: usize = 16;
/// Candidates that may join per unit and round.
const JOIN: usize = 8;
/// How much smaller (relative to the scale of the rates) a reduced cost must be to count as an improvement.
pub(super) const SLACK: f64 = 1e-11;

/// Candidate pairs in rows.
#[derive(Debug, Clone)]
pub(super) struct Arcs {
    offsets: Vec<u32>,
    seats: Vec<u32>,
    /// Cost per unit of load.
    rates: Vec<f64>,
    /// Largest absolute rate: what rounding is measured against.
    pub scale: f64,
    complete: bool,
}

/// A pair that joins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub unit: u32,
    pub seat: u32,
    pub rate: f64,
}

/// What pricing all pairs found.
pub(super) struct Priced {
    pub added: Vec<Arc>,
    pub bound: f64,
}

impl Arcs {
    /// The pairs of a former flow, or the cheapest few of each unit at `prices`.
    pub fn new<C: Costs>(problem: &Transport<C>, known: Option<&Candidates>, prices: &[f64]) -> Result<Arcs, Stuck> {
        let (units, seats) = (problem.supply.len(), problem.least.len());
        let known = known.filter(|known| known.offsets.len() == units + 1);
        let mut arcs = Arcs::empty(units * FIRST.min(seats));
        arcs.complete = seats <= FIRST;
        let mut row = vec![0.0; seats];
        let mut order: Vec<u32> = Vec::with_capacity(seats);
        let mut few = Vec::with_capacity(FIRST + 1);
        for unit in 0..units {
            let supply = problem.supply[unit];
            order.clear();
            if supply > 0.0 {
                for &seat in known.map_or(&[][..], |known| known.of(unit)) {
                    row[seat as usize] = problem.costs.cost(unit, seat as usize);
                    if row[seat as usize] < f64::INFINITY {
                        order.push(seat);
                    }
                }
                if order.is_empty() {
                    problem.costs.fill(unit, &mut row);
                    cheapest_few(&row, supply, prices, &mut few);
                    order.extend(few.iter().map(|&(_, seat)| seat));
                    order.sort_unstable();
                }
                if order.is_empty() {
                    return Err(Stuck { overfull: true, seats: Vec::new(), load: supply, limit: 0.0 });
                }
            }
            arcs.push(supply, &order, &row);
        }
        Ok(arcs)
    }

    /// All pairs of some units.
    pub fn all_of<C: Costs>(problem: &Transport<C>, units: &[u32]) -> Arcs {
        let seats = problem.least.len();
        let mut arcs = Arcs::empty(units.len() * seats);
        let mut row = vec![0.0; seats];
        let mut order: Vec<u32> = Vec::with_capacity(seats);
        for &unit in units {
            problem.costs.fill(unit as usize, &mut row);
            order.clear();
            order.extend((0..seats as u32).filter(|&seat| row[seat as usize] < f64::INFINITY));
            arcs.push(problem.supply[unit as usize], &order, &row);
        }
        arcs
    }

    fn empty(pairs: usize) -> Arcs {
        let (seats, rates) = (Vec::with_capacity(pairs), Vec::with_capacity(pairs));
        Arcs { offsets: vec![0], seats, rates, scale: 0.0, complete: false }
    }

    fn push(&mut self, supply: f64, seats: &[u32], costs: &[f64]) {
        for &seat in seats {
            let rate = costs[seat as usize] / supply;
            self.scale = self.scale.max(rate.abs());
            self.seats.push(seat);
            self.rates.push(rate);
        }
        self.offsets.push(self.seats.len() as u32);
    }

    /// Candidate seats of a unit, ascending, and what a unit of load costs there.
    pub fn of(&self, unit: u32) -> (&[u32], &[f64]) {
        let range = self.offsets[unit as usize] as usize..self.offsets[unit as usize + 1] as usize;
        (&self.seats[range.clone()], &self.rates[range])
    }

    /// The pairs as a dual of the seats' limits.
    pub fn dual<'a>(&'a self, size: &'a [f64], low: &'a [f64], high: &'a [f64]) -> Dual<'a> {
        let (offsets, seats, rates) = (&self.offsets, &self.seats, &self.rates);
        Dual { offsets, seats, rates, size, rows: 1, share: &[], low, high, moves: None }
    }

    /// The first candidate of least rate plus price.
    pub fn cheapest(&self, unit: u32, prices: &[f64]) -> (u32, f64) {
        let (seats, rates) = self.of(unit);
        let mut best = (0, f64::INFINITY, 0.0);
        for (&seat, &rate) in seats.iter().zip(rates) {
            let value = rate + prices[seat as usize];
            if value < best.1 {
                best = (seat, value, rate);
            }
        }
        (best.0, best.2)
    }

    /// Prices every pair: the bound, and the pairs that beat the best candidate of their unit.
    pub fn price_out<C: Costs>(&self, problem: &Transport<C>, prices: &[f64]) -> Priced {
        let tolerance = SLACK * self.scale;
        let mut row = vec![0.0; problem.least.len()];
        let mut added: Vec<Arc> = Vec::new();
        let mut bound = -problem.worth(prices);
        for unit in 0..problem.supply.len() {
            let supply = problem.supply[unit];
            let (seat, best) = problem.cheapest(unit, prices, &mut row);
            bound += best;
            if supply <= 0.0 || self.complete {
                continue;
            }
            let (held, rate) = self.cheapest(unit as u32, prices);
            let threshold = rate + prices[held as usize] - tolerance;
            if row[seat] / supply + prices[seat] < threshold {
                let value = |seat: u32| row[seat as usize] / supply + prices[seat as usize];
                let mut better: Vec<u32> = (0..row.len() as u32).filter(|&seat| value(seat) < threshold).collect();
                better.sort_unstable_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
                better.truncate(JOIN);
                added.extend(better.iter().map(|&seat| Arc {
                    unit: unit as u32,
                    seat,
                    rate: row[seat as usize] / supply,
                }));
            }
        }
        Priced { added, bound }
    }

    /// Pairs that lead from the reached seats to others, for units that surplus is stuck with.
    pub fn reach_beyond<C: Costs>(
        &self,
        problem: &Transport<C>,
        prices: &[f64],
        units: &[u32],
        reached: &[bool],
    ) -> Vec<Arc> {
        if self.complete {
            return Vec::new();
        }
        let mut row = vec![0.0; problem.least.len()];
        let mut added = Vec::new();
        for &unit in units {
            problem.costs.fill(unit as usize, &mut row);
            let supply = problem.supply[unit as usize];
            let value = |seat: u32| row[seat as usize] / supply + prices[seat as usize];
            let beyond =
                (0..row.len() as u32).filter(|&seat| !reached[seat as usize] && row[seat as usize].is_finite());
            if let Some(seat) = beyond.min_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b))) {
                added.push(Arc { unit, seat, rate: row[seat as usize] / supply });
            }
        }
        added
    }

    /// Lets pairs join: sorted by unit, none of them held yet.
    pub fn extend(&mut self, added: &[Arc]) {
        let mut next = 0;
        let mut offsets = Vec::with_capacity(self.offsets.len());
        let mut pairs: Vec<(u32, f64)> = Vec::with_capacity(self.seats.len() + added.len());
        offsets.push(0);
        for unit in 0..self.offsets.len() as u32 - 1 {
            let from = pairs.len();
            let (seats, rates) = self.of(unit);
            pairs.extend(seats.iter().copied().zip(rates.iter().copied()));
            while next < added.len() && added[next].unit == unit {
                pairs.push((added[next].seat, added[next].rate));
                self.scale = self.scale.max(added[next].rate.abs());
                next += 1;
            }
            pairs[from..].sort_unstable_by_key(|pair| pair.0);
            offsets.push(pairs.len() as u32);
        }
        self.offsets = offsets;
        (self.seats, self.rates) = pairs.into_iter().unzip();
    }

    pub fn into_candidates(self) -> Candidates {
        Candidates { offsets: self.offsets, seats: self.seats }
    }
}

/// The [`FIRST`] seats of least cost plus price that may take a unit, ties to the first; sorted by value.
fn cheapest_few(row: &[f64], supply: f64, prices: &[f64], few: &mut Vec<(f64, u32)>) {
    few.clear();
    for (seat, (&cost, &price)) in row.iter().zip(prices).enumerate() {
        let value = cost + supply * price;
        let worst = if few.len() < FIRST { f64::INFINITY } else { few[FIRST - 1].0 };
        if value < worst {
            let at = few.partition_point(|held| held.0 <= value);
            few.truncate(FIRST - 1);
            few.insert(at, (value, seat as u32));
        }
    }
}
