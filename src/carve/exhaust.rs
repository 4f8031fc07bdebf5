//! Every assignment of a small question, for when a search has found none that keeps the limits.
//!
//! Takes a [`Ground`] and where costs are measured from, gives the cheapest assignment within all limits, or the proof that
//! there is none, or gives up. Branch and bound, depth first: items that count most first, for each the cheapest seats
//! first. Invariant: nodes are counted, so the answer is the same on every machine. Large questions are deliberately
//! absent: they give up at once. So are relaxations, which [`super::exact`] branches over where there are more items: what
//! is left to go is bounded by its cheapest seats, so that a node costs next to nothing.

use std::borrow::Cow;

use super::contiguity::Pieces;
use super::problem::Adjacency;
use super::search::Ground;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Exhausted {
    /// The cheapest seat of every item; proven so.
    Best(Vec<u32>),
    /// Seats within the limits; others may be cheaper.
    Some(Vec<u32>),
    /// No assignment keeps the limits.
    Impossible,
    GaveUp,
}

/// Nodes looked at before giving up.
const NODES: u64 = 150_000;
/// More items than this are hopeless.
const MOST_ITEMS: usize = 64;

/// `cost` is what an item costs at a seat; infinite where it may not go.
pub(super) fn exhaust(ground: &Ground, cost: impl Fn(u32, u32) -> f64) -> Exhausted {
    if ground.items > MOST_ITEMS || ground.items == 0 {
        return Exhausted::GaveUp;
    }
    let mut search = Search::new(ground, cost);
    search.descend(0, 0.0);
    match (search.best.take(), search.nodes < NODES) {
        (Some((_, items)), true) => Exhausted::Best(items),
        (Some((_, items)), false) => Exhausted::Some(items),
        (None, true) => Exhausted::Impossible,
        (None, false) => Exhausted::GaveUp,
    }
}

struct Search<'a, 'p> {
    ground: &'a Ground<'p>,
    /// Items in the order in which they are seated, and for each its seats with costs, cheapest first.
    order: Vec<u32>,
    options: Vec<Vec<(f64, u32)>>,
    /// Least cost of all items from a depth on, and what of each quantity they may add or take.
    floor: Vec<f64>,
    more: Vec<Vec<f64>>,
    less: Vec<Vec<f64>>,
    territory: Vec<u32>,
    /// Of units, where territories must be in one piece: units that belong together need not touch each other.
    graph: Option<Cow<'p, Adjacency>>,
    loads: Vec<f64>,
    moved: f64,
    /// Items per seat: none is left without any, as long as there are enough.
    count: Vec<usize>,
    nodes: u64,
    best: Option<(f64, Vec<u32>)>,
}

impl<'a, 'p> Search<'a, 'p> {
    fn new(ground: &'a Ground<'p>, cost: impl Fn(u32, u32) -> f64) -> Self {
        let size = |item: u32| -> f64 {
            let values = ground.values_of(item).iter().zip(&ground.scale).map(|(v, s)| v.abs() * s).sum::<f64>();
            values + ground.moving[item as usize] / ground.usual_move
        };
        let options_of = |item: u32| -> Vec<(f64, u32)> {
            let seats = (0..ground.seats as u32).filter(|&seat| ground.may_take(seat, item));
            let mut options: Vec<(f64, u32)> = seats.map(|seat| (cost(item, seat), seat)).collect();
            options.retain(|option| option.0 < f64::INFINITY);
            options.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            options
        };
        let mut order: Vec<u32> = (0..ground.items as u32).collect();
        order.sort_by(|a, b| size(*b).total_cmp(&size(*a)).then(a.cmp(b)));
        let options: Vec<Vec<(f64, u32)>> = order.iter().map(|item| options_of(*item)).collect();
        let quantities = ground.quantities;
        let mut floor = vec![0.0; order.len() + 1];
        let mut more = vec![vec![0.0; quantities]; order.len() + 1];
        let mut less = more.clone();
        for depth in (0..order.len()).rev() {
            floor[depth] = floor[depth + 1] + options[depth].first().map_or(f64::INFINITY, |option| option.0);
            for (quantity, value) in ground.values_of(order[depth]).iter().enumerate() {
                more[depth][quantity] = more[depth + 1][quantity] + value.max(0.0);
                less[depth][quantity] = less[depth + 1][quantity] + value.min(0.0);
            }
        }
        Self {
            ground,
            options,
            floor,
            more,
            less,
            territory: vec![u32::MAX; order.len()],
            graph: ground.contiguous.then(|| match &ground.problem.adjacency {
                Some(given) => Cow::Borrowed(given),
                None => Cow::Owned(Adjacency::derive(ground.problem.space, &ground.problem.units.positions)),
            }),
            loads: vec![0.0; ground.seats * quantities],
            moved: 0.0,
            count: vec![0; ground.seats],
            nodes: 0,
            best: None,
            order,
        }
    }

    fn descend(&mut self, depth: usize, cost: f64) {
        if self.nodes >= NODES {
            return;
        }
        self.nodes += 1;
        if self.best.as_ref().is_some_and(|best| cost + self.floor[depth] >= best.0) {
            return;
        }
        let Some(&item) = self.order.get(depth) else {
            if self.whole() {
                self.best = Some((cost, self.territory.clone()));
            }
            return;
        };
        for at in 0..self.options[depth].len() {
            let (own, seat) = self.options[depth][at];
            if self.apart_from_others(item, seat) {
                self.put(item, seat, 1.0);
                if self.hopeful(depth + 1) {
                    self.descend(depth + 1, cost + own);
                }
                self.put(item, seat, -1.0);
            }
        }
    }

    fn put(&mut self, item: u32, seat: u32, sign: f64) {
        let first = seat as usize * self.ground.quantities;
        for (load, value) in self.loads[first..].iter_mut().zip(self.ground.values_of(item)) {
            *load += sign * value;
        }
        self.moved += sign * self.ground.leaves(item, seat);
        let (count, seated) = if sign > 0.0 { (1, seat) } else { (usize::MAX, u32::MAX) };
        self.count[seat as usize] = self.count[seat as usize].wrapping_add(count);
        self.territory[item as usize] = seated;
    }

    fn apart_from_others(&self, item: u32, seat: u32) -> bool {
        let Some(groups) = self.ground.apart.get(item as usize).filter(|groups| !groups.is_empty()) else {
            return true;
        };
        let quarrels = |other: &usize| self.ground.apart[*other].iter().any(|group| groups.contains(group));
        !(0..self.ground.items).filter(|other| self.territory[*other] == seat).any(|other| quarrels(&other))
    }

    /// Whether what is left to seat can still bring every load within its limits.
    fn hopeful(&self, depth: usize) -> bool {
        let ground = self.ground;
        // Sums here are in another order than where loads are judged.
        let grain = |quantity: usize| 1e-9 / ground.scale[quantity];
        if self.moved > ground.most_moved + 1e-12 * ground.usual_move {
            return false;
        }
        let empty = self.count.iter().filter(|count| **count == 0).count();
        if empty > self.order.len() - depth && self.order.len() >= ground.seats {
            return false;
        }
        (0..ground.quantities).all(|quantity| {
            let (mut missing, mut over) = (0.0, 0.0);
            for seat in 0..ground.seats {
                let at = seat * ground.quantities + quantity;
                missing += (ground.low[at] - self.loads[at]).max(0.0);
                over += (self.loads[at] - ground.high[at]).max(0.0);
            }
            missing <= self.more[depth][quantity] + grain(quantity)
                && over <= -self.less[depth][quantity] + grain(quantity)
        })
    }

    /// Every territory in one piece, where that is asked.
    fn whole(&self) -> bool {
        let strays = |graph| Pieces::new(graph, &self.ground.to_units(&self.territory)).strays(self.ground.seats);
        self.graph.as_deref().is_none_or(|graph| strays(graph).iter().all(|strays| *strays == 0))
    }
}
