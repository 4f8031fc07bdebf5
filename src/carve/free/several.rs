//! Prices of several quantities at once, for a power diagram.
//!
//! Takes costs from centres and the prices of the last time, gives prices near the maximum of the dual and the assignment
//! that they make. Invariant: the value is that of a Lagrangian dual at the prices over the pairs looked at, so imbalance
//! buys nothing. Exactness is deliberately absent: the bound of a whole carve is in [`super::super::bound`].

use super::super::relax::{Dual, Heat, ascend, margin, spread};
use super::super::search::Ground;
use super::super::transport::Costs;
use super::lloyd::FromCentres;

/// Seats that an item might go to, of those that cost least at the present prices; all, where these are few pairs in all and
/// territories may lie in pieces.
const PAIRS: usize = 12;
const ALL_PAIRS: usize = 1 << 18;
/// Part of all items in two minds when prices are already nearly right.
const WARM: f64 = 0.1;

#[derive(Debug, Clone)]
pub(super) struct Several {
    quantities: usize,
    /// What an item counts: its part of usual loads, all quantities together.
    size: Vec<f64>,
    /// `share[item * quantities + quantity]`, value per size.
    share: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

/// Pairs of items and seats, with what they cost per size.
#[derive(Default)]
struct Pairs {
    offsets: Vec<u32>,
    seats: Vec<u32>,
    rates: Vec<f64>,
}

impl Several {
    pub fn new(ground: &Ground) -> Self {
        let quantities = ground.quantities;
        let (mut size, mut share) = (vec![0.0; ground.items], vec![0.0; ground.items * quantities]);
        for item in 0..ground.items {
            let values = ground.values_of(item as u32);
            let sum: f64 = values.iter().zip(&ground.scale).map(|(value, scale)| value.abs() * scale).sum();
            if sum > 0.0 {
                size[item] = sum;
                for (row, value) in values.iter().enumerate() {
                    share[item * quantities + row] = value / sum;
                }
            }
        }
        // No load lies beyond the sum of what is positive or negative; an infinite limit may as well be there.
        let (mut low, mut high) = (ground.low.clone(), ground.high.clone());
        for row in 0..quantities {
            let of_row = || ground.values.iter().skip(row).step_by(quantities);
            let most: f64 = of_row().filter(|value| **value > 0.0).sum();
            let least: f64 = of_row().filter(|value| **value < 0.0).sum();
            for seat in 0..ground.seats {
                let at = seat * quantities + row;
                low[at] = low[at].max(least);
                high[at] = high[at].min(most);
            }
        }
        Self { quantities, size, share, low, high }
    }

    /// Betters `prices` (none: from the start) and gives the seat of every item and the value of the dual.
    pub fn price(&self, costs: &FromCentres, prices: &mut Vec<f64>, territory: &[u32]) -> (Vec<u32>, f64) {
        let ground = costs.ground;
        let cold = prices.is_empty();
        prices.resize(ground.seats * ground.quantities, 0.0);
        let pairs = self.pairs(costs, prices);
        let dual = Dual {
            offsets: &pairs.offsets,
            seats: &pairs.seats,
            rates: &pairs.rates,
            size: &self.size,
            rows: ground.quantities,
            share: &self.share,
            low: &self.low,
            high: &self.high,
            moves: None,
        };
        let first = if cold { spread(&dual) } else { margin(&dual, prices, WARM).unwrap_or(0.0) };
        let heat = Heat { first, last: 3 * ground.seats, fall: 0.25, steps: if cold { 8 } else { 4 } };
        let value = ascend(&dual, prices, heat).0;
        let best = |item: usize| {
            let mut best = (f64::INFINITY, territory[item]);
            for pair in pairs.offsets[item] as usize..pairs.offsets[item + 1] as usize {
                let value = pairs.rates[pair] + self.extra(item, pairs.seats[pair] as usize, prices);
                if value < best.0 {
                    best = (value, pairs.seats[pair]);
                }
            }
            best.1
        };
        ((0..ground.items).map(best).collect(), value)
    }

    /// What an item pays at a seat beyond its cost, per size.
    fn extra(&self, item: usize, seat: usize, prices: &[f64]) -> f64 {
        let quantities = self.quantities;
        let shares = &self.share[item * quantities..(item + 1) * quantities];
        let prices = &prices[seat * quantities..(seat + 1) * quantities];
        shares.iter().zip(prices).map(|(share, price)| share * price).sum()
    }

    /// The promising pairs of every item at the present prices. Weightless items have their nearest seat alone.
    fn pairs(&self, costs: &FromCentres, prices: &[f64]) -> Pairs {
        let ground = costs.ground;
        let mut pairs = Pairs { offsets: vec![0], ..Pairs::default() };
        let mut best: Vec<(f64, f64, u32)> = Vec::new();
        let few = ground.items * ground.seats <= ALL_PAIRS && !ground.problem.contiguous;
        let most = if few { ground.seats } else { PAIRS };
        for item in 0..ground.items {
            best.clear();
            let size = if self.size[item] > 0.0 { self.size[item] } else { 1.0 };
            let count = if self.size[item] > 0.0 { most } else { 1 };
            for seat in (0..ground.seats).filter(|&seat| ground.may_take(seat as u32, item as u32)) {
                let rate = costs.cost(item, seat) / size;
                let value = rate + self.extra(item, seat, prices);
                if best.len() < count || value < best[count - 1].0 {
                    best.truncate(count - 1);
                    let place = best.partition_point(|b| b.0 <= value);
                    best.insert(place, (value, rate, seat as u32));
                }
            }
            best.sort_unstable_by_key(|b| b.2);
            pairs.seats.extend(best.iter().map(|b| b.2));
            pairs.rates.extend(best.iter().map(|b| b.1));
            pairs.offsets.push(pairs.seats.len() as u32);
        }
        pairs
    }
}
