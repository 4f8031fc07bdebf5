//! Local search over assignments: cheaper, within every limit, in one piece.
//!
//! Takes a [`Ground`] and an assignment, gives a better assignment. Invariant: once no limit is broken none is broken
//! again, and a contiguous assignment stays contiguous. Making the first assignment and moving free centres across the
//! map are deliberately absent.

mod anneal;
mod apart;
mod chain;
mod gather;
mod ground;
mod harden;
mod measure;
mod mend;
mod shift;
mod state;

pub use anneal::Schedule;
pub use apart::separate;
pub use chain::Reach;
pub use ground::{Ground, ROUNDING, groups};
pub use measure::{Mass, Measure, NOWHERE, straight_squared};
pub use shift::Dirty;
pub use state::{Pressure, State};
