//! Every change of an account as CSV, a row each.

use std::io::{self, Write};

use crate::diff::{Diff, Measure, Move};
use crate::render::cell::push_text;

/// What stands before the measures, in CSV and Parquet.
pub const COLUMNS: [&str; 14] = [
    "account",
    "name",
    "coverage",
    "change",
    "from",
    "from_rep",
    "to",
    "to_rep",
    "effective",
    "cause_kind",
    "cause",
    "because",
    "file",
    "line",
];

/// Writes the changes with their header; a measure has a column by its name.
pub fn csv(diff: &Diff, mut out: impl Write) -> io::Result<()> {
    let mut line = COLUMNS.join(",").into_bytes();
    for name in measures(&diff.measures) {
        line.push(b',');
        push_text(&mut line, &name);
    }
    line.push(b'\n');
    // What each cause says, drawn once.
    let causes: Vec<Vec<u8>> = diff.causes.iter().map(|cause| reason(&Reason::of(cause))).collect();
    let unknown = reason(&Reason::default());
    for one in diff.moves.iter() {
        push(&mut line, &one, causes.get(one.cause).unwrap_or(&unknown));
        if line.len() > 1 << 16 {
            out.write_all(&line)?;
            line.clear();
        }
    }
    out.write_all(&line)?;
    out.flush()
}

/// Names of the measures' columns: a weight and a column of one name are told apart, and so is a name of [`COLUMNS`].
pub fn measures(measures: &[Measure]) -> Vec<String> {
    let named = |i: usize, measure: &Measure| {
        let taken = COLUMNS.contains(&measure.name.as_str())
            || measures.iter().enumerate().any(|(j, other)| j != i && other.name == measure.name);
        if taken { format!("{}_{}", measure.kind, measure.name) } else { measure.name.clone() }
    };
    measures.iter().enumerate().map(|(i, measure)| named(i, measure)).collect()
}

/// What a row says of its cause.
#[derive(Debug, Default)]
pub struct Reason<'a> {
    pub kind: &'a str,
    pub title: &'a str,
    pub because: &'a str,
    pub file: &'a str,
    pub line: Option<u32>,
}

impl<'a> Reason<'a> {
    pub fn of(cause: &'a crate::diff::Cause) -> Self {
        let excerpt = cause.after.as_ref().or(cause.before.as_ref());
        Self {
            kind: cause.kind.word(),
            title: &cause.title,
            because: cause.because.as_deref().unwrap_or(""),
            file: excerpt.map_or("", |e| &e.file),
            line: excerpt.map(|e| e.line),
        }
    }
}

fn reason(reason: &Reason<'_>) -> Vec<u8> {
    let mut cells = Vec::new();
    for cell in [reason.kind, reason.title, reason.because, reason.file] {
        cells.push(b',');
        push_text(&mut cells, cell);
    }
    cells.push(b',');
    cells.extend(reason.line.map_or_else(String::new, |line| line.to_string()).into_bytes());
    cells
}

fn push(line: &mut Vec<u8>, one: &Move<'_>, reason: &[u8]) {
    let effective = one.effective.to_string();
    let cells = [
        one.account,
        one.name.unwrap_or(""),
        one.coverage,
        one.change.word(),
        one.from,
        one.from_rep.unwrap_or(""),
        one.to,
        one.to_rep.unwrap_or(""),
        &effective,
    ];
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            line.push(b',');
        }
        push_text(line, cell);
    }
    line.extend_from_slice(reason);
    for amount in one.amounts {
        line.push(b',');
        line.extend(format!("{:.6}", amount + 0.0).into_bytes());
    }
    line.push(b'\n');
}
