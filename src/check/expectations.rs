//! `expect` and `warn`: metrics, their bounds and the part of the result they look at.

use super::bounds;
use super::exceptions;
use super::items::{Items, because};
use super::known::{Known, Table};
use super::names::Kind;
use super::typing;
use super::units::{self, BARE, DISTANCE};
use super::wording::list;
use crate::diagnostics::codes::check::{
    OUT_OF_RANGE, UNIT_MISMATCH, UNKNOWN_METRIC, UNKNOWN_NAME, WRONG_ARGUMENTS, WRONG_KIND,
};
use crate::diagnostics::{Diagnostic, Diagnostics, Span, did_you_mean};
use crate::plan::{
    Bound, BudgetOf, Condition, Expectation, Grouping, LeafTarget, Metric, MetricKind, PlacedIn, Target, Unit,
};
use crate::syntax::ast::{self, Expr, ExprKind, Name};

/// What a metric takes in parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    /// `accounts`, a weight or a numeric column.
    Quantity,
    Weight,
    Condition,
    MaybeCondition,
}

const METRICS: [(&str, Takes); 12] = [
    ("accounts", Takes::Nothing),
    ("territories", Takes::Nothing),
    ("seats", Takes::Nothing),
    ("open_seats", Takes::Nothing),
    ("exceptions", Takes::Nothing),
    ("covered", Takes::Nothing),
    ("distance", Takes::Nothing),
    ("load", Takes::Quantity),
    ("imbalance", Takes::Weight),
    ("moved", Takes::Quantity),
    ("kept", Takes::MaybeCondition),
    ("share", Takes::Condition),
];

const GROUPINGS: [(&str, Grouping); 4] = [
    ("territory", Grouping::Territory),
    ("rep", Grouping::Rep),
    ("coverage", Grouping::Coverage),
    ("carve", Grouping::Carve),
];

pub(super) fn check(known: &Known<'_>, items: &Items<'_>, found: &mut Diagnostics) -> Vec<Expectation> {
    let mut expectations = Vec::new();
    for item in &items.expects {
        expectations.extend(expectation(known, items, item.node, item.span, found));
    }
    expectations
}

fn expectation(
    known: &Known<'_>,
    items: &Items<'_>,
    node: &ast::Expect,
    span: Span,
    found: &mut Diagnostics,
) -> Option<Expectation> {
    let measured = metric(known, &node.metric, found);
    let of = node.of.as_ref().map(|of| metric(known, of, found));
    let per = node.per.as_ref().map(|word| grouping(word, found));
    let within = node.within.as_ref().map(|target| placed_in(known, items, target, found));
    let condition = node.condition.as_ref().map(|c| typing::condition(known, c, Table::Accounts, found));
    if let Some(by) = &node.condition {
        for metric in [measured.as_ref(), of.as_ref().and_then(Option::as_ref)].into_iter().flatten() {
            if matches!(metric.kind, MetricKind::Territories | MetricKind::Seats | MetricKind::OpenSeats) {
                found.push(
                    Diagnostic::error(WRONG_ARGUMENTS, "`where` picks accounts, and this counts none")
                        .label(by.span, "a condition on accounts")
                        .label(metric.span, "no accounts are counted"),
                );
                return None;
            }
        }
    }
    let unit = match (&measured, &of) {
        (Some(measured), Some(Some(of))) if measured.unit != of.unit => {
            let (a, b) = (units::describe(measured.unit), units::describe(of.unit));
            found.push(
                Diagnostic::error(UNIT_MISMATCH, format!("{a} is no part of {b}"))
                    .label(measured.span, a)
                    .label(of.span, b),
            );
            return None;
        }
        (_, Some(_)) => Some(BARE),
        (Some(measured), None) => Some(measured.unit),
        (None, None) => None,
    };
    let bound = bound(known, &node.bound, unit, node.metric.span, found);
    Some(Expectation {
        warn: node.warn,
        metric: measured?,
        bound: bound?,
        of: transposed(of)?,
        per: transposed(per)?,
        within: transposed(within)?,
        condition: transposed(condition)?.map(|j| j.condition),
        because: because(&node.because),
        span,
    })
}

/// `None` only when something was written and failed.
fn transposed<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    part.map_or(Some(None), |p| p.map(Some))
}

fn metric(known: &Known<'_>, metric: &ast::Metric, found: &mut Diagnostics) -> Option<Metric> {
    let name = &metric.name;
    let Some((word, takes)) = METRICS.iter().copied().find(|(word, _)| *word == name.text) else {
        let words: Vec<&str> = METRICS.iter().map(|(word, _)| *word).collect();
        found.push(
            Diagnostic::error(UNKNOWN_METRIC, format!("no metric is called `{}`", name.text))
                .label(name.span, "unknown metric")
                .help(format!("the metrics are {}", list(&words, "and")))
                .maybe_help(did_you_mean(&name.text, words)),
        );
        return None;
    };
    let (kind, unit) = match (takes, &metric.argument) {
        (Takes::Nothing, None) => plain(word),
        (Takes::MaybeCondition, None) => (MetricKind::Kept(None), BARE),
        (Takes::MaybeCondition, Some(expr)) => (MetricKind::Kept(Some(condition(known, expr, found)?)), BARE),
        (Takes::Condition, Some(expr)) => (MetricKind::Share(condition(known, expr, found)?), BARE),
        (Takes::Weight, Some(expr)) => {
            let name = argument_name(word, "a weight", expr, found)?;
            let Some(weight) = known.term(&name.text, Kind::Weight) else {
                found.push(known.not_found(name, &[Kind::Weight], Table::Accounts));
                return None;
            };
            (MetricKind::Imbalance(weight), BARE)
        }
        (Takes::Quantity, Some(expr)) => {
            let name = argument_name(word, "`accounts`, a weight or a column", expr, found)?;
            let (of, unit): (BudgetOf, Unit) = bounds::quantity(known, name, found)?;
            if word == "load" { (MetricKind::Load(of), unit) } else { (MetricKind::Moved(of), BARE) }
        }
        (Takes::Nothing, Some(expr)) => {
            let message = format!("`{word}` takes nothing in parentheses");
            found.push(Diagnostic::error(WRONG_ARGUMENTS, message).label(expr.span, "not needed"));
            return None;
        }
        (Takes::Condition | Takes::Weight | Takes::Quantity, None) => {
            let example = match takes {
                Takes::Condition => "(CONDITION)",
                Takes::Weight => "(WEIGHT)",
                _ => "(WEIGHT) or (COLUMN)",
            };
            found.push(
                Diagnostic::error(WRONG_ARGUMENTS, format!("`{word}` of what?"))
                    .label(metric.span, "needs an argument")
                    .help(format!("write `{word}{example}`")),
            );
            return None;
        }
    };
    Some(Metric { kind, unit, span: metric.span })
}

fn plain(word: &str) -> (MetricKind, Unit) {
    match word {
        "territories" => (MetricKind::Territories, BARE),
        "seats" => (MetricKind::Seats, BARE),
        "open_seats" => (MetricKind::OpenSeats, BARE),
        "exceptions" => (MetricKind::Exceptions, BARE),
        "covered" => (MetricKind::Covered, BARE),
        "distance" => (MetricKind::Distance, DISTANCE),
        _ => (MetricKind::Accounts, BARE),
    }
}

fn condition(known: &Known<'_>, expr: &Expr, found: &mut Diagnostics) -> Option<Condition> {
    Some(typing::condition(known, expr, Table::Accounts, found)?.condition)
}

fn argument_name<'e>(metric: &str, wanted: &str, expr: &'e Expr, found: &mut Diagnostics) -> Option<&'e Name> {
    if let ExprKind::Name(name) = &expr.kind {
        return Some(name);
    }
    found.push(
        Diagnostic::error(WRONG_ARGUMENTS, format!("`{metric}` takes the name of {wanted}"))
            .label(expr.span, "not a name")
            .help("declare the expression as a `weight`"),
    );
    None
}

/// A bound in the unit of what is measured; `unit` is `None` when that failed.
pub(super) fn bound(
    known: &Known<'_>,
    bound: &ast::Bound,
    unit: Option<Unit>,
    measured: Span,
    found: &mut Diagnostics,
) -> Option<Bound> {
    let mut value = |expr: &Expr| {
        let quantity = typing::fixed(known, expr, found)?;
        let unit = unit?;
        if !quantity.fits(unit) {
            let message = format!("{} is held against {}", units::describe(unit), quantity.describe());
            let help = quantity.literal().filter(|_| quantity.number.unit == BARE);
            found.push(
                Diagnostic::error(UNIT_MISMATCH, message)
                    .label(expr.span, quantity.describe())
                    .label(measured, units::describe(unit))
                    .maybe_help(help.and_then(|v| units::example(v, unit))),
            );
            return None;
        }
        quantity.literal()
    };
    match bound {
        ast::Bound::Compare(op, expr) => Some(Bound::Compare(*op, value(expr)?)),
        ast::Bound::Between(from, to) => {
            let (least, most) = (value(from), value(to));
            let (least, most) = (least?, most?);
            if least > most {
                found.push(
                    Diagnostic::error(OUT_OF_RANGE, "the upper bound is below the lower one")
                        .label(to.span, "upper bound")
                        .label(from.span, "lower bound")
                        .help("the smaller number comes first"),
                );
                return None;
            }
            Some(Bound::Between(least, most))
        }
    }
}

fn grouping(word: &Name, found: &mut Diagnostics) -> Option<Grouping> {
    let grouping = GROUPINGS.iter().find(|(name, _)| *name == word.text).map(|(_, grouping)| *grouping);
    if grouping.is_none() {
        found.push(
            Diagnostic::error(UNKNOWN_NAME, format!("nothing is grouped per `{}`", word.text))
                .label(word.span, "unknown grouping")
                .help("group per territory, rep, coverage or carve")
                .maybe_help(did_you_mean(&word.text, GROUPINGS.iter().map(|(name, _)| *name))),
        );
    }
    grouping
}

fn placed_in(known: &Known<'_>, items: &Items<'_>, target: &ast::Target, found: &mut Diagnostics) -> Option<PlacedIn> {
    if let Some(coverage) = known.place(&target.name.text, Kind::Coverage) {
        if let Some(territory) = &target.territory {
            found.push(
                Diagnostic::error(
                    WRONG_KIND,
                    format!("`{}` is a coverage; only a carve has territories", target.name.text),
                )
                .label(territory.span, "a territory of a carve"),
            );
            return None;
        }
        return Some(PlacedIn::Coverage(coverage));
    }
    if !known.names.places.contains_key(target.name.text.as_str()) {
        let kinds = [Kind::Coverage, Kind::Carve, Kind::Territory, Kind::Pool];
        found.push(known.not_found(&target.name, &kinds, Table::Accounts));
        return None;
    }
    Some(match exceptions::target(known, items, target, found)? {
        Target::Territory(index) => PlacedIn::Target(LeafTarget::Territory(index)),
        Target::Pool(index) => PlacedIn::Target(LeafTarget::Pool(index)),
        Target::Carve(index) => PlacedIn::Target(LeafTarget::Carve(index)),
        Target::CarveTerritory(carve, name, _) => PlacedIn::CarveTerritory(carve, name),
    })
}
