//! Carves: the clauses of each, once and sound, and the data that they call for.

use std::collections::HashMap;

use super::bounds::{self, UpTo};
use super::items::{Items, Placed, because, was};
use super::known::{Known, Table};
use super::limits;
use super::missing::{Loose, Place, Told};
use super::names::Kind;
use super::template;
use super::typing;
use crate::diagnostics::codes::check::{
    DERIVED_ADJACENCY, DUPLICATE_CLAUSE, MISSING_CLAUSE, NO_SUCH_TABLE, SAME_TEMPLATE, TYPE_MISMATCH,
};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{Balance, Budget, Carve, CarveLimits, Compact, Keep, OpenPolicy, SeatsFrom};
use crate::syntax::ast::{self, Around, CarveClauseKind, DistanceCost, Name};
use crate::workspace::schema::ColumnId;

/// In the order of `items`; a carve with errors is left out.
pub(super) fn check(known: &Known<'_>, items: &Items<'_>, told: &mut Told, found: &mut Diagnostics) -> Vec<Carve> {
    let mut templates: HashMap<String, Span> = HashMap::new();
    let mut carves = Vec::new();
    for item in &items.carves {
        let template = template::of(item.node, found);
        if let Some(template) = &template {
            let span = item.node.template.as_ref().map_or(item.node.name.span, |t| t.span);
            if let Some(first) = templates.insert(template.clone(), span) {
                found.push(
                    Diagnostic::error(SAME_TEMPLATE, format!("two carves call their territories `{template}`"))
                        .label(span, "the same names")
                        .label(first, "used here first")
                        .help("a territory's name must tell it from all others"),
                );
            }
        }
        let draft = Draft::default();
        carves.extend(Clauses { known, told, found, item: *item, draft }.check(template));
    }
    carves
}

/// A carve while its clauses are read. Outer `None`: not written; inner `None`: written and wrong.
#[derive(Default)]
struct Draft {
    seats: Option<Option<SeatsFrom>>,
    overcarve: Option<Option<f64>>,
    headroom: Option<Option<f64>>,
    unit: Option<Option<ColumnId>>,
    balances: Vec<Option<Balance>>,
    compact: Option<Option<Compact>>,
    contiguous: Option<Option<Span>>,
    keep: Option<Option<Keep>>,
    open: Option<Option<OpenPolicy>>,
    limits: CarveLimits,
    failed: bool,
}

struct Clauses<'c, 'a> {
    known: &'c Known<'a>,
    told: &'c mut Told,
    found: &'c mut Diagnostics,
    item: Placed<'a, ast::Carve>,
    draft: Draft,
}

impl Clauses<'_, '_> {
    fn check(mut self, template: Option<String>) -> Option<Carve> {
        self.single();
        for clause in &self.item.node.clauses {
            self.clause(clause);
        }
        self.needed();
        limits::contradictions(&self.draft.limits, self.found);
        let Self { item, draft, .. } = self;
        if draft.failed {
            return None;
        }
        Some(Carve {
            name: item.node.name.text.clone(),
            was: was(&item.node.was),
            template: template?,
            seats: draft.seats??,
            overcarve: draft.overcarve.unwrap_or(Some(0.0))?,
            headroom: draft.headroom.unwrap_or(Some(0.0))?,
            unit: draft.unit??,
            balances: draft.balances.into_iter().collect::<Option<_>>()?,
            compact: draft.compact.map_or(Some(None), |c| c.map(Some))?,
            contiguous: draft.contiguous.map_or(Some(None), |c| c.map(Some))?,
            keep: draft.keep.map_or(Some(None), |c| c.map(Some))?,
            open: draft.open.unwrap_or(Some(OpenPolicy::default()))?,
            limits: draft.limits,
            because: because(&item.node.because),
            span: item.span,
        })
    }

    /// Clauses that may stand once stand once.
    fn single(&mut self) {
        let mut first: HashMap<&str, Span> = HashMap::new();
        for clause in &self.item.node.clauses {
            let Some(word) = single_word(&clause.kind) else { continue };
            if let Some(before) = first.insert(word, clause.span) {
                self.draft.failed = true;
                self.found.push(
                    Diagnostic::error(DUPLICATE_CLAUSE, format!("`{word}` is written twice"))
                        .label(clause.span, "second time")
                        .label(before, "first time")
                        .help("keep one of them"),
                );
            }
        }
    }

    fn needed(&mut self) {
        let missing = [
            (self.draft.seats.is_none(), "seats", "seats reps where CONDITION"),
            (self.draft.unit.is_none(), "unit", "unit zip"),
            (self.draft.balances.is_empty(), "balance", "balance WEIGHT within 5%"),
        ];
        for (_, word, example) in missing.into_iter().filter(|(missing, ..)| *missing) {
            let name = &self.item.node.name;
            self.draft.failed = true;
            self.found.push(
                Diagnostic::error(MISSING_CLAUSE, format!("carve `{}` has no `{word}`", name.text))
                    .label(name.span, "this carve")
                    .help(format!("add `{example}`")),
            );
        }
    }

    fn clause(&mut self, clause: &ast::CarveClause) {
        let span = clause.span;
        match &clause.kind {
            CarveClauseKind::SeatsWhere(condition) => self.draft.seats = Some(self.reps(condition, span)),
            CarveClauseKind::SeatsCount(number) => {
                let seats = bounds::count(self.known, number, "the number of seats", 1, self.found);
                self.draft.seats = Some(seats.and_then(|n| u32::try_from(n).ok()).map(|n| SeatsFrom::Count(n, span)));
            }
            CarveClauseKind::Overcarve(share) => {
                self.draft.overcarve = Some(bounds::fraction(self.known, share, "overcarve", UpTo::All, self.found));
            }
            CarveClauseKind::Headroom(share) => {
                self.draft.headroom =
                    Some(bounds::fraction(self.known, share, "headroom", UpTo::AlmostAll, self.found));
            }
            CarveClauseKind::Unit(name) => self.draft.unit = Some(self.unit(name)),
            CarveClauseKind::Balance { weight, within } => {
                let balance = self.balance(weight, within, span);
                self.draft.balances.push(balance);
            }
            CarveClauseKind::Compact { around, by } => {
                let squared = *by == Some(DistanceCost::Squared);
                self.draft.compact = Some(self.compact(*around, squared, span));
            }
            CarveClauseKind::Contiguous => self.draft.contiguous = Some(self.contiguous(span)),
            CarveClauseKind::Keep { at_most } => self.draft.keep = Some(self.keep(at_most.as_ref(), span)),
            CarveClauseKind::OpenCoveredBy(policy) => self.draft.open = Some(self.open(*policy, span)),
            CarveClauseKind::Accounts { from, to } => {
                self.draft.limits.accounts = limits::accounts(self.known, from, to, span, self.found);
                self.draft.failed |= self.draft.limits.accounts.is_none();
            }
            CarveClauseKind::Mix { from, to, of, condition } => {
                let mix = limits::mix(self.known, (from, to), of, condition, span, self.found);
                self.draft.failed |= mix.is_none();
                self.draft.limits.mixes.extend(mix);
            }
            CarveClauseKind::Together(keys) => {
                let keys = limits::units(keys, "together", span, self.found);
                self.draft.failed |= keys.is_none();
                self.draft.limits.together.extend(keys.map(|k| (k, span)));
            }
            CarveClauseKind::Apart(keys) => {
                let keys = limits::units(keys, "apart", span, self.found);
                self.draft.failed |= keys.is_none();
                self.draft.limits.apart.extend(keys.map(|k| (k, span)));
            }
            CarveClauseKind::Eligible { seat, unit } => {
                let eligible = limits::eligible(self.known, seat, unit, span, self.told, self.found);
                self.draft.failed |= eligible.is_none();
                self.draft.limits.eligible.extend(eligible);
            }
        }
    }

    fn reps(&mut self, condition: &ast::Expr, span: Span) -> Option<SeatsFrom> {
        if self.known.manifest.reps.is_none() {
            self.found.push(
                Diagnostic::error(NO_SUCH_TABLE, "the manifest names no reps")
                    .label(span, "seats are reps")
                    .help("add `[reps]` to terrac.toml, or give a number of seats: `seats 20`"),
            );
            return None;
        }
        // Seats are people who are known; a rep whose cell is missing does not match, and that is all there is to say.
        let judged = typing::condition(self.known, condition, Table::Reps, self.found)?;
        Some(SeatsFrom::Reps { condition: judged.condition, span })
    }

    fn unit(&mut self, name: &Name) -> Option<ColumnId> {
        let accounts = &self.known.manifest.accounts;
        let named = self.known.column_of(&name.text, Table::Accounts);
        let column = match name.text.as_str() {
            "account" => Some(accounts.key),
            "family" => accounts.family.or(named),
            _ => named,
        };
        let Some(id) = column else {
            let mut unknown = self.known.not_found(name, &[Kind::Column], Table::Accounts);
            if name.text == "family" {
                unknown = unknown.help("name the column of the family with `family = …` in terrac.toml");
            }
            self.found.push(unknown);
            return None;
        };
        let column = self.known.column(id, Table::Accounts);
        if !column.kind.is_text() {
            let message = format!("a unit is a text, and `{}` is of type {}", column.name, column.kind.name());
            self.found.push(
                Diagnostic::error(TYPE_MISMATCH, message)
                    .label(name.span, "the units of the carve")
                    .label(column.span, "declared here")
                    .help("declare it as `code`, `text` or `id`"),
            );
            return None;
        }
        if column.nullable() {
            let loose = Loose { column: id, span: name.span, place: Place::Units };
            self.told.report(self.known, &[loose], &[], self.found);
        }
        Some(id)
    }

    fn balance(&mut self, weight: &Name, within: &ast::Expr, span: Span) -> Option<Balance> {
        let within = bounds::fraction(self.known, within, "a tolerance", UpTo::AlmostAll, self.found);
        let Some(index) = self.known.term(&weight.text, Kind::Weight) else {
            let mut unknown = self.known.not_found(weight, &[Kind::Weight], Table::Accounts);
            if self.known.column_of(&weight.text, Table::Accounts).is_some() {
                unknown = unknown.help(format!("declare a weight: `weight NAME = {} default 0`", weight.text));
            }
            self.found.push(unknown);
            return None;
        };
        Some(Balance { weight: index, within: within?, span })
    }

    fn compact(&mut self, around: Around, squared: bool, span: Span) -> Option<Compact> {
        let around_seats = around == Around::Seats;
        let manifest = self.known.manifest;
        let mut fits = true;
        if manifest.accounts.position.is_none() {
            fits = false;
            self.found.push(
                Diagnostic::error(NO_SUCH_TABLE, "the accounts have no position")
                    .label(span, "territories are kept close together")
                    .help("name the point column with `position = …` in terrac.toml"),
            );
        }
        if around_seats && manifest.reps.as_ref().is_none_or(|r| r.position.is_none()) {
            fits = false;
            self.found.push(
                Diagnostic::error(NO_SUCH_TABLE, "the reps have no position")
                    .label(span, "territories are built around their seats")
                    .help("name the reps' point column with `position = …` in terrac.toml, or write `compact around accounts`"),
            );
        }
        fits.then_some(Compact { around_seats, squared, span })
    }

    fn contiguous(&mut self, span: Span) -> Option<Span> {
        let manifest = self.known.manifest;
        if manifest.adjacency.is_some() {
            return Some(span);
        }
        if manifest.accounts.position.is_none() {
            self.found.push(
                Diagnostic::error(NO_SUCH_TABLE, "nothing says which units touch")
                    .label(span, "needs to know the neighbours of each unit")
                    .help("add `[adjacency]` to terrac.toml, or positions of the accounts"),
            );
            return None;
        }
        self.found.push(
            Diagnostic::warning(DERIVED_ADJACENCY, "the manifest names no adjacency table")
                .label(span, "neighbours are derived from positions")
                .help("add `[adjacency]` to terrac.toml to say which units touch"),
        );
        Some(span)
    }

    fn keep(&mut self, at_most: Option<&(ast::Expr, Name)>, span: Span) -> Option<Keep> {
        let incumbents = has_incumbents(self.known);
        if !incumbents {
            self.found.push(no_incumbents(span));
        }
        let at_most = match at_most {
            None => None,
            Some((share, of)) => {
                let share_of = bounds::fraction(self.known, share, "the part that moves", UpTo::All, self.found);
                let quantity = bounds::quantity(self.known, of, self.found);
                Some(Budget { share: share_of?, of: quantity?.0, span: share.span.to(of.span) })
            }
        };
        incumbents.then_some(Keep { at_most, span })
    }

    fn open(&mut self, policy: ast::OpenPolicy, span: Span) -> Option<OpenPolicy> {
        match policy {
            ast::OpenPolicy::Nearest => Some(OpenPolicy::Nearest),
            ast::OpenPolicy::Pool => Some(OpenPolicy::Pool),
            ast::OpenPolicy::Manager if self.known.manifest.reps.as_ref().is_some_and(|r| r.manager.is_some()) => {
                Some(OpenPolicy::Manager)
            }
            ast::OpenPolicy::Manager => {
                self.found.push(
                    Diagnostic::error(NO_SUCH_TABLE, "the reps have no manager")
                        .label(span, "open territories go to the manager")
                        .help("name the column with `manager = …` in terrac.toml"),
                );
                None
            }
        }
    }
}

pub(super) fn has_incumbents(known: &Known<'_>) -> bool {
    known.manifest.incumbents.is_some() || known.manifest.accounts.incumbent.is_some()
}

pub(super) fn no_incumbents(span: Span) -> Diagnostic {
    Diagnostic::error(NO_SUCH_TABLE, "nothing says who owns the accounts today")
        .label(span, "needs the incumbents")
        .help("add `[incumbents]` to terrac.toml, or name the column with `incumbent = …`")
}

/// The word of a clause that may stand once.
fn single_word(kind: &CarveClauseKind) -> Option<&'static str> {
    match kind {
        CarveClauseKind::SeatsWhere(_) | CarveClauseKind::SeatsCount(_) => Some("seats"),
        CarveClauseKind::Overcarve(_) => Some("overcarve"),
        CarveClauseKind::Headroom(_) => Some("headroom"),
        CarveClauseKind::Unit(_) => Some("unit"),
        CarveClauseKind::Compact { .. } => Some("compact"),
        CarveClauseKind::Contiguous => Some("contiguous"),
        CarveClauseKind::Keep { .. } => Some("keep"),
        CarveClauseKind::OpenCoveredBy(_) => Some("open"),
        CarveClauseKind::Accounts { .. } => Some("accounts"),
        CarveClauseKind::Balance { .. }
        | CarveClauseKind::Mix { .. }
        | CarveClauseKind::Together(_)
        | CarveClauseKind::Apart(_)
        | CarveClauseKind::Eligible { .. } => None,
    }
}
