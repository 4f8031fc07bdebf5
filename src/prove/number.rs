//! Comparisons of numbers and partitions by numbers, as diagrams.
//!
//! A number is taken apart into cases: the accounts for which it is missing, and those for which it is one calculation
//! without choices or defaults. A calculation of one column that never turns (linear ones, mostly) is decided exactly, see
//! [`course`](super::course). Others become free fields. Invariant: no comparison with NaN holds but `!=`.

use super::axis::{Keys, NumberLine};
use super::course::{Course, course, evaluated, literal, passing};
use super::diagram::{NO, Ref, Tried, YES};
use super::meaning::{Meaning, compares, end_of};
use super::space::{Asks, Space};
use crate::diagnostics::Span;
use crate::plan::{Function, Number, NumberKind, RangeArm};
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

/// Disjoint conditions and what the number is there; `None`: missing.
type Cases = Vec<(Ref, Option<Number>)>;

/// A number with more cases than this is free as a whole.
const MOST_CASES: usize = 64;

impl Meaning<'_> {
    pub(super) fn compare(
        &mut self,
        space: &mut Space<'_>,
        left: &Number,
        op: CompareOp,
        right: &Number,
        span: Span,
    ) -> Tried<Ref> {
        let (Some(left_cases), Some(right_cases)) = (self.cases(space, left, span)?, self.cases(space, right, span)?)
        else {
            return self.ordered(space, left, op, right, true, span);
        };
        let mut parts = Vec::new();
        for (when, left) in &left_cases {
            for (and_when, right) in &right_cases {
                let (Some(left), Some(right)) = (left, right) else { continue };
                let both = space.diagrams.and(*when, *and_when)?;
                if both != NO {
                    let holds = self.compare_plain(space, left, op, right, span)?;
                    parts.push(space.diagrams.and(both, holds)?);
                }
            }
        }
        space.diagrams.any(parts)
    }

    /// Two calculations that are there, without choices.
    fn compare_plain(
        &mut self,
        space: &mut Space<'_>,
        left: &Number,
        op: CompareOp,
        right: &Number,
        span: Span,
    ) -> Tried<Ref> {
        match (literal(left), literal(right)) {
            (Some(left), Some(right)) => {
                let holds = left.partial_cmp(&right).map_or(op == CompareOp::NotEqual, |order| compares(op, order));
                Ok(if holds { YES } else { NO })
            }
            (Some(_), None) => self.compare_plain(space, right, mirrored(op), left, span),
            (None, Some(value)) if value.is_nan() => Ok(if op == CompareOp::NotEqual { YES } else { NO }),
            (None, Some(value)) => {
                let (field, keys) = self.keys(space, left, op, value, span);
                space.set(field, &keys)
            }
            _ if left == right && !may_be_nan(left) => {
                Ok(if compares(op, std::cmp::Ordering::Equal) { YES } else { NO })
            }
            _ => self.ordered(space, left, op, right, false, span),
        }
    }

    /// The field of a calculation, and where it compares so with a value.
    fn keys(&self, space: &mut Space<'_>, number: &Number, op: CompareOp, value: f64, span: Span) -> (u32, Vec<Keys>) {
        if let NumberKind::Column(column) = number.kind {
            let field = space.column(column, span);
            let line = space.field(field).line.unwrap_or(NumberLine::of_cells(false));
            return (field, line.compared(op, value));
        }
        if let Some(Course { column: Some(column), rises: Some(rises) }) = course(self.plan, number) {
            let field = space.column(column, span);
            if let Some(line) = space.field(field).line {
                let passes = |op: CompareOp| passing(self.plan, number, column, rises, op, value, &line);
                let keys = match op {
                    CompareOp::Equal => meet(&passes(CompareOp::GreaterEqual), &passes(CompareOp::LessEqual)),
                    CompareOp::NotEqual => {
                        let mut keys = [passes(CompareOp::Less), passes(CompareOp::Greater)].concat();
                        keys.sort_unstable();
                        keys
                    }
                    op => passes(op),
                };
                return (field, keys);
            }
        }
        let line = NumberLine::of_results(if never_negative(number) { 0.0 } else { f64::NEG_INFINITY });
        let undefined = u64::from(may_be_nan(number));
        let field = space.other(Asks::Result(number.clone()), line.len() + undefined, Some(line), span);
        let mut keys = line.compared(op, value);
        if op == CompareOp::NotEqual && undefined == 1 {
            keys.push((line.len(), line.len() + 1));
        }
        (field, keys)
    }

    /// A free comparison of two calculations; one that is `opaque` may be missing for all that is known.
    fn ordered(
        &self,
        space: &mut Space<'_>,
        left: &Number,
        op: CompareOp,
        right: &Number,
        opaque: bool,
        span: Span,
    ) -> Tried<Ref> {
        let undefined = may_be_nan(left) || may_be_nan(right);
        let values = if opaque { 5 } else { 3 + u64::from(undefined) };
        let (field, turned) = space.order(left, right, values, span);
        let op = if turned { mirrored(op) } else { op };
        let keys: &[Keys] = match op {
            CompareOp::Less => &[(0, 1)],
            CompareOp::LessEqual => &[(0, 2)],
            CompareOp::Equal => &[(1, 2)],
            CompareOp::NotEqual => &[(0, 1), (2, 4)],
            CompareOp::GreaterEqual => &[(1, 3)],
            CompareOp::Greater => &[(2, 3)],
        };
        space.set(field, keys)
    }

    /// A partition by ranges of a number.
    pub(super) fn ranges(
        &mut self,
        space: &mut Space<'_>,
        subject: &Number,
        ranges: &[RangeArm],
        otherwise: Ref,
        missing: Ref,
    ) -> Tried<Ref> {
        let span = subject.span;
        let cases = match self.cases(space, subject, span)? {
            Some(cases) => cases,
            // Free as a whole: it may be missing too.
            None => {
                let field = space.order(subject, subject, 5, span).0;
                let gone = space.set(field, &[(4, 5)])?;
                let there = space.diagrams.not(gone)?;
                vec![(gone, None), (there, Some(subject.clone()))]
            }
        };
        let mut parts = Vec::with_capacity(cases.len());
        for (when, number) in cases {
            let ends = match number {
                None => missing,
                Some(number) => self.ranges_of(space, &number, ranges, otherwise, span)?,
            };
            parts.push(space.diagrams.give(when, ends)?);
        }
        space.diagrams.merge(parts)
    }

    fn ranges_of(
        &mut self,
        space: &mut Space<'_>,
        number: &Number,
        ranges: &[RangeArm],
        otherwise: Ref,
        span: Span,
    ) -> Tried<Ref> {
        if let Some(value) = literal(number) {
            let holds = |op: CompareOp, end: f64| value.partial_cmp(&end).is_some_and(|order| compares(op, order));
            let range = ranges.iter().find(|range| !value.is_nan() && ends(range).all(|(op, end)| holds(op, end)));
            return Ok(range.map_or(otherwise, |range| end_of(range.arm)));
        }
        let mut claims: Vec<(Keys, Ref)> = Vec::with_capacity(ranges.len());
        let (field, _) = self.keys(space, number, CompareOp::Less, 0.0, span);
        let all = space.field(field).line.map_or(0, |line| line.len());
        for range in ranges {
            let mut taken = vec![(0, all)];
            for (op, end) in ends(range) {
                let (_, keys) = self.keys(space, number, op, end, span);
                taken = meet(&taken, &keys);
            }
            claims.extend(taken.into_iter().map(|keys| (keys, end_of(range.arm))));
        }
        claims.sort_by_key(|(keys, _)| *keys);
        space.sets(field, &claims, otherwise)
    }

    /// Takes a number apart; `None` when there are too many cases, or no telling.
    fn cases(&mut self, space: &mut Space<'_>, number: &Number, span: Span) -> Tried<Option<Cases>> {
        let with = |kind: NumberKind| Number { kind, unit: number.unit, nullable: false, span: number.span };
        Ok(match &number.kind {
            NumberKind::Literal(_) => Some(vec![(YES, Some(number.clone()))]),
            NumberKind::Column(column) => Some(self.if_there(space, &[*column], number, span)?),
            NumberKind::DistanceTo { column, .. } => Some(self.if_there(space, &[*column], number, span)?),
            NumberKind::Between { .. } => {
                let mut columns = Vec::new();
                number.columns(&mut columns);
                Some(self.if_there(space, &columns, number, span)?)
            }
            NumberKind::Share(_) => None,
            NumberKind::InArms { dimension, arms } => {
                let inside = self.arms(space, *dimension, arms)?;
                let outside = space.diagrams.not(inside)?;
                let (one, nought) = (with(NumberKind::Literal(1.0)), with(NumberKind::Literal(0.0)));
                Some(vec![(inside, Some(one)), (outside, Some(nought))])
            }
            NumberKind::Default(value, default) => {
                let (Some(value), Some(default)) = (self.cases(space, value, span)?, self.cases(space, default, span)?)
                else {
                    return Ok(None);
                };
                let mut all = Vec::new();
                for (when, number) in value {
                    if number.is_some() {
                        all.push((when, number));
                        continue;
                    }
                    for (and_when, number) in &default {
                        all.push((space.diagrams.and(when, *and_when)?, number.clone()));
                    }
                }
                self.few(all)
            }
            NumberKind::If { condition, then, otherwise } => {
                let holds = self.condition(space, condition)?;
                let fails = space.diagrams.not(holds)?;
                let (Some(then), Some(otherwise)) =
                    (self.cases(space, then, span)?, self.cases(space, otherwise, span)?)
                else {
                    return Ok(None);
                };
                let mut all = Vec::new();
                for (guard, cases) in [(holds, then), (fails, otherwise)] {
                    for (when, number) in cases {
                        all.push((space.diagrams.and(guard, when)?, number));
                    }
                }
                self.few(all)
            }
            NumberKind::Negate(a) => {
                self.combined(space, &[a], span, |mut parts| with(NumberKind::Negate(take(&mut parts))))?
            }
            NumberKind::Add(a, b) => self.combined(space, &[a, b], span, |mut parts| {
                with(NumberKind::Add(take(&mut parts), take(&mut parts)))
            })?,
            NumberKind::Subtract(a, b) => self.combined(space, &[a, b], span, |mut parts| {
                with(NumberKind::Subtract(take(&mut parts), take(&mut parts)))
            })?,
            NumberKind::Multiply(a, b) => self.combined(space, &[a, b], span, |mut parts| {
                with(NumberKind::Multiply(take(&mut parts), take(&mut parts)))
            })?,
            NumberKind::Divide(a, b) => self.combined(space, &[a, b], span, |mut parts| {
                with(NumberKind::Divide(take(&mut parts), take(&mut parts)))
            })?,
            NumberKind::Call(function, arguments) => {
                let arguments: Vec<&Number> = arguments.iter().collect();
                self.combined(space, &arguments, span, |parts| with(NumberKind::Call(*function, parts)))?
            }
        })
    }

    fn if_there(&self, space: &mut Space<'_>, columns: &[ColumnId], number: &Number, span: Span) -> Tried<Cases> {
        let mut missing = NO;
        for column in columns {
            let gone = space.missing(*column, span)?;
            missing = space.diagrams.or(missing, gone)?;
        }
        let there = space.diagrams.not(missing)?;
        Ok(vec![(there, Some(number.clone())), (missing, None)])
    }

    /// The cases of a calculation from those of its parts.
    fn combined(
        &mut self,
        space: &mut Space<'_>,
        parts: &[&Number],
        span: Span,
        build: impl Fn(Vec<Number>) -> Number,
    ) -> Tried<Option<Cases>> {
        let mut all: Vec<(Ref, Option<Vec<Number>>)> = vec![(YES, Some(Vec::new()))];
        for part in parts {
            let Some(cases) = self.cases(space, part, span)? else { return Ok(None) };
            let mut longer = Vec::with_capacity(all.len() * cases.len());
            for (when, numbers) in &all {
                for (and_when, number) in &cases {
                    let both = space.diagrams.and(*when, *and_when)?;
                    let joined = numbers.clone().zip(number.clone()).map(|(mut numbers, number)| {
                        numbers.push(number);
                        numbers
                    });
                    if both != NO {
                        longer.push((both, joined));
                    }
                }
            }
            if longer.len() > MOST_CASES {
                return Ok(None);
            }
            all = longer;
        }
        let fixed = |number: Number| {
            let mut columns = Vec::new();
            number.columns(&mut columns);
            let value = if columns.is_empty() { evaluated(self.plan, &number, &[]) } else { None };
            match value {
                Some(value) => Number { kind: NumberKind::Literal(value), ..number },
                None => number,
            }
        };
        Ok(self.few(all.into_iter().map(|(when, parts)| (when, parts.map(|parts| fixed(build(parts))))).collect()))
    }

    fn few(&self, mut cases: Cases) -> Option<Cases> {
        cases.retain(|(when, _)| *when != NO);
        (cases.len() <= MOST_CASES).then_some(cases)
    }
}

fn take(parts: &mut Vec<Number>) -> Box<Number> {
    Box::new(parts.remove(0))
}

/// The comparisons that bound a range.
fn ends(range: &RangeArm) -> impl Iterator<Item = (CompareOp, f64)> {
    let from = if range.from_included { CompareOp::GreaterEqual } else { CompareOp::Greater };
    let to = if range.to_included { CompareOp::LessEqual } else { CompareOp::Less };
    range.from.map(|value| (from, value)).into_iter().chain(range.to.map(|value| (to, value)))
}

/// The operator with its sides exchanged.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::Equal | CompareOp::NotEqual => op,
    }
}

/// Both lists ascend; so does the result.
fn meet(one: &[Keys], other: &[Keys]) -> Vec<Keys> {
    let both = one.iter().flat_map(|(a, b)| other.iter().map(|(c, d)| (*a.max(c), *b.min(d))));
    both.filter(|(from, to)| from < to).collect()
}

fn never_negative(number: &Number) -> bool {
    matches!(number.kind, NumberKind::DistanceTo { .. } | NumberKind::Call(Function::Abs | Function::Sqrt, _))
}

/// Finite for every account that has its columns.
fn finite(number: &Number) -> bool {
    match &number.kind {
        NumberKind::Literal(value) => value.is_finite(),
        NumberKind::Column(_)
        | NumberKind::DistanceTo { .. }
        | NumberKind::Between { .. }
        | NumberKind::InArms { .. } => true,
        NumberKind::Negate(a) => finite(a),
        NumberKind::Call(
            Function::Min | Function::Max | Function::Clamp | Function::Round | Function::Abs,
            arguments,
        ) => arguments.iter().all(finite),
        _ => false,
    }
}

fn may_be_nan(number: &Number) -> bool {
    match &number.kind {
        NumberKind::Add(a, b) | NumberKind::Subtract(a, b) | NumberKind::Multiply(a, b) => !(finite(a) && finite(b)),
        NumberKind::Negate(a) => may_be_nan(a),
        _ => !finite(number),
    }
}
