//! Exceptions: whom they are about, where they lead, and for how long.
//!
//! What two exceptions say of one key is compared in `conflicts`; what conditions say of one account only the rows show.

use chrono::NaiveDate;

use super::carves::{has_incumbents, no_incumbents};
use super::coverages::Trees;
use super::items::{Items, because};
use super::known::{Known, Table};
use super::limits;
use super::missing::Told;
use super::names::Kind;
use super::template::{self, Template};
use super::typing;
use super::wording::list;
use crate::diagnostics::codes::check::{
    COVERAGE_NEEDED, EXPIRED_EXCEPTION, NO_SUCH_TERRITORY, TERM_ORDER, UNREACHED_CARVE, WRONG_KIND,
};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{Exclude, Hold, HoldOwner, Named, Selector, Target};
use crate::syntax::ast;

#[derive(Default)]
pub(super) struct Exceptions {
    pub named: Vec<Named>,
    pub holds: Vec<Hold>,
    pub excludes: Vec<Exclude>,
}

type Term = Option<(NaiveDate, NaiveDate)>;

pub(super) fn check(
    known: &Known<'_>,
    items: &Items<'_>,
    trees: &Trees,
    term: Term,
    told: &mut Told,
    found: &mut Diagnostics,
) -> Exceptions {
    let mut reader = Reader { known, items, trees, term, told, found };
    let mut exceptions = Exceptions::default();
    for item in &items.named {
        exceptions.named.extend(reader.named(item.node, item.span));
    }
    for item in &items.holds {
        exceptions.holds.extend(reader.hold(item.node, item.span));
    }
    for item in &items.excludes {
        exceptions.excludes.extend(reader.exclude(item.node, item.span));
    }
    exceptions
}

struct Reader<'r, 'a> {
    known: &'r Known<'a>,
    items: &'r Items<'a>,
    trees: &'r Trees,
    term: Term,
    told: &'r mut Told,
    found: &'r mut Diagnostics,
}

impl Reader<'_, '_> {
    fn named(&mut self, node: &ast::Named, span: Span) -> Option<Named> {
        let selector = self.selector(&node.selector);
        let place = target(self.known, self.items, &node.target, self.found);
        let coverage = match &node.coverage {
            Some(name) => self.coverage(name),
            None => self.only_coverage(place.as_ref(), node.target.span),
        };
        if let Some(until) = &node.until {
            self.expired(until, span);
        }
        let (coverage, place) = (coverage?, place?);
        if let Target::Carve(carve) | Target::CarveTerritory(carve, ..) = place {
            self.reached(carve, coverage, node)?;
        }
        let until = node.until.as_ref().map(|d| d.date);
        Some(Named { selector: selector?, target: place, coverage, until, because: because(&node.because), span })
    }

    /// A carve belongs to the coverage whose tree leads to it.
    fn reached(&mut self, carve: u32, coverage: u32, node: &ast::Named) -> Option<()> {
        let by = self.trees.reached[carve as usize];
        if by.is_some_and(|(by, _)| by == coverage) {
            return Some(());
        }
        let name = &self.items.coverages[coverage as usize].node.name.text;
        let mut unreached = Diagnostic::error(
            UNREACHED_CARVE,
            format!("coverage `{name}` does not lead to carve `{}`", node.target.name.text),
        )
        .label(node.target.name.span, format!("not a carve of `{name}`"));
        if let Some((other, place)) = by {
            let other = &self.items.coverages[other as usize].node.name.text;
            unreached = unreached.label(place, format!("a carve of `{other}`")).help(format!("write `in {other}`"));
        }
        self.found.push(unreached);
        None
    }

    fn hold(&mut self, node: &ast::Hold, span: Span) -> Option<Hold> {
        let selector = self.selector(&node.selector);
        let coverage = node.coverage.as_ref().map(|name| self.coverage(name));
        let owner = match &node.owner {
            ast::HoldOwner::Rep(rep) => Some(HoldOwner::Rep(rep.value.clone(), rep.span)),
            ast::HoldOwner::Incumbent(_) if has_incumbents(self.known) => Some(HoldOwner::Incumbent),
            ast::HoldOwner::Incumbent(span) => {
                self.found.push(no_incumbents(*span));
                None
            }
        };
        self.expired(&node.until, span);
        if let Some(from) = &node.from {
            if from.date > node.until.date {
                self.found.push(
                    Diagnostic::error(TERM_ORDER, "the hold ends before it begins")
                        .label(node.until.span, "last day")
                        .label(from.span, "first day"),
                );
                return None;
            }
            if self.term.is_some_and(|(_, last)| from.date > last) {
                self.found.push(
                    Diagnostic::warning(EXPIRED_EXCEPTION, "the hold begins after the plan has ended")
                        .label(from.span, "beyond the plan's last day"),
                );
            }
        }
        let coverage = match coverage {
            None => None,
            Some(coverage) => Some(coverage?),
        };
        let (from, until) = (node.from.as_ref().map(|d| d.date), node.until.date);
        Some(Hold { selector: selector?, owner: owner?, coverage, from, until, because: because(&node.because), span })
    }

    fn exclude(&mut self, node: &ast::Exclude, span: Span) -> Option<Exclude> {
        let selector = self.selector(&node.selector);
        let coverage = match &node.coverage {
            None => None,
            Some(name) => Some(self.coverage(name)?),
        };
        Some(Exclude { selector: selector?, coverage, because: because(&node.because), span })
    }

    fn selector(&mut self, selector: &ast::Selector) -> Option<Selector> {
        match selector {
            ast::Selector::Keys(keys) => Some(Selector::Keys(limits::distinct(keys, self.found))),
            ast::Selector::Condition(expr) => {
                let judged = typing::condition(self.known, expr, Table::Accounts, self.found)?;
                self.told.report(self.known, &judged.loose, &judged.guarded, self.found);
                Some(Selector::Condition(judged.condition))
            }
        }
    }

    fn coverage(&mut self, name: &ast::Name) -> Option<u32> {
        let coverage = self.known.place(&name.text, Kind::Coverage);
        if coverage.is_none() {
            self.found.push(self.known.not_found(name, &[Kind::Coverage], Table::Accounts));
        }
        coverage
    }

    fn only_coverage(&mut self, place: Option<&Target>, span: Span) -> Option<u32> {
        match self.items.coverages.len() {
            // That there is none is told already.
            0 => None,
            1 => Some(0),
            _ => {
                let names: Vec<String> =
                    self.items.coverages.iter().map(|c| format!("`{}`", c.node.name.text)).collect();
                let of_carve = match place? {
                    Target::Carve(carve) | Target::CarveTerritory(carve, ..) => self.trees.reached[*carve as usize],
                    Target::Territory(_) | Target::Pool(_) => None,
                };
                let help = match of_carve {
                    Some((coverage, _)) => {
                        format!("write `in {}`", self.items.coverages[coverage as usize].node.name.text)
                    }
                    None => format!("add `in COVERAGE`: {}", list(&names, "or")),
                };
                self.found.push(
                    Diagnostic::error(COVERAGE_NEEDED, "the plan has several coverages, and this names none")
                        .label(span, "in which coverage?")
                        .help(help),
                );
                None
            }
        }
    }

    fn expired(&mut self, until: &ast::Date, span: Span) {
        if self.term.is_some_and(|(first, _)| until.date < first) {
            self.found.push(
                Diagnostic::warning(EXPIRED_EXCEPTION, format!("the exception ended on {}", until.date))
                    .label(until.span, "before the plan's first day")
                    .label(span, "has no effect")
                    .help("remove it, or say a later day"),
            );
        }
    }
}

/// A territory, pool or carve, or one territory of a carve.
pub(super) fn target(
    known: &Known<'_>,
    items: &Items<'_>,
    target: &ast::Target,
    found: &mut Diagnostics,
) -> Option<Target> {
    let kinds = [Kind::Carve, Kind::Territory, Kind::Pool];
    let entry = known.names.places.get(target.name.text.as_str()).filter(|e| kinds.contains(&e.kind));
    let Some(entry) = entry else {
        found.push(known.not_found(&target.name, &kinds, Table::Accounts));
        return None;
    };
    match (entry.kind, &target.territory) {
        (Kind::Carve, None) => Some(Target::Carve(entry.index)),
        (Kind::Carve, Some(name)) => {
            carve_territory(items, entry.index, name, found)?;
            Some(Target::CarveTerritory(entry.index, name.value.clone(), name.span))
        }
        (kind, Some(name)) => {
            let word = kind.word();
            found.push(
                Diagnostic::error(
                    WRONG_KIND,
                    format!("`{}` is a {word}; only a carve has territories", target.name.text),
                )
                .label(name.span, "a territory of a carve")
                .label(entry.span, format!("declared as a {word}")),
            );
            None
        }
        (Kind::Territory, None) => Some(Target::Territory(entry.index)),
        (_, None) => Some(Target::Pool(entry.index)),
    }
}

/// Whether a carve can have a territory of that name, by its pattern and a fixed number of seats.
pub(super) fn carve_territory(items: &Items<'_>, carve: u32, name: &ast::Text, found: &mut Diagnostics) -> Option<u32> {
    let carve = items.carves[carve as usize].node;
    // A wrong pattern was told of where it stands.
    let pattern = template::of(carve, &mut Diagnostics::default())?;
    let template = Template::parse(&pattern)?;
    let number = template.number(&name.value);
    if number.is_none() {
        let at = carve.template.as_ref().map_or(carve.name.span, |t| t.span);
        found.push(
            Diagnostic::error(
                NO_SUCH_TERRITORY,
                format!("carve `{}` has no territory `{}`", carve.name.text, name.value),
            )
            .label(name.span, "not of the carve's pattern")
            .label(at, "how its territories are called")
            .help(format!("its first territory is `{}`", template.example())),
        );
    }
    number
}
