//! A diff narrowed down to what somebody asked to see.
//!
//! Invariant: what is narrowed down still adds up, and says in its notes that it is not the whole. Numbers that cannot be
//! told of a part (what a rep keeps, how many accounts change owner twice) stay those of the whole.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{CauseKind, Change, Diff, Impact, Move, Moves, Pair, PlanChanges, TerritoryChange, Totals};

/// What to show; nothing said shows everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    pub only: Option<Only>,
    /// Changes from or to these reps, by key or name.
    pub reps: Vec<String>,
    /// Changes from or to these territories and pools, by their name on either side.
    pub territories: Vec<String>,
    /// Changes with causes of these kinds.
    pub causes: Vec<CauseKind>,
}

/// One of the three levels of a diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// Accounts: causes, pairs, reps and moves.
    Moves,
    /// The text of the plan, and its regions.
    Rules,
    Territories,
}

impl View {
    /// The diff as it is to be shown; every form is made from this.
    pub fn of<'d>(&self, diff: &'d Diff) -> Cow<'d, Diff> {
        let mut seen = Cow::Borrowed(diff);
        if !(self.reps.is_empty() && self.territories.is_empty() && self.causes.is_empty()) {
            seen = Cow::Owned(self.narrowed(diff));
        }
        if let Some(only) = self.only {
            let diff = seen.to_mut();
            diff.partial = true;
            if only != Only::Rules {
                diff.plan = PlanChanges { unchanged: diff.plan.unchanged, ..PlanChanges::default() };
            }
            if only != Only::Territories {
                diff.territories.clear();
                diff.carves.clear();
            }
            if only != Only::Moves {
                diff.causes.clear();
                diff.pairs.clear();
                diff.reps.clear();
                diff.segments.clear();
                diff.moves = Moves::new(diff.measures.len());
            }
            diff.notes.push(match only {
                Only::Moves => "shown are accounts alone".to_owned(),
                Only::Rules => "shown is the plan's text alone".to_owned(),
                Only::Territories => "shown are territories and carves alone".to_owned(),
            });
        }
        seen
    }

    fn narrowed(&self, diff: &Diff) -> Diff {
        let reps = self.rep_keys(diff);
        let wanted = |one: &Move<'_>| {
            let rep = |rep: Option<&str>| rep.is_some_and(|rep| reps.contains(rep));
            let place = |place: &str| self.territories.iter().any(|t| t == place);
            (self.reps.is_empty() || rep(one.from_rep) || rep(one.to_rep))
                && (self.territories.is_empty() || place(one.from) || place(one.to))
                && (self.causes.is_empty()
                    || diff.causes.get(one.cause).is_some_and(|cause| self.causes.contains(&cause.kind)))
        };
        let mut moves = Moves::new(diff.measures.len());
        for one in diff.moves.iter().filter(wanted) {
            moves.push(&one);
        }
        let mut seen = Diff {
            totals: totals(&moves, &diff.totals),
            pairs: pairs(&moves),
            segments: Vec::new(),
            partial: true,
            moves: Moves::new(diff.measures.len()),
            ..diff.clone()
        };
        for (i, cause) in seen.causes.iter_mut().enumerate() {
            cause.impact = sum(moves.iter().filter(|one| one.cause == i), diff.measures.len());
        }
        let touched: BTreeSet<(&str, &str)> =
            moves.iter().flat_map(|one| [(one.coverage, one.from), (one.coverage, one.to)]).collect();
        seen.territories.retain(|territory| self.has(territory, &reps, &touched));
        let of: BTreeSet<&str> = moves.iter().flat_map(|one| [one.from_rep, one.to_rep]).flatten().collect();
        seen.reps.retain(|rep| if reps.is_empty() { of.contains(rep.rep.as_str()) } else { reps.contains(&rep.rep) });
        for rep in &mut seen.reps {
            let key = Some(rep.rep.as_str());
            let measures = diff.measures.len();
            rep.gained = sum(moves.iter().filter(|m| m.to_rep == key && m.from_rep != key), measures);
            rep.lost = sum(moves.iter().filter(|m| m.from_rep == key && m.to_rep != key), measures);
        }
        seen.notes.push(self.said());
        seen.moves = moves;
        seen
    }

    /// The keys of the reps that are asked for, by key or by name.
    fn rep_keys(&self, diff: &Diff) -> BTreeSet<String> {
        let mut keys: BTreeSet<String> = self.reps.iter().cloned().collect();
        let people = diff.reps.iter().map(|rep| (&rep.rep, &rep.name));
        for (key, name) in people.chain(diff.roster.iter().map(|p| (&p.key, &p.name))) {
            if name.as_ref().is_some_and(|name| self.reps.contains(name)) {
                keys.insert(key.clone());
            }
        }
        keys
    }

    fn has(&self, change: &TerritoryChange, reps: &BTreeSet<String>, touched: &BTreeSet<(&str, &str)>) -> bool {
        let names = || [Some(&change.name), change.was.as_ref()].into_iter().flatten();
        let people = || [&change.before, &change.after].into_iter().flatten().flat_map(|s| [&s.seat, &s.rep]).flatten();
        (self.territories.is_empty() || names().any(|name| self.territories.contains(name)))
            && (reps.is_empty() || people().any(|rep| reps.contains(rep)))
            && (self.causes.is_empty()
                || names().any(|name| touched.contains(&(change.coverage.as_str(), name.as_str()))))
    }

    fn said(&self) -> String {
        let listed = |word: &str, names: Vec<&str>| {
            let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
            (!names.is_empty()).then(|| format!("{word} {}", names.join(", ")))
        };
        let parts = [
            listed("from or to rep", self.reps.iter().map(String::as_str).collect()),
            listed("from or to territory", self.territories.iter().map(String::as_str).collect()),
            listed("with cause", self.causes.iter().map(|kind| kind.word()).collect()),
        ];
        format!("shown are changes {} alone", parts.into_iter().flatten().collect::<Vec<_>>().join(" and "))
    }
}

fn sum<'m>(moves: impl Iterator<Item = Move<'m>>, measures: usize) -> Impact {
    let mut impact = Impact { accounts: 0, amounts: vec![0.0; measures] };
    for one in moves {
        impact.accounts += 1;
        impact.amounts.iter_mut().zip(one.amounts).for_each(|(sum, amount)| *sum += amount);
    }
    impact
}

/// Every account by its first change, as [`Totals`] counts them.
fn totals(moves: &Moves, whole: &Totals) -> Totals {
    let mut totals = Totals {
        accounts: whole.accounts,
        whole: whole.whole.clone(),
        twice: whole.twice,
        customers_who_lose_their_rep: whole.customers_who_lose_their_rep,
        changed: Impact { accounts: 0, amounts: vec![0.0; whole.whole.amounts.len()] },
        ..Totals::default()
    };
    let mut of_account: BTreeMap<&str, Move<'_>> = BTreeMap::new();
    for one in moves.iter() {
        let first = of_account.entry(one.account).or_insert(one);
        if one.change < first.change {
            *first = one;
        }
    }
    for one in of_account.values() {
        let count = match one.change {
            Change::New => &mut totals.new,
            Change::Gone => &mut totals.gone,
            Change::Moved => &mut totals.moved,
            Change::Owner => &mut totals.owner,
            Change::Covered => &mut totals.covered,
            Change::Uncovered => &mut totals.uncovered,
            Change::Dates => &mut totals.dates,
        };
        *count += 1;
        totals.changed.accounts += 1;
        totals.changed.amounts.iter_mut().zip(one.amounts).for_each(|(sum, amount)| *sum += amount);
    }
    totals.unchanged = whole.accounts.saturating_sub(totals.changed.accounts);
    totals
}

/// The largest first.
fn pairs(moves: &Moves) -> Vec<Pair> {
    let mut pairs: BTreeMap<(&str, &str, &str), Impact> = BTreeMap::new();
    for one in moves.iter() {
        let impact = pairs.entry((one.coverage, one.from, one.to)).or_default();
        impact.accounts += 1;
        impact.amounts.resize(one.amounts.len(), 0.0);
        impact.amounts.iter_mut().zip(one.amounts).for_each(|(sum, amount)| *sum += amount);
    }
    let named = |((coverage, from, to), impact): ((&str, &str, &str), Impact)| Pair {
        coverage: coverage.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        impact,
    };
    let mut pairs: Vec<Pair> = pairs.into_iter().map(named).collect();
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.impact.accounts));
    pairs
}
