//! A problem laid out for searching: flat columns over items.
//!
//! Takes a [`Problem`] and the graph to use, gives a [`Ground`]. An item is a unit, or a group of units that must share
//! a territory. Invariant: every limit that is linear in a territory's load (weights, accounts, mixes) is one quantity
//! with a low and a high per seat. The assignment itself is deliberately absent: see [`super::state::State`].

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::super::problem::{Adjacency, Centres, Owned, Power, Problem, Space, Travel};
use super::super::progress::Pulse;
use super::super::space::EARTH_RADIUS_KM;
use super::measure::Measure;
use super::state::Pressure;

#[derive(Debug, Clone)]
pub struct Ground<'a> {
    pub problem: &'a Problem,
    /// Looked at between the steps of long searches.
    pub pulse: Pulse,
    pub items: usize,
    pub seats: usize,
    /// Units of item `i`: `units[first_unit[i]..first_unit[i + 1]]`, ascending.
    pub first_unit: Vec<u32>,
    pub units: Vec<u32>,
    /// Item of every unit.
    pub item_of: Vec<u32>,
    /// Kilometres from the centre of the Earth, or planar; the mean of the item's units.
    pub at: Vec<[f64; 3]>,
    /// 0 for what has no position.
    pub pull: Vec<f64>,
    /// Σ pull · |position|², needed by squared costs in the plane.
    pub inertia: Vec<f64>,
    /// The seat that owns most of each item today.
    pub incumbent: Vec<Option<u32>>,
    /// What of each item has an owner, in the budget's quantity, and the price of moving all of that. What an item at a
    /// seat moves is told by [`Ground::leaves`] and [`Ground::leaving_cost`].
    pub moving: Vec<f64>,
    pub moving_cost: Vec<f64>,
    /// Per item with more than one owner: seat, and the quantity and price that stay there.
    pub owners: Vec<Vec<(u32, f64, f64)>>,
    pub most_moved: f64,
    /// What an overspent budget is measured by: the budget, or the largest move where there is none to speak of.
    pub usual_move: f64,
    pub quantities: usize,
    /// `values[item * quantities + quantity]`
    pub values: Vec<f64>,
    /// `low[seat * quantities + quantity]`
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    /// One over a usual load, per quantity.
    pub scale: Vec<f64>,
    pub graph: Adjacency,
    /// Per item a few seats worth a look although no neighbour belongs to them; empty when not used.
    pub near: Vec<Vec<u32>>,
    pub contiguous: bool,
    pub measure: Measure,
    /// The seats that may take an item; empty when all may take all.
    pub allowed: Vec<Option<Vec<u32>>>,
    /// Groups of which an item is a member, ascending; empty when there are none.
    pub apart: Vec<Vec<u32>>,
    pub apart_groups: usize,
    /// A territory's usual cost is taken to be no less, however near all units are to their seats.
    pub least_usual: f64,
    /// The radius of the sphere on which `at` lies, if it does.
    pub radius: Option<f64>,
    /// `from_seats[item * seats + seat]`: what [`Ground::held`] gives around seats that never move; empty where centres are
    /// free or the pairs too many.
    pub from_seats: Arc<Vec<f64>>,
}

/// Pairs of item and seat whose costs are kept: 64 MB of them.
const MOST_KEPT: usize = 8 << 20;

/// Rounding that loads may stray beyond their limits, relative to a usual load.
pub const ROUNDING: f64 = 1e-12;

/// The part of its room that a tightened ground takes off each side of a weight.
const TIGHT: f64 = 0.004;

impl<'a> Ground<'a> {
    /// `graph` ranges over units; without contiguity it says who may trade with whom.
    pub fn new(problem: &'a Problem, graph: &Adjacency) -> Self {
        let count = problem.units.keys.len();
        let seats = problem.seats.keys.len();
        let item_of = merge(count, &problem.limits.together);
        let items = item_of.iter().max().map_or(0, |&i| i as usize + 1);
        let mut units: Vec<u32> = (0..count as u32).collect();
        units.sort_by_key(|&u| (item_of[u as usize], u));
        let mut first_unit = vec![0u32; items + 1];
        for &item in &item_of {
            first_unit[item as usize + 1] += 1;
        }
        for item in 0..items {
            first_unit[item + 1] += first_unit[item];
        }
        let mut ground = Self {
            problem,
            pulse: Pulse::default(),
            items,
            seats,
            first_unit,
            units,
            at: vec![[0.0; 3]; items],
            pull: vec![0.0; items],
            inertia: vec![0.0; items],
            incumbent: vec![None; items],
            moving: vec![0.0; items],
            moving_cost: vec![0.0; items],
            owners: Vec::new(),
            most_moved: f64::INFINITY,
            usual_move: 1.0,
            quantities: 0,
            values: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
            scale: Vec::new(),
            graph: items_graph(graph, &item_of, items),
            near: Vec::new(),
            contiguous: problem.contiguous,
            measure: match (&problem.travel, problem.centres, problem.power) {
                (Travel::Matrix(_), ..) => Measure::Matrix,
                (_, Centres::Free, Power::Squared) if problem.step.is_none() => Measure::Means,
                _ => Measure::Held,
            },
            allowed: Vec::new(),
            apart: Vec::new(),
            apart_groups: problem.limits.apart.len(),
            least_usual: f64::MIN_POSITIVE,
            radius: (problem.space == Space::Sphere).then_some(EARTH_RADIUS_KM),
            from_seats: Arc::default(),
            item_of,
        };
        ground.place_items();
        ground.limit_moves();
        ground.limit_loads();
        ground.limit_seats();
        ground.keep_costs();
        ground.least_usual = ground.least_usual_cost();
        ground
    }

    fn keep_costs(&mut self) {
        let around_seats = self.problem.centres == Centres::Fixed && matches!(self.problem.travel, Travel::Positions);
        if !around_seats || self.items * self.seats > MOST_KEPT {
            return;
        }
        let centres = self.stretched(&self.problem.seats.positions);
        let mut costs = vec![0.0; self.items * self.seats];
        costs.par_chunks_mut(self.seats.max(1)).enumerate().for_each(|(item, row)| {
            for (seat, cost) in row.iter_mut().enumerate() {
                *cost = self.held(item as u32, seat as u32, &centres);
            }
        });
        self.from_seats = Arc::new(costs);
    }

    /// What the budget of moves costs when so much moved.
    pub fn overspent(&self, moved: f64, pressure: Pressure) -> f64 {
        if moved <= self.most_moved { 0.0 } else { pressure.dear((moved - self.most_moved) / self.usual_move) }
    }

    /// The same with a little less room on both sides of every weight, a usual little or so many times that: what a search
    /// that trades cost for limits leaves outside these is mostly within the true ones.
    pub fn tightened(&self, times: f64) -> Self {
        let mut tight = self.clone();
        for seat in 0..self.seats {
            for weight in 0..self.problem.weights.len() {
                let at = seat * self.quantities + weight;
                let less = TIGHT * times * (self.high[at] - self.low[at]) / 2.0;
                tight.low[at] += less;
                tight.high[at] -= less;
            }
        }
        tight
    }

    pub fn units_of(&self, item: u32) -> &[u32] {
        let item = item as usize;
        &self.units[self.first_unit[item] as usize..self.first_unit[item + 1] as usize]
    }

    pub fn values_of(&self, item: u32) -> &[f64] {
        let item = item as usize;
        &self.values[item * self.quantities..(item + 1) * self.quantities]
    }

    pub fn may_take(&self, seat: u32, item: u32) -> bool {
        self.allowed.is_empty()
            || self.allowed[item as usize].as_ref().is_none_or(|seats| seats.binary_search(&seat).is_ok())
    }

    /// The assignment of units behind one of items.
    pub fn to_units(&self, items: &[u32]) -> Vec<u32> {
        self.item_of.iter().map(|&item| items[item as usize]).collect()
    }

    /// The assignment of items behind one of units: where most of an item's first quantity is, ties to the lower seat.
    pub fn to_items(&self, units: &[u32]) -> Vec<u32> {
        (0..self.items as u32)
            .map(|item| {
                let members = self.units_of(item);
                if let [only] = members {
                    return units[*only as usize];
                }
                let mut shares: BTreeMap<u32, f64> = BTreeMap::new();
                for &unit in members {
                    let weight = self.problem.weights.first().map_or(1.0, |w| w.values[unit as usize]);
                    *shares.entry(units[unit as usize]).or_default() += weight;
                }
                let best = shares.into_iter().fold((0, f64::NEG_INFINITY), |a, b| if b.1 > a.1 { b } else { a });
                best.0
            })
            .collect()
    }

    fn place_items(&mut self) {
        let stretch = self.radius.unwrap_or(1.0);
        let positions = &self.problem.units.positions;
        for item in 0..self.items {
            let (mut pull, mut moment, mut inertia) = (0.0, [0.0; 3], 0.0);
            let (mut plain, mut placed) = ([0.0; 3], 0.0);
            for &unit in self.units_of(item as u32) {
                let Some(p) = positions[unit as usize] else { continue };
                let (at, weight) =
                    ([p.x * stretch, p.y * stretch, p.z * stretch], self.problem.units.pull[unit as usize]);
                pull += weight;
                inertia += weight * (at[0] * at[0] + at[1] * at[1] + at[2] * at[2]);
                placed += 1.0;
                for axis in 0..3 {
                    moment[axis] += weight * at[axis];
                    plain[axis] += at[axis];
                }
            }
            self.pull[item] = pull;
            self.inertia[item] = inertia;
            if pull > 0.0 {
                self.at[item] = moment.map(|m| m / pull);
            } else if placed > 0.0 {
                self.at[item] = plain.map(|m| m / placed);
            }
        }
    }

    fn limit_moves(&mut self) {
        let Problem { units, limits, moving_price, .. } = self.problem;
        if units.incumbent.iter().all(Option::is_none) && limits.owned.is_empty() {
            return;
        }
        let budget = limits.moves.as_ref();
        let parts = |unit: u32| -> Vec<Owned> {
            let unit = unit as usize;
            match (limits.owned.get(unit), units.incumbent[unit]) {
                (Some(parts), _) => parts.clone(),
                (None, Some(seat)) => {
                    let value = budget.map_or(f64::from(units.accounts[unit]), |b| b.values[unit]);
                    vec![Owned { seat, value, pull: units.pull[unit] }]
                }
                (None, None) => Vec::new(),
            }
        };
        let mut all = 0.0;
        let mut owners = Vec::with_capacity(self.items);
        for item in 0..self.items {
            let mut by_seat: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
            for part in self.units_of(item as u32).iter().flat_map(|unit| parts(*unit)) {
                let entry = by_seat.entry(part.seat).or_default();
                entry.0 += if budget.is_some() { part.value } else { 0.0 };
                entry.1 += moving_price * part.pull;
            }
            // The seat that holds most of what counts, ties to the lower one.
            let most = by_seat
                .iter()
                .max_by(|a, b| (a.1.0).total_cmp(&b.1.0).then(a.1.1.total_cmp(&b.1.1)).then(b.0.cmp(a.0)));
            self.incumbent[item] = most.map(|(seat, _)| *seat);
            self.moving[item] = by_seat.values().map(|owned| owned.0).sum();
            self.moving_cost[item] = by_seat.values().map(|owned| owned.1).sum();
            all += self.moving[item];
            let shared = by_seat.len() > 1;
            owners.push(if shared { by_seat.into_iter().map(|(s, (v, c))| (s, v, c)).collect() } else { Vec::new() });
        }
        if owners.iter().any(|owners: &Vec<_>| !owners.is_empty()) {
            self.owners = owners;
        }
        if let Some(budget) = budget {
            self.most_moved = budget.share * all * (1.0 + ROUNDING);
            let largest = self.moving.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
            self.usual_move = self.most_moved.max(largest);
        }
    }

    /// What leaves its owners, in the budget's quantity, while an item is at a seat.
    pub fn leaves(&self, item: u32, seat: u32) -> f64 {
        let all = self.moving[item as usize];
        if all == 0.0 {
            return 0.0;
        }
        match self.owners.get(item as usize).filter(|owners| !owners.is_empty()) {
            None if self.incumbent[item as usize] == Some(seat) => 0.0,
            None => all,
            Some(owners) => owners.binary_search_by_key(&seat, |o| o.0).map_or(all, |at| (all - owners[at].1).max(0.0)),
        }
    }

    /// What disruption costs while an item is at a seat.
    pub fn leaving_cost(&self, item: u32, seat: u32) -> f64 {
        let all = self.moving_cost[item as usize];
        if all == 0.0 {
            return 0.0;
        }
        match self.owners.get(item as usize).filter(|owners| !owners.is_empty()) {
            None if self.incumbent[item as usize] == Some(seat) => 0.0,
            None => all,
            Some(owners) => owners.binary_search_by_key(&seat, |o| o.0).map_or(all, |at| (all - owners[at].2).max(0.0)),
        }
    }

    fn limit_loads(&mut self) {
        let Problem { units, seats, weights, limits, .. } = self.problem;
        let capacity: f64 = seats.capacity.iter().sum();
        let mut columns: Vec<(Vec<f64>, Vec<(f64, f64)>, f64)> = Vec::new();
        for weight in weights {
            let total: f64 = weight.values.iter().sum();
            let mean = total / self.seats.max(1) as f64;
            let bounds = seats.capacity.iter().map(|c| {
                let target = total * c / capacity;
                let slack = target * weight.tolerance + mean * ROUNDING;
                ((target - slack).max(0.0), target + slack)
            });
            columns.push((weight.values.clone(), bounds.collect(), mean));
        }
        if let Some((from, to)) = limits.accounts {
            let accounts: Vec<f64> = units.accounts.iter().map(|&a| f64::from(a)).collect();
            let mean = accounts.iter().sum::<f64>() / self.seats.max(1) as f64;
            columns.push((accounts, vec![(from as f64, to as f64); self.seats], mean));
        }
        for mix in &limits.mixes {
            let mean = mix.whole.iter().sum::<f64>() / self.seats.max(1) as f64;
            let rounding = mean * ROUNDING;
            let share =
                |edge: f64| mix.part.iter().zip(&mix.whole).map(move |(part, whole)| part - edge * whole).collect();
            columns.push((share(mix.from), vec![(-rounding, f64::INFINITY); self.seats], mean));
            columns.push((share(mix.to), vec![(f64::NEG_INFINITY, rounding); self.seats], mean));
        }
        self.quantities = columns.len();
        self.values = vec![0.0; self.items * columns.len()];
        self.low = vec![0.0; self.seats * columns.len()];
        self.high = vec![0.0; self.seats * columns.len()];
        for (quantity, (values, bounds, mean)) in columns.into_iter().enumerate() {
            for (unit, value) in values.into_iter().enumerate() {
                self.values[self.item_of[unit] as usize * self.quantities + quantity] += value;
            }
            for (seat, (low, high)) in bounds.into_iter().enumerate() {
                self.low[seat * self.quantities + quantity] = low;
                self.high[seat * self.quantities + quantity] = high;
            }
            self.scale.push(if mean > 0.0 { 1.0 / mean } else { 1.0 });
        }
    }

    fn limit_seats(&mut self) {
        let Problem { units, limits, .. } = self.problem;
        if !limits.eligible.is_empty() || units.fixed.iter().any(Option::is_some) {
            self.allowed = (0..self.items as u32).map(|item| self.seats_for(item)).collect();
        }
        if self.apart_groups > 0 {
            self.apart = vec![Vec::new(); self.items];
            for (group, members) in limits.apart.iter().enumerate() {
                for &unit in members {
                    let groups = &mut self.apart[self.item_of[unit as usize] as usize];
                    if groups.last() != Some(&(group as u32)) {
                        groups.push(group as u32);
                    }
                }
            }
        }
    }

    /// The seats that all units of the item may go to.
    fn seats_for(&self, item: u32) -> Option<Vec<u32>> {
        let Problem { units, limits, .. } = self.problem;
        let mut seats: Option<Vec<u32>> = None;
        for &unit in self.units_of(item) {
            let own = match units.fixed[unit as usize] {
                Some(seat) => Some(vec![seat]),
                None => limits.eligible.get(unit as usize).cloned().flatten(),
            };
            seats = match (seats, own) {
                (Some(a), Some(b)) => Some(a.into_iter().filter(|s| b.binary_search(s).is_ok()).collect()),
                (a, b) => a.or(b),
            };
        }
        seats
    }
}

/// The item of every unit, items numbered by their first units.
fn merge(units: usize, groups: &[Vec<u32>]) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..units as u32).collect();
    fn root(parent: &mut [u32], mut unit: u32) -> u32 {
        while parent[unit as usize] != unit {
            parent[unit as usize] = parent[parent[unit as usize] as usize];
            unit = parent[unit as usize];
        }
        unit
    }
    for group in groups {
        for pair in group.windows(2) {
            let (a, b) = (root(&mut parent, pair[0]), root(&mut parent, pair[1]));
            parent[a.max(b) as usize] = a.min(b);
        }
    }
    let (mut item_of, mut items) = (vec![0u32; units], 0);
    for unit in 0..units as u32 {
        let first = root(&mut parent, unit);
        if first == unit {
            item_of[unit as usize] = items;
            items += 1;
        } else {
            item_of[unit as usize] = item_of[first as usize];
        }
    }
    item_of
}

/// Units that must share a territory, groups with members in common as one; ascending, and by their first units.
pub fn groups(units: usize, together: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (unit, item) in merge(units, together).into_iter().enumerate() {
        groups.entry(item).or_default().push(unit as u32);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

fn items_graph(graph: &Adjacency, item_of: &[u32], items: usize) -> Adjacency {
    if items == item_of.len() {
        return graph.clone();
    }
    let edges = graph.edges().map(|(a, b)| (item_of[a as usize], item_of[b as usize]));
    Adjacency { derived: graph.derived, ..Adjacency::from_edges(items, edges) }
}
