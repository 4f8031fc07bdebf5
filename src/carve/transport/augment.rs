//! Shortest paths from seats with too much to seats with too little.
//!
//! Takes the graph of seats, leaves it without surplus and with prices that prove the flow optimal over the candidates.
//! Invariant: reduced lengths never become negative beyond rounding. Which pairs are candidates is deliberately absent.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::arcs::Arcs;
use super::seats::{NONE, SeatGraph};

/// One search: distances from the nodes with surplus.
struct Tree {
    distance: Vec<f64>,
    /// The node before, and the unit handed over (none towards or from the sink).
    before: Vec<(u32, u32)>,
    done: Vec<bool>,
    /// Nodes that were reached; of one that is there twice the nearer counts.
    open: BinaryHeap<Reached>,
}

/// The nearest first, ties by number.
#[derive(PartialEq)]
struct Reached {
    distance: f64,
    node: u32,
}

impl Eq for Reached {}

impl Ord for Reached {
    fn cmp(&self, other: &Self) -> Ordering {
        other.distance.total_cmp(&self.distance).then(other.node.cmp(&self.node))
    }
}

impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl SeatGraph {
    /// Moves all surplus to where it lacks; on failure, the nodes that the remaining surplus reaches.
    pub fn balance(&mut self, arcs: &Arcs) -> Result<(), Vec<bool>> {
        let nodes = self.seats + 1;
        let mut tree = Tree {
            distance: vec![0.0; nodes],
            before: vec![(NONE, NONE); nodes],
            done: vec![false; nodes],
            open: BinaryHeap::new(),
        };
        while self.surplus.iter().any(|&surplus| surplus > self.grain) {
            self.steps += 1;
            let Some(end) = self.search(arcs, &mut tree) else {
                // What rounding leaves over has nowhere to go and needs none.
                if self.surplus.iter().all(|&surplus| surplus <= 100.0 * self.grain) {
                    break;
                }
                return Err(tree.done);
            };
            let reach = tree.distance[end];
            for node in (0..nodes).filter(|&node| tree.done[node]) {
                self.price[node] += (reach - tree.distance[node]).max(0.0);
            }
            self.augment(arcs, &tree, end);
        }
        Ok(())
    }

    /// The nearest node that lacks load (ties: the first), or none if it cannot be reached.
    fn search(&mut self, arcs: &Arcs, tree: &mut Tree) -> Option<usize> {
        let (seats, nodes) = (self.seats, self.seats + 1);
        tree.done.fill(false);
        tree.open.clear();
        for node in 0..nodes {
            let begins = self.surplus[node] > self.grain;
            tree.distance[node] = if begins { 0.0 } else { f64::INFINITY };
            tree.before[node] = (NONE, NONE);
            if begins {
                tree.open.push(Reached { distance: 0.0, node: node as u32 });
            }
        }
        while let Some(Reached { distance, node }) = tree.open.pop() {
            let node = node as usize;
            if tree.done[node] {
                continue;
            }
            if self.surplus[node] < -self.grain {
                return Some(node);
            }
            tree.done[node] = true;
            let base = distance - self.price[node];
            if node == seats {
                for to in 0..seats {
                    if !tree.done[to] && self.passed[to] > self.least[to] {
                        relax(tree, distance, base + self.price[to], (node, to), NONE);
                    }
                }
                continue;
            }
            self.freshen(node, arcs);
            let row = &self.handovers[node * seats..(node + 1) * seats];
            for &to in &self.ends[node] {
                let to = to as usize;
                let length = base + row[to].extra + self.price[to];
                if length < tree.distance[to] && !tree.done[to] {
                    relax(tree, distance, length, (node, to), row[to].unit);
                }
            }
            if !tree.done[seats] && self.passed[node] < self.most[node] {
                relax(tree, distance, base + self.price[seats], (node, seats), NONE);
            }
        }
        None
    }

    /// Sends as much as fits along the path to `end`.
    fn augment(&mut self, arcs: &Arcs, tree: &Tree, end: usize) {
        let seats = self.seats;
        let mut amount = -self.surplus[end];
        let mut path = Vec::new();
        let mut node = end;
        while tree.before[node].0 != NONE {
            let (from, unit) = (tree.before[node].0 as usize, tree.before[node].1);
            let room = if node == seats {
                self.most[from] - self.passed[from]
            } else if from == seats {
                self.passed[node] - self.least[node]
            } else {
                let held = self.members[from].iter().find(|member| member.unit == unit);
                held.expect("handovers name members").amount
            };
            amount = amount.min(room);
            path.push((from, node, unit));
            node = from;
        }
        amount = amount.min(self.surplus[node]);
        self.surplus[node] -= amount;
        self.surplus[end] += amount;
        for (from, to, unit) in path.into_iter().rev() {
            if to == seats {
                self.passed[from] = snap(self.passed[from] + amount, self.most[from], self.grain);
            } else if from == seats {
                self.passed[to] = snap(self.passed[to] - amount, self.least[to], self.grain);
            } else {
                self.hand_over(unit, from, to, amount, arcs);
            }
        }
    }
}

fn relax(tree: &mut Tree, distance: f64, length: f64, (from, to): (usize, usize), unit: u32) {
    // Rounding may make a length a hair negative.
    let length = length.max(distance);
    if length < tree.distance[to] {
        tree.distance[to] = length;
        tree.before[to] = (from as u32, unit);
        tree.open.push(Reached { distance: length, node: to as u32 });
    }
}

/// `value`, or `limit` if they differ by rounding.
fn snap(value: f64, limit: f64, grain: f64) -> f64 {
    if (value - limit).abs() <= grain { limit } else { value }
}
