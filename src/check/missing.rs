//! Missing data is typed: a column that may be empty never decides unsaid.
//!
//! Expressions note every use of a nullable column that nothing in them provides for ([`Loose`]). What decides who owns
//! an account, or enters a weight, then reports what is left; a segment that only an expectation reads may be loose.

use std::collections::HashSet;

use super::known::{Known, Table};
use crate::diagnostics::codes::check::MISSING_UNSAID;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::workspace::schema::ColumnId;

/// A use of a nullable column that says nothing of its absence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loose {
    pub column: ColumnId,
    pub span: Span,
    pub place: Place,
}

/// Where it stands, which is how it is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Condition,
    Weight,
    /// The subject of a dimension.
    Subject,
    /// Where only the manifest can help.
    Units,
}

/// What has been reported, so that a segment used ten times is told once.
#[derive(Debug, Default)]
pub(super) struct Told(HashSet<(u32, u32, u32)>);

impl Told {
    /// Reports the uses that decide, but for the columns that `guarded` provides for.
    pub fn report(&mut self, known: &Known<'_>, loose: &[Loose], guarded: &[ColumnId], found: &mut Diagnostics) {
        for one in loose.iter().filter(|l| !guarded.contains(&l.column)) {
            if self.0.insert((one.span.file.0, one.span.start, one.column.0)) {
                found.push(diagnostic(known, one));
            }
        }
    }
}

fn diagnostic(known: &Known<'_>, loose: &Loose) -> Diagnostic {
    let column = known.column(loose.column, Table::Accounts);
    let name = &column.name;
    let message = match loose.place {
        Place::Weight => format!("`{name}` may be missing, and it enters a weight"),
        Place::Units => format!("`{name}` may be missing, and every account needs a unit"),
        Place::Condition | Place::Subject => format!("`{name}` may be missing, and it decides who owns an account"),
    };
    let manifest = "say `required = true` or `default = …` for the column in terrac.toml";
    let help = match loose.place {
        Place::Condition => {
            format!("write `{name} default …`, test `{name} is missing` in the same condition or split, or {manifest}")
        }
        Place::Weight => format!("write `{name} default 0`, or {manifest}"),
        Place::Subject => format!("add an arm with `missing`, write `by {name} default …`, or {manifest}"),
        Place::Units => manifest.to_owned(),
    };
    Diagnostic::error(MISSING_UNSAID, message)
        .label(loose.span, "what if it is missing?")
        .label(column.span, "neither `required` nor with a default")
        .help(help)
}
