//! The manifest `terrac.toml` once read: which files hold what, and the schemas of their tables.
//!
//! Every key that the manifest may have (whatever else it says is an error):
//!
//! ```toml
//! [project]
//! name = "northwind"              # carried by every output
//! plan = "plan.terr"              # may be left out where the folder holds one `.terr` file
//! allow = ["../warehouse"]        # folders outside the project that data may be read from
//!
//! [accounts]
//! files = ["data/accounts-*.csv", "data/late.parquet"]   # one file, or a list of files and globs: one table
//! key = "account_id"              # the column that identifies an account; no cell of it may be missing
//! name = "name"                   # roles: each defaults to the column of its own name,
//! position = "location"           # the position to the only point column
//! family = "family"
//! incumbent = "owner"
//!
//! [accounts.columns]              # what plans can name; other fields of the files are never read
//! account_id = "id"               # short form: the type
//! name       = "text"
//! family     = "id"
//! owner      = "id"
//! naics      = { type = "code", from = "NAICS Code" }              # `from`: the field's name in the file
//! zip        = "code"
//! employees  = { type = "int", required = true }                   # an empty cell is an error
//! revenue    = { type = "money", unit = "thousands", default = 0 } # an empty cell is nought
//! margin     = { type = "percent", unit = "percent" }              # `60`, not `0.6`; `60%` is read either way
//! salary     = { type = "money", sensitive = true }                # shown in no output
//! founded    = "date"                                              # `2027-02-01`; a time behind it is ignored
//! customer   = "bool"                                              # true/false, yes/no, 1/0
//! visit      = { type = "hours", unit = "minutes" }
//! drive      = { type = "distance", unit = "mi" }
//! location   = { type = "point", lat = "latitude", lon = "longitude" }
//! centre     = { type = "point", place = "zip" }                   # the column `zip`, looked up in `[places]`
//!
//! [reps]                          # one row each
//! files = "data/reps.csv"
//! key = "rep_id"                  # roles: name, position, capacity, ramp, start, end, manager, territory
//!
//! [reps.columns]
//! rep_id   = "id"
//! capacity = "number"             # 1 where there is no such column
//! ramp     = "percent"            # part of the capacity that is there in the plan's term
//! start    = "date"               # first and last day
//! end      = "date"
//! home     = { type = "point", lat = "lat", lon = "lon" }
//!
//! [incumbents]                    # who owns what today, where the accounts' table does not say;
//! files = "data/owners.csv"       # gives the accounts a column `incumbent`
//! account = "account_id"
//! rep = "rep_id"
//!
//! [places]                        # where a code lies
//! files = "data/zips.csv"
//! key = "zip"
//! lat = "lat"
//! lon = "lon"
//!
//! [adjacency]                     # which units touch
//! files = "data/zip_edges.tsv"
//! from = "a"
//! to = "b"
//!
//! [join.erp]                      # a further table; its columns read like the accounts' own
//! files = "data/erp.csv.gz"
//! key = "customer"                # its field with the account's key
//! unmatched = "warn"              # rows of accounts that do not exist: warn (as by default), fail, ignore
//! duplicates = "fail"             # a second row of an account where a column takes one: fail (by default), warn, ignore
//!
//! [join.erp.columns]
//! actuals = { type = "money", from = "amount", aggregate = "sum", default = 0 }
//! orders  = { type = "int", aggregate = "count" }                  # rows; with `from`, rows where it is not empty
//! largest = { type = "money", from = "amount", aggregate = "max" }
//! stage   = { type = "text", aggregate = { latest = "booked_on" } } # of the row with the latest date
//! segment = "text"                                                 # without aggregate: one row an account
//!
//! [lints]                         # of findings that are no errors: allow, warn or deny
//! unknown-state = "deny"
//! many-exceptions = { level = "warn", limit = "5%" }
//! ```
//!
//! **Files.** `.csv` (commas), `.tsv` (tabs), `.parquet`, `.jsonl` or `.ndjson`; the text ones also as `.gz` or `.zst`.
//! Another name needs `format = "csv"`, another character between the fields `delimiter = ";"`, both beside `files`.
//! Paths begin at the project folder and stay in it, links included, unless `allow` names the folder. Text is UTF-8,
//! with or without a byte order mark, its lines end in LF or CRLF; an empty cell is missing.
//!
//! **Units.** `percent`: `fraction` (the default), `percent`; `hours`: `hours`, `minutes`, `days`; `distance`: `km`,
//! `mi`, `m`; `money`: `currency`, `thousands`, `millions`. A `default` is written in the same unit as the cells.

use super::lints::Lints;
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
    pub allow_span: Span,
    pub lints: Lints,
}
