//! Centres and prices, in turn, until they agree.
//!
//! Takes an assignment, gives the one of a balanced power diagram near by (Cohen-Addad, Klein and Young 2018): prices make
//! the limits hold as nearly as whole items allow, then centres move to the means. One quantity is priced exactly, as a
//! transportation problem; several by ascent (see [`super::several`]). Invariant: an assignment is given up only for one
//! that is no worse by [`Diagram::worth`]. Exact limits and contiguity are deliberately absent.

use super::super::problem::Power;
use super::super::search::{Ground, Mass, NOWHERE, State};
use super::super::transport::{Candidates, Costs, Start, Transport};
use super::several::Several;

/// What a broken limit costs, in costs of the whole per usual load.
const REGRET: f64 = 0.5;

/// Costs of items from centres: squared straight distances where the cost is squared, which order centres as great
/// circles do and agree with them to a few parts in ten thousand.
#[derive(Debug, Clone, Copy)]
pub(super) struct FromCentres<'a, 'p> {
    pub ground: &'a Ground<'p>,
    pub centres: &'a [[f64; 3]],
}

impl Costs for FromCentres<'_, '_> {
    fn cost(&self, item: usize, seat: usize) -> f64 {
        if !self.ground.may_take(seat as u32, item as u32) {
            return f64::INFINITY;
        }
        let (a, b) = (self.ground.at[item], self.centres[seat]);
        let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        let straight = x * x + y * y + z * z;
        let squared = self.ground.problem.power == Power::Squared;
        self.ground.pull[item] * if squared { straight } else { straight.sqrt() }
    }
}

/// Centres with the prices that balance them.
#[derive(Debug, Clone)]
pub(super) struct Diagram<'g, 'p> {
    ground: &'g Ground<'p>,
    centres: Vec<[f64; 3]>,
    /// `prices[seat * quantities + quantity]`, in cost per quantity; empty when none are known.
    pub prices: Vec<f64>,
    /// Seat of every item.
    pub territory: Vec<u32>,
    /// Of the last diagram: the cost at its centres with items split at will, or a lower bound of that.
    pub value: f64,
    pairs: Pairs,
}

/// What makes prices, and what it remembers from one time to the next.
#[derive(Debug, Clone)]
enum Pairs {
    Flow(Option<Candidates>),
    Ascent(Several),
}

impl<'g, 'p> Diagram<'g, 'p> {
    pub fn new(ground: &'g Ground<'p>, territory: Vec<u32>, prices: Vec<f64>) -> Self {
        let pairs = if ground.quantities == 1 { Pairs::Flow(None) } else { Pairs::Ascent(Several::new(ground)) };
        let centres = vec![[0.0; 3]; ground.seats];
        let mut diagram = Self { ground, centres, prices, territory, value: f64::INFINITY, pairs };
        diagram.recentre();
        diagram
    }

    /// Prices and recentres until the value falls by less than `settled` of itself; `false` when no prices were found.
    pub fn descend(&mut self, settled: f64, steps: usize) -> bool {
        let mut worth = f64::INFINITY;
        for step in 0..steps {
            if self.ground.pulse.stopped() {
                return false;
            }
            let (before, kept) = (self.value, self.clone());
            if !self.reprice() {
                *self = kept;
                return step > 0;
            }
            if let Pairs::Ascent(_) = self.pairs {
                // The ascent may end short of prices that balance.
                let now = self.worth();
                if now > worth || (step == 0 && now > kept.worth()) {
                    *self = kept;
                    return step > 0;
                }
                worth = now;
            }
            if self.value > before * (1.0 - settled) {
                break;
            }
            self.recentre();
        }
        true
    }

    /// Cost of the whole items around their own centres, and what the limits broken would cost.
    pub fn worth(&self) -> f64 {
        worth(self.ground, &self.territory)
    }

    fn reprice(&mut self) -> bool {
        let costs = FromCentres { ground: self.ground, centres: &self.centres };
        match &mut self.pairs {
            Pairs::Flow(candidates) => {
                let start = Start { prices: self.prices.clone(), candidates: candidates.take(), close: false };
                let Ground { values, low, high, .. } = self.ground;
                let transport = Transport { supply: values, least: low, most: high, costs: &costs };
                let Ok(flow) = transport.solve(&start) else { return false };
                (self.prices, self.territory, self.value) = (flow.prices, flow.seat, flow.cost);
                *candidates = Some(flow.candidates);
            }
            Pairs::Ascent(several) => {
                let (territory, value) = several.price(&costs, &mut self.prices, &self.territory);
                (self.territory, self.value) = (territory, value);
            }
        }
        true
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

/// Cost around own centres, and what broken limits would cost.
pub(super) fn worth(ground: &Ground, territory: &[u32]) -> f64 {
    let mut state = State::new(ground, territory.to_vec(), vec![NOWHERE; ground.seats]);
    state.recentre();
    let cost = state.cost();
    cost + REGRET * ground.seats as f64 * ground.usual_cost(cost) * state.broken()
}
