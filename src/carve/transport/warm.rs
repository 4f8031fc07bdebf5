//! Prices and pairs close to the optimum, from which few shortest paths are left to search.
//!
//! Takes what the caller knows, gives prices by smoothed dual ascent: over all pairs of a sample of the units where
//! nothing is known, drawn at equal steps of supply, then over the candidates of all units. Invariant: what comes out only saves work; the search is
//! exact from any start.

use super::super::relax::{Heat, ascend, margin, spread};
use super::arcs::Arcs;
use super::{Costs, Start, Stuck, Transport};

/// Units per seat in the first and the second sample.
const SAMPLES: [usize; 2] = [4, 8];
/// Pairs in the sample at most.
const PAIRS: usize = 1 << 22;

impl<C: Costs> Transport<'_, C> {
    pub(super) fn begin(&self, start: &Start) -> Result<(Arcs, Vec<f64>), Stuck> {
        let (units, seats) = (self.supply.len(), self.least.len());
        let total: f64 = self.supply.iter().sum();
        // Limits that no load can reach are as good as none, and finite.
        let low: Vec<f64> = self.least.iter().map(|least| least.max(0.0)).collect();
        let high: Vec<f64> = self.most.iter().map(|most| most.min(total)).collect();
        let known = start.prices.len() == seats;
        let mut prices = if known { start.prices.clone() } else { vec![0.0; seats] };
        let mut heat = Heat { first: 0.0, last: 3 * seats, fall: 0.25, steps: 8 };
        if !known && seats > 1 {
            for per_seat in SAMPLES {
                let (chosen, size) = self.sample((per_seat * seats).min(PAIRS / seats).max(1));
                let sample = Arcs::all_of(self, &chosen);
                let dual = sample.dual(&size, &low, &high);
                if heat.first == 0.0 {
                    heat.first = spread(&dual);
                }
                heat.first = ascend(&dual, &mut prices, heat).1;
            }
        }
        let arcs = Arcs::new(self, start.candidates.as_ref(), &prices)?;
        let misplaced = self.misplaced(&arcs, &prices);
        let grain = seats as f64 / units as f64;
        if misplaced > 3.0 * grain && !(known && start.close) {
            let dual = arcs.dual(self.supply, &low, &high);
            if heat.first == 0.0 {
                heat.first = 4.0 * margin(&dual, &prices, misplaced + grain).unwrap_or(0.0);
            }
            ascend(&dual, &mut prices, Heat { last: 3 * seats / 2, ..heat });
        }
        if prices.iter().any(|price| !(price.abs() <= 1e3 * arcs.scale)) {
            // Limits that cannot hold drive prices off without end; the search will say why.
            prices.fill(0.0);
        }
        for (price, &most) in prices.iter_mut().zip(self.most) {
            // A seat without upper limit is never full.
            *price = if most.is_finite() { *price } else { price.min(0.0) };
        }
        Ok((arcs, prices))
    }

    /// Units at equal steps of supply, and how much supply each stands for: large units are all in it.
    fn sample(&self, wanted: usize) -> (Vec<u32>, Vec<f64>) {
        let step = self.supply.iter().sum::<f64>() / wanted as f64;
        let (mut units, mut size) = (Vec::new(), Vec::new());
        let (mut sum, mut steps) = (0.0, 0.5);
        for (unit, supply) in self.supply.iter().enumerate() {
            sum += supply;
            let before = steps;
            while *supply > 0.0 && steps * step < sum {
                steps += 1.0;
            }
            if steps > before {
                units.push(unit as u32);
                size.push((steps - before) * step);
            }
        }
        (units, size)
    }

    /// Part of all supply that would have to leave its cheapest seat for the loads to be right.
    fn misplaced(&self, arcs: &Arcs, prices: &[f64]) -> f64 {
        let mut loads = vec![0.0; self.least.len()];
        for unit in (0..self.supply.len()).filter(|&unit| self.supply[unit] > 0.0) {
            loads[arcs.cheapest(unit as u32, prices).0 as usize] += self.supply[unit];
        }
        let total: f64 = self.supply.iter().sum();
        let wrong = (0..loads.len()).map(|seat| match prices[seat] {
            price if price > 0.0 => (loads[seat] - self.most[seat]).abs(),
            price if price < 0.0 => (loads[seat] - self.least[seat]).abs(),
            _ => (loads[seat] - self.most[seat]).max(self.least[seat] - loads[seat]).max(0.0),
        });
        wrong.sum::<f64>() / total.max(f64::MIN_POSITIVE)
    }
}
