//! One account of a project, explained.

use std::ops::ControlFlow;

use super::{Inspection, Request, Watch, run_and_look};
use crate::classify::{Account, Questions};
use crate::data::{self, Batch};
use crate::diagnostics::{Diagnostics, nearest};
use crate::outcome::sheet::{Block, Sheet};
use crate::outcome::standing::Standings;
use crate::outcome::story::{self, Asked, Ground, Story};
use crate::plan::{Plan, Value};
use crate::syntax::ast;
use crate::workspace::Workspace;
use crate::workspace::schema::ColumnId;

/// What became of the question.
#[derive(Debug)]
pub enum Explained {
    Story {
        story: Box<Story>,
        /// Carves that had no alignment that fits: they were solved for the answer alone.
        solved: Vec<String>,
    },
    /// No account has the key; the nearest key, if one is near.
    Unknown(Option<String>),
    /// The project does not compile: the diagnostics say why.
    Failed,
}

/// Compiles the project, writes nothing, and tells of one account.
pub fn explain(
    workspace: &mut Workspace,
    files: &[ast::File],
    plan: &Plan,
    key: &str,
    request: &Request,
    watch: &mut dyn Watch,
) -> (Explained, Diagnostics) {
    let cells = match cells(workspace, plan, key, request.threads) {
        Err(wrong) => return (Explained::Failed, wrong),
        Ok(Err(near)) => return (Explained::Unknown(near), Diagnostics::default()),
        Ok(Ok(cells)) => cells,
    };
    let mut told = None;
    let mut look = |seen: &Inspection<'_>| {
        let ready = seen.ready;
        let shares = ready.program.shares(&ready.totals);
        let ground = Ground {
            plan,
            sources: &seen.workspace.sources,
            accounts: &seen.workspace.manifest.accounts,
            roster: &ready.people.roster,
            shapes: &ready.shapes,
            totals: &shares,
            carved: seen.carved,
            settled: seen.settled,
        };
        told = Some(story::tell(&ground, &Asked { key, cells: cells.clone() }));
    };
    let (compiled, found) = run_and_look(workspace, files, plan, request, watch, &mut look);
    let (Some(compiled), Some(mut story)) = (compiled, told) else { return (Explained::Failed, found) };
    let standings = Standings::new(plan, &workspace.sources, &compiled.roster, &compiled.settled.posts);
    let mut sheet = Sheet::new(plan, &compiled.ledger, &compiled.settled.units, standings);
    let mut block = Block::default();
    while sheet.next(&mut block) {
        let Some(at) = block.rows.iter().position(|row| sheet.key(*row) == key) else { continue };
        let order: Vec<&str> = sheet.coverages().iter().map(|c| c.name.as_str()).collect();
        for coverage in &mut story.coverages {
            let place = order.iter().position(|name| *name == coverage.coverage);
            let standing = place.map(|n| sheet.standing(block.standings[at * order.len() + n]));
            coverage.stays = standing.map_or_else(Vec::new, |standing| story::stays(standing));
        }
        break;
    }
    (Explained::Story { story: Box::new(story), solved: compiled.solved }, found)
}

type Cells = Vec<(ColumnId, Value)>;

/// Every cell that bears on the account, or the key that is nearest to the one asked for.
fn cells(
    workspace: &Workspace,
    plan: &Plan,
    key: &str,
    threads: usize,
) -> Result<Result<Cells, Option<String>>, Diagnostics> {
    let accounts = &workspace.manifest.accounts;
    let mut columns = plan.columns();
    (0..plan.coverages.len() as u32).for_each(|c| columns.extend(Questions::of(plan, c).columns));
    columns.push(accounts.key);
    columns.extend(accounts.position);
    columns.extend(accounts.name);
    columns.extend(plan.carves.iter().map(|c| c.unit));
    columns.sort_unstable();
    columns.dedup();
    let options = data::Options { coded: &[], threads };
    let (table, found) = data::open_accounts(workspace, &columns, options);
    let Some(table) = table else { return Err(found) };
    let look = |batch: Batch| {
        let keys = batch.column(accounts.key);
        match (0..batch.rows).find(|row| keys.text(*row) == Some(key)) {
            Some(row) => {
                let account = Account::Row(&batch, row);
                Ok(columns.iter().filter_map(|id| Some((*id, account.cell(*id)?))).collect::<Cells>())
            }
            None => Err(nearest(key, (0..batch.rows).filter_map(|row| keys.text(row))).map(str::to_owned)),
        }
    };
    let (mut cells, mut near) = (None, Vec::new());
    table.scan(threads, look, |seen| match seen {
        Ok(found) => {
            cells = Some(found);
            ControlFlow::Break(())
        }
        Err(closest) => {
            near.extend(closest);
            ControlFlow::Continue(())
        }
    })?;
    Ok(cells.ok_or_else(|| nearest(key, near.iter().map(String::as_str)).map(str::to_owned)))
}
