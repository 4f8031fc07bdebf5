//! The territory solver: a library of its own within the crate.
//!
//! Takes a [`Problem`] (units, seats, weights, cost, limits), gives a [`Solution`] (unit → territory, loads, bound).
//! Invariant: the same problem gives the same solution on every machine and thread count. Plans, accounts, files and
//! clocks are deliberately absent.

pub mod adjacency;
mod around;
mod assess;
mod bound;
pub mod conflict;
pub mod contiguity;
mod corridor;
mod dead_ends;
mod exact;
mod exhaust;
pub mod free;
pub mod frontier;
mod least;
mod problem;
mod progress;
mod relax;
mod round;
pub mod search;
mod solution;
mod solve;
pub mod space;
#[cfg(test)]
mod tests;
pub mod transport;
mod validate;

pub use assess::assess;
pub use problem::{
    Adjacency, Centres, Effort, Limits, Mix, MoveBudget, Owned, Point, Power, Problem, Seats, Space, Travel, Units,
    Weight,
};
pub use progress::{Control, Phase, Progress, Pulse, Silent};
pub use solution::{Bound, BoundCovers, Broken, Promise, Solution};
pub use solve::{Failure, solve};
pub use validate::{Fault, validate};
