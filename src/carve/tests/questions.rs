//! Random questions: one to three weights, unequal seats, and every limit now and then, some of them out of reach.

use std::ops::Range;

use proptest::prelude::*;

use super::super::*;

/// How large questions are, and what they are measured from.
#[derive(Debug, Clone)]
pub struct Sizes {
    pub units: Range<usize>,
    pub seats: Range<usize>,
    pub centres: Vec<Centres>,
}

/// One unit as drawn.
#[derive(Debug, Clone)]
struct Drawn {
    x: u8,
    y: u8,
    values: [u8; 3],
    accounts: u8,
    existing: bool,
    placed: bool,
    /// A part of the unit and its owner, seat numbers to be taken modulo the seats.
    owners: Option<(u8, u8, u8)>,
    barred: u8,
}

fn unit() -> impl Strategy<Value = Drawn> {
    let place = (0u8..20, 0u8..20, prop::bool::weighted(0.95));
    let amounts = (1u8..9, 0u8..9, 1u8..4, 1u8..6, any::<bool>());
    let owners = prop::option::weighted(0.8, (0u8..12, 0u8..12, 0u8..3));
    (place, amounts, owners, any::<u8>()).prop_map(|((x, y, placed), (a, b, c, accounts, existing), owners, barred)| {
        Drawn { x, y, values: [a, b, c], accounts, existing, placed, owners, barred }
    })
}

/// Which limits there are.
#[derive(Debug, Clone, Copy)]
struct Kinds {
    weights: usize,
    capacities: bool,
    accounts: bool,
    mix: bool,
    moves: u8,
    contiguous: bool,
    eligible: bool,
    fixed: bool,
    together: bool,
    apart: bool,
    matrix: bool,
    sphere: bool,
    power: Power,
    /// Distances in steps.
    stepped: bool,
}

fn kinds() -> impl Strategy<Value = Kinds> {
    let seldom = || prop::bool::weighted(0.15);
    let loads = (1usize..4, any::<bool>(), seldom(), seldom(), 0u8..6);
    let places = (prop::bool::weighted(0.3), seldom(), prop::bool::weighted(0.1), seldom(), seldom());
    let power = prop::sample::select(vec![Power::Squared, Power::Distance]);
    let space = (any::<bool>(), power, seldom());
    (loads, places, seldom(), space).prop_map(|(loads, places, matrix, (sphere, power, stepped))| {
        let (weights, capacities, accounts, mix, moves) = loads;
        let (contiguous, eligible, fixed, together, apart) = places;
        Kinds {
            weights,
            capacities,
            accounts,
            mix,
            moves,
            contiguous,
            eligible,
            fixed,
            together,
            apart,
            matrix,
            sphere,
            power,
            stepped,
        }
    })
}

/// A sound question of some size.
pub fn question(sizes: Sizes) -> impl Strategy<Value = Problem> {
    let counts = (sizes.units, sizes.seats);
    let all = counts.prop_flat_map(move |(units, seats)| {
        let links = prop::collection::vec((0..units as u32, 0..units as u32), 0..2 * units);
        let travel = prop::collection::vec(0u8..50, units * seats);
        (
            prop::collection::vec(unit(), units),
            prop::collection::vec((0u8..20, 0u8..20, 1u8..4), seats),
            (links, travel),
            kinds(),
            [0.2..0.9, 0.5..1.2, 0.5..1.2],
            0.4..1.0,
            prop::sample::select(sizes.centres.clone()),
        )
    });
    all.prop_map(|(units, seats, (links, travel), kinds, tolerances, share, centres)| {
        Draft { units, seats, links, kinds, tolerances, share, centres }.finish(&travel)
    })
}

struct Draft {
    units: Vec<Drawn>,
    seats: Vec<(u8, u8, u8)>,
    links: Vec<(u32, u32)>,
    kinds: Kinds,
    tolerances: [f64; 3],
    share: f64,
    centres: Centres,
}

impl Draft {
    fn finish(&self, travel: &[u8]) -> Problem {
        let kinds = self.kinds;
        let spots: Vec<(u8, u8, u8)> = self.units.iter().map(|unit| (unit.x, unit.y, unit.values[0])).collect();
        let homes: Vec<(u8, u8)> = self.seats.iter().map(|seat| (seat.0, seat.1)).collect();
        let mut problem = plain(&spots, &homes, self.tolerances[0]);
        let (many, of) = (self.units.len(), self.seats.len());
        if kinds.sphere {
            problem.space = Space::Sphere;
            let at = |x: u8, y: u8| Point::from_degrees(f64::from(x) * 0.4 - 95.0, f64::from(y) * 0.3 + 35.0);
            problem.units.positions = spots.iter().map(|spot| Some(at(spot.0, spot.1))).collect();
            problem.seats.positions = homes.iter().map(|home| Some(at(home.0, home.1))).collect();
        }
        for (unit, drawn) in self.units.iter().enumerate().filter(|(_, drawn)| !drawn.placed) {
            problem.units.positions[unit] = None;
            problem.units.pull[unit] = f64::from(drawn.values[2]);
        }
        (problem.power, problem.centres) = (kinds.power, self.centres);
        problem.step = kinds.stepped.then_some(if kinds.sphere { 60.0 } else { 1.5 });
        if self.centres == Centres::Fixed {
            if kinds.matrix {
                problem.travel = Travel::Matrix(travel.iter().map(|&far| f64::from(far)).collect());
            }
        } else {
            problem.seats.positions = vec![None; of];
        }
        if kinds.capacities {
            problem.seats.capacity = self.seats.iter().map(|seat| 1.0 + 0.25 * f64::from(seat.2)).collect();
        }
        for weight in 1..kinds.weights {
            let values: Vec<f64> = self.units.iter().map(|unit| f64::from(unit.values[weight])).collect();
            let name = format!("weight {weight}");
            problem.weights.push(Weight { name, values, tolerance: self.tolerances[weight] });
        }
        problem.units.accounts = self.units.iter().map(|unit| u32::from(unit.accounts)).collect();
        self.limit(&mut problem);
        if kinds.contiguous {
            let ring = (0..many as u32).map(|unit| (unit, (unit + 1) % many as u32));
            let edges = ring.chain(self.links.iter().copied()).filter(|(a, b)| a != b);
            (problem.adjacency, problem.contiguous) = (Some(Adjacency::from_edges(many, edges)), true);
        }
        problem
    }

    fn limit(&self, problem: &mut Problem) {
        let (kinds, of) = (self.kinds, self.seats.len() as u32);
        let accounts: Vec<f64> = self.units.iter().map(|unit| f64::from(unit.accounts)).collect();
        if kinds.accounts {
            let mean = self.units.iter().map(|unit| u64::from(unit.accounts)).sum::<u64>() / u64::from(of);
            problem.limits.accounts = Some((mean / 2, mean * 2));
        }
        if kinds.mix {
            let part = self.units.iter().map(|u| if u.existing { f64::from(u.accounts) } else { 0.0 }).collect();
            let mix = Mix { name: "existing".into(), part, whole: accounts.clone(), from: 0.12, to: 0.87 };
            problem.limits.mixes = vec![mix];
        }
        if kinds.moves > 0 {
            let seat = |number: u8| u32::from(number) % of;
            problem.units.incumbent = self.units.iter().map(|unit| unit.owners.map(|o| seat(o.0))).collect();
            let values = if kinds.moves % 2 > 0 { accounts } else { problem.weights[0].values.clone() };
            if kinds.moves > 2 {
                // Some units belong in part to one seat and in part to another.
                let owned = |(unit, drawn): (usize, &Drawn)| {
                    let Some((most, other, part)) = drawn.owners else { return Vec::new() };
                    let (most, other, part) = (seat(most), seat(other), f64::from(part) * 0.2);
                    let (value, pull) = (values[unit], problem.units.pull[unit]);
                    let own = |seat, part| Owned { seat, value: value * part, pull: pull * part };
                    if most == other || part == 0.0 {
                        return vec![own(most, 1.0)];
                    }
                    let mut parts = vec![own(most, 1.0 - part), own(other, part)];
                    parts.sort_by_key(|part| part.seat);
                    parts
                };
                problem.limits.owned = self.units.iter().enumerate().map(owned).collect();
            }
            problem.limits.moves = Some(MoveBudget { values, share: self.share });
        }
        if kinds.eligible {
            let may = |unit: &Drawn| {
                let seats: Vec<u32> = (0..of).filter(|seat| unit.barred >> (2 * seat) & 3 > 0).collect();
                (!seats.is_empty() && seats.len() < of as usize).then_some(seats)
            };
            problem.limits.eligible = self.units.iter().map(may).collect();
        }
        if kinds.fixed {
            problem.units.fixed[0] = Some(u32::from(self.units[0].barred) % of);
        }
        if kinds.together && self.units.len() > 4 {
            problem.limits.together = vec![vec![1, 3]];
        }
        if kinds.apart {
            problem.limits.apart = vec![vec![0, 1]];
        }
    }
}

/// Units (position and value) around seats on a plane, within a tolerance; nothing else.
pub fn plain(units: &[(u8, u8, u8)], seats: &[(u8, u8)], tolerance: f64) -> Problem {
    let at = |x: u8, y: u8| Some(Point::planar(f64::from(x), f64::from(y)));
    let values: Vec<f64> = units.iter().map(|unit| f64::from(unit.2)).collect();
    let keys = |letter: char, count: usize| (0..count).map(|n| format!("{letter}{n:03}")).collect();
    Problem {
        space: Space::Plane,
        units: Units {
            keys: keys('u', units.len()),
            positions: units.iter().map(|unit| at(unit.0, unit.1)).collect(),
            accounts: vec![1; units.len()],
            pull: values.clone(),
            incumbent: vec![None; units.len()],
            fixed: vec![None; units.len()],
        },
        seats: Seats {
            keys: keys('s', seats.len()),
            positions: seats.iter().map(|seat| at(seat.0, seat.1)).collect(),
            capacity: vec![1.0; seats.len()],
            open: vec![false; seats.len()],
        },
        weights: vec![Weight { name: "weight".into(), values, tolerance }],
        centres: Centres::Fixed,
        power: Power::Squared,
        step: None,
        travel: Travel::Positions,
        adjacency: None,
        contiguous: false,
        moving_price: 0.0,
        limits: Limits::default(),
        start: None,
        effort: Effort::Quick,
        seed: 1,
    }
}
