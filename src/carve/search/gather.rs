//! Territories made whole: stray pieces go to the neighbours that serve them cheapest; those that may not go are reached
//! by a bridge.
//!
//! Takes a state, gives one in which every territory is one piece where the graph and the rules on seats allow it.
//! Invariant: the heaviest piece of a territory stays. Balance is deliberately not looked after here; settling follows.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use super::super::contiguity::Pieces;
use super::measure::Measure;
use super::state::State;

/// An item that could join a territory, cheapest first, then by item and seat.
#[derive(PartialEq)]
struct Offer {
    cost: f64,
    item: u32,
    seat: u32,
}

impl Eq for Offer {}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.total_cmp(&self.cost).then(other.item.cmp(&self.item)).then(other.seat.cmp(&self.seat))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl State<'_, '_> {
    /// Returns how many items were moved.
    pub fn gather(&mut self) -> usize {
        let ground = self.ground;
        let pieces = Pieces::new(&ground.graph, &self.territory);
        let mut weight = vec![0.0; pieces.pieces.len()];
        for item in 0..ground.items {
            if pieces.of[item] != u32::MAX {
                weight[pieces.of[item] as usize] += ground.values_of(item as u32).first().copied().unwrap_or(1.0);
            }
        }
        let mut main: Vec<Option<usize>> = vec![None; ground.seats];
        for (piece, &(seat, size)) in pieces.pieces.iter().enumerate() {
            let heavier = |old: usize| (weight[piece], size) > (weight[old], pieces.pieces[old].1);
            if main[seat as usize].is_none_or(heavier) {
                main[seat as usize] = Some(piece);
            }
        }
        let mut loose: Vec<bool> = (0..ground.items)
            .map(|item| {
                let piece = pieces.of[item];
                piece != u32::MAX && main[self.territory[item] as usize] != Some(piece as usize)
            })
            .collect();
        let centres: Vec<Option<[f64; 3]>> = self.masses.iter().map(|mass| mass.mean(ground.radius)).collect();
        let cost = |state: &Self, item: u32, seat: u32| match (ground.measure == Measure::Means, centres[seat as usize])
        {
            (true, Some(centre)) => ground.pull[item as usize] * ground.apart_cost(ground.at[item as usize], centre),
            (true, None) => 0.0,
            (false, _) => state.held(item, seat),
        };
        let mut heap = BinaryHeap::new();
        let offer = |state: &Self, item: u32, seat: u32, heap: &mut BinaryHeap<Offer>| {
            if ground.may_take(seat, item) {
                let extra = cost(state, item, seat) - cost(state, item, state.territory[item as usize]);
                heap.push(Offer { cost: extra, item, seat });
            }
        };
        for item in (0..ground.items as u32).filter(|&item| loose[item as usize]) {
            for &next in ground.graph.of(item) {
                if !loose[next as usize] {
                    offer(self, item, self.territory[next as usize], &mut heap);
                }
            }
        }
        let mut moved = 0;
        while let Some(Offer { item, seat, .. }) = heap.pop() {
            if !loose[item as usize] || (self.territory[item as usize] != seat && self.quarrels(item, seat)) {
                continue;
            }
            loose[item as usize] = false;
            if self.territory[item as usize] != seat {
                self.apply(item, seat);
                moved += 1;
            }
            for &next in ground.graph.of(item) {
                if loose[next as usize] {
                    offer(self, next, seat, &mut heap);
                }
            }
        }
        moved
    }

    /// Whether a seat has another item that must be kept apart from this one.
    fn quarrels(&self, item: u32, seat: u32) -> bool {
        let groups = self.ground.apart.get(item as usize).into_iter().flatten();
        groups.into_iter().any(|&group| self.apart[group as usize * self.ground.seats + seat as usize] > 0)
    }

    /// Joins pieces that gathering could not move to the rest of their territories by the shortest ways over units that
    /// may go there, and gathers what that cuts off.
    pub fn bridge(&mut self) {
        for _ in 0..BRIDGES {
            let pieces = Pieces::new(&self.ground.graph, &self.territory);
            let mut largest: Vec<Option<u32>> = vec![None; self.ground.seats];
            for (piece, &(seat, size)) in pieces.pieces.iter().enumerate() {
                if largest[seat as usize].is_none_or(|old| size > pieces.pieces[old as usize].1) {
                    largest[seat as usize] = Some(piece as u32);
                }
            }
            let stray = (0..pieces.pieces.len() as u32).find(|piece| !largest.contains(&Some(*piece)));
            let Some(stray) = stray else { return };
            let seat = pieces.pieces[stray as usize].0;
            let Some(way) = self.way(&pieces, stray, largest[seat as usize], seat) else { return };
            way.into_iter().for_each(|item| self.apply(item, seat));
            self.gather();
        }
    }

    /// The items between two pieces of a territory on a shortest way, if there is one.
    fn way(&self, pieces: &Pieces, from: u32, to: Option<u32>, seat: u32) -> Option<Vec<u32>> {
        let ground = self.ground;
        let mut came: Vec<Option<u32>> = vec![None; ground.items];
        let mut queue: VecDeque<u32> = (0..ground.items as u32).filter(|i| pieces.of[*i as usize] == from).collect();
        queue.iter().for_each(|&item| came[item as usize] = Some(item));
        while let Some(item) = queue.pop_front() {
            if Some(pieces.of[item as usize]) == to {
                let mut way = Vec::new();
                let mut at = item;
                while let Some(before) = came[at as usize].filter(|before| *before != at) {
                    way.extend((self.territory[at as usize] != seat).then_some(at));
                    at = before;
                }
                return Some(way);
            }
            for &next in ground.graph.of(item) {
                let own = self.territory[next as usize] == seat;
                let open = own || (ground.may_take(seat, next) && !self.quarrels(next, seat));
                if came[next as usize].is_none() && open {
                    came[next as usize] = Some(item);
                    queue.push_back(next);
                }
            }
        }
        None
    }
}

/// Bridges at most.
const BRIDGES: usize = 32;
