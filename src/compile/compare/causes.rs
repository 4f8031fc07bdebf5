//! Why every account changes: the way from the base to the head, one fact after the other.
//!
//! Takes the accounts that change and their rows on both sides; replays data column by column, the facts of the plan one by
//! one, then people and alignments, and gives every change the last fact that put it where it ends. Invariant: every change
//! has exactly one cause. What a fact undoes of an earlier one is no change and has none.

mod edited;
mod expired;
mod recarve;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use expired::Ended;

use super::people;
use super::rows::Rows;
use super::side::Side;
use super::world::{self, Layout, Terms, World};
use crate::classify::{Filter, PreparedShape};
use crate::data::Batch;
use crate::diagnostics::{Sources, Span};
use crate::diff::join::States;
use crate::diff::moves::Change;
use crate::diff::plan::{FactKind, PlanDiff};
use crate::diff::state::State;
use crate::diff::{Cause, CauseKind, Excerpt, Impact};
use crate::outcome::ledger::NONE;
use crate::plan::{Plan, Selector};
use crate::syntax::ast;
use crate::workspace::schema::ColumnId;

/// An account that is on both sides and changes in a coverage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mover {
    /// Its number in the join.
    pub account: u32,
    /// Index into the coverages of the join.
    pub coverage: u32,
    pub change: Change,
    /// States of the join.
    pub base: u32,
    pub head: u32,
}

/// A plan between base and head that checks.
pub(super) struct Version {
    /// How many facts are applied.
    pub facts: usize,
    pub files: Vec<ast::File>,
    pub plan: Plan,
    pub sources: Sources,
    pub shapes: Vec<Arc<PreparedShape>>,
}

/// Everything that the causes are found with.
pub(super) struct Ground<'a> {
    pub base: &'a Side,
    pub head: &'a Side,
    pub diff: &'a PlanDiff,
    /// In the order of their facts; the first may have none applied. All speak the head's names and its columns.
    pub versions: &'a [Version],
    /// The movers' rows: as the head has them, and as the base has them in the head's columns, `None` when the data is the
    /// same.
    pub head_rows: &'a Rows,
    pub base_rows: Option<&'a Rows>,
    pub terms: Terms<'a>,
    pub movers: &'a [Mover],
}

/// What was found: causes, and one for every mover.
pub(super) struct Causes {
    pub all: Vec<Cause>,
    pub of: Vec<usize>,
    /// Of a coverage that only one side has, by its place among the coverages.
    pub coverages: Vec<usize>,
}

/// Which side's rows, people and territories a world takes.
struct Stage<'r> {
    batch: Batch,
    rows: &'r Rows,
    heads_people: bool,
}

pub(super) fn find(ground: &Ground<'_>, states: States) -> Causes {
    let mut chain = Chain {
        ground,
        states,
        current: ground.movers.iter().map(|m| m.base).collect(),
        of: vec![None; ground.movers.len()],
        causes: Vec::new(),
        known: BTreeMap::new(),
    };
    chain.data();
    chain.facts();
    chain.people();
    chain.territories();
    chain.finish()
}

/// What makes two changes have one cause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Column(u32),
    Fact(usize),
    Expired(&'static str, String),
    Rep(String),
    Seats(String),
    Carve(String),
    Other,
}

struct Chain<'g, 'a> {
    ground: &'g Ground<'a>,
    states: States,
    /// Per mover where it stands so far.
    current: Vec<u32>,
    of: Vec<Option<usize>>,
    causes: Vec<Cause>,
    known: BTreeMap<Key, usize>,
}

impl<'a> Chain<'_, 'a> {
    fn cause(&mut self, key: Key, make: impl FnOnce() -> Cause) -> usize {
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        self.causes.push(make());
        self.known.insert(key, self.causes.len() - 1);
        self.causes.len() - 1
    }

    /// Whether a step from one state to another is one that the mover's change is about.
    fn differs(&self, change: Change, before: u32, after: u32) -> bool {
        if before == after {
            return false;
        }
        let about_places = matches!(change, Change::Moved | Change::Covered | Change::Uncovered);
        let places = |id: u32| world::territories(&self.states.all[id as usize]);
        !about_places || places(before) != places(after)
    }

    /// Moves on to a world; gives the movers for whom it makes a difference, with the state before.
    fn step(&mut self, version: &Version, stage: &Stage<'_>) -> Vec<(usize, u32)> {
        let ground = self.ground;
        let side = if stage.heads_people { ground.head } else { ground.base };
        let world = World {
            workspace: &ground.head.workspace,
            plan: &version.plan,
            sources: &version.sources,
            shapes: &version.shapes,
            roster: &side.compiled.roster,
            layouts: version.plan.carves.iter().map(|c| self.layout(&c.name, stage.heads_people)).collect(),
        };
        let rows = Rows { accounts: stage.rows.accounts.clone(), batch: stage.batch.clone() };
        let found = world.states(&rows, &ground.terms, &mut self.states);
        let mut turned = Vec::new();
        for (n, mover) in ground.movers.iter().enumerate() {
            let Ok(row) = rows.accounts.binary_search(&mover.account) else { continue };
            let now = found[row][mover.coverage as usize];
            if now == NONE {
                continue;
            }
            let before = self.current[n];
            if self.differs(mover.change, before, now) {
                turned.push((n, before));
            }
            self.current[n] = now;
        }
        turned
    }

    /// A carve of a world: the base's territories where the base has that carve, with people of the wanted side.
    fn layout(&self, carve: &str, heads_people: bool) -> Layout<'a> {
        let Ground { base, head, .. } = *self.ground;
        let old = self.old_name("carve", carve);
        let (base_roster, head_roster) = (&base.compiled.roster, &head.compiled.roster);
        let names = |side: &'a Side, carve: &str| -> Vec<&'a str> {
            side.posts(carve).unwrap_or_default().iter().map(|post| post.name.as_str()).collect()
        };
        let heads = || head.posts(carve).unwrap_or_default();
        let Some(posts) = base.posts(&old).filter(|posts| !posts.is_empty()) else {
            let posts =
                if heads_people { heads().to_vec() } else { people::translate(heads(), head_roster, base_roster) };
            return Layout { posts, units: head.units(carve), other: None };
        };
        let posts = if heads_people {
            let translated = people::translate(posts, base_roster, head_roster);
            let with_people = |post: crate::outcome::standing::Post| {
                heads().iter().find(|other| other.name == post.name).cloned().unwrap_or(post)
            };
            translated.into_iter().map(with_people).collect()
        } else {
            posts.to_vec()
        };
        let other = head.units(carve).map(|units| (units, names(head, carve)));
        Layout { posts, units: base.units(&old), other }
    }

    /// The base's name for a name of the head.
    fn old_name(&self, kind: &str, name: &str) -> String {
        let renamed = self.ground.diff.renames.iter().find(|r| r.kind == kind && r.new == name);
        renamed.map_or_else(|| name.to_owned(), |r| r.old.clone())
    }

    fn assign(&mut self, turned: &[(usize, u32)], cause: usize) {
        turned.iter().for_each(|(n, _)| self.of[*n] = Some(cause));
    }

    /// Data, one column after the other, under the base's rules as far as the head's columns can state them.
    fn data(&mut self) {
        let ground = self.ground;
        let (Some(rows), Some(first)) = (ground.base_rows, ground.versions.first()) else { return };
        let heads = ground.head_rows.only(&rows.accounts);
        let schema = &ground.head.workspace.manifest.accounts.schema;
        let mut batch = rows.batch.clone();
        if first.facts > 0 {
            // The base's own rules cannot be stated in the head's columns: what it takes to state them goes first.
            let turned = self.step(first, &Stage { batch: batch.clone(), rows, heads_people: false });
            self.assign_facts(0..first.facts, &turned);
        }
        for column in 0..batch.columns.len() {
            let (Some(before), Some(now)) = (&rows.batch.columns[column], &heads.batch.columns[column]) else {
                continue;
            };
            if (0..batch.rows).all(|row| before.same(row, now, row)) {
                continue;
            }
            batch.columns[column] = Some(now.clone());
            let stage = Stage { batch: batch.clone(), rows, heads_people: false };
            let turned = self.step(first, &stage);
            if turned.is_empty() {
                continue;
            }
            let described = schema.column(ColumnId(column as u32));
            let mut title = format!("column `{}` changed in the data", described.name);
            if let Some((n, _)) = turned.first().filter(|_| !described.sensitive)
                && let Ok(row) = rows.accounts.binary_search(&ground.movers[*n].account)
            {
                let cell = |values: &crate::data::Values| match values.shown(row) {
                    text if text.is_empty() => "nothing".to_owned(),
                    text => format!("`{text}`"),
                };
                let such = if turned.len() == 1 { ":" } else { ", such as" };
                let _ = write!(title, "{such} {} → {}", cell(before), cell(now));
            }
            let cause = self.cause(Key::Column(column as u32), || direct(CauseKind::Data, title));
            self.assign(&turned, cause);
        }
    }

    /// The facts of the plan, one after the other.
    fn facts(&mut self) {
        let ground = self.ground;
        let mut applied = 0;
        for (n, version) in ground.versions.iter().enumerate() {
            let facts = applied..version.facts;
            applied = version.facts;
            let stage = Stage { batch: ground.head_rows.batch.clone(), rows: ground.head_rows, heads_people: false };
            let turned = self.step(version, &stage);
            let Some(last) = self.assign_facts(facts, &turned) else { continue };
            if ground.diff.facts[last].kind == FactKind::Term
                && let Some(before) = n.checked_sub(1).map(|n| &ground.versions[n])
            {
                self.expired(before, &turned);
            }
        }
    }

    /// Gives movers the last of some facts for their cause, and the fact back where there was one to give.
    fn assign_facts(&mut self, facts: Range<usize>, turned: &[(usize, u32)]) -> Option<usize> {
        if turned.is_empty() {
            return None;
        }
        let diff = self.ground.diff;
        let placing: Vec<usize> = facts.clone().filter(|fact| diff.facts[*fact].kind != FactKind::Inert).collect();
        let last = placing.last().copied().or(facts.last());
        let cause = match last {
            Some(last) => self.fact(last, &placing),
            None => self.other(),
        };
        self.assign(turned, cause);
        last
    }

    /// The cause that a fact is; `together` are those that only make sense with it.
    fn fact(&mut self, fact: usize, together: &[usize]) -> usize {
        let diff = self.ground.diff;
        let of = &diff.facts[fact];
        self.cause(Key::Fact(fact), || {
            let mut titles: Vec<&str> = Vec::new();
            for other in together {
                let title = diff.facts[*other].title.as_str();
                if !titles.contains(&title) {
                    titles.push(title);
                }
            }
            let kind = match of.kind {
                FactKind::Term => CauseKind::Term,
                FactKind::Weight => CauseKind::Weight,
                FactKind::Exception => CauseKind::Exception,
                FactKind::Rule | FactKind::Inert => CauseKind::Rule,
            };
            let title = if titles.len() < 2 { of.title.clone() } else { titles.join(", ") };
            Cause {
                before: of.before.clone(),
                after: of.after.clone(),
                because: of.because.clone(),
                ..direct(kind, title)
            }
        })
    }

    /// Accounts that a change of the term sets free of a statement that has ended: the statement is their cause.
    fn expired(&mut self, before: &Version, turned: &[(usize, u32)]) {
        let ground = self.ground;
        let head = ground.head;
        let ended = expired::ended(ground.base, before, head.plan.term.0);
        let schema = &head.workspace.manifest.accounts.schema;
        let (rows, key) = (ground.head_rows, head.workspace.manifest.accounts.key);
        for Ended { word, selector, key: of, cause } in ended {
            let holds = match selector {
                Selector::Keys(keys) => {
                    let keys: BTreeSet<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
                    let account = |row: usize| rows.batch.column(key).text(row).is_some_and(|k| keys.contains(k));
                    (0..rows.batch.rows).map(account).collect()
                }
                Selector::Condition(condition) => {
                    Filter::compile(condition, &before.plan, schema, &before.shapes).evaluate(&rows.batch)
                }
            };
            for (n, _) in turned {
                let mover = &ground.movers[*n];
                let row = rows.accounts.binary_search(&mover.account);
                // A hold never says where an account stands.
                let fits = word == "named" || matches!(mover.change, Change::Owner | Change::Dates);
                if fits && row.is_ok_and(|row| holds.value(row)) {
                    self.of[*n] = Some(self.cause(of.clone(), || cause.clone()));
                }
            }
        }
    }

    /// Today's people in yesterday's territories.
    fn people(&mut self) {
        let ground = self.ground;
        let Some(version) = ground.versions.last() else { return };
        let stage = Stage { batch: ground.head_rows.batch.clone(), rows: ground.head_rows, heads_people: true };
        let turned = self.step(version, &stage);
        let told = people::changes(&ground.base.compiled.roster, &ground.head.compiled.roster);
        for (n, before) in turned {
            let (from, to) = owners(&self.states.all[before as usize], &self.states.all[self.current[n] as usize]);
            let rep = [&from, &to].into_iter().find(|rep| told.contains_key(*rep)).cloned();
            let cause = match rep {
                Some(rep) => {
                    let title = told[&rep].clone();
                    self.cause(Key::Rep(rep), || direct(CauseKind::Roster, title))
                }
                None => self.seats(n, &told),
            };
            self.of[n] = Some(cause);
        }
    }

    /// A change of owner that no single rep explains: the seats of the mover's carve.
    fn seats(&mut self, mover: usize, told: &BTreeMap<String, String>) -> usize {
        let Some(carve) = self.carve_of(mover) else { return self.other() };
        if let Some(fact) = self.fact_of("carve", &carve).or_else(|| self.term()).filter(|_| told.is_empty()) {
            return self.fact(fact, &[fact]);
        }
        // One rep who comes can make others take other seats.
        if let (Some((rep, title)), 1) = (told.first_key_value(), told.len()) {
            return self.cause(Key::Rep(rep.clone()), || direct(CauseKind::Roster, title.clone()));
        }
        let title = format!("the seats of carve `{carve}` changed in the reps table");
        self.cause(Key::Seats(carve), || direct(CauseKind::Roster, title))
    }

    /// The last fact of an item that places accounts.
    fn fact_of(&self, kind: &str, name: &str) -> Option<usize> {
        let diff = self.ground.diff;
        let of_item = |fact: &usize| {
            let fact = &diff.facts[*fact];
            let item = &diff.changes.items[fact.item];
            fact.kind != FactKind::Inert && item.kind == kind && item.name == name
        };
        (0..diff.facts.len()).rev().find(of_item)
    }

    /// The fact that moves the days of the plan.
    fn term(&self) -> Option<usize> {
        self.ground.diff.facts.iter().rposition(|fact| fact.kind == FactKind::Term)
    }

    /// The carve of the territory where a mover ends, or else began.
    fn carve_of(&self, mover: usize) -> Option<String> {
        let Ground { base, head, .. } = *self.ground;
        let of = self.ground.movers[mover];
        let find = |side: &Side, state: &State| {
            let name = &state.first()?.territory;
            let carves = side.plan.carves.iter();
            carves.map(|c| &c.name).find(|c| side.posts(c).unwrap_or_default().iter().any(|p| p.name == *name)).cloned()
        };
        let began = || {
            let old = find(base, &self.states.all[of.base as usize])?;
            let renamed = self.ground.diff.renames.iter().find(|r| r.kind == "carve" && r.old == old);
            Some(renamed.map_or(old, |r| r.new.clone()))
        };
        find(head, &self.states.all[of.head as usize]).or_else(began)
    }

    /// What is left is the head's alignment.
    fn territories(&mut self) {
        for n in 0..self.ground.movers.len() {
            let Mover { head, change, .. } = self.ground.movers[n];
            if !self.differs(change, self.current[n], head) {
                continue;
            }
            let cause = self.carve_of(n).map(|carve| self.carved(&carve));
            self.of[n] = Some(cause.unwrap_or_else(|| self.other()));
            self.current[n] = head;
        }
    }

    fn other(&mut self) -> usize {
        let ground = self.ground;
        let facts = &ground.diff.facts;
        let last = (0..facts.len()).rev().find(|f| !matches!(facts[*f].kind, FactKind::Inert | FactKind::Weight));
        match last {
            _ if ground.base_rows.is_some() => {
                self.cause(Key::Other, || direct(CauseKind::Data, "accounts around them changed in the data".into()))
            }
            Some(fact) => self.fact(fact, &[fact]),
            None => self.cause(Key::Other, || direct(CauseKind::Roster, "the reps table changed".into())),
        }
    }

    fn finish(mut self) -> Causes {
        let of = std::mem::take(&mut self.of);
        let of = of.into_iter().map(|cause| cause.unwrap_or_else(|| self.other())).collect();
        let coverages = self.ground.terms.coverages;
        let coverages = coverages.iter().map(|name| match self.fact_of("coverage", name) {
            Some(fact) => self.fact(fact, &[fact]),
            None => self.other(),
        });
        let coverages: Vec<usize> = coverages.collect();
        Causes { all: self.causes, of, coverages }
    }
}

fn direct(kind: CauseKind, title: String) -> Cause {
    Cause { kind, title, before: None, after: None, because: None, under: Vec::new(), impact: Impact::default() }
}

fn excerpt(sources: &Sources, span: Span) -> Excerpt {
    let position = sources.position(span);
    Excerpt {
        file: sources.get(span.file).name.clone(),
        line: position.line as u32,
        text: sources.text(span).trim_end().to_owned(),
    }
}

/// The owners on the first day on which two states have different ones.
fn owners(before: &State, after: &State) -> (String, String) {
    let mut days: Vec<_> = before.iter().chain(after).map(|spell| spell.from).collect();
    days.sort_unstable();
    let on = |state: &State, day| {
        let spell = state.iter().rev().find(|spell| spell.from <= day);
        spell.map_or_else(String::new, |spell| spell.rep.clone())
    };
    let pairs = days.into_iter().map(|day| (on(before, day), on(after, day)));
    pairs.into_iter().find(|(a, b)| a != b).unwrap_or_default()
}
