//! The Lagrangian dual over candidate pairs, exact and smoothed.
//!
//! With prices λ on the limits, every item goes where its cost plus price is least; what the limits are worth at those
//! prices is taken off. Smoothing replaces the least by a soft one at a temperature (entropic regularisation; Cuturi,
//! *Sinkhorn distances*, 2013, and, for Newton's method on it, Mérigot, *A multiscale approach to optimal transport*,
//! 2011), which makes the dual twice differentiable. Steps towards its maximum are in [`super::ascent`].

/// A dual in units of cost per size: an item of size `z` at a pair of rate `r` costs `z · r`.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Dual<'a> {
    /// Pairs of item `i`: `offsets[i]..offsets[i + 1]`.
    pub offsets: &'a [u32],
    pub seats: &'a [u32],
    pub rates: &'a [f64],
    /// Positive where the item counts; items of size 0 are passed over.
    pub size: &'a [f64],
    /// Limits per seat.
    pub rows: usize,
    /// `share[item * rows + row]`: what the item adds to a row, per size. Empty: one row, to which sizes add.
    pub share: &'a [f64],
    /// `low[seat * rows + row]`, finite.
    pub low: &'a [f64],
    pub high: &'a [f64],
    /// A limit on what leaves home; its price is the last.
    pub moves: Option<Moves<'a>>,
}

/// At most `most` of a quantity may leave home.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Moves<'a> {
    /// Per pair what leaves home with it, per size.
    pub share: &'a [f64],
    /// All that has a home.
    pub all: f64,
    pub most: f64,
}

/// The smoothed dual at some prices.
#[derive(Debug, Default)]
pub(super) struct Smooth {
    pub value: f64,
    /// The exact dual at the same prices: a lower bound.
    pub exact: f64,
    /// Per price.
    pub slope: Vec<f64>,
    /// Diagonal of the negated second derivative.
    pub diagonal: Vec<f64>,
    /// Curvature of the worth of each limit.
    pub limits: Vec<f64>,
    /// Items in two minds: where their pairs begin in `chances`, and their number.
    pub torn: Vec<(u32, u32, u32)>,
    /// Index into the pairs, and chance.
    pub chances: Vec<(u32, f64)>,
    /// Items whose second best pair is within the temperature of the best.
    pub near: usize,
}

/// Chances below this are taken for 0.
const FAINT: f64 = 1e-4;

impl Dual<'_> {
    /// What an item pays at a pair, per size.
    pub(super) fn value(&self, item: usize, pair: usize, prices: &[f64]) -> f64 {
        let seat = self.seats[pair] as usize;
        let mut value = self.rates[pair];
        if self.share.is_empty() {
            value += prices[seat];
        } else {
            let shares = &self.share[item * self.rows..(item + 1) * self.rows];
            let prices = &prices[seat * self.rows..(seat + 1) * self.rows];
            value += shares.iter().zip(prices).map(|(share, price)| share * price).sum::<f64>();
        }
        if let Some(moves) = &self.moves {
            value += moves.share[pair] * prices[self.low.len()];
        }
        value
    }

    /// Calls `visit(price, share)` for every price that a pair pays.
    fn each_term(&self, item: usize, pair: usize, mut visit: impl FnMut(usize, f64)) {
        let seat = self.seats[pair] as usize;
        if self.share.is_empty() {
            visit(seat, 1.0);
        } else {
            let shares = &self.share[item * self.rows..(item + 1) * self.rows];
            for (row, &share) in shares.iter().enumerate() {
                visit(seat * self.rows + row, share);
            }
        }
        if let Some(moves) = &self.moves
            && moves.share[pair] > 0.0
        {
            visit(self.low.len(), moves.share[pair]);
        }
    }

    /// Smoothed value, slope and what [`Dual::curve`] needs, at `heat` in cost per size. `worth_heat[price]` rounds off
    /// the kink of each limit at price 0.
    pub(super) fn smooth(&self, prices: &[f64], heat: f64, worth_heat: &[f64], out: &mut Smooth) {
        let count = prices.len();
        for column in [&mut out.slope, &mut out.diagonal, &mut out.limits] {
            column.clear();
            column.resize(count, 0.0);
        }
        out.torn.clear();
        out.chances.clear();
        (out.value, out.exact, out.near) = (0.0, 0.0, 0);
        for index in 0..count {
            let (low, high) = match &self.moves {
                Some(moves) if index == self.low.len() => (0.0, moves.most),
                _ => (self.low[index], self.high[index]),
            };
            let (price, round) = (prices[index], worth_heat[index]);
            let (middle, half, root) = ((low + high) / 2.0, (high - low) / 2.0, (price * price + round * round).sqrt());
            out.value -= middle * price + half * root;
            out.exact -= price * if price > 0.0 { high } else { low };
            out.slope[index] -= middle + half * price / root;
            out.limits[index] = half * round * round / (root * root * root);
            out.diagonal[index] = out.limits[index];
        }
        let mut values: Vec<f64> = Vec::new();
        for item in 0..self.size.len() {
            let size = self.size[item];
            if size > 0.0 {
                self.smooth_item(item, size, prices, heat, &mut values, out);
            }
        }
    }

    fn smooth_item(&self, item: usize, size: f64, prices: &[f64], heat: f64, values: &mut Vec<f64>, out: &mut Smooth) {
        let pairs = self.offsets[item] as usize..self.offsets[item + 1] as usize;
        values.clear();
        let (mut least, mut at, mut second) = (f64::INFINITY, 0, f64::INFINITY);
        for pair in pairs.clone() {
            let value = self.value(item, pair, prices);
            values.push(value);
            if value < least {
                second = least;
                (least, at) = (value, pair);
            } else {
                second = second.min(value);
            }
        }
        out.exact += size * least;
        if second - least <= heat {
            out.near += 1;
        }
        let faint = -heat * libm::log(FAINT);
        if second - least >= faint {
            out.value += size * least;
            self.each_term(item, at, |price, share| out.slope[price] += size * share);
            return;
        }
        let first = out.chances.len();
        let mut sum = 0.0;
        for (pair, &value) in pairs.zip(values.iter()) {
            if value - least < faint {
                let chance = libm::exp(-(value - least) / heat);
                sum += chance;
                out.chances.push((pair as u32, chance));
            }
        }
        out.value += size * (least - heat * libm::log(sum));
        for index in first..out.chances.len() {
            out.chances[index].1 /= sum;
            let (pair, chance) = out.chances[index];
            let weight = size / heat * chance * (1.0 - chance);
            let (slope, diagonal) = (&mut out.slope, &mut out.diagonal);
            self.each_term(item, pair as usize, |price, share| {
                slope[price] += size * share * chance;
                diagonal[price] += weight * share * share;
            });
        }
        out.torn.push((item as u32, first as u32, (out.chances.len() - first) as u32));
    }

    /// Negated second derivative at the prices of `smooth`, times `direction`.
    pub(super) fn curve(&self, smooth: &Smooth, heat: f64, direction: &[f64], out: &mut [f64]) {
        for (out, (limit, direction)) in out.iter_mut().zip(smooth.limits.iter().zip(direction)) {
            *out = limit * direction;
        }
        let mut along: Vec<f64> = Vec::new();
        for &(item, first, count) in &smooth.torn {
            let item = item as usize;
            let chances = &smooth.chances[first as usize..(first + count) as usize];
            let weight = self.size[item] / heat;
            along.clear();
            let mut mean = 0.0;
            for &(pair, chance) in chances {
                let mut value = 0.0;
                self.each_term(item, pair as usize, |price, share| value += share * direction[price]);
                along.push(value);
                mean += chance * value;
            }
            for (&(pair, chance), &value) in chances.iter().zip(&along) {
                let pull = weight * chance * (value - mean);
                self.each_term(item, pair as usize, |price, share| out[price] += pull * share);
            }
        }
    }
}
