//! Where a search begins when there are territories already.
//!
//! Takes the seat of every unit today, gives a seat for every unit: as today, where that seat is no more the nearest one
//! left, and for seats that are new a part of their own, cut out of what lies around them. Invariant: every seat begins
//! with a unit as long as there are enough units.

use crate::carve::{Point, Seats, Units};

/// Distances are compared straight through the Earth, which orders them as great circles do.
pub(super) fn start(today: &[Option<u32>], units: &Units, seats: &Seats) -> Vec<u32> {
    let count = seats.keys.len();
    let mut pulls = vec![0.0; count];
    let mut centres: Vec<Option<Point>> = vec![None; count];
    for seat in 0..count {
        let own = (0..today.len()).filter(|&unit| today[unit] == Some(seat as u32));
        let placed: Vec<(Point, f64)> =
            own.filter_map(|unit| units.positions[unit].map(|at| (at, units.pull[unit]))).collect();
        pulls[seat] = placed.iter().map(|(_, pull)| pull).sum();
        centres[seat] = crate::carve::Space::Sphere.mean(placed);
    }
    let nearest = |here: Point| {
        let distances = (0..count).filter_map(|seat| Some((here.straight_squared(centres[seat]?), seat as u32)));
        distances.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, seat)| seat)
    };
    let of_unit = |unit: usize| units.fixed[unit].or(today[unit]).or_else(|| units.positions[unit].and_then(nearest));
    let mut territory: Vec<u32> = (0..today.len()).map(|unit| of_unit(unit).unwrap_or(0)).collect();
    let mut sizes = vec![0usize; count];
    territory.iter().for_each(|&seat| sizes[seat as usize] += 1);
    let capacity: f64 = seats.capacity.iter().sum();
    let all: f64 = units.pull.iter().sum();
    for seat in (0..count).filter(|&seat| !today.contains(&Some(seat as u32))) {
        settle(seat, all * seats.capacity[seat] / capacity, units, seats, &mut territory, &mut sizes);
    }
    territory
}

/// Gives a seat without units those around it, until it has its share: around its own position, or else around the unit
/// of the fullest territory that lies farthest from the territory's other units.
fn settle(seat: usize, share: f64, units: &Units, seats: &Seats, territory: &mut [u32], sizes: &mut [usize]) {
    if sizes[seat] > 0 {
        return;
    }
    let free = |unit: &usize| units.fixed[*unit].is_none() && units.positions[*unit].is_some();
    let middle = seats.positions[seat].or_else(|| far_corner(units, seats, territory));
    let Some(middle) = middle else { return };
    let far = |unit: usize| units.positions[unit].map_or(f64::INFINITY, |at| at.straight_squared(middle));
    let mut around: Vec<usize> = (0..territory.len()).filter(free).collect();
    around.sort_by(|a, b| far(*a).total_cmp(&far(*b)).then(a.cmp(b)));
    let mut got = 0.0;
    for unit in around {
        let from = territory[unit] as usize;
        if from == seat || sizes[from] < 2 {
            continue;
        }
        if sizes[seat] > 0 && got + units.pull[unit] > share {
            break;
        }
        territory[unit] = seat as u32;
        sizes[from] -= 1;
        sizes[seat] += 1;
        got += units.pull[unit];
    }
}

/// The place in the fullest territory, for its capacity, that is farthest from its mean; ties to the first unit.
fn far_corner(units: &Units, seats: &Seats, territory: &[u32]) -> Option<Point> {
    let mut loads = vec![0.0; seats.keys.len()];
    for (unit, &seat) in territory.iter().enumerate() {
        loads[seat as usize] += units.pull[unit] / seats.capacity[seat as usize];
    }
    let fullest = (0..loads.len()).max_by(|a, b| loads[*a].total_cmp(&loads[*b]).then(b.cmp(a)))? as u32;
    let members = || (0..territory.len()).filter(|&u| territory[u] == fullest && units.positions[u].is_some());
    let placed = members().filter_map(|u| units.positions[u].map(|at| (at, units.pull[u])));
    let mean = crate::carve::Space::Sphere.mean(placed)?;
    let far = |unit: usize| units.positions[unit].map_or(0.0, |at| at.straight_squared(mean));
    let corner = members().max_by(|a, b| far(*a).total_cmp(&far(*b)).then(b.cmp(a)))?;
    units.positions[corner]
}
