//! The project's tables, as the chain needs them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::classify::{Filter, PreparedShape, Program};
use crate::data;
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::outcome::carving::Links;
use crate::outcome::recorder::{Part, Recorder};
use crate::outcome::roster::Roster;
use crate::plan::{Eligibility, Plan, SeatsFrom};
use crate::workspace::Workspace;
use crate::workspace::schema::ColumnId;

/// The reps, and which of them each carve seats.
#[derive(Debug)]
pub(super) struct People {
    pub roster: Roster,
    /// Per carve, by row of the reps table.
    pub matches: Vec<Vec<bool>>,
    /// Per carve and eligibility clause, by row of the reps table: what the rep may have.
    pub skills: Vec<Vec<Vec<BTreeSet<String>>>>,
}

/// SHA-256 of texts one after the other, in hexadecimal.
pub(super) fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The polygons of the plan's `inside`, prepared, in the plan's order.
pub fn shapes(workspace: &Workspace, plan: &Plan, found: &mut Diagnostics) -> Vec<Arc<PreparedShape>> {
    let (polygons, said) = data::read_shapes(workspace, &plan.shapes);
    found.extend(said);
    polygons.iter().map(|p| Arc::new(PreparedShape::new(p))).collect()
}

/// The reps' table, and for every carve which of its rows meet the condition. `None` after an error.
pub(super) fn people(
    workspace: &Workspace,
    plan: &Plan,
    shapes: &[Arc<PreparedShape>],
    threads: usize,
    found: &mut Diagnostics,
) -> Option<People> {
    let Some(table) = &workspace.manifest.reps else {
        let matches = vec![Vec::new(); plan.carves.len()];
        let skills = vec![Vec::new(); plan.carves.len()];
        return Some(People { roster: Roster::default(), matches, skills });
    };
    let (batch, said) = data::read_reps(workspace, table, threads);
    found.extend(said);
    let batch = batch?;
    let (roster, said) = Roster::new(table, &batch);
    found.extend(said);
    let mut matches = Vec::new();
    for carve in &plan.carves {
        matches.push(match &carve.seats {
            SeatsFrom::Count(..) => vec![false; batch.rows],
            SeatsFrom::Reps { condition, .. } => {
                Filter::compile(condition, plan, &table.schema, shapes).evaluate(&batch).iter().collect()
            }
        });
    }
    let of_clause = |clause: &Eligibility| (0..batch.rows).map(|row| values_of(&batch, clause.seat, row)).collect();
    let skills = plan.carves.iter().map(|carve| carve.limits.eligible.iter().map(of_clause).collect()).collect();
    Some(People { roster, matches, skills })
}

/// The values that a cell lists; `;` separates them.
fn values_of(batch: &data::Batch, column: ColumnId, row: usize) -> BTreeSet<String> {
    let text = batch.column(column).text(row).unwrap_or_default();
    text.split(';').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// Pairs of units that touch, where the manifest names a table of them.
pub(super) fn links(workspace: &Workspace, plan: &Plan, threads: usize, found: &mut Diagnostics) -> Option<Links> {
    if plan.carves.iter().all(|c| c.contiguous.is_none()) {
        return None;
    }
    match data::read_adjacency(workspace, workspace.manifest.adjacency.as_ref()?, threads) {
        Ok(links) => Some(links),
        Err(wrong) => {
            found.extend(wrong);
            None
        }
    }
}

/// Streams the accounts through the recorder; `fold` sees every part and how many rows it has.
pub(super) fn scan(
    workspace: &Workspace,
    program: &Program,
    recorder: &Recorder<'_>,
    threads: usize,
    mut fold: impl FnMut(Part, u64) -> ControlFlow<()>,
) -> Diagnostics {
    let each = |batch: &data::Batch| (recorder.record(batch), batch.rows as u64);
    read_again(workspace, program, recorder, &[], threads, each, |(part, rows)| fold(part, rows))
}

/// Streams the accounts with all columns that the recorder needs and `further` ones, each perhaps as codes.
pub(super) fn read_again<T: Send>(
    workspace: &Workspace,
    program: &Program,
    recorder: &Recorder<'_>,
    further: &[(ColumnId, bool)],
    threads: usize,
    each: impl Fn(&data::Batch) -> T + Sync,
    fold: impl FnMut(T) -> ControlFlow<()>,
) -> Diagnostics {
    let needed = program.columns().iter().map(|n| (n.column, n.coded));
    let wanted: Vec<(ColumnId, bool)> = needed.chain(recorder.columns()).chain(further.iter().copied()).collect();
    let mut columns: Vec<ColumnId> = wanted.iter().map(|(column, _)| *column).collect();
    let coded: Vec<ColumnId> = wanted.iter().filter(|(_, coded)| *coded).map(|(column, _)| *column).collect();
    columns.sort_unstable();
    columns.dedup();
    let options = data::Options { coded: &coded, threads };
    let (table, mut found) = data::open_accounts(workspace, &columns, options);
    let Some(table) = table else { return found };
    let scanned = table.scan(threads, |batch: data::Batch| each(&batch), fold);
    match scanned {
        Ok(scanned) => found.extend(scanned.warnings),
        Err(wrong) => found.extend(wrong),
    }
    found
}

/// Where the rows with these keys stand.
pub(super) fn duplicates(workspace: &Workspace, keys: &[String], threads: usize) -> Diagnostics {
    let accounts = &workspace.manifest.accounts;
    let options = data::Options { coded: &[], threads };
    let (table, found) = data::open_accounts(workspace, &[accounts.key], options);
    let Some(table) = table else { return found };
    let rows = match table.find_rows(threads, |key| keys.iter().any(|duplicate| duplicate == key)) {
        Ok(rows) => rows,
        Err(wrong) => return wrong,
    };
    let tell = |duplicate: &String| {
        let places: Vec<&str> =
            rows.iter().filter(|(key, _)| key == duplicate).map(|(_, place)| place.as_str()).collect();
        Diagnostic::error(codes::DUPLICATE_ACCOUNT, format!("two accounts have the key `{duplicate}`"))
            .label(accounts.files.span, format!("at {}", places.join(" and ")))
            .help("every account has one row; drop one, or choose another key column")
    };
    keys.iter().map(tell).collect()
}

/// What identifies the bytes of all data files.
pub(super) fn fingerprint(workspace: &Workspace, threads: usize) -> Result<String, Diagnostics> {
    let files = data::all_data_files(workspace)?;
    let prints = data::fingerprints(&files, threads).map_err(|d| std::iter::once(d).collect::<Diagnostics>())?;
    Ok(digest(prints.iter().flat_map(|p| [p.name.as_str(), p.sha256.as_str()])))
}
