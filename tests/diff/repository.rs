//! A git repository made for the purpose, and the binary.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::copied::copy;
use crate::git::git;
use crate::program::terrac;

/// A copy of a shipped plan in a repository of its own, with one commit on `main`.
pub struct Repository {
    pub folder: TempDir,
}

impl Repository {
    pub fn of_plan(name: &str) -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a folder") };
        copy(name, repository.path(), &[]);
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.commit("Plan the year");
        repository
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).expect("the file is there")
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path().join(file), text).expect("the file is written");
    }

    /// Puts one text for another, which must stand in the file just once.
    pub fn replace(&self, file: &str, old: &str, new: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {file}");
        self.write(file, &text.replace(old, new));
    }

    /// Changes the lines of a file.
    pub fn lines(&self, file: &str, mut change: impl FnMut(usize, &str) -> Option<String>) {
        let text = self.read(file);
        let lines = text.lines().enumerate().filter_map(|(n, line)| change(n, line));
        self.write(file, &lines.map(|line| line + "\n").collect::<String>());
    }

    pub fn terrac(&self, arguments: &[&str]) -> Output {
        terrac(self.path()).args(arguments).output().expect("terrac runs")
    }

    /// The diff of the work tree against a revision, as JSON.
    pub fn diff(&self, revision: &str) -> Value {
        let output = self.terrac(&["diff", revision, "--format", "json", "--quiet"]);
        let text = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    }

    /// Compiles into a folder outside of the repository and gives the territory and rep of every account on the
    /// first day, or on the last.
    pub fn placed(&self, out: &Path, last: bool) -> BTreeMap<String, (String, String)> {
        let out_name = out.to_str().expect("a plain path");
        let output = self.terrac(&["compile", "--quiet", "--out", out_name]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(out.join("assignments.csv").exists(), "{said}");
        let text = fs::read_to_string(out.join("assignments.csv")).expect("the assignments");
        let mut placed = BTreeMap::new();
        // Keys, territories and reps need no quotes; the rows of an account are in the order of days.
        for cells in text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()) {
            let place = (cells[3].to_owned(), cells[4].to_owned());
            match placed.entry(cells[0].to_owned()) {
                Entry::Occupied(mut known) if last => drop(known.insert(place)),
                Entry::Occupied(_) => {}
                Entry::Vacant(free) => drop(free.insert(place)),
            }
        }
        placed
    }
}
