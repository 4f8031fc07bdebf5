//! Findings whose level the manifest can set.

use super::codes::{check, lint, outcome, prove};
use super::{Code, Severity};

/// What becomes of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Not said.
    Allow,
    Warn,
    /// An error.
    Deny,
}

impl Level {
    /// How grave it makes a finding; `None` where it is not said at all.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Allow => None,
            Level::Warn => Some(Severity::Warning),
            Level::Deny => Some(Severity::Error),
        }
    }
}

/// A finding with a level, as it is where the manifest says nothing.
#[derive(Debug, Clone, Copy)]
pub struct Lint {
    pub code: Code,
    pub level: Level,
    /// The share above or within which it is said, for lints that have one.
    pub limit: Option<f64>,
}

const fn lint(code: Code, level: Level, limit: Option<f64>) -> Lint {
    Lint { code, level, limit }
}

/// Every finding whose level can be set.
pub const LINTS: &[Lint] = &[
    lint(check::DERIVED_ADJACENCY, Level::Warn, None),
    lint(check::DUPLICATE_VALUE, Level::Warn, None),
    lint(check::EXPIRED_EXCEPTION, Level::Warn, None),
    lint(check::MIXED_AND_OR, Level::Warn, None),
    lint(check::NAMED_AND_EXCLUDED, Level::Warn, None),
    lint(check::UNREACHABLE_ARM, Level::Warn, None),
    lint(check::UNUSED_CARVE, Level::Warn, None),
    lint(prove::CONSTANT_SEGMENT, Level::Warn, None),
    lint(prove::NEEDLESS_UNPROVED, Level::Warn, None),
    lint(prove::REDUNDANT_EXCEPTION, Level::Warn, None),
    lint(prove::REPEATED_ARM, Level::Warn, None),
    lint(prove::SELECTS_NOBODY, Level::Warn, None),
    lint(outcome::HIRE_WITHOUT_SEAT, Level::Warn, None),
    lint(outcome::NEW_UNITS, Level::Warn, None),
    lint(outcome::PROMISE_BROKEN, Level::Warn, None),
    lint(outcome::UNKNOWN_ACCOUNT, Level::Warn, None),
    lint(lint::REASONLESS_EXCEPTION, Level::Warn, None),
    lint(lint::REPEATED_THRESHOLD, Level::Warn, None),
    lint(lint::UNUSED_ITEM, Level::Warn, None),
    lint(lint::UNKNOWN_INDUSTRY, Level::Warn, None),
    lint(lint::UNKNOWN_STATE, Level::Warn, None),
    lint(lint::MANY_EXCEPTIONS, Level::Warn, Some(0.1)),
    // These read the accounts once more.
    lint(lint::DOMINANT_ACCOUNT, Level::Allow, Some(0.05)),
    lint(lint::EMPTY_ARM, Level::Allow, None),
    lint(lint::MISSING_VALUES, Level::Allow, Some(0.2)),
    lint(lint::NEAR_THRESHOLD, Level::Allow, Some(0.02)),
];
