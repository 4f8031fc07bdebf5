//! The seats as a graph: what each holds and the cheapest unit that it could hand to each other seat.
//!
//! Holds the flow and the prices; [`super::augment`] moves flow over it. Invariant: a unit sits only where its rate plus
//! price is least among its candidates (complementary slackness), up to rounding. Pricing of pairs that are no
//! candidates is deliberately absent.

use super::arcs::{Arc, Arcs};
use super::{Costs, Flow, Part, Transport, forest};

/// Part of a unit (mostly all of it) at a seat.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub unit: u32,
    pub amount: f64,
    /// Cost per unit of load here.
    pub rate: f64,
}

/// No unit.
pub(super) const NONE: u32 = u32::MAX;

/// The cheapest unit to hand over and what a unit of its load costs more there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handover {
    pub extra: f64,
    pub unit: u32,
}

const NOTHING: Handover = Handover { extra: f64::INFINITY, unit: NONE };

/// Nodes are the seats and, last, the sink that takes every seat's load within its limits.
pub(super) struct SeatGraph {
    pub seats: usize,
    pub members: Vec<Vec<Member>>,
    /// `handovers[from * seats + to]`
    pub handovers: Vec<Handover>,
    /// Per seat those to which it has something to hand over.
    pub ends: Vec<Vec<u32>>,
    /// Rows of `handovers` that must be found again before they are read.
    pub stale: Vec<bool>,
    /// Load passed on to the sink, between `least` and `most`.
    pub passed: Vec<f64>,
    pub least: Vec<f64>,
    pub most: Vec<f64>,
    /// Inflow minus outflow per node.
    pub surplus: Vec<f64>,
    /// Per node.
    pub price: Vec<f64>,
    /// Surplus below this is rounding.
    pub grain: f64,
    /// So little of a unit never stays behind. Handed on by itself, what rounding leaves would narrow every path that it
    /// lies on, and paths would be without number.
    pub crumb: f64,
    pub steps: u64,
}

impl SeatGraph {
    pub fn new<C: Costs>(problem: &Transport<C>, arcs: &Arcs, prices: &[f64]) -> SeatGraph {
        let seats = problem.least.len();
        let total: f64 = problem.supply.iter().sum();
        let mut graph = SeatGraph {
            seats,
            members: vec![Vec::new(); seats],
            handovers: vec![NOTHING; seats * seats],
            ends: vec![Vec::new(); seats],
            stale: vec![true; seats],
            passed: Vec::new(),
            least: problem.least.to_vec(),
            most: problem.most.to_vec(),
            surplus: Vec::new(),
            price: prices.iter().copied().chain([0.0]).collect(),
            grain: 1e-11 * total.max(f64::MIN_POSITIVE),
            crumb: 1e-14 * total,
            steps: 0,
        };
        for unit in 0..problem.supply.len() as u32 {
            let amount = problem.supply[unit as usize];
            if amount > 0.0 {
                let (seat, rate) = arcs.cheapest(unit, prices);
                graph.members[seat as usize].push(Member { unit, amount, rate });
            }
        }
        for seat in 0..seats {
            let load = graph.load(seat);
            let (least, most) = (graph.least[seat], graph.most[seat]);
            graph.passed.push(match prices[seat] {
                price if price > 0.0 => most,
                price if price < 0.0 => least,
                _ => load.max(least).min(most),
            });
        }
        graph.tally(total);
        graph
    }

    fn load(&self, seat: usize) -> f64 {
        self.members[seat].iter().map(|member| member.amount).sum()
    }

    fn tally(&mut self, total: f64) {
        self.surplus = (0..self.seats).map(|seat| self.load(seat) - self.passed[seat]).collect();
        self.surplus.push(self.passed.iter().sum::<f64>() - total);
    }

    /// Prices of the seats relative to the sink's.
    pub fn prices(&self) -> Vec<f64> {
        let sink = self.price[self.seats];
        self.price[..self.seats].iter().map(|price| price - sink).collect()
    }

    /// Puts units for which a better pair joined where they now cost least.
    pub fn reassign<C: Costs>(&mut self, problem: &Transport<C>, arcs: &Arcs, added: &[Arc]) {
        let mut better = vec![f64::INFINITY; problem.supply.len()];
        for arc in added {
            let value = arc.rate + self.price[arc.seat as usize];
            better[arc.unit as usize] = better[arc.unit as usize].min(value);
        }
        let mut moving = Vec::new();
        for (members, price) in self.members.iter_mut().zip(&self.price) {
            members.retain(|member| {
                let stays = member.rate + price <= better[member.unit as usize];
                if !stays {
                    moving.push((member.unit, member.amount));
                }
                stays
            });
        }
        for (unit, amount) in moving {
            let (seat, rate) = arcs.cheapest(unit, &self.price);
            let members = &mut self.members[seat as usize];
            match members.iter_mut().find(|member| member.unit == unit) {
                Some(member) => member.amount += amount,
                None => members.push(Member { unit, amount, rate }),
            }
        }
        self.tally(problem.supply.iter().sum());
        self.stale.fill(true);
    }

    /// Finds the handovers of one seat again, if needed.
    pub fn freshen(&mut self, seat: usize, arcs: &Arcs) {
        if !self.stale[seat] {
            return;
        }
        self.stale[seat] = false;
        let row = &mut self.handovers[seat * self.seats..(seat + 1) * self.seats];
        let ends = &mut self.ends[seat];
        ends.drain(..).for_each(|end| row[end as usize] = NOTHING);
        for member in &self.members[seat] {
            offer(row, ends, member, arcs);
        }
    }

    /// Hands `amount` of `unit` from one seat to another, and with it what would be left of no more than a crumb.
    pub fn hand_over(&mut self, unit: u32, from: usize, to: usize, amount: f64, arcs: &Arcs) {
        let at = self.members[from].iter().position(|member| member.unit == unit).expect("the unit sits there");
        let held = self.members[from][at].amount;
        let left = held - amount;
        let amount = if left > self.crumb { amount } else { held };
        if left > self.crumb {
            self.members[from][at].amount = left;
        } else {
            self.surplus[from] -= left;
            self.surplus[to] += left;
            self.members[from].swap_remove(at);
            let row = &self.handovers[from * self.seats..(from + 1) * self.seats];
            self.stale[from] |= self.ends[from].iter().any(|&end| row[end as usize].unit == unit);
        }
        match self.members[to].iter_mut().find(|member| member.unit == unit) {
            Some(member) => member.amount += amount,
            None => {
                let (seats, rates) = arcs.of(unit);
                let rate = rates[seats.binary_search(&(to as u32)).expect("a candidate")];
                let member = Member { unit, amount, rate };
                self.members[to].push(member);
                if !self.stale[to] {
                    let row = &mut self.handovers[to * self.seats..(to + 1) * self.seats];
                    offer(row, &mut self.ends[to], &member, arcs);
                }
            }
        }
    }

    /// Units that sit, at least in part, at a reached seat; ascending, without doubles.
    pub fn units_within(&self, reached: &[bool]) -> Vec<u32> {
        let seats = (0..self.seats).filter(|&seat| reached[seat]);
        let mut units: Vec<u32> = seats.flat_map(|seat| self.members[seat].iter().map(|member| member.unit)).collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    pub fn finish<C: Costs>(mut self, problem: &Transport<C>, arcs: Arcs, bound: f64) -> Flow {
        let prices = self.prices();
        let mut parts = forest::split(&mut self.members);
        let mut seat_of = vec![NONE; problem.supply.len()];
        let mut cost = 0.0;
        for (seat, members) in self.members.iter().enumerate() {
            for member in members {
                seat_of[member.unit as usize] = seat as u32;
                cost += member.rate * member.amount;
            }
        }
        parts.sort_unstable_by_key(|part: &Part| (part.unit, part.seat));
        for of_one in parts.chunk_by(|a, b| a.unit == b.unit) {
            let mut largest = of_one[0];
            for part in &of_one[1..] {
                if part.amount > largest.amount {
                    largest = *part;
                }
            }
            seat_of[largest.unit as usize] = largest.seat;
        }
        let mut row = vec![0.0; self.seats];
        let nothing = vec![0.0; self.seats];
        for unit in (0..seat_of.len()).filter(|&unit| problem.supply[unit] <= 0.0) {
            let (seat, value) = problem.cheapest(unit, &nothing, &mut row);
            seat_of[unit] = seat as u32;
            cost += value;
        }
        Flow { seat: seat_of, parts, prices, cost, bound, candidates: arcs.into_candidates(), steps: self.steps }
    }
}

/// Offers a member to every other seat that could take it.
fn offer(row: &mut [Handover], ends: &mut Vec<u32>, member: &Member, arcs: &Arcs) {
    let (seats, rates) = arcs.of(member.unit);
    for (&seat, &rate) in seats.iter().zip(rates) {
        let extra = rate - member.rate;
        let best = &mut row[seat as usize];
        if best.unit == NONE {
            ends.push(seat);
        }
        if extra < best.extra || (extra == best.extra && member.unit < best.unit) {
            *best = Handover { extra, unit: member.unit };
        }
    }
}
