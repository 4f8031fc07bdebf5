//! What two exceptions say of one key: statements of equal force must agree.
//!
//! Linear in the number of keys, but for keys that many exceptions name.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::exceptions::Exceptions;
use crate::diagnostics::codes::check::{CONTRADICTORY_EXCEPTIONS, DUPLICATE_VALUE, NAMED_AND_EXCLUDED};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{HoldOwner, Selector};

/// By key: exception and where it names the key.
type Uses<'e, T> = BTreeMap<&'e str, Vec<(&'e T, Span)>>;

pub(super) fn check(exceptions: &Exceptions, term: Option<(NaiveDate, NaiveDate)>, found: &mut Diagnostics) {
    let named = uses(&exceptions.named, |n| &n.selector);
    let holds = uses(&exceptions.holds, |h| &h.selector);
    let excludes = uses(&exceptions.excludes, |e| &e.selector);
    for (key, uses) in &named {
        for (i, (one, span)) in uses.iter().enumerate() {
            if let Some((other, first)) = uses[..i].iter().find(|(other, _)| other.coverage == one.coverage) {
                found.push(if other.target == one.target {
                    Diagnostic::warning(DUPLICATE_VALUE, format!("`{key}` is named twice, to the same place"))
                        .label(*span, "a second time")
                        .label(*first, "first time")
                } else {
                    Diagnostic::error(CONTRADICTORY_EXCEPTIONS, format!("`{key}` is named to two places"))
                        .label(*span, "here to one")
                        .label(*first, "here to another")
                        .help("an account has one place in a coverage; remove one of the two")
                });
            }
            let excluded = excludes.get(key).into_iter().flatten();
            let mut excluded = excluded.filter(|(e, _)| e.coverage.is_none_or(|c| c == one.coverage));
            if let Some((_, by)) = excluded.next() {
                found.push(
                    Diagnostic::warning(NAMED_AND_EXCLUDED, format!("`{key}` is named, and excluded all the same"))
                        .label(*span, "named here, to no effect")
                        .label(*by, "excluded here, which has more force")
                        .help("remove one of the two"),
                );
            }
        }
    }
    let first_day = term.map_or(NaiveDate::MIN, |(first, _)| first);
    for (key, uses) in &holds {
        for (i, (one, span)) in uses.iter().enumerate() {
            let from = one.from.unwrap_or(first_day);
            let clash = uses[..i].iter().find(|(other, _)| {
                let same_coverage =
                    one.coverage.is_none() || other.coverage.is_none() || one.coverage == other.coverage;
                let overlap = from <= other.until && other.from.unwrap_or(first_day) <= one.until;
                same_coverage && overlap && !same_owner(&one.owner, &other.owner)
            });
            if let Some((other, first)) = clash {
                let day = from.max(other.from.unwrap_or(first_day));
                found.push(
                    Diagnostic::error(CONTRADICTORY_EXCEPTIONS, format!("`{key}` is held by two owners on {day}"))
                        .label(*span, "held here by one")
                        .label(*first, "held here by another")
                        .help("an account has one owner on a day; let one hold end before the other begins"),
                );
            }
        }
    }
}

fn same_owner(one: &HoldOwner, other: &HoldOwner) -> bool {
    match (one, other) {
        (HoldOwner::Incumbent, HoldOwner::Incumbent) => true,
        (HoldOwner::Rep(one, _), HoldOwner::Rep(other, _)) => one == other,
        // The incumbent may be that very rep; the rows show it.
        (HoldOwner::Incumbent, HoldOwner::Rep(..)) | (HoldOwner::Rep(..), HoldOwner::Incumbent) => false,
    }
}

fn uses<'e, T>(exceptions: &'e [T], selector: impl Fn(&'e T) -> &'e Selector) -> Uses<'e, T> {
    let mut uses: Uses<'e, T> = BTreeMap::new();
    for exception in exceptions {
        if let Selector::Keys(keys) = selector(exception) {
            for (key, span) in keys {
                uses.entry(key).or_default().push((exception, *span));
            }
        }
    }
    uses
}
