//! `patch.json`: what a patch is for and what is in it.

use serde::{Deserialize, Serialize};

use super::operation::Kind;
use crate::diagnostics::{Diagnostic, codes};

/// Raised when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;
/// The name of the file.
pub const MANIFEST: &str = "patch.json";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub version: u32,
    /// What the delta applies to and the inverse gives.
    pub base: State,
    /// What the delta gives and the inverse applies to.
    pub head: State,
    pub delta: Counts,
    pub inverse: Counts,
    /// In the order in which they apply. The inverse of a batch undoes that batch alone.
    pub batches: Vec<Batch>,
}

/// A table of assignments: the number of its rows and the SHA-256 of their cells, each behind its length in four bytes,
/// sorted by account, coverage and first day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub rows: u64,
    pub sha256: String,
}

/// Operations by what they do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    pub delete: u64,
    pub end_date: u64,
    pub update: u64,
    pub insert: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// `0001-delta.csv`
    pub delta: String,
    /// `0001-inverse.csv`
    pub inverse: String,
    /// Operations; as many in either file.
    pub rows: u64,
}

impl Counts {
    pub fn add(&mut self, kind: Kind) {
        *match kind {
            Kind::Delete => &mut self.delete,
            Kind::EndDate => &mut self.end_date,
            Kind::Update => &mut self.update,
            Kind::Insert => &mut self.insert,
        } += 1;
    }

    pub fn total(self) -> u64 {
        self.delete + self.end_date + self.update + self.insert
    }
}

impl Manifest {
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        text.push('\n');
        text
    }

    /// `name` is for messages.
    pub fn from_json(text: &str, name: &str) -> Result<Self, Diagnostic> {
        let wrong = |why: String| {
            Diagnostic::error(codes::diff::BAD_PATCH, format!("`{name}` {why}"))
                .help("name a folder that `terrac diff … --patch` has written")
        };
        let value: serde_json::Value = serde_json::from_str(text).map_err(|e| wrong(format!("is not JSON: {e}")))?;
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => {
                return Err(wrong(format!("is of version {version}; this terrac reads version {VERSION}")));
            }
            None => return Err(wrong("names no version".to_owned())),
        }
        let manifest: Self =
            serde_json::from_value(value).map_err(|e| wrong(format!("is not what a diff writes: {e}")))?;
        let plain = |name: &String| !name.contains(['/', '\\']) && name.ends_with(".csv");
        if manifest.batches.iter().all(|batch| plain(&batch.delta) && plain(&batch.inverse)) {
            Ok(manifest)
        } else {
            Err(wrong("names files outside its folder".to_owned()))
        }
    }
}
