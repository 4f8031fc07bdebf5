//! Batches to the ledger and to sums: the one pass over the accounts.
//!
//! [`Recorder::record`] takes a batch on any thread and gives a [`Part`]; [`Recorded::add`] takes parts in any order.
//! What comes out is the same whatever the order was. Owners and carved territories are deliberately absent.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use arrow_array::{Array, StringArray};

use super::bins::{Bin, Bins};
use super::ledger::{Draft, Excepted, Ledger, NONE};
use super::measures::Measures;
use super::place::{Force, Place, place};
use super::rollup::{Row, UnitTable};
use super::roster::Roster;
use crate::carve::Point;
use crate::classify::{Classified, Findings, NO_LEAF, Program, Statement, Totals};
use crate::data::{Batch, Values};
use crate::plan::{LeafTarget, Plan, Target};
use crate::workspace::manifest::AccountsTable;
use crate::workspace::schema::ColumnId;

/// What every batch needs.
pub struct Recorder<'a> {
    pub plan: &'a Plan,
    pub program: &'a Program,
    pub accounts: &'a AccountsTable,
    pub roster: &'a Roster,
    pub measures: &'a Measures,
    /// Beyond what placing every account needs.
    pub also: Also,
    /// Who owned an account in a coverage before, instead of what the accounts say of today.
    pub owners: Option<&'a Owners<'a>>,
}

/// The owner of an account (by its key) in a coverage: an index into the roster, [`DEPARTED`] or [`NONE`].
pub type Owners<'a> = dyn Fn(u32, &str) -> u32 + Sync + 'a;

/// An owner whom the roster no longer has.
pub const DEPARTED: u32 = NONE - 1;

/// What is summed up only where somebody asks for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Also {
    /// What of every territory and pool its owner owns today.
    pub tenure: bool,
    /// Every leaf by itself.
    pub leaves: bool,
}

/// What one batch gave.
#[derive(Debug)]
pub struct Part {
    /// Its units are indices into `units`.
    run: Draft,
    /// Carve and code in the carve's table.
    units: Vec<(u32, u32)>,
    sums: Sums,
}

/// Everything that is summed up.
#[derive(Debug, Default)]
struct Sums {
    carves: Vec<UnitTable>,
    bins: Vec<Bins>,
    /// Per statement `named` into a territory of a carve: the accounts, each summed up by itself.
    pinned: BTreeMap<(u32, String), UnitTable>,
    all: Bin,
    totals: Totals,
    findings: Findings,
    /// Keys of selectors that were met: statement and index of the key.
    met: BTreeSet<(Statement, u32)>,
    named: u64,
    held: u64,
    excluded: u64,
}

/// What all batches gave.
#[derive(Debug, Default)]
pub struct Recorded {
    pub ledger: Ledger,
    /// One a carve.
    pub carves: Vec<UnitTable>,
    /// One a coverage.
    pub bins: Vec<Bins>,
    /// Per statement and account.
    pub pinned: BTreeMap<(u32, String), UnitTable>,
    /// Every account that takes part.
    pub all: Bin,
    pub totals: Totals,
    pub findings: Findings,
    pub met: BTreeSet<(Statement, u32)>,
    pub named: u64,
    pub held: u64,
    pub excluded: u64,
}

impl Recorder<'_> {
    /// Classifies and sums up a batch.
    pub fn record(&self, batch: &Batch) -> Part {
        let mut classified = self.program.classify(batch);
        let mut measured = self.measures.measure(self.plan, self.program, batch, &classified);
        let mut sums = self.empty();
        sums.findings = std::mem::take(&mut classified.findings);
        sums.findings.merge(std::mem::take(&mut measured.findings));
        sums.totals = std::mem::take(&mut measured.totals);

        let order = self.order(batch);
        let excepted = self.excepted(batch, &classified, &order, &mut sums);
        let key = batch.column(self.accounts.key);
        let mut run = Draft {
            keys: order.iter().map(|row| key.text(*row as usize).unwrap_or("")).collect(),
            leaves: classified
                .leaves
                .iter()
                .map(|leaves| order.iter().map(|row| leaves[*row as usize]).collect())
                .collect(),
            units: vec![vec![NONE; batch.rows]; self.plan.coverages.len()],
            excepted,
        };
        let mut units: Vec<UnitCodes> = self.plan.carves.iter().map(|c| UnitCodes::new(batch.column(c.unit))).collect();
        let incumbents = self.wants_incumbents().then(|| self.incumbents_of(batch));
        let owner =
            |t: u32| self.plan.territories[t as usize].owner.as_ref().and_then(|(key, _)| self.roster.find(key));
        let owners: Vec<Option<usize>> = (0..self.plan.territories.len() as u32).map(owner).collect();
        let excluded: BTreeSet<u32> = classified.excluded.iter().copied().collect();
        let mut values = vec![0.0; self.measures.len()];
        let mut numbered = Numbered::new(self.plan.carves.len());
        let mut next_excepted = 0;
        for (at, &row) in order.iter().enumerate() {
            values.iter_mut().zip(&measured.columns).for_each(|(value, column)| *value = column[row as usize]);
            let exception = run.excepted.get(next_excepted).filter(|e| e.row as usize == at);
            next_excepted += usize::from(exception.is_some());
            if excluded.is_empty() || !excluded.contains(&row) {
                sums.all.add(&values);
            }
            for coverage in 0..self.plan.coverages.len() {
                let leaf = run.leaves[coverage][at];
                if leaf == NO_LEAF && exception.is_none() {
                    continue;
                }
                let place = match exception {
                    None => self.leaf_place(coverage, leaf),
                    Some(exception) if leaf == NO_LEAF => self.place_without_leaf(coverage as u32, exception),
                    Some(exception) => {
                        Some(place(self.plan, coverage as u32, leaf, Some(exception), self.plan.term.0).0)
                    }
                };
                let Some(place) = place else { continue };
                let bins = &mut sums.bins[coverage];
                let today = match self.owners {
                    Some(owners) => owners(coverage as u32, run.keys.get(at)),
                    None => incumbents.as_ref().map_or(NONE, |i| i[row as usize]),
                };
                if self.also.tenure && today != NONE {
                    bins.add_tenure(place, today as usize, &owners, &values);
                }
                if self.also.leaves {
                    let force = self.force(coverage as u32, leaf, exception);
                    bins.add_leaf(force, leaf, &values);
                }
                let account =
                    || Row { measures: &values, position: self.position(batch, row as usize), incumbent: today };
                match place {
                    Place::Territory(t) => bins.territories[t as usize].add(&values),
                    Place::Pool(p) => bins.pools[p as usize].add(&values),
                    Place::Excluded => bins.excluded.add(&values),
                    Place::Carve(c) => {
                        let table = &mut sums.carves[c as usize];
                        let code = units[c as usize].code(row as usize, table);
                        table.add(code, account());
                        for (clause, eligibility) in self.plan.carves[c as usize].limits.eligible.iter().enumerate() {
                            let words = batch.column(eligibility.unit);
                            table.add_word(code, clause, &unit_text(words, row as usize));
                        }
                        run.units[coverage][at] = numbered.number(c, code);
                    }
                    Place::NamedTerritory(n) => {
                        let key = run.keys.get(at).to_owned();
                        let table =
                            sums.pinned.entry((n, key)).or_insert_with(|| UnitTable::new(self.measures.len(), 0));
                        let code = table.code("");
                        table.add(code, account());
                    }
                }
            }
        }
        Part { run, units: numbered.units, sums }
    }

    fn empty(&self) -> Sums {
        let bins = Bins {
            territories: vec![Bin::default(); self.plan.territories.len()],
            pools: vec![Bin::default(); self.plan.pools.len()],
            ..Bins::default()
        };
        let table = |c: &crate::plan::Carve| UnitTable::new(self.measures.len(), c.limits.eligible.len());
        Sums {
            carves: self.plan.carves.iter().map(table).collect(),
            bins: vec![bins; self.plan.coverages.len()],
            ..Sums::default()
        }
    }

    fn leaf_place(&self, coverage: usize, leaf: u32) -> Option<Place> {
        Some(match self.plan.coverages[coverage].leaves[leaf as usize].target {
            LeafTarget::Territory(t) => Place::Territory(t),
            LeafTarget::Carve(c) => Place::Carve(c),
            LeafTarget::Pool(p) => Place::Pool(p),
            LeafTarget::Exclude => Place::Excluded,
        })
    }

    /// Where an exception stands before a tree that takes no account like this one.
    fn place_without_leaf(&self, coverage: u32, exception: &Excepted) -> Option<Place> {
        let excluded = exception.excludes.iter().any(|n| {
            let exclude = &self.plan.excludes[*n as usize];
            exclude.coverage.is_none_or(|c| c == coverage)
        });
        if excluded {
            return Some(Place::Excluded);
        }
        let named = exception.named.iter().find(|n| self.plan.named[**n as usize].coverage == coverage)?;
        Some(match self.plan.named[*named as usize].target {
            Target::Territory(t) => Place::Territory(t),
            Target::Pool(p) => Place::Pool(p),
            Target::Carve(c) => Place::Carve(c),
            Target::CarveTerritory(..) => Place::NamedTerritory(*named),
        })
    }

    /// What puts an account where it stands on the first day.
    fn force(&self, coverage: u32, leaf: u32, exception: Option<&Excepted>) -> Force {
        let Some(exception) = exception else { return Force::Tree };
        if leaf != NO_LEAF {
            return place(self.plan, coverage, leaf, Some(exception), self.plan.term.0).1;
        }
        match self.place_without_leaf(coverage, exception) {
            Some(Place::Excluded) => Force::Exclude(exception.excludes.first().copied().unwrap_or_default()),
            _ => Force::Named(exception.named.first().copied().unwrap_or_default()),
        }
    }

    /// The rows in the order of their keys.
    fn order(&self, batch: &Batch) -> Vec<u32> {
        let keys = batch.column(self.accounts.key);
        let mut order: Vec<u32> = (0..batch.rows as u32).collect();
        if !(1..batch.rows).all(|row| keys.text(row - 1) <= keys.text(row)) {
            order.sort_by(|a, b| keys.text(*a as usize).cmp(&keys.text(*b as usize)));
        }
        order
    }

    fn excepted(&self, batch: &Batch, classified: &Classified, order: &[u32], sums: &mut Sums) -> Vec<Excepted> {
        if classified.excepted.is_empty() {
            return Vec::new();
        }
        let mut at_of_row = vec![0; batch.rows];
        order.iter().enumerate().for_each(|(at, row)| at_of_row[*row as usize] = at as u32);
        let incumbents = self.incumbents_of(batch);
        let mut all = Vec::new();
        for met in classified.excepted.chunk_by(|a, b| a.row == b.row) {
            let row = met[0].row as usize;
            let mut excepted = Excepted {
                row: at_of_row[row],
                excludes: Vec::new(),
                named: Vec::new(),
                holds: Vec::new(),
                incumbent: incumbents[row],
                tree_units: self.tree_units(batch, classified, row),
            };
            for one in met {
                sums.met.extend(one.key.map(|key| (one.statement, key)));
                match one.statement {
                    Statement::Exclude(n) => excepted.excludes.push(n),
                    Statement::Named(n) => excepted.named.push(n),
                    Statement::Hold(n) => excepted.holds.push(n),
                }
            }
            sums.excluded += u64::from(!excepted.excludes.is_empty());
            sums.named += u64::from(!excepted.named.is_empty() && excepted.excludes.is_empty());
            sums.held += u64::from(!excepted.holds.is_empty() && excepted.excludes.is_empty());
            all.push(excepted);
        }
        all.sort_unstable_by_key(|e| e.row);
        all
    }

    fn tree_units(&self, batch: &Batch, classified: &Classified, row: usize) -> Vec<Option<String>> {
        let unit = |(coverage, leaves): (usize, &Vec<u32>)| {
            let leaf = self.plan.coverages[coverage].leaves.get(leaves[row] as usize)?;
            let LeafTarget::Carve(c) = leaf.target else { return None };
            Some(unit_text(batch.column(self.plan.carves[c as usize].unit), row).into_owned())
        };
        classified.leaves.iter().enumerate().map(unit).collect()
    }

    /// Whether who owns what today bears on any carve.
    fn wants_incumbents(&self) -> bool {
        (self.also.tenure || !self.plan.carves.is_empty()) && self.accounts.incumbent.is_some()
    }

    /// Per row the owner of today as an index into the roster, or [`NONE`] when there is none or the reps table does not
    /// have that rep.
    fn incumbents_of(&self, batch: &Batch) -> Vec<u32> {
        let find = |key: &str| self.roster.find(key).map_or(NONE, |rep| rep as u32);
        let Some(column) = self.accounts.incumbent else { return vec![NONE; batch.rows] };
        match batch.column(column) {
            Values::Coded(array) => {
                let words = array.values().as_any().downcast_ref::<StringArray>();
                let reps: Vec<u32> = words.into_iter().flatten().map(|word| word.map_or(NONE, find)).collect();
                array.keys().iter().map(|key| key.map_or(NONE, |key| reps[key as usize])).collect()
            }
            values => (0..batch.rows).map(|row| values.text(row).map_or(NONE, find)).collect(),
        }
    }

    fn position(&self, batch: &Batch, row: usize) -> Option<[f64; 3]> {
        let Values::Point { lat, lon } = batch.column(self.accounts.position?) else { return None };
        lat.is_valid(row).then(|| {
            let point = Point::from_degrees(lon.value(row), lat.value(row));
            [point.x, point.y, point.z]
        })
    }

    /// The columns that batches must hold besides those of the program, and whether each is best coded.
    pub fn columns(&self) -> Vec<(ColumnId, bool)> {
        let mut columns = vec![(self.accounts.key, false)];
        for carve in &self.plan.carves {
            columns.push((carve.unit, carve.unit != self.accounts.key));
            columns.extend(carve.limits.eligible.iter().map(|e| (e.unit, true)));
        }
        let holds_with_incumbent = self.plan.holds.iter().any(|h| h.owner == crate::plan::HoldOwner::Incumbent);
        if !self.plan.carves.is_empty() || holds_with_incumbent || self.also.tenure {
            columns.extend(self.accounts.incumbent.map(|c| (c, true)));
        }
        if !self.plan.carves.is_empty() {
            columns.extend(self.accounts.position.map(|c| (c, false)));
        }
        columns.extend(self.measures.columns().iter().map(|c| (*c, false)));
        for filter in self.measures.filters() {
            columns.extend(filter.columns().iter().map(|n| (n.column, n.coded)));
        }
        columns
    }
}

/// Numbers units over all carves of a batch, since the ledger has one column for them.
struct Numbered {
    units: Vec<(u32, u32)>,
    of_code: Vec<Vec<u32>>,
}

impl Numbered {
    fn new(carves: usize) -> Self {
        Self { units: Vec::new(), of_code: vec![Vec::new(); carves] }
    }

    fn number(&mut self, carve: u32, code: u32) -> u32 {
        let of_code = &mut self.of_code[carve as usize];
        if of_code.len() <= code as usize {
            of_code.resize(code as usize + 1, NONE);
        }
        let number = &mut of_code[code as usize];
        if *number == NONE {
            *number = self.units.len() as u32;
            self.units.push((carve, code));
        }
        *number
    }
}

/// Codes of a unit column, each dictionary word looked up once a batch.
struct UnitCodes<'b> {
    values: &'b Values,
    of_word: Vec<u32>,
}

impl<'b> UnitCodes<'b> {
    fn new(values: &'b Values) -> Self {
        let words = match values {
            Values::Coded(array) => array.values().len(),
            _ => 0,
        };
        Self { values, of_word: vec![NONE; words] }
    }

    fn code(&mut self, row: usize, table: &mut UnitTable) -> u32 {
        if let Values::Coded(array) = self.values
            && let Some(word) = array.key(row)
        {
            let slot = &mut self.of_word[word];
            if *slot == NONE {
                *slot = table.code(self.values.text(row).unwrap_or_default());
            }
            return *slot;
        }
        table.code(&unit_text(self.values, row))
    }
}

/// The text of any cell; a missing one is the empty text.
fn unit_text(values: &Values, row: usize) -> Cow<'_, str> {
    if values.is_null(row) {
        return Cow::Borrowed("");
    }
    match values {
        Values::Text(_) | Values::Coded(_) => Cow::Borrowed(values.text(row).unwrap_or_default()),
        Values::Number(array) => Cow::Owned(array.value(row).to_string()),
        Values::Bool(array) => Cow::Borrowed(if array.value(row) { "true" } else { "false" }),
        Values::Date(array) => Cow::Owned(array.value_as_date(row).map_or_else(String::new, |d| d.to_string())),
        Values::Point { lat, lon } => Cow::Owned(format!("{:.5} {:.5}", lat.value(row), lon.value(row))),
    }
}

impl Recorded {
    /// Adds what a batch gave.
    pub fn add(&mut self, part: Part) {
        let Part { mut run, units, sums } = part;
        if self.bins.is_empty() {
            self.bins = vec![Bins::default(); sums.bins.len()];
            self.carves = sums.carves.iter().map(UnitTable::like).collect();
        }
        let codes: Vec<Vec<u32>> =
            self.carves.iter_mut().zip(sums.carves).map(|(table, part)| table.merge(part)).collect();
        for unit in run.units.iter_mut().flatten().filter(|unit| **unit != NONE) {
            let (carve, code) = units[*unit as usize];
            *unit = codes[carve as usize][code as usize];
        }
        self.bins.iter_mut().zip(sums.bins).for_each(|(bins, part)| bins.merge(part));
        for (key, table) in sums.pinned {
            match self.pinned.entry(key) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(table);
                }
                std::collections::btree_map::Entry::Occupied(mut entry) => {
                    entry.get_mut().merge(table);
                }
            }
        }
        self.all.merge(sums.all);
        self.totals.merge(&sums.totals);
        self.findings.merge(sums.findings);
        self.met.extend(sums.met);
        self.named += sums.named;
        self.held += sums.held;
        self.excluded += sums.excluded;
        self.ledger.runs.push(run.finish());
    }
}
