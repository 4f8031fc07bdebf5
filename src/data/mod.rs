//! Tables of the project as typed columns.

mod batch;
mod cell;
mod column;
mod csv;
mod faults;
mod fields;
mod files;
mod intern;
mod json_lines;
mod parquet;
mod pipeline;
mod reader;

pub use batch::{Batch, Values};
pub use fields::{FieldKind, Fields, field_names, read_fields};
pub use files::{DataFile, Packing};
