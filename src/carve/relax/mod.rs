//! Prices for limits: the Lagrangian dual of an assignment, and its ascent.
//!
//! Takes items, the seats worth a look for each, and limits on what every seat may carry; gives a price per seat and
//! limit. Invariant: the exact value of [`Dual`] at any prices is a lower bound over the pairs it was given. Whole
//! assignments are deliberately absent.

mod ascent;
mod dual;

pub(super) use ascent::{Heat, ascend, margin, spread};
pub(super) use dual::{Dual, Moves};
