//! The accounts, and every other table with a schema, as a stream of typed batches.
//!
//! Takes the workspace and the columns that are wanted, gives batches with these columns only. Invariant: what a scan
//! hands on, and in which order, depends on the files alone, never on the number of threads; memory does not grow with
//! the rows. Deliberately absent: rows as values of their own.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use super::assemble::{Assembler, Make, Notes, Step};
use super::batch::Batch;
use super::cell::{Coding, Reading};
use super::faults::thousands;
use super::files::DataFile;
use super::join::{JoinReport, Joined, counted};
use super::locate::data_files;
use super::places::{Places, read_places};
use super::scan::{Source, Wishes, described};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::workspace::Workspace;
use crate::workspace::manifest::Files;
use crate::workspace::schema::{ColumnId, ColumnType, Origin, Schema};

/// A table whose files are open and whose joined tables are read.
pub struct Table<'w> {
    schema: &'w Schema,
    key: ColumnId,
    /// The wanted field with the key.
    key_want: usize,
    source: Source,
    steps: Vec<Step>,
    places: Option<Places>,
    joins: Vec<Joined>,
}

/// What a whole scan has seen.
#[derive(Debug, Default)]
pub struct Scanned {
    pub rows: u64,
    pub joins: Vec<JoinReport>,
    /// Warnings only.
    pub warnings: Diagnostics,
}

/// How a table is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Text columns that are wanted as `Values::Coded` in every batch; the others are coded where it pays.
    pub coded: &'a [ColumnId],
    /// For the joined tables and the places, which are read at once.
    pub threads: usize,
}

/// Opens the accounts for these columns. Warnings may come with the table.
pub fn open_accounts<'w>(
    workspace: &'w Workspace,
    columns: &[ColumnId],
    options: Options,
) -> (Option<Table<'w>>, Diagnostics) {
    let accounts = &workspace.manifest.accounts;
    let coding = |id: ColumnId| {
        if options.coded.contains(&id) {
            Coding::Always
        } else if accounts.schema.column(id).kind == ColumnType::Id {
            Coding::Never
        } else {
            Coding::WherePaying
        }
    };
    Table::open(workspace, &accounts.files, &accounts.schema, accounts.key, columns, &coding, options.threads)
}

impl<'w> Table<'w> {
    pub(super) fn open(
        workspace: &'w Workspace,
        files: &Files,
        schema: &'w Schema,
        key: ColumnId,
        columns: &[ColumnId],
        coding: &dyn Fn(ColumnId) -> Coding,
        threads: usize,
    ) -> (Option<Self>, Diagnostics) {
        let mut found = Diagnostics::default();
        let columns = with_places(schema, columns);
        let of_join = |id: ColumnId| match schema.column(id).origin {
            Origin::Joined { join, .. } => Some(join),
            _ => None,
        };
        let mut needed: Vec<usize> = columns.iter().filter_map(|id| of_join(*id)).collect();
        needed.sort_unstable();
        needed.dedup();
        let (wishes, steps, key_want) = steps(schema, key, &columns, &needed, coding);
        let source = match data_files(workspace, files).and_then(|f| Source::open(f, wishes, Some(files.span))) {
            Ok(source) => Some(source),
            Err(wrong) => {
                found.extend(wrong);
                None
            }
        };
        let mut places = None;
        if steps.iter().any(|s| matches!(s.make, Make::Place { .. }))
            && let Some(table) = &workspace.manifest.places
        {
            let (read, said) = read_places(workspace, table, threads);
            found.extend(said);
            places = read;
        }
        let mut joins = Vec::new();
        for join in needed {
            let (read, said) = Joined::read(workspace, join, &columns, threads);
            found.extend(said);
            joins.extend(read);
        }
        let table = match source {
            Some(source) if !found.has_errors() => Some(Self { schema, key, key_want, source, steps, places, joins }),
            _ => None,
        };
        (table, found)
    }

    pub fn files(&self) -> &[DataFile] {
        &self.source.reader.files
    }

    /// Reads every row once. `each` runs on so many threads at once; `fold` sees its results in the order of the table
    /// and may end the scan. After the first batch with a fault neither is called any more, and the rest is read only
    /// to say everything that is wrong.
    pub fn scan<T: Send>(
        &self,
        threads: usize,
        each: impl Fn(Batch) -> T + Sync,
        mut fold: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<Scanned, Diagnostics> {
        let faulty = AtomicBool::new(false);
        let assembler = self.assembler();
        let mut notes = vec![Notes::default(); self.steps.len()];
        let mut sound = true;
        let mut ended = false;
        let outcome = self.source.scan(
            threads,
            |decoded| {
                let (columns, notes) = assembler.columns(decoded);
                if !decoded.faults.is_empty() {
                    faulty.store(true, Ordering::Relaxed);
                }
                let batch = Batch { rows: decoded.rows, first_row: decoded.first_row, columns };
                let result = (!faulty.load(Ordering::Relaxed) && batch.rows > 0).then(|| each(batch));
                (result, notes, decoded.faults.is_empty())
            },
            |(result, more, whole)| {
                notes.iter_mut().zip(more).for_each(|(note, more)| note.merge(more));
                sound &= whole;
                match result {
                    Some(result) if sound => {
                        let next = fold(result);
                        ended = next.is_break();
                        next
                    }
                    _ => ControlFlow::Continue(()),
                }
            },
        );
        let rows = match outcome {
            Ok(rows) => rows,
            Err(wrong) => return Err(self.explain_swapped(wrong, &notes)),
        };
        if ended {
            return Ok(Scanned { rows, ..Scanned::default() });
        }
        if rows == 0 {
            return Err(std::iter::once(self.source.no_rows()).collect());
        }
        self.conclude(rows, &notes)
    }

    /// The key of every row, and where the row stands (`data/accounts.csv:17`), for those that `wanted` picks; for
    /// messages, as it reads the files again.
    pub fn find_rows(
        &self,
        threads: usize,
        wanted: impl Fn(&str) -> bool + Sync,
    ) -> Result<Vec<(String, String)>, Diagnostics> {
        let mut rows = Vec::new();
        self.source.scan(
            threads,
            |decoded| {
                let keys = &decoded.columns[self.key_want];
                let picked = (0..decoded.rows).filter_map(|row| {
                    let key = keys.text(row).filter(|key| wanted(key))?;
                    Some((key.to_owned(), (decoded.place)(row)))
                });
                picked.collect::<Vec<_>>()
            },
            |more| {
                rows.extend(more);
                ControlFlow::Continue(())
            },
        )?;
        Ok(rows)
    }

    pub fn key(&self) -> ColumnId {
        self.key
    }

    fn assembler(&self) -> Assembler<'_> {
        Assembler { schema: self.schema, steps: &self.steps, places: self.places.as_ref(), joins: &self.joins }
    }

    /// What is known when every row was sound.
    fn conclude(&self, rows: u64, notes: &[Notes]) -> Result<Scanned, Diagnostics> {
        let mut said = Diagnostics::default();
        let mut reports = Vec::new();
        for (step, notes) in self.steps.iter().zip(notes) {
            said.extend(self.swapped(step, notes));
            let column = self.schema.column(step.column);
            if notes.halves > 0 {
                let message = format!(
                    "{} of {} have only one of two degrees: `{}`",
                    counted(notes.halves, "row"),
                    thousands(rows),
                    column.name
                );
                said.push(
                    Diagnostic::warning(codes::data::BAD_POSITION, message)
                        .label(column.span, "such a point is missing"),
                );
            }
            if notes.unknown_places > 0 {
                let message = format!(
                    "{} of {} name a place that `[places]` does not list: `{}`",
                    counted(notes.unknown_places, "row"),
                    thousands(rows),
                    column.name
                );
                let warning = Diagnostic::warning(codes::data::UNKNOWN_PLACE, message);
                let warning = warning.label(column.span, "such a point is missing");
                said.push(match notes.examples.note() {
                    Some(note) if !column.sensitive => warning.note(note),
                    _ => warning,
                });
            }
        }
        for join in &self.joins {
            let (report, diagnostic) = join.report();
            reports.push(report);
            said.extend(diagnostic);
        }
        if said.has_errors() { Err(said) } else { Ok(Scanned { rows, joins: reports, warnings: said }) }
    }

    /// Degrees out of range in most rows have one cause, and one message.
    fn explain_swapped(&self, wrong: Diagnostics, notes: &[Notes]) -> Diagnostics {
        let swapped: Vec<Diagnostic> =
            self.steps.iter().zip(notes).filter_map(|(step, notes)| self.swapped(step, notes)).collect();
        if swapped.is_empty() {
            return wrong;
        }
        let spans: Vec<_> = swapped.iter().flat_map(|d| &d.labels).map(|l| (l.span.start, l.span.end)).collect();
        let explained = |d: &Diagnostic| {
            d.code == codes::data::BAD_POSITION
                && d.labels.first().is_some_and(|l| spans.contains(&(l.span.start, l.span.end)))
        };
        let others: Vec<Diagnostic> = wrong.into_iter().filter(|d| !explained(d)).collect();
        swapped.into_iter().chain(others).collect()
    }

    fn swapped(&self, step: &Step, notes: &Notes) -> Option<Diagnostic> {
        if notes.swapped * 2 <= notes.points {
            return None;
        }
        let column = self.schema.column(step.column);
        let Origin::Fields { lat, lon } = &column.origin else { return None };
        let message = format!("latitude and longitude of `{}` are swapped", column.name);
        let note = format!(
            "{} of {} points lie where accounts can be only the other way round",
            thousands(notes.swapped),
            thousands(notes.points)
        );
        Some(
            Diagnostic::error(codes::data::SWAPPED_POSITION, message)
                .label(column.span, format!("latitudes are read from `{lat}`, longitudes from `{lon}`"))
                .help(format!("write `lat = \"{lon}\", lon = \"{lat}\"`"))
                .note(note),
        )
    }
}

/// The columns in the order in which they are made: those that look a place up behind all others, and the codes that
/// they look up among these.
fn with_places(schema: &Schema, columns: &[ColumnId]) -> Vec<ColumnId> {
    let place_of = |id: ColumnId| match schema.column(id).origin {
        Origin::Place { by } => Some(by),
        _ => None,
    };
    let mut columns: Vec<ColumnId> = columns.iter().flat_map(|id| [Some(*id), place_of(*id)]).flatten().collect();
    columns.sort_unstable_by_key(|id| (place_of(*id).is_some(), *id));
    columns.dedup();
    columns
}

/// The fields to ask for and what to make of them.
fn steps(
    schema: &Schema,
    key: ColumnId,
    columns: &[ColumnId],
    joins: &[usize],
    coding: &dyn Fn(ColumnId) -> Coding,
) -> (Wishes, Vec<Step>, usize) {
    let mut wishes = Wishes::default();
    let mut fields: Vec<Option<usize>> = vec![None; schema.columns.len()];
    let mut field = |id: ColumnId, wishes: &mut Wishes| {
        let column = schema.column(id);
        let Origin::Field(name) = &column.origin else { return None };
        Some(*fields[id.0 as usize].get_or_insert_with(|| wishes.column(column, name, coding(id))))
    };
    let key_want = field(key, &mut wishes).expect("the manifest checks that the key is a field");
    let mut steps = Vec::new();
    for id in columns {
        let column = schema.column(*id);
        let make = match &column.origin {
            Origin::Field(_) => field(*id, &mut wishes).map(Make::Field),
            Origin::Fields { lat, lon } => {
                let reading = Reading::Number { kind: ColumnType::Number, unit: column.unit };
                let mut degrees = |name: &str| wishes.add(name, reading, column.required, described(column, name));
                Some(Make::Degrees { lat: degrees(lat), lon: degrees(lon) })
            }
            Origin::Place { by } => Some(Make::Place { by: *by }),
            Origin::Joined { join, .. } => {
                joins.iter().position(|j| j == join).map(|join| Make::Joined { join, key: key_want })
            }
        };
        if let Some(make) = make {
            steps.push(Step { column: *id, make, coding: coding(*id), missing: None });
        }
    }
    for step in &mut steps {
        let column = schema.column(step.column);
        if column.required && matches!(step.make, Make::Place { .. } | Make::Joined { .. }) {
            step.missing = Some(wishes.describe(described(column, &column.name)));
        }
    }
    (wishes, steps, key_want)
}
