//! Sequences of moves that bring a territory within its limits when no short chain does.
//!
//! Takes a state with broken limits, gives one in which less is broken, or the same. Where territories fill a corner of
//! the map and all sit at a limit, what one of them lacks must be handed on through several others, each giving about
//! what it gets: a beam search keeps many half-finished sequences instead of the best one alone (Lowerre, *The Harpy
//! speech recognition system*, 1976), each going on from the territory that it left worst. Invariant: no item moves
//! twice in a sequence, and contiguity holds after every move. Cost counts, but less than limits: making good what the
//! mending cost is for the search that follows.

use std::collections::BTreeSet;

use super::shift::Dirty;
use super::state::{Pressure, State};

/// Moves in a sequence at most.
const DEPTH: usize = 12;
/// Sequences kept at each length; of those that left the same territory worst, and of those that one grew into, only
/// so many.
const WIDTH: usize = 64;
const ALIKE: usize = 12;
const BROOD: usize = 12;
/// Lengths gone on with once a sequence has mended all that it touched: a longer one may cost less.
const BEYOND: usize = 2;

#[derive(Debug, Clone, Default)]
struct Sequence {
    moves: Vec<(u32, u32)>,
    /// What it changes, broken limits included.
    change: f64,
}

impl State<'_, '_> {
    /// Mends the territories outside their limits one by one, worst first; gives the seats that changed.
    pub(super) fn mend(&mut self, pressure: Pressure) -> Vec<u32> {
        let mut changed: BTreeSet<u32> = BTreeSet::new();
        let mut in_vain: BTreeSet<u32> = BTreeSet::new();
        loop {
            let strained = (0..self.ground.seats as u32).filter(|seat| !in_vain.contains(seat));
            let worst = strained
                .map(|seat| (self.strain(seat, pressure), seat))
                .fold((0.0, 0), |worst, next| if next.0 > worst.0 { next } else { worst });
            if worst.0 <= 0.0 || self.ground.pulse.stopped() {
                return changed.into_iter().collect();
            }
            match self.sequence_from(worst.1, pressure) {
                Some(found) => {
                    for (item, to) in found.moves {
                        changed.extend([self.territory[item as usize], to]);
                        self.apply(item, to);
                    }
                    self.journal.clear();
                }
                None => {
                    in_vain.insert(worst.1);
                }
            }
        }
    }

    /// The sequence from one seat that gains most.
    fn sequence_from(&mut self, seat: u32, pressure: Pressure) -> Option<Sequence> {
        let mut scratch = Dirty::none(self.ground.seats, self.ground.items);
        let before = self.strain(seat, pressure);
        let mut beam = vec![Sequence::default()];
        let mut best: Option<Sequence> = None;
        let mut left = DEPTH;
        while left > 0 && !beam.is_empty() && !self.ground.pulse.stopped() {
            left -= 1;
            let mut grown: Vec<(Sequence, u32)> = Vec::new();
            for sequence in &beam {
                self.grow(sequence, seat, pressure, &mut scratch, &mut grown);
            }
            grown.sort_by(|a, b| a.0.change.total_cmp(&b.0.change).then_with(|| a.0.moves.cmp(&b.0.moves)));
            if let Some((first, worst)) = grown.first()
                && first.change < best.as_ref().map_or(-GAIN * before, |best| best.change)
            {
                best = Some(first.clone());
                if *worst == NOBODY {
                    left = left.min(BEYOND);
                }
            }
            beam = narrow(grown, self.ground.seats);
        }
        best
    }

    /// Adds the sequences that one grows into by a move, each with the seat that it leaves worst.
    fn grow(
        &mut self,
        sequence: &Sequence,
        first: u32,
        pressure: Pressure,
        scratch: &mut Dirty,
        into: &mut Vec<(Sequence, u32)>,
    ) {
        let start = self.journal.len();
        sequence.moves.iter().for_each(|&(item, to)| self.apply(item, to));
        if let Some(worst) = self.worst_of(first, start, pressure) {
            let mut options: Vec<(f64, u32, u32)> = Vec::new();
            let mut rim = Vec::new();
            self.rim(worst, scratch, &mut rim);
            for &item in rim.iter().filter(|&&item| !sequence.moves.iter().any(|&(moved, _)| moved == item)) {
                let own = self.territory[item as usize];
                let leave = self.leave(item);
                self.each_option(item, |seat| {
                    if (own == worst || seat == worst) && self.admits(item, seat) {
                        options.push((self.change(item, seat, leave, pressure), item, seat));
                    }
                });
            }
            options.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
            let mut left = BROOD;
            for (change, item, to) in options {
                if left == 0 {
                    break;
                }
                if self.keeps_pieces(item, to) {
                    left -= 1;
                    self.apply(item, to);
                    let next = self.worst_of(first, start, pressure).unwrap_or(NOBODY);
                    self.roll_back(self.journal.len() - 1);
                    let moves = [&sequence.moves[..], &[(item, to)]].concat();
                    into.push((Sequence { moves, change: sequence.change + change }, next));
                }
            }
        }
        self.roll_back(start);
    }

    /// The worst of a seat and those touched since `start`; none if all are within their limits.
    fn worst_of(&self, first: u32, start: usize, pressure: Pressure) -> Option<u32> {
        let touched = self.journal[start..].iter().flat_map(|&(item, from)| [from, self.territory[item as usize]]);
        let mut worst: Option<(f64, u32)> = None;
        for seat in std::iter::once(first).chain(touched) {
            let strain = self.strain(seat, pressure);
            if strain > 0.0 && worst.is_none_or(|w| (strain, w.1) > (w.0, seat)) {
                worst = Some((strain, seat));
            }
        }
        worst.map(|(_, seat)| seat)
    }
}

/// Stands for no seat.
const NOBODY: u32 = u32::MAX;
/// A sequence must take at least this part off what the seat's broken limits cost.
const GAIN: f64 = 1e-3;

/// The best sequences, the same moves in another order once, not too many that lead to the same place.
fn narrow(grown: Vec<(Sequence, u32)>, seats: usize) -> Vec<Sequence> {
    let mut met: BTreeSet<Vec<(u32, u32)>> = BTreeSet::new();
    let mut alike = vec![0; seats];
    let mut beam = Vec::with_capacity(WIDTH);
    for (sequence, worst) in grown {
        if beam.len() == WIDTH {
            break;
        }
        let Some(count) = alike.get_mut(worst as usize).filter(|count| **count < ALIKE) else { continue };
        let mut moves = sequence.moves.clone();
        moves.sort_unstable();
        if met.insert(moves) {
            *count += 1;
            beam.push(sequence);
        }
    }
    beam
}
