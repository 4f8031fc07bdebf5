//! From an answer to an alignment, and from an alignment to a territory for every unit.

use super::names::names;
use super::{Asked, Carving, matching, point, seat_point};
use crate::carve::{BoundCovers, Effort, Point, Power, Problem, Solution, Space, assess};
use crate::outcome::alignment::{AlignedTerritory, CarveAlignment};
use crate::outcome::rollup::Unit;
use crate::plan::{Carve, Compact};

/// The territories of a carve with their units.
#[derive(Debug, Clone, PartialEq)]
pub struct Aligned {
    /// Per unit of the carve its territory, an index into the alignment's.
    pub territory: Vec<u32>,
    /// Units that the alignment did not list.
    pub new_units: u64,
    /// Units that it lists and the data no longer has.
    pub gone_units: u64,
}

/// What a fresh solution is kept as. `seat_names` are the territories of the seats as the question knew them.
pub fn record(
    carving: &Carving<'_>,
    asked: &Asked,
    solution: &Solution,
    seat_names: &[String],
    inputs: String,
) -> CarveAlignment {
    let Asked { problem, sources, .. } = asked;
    // Where territories were not built around seats nor for incumbents, reps go where they own most, then near.
    let free = !carving.carve.compact.is_some_and(|c| c.around_seats) && carving.carve.keep.is_none();
    let seat_of_territory = if free && carving.previous.is_none() {
        match_seats(carving, asked, solution)
    } else {
        (0..carving.seats.len()).collect()
    };
    let mut territories: Vec<(AlignedTerritory, usize)> = seat_of_territory
        .iter()
        .enumerate()
        .map(|(territory, seat)| {
            let seat = &carving.seats[*seat];
            let centre = solution.centres[territory].map(|p| p.to_degrees()).map(|(lon, lat)| (lat, lon));
            let aligned = AlignedTerritory {
                name: seat_names[territory].clone(),
                seat: seat.rep.map(|_| seat.key.clone()),
                capacity: seat.capacity,
                centre,
                prices: solution.prices.iter().map(|of_weight| of_weight[territory]).collect(),
            };
            (aligned, territory)
        })
        .collect();
    territories.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    let mut place = vec![0; territories.len()];
    for (at, (_, territory)) in territories.iter().enumerate() {
        place[*territory] = at as u32;
    }
    let mut units: Vec<(String, u32)> = sources
        .iter()
        .zip(&solution.territory)
        .filter_map(|(source, territory)| {
            source.ok().map(|u| (carving.units[u].key.clone(), place[*territory as usize]))
        })
        .collect();
    units.sort();
    let travel = travel_alone(carving, problem, solution);
    let proved = solution.bound.value - travel.map_or(0.0, |travel| solution.cost - travel);
    let bound = match (solution.bound.covers, travel) {
        (BoundCovers::Everything, None) => Some((proved, "everything".to_owned())),
        (BoundCovers::Everything, Some(_)) => Some((proved, "territories that change as little".to_owned())),
        (BoundCovers::TheseCentres, None) => Some((proved, "these centres".to_owned())),
        (BoundCovers::TheseCentres, Some(_)) => Some((proved, "these centres and changing as little".to_owned())),
        (BoundCovers::Nothing, _) => None,
    };
    CarveAlignment {
        carve: carving.carve.name.clone(),
        inputs,
        effort: effort_name(problem.effort).to_owned(),
        seed: problem.seed,
        objective: travel.unwrap_or(solution.cost),
        bound,
        least_imbalance: solution.least_imbalance.clone(),
        weights: problem.weights.iter().map(|w| w.name.clone()).collect(),
        territories: territories.into_iter().map(|(t, _)| t).collect(),
        units,
    }
}

/// The cost without the price that keeps units where they are, if something moved at a price that the plan does not name:
/// carving again puts one on every move. What is proved of both together then holds, less the price paid, for everything
/// that pays no more of it.
fn travel_alone(carving: &Carving<'_>, problem: &Problem, solution: &Solution) -> Option<f64> {
    if carving.carve.keep.is_some() || problem.moving_price == 0.0 || solution.moved == 0.0 {
        return None;
    }
    let unpriced = Problem { moving_price: 0.0, ..problem.clone() };
    Some(assess(&unpriced, None, solution.territory.clone()).cost)
}

pub fn effort_name(effort: Effort) -> &'static str {
    match effort {
        Effort::Quick => "quick",
        Effort::Normal => "normal",
        Effort::Thorough => "thorough",
    }
}

/// Names of the seats' territories: those that they have in the previous alignment, then what the reps table says that
/// they run today, then free numbers.
pub fn seat_names(
    carving: &Carving<'_>,
    territory_of_seat: &[Option<u32>],
    run_today: &[Option<String>],
) -> Vec<String> {
    let mut kept: Vec<Option<String>> = match carving.previous {
        Some(previous) => {
            territory_of_seat.iter().map(|t| t.map(|t| previous.territories[t as usize].name.clone())).collect()
        }
        None => vec![None; carving.seats.len()],
    };
    for (seat, today) in run_today.iter().enumerate() {
        if kept[seat].is_none() && today.is_some() && !kept.contains(today) {
            kept[seat].clone_from(today);
        }
    }
    names(&carving.carve.template, &kept)
}

/// Seat of every territory: within each capacity, the matching with the most owned already, then the least distance.
fn match_seats(carving: &Carving<'_>, asked: &Asked, solution: &Solution) -> Vec<usize> {
    let n = carving.seats.len();
    // Seats that may not have what is in a territory do not get it.
    let mut barred = vec![vec![false; n]; n];
    // What the seat's rep owns of each territory, in the first balanced weight.
    let mut owned = vec![vec![0.0; n]; n];
    for (u, source) in asked.sources.iter().enumerate() {
        let territory = solution.territory[u] as usize;
        if let Some(Some(able)) = asked.problem.limits.eligible.get(u) {
            (0..n).filter(|s| able.binary_search(&(*s as u32)).is_err()).for_each(|s| barred[territory][s] = true);
        }
        let unit: &Unit = match source {
            Ok(u) => &carving.units[*u],
            Err(p) => &carving.pinned[*p].unit,
        };
        for by in &unit.owned {
            if let Some(seat) = carving.seat_of(by.rep) {
                let first = carving.carve.balances[0].weight as usize;
                owned[territory][seat as usize] +=
                    carving.quantities.weights[first].of(f64::from(by.accounts), &by.measures);
            }
        }
    }
    let total: f64 = owned.iter().flatten().sum::<f64>().max(f64::MIN_POSITIVE);
    let far = std::f64::consts::PI * crate::carve::space::EARTH_RADIUS_KM;
    let cost = |territory: usize, seat: usize| -> f64 {
        if barred[territory][seat] {
            return 1e9;
        }
        if (asked.problem.seats.capacity[territory] - carving.seats[seat].capacity).abs() > 1e-9 {
            return 1e6;
        }
        let distance = match (solution.centres[territory], carving.seats[seat].position) {
            (Some(centre), Some(home)) => Space::Sphere.distance(centre, seat_point(home)) / far,
            _ => 1.0,
        };
        // Owning a millionth part of the whole outweighs half the globe.
        distance * 1e-3 - owned[territory][seat] / total * 1e3
    };
    let matrix: Vec<Vec<f64>> = (0..n).map(|t| (0..n).map(|s| cost(t, s)).collect()).collect();
    matching::least_sum(&matrix)
}

/// A territory for every unit: as listed, or for a new unit the one with the least distance and price.
pub fn align(carving: &Carving<'_>, alignment: &CarveAlignment) -> Aligned {
    let power = power(carving.carve);
    let centres: Vec<Option<Point>> = alignment.territories.iter().map(|t| t.centre.map(seat_point)).collect();
    let seat_of = |t: &AlignedTerritory| {
        let seat = |key: &String| carving.seats.iter().position(|s| s.rep.is_some() && s.key == *key);
        t.seat.as_ref().and_then(seat)
    };
    let seats: Vec<Option<usize>> = alignment.territories.iter().map(seat_of).collect();
    let mut territory = vec![0; carving.units.len()];
    let mut loads = vec![0.0; alignment.territories.len()];
    let first = carving.carve.balances[0].weight as usize;
    let mut new = Vec::new();
    let mut listed = 0;
    for (u, unit) in carving.units.iter().enumerate() {
        match alignment.territory_of(&unit.key) {
            Some(t) => {
                territory[u] = t;
                listed += 1;
                loads[t as usize] += carving.quantities.weights[first].of(f64::from(unit.accounts), &unit.measures);
            }
            None => new.push(u),
        }
    }
    for &u in &new {
        let unit = &carving.units[u];
        let weights: Vec<f64> = (carving.carve.balances.iter())
            .map(|b| carving.quantities.weights[b.weight as usize].of(f64::from(unit.accounts), &unit.measures))
            .collect();
        let price =
            |t: usize| priced(power, centres[t], point(unit.position), &alignment.territories[t].prices, &weights);
        let may = |t: &usize| seats[*t].is_none_or(|seat| carving.may_have(seat, unit));
        let able: Vec<usize> = (0..centres.len()).filter(may).collect();
        // Where nobody may have it, it still needs a place; that it breaks a promise is told of all units alike.
        let able = if able.is_empty() { (0..centres.len()).collect() } else { able };
        let by_price = able.iter().filter_map(|&t| price(t).map(|p| (p, t)));
        let best = by_price.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, t)| t);
        // Nowhere to measure from: the least loaded for its capacity.
        let relative = |t: usize| loads[t] / alignment.territories[t].capacity.max(f64::MIN_POSITIVE);
        let t =
            best.or_else(|| able.iter().copied().min_by(|a, b| relative(*a).total_cmp(&relative(*b)).then(a.cmp(b))));
        let t = t.unwrap_or(0);
        loads[t] += weights[0];
        territory[u] = t as u32;
    }
    Aligned { territory, new_units: new.len() as u64, gone_units: (alignment.units.len() - listed) as u64 }
}

fn power(carve: &Carve) -> Power {
    if carve.compact.is_none_or(|c: Compact| c.squared) { Power::Squared } else { Power::Distance }
}

/// What a unit would pay in a territory: distance by its first weight, and the territory's prices. `weights` are those
/// that the carve balances. `None` where there is nothing to measure from.
pub fn price(
    carve: &Carve,
    alignment: &CarveAlignment,
    territory: usize,
    position: Option<Point>,
    weights: &[f64],
) -> Option<f64> {
    let territory = &alignment.territories[territory];
    priced(power(carve), territory.centre.map(seat_point), position, &territory.prices, weights)
}

fn priced(
    power: Power,
    centre: Option<Point>,
    position: Option<Point>,
    prices: &[f64],
    weights: &[f64],
) -> Option<f64> {
    let distance = Space::Sphere.cost(power, position?, centre?);
    Some(weights[0] * distance + prices.iter().zip(weights).map(|(p, w)| p * w).sum::<f64>())
}
