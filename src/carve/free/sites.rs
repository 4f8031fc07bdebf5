//! Better units for the centres of territories, one exchange at a time.
//!
//! Takes a ground and an assignment, gives the assignment of a local optimum: no centre can be exchanged for one of the
//! units near its territory's mean such that the best balanced assignment, items split at will, costs less; and with it
//! the best met on the way, for whole items may fit another better (location–allocation; Cooper, *Operations Research* 11(3), 1963, with exchanges of Teitz and Bart 1968).
//! Invariant: an exchange is made only when its exact value is less; a Lagrangian bound at the present prices spares most
//! of the solving. Several quantities and contiguity are deliberately absent.

use super::super::bound::ItemCosts;
use super::super::search::{Ground, NOWHERE, State, straight_squared};
use super::super::transport::{Flow, Start, Transport};
use super::sketch::Sketch;

/// Units tried for each centre.
const NEAR: usize = 16;
/// Rounds over all centres at most.
const ROUNDS: usize = 12;
/// An exchange must gain this part of the value.
const GRAIN: f64 = 1e-9;
/// Above so many pairs of item and seat an exchange costs more than it gains.
pub(super) const MOST_PAIRS: usize = 40_000;

/// Met ones are kept if their value is no further than this part from the best.
const CLOSE: f64 = 5e-4;

struct Search<'g, 'p> {
    ground: &'g Ground<'p>,
    centres: Vec<[f64; 3]>,
    flow: Flow,
    /// Best first, each with other centres.
    met: Vec<Sketch>,
    keep: usize,
}

/// An assignment in which every centre is the best unit of its territory; none where no balanced assignment exists.
pub(super) fn follow(ground: &Ground, territory: &[u32]) -> Option<Sketch> {
    let mut search = Search::new(ground, territory, 1)?;
    search.follow();
    search.met.pop()
}

/// The best `keep` assignments met, best first; none where no balanced assignment exists.
pub(super) fn search(ground: &Ground, territory: &[u32], keep: usize) -> Vec<Sketch> {
    let Some(mut search) = Search::new(ground, territory, keep) else { return Vec::new() };
    for _ in 0..ROUNDS {
        let before = search.flow.cost;
        search.follow();
        for seat in 0..ground.seats {
            search.exchange(seat);
        }
        if search.flow.cost >= before * (1.0 - GRAIN) || ground.pulse.stopped() {
            break;
        }
    }
    let most = search.flow.cost * (1.0 + CLOSE);
    search.met.retain(|met| met.value <= most);
    search.met
}

fn solve(ground: &Ground, centres: &[[f64; 3]], start: &Start) -> Option<Flow> {
    let costs = ItemCosts { ground, centres };
    Transport { supply: &ground.values, least: &ground.low, most: &ground.high, costs: &costs }.solve(start).ok()
}

/// The best unit of every territory; `centres` where there is none.
fn own_centres(ground: &Ground, territory: &[u32], centres: &[[f64; 3]]) -> Vec<[f64; 3]> {
    let mut state = State::new(ground, territory.to_vec(), centres.to_vec());
    state.recentre();
    state.centres
}

impl<'g, 'p> Search<'g, 'p> {
    fn new(ground: &'g Ground<'p>, territory: &[u32], keep: usize) -> Option<Self> {
        let centres = own_centres(ground, territory, &vec![NOWHERE; ground.seats]);
        let flow = solve(ground, &centres, &Start::default())?;
        let first = Sketch { territory: flow.seat.clone(), value: flow.cost };
        Some(Self { ground, centres, flow, met: vec![first], keep })
    }

    /// Moves every centre to the best unit of its territory while that gains.
    fn follow(&mut self) {
        loop {
            let centres = own_centres(self.ground, &self.flow.seat, &self.centres);
            if centres == self.centres || !self.try_centres(centres) {
                break;
            }
        }
    }

    fn exchange(&mut self, seat: usize) {
        for at in self.near(seat, NEAR) {
            if at != self.centres[seat] {
                let mut centres = self.centres.clone();
                centres[seat] = at;
                self.try_centres(centres);
            }
        }
    }

    /// Where the `count` single units nearest to the mean of a territory are.
    fn near(&self, seat: usize, count: usize) -> Vec<[f64; 3]> {
        let ground = self.ground;
        let (mut pull, mut moment) = (0.0, [0.0; 3]);
        for item in (0..ground.items).filter(|&item| self.flow.seat[item] as usize == seat) {
            pull += ground.pull[item];
            for (sum, at) in moment.iter_mut().zip(ground.at[item]) {
                *sum += ground.pull[item] * at;
            }
        }
        if pull <= 0.0 {
            return Vec::new();
        }
        let mean = moment.map(|sum| sum / pull);
        let single = |item: &u32| ground.units_of(*item).len() == 1 && ground.pull[*item as usize] > 0.0;
        let mut near: Vec<(f64, u32)> = (0..ground.items as u32)
            .filter(single)
            .map(|item| (straight_squared(ground.at[item as usize], mean), item))
            .collect();
        near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.iter().take(count).map(|&(_, item)| ground.at[item as usize]).collect()
    }

    /// Takes other centres if their value is less.
    fn try_centres(&mut self, centres: Vec<[f64; 3]>) -> bool {
        let ground = self.ground;
        let most = self.flow.cost * (1.0 - GRAIN);
        // Only as good as what is kept, or it is not worth solving.
        let last = if self.met.len() < self.keep { f64::INFINITY } else { self.met[self.keep - 1].value };
        let close = (self.flow.cost * (1.0 + CLOSE)).min(last);
        let costs = ItemCosts { ground, centres: &centres };
        let transport = Transport { supply: &ground.values, least: &ground.low, most: &ground.high, costs: &costs };
        if transport.bound(&self.flow.prices) >= close.max(most) {
            return false;
        }
        let start =
            Start { prices: self.flow.prices.clone(), candidates: Some(self.flow.candidates.clone()), close: false };
        let Ok(flow) = transport.solve(&start) else { return false };
        self.meet(&flow);
        let better = flow.cost < most;
        if better {
            (self.flow, self.centres) = (flow, centres);
        }
        better
    }

    fn meet(&mut self, flow: &Flow) {
        let at = self.met.partition_point(|met| met.value <= flow.cost);
        let twin = at > 0 && self.met[at - 1].territory == flow.seat;
        if at < self.keep && !twin {
            self.met.insert(at, Sketch { territory: flow.seat.clone(), value: flow.cost });
            self.met.truncate(self.keep);
        }
    }
}
