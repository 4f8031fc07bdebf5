//! Simulated annealing over assignments: single moves and pairs of moves, cooling while limits harden.
//!
//! Takes a state and a schedule, gives a state near a good optimum; what is left to gain is for
//! [`State::settle`](super::State::settle) and [`State::chains`](super::State::chains). Invariant: steps are counted and
//! random numbers drawn from the caller's generator, so the same seed gives the same answer. Keeping the best state on
//! the way is deliberately absent: at the cold end the last is the best but for noise.

use rand::{Rng, RngExt};

use super::state::{Pressure, State};

/// How an annealing runs. Temperatures and pressures change geometrically.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// In cost.
    pub hot: f64,
    pub cold: f64,
    pub steps: usize,
    pub from: Pressure,
    pub to: Pressure,
    /// What an edge between two territories costs, first and last; draws territories together where contiguity is not asked
    /// of every step.
    pub tension: (f64, f64),
}

/// What a step is judged by.
#[derive(Debug, Clone, Copy)]
struct Climate {
    temperature: f64,
    pressure: Pressure,
    tension: f64,
}

/// Steps between changes of temperature.
const ROUND: usize = 1000;
/// Second moves drawn to go with a first one that alone would break a limit.
const PARTNERS: usize = 6;
/// First moves that cost this many temperatures more than allowed are not worth a partner.
const HOPELESS: f64 = 20.0;

/// A first move, made, that costs too much alone.
#[derive(Debug, Clone, Copy)]
struct Dear {
    item: u32,
    from: u32,
    to: u32,
    /// What it costs beyond what is allowed.
    excess: f64,
}

impl State<'_, '_> {
    /// Runs the schedule; the journal is lost.
    pub fn anneal(&mut self, schedule: Schedule, random: &mut impl Rng) {
        self.anneal_among(&[], schedule, random);
    }

    /// The same for the items of some seats alone; none means all.
    pub fn anneal_among(&mut self, seats: &[u32], schedule: Schedule, random: &mut impl Rng) {
        let rounds = schedule.steps.div_ceil(ROUND).max(1);
        let refresh = (rounds / 200).max(if seats.is_empty() { 1 } else { 20 });
        for round in 0..rounds {
            let part = round as f64 / rounds as f64;
            let between = |from: f64, to: f64| from * libm::pow(to / from, part);
            let pressure = Pressure {
                linear: schedule.from.linear + (schedule.to.linear - schedule.from.linear) * part * part,
                square: between(schedule.from.square, schedule.to.square),
            };
            let tension = if schedule.tension.1 > 0.0 { between(schedule.tension.0, schedule.tension.1) } else { 0.0 };
            let climate = Climate { temperature: between(schedule.hot, schedule.cold), pressure, tension };
            for _ in 0..ROUND {
                if let Some(item) = self.some_item(seats, random) {
                    self.try_step(item, climate, random);
                }
            }
            self.journal.clear();
            if self.ground.pulse.stopped() {
                break;
            }
            if round % refresh == 0 {
                // Rids the sums of rounding and lets held centres follow.
                self.tally();
                self.recentre();
                self.ground.pulse.tell(self.cost());
            }
        }
        self.tally();
        self.recentre();
    }

    fn some_item(&self, seats: &[u32], random: &mut impl Rng) -> Option<u32> {
        let list = match seats {
            [] => &self.frontier,
            seats => &self.members[seats[random.random_range(0..seats.len() as u32) as usize] as usize],
        };
        (!list.is_empty()).then(|| list[random.random_range(0..list.len() as u32) as usize])
    }

    fn try_step(&mut self, item: u32, climate: Climate, random: &mut impl Rng) {
        let Climate { temperature, pressure, tension } = climate;
        let from = self.territory[item as usize];
        let Some(to) = self.some_option(item, random) else { return };
        if to == from || !self.admits(item, to) {
            return;
        }
        let mut plain = self.leave(item) + self.join(item, to) + self.disruption(item, from, to, pressure);
        if tension > 0.0 {
            plain += tension * self.more_cut(item, to);
        }
        let relief = self.relief(item, from, to, pressure);
        // Drawn before the dear tests, which are then made only where they matter.
        let allowance = -temperature * libm::log(1.0 - random.random::<f64>());
        if plain + relief <= allowance {
            if self.keeps_pieces(item, to) {
                self.apply(item, to);
            }
        } else if relief > 0.0 && plain <= allowance + HOPELESS * temperature && self.keeps_pieces(item, to) {
            let start = self.journal.len();
            self.apply(item, to);
            let first = Dear { item, from, to, excess: plain + relief - allowance };
            if !self.find_partner(first, climate, random) {
                self.roll_back(start);
            }
        }
    }

    /// How many more edges lie between territories once an item has gone to a seat.
    fn more_cut(&self, item: u32, to: u32) -> f64 {
        let from = self.territory[item as usize];
        let sides = self.ground.graph.of(item).iter().map(|&next| self.territory[next as usize]);
        sides.map(|seat| f64::from(seat == from) - f64::from(seat == to)).sum()
    }

    /// A second move that makes up for a first one.
    fn find_partner(&mut self, first: Dear, climate: Climate, random: &mut impl Rng) -> bool {
        let Climate { pressure, tension, .. } = climate;
        let Dear { item, from, to, excess } = first;
        let overfull = self.strain(to, pressure) >= self.strain(from, pressure);
        for _ in 0..PARTNERS {
            let members = &self.members[if overfull { to } else { from } as usize];
            let member = members[random.random_range(0..members.len() as u32) as usize];
            let (next, seat) = if overfull {
                match self.some_option(member, random) {
                    Some(seat) => (member, seat),
                    None => continue,
                }
            } else {
                match self.ground.graph.of(member) {
                    [] => continue,
                    around => (around[random.random_range(0..around.len() as u32) as usize], from),
                }
            };
            if next == item || self.territory[next as usize] == seat || !self.admits(next, seat) {
                continue;
            }
            let mut second = self.change(next, seat, self.leave(next), pressure);
            if tension > 0.0 {
                second += tension * self.more_cut(next, seat);
            }
            if second <= -excess && self.keeps_pieces(next, seat) {
                self.apply(next, seat);
                return true;
            }
        }
        false
    }

    /// A seat that the item might go to: mostly a neighbour's.
    fn some_option(&self, item: u32, random: &mut impl Rng) -> Option<u32> {
        let ground = self.ground;
        if let Some(near) = ground.near.get(item as usize).filter(|near| !near.is_empty())
            && random.random_range(0..4) == 0
        {
            return Some(near[random.random_range(0..near.len())]);
        }
        match ground.graph.of(item) {
            [] if ground.seats > 0 => Some(random.random_range(0..ground.seats as u32)),
            [] => None,
            around => Some(self.territory[around[random.random_range(0..around.len() as u32) as usize] as usize]),
        }
    }
}
