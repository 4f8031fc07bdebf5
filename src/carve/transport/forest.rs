//! From any optimal flow to one with few split units.
//!
//! Takes the members of every seat; parts of split units form a graph between units and seats, and every cycle in it is
//! undone by passing load around until a part is used up, which changes no seat's load and, since all parts are optimal at
//! the same prices, no cost. Invariant: afterwards that graph is a forest, so at most seats − 1 units are split.

use super::Part;
use super::seats::Member;

/// Undoes cycles in `members` and gives the parts of the units that stay split.
pub(super) fn split(members: &mut [Vec<Member>]) -> Vec<Part> {
    let mut parts: Vec<Edge> = Vec::new();
    for (seat, members) in members.iter().enumerate() {
        parts.extend(members.iter().map(|member| Edge { unit: member.unit, seat: seat as u32, member: *member }));
    }
    parts.sort_unstable_by_key(|edge| (edge.unit, edge.seat));
    let mut forest: Vec<Edge> = Vec::new();
    for of_one in parts.chunk_by(|a, b| a.unit == b.unit).filter(|of_one| of_one.len() > 1) {
        for edge in of_one {
            match path(&forest, edge.unit, edge.seat) {
                None => forest.push(*edge),
                Some(cycle) => turn(&mut forest, *edge, &cycle),
            }
        }
    }
    let mut touched: Vec<u32> =
        parts.chunk_by(|a, b| a.unit == b.unit).filter(|c| c.len() > 1).map(|c| c[0].unit).collect();
    touched.dedup();
    forest.retain(|edge| edge.member.amount > 0.0);
    for members in members.iter_mut() {
        members.retain(|member| touched.binary_search(&member.unit).is_err());
    }
    for edge in &forest {
        members[edge.seat as usize].push(edge.member);
    }
    forest.sort_unstable_by_key(|edge| (edge.unit, edge.seat));
    let still = forest.chunk_by(|a, b| a.unit == b.unit).filter(|of_one| of_one.len() > 1);
    still.flatten().map(|edge| Part { unit: edge.unit, seat: edge.seat, amount: edge.member.amount }).collect()
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    unit: u32,
    seat: u32,
    member: Member,
}

/// The edges of the forest that lead from `seat` to `unit`, in order.
fn path(forest: &[Edge], unit: u32, seat: u32) -> Option<Vec<usize>> {
    // (is a unit, name), the edge that led here, the step before.
    let mut steps: Vec<(bool, u32, usize, usize)> = vec![(false, seat, usize::MAX, usize::MAX)];
    let mut next = 0;
    while next < steps.len() {
        let (is_unit, name, came, _) = steps[next];
        if is_unit && name == unit {
            let mut edges = Vec::new();
            let mut at = next;
            while steps[at].2 != usize::MAX {
                edges.push(steps[at].2);
                at = steps[at].3;
            }
            edges.reverse();
            return Some(edges);
        }
        for (index, edge) in forest.iter().enumerate() {
            if index != came && (if is_unit { edge.unit } else { edge.seat }) == name {
                steps.push((!is_unit, if is_unit { edge.seat } else { edge.unit }, index, next));
            }
        }
        next += 1;
    }
    None
}

/// Adds `edge`, which closes `cycle`, and passes load around until one edge of the cycle is empty.
fn turn(forest: &mut Vec<Edge>, edge: Edge, cycle: &[usize]) {
    forest.push(edge);
    let mut round = vec![forest.len() - 1];
    round.extend(cycle);
    // Edges alternate in sign around the cycle; of the two directions take the one that rounding makes cheaper.
    let slope: f64 = round
        .iter()
        .enumerate()
        .map(|(at, &index)| forest[index].member.rate * if at % 2 == 0 { 1.0 } else { -1.0 })
        .sum();
    let shrink = usize::from(slope <= 0.0);
    let mut least = (f64::INFINITY, 0);
    for (at, &index) in round.iter().enumerate() {
        if at % 2 == shrink && forest[index].member.amount < least.0 {
            least = (forest[index].member.amount, index);
        }
    }
    for (at, &index) in round.iter().enumerate() {
        forest[index].member.amount += if at % 2 == shrink { -least.0 } else { least.0 };
    }
    forest.remove(least.1);
}
