//! Parts of the map behind a single gate.
//!
//! Takes a question whose territories are to be in one piece, gives one in which what can be reached through one unit
//! alone goes with that unit, where it is too little for a territory of its own: whatever territory has some of it must
//! have the gate too, and then has all of it. No answer in one piece that keeps its limits is lost, and a search that moves
//! unit by unit is not held up by gates that it can never give away. The gates are the cut vertices of the graph
//! (Hopcroft and Tarjan, *Efficient algorithms for graph manipulation*, 1973). Invariant: no unit behind a gate that has
//! rules of its own is bound to it.

use std::cmp::Reverse;
use std::ops::Range;

use super::problem::{Adjacency, Problem};
use super::search::Ground;

/// The question with what lies behind gates bound to them; `None` if there is nothing of the kind.
pub(super) fn bind_dead_ends(ground: &Ground) -> Option<Problem> {
    let Gates { order, behind } = Gates::new(&ground.graph);
    let has_rules = |item: u32| {
        ground.allowed.get(item as usize).is_some_and(Option::is_some)
            || ground.apart.get(item as usize).is_some_and(|groups| !groups.is_empty())
    };
    let along = |value: &dyn Fn(u32) -> f64| sums(order.iter().map(|&item| value(item)));
    let rules = along(&|item| f64::from(has_rules(item)));
    let values: Vec<Vec<f64>> =
        (0..ground.quantities).map(|quantity| along(&|item| ground.values_of(item)[quantity])).collect();
    let least = |quantity: usize| {
        ground.low.iter().skip(quantity).step_by(ground.quantities).copied().fold(f64::INFINITY, f64::min)
    };
    let least: Vec<f64> = (0..ground.quantities).map(least).collect();
    let within = |sums: &[f64], part: &Range<usize>| sums[part.end] - sums[part.start];
    let too_little = |part: &Range<usize>| values.iter().zip(&least).any(|(sums, least)| within(sums, part) < *least);
    let mut groups = ground.problem.limits.together.clone();
    let before = groups.len();
    let mut bound = order.len();
    // A part comes after all that lie within it: from the end, those within a bound one start at it or later.
    for (gate, part) in behind.iter().rev() {
        if part.end <= bound && within(&rules, part) == 0.0 && too_little(part) {
            bound = part.start;
            let items = std::iter::once(gate).chain(&order[part.clone()]);
            groups.push(items.flat_map(|&item| ground.units_of(item).iter().copied()).collect());
        }
    }
    (groups.len() > before).then(|| {
        let mut problem = ground.problem.clone();
        problem.limits.together = groups;
        problem
    })
}

/// Sums of all that comes before each place, and of all.
fn sums(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let running = values.scan(0.0, |sum, value| {
        *sum += value;
        Some(*sum)
    });
    std::iter::once(0.0).chain(running).collect()
}

/// The cut vertices of a graph, seen from a node with the most neighbours in its component.
struct Gates {
    /// The nodes as a search in depth meets them.
    order: Vec<u32>,
    /// Every gate and a part behind it, by places in that order; a part comes after all parts within it.
    behind: Vec<(u32, Range<usize>)>,
}

impl Gates {
    fn new(graph: &Adjacency) -> Self {
        let nodes = graph.units();
        let mut roots: Vec<u32> = (0..nodes as u32).collect();
        roots.sort_by_key(|&node| (Reverse(graph.of(node).len()), node));
        let (mut order, mut behind) = (Vec::with_capacity(nodes), Vec::new());
        // Where a node was met, and the earliest place that can be reached from below it by one edge.
        let (mut met, mut low) = (vec![usize::MAX; nodes], vec![usize::MAX; nodes]);
        for root in roots {
            if met[root as usize] != usize::MAX {
                continue;
            }
            let mut path: Vec<(u32, usize)> = Vec::new();
            let mut entered = Some(root);
            loop {
                if let Some(node) = entered.take() {
                    (met[node as usize], low[node as usize]) = (order.len(), order.len());
                    order.push(node);
                    path.push((node, 0));
                }
                let Some((node, next)) = path.last_mut() else { break };
                let at = *node as usize;
                if let Some(&other) = graph.of(*node).get(*next) {
                    *next += 1;
                    match met[other as usize] {
                        usize::MAX => entered = Some(other),
                        place => low[at] = low[at].min(place),
                    }
                    continue;
                }
                path.pop();
                if let Some(&(gate, _)) = path.last() {
                    low[gate as usize] = low[gate as usize].min(low[at]);
                    if low[at] >= met[gate as usize] {
                        // All that was met since the node lies below it.
                        behind.push((gate, met[at]..order.len()));
                    }
                }
            }
        }
        Self { order, behind }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The nodes that can be reached from one without passing another.
    fn reached(graph: &Adjacency, from: u32, without: u32) -> Vec<u32> {
        let (mut seen, mut open) = (vec![from], vec![from]);
        while let Some(node) = open.pop() {
            for &next in graph.of(node) {
                if next != without && !seen.contains(&next) {
                    seen.push(next);
                    open.push(next);
                }
            }
        }
        seen.sort_unstable();
        seen
    }

    proptest! {
        #[test]
        fn parts_behind_a_gate_are_what_is_cut_off_without_it(
            edges in proptest::collection::vec((0u32..24, 0u32..24), 5..40),
        ) {
            let graph = Adjacency::from_edges(24, edges);
            let found = Gates::new(&graph);
            for (gate, part) in &found.behind {
                let mut behind = found.order[part.clone()].to_vec();
                behind.sort_unstable();
                prop_assert_eq!(&behind, &reached(&graph, behind[0], *gate));
            }
            for gate in 0..24 {
                let mut parts: Vec<Vec<u32>> = graph.of(gate).iter().map(|&n| reached(&graph, n, gate)).collect();
                parts.sort();
                parts.dedup();
                let behind = found.behind.iter().filter(|(other, _)| *other == gate).count();
                // All parts but the one that holds the root, if it is not the gate itself.
                prop_assert!(behind == parts.len() || behind + 1 == parts.len(), "{} of {}", behind, parts.len());
            }
        }
    }
}
