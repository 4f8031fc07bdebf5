//! The transportation problem between units and seats, solved exactly.
//!
//! Takes the supply of every unit, the least and most load of every seat and what it costs to serve a unit from a seat;
//! gives an optimal flow (all but at most seats − 1 units go whole to one seat), a price per seat and a lower bound.
//! Invariant: the bound is the Lagrangian value of the prices over *all* pairs of unit and seat, so it holds whatever
//! the search did. Whole-unit assignment, other limits and distances are deliberately absent.
//!
//! The method is successive shortest paths on the graph of seats (Ahuja, Magnanti and Orlin, *Network Flows*, 1993,
//! §9.7), where the arc from one seat to another is the cheapest unit to hand over (the collapsed graph of
//! Tokuyama and Nakano, *Efficient algorithms for the Hitchcock transportation problem*, SIAM J. Comput. 24(3), 1995).
//! Only the promising pairs are held; after each solve every other pair is priced and those that would improve join,
//! until none does (column generation). Any prices are a valid start, which makes moved centres cheap to follow.

mod arcs;
mod augment;
mod forest;
mod seats;
#[cfg(test)]
mod tests;
mod warm;

use seats::SeatGraph;

/// What it costs to serve all of a unit from a seat; [`f64::INFINITY`] where it may not be served.
pub trait Costs: Sync {
    /// Finite and of any sign, or positive infinity.
    fn cost(&self, unit: usize, seat: usize) -> f64;

    /// The costs of one unit at every seat; `row` has one place per seat.
    fn fill(&self, unit: usize, row: &mut [f64]) {
        for (seat, cell) in row.iter_mut().enumerate() {
            *cell = self.cost(unit, seat);
        }
    }
}

/// A matrix `costs[unit * seats + seat]`.
#[derive(Debug, Clone, Copy)]
pub struct CostMatrix<'a> {
    pub costs: &'a [f64],
    pub seats: usize,
}

impl Costs for CostMatrix<'_> {
    fn cost(&self, unit: usize, seat: usize) -> f64 {
        self.costs[unit * self.seats + seat]
    }

    fn fill(&self, unit: usize, row: &mut [f64]) {
        row.copy_from_slice(&self.costs[unit * self.seats..(unit + 1) * self.seats]);
    }
}

/// One transportation problem.
#[derive(Debug, Clone, Copy)]
pub struct Transport<'a, C> {
    /// Load that each unit brings, finite and not negative. Units without supply go where they cost least.
    pub supply: &'a [f64],
    /// Least load of each seat.
    pub least: &'a [f64],
    /// Most load of each seat.
    pub most: &'a [f64],
    pub costs: &'a C,
}

/// Where to start from and how far to go.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Price per unit of load at each seat; empty means 0 everywhere.
    pub prices: Vec<f64>,
    /// The pairs to look at first; those of a former flow are a good guess when costs changed little.
    pub candidates: Option<Candidates>,
    /// The prices are those of much the same problem: paths alone lead from there.
    pub close: bool,
}

/// Pairs of unit and seat worth looking at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    pub(super) offsets: Vec<u32>,
    pub(super) seats: Vec<u32>,
}

impl Candidates {
    /// The seats considered for `unit`, ascending.
    pub fn of(&self, unit: usize) -> &[u32] {
        &self.seats[self.offsets[unit] as usize..self.offsets[unit + 1] as usize]
    }

    /// Those of some of the units, which are then counted from 0.
    pub fn only_of(&self, units: &[u32]) -> Self {
        let mut only = Self { offsets: vec![0], seats: Vec::new() };
        for &unit in units {
            only.seats.extend(self.of(unit as usize));
            only.offsets.push(only.seats.len() as u32);
        }
        only
    }
}

/// Part of a unit that several seats share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    pub unit: u32,
    pub seat: u32,
    /// Load, of the unit's supply.
    pub amount: f64,
}

/// An optimal answer.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The seat that takes the unit, or its largest part (ties: the first).
    pub seat: Vec<u32>,
    /// Parts of the units that are split, by unit then seat; at most seats − 1 units are.
    pub parts: Vec<Part>,
    /// Price of load per seat: positive where the seat is full, negative where it has only its least.
    pub prices: Vec<f64>,
    /// Cost of the flow, parts counted in proportion.
    pub cost: f64,
    /// No flow, and so no assignment, costs less.
    pub bound: f64,
    pub candidates: Candidates,
    /// Shortest paths searched.
    pub steps: u64,
}

/// Why no flow exists: a set of seats that must take too much, or can get too little.
#[derive(Debug, Clone, PartialEq)]
pub struct Stuck {
    /// `true`: units that may go nowhere else overfill these seats. `false`: all units that may come are not enough.
    pub overfull: bool,
    /// Ascending.
    pub seats: Vec<u32>,
    /// Load that is confined to the seats, or that can reach them.
    pub load: f64,
    /// The sum of their most, or of their least.
    pub limit: f64,
}

impl<C: Costs> Transport<'_, C> {
    /// An optimal flow, or the set of seats that shows there is none.
    ///
    /// Shapes: `supply` has a value per unit, `least` and `most` one per seat, at least one seat. Every unit needs one
    /// seat of finite cost; a unit without any counts as stuck before an empty set of seats.
    pub fn solve(&self, start: &Start) -> Result<Flow, Stuck> {
        let (mut arcs, prices) = self.begin(start)?;
        let mut graph = SeatGraph::new(self, &arcs, &prices);
        loop {
            match graph.balance(&arcs) {
                Ok(()) => {
                    let priced = arcs.price_out(self, &graph.prices());
                    if priced.added.is_empty() {
                        return Ok(graph.finish(self, arcs, priced.bound));
                    }
                    arcs.extend(&priced.added);
                    graph.reassign(self, &arcs, &priced.added);
                }
                Err(reached) => {
                    let added = arcs.reach_beyond(self, &graph.prices(), &graph.units_within(&reached), &reached);
                    if added.is_empty() {
                        return Err(self.stuck(&reached));
                    }
                    arcs.extend(&added);
                    graph.reassign(self, &arcs, &added);
                }
            }
        }
    }

    /// The Lagrangian value of `prices`: a lower bound on the cost of every flow within the limits.
    pub fn bound(&self, prices: &[f64]) -> f64 {
        let mut row = vec![0.0; self.least.len()];
        let units: f64 = (0..self.supply.len()).map(|unit| self.cheapest(unit, prices, &mut row).1).sum();
        units - self.worth(prices)
    }

    /// The most that `prices` can earn from the limits of the seats.
    fn worth(&self, prices: &[f64]) -> f64 {
        let limits = self.least.iter().zip(self.most);
        prices.iter().zip(limits).map(|(&price, (&least, &most))| price * if price > 0.0 { most } else { least }).sum()
    }

    /// The seat of least cost plus price for a whole unit (ties: the first), and that sum. `row` receives the costs.
    fn cheapest(&self, unit: usize, prices: &[f64], row: &mut [f64]) -> (usize, f64) {
        self.costs.fill(unit, row);
        let supply = self.supply[unit];
        let mut best = (0, f64::INFINITY);
        for (seat, (&cost, &price)) in row.iter().zip(prices).enumerate() {
            let value = cost + supply * price;
            if value < best.1 {
                best = (seat, value);
            }
        }
        best
    }

    /// The certificate behind the nodes that surplus can reach; the last node stands for room left at the seats.
    fn stuck(&self, reached: &[bool]) -> Stuck {
        let seats = self.least.len();
        let overfull = !reached[seats];
        let chosen: Vec<u32> = (0..seats as u32).filter(|&seat| reached[seat as usize] == overfull).collect();
        let concerned = |unit: usize| {
            let may = |seat: usize| self.costs.cost(unit, seat) < f64::INFINITY;
            if overfull {
                (0..seats).all(|seat| reached[seat] || !may(seat))
            } else {
                chosen.iter().any(|&seat| may(seat as usize))
            }
        };
        let load = (0..self.supply.len()).filter(|&unit| concerned(unit)).map(|unit| self.supply[unit]).sum();
        let limits = if overfull { self.most } else { self.least };
        let limit = chosen.iter().map(|&seat| limits[seat as usize]).sum();
        Stuck { overfull, seats: chosen, load, limit }
    }
}
