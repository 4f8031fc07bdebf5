//! From a path, or a revision in git, to everything that was written: the manifest and the plan's sources.
//!
//! Takes a path to a project folder (or to its `terrac.toml`), gives a [`Workspace`]. Invariant: nothing outside the
//! project folder is read unless the manifest allows it or the command line names it. Account data is deliberately absent; `data` reads it.

mod columns;
pub mod lints;
pub mod manifest;
mod open;
mod places;
mod revision;
pub mod schema;
mod section;
mod side;
mod tables;
mod within;

pub use open::{MANIFEST, open, open_placed};
pub use places::DataPlaces;
pub use side::{OpenedSide, SideKind, SideSpec, kind_of, open_side};
pub use within::PathFault;

use std::path::PathBuf;

use crate::diagnostics::{FileId, Sources};

/// A project as it was found.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Canonical path of the project folder.
    pub root: PathBuf,
    /// The manifest, the plan and every file that it uses.
    pub sources: Sources,
    pub manifest: manifest::Manifest,
    /// Where data lies that is not in the project folder.
    pub data: DataPlaces,
    /// The plan file and what it uses, in the order of first use; the plan comes first.
    pub plan_files: Vec<FileId>,
}
