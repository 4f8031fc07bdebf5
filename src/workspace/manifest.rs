//! The manifest `terrac.toml` once read: which files hold what, and the schemas of their tables.

use super::schema::{ColumnId, Schema};
use crate::diagnostics::{FileId, Span};

/// A path list of one table, as the manifest writes it: files or globs relative to the project folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Files {
    pub patterns: Vec<String>,
    /// `None`: by the file names' endings.
    pub format: Option<FileFormat>,
    /// CSV only; `None`: a comma.
    pub delimiter: Option<u8>,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileFormat {
    Csv,
    Parquet,
    JsonLines,
}

/// The accounts of the project.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountsTable {
    pub files: Files,
    /// Own columns, then those of places and joins: everything that a plan can name.
    pub schema: Schema,
    pub key: ColumnId,
    /// What people call the account.
    pub name: Option<ColumnId>,
    /// The point column that carves and `within` default to.
    pub position: Option<ColumnId>,
    pub family: Option<ColumnId>,
    /// The rep who owns the account today.
    pub incumbent: Option<ColumnId>,
}

/// The reps: one row each.
#[derive(Debug, Clone, PartialEq)]
pub struct RepsTable {
    pub files: Files,
    pub schema: Schema,
    pub key: ColumnId,
    pub name: Option<ColumnId>,
    pub position: Option<ColumnId>,
    /// Number, 1 when absent.
    pub capacity: Option<ColumnId>,
    /// Percent of the capacity that is there in the plan's term, 100 % when absent.
    pub ramp: Option<ColumnId>,
    /// First and last day.
    pub start: Option<ColumnId>,
    pub end: Option<ColumnId>,
    /// The key of another rep.
    pub manager: Option<ColumnId>,
    /// The territory that the rep runs today, by name: survivors keep it.
    pub territory: Option<ColumnId>,
}

/// Who owns which account today, one row an account.
#[derive(Debug, Clone, PartialEq)]
pub struct IncumbentsTable {
    pub files: Files,
    pub account: String,
    pub rep: String,
}

/// Where a code lies: ZIP centroids, say.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacesTable {
    pub files: Files,
    pub key: String,
    pub lat: String,
    pub lon: String,
}

/// Which units touch.
#[derive(Debug, Clone, PartialEq)]
pub struct AdjacencyTable {
    pub files: Files,
    pub from: String,
    pub to: String,
}

/// A further table whose columns read like the accounts' own.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinTable {
    /// As in `[join.NAME]`.
    pub name: String,
    pub files: Files,
    /// The joined table's field that holds the account's key.
    pub key: String,
    pub unmatched: OnMismatch,
    pub duplicates: OnMismatch,
    pub span: Span,
}

/// What happens when keys do not meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnMismatch {
    /// Count and show.
    #[default]
    Warn,
    /// Fail the build.
    Fail,
    /// Count only.
    Ignore,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    pub file: FileId,
    pub project: String,
    /// Relative to the project folder.
    pub plan: String,
    pub plan_span: Span,
    pub accounts: AccountsTable,
    pub reps: Option<RepsTable>,
    pub incumbents: Option<IncumbentsTable>,
    pub places: Option<PlacesTable>,
    pub adjacency: Option<AdjacencyTable>,
    pub joins: Vec<JoinTable>,
    /// Folders outside the project that data files may be read from, as the manifest allows them.
    pub allow_outside: Vec<String>,
}
