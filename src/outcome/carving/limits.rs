//! What a carve's clauses ask of the solver beyond balance and distance: budgets, mixes, groups, eligibility and owners.
//!
//! Takes the carve and its units in the order of the question, gives the limits over them. Invariant: every clause of a
//! carve that bears on units stands in the limits, so that the solver either keeps it or reports it.

use std::collections::{BTreeMap, HashMap};

use super::{Carving, Linear};
use crate::carve::conflict::{Clauses, meet};
use crate::carve::{Limits, Mix, MoveBudget, Owned};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::outcome::rollup::Unit;

/// The units of a question in its order: pinned accounts and units of the carve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    pub carving: &'a Carving<'a>,
    pub sources: &'a [Result<usize, usize>],
}

impl<'a> Rows<'a> {
    pub fn unit(&self, row: usize) -> &'a Unit {
        match self.sources[row] {
            Ok(unit) => &self.carving.units[unit],
            Err(pinned) => &self.carving.pinned[pinned].unit,
        }
    }

    /// Rows by the keys of their units. Where accounts are the units, a named account is one too.
    pub fn index_of(&self) -> HashMap<&'a str, u32> {
        let carving = self.carving;
        let key = |source: &Result<usize, usize>| match source {
            Ok(unit) => Some(carving.units[*unit].key.as_str()),
            Err(pinned) => carving.by_account.then(|| carving.pinned[*pinned].account.as_str()),
        };
        let rows = self.sources.iter().enumerate();
        rows.filter_map(|(row, source)| Some((key(source)?, row as u32))).collect()
    }

    pub fn units(&self) -> impl Iterator<Item = &'a Unit> {
        (0..self.sources.len()).map(move |row| self.unit(row))
    }

    pub fn sum(&self, linear: &Linear) -> Vec<f64> {
        let values = self.units().map(|unit| linear.of(f64::from(unit.accounts), &unit.measures));
        values.map(|v| if v.abs() < 1e-300 { 0.0 } else { v }).collect()
    }
}

/// Every limit of the carve; clauses that name unknown units are told of.
pub(super) fn limits(rows: Rows<'_>, clauses: &Clauses, diagnostics: &mut Diagnostics) -> Limits {
    let (carving, carve) = (rows.carving, rows.carving.carve);
    let index_of = rows.index_of();
    let budget = carve.keep.as_ref().and_then(|k| k.at_most.as_ref());
    Limits {
        moves: budget.map(|b| MoveBudget { values: rows.sum(&carving.quantities.budget), share: b.share }),
        owned: owned(rows),
        accounts: carve.limits.accounts.map(|(from, to, _)| (from, to)),
        mixes: mixes(rows),
        together: groups(carving, &carve.limits.together, &index_of, diagnostics),
        apart: groups(carving, &carve.limits.apart, &index_of, diagnostics),
        eligible: meet(clauses.eligible.iter()),
    }
}

/// Eligibility clause by clause, and pins statement by statement with the statement of each.
pub(super) fn clauses(rows: Rows<'_>) -> (Clauses, Vec<u32>) {
    let seats = rows.carving.seats.len();
    let of_row = |clause: usize, row: usize| {
        // A named account goes where it is named, whatever its seat may have otherwise.
        let unit = rows.sources[row].ok().map(|u| &rows.carving.units[u])?;
        let may = |seat: &usize| rows.carving.clause_allows(clause, *seat, unit);
        let able: Vec<u32> = (0..seats).filter(may).map(|seat| seat as u32).collect();
        (able.len() < seats).then_some(able)
    };
    let of_clause = |clause| (0..rows.sources.len()).map(|row| of_row(clause, row)).collect();
    let eligible = (0..rows.carving.skills.len()).map(of_clause).collect();
    let mut pins: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (row, source) in rows.sources.iter().enumerate() {
        if let Err(pinned) = source {
            pins.entry(rows.carving.pinned[*pinned].statement).or_default().push(row as u32);
        }
    }
    let (statements, pinned) = pins.into_iter().unzip();
    (Clauses { eligible, pinned }, statements)
}

/// What every seat owns of each unit, where the carve keeps incumbents. Accounts whose owner has no seat must move in any
/// case and count for nothing.
fn owned(rows: Rows<'_>) -> Vec<Vec<Owned>> {
    let (carving, carve) = (rows.carving, rows.carving.carve);
    if carve.keep.is_none() {
        return Vec::new();
    }
    let pull = &carving.quantities.weights[carve.balances[0].weight as usize];
    let of_unit = |unit: &Unit| {
        let part = |by: &crate::outcome::rollup::OwnedByRep| {
            let accounts = f64::from(by.accounts);
            let value = carving.quantities.budget.of(accounts, &by.measures).max(0.0);
            Some(Owned { seat: carving.seat_of(by.rep)?, value, pull: pull.of(accounts, &by.measures).max(0.0) })
        };
        let mut parts: Vec<Owned> = unit.owned.iter().filter_map(part).collect();
        parts.sort_by_key(|part| part.seat);
        parts
    };
    rows.units().map(of_unit).collect()
}

fn mixes(rows: Rows<'_>) -> Vec<Mix> {
    let carving = rows.carving;
    let bands = carving.carve.limits.mixes.iter().zip(&carving.quantities.mixes);
    bands
        .enumerate()
        .map(|(n, (band, (part, whole)))| Mix {
            name: format!("mix {}", n + 1),
            part: rows.sum(part),
            whole: rows.sum(whole),
            from: band.from,
            to: band.to,
        })
        .collect()
}

fn groups(
    carving: &Carving<'_>,
    clauses: &[(Vec<(String, Span)>, Span)],
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
