//! What is allowed but seldom meant: findings whose level the manifest sets.
//!
//! [`of_plan`] looks at the plan alone, [`Tally`] at the accounts, batch by batch and in any order; [`settle`] gives all
//! findings of a run, those of other stages too, the level that `[lints]` says. Invariant: what is said does not depend
//! on the order of items, rows or batches. Deliberately absent: anything that is wrong whatever the reader meant; that
//! is an error of the check.

mod exceptions;
mod known;
mod tally;
mod thresholds;
mod unused;
mod written;

pub use exceptions::many;
pub use tally::{Asked, Part, Tally};

use crate::diagnostics::{Diagnostics, Severity, Sources};
use crate::plan::Plan;
use crate::syntax::ast;
use crate::workspace::lints::Lints;
use crate::workspace::manifest::Manifest;

/// Lints of a plan that has no errors.
pub fn of_plan(plan: &Plan, files: &[ast::File], sources: &Sources, manifest: &Manifest) -> Diagnostics {
    let mut found = Diagnostics::default();
    let written = written::values(files);
    found.extend(exceptions::reasonless(plan));
    found.extend(thresholds::repeated(&written));
    found.extend(unused::items(files, sources));
    found.extend(known::industries(&written, &manifest.accounts.schema));
    found.extend(known::states(&written, &manifest.accounts.schema));
    found
}

/// Gives every finding that is no error the level that the manifest says, and drops what is allowed.
pub fn settle(found: Diagnostics, lints: &Lints) -> Diagnostics {
    found
        .into_iter()
        .filter_map(|mut finding| {
            if finding.severity != Severity::Error && lints.of(finding.code).is_some() {
                let severity = lints.level(finding.code).severity()?;
                // A note that is only to be a warning by default stays a note.
                finding.severity = if severity == Severity::Error { severity } else { finding.severity };
            }
            Some(finding)
        })
        .collect()
}
