//! One of two things to compare: from what the user wrote to a folder with a project.
//!
//! Takes an argument of `terrac diff`, gives a path to load and where its data lies ([`open_side`]). Invariant: a side
//! that needs a folder of its own removes it when it is dropped. Deliberately absent: tables and results of earlier
//! compiles, which are only told apart here.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::revision::{self, Wanted};
use super::{DataPlaces, MANIFEST};
use crate::diagnostics::codes::workspace as codes;
use crate::diagnostics::{Diagnostic, Diagnostics};

/// What an argument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideKind {
    /// A file of rows.
    Table,
    /// A folder that an earlier compile wrote.
    Out,
    /// A folder with a manifest, or the manifest itself.
    Project,
    /// A commit of the project's repository.
    Revision,
}

/// Endings of table files, packed or not.
const TABLES: &[&str] = &["csv", "tsv", "tab", "parquet", "pq", "jsonl", "ndjson"];

/// What is on disk goes first: a folder with `outcome.json` and no manifest was written by a compile, any other folder
/// is meant as a project (as is a manifest by its own name), any other file is a table. What is not on disk is a table if it
/// ends like one (and then missing), and a revision otherwise. A branch that is called like a folder can be named
/// `heads/NAME`, a folder that is called like a branch and is not there `./NAME`.
pub fn kind_of(argument: &str) -> SideKind {
    let path = Path::new(argument);
    if path.is_dir() {
        let written = path.join("outcome.json").is_file() && !path.join(MANIFEST).is_file();
        return if written { SideKind::Out } else { SideKind::Project };
    }
    if path.file_name().is_some_and(|name| name == MANIFEST) {
        return SideKind::Project;
    }
    if path.is_file() || ends_like_a_table(argument) {
        return SideKind::Table;
    }
    if argument.starts_with("./") || argument.starts_with("../") || path.is_absolute() {
        return SideKind::Project;
    }
    SideKind::Revision
}

fn ends_like_a_table(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let stem = [".gz", ".zst", ".zstd"].iter().find_map(|packed| lower.strip_suffix(packed)).unwrap_or(&lower);
    stem.rsplit_once('.').is_some_and(|(_, ending)| TABLES.contains(&ending))
}

/// What is asked for of a side.
#[derive(Debug, Clone, Copy)]
pub struct SideSpec<'a> {
    /// As the user wrote it.
    pub argument: &'a str,
    /// The project folder in the work tree, in which revisions are looked up and which lends them data: the other side's
    /// folder, or `.`.
    pub project: &'a Path,
    /// For a base that is a revision: take the commit at which it parted from this revision (`HEAD` where the other side
    /// is the work tree). `None`: the revision itself.
    pub parted_from: Option<&'a str>,
    /// `--base-data` or `--head-data`: a folder laid out like the project that stands for it for all data that it has,
    /// or a file that stands for the accounts table.
    pub data: Option<&'a Path>,
}

/// A side that can be loaded: `compile::load_side`.
#[derive(Debug)]
pub struct OpenedSide {
    /// What to load; it is there as long as this value is.
    pub path: PathBuf,
    /// As the user named it.
    pub name: String,
    /// The commit that it stands for; absent for a folder.
    pub commit: Option<String>,
    /// What a reader must know: data that is the same on both sides, a folder that was called otherwise.
    pub notes: Vec<String>,
    /// Where its data lies.
    pub data: DataPlaces,
    _folder: Option<TempDir>,
}

/// Opens a project folder or a revision; results of earlier compiles and tables are given as they are.
pub fn open_side(spec: &SideSpec<'_>) -> Result<OpenedSide, Diagnostics> {
    let one = |why: Diagnostic| std::iter::once(why).collect::<Diagnostics>();
    let name = spec.argument.to_owned();
    let (data, told) = match spec.data {
        Some(given) => given_data(given).map_err(one)?,
        None => (DataPlaces::default(), None),
    };
    let mut side = match kind_of(spec.argument) {
        SideKind::Revision => {
            let project = if spec.project.file_name().is_some_and(|name| name == MANIFEST) {
                spec.project.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
            } else {
                spec.project
            };
            let wanted = Wanted { project, revision: spec.argument, parted_from: spec.parted_from };
            let taken = revision::take(&wanted, data).map_err(one)?;
            OpenedSide {
                path: taken.folder.path().to_owned(),
                name,
                commit: Some(taken.commit),
                notes: taken.notes,
                data: taken.data,
                _folder: Some(taken.folder),
            }
        }
        SideKind::Table | SideKind::Out | SideKind::Project => OpenedSide {
            path: PathBuf::from(spec.argument),
            name,
            commit: None,
            notes: Vec::new(),
            data,
            _folder: None,
        },
    };
    side.notes.extend(told.map(|told| format!("`{}` {told}", side.name)));
    Ok(side)
}

/// Data that the command line names, and what a reader must know of it.
fn given_data(given: &Path) -> Result<(DataPlaces, Option<String>), Diagnostic> {
    let shown = given.display();
    let real = given
        .canonicalize()
        .map_err(|_| Diagnostic::error(codes::MISSING_FILE, format!("`{shown}` does not exist")))?;
    Ok(if real.is_dir() {
        let told = format!("reads its data from `{shown}`, and what is not there from the project");
        (DataPlaces { instead: Some(real), ..DataPlaces::default() }, Some(told))
    } else {
        let told = format!("reads its accounts from `{shown}`");
        (DataPlaces { accounts: Some(real), ..DataPlaces::default() }, Some(told))
    })
}
