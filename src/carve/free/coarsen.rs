//! Fewer, larger items for the rough draft.
//!
//! Takes a ground, gives a smaller one and the coarse item of every item. Neighbours are merged where that adds least to
//! the squared cost (Ward 1963 on the edges of the graph), none beyond a small part of a usual load. Invariant: sums of
//! pull, moments and quantities are kept. Only what has no rules of its own is merged.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::super::problem::Adjacency;
use super::super::search::Ground;

/// A merged item weighs at most this part of a usual load.
const HEAVIEST: f64 = 1.0 / 16.0;

/// An edge between two clusters as they were when it was entered.
#[derive(PartialEq)]
struct Merge {
    extra: f64,
    a: u32,
    b: u32,
    ages: (u32, u32),
}

impl Eq for Merge {}

impl Ord for Merge {
    fn cmp(&self, other: &Self) -> Ordering {
        other.extra.total_cmp(&self.extra).then(other.a.cmp(&self.a)).then(other.b.cmp(&self.b))
    }
}

impl PartialOrd for Merge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Clusters<'g, 'p> {
    ground: &'g Ground<'p>,
    pull: Vec<f64>,
    at: Vec<[f64; 3]>,
    values: Vec<f64>,
    neighbours: Vec<Vec<u32>>,
    /// Counts changes of a cluster; old merges are known by it.
    age: Vec<u32>,
    /// The cluster that swallowed one.
    into: Vec<Option<u32>>,
}

/// `None` when the ground is small enough, or has rules that merging would blur.
pub fn coarsen<'p>(ground: &Ground<'p>, wanted: usize) -> Option<(Ground<'p>, Vec<u32>)> {
    let plain = ground.allowed.is_empty()
        && ground.apart_groups == 0
        && ground.incumbent.iter().all(Option::is_none)
        && ground.near.is_empty();
    if !plain || ground.items <= wanted + wanted / 4 {
        return None;
    }
    let mut clusters = Clusters {
        ground,
        pull: ground.pull.clone(),
        at: ground.at.clone(),
        values: ground.values.clone(),
        neighbours: (0..ground.items as u32).map(|item| ground.graph.of(item).to_vec()).collect(),
        age: vec![0; ground.items],
        into: vec![None; ground.items],
    };
    clusters.merge_until(wanted);
    Some(clusters.into_ground())
}

impl<'p> Clusters<'_, 'p> {
    fn merge_until(&mut self, wanted: usize) {
        let mut heap: BinaryHeap<Merge> = self.ground.graph.edges().filter_map(|(a, b)| self.offer(a, b)).collect();
        let mut left = self.ground.items;
        while left > wanted {
            let Some(Merge { a, b, ages, .. }) = heap.pop() else { break };
            if ages != (self.age[a as usize], self.age[b as usize]) {
                continue;
            }
            self.merge(a, b);
            left -= 1;
            let around = std::mem::take(&mut self.neighbours[a as usize]);
            heap.extend(around.iter().filter_map(|&n| self.offer(a.min(n), a.max(n))));
            self.neighbours[a as usize] = around;
        }
    }

    /// The merge of two living neighbours, if it is not too heavy.
    fn offer(&self, a: u32, b: u32) -> Option<Merge> {
        let (i, j) = (a as usize, b as usize);
        let quantities = self.ground.quantities;
        for q in 0..quantities {
            let sum = self.values[i * quantities + q] + self.values[j * quantities + q];
            if sum * self.ground.scale[q] > HEAVIEST {
                return None;
            }
        }
        let both = self.pull[i] + self.pull[j];
        let shared = if both > 0.0 { self.pull[i] * self.pull[j] / both } else { 0.0 };
        let (x, y) = (self.at[i], self.at[j]);
        let square: f64 = (0..3).map(|axis| (x[axis] - y[axis]) * (x[axis] - y[axis])).sum();
        // Weightless items go with their nearest, before anything else.
        let extra = if shared > 0.0 { shared * square } else { -1.0 / (1.0 + square) };
        Some(Merge { extra, a, b, ages: (self.age[i], self.age[j]) })
    }

    fn merge(&mut self, a: u32, b: u32) {
        let (i, j) = (a as usize, b as usize);
        let both = self.pull[i] + self.pull[j];
        for axis in 0..3 {
            self.at[i][axis] = if both > 0.0 {
                (self.pull[i] * self.at[i][axis] + self.pull[j] * self.at[j][axis]) / both
            } else {
                (self.at[i][axis] + self.at[j][axis]) / 2.0
            };
        }
        self.pull[i] = both;
        let quantities = self.ground.quantities;
        for q in 0..quantities {
            self.values[i * quantities + q] += self.values[j * quantities + q];
        }
        self.into[j] = Some(a);
        self.age[i] += 1;
        self.age[j] += 1;
        let gone = std::mem::take(&mut self.neighbours[j]);
        for &next in &gone {
            let around = &mut self.neighbours[next as usize];
            around.retain(|&n| n != b);
            if next != a && !around.contains(&a) {
                around.push(a);
                self.neighbours[i].push(next);
            }
        }
    }

    fn into_ground(self) -> (Ground<'p>, Vec<u32>) {
        let fine = self.ground;
        let root = |item: usize| {
            let mut item = item as u32;
            while let Some(into) = self.into[item as usize] {
                item = into;
            }
            item
        };
        let kept: Vec<u32> = (0..fine.items as u32).filter(|&i| self.into[i as usize].is_none()).collect();
        let mut number = vec![u32::MAX; fine.items];
        kept.iter().enumerate().for_each(|(new, &old)| number[old as usize] = new as u32);
        let coarse_of: Vec<u32> = (0..fine.items).map(|item| number[root(item) as usize]).collect();
        let mut inertia = vec![0.0; kept.len()];
        fine.inertia.iter().zip(&coarse_of).for_each(|(own, &coarse)| inertia[coarse as usize] += own);
        let pick = |old: &u32| *old as usize;
        let values = kept.iter().flat_map(|&old| {
            let first = old as usize * fine.quantities;
            self.values[first..first + fine.quantities].iter().copied()
        });
        let edges = fine.graph.edges().map(|(a, b)| (coarse_of[a as usize], coarse_of[b as usize]));
        let graph = Adjacency { derived: fine.graph.derived, ..Adjacency::from_edges(kept.len(), edges) };
        let ground = Ground {
            items: kept.len(),
            // One unit stands for all: a merged item is a point at its mean.
            first_unit: (0..=kept.len() as u32).collect(),
            units: kept.iter().map(|&old| fine.units_of(old)[0]).collect(),
            at: kept.iter().map(|old| self.at[pick(old)]).collect(),
            pull: kept.iter().map(|old| self.pull[pick(old)]).collect(),
            inertia,
            incumbent: vec![None; kept.len()],
            moving: vec![0.0; kept.len()],
            moving_cost: vec![0.0; kept.len()],
            values: values.collect(),
            graph,
            ..fine.clone()
        };
        (ground, coarse_of)
    }
}
