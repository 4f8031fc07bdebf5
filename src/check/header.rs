//! The `plan` header: exactly one over all files, with a term.

use chrono::NaiveDate;

use super::items::{Items, Placed, because};
use crate::diagnostics::codes::check::{NO_PLAN, NO_TERM, SECOND_PLAN, TERM_ORDER};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::syntax::ast;

pub(super) struct Header {
    pub name: String,
    pub title: Option<String>,
    pub term: Option<(NaiveDate, NaiveDate)>,
    pub because: Option<String>,
    pub span: Span,
}

/// The header, if there is one; later ones are reported. `files` tells where to point when there is none.
pub(super) fn check(items: &Items<'_>, files: &[ast::File], found: &mut Diagnostics) -> Option<Header> {
    let Some((first, others)) = items.plans.split_first() else {
        let mut missing = Diagnostic::error(NO_PLAN, "no file has a `plan` header")
            .help("begin with `plan NAME \"TITLE\" { effective 2027-02-01 to 2028-01-31 }`");
        if let Some(file) = files.first() {
            missing = missing.label(Span::new(file.id, 0, 0), "it would stand here");
        }
        found.push(missing);
        return None;
    };
    for other in others {
        found.push(
            Diagnostic::error(SECOND_PLAN, format!("`{}` is a second plan", other.node.name.text))
                .label(other.node.name.span, "second header")
                .label(first.node.name.span, "the plan begins here")
                .help("a project has one plan; keep one header"),
        );
    }
    Some(Header {
        name: first.node.name.text.clone(),
        title: first.node.title.as_ref().map(|t| t.value.clone()),
        term: term(first, found),
        because: because(&first.node.because),
        span: first.span,
    })
}

fn term(header: &Placed<'_, ast::PlanHeader>, found: &mut Diagnostics) -> Option<(NaiveDate, NaiveDate)> {
    let name = &header.node.name;
    let Some((from, to)) = &header.node.effective else {
        found.push(
            Diagnostic::error(NO_TERM, format!("plan `{}` does not say when it is effective", name.text))
                .label(name.span, "this plan")
                .help("add `effective 2027-02-01 to 2028-01-31`: the first and the last day"),
        );
        return None;
    };
    if from.date > to.date {
        found.push(
            Diagnostic::error(TERM_ORDER, format!("the plan ends on {} before it begins", to.date))
                .label(to.span, "last day")
                .label(from.span, "first day")
                .help("the first day comes first"),
        );
        return None;
    }
    Some((from.date, to.date))
}
