//! Shipped plans in folders of their own.

use std::fs;
use std::path::{Path, PathBuf};

/// Where a shipped plan lies; nothing stands for all of them.
pub fn shipped(plan: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("plans").join(plan)
}

/// Copies a shipped plan but for what compiles left and for files and folders of these names or endings.
pub fn copy(plan: &str, to: &Path, without: &[&str]) {
    fn all(from: &Path, to: &Path, left: &dyn Fn(&str) -> bool) {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            let (path, name) = (entry.path(), entry.file_name());
            match name.to_string_lossy() {
                name if left(&name) => {}
                _ if path.is_dir() => all(&path, &to.join(&name), left),
                _ => drop(fs::copy(&path, to.join(&name)).expect("a copy")),
            }
        }
    }
    all(&shipped(plan), to, &|name| name == "out" || without.iter().any(|left| name.ends_with(left)));
}
