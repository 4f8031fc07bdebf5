//! Territories and carves before and after.

use std::collections::BTreeMap;

use super::side::Side;
use crate::diff::{
    BalanceState, CarveChange, CarveState, LoadState, TerritoryChange, TerritoryChangeKind, TerritoryState,
};
use crate::outcome::summary::{CarveOutcome, PoolOutcome, TerritoryOutcome};

/// The head's name for a name of the base.
pub(super) type Now<'a> = &'a dyn Fn(&str, &str) -> String;

pub(super) fn territories(base: &Side, head: &Side, now: Now<'_>) -> Vec<TerritoryChange> {
    let was = states(base, &|kind, name| now(kind, name));
    let is = states(head, &|_, name| name.to_owned());
    let mut names: Vec<&(String, String)> = was.keys().chain(is.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let change = |key: &(String, String)| {
        let (before, after) = (was.get(key), is.get(key));
        let renamed = before.map(|(name, _)| name).filter(|name| **name != key.1 && after.is_some()).cloned();
        let kind = match (before.map(|(_, state)| state), after.map(|(_, state)| state)) {
            (None, _) => TerritoryChangeKind::Created,
            (_, None) => TerritoryChangeKind::Dissolved,
            _ if renamed.is_some() => TerritoryChangeKind::Renamed,
            (Some(a), Some(b)) if (&a.seat, &a.rep, a.open) != (&b.seat, &b.rep, b.open) => {
                TerritoryChangeKind::Restaffed
            }
            (Some(a), Some(b)) if a != b => TerritoryChangeKind::Changed,
            _ => return None,
        };
        Some(TerritoryChange {
            coverage: key.0.clone(),
            name: key.1.clone(),
            change: kind,
            was: renamed,
            before: before.map(|(_, state)| state.clone()),
            after: after.map(|(_, state)| state.clone()),
        })
    };
    names.into_iter().filter_map(change).collect()
}

/// By coverage and name as both sides know them: the side's own name, and the state.
fn states(side: &Side, now: Now<'_>) -> BTreeMap<(String, String), (String, TerritoryState)> {
    let outcome = &side.compiled.outcome;
    let weights: Vec<&str> = outcome.weights.iter().map(|w| w.name.as_str()).collect();
    let mut all = BTreeMap::new();
    for coverage in &outcome.coverages {
        let name = now("coverage", &coverage.name);
        for territory in &coverage.territories {
            let state = of_territory(territory, &weights, now);
            all.insert((name.clone(), now("territory", &territory.name)), (territory.name.clone(), state));
        }
        for pool in &coverage.pools {
            all.insert((name.clone(), now("pool", &pool.name)), (pool.name.clone(), of_pool(pool, &weights)));
        }
    }
    all
}

fn of_territory(territory: &TerritoryOutcome, weights: &[&str], now: Now<'_>) -> TerritoryState {
    let load = |(weight, load): (&&str, &crate::outcome::summary::Load)| LoadState {
        weight: (*weight).to_owned(),
        load: load.load,
        imbalance: load.imbalance,
    };
    TerritoryState {
        carve: territory.carve.as_ref().map(|carve| now("carve", carve)),
        pool: false,
        seat: territory.seat.clone(),
        rep: territory.rep.clone(),
        open: territory.open,
        accounts: territory.accounts,
        loads: weights.iter().zip(&territory.loads).map(load).collect(),
        centre: territory.centre,
    }
}

fn of_pool(pool: &PoolOutcome, weights: &[&str]) -> TerritoryState {
    let load = |(weight, load): (&&str, &f64)| LoadState { weight: (*weight).to_owned(), load: *load, imbalance: None };
    TerritoryState {
        carve: None,
        pool: true,
        seat: None,
        rep: None,
        open: false,
        accounts: pool.accounts,
        loads: weights.iter().zip(&pool.loads).map(load).collect(),
        centre: None,
    }
}

pub(super) fn carves(base: &Side, head: &Side, now: Now<'_>) -> Vec<CarveChange> {
    let states = |side: &Side, now: Now<'_>| -> BTreeMap<(String, String), CarveState> {
        let carves = side.compiled.outcome.carves.iter();
        carves.map(|c| ((now("coverage", &c.coverage), now("carve", &c.name)), of_carve(c))).collect()
    };
    let (was, is) = (states(base, now), states(head, &|_, name| name.to_owned()));
    let mut names: Vec<&(String, String)> = was.keys().chain(is.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let changes = names.into_iter().map(|key| CarveChange {
        coverage: key.0.clone(),
        name: key.1.clone(),
        before: was.get(key).cloned(),
        after: is.get(key).cloned(),
    });
    changes.filter(|change| change.before != change.after).collect()
}

fn of_carve(carve: &CarveOutcome) -> CarveState {
    let balances = carve.balances.iter();
    CarveState {
        territories: carve.territories,
        open: carve.open,
        units: carve.units,
        mean_distance_km: carve.mean_distance_km,
        balances: balances
            .map(|b| BalanceState { weight: b.weight.clone(), within: b.within, imbalance: b.imbalance })
            .collect(),
    }
}
