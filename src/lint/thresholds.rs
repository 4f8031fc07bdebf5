//! Numbers that decide in several places.

use std::collections::BTreeMap;

use super::written::{Value, Written};
use crate::diagnostics::codes::lint::REPEATED_THRESHOLD;
use crate::diagnostics::{Diagnostic, Span};

/// Labels of one finding.
const SHOWN: usize = 4;

/// A number that a column is held against in several items. Nought and one need no name.
pub(super) fn repeated(written: &[Written<'_>]) -> Vec<Diagnostic> {
    let mut places: BTreeMap<(&str, u64), Vec<(usize, Span)>> = BTreeMap::new();
    for one in written {
        if let Value::Number(value, unit) = one.value
            && value != 0.0
            && value != 1.0
        {
            // Different units of one number are different numbers; the suffix is small enough to fold in.
            let key = value.to_bits() ^ unit.map_or(0, |u| 1 + u as u64);
            places.entry((one.column, key)).or_default().push((one.item, one.span));
        }
    }
    let several = places.into_iter().filter(|(_, places)| places.iter().any(|p| p.0 != places[0].0));
    several
        .map(|((column, key), mut places)| {
            places.sort_by_key(|(_, span)| (span.file, span.start));
            let count = places.len();
            let shown = written.iter().find_map(|w| match w.value {
                Value::Number(value, unit) if value.to_bits() ^ unit.map_or(0, |u| 1 + u as u64) == key => Some(value),
                _ => None,
            });
            let number = shown.map_or_else(String::new, |n| n.to_string());
            let mut finding = Diagnostic::warning(
                REPEATED_THRESHOLD,
                format!("`{column}` is held against {number} in {count} places"),
            );
            for (n, (_, span)) in places.iter().take(SHOWN).enumerate() {
                finding = finding.label(*span, if n == 0 { "here" } else { "and here" });
            }
            finding.help("give the number a name with `let`, and it can be changed in one place")
        })
        .collect()
}
