//! Statements that a new term leaves behind.

use super::{Key, Version, direct, excerpt};
use crate::compile::compare::side::Side;
use crate::diagnostics::Span;
use crate::diff::{Cause, CauseKind};
use crate::plan::{Plan, Selector};

/// A statement that holds on the last day of the base and has ended when the head begins.
pub(super) struct Ended<'v> {
    /// `named` or `hold`.
    pub word: &'static str,
    pub selector: &'v Selector,
    pub key: Key,
    pub cause: Cause,
}

/// The statements of the base that end before a day. `version` is the base's plan in the head's columns.
pub(super) fn ended<'v>(base: &Side, version: &'v Version, day: chrono::NaiveDate) -> Vec<Ended<'v>> {
    type Statement<'p> = (&'static str, Option<chrono::NaiveDate>, &'p Option<String>, &'p Selector, Span);
    fn statements(plan: &Plan) -> Vec<Statement<'_>> {
        let named = plan.named.iter().map(|n| ("named", n.until, &n.because, &n.selector, n.span));
        let holds = plan.holds.iter().map(|h| ("hold", Some(h.until), &h.because, &h.selector, h.span));
        named.chain(holds).collect()
    }
    let mut left = statements(&base.plan);
    let mut all = Vec::new();
    for (word, until, because, selector, _) in statements(&version.plan) {
        let Some(until) = until.filter(|until| *until >= base.plan.term.1 && *until < day) else { continue };
        let same = |other: &Statement<'_>| (other.0, other.1, other.2) == (word, Some(until), because);
        let place = left.iter().position(same).map(|at| left.remove(at).4);
        let before = place.map(|span| excerpt(&base.workspace.sources, span));
        let line = before.as_ref().map_or_else(String::new, |e| format!("{}:{}", e.file, e.line));
        let cause = direct(CauseKind::Exception, format!("`{word}` expired on {until}"));
        let cause = Cause { before, because: because.clone(), ..cause };
        all.push(Ended { word, selector, key: Key::Expired(word, line), cause });
    }
    all
}
