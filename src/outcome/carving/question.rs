//! A carve as the solver sees it.

use super::limits::{self, Rows};
use super::{Carving, Linear, begin, open_seats, point, seat_point};
use crate::carve::conflict::Clauses;
use crate::carve::{Adjacency, Centres, Effort, Owned, Point, Power, Problem, Seats, Space, Travel, Units, Weight};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::outcome::alignment::CarveAlignment;
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

/// A carve as the solver sees it, with what ties it to the plan.
#[derive(Debug)]
pub struct Asked {
    pub problem: Problem,
    /// For every unit of the problem where it comes from: `Ok` is an index into the carve's units, `Err` into its pinned
    /// accounts.
    pub sources: Vec<Result<usize, usize>>,
    /// What the problem has only added up: eligibility clause by clause, and pins statement by statement.
    pub clauses: Clauses,
    /// What budgets of moves count, per unit.
    pub budget: Vec<f64>,
    /// Per group of pins the statement, `plan.named[n]`.
    pub statements: Vec<u32>,
}

/// The question. `names` are the territories of the seats, in their order.
pub fn question(
    carving: &Carving<'_>,
    plan: &Plan,
    names: &[String],
    effort: Effort,
    seed: u64,
) -> (Asked, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let carve = carving.carve;
    let (keys, sources): (Vec<String>, Vec<Result<usize, usize>>) = sources(carving).into_iter().unzip();
    let rows = Rows { carving, sources: &sources };
    let weights: Vec<Weight> = carve
        .balances
        .iter()
        .map(|balance| Weight {
            name: plan.weights[balance.weight as usize].name.clone(),
            values: rows.sum(&carving.quantities.weights[balance.weight as usize]),
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
    let (clauses, statements) = limits::clauses(rows);
    let limits = limits::limits(rows, &clauses, &mut diagnostics);
    let pin = |source: &Result<usize, usize>| {
        let name = &carving.pinned[source.err()?].territory;
        names.iter().position(|n| n == name).map(|seat| seat as u32)
    };
    let mut units = Units {
        accounts: rows.units().map(|unit| unit.accounts).collect(),
        incumbent: limits.owned.iter().map(|owned| most_owned(owned)).collect(),
        fixed: sources.iter().map(pin).collect(),
        pull: weights.first().map(|w| w.values.clone()).unwrap_or_default(),
        positions: rows.units().map(|unit| point(unit.position)).collect(),
        keys,
    };
    units.incumbent.resize(sources.len(), None);
    let compact = carve.compact.unwrap_or(Compact { around_seats: false, squared: true, span: carve.span });
    let seats = seats(carving, names, &units, compact.around_seats);
    let mut start = None;
    if let Some(previous) = carving.previous {
        let today = today(carving, previous, names, &sources);
        start = Some(begin::start(&today, &units, &seats));
        if carve.keep.is_none() {
            // Carving again moves units for the promises alone.
            units.incumbent = today;
        }
    }
    let adjacency = carving.links.map(|links| {
        let index_of = rows.index_of();
        let ends = links.iter().filter_map(|(a, b)| Some((*index_of.get(a.as_str())?, *index_of.get(b.as_str())?)));
        Adjacency::from_edges(sources.len(), ends)
    });
    let priced = limits.moves.is_none() && units.incumbent.iter().any(Option::is_some);
    let problem = Problem {
        space: Space::Sphere,
        seats,
        weights,
        centres: if compact.around_seats { Centres::Fixed } else { Centres::Free },
        power: if compact.squared { Power::Squared } else { Power::Distance },
        step: None,
        travel: Travel::Positions,
        adjacency,
        contiguous: carve.contiguous.is_some(),
        moving_price: if priced { stay_price(&units, compact) } else { 0.0 },
        limits,
        start,
        effort,
        seed,
        units,
    };
    let budget = rows.sum(&carving.quantities.budget);
    (Asked { problem, budget, sources, clauses, statements }, diagnostics)
}

/// The seat that owns most of a unit in the first balanced weight; ties to the first seat.
fn most_owned(owned: &[Owned]) -> Option<u32> {
    let most = owned.iter().max_by(|a, b| a.pull.total_cmp(&b.pull).then(b.seat.cmp(&a.seat)));
    most.map(|part| part.seat)
}

/// The seat of every unit by the alignment so far: `None` where it lists none, or one that is no more.
fn today(
    carving: &Carving<'_>,
    previous: &CarveAlignment,
    names: &[String],
    sources: &[Result<usize, usize>],
) -> Vec<Option<u32>> {
    let seat_of: Vec<Option<u32>> =
        (previous.territories.iter()).map(|t| names.iter().position(|n| *n == t.name).map(|s| s as u32)).collect();
    let of_source = |source: &Result<usize, usize>| match source {
        Ok(unit) => previous.territory_of(&carving.units[*unit].key).and_then(|t| seat_of[t as usize]),
        Err(pinned) => names.iter().position(|n| *n == carving.pinned[*pinned].territory).map(|s| s as u32),
    };
    sources.iter().map(of_source).collect()
}

/// Units and pinned accounts in one order of keys; a pinned account's key cannot be a unit's.
fn sources(carving: &Carving<'_>) -> Vec<(String, Result<usize, usize>)> {
    let pinned = carving.pinned.iter().enumerate().map(|(p, pinned)| (format!("\u{1}{}", pinned.account), Err(p)));
    let units = carving.units.iter().enumerate().map(|(u, unit)| (unit.key.clone(), Ok(u)));
    let mut sources: Vec<(String, Result<usize, usize>)> = pinned.chain(units).collect();
    sources.sort_by(|a, b| a.0.cmp(&b.0));
    sources
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
