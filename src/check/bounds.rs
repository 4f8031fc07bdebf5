//! Fixed numbers in clauses and bounds: fractions, counts, and what a share is a share of.

use super::known::{Known, Resolved, Table};
use super::names::Kind;
use super::typing;
use super::units::{self, BARE};
use crate::diagnostics::codes::check::{OUT_OF_RANGE, TYPE_MISMATCH, UNIT_MISMATCH};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::plan::{BudgetOf, Unit};
use crate::syntax::ast::{Expr, Name};

/// How far a fraction may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UpTo {
    /// Below 100 %.
    AlmostAll,
    /// 100 % included.
    All,
}

/// A fraction from nought; `what` names it in messages: `a tolerance`.
pub(super) fn fraction(
    known: &Known<'_>,
    expr: &Expr,
    what: &str,
    up_to: UpTo,
    found: &mut Diagnostics,
) -> Option<f64> {
    let value = bare(known, expr, what, found)?;
    let fits = match up_to {
        UpTo::AlmostAll => (0.0..1.0).contains(&value),
        UpTo::All => (0.0..=1.0).contains(&value),
    };
    if fits {
        return Some(value);
    }
    let most = if up_to == UpTo::All { "is at most 100%" } else { "is less than 100%" };
    let message = if value < 0.0 { format!("{what} is not negative") } else { format!("{what} {most}") };
    // `within 5` was meant as `within 5%`.
    let percent = (1.0..=100.0).contains(&value).then(|| format!("did you mean `{}%`?", units::plain(value)));
    found.push(
        Diagnostic::error(OUT_OF_RANGE, message)
            .label(expr.span, format!("{}%", units::plain(value * 100.0)))
            .maybe_help(percent),
    );
    None
}

/// A whole number that is not below `least`.
pub(super) fn count(known: &Known<'_>, expr: &Expr, what: &str, least: u64, found: &mut Diagnostics) -> Option<u64> {
    let value = bare(known, expr, what, found)?;
    if value.fract() != 0.0 || value < least as f64 || value > f64::from(u32::MAX) {
        let message = format!("{what} is a whole number from {least}");
        found.push(Diagnostic::error(OUT_OF_RANGE, message).label(expr.span, units::plain(value)));
        return None;
    }
    Some(value as u64)
}

fn bare(known: &Known<'_>, expr: &Expr, what: &str, found: &mut Diagnostics) -> Option<f64> {
    let quantity = typing::fixed(known, expr, found)?;
    if quantity.number.unit != BARE {
        let message = format!("{what} is a bare number or a percent, and this is {}", quantity.describe());
        found.push(Diagnostic::error(UNIT_MISMATCH, message).label(expr.span, quantity.describe()));
        return None;
    }
    quantity.literal()
}

/// `accounts`, a weight or a numeric column, with its unit.
pub(super) fn quantity(known: &Known<'_>, name: &Name, found: &mut Diagnostics) -> Option<(BudgetOf, Unit)> {
    if name.text == "accounts" {
        return Some((BudgetOf::Accounts, BARE));
    }
    match known.resolve(&name.text, Table::Accounts) {
        Some(Resolved::Column(id)) => {
            let column = known.column(id, Table::Accounts);
            if !column.kind.is_numeric() {
                let message = format!("`{}` is no quantity: its type is {}", name.text, column.kind.name());
                found.push(
                    Diagnostic::error(TYPE_MISMATCH, message)
                        .label(name.span, "a number is due")
                        .label(column.span, "declared here"),
                );
                return None;
            }
            Some((BudgetOf::Column(id), units::of_column(column.kind)))
        }
        Some(Resolved::Term(entry)) if entry.kind == Kind::Weight => {
            let weight = known.weights[entry.index as usize].as_ref()?;
            Some((BudgetOf::Weight(entry.index), weight.number.unit))
        }
        _ => {
            let unknown = known.not_found(name, &[Kind::Weight, Kind::Column], Table::Accounts);
            found.push(unknown.maybe_help(known.suggestion(
                &name.text,
                &[Kind::Weight, Kind::Column],
                Table::Accounts,
            )));
            None
        }
    }
}
