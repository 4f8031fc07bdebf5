//! What the plan says of each account: its leaf in every coverage, the exceptions that it meets, its weights.
//!
//! Takes a [`Plan`](crate::plan::Plan) once ([`Program::compile`]), then batches of accounts, from several threads if
//! need be; gives [`Classified`] and [`Weighed`], and [`Findings`] about accounts that the plan cannot place. A
//! plan's questions are sorted by what they ask, not by who asks: every column (and every computed number, circle or
//! shape) becomes a *field* with few *classes*, found once a row through cut points, dictionaries and pattern tables;
//! rules are sets of classes, 64 of them decided at a time (`decision`). Invariant: what is said of a row depends on
//! that row alone, so neither the order of rows nor batches nor threads show. Owners, days and carves are
//! deliberately absent: `outcome` settles them from the statements found here.
//!
//! Dimensions are held to their word for every account that is not excluded everywhere, whether or not a split asks
//! them; splits only for the accounts that reach them and that no exception has settled.

mod account;
mod arithmetic;
mod circle;
mod class_set;
mod compiler;
mod condition;
mod cuts;
mod decision;
mod exceptions;
mod field;
mod filter;
mod findings;
mod linear;
mod program;
mod questions;
mod quick_hash;
mod reference;
mod rows;
#[cfg(test)]
pub(crate) mod samples;
mod shape;
mod survey;
#[cfg(test)]
mod tests;
mod text_table;
mod tree;
mod value;
mod view;
mod weights;

pub use account::{Account, written};
pub use circle::{EARTH_KM, bearing, destination, distance_km, within_km};
pub use exceptions::{Excepted, Statement};
pub use filter::Filter;
pub use findings::Findings;
pub use linear::Term;
pub use program::{Classified, Needed, Program};
pub use questions::Questions;
pub use reference::{Reference, Stray};
pub use shape::PreparedShape;
pub use tree::NO_LEAF;
pub use weights::{Totals, Weighed};
