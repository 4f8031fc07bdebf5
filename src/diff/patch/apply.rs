//! Operations done on a stream of assignments.

use std::iter::Peekable;

use super::digest;
use super::manifest::State;
use super::operation::{Kind, Operation};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::diff::assignments::{Ordered, Row};

/// What was read and what was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub from: State,
    pub to: State,
}

/// Applies operations, account by account in order, to rows in order; `give` is handed every row of the result in order.
pub fn apply<B, O>(
    base: (B, &str),
    operations: O,
    give: &mut dyn FnMut(&Row) -> Result<(), Diagnostics>,
) -> Result<Applied, Diagnostics>
where
    B: Iterator<Item = Result<Row, Diagnostics>>,
    O: Iterator<Item = Result<Operation, Diagnostics>>,
{
    let name = base.1;
    let mut base = Ordered::new(base.0, name)?;
    let mut operations = operations.peekable();
    let (mut from, mut to) = (digest::Rows::default(), digest::Rows::default());
    let mut rows = Vec::new();
    loop {
        let next = match (base.peek(), operations.peek()) {
            (_, Some(Err(_))) => match operations.next() {
                Some(Err(wrong)) => return Err(wrong),
                _ => break,
            },
            (None, None) => break,
            (Some(row), None) => row.account(),
            (None, Some(Ok(operation))) => operation.row.account(),
            (Some(row), Some(Ok(operation))) => row.account().min(operation.row.account()),
        };
        let account = next.to_owned();
        base.take_account(&account, &mut rows)?;
        rows.iter().for_each(|row| from.add(row));
        change(&mut rows, &account, &mut operations, name)?;
        for row in &rows {
            to.add(row);
            give(row)?;
        }
    }
    Ok(Applied { from: from.finish(), to: to.finish() })
}

/// Does the operations of one account.
fn change<O: Iterator<Item = Result<Operation, Diagnostics>>>(
    rows: &mut Vec<Row>,
    account: &str,
    operations: &mut Peekable<O>,
    name: &str,
) -> Result<(), Diagnostics> {
    while let Some(operation) = operations.next_if(|o| o.as_ref().map_or(true, |o| o.row.account() == account)) {
        let Operation { kind, row } = operation?;
        let place = rows.binary_search_by(|known| known.by_key(&row));
        let fits = match (kind, place) {
            (Kind::Insert, Err(at)) => {
                rows.insert(at, row);
                continue;
            }
            (Kind::Delete, Ok(at)) if rows[at] == row => {
                rows.remove(at);
                continue;
            }
            (Kind::EndDate, Ok(at)) => row.to() < rows[at].to() && row.same_but_to(&rows[at]),
            (Kind::Update, Ok(_)) => true,
            _ => false,
        };
        match place {
            Ok(at) if fits => rows[at] = row,
            _ => return Err(misfit(kind, &row, name)),
        }
    }
    Ok(())
}

fn misfit(kind: Kind, row: &Row, name: &str) -> Diagnostics {
    let key = [row.account(), row.coverage(), row.from()].join(", ");
    let what = match kind {
        Kind::Insert => "has the row already that the patch inserts",
        Kind::Delete => "has not the row that the patch deletes",
        Kind::EndDate => "has not the row that the patch ends",
        Kind::Update => "has not the row that the patch updates",
    };
    let wrong = Diagnostic::error(codes::diff::PATCH_MISFIT, format!("`{name}` {what}: `{key}`"))
        .help("a patch fits the table that it was made for; `--inverse` applies to its result");
    std::iter::once(wrong).collect()
}
