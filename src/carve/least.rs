//! How even a share-out of indivisible items can be at all.
//!
//! Takes a [`Ground`], gives per weight a lower bound on the largest |load / target − 1| of any assignment, whatever the
//! other limits; for few items the least itself. Invariant: no assignment that eligibility allows is more even, so
//! "impossible" can be told from "not found". Contiguity and several weights at once are deliberately absent.

use super::search::Ground;

/// Nodes after which enumeration gives up and the simple bounds stand.
const NODES: usize = 100_000;
/// More items are not enumerated.
const FEW_ITEMS: usize = 24;

/// `targets[weight][seat]`; the weights are the first quantities of the ground.
pub(super) fn least_imbalance(ground: &Ground, targets: &[Vec<f64>]) -> Vec<f64> {
    let each = targets.iter().enumerate();
    each.map(|(weight, targets)| Share::new(ground, weight, targets).least()).collect()
}

struct Share<'a, 'p> {
    ground: &'a Ground<'p>,
    /// Of items that weigh anything, heaviest first.
    items: Vec<(f64, u32)>,
    targets: &'a [f64],
}

impl<'a, 'p> Share<'a, 'p> {
    fn new(ground: &'a Ground<'p>, weight: usize, targets: &'a [f64]) -> Self {
        let mut items: Vec<(f64, u32)> =
            (0..ground.items as u32).map(|item| (ground.values_of(item)[weight], item)).collect();
        items.retain(|item| item.0 > 0.0);
        items.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Self { ground, items, targets }
    }

    fn least(&self) -> f64 {
        if self.items.is_empty() || self.targets.iter().any(|target| *target <= 0.0) {
            return 0.0;
        }
        let simple = self.pigeonholes().max(self.heaviest()).max(self.seats());
        // Sums are rounded in another order than loads are.
        let simple = (simple - 1e-9).max(0.0);
        self.enumerated().map_or(simple, |least| (least - 1e-9).max(simple))
    }

    /// Of the first j · seats + 1 items some seat has j + 1.
    fn pigeonholes(&self) -> f64 {
        let seats = self.targets.len();
        let largest = self.targets.iter().copied().fold(0.0, f64::max);
        let mut worst = if self.items.len() < seats { 1.0 } else { 0.0 };
        for (shared, last) in (0..self.items.len()).step_by(seats).enumerate() {
            let sum: f64 = self.items[last - shared..=last].iter().map(|item| item.0).sum();
            worst = f64::max(worst, sum / largest - 1.0);
        }
        worst
    }

    /// Every item goes somewhere.
    fn heaviest(&self) -> f64 {
        let each = self.items.iter().map(|&(value, item)| {
            let seats = (0..self.targets.len() as u32).filter(|&seat| self.ground.may_take(seat, item));
            seats.map(|seat| value / self.targets[seat as usize] - 1.0).fold(f64::INFINITY, f64::min)
        });
        each.filter(|least| least.is_finite()).fold(0.0, f64::max)
    }

    /// What only one seat may take it has, and what it may not take it lacks.
    fn seats(&self) -> f64 {
        if self.ground.allowed.is_empty() {
            return 0.0;
        }
        let seats = self.targets.len() as u32;
        let (mut forced, mut within) = (vec![0.0; self.targets.len()], vec![0.0; self.targets.len()]);
        for &(value, item) in &self.items {
            let may: Vec<u32> = (0..seats).filter(|&seat| self.ground.may_take(seat, item)).collect();
            may.iter().for_each(|&seat| within[seat as usize] += value);
            if let [only] = may[..] {
                forced[only as usize] += value;
            }
        }
        let each = forced.iter().zip(&within).zip(self.targets);
        each.map(|((forced, within), target)| (forced / target - 1.0).max(1.0 - within / target)).fold(0.0, f64::max)
    }

    /// The least itself, if going through all ways does not take too long.
    fn enumerated(&self) -> Option<f64> {
        if self.items.len() > FEW_ITEMS {
            return None;
        }
        let mut search = Search { share: self, loads: vec![0.0; self.targets.len()], best: f64::INFINITY, nodes: 0 };
        search.descend(0);
        (search.nodes < NODES && search.best.is_finite()).then_some(search.best)
    }
}

struct Search<'a, 'p> {
    share: &'a Share<'a, 'p>,
    loads: Vec<f64>,
    best: f64,
    nodes: usize,
}

impl Search<'_, '_> {
    fn descend(&mut self, depth: usize) {
        self.nodes += 1;
        if self.nodes >= NODES {
            return;
        }
        let targets = self.share.targets;
        let Some(&(value, item)) = self.share.items.get(depth) else {
            let off = self.loads.iter().zip(targets).map(|(load, target)| (load / target - 1.0).abs());
            self.best = self.best.min(off.fold(0.0, f64::max));
            return;
        };
        for seat in 0..targets.len() {
            // Empty seats of one size are all the same.
            let twin = (0..seat).any(|other| {
                self.share.ground.allowed.is_empty()
                    && self.loads[other] == self.loads[seat]
                    && targets[other] == targets[seat]
            });
            let load = self.loads[seat] + value;
            if !twin && self.share.ground.may_take(seat as u32, item) && load / targets[seat] - 1.0 < self.best {
                let before = std::mem::replace(&mut self.loads[seat], load);
                self.descend(depth + 1);
                self.loads[seat] = before;
            }
        }
    }
}
