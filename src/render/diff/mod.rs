//! A diff in every form: for people, for pull requests, as data.
//!
//! Takes a [`Diff`](crate::diff::Diff), gives text or bytes; one file a form. [`View`] narrows a diff down and [`redacted`] takes the people
//! out of it, both before any form sees it, so that no form can show what another hides. Invariant: texts of the user's
//! data act nowhere, neither on a terminal nor as markup, links, mentions or formulas. Causes and budgets are deliberately
//! not worked out here.

pub mod csv;
mod escape;
pub mod geojson;
pub mod human;
pub mod json;
pub mod letters;
pub mod markdown;
mod parquet;
mod redact;
pub mod story;
mod tally;
mod veil;
mod view;
mod words;

pub use parquet::parquet;
pub use redact::{redacted, redacted_account};
pub use veil::Veil;
pub use view::{Only, View};
pub use words::is_empty;
