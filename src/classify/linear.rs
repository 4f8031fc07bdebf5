//! Weights as sums that one pass over the accounts can gather.
//!
//! `60% * share(potential) + 40% * share(revenue)` is known only when both totals are, after a pass. But every term
//! is a number of the row (an *atom*) over a total, so the weights of a group of accounts follow from the group's
//! sums of atoms: units are rolled up in the same pass as the totals. A weight that uses `share` in any other way
//! (`sqrt(share(x))`) has no such form and needs a second pass.

use super::compiler::Compiler;
use crate::plan::{Number, NumberKind};

/// One term of a weight: `factor` × an atom, over the total of a share if there is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    pub factor: f64,
    /// Index into the program's atoms.
    pub atom: u32,
    /// Index into the program's shares.
    pub share: Option<u32>,
}

/// A term whose atom is still an expression.
struct Part {
    factor: f64,
    value: Number,
    share: Option<u32>,
}

/// The terms of a weight; `None` when it is not linear in its shares. New atoms are appended.
pub(super) fn terms(weight: &Number, compiler: &mut Compiler<'_>, atoms: &mut Vec<Number>) -> Option<Vec<Term>> {
    let parts = parts(weight, compiler)?;
    let mut terms: Vec<Term> = Vec::new();
    for Part { factor, value, share } in parts {
        let atom = atoms.iter().position(|known| *known == value).unwrap_or_else(|| {
            atoms.push(value);
            atoms.len() - 1
        });
        match terms.iter_mut().find(|t| t.atom == atom as u32 && t.share == share) {
            Some(term) => term.factor += factor,
            None => terms.push(Term { factor, atom: atom as u32, share }),
        }
    }
    Some(terms)
}

fn parts(number: &Number, compiler: &mut Compiler<'_>) -> Option<Vec<Part>> {
    if !has_share(number) {
        return Some(vec![Part { factor: 1.0, value: number.clone(), share: None }]);
    }
    let scaled = |parts: Vec<Part>, by: f64| parts.into_iter().map(|p| Part { factor: p.factor * by, ..p }).collect();
    match &number.kind {
        NumberKind::Share(part) if !has_share(part) => {
            Some(vec![Part { factor: 1.0, value: (**part).clone(), share: Some(compiler.share(part)) }])
        }
        NumberKind::Negate(a) => Some(scaled(parts(a, compiler)?, -1.0)),
        NumberKind::Add(a, b) => {
            let mut all = parts(a, compiler)?;
            all.extend(parts(b, compiler)?);
            Some(all)
        }
        NumberKind::Subtract(a, b) => {
            let mut all = parts(a, compiler)?;
            let taken: Vec<Part> = scaled(parts(b, compiler)?, -1.0);
            all.extend(taken);
            Some(all)
        }
        NumberKind::Multiply(a, b) => {
            let (plain, shared) = if has_share(a) { (b, a) } else { (a, b) };
            if has_share(plain) {
                return None;
            }
            let all = parts(shared, compiler)?;
            Some(match plain.kind {
                NumberKind::Literal(by) => scaled(all, by),
                _ => with_value(all, |value| NumberKind::Multiply(plain.clone(), Box::new(value)), number),
            })
        }
        NumberKind::Divide(a, b) if !has_share(b) => {
            let all = parts(a, compiler)?;
            Some(match b.kind {
                NumberKind::Literal(by) if by != 0.0 => scaled(all, 1.0 / by),
                _ => with_value(all, |value| NumberKind::Divide(Box::new(value), b.clone()), number),
            })
        }
        NumberKind::Default(a, _) if !a.nullable => parts(a, compiler),
        NumberKind::If { condition, then, otherwise } if !condition_has_share(condition) => {
            let nought =
                |like: &Number| Box::new(Number { kind: NumberKind::Literal(0.0), nullable: false, ..like.clone() });
            let (then, otherwise) = (parts(then, compiler)?, parts(otherwise, compiler)?);
            let chosen = |then: Box<Number>, otherwise: Box<Number>| NumberKind::If {
                condition: condition.clone(),
                then,
                otherwise,
            };
            let mut all = with_value(then, |v| chosen(Box::new(v.clone()), nought(&v)), number);
            all.extend(with_value(otherwise, |v| chosen(nought(&v), Box::new(v)), number));
            Some(all)
        }
        _ => None,
    }
}

fn with_value(parts: Vec<Part>, wrap: impl Fn(Number) -> NumberKind, like: &Number) -> Vec<Part> {
    let wrapped = |part: Part| {
        let (unit, nullable) = (part.value.unit, part.value.nullable);
        let value = Number { kind: wrap(part.value), unit, nullable, span: like.span };
        Part { value, ..part }
    };
    parts.into_iter().map(wrapped).collect()
}

fn has_share(number: &Number) -> bool {
    match &number.kind {
        NumberKind::Share(_) => true,
        NumberKind::Literal(_)
        | NumberKind::Column(_)
        | NumberKind::DistanceTo { .. }
        | NumberKind::Between { .. }
        | NumberKind::InArms { .. } => false,
        NumberKind::Negate(a) => has_share(a),
        NumberKind::Add(a, b)
        | NumberKind::Subtract(a, b)
        | NumberKind::Multiply(a, b)
        | NumberKind::Divide(a, b)
        | NumberKind::Default(a, b) => has_share(a) || has_share(b),
        NumberKind::Call(_, arguments) => arguments.iter().any(has_share),
        NumberKind::If { condition, then, otherwise } => {
            condition_has_share(condition) || has_share(then) || has_share(otherwise)
        }
    }
}

/// The compiler reports it; here such a weight is merely not linear.
fn condition_has_share(condition: &crate::plan::Condition) -> bool {
    use crate::plan::{Condition, Predicate};
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(condition_has_share),
        Condition::Not(part) => condition_has_share(part),
        Condition::Test(Predicate::Compare { left, right, .. }, _) => has_share(left) || has_share(right),
        Condition::Always(_) | Condition::Segment(_) | Condition::Test(..) => false,
    }
}
