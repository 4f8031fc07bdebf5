//! Findings without their words: what kind each is and where, nothing that it says of plan or data.
//!
//! A message, a label or a help may name anybody and show any cell, also those that no table of reps knows: a slip in a
//! name is none of the names. So none of them is mended, all are left out. Names of files stay; excerpts of the plan stand
//! in no form but that for people, who are given [`concise`](super::concise) instead.

use crate::diagnostics::{Diagnostic, Diagnostics, Label};

/// The same findings at the same places; the code speaks for each.
pub fn withheld(found: &Diagnostics) -> Diagnostics {
    let bare = |d: &Diagnostic| Diagnostic {
        code: d.code,
        severity: d.severity,
        message: d.code.summary.to_owned(),
        labels: d.labels.iter().map(|label| Label { span: label.span, text: String::new() }).collect(),
        help: None,
        notes: vec!["what it says is left out by `--redact`".to_owned()],
    };
    found.iter().map(bare).collect()
}
