//! Which files a project may read.
//!
//! Invariant: no file outside the project folder is opened unless it lies in a folder that the manifest allows,
//! whatever `..`, absolute paths and symbolic links say.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::diagnostics::{Code, codes};

/// Why a path of the user's leads to no file that may be read.
#[derive(Debug)]
pub enum PathFault {
    /// `..` or an absolute path.
    Outside,
    /// A symbolic link that leads out.
    LinkOutside,
    Missing,
    NotAFile,
    Io(io::Error),
}

/// The file that a path within the project names, free of links. `allowed` are folders outside it, canonical.
pub(super) fn find(root: &Path, allowed: &[PathBuf], relative: &str) -> Result<PathBuf, PathFault> {
    let joined = root.join(relative);
    let stays = |path: &Path| path.starts_with(root) || allowed.iter().any(|folder| path.starts_with(folder));
    // By its words alone; what it really names decides.
    let written_inside = stays(&without_dots(&joined));
    let real = match joined.canonicalize() {
        Ok(real) if stays(&real) => real,
        Ok(_) if written_inside => return Err(PathFault::LinkOutside),
        Err(error) if written_inside => {
            return Err(match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => PathFault::Missing,
                _ => PathFault::Io(error),
            });
        }
        // Whether it exists is not told.
        _ => return Err(PathFault::Outside),
    };
    if real.is_file() { Ok(real) } else { Err(PathFault::NotAFile) }
}

/// Resolves `.` and `..` by the path alone.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

impl PathFault {
    pub fn code(&self) -> Code {
        match self {
            Self::Outside | Self::LinkOutside => codes::workspace::OUTSIDE_PROJECT,
            Self::Missing | Self::NotAFile => codes::workspace::MISSING_FILE,
            Self::Io(_) => codes::workspace::UNREADABLE_SOURCE,
        }
    }

    /// The rest of a message that begins with the path.
    pub fn why(&self) -> String {
        match self {
            Self::Outside => "lies outside the project folder".into(),
            Self::LinkOutside => "is a link that leads out of the project folder".into(),
            Self::Missing => "does not exist".into(),
            Self::NotAFile => "is not a file".into(),
            Self::Io(error) => format!("cannot be read: {error}"),
        }
    }
}
