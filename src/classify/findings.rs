//! What goes wrong with single accounts, gathered so that no order of rows, batches or threads shows.
//!
//! A finding is about a place of the plan: it counts the accounts and keeps those with the smallest keys as
//! witnesses. Findings of batches are merged in any order.

use std::collections::BTreeMap;

use super::account::Account;
use super::exceptions::Statement;
use super::reference::Stray;
use crate::diagnostics::codes::classify::{BAD_WEIGHT, CLAIMED_TWICE, CONTRADICTING_EXCEPTIONS, FELL_THROUGH};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{Plan, Selector};
use crate::workspace::schema::{ColumnId, Schema};

/// Accounts of one finding that are shown.
const SHOWN: usize = 3;

/// What is wrong with accounts, by place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings(BTreeMap<Subject, Finding>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// A split, by its order in the coverage.
    Split {
        coverage: u32,
        split: u32,
        two: bool,
    },
    Dimension {
        dimension: u32,
        two: bool,
    },
    Exceptions {
        first: Statement,
        second: Statement,
    },
    Weight {
        weight: u32,
        flaw: Flaw,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flaw {
    Missing,
    Undefined,
    Infinite,
    Negative,
}

#[derive(Debug, Clone, PartialEq)]
struct Finding {
    accounts: u64,
    /// By key, at most [`SHOWN`].
    witnesses: Vec<Witness>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Witness {
    key: String,
    /// `account { … }`
    account: String,
    /// The place at fault and the arms that claim the account, in the plan.
    partition: Option<Span>,
    claims: Option<(Span, Span)>,
    dimension: Option<u32>,
}

impl Findings {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are, an account counted once for everything that is wrong with it.
    pub fn accounts(&self) -> u64 {
        self.0.values().map(|finding| finding.accounts).sum()
    }

    pub fn merge(&mut self, other: Findings) {
        for (subject, finding) in other.0 {
            match self.0.entry(subject) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(finding);
                }
                std::collections::btree_map::Entry::Occupied(mut entry) => {
                    let known = entry.get_mut();
                    known.accounts += finding.accounts;
                    known.witnesses.extend(finding.witnesses);
                    known.witnesses.sort_by(|a, b| a.key.cmp(&b.key));
                    known.witnesses.truncate(SHOWN);
                }
            }
        }
    }

    /// Counts an account; the witness is asked for only if it will be shown.
    pub(super) fn add(&mut self, subject: Subject, key: &str, witness: impl FnOnce() -> Witness) {
        let finding = self.0.entry(subject).or_insert(Finding { accounts: 0, witnesses: Vec::new() });
        finding.accounts += 1;
        let place = finding.witnesses.partition_point(|known| known.key.as_str() <= key);
        if place < SHOWN {
            finding.witnesses.insert(place, witness());
            finding.witnesses.truncate(SHOWN);
        }
    }

    /// The findings in words, by place.
    pub fn report(&self, plan: &Plan) -> Diagnostics {
        let mut diagnostics: Diagnostics =
            self.0.iter().map(|(subject, finding)| finding.report(*subject, plan)).collect();
        diagnostics.sort();
        diagnostics
    }
}

impl Finding {
    fn report(&self, subject: Subject, plan: &Plan) -> Diagnostic {
        let first = &self.witnesses[0];
        let accounts = match self.accounts {
            1 => format!("account `{}`", first.key),
            count => format!("{count} accounts, `{}` among them,", first.key),
        };
        let falls = if self.accounts == 1 { "falls" } else { "fall" };
        let span = first.partition.unwrap_or_default();
        let diagnostic = match subject {
            Subject::Split { two: true, .. } | Subject::Dimension { two: true, .. } => {
                let place = first.place(plan);
                let is = if self.accounts == 1 { "is" } else { "are" };
                let diagnostic =
                    Diagnostic::error(CLAIMED_TWICE, format!("{accounts} {is} claimed by two arms of {place}"));
                let (one, other) = first.claims.unwrap_or((span, span));
                diagnostic
                    .label(one, format!("claims `{}`", first.key))
                    .label(other, "claims it too")
                    .help("make the conditions exclude each other, or write `in order` where the first one may win")
            }
            Subject::Split { .. } | Subject::Dimension { .. } => {
                let place = first.place(plan);
                Diagnostic::error(FELL_THROUGH, format!("{accounts} {falls} through {place}"))
                    .label(span, format!("no arm takes `{}`", first.key))
                    .help("add an arm for such accounts, or `else`")
            }
            Subject::Exceptions { first: one, second } => {
                let (one, key) = (place_of(plan, one, &first.key), &first.key);
                let other = place_of(plan, second, key);
                let kind = if matches!(second, Statement::Named(_)) { "named" } else { "held" };
                let is = if self.accounts == 1 { "is" } else { "are" };
                Diagnostic::error(CONTRADICTING_EXCEPTIONS, format!("{accounts} {is} {kind} in two ways at once"))
                    .label(other, format!("says otherwise about `{key}`"))
                    .label(one, "has the same force")
                    .help("let one of the two statements go, or end it before the other begins")
            }
            Subject::Weight { weight, flaw } => {
                let name = &plan.weights[weight as usize].name;
                let (what, why) = match flaw {
                    Flaw::Missing => ("missing", "missing here"),
                    Flaw::Undefined => ("not a number", "undefined here"),
                    Flaw::Infinite => ("infinite", "infinite here"),
                    Flaw::Negative => ("negative", "negative here"),
                };
                Diagnostic::error(
                    BAD_WEIGHT,
                    format!("weight `{name}` is {what} for {}", accounts.trim_end_matches(',')),
                )
                .label(span, format!("{why} for `{}`", first.key))
                .help("a weight is a finite number of nought or more: guard it with `default`, `max` or `if`")
            }
        };
        self.witnesses.iter().fold(diagnostic, |d, witness| d.note(format!("`{}` is {}", witness.key, witness.account)))
    }
}

impl Witness {
    /// An account that a partition loses.
    pub(super) fn stray(schema: &Schema, key: &str, account: Account<'_>, stray: Stray) -> Self {
        Self {
            key: key.to_owned(),
            account: account.describe(schema, &stray.columns),
            partition: Some(stray.partition),
            claims: stray.claims,
            dimension: stray.dimension.map(|d| d.0),
        }
    }

    pub(super) fn new(
        schema: &Schema,
        key: &str,
        account: Account<'_>,
        columns: &[ColumnId],
        place: Option<Span>,
    ) -> Self {
        let account = account.describe(schema, columns);
        Self { key: key.to_owned(), account, partition: place, claims: None, dimension: None }
    }

    fn place(&self, plan: &Plan) -> String {
        match self.dimension {
            Some(index) => format!("dimension `{}`", plan.dimensions[index as usize].name),
            None => "a split".to_owned(),
        }
    }
}

/// Where a statement speaks of an account: its key, if it lists it.
fn place_of(plan: &Plan, statement: Statement, key: &str) -> Span {
    let (selector, span) = match statement {
        Statement::Exclude(index) => (&plan.excludes[index as usize].selector, plan.excludes[index as usize].span),
        Statement::Named(index) => (&plan.named[index as usize].selector, plan.named[index as usize].span),
        Statement::Hold(index) => (&plan.holds[index as usize].selector, plan.holds[index as usize].span),
    };
    match selector {
        Selector::Keys(keys) => keys.iter().find(|(listed, _)| listed == key).map_or(span, |(_, place)| *place),
        Selector::Condition(_) => span,
    }
}
