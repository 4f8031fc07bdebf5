//! From summed-up units to territories: reads the alignment's carves, solves those that have none that fits.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::infeasible::Words;
use super::{Recarve, Request};
use crate::carve::{self, Problem, Progress, conflict};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics, Sources, did_you_mean};
use crate::outcome::alignment::{self, Alignment, CarveAlignment};
use crate::outcome::carving::{self, Carving, Links, Pinned, staff};
use crate::outcome::recorder::Recorded;
use crate::outcome::rollup::UnitTable;
use crate::outcome::roster::{Roster, Seat};
use crate::outcome::settle::Carved;
use crate::outcome::tenure::Hire;
use crate::plan::{Carve, Keep, Plan, Target};
use crate::syntax::ast;
use crate::workspace::schema::{ColumnId, Schema};

/// Everything that carving needs besides the units.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub plan: &'a Plan,
    pub schema: &'a Schema,
    /// The key of the accounts.
    pub key: ColumnId,
    pub files: &'a [ast::File],
    pub sources: &'a Sources,
    pub roster: &'a Roster,
    /// Per carve, by row of the reps table: does the rep meet the carve's condition?
    pub matches: &'a [Vec<bool>],
    /// Per carve and eligibility clause, by row of the reps table: what the rep may have.
    pub skills: &'a [Vec<Vec<BTreeSet<String>>>],
    pub links: Option<&'a Links>,
    pub request: &'a Request,
    /// What the file held; absent when there is none.
    pub previous: Option<&'a Alignment>,
}

/// A carve solved or read.
pub(super) struct Outcome<'a> {
    pub carved: Vec<Carved<'a>>,
    /// What the file is to hold from now on.
    pub alignment: Alignment,
    /// Carves that were solved in this run, by name.
    pub solved: Vec<String>,
}

/// Aligns every carve that accounts reach.
pub(super) fn carve_all<'a>(
    ground: &Ground<'a>,
    recorded: &mut Recorded,
    quantities: impl Fn(u32) -> carving::Quantities,
    progress: &mut dyn Progress,
) -> (Outcome<'a>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let mut outcome = Outcome { carved: Vec::new(), alignment: Alignment::default(), solved: Vec::new() };
    let mut pinned = pinned(ground.plan, std::mem::take(&mut recorded.pinned));
    let tables = std::mem::take(&mut recorded.carves);
    let mut stale: Vec<Diagnostic> = Vec::new();
    for (index, (carve, table)) in ground.plan.carves.iter().zip(tables).enumerate() {
        let pinned = pinned.remove(&(index as u32)).unwrap_or_default();
        let quantities = quantities(index as u32);
        let Some((carving, place_of_code)) =
            carving_of(ground, (index, carve), table, pinned, quantities, &mut diagnostics)
        else {
            continue;
        };
        let inputs = carving::fingerprint(ground.plan, carve, ground.files, ground.sources);
        let settled = settle(ground, &carving, inputs, &mut stale, progress, &mut diagnostics);
        let Some((alignment, seats, solved)) = settled else { continue };
        if solved {
            outcome.solved.push(carve.name.clone());
        }
        outcome.alignment.set(alignment.clone());
        if !check_pinned(&carving, &alignment, ground.plan, &mut diagnostics) {
            continue;
        }
        let aligned = carving::align(&carving, &alignment);
        tell_of_drift(&carving, &aligned, &mut diagnostics);
        tell_of_limits(ground, &carving, (&alignment, &seats), &aligned, &mut diagnostics);
        let matches = &ground.matches[index];
        let hires = ground.roster.later_hires(matches, ground.plan.term);
        let hires = hires.into_iter().map(|rep| hire(ground, &carving, index, rep, &aligned, seats.len())).collect();
        outcome.carved.push(Carved {
            carving,
            index: index as u32,
            alignment: Arc::new(alignment),
            aligned,
            seats,
            hires,
            place_of_code,
        });
    }
    diagnostics.extend(stale);
    (outcome, diagnostics)
}

/// A rep who joins within the term, and which territories hold nothing that eligibility bars it from.
fn hire(
    ground: &Ground<'_>,
    carving: &Carving<'_>,
    index: usize,
    rep: usize,
    aligned: &carving::Aligned,
    territories: usize,
) -> Hire {
    let row = ground.roster.reps[rep].row;
    let mut may_have = vec![true; territories];
    for (clause, rows) in ground.skills[index].iter().enumerate() {
        for (unit, territory) in carving.units.iter().zip(&aligned.territory) {
            may_have[*territory as usize] &= carving::skilled(&rows[row], clause, unit);
        }
    }
    Hire { rep, may_have }
}

/// A carve with everything that bears on it, and by the code of a unit its place. `None` after an error, or with nothing to
/// carve.
fn carving_of<'a>(
    ground: &Ground<'a>,
    (index, carve): (usize, &'a Carve),
    table: UnitTable,
    pinned: Vec<Pinned>,
    quantities: carving::Quantities,
    diagnostics: &mut Diagnostics,
) -> Option<(Carving<'a>, Vec<u32>)> {
    let (units, place_of_code) = table.finish();
    let (seats, found) = ground.roster.seats(carve, &ground.matches[index], ground.plan.term.0);
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return None;
    }
    let previous = ground.previous.and_then(|a| a.carve(&carve.name));
    if units.is_empty() && pinned.is_empty() && previous.is_none() {
        diagnostics.push(
            Diagnostic::warning(codes::NOTHING_TO_CARVE, format!("no account reaches carve `{}`", carve.name))
                .label(carve.span, "has nothing to share out"),
        );
        return None;
    }
    let of_seat = |rows: &Vec<BTreeSet<String>>| {
        let skills = |seat: &Seat| seat.rep.map(|rep| rows[ground.roster.reps[rep].row].clone());
        seats.iter().map(skills).collect()
    };
    let skills = ground.skills[index].iter().map(of_seat).collect();
    let carving = Carving {
        carve,
        unit_name: ground.schema.column(carve.unit).name.clone(),
        by_account: carve.unit == ground.key,
        seats,
        units,
        pinned,
        skills,
        quantities,
        links: ground.links,
        previous,
    };
    Some((carving, place_of_code))
}

/// The question of one carve from today's territories, and what budgets of moves count per unit. Who owns what is told by
/// the accounts where they name incumbents, by the alignment otherwise.
pub(super) fn ask(
    ground: &Ground<'_>,
    recorded: &mut Recorded,
    quantities: impl Fn(u32) -> carving::Quantities,
    index: usize,
    incumbents: bool,
    diagnostics: &mut Diagnostics,
) -> Option<(Problem, Vec<f64>)> {
    let mut carve = ground.plan.carves[index].clone();
    if incumbents && carve.keep.is_none() {
        carve.keep = Some(Keep { at_most: None, span: carve.span });
    }
    let pinned = pinned(ground.plan, std::mem::take(&mut recorded.pinned)).remove(&(index as u32)).unwrap_or_default();
    let table = std::mem::take(&mut recorded.carves).into_iter().nth(index)?;
    let (carving, _) = carving_of(ground, (index, &carve), table, pinned, quantities(index as u32), diagnostics)?;
    if !incumbents && carving.previous.is_none() {
        diagnostics.push(
            Diagnostic::error(
                codes::ALIGNMENT_MISSING,
                format!("nothing says who owns the units of carve `{}` today", carve.name),
            )
            .label(carve.span, "has neither incumbents nor an alignment")
            .help("name the accounts' `incumbent` column in terrac.toml, or compile first"),
        );
        return None;
    }
    let around_seats = carve.compact.is_some_and(|c| c.around_seats);
    let staffing = carving.previous.map(|previous| staff(previous, &carving.seats, around_seats));
    let names = names_of(ground, &carving, staffing);
    if !pins_have_seats(&carving, &names, ground.plan, diagnostics) {
        return None;
    }
    let (asked, found) = carving::question(&carving, ground.plan, &names, ground.request.effort, 0);
    diagnostics.extend(found);
    Some((asked.problem, asked.budget))
}

/// Names of the territories of the seats.
fn names_of(ground: &Ground<'_>, carving: &Carving<'_>, staffing: Option<carving::Staffing>) -> Vec<String> {
    let of_seat = staffing.map_or_else(|| vec![None; carving.seats.len()], |s| s.territory_of_seat);
    let today: Vec<Option<String>> =
        (carving.seats.iter()).map(|seat| seat.rep.and_then(|rep| ground.roster.reps[rep].territory.clone())).collect();
    carving::seat_names(carving, &of_seat, &today)
}

/// The alignment of a carve, the seat of each of its territories, and whether the solver ran. `None` after an error.
fn settle(
    ground: &Ground<'_>,
    carving: &Carving<'_>,
    inputs: String,
    stale: &mut Vec<Diagnostic>,
    progress: &mut dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<(CarveAlignment, Vec<usize>, bool)> {
    let carve = carving.carve;
    let around_seats = carve.compact.is_some_and(|c| c.around_seats);
    let staffing = carving.previous.map(|previous| staff(previous, &carving.seats, around_seats));
    let mut reasons: Vec<String> = Vec::new();
    match (carving.previous, &staffing) {
        (None, _) | (_, None) => {}
        (Some(previous), Some(staffing)) => {
            if previous.inputs != inputs {
                reasons.push("the carve, a weight that it balances or a `let` changed".into());
            }
            reasons.extend(staffing.stale.iter().cloned());
        }
    }
    let asked = match &ground.request.recarve {
        Recarve::None => false,
        Recarve::All => true,
        Recarve::One(name) => *name == carve.name,
    };
    if let (Some(previous), Some(staffing), true, false) = (carving.previous, &staffing, reasons.is_empty(), asked) {
        return Some(restaffed(previous, staffing, &carving.seats));
    }
    if ground.request.locked {
        let (code, message) = if carving.previous.is_none() {
            (codes::ALIGNMENT_MISSING, format!("carve `{}` has no alignment", carve.name))
        } else {
            (codes::ALIGNMENT_STALE, format!("the alignment of carve `{}` is stale", carve.name))
        };
        let mut diagnostic = Diagnostic::error(code, message)
            .label(carve.span, "would have to be solved")
            .help("compile without `--locked` and commit the alignment file");
        for reason in reasons {
            diagnostic = diagnostic.note(reason);
        }
        diagnostics.push(diagnostic);
        return None;
    }
    if !reasons.is_empty() {
        let mut diagnostic = Diagnostic::new(
            codes::ALIGNMENT_STALE,
            crate::diagnostics::Severity::Note,
            format!("carve `{}` was solved again, from its present territories", carve.name),
        )
        .label(carve.span, "");
        for reason in reasons {
            diagnostic = diagnostic.note(reason);
        }
        stale.push(diagnostic);
    }
    let names = names_of(ground, carving, staffing);
    if !pins_have_seats(carving, &names, ground.plan, diagnostics) {
        return None;
    }
    let request = ground.request;
    let (asked, found) = carving::question(carving, ground.plan, &names, request.effort, 0);
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return None;
    }
    let words = Words { carving, asked: &asked, plan: ground.plan, sources: ground.sources };
    if let Some(conflict) = conflict::contradiction(&asked.problem, &asked.clauses)
        && conflict.rules.iter().all(|rule| rule.is_absolute())
    {
        diagnostics.push(super::infeasible::contradicting(&conflict, &words));
        return None;
    }
    let solution = match carve::solve(&asked.problem, progress) {
        Ok(solution) => solution,
        Err(failure) => {
            diagnostics.extend(super::infeasible::explain(&failure, carving));
            return None;
        }
    };
    if !solution.broken.is_empty() {
        match conflict::conflict(&asked.problem, &asked.clauses, &solution, progress) {
            Ok(conflict) => diagnostics.extend(conflict.map(|c| super::infeasible::conflicting(&c, &words))),
            Err(failure) => {
                diagnostics.extend(super::infeasible::explain(&failure, carving));
                return None;
            }
        }
    }
    let alignment = carving::record(carving, &asked, &solution, &names, inputs);
    // What the file would give back, to the last bit.
    let mut sources = Sources::default();
    let mut whole = Alignment::default();
    whole.set(alignment);
    let file = sources.add("alignment", alignment::write(&whole));
    let alignment = alignment::read(file, sources.get(file)).alignment.and_then(|a| a.carves.into_iter().next())?;
    diagnostics.extend(carving.previous.map(|previous| changed(carving, ground.plan, previous, &alignment)));
    let staffing = staff(&alignment, &carving.seats, around_seats);
    let (alignment, seats, _) = restaffed(&alignment, &staffing, &carving.seats);
    Some((alignment, seats, true))
}

/// What solving again changed for the units that the data still has.
fn changed(carving: &Carving<'_>, plan: &Plan, before: &CarveAlignment, after: &CarveAlignment) -> Diagnostic {
    let carve = carving.carve;
    let mut units = 0u64;
    let mut accounts = 0u64;
    let mut moved = vec![0.0; carve.balances.len()];
    let mut all = moved.clone();
    for unit in &carving.units {
        let (Some(was), Some(is)) = (before.territory_of(&unit.key), after.territory_of(&unit.key)) else { continue };
        let changes = before.territories[was as usize].name != after.territories[is as usize].name;
        units += u64::from(changes);
        accounts += if changes { u64::from(unit.accounts) } else { 0 };
        for (n, balance) in carve.balances.iter().enumerate() {
            let weight = &carving.quantities.weights[balance.weight as usize];
            let value = weight.of(f64::from(unit.accounts), &unit.measures);
            all[n] += value;
            moved[n] += if changes { value } else { 0.0 };
        }
    }
    let share = |n: usize| if all[n] > 0.0 { moved[n] / all[n] * 100.0 } else { 0.0 };
    let weights = carve.balances.iter().enumerate();
    let parts: Vec<String> =
        weights.map(|(n, b)| format!("{:.1}% of `{}`", share(n), plan.weights[b.weight as usize].name)).collect();
    let (noun, owner) = (if units == 1 { "unit" } else { "units" }, if accounts == 1 { "account" } else { "accounts" });
    let message =
        format!("{units} {noun} of carve `{}` changed territory: {accounts} {owner}, {}", carve.name, parts.join(", "));
    let mut diagnostic =
        Diagnostic::new(codes::TERRITORIES_CHANGED, crate::diagnostics::Severity::Note, message).label(carve.span, "");
    let absent = |of: &CarveAlignment, from: &CarveAlignment| -> Vec<String> {
        let names = of.territories.iter().filter(|t| from.territory_named(&t.name).is_none());
        names.map(|t| format!("`{}`", t.name)).collect()
    };
    for (word, names) in [("gone", absent(before, after)), ("new", absent(after, before))] {
        if !names.is_empty() {
            diagnostic = diagnostic.note(format!("{word}: {}", names.join(", ")));
        }
    }
    diagnostic
}

/// The alignment with today's people in its territories.
fn restaffed(
    previous: &CarveAlignment,
    staffing: &carving::Staffing,
    seats: &[Seat],
) -> (CarveAlignment, Vec<usize>, bool) {
    let mut alignment = previous.clone();
    let mut of_territory = vec![0; alignment.territories.len()];
    for (seat, territory) in staffing.territory_of_seat.iter().enumerate() {
        if let Some(territory) = territory {
            of_territory[*territory as usize] = seat;
            let filled = &seats[seat];
            alignment.territories[*territory as usize].seat = filled.rep.map(|_| filled.key.clone());
        }
    }
    (alignment, of_territory, false)
}

/// Accounts that statements put into territories, per carve, by account.
fn pinned(plan: &Plan, tables: BTreeMap<(u32, String), UnitTable>) -> HashMap<u32, Vec<Pinned>> {
    let mut all: HashMap<u32, Vec<Pinned>> = HashMap::new();
    for ((statement, account), table) in tables {
        let Target::CarveTerritory(carve, territory, _) = &plan.named[statement as usize].target else { continue };
        let (units, _) = table.finish();
        for unit in units {
            let pinned = Pinned { account: account.clone(), territory: territory.clone(), statement, unit };
            all.entry(*carve).or_default().push(pinned);
        }
    }
    all.values_mut().for_each(|pinned| pinned.sort_by(|a, b| a.account.cmp(&b.account)));
    all
}

fn pins_have_seats(carving: &Carving<'_>, names: &[String], plan: &Plan, diagnostics: &mut Diagnostics) -> bool {
    let known = |name: &str| names.iter().any(|n| n == name);
    tell_of_unknown(carving, known, names.iter().map(String::as_str).collect(), plan, diagnostics)
}

fn check_pinned(carving: &Carving<'_>, alignment: &CarveAlignment, plan: &Plan, diagnostics: &mut Diagnostics) -> bool {
    let names = alignment.territories.iter().map(|t| t.name.as_str()).collect();
    tell_of_unknown(carving, |name| alignment.territory_named(name).is_some(), names, plan, diagnostics)
}

fn tell_of_unknown(
    carving: &Carving<'_>,
    known: impl Fn(&str) -> bool,
    names: Vec<&str>,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut told: Vec<u32> = Vec::new();
    for pinned in carving.pinned.iter().filter(|p| !known(&p.territory)) {
        if told.contains(&pinned.statement) {
            continue;
        }
        told.push(pinned.statement);
        let Target::CarveTerritory(_, name, span) = &plan.named[pinned.statement as usize].target else { continue };
        let carve = &carving.carve.name;
        let range = names.first().zip(names.last()).map(|(a, z)| format!("its territories run from `{a}` to `{z}`"));
        diagnostics.push(
            Diagnostic::error(codes::UNKNOWN_TERRITORY, format!("carve `{carve}` has no territory called `{name}`"))
                .label(*span, "")
                .maybe_help(range)
                .maybe_help(did_you_mean(name, names.iter().copied())),
        );
    }
    told.is_empty()
}

/// Limits that the territories do not keep, whether they were solved now, drifted, or were edited by hand.
fn tell_of_limits(
    ground: &Ground<'_>,
    carving: &Carving<'_>,
    (alignment, seats): (&CarveAlignment, &[usize]),
    aligned: &carving::Aligned,
    diagnostics: &mut Diagnostics,
) {
    let limits = &carving.carve.limits;
    let none = limits.accounts.is_none() && limits.mixes.is_empty();
    if none && limits.together.is_empty() && limits.apart.is_empty() {
        return;
    }
    let mut names = vec![String::new(); carving.seats.len()];
    for (territory, seat) in alignment.territories.iter().zip(seats) {
        names[*seat].clone_from(&territory.name);
    }
    let (asked, _) = carving::question(carving, ground.plan, &names, ground.request.effort, 0);
    let seat_of = |(row, source): (usize, &Result<usize, usize>)| match source {
        Ok(unit) => seats[aligned.territory[*unit] as usize] as u32,
        Err(_) => asked.problem.units.fixed[row].unwrap_or(0),
    };
    let territory = asked.sources.iter().enumerate().map(seat_of).collect();
    let judged = carve::assess(&asked.problem, None, territory);
    diagnostics.extend(super::infeasible::broken(&judged, carving, ground.plan, &names));
}

fn tell_of_drift(carving: &Carving<'_>, aligned: &carving::Aligned, diagnostics: &mut Diagnostics) {
    if aligned.new_units == 0 {
        return;
    }
    let carve: &Carve = carving.carve;
    let (units, are) = if aligned.new_units == 1 { ("unit", "is") } else { ("units", "are") };
    diagnostics.push(
        Diagnostic::warning(
            codes::NEW_UNITS,
            format!("{} {units} of carve `{}` {are} not in the alignment", aligned.new_units, carve.name),
        )
        .label(carve.span, "placed by the prices of its territories")
        .help(format!("`terrac compile --recarve {}` carves with them", carve.name)),
    );
}
