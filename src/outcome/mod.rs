//! Classified accounts and alignments to assignments, territories and metrics.
//!
//! Takes classified batches ([`ledger`], [`rollup`]), the reps ([`roster`]) and the solved territories ([`alignment`],
//! [`carving`]); gives what every account's rows say ([`standing`]) and the result without its rows ([`summary`]).
//! Beside it stand what the plan expects ([`expect`]), why one account is where it is ([`story`], from [`decisions`]) and
//! what goes down each arm ([`graph`]). Invariant: everything is added up exactly and ordered by key, so that the order of rows and the number of threads
//! show nowhere. Reading and writing files is deliberately absent.

pub mod alignment;
pub mod bins;
pub mod carving;
mod coverage;
pub mod decisions;
pub mod expect;
pub mod graph;
pub mod ledger;
pub mod measures;
mod moves;
pub mod place;
pub mod recorder;
mod returns;
pub mod rollup;
pub mod roster;
pub mod settle;
pub mod sheet;
pub mod standing;
pub mod story;
pub mod sum;
pub mod summary;
pub mod tenure;
