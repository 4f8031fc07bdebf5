//! Annealing over the open pairs: single moves, and pairs of moves where one alone would break a limit.
//!
//! Invariant: steps are counted and random numbers drawn as `u32`, so the answer is the same on every machine.

use rand::{Rng, RngExt};

use super::super::search::Pressure;
use super::open::Open;
use super::{COLD, HARD, HARDEST};

/// How an annealing runs, in usual costs; temperatures and pressures change geometrically.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cooling {
    pub heat: (f64, f64),
    pub force: (f64, f64),
    pub steps: usize,
}

/// Steps between changes of temperature.
const ROUND: usize = 1000;
/// Second moves tried to make up for a first one that breaks a limit.
const PARTNERS: usize = 8;
/// First moves that cost this many temperatures more than allowed are not worth a partner.
const HOPELESS: f64 = 20.0;
/// Curvature of what broken limits cost, in usual costs.
const SQUARE: f64 = 10.0;
/// Short annealings around the seats whose limits are still broken, and their steps per item there.
const REPAIRS: usize = 12;
const REPAIR_STEPS: usize = 100;

fn draw(below: usize, random: &mut impl Rng) -> usize {
    random.random_range(0..below as u32) as usize
}

impl Open<'_> {
    pub fn anneal(&mut self, cooling: Cooling, random: &mut impl Rng) {
        let rounds = cooling.steps.div_ceil(ROUND).max(1);
        for round in 0..rounds {
            let part = round as f64 / rounds as f64;
            let between = |(from, to): (f64, f64)| self.usual * from * libm::pow(to / from, part);
            let temperature = between(cooling.heat);
            let pressure = Pressure { linear: between(cooling.force), square: SQUARE * self.usual };
            self.press(pressure);
            for _ in 0..ROUND {
                let at = draw(self.items.len(), random);
                self.step(at, temperature, random);
            }
            if self.ground.pulse.stopped() {
                break;
            }
            if round % 100 == 99 {
                self.tally();
                self.ground.pulse.tell(self.cost());
            }
        }
        self.tally();
    }

    /// Anneals at the last temperature around the seats whose limits are broken.
    pub fn repair(&mut self, random: &mut impl Rng) {
        for attempt in 0..REPAIRS {
            let part = attempt as f64 / (REPAIRS - 1) as f64;
            let linear = self.usual * HARD * libm::pow(HARDEST / HARD, part);
            if self.broken(Pressure { linear, square: SQUARE * self.usual }) == 0.0 {
                break;
            }
            let near = self.around_strained();
            if near.is_empty() {
                break;
            }
            for _ in 0..REPAIR_STEPS * near.len() {
                let at = near[draw(near.len(), random)] as usize;
                self.step(at, self.usual * COLD, random);
            }
            self.tally();
        }
    }

    /// The open items at strained seats and at the seats that share open items with them; all if only moves overspend.
    fn around_strained(&self) -> Vec<u32> {
        let strained: Vec<bool> = (0..self.ground.seats).map(|seat| self.is_strained(seat)).collect();
        if !strained.contains(&true) {
            return (0..self.items.len() as u32).collect();
        }
        let mut near = strained.clone();
        for at in 0..self.items.len() {
            let seats = &self.seats[self.options(at)];
            if seats.iter().any(|&seat| strained[seat as usize]) {
                seats.iter().for_each(|&seat| near[seat as usize] = true);
            }
        }
        let of_near = self.members.iter().zip(&near).filter(|(_, near)| **near);
        let mut items: Vec<u32> = of_near.flat_map(|(members, _)| members.iter().copied()).collect();
        items.sort_unstable();
        items
    }

    fn step(&mut self, at: usize, temperature: f64, random: &mut impl Rng) {
        let Some(option) = self.other_option(at, random) else { return };
        if !self.admits(at, option) {
            return;
        }
        let weighed = self.weigh(at, option);
        let allowance = -temperature * libm::log(1.0 - random.random::<f64>());
        if weighed.total() <= allowance {
            self.take(at, option, &weighed);
        } else if weighed.strain > 0.0 && weighed.plain <= allowance + HOPELESS * temperature {
            let before = self.now[at] as usize;
            let (from, to) = (self.seats[before], self.seats[option]);
            self.take(at, option, &weighed);
            let overfull = self.strain_of(to) >= self.strain_of(from);
            let left = allowance - weighed.total();
            let settled = self.strain_of(to) == 0.0 && self.strain_of(from) == 0.0;
            let made_up = if settled && self.is_overspent() {
                self.send_home(at, left, random)
            } else {
                self.make_up(at, if overfull { to } else { from }, overfull, left, random)
            };
            if !made_up {
                let back = self.weigh(at, before);
                self.take(at, before, &back);
            }
        }
    }

    /// Another open seat of an item, by lot.
    fn other_option(&self, at: usize, random: &mut impl Rng) -> Option<usize> {
        let range = self.options(at);
        let now = self.now[at] as usize;
        if !range.contains(&now) {
            return None;
        }
        let drawn = range.start + draw(range.len() - 1, random);
        Some(if drawn >= now { drawn + 1 } else { drawn })
    }

    /// A second move, back to an owner, that costs at most `left`.
    fn send_home(&mut self, first: usize, left: f64, random: &mut impl Rng) -> bool {
        for _ in 0..PARTNERS {
            let at = draw(self.items.len(), random);
            let Some(option) = self.way_home(at).filter(|&home| at != first && self.admits(at, home)) else { continue };
            let weighed = self.weigh(at, option);
            if weighed.total() <= left {
                self.take(at, option, &weighed);
                return true;
            }
        }
        false
    }

    /// A second move, out of a seat that has too much or into one that has too little, that costs at most `left`.
    fn make_up(&mut self, first: usize, seat: u32, overfull: bool, left: f64, random: &mut impl Rng) -> bool {
        for _ in 0..PARTNERS {
            let members = &self.members[seat as usize];
            if members.is_empty() {
                return false;
            }
            let own = members[draw(members.len(), random)] as usize;
            let Some(option) = self.other_option(own, random) else { continue };
            let (at, option) = if overfull {
                (own, option)
            } else {
                // Items that might come sit where this seat's own would go.
                let others = &self.members[self.seats[option] as usize];
                if others.is_empty() {
                    continue;
                }
                let at = others[draw(others.len(), random)] as usize;
                let range = self.options(at);
                let Ok(back) = self.seats[range.clone()].binary_search(&seat) else { continue };
                (at, range.start + back)
            };
            if at != first && self.admits(at, option) {
                let weighed = self.weigh(at, option);
                if weighed.total() <= left {
                    self.take(at, option, &weighed);
                    return true;
                }
            }
        }
        false
    }
}
