//! The limits of a carve: account counts, mixes, units together and apart, eligibility.

use std::collections::HashMap;

use super::bounds::{self, UpTo};
use super::known::{Known, Table};
use super::missing::{Loose, Place, Told};
use super::names::Kind;
use super::typing;
use crate::diagnostics::codes::check::{
    CONTRADICTORY_LIMITS, DUPLICATE_VALUE, NO_SUCH_TABLE, OUT_OF_RANGE, TYPE_MISMATCH, WRONG_ARGUMENTS,
};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{CarveLimits, Eligibility, MixBand};
use crate::syntax::ast::{Expr, Name, Text};
use crate::workspace::schema::ColumnId;

/// `accounts between 20 and 150`
pub(super) fn accounts(
    known: &Known<'_>,
    from: &Expr,
    to: &Expr,
    span: Span,
    found: &mut Diagnostics,
) -> Option<(u64, u64, Span)> {
    let least = bounds::count(known, from, "the number of accounts", 0, found);
    let most = bounds::count(known, to, "the number of accounts", 0, found);
    let (least, most) = (least?, most?);
    if least > most {
        found.push(ends_first(from.span, to.span));
        return None;
    }
    Some((least, most, span))
}

/// `mix 30% to 60% of WEIGHT where CONDITION`
pub(super) fn mix(
    known: &Known<'_>,
    (from, to): (&Expr, &Expr),
    of: &Name,
    condition: &Expr,
    span: Span,
    found: &mut Diagnostics,
) -> Option<MixBand> {
    let least = bounds::fraction(known, from, "a share", UpTo::All, found);
    let most = bounds::fraction(known, to, "a share", UpTo::All, found);
    let quantity = bounds::quantity(known, of, found);
    let judged = typing::condition(known, condition, Table::Accounts, found);
    let (least, most) = (least?, most?);
    if least > most {
        found.push(ends_first(from.span, to.span));
        return None;
    }
    Some(MixBand { from: least, to: most, of: quantity?.0, condition: judged?.condition, span })
}

fn ends_first(from: Span, to: Span) -> Diagnostic {
    Diagnostic::error(OUT_OF_RANGE, "the upper bound is below the lower one")
        .label(to, "upper bound")
        .label(from, "lower bound")
        .help("the smaller number comes first")
}

/// The keys of `together` or `apart`: two or more, each once.
pub(super) fn units(keys: &[Text], word: &str, span: Span, found: &mut Diagnostics) -> Option<Vec<(String, Span)>> {
    let distinct = distinct(keys, found);
    if distinct.len() < 2 {
        found.push(
            Diagnostic::error(WRONG_ARGUMENTS, format!("`{word}` is said of two units or more"))
                .label(span, "only one unit"),
        );
        return None;
    }
    Some(distinct)
}

/// Keys in order, each once; repeated ones are told of.
pub(super) fn distinct(keys: &[Text], found: &mut Diagnostics) -> Vec<(String, Span)> {
    let mut first: HashMap<&str, Span> = HashMap::new();
    let mut distinct = Vec::new();
    for key in keys {
        if let Some(before) = first.get(key.value.as_str()) {
            found.push(
                Diagnostic::warning(DUPLICATE_VALUE, format!("`{}` is listed twice", key.value))
                    .label(key.span, "a second time")
                    .label(*before, "first time"),
            );
            continue;
        }
        first.insert(&key.value, key.span);
        distinct.push((key.value.clone(), key.span));
    }
    distinct.sort_by(|a, b| a.0.cmp(&b.0));
    distinct
}

/// `eligible SEAT_COLUMN = UNIT_COLUMN`
pub(super) fn eligible(
    known: &Known<'_>,
    seat: &Name,
    unit: &Name,
    span: Span,
    told: &mut Told,
    found: &mut Diagnostics,
) -> Option<Eligibility> {
    if known.manifest.reps.is_none() {
        found.push(
            Diagnostic::error(NO_SUCH_TABLE, "the manifest names no reps")
                .label(seat.span, "a column of the reps")
                .help("add `[reps]` to terrac.toml"),
        );
        return None;
    }
    let seat_column = text_column(known, seat, Table::Reps, found);
    let unit_column = text_column(known, unit, Table::Accounts, found);
    if let Some(column) = unit_column.filter(|id| known.column(*id, Table::Accounts).nullable()) {
        told.report(known, &[Loose { column, span: unit.span, place: Place::Units }], &[], found);
    }
    Some(Eligibility { seat: seat_column?, unit: unit_column?, span })
}

fn text_column(known: &Known<'_>, name: &Name, table: Table, found: &mut Diagnostics) -> Option<ColumnId> {
    let Some(id) = known.column_of(&name.text, table) else {
        found.push(known.not_found(name, &[Kind::Column], table));
        return None;
    };
    let column = known.column(id, table);
    if !column.kind.is_text() {
        let message = format!("a text is due, and `{}` is of type {}", name.text, column.kind.name());
        found.push(
            Diagnostic::error(TYPE_MISMATCH, message)
                .label(name.span, "not a text")
                .label(column.span, "declared here"),
        );
        return None;
    }
    Some(id)
}

/// Two units cannot be together and apart.
pub(super) fn contradictions(limits: &CarveLimits, found: &mut Diagnostics) {
    let mut groups: HashMap<&str, Vec<(usize, Span)>> = HashMap::new();
    for (number, (keys, _)) in limits.together.iter().enumerate() {
        for (key, span) in keys {
            groups.entry(key).or_default().push((number, *span));
        }
    }
    for (keys, span) in &limits.apart {
        let mut seen: HashMap<usize, &str> = HashMap::new();
        for (key, _) in keys {
            for (group, place) in groups.get(key.as_str()).into_iter().flatten() {
                if let Some(other) = seen.insert(*group, key) {
                    found.push(
                        Diagnostic::error(
                            CONTRADICTORY_LIMITS,
                            format!("`{other}` and `{key}` are to be together and apart"),
                        )
                        .label(*span, "apart here")
                        .label(*place, "together here")
                        .help("remove one of the two"),
                    );
                }
            }
        }
    }
}
