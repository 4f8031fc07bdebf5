//! Search under ever harder limits, until none is broken.
//!
//! Takes a state, gives one that no single move and no chain betters. What chains cannot mend is shaken: items around the
//! territories outside their limits are annealed anew while the rest stays. Invariant: contiguity, once there, is never
//! given up. Deciding what is worth keeping of several states is deliberately absent.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::super::problem::{Centres, Effort};
use super::anneal::Schedule;
use super::chain::Reach;
use super::measure::Measure;
use super::shift::Dirty;
use super::state::{Pressure, State};

/// What a limit costs, in usual costs of a territory per usual load, from one round to the next.
const SOFTEST: f64 = 60.0;
const HARDER: [f64; 3] = [600.0, 60_000.0, HARDEST];
const HARDEST: f64 = 1e9;
/// The same while sequences are weighed that mend.
const MENDING: f64 = 60_000.0;
/// First moves of chains cost at most this part of a usual territory, and no more than so many usual items.
const DEAREST: f64 = 0.1;
const DEAR_ITEMS: f64 = 4.0;
/// Gains of this part of a usual cost are none.
const GRAIN: f64 = 1e-9;
/// Sums are sure to be free of rounding to this part of what they are made of.
const NOISE: f64 = 1e-14;
/// Rounds of moves and chains at each hardness.
const ROUNDS: usize = 4;
/// They end when one gains less than this part of the cost.
const SETTLED: f64 = 1e-6;
/// Shakes around territories whose limits stay broken, their steps per item there, and in many items together.
const SHAKES: u64 = 24;
const SHAKE_STEPS: (usize, usize) = (300, 900);
const MANY_STEPS: usize = 3_000_000;
/// Each shake takes so many times the usual little more room from the limits: where a whole city is full to the brim, what
/// is too much must leave it, and ever more territories around make room.
const TIGHTER: f64 = 1.5;
/// So many in a row that mend nothing are enough, fewer where they shook many items together; territories this far outside,
/// in usual loads, are not mended so.
const IN_VAIN: (u32, u32) = (3, 8);
const MANY_ITEMS: usize = 20_000;
const FAR: f64 = 0.1;

impl State<'_, '_> {
    /// Cost of a territory, the unit in which temperatures and pressures are given.
    pub fn usual_cost(&self) -> f64 {
        self.ground.usual_cost(self.cost())
    }

    /// Less broken, or as much and cheaper.
    pub fn is_better(&self, other: &Self) -> bool {
        self.broken().total_cmp(&other.broken()).then(self.cost().total_cmp(&other.cost())).is_lt()
    }

    /// Gains below this are none, or are made by rounding: of loads, whose excess is dear when limits are hard, and of costs
    /// around means on a sphere, which are small differences of large numbers.
    pub fn grain(&self, usual: f64, hardness: f64) -> f64 {
        let ground = self.ground;
        let usual_pull = ground.pull.iter().sum::<f64>() / ground.seats as f64;
        let around_means = match (ground.measure, ground.radius) {
            (Measure::Means, Some(radius)) => 2.0 * radius * radius * usual_pull,
            _ => 0.0,
        };
        (usual * GRAIN).max(NOISE * (usual * hardness).max(around_means))
    }

    pub fn harden(&mut self) {
        let usual = self.usual_cost();
        self.search(usual, SOFTEST, &mut Dirty::all(self.ground.seats, self.ground.items));
        for hardness in HARDER {
            if self.broken() == 0.0 {
                return;
            }
            self.search(usual, hardness, &mut self.dirty(&self.outside_limits()));
        }
        self.make_good(usual);
        self.shake(usual);
    }

    /// Mends what chains could not, and makes good some of what that cost.
    fn make_good(&mut self, usual: f64) {
        let mended = self.mend(Pressure { linear: MENDING * usual, square: 1000.0 * usual });
        if !mended.is_empty() {
            let around = self.rings(&mended, 1);
            self.search(usual, HARDEST, &mut self.dirty(&around));
        }
    }

    /// The territories outside their limits.
    fn outside_limits(&self) -> Vec<u32> {
        let plain = Pressure { linear: 1.0, square: 0.0 };
        (0..self.ground.seats as u32).filter(|&seat| self.strain(seat, plain) > 0.0).collect()
    }

    fn dirty(&self, seats: &[u32]) -> Dirty {
        let mut dirty = Dirty::none(self.ground.seats, self.ground.items);
        seats.iter().for_each(|&seat| dirty.mark(seat));
        dirty
    }

    fn search(&mut self, usual: f64, hardness: f64, dirty: &mut Dirty) {
        let ground = self.ground;
        let depth = if ground.problem.effort == Effort::Thorough { 8 } else { 5 };
        let pressure = Pressure { linear: hardness * usual, square: 1000.0 * usual };
        let grain = self.grain(usual, hardness);
        let most = usual * DEAREST.min(DEAR_ITEMS * ground.seats as f64 / ground.items as f64);
        for _ in 0..ROUNDS {
            let before = self.cost();
            let mut again = dirty.clone();
            self.settle(pressure, grain, &mut again);
            self.chains(pressure, grain, Reach { depth, most }, &mut dirty.clone());
            self.journal.clear();
            self.tally();
            self.recentre();
            // Around centres that never move nothing is left to gain.
            if self.ground.problem.centres == Centres::Fixed || self.cost() >= before * (1.0 - SETTLED) {
                break;
            }
        }
    }

    /// Anneals around the territories outside their limits and searches anew, as long as less is broken by it.
    fn shake(&mut self, usual: f64) {
        let ground = self.ground;
        let (mut in_vain, mut shaken) = (0, 0);
        for attempt in 0..SHAKES {
            let broken = self.outside_limits();
            let far = self.broken() > FAR * broken.len() as f64;
            if broken.is_empty() || far || self.broken() == 0.0 || ground.pulse.stopped() {
                return;
            }
            if in_vain >= if shaken > MANY_ITEMS { IN_VAIN.0 } else { IN_VAIN.1 } {
                return;
            }
            // Two rings of neighbours, and every other time three.
            let region = self.rings(&broken, 2 + attempt as usize % 2);
            let items: usize = region.iter().map(|&seat| self.members[seat as usize].len()).sum();
            let tight = ground.tightened(1.0 + TIGHTER * attempt as f64);
            let mut trial = State::new(&tight, self.territory.clone(), self.centres.clone());
            let schedule = Schedule {
                hot: usual * 0.02,
                cold: usual * 2e-4,
                steps: (SHAKE_STEPS.1 * items).min(MANY_STEPS).max(SHAKE_STEPS.0 * items),
                from: Pressure { linear: 20.0 * usual, square: 1000.0 * usual },
                to: Pressure { linear: 2000.0 * usual, square: 1000.0 * usual },
                tension: (0.0, 0.0),
            };
            let mut random = ChaCha8Rng::seed_from_u64(ground.problem.seed);
            random.set_stream(1 << 48 | attempt);
            trial.anneal_among(&region, schedule, &mut random);
            let mut trial = State::new(ground, trial.territory, trial.centres);
            for hardness in HARDER {
                trial.search(usual, hardness, &mut trial.dirty(&region));
            }
            (in_vain, shaken) = (in_vain + 1, shaken + items);
            if trial.broken() < self.broken() {
                (*self, in_vain, shaken) = (trial, 0, 0);
            }
        }
    }

    /// The seats, and those whose territories lie within so many steps of theirs.
    fn rings(&self, seats: &[u32], steps: usize) -> Vec<u32> {
        let mut within = vec![false; self.ground.seats];
        let mut edge = seats.to_vec();
        edge.iter().for_each(|&seat| within[seat as usize] = true);
        for _ in 0..steps {
            let mut next = Vec::new();
            for &seat in &edge {
                for &item in &self.members[seat as usize] {
                    self.each_option(item, |other| {
                        if !std::mem::replace(&mut within[other as usize], true) {
                            next.push(other);
                        }
                    });
                }
            }
            edge = next;
        }
        (0..self.ground.seats as u32).filter(|&seat| within[seat as usize]).collect()
    }
}
