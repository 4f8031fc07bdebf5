//! Tables that join the accounts by key: read first, held as one cell an account and column.
//!
//! Takes a `[join.NAME]` and the columns that are wanted of it, gives a [`Joined`] that looks accounts up. Invariant:
//! no cell depends on the order of the joined rows: sums are exact, and where several rows compete the greatest cell
//! wins. Deliberately absent: the joined rows; memory grows with accounts, not with rows.

mod cells;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use super::batch::Values;
use super::cell::{Coding, Reading};
use super::faults::{Described, thousands};
use super::intern::Interner;
use super::locate::data_files;
use super::scan::{Source, Wishes, described, reading};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span, codes};
use crate::workspace::Workspace;
use crate::workspace::manifest::{JoinTable, OnMismatch};
use crate::workspace::schema::{Aggregate, ColumnId, Origin, Schema};
use cells::Store;

/// So many keys are shown of those that do not meet.
const SHOWN: usize = 5;

/// A joined table, one cell a key and column.
#[derive(Debug)]
pub(super) struct Joined {
    pub name: String,
    span: Span,
    unmatched: OnMismatch,
    keys: Interner,
    /// Those that an account had, one bit each.
    met: Vec<AtomicU64>,
    columns: Vec<(ColumnId, Store)>,
    repeated: u64,
}

/// How a joined table and the accounts met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinReport {
    pub name: String,
    /// Distinct keys of the joined table.
    pub keys: u64,
    /// Keys that no account has.
    pub unmatched: u64,
    /// Rows beyond the first of their key.
    pub repeated: u64,
}

impl Joined {
    /// Reads the table for these columns of the accounts; columns of other origin are passed over.
    pub fn read(
        workspace: &Workspace,
        index: usize,
        columns: &[ColumnId],
        threads: usize,
    ) -> (Option<Self>, Diagnostics) {
        let table = &workspace.manifest.joins[index];
        let schema = &workspace.manifest.accounts.schema;
        let source = match open(workspace, table, index, columns) {
            Ok(opened) => opened,
            Err(wrong) => return (None, wrong),
        };
        let (source, parts) = source;
        let mut joined = Self {
            name: table.name.clone(),
            span: table.span,
            unmatched: table.unmatched,
            keys: Interner::new(),
            met: Vec::new(),
            columns: parts.iter().map(|p| (p.column, Store::new(schema.column(p.column).kind, &p.aggregate))).collect(),
            repeated: 0,
        };
        let mut found = Diagnostics::default();
        let one_each = parts.iter().any(|p| p.aggregate == Aggregate::One);
        let mut twice = Smallest::default();
        let mut without_key = 0;
        let mut overflow: Option<usize> = None;
        let rows = source.scan(
            threads,
            |decoded| (decoded.rows, decoded.columns.clone()),
            |(rows, values)| {
                for row in 0..rows {
                    let Some(key) = values[0].text(row) else {
                        without_key += 1;
                        continue;
                    };
                    let known = joined.keys.len();
                    let slot = joined.keys.intern(key) as usize;
                    if slot < known {
                        joined.repeated += 1;
                        if one_each {
                            twice.add(key);
                        }
                    }
                    for (part, (_, store)) in parts.iter().zip(&mut joined.columns) {
                        let cell = part.want.map(|want| &values[want]);
                        let date = part.date.map(|want| &values[want]);
                        if !store.offer(slot, row, cell, date) && overflow.is_none() {
                            overflow = part.want;
                        }
                    }
                }
                ControlFlow::Continue(())
            },
        );
        if let Err(wrong) = rows {
            return (None, wrong);
        }
        if let Some(want) = overflow {
            let described = &source.described[want];
            let message = format!("a sum of `{}` leaves the range of numbers", described.name);
            let diagnostic = Diagnostic::error(codes::data::SUM_OVERFLOW, message);
            found.push(match described.span {
                Some(span) => diagnostic.label(span, "summed by this"),
                None => diagnostic,
            });
        }
        joined.columns.iter_mut().for_each(|(_, store)| store.fill(joined.keys.len()));
        joined.met = (0..joined.keys.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        if one_each && joined.repeated > 0 {
            let message = format!(
                "{} of `[join.{}]` repeat the key of another, where one row an account is due",
                counted(joined.repeated, "row"),
                table.name
            );
            let help = "state an `aggregate` for its columns; where repeats are let through the greatest cell is taken";
            found.extend(said(table.duplicates, codes::data::DUPLICATE_JOINED, message, table.span, &twice, help));
        }
        if without_key > 0 {
            let message = format!("{} of `[join.{}]` have no key", counted(without_key, "row"), table.name);
            let help = "every row needs the key of an account";
            let none = Smallest::default();
            found.extend(said(table.unmatched, codes::data::UNMATCHED_KEY, message, table.span, &none, help));
        }
        if found.has_errors() { (None, found) } else { (Some(joined), found) }
    }

    /// For every account of a batch the number of its key here.
    pub fn look_up(&self, keys: &Values) -> Vec<Option<u32>> {
        let slots: Vec<Option<u32>> =
            (0..keys.len()).map(|row| keys.text(row).and_then(|key| self.keys.find(key))).collect();
        for slot in slots.iter().flatten() {
            self.met[*slot as usize / 64].fetch_or(1 << (slot % 64), Ordering::Relaxed);
        }
        slots
    }

    /// A column for the accounts that were looked up.
    pub fn column(&self, id: ColumnId, slots: &[Option<u32>], coding: Coding) -> Values {
        let (_, store) = self.columns.iter().find(|(column, _)| *column == id).expect("the column was asked for");
        store.values(slots, coding)
    }

    /// After every account was looked up.
    pub fn report(&self) -> (JoinReport, Option<Diagnostic>) {
        let mut unmatched = 0;
        let mut examples = Smallest::default();
        for number in 0..self.keys.len() {
            if self.met[number / 64].load(Ordering::Relaxed) & (1 << (number % 64)) == 0 {
                unmatched += 1;
                examples.add(self.keys.word(number as u32));
            }
        }
        let report =
            JoinReport { name: self.name.clone(), keys: self.keys.len() as u64, unmatched, repeated: self.repeated };
        let diagnostic = (unmatched > 0)
            .then(|| {
                let message = format!("{} of `[join.{}]` belong to no account", counted(unmatched, "key"), self.name);
                let help = "check that both tables write keys alike; `unmatched = \"ignore\"` silences this";
                said(self.unmatched, codes::data::UNMATCHED_KEY, message, self.span, &examples, help)
            })
            .flatten();
        (report, diagnostic)
    }
}

/// One wanted column of the joined table.
struct Part {
    column: ColumnId,
    aggregate: Aggregate,
    /// Its cells and its dates among the wanted fields; a count of rows needs none.
    want: Option<usize>,
    date: Option<usize>,
}

fn open(
    workspace: &Workspace,
    table: &JoinTable,
    index: usize,
    columns: &[ColumnId],
) -> Result<(Source, Vec<Part>), Diagnostics> {
    let schema: &Schema = &workspace.manifest.accounts.schema;
    let files = data_files(workspace, &table.files)?;
    let mut wishes = Wishes::default();
    let key = Described {
        name: table.key.clone(),
        field: table.key.clone(),
        kind: "id",
        span: Some(table.span),
        sensitive: false,
    };
    wishes.add(&table.key, Reading::Text(Coding::Never), false, key);
    let mut parts = Vec::new();
    for id in columns {
        let column = schema.column(*id);
        let Origin::Joined { join, field, aggregate } = &column.origin else { continue };
        if *join != index {
            continue;
        }
        let want = field.as_ref().map(|field| match aggregate {
            // Whatever the cells are, those that are not empty count.
            Aggregate::Count => wishes.add(field, Reading::Text(Coding::Never), false, described(column, field)),
            _ => wishes.add(field, reading(column, Coding::WherePaying), false, described(column, field)),
        });
        let date = match aggregate {
            Aggregate::Latest { date } => {
                let by = Described { kind: "date", ..described(column, date) };
                Some(wishes.add(date, Reading::Date, false, by))
            }
            _ => None,
        };
        parts.push(Part { column: *id, aggregate: aggregate.clone(), want, date });
    }
    Ok((Source::open(files, wishes, Some(table.files.span))?, parts))
}

/// The few smallest of many keys, whatever their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Smallest(BTreeSet<String>);

impl Smallest {
    pub fn add(&mut self, key: &str) {
        if self.0.len() < SHOWN || self.0.last().is_some_and(|last| key < last.as_str()) {
            self.0.insert(key.to_owned());
            if self.0.len() > SHOWN {
                self.0.pop_last();
            }
        }
    }

    pub fn merge(&mut self, other: Self) {
        other.0.iter().for_each(|key| self.add(key));
    }

    /// `` for example `a`, `b` ``
    pub fn note(&self) -> Option<String> {
        let keys: Vec<String> = self.0.iter().map(|k| format!("`{k}`")).collect();
        (!keys.is_empty()).then(|| format!("for example {}", keys.join(", ")))
    }
}

fn said(
    policy: OnMismatch,
    code: Code,
    message: String,
    span: Span,
    examples: &Smallest,
    help: &str,
) -> Option<Diagnostic> {
    let severity = match policy {
        OnMismatch::Ignore => return None,
        OnMismatch::Warn => Severity::Warning,
        OnMismatch::Fail => Severity::Error,
    };
    let diagnostic = Diagnostic::new(code, severity, message).label(span, "this joined table").help(help);
    Some(match examples.note() {
        Some(note) => diagnostic.note(note),
        None => diagnostic,
    })
}

/// `1 row`, `1,234 rows`
pub(super) fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{} {what}s", thousands(n)) }
}
