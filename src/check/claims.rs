//! `prove` items and questions from elsewhere: claims, typed.
//!
//! Takes claims as written; gives them as conditions joined with places of coverages. A claim decides nothing, so that
//! columns that may be missing need no word in it: a comparison with a missing value does not hold.

use super::coverages;
use super::items::{Items, because};
use super::known::{Known, Table};
use super::missing::Place;
use super::names::Kind;
use super::typing::Typing;
use crate::diagnostics::Diagnostics;
use crate::plan::{Claim, Question};
use crate::syntax::ast::{self, Expr, ExprKind};

pub(super) fn check(known: &Known<'_>, items: &Items<'_>, found: &mut Diagnostics) -> Vec<Question> {
    let questions = items.questions.iter().filter_map(|item| {
        let question = question(known, &item.node.claim, found)?;
        Some(Question { because: because(&item.node.because), ..question })
    });
    questions.collect()
}

fn question(known: &Known<'_>, written: &ast::Claim, found: &mut Diagnostics) -> Option<Question> {
    let given = written.given.as_ref().map(|expr| claim(known, expr, found));
    let holds = claim(known, &written.holds, found);
    let given = match given {
        Some(given) => Some(given?),
        None => None,
    };
    Some(Question { given, holds: holds?, because: None, span: written.span })
}

fn claim(known: &Known<'_>, expr: &Expr, found: &mut Diagnostics) -> Option<Claim> {
    let mut all = |parts: &[Expr]| {
        let parts: Vec<Option<Claim>> = parts.iter().map(|part| claim(known, part, found)).collect();
        parts.into_iter().collect::<Option<Vec<Claim>>>()
    };
    match &expr.kind {
        ExprKind::And(parts) => all(parts).map(Claim::All),
        ExprKind::Or(parts) => all(parts).map(Claim::Any),
        ExprKind::Not(part) => Some(Claim::Not(Box::new(claim(known, part, found)?))),
        ExprKind::InPlace { coverage, place, negated } => {
            let index = known.place(&coverage.text, Kind::Coverage);
            if index.is_none() {
                found.push(known.not_found(coverage, &[Kind::Coverage], Table::Accounts));
            }
            let target = coverages::target(known, place, found);
            let placed = Claim::InPlace { coverage: index?, target: target?, span: expr.span };
            Some(if *negated { Claim::Not(Box::new(placed)) } else { placed })
        }
        _ => {
            let mut typing = Typing::new(known, Table::Accounts, Place::Condition, found);
            typing.bare_words = true;
            typing.condition(expr).map(Claim::Meets)
        }
    }
}
