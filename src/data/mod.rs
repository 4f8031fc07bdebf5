//! Tables of the project as typed columns.

mod batch;

pub use batch::{Batch, Values};
