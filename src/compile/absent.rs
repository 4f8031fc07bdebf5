//! Reps and accounts that a plan names and no table has.
//!
//! Takes the plan and what was read, gives findings. A rep who is not there is an error, for nobody could own the accounts;
//! an account is a warning.

use crate::classify::Statement;
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::outcome::recorder::Recorded;
use crate::outcome::roster::Roster;
use crate::plan::{HoldOwner, Plan, Selector};

/// Owners and holders without a row in the table of reps.
pub(super) fn reps(plan: &Plan, roster: &Roster, found: &mut Diagnostics) {
    let owners = plan.territories.iter().filter_map(|t| t.owner.as_ref());
    let holders = plan.holds.iter().filter_map(|h| match &h.owner {
        HoldOwner::Rep(key, span) => Some((key, span)),
        HoldOwner::Incumbent => None,
    });
    for (key, span) in owners.map(|(key, span)| (key, span)).chain(holders) {
        if roster.find(key).is_none() {
            let keys = roster.reps.iter().map(|r| r.key.as_str());
            found.push(
                Diagnostic::error(codes::UNKNOWN_REP, format!("no rep has the key `{key}`"))
                    .label(*span, "")
                    .maybe_help(crate::diagnostics::did_you_mean(key, keys)),
            );
        }
    }
}

/// Keys that a statement lists and no account has: a slip, or an account that is gone.
pub(super) fn accounts(plan: &Plan, recorded: &Recorded, found: &mut Diagnostics) {
    let excludes = plan.excludes.iter().zip(0..).map(|(e, n)| (Statement::Exclude(n), &e.selector));
    let named = plan.named.iter().zip(0..).map(|(e, n)| (Statement::Named(n), &e.selector));
    let holds = plan.holds.iter().zip(0..).map(|(e, n)| (Statement::Hold(n), &e.selector));
    let expired = |statement: &Statement| match statement {
        Statement::Exclude(_) => false,
        Statement::Named(n) => plan.named[*n as usize].until.is_some_and(|u| u < plan.term.0),
        Statement::Hold(n) => {
            let hold = &plan.holds[*n as usize];
            hold.until < plan.term.0 || hold.from.is_some_and(|f| f > plan.term.1)
        }
    };
    for (statement, selector) in excludes.chain(named).chain(holds).filter(|(s, _)| !expired(s)) {
        let Selector::Keys(keys) = selector else { continue };
        for (n, (key, span)) in keys.iter().enumerate() {
            if !recorded.met.contains(&(statement, n as u32)) {
                found.push(
                    Diagnostic::warning(codes::UNKNOWN_ACCOUNT, format!("no account has the key `{key}`"))
                        .label(*span, "matches nothing"),
                );
            }
        }
    }
}
