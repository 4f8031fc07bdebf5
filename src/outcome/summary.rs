//! The result of a compile without its rows: what is shown, written as JSON and compared later.

use chrono::NaiveDate;
use serde::Serialize;

/// Raised when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    pub version: u32,
    pub project: String,
    pub plan: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// First and last day of the term.
    #[serde(serialize_with = "days")]
    pub term: (NaiveDate, NaiveDate),
    pub fingerprint: Fingerprint,
    pub accounts: u64,
    pub weights: Vec<WeightTotal>,
    pub coverages: Vec<CoverageOutcome>,
    pub carves: Vec<CarveOutcome>,
    pub exceptions: Exceptions,
    /// In the order of the plan.
    pub expectations: Vec<ExpectationOutcome>,
}

/// SHA-256 of what went in, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fingerprint {
    /// The plan file and everything that it uses.
    pub plan: String,
    pub manifest: String,
    /// All data files, in the order of their names.
    pub data: String,
    /// The alignment that the territories follow; empty for a plan without carves.
    pub alignment: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeightTotal {
    pub name: String,
    /// `hours`, `money`, `km`, or empty for a bare number.
    pub unit: String,
    /// Over all accounts of the project.
    pub total: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoverageOutcome {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Sorted by name.
    pub territories: Vec<TerritoryOutcome>,
    /// Sorted by name.
    pub pools: Vec<PoolOutcome>,
    pub excluded: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TerritoryOutcome {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carve: Option<String>,
    /// The key of the rep whose seat it is; `None` for an open territory.
    pub seat: Option<String>,
    /// Who owns its accounts on the plan's first day; differs from the seat for an open territory.
    pub rep: Option<String>,
    pub rep_name: Option<String>,
    pub open: bool,
    pub accounts: u64,
    /// In the order of the plan's weights.
    pub loads: Vec<Load>,
    /// Latitude and longitude in degrees.
    pub centre: Option<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Load {
    pub load: f64,
    /// Only for weights that the territory's carve balances.
    pub target: Option<f64>,
    /// load / target − 1
    pub imbalance: Option<f64>,
    /// What the headroom leaves to grow into, in the weight's unit.
    pub room: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PoolOutcome {
    pub name: String,
    pub accounts: u64,
    pub loads: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CarveOutcome {
    pub name: String,
    pub coverage: String,
    /// The column whose values are the units.
    pub unit: String,
    pub units: u64,
    /// Units that the alignment does not list.
    pub new_units: u64,
    /// Listed units that the data has no account of any more.
    pub gone_units: u64,
    pub territories: u64,
    pub open: u64,
    /// Of the solver when it made the alignment, in its own measure.
    pub objective: f64,
    pub bound: Option<f64>,
    /// What the bound covers.
    pub bound_covers: Option<String>,
    /// objective / bound − 1
    pub gap: Option<f64>,
    pub balances: Vec<BalanceOutcome>,
    /// Mean great-circle kilometres from unit to centre, by the first balanced weight.
    pub mean_distance_km: Option<f64>,
    /// Share of the quantity of the plan's budget (accounts where none is named) that leaves its incumbent, of all that
    /// incumbents with a seat in the carve have.
    pub moved: Option<f64>,
    /// Units with accounts that leave such an incumbent, and these accounts.
    pub moved_units: u64,
    pub moved_accounts: u64,
    /// Accounts whose owner has no seat in the carve: they change hands in any case and spend no budget.
    pub ownerless_accounts: u64,
    /// Pieces beyond the first, over all territories; only where the carve is contiguous.
    pub stray_pieces: Option<u64>,
    /// What pieces are judged by: `given`, or `built from positions`; only where the carve is contiguous.
    pub adjacency: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BalanceOutcome {
    pub weight: String,
    pub within: f64,
    /// Largest |load / target − 1|.
    pub imbalance: f64,
    /// A lower bound on what indivisible units allow.
    pub least: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Exceptions {
    /// Accounts that a `named` statement places, in any coverage.
    pub named: u64,
    /// Accounts with another owner for a time.
    pub held: u64,
    /// Accounts that an `exclude` statement takes out of any coverage.
    pub excluded: u64,
    /// Splits and dimensions that the plan leaves unproved.
    pub unproved: u64,
}

/// What became of an `expect` or a `warn`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectationOutcome {
    /// As written, without the keyword and the reason.
    pub text: String,
    /// `plan.terr:87`
    pub place: String,
    /// `expect` or `warn`.
    pub level: &'static str,
    pub status: ExpectationStatus,
    /// The worst that was measured, in base units; a share is a fraction.
    pub measured: Option<f64>,
    /// The same for people.
    pub shown: Option<String>,
    /// Which territory, rep, coverage or carve it was measured of, for an expectation `per` these.
    pub at: Option<String>,
    /// What it was held to there.
    pub bound: ExpectationBound,
    /// Worst first, the first few.
    pub offenders: Vec<Offender>,
    /// How many there are.
    pub offending: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpectationStatus {
    Holds,
    Broken,
    /// There is nothing to measure.
    Empty,
    /// The data does not say what it takes.
    Unmeasured,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectationBound {
    /// `<=`, `between` and so on.
    pub op: &'static str,
    /// One number, or two.
    pub to: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Offender {
    /// Of a territory, pool, rep, coverage or carve.
    pub name: String,
    pub measured: f64,
}

/// Two ISO dates.
pub(crate) fn days<S: serde::Serializer>(term: &(NaiveDate, NaiveDate), serializer: S) -> Result<S::Ok, S::Error> {
    [term.0.to_string(), term.1.to_string()].serialize(serializer)
}
