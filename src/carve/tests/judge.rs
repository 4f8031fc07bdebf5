//! What an assignment is worth, written anew from the documentation of [`Problem`]: nothing here calls the solver's own
//! sums, floods or distances.

use std::collections::BTreeSet;

use super::super::*;

/// Sums of sums are rounded in other orders than the solver's.
pub const NEAR: f64 = 1e-9;

/// Largest |load / target − 1| of every weight.
pub fn imbalance(problem: &Problem, territory: &[u32]) -> Vec<f64> {
    let all: f64 = problem.seats.capacity.iter().sum();
    let worst = |weight: &Weight| {
        let total: f64 = weight.values.iter().sum();
        let off = |(load, capacity): (&f64, &f64)| match total * capacity / all {
            0.0 => 0.0,
            target => (load / target - 1.0).abs(),
        };
        let loads = by_seat(problem, &weight.values, territory);
        loads.iter().zip(&problem.seats.capacity).map(off).fold(0.0, f64::max)
    };
    problem.weights.iter().map(worst).collect()
}

/// Sums of a quantity by seat.
pub fn by_seat(problem: &Problem, values: &[f64], territory: &[u32]) -> Vec<f64> {
    let mut sums = vec![0.0; problem.seats.keys.len()];
    values.iter().zip(territory).for_each(|(value, seat)| sums[*seat as usize] += value);
    sums
}

/// Pieces beyond the first of all territories together, by flooding.
pub fn pieces_beyond(adjacency: &Adjacency, territory: &[u32]) -> usize {
    let used: BTreeSet<&u32> = territory.iter().collect();
    pieces(adjacency, territory).len() - used.len()
}

/// The pieces of all territories.
pub fn pieces(adjacency: &Adjacency, territory: &[u32]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; territory.len()];
    let mut pieces = Vec::new();
    for start in 0..territory.len() {
        let mut piece = Vec::new();
        let mut waiting = vec![start];
        while let Some(unit) = waiting.pop() {
            if territory[unit] == territory[start] && !std::mem::replace(&mut seen[unit], true) {
                piece.push(unit);
                waiting.extend(near(adjacency, unit));
            }
        }
        if !piece.is_empty() {
            pieces.push(piece);
        }
    }
    pieces
}

pub fn near(adjacency: &Adjacency, unit: usize) -> impl Iterator<Item = usize> {
    let near = adjacency.offsets[unit] as usize..adjacency.offsets[unit + 1] as usize;
    adjacency.neighbours[near].iter().map(|near| *near as usize)
}

/// What a seat takes from others by having a unit, and what of it has an owner; in the budget's quantity.
pub fn leaving(problem: &Problem, unit: usize, seat: u32) -> (f64, f64) {
    let value = |unit: usize| match &problem.limits.moves {
        Some(budget) => budget.values[unit],
        None => f64::from(problem.units.accounts[unit]),
    };
    if !problem.limits.owned.is_empty() {
        let owned = &problem.limits.owned[unit];
        let others = owned.iter().filter(|part| part.seat != seat).map(|part| part.value).sum();
        return (others, owned.iter().map(|part| part.value).sum());
    }
    match problem.units.incumbent[unit] {
        Some(own) => (if own == seat { 0.0 } else { value(unit) }, value(unit)),
        None => (0.0, 0.0),
    }
}

/// What leaves its incumbent, as a share of what has one.
pub fn moved(problem: &Problem, territory: &[u32]) -> f64 {
    let each = territory.iter().enumerate().map(|(unit, seat)| leaving(problem, unit, *seat));
    let (gone, owned) = each.fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    if owned > 0.0 { gone / owned } else { 0.0 }
}

/// Kilometres by the formula of haversines on a sphere of radius 6371.0088 km; the straight distance in the plane.
pub fn distance(space: Space, a: Point, b: Point) -> f64 {
    if space == Space::Plane {
        return libm::hypot(a.x - b.x, a.y - b.y);
    }
    let ((lon_a, lat_a), (lon_b, lat_b)) = (angles(a), angles(b));
    let (north, east) = (libm::sin((lat_a - lat_b) / 2.0), libm::sin((lon_a - lon_b) / 2.0));
    let square = north * north + libm::cos(lat_a) * libm::cos(lat_b) * east * east;
    2.0 * 6371.0088 * libm::asin(square.sqrt().min(1.0))
}

fn angles(point: Point) -> (f64, f64) {
    (libm::atan2(point.y, point.x), libm::atan2(point.z, libm::hypot(point.x, point.y)))
}

/// What a unit costs at a seat that is measured from `centre`.
pub fn cost_at(problem: &Problem, unit: usize, seat: usize, centre: Option<Point>) -> f64 {
    let far = match (&problem.travel, problem.units.positions[unit], centre) {
        (Travel::Matrix(matrix), ..) => matrix[unit * problem.seats.keys.len() + seat],
        (_, Some(at), Some(centre)) => distance(problem.space, at, centre),
        _ => return 0.0,
    };
    let far = match (&problem.travel, problem.step) {
        (Travel::Positions, Some(step)) => (far / step + 0.5).floor() * step,
        _ => far,
    };
    problem.units.pull[unit] * if problem.power == Power::Squared { far * far } else { far }
}

pub fn cost(problem: &Problem, territory: &[u32], centres: &[Option<Point>]) -> f64 {
    let each = territory.iter().enumerate();
    each.map(|(unit, &seat)| cost_at(problem, unit, seat as usize, centres[seat as usize])).sum()
}

pub fn may_take(problem: &Problem, unit: usize, seat: u32) -> bool {
    match (problem.units.fixed[unit], problem.limits.eligible.get(unit)) {
        (Some(fixed), _) => fixed == seat,
        (None, Some(Some(may))) => may.contains(&seat),
        _ => true,
    }
}

/// Whether an assignment keeps everything that the problem asks for.
pub fn keeps(problem: &Problem, territory: &[u32]) -> bool {
    let within = |(off, weight): (&f64, &Weight)| *off <= weight.tolerance + NEAR;
    let sums = |values: &[f64]| by_seat(problem, values, territory);
    let accounts: Vec<f64> = problem.units.accounts.iter().map(|accounts| f64::from(*accounts)).collect();
    let counts = |(from, to): (u64, u64)| sums(&accounts).iter().all(|n| (from as f64..=to as f64).contains(n));
    let mixed = |mix: &Mix| {
        let (part, whole) = (sums(&mix.part), sums(&mix.whole));
        part.iter().zip(&whole).all(|(p, w)| *p >= mix.from * w - NEAR && *p <= mix.to * w + NEAR)
    };
    let groups = &problem.limits;
    let seats = |group: &Vec<u32>| group.iter().map(|unit| territory[*unit as usize]).collect::<BTreeSet<u32>>();
    imbalance(problem, territory).iter().zip(&problem.weights).all(within)
        && groups.accounts.is_none_or(counts)
        && groups.mixes.iter().all(mixed)
        && groups.moves.as_ref().is_none_or(|moves| moved(problem, territory) <= moves.share + NEAR)
        && groups.together.iter().all(|group| seats(group).len() == 1)
        && groups.apart.iter().all(|group| seats(group).len() == group.len())
        && territory.iter().enumerate().all(|(unit, seat)| may_take(problem, unit, *seat))
        && (!problem.contiguous || problem.adjacency.as_ref().is_some_and(|a| pieces_beyond(a, territory) == 0))
}

/// Panics unless everything that a solution reports is what the units say.
pub fn confirm(problem: &Problem, solution: &Solution) {
    let territory = &solution.territory;
    assert_eq!(territory.len(), problem.units.keys.len(), "no unit is lost");
    assert!(territory.iter().all(|seat| (*seat as usize) < problem.seats.keys.len()));
    for (n, weight) in problem.weights.iter().enumerate() {
        let loads = by_seat(problem, &weight.values, territory);
        assert!(loads.iter().zip(&solution.loads[n]).all(|(a, b)| (a - b).abs() < NEAR), "{loads:?}");
    }
    for (n, off) in imbalance(problem, territory).into_iter().enumerate() {
        assert!((off - solution.imbalance[n]).abs() < NEAR, "{off} is reported as {}", solution.imbalance[n]);
        assert!(solution.least_imbalance[n] <= off + 1e-12, "{:?} but {off}", solution.least_imbalance);
    }
    if let (Some(strays), Some(adjacency)) = (&solution.stray_pieces, &problem.adjacency) {
        assert_eq!(strays.iter().sum::<u32>() as usize, pieces_beyond(adjacency, territory));
    }
    assert_eq!(solution.stray_pieces.is_some(), problem.contiguous || problem.adjacency.is_some());
    let moved = moved(problem, territory);
    assert!((solution.moved - moved).abs() < NEAR, "{moved} is reported as {}", solution.moved);
    let cost = cost(problem, territory, &solution.centres);
    // Haversines lose digits where points are near.
    assert!((solution.cost - cost).abs() <= 1e-7 * (1.0 + cost), "{cost} is reported as {}", solution.cost);
    assert_eq!(solution.broken.is_empty(), keeps(problem, territory), "{:?}", solution.broken);
    let kept = solution.broken.is_empty();
    assert!(!kept || !solution.impossible);
    assert!(!kept || solution.bound.value <= solution.cost * (1.0 + NEAR) + NEAR, "{:?}", solution.bound);
}
