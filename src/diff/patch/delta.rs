//! The operations between two streams of assignments.

use std::cmp::Ordering;

use super::digest;
use super::manifest::State;
use super::operation::{Kind, Operation};
use crate::diagnostics::Diagnostics;
use crate::diff::assignments::{Row, each_account};

/// What is done for one account, and what undoes it; each in the order in which it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDelta {
    pub delta: Vec<Operation>,
    pub inverse: Vec<Operation>,
}

/// What was compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    pub base: State,
    pub head: State,
}

/// Merges two streams in order; `give` is handed every account whose rows differ.
pub fn delta<B, H>(
    base: (B, &str),
    head: (H, &str),
    give: &mut dyn FnMut(AccountDelta) -> Result<(), Diagnostics>,
) -> Result<Delta, Diagnostics>
where
    B: Iterator<Item = Result<Row, Diagnostics>>,
    H: Iterator<Item = Result<Row, Diagnostics>>,
{
    let (mut of_base, mut of_head) = (digest::Rows::default(), digest::Rows::default());
    each_account(base, head, &mut |before, after| {
        before.iter().for_each(|row| of_base.add(row));
        after.iter().for_each(|row| of_head.add(row));
        if before == after {
            return Ok(());
        }
        give(AccountDelta { delta: operations(before, after), inverse: operations(after, before) })
    })?;
    Ok(Delta { base: of_base.finish(), head: of_head.finish() })
}

/// From the rows of one account to other ones; both in order.
fn operations(before: &[Row], after: &[Row]) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut add = |kind, row: &Row| operations.push(Operation { kind, row: row.clone() });
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.by_key(new),
        };
        let old = if order.is_le() { old.next() } else { None };
        let new = if order.is_ge() { new.next() } else { None };
        match (old, new) {
            (Some(old), Some(new)) if old == new => {}
            (Some(old), Some(new)) if new.to() < old.to() && new.same_but_to(old) => add(Kind::EndDate, new),
            (Some(_), Some(new)) => add(Kind::Update, new),
            (Some(old), None) => add(Kind::Delete, old),
            (None, Some(new)) => add(Kind::Insert, new),
            (None, None) => break,
        }
    }
    // A stable sort: within a kind the order of the rows stays.
    operations.sort_by_key(|operation| operation.kind);
    operations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(coverage: &str, rep: &str, from: &str, to: &str) -> Row {
        Row::new(["A1", coverage, "", "T", rep, from, to, "p", ""])
    }

    fn shown(operations: &[Operation]) -> Vec<String> {
        let line = |o: &Operation| {
            format!("{} {} {} {}..{}", o.kind.word(), o.row.coverage(), o.row.rep(), o.row.from(), o.row.to())
        };
        operations.iter().map(line).collect()
    }

    #[test]
    fn rows_go_before_others_come() {
        let whole = [row("field", "ann", "2027-01-01", "2027-12-31"), row("inside", "cid", "2027-01-01", "2027-12-31")];
        let split = [
            row("field", "ann", "2027-01-01", "2027-06-30"),
            row("field", "bob", "2027-07-01", "2027-12-31"),
            row("inside", "dee", "2027-01-01", "2027-12-31"),
        ];
        assert_eq!(
            shown(&operations(&whole, &split)),
            [
                "end-date field ann 2027-01-01..2027-06-30",
                "update inside dee 2027-01-01..2027-12-31",
                "insert field bob 2027-07-01..2027-12-31",
            ]
        );
        assert_eq!(
            shown(&operations(&split, &whole)),
            [
                "delete field bob 2027-07-01..2027-12-31",
                "update field ann 2027-01-01..2027-12-31",
                "update inside cid 2027-01-01..2027-12-31",
            ]
        );
        assert!(operations(&whole, &whole).is_empty());
    }
}
