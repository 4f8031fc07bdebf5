//! Tables of the project as typed columns.
//!
//! Takes the manifest and the files that it names, gives the accounts as a stream of [`Batch`]es with the wanted
//! columns only, and the small tables whole. Layers, from the bytes up: `files` unpacks, `csv`, `json_lines` and
//! `parquet` decode, `reader` makes them one stream, `scan` runs it on several threads and reports, `table` makes the
//! manifest's columns of it with the help of `places` and `join`. Invariant: nothing that is handed on depends on
//! threads, on the order of joined rows or on where blocks are cut. Deliberately absent: what the columns are for.

mod assemble;
mod batch;
mod cell;
mod column;
mod csv;
mod exact;
mod faults;
mod fields;
mod files;
mod fingerprint;
mod header;
mod intern;
mod join;
mod json_lines;
mod keys;
mod locate;
mod parquet;
mod pipeline;
mod places;
mod raw;
mod reader;
mod scan;
mod shapes;
mod small;
mod table;
#[cfg(test)]
mod tests;

pub use batch::{Batch, Values, concatenate};
pub use exact::ExactSum;
pub use fields::{FieldKind, Fields, field_names, read_fields};
pub use files::{DataFile, Packing};
pub use fingerprint::{Fingerprint, fingerprints};
pub use intern::Interner;
pub use join::JoinReport;
pub use keys::KeyCheck;
pub use locate::{all_data_files, data_files};
pub use places::{Places, read_places};
pub use raw::{RawBatch, RawColumn, RawTable};
pub use shapes::read_shapes;
pub use small::{read_adjacency, read_reps};
pub use table::{Options, Scanned, Table, open_accounts};
