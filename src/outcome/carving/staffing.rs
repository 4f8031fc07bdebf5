//! Who sits in which territory: seats against the territories of an alignment.
//!
//! A territory survives with its rep. When a rep leaves and another comes, or a hire fills an open seat, the territory
//! changes hands and no account moves; only when territories are too many or too few must the solver run again.

use std::collections::BTreeMap;

use super::seat_point;
use crate::carve::Space;
use crate::outcome::alignment::CarveAlignment;
use crate::outcome::roster::Seat;

/// How the seats of today fit the territories of the alignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staffing {
    /// Per seat the territory that it has in the alignment, if any.
    pub territory_of_seat: Vec<Option<u32>>,
    /// Why the alignment no longer fits, in the words of a message; empty when it does.
    pub stale: Vec<String>,
}

/// Matches by the rep's key; then reps without a territory take open ones, the nearest first; open seats take what is
/// left.
pub fn staff(alignment: &CarveAlignment, seats: &[Seat], around_seats: bool) -> Staffing {
    let by_key: BTreeMap<&str, u32> = alignment
        .territories
        .iter()
        .enumerate()
        .filter_map(|(t, territory)| territory.seat.as_deref().map(|seat| (seat, t as u32)))
        .collect();
    let mut territory_of_seat: Vec<Option<u32>> =
        seats.iter().map(|s| s.rep.and_then(|_| by_key.get(s.key.as_str()).copied())).collect();
    let mut stale = Vec::new();
    for (seat, territory) in seats.iter().zip(&territory_of_seat) {
        let Some(territory) = territory.map(|t| &alignment.territories[t as usize]) else { continue };
        if !close(territory.capacity, seat.capacity) {
            stale.push(format!("the capacity of `{}` was {} and is {}", seat.key, territory.capacity, seat.capacity));
        }
        if let (true, Some(was), Some(is)) = (around_seats, territory.centre, seat.position)
            && ((was.0 - is.0).abs() > 1e-4 || (was.1 - is.1).abs() > 1e-4)
        {
            stale.push(format!("`{}` sits elsewhere than when the territories were carved", seat.key));
        }
    }
    let mut left: Vec<u32> =
        (0..alignment.territories.len() as u32).filter(|t| !territory_of_seat.contains(&Some(*t))).collect();
    let distance = |territory: u32, seat: &Seat| {
        let centre = alignment.territories[territory as usize].centre;
        centre.zip(seat.position).map_or(f64::INFINITY, |(a, b)| Space::Sphere.distance(seat_point(a), seat_point(b)))
    };
    for filled in [true, false] {
        for (s, seat) in seats.iter().enumerate() {
            if territory_of_seat[s].is_some() || seat.rep.is_some() != filled {
                continue;
            }
            // A hire takes an open territory; only then one whose rep has left.
            let open = |t: u32| alignment.territories[t as usize].seat.is_some();
            let best = left.iter().copied().min_by(|a, b| {
                open(*a).cmp(&open(*b)).then(distance(*a, seat).total_cmp(&distance(*b, seat))).then(a.cmp(b))
            });
            if let Some(best) = best {
                let capacity = alignment.territories[best as usize].capacity;
                if !close(capacity, seat.capacity) && seat.rep.is_some() {
                    stale.push(format!(
                        "`{}` has a capacity of {} and takes a territory carved for {capacity}",
                        seat.key, seat.capacity
                    ));
                }
                left.retain(|t| *t != best);
                territory_of_seat[s] = Some(best);
            }
        }
    }
    let (seats_left, territories_left) = (territory_of_seat.iter().filter(|t| t.is_none()).count(), left.len());
    if seats_left > 0 {
        stale.push(format!("{seats_left} of {} seats have no territory", seats.len()));
    }
    if territories_left > 0 {
        stale.push(format!("{territories_left} of {} territories have no seat", alignment.territories.len()));
    }
    Staffing { territory_of_seat, stale }
}

/// The file keeps ten digits.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-8 * a.abs().max(b.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::alignment::AlignedTerritory;

    fn alignment(seats: &[Option<&str>]) -> CarveAlignment {
        CarveAlignment {
            carve: "c".into(),
            inputs: String::new(),
            effort: String::new(),
            seed: 0,
            objective: 0.0,
            bound: None,
            least_imbalance: vec![],
            weights: vec![],
            territories: seats
                .iter()
                .enumerate()
                .map(|(i, seat)| AlignedTerritory {
                    name: format!("T{i}"),
                    seat: seat.map(Into::into),
                    capacity: 1.0,
                    centre: Some((i as f64, 0.0)),
                    prices: vec![],
                })
                .collect(),
            units: vec![],
        }
    }

    fn seat(key: &str, rep: Option<usize>, lat: f64) -> Seat {
        Seat { key: key.into(), rep, position: Some((lat, 0.0)), capacity: 1.0 }
    }

    #[test]
    fn a_hire_takes_the_open_territory() {
        let staffing = staff(
            &alignment(&[Some("A"), None, Some("B")]),
            &[seat("A", Some(0), 0.0), seat("B", Some(1), 2.0), seat("H", Some(2), 2.0)],
            true,
        );
        assert_eq!(staffing.territory_of_seat, [Some(0), Some(2), Some(1)]);
        assert!(staffing.stale.is_empty(), "{:?}", staffing.stale);
    }

    #[test]
    fn one_more_seat_is_stale_and_so_is_one_less() {
        let two = alignment(&[Some("A"), Some("B")]);
        let more = [seat("A", Some(0), 0.0), seat("B", Some(1), 1.0), seat("C", Some(2), 1.0)];
        assert_eq!(staff(&two, &more, true).stale, ["1 of 3 seats have no territory"]);
        assert_eq!(staff(&two, &more[..1], true).stale, ["1 of 2 territories have no seat"]);
    }

    #[test]
    fn a_move_of_home_counts_around_seats_alone() {
        let two = alignment(&[Some("A"), Some("B")]);
        let moved = [seat("A", Some(0), 5.0), seat("B", Some(1), 1.0)];
        assert_eq!(staff(&two, &moved, true).stale.len(), 1);
        assert!(staff(&two, &moved, false).stale.is_empty());
    }
}
