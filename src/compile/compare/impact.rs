//! What changes add up to: from cases, causes and amounts to the value of the diff.

use arrow_array::Array;

use super::causes::{Causes, Mover};
use super::gauge::Tally;
use super::people;
use super::read::Read;
use super::rows::Rows;
use super::side::Side;
use super::sums::Sums;
use crate::data::Values;
use crate::diff::join::{Case, Joined};
use crate::diff::moves::Change;
use crate::diff::state::{State, change};
use crate::diff::{
    self, CarveChange, Cause, CauseKind, Diff, Impact, Measure, Move, Moves, PlanChanges, TerritoryChange, VERSION,
};
use crate::outcome::summary::ExpectationOutcome;
use crate::workspace::schema::ColumnId;

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
