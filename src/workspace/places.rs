//! Where a project's data is read from when not from the project folder itself.
//!
//! A revision of the past holds texts and perhaps some data; the rest lies in the work tree. And the command line may
//! say that other data stands for the project's. Invariant: only what the command line names, and the project folder of
//! the work tree, is added to what may be read; what a manifest or plan says opens nothing further.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::within::{self, PathFault};

#[derive(Debug, Clone, Default)]
pub struct DataPlaces {
    /// A folder laid out like the project, canonical: what it has goes before everything else.
    pub(super) instead: Option<PathBuf>,
    /// The file that stands for all of the accounts table, canonical.
    pub(super) accounts: Option<PathBuf>,
    /// The project folder of the work tree, canonical: what the revision lacks is read there.
    pub(super) origin: Option<PathBuf>,
    /// What git knows of it, from the project folder: a glob takes these from the revision alone, if it has any.
    pub(super) tracked: BTreeSet<String>,
    /// The project folder as the user knows it.
    pub(super) shown: Option<String>,
}

impl DataPlaces {
    /// The folders in which a glob of the manifest is looked up, the first that has something before the others.
    pub fn folders<'f>(&'f self, root: &'f Path) -> Vec<&'f Path> {
        self.instead
            .iter()
            .map(PathBuf::as_path)
            .chain([root])
            .chain(self.origin.iter().map(PathBuf::as_path))
            .collect()
    }

    /// Whether a file that a glob finds in one of the folders is meant, when `first` is the folder that had some before.
    pub fn takes(&self, folder: &Path, name: &str, first: Option<&Path>) -> bool {
        let of_work_tree = || self.origin.as_deref() == Some(folder) && !self.tracked.contains(name);
        first.is_none_or(|first| Some(first) != self.instead.as_deref() && of_work_tree())
    }

    /// Whether this is no path of the manifest's but a file of the command line's.
    pub fn is_given(&self, path: &str) -> bool {
        self.accounts.as_deref().is_some_and(|given| given == Path::new(path))
    }

    /// The file that a path of the project names.
    pub(super) fn find(&self, root: &Path, allowed: &[PathBuf], relative: &str) -> Result<PathBuf, PathFault> {
        if let Some(given) = self.accounts.as_ref().filter(|_| self.is_given(relative)) {
            return if given.is_file() { Ok(given.clone()) } else { Err(PathFault::Missing) };
        }
        if let Some(folder) = &self.instead
            && let Ok(path) = within::find(folder, &[], relative)
        {
            return Ok(path);
        }
        match (within::find(root, allowed, relative), &self.origin) {
            (Ok(path), _) => Ok(path),
            (Err(_), Some(origin)) => within::find(origin, allowed, relative),
            (Err(fault), None) => Err(fault),
        }
    }
}
