//! The relaxation of one quantity: a transportation problem.
//!
//! Takes where items may go and solves what is not decided; items with one seat left only use up its limits. Invariant: it
//! states the model only where loads are all that is limited, see [`Flows::states`].

use super::super::bound::ItemCosts;
use super::super::search::{Ground, ROUNDING};
use super::super::transport::{Candidates, Costs, Start, Transport};
use super::within::Within;
use super::{Outcome, Relaxation, Relaxed};

pub(super) struct Flows<'a, 'p> {
    ground: &'a Ground<'p>,
    /// `costs[item * seats + seat]`
    costs: Vec<f64>,
    prices: Vec<f64>,
    /// Value of the last solution.
    bound: f64,
    candidates: Option<Candidates>,
    spent: usize,
}

/// Costs of the items that are left.
struct Left<'a> {
    costs: &'a [f64],
    seats: usize,
    items: &'a [u32],
    within: &'a Within,
}

impl Costs for Left<'_> {
    fn cost(&self, at: usize, seat: usize) -> f64 {
        let item = self.items[at];
        let allowed = self.within.allows(item, seat as u32);
        if allowed { self.costs[item as usize * self.seats + seat] } else { f64::INFINITY }
    }
}

impl<'a, 'p> Flows<'a, 'p> {
    pub fn states(ground: &Ground) -> bool {
        ground.quantities == 1
            && ground.apart_groups == 0
            && ground.most_moved.is_infinite()
            && ground.values.iter().all(|&value| value >= 0.0)
    }

    pub fn new(costs: &ItemCosts<'a, 'p>) -> Self {
        let ground = costs.ground;
        let mut all = vec![0.0; ground.items * ground.seats];
        all.chunks_mut(ground.seats.max(1)).enumerate().for_each(|(item, row)| costs.fill(item, row));
        Self { ground, costs: all, prices: Vec::new(), bound: f64::NEG_INFINITY, candidates: None, spent: 0 }
    }
}

impl Relaxation for Flows<'_, '_> {
    fn solve(&mut self, within: &Within) -> Outcome {
        let Ground { items, seats, values, .. } = self.ground;
        let (mut low, mut high) = (self.ground.low.clone(), self.ground.high.clone());
        let (mut left, mut supply, mut paid) = (Vec::new(), Vec::new(), 0.0);
        let mut territory = vec![0; *items];
        for (item, &value) in values.iter().enumerate() {
            match within.only(item as u32) {
                None => {
                    left.push(item as u32);
                    supply.push(value);
                }
                Some(seat) => {
                    territory[item] = seat;
                    low[seat as usize] -= value;
                    high[seat as usize] -= value;
                    paid += self.costs[item * seats + seat as usize];
                }
            }
        }
        let pairs: usize = left.iter().map(|&item| within.count(item)).sum();
        self.spent += pairs + items / 8 + seats;
        for limit in low.iter_mut().chain(&mut high) {
            if limit.abs() * self.ground.scale[0] < ROUNDING {
                *limit = 0.0;
            }
        }
        if high.iter().any(|&most| most < 0.0) || paid == f64::INFINITY {
            return Outcome::Infeasible;
        }
        low.iter_mut().for_each(|least| *least = least.max(0.0));
        let costs = Left { costs: &self.costs, seats: *seats, items: &left, within };
        let transport = Transport { supply: &supply, least: &low, most: &high, costs: &costs };
        let whole = left.len() == *items;
        let candidates = self.candidates.as_ref().map(|candidates| candidates.only_of(&left));
        let Ok(flow) = transport.solve(&Start { prices: self.prices.clone(), candidates, close: true }) else {
            return Outcome::Infeasible;
        };
        // A path looks at every pair of seats at worst.
        self.spent += flow.steps as usize * seats * seats / 2;
        (self.prices, self.bound) = (flow.prices, paid + flow.bound);
        if whole {
            // Those of the first solution: later ones lack what was decided against.
            self.candidates.get_or_insert(flow.candidates);
        }
        left.iter().zip(&flow.seat).for_each(|(&item, &seat)| territory[item as usize] = seat);
        let mut split: Vec<(u32, Vec<(u32, f64)>)> = Vec::new();
        for part in &flow.parts {
            let item = left[part.unit as usize];
            let share = part.amount / supply[part.unit as usize];
            match split.last_mut() {
                Some((last, parts)) if *last == item => parts.push((part.seat, share)),
                _ => split.push((item, vec![(part.seat, share)])),
            }
        }
        Outcome::Solved(Relaxed { value: self.bound, territory, split })
    }

    /// An item at a seat costs at least what the prices add to its cheapest seat.
    fn narrow(&self, most: f64, within: &mut Within) {
        let room = most - self.bound;
        if !room.is_finite() {
            return;
        }
        let Ground { items, seats, values, .. } = self.ground;
        for item in 0..*items as u32 {
            if within.count(item) < 2 {
                continue;
            }
            let (costs, supply) = (&self.costs[item as usize * seats..], values[item as usize]);
            let value = |seat: u32| costs[seat as usize] + supply * self.prices[seat as usize];
            let least = within.seats_of(item).map(value).fold(f64::INFINITY, f64::min);
            let near: Vec<u32> = within.seats_of(item).filter(|&seat| value(seat) - least < room).collect();
            within.put(item, near);
        }
    }

    fn spent(&self) -> usize {
        self.spent
    }
}
