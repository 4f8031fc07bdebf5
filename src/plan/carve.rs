//! The `carve` item, typed.

use super::Condition;
use crate::diagnostics::Span;
use crate::workspace::schema::ColumnId;

#[derive(Debug, Clone, PartialEq)]
pub struct Carve {
    pub name: String,
    pub was: Option<String>,
    /// Contains `{n}` or `{n:0W}`; defaults to `NAME-{n:02}`.
    pub template: String,
    pub seats: SeatsFrom,
    /// Further open seats, as a fraction of the filled ones.
    pub overcarve: f64,
    /// Part of each seat's capacity left empty.
    pub headroom: f64,
    /// The column whose values are the units; the accounts' key for `unit account`.
    pub unit: ColumnId,
    /// At least one.
    pub balances: Vec<Balance>,
    pub compact: Option<Compact>,
    /// Where `contiguous` stands.
    pub contiguous: Option<Span>,
    pub keep: Option<Keep>,
    pub open: OpenPolicy,
    pub limits: CarveLimits,
    pub because: Option<String>,
    pub span: Span,
}

/// `keep incumbents [, moving at most 8% of revenue]`
#[derive(Debug, Clone, PartialEq)]
pub struct Keep {
    pub at_most: Option<Budget>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// Fraction.
    pub share: f64,
    pub of: BudgetOf,
    pub span: Span,
}

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BudgetOf {
    Accounts,
    Weight(u32),
    /// A numeric column; missing cells count as nought.
    Column(ColumnId),
}

#[derive(Debug, Clone, PartialEq)]
pub enum SeatsFrom {
    /// Reps active on the plan's first day that match; the condition reads the reps' schema.
    Reps { condition: Condition, span: Span },
    /// That many seats without reps.
    Count(u32, Span),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Balance {
    /// Index into the plan's weights.
    pub weight: u32,
    /// Fraction.
    pub within: f64,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compact {
    /// Around the seats' own positions; otherwise around centres that the solver finds.
    pub around_seats: bool,
    pub squared: bool,
    pub span: Span,
}

/// Who covers an open territory until it is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OpenPolicy {
    /// The rep of the nearest filled territory of the carve.
    #[default]
    Nearest,
    /// The manager of that rep.
    Manager,
    /// Nobody: its accounts are reported as uncovered.
    Pool,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CarveLimits {
    pub accounts: Option<(u64, u64, Span)>,
    pub mixes: Vec<MixBand>,
    pub together: Vec<(Vec<(String, Span)>, Span)>,
    pub apart: Vec<(Vec<(String, Span)>, Span)>,
    pub eligible: Vec<Eligibility>,
}

/// The part of a weight (or of accounts) that meets a condition, in every territory, between two fractions.
#[derive(Debug, Clone, PartialEq)]
pub struct MixBand {
    pub from: f64,
    pub to: f64,
    pub of: BudgetOf,
    pub condition: Condition,
    pub span: Span,
}

/// A seat takes a unit only where its reps' column names the unit's value; `;` separates several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eligibility {
    /// Of the reps.
    pub seat: ColumnId,
    /// Of the accounts.
    pub unit: ColumnId,
    pub span: Span,
}

impl Carve {
    /// Appends the columns of the accounts that it reads.
    pub fn columns(&self, into: &mut Vec<ColumnId>) {
        into.push(self.unit);
        let budgets = self.keep.iter().filter_map(|k| k.at_most.as_ref().map(|b| b.of));
        for of in budgets.chain(self.limits.mixes.iter().map(|m| m.of)) {
            if let BudgetOf::Column(column) = of {
                into.push(column);
            }
        }
        self.limits.mixes.iter().for_each(|m| m.condition.columns(into));
        into.extend(self.limits.eligible.iter().map(|e| e.unit));
    }
}
