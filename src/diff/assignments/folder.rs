//! The `out/` folder of an earlier compile.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::read::Assignments;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::outcome::summary::VERSION;

/// A folder with `outcome.json` and the assignments beside it.
#[derive(Debug)]
pub struct OutFolder {
    pub name: String,
    pub project: String,
    pub plan: String,
    pub title: Option<String>,
    /// First and last day, as `2027-02-01`.
    pub term: (String, String),
    pub accounts: u64,
    pub assignments: Assignments,
    pub territories: PathBuf,
}

/// The part of `outcome.json` that tells what the folder is.
#[derive(Debug, Deserialize)]
struct Head {
    project: String,
    plan: String,
    title: Option<String>,
    term: (String, String),
    accounts: u64,
}

impl OutFolder {
    /// Whether a path is such a folder.
    pub fn is(path: &Path) -> bool {
        path.is_dir() && path.join("outcome.json").is_file()
    }

    pub fn open(path: &Path, name: &str) -> Result<Self, Diagnostics> {
        let head = read_head(path, name).map_err(|wrong| -> Diagnostics { std::iter::once(wrong).collect() })?;
        let file = ["assignments.csv", "assignments.parquet"].into_iter().find(|file| path.join(file).is_file());
        let Some(file) = file else {
            let message = format!("`{name}` has no assignments beside its `outcome.json`");
            let wrong = Diagnostic::error(codes::diff::BAD_OUT_FOLDER, message).help("compile the plan again");
            return Err(std::iter::once(wrong).collect());
        };
        let shown = format!("{}/{file}", name.trim_end_matches('/'));
        Ok(Self {
            name: name.to_owned(),
            project: head.project,
            plan: head.plan,
            title: head.title,
            term: head.term,
            accounts: head.accounts,
            assignments: Assignments::open(&path.join(file), &shown)?,
            territories: path.join("territories.csv"),
        })
    }
}

fn read_head(path: &Path, name: &str) -> Result<Head, Diagnostic> {
    let wrong = |why: String| {
        Diagnostic::error(codes::diff::BAD_OUT_FOLDER, format!("`{name}/outcome.json` {why}"))
            .help("name a folder that `terrac compile` has written")
    };
    let text = std::fs::read_to_string(path.join("outcome.json")).map_err(|e| wrong(format!("cannot be read: {e}")))?;
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|e| wrong(format!("is not JSON: {e}")))?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => {
            return Err(wrong(format!("is of version {version}; this terrac reads version {VERSION}"))
                .help("compile the plan again with this terrac"));
        }
        None => return Err(wrong("names no version".to_owned())),
    }
    serde_json::from_value(value).map_err(|e| wrong(format!("is not what a compile writes: {e}")))
}
