//! Moves that pay only together: swaps and ejection chains.
//!
//! Takes a state, gives a state that no chain tried could better. A chain starts with one move and goes on with the move
//! that best mends the territory left worst outside its limits (variable depth search: Kernighan and Lin 1970; ejection
//! chains: Glover 1996); the best point along it is kept if it is better than the start. Invariant: no item moves twice
//! in a chain. Chains through territories that stay within their limits are deliberately absent: there single moves
//! already pay or do not.

use super::shift::Dirty;
use super::state::{Pressure, State};

/// Limits of one round of chains.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// Most moves in a chain.
    pub depth: usize,
    /// First moves that cost more than this, before limits, are not tried.
    pub most: f64,
}

impl State<'_, '_> {
    /// Tries a chain from every possible first move around the dirty seats until none gains; returns how many did.
    pub fn chains(&mut self, pressure: Pressure, grain: f64, reach: Reach, dirty: &mut Dirty) -> u64 {
        let (mut rim, mut scratch, mut gained) = (Vec::new(), Dirty::none(self.ground.seats, self.ground.items), 0);
        let mut again = Dirty::none(self.ground.seats, self.ground.items);
        while let Some(seat) = dirty.pop().filter(|_| !self.ground.pulse.stopped()) {
            self.rim(seat, &mut scratch, &mut rim);
            for &item in &rim {
                let mut options = Vec::new();
                self.each_option(item, |to| options.push(to));
                for to in options {
                    let start = self.journal.len();
                    if self.territory[item as usize] == to
                        || !self.chain(item, to, pressure, grain, reach, &mut scratch)
                    {
                        continue;
                    }
                    gained += 1;
                    for index in start..self.journal.len() {
                        let (moved, from) = self.journal[index];
                        again.mark(from);
                        again.mark(self.territory[moved as usize]);
                    }
                    self.settle_marking(pressure, grain, &mut again, dirty);
                    break;
                }
            }
        }
        gained
    }

    /// Settles and marks every seat that changed, in `also` too.
    fn settle_marking(&mut self, pressure: Pressure, grain: f64, dirty: &mut Dirty, also: &mut Dirty) {
        let start = self.journal.len();
        for seat in dirty.marked() {
            also.mark(seat);
        }
        self.settle(pressure, grain, dirty);
        for index in start..self.journal.len() {
            let (item, from) = self.journal[index];
            also.mark(from);
            also.mark(self.territory[item as usize]);
        }
    }

    /// One chain; leaves the state as it was unless it gained more than `grain`.
    fn chain(&mut self, item: u32, to: u32, pressure: Pressure, grain: f64, reach: Reach, scratch: &mut Dirty) -> bool {
        if !self.admits(item, to) {
            return false;
        }
        let from = self.territory[item as usize];
        let leave = self.leave(item);
        let mut total = self.change(item, to, leave, pressure);
        let plain = total - self.relief(item, from, to, pressure);
        if plain > reach.most || !self.keeps_pieces(item, to) {
            return false;
        }
        let start = self.journal.len();
        self.apply(item, to);
        let (mut best, mut kept) = (if total < -grain { total } else { -grain }, start);
        if total < -grain {
            kept = start + 1;
        }
        let mut rim = Vec::new();
        let mut options: Vec<(f64, u32, u32)> = Vec::new();
        while self.journal.len() - start < reach.depth {
            let Some(worst) = self.worst_touched(start, pressure) else { break };
            self.rim(worst, scratch, &mut rim);
            options.clear();
            for &next in &rim {
                if self.journal[start..].iter().any(|&(moved, _)| moved == next) {
                    continue;
                }
                let own = self.territory[next as usize];
                let leave = self.leave(next);
                self.each_option(next, |seat| {
                    if (own == worst || seat == worst) && self.admits(next, seat) {
                        let change = self.change(next, seat, leave, pressure);
                        let place = options.partition_point(|o| o.0 <= change);
                        if place < BREADTH {
                            options.insert(place, (change, next, seat));
                            options.truncate(BREADTH);
                        }
                    }
                });
            }
            let mut chosen = None;
            for &(change, next, seat) in &options {
                if self.keeps_pieces(next, seat) {
                    chosen = Some((change, next, seat));
                    break;
                }
            }
            let Some((change, next, seat)) = chosen else { break };
            self.apply(next, seat);
            total += change;
            if total < best {
                (best, kept) = (total, self.journal.len());
            }
        }
        self.roll_back(kept);
        kept > start
    }

    /// The territory touched since `start` whose limits are broken most dearly.
    fn worst_touched(&self, start: usize, pressure: Pressure) -> Option<u32> {
        let mut worst: Option<(f64, u32)> = None;
        for &(item, from) in &self.journal[start..] {
            for seat in [from, self.territory[item as usize]] {
                let strain = self.strain(seat, pressure);
                if strain > 0.0 && worst.is_none_or(|w| strain > w.0) {
                    worst = Some((strain, seat));
                }
            }
        }
        worst.map(|(_, seat)| seat)
    }
}

/// Next moves kept for the test of contiguity.
const BREADTH: usize = 4;
