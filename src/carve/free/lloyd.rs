//! Centres and prices, in turn, until they agree.
//!
//! Takes an assignment, gives the one of a balanced power diagram near by (Cohen-Addad, Klein and Young 2018): prices make
//! the limits hold as nearly as whole items allow, then centres move to the means. Limits of any number of quantities
//! are priced. Invariant: the value is that of a Lagrangian dual at the final centres over the pairs looked at, so
//! imbalance buys nothing. Exact limits and contiguity are deliberately absent.

use super::super::problem::Power;
use super::super::relax::{Dual, Heat, ascend, margin, spread};
use super::super::search::{Ground, Mass};

/// Seats that an item might go to, of those that cost least at the present prices.
const PAIRS: usize = 12;

/// Centres with the prices that balance them.
#[derive(Debug, Clone)]
pub struct Diagram<'g, 'p> {
    ground: &'g Ground<'p>,
    pub centres: Vec<[f64; 3]>,
    /// `prices[seat * quantities + quantity]`, in cost per quantity.
    prices: Vec<f64>,
    /// Seat of every item.
    pub territory: Vec<u32>,
    pub value: f64,
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

impl<'g, 'p> Diagram<'g, 'p> {
    pub fn new(ground: &'g Ground<'p>, territory: Vec<u32>) -> Self {
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
        let centres = vec![[0.0; 3]; ground.seats];
        let prices = vec![0.0; ground.seats * quantities];
        let mut diagram = Self { ground, centres, prices, territory, value: f64::INFINITY, size, share, low, high };
        diagram.recentre();
        diagram
    }

    /// Prices and recentres until the value falls by less than `settled` of itself.
    pub fn descend(&mut self, settled: f64, steps: usize) {
        for step in 0..steps {
            let before = self.value;
            self.reprice(step == 0);
            if self.value > before * (1.0 - settled) || self.ground.pulse.stopped() {
                break;
            }
            self.recentre();
        }
    }

    fn reprice(&mut self, cold: bool) {
        let seats = self.ground.seats;
        let pairs = self.pairs();
        let dual = Dual {
            offsets: &pairs.offsets,
            seats: &pairs.seats,
            rates: &pairs.rates,
            size: &self.size,
            rows: self.ground.quantities,
            share: &self.share,
            low: &self.low,
            high: &self.high,
            moves: None,
        };
        let first = if cold { spread(&dual) } else { margin(&dual, &self.prices, WARM).unwrap_or(0.0) };
        let heat = Heat { first, last: 3 * seats, fall: 0.25, steps: if cold { 8 } else { 4 } };
        let mut prices = self.prices.clone();
        self.value = ascend(&dual, &mut prices, heat).0;
        let best = |item: usize| {
            let own = (pairs.offsets[item] as usize)..(pairs.offsets[item + 1] as usize);
            let mut best = (f64::INFINITY, self.territory[item]);
            for pair in own {
                let (seat, mut value) = (pairs.seats[pair] as usize, pairs.rates[pair]);
                for row in 0..self.ground.quantities {
                    let share = self.share[item * self.ground.quantities + row];
                    value += share * prices[seat * self.ground.quantities + row];
                }
                if value < best.0 {
                    best = (value, seat as u32);
                }
            }
            best.1
        };
        self.territory = (0..self.ground.items).map(best).collect();
        self.prices = prices;
    }

    /// The promising pairs of every item at the present prices. Weightless items have their nearest seat alone.
    fn pairs(&self) -> Pairs {
        let ground = self.ground;
        // Straight distances order centres as great circles do and agree with them to a few parts in ten thousand.
        let squared = ground.problem.power == Power::Squared;
        let mut pairs = Pairs { offsets: vec![0], ..Pairs::default() };
        let mut best: Vec<(f64, f64, u32)> = Vec::new();
        for item in 0..ground.items {
            best.clear();
            let size = if self.size[item] > 0.0 { self.size[item] } else { 1.0 };
            let shares = &self.share[item * ground.quantities..(item + 1) * ground.quantities];
            let count = if self.size[item] > 0.0 { PAIRS } else { 1 };
            for seat in (0..ground.seats).filter(|&seat| ground.may_take(seat as u32, item as u32)) {
                let (a, b) = (ground.at[item], self.centres[seat]);
                let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
                let straight = x * x + y * y + z * z;
                let distance = if squared { straight } else { straight.sqrt() };
                let rate = ground.pull[item] * distance / size;
                let prices = &self.prices[seat * ground.quantities..(seat + 1) * ground.quantities];
                let value = rate + shares.iter().zip(prices).map(|(share, price)| share * price).sum::<f64>();
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

    fn recentre(&mut self) {
        let ground = self.ground;
        let mut masses = vec![Mass::default(); ground.seats];
        let mut members = vec![Vec::new(); ground.seats];
        for (item, &seat) in self.territory.iter().enumerate() {
            let mass = &mut masses[seat as usize];
            mass.pull += ground.pull[item];
            for (sum, at) in mass.moment.iter_mut().zip(ground.at[item]) {
                *sum += ground.pull[item] * at;
            }
            members[seat as usize].push(item as u32);
        }
        for (seat, centre) in self.centres.iter_mut().enumerate() {
            let own = match ground.problem.power {
                Power::Squared => masses[seat].mean(ground.radius),
                Power::Distance => ground.centre_of(&members[seat], &masses[seat]),
            };
            *centre = own.unwrap_or(*centre);
        }
    }
}

/// Part of all items in two minds when prices are already nearly right.
const WARM: f64 = 0.1;
