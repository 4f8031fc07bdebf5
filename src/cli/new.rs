//! `terrac new DIR`: a commented project that compiles.

use std::io;
use std::path::{Path, PathBuf};

use super::Exit;
use super::terminal::Terminal;
use crate::sample::starter;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The project's folder; it must be empty or not there yet
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Write into a folder that is not empty; files that would be replaced still stop it
    #[arg(long)]
    force: bool,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let folder = arguments.folder.display();
    match create(&arguments.folder, arguments.force) {
        Ok(None) => {
            terminal.say(&format!("made a project in {folder}; next: terrac compile {folder}"));
            Exit::Clean
        }
        Ok(Some(refusal)) => {
            terminal.insist(&format!("error: {refusal}"));
            Exit::CouldNotRun
        }
        Err(error) => {
            terminal.insist(&format!("error: cannot make a project in `{folder}`: {error}"));
            Exit::CouldNotRun
        }
    }
}

/// Writes the starter, or says why not.
fn create(folder: &Path, force: bool) -> io::Result<Option<String>> {
    let files = starter::files(&name(folder)?)?;
    if folder.exists() {
        if !folder.is_dir() {
            return Ok(Some(format!("`{}` is not a folder", folder.display())));
        }
        if !force && folder.read_dir()?.next().is_some() {
            let path = folder.display();
            return Ok(Some(format!(
                "`{path}` is not empty; choose another folder, or add the project to it with --force"
            )));
        }
        if let Some((taken, _)) = files.iter().find(|(path, _)| folder.join(path).exists()) {
            return Ok(Some(format!("`{}` exists already, and is left as it is", folder.join(taken).display())));
        }
    }
    for (path, bytes) in &files {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, bytes)?;
    }
    Ok(None)
}

/// The folder's own name, `.` and the like resolved.
fn name(folder: &Path) -> io::Result<String> {
    let whole = std::path::absolute(folder)?;
    let whole = whole.canonicalize().unwrap_or(whole);
    Ok(whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_made_once_and_nothing_is_overwritten() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("deep").join("north-wind");
        assert_eq!(create(&folder, false).unwrap(), None);
        let manifest = std::fs::read_to_string(folder.join("terrac.toml")).unwrap();
        assert!(manifest.contains("name = \"north-wind\""));
        assert!(folder.join("data/accounts.csv").is_file() && folder.join(".gitignore").is_file());

        std::fs::write(folder.join("plan.terr"), "mine").unwrap();
        assert!(create(&folder, false).unwrap().unwrap().contains("is not empty"));
        assert!(create(&folder, true).unwrap().unwrap().contains("exists already"));
        assert_eq!(std::fs::read_to_string(folder.join("plan.terr")).unwrap(), "mine");

        let other = temporary.path().join("other");
        std::fs::create_dir(&other).unwrap();
        std::fs::write(other.join("notes.txt"), "").unwrap();
        assert!(create(&other, false).unwrap().is_some());
        assert_eq!(create(&other, true).unwrap(), None);
    }

    #[test]
    fn a_file_is_no_folder() {
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(create(&file, true).unwrap().unwrap().contains("is not a folder"));
    }
}
