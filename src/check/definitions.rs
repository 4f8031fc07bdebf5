//! Lets, weights, segments and dimensions, each after what it stands on.

use super::dimensions;
use super::items::{Items, Placed};
use super::known::{Known, KnownSegment, KnownWeight, Table};
use super::missing::{Place, Told};
use super::names::Kind;
use super::operand::Operand;
use super::order;
use super::typing::{self, Typing};
use super::units::{self, Quantity};
use crate::diagnostics::codes::check::{UNIT_MISMATCH, UNKNOWN_UNIT};
use crate::diagnostics::{Diagnostic, Diagnostics, did_you_mean};
use crate::plan::Unit;
use crate::syntax::ast;

/// Fills `known` with what every term means. What failed stays unknown.
pub(super) fn check<'a>(known: &mut Known<'a>, items: &Items<'a>, told: &mut Told, found: &mut Diagnostics) {
    known.lets = vec![None; items.lets.len()];
    known.weights = items.weights.iter().map(|_| None).collect();
    known.segments = items.segments.iter().map(|_| None).collect();
    known.dimensions = items.dimensions.iter().map(|d| dimensions::arms(d.node, found)).collect();
    let order = order::sort(items, &known.names, found);
    for (kind, index) in order.sorted {
        if order.broken.contains(&(kind, index)) {
            continue;
        }
        let at = index as usize;
        match kind {
            Kind::Let => known.lets[at] = constant(known, &items.lets[at].node.value, found),
            Kind::Weight => known.weights[at] = weight(known, items.weights[at], told, found),
            Kind::Segment => known.segments[at] = segment(known, items.segments[at], found),
            _ => known.dimensions[at] = dimensions::check(known, index, items.dimensions[at], found),
        }
    }
}

fn constant(known: &Known<'_>, value: &ast::Expr, found: &mut Diagnostics) -> Option<Operand> {
    let mut typing = Typing::new(known, Table::None, Place::Condition, found);
    let operand = typing.operand(value)?;
    if !operand.is_fixed() {
        typing.not_fixed("the value", value.span);
        return None;
    }
    Some(operand)
}

fn segment(known: &Known<'_>, item: Placed<'_, ast::Segment>, found: &mut Diagnostics) -> Option<KnownSegment> {
    let judged = typing::condition(known, &item.node.condition, Table::Accounts, found)?;
    let loose = judged.loose.into_iter().filter(|l| !judged.guarded.contains(&l.column)).collect();
    Some(KnownSegment { condition: judged.condition, loose, guarded: judged.guarded })
}

fn weight(
    known: &Known<'_>,
    item: Placed<'_, ast::Weight>,
    told: &mut Told,
    found: &mut Diagnostics,
) -> Option<KnownWeight> {
    let value = &item.node.value;
    let unit = item.node.unit.as_ref().map(|word| declared_unit(word, found));
    let mut typing = Typing::new(known, Table::Accounts, Place::Weight, found);
    typing.shares = true;
    let number = typing.number(value);
    // Branches know which columns are there, so what is open is missing for sure; comparisons go by the whole weight.
    let (open, decided) = (std::mem::take(&mut typing.open), std::mem::take(&mut typing.decided));
    let (guarded, shares) = (std::mem::take(&mut typing.guarded), typing.shared);
    let (size, depth) = (typing.size, typing.deepest);
    told.report(known, &open, &[], found);
    told.report(known, &decided, &guarded, found);
    let mut quantity: Quantity = number?;
    if let (Some(word), Some(Some(unit))) = (&item.node.unit, unit) {
        if !quantity.fits(unit) {
            let message = format!(
                "weight `{}` is in {}, and its value is {}",
                item.node.name.text,
                word.text,
                quantity.describe()
            );
            let example = quantity.literal().and_then(|v| units::example(v, unit));
            found.push(
                Diagnostic::error(UNIT_MISMATCH, message)
                    .label(value.span, quantity.describe())
                    .label(word.span, format!("in {}", word.text))
                    .maybe_help(example),
            );
            return None;
        }
        quantity.number.unit = unit;
    }
    let mut number = quantity.number;
    number.nullable = false;
    Some(KnownWeight { number, size, depth, shares })
}

fn declared_unit(word: &ast::Name, found: &mut Diagnostics) -> Option<Unit> {
    let unit = units::WORDS.iter().find(|(name, _)| *name == word.text).map(|(_, unit)| *unit);
    if unit.is_none() {
        found.push(
            Diagnostic::error(UNKNOWN_UNIT, format!("`{}` is no unit of a weight", word.text))
                .label(word.span, "unknown unit")
                .help("the units are money, hours, distance, km, mi, percent and number")
                .maybe_help(did_you_mean(&word.text, units::WORDS.iter().map(|(name, _)| *name))),
        );
    }
    unit
}
