//! Folders with files, made for one test.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// A folder with these files, by their names within it; it goes when it is dropped.
pub fn folder<N: AsRef<Path>, T: AsRef<[u8]>>(files: impl IntoIterator<Item = (N, T)>) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), files);
    folder
}

/// Writes files into a folder, and the folders that they lie in.
pub fn write<N: AsRef<Path>, T: AsRef<[u8]>>(folder: &Path, files: impl IntoIterator<Item = (N, T)>) {
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(parent).and_then(|()| fs::write(&path, text)).expect("it is written");
    }
}
