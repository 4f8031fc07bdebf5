//! Descent over the open pairs: every single move and every swap of two items that gains, until none does.
//!
//! Invariant: cost plus what broken limits cost falls with every change but for rounding; sweeps are counted.

use super::super::search::Pressure;
use super::open::{Open, Weighed};

/// Times that all items are looked at, at most; far fewer are usual.
const SWEEPS: usize = 1000;

impl Open<'_> {
    pub fn descend(&mut self, pressure: Pressure) {
        let grain = 1e-9 * self.usual;
        self.press(pressure);
        let mut stale = vec![true; self.ground.seats];
        for _ in 0..SWEEPS {
            if !stale.contains(&true) || self.ground.pulse.stopped() {
                break;
            }
            let mut next = vec![false; self.ground.seats];
            for at in 0..self.items.len() {
                let range = self.options(at);
                let concerned = self.seats[range.clone()].iter().any(|&seat| stale[seat as usize]);
                if concerned && range.contains(&(self.now[at] as usize)) {
                    let home = self.seats[self.now[at] as usize];
                    if self.best_single(at, grain) || self.best_swap(at, grain) {
                        next[home as usize] = true;
                        next[self.seats[self.now[at] as usize] as usize] = true;
                    }
                }
            }
            self.tally();
            stale = next;
        }
    }

    fn best_single(&mut self, at: usize, grain: f64) -> bool {
        let mut best: Option<(f64, usize, Weighed)> = None;
        for option in self.options(at).filter(|&option| option != self.now[at] as usize) {
            if self.admits(at, option) {
                let weighed = self.weigh(at, option);
                if weighed.total() < best.as_ref().map_or(-grain, |(total, ..)| *total) {
                    best = Some((weighed.total(), option, weighed));
                }
            }
        }
        if let Some((_, option, weighed)) = &best {
            self.take(at, *option, weighed);
        }
        best.is_some()
    }

    /// Moves an item that would gain but for a limit, if one of the other territory makes up for it by coming here.
    fn best_swap(&mut self, at: usize, grain: f64) -> bool {
        let before = self.now[at] as usize;
        let home = self.seats[before];
        for option in self.options(at).filter(|&option| option != before) {
            if !self.admits(at, option) {
                continue;
            }
            let first = self.weigh(at, option);
            // Of two moves that gain together one gains alone, so the other need not be tried first; relief is a gain too.
            if first.strain <= 0.0 || (first.plain >= 0.0 && !self.is_strained(home as usize)) {
                continue;
            }
            let to = self.seats[option] as usize;
            self.take(at, option, &first);
            let mut best: Option<(f64, usize, usize, Weighed)> = None;
            for &other in &self.members[to] {
                let other = other as usize;
                let range = self.options(other);
                if other != at
                    && let Ok(back) = self.seats[range.clone()].binary_search(&home)
                    && self.admits(other, range.start + back)
                {
                    let second = self.weigh(other, range.start + back);
                    let total = first.plain + second.plain + self.heard(first.strain + second.strain);
                    if total < best.as_ref().map_or(-grain, |(total, ..)| *total) {
                        best = Some((total, other, range.start + back, second));
                    }
                }
            }
            if let Some((_, other, back, second)) = &best {
                self.take(*other, *back, second);
                return true;
            }
            let back = self.weigh(at, before);
            self.take(at, before, &back);
        }
        false
    }
}
