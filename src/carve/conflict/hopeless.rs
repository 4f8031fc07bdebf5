//! Proofs that limits cannot hold, found without solving.
//!
//! Takes a [`Ground`], says whether one of these shows that no assignment keeps its limits: an item that no seat may take
//! or can bear; loads that cannot add up; more that must move than may; units to be kept apart that have too few seats; an
//! island that is too light for a territory and cannot join one. Invariant: yes is a proof; no says nothing.

use super::super::contiguity::Pieces;
use super::super::search::Ground;

pub(super) fn hopeless(ground: &Ground) -> bool {
    homeless(ground)
        || too_heavy(ground)
        || uneven(ground)
        || bound_to_move(ground)
        || crowded(ground)
        || islands(ground)
}

fn homeless(ground: &Ground) -> bool {
    ground.allowed.iter().flatten().any(Vec::is_empty)
}

/// Rounding of sums, in the quantity.
fn grain(ground: &Ground, quantity: usize) -> f64 {
    1e-9 / ground.scale[quantity]
}

/// Whether no load of a quantity is below nought, so that what one item adds nothing else takes away.
fn only_adds(ground: &Ground, quantity: usize) -> bool {
    ground.values.iter().skip(quantity).step_by(ground.quantities).all(|value| *value >= 0.0)
}

fn too_heavy(ground: &Ground) -> bool {
    (0..ground.quantities).filter(|q| only_adds(ground, *q)).any(|q| {
        let high = |seat: u32| ground.high[seat as usize * ground.quantities + q] + grain(ground, q);
        let bears = |item: u32, seat: u32| ground.may_take(seat, item) && ground.values_of(item)[q] <= high(seat);
        (0..ground.items as u32).any(|item| !(0..ground.seats as u32).any(|seat| bears(item, seat)))
    })
}

fn uneven(ground: &Ground) -> bool {
    (0..ground.quantities).any(|q| {
        let total: f64 = ground.values.iter().skip(q).step_by(ground.quantities).sum();
        let sum = |limits: &[f64]| limits.iter().skip(q).step_by(ground.quantities).sum::<f64>();
        let slack = grain(ground, q) * ground.seats as f64;
        sum(&ground.low) > total + slack || sum(&ground.high) < total - slack
    })
}

fn bound_to_move(ground: &Ground) -> bool {
    if ground.most_moved.is_infinite() {
        return false;
    }
    let least = |item: u32| {
        let seats = (0..ground.seats as u32).filter(|seat| ground.may_take(*seat, item));
        seats.map(|seat| ground.leaves(item, seat)).fold(f64::INFINITY, f64::min)
    };
    let forced: f64 = (0..ground.items as u32).map(least).filter(|moved| moved.is_finite()).sum();
    forced > ground.most_moved + 1e-9 * ground.usual_move
}

/// A group of which no two may share a seat has no seat for each, by Kuhn's matching; or two of it are one item.
fn crowded(ground: &Ground) -> bool {
    ground.problem.limits.apart.iter().any(|group| {
        let mut items: Vec<u32> = group.iter().map(|unit| ground.item_of[*unit as usize]).collect();
        items.sort_unstable();
        let doubled = items.windows(2).any(|pair| pair[0] == pair[1]);
        let mut holder: Vec<Option<u32>> = vec![None; ground.seats];
        doubled || items.iter().any(|item| !seat(*item, ground, &mut holder, &mut vec![false; ground.seats]))
    })
}

fn seat(item: u32, ground: &Ground, holder: &mut [Option<u32>], tried: &mut [bool]) -> bool {
    for option in (0..ground.seats).filter(|seat| ground.may_take(*seat as u32, item)) {
        if std::mem::replace(&mut tried[option], true) {
            continue;
        }
        if holder[option].is_none_or(|other| seat(other, ground, holder, tried)) {
            holder[option] = Some(item);
            return true;
        }
    }
    false
}

/// A part of the graph without a way to the rest must be made of whole territories.
fn islands(ground: &Ground) -> bool {
    if !ground.contiguous {
        return false;
    }
    let pieces = Pieces::new(&ground.graph, &vec![0; ground.items]);
    if pieces.pieces.len() > ground.seats {
        return true;
    }
    (0..ground.quantities).filter(|q| only_adds(ground, *q)).any(|q| {
        let mut loads = vec![0.0; pieces.pieces.len()];
        // Items without neighbours may go anywhere.
        let mut loose = 0.0;
        for item in 0..ground.items {
            let value = ground.values_of(item as u32)[q];
            match loads.get_mut(pieces.of[item] as usize) {
                Some(load) => *load += value,
                None => loose += value,
            }
        }
        let of_seat = |limits: &[f64]| limits.iter().skip(q).step_by(ground.quantities).copied().collect::<Vec<f64>>();
        let least = of_seat(&ground.low).into_iter().fold(f64::INFINITY, f64::min);
        let most = of_seat(&ground.high).into_iter().fold(0.0, f64::max);
        let fits = |load: f64, territories: f64| {
            load + loose + grain(ground, q) >= territories * least && load <= territories * most + grain(ground, q)
        };
        loads.iter().any(|load| !(1..=ground.seats).any(|n| fits(*load, n as f64)))
    })
}
