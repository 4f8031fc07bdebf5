//! Territories for accounts that a `named` has kept out of the carve of their leaf until a day within the term.
//!
//! Takes what was recorded and carved, adds places for units that no other account brought into the carve. Invariant: once
//! a statement ends, the account is in some territory of its carve on every day that is left. Other accounts and loads are
//! deliberately untouched: a return is placed like a new unit, by what the alignment lists and then by its prices.

use super::carving::price;
use super::ledger::{Excepted, NONE};
use super::recorder::Recorded;
use super::rollup::Unit;
use super::settle::Carved;
use super::sheet::UnitPlaces;
use super::standing::InCarve;
use crate::carve::Point;
use crate::plan::{LeafTarget, Plan};

/// `places` has one entry a carve of the plan.
pub(super) fn place(plan: &Plan, recorded: &Recorded, carved: &[Carved<'_>], places: &mut [UnitPlaces]) {
    let mut back: Vec<(usize, &str, &str)> = Vec::new();
    for run in &recorded.ledger.runs {
        for excepted in &run.excepted {
            for (coverage, key) in excepted.tree_units.iter().enumerate() {
                let Some(key) = key.as_deref().filter(|_| returns(plan, coverage as u32, excepted)) else { continue };
                let leaf = run.leaves[coverage].get(excepted.row as usize) as usize;
                let LeafTarget::Carve(c) = plan.coverages[coverage].leaves[leaf].target else { continue };
                back.push((c as usize, key, run.keys.get(excepted.row as usize)));
            }
        }
    }
    back.sort_unstable();
    back.dedup_by_key(|(carve, unit, _)| (*carve, *unit));
    for (carve, unit, account) in back {
        let Some(of) = carved.iter().find(|c| c.index as usize == carve) else { continue };
        let known = &mut places[carve];
        let Err(at) = known.of_key.binary_search_by(|(key, _)| key.as_str().cmp(unit)) else { continue };
        let pinned = carved.iter().flat_map(|c| &c.carving.pinned).find(|p| p.account == account).map(|p| &p.unit);
        let Some(combination) = in_carve(of, unit, pinned) else { continue };
        let id = known.combinations.iter().position(|c| *c == combination).unwrap_or_else(|| {
            known.combinations.push(combination);
            known.combinations.len() - 1
        });
        known.of_key.insert(at, (unit.to_owned(), id as u32));
    }
}

/// Whether a `named` of the coverage ends while there are days left.
fn returns(plan: &Plan, coverage: u32, excepted: &Excepted) -> bool {
    let named = excepted.named.iter().map(|n| &plan.named[*n as usize]);
    named.into_iter().any(|n| n.coverage == coverage && n.until.is_some_and(|until| until < plan.term.1))
}

/// `None` only where the carve has no territory. `alone` is the account summed up by itself, where that is known.
fn in_carve(carve: &Carved<'_>, unit: &str, alone: Option<&Unit>) -> Option<InCarve> {
    let (item, alignment) = (carve.carving.carve, &carve.alignment);
    let position = alone.and_then(|u| u.position).map(|[x, y, z]| Point { x, y, z });
    let least = |cost: &dyn Fn(usize) -> Option<f64>| {
        let priced = (0..alignment.territories.len()).filter_map(|t| cost(t).map(|c| (c, t)));
        priced.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, t)| t as u32)
    };
    let weights: Vec<f64> = (item.balances.iter())
        .map(|b| {
            let weight = &carve.carving.quantities.weights[b.weight as usize];
            alone.map_or(0.0, |u| weight.of(f64::from(u.accounts), &u.measures))
        })
        .collect();
    let listed = alignment.territory_of(unit);
    let by_price = || least(&|t| price(item, alignment, t, position, &weights));
    // Nowhere to measure from: the one with the fewest units for its capacity.
    let by_units = || {
        let units = |t: usize| carve.aligned.territory.iter().filter(|of| **of as usize == t).count() as f64;
        least(&|t| Some(units(t) / alignment.territories[t].capacity.max(f64::MIN_POSITIVE)))
    };
    let centre = |t: usize| alignment.territories[t].centre.map(|(lat, lon)| Point::from_degrees(lon, lat));
    let nearest = least(&|t| Some(position?.straight_squared(centre(t)?)));
    let territory = listed.or_else(by_price).or_else(by_units)?;
    Some(InCarve { territory, nearest: nearest.unwrap_or(NONE), new: listed.is_none() })
}
