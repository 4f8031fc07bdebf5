//! Two streams of assignments, account by account.

use super::read::Ordered;
use super::row::Row;
use crate::diagnostics::Diagnostics;

/// Hands the rows of every account on both sides to `give`, those of one side perhaps none, by account.
pub(in crate::diff) fn each_account<B, H>(
    base: (B, &str),
    head: (H, &str),
    give: &mut dyn FnMut(&[Row], &[Row]) -> Result<(), Diagnostics>,
) -> Result<(), Diagnostics>
where
    B: Iterator<Item = Result<Row, Diagnostics>>,
    H: Iterator<Item = Result<Row, Diagnostics>>,
{
    let (mut base, mut head) = (Ordered::new(base.0, base.1)?, Ordered::new(head.0, head.1)?);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    while let Some(next) = base.peek().into_iter().chain(head.peek()).min_by(|b, h| b.account().cmp(h.account())) {
        let account = next.account().to_owned();
        base.take_account(&account, &mut before)?;
        head.take_account(&account, &mut after)?;
        give(&before, &after)?;
    }
    Ok(())
}
