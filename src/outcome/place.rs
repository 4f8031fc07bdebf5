//! The order of force: where the statements of a plan put one account on one day.

use chrono::NaiveDate;

use super::ledger::Excepted;
use crate::plan::{LeafTarget, Plan, Target};

/// Where an account stands in a coverage, before a carve says which of its territories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Territory(u32),
    Pool(u32),
    /// The solver chooses, by the account's unit.
    Carve(u32),
    /// The statement `plan.named[n]` names a territory of a carve.
    NamedTerritory(u32),
    Excluded,
}

/// What put it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Force {
    /// `plan.excludes[n]`
    Exclude(u32),
    /// `plan.named[n]`
    Named(u32),
    /// The leaf of the coverage tree.
    Tree,
}

/// `exclude`, then `named`, then the tree.
pub fn place(plan: &Plan, coverage: u32, leaf: u32, excepted: Option<&Excepted>, day: NaiveDate) -> (Place, Force) {
    if let Some(stated) = excepted.and_then(|excepted| stated(plan, coverage, excepted, day)) {
        return stated;
    }
    let place = match plan.coverages[coverage as usize].leaves[leaf as usize].target {
        LeafTarget::Territory(t) => Place::Territory(t),
        LeafTarget::Carve(c) => Place::Carve(c),
        LeafTarget::Pool(p) => Place::Pool(p),
        LeafTarget::Exclude => Place::Excluded,
    };
    (place, Force::Tree)
}

/// What statements say before the tree.
pub fn stated(plan: &Plan, coverage: u32, excepted: &Excepted, day: NaiveDate) -> Option<(Place, Force)> {
    let here = |c: Option<u32>| c.is_none_or(|c| c == coverage);
    if let Some(n) = excepted.excludes.iter().find(|n| here(plan.excludes[**n as usize].coverage)) {
        return Some((Place::Excluded, Force::Exclude(*n)));
    }
    let named = excepted.named.iter().find(|n| {
        let named = &plan.named[**n as usize];
        named.coverage == coverage && named.until.is_none_or(|until| until >= day)
    });
    named.map(|n| {
        let place = match &plan.named[*n as usize].target {
            Target::Territory(t) => Place::Territory(*t),
            Target::Pool(p) => Place::Pool(*p),
            Target::Carve(c) => Place::Carve(*c),
            Target::CarveTerritory(..) => Place::NamedTerritory(*n),
        };
        (place, Force::Named(*n))
    })
}

/// The days on which the place of an account changes: the term's first, and each that follows the end of a `named`.
pub fn changes(
    plan: &Plan,
    coverage: u32,
    excepted: Option<&Excepted>,
    term: (NaiveDate, NaiveDate),
) -> Vec<NaiveDate> {
    let mut days = vec![term.0];
    for n in excepted.iter().flat_map(|e| &e.named) {
        let named = &plan.named[*n as usize];
        let after = named.until.and_then(|until| until.succ_opt());
        days.extend(after.filter(|day| named.coverage == coverage && *day > term.0 && *day <= term.1));
    }
    days.sort_unstable();
    days.dedup();
    days
}
