//! A lower bound on the cost of serving every item from given centres, and the prices that prove it.
//!
//! Takes a [`Ground`] and where costs are measured from; gives a bound on every assignment within the limits on loads,
//! moves and eligibility, split items allowed; contiguity and what must be apart are passed over, which leaves the bound
//! valid. Invariant: the bound is the Lagrangian value of the prices over all pairs, less a hair for rounding, so it
//! holds whatever the ascent did. With one limit per seat it is the optimum of the linear relaxation.

use super::relax::{Dual, Heat, Moves, ascend, margin};
use super::search::Ground;
use super::transport::{Costs, Start, Stuck, Transport};

/// Costs of items at seats, what disruption costs included.
#[derive(Debug, Clone, Copy)]
pub(super) struct ItemCosts<'a, 'p> {
    pub ground: &'a Ground<'p>,
    /// Where each seat's cost is measured from, stretched as [`Ground::at`] is.
    pub centres: &'a [[f64; 3]],
}

impl Costs for ItemCosts<'_, '_> {
    fn cost(&self, item: usize, seat: usize) -> f64 {
        let ground = self.ground;
        if !ground.may_take(seat as u32, item as u32) {
            return f64::INFINITY;
        }
        ground.held(item as u32, seat as u32, self.centres) + ground.leaving_cost(item as u32, seat as u32)
    }
}

/// Prices, what they prove and where they send every item.
#[derive(Debug, Clone)]
pub(super) struct Priced {
    /// `prices[seat * quantities + quantity]`, in cost per quantity.
    pub prices: Vec<f64>,
    /// Price of what leaves its incumbent, in cost per budget's quantity.
    pub moving: f64,
    pub bound: f64,
    /// The seat of every item; split items to their largest part.
    pub territory: Vec<u32>,
}

impl Priced {
    /// What an item pays at a seat beyond its cost.
    pub fn extra(&self, ground: &Ground, item: usize, seat: usize) -> f64 {
        let prices = &self.prices[seat * ground.quantities..(seat + 1) * ground.quantities];
        let moving = self.moving * ground.leaves(item as u32, seat as u32);
        moving + ground.values_of(item as u32).iter().zip(prices).map(|(value, price)| value * price).sum::<f64>()
    }
}

/// Pairs per item that the ascent sees first, and up to how many in all it sees every one: where several limits press, an
/// item may have to go far.
const PAIRS: usize = 16;
const ALL_PAIRS: usize = 1 << 18;
/// Times that pairs which would improve may join.
const ROUNDS: usize = 8;
/// Prices over some pairs that are worth less over all of them by more than this part are far from right.
const FAR: f64 = 1e-2;
/// What rounding may have added to the bound, relative to it.
const HAIR: f64 = 1e-9;

/// Prices every limit of the ground. `Err` shows that the first quantity alone cannot be shared out.
pub(super) fn price(costs: &ItemCosts) -> Result<Priced, Stuck> {
    let ground = costs.ground;
    let (items, seats, quantities) = (ground.items, ground.seats, ground.quantities);
    let column = |of: &[f64], rows: usize| -> Vec<f64> { (0..rows).map(|row| of[row * quantities]).collect() };
    let mut sheet = Sheet::new(costs);
    let mut territory = None;
    if quantities > 0 && ground.values.iter().step_by(quantities).all(|&value| value >= 0.0) {
        let supply = column(&ground.values, items);
        let (least, most) = (column(&ground.low, seats), column(&ground.high, seats));
        let flow = Transport { supply: &supply, least: &least, most: &most, costs }.solve(&Start::default())?;
        for (seat, &price) in flow.prices.iter().enumerate() {
            sheet.prices[seat * quantities] = price;
        }
        territory = Some(flow.seat);
    }
    if quantities > 1 || ground.most_moved.is_finite() {
        sheet.raise();
        territory = None;
    }
    Ok(sheet.settle(territory))
}

/// The dual in the making: pairs, scaled columns and prices.
struct Sheet<'a, 'g, 'p> {
    costs: &'a ItemCosts<'g, 'p>,
    /// In cost per quantity; the price of moving last.
    prices: Vec<f64>,
    /// What an item counts: its part of usual loads, all limits together.
    size: Vec<f64>,
    share: Vec<f64>,
    /// Per pair what it moves, per size.
    leaving: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    offsets: Vec<u32>,
    seats: Vec<u32>,
    rates: Vec<f64>,
}

impl<'a, 'g, 'p> Sheet<'a, 'g, 'p> {
    fn new(costs: &'a ItemCosts<'g, 'p>) -> Self {
        let ground = costs.ground;
        let quantities = ground.quantities;
        let budget = ground.most_moved.is_finite();
        let usual_move = if budget { ground.moving.iter().sum::<f64>() / ground.seats as f64 } else { 0.0 };
        let mut sheet = Sheet {
            costs,
            prices: vec![0.0; ground.seats * quantities + 1],
            size: vec![0.0; ground.items],
            share: vec![0.0; ground.items * quantities],
            leaving: Vec::new(),
            low: ground.low.clone(),
            high: ground.high.clone(),
            offsets: Vec::new(),
            seats: Vec::new(),
            rates: Vec::new(),
        };
        for item in 0..ground.items {
            let values = ground.values_of(item as u32);
            let mut size: f64 = values.iter().zip(&ground.scale).map(|(value, scale)| value.abs() * scale).sum();
            if usual_move > 0.0 && ground.incumbent[item].is_some() {
                size += ground.moving[item] / usual_move;
            }
            if size > 0.0 {
                sheet.size[item] = size;
                for (row, value) in values.iter().enumerate() {
                    sheet.share[item * quantities + row] = value / size;
                }
            }
        }
        // No load can be beyond the sum of what is positive or negative, so an infinite limit may as well be there.
        for row in 0..quantities {
            let of_row = || ground.values.iter().skip(row).step_by(quantities);
            let most: f64 = of_row().filter(|value| **value > 0.0).sum();
            let least: f64 = of_row().filter(|value| **value < 0.0).sum();
            for seat in 0..ground.seats {
                let at = seat * quantities + row;
                sheet.low[at] = sheet.low[at].max(least.min(0.0));
                sheet.high[at] = sheet.high[at].min(most.max(0.0));
            }
        }
        sheet
    }

    fn dual(&self) -> Dual<'_> {
        let ground = self.costs.ground;
        let moves = Moves { share: &self.leaving, all: ground.moving.iter().sum(), most: ground.most_moved };
        Dual {
            offsets: &self.offsets,
            seats: &self.seats,
            rates: &self.rates,
            size: &self.size,
            rows: ground.quantities,
            share: &self.share,
            low: &self.low,
            high: &self.high,
            moves: ground.most_moved.is_finite().then_some(moves),
        }
    }

    /// Cost plus price of one item at every seat; `row` receives it.
    fn values(&self, item: usize, row: &mut [f64]) {
        let ground = self.costs.ground;
        self.costs.fill(item, row);
        let values = ground.values_of(item as u32);
        let moving = self.prices[self.prices.len() - 1];
        for (seat, cell) in row.iter_mut().enumerate() {
            let prices = &self.prices[seat * ground.quantities..(seat + 1) * ground.quantities];
            *cell += values.iter().zip(prices).map(|(value, price)| value * price).sum::<f64>();
            if moving != 0.0 {
                *cell += moving * ground.leaves(item as u32, seat as u32);
            }
        }
    }

    /// What the prices earn from the limits.
    fn worth(&self) -> f64 {
        let limits = self.low.iter().zip(&self.high);
        let seats: f64 = self
            .prices
            .iter()
            .zip(limits)
            .map(|(&price, (&low, &high))| price * if price > 0.0 { high } else { low })
            .sum();
        let moving = self.prices[self.prices.len() - 1].max(0.0);
        seats + if moving > 0.0 { moving * self.costs.ground.most_moved } else { 0.0 }
    }

    /// Ascends over the cheapest pairs of every item, and again over those that then are.
    fn raise(&mut self) {
        let ground = self.costs.ground;
        let mut best = (f64::NEG_INFINITY, self.prices.clone());
        let mut before = f64::INFINITY;
        for round in 0..=ROUNDS {
            let value = self.gather_pairs();
            let far = before - value > FAR * value.abs();
            if value > best.0 {
                best = (value, self.prices.clone());
            }
            if round == ROUNDS || ground.pulse.stopped() {
                break;
            }
            let dual = self.dual();
            let mut prices = best.1.clone();
            prices.truncate(dual.low.len() + usize::from(dual.moves.is_some()));
            let last = ground.seats * ground.quantities / 4;
            let part = if far { 0.3 } else { 0.03 };
            let first = 4.0 * margin(&dual, &prices, part).unwrap_or(0.0);
            before = ascend(&dual, &mut prices, Heat { first, last, fall: 0.3, steps: 12 }).0;
            prices.resize(self.prices.len(), 0.0);
            self.prices = prices;
            if round > 0 && before - best.0 <= 1e-5 * before.abs() {
                let value = self.gather_pairs();
                if value > best.0 {
                    best = (value, self.prices.clone());
                }
                break;
            }
        }
        self.prices = best.1;
    }

    /// Adds the cheapest pairs of every item at the present prices; gives the exact value of the prices over all pairs.
    fn gather_pairs(&mut self) -> f64 {
        let ground = self.costs.ground;
        let mut row = vec![0.0; ground.seats];
        let mut costs = vec![0.0; ground.seats];
        let (mut offsets, mut seats, mut rates) = (vec![0u32], Vec::new(), Vec::new());
        let mut leaving = Vec::new();
        let mut value = -self.worth();
        let mut chosen: Vec<u32> = Vec::new();
        let count = if ground.items * ground.seats <= ALL_PAIRS { ground.seats } else { PAIRS };
        for item in 0..ground.items {
            self.values(item, &mut row);
            value += row.iter().copied().fold(f64::INFINITY, f64::min);
            chosen.clear();
            if self.size[item] > 0.0 {
                cheapest(&row, count, &mut chosen);
                if let (Some(&from), Some(&to)) = (self.offsets.get(item), self.offsets.get(item + 1)) {
                    chosen.extend(&self.seats[from as usize..to as usize]);
                }
                chosen.extend(ground.incumbent[item].filter(|&own| row[own as usize].is_finite()));
                chosen.sort_unstable();
                chosen.dedup();
                self.costs.fill(item, &mut costs);
                for &seat in &chosen {
                    seats.push(seat);
                    rates.push(costs[seat as usize] / self.size[item]);
                    leaving.push(ground.leaves(item as u32, seat) / self.size[item]);
                }
            }
            offsets.push(seats.len() as u32);
        }
        (self.offsets, self.seats, self.rates, self.leaving) = (offsets, seats, rates, leaving);
        value
    }

    /// What the prices say in the end.
    fn settle(mut self, territory: Option<Vec<u32>>) -> Priced {
        let ground = self.costs.ground;
        let mut row = vec![0.0; ground.seats];
        let mut bound = -self.worth();
        let mut cheapest_seat = Vec::with_capacity(ground.items);
        let mut first = Vec::with_capacity(1);
        for item in 0..ground.items {
            self.values(item, &mut row);
            cheapest(&row, 1, &mut first);
            let seat = first.first().copied().unwrap_or(0);
            bound += row[seat as usize];
            cheapest_seat.push(seat);
        }
        bound -= HAIR * bound.abs();
        let moving = self.prices.pop().unwrap_or(0.0).max(0.0);
        Priced { prices: self.prices, moving, bound, territory: territory.unwrap_or(cheapest_seat) }
    }
}

/// The `count` seats of least finite value, ties to the first, cheapest first.
fn cheapest(row: &[f64], count: usize, into: &mut Vec<u32>) {
    into.clear();
    for (seat, &value) in row.iter().enumerate() {
        let full = into.len() == count;
        if value < f64::INFINITY && !(full && value >= row[into[count - 1] as usize]) {
            let at = into.partition_point(|&held| row[held as usize] <= value);
            into.truncate(count - usize::from(full));
            into.insert(at, seat as u32);
        }
    }
}
