//! An assignment under search, with everything that a move changes kept up to date.
//!
//! Takes single moves of items, gives their change in cost, loads and broken limits. Invariant: loads, masses and
//! members always agree with the assignment. Deciding which move to make is deliberately absent.

use super::super::contiguity::Leaving;
use super::super::problem::Centres;
use super::ground::Ground;
use super::measure::{Mass, Measure, NOWHERE};

/// How dear broken limits are, in cost, per broken part of a usual load: `linear · e + square · e²`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pressure {
    pub linear: f64,
    pub square: f64,
}

/// Limits broken by less than this part of a usual load are kept: sums are rounded.
const NOTHING: f64 = 1e-10;

#[derive(Debug, Clone)]
pub struct State<'g, 'p> {
    pub ground: &'g Ground<'p>,
    /// Seat of every item.
    pub territory: Vec<u32>,
    /// `loads[seat * quantities + quantity]`
    pub loads: Vec<f64>,
    pub masses: Vec<Mass>,
    pub members: Vec<Vec<u32>>,
    /// Place of every item among its territory's members.
    slot: Vec<u32>,
    /// Σ pull · distance² of each territory around its mean; only with [`Measure::Means`].
    spreads: Vec<f64>,
    /// Neighbours of every item that belong to another territory; 1 for items without neighbours.
    foreign: Vec<u32>,
    /// Items with a foreign neighbour, in no particular order, and the place of each in the list.
    pub frontier: Vec<u32>,
    frontier_slot: Vec<u32>,
    /// Where costs are measured from when centres are held.
    pub centres: Vec<[f64; 3]>,
    pub moved: f64,
    pub(super) apart: Vec<u32>,
    leaving: Leaving,
    /// Moves since the journal was opened: item and where it came from.
    pub journal: Vec<(u32, u32)>,
}

impl<'g, 'p> State<'g, 'p> {
    /// `centres` are needed when they are held; see [`Measure`].
    pub fn new(ground: &'g Ground<'p>, territory: Vec<u32>, centres: Vec<[f64; 3]>) -> Self {
        let mut state = Self {
            ground,
            loads: Vec::new(),
            masses: Vec::new(),
            members: vec![Vec::new(); ground.seats],
            slot: vec![0; ground.items],
            spreads: Vec::new(),
            foreign: Vec::new(),
            frontier: Vec::new(),
            frontier_slot: vec![0; ground.items],
            centres,
            moved: 0.0,
            apart: Vec::new(),
            leaving: Leaving::new(ground.items),
            journal: Vec::new(),
            territory,
        };
        state.tally();
        state
    }

    /// Computes everything afresh from the assignment; also rids sums of rounding.
    pub fn tally(&mut self) {
        let ground = self.ground;
        self.loads = vec![0.0; ground.seats * ground.quantities];
        self.masses = vec![Mass::default(); ground.seats];
        self.members.iter_mut().for_each(Vec::clear);
        self.apart = vec![0; ground.apart_groups * ground.seats];
        self.moved = 0.0;
        for item in 0..ground.items as u32 {
            let seat = self.territory[item as usize];
            self.slot[item as usize] = self.members[seat as usize].len() as u32;
            self.members[seat as usize].push(item);
            self.weigh(item, seat, 1.0);
            self.moved += ground.leaves(item, seat);
        }
        self.spreads = self.masses.iter().map(|mass| mass.spread(ground.radius)).collect();
        self.frontier.clear();
        self.foreign = (0..ground.items as u32).map(|item| self.count_foreign(item)).collect();
        for item in 0..ground.items as u32 {
            if self.foreign[item as usize] > 0 {
                self.enter_frontier(item);
            }
        }
    }

    fn count_foreign(&self, item: u32) -> u32 {
        match self.ground.graph.of(item) {
            [] => 1,
            around => {
                let own = self.territory[item as usize];
                around.iter().filter(|&&n| self.territory[n as usize] != own).count() as u32
            }
        }
    }

    fn enter_frontier(&mut self, item: u32) {
        self.frontier_slot[item as usize] = self.frontier.len() as u32;
        self.frontier.push(item);
    }

    fn leave_frontier(&mut self, item: u32) {
        let slot = self.frontier_slot[item as usize] as usize;
        self.frontier.swap_remove(slot);
        if let Some(&shifted) = self.frontier.get(slot) {
            self.frontier_slot[shifted as usize] = slot as u32;
        }
    }

    /// Keeps the frontier after `item` went from one seat to another.
    fn trace_frontier(&mut self, item: u32, from: u32, to: u32) {
        let ground = self.ground;
        let mut own = self.foreign[item as usize];
        let was = own;
        for &next in ground.graph.of(item) {
            let seat = self.territory[next as usize];
            if seat == from {
                own += 1;
                self.foreign[next as usize] += 1;
                if self.foreign[next as usize] == 1 {
                    self.enter_frontier(next);
                }
            } else if seat == to {
                own -= 1;
                self.foreign[next as usize] -= 1;
                if self.foreign[next as usize] == 0 {
                    self.leave_frontier(next);
                }
            }
        }
        self.foreign[item as usize] = own;
        match (was, own) {
            (0, 1..) => self.enter_frontier(item),
            (1.., 0) => self.leave_frontier(item),
            _ => {}
        }
    }

    fn weigh(&mut self, item: u32, seat: u32, sign: f64) {
        let ground = self.ground;
        let first = seat as usize * ground.quantities;
        for (load, value) in self.loads[first..first + ground.quantities].iter_mut().zip(ground.values_of(item)) {
            *load += sign * value;
        }
        let (mass, pull) = (&mut self.masses[seat as usize], sign * ground.pull[item as usize]);
        mass.pull += pull;
        for (sum, at) in mass.moment.iter_mut().zip(ground.at[item as usize]) {
            *sum += pull * at;
        }
        mass.inertia += sign * ground.inertia[item as usize];
        if !ground.apart.is_empty() {
            for &group in &ground.apart[item as usize] {
                let count = &mut self.apart[group as usize * ground.seats + seat as usize];
                *count = if sign > 0.0 { *count + 1 } else { *count - 1 };
            }
        }
    }

    pub fn apply(&mut self, item: u32, to: u32) {
        let from = self.territory[item as usize];
        self.journal.push((item, from));
        self.relocate(item, from, to);
    }

    fn relocate(&mut self, item: u32, from: u32, to: u32) {
        self.weigh(item, from, -1.0);
        self.weigh(item, to, 1.0);
        self.territory[item as usize] = to;
        self.trace_frontier(item, from, to);
        if self.ground.measure == Measure::Means {
            for seat in [from as usize, to as usize] {
                self.spreads[seat] = self.masses[seat].spread(self.ground.radius);
            }
        }
        let slot = self.slot[item as usize] as usize;
        let members = &mut self.members[from as usize];
        members.swap_remove(slot);
        if let Some(&shifted) = members.get(slot) {
            self.slot[shifted as usize] = slot as u32;
        }
        self.slot[item as usize] = self.members[to as usize].len() as u32;
        self.members[to as usize].push(item);
        self.moved += self.ground.leaves(item, to) - self.ground.leaves(item, from);
    }

    /// Takes back moves until the journal is `length` long.
    pub fn roll_back(&mut self, length: usize) {
        while self.journal.len() > length {
            if let Some((item, from)) = self.journal.pop() {
                let to = self.territory[item as usize];
                self.relocate(item, to, from);
            }
        }
    }

    /// What the cost changes when an item leaves its territory.
    pub fn leave(&self, item: u32) -> f64 {
        let seat = self.territory[item as usize];
        match self.ground.measure {
            Measure::Means => self.around_mean(seat, item, -1.0) - self.spreads[seat as usize],
            _ => -self.held(item, seat),
        }
    }

    /// What the cost changes when an item from elsewhere joins a territory.
    pub fn join(&self, item: u32, seat: u32) -> f64 {
        match self.ground.measure {
            Measure::Means => self.around_mean(seat, item, 1.0) - self.spreads[seat as usize],
            _ => self.held(item, seat),
        }
    }

    /// What disruption costs more (or less) when an item goes from one seat to another.
    pub fn disruption(&self, item: u32, from: u32, to: u32, pressure: Pressure) -> f64 {
        let ground = self.ground;
        let price = ground.leaving_cost(item, to) - ground.leaving_cost(item, from);
        let more = ground.leaves(item, to) - ground.leaves(item, from);
        if more == 0.0 || ground.most_moved.is_infinite() {
            return price;
        }
        price + ground.overspent(self.moved + more, pressure) - ground.overspent(self.moved, pressure)
    }

    /// Squared cost of a territory around its own mean with an item more or less.
    fn around_mean(&self, seat: u32, item: u32, sign: f64) -> f64 {
        let mut mass = self.masses[seat as usize];
        let pull = sign * self.ground.pull[item as usize];
        mass.pull += pull;
        for (sum, at) in mass.moment.iter_mut().zip(self.ground.at[item as usize]) {
            *sum += pull * at;
        }
        mass.inertia += sign * self.ground.inertia[item as usize];
        mass.spread(self.ground.radius)
    }

    /// Cost of an item from a held centre (or the matrix).
    pub fn held(&self, item: u32, seat: u32) -> f64 {
        self.ground.held(item, seat, &self.centres)
    }

    /// Cost of the assignment from where it is measured, disruption included, broken limits not.
    pub fn cost(&self) -> f64 {
        let ground = self.ground;
        let measured: f64 = match ground.measure {
            Measure::Means => self.spreads.iter().sum(),
            _ => (0..ground.items as u32).map(|item| self.held(item, self.territory[item as usize])).sum(),
        };
        let leaving = self.territory.iter().enumerate().map(|(item, &seat)| ground.leaving_cost(item as u32, seat));
        measured + leaving.sum::<f64>()
    }

    /// How far one load is outside its limits, in usual loads.
    pub fn outside(&self, seat: usize, quantity: usize, load: f64) -> f64 {
        let ground = self.ground;
        let at = seat * ground.quantities + quantity;
        (load - ground.high[at]).max(ground.low[at] - load).max(0.0) * ground.scale[quantity]
    }

    /// What one territory's broken limits cost.
    pub fn strain(&self, seat: u32, pressure: Pressure) -> f64 {
        let first = seat as usize * self.ground.quantities;
        let outside = |q: usize| self.outside(seat as usize, q, self.loads[first + q]);
        let loads: f64 = (0..self.ground.quantities).map(|q| pressure.dear(outside(q))).sum();
        let crowded = self.apart.iter().skip(seat as usize).step_by(self.ground.seats).filter(|&&count| count > 1);
        loads + crowded.map(|&count| pressure.dear(f64::from(count - 1))).sum::<f64>()
    }

    /// What broken limits cost more (or less) when an item goes from one seat to another.
    pub fn relief(&self, item: u32, from: u32, to: u32, pressure: Pressure) -> f64 {
        let quantities = self.ground.quantities;
        let (from, to) = (from as usize, to as usize);
        let mut sum = 0.0;
        for (q, &value) in self.ground.values_of(item).iter().enumerate() {
            if value == 0.0 {
                continue;
            }
            let (here, there) = (self.loads[from * quantities + q], self.loads[to * quantities + q]);
            sum += pressure.dear(self.outside(from, q, here - value)) - pressure.dear(self.outside(from, q, here));
            sum += pressure.dear(self.outside(to, q, there + value)) - pressure.dear(self.outside(to, q, there));
        }
        for &group in self.ground.apart.get(item as usize).into_iter().flatten() {
            // Nothing joins a seat where it would be one too many, so only leaving counts.
            let count = self.apart[group as usize * self.ground.seats + from];
            if count > 1 {
                sum += pressure.dear(f64::from(count - 2)) - pressure.dear(f64::from(count - 1));
            }
        }
        sum
    }

    /// Everything that a move changes, in cost.
    pub fn change(&self, item: u32, to: u32, leave: f64, pressure: Pressure) -> f64 {
        let from = self.territory[item as usize];
        leave + self.join(item, to) + self.relief(item, from, to, pressure) + self.disruption(item, from, to, pressure)
    }

    /// Whether the rules other than loads and contiguity let an item go to a seat.
    pub fn admits(&self, item: u32, to: u32) -> bool {
        let ground = self.ground;
        if self.members[self.territory[item as usize] as usize].len() <= 1 || !ground.may_take(to, item) {
            return false;
        }
        ground.apart.is_empty()
            || ground.apart[item as usize].iter().all(|&g| self.apart[g as usize * ground.seats + to as usize] == 0)
    }

    /// Whether contiguity lets an item leave its territory and join another.
    pub fn keeps_pieces(&mut self, item: u32, to: u32) -> bool {
        if !self.ground.contiguous {
            return true;
        }
        let neighbours = self.ground.graph.of(item);
        if neighbours.is_empty() {
            return true;
        }
        neighbours.iter().any(|&n| self.territory[n as usize] == to)
            && self.leaving.allowed(&self.ground.graph, &self.territory, item)
    }

    /// Sum over territories and quantities of how far loads are outside, in usual loads, and the moved share beyond
    /// its budget.
    pub fn broken(&self) -> f64 {
        let plain = Pressure { linear: 1.0, square: 0.0 };
        let loads: f64 = (0..self.ground.seats as u32).map(|seat| self.strain(seat, plain)).sum();
        let broken = loads + self.ground.overspent(self.moved, plain);
        if broken > NOTHING { broken } else { 0.0 }
    }

    /// Moves every held centre to where its territory wants it: mean, median or best unit. A no-op for fixed seats and
    /// for territories without items.
    pub fn recentre(&mut self) {
        if self.ground.measure != Measure::Held || self.ground.problem.centres == Centres::Fixed {
            return;
        }
        for seat in (0..self.ground.seats).filter(|&seat| !self.members[seat].is_empty()) {
            self.centres[seat] = self.ground.centre_of(&self.members[seat], &self.masses[seat]).unwrap_or(NOWHERE);
        }
    }
}

impl Pressure {
    /// Cost of being `outside` by so many usual loads.
    pub fn dear(self, outside: f64) -> f64 {
        outside * (self.linear + self.square * outside)
    }
}
