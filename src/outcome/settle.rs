//! Territories with their people, units and loads: the last step before rows are written.
//!
//! Takes what was recorded and what was carved, gives the posts that accounts stand in, the place of every unit and the
//! summary. Solving and writing are deliberately absent.

use std::sync::Arc;

use super::alignment::CarveAlignment;
use super::carving::{Aligned, Carving, Linear};
use super::coverage;
use super::moves::Moves;
use super::recorder::Recorded;
use super::returns;
use super::roster::Roster;
use super::sheet::UnitPlaces;
use super::standing::{InCarve, Post, Posts};
use super::summary::{BalanceOutcome, CarveOutcome, CoverageOutcome, Load, TerritoryOutcome, WeightTotal};
use super::tenure::{self, Hire, Tenure};
use crate::carve::contiguity::Pieces;
use crate::carve::{Adjacency, Point, Space};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::outcome::ledger::NONE;
use crate::outcome::rollup::Unit;
use crate::plan::{Plan, Unit as Measure};

/// A carve with its territories.
#[derive(Debug)]
pub struct Carved<'a> {
    pub carving: Carving<'a>,
    /// Its place in `plan.carves`.
    pub index: u32,
    pub alignment: Arc<CarveAlignment>,
    pub aligned: Aligned,
    /// Per territory of the alignment the seat, an index into the carving's seats.
    pub seats: Vec<usize>,
    /// Reps who join within the term, in the order in which they take open territories.
    pub hires: Vec<Hire>,
    /// By the code of a unit in the ledger: its place in the order of keys.
    pub place_of_code: Vec<u32>,
}

/// What rows are written from, and the summary's parts.
#[derive(Debug)]
pub struct Settled {
    pub posts: Posts,
    /// One a carve of the plan.
    pub units: Vec<UnitPlaces>,
    pub weights: Vec<WeightTotal>,
    pub coverages: Vec<CoverageOutcome>,
    pub carves: Vec<CarveOutcome>,
}

/// Numbers below this are rounding.
const HAIR: f64 = 1e-9;

pub fn settle(
    plan: &Plan,
    roster: &Roster,
    recorded: &Recorded,
    weights: &[Linear],
    measures: usize,
    carved: &[Carved<'_>],
) -> (Settled, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let own: Vec<Post> = plan
        .territories
        .iter()
        .map(|t| {
            let owner = t.owner.as_ref().and_then(|(key, _)| roster.find(key));
            Post { name: t.name.clone(), tenures: tenure::of_owner(owner, roster, plan.term) }
        })
        .collect();
    let mut posts = Posts { own, carved: vec![Vec::new(); plan.carves.len()] };
    let mut units = vec![UnitPlaces::default(); plan.carves.len()];
    let mut carve_outcomes = Vec::new();
    let mut territories: Vec<Vec<TerritoryOutcome>> = vec![Vec::new(); plan.carves.len()];
    for carve in carved {
        let at = carve.index as usize;
        posts.carved[at] = carve_posts(carve, plan, roster, &mut diagnostics);
        units[at] = unit_places(carve);
        let loads = Loads::of(carve, plan.weights.len());
        territories[at] = carve_territories(carve, &posts.carved[at], &loads, roster);
        let coverage = coverage::of_carve(plan, carve.index).unwrap_or_default();
        carve_outcomes.push(carve_outcome(carve, &loads, coverage));
        tell_of_promises(carve, &loads, &mut diagnostics);
    }
    returns::place(plan, recorded, carved, &mut units);
    let all = recorded.all.measures(measures);
    let weight_totals = plan.weights.iter().zip(weights).map(|(weight, linear)| WeightTotal {
        name: weight.name.clone(),
        unit: unit_name(weight.unit),
        total: linear.of(recorded.all.accounts as f64, &all),
    });
    let ground = coverage::Ground { plan, roster, recorded, weights, measures, posts: &posts, carved: &territories };
    let coverages = (0..plan.coverages.len()).map(|c| ground.outcome(c)).collect();
    let settled = Settled { weights: weight_totals.collect(), coverages, carves: carve_outcomes, units, posts };
    (settled, diagnostics)
}

fn carve_posts(carve: &Carved<'_>, plan: &Plan, roster: &Roster, diagnostics: &mut Diagnostics) -> Vec<Post> {
    let posts: Vec<tenure::Post> = carve
        .alignment
        .territories
        .iter()
        .zip(&carve.seats)
        .map(|(t, seat)| tenure::Post { rep: carve.carving.seats[*seat].rep, centre: t.centre })
        .collect();
    let distance = |a: (f64, f64), b: (f64, f64)| {
        Space::Sphere.distance(Point::from_degrees(a.1, a.0), Point::from_degrees(b.1, b.0))
    };
    let policy = carve.carving.carve.open;
    let (tenures, without) = tenure::tenures(&posts, &carve.hires, roster, plan.term, policy, distance);
    for hire in without {
        let rep = &roster.reps[hire.rep];
        let starts = rep.start.map_or_else(String::new, |s| format!(" on {s}"));
        let item = carve.carving.carve;
        let message = format!("rep `{}` starts{starts} and finds no open territory in carve `{}`", rep.key, item.name);
        let told = match item.limits.eligible.first().filter(|_| hire.barred) {
            Some(clause) => Diagnostic::warning(codes::HIRE_WITHOUT_SEAT, format!("{message} that it may have"))
                .label(clause.span, "bars it from those that are open")
                .help("widen what the rep may have, or seat the rep on the plan's first day and carve again"),
            None => Diagnostic::warning(codes::HIRE_WITHOUT_SEAT, message)
                .label(item.span, "every territory is taken by then")
                .help("raise `overcarve`, or carve again with the plan's first day after the start"),
        };
        diagnostics.push(told);
    }
    let named = carve.alignment.territories.iter().zip(tenures);
    named.map(|(t, tenures): (_, Vec<Tenure>)| Post { name: t.name.clone(), tenures }).collect()
}

fn unit_places(carve: &Carved<'_>) -> UnitPlaces {
    let centres: Vec<Option<Point>> =
        carve.alignment.territories.iter().map(|t| t.centre.map(|(lat, lon)| Point::from_degrees(lon, lat))).collect();
    let mut places = UnitPlaces::default();
    let mut known = std::collections::HashMap::new();
    let mut of_unit = Vec::with_capacity(carve.carving.units.len());
    for (unit, territory) in carve.carving.units.iter().zip(&carve.aligned.territory) {
        let new = carve.alignment.territory_of(&unit.key).is_none();
        let combination = InCarve { territory: *territory, nearest: nearest(unit, &centres), new };
        let id = *known.entry(combination).or_insert_with(|| {
            places.combinations.push(combination);
            places.combinations.len() as u32 - 1
        });
        of_unit.push(id);
    }
    places.of_code = carve.place_of_code.iter().map(|place| of_unit[*place as usize]).collect();
    places.of_key = carve.carving.units.iter().map(|u| u.key.clone()).zip(of_unit).collect();
    places
}

fn nearest(unit: &Unit, centres: &[Option<Point>]) -> u32 {
    let Some([x, y, z]) = unit.position else { return NONE };
    let here = Point { x, y, z };
    let distances = centres.iter().enumerate().filter_map(|(t, c)| c.map(|c| (here.straight_squared(c), t as u32)));
    distances.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map_or(NONE, |(_, t)| t)
}

/// Loads of the territories of a carve in every weight of the plan.
struct Loads {
    /// `loads[territory][weight]`
    loads: Vec<Vec<f64>>,
    accounts: Vec<u64>,
    /// Only balanced weights have targets.
    targets: Vec<Vec<Option<f64>>>,
}

impl Loads {
    fn of(carve: &Carved<'_>, weights: usize) -> Self {
        let territories = carve.alignment.territories.len();
        let mut loads = vec![vec![0.0; weights]; territories];
        let mut accounts = vec![0; territories];
        for (unit, territory) in placed(carve) {
            accounts[territory] += u64::from(unit.accounts);
            for (load, linear) in loads[territory].iter_mut().zip(&carve.carving.quantities.weights) {
                *load += linear.of(f64::from(unit.accounts), &unit.measures);
            }
        }
        let capacity: f64 = carve.alignment.territories.iter().map(|t| t.capacity).sum();
        let total = |w: usize| loads.iter().map(|l| l[w]).sum::<f64>();
        let balanced = |w: usize| carve.carving.carve.balances.iter().any(|b| b.weight as usize == w);
        let targets = (carve.alignment.territories.iter())
            .map(|t| (0..weights).map(|w| balanced(w).then(|| total(w) * t.capacity / capacity)).collect())
            .collect();
        Self { loads, accounts, targets }
    }

    fn imbalance(&self, territory: usize, weight: usize) -> Option<f64> {
        let target = self.targets[territory][weight]?;
        (target > 0.0).then(|| self.loads[territory][weight] / target - 1.0)
    }

    fn worst(&self, weight: usize) -> (f64, usize) {
        let all = (0..self.loads.len()).filter_map(|t| self.imbalance(t, weight).map(|i| (i.abs(), t)));
        all.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).unwrap_or((0.0, 0))
    }
}

/// Every unit of a carve and every pinned account with its territory.
pub(super) fn placed<'c>(carve: &'c Carved<'_>) -> impl Iterator<Item = (&'c Unit, usize)> {
    let units = carve.carving.units.iter().zip(carve.aligned.territory.iter().map(|t| *t as usize));
    let pinned = carve
        .carving
        .pinned
        .iter()
        .filter_map(|p| carve.alignment.territory_named(&p.territory).map(|t| (&p.unit, t as usize)));
    units.chain(pinned)
}

fn carve_territories(carve: &Carved<'_>, posts: &[Post], loads: &Loads, roster: &Roster) -> Vec<TerritoryOutcome> {
    let headroom = carve.carving.carve.headroom;
    carve
        .alignment
        .territories
        .iter()
        .enumerate()
        .map(|(t, territory)| {
            let first = posts[t].tenures.first().and_then(|tenure| tenure.owner).map(|o| &roster.reps[o]);
            let seat = &carve.carving.seats[carve.seats[t]];
            let load = |w: usize| Load {
                load: loads.loads[t][w],
                target: loads.targets[t][w],
                imbalance: loads.imbalance(t, w),
                room: loads.targets[t][w].filter(|_| headroom > 0.0).map(|target| target * headroom / (1.0 - headroom)),
            };
            TerritoryOutcome {
                name: territory.name.clone(),
                carve: Some(carve.carving.carve.name.clone()),
                seat: seat.rep.map(|r| roster.reps[r].key.clone()),
                rep: first.map(|r| r.key.clone()),
                rep_name: first.map(|r| r.name.clone()),
                open: seat.rep.is_none(),
                accounts: loads.accounts[t],
                loads: (0..loads.loads[t].len()).map(load).collect(),
                centre: territory.centre,
            }
        })
        .collect()
}

fn carve_outcome(carve: &Carved<'_>, loads: &Loads, coverage: &str) -> CarveOutcome {
    let item = carve.carving.carve;
    let alignment = &carve.alignment;
    let bound = alignment.bound.as_ref().map(|(value, _)| *value);
    let first = item.balances[0].weight as usize;
    let balances = item.balances.iter().enumerate().map(|(n, balance)| BalanceOutcome {
        weight: alignment.weights.get(n).cloned().unwrap_or_default(),
        within: balance.within,
        imbalance: loads.worst(balance.weight as usize).0,
        least: alignment.least_imbalance.get(n).copied().unwrap_or(0.0),
    });
    let moves = Moves::of(carve, placed(carve));
    CarveOutcome {
        name: item.name.clone(),
        coverage: coverage.to_owned(),
        unit: carve.carving.unit_name.clone(),
        units: carve.carving.units.len() as u64,
        new_units: carve.aligned.new_units,
        gone_units: carve.aligned.gone_units,
        territories: alignment.territories.len() as u64,
        open: carve.seats.iter().filter(|s| carve.carving.seats[**s].rep.is_none()).count() as u64,
        objective: alignment.objective,
        bound,
        bound_covers: alignment.bound.as_ref().map(|(_, covers)| covers.clone()),
        // What breaks promises may cost less than the bound on what keeps them.
        gap: bound
            .filter(|b| *b > 0.0 && *b <= alignment.objective * (1.0 + 1e-9))
            .map(|b| (alignment.objective / b - 1.0).max(0.0)),
        balances: balances.collect(),
        mean_distance_km: mean_distance(carve, first),
        moved: moves.share(),
        moved_units: moves.units,
        moved_accounts: moves.accounts,
        ownerless_accounts: moves.ownerless,
        stray_pieces: item.contiguous.map(|_| stray_pieces(carve)),
        adjacency: item.contiguous.map(|_| adjacency_used(carve).to_owned()),
    }
}

fn mean_distance(carve: &Carved<'_>, weight: usize) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (unit, territory) in placed(carve) {
        if let (Some([x, y, z]), Some((lat, lon))) = (unit.position, carve.alignment.territories[territory].centre) {
            let pull = carve.carving.quantities.weights[weight].of(f64::from(unit.accounts), &unit.measures);
            sum += pull * Space::Sphere.distance(Point { x, y, z }, Point::from_degrees(lon, lat));
            total += pull;
        }
    }
    (total > 0.0).then(|| sum / total)
}

fn stray_pieces(carve: &Carved<'_>) -> u64 {
    let units = &carve.carving.units;
    let graph = match carve.carving.links {
        Some(links) => {
            let find = |key: &String| units.binary_search_by(|u| u.key.cmp(key)).ok().map(|u| u as u32);
            Adjacency::from_edges(units.len(), links.iter().filter_map(|(a, b)| Some((find(a)?, find(b)?))))
        }
        None => {
            let positions: Vec<Option<Point>> =
                units.iter().map(|u| u.position.map(|[x, y, z]| Point { x, y, z })).collect();
            Adjacency::derive(Space::Sphere, &positions)
        }
    };
    let pieces = Pieces::new(&graph, &carve.aligned.territory);
    pieces.strays(carve.alignment.territories.len()).iter().map(|n| u64::from(*n)).sum()
}

/// Units that the rep of their territory may not have: by drift of the data, or because nobody may.
fn tell_of_strangers(carve: &Carved<'_>, diagnostics: &mut Diagnostics) {
    let item = carve.carving.carve;
    for (clause, eligibility) in item.limits.eligible.iter().enumerate() {
        let mut strangers = (carve.carving.units.iter().zip(&carve.aligned.territory))
            .filter(|(unit, t)| !carve.carving.clause_allows(clause, carve.seats[**t as usize], unit));
        let Some((unit, territory)) = strangers.next() else { continue };
        let name = &carve.alignment.territories[*territory as usize].name;
        let more = strangers.count();
        let others = if more == 0 { String::new() } else { format!(", nor {more} further units theirs") };
        diagnostics.push(
            Diagnostic::warning(
                codes::PROMISE_BROKEN,
                format!("the seat of `{name}` may not have unit `{}`{others}", unit.key),
            )
            .label(eligibility.span, "promises that it may")
            .help("carve again with `--recarve`, or widen what the reps may have"),
        );
    }
}

fn adjacency_used(carve: &Carved<'_>) -> &'static str {
    if carve.carving.links.is_some() { "given" } else { "built from positions" }
}

fn tell_of_promises(carve: &Carved<'_>, loads: &Loads, diagnostics: &mut Diagnostics) {
    let item = carve.carving.carve;
    for (n, balance) in item.balances.iter().enumerate() {
        let (worst, territory) = loads.worst(balance.weight as usize);
        if worst > balance.within + HAIR {
            let weight = carve.alignment.weights.get(n).cloned().unwrap_or_default();
            let least = carve.alignment.least_imbalance.get(n).copied().unwrap_or(0.0);
            let mut diagnostic = Diagnostic::warning(
                codes::PROMISE_BROKEN,
                format!(
                    "`{weight}` of `{}` is {:.1}% off its target",
                    carve.alignment.territories[territory].name,
                    worst * 100.0
                ),
            )
            .label(balance.span, format!("promises {:.1}%", balance.within * 100.0));
            if least > balance.within {
                diagnostic =
                    diagnostic.note(format!("no territories of these units can be within {:.1}%", least * 100.0));
            }
            let help = "carve again with `--recarve`, allow more, or use smaller units";
            diagnostics.push(diagnostic.help(help));
        }
    }
    if item.contiguous.is_some() {
        let strays = stray_pieces(carve);
        if strays > 0 {
            diagnostics.push(
                Diagnostic::warning(
                    codes::PROMISE_BROKEN,
                    format!("territories of carve `{}` have {strays} stray pieces", item.name),
                )
                .label(item.contiguous.unwrap_or(item.span), "promises none"),
            );
        }
    }
    tell_of_strangers(carve, diagnostics);
    if let Some(budget) = item.keep.as_ref().and_then(|k| k.at_most.as_ref())
        && let Some(share) = Moves::of(carve, placed(carve)).share()
        && share > budget.share + HAIR
    {
        diagnostics.push(
            Diagnostic::warning(
                codes::PROMISE_BROKEN,
                format!("{:.1}% leaves its incumbent in carve `{}`", share * 100.0, item.name),
            )
            .label(budget.span, format!("promises at most {:.1}%", budget.share * 100.0))
            .help("allow more, or loosen what forces the moves"),
        );
    }
}

/// `hours`, `money`, `km`, `money/hours`, or empty.
pub fn unit_name(unit: Measure) -> String {
    let parts = [("money", unit.money), ("hours", unit.hours), ("km", unit.distance)];
    let side = |sign: i8| -> Vec<String> {
        let parts = parts.iter().filter(|(_, e)| e * sign > 0);
        parts.map(|(name, e)| if e.abs() == 1 { (*name).to_owned() } else { format!("{name}^{}", e.abs()) }).collect()
    };
    match (side(1).join("·"), side(-1).join("·")) {
        (above, below) if below.is_empty() => above,
        (above, below) if above.is_empty() => format!("1/{below}"),
        (above, below) => format!("{above}/{below}"),
    }
}
