//! Exceptions without a reason, and too many of them.

use crate::diagnostics::codes::lint::{MANY_EXCEPTIONS, REASONLESS_EXCEPTION};
use crate::diagnostics::{Diagnostic, Span};
use crate::outcome::summary::Exceptions;
use crate::plan::Plan;
use crate::workspace::lints::Lints;

pub(super) fn reasonless(plan: &Plan) -> Vec<Diagnostic> {
    let named = plan.named.iter().map(|e| ("named", &e.because, e.span));
    let holds = plan.holds.iter().map(|e| ("hold", &e.because, e.span));
    let excludes = plan.excludes.iter().map(|e| ("exclude", &e.because, e.span));
    let without = named.chain(holds).chain(excludes).filter(|(_, because, _)| because.is_none());
    without
        .map(|(word, _, span): (&str, _, Span)| {
            Diagnostic::warning(REASONLESS_EXCEPTION, format!("this `{word}` does not say why"))
                .label(span, "")
                .help("add `because \"…\"`: in a year nobody remembers, and it is printed beside every account")
        })
        .collect()
}

/// Accounts that are named or held, if they are a larger part than the manifest's limit.
pub fn many(plan: &Plan, exceptions: &Exceptions, accounts: u64, lints: &Lints) -> Option<Diagnostic> {
    let limit = lints.limit(MANY_EXCEPTIONS);
    let part = (exceptions.named + exceptions.held) as f64 / accounts.max(1) as f64;
    (part > limit).then(|| {
        let first = plan.named.first().map(|e| e.span).or(plan.holds.first().map(|e| e.span)).unwrap_or(plan.span);
        let message = format!(
            "{:.1}% of the accounts are exceptions: {} named, {} held",
            part * 100.0,
            exceptions.named,
            exceptions.held
        );
        Diagnostic::warning(MANY_EXCEPTIONS, message)
            .label(first, format!("at most {:.1}% is usual", limit * 100.0))
            .help("let the rules say what so many exceptions say, or raise the lint's `limit` in `[lints]`")
    })
}
