//! Diagnostics as JSON, with lines and columns.

use serde::Serialize;

use super::human::severity;
use crate::diagnostics::{Diagnostic, Sources};

/// The JSON Schema of what every verb prints with `--format json`.
pub const SCHEMA: &str = include_str!("schema/findings.json");

/// The version of that form.
pub const VERSION: u32 = 1;

/// A diagnostic as it stands in every JSON of the program.
#[derive(Debug, Serialize)]
pub struct Finding<'a> {
    pub code: &'static str,
    pub severity: &'static str,
    pub message: &'a str,
    pub labels: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub notes: &'a [String],
}

/// A label; lines and columns count from 1, columns in characters, bytes from 0.
#[derive(Debug, Serialize)]
pub struct Place<'a> {
    pub file: &'a str,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub start: u32,
    pub end: u32,
    pub text: &'a str,
}

/// The findings as serialisable values, in their order.
pub fn findings<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, sources: &'a Sources) -> Vec<Finding<'a>> {
    diagnostics.into_iter().map(|d| finding(d, sources)).collect()
}

fn finding<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Finding<'a> {
    let labels = diagnostic.labels.iter().map(|label| {
        let source = sources.get(label.span.file);
        let (start, end) = (source.position(label.span.start as usize), source.position(label.span.end as usize));
        Place {
            file: &source.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start: label.span.start,
            end: label.span.end,
            text: &label.text,
        }
    });
    Finding {
        code: diagnostic.code.name,
        severity: severity(diagnostic.severity),
        message: &diagnostic.message,
        labels: labels.collect(),
        help: diagnostic.help.as_deref(),
        notes: &diagnostic.notes,
    }
}
