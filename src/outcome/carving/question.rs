//! A carve as the solver sees it.

use std::collections::HashMap;

use super::{Carving, Linear, align, open_seats, point, seat_point};
use crate::carve::{
    Adjacency, Centres, Effort, Limits, Mix, MoveBudget, Point, Power, Problem, Seats, Space, Travel, Units, Weight,
};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::outcome::alignment::CarveAlignment;
use crate::outcome::rollup::Unit;
use crate::plan::{Compact, Plan};

/// Pairs of unit keys that touch.
pub type Links = Vec<(String, String)>;

/// What is added up over units, as linear forms over their measures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quantities {
    /// One a weight of the plan.
    pub weights: Vec<Linear>,
    /// What the carve's move budget is a share of; accounts where it names none.
    pub budget: Linear,
    /// Per mix clause the part that meets the condition, and the whole.
    pub mixes: Vec<(Linear, Linear)>,
}

/// The question, and for every unit of it where it comes from: `Ok` is an index into the carve's units, `Err` into its
/// pinned accounts. `names` are the territories of the seats, in their order.
pub fn question(
    carving: &Carving<'_>,
    plan: &Plan,
    roster_keys: &[String],
    names: &[String],
    effort: Effort,
    seed: u64,
) -> (Problem, Vec<Result<usize, usize>>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let carve = carving.carve;
    let sources = sources(carving);
    let unit = |source: &Result<usize, usize>| -> &Unit {
        match source {
            Ok(u) => &carving.units[*u],
            Err(p) => &carving.pinned[*p].unit,
        }
    };
    let index_of: HashMap<&str, u32> = sources
        .iter()
        .enumerate()
        .filter_map(|(i, (_, source))| source.ok().map(|u| (carving.units[u].key.as_str(), i as u32)))
        .collect();
    let weights: Vec<Weight> = carve
        .balances
        .iter()
        .map(|balance| Weight {
            name: plan.weights[balance.weight as usize].name.clone(),
            values: sum(&sources, &carving.quantities.weights[balance.weight as usize], unit),
            tolerance: balance.within,
        })
        .collect();
    for (weight, balance) in weights.iter().zip(&carve.balances) {
        if weight.values.iter().all(|v| *v == 0.0) {
            diagnostics.push(
                Diagnostic::error(
                    codes::WEIGHT_ALL_ZERO,
                    format!("`{}` is nought for every unit of carve `{}`", weight.name, carve.name),
                )
                .label(balance.span, "nothing to balance")
                .help("check the weight against the data, or balance another one"),
            );
        }
    }
    let positions: Vec<Option<Point>> = sources.iter().map(|(_, s)| point(unit(s).position)).collect();
    let pull = weights.first().map(|w| w.values.clone()).unwrap_or_default();
    let pin = |source: &Result<usize, usize>| {
        let name = &carving.pinned[source.err()?].territory;
        names.iter().position(|n| n == name).map(|seat| seat as u32)
    };
    let units = Units {
        keys: sources.iter().map(|(key, _)| key.clone()).collect(),
        accounts: sources.iter().map(|(_, s)| unit(s).accounts).collect(),
        incumbent: sources.iter().map(|(_, s)| incumbent(unit(s), carving, roster_keys)).collect(),
        fixed: sources.iter().map(|(_, s)| pin(s)).collect(),
        pull,
        positions,
    };
    let compact = carve.compact.unwrap_or(Compact { around_seats: false, squared: true, span: carve.span });
    let limits = Limits {
        moves: carve
            .keep
            .as_ref()
            .and_then(|k| k.at_most.as_ref())
            .map(|budget| MoveBudget { values: sum(&sources, &carving.quantities.budget, unit), share: budget.share }),
        accounts: carve.limits.accounts.map(|(from, to, _)| (from, to)),
        mixes: mixes(carving, &sources, unit),
        together: groups(carving, &carve.limits.together, &index_of, &mut diagnostics),
        apart: groups(carving, &carve.limits.apart, &index_of, &mut diagnostics),
        eligible: Vec::new(),
    };
    let seats = seats(carving, names, &units, compact.around_seats);
    let start = carving.previous.map(|previous| start(carving, previous, names, &sources, &units));
    let adjacency = carving.links.map(|links| {
        let ends = links.iter().filter_map(|(a, b)| Some((*index_of.get(a.as_str())?, *index_of.get(b.as_str())?)));
        Adjacency::from_edges(sources.len(), ends)
    });
    let keep_price =
        if carve.keep.as_ref().is_some_and(|k| k.at_most.is_none()) { stay_price(&units, compact) } else { 0.0 };
    let problem = Problem {
        space: Space::Sphere,
        seats,
        weights,
        centres: if compact.around_seats { Centres::Fixed } else { Centres::Free },
        power: if compact.squared { Power::Squared } else { Power::Distance },
        travel: Travel::Positions,
        adjacency,
        contiguous: carve.contiguous.is_some(),
        moving_price: keep_price,
        limits,
        start,
        effort,
        seed,
        units,
    };
    (problem, sources.into_iter().map(|(_, source)| source).collect(), diagnostics)
}

/// Where every unit is today: as the alignment says, and where that territory is no more, in the nearest that is left.
fn start(
    carving: &Carving<'_>,
    previous: &CarveAlignment,
    names: &[String],
    sources: &[(String, Result<usize, usize>)],
    units: &Units,
) -> Vec<u32> {
    let seat_of: Vec<Option<u32>> =
        (previous.territories.iter()).map(|t| names.iter().position(|n| *n == t.name).map(|s| s as u32)).collect();
    let left: Vec<(Point, u32)> = (previous.territories.iter().zip(&seat_of))
        .filter_map(|(t, seat)| Some((seat_point(t.centre?), (*seat)?)))
        .collect();
    let aligned = align(carving, previous);
    let nearest = |unit: usize| {
        let here = units.positions[unit]?;
        let distances = left.iter().map(|(centre, seat)| (here.straight_squared(*centre), *seat));
        distances.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, seat)| seat)
    };
    let of_unit = |(unit, (_, source)): (usize, &(String, Result<usize, usize>))| {
        let today = source.ok().and_then(|u| seat_of[aligned.territory[u] as usize]);
        units.fixed[unit].or(today).or_else(|| nearest(unit)).unwrap_or(0)
    };
    sources.iter().enumerate().map(of_unit).collect()
}

/// Units and pinned accounts in one order of keys; a pinned account's key cannot be a unit's.
fn sources(carving: &Carving<'_>) -> Vec<(String, Result<usize, usize>)> {
    let pinned = carving.pinned.iter().enumerate().map(|(p, pinned)| (format!("\u{1}{}", pinned.account), Err(p)));
    let units = carving.units.iter().enumerate().map(|(u, unit)| (unit.key.clone(), Ok(u)));
    let mut sources: Vec<(String, Result<usize, usize>)> = pinned.chain(units).collect();
    sources.sort_by(|a, b| a.0.cmp(&b.0));
    sources
}

fn sum<'u>(
    sources: &[(String, Result<usize, usize>)],
    linear: &Linear,
    unit: impl Fn(&Result<usize, usize>) -> &'u Unit,
) -> Vec<f64> {
    let values = sources.iter().map(|(_, s)| linear.of(f64::from(unit(s).accounts), &unit(s).measures));
    values.map(|v| if v.abs() < 1e-300 { 0.0 } else { v }).collect()
}

/// The seat whose rep owns most of a unit in the first balanced weight; ties to the first seat.
fn incumbent(unit: &Unit, carving: &Carving<'_>, roster_keys: &[String]) -> Option<u32> {
    let first = carving.carve.balances.first()?.weight as usize;
    let mut best: Option<(f64, u32)> = None;
    for owned in &unit.owned {
        let key = &roster_keys[owned.rep as usize];
        let Some(seat) = carving.seats.iter().position(|s| s.rep.is_some() && s.key == *key) else { continue };
        let value = carving.quantities.weights[first].of(f64::from(owned.accounts), &owned.measures);
        if best.is_none_or(|(most, at)| value > most || (value == most && (seat as u32) < at)) {
            best = Some((value, seat as u32));
        }
    }
    best.map(|(_, seat)| seat)
}

fn mixes<'u>(
    carving: &Carving<'_>,
    sources: &[(String, Result<usize, usize>)],
    unit: impl Fn(&Result<usize, usize>) -> &'u Unit + Copy,
) -> Vec<Mix> {
    let bands = carving.carve.limits.mixes.iter().zip(&carving.quantities.mixes);
    bands
        .enumerate()
        .map(|(n, (band, (part, whole)))| Mix {
            name: format!("mix {}", n + 1),
            part: sum(sources, part, unit),
            whole: sum(sources, whole, unit),
            from: band.from,
            to: band.to,
        })
        .collect()
}

fn groups(
    carving: &Carving<'_>,
    clauses: &[(Vec<(String, crate::diagnostics::Span)>, crate::diagnostics::Span)],
    index_of: &HashMap<&str, u32>,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<u32>> {
    let mut all = Vec::new();
    for (keys, _) in clauses {
        let mut group = Vec::new();
        for (key, span) in keys {
            match index_of.get(key.as_str()) {
                Some(unit) => group.push(*unit),
                None => diagnostics.push(
                    Diagnostic::warning(
                        codes::UNKNOWN_UNIT_KEY,
                        format!("carve `{}` has no unit `{key}`", carving.carve.name),
                    )
                    .label(*span, "no account with this unit reaches the carve"),
                ),
            }
        }
        group.sort_unstable();
        group.dedup();
        all.push(group);
    }
    all
}

fn seats(carving: &Carving<'_>, names: &[String], units: &Units, around_seats: bool) -> Seats {
    let mut positions: Vec<Option<Point>> = carving.seats.iter().map(|s| s.position.map(seat_point)).collect();
    if around_seats {
        let placed: Vec<Point> = positions.iter().flatten().copied().collect();
        let at: Vec<(Point, f64)> =
            units.positions.iter().zip(&units.pull).filter_map(|(p, pull)| p.map(|p| (p, *pull))).collect();
        let open = positions.iter().filter(|p| p.is_none()).count();
        let mut found = open_seats::positions(&at, &placed, open).into_iter();
        positions.iter_mut().filter(|p| p.is_none()).for_each(|p| *p = found.next().flatten());
    }
    Seats {
        // The solver wants keys in order; the order of seats is theirs already.
        keys: names.iter().enumerate().map(|(n, _)| format!("{n:06}")).collect(),
        positions,
        capacity: carving.seats.iter().map(|s| s.capacity).collect(),
        open: carving.seats.iter().map(|s| s.rep.is_none()).collect(),
    }
}

/// `keep incumbents` without a budget: leaving costs more than any journey between units saves, so that units move for
/// the promises alone.
fn stay_price(units: &Units, compact: Compact) -> f64 {
    let placed: Vec<Point> = units.positions.iter().flatten().copied().collect();
    let Some(mean) = Space::Sphere.mean(placed.iter().map(|p| (*p, 1.0))) else { return 1.0 };
    let radius = placed.iter().map(|p| Space::Sphere.distance(*p, mean)).fold(1.0, f64::max);
    let widest = 2.0 * radius;
    if compact.squared { widest * widest } else { widest }
}
