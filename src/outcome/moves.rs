//! What changes hands when a carve takes effect.
//!
//! Takes the units of a carve with their territories, gives what leaves its owner of today. Invariant: everything is told
//! by accounts, never by units, so that a unit with several owners moves only the part that the new owner did not have.

use super::rollup::Unit;
use super::settle::Carved;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moves {
    /// In the budget's quantity: what leaves an owner who has a seat in the carve, and all that such owners have.
    gone: f64,
    owned: f64,
    /// Accounts that leave an owner who has a seat.
    pub accounts: u64,
    /// Units that such accounts are in.
    pub units: u64,
    /// Accounts whose owner has no seat in the carve: they move in any case and spend no budget.
    pub ownerless: u64,
}

impl Moves {
    pub fn of<'c>(carve: &Carved<'_>, placed: impl Iterator<Item = (&'c Unit, usize)>) -> Self {
        let seated: std::collections::BTreeSet<usize> = carve.carving.seats.iter().filter_map(|s| s.rep).collect();
        let mut moves = Self::default();
        for (unit, territory) in placed {
            let rep = carve.carving.seats[carve.seats[territory]].rep;
            let mut leaves = false;
            for owned in &unit.owned {
                if !seated.contains(&(owned.rep as usize)) {
                    moves.ownerless += u64::from(owned.accounts);
                    continue;
                }
                let value = carve.carving.quantities.budget.of(f64::from(owned.accounts), &owned.measures);
                moves.owned += value;
                if rep != Some(owned.rep as usize) {
                    leaves = true;
                    moves.gone += value;
                    moves.accounts += u64::from(owned.accounts);
                }
            }
            moves.units += u64::from(leaves);
        }
        moves
    }

    /// The share of the budget's quantity that moves; `None` where nobody owns anything.
    pub fn share(&self) -> Option<f64> {
        (self.owned > 0.0).then(|| self.gone / self.owned)
    }
}
