//! Territories made whole: stray pieces go to the neighbours that serve them cheapest.
//!
//! Takes a state, gives one in which every territory is one piece where the graph and the rules on seats allow it.
//! Invariant: the heaviest piece of a territory stays. Balance is deliberately not looked after here; settling follows.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::super::contiguity::Pieces;
use super::ground::Measure;
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
            if !std::mem::replace(&mut loose[item as usize], false) {
                continue;
            }
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
}
