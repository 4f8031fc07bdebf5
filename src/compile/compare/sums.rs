//! What all accounts come to, those that stay as they are included.
//!
//! Takes what was found; gives totals, pairs of territories, reps and segments of a diff, from one sum for every way in
//! which accounts stand on both sides. Invariant: every account counts once in each.

use std::collections::BTreeMap;

use super::gauge::Tally;
use super::impact::{Found, Parts};
use crate::diff::join::Case;
use crate::diff::moves::Change;
use crate::diff::state::{State, change, owner_changes};
use crate::diff::{Pair, Person, RepChange, SegmentImpact, Totals};
use crate::outcome::ledger::NONE;

/// Segments by these names are those of customers.
const CUSTOMERS: [&str; 4] = ["customers", "customer", "existing", "existing_customers"];

/// Sums over all accounts, by case.
pub(super) struct Sums<'a> {
    cases: Vec<CaseSum<'a>>,
}

struct CaseSum<'a> {
    case: &'a Case,
    accounts: u64,
    tally: Option<&'a Tally>,
    /// By segment of the head.
    segments: Vec<(u32, &'a Tally)>,
    found: &'a Found<'a>,
}

impl<'a> CaseSum<'a> {
    fn tally(&self) -> Tally {
        self.tally.cloned().unwrap_or_default()
    }

    /// Per coverage the states of both sides.
    fn states(&self) -> impl Iterator<Item = (usize, Option<&'a State>, Option<&'a State>)> + '_ {
        let joined = self.found.joined;
        let of = |side: &Option<Vec<u32>>, coverage: usize| -> Option<&'a State> {
            let id = side.as_ref()?[coverage];
            if id == NONE { None } else { joined.state(id) }
        };
        (0..joined.coverages.len()).map(move |c| (c, of(&self.case.base, c), of(&self.case.head, c)))
    }

    fn changes(&self) -> Vec<Change> {
        let (new, gone) = (self.case.base.is_none(), self.case.head.is_none());
        let kind = |(_, from, to): (usize, Option<&State>, Option<&State>)| match (from, to) {
            (Some(from), Some(to)) => change(from, to).map(|of| of.change),
            (None, Some(_)) => Some(if new { Change::New } else { Change::Covered }),
            (Some(_), None) => Some(if gone { Change::Gone } else { Change::Uncovered }),
            (None, None) => None,
        };
        self.states().filter_map(kind).collect()
    }

    /// Whether somebody else owns the account on the first day, in some coverage.
    fn changes_owner(&self) -> bool {
        let both = self.case.base.is_some() && self.case.head.is_some();
        both && self.states().any(|(_, from, to)| owner(from) != owner(to))
    }
}

fn owner(state: Option<&State>) -> &str {
    state.and_then(|state| state.first()).map_or("", |spell| spell.rep.as_str())
}

impl<'a> Sums<'a> {
    pub fn of(found: &'a Found<'a>) -> Self {
        let joined = found.joined;
        let mut accounts = vec![0u64; joined.cases.len()];
        joined.case.iter().for_each(|case| accounts[*case as usize] += 1);
        let tallies = &found.read.tallies;
        let mut segments: Vec<Vec<(u32, &Tally)>> = vec![Vec::new(); joined.cases.len()];
        for ((case, segment), tally) in &tallies.of_segment {
            segments[*case as usize].push((*segment, tally));
        }
        let cases = joined.cases.iter().zip(accounts).zip(segments).zip(0..);
        let cases = cases.map(|(((case, accounts), segments), n)| CaseSum {
            case,
            accounts,
            tally: tallies.of.get(&n),
            segments,
            found,
        });
        Self { cases: cases.collect() }
    }

    pub fn totals(&self, parts: &Parts<'_>, found: &Found<'_>, count: usize) -> Totals {
        let mut totals = Totals { accounts: found.joined.case.len() as u64, ..Totals::default() };
        let (mut changed, mut whole) = (Tally::default(), Tally::default());
        let customers = parts.sides.1.plan.segments.iter().position(|s| CUSTOMERS.contains(&s.name.as_str()));
        let mut lost = 0;
        for sum in &self.cases {
            let first = sum.changes().into_iter().min();
            let slot = match first {
                None => &mut totals.unchanged,
                Some(Change::New) => &mut totals.new,
                Some(Change::Gone) => &mut totals.gone,
                Some(Change::Moved) => &mut totals.moved,
                Some(Change::Owner) => &mut totals.owner,
                Some(Change::Covered) => &mut totals.covered,
                Some(Change::Uncovered) => &mut totals.uncovered,
                Some(Change::Dates) => &mut totals.dates,
            };
            *slot += sum.accounts;
            if first.is_some() {
                changed.merge(&sum.tally());
            }
            if sum.case.head.is_some() {
                whole.merge(&sum.tally());
            }
            let often = |(_, from, to): (usize, Option<&State>, Option<&State>)| {
                from.zip(to).is_some_and(|(from, to)| owner_changes(from, to) > 1)
            };
            if first.is_some() && sum.states().any(often) {
                totals.twice += sum.accounts;
            }
            let loses = sum.states().any(|(_, from, to)| !owner(from).is_empty() && owner(from) != owner(to));
            if sum.case.head.is_some() && loses {
                let of = sum.segments.iter().filter(|(segment, _)| Some(*segment as usize) == customers);
                lost += of.map(|(_, tally)| tally.impact(0).accounts).sum::<u64>();
            }
        }
        totals.changed = changed.impact(count);
        totals.whole = whole.impact(count);
        totals.customers_who_lose_their_rep = customers.map(|_| lost);
        totals
    }

    /// The largest first.
    pub fn pairs(&self, count: usize) -> Vec<Pair> {
        let mut tallies: BTreeMap<(&str, &str, &str), Tally> = BTreeMap::new();
        for sum in &self.cases {
            let coverages = &sum.found.joined.coverages;
            for (coverage, from, to) in sum.states() {
                let places = match (from, to) {
                    (Some(from), Some(to)) => match change(from, to) {
                        Some(of) => (of.from.territory.as_str(), of.to.territory.as_str()),
                        None => continue,
                    },
                    (None, None) => continue,
                    (from, to) => {
                        let place = |state: Option<&'a State>| {
                            state.and_then(|s| s.first()).map_or("", |spell| spell.territory.as_str())
                        };
                        (place(from), place(to))
                    }
                };
                tallies.entry((&coverages[coverage], places.0, places.1)).or_default().merge(&sum.tally());
            }
        }
        let pair = |((coverage, from, to), tally): (&(&str, &str, &str), &Tally)| Pair {
            coverage: (*coverage).to_owned(),
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            impact: tally.impact(count),
        };
        let mut pairs: Vec<Pair> = tallies.iter().map(pair).collect();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.impact.accounts));
        pairs
    }

    pub fn reps(&self, roster: &[Person], count: usize) -> Vec<RepChange> {
        let mut tallies: BTreeMap<&str, [Tally; 3]> = BTreeMap::new();
        for sum in &self.cases {
            for (_, from, to) in sum.states() {
                let (before, now) = (owner(from), owner(to));
                let mut add = |rep: &'a str, which: usize| {
                    if !rep.is_empty() {
                        tallies.entry(rep).or_default()[which].merge(&sum.tally());
                    }
                };
                if before == now {
                    add(now, 0);
                } else {
                    add(now, 1);
                    add(before, 2);
                }
            }
        }
        let name = |rep: &str| {
            let at = roster.binary_search_by(|person| person.key.as_str().cmp(rep)).ok()?;
            roster[at].name.clone()
        };
        let change = |(rep, [kept, gained, lost]): (&&str, &[Tally; 3])| RepChange {
            rep: (*rep).to_owned(),
            name: name(rep),
            kept: kept.impact(count),
            gained: gained.impact(count),
            lost: lost.impact(count),
        };
        tallies.iter().map(change).filter(|of| of.gained.accounts + of.lost.accounts > 0).collect()
    }

    pub fn segments(&self, parts: &Parts<'_>, count: usize) -> Vec<SegmentImpact> {
        let segments = &parts.sides.1.plan.segments;
        let mut whole = vec![Tally::default(); segments.len()];
        let mut changed = whole.clone();
        for sum in &self.cases {
            let changes = sum.changes_owner();
            for (segment, tally) in &sum.segments {
                whole[*segment as usize].merge(tally);
                if changes {
                    changed[*segment as usize].merge(tally);
                }
            }
        }
        let impacts = segments.iter().zip(whole.iter().zip(&changed));
        impacts
            .map(|(segment, (whole, changed))| SegmentImpact {
                segment: segment.name.clone(),
                whole: whole.impact(count),
                changed: changed.impact(count),
            })
            .collect()
    }
}
