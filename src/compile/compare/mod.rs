//! Two sides compiled and compared: from two projects to a [`Diff`].
//!
//! Both are compiled as `terrac compile` would, and joined account by account. Those that change are read once more, and
//! the way from one side to the other is replayed on them (`causes`). Nothing is written. Invariant: the diff depends on
//! the two projects alone, not on threads or the order of rows.

mod causes;
mod gauge;
mod impact;
mod levels;
mod people;
mod read;
mod rows;
mod side;
mod sums;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Against, Project, Recarve, Request, Watch, expectations, load_text, tables};
use crate::classify::PreparedShape;
use crate::diagnostics::{Diagnostics, Sources};
use crate::diff::account::{AccountDiff, CellDiff, CoverageStays, StayState};
use crate::diff::join::{Joined, JoinedSide, States};
use crate::diff::plan::{FactKind, PlanDiff, regions};
use crate::diff::state::{Window, change};
use crate::diff::{self, Diff};
use crate::outcome::expect;
use crate::outcome::ledger::NONE;
use crate::outcome::recorder::DEPARTED;
use crate::outcome::sheet::{Block, Sheet};
use crate::outcome::standing::Standings;
use crate::outcome::summary::ExpectationOutcome;
use crate::prove::Budget;

pub use people::everybody_at;

use causes::{Ground, Mover, Version};
use impact::Found;
use read::Read;
use side::Side;
use world::Terms;

/// A side to compare.
#[derive(Debug)]
pub struct Named {
    /// As the user named it.
    pub name: String,
    pub commit: Option<String>,
    pub project: Project,
}

/// A comparison that could not be made: the side that does not compile and why.
#[derive(Debug)]
pub struct Failed {
    pub side: String,
    pub sources: Sources,
    pub diagnostics: Diagnostics,
}

/// What was compared.
pub struct Compared {
    sides: Box<Sides>,
    pub diff: Diff,
    /// The account that was asked for, or the key nearest to it when neither side has it.
    pub account: Option<Result<AccountDiff, Option<String>>>,
}

impl Compared {
    /// The assignments of the base and of the head, as a compile would write them.
    pub fn sheets(&self) -> [Sheet<'_>; 2] {
        [sheet_of(&self.sides.base), sheet_of(&self.sides.head)]
    }
}

/// More versions of a plan between two sides than this are not tried one by one: facts of one item go together.
const MOST_VERSIONS: usize = 256;

/// Compares two projects, and tells more of one account where one is named.
pub fn compare(
    base: Named,
    head: Named,
    notes: Vec<String>,
    account: Option<&str>,
    request: &Request,
    watch: &mut dyn Watch,
) -> Result<Compared, Box<Failed>> {
    let failed = |name: &str, (sources, diagnostics)| Box::new(Failed { side: name.to_owned(), sources, diagnostics });
    let of_base = side::compile(base.project, request, watch).map_err(|wrong| failed(&base.name, wrong))?;
    let of_head = side::compile(head.project, request, watch).map_err(|wrong| failed(&head.name, wrong))?;
    let sides = Sides {
        names: [(base.name.clone(), base.commit), (head.name.clone(), head.commit)],
        base: of_base,
        head: of_head,
        threads: request.threads,
    };
    match sides.compared(notes, account, request, watch) {
        Ok((diff, account)) => Ok(Compared { sides: Box::new(sides), diff, account }),
        Err(diagnostics) => {
            let sources = sides.head.workspace.sources;
            Err(Box::new(Failed { side: head.name, sources, diagnostics }))
        }
    }
}

struct Sides {
    /// Name and commit.
    names: [(String, Option<String>); 2],
    base: Side,
    head: Side,
    threads: usize,
}

impl Sides {
    fn compared(
        &self,
        mut notes: Vec<String>,
        account: Option<&str>,
        request: &Request,
        watch: &mut dyn Watch,
    ) -> Result<(Diff, Option<Result<AccountDiff, Option<String>>>), Diagnostics> {
        let (base, head) = (&self.base, &self.head);
        let mut plans = PlanDiff::between(base.written(), head.written());
        let now = |kind: &str, name: &str| -> String {
            let renamed = plans.renames.iter().find(|r| r.kind == kind && r.old == name);
            renamed.map_or_else(|| name.to_owned(), |r| r.new.clone())
        };
        let joined = self.join(&now);
        let territories = levels::territories(base, head, &now);
        let carves = levels::carves(base, head, &now);

        let versions = self.versions(&plans);
        plans.changes.regions = self.regions(&versions, &mut notes);
        let measures = gauge::measures(&head.workspace, &head.plan);
        let movers = movers(&joined);
        let read = self.read(&joined, &versions, &measures, watch)?;
        let window = Window::of(base.plan.term, head.plan.term);
        let terms = Terms { window, coverages: &joined.coverages };
        let (base_rows, head_rows) = (&read.base_rows, &read.head_rows);
        let ground = Ground {
            base,
            head,
            diff: &plans,
            versions: &versions,
            head_rows,
            base_rows: base_rows.as_ref(),
            terms,
            movers: &movers,
        };
        let found = causes::find(&ground, States::from(joined.states.clone()));
        let verdicts = self.verdicts(&joined, request, watch);
        for (side, name) in [(base, &self.names[0].0), (head, &self.names[1].0)] {
            if !side.compiled.solved.is_empty() {
                let carves: Vec<String> = side.compiled.solved.iter().map(|carve| format!("`{carve}`")).collect();
                let (noun, verb) = if carves.len() == 1 {
                    ("carve", "has no valid alignment and was")
                } else {
                    ("carves", "have no valid alignment and were")
                };
                notes.push(format!("{noun} {} of {name} {verb} solved for this comparison", carves.join(", ")));
            }
        }
        let describe = |side: &Side, (name, commit): &(String, Option<String>)| diff::Side {
            name: name.clone(),
            commit: commit.clone(),
            plan: side.plan.name.clone(),
            title: side.plan.title.clone(),
            term: side.plan.term,
            accounts: side.compiled.outcome.accounts,
            recarved: side.compiled.solved.clone(),
        };
        let parts = impact::Parts {
            base: describe(base, &self.names[0]),
            head: describe(head, &self.names[1]),
            sides: (base, head),
            notes,
            plan: plans.changes,
            territories,
            carves,
            verdicts,
            measures,
        };
        let account = account.map(|key| self.account(key, &joined, &read, &now));
        let diff = impact::assemble(parts, &Found { joined: &joined, movers: &movers, causes: found, read: &read });
        Ok((diff, account))
    }

    /// More of one account.
    fn account(
        &self,
        key: &str,
        joined: &Joined,
        read: &Read,
        now: &dyn Fn(&str, &str) -> String,
    ) -> Result<AccountDiff, Option<String>> {
        let Some(number) = joined.accounts.find(key) else {
            return Err(crate::diagnostics::nearest(key, joined.accounts.words()).map(str::to_owned));
        };
        let stays = |side: &Side, name: &dyn Fn(&str) -> String| -> BTreeMap<String, Vec<StayState>> {
            let (mut sheet, mut block) = (sheet_of(side), Block::default());
            while sheet.next(&mut block) {
                let Some(at) = block.rows.iter().position(|row| sheet.key(*row) == key) else { continue };
                let names: Vec<String> = sheet.coverages().iter().map(|c| name(&c.name)).collect();
                let of = names.into_iter().zip(&block.standings[at * sheet.coverages().len()..]);
                return of
                    .map(|(name, id)| (name, sheet.standing(*id).iter().map(StayState::from).collect()))
                    .collect();
            }
            BTreeMap::new()
        };
        let mut before = stays(&self.base, &|name| now("coverage", name));
        let mut after = stays(&self.head, &str::to_owned);
        let coverages = joined.coverages.iter().map(|name| CoverageStays {
            coverage: name.clone(),
            before: before.remove(name).unwrap_or_default(),
            after: after.remove(name).unwrap_or_default(),
        });
        let mut cells = Vec::new();
        let schema = &self.head.workspace.manifest.accounts.schema;
        if let Some(base) = &read.base_rows
            && let (Ok(was), Ok(is)) =
                (base.accounts.binary_search(&number), read.head_rows.accounts.binary_search(&number))
        {
            for (column, (old, new)) in
                schema.columns.iter().zip(base.batch.columns.iter().zip(&read.head_rows.batch.columns))
            {
                let (Some(old), Some(new), false) = (old, new, column.sensitive) else { continue };
                if !old.same(was, new, is) {
                    let (before, after) = (old.shown(was), new.shown(is));
                    cells.push(CellDiff { column: column.name.clone(), before, after });
                }
            }
        }
        Ok(AccountDiff { account: key.to_owned(), coverages: coverages.collect(), cells })
    }

    fn join(&self, now: &dyn Fn(&str, &str) -> String) -> Joined {
        let (base, head) = (&self.base, &self.head);
        let mut of_base = sheet_of(base);
        let mut of_head = sheet_of(head);
        let place = |name: &str| {
            let renamed = now("territory", name);
            if renamed == name { now("pool", name) } else { renamed }
        };
        let coverage = |name: &str| now("coverage", name);
        let same = |name: &str| name.to_owned();
        Joined::new(
            JoinedSide { sheet: &mut of_base, term: base.plan.term, coverage: &coverage, territory: &place },
            JoinedSide { sheet: &mut of_head, term: head.plan.term, coverage: &same, territory: &same },
        )
    }

    /// The plans between base and head that check, in order; the last is the head's.
    fn versions(&self, plans: &PlanDiff) -> Vec<Version> {
        let count = plans.facts.len();
        let mut ends: Vec<usize> =
            (0..count).filter(|f| plans.facts[*f].kind != FactKind::Inert).map(|f| f + 1).collect();
        if ends.len() > MOST_VERSIONS {
            let last_of_item = |end: &usize| plans.facts.get(*end).is_none_or(|f| f.item != plans.facts[end - 1].item);
            ends.retain(last_of_item);
        }
        if ends.len() > MOST_VERSIONS {
            let stride = ends.len().div_ceil(MOST_VERSIONS);
            ends = ends.into_iter().skip(stride - 1).step_by(stride).collect();
        }
        ends.insert(0, 0);
        if ends.last() != Some(&count) {
            ends.push(count);
        }
        let head = &self.head;
        let checked = |facts: usize| {
            let text = plans.rules(|fact| fact < facts);
            let loaded = load_text(&head.workspace, &head.workspace.manifest.plan, &text).ok()?;
            let mut unread = Diagnostics::default();
            let shapes = self.shapes(&loaded.plan, &mut unread);
            (!unread.has_errors()).then(|| Version {
                facts,
                files: vec![loaded.file],
                plan: loaded.plan,
                sources: loaded.sources,
                shapes,
            })
        };
        let mut versions: Vec<Version> = ends.into_iter().filter_map(checked).collect();
        if versions.last().is_none_or(|last| last.facts != count) {
            versions.push(Version {
                facts: count,
                files: head.files.clone(),
                plan: head.plan.clone(),
                sources: head.workspace.sources.clone(),
                shapes: head.shapes.clone(),
            });
        }
        versions
    }

    fn shapes(&self, plan: &crate::plan::Plan, found: &mut Diagnostics) -> Vec<Arc<PreparedShape>> {
        let known = |shape: &crate::plan::Shape| {
            let at = self.head.plan.shapes.iter().position(|other| other.path == shape.path)?;
            self.head.shapes.get(at).cloned()
        };
        let all: Option<Vec<Arc<PreparedShape>>> = plan.shapes.iter().map(known).collect();
        all.unwrap_or_else(|| tables::shapes(&self.head.workspace, plan, found))
    }

    fn regions(&self, versions: &[Version], notes: &mut Vec<String>) -> Option<Vec<diff::Region>> {
        let (first, last) = (versions.first()?, versions.last()?);
        if first.facts != 0 {
            notes.push("the base's rules do not fit the head's columns: which accounts they send elsewhere is told by account alone".into());
            return None;
        }
        let schema = &self.head.workspace.manifest.accounts.schema;
        let (old, new) = ((&first.plan, Some(&first.shapes[..])), (&last.plan, Some(&last.shapes[..])));
        match regions(old, new, schema, Budget::default()) {
            Ok(regions) => Some(regions),
            Err(why) => {
                notes.push(why);
                None
            }
        }
    }

    /// What the head expects, with the owners that the base gives as those of today.
    fn verdicts(&self, joined: &Joined, request: &Request, watch: &mut dyn Watch) -> Vec<ExpectationOutcome> {
        let head = &self.head;
        if !expect::also(&head.plan).tenure {
            return head.compiled.outcome.expectations.clone();
        }
        // Per state of the base the owner on its first day.
        let roster = &head.compiled.roster;
        let owner = |state: &diff::state::State| match state.first().map_or("", |spell| spell.rep.as_str()) {
            "" => NONE,
            rep => roster.find(rep).map_or(DEPARTED, |at| at as u32),
        };
        let of_state: Vec<u32> = joined.states.iter().map(owner).collect();
        let place: Vec<Option<usize>> =
            head.plan.coverages.iter().map(|c| joined.coverages.binary_search(&c.name).ok()).collect();
        let owners = |coverage: u32, account: &str| {
            let state = || {
                let case = &joined.cases[joined.case_of(account)? as usize];
                case.base.as_ref()?.get(place[coverage as usize]?).copied().filter(|state| *state != NONE)
            };
            state().map_or(NONE, |state| of_state[state as usize])
        };
        let request = Request { locked: true, recarve: Recarve::None, ..request.clone() };
        let against = Against { owners: &owners, alignment: &head.alignment };
        let mut workspace = head.workspace.clone();
        expectations(&mut workspace, &head.files, &head.plan, &request, against, watch)
    }
}

fn sheet_of(side: &Side) -> Sheet<'_> {
    let settled = &side.compiled.settled;
    let standings = Standings::new(&side.plan, &side.workspace.sources, &side.compiled.roster, &settled.posts);
    Sheet::new(&side.plan, &side.compiled.ledger, &settled.units, standings)
}

fn changes_case(joined: &Joined, case: &diff::join::Case) -> bool {
    match (&case.base, &case.head) {
        (Some(base), Some(head)) => base.iter().zip(head).any(|(base, head)| changed(joined, *base, *head)),
        _ => true,
    }
}

fn changed(joined: &Joined, base: u32, head: u32) -> bool {
    match (joined.state(base), joined.state(head)) {
        (Some(base), Some(head)) => change(base, head).is_some(),
        (None, None) => false,
        _ => true,
    }
}

/// Accounts of both sides that change in a coverage that both have.
fn movers(joined: &Joined) -> Vec<Mover> {
    let per_case: Vec<Vec<Mover>> = joined
        .cases
        .iter()
        .map(|case| {
            let (Some(base), Some(head)) = (&case.base, &case.head) else { return Vec::new() };
            let pairs = base.iter().zip(head).zip(0..);
            pairs
                .filter(|((base, head), _)| **base != NONE && **head != NONE)
                .filter_map(|((base, head), coverage)| {
                    let of = change(joined.state(*base)?, joined.state(*head)?)?;
                    Some(Mover { account: 0, coverage, change: of.change, base: *base, head: *head })
                })
                .collect()
        })
        .collect();
    let accounts = joined.case.iter().zip(0..);
    accounts.flat_map(|(case, account)| per_case[*case as usize].iter().map(move |m| Mover { account, ..*m })).collect()
}
