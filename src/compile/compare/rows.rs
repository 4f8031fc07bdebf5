//! The rows of some accounts, held in memory so that several versions of a plan can be tried on them.

use std::ops::ControlFlow;

use arrow_array::UInt32Array;

use crate::data::{self, Batch, Values, concatenate};
use crate::diagnostics::Diagnostics;
use crate::workspace::Workspace;
use crate::workspace::schema::ColumnId;

/// Columns that a table is read for, and whether each is wanted as codes.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted(Vec<(ColumnId, bool)>);

impl Wanted {
    pub fn add(&mut self, columns: impl IntoIterator<Item = (ColumnId, bool)>) {
        self.0.extend(columns);
    }

    /// Each once, ascending.
    pub fn columns(&self) -> Vec<ColumnId> {
        let mut columns: Vec<ColumnId> = self.0.iter().map(|(column, _)| *column).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    pub fn coded(&self) -> Vec<ColumnId> {
        self.0.iter().filter(|(_, coded)| *coded).map(|(column, _)| *column).collect()
    }
}

/// Rows in the order of their accounts.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// Ascending numbers of accounts.
    pub accounts: Vec<u32>,
    pub batch: Batch,
}

/// Some rows of one batch.
pub(super) struct Picked {
    accounts: Vec<u32>,
    columns: Vec<Option<Values>>,
}

/// The rows of a batch that `number` knows. Text is coded where `coded` says so, and nowhere else.
pub(super) fn pick(batch: &Batch, key: ColumnId, coded: &[ColumnId], number: impl Fn(&str) -> Option<u32>) -> Picked {
    let keys = batch.column(key);
    let found = (0..batch.rows as u32).filter_map(|row| Some((row, number(keys.text(row as usize)?)?)));
    let (rows, accounts): (Vec<u32>, Vec<u32>) = found.unzip();
    let rows = UInt32Array::from(rows);
    let column = |(at, values): (usize, &Option<Values>)| {
        let taken = values.as_ref()?.take(&rows);
        Some(if coded.contains(&ColumnId(at as u32)) { taken } else { taken.plain() })
    };
    Picked { accounts, columns: batch.columns.iter().enumerate().map(column).collect() }
}

impl Rows {
    pub fn of(parts: Vec<Picked>) -> Self {
        let (mut accounts, mut columns) = (Vec::new(), Vec::<Vec<Option<Values>>>::new());
        for part in parts {
            accounts.extend(part.accounts);
            columns.push(part.columns);
        }
        let width = columns.first().map_or(0, Vec::len);
        let mut order: Vec<u32> = (0..accounts.len() as u32).collect();
        order.sort_unstable_by_key(|row| accounts[*row as usize]);
        let accounts: Vec<u32> = order.iter().map(|row| accounts[*row as usize]).collect();
        let order = UInt32Array::from(order);
        let column = |at: usize| {
            let parts: Option<Vec<Values>> = columns.iter_mut().map(|part| part[at].take()).collect();
            parts.map(|parts| concatenate(parts).take(&order))
        };
        let columns = (0..width).map(column).collect();
        Self { batch: Batch { rows: accounts.len(), first_row: 0, columns }, accounts }
    }

    /// The rows of these accounts, which are ascending.
    pub fn only(&self, accounts: &[u32]) -> Self {
        let found: Vec<u32> =
            accounts.iter().filter_map(|number| self.accounts.binary_search(number).ok()).map(|at| at as u32).collect();
        let rows = UInt32Array::from(found.clone());
        let columns = self.batch.columns.iter().map(|values| values.as_ref().map(|v| v.take(&rows))).collect();
        let accounts = found.iter().map(|row| self.accounts[*row as usize]).collect();
        Self { accounts, batch: Batch { rows: found.len(), first_row: 0, columns } }
    }
}

/// Streams the accounts of a project.
pub(super) fn scan<T: Send>(
    workspace: &Workspace,
    wanted: &Wanted,
    threads: usize,
    each: impl Fn(&Batch) -> T + Sync,
    mut fold: impl FnMut(T) -> ControlFlow<()>,
) -> Result<(), Diagnostics> {
    let (columns, coded) = (wanted.columns(), wanted.coded());
    let (table, found) = data::open_accounts(workspace, &columns, data::Options { coded: &coded, threads });
    let Some(table) = table else { return Err(found) };
    table.scan(threads, |batch: Batch| each(&batch), &mut fold).map(|_| ())
}
