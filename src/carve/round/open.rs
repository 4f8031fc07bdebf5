//! The open pairs of items and seats, and an assignment over them.
//!
//! Invariant: loads, strains, members and what moved always agree with the territory. Which move to make is for
//! [`super::anneal`] and [`super::descend`].

use std::ops::Range;

use super::super::bound::{ItemCosts, Priced};
use super::super::search::{Ground, Pressure};
use super::super::transport::Costs;

/// So many items are open in any case, and so many a seat; swaps are sought among all open items of a seat.
const MOST_ITEMS: usize = 20_000;
const ITEMS_A_SEAT: usize = 400;
/// Open seats per item at most.
const MOST_SEATS: usize = 16;
/// A limit without price is as dear as one whose price for a usual load is this part of a usual cost.
const LEAST_RIGID: f64 = 0.1;

pub(super) struct Open<'a> {
    pub ground: &'a Ground<'a>,
    /// Seat of every item, open or not.
    pub territory: Vec<u32>,
    /// The items with more than one open seat.
    pub items: Vec<u32>,
    /// Open seats of `items[i]`: `seats[offsets[i]..offsets[i + 1]]`, ascending, with what they cost, disruption included.
    offsets: Vec<u32>,
    pub seats: Vec<u32>,
    pub costs: Vec<f64>,
    /// The option that each open item has now, or `u32::MAX` when it sits elsewhere.
    pub now: Vec<u32>,
    /// Per seat the open items there, and each open item's place among them.
    pub members: Vec<Vec<u32>>,
    slot: Vec<u32>,
    /// Items per seat, open or not.
    count: Vec<u32>,
    /// `loads[seat * quantities + quantity]`
    loads: Vec<f64>,
    /// What broken limits cost per seat at the present pressure.
    strain: Vec<f64>,
    /// How dear each limit is relative to others: its price for a usual load, in usual costs.
    rigid: Vec<f64>,
    /// The same of the budget of moves, its price for all of it.
    rigid_moves: f64,
    moved: f64,
    /// `apart[group * seats + seat]`
    apart: Vec<u32>,
    pressure: Pressure,
    /// Cost of a usual territory at the start.
    pub usual: f64,
    /// Cost of the items that have no choice.
    closed: f64,
}

/// Parts of a usual load that rounding may add to a load or take from it.
const NOISE: f64 = 1e-12;

/// A move weighed: what it changes, and the strains of both seats afterwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed {
    /// Change in cost.
    pub plain: f64,
    /// Change in what broken limits cost.
    pub strain: f64,
    from: f64,
    to: f64,
}

impl Weighed {
    pub fn total(&self) -> f64 {
        self.plain + self.strain
    }
}

impl<'a> Open<'a> {
    /// Opens, for every item, its seat and one other, and further ones up to `dearer` of a usual cost dearer at the prices. Of
    /// very many items only those nearest to a border are opened: the others never gain by a move.
    pub fn new(costs: &ItemCosts<'a, 'a>, priced: &Priced, territory: Vec<u32>, dearer: f64) -> Open<'a> {
        let ground = costs.ground;
        let cost: f64 = (0..ground.items).map(|item| finite(costs.cost(item, territory[item] as usize))).sum();
        let mut open = Open {
            ground,
            territory: Vec::new(),
            items: Vec::new(),
            offsets: vec![0],
            seats: Vec::new(),
            costs: Vec::new(),
            now: Vec::new(),
            members: Vec::new(),
            slot: Vec::new(),
            count: Vec::new(),
            loads: Vec::new(),
            strain: vec![0.0; ground.seats],
            rigid: Vec::new(),
            rigid_moves: 0.0,
            moved: 0.0,
            apart: Vec::new(),
            pressure: Pressure { linear: 0.0, square: 0.0 },
            usual: ground.usual_cost(cost),
            closed: 0.0,
        };
        open.rigid = priced
            .prices
            .iter()
            .enumerate()
            .map(|(at, price)| (price.abs() / ground.scale[at % ground.quantities] / open.usual).max(LEAST_RIGID))
            .collect();
        open.rigid_moves = (priced.moving * ground.usual_move / open.usual).max(LEAST_RIGID);
        open.open_pairs(costs, priced, &territory, dearer);
        open.put(territory);
        open.closed = cost - open.cost();
        open
    }

    fn open_pairs(&mut self, costs: &ItemCosts, priced: &Priced, territory: &[u32], dearer: f64) {
        let ground = self.ground;
        let mut row = vec![0.0; ground.seats];
        let mut regrets: Vec<(f64, u32)> = Vec::new();
        let most_regret = most_regret(costs, priced, territory);
        for (item, &own) in territory.iter().enumerate() {
            costs.fill(item, &mut row);
            if most_regret < f64::INFINITY && regret(costs, priced, (item, own), &row) > most_regret {
                continue;
            }
            regrets.clear();
            for (seat, cost) in row.iter().enumerate() {
                regrets.push((cost + priced.extra(ground, item, seat), seat as u32));
            }
            let least = regrets.iter().map(|regret| regret.0).fold(f64::INFINITY, f64::min);
            let key = |regret: &(f64, u32)| (regret.1 != own, regret.0);
            regrets.sort_unstable_by(|a, b| {
                let (a_key, b_key) = (key(a), key(b));
                a_key.0.cmp(&b_key.0).then(a_key.1.total_cmp(&b_key.1)).then(a.1.cmp(&b.1))
            });
            let most = least + dearer * self.usual;
            let further = regrets.iter().skip(2).take_while(|regret| regret.0 <= most).count();
            regrets.truncate(MOST_SEATS.min(2 + further));
            regrets.retain(|regret| regret.0 < f64::INFINITY || regret.1 == own);
            if regrets.len() > 1 {
                regrets.sort_unstable_by_key(|regret| regret.1);
                for &(_, seat) in &regrets {
                    self.seats.push(seat);
                    self.costs.push(finite(row[seat as usize]));
                }
                self.items.push(item as u32);
                self.offsets.push(self.seats.len() as u32);
            }
        }
    }

    /// Takes over an assignment.
    pub fn put(&mut self, territory: Vec<u32>) {
        let ground = self.ground;
        self.territory = territory;
        self.now = vec![u32::MAX; self.items.len()];
        self.slot = vec![0; self.items.len()];
        self.members = vec![Vec::new(); ground.seats];
        for at in 0..self.items.len() {
            let seat = self.territory[self.items[at] as usize];
            let range = self.options(at);
            if let Ok(option) = self.seats[range.clone()].binary_search(&seat) {
                self.now[at] = (range.start + option) as u32;
                self.slot[at] = self.members[seat as usize].len() as u32;
                self.members[seat as usize].push(at as u32);
            }
        }
        self.tally();
    }

    /// Sums afresh; rids the sums of rounding.
    pub fn tally(&mut self) {
        let ground = self.ground;
        self.loads = vec![0.0; ground.seats * ground.quantities];
        self.count = vec![0; ground.seats];
        self.apart = vec![0; ground.apart_groups * ground.seats];
        self.moved = 0.0;
        for (item, &seat) in self.territory.iter().enumerate() {
            self.count[seat as usize] += 1;
            let first = seat as usize * ground.quantities;
            for (load, value) in self.loads[first..].iter_mut().zip(ground.values_of(item as u32)) {
                *load += value;
            }
            self.moved += ground.leaves(item as u32, seat);
            if let Some(groups) = ground.apart.get(item) {
                for &group in groups {
                    self.apart[group as usize * ground.seats + seat as usize] += 1;
                }
            }
        }
        self.press(self.pressure);
    }

    /// Sets how dear broken limits are.
    pub fn press(&mut self, pressure: Pressure) {
        self.pressure = pressure;
        for seat in 0..self.ground.seats {
            self.strain[seat] = self.strain_with(seat, None);
        }
    }

    /// What broken limits cost in all at `pressure`.
    pub fn broken(&mut self, pressure: Pressure) -> f64 {
        self.press(pressure);
        self.strain.iter().sum::<f64>() + self.overspent(self.moved)
    }

    /// What the budget of moves costs at the present pressure when so much moved.
    fn overspent(&self, moved: f64) -> f64 {
        self.rigid_moves * self.ground.overspent(moved, self.pressure)
    }

    /// Whether more moved than may.
    pub fn is_overspent(&self) -> bool {
        self.moved > self.ground.most_moved
    }

    /// The option that leaves the least of an open item's quantity away from its owners, if that is less than now.
    pub fn way_home(&self, at: usize) -> Option<usize> {
        let away = |option: usize| self.ground.leaves(self.items[at], self.seats[option]);
        let range = self.options(at);
        let now = self.now[at] as usize;
        let home = range.clone().min_by(|&a, &b| away(a).total_cmp(&away(b)))?;
        (range.contains(&now) && away(home) < away(now)).then_some(home)
    }

    /// Cost of the assignment, broken limits not included.
    pub fn cost(&self) -> f64 {
        let open = |at: usize| self.costs[self.now[at] as usize];
        let among: f64 = (0..self.items.len()).filter(|at| self.now[*at] != u32::MAX).map(open).sum();
        self.closed + among
    }

    pub fn strain_of(&self, seat: u32) -> f64 {
        self.strain[seat as usize]
    }

    pub fn is_strained(&self, seat: usize) -> bool {
        self.strain[seat] > 0.0
    }

    /// Open seats of an open item.
    pub fn options(&self, at: usize) -> Range<usize> {
        self.offsets[at] as usize..self.offsets[at + 1] as usize
    }

    /// Whether the rules other than loads and budget let an open item take an option.
    pub fn admits(&self, at: usize, option: usize) -> bool {
        let (item, to) = (self.items[at] as usize, self.seats[option] as usize);
        let from = self.territory[item] as usize;
        let ground = self.ground;
        self.count[from] > 1
            && ground
                .apart
                .get(item)
                .is_none_or(|groups| groups.iter().all(|&group| self.apart[group as usize * ground.seats + to] == 0))
    }

    /// What taking an option changes.
    pub fn weigh(&self, at: usize, option: usize) -> Weighed {
        let item = self.items[at];
        let now = self.now[at] as usize;
        let (from, to) = (self.seats[now] as usize, self.seats[option] as usize);
        let (after_from, after_to) =
            (self.strain_with(from, Some((item, -1.0))), self.strain_with(to, Some((item, 1.0))));
        let mut strain = after_from + after_to - self.strain[from] - self.strain[to];
        let moved = self.moved_by(item, from, to);
        if moved != 0.0 {
            strain += self.overspent(self.moved + moved) - self.overspent(self.moved);
        }
        Weighed {
            plain: self.costs[option] - self.costs[now],
            strain: self.heard(strain),
            from: after_from,
            to: after_to,
        }
    }

    /// A change of what broken limits cost, nought where it is only the rounding of loads.
    pub fn heard(&self, strain: f64) -> f64 {
        if strain.abs() > NOISE * (self.pressure.linear + self.pressure.square) { strain } else { 0.0 }
    }

    /// Takes an option that was weighed just before.
    pub fn take(&mut self, at: usize, option: usize, weighed: &Weighed) {
        let ground = self.ground;
        let item = self.items[at];
        let (from, to) = (self.seats[self.now[at] as usize] as usize, self.seats[option] as usize);
        self.moved += self.moved_by(item, from, to);
        for (quantity, value) in ground.values_of(item).iter().enumerate() {
            self.loads[from * ground.quantities + quantity] -= value;
            self.loads[to * ground.quantities + quantity] += value;
        }
        (self.strain[from], self.strain[to]) = (weighed.from, weighed.to);
        self.count[from] -= 1;
        self.count[to] += 1;
        if let Some(groups) = ground.apart.get(item as usize) {
            for &group in groups {
                self.apart[group as usize * ground.seats + from] -= 1;
                self.apart[group as usize * ground.seats + to] += 1;
            }
        }
        self.territory[item as usize] = to as u32;
        let slot = self.slot[at] as usize;
        self.members[from].swap_remove(slot);
        if let Some(&shifted) = self.members[from].get(slot) {
            self.slot[shifted as usize] = slot as u32;
        }
        self.slot[at] = self.members[to].len() as u32;
        self.members[to].push(at as u32);
        self.now[at] = option as u32;
    }

    fn moved_by(&self, item: u32, from: usize, to: usize) -> f64 {
        self.ground.leaves(item, to as u32) - self.ground.leaves(item, from as u32)
    }

    /// What broken limits of a seat cost with an item more or less.
    fn strain_with(&self, seat: usize, change: Option<(u32, f64)>) -> f64 {
        let ground = self.ground;
        let first = seat * ground.quantities;
        let mut sum = 0.0;
        for quantity in 0..ground.quantities {
            let at = first + quantity;
            let mut load = self.loads[at];
            if let Some((item, sign)) = change {
                load += sign * ground.values_of(item)[quantity];
            }
            let outside = (load - ground.high[at]).max(ground.low[at] - load);
            if outside > 0.0 {
                sum += self.rigid[at] * self.pressure.dear(outside * ground.scale[quantity]);
            }
        }
        sum
    }
}

/// How much dearer the best other seat of an item is than its own, at the prices.
fn regret(costs: &ItemCosts, priced: &Priced, (item, own): (usize, u32), row: &[f64]) -> f64 {
    let at = |seat: usize| row[seat] + priced.extra(costs.ground, item, seat);
    let others = (0..row.len()).filter(|&seat| seat != own as usize);
    others.map(at).fold(f64::INFINITY, f64::min) - at(own as usize)
}

/// Up to what regret items are opened; infinite where all are.
fn most_regret(costs: &ItemCosts, priced: &Priced, territory: &[u32]) -> f64 {
    let ground = costs.ground;
    let most = MOST_ITEMS.max(ITEMS_A_SEAT * ground.seats);
    if territory.len() <= most {
        return f64::INFINITY;
    }
    let mut row = vec![0.0; ground.seats];
    let of_item = |(item, own): (usize, &u32)| {
        costs.fill(item, &mut row);
        regret(costs, priced, (item, *own), &row)
    };
    let mut regrets: Vec<f64> = territory.iter().enumerate().map(of_item).collect();
    *regrets.select_nth_unstable_by(most, f64::total_cmp).1
}

/// Seats that may not take an item cost so much that it never stays there.
fn finite(cost: f64) -> f64 {
    if cost.is_finite() { cost } else { f64::MAX / 1e6 }
}
