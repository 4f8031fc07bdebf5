//! From prices to whole items: annealing among the pairs that the prices leave open.
//!
//! Takes a [`super::search::Ground`] with held centres and the prices of its limits, gives an assignment of whole items close to the
//! bound. At the prices only items near a border have a second seat that costs little more, so only those are moved: one
//! at a time, or two so that loads stay within their limits (Savelsbergh's *core* of the generalised assignment problem,
//! Operations Research 45(6), 1997, searched by annealing instead of columns). Invariant: random numbers come from
//! the problem's seed and steps are counted, so the same problem gives the same answer. Contiguity is deliberately
//! absent: where it is asked for, [`super::search`] does the work.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::bound::{ItemCosts, Priced};
use super::problem::Effort;
use super::search::{Dirty, Pressure, Reach, State};
use super::transport::Costs;

/// Annealing steps: so many in all, or so many per open item if that is more.
fn steps(effort: Effort, open: usize) -> usize {
    let (all, each) = match effort {
        Effort::Quick => (300_000, 20),
        Effort::Normal => (1_500_000, 80),
        Effort::Thorough => (15_000_000, 1000),
    };
    all.max(each * open).min(10_000 * open)
}

/// Part of a territory's usual cost that a second seat may cost more and still be open.
const OPEN: f64 = 0.001;
/// Open seats per item at most.
const MOST_SEATS: usize = 6;
/// First and last temperature, in usual costs of a territory.
const HOT: f64 = 1e-4;
const COLD: f64 = 1e-5;
/// What a load outside its limits by a usual load costs at the start and the end, in usual costs.
const SOFT: f64 = 2.0;
const HARD: f64 = 600.0;
/// So dear that no gain makes up for the slightest excess.
const HARDEST: f64 = 1e9;
/// Short annealings around the seats whose limits are still broken, and their steps per item there.
const REPAIRS: usize = 12;
const REPAIR_STEPS: usize = 100;
/// Second moves tried to make up for a first one that breaks a limit.
const PARTNERS: usize = 8;
/// First moves that cost this many temperatures more than allowed are not worth a partner.
const HOPELESS: f64 = 20.0;
/// Steps between changes of temperature.
const ROUND: usize = 1000;

/// Whole items at seats whose centres are held, from `first`; `priced` says which pairs are open.
pub(super) fn round(costs: &ItemCosts, priced: &Priced, first: Vec<u32>) -> Vec<u32> {
    let ground = costs.ground;
    let mut state = State::new(ground, first, costs.centres.to_vec());
    let usual = state.cost() / ground.seats as f64;
    let hard = Pressure { linear: HARDEST * usual, square: 1000.0 * usual };
    let grain = 1e-9 * usual;
    let mut open = Open::new(costs, priced, &state, OPEN * usual);
    let t0 = std::time::Instant::now();
    let say = |state: &State, what: &str, n: usize| {
        eprintln!("   {what} {n} cost {:.6e} broken {:.9} {:?}", state.cost(), state.broken(), t0.elapsed())
    };
    if !open.items.is_empty() {
        let mut random = ChaCha8Rng::seed_from_u64(ground.problem.seed);
        open.anneal(
            &mut state,
            usual,
            ((HOT, COLD), (SOFT, HARD)),
            steps(ground.problem.effort, open.items.len()),
            &mut random,
        );
        say(&state, "anneal", open.items.len());
        open.repair(&mut state, usual, &mut random);
        say(&state, "repair", open.items.len());
        open.descend(&mut state, hard, grain);
        say(&state, "desc", 0);
    }
    if state.broken() > 0.0 {
        mend(&mut state, usual);
        say(&state, "mend", 0);
        open.place(&state);
        open.descend(&mut state, hard, grain);
    }
    say(&state, "desc", 0);
    state.territory
}

/// Brings loads within their limits by chains, where they are not yet.
fn mend(state: &mut State, usual: f64) {
    let ground = state.ground;
    for hardness in [HARD, 1e5, HARDEST] {
        if state.broken() == 0.0 {
            break;
        }
        let pressure = Pressure { linear: hardness * usual, square: 1000.0 * usual };
        let grain = 1e-9 * usual;
        state.settle(pressure, grain, &mut Dirty::all(ground.seats, ground.items));
        let mut outside = Dirty::none(ground.seats, ground.items);
        for seat in (0..ground.seats as u32).filter(|&seat| state.strain(seat, pressure) > 0.0) {
            outside.mark(seat);
        }
        state.chains(pressure, grain, Reach { depth: 6, most: 0.1 * usual }, &mut outside);
        state.journal.clear();
        state.tally();
    }
}

/// The items with more than one open seat.
struct Open {
    items: Vec<u32>,
    /// Place in `items`, or `u32::MAX`.
    index: Vec<u32>,
    /// Open seats of `items[i]`: `seats[offsets[i]..offsets[i + 1]]`, ascending, with what they cost.
    offsets: Vec<u32>,
    seats: Vec<u32>,
    costs: Vec<f64>,
    /// Which of its open seats each has now.
    now: Vec<u32>,
    /// Per seat the open items there, and each item's place among them.
    members: Vec<Vec<u32>>,
    slot: Vec<u32>,
}

impl Open {
    fn new(costs: &ItemCosts, priced: &Priced, state: &State, most: f64) -> Open {
        let ground = costs.ground;
        let mut open = Open {
            items: Vec::new(),
            index: vec![u32::MAX; ground.items],
            offsets: vec![0],
            seats: Vec::new(),
            costs: Vec::new(),
            now: Vec::new(),
            members: vec![Vec::new(); ground.seats],
            slot: Vec::new(),
        };
        let mut row = vec![0.0; ground.seats];
        let mut regrets: Vec<(f64, u32)> = Vec::new();
        for item in 0..ground.items {
            costs.fill(item, &mut row);
            let values = ground.values_of(item as u32);
            let price = |seat: usize| -> f64 {
                let prices = &priced.prices[seat * ground.quantities..(seat + 1) * ground.quantities];
                let leaving = ground.incumbent[item].is_some_and(|own| own as usize != seat);
                let moving = if leaving { priced.moving * ground.moving[item] } else { 0.0 };
                moving + values.iter().zip(prices).map(|(value, price)| value * price).sum::<f64>()
            };
            let own = state.territory[item];
            regrets.clear();
            regrets.extend(row.iter().enumerate().map(|(seat, cost)| (cost + price(seat), seat as u32)));
            let least = regrets.iter().map(|regret| regret.0).fold(f64::INFINITY, f64::min);
            regrets
                .sort_unstable_by(|a, b| (a.1 != own).cmp(&(b.1 != own)).then(a.0.total_cmp(&b.0)).then(a.1.cmp(&b.1)));
            regrets.truncate(MOST_SEATS);
            // The own seat and one other are always open, so that no territory is walled in.
            let open_seats = regrets.iter().skip(2).take_while(|regret| regret.0 <= least + most).count();
            regrets.truncate(2 + open_seats);
            regrets.retain(|regret| regret.0 < f64::INFINITY || regret.1 == own);
            regrets.sort_unstable_by_key(|regret| regret.1);
            let from = open.seats.len();
            for &(_, seat) in &regrets {
                open.seats.push(seat);
                // What disruption costs is left to the state, which knows the budget.
                open.costs.push(ground.held(item as u32, seat, costs.centres));
            }
            if open.seats.len() - from > 1 {
                open.index[item] = open.items.len() as u32;
                open.items.push(item as u32);
                open.offsets.push(open.seats.len() as u32);
            } else {
                open.seats.truncate(from);
                open.costs.truncate(from);
            }
        }
        open.place(state);
        open
    }

    /// Takes over where the items are now.
    fn place(&mut self, state: &State) {
        self.members.iter_mut().for_each(Vec::clear);
        self.now = vec![0; self.items.len()];
        self.slot = vec![0; self.items.len()];
        for at in 0..self.items.len() {
            let seat = state.territory[self.items[at] as usize];
            let range = self.range(at);
            // An item that mending took to a seat that is not open stays there.
            if let Ok(option) = self.seats[range.clone()].binary_search(&seat) {
                self.now[at] = (range.start + option) as u32;
                self.slot[at] = self.members[seat as usize].len() as u32;
                self.members[seat as usize].push(at as u32);
            } else {
                self.now[at] = u32::MAX;
            }
        }
    }

    fn range(&self, at: usize) -> std::ops::Range<usize> {
        self.offsets[at] as usize..self.offsets[at + 1] as usize
    }

    /// Moves an open item to another of its open seats.
    fn apply(&mut self, state: &mut State, at: usize, option: usize) {
        let (from, to) = (self.seats[self.now[at] as usize] as usize, self.seats[option]);
        state.apply(self.items[at], to);
        state.journal.clear();
        let slot = self.slot[at] as usize;
        self.members[from].swap_remove(slot);
        if let Some(&shifted) = self.members[from].get(slot) {
            self.slot[shifted as usize] = slot as u32;
        }
        self.slot[at] = self.members[to as usize].len() as u32;
        self.members[to as usize].push(at as u32);
        self.now[at] = option as u32;
    }

    /// What a move changes apart from loads, and what it changes in broken limits on loads.
    fn change(&self, state: &State, at: usize, option: usize, pressure: Pressure) -> (f64, f64) {
        let (item, now) = (self.items[at], self.now[at] as usize);
        let (from, to) = (self.seats[now], self.seats[option]);
        let plain = self.costs[option] - self.costs[now] + state.disruption(item, from, to, pressure);
        (plain, state.relief(item, from, to, pressure))
    }

    /// Temperatures and pressures, from and to, are in usual costs.
    fn anneal(
        &mut self,
        state: &mut State,
        usual: f64,
        (heat, force): ((f64, f64), (f64, f64)),
        steps: usize,
        random: &mut impl Rng,
    ) {
        let rounds = steps.div_ceil(ROUND).max(1);
        for round in 0..rounds {
            let part = round as f64 / rounds as f64;
            let temperature = usual * heat.0 * (heat.1 / heat.0).powf(part);
            let linear = usual * force.0 * (force.1 / force.0).powf(part);
            let pressure = Pressure { linear, square: 1000.0 * usual };
            for _ in 0..ROUND {
                let at = random.random_range(0..self.items.len());
                self.step(state, at, pressure, temperature, random);
            }
            if round % 100 == 0 {
                // Rids the sums of rounding.
                state.tally();
            }
        }
        state.tally();
    }

    /// Anneals at the last temperature around the seats whose limits are broken.
    fn repair(&mut self, state: &mut State, usual: f64, random: &mut impl Rng) {
        for attempt in 0..REPAIRS {
            let part = attempt as f64 / (REPAIRS - 1) as f64;
            let pressure = Pressure { linear: usual * HARD * (HARDEST / HARD).powf(part), square: 1000.0 * usual };
            let near = self.around_broken(state, pressure);
            if near.is_empty() || state.broken() == 0.0 {
                break;
            }
            for _ in 0..REPAIR_STEPS * near.len() {
                let at = near[random.random_range(0..near.len())] as usize;
                self.step(state, at, pressure, usual * COLD, random);
            }
            state.tally();
        }
    }

    /// The open items at seats whose limits are broken and at the seats that share open items with them.
    fn around_broken(&self, state: &State, pressure: Pressure) -> Vec<u32> {
        let broken: Vec<bool> = (0..self.members.len() as u32).map(|seat| state.strain(seat, pressure) > 0.0).collect();
        let mut near = broken.clone();
        for at in 0..self.items.len() {
            let seats = &self.seats[self.range(at)];
            if seats.iter().any(|&seat| broken[seat as usize]) {
                seats.iter().for_each(|&seat| near[seat as usize] = true);
            }
        }
        let of_near = self.members.iter().zip(&near).filter(|(_, near)| **near);
        let mut items: Vec<u32> = of_near.flat_map(|(members, _)| members.iter().copied()).collect();
        items.sort_unstable();
        items
    }

    fn step(&mut self, state: &mut State, at: usize, pressure: Pressure, temperature: f64, random: &mut impl Rng) {
        let Some(option) = self.other_option(at, random) else { return };
        let (item, from, to) = (self.items[at], self.seats[self.now[at] as usize], self.seats[option]);
        if !state.admits(item, to) {
            return;
        }
        let (plain, relief) = self.change(state, at, option, pressure);
        let allowance = -temperature * (1.0 - random.random::<f64>()).ln();
        if plain + relief <= allowance {
            self.apply(state, at, option);
        } else if relief > 0.0 && plain <= allowance + HOPELESS * temperature {
            let before = self.now[at] as usize;
            self.apply(state, at, option);
            let overfull = state.strain(to, pressure) >= state.strain(from, pressure);
            let left = allowance - plain - relief;
            if !self.make_up(state, at, if overfull { to } else { from }, overfull, pressure, left, random) {
                self.apply(state, at, before);
            }
        }
    }

    /// Another open seat of an item, by lot.
    fn other_option(&self, at: usize, random: &mut impl Rng) -> Option<usize> {
        let range = self.range(at);
        let now = self.now[at] as usize;
        if !range.contains(&now) {
            return None;
        }
        let drawn = random.random_range(range.start..range.end - 1);
        Some(if drawn >= now { drawn + 1 } else { drawn })
    }

    /// A second move, out of a seat that has too much or into one that has too little, that costs at most `left`.
    #[allow(clippy::too_many_arguments)]
    fn make_up(
        &mut self,
        state: &mut State,
        first: usize,
        seat: u32,
        overfull: bool,
        pressure: Pressure,
        left: f64,
        random: &mut impl Rng,
    ) -> bool {
        for _ in 0..PARTNERS {
            let (at, option) = if overfull {
                let members = &self.members[seat as usize];
                let at = members[random.random_range(0..members.len())] as usize;
                let Some(option) = self.other_option(at, random) else { continue };
                (at, option)
            } else {
                // Items that might come sit where this seat's own would go.
                let members = &self.members[seat as usize];
                if members.is_empty() {
                    return false;
                }
                let own = members[random.random_range(0..members.len())] as usize;
                let Some(there) = self.other_option(own, random) else { continue };
                let others = &self.members[self.seats[there] as usize];
                if others.is_empty() {
                    continue;
                }
                let at = others[random.random_range(0..others.len())] as usize;
                let range = self.range(at);
                let Ok(option) = self.seats[range.clone()].binary_search(&seat) else { continue };
                (at, range.start + option)
            };
            if at == first || !state.admits(self.items[at], self.seats[option]) {
                continue;
            }
            let (plain, relief) = self.change(state, at, option, pressure);
            if plain + relief <= left {
                self.apply(state, at, option);
                return true;
            }
        }
        false
    }

    /// Single moves and swaps between two seats while any gains more than `grain`.
    fn descend(&mut self, state: &mut State, pressure: Pressure, grain: f64) {
        loop {
            let mut gained = false;
            for at in 0..self.items.len() {
                gained |= self.best_single(state, at, pressure, grain) || self.best_swap(state, at, pressure, grain);
            }
            if !gained {
                break;
            }
        }
        state.tally();
    }

    fn best_single(&mut self, state: &mut State, at: usize, pressure: Pressure, grain: f64) -> bool {
        let range = self.range(at);
        if !range.contains(&(self.now[at] as usize)) {
            return false;
        }
        let mut best = (-grain, usize::MAX);
        for option in range.filter(|&option| option != self.now[at] as usize) {
            if state.admits(self.items[at], self.seats[option]) {
                let (plain, relief) = self.change(state, at, option, pressure);
                if plain + relief < best.0 {
                    best = (plain + relief, option);
                }
            }
        }
        if best.1 != usize::MAX {
            self.apply(state, at, best.1);
        }
        best.1 != usize::MAX
    }

    fn best_swap(&mut self, state: &mut State, at: usize, pressure: Pressure, grain: f64) -> bool {
        let range = self.range(at);
        if !range.contains(&(self.now[at] as usize)) {
            return false;
        }
        let before = self.now[at] as usize;
        let home = self.seats[before];
        for option in range.filter(|&option| option != before) {
            let to = self.seats[option];
            if !state.admits(self.items[at], to) {
                continue;
            }
            let (plain, relief) = self.change(state, at, option, pressure);
            // Gains within the limits are found as single moves, and of two moves that gain together one gains alone.
            if relief <= 0.0 || plain >= 0.0 {
                continue;
            }
            self.apply(state, at, option);
            let mut best = (-grain, usize::MAX, 0);
            for &other in &self.members[to as usize] {
                let other = other as usize;
                let others = self.range(other);
                if other != at
                    && let Ok(back) = self.seats[others.clone()].binary_search(&home)
                    && state.admits(self.items[other], home)
                {
                    let (second, eased) = self.change(state, other, others.start + back, pressure);
                    let total = plain + relief + second + eased;
                    if total < best.0 {
                        best = (total, other, others.start + back);
                    }
                }
            }
            if best.1 != usize::MAX {
                self.apply(state, best.1, best.2);
                return true;
            }
            self.apply(state, at, before);
        }
        false
    }
}
