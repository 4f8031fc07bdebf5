//! What may be said of a plan whose files could not all be read.
//!
//! Takes the findings of a check over the items that the parser could read; keeps those that stand whatever the unread
//! text says. Invariant: nothing that is kept would vanish if the unread text were mended as it looks.

use std::collections::HashSet;

use super::wording::uncommented;
use crate::diagnostics::codes::check as codes;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Sources};
use crate::syntax::ast::{File, ItemKind};

/// Findings that something is absent: it may stand in the unread text.
const ABSENT: [Code; 11] = [
    codes::NO_PLAN,
    codes::NO_TERM,
    codes::NO_COVERAGE,
    codes::VALUES_NOT_TAKEN,
    codes::GAP,
    codes::MISSING_CLAUSE,
    codes::MISSING_UNSAID,
    codes::UNUSED_CARVE,
    codes::UNREACHED_CARVE,
    codes::MISPLACED_PATTERN,
    codes::NO_SUCH_TERRITORY,
];

pub(super) fn certain(found: Diagnostics, sources: &Sources, files: &[File]) -> Diagnostics {
    let lost: HashSet<&str> = files.iter().flat_map(|file| words(sources, file)).collect();
    let stands = |finding: &Diagnostic| {
        let named = finding.labels.first().map_or("", |label| sources.text(label.span));
        let known = ![codes::UNKNOWN_NAME, codes::UNKNOWN_VALUE].contains(&finding.code);
        !ABSENT.contains(&finding.code) && (known || !lost.contains(named))
    };
    found.into_iter().filter(stands).collect()
}

/// Words that stand outside of items, or in dimensions, whose arms may be lost line by line.
fn words<'a>(sources: &'a Sources, file: &File) -> Vec<&'a str> {
    let text = &sources.get(file.id).text;
    let mut outside = Vec::new();
    let mut at = 0;
    for item in &file.items {
        let read = item.span.range();
        outside.push(text.get(at..read.start).unwrap_or_default());
        if let ItemKind::Dimension(_) = item.kind {
            outside.push(text.get(read.clone()).unwrap_or_default());
        }
        at = read.end;
    }
    outside.push(text.get(at..).unwrap_or_default());
    let splits = |c: char| !(c.is_alphanumeric() || c == '_');
    let lines = outside.into_iter().flat_map(str::lines).map(uncommented);
    lines.flat_map(|line| line.split(splits)).filter(|word| !word.is_empty()).collect()
}
