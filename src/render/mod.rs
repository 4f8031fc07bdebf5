//! Values to bytes, one file a format.
//!
//! Takes outcomes and diagnostics, gives text; nothing is computed here that another format would have to compute
//! again, and nothing is printed or written: `cli` does that. Every cell and message is escaped for the form it goes
//! to.

pub mod assignments;
pub mod cell;
pub mod changes;
pub mod comparison;
pub mod concise;
pub mod diff;
pub mod findings;
pub mod github;
pub mod graph;
mod grid;
pub mod human;
pub mod junit;
pub mod outcome_json;
pub mod owners;
pub mod patch;
pub mod sarif;
pub mod story;
pub mod table;
pub mod territories;
pub mod tests;
pub mod withheld;
