//! What changes add up to: from cases, causes and amounts to the value of the diff.

use std::collections::BTreeMap;

use arrow_array::Array;

use super::causes::{Causes, Mover};
use super::gauge::Tally;
use super::people;
use super::read::Read;
use super::rows::Rows;
use super::side::Side;
use crate::data::Values;
use crate::diff::join::{Case, Joined};
use crate::diff::moves::Change;
use crate::diff::state::{State, change, owner_changes};
use crate::diff::{
    self, CarveChange, Cause, CauseKind, Diff, Impact, Measure, Move, Moves, Pair, Person, PlanChanges, RepChange,
    SegmentImpact, TerritoryChange, Totals, VERSION,
};
use crate::outcome::ledger::NONE;
use crate::outcome::summary::ExpectationOutcome;
use crate::workspace::schema::ColumnId;

/// Segments by these names are those of customers.
const CUSTOMERS: [&str; 4] = ["customers", "customer", "existing", "existing_customers"];

/// The levels that are known already.
pub(super) struct Parts<'a> {
    pub base: diff::Side,
    pub head: diff::Side,
    pub sides: (&'a Side, &'a Side),
    pub notes: Vec<String>,
    pub plan: PlanChanges,
    pub territories: Vec<TerritoryChange>,
    pub carves: Vec<CarveChange>,
    pub verdicts: Vec<ExpectationOutcome>,
    pub measures: Vec<Measure>,
}

/// What was found of the accounts.
pub(super) struct Found<'a> {
    pub joined: &'a Joined,
    pub movers: &'a [Mover],
    pub causes: Causes,
    pub read: &'a Read,
}

pub(super) fn assemble(parts: Parts<'_>, found: &Found<'_>) -> Diff {
    let count = parts.measures.len();
    let mut table = Table::new(found, count);
    table.fill(&parts);
    let (causes, renumbered) = table.causes();
    let moves = table.moves(&renumbered);
    let sums = Sums::of(found);
    let roster = people::everybody([parts.sides.0, parts.sides.1].map(|side| (&side.workspace, &side.compiled.roster)));
    Diff {
        version: VERSION,
        totals: sums.totals(&parts, found, count),
        pairs: sums.pairs(count),
        reps: sums.reps(&roster, count),
        segments: sums.segments(&parts, count),
        base: parts.base,
        head: parts.head,
        notes: parts.notes,
        measures: parts.measures,
        plan: parts.plan,
        territories: parts.territories,
        carves: parts.carves,
        causes,
        verdicts: parts.verdicts,
        moves,
        roster,
        partial: false,
    }
}

/// One change on its way into the diff.
struct Row<'a> {
    account: u32,
    coverage: u32,
    change: Change,
    from: Option<&'a State>,
    to: Option<&'a State>,
    cause: usize,
}

struct Table<'a> {
    found: &'a Found<'a>,
    measures: usize,
    rows: Vec<Row<'a>>,
    causes: Vec<Cause>,
    details: Details<'a>,
    start: chrono::NaiveDate,
}

/// Where cells of an account are found.
struct Details<'a> {
    heads: &'a Rows,
    gone: Option<&'a Rows>,
    columns: [(Option<ColumnId>, Option<ColumnId>); 2],
    read: &'a Read,
}

impl Details<'_> {
    /// Its row on the head's side, else among those that are gone.
    fn at(&self, account: u32) -> Option<(bool, usize)> {
        if let Ok(row) = self.heads.accounts.binary_search(&account) {
            return Some((true, row));
        }
        let row = self.gone?.accounts.binary_search(&account).ok()?;
        Some((false, row))
    }

    fn amounts(&self, account: u32, into: &mut Vec<f64>) {
        into.clear();
        let Some((heads, row)) = self.at(account) else { return };
        let columns = if heads { &self.read.amounts } else { &self.read.gone_amounts };
        into.extend(columns.iter().map(|column| column[row]));
    }

    fn rows(&self, heads: bool) -> Option<&Rows> {
        if heads { Some(self.heads) } else { self.gone }
    }

    fn name(&self, account: u32) -> Option<&str> {
        let (heads, row) = self.at(account)?;
        let column = self.columns[usize::from(!heads)].0?;
        self.rows(heads)?.batch.column(column).text(row)
    }

    fn position(&self, account: u32) -> Option<(f64, f64)> {
        let (heads, row) = self.at(account)?;
        let column = self.columns[usize::from(!heads)].1?;
        match self.rows(heads)?.batch.column(column) {
            Values::Point { lat, lon } => lat.is_valid(row).then(|| (lat.value(row), lon.value(row))),
            _ => None,
        }
    }
}

impl<'a> Table<'a> {
    fn new(found: &'a Found<'a>, measures: usize) -> Self {
        let read = found.read;
        let details = Details { heads: &read.head_rows, gone: read.gone.as_ref(), columns: [(None, None); 2], read };
        let causes = found.causes.all.clone();
        Self { found, measures, rows: Vec::new(), causes, details, start: chrono::NaiveDate::default() }
    }

    fn fill(&mut self, parts: &Parts<'_>) {
        let joined = self.found.joined;
        let (base, head) = parts.sides;
        self.start = head.plan.term.0;
        for (n, side) in [(0, head), (1, base)] {
            let accounts = &side.workspace.manifest.accounts;
            let name = accounts.name.filter(|name| !accounts.schema.column(*name).sensitive);
            self.details.columns[n] = (name, accounts.position);
        }
        let mut by_data = [None, None];
        let mut movers = self.found.movers.iter().zip(&self.found.causes.of).peekable();
        for (account, case) in (0..).zip(&joined.case) {
            let case: &Case = &joined.cases[*case as usize];
            let state = |id: &u32| joined.state(*id);
            for coverage in 0..joined.coverages.len() {
                let from = case.base.as_ref().and_then(|states| state(&states[coverage]));
                let to = case.head.as_ref().and_then(|states| state(&states[coverage]));
                let known = movers.next_if(|(m, _)| m.account == account && m.coverage as usize == coverage);
                let (change, cause) = match (from, to, known) {
                    (_, _, Some((mover, cause))) => (mover.change, *cause),
                    (None, Some(_), _) if case.base.is_none() => (Change::New, self.by_data(&mut by_data, 0)),
                    (Some(_), None, _) if case.head.is_none() => (Change::Gone, self.by_data(&mut by_data, 1)),
                    (None, Some(_), _) => (Change::Covered, self.found.causes.coverages[coverage]),
                    (Some(_), None, _) => (Change::Uncovered, self.found.causes.coverages[coverage]),
                    _ => continue,
                };
                self.rows.push(Row { account, coverage: coverage as u32, change, from, to, cause });
            }
        }
    }

    /// The cause of accounts that are new, or gone.
    fn by_data(&mut self, known: &mut [Option<usize>; 2], which: usize) -> usize {
        *known[which].get_or_insert_with(|| {
            let title = ["accounts are new in the data", "accounts are gone from the data"][which];
            self.causes.push(Cause {
                kind: CauseKind::Data,
                title: title.to_owned(),
                before: None,
                after: None,
                because: None,
                under: Vec::new(),
                impact: Impact::default(),
            });
            self.causes.len() - 1
        })
    }

    /// The causes that have an effect or are behind one that has, and the new number of every cause.
    fn causes(&self) -> (Vec<Cause>, Vec<usize>) {
        let mut tallies = vec![Tally::default(); self.causes.len()];
        let mut amounts = Vec::new();
        for row in &self.rows {
            self.details.amounts(row.account, &mut amounts);
            tallies[row.cause].add(amounts.iter().copied());
        }
        let mut kept: Vec<bool> = tallies.iter().map(|tally| tally.impact(0).accounts > 0).collect();
        for (n, cause) in self.causes.iter().enumerate() {
            if kept[n] {
                cause.under.iter().for_each(|above| kept[*above] = true);
            }
        }
        let mut renumbered = vec![0; self.causes.len()];
        let mut next = 0;
        for (n, kept) in kept.iter().enumerate() {
            renumbered[n] = next;
            next += usize::from(*kept);
        }
        let causes = self.causes.iter().zip(&tallies).zip(&kept).filter(|(_, kept)| **kept);
        let causes = causes.map(|((cause, tally), _)| Cause {
            impact: tally.impact(self.measures),
            under: cause.under.iter().map(|above| renumbered[*above]).collect(),
            ..cause.clone()
        });
        (causes.collect(), renumbered)
    }

    fn moves(&self, renumbered: &[usize]) -> Moves {
        let joined = self.found.joined;
        let mut moves = Moves::new(self.measures);
        let mut amounts = Vec::new();
        for row in &self.rows {
            self.details.amounts(row.account, &mut amounts);
            amounts.resize(self.measures, 0.0);
            let first = |state: Option<&'a State>| state.and_then(|state| state.first());
            let (effective, from, to) = match (row.from, row.to) {
                (Some(from), Some(to)) => match change(from, to) {
                    Some(of) => (of.effective, Some(of.from), Some(of.to)),
                    None => continue,
                },
                (from, to) => (self.start, first(from), first(to)),
            };
            let place = |spell: Option<&'a crate::diff::state::Spell>| spell.map_or("", |s| s.territory.as_str());
            let rep = |spell: Option<&'a crate::diff::state::Spell>| {
                spell.map(|s| s.rep.as_str()).filter(|rep| !rep.is_empty())
            };
            moves.push(&Move {
                account: joined.accounts.word(row.account),
                name: self.details.name(row.account),
                coverage: &joined.coverages[row.coverage as usize],
                change: row.change,
                from: place(from),
                from_rep: rep(from),
                to: place(to),
                to_rep: rep(to),
                effective,
                cause: renumbered[row.cause],
                amounts: &amounts,
                position: self.details.position(row.account),
            });
        }
        moves
    }
}

/// Sums over all accounts, by case.
struct Sums<'a> {
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
    fn of(found: &'a Found<'a>) -> Self {
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

    fn totals(&self, parts: &Parts<'_>, found: &Found<'_>, count: usize) -> Totals {
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
    fn pairs(&self, count: usize) -> Vec<Pair> {
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

    fn reps(&self, roster: &[Person], count: usize) -> Vec<RepChange> {
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

    fn segments(&self, parts: &Parts<'_>, count: usize) -> Vec<SegmentImpact> {
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
