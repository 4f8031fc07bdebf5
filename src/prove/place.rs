//! The classes of a point column: which circles and areas hold a place.
//!
//! Takes the shapes that the plan asks about, gives every way in which they may hold a place or not. Two shapes are
//! disjoint, one within the other, or neither, decided by distances and by their borders; a way that no pair forbids and
//! of which no place is known is *doubtful*. Places are looked for around crossings of borders, where every part of an
//! arrangement of shapes has a corner, and around each border alone. Invariant: a way that is left out is impossible.
//! Deliberately absent: three shapes that meet pairwise and not all at once (that way is doubtful).

use std::collections::{BTreeMap, BTreeSet};

use super::border::{self, Area, Meeting};

/// Beyond this many ways the shapes are not told apart together.
const MOST_WAYS: usize = 4_096;
const MOST_SHAPES: usize = 128;

/// One way to lie in some of the shapes and not in the others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Way {
    pub within: Vec<bool>,
    /// A place that lies so; none: doubtful.
    pub at: Option<(f64, f64)>,
}

/// All ways, those with a place first; `None` when there are too many.
pub(super) fn ways(areas: &[Area<'_>]) -> Option<Vec<Way>> {
    if areas.len() > MOST_SHAPES {
        return None;
    }
    let mut known: BTreeMap<Vec<bool>, (f64, f64)> = BTreeMap::new();
    let within = |lat: f64, lon: f64| -> Vec<bool> { areas.iter().map(|area| area.contains(lat, lon)).collect() };
    for (lat, lon) in border::places(areas) {
        known.entry(within(lat, lon)).or_insert((lat, lon));
    }
    // Fewer digits read better where they do as well.
    for (way, place) in &mut known {
        let rounded = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5].map(|d| ((place.0 * d).round() / d, (place.1 * d).round() / d));
        if let Some(plainer) = rounded.into_iter().find(|(lat, lon)| within(*lat, *lon) == *way) {
            *place = plainer;
        }
    }
    let meetings: Vec<Vec<Meeting>> = (0..areas.len())
        .map(|later| (0..later).map(|earlier| border::meeting(&areas[earlier], &areas[later])).collect())
        .collect();
    let mut possible = vec![Vec::new()];
    for (at, area) in areas.iter().enumerate() {
        let mut longer = Vec::with_capacity(possible.len() * 2);
        for way in possible {
            for holds in [true, false] {
                let fits = |(earlier, meeting): (usize, &Meeting)| meeting.allows(way[earlier], holds);
                if area.may(holds) && meetings[at].iter().enumerate().all(fits) {
                    let mut way: Vec<bool> = way.clone();
                    way.push(holds);
                    longer.push(way);
                }
            }
        }
        if longer.len() > MOST_WAYS {
            return None;
        }
        possible = longer;
    }
    let all: BTreeSet<Vec<bool>> = possible.into_iter().chain(known.keys().cloned()).collect();
    let mut ways: Vec<Way> = all.into_iter().map(|within| Way { at: known.get(&within).copied(), within }).collect();
    ways.sort_by_key(|way| way.at.is_none());
    Some(ways)
}
