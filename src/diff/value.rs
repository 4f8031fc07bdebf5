//! The value of a diff, level by level.

use chrono::NaiveDate;
use serde::Serialize;

use super::moves::Moves;
use crate::outcome::summary::{ExpectationOutcome, days};

/// Raised when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// Two sides compared. Accounts without any change are only counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    pub version: u32,
    pub base: Side,
    pub head: Side,
    /// What a reader must know of how the sides were made: data that is the same on both, carves solved for the comparison.
    pub notes: Vec<String>,
    pub totals: Totals,
    /// What impacts count beside accounts, in the order of [`Impact::amounts`]: every weight of the head, then every money
    /// column that is not sensitive.
    pub measures: Vec<Measure>,
    pub plan: PlanChanges,
    /// By coverage and name; territories and pools without any change are left out.
    pub territories: Vec<TerritoryChange>,
    /// By coverage and name; carves without any change are left out.
    pub carves: Vec<CarveChange>,
    /// In the order in which they are replayed; those without an effect on accounts are left out.
    pub causes: Vec<Cause>,
    /// Territory to territory, the largest first.
    pub pairs: Vec<Pair>,
    /// By key.
    pub reps: Vec<RepChange>,
    /// In the order of the plan.
    pub segments: Vec<SegmentImpact>,
    /// What the head expects, held against the base where it speaks of moves.
    pub verdicts: Vec<ExpectationOutcome>,
    /// By account and coverage.
    pub moves: Moves,
    /// Everybody in the roster of either side, by key: what a redaction must not leave anywhere.
    #[serde(skip)]
    pub roster: Vec<Person>,
    /// Narrowed down to what somebody asked to see: that nothing is left does not say that nothing differs.
    #[serde(skip)]
    pub partial: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    pub key: String,
    pub name: Option<String>,
    /// Names that no form shows: one that they had on the base's side, one of a sensitive column.
    pub unseen: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// As the user named it: `origin/main`, `.`, `out/`.
    pub name: String,
    /// The commit that it stands for; absent for a folder.
    pub commit: Option<String>,
    /// The plan's name and title.
    pub plan: String,
    pub title: Option<String>,
    /// First and last day of the term.
    #[serde(serialize_with = "days")]
    pub term: (NaiveDate, NaiveDate),
    pub accounts: u64,
    /// Carves that had no valid alignment and were solved for the comparison.
    pub recarved: Vec<String>,
}

/// Accounts by what happens to them, each counted once by its first change in this order; a coverage counts for itself
/// only in [`Moves`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Accounts on either side.
    pub accounts: u64,
    pub new: u64,
    pub gone: u64,
    /// To another territory or pool.
    pub moved: u64,
    /// Same territory, another owner.
    pub owner: u64,
    /// Into a territory or pool from an exclusion.
    pub covered: u64,
    /// Excluded now.
    pub uncovered: u64,
    /// Same territory and owner, other days.
    pub dates: u64,
    pub unchanged: u64,
    /// Everything that changes, new and gone accounts included.
    pub changed: Impact,
    /// Over all accounts of the head.
    pub whole: Impact,
    /// Of those that change: accounts whose owner changes more than once within the head's term, the first day included.
    pub twice: u64,
    /// Accounts of the segment `customers` whose owner changes; absent when the plan has no such segment.
    pub customers_who_lose_their_rep: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Of a weight or a column.
    pub name: String,
    /// `weight` or `column`.
    pub kind: &'static str,
    /// `hours`, `money`, `km`, or empty for a bare number.
    pub unit: String,
}

/// A number of accounts and what they come to; the amounts of an account are those of the head, of the base where it is gone.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Impact {
    pub accounts: u64,
    /// In the order of [`Diff::measures`].
    pub amounts: Vec<f64>,
}

/// Level one: the plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PlanChanges {
    pub items: Vec<ItemChange>,
    /// Items that are alike but for layout and comments.
    pub unchanged: u64,
    /// Accounts whose leaf changes by the rules alone, in words; absent where that could not be decided, with the reason
    /// among the notes.
    pub regions: Option<Vec<Region>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemChange {
    /// The item's keyword: `dimension`, `carve`, `named`.
    pub kind: String,
    /// Its name; the selector for one that has none.
    pub name: String,
    pub change: ItemChangeKind,
    /// For a renamed item, the name that it had.
    pub was: Option<String>,
    pub because: Option<String>,
    /// What changes within it; one hunk with the whole item for one that was added or removed.
    pub hunks: Vec<Hunk>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemChangeKind {
    Added,
    Removed,
    Changed,
    /// Renamed, and perhaps changed as well.
    Renamed,
}

/// The old and new text of one fact, in canonical layout and without comments.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hunk {
    pub before: Option<Excerpt>,
    pub after: Option<Excerpt>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// Relative to the project folder.
    pub file: String,
    /// Of its first line in that file, from one.
    pub line: u32,
    /// Whole lines, without a line break at the end.
    pub text: String,
}

/// A part of the account space that falls elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Region {
    pub coverage: String,
    /// `accounts in NY with 1,000 ≤ employees < 2,500`
    pub accounts: String,
    pub from: String,
    pub to: String,
}

/// Level two: a territory or pool before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TerritoryChange {
    pub coverage: String,
    pub name: String,
    pub change: TerritoryChangeKind,
    /// For a renamed one, the name that it had.
    pub was: Option<String>,
    pub before: Option<TerritoryState>,
    pub after: Option<TerritoryState>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TerritoryChangeKind {
    Created,
    Dissolved,
    Renamed,
    /// Another rep has its seat, an open seat filled or a seat opened included.
    Restaffed,
    /// The same people, other accounts or loads.
    Changed,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TerritoryState {
    pub carve: Option<String>,
    pub pool: bool,
    /// The key of the rep whose seat it is.
    pub seat: Option<String>,
    /// Who owns its accounts on the first day.
    pub rep: Option<String>,
    pub open: bool,
    pub accounts: u64,
    pub loads: Vec<LoadState>,
    /// Latitude and longitude in degrees.
    pub centre: Option<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoadState {
    pub weight: String,
    pub load: f64,
    /// load / target − 1, where its carve balances the weight.
    pub imbalance: Option<f64>,
}

/// A carve as a whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CarveChange {
    pub coverage: String,
    pub name: String,
    pub before: Option<CarveState>,
    pub after: Option<CarveState>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CarveState {
    pub territories: u64,
    pub open: u64,
    pub units: u64,
    pub mean_distance_km: Option<f64>,
    /// Per balanced weight.
    pub balances: Vec<BalanceState>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BalanceState {
    pub weight: String,
    pub within: f64,
    /// Largest |load / target − 1|.
    pub imbalance: f64,
}

/// Why accounts change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cause {
    pub kind: CauseKind,
    /// What changed, in words: ``dimension `size` changed``, ``rep `ann` leaves on 2027-03-31``.
    pub title: String,
    /// The lines that changed, for a fact of the plan or of an alignment.
    pub before: Option<Excerpt>,
    pub after: Option<Excerpt>,
    /// The plan's own reason.
    pub because: Option<String>,
    /// For an indirect cause, the causes (indices into [`Diff::causes`]) that made it necessary.
    pub under: Vec<usize>,
    pub impact: Impact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CauseKind {
    /// A cell of the accounts changed; accounts that are new or gone.
    Data,
    /// A line of a dimension, split, segment, territory or carve.
    Rule,
    /// A weight, or a `let` that one reads.
    Weight,
    /// Reps who come, go or change.
    Roster,
    /// A `named`, `hold` or `exclude` added, removed, changed or expired.
    Exception,
    /// The term of the plan.
    Term,
    /// The alignment file was edited by hand.
    Alignment,
    /// A carve was solved again; always indirect.
    Recarve,
}

impl CauseKind {
    /// In the order in which they are replayed.
    pub const ALL: [Self; 8] = [
        Self::Data,
        Self::Rule,
        Self::Weight,
        Self::Roster,
        Self::Exception,
        Self::Term,
        Self::Alignment,
        Self::Recarve,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Rule => "rule",
            Self::Weight => "weight",
            Self::Roster => "roster",
            Self::Exception => "exception",
            Self::Term => "term",
            Self::Alignment => "alignment",
            Self::Recarve => "recarve",
        }
    }
}

/// Everything that goes from one place to another, changes of owner in one place included.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    pub coverage: String,
    /// Empty for accounts that are new; `excluded` for those that nobody covers.
    pub from: String,
    /// Empty for accounts that are gone.
    pub to: String,
    pub impact: Impact,
}

/// A rep's accounts on the first day of each side, over all coverages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RepChange {
    pub rep: String,
    pub name: Option<String>,
    pub kept: Impact,
    pub gained: Impact,
    pub lost: Impact,
}

/// What changes for a segment of the head's plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentImpact {
    pub segment: String,
    /// All its accounts in the head.
    pub whole: Impact,
    /// Those whose owner changes.
    pub changed: Impact,
}
