//! Single moves, made while they pay.
//!
//! Takes a state and the seats where something changed, gives a state in which no single move pays. Invariant: the sum
//! of cost and broken limits falls with every move, so it ends. Moves that pay only together are in [`super::chain`].

use super::state::{Pressure, State};

/// Seats whose surroundings must be looked at again.
#[derive(Debug, Clone)]
pub struct Dirty {
    flags: Vec<bool>,
    queue: std::collections::VecDeque<u32>,
    /// Items looked at in the present round.
    seen: Vec<u32>,
    round: u32,
}

impl Dirty {
    pub fn all(seats: usize, items: usize) -> Self {
        Self { flags: vec![true; seats], queue: (0..seats as u32).collect(), seen: vec![0; items], round: 0 }
    }

    pub fn none(seats: usize, items: usize) -> Self {
        Self { flags: vec![false; seats], queue: Default::default(), seen: vec![0; items], round: 0 }
    }

    pub fn mark(&mut self, seat: u32) {
        if !std::mem::replace(&mut self.flags[seat as usize], true) {
            self.queue.push_back(seat);
        }
    }

    pub(super) fn pop(&mut self) -> Option<u32> {
        let seat = self.queue.pop_front()?;
        self.flags[seat as usize] = false;
        Some(seat)
    }

    pub(super) fn marked(&self) -> Vec<u32> {
        self.queue.iter().copied().collect()
    }
}

/// Few seats: without contiguity every item may then look at all of them.
const FEW_SEATS: usize = 12;

impl State<'_, '_> {
    /// Calls `visit` with every seat that an item might go to, once each.
    pub(super) fn each_option(&self, item: u32, mut visit: impl FnMut(u32)) {
        let ground = self.ground;
        let own = self.territory[item as usize];
        let neighbours = ground.graph.of(item);
        if neighbours.is_empty() || (!ground.contiguous && ground.seats <= FEW_SEATS) {
            (0..ground.seats as u32).filter(|&seat| seat != own).for_each(visit);
            return;
        }
        let mut met = [u32::MAX; 12];
        let mut count = 0;
        let near = ground.near.get(item as usize).map_or(&[][..], |n| &n[..]);
        for seat in neighbours.iter().map(|&n| self.territory[n as usize]).chain(near.iter().copied()) {
            if seat != own && !met[..count].contains(&seat) {
                visit(seat);
                if count < met.len() {
                    met[count] = seat;
                    count += 1;
                }
            }
        }
    }

    /// The items inside a territory that might leave it and those outside that might join, once each.
    pub(super) fn rim(&self, seat: u32, dirty: &mut Dirty, into: &mut Vec<u32>) {
        let ground = self.ground;
        into.clear();
        dirty.round += 1;
        let everyone = !ground.contiguous && (ground.seats <= FEW_SEATS || !ground.near.is_empty());
        for &item in &self.members[seat as usize] {
            let neighbours = ground.graph.of(item);
            let mut at_edge = everyone || neighbours.is_empty();
            for &next in neighbours {
                if self.territory[next as usize] != seat {
                    at_edge = true;
                    if std::mem::replace(&mut dirty.seen[next as usize], dirty.round) != dirty.round {
                        into.push(next);
                    }
                }
            }
            if at_edge && std::mem::replace(&mut dirty.seen[item as usize], dirty.round) != dirty.round {
                into.push(item);
            }
        }
    }

    /// The best seat for an item and what going there changes; ties go to the seat met first.
    fn best_option(&self, item: u32, pressure: Pressure) -> Option<(f64, u32)> {
        let mut leave = None;
        let mut best: Option<(f64, u32)> = None;
        self.each_option(item, |seat| {
            if self.admits(item, seat) {
                let leave = *leave.get_or_insert_with(|| self.leave(item));
                let change = self.change(item, seat, leave, pressure);
                if best.is_none_or(|b| change < b.0) {
                    best = Some((change, seat));
                }
            }
        });
        best
    }

    /// Makes single moves around dirty seats until none gains more than `grain`; returns the number of moves.
    pub fn settle(&mut self, pressure: Pressure, grain: f64, dirty: &mut Dirty) -> u64 {
        let mut rim = Vec::new();
        let mut moves = 0;
        while let Some(seat) = dirty.pop().filter(|_| !self.ground.pulse.stopped()) {
            self.rim(seat, dirty, &mut rim);
            for &item in &rim {
                let Some((change, to)) = self.best_option(item, pressure) else { continue };
                if change < -grain && self.keeps_pieces(item, to) {
                    dirty.mark(self.territory[item as usize]);
                    dirty.mark(to);
                    self.apply(item, to);
                    moves += 1;
                }
            }
        }
        moves
    }
}
