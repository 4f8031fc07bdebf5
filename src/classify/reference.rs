//! The plan's meaning for one account, the plain way.
//!
//! Interprets the typed plan, one case after the other, with nothing compiled or shared with the kernels but the
//! geometry. Tests hold the kernels to it; `test` blocks, explanations and the words of findings use it.

use std::sync::Arc;

use super::account::Account;
use super::circle::{Circle, distance_km};
use super::shape::PreparedShape;
use super::survey::Survey;
use crate::diagnostics::Span;
use crate::plan::{
    ArmId, Condition, DateValue, Dimension, DimensionId, Function, Node, Number, NumberKind, Partition, Plan,
    Predicate, RangeArm, Selector, Split, TextPattern, Value,
};
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

pub struct Reference<'a> {
    pub plan: &'a Plan,
    pub shapes: &'a [Arc<PreparedShape>],
    /// What shares are parts of, and their totals.
    pub totals: &'a [(Number, f64)],
}

/// An account that a partition does not put into exactly one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Stray {
    /// The split or the dimension.
    pub partition: Span,
    /// The dimension that has no arm for the account, or several; otherwise a split is at fault.
    pub dimension: Option<DimensionId>,
    /// Two arms that claim it; none does where this is absent.
    pub claims: Option<(Span, Span)>,
    /// The columns that were decided upon, in that order, each once.
    pub columns: Vec<ColumnId>,
}

impl Reference<'_> {
    /// The leaf that the coverage's tree sends the account to, whatever the exceptions say.
    pub fn leaf(&self, coverage: u32, account: Account<'_>) -> Result<u32, Stray> {
        let mut columns = Vec::new();
        let mut node = &self.plan.coverages[coverage as usize].root;
        loop {
            let (next, span) = match node {
                Node::Leaf(leaf) => return Ok(*leaf),
                Node::Split(Split::Dimension { dimension, branch, arms, span, .. }) => {
                    self.add_columns(&mut columns, |survey| survey.dimension(*dimension));
                    let stray = |stray: Stray| Stray { columns: columns.clone(), ..stray };
                    let arm = self.arm(*dimension, account).map_err(stray)?;
                    let taken = branch.get(arm.0 as usize).copied().flatten();
                    (taken.map(|index| &arms[index as usize].node), *span)
                }
                Node::Split(Split::Conditions { arms, otherwise, in_order, span, .. }) => {
                    let mut holding = Vec::new();
                    for arm in arms {
                        if *in_order && !holding.is_empty() {
                            break;
                        }
                        self.add_columns(&mut columns, |survey| survey.condition(&arm.condition));
                        if self.holds(&arm.condition, account) {
                            holding.push(arm);
                        }
                    }
                    if let [first, second, ..] = holding[..] {
                        let claims = Some((first.span, second.span));
                        return Err(Stray { partition: *span, dimension: None, claims, columns });
                    }
                    let otherwise = otherwise.as_ref().map(|arm| &arm.node);
                    (holding.first().map(|arm| &arm.node).or(otherwise), *span)
                }
            };
            node = next.ok_or(Stray { partition: span, dimension: None, claims: None, columns: columns.clone() })?;
        }
    }

    /// The arm that the account falls in.
    pub fn arm(&self, id: DimensionId, account: Account<'_>) -> Result<ArmId, Stray> {
        let dimension = &self.plan.dimensions[id.0 as usize];
        let missing = dimension.missing.or(dimension.otherwise);
        let arm = match &dimension.partition {
            Partition::Ranges { subject, ranges } => match self.number(subject, account) {
                None => missing,
                Some(value) => {
                    let range = ranges.iter().find(|range| within(range, value));
                    range.map(|range| range.arm).or(dimension.otherwise)
                }
            },
            Partition::Texts { column, default, patterns } => {
                match text(account, *column).or_else(|| default.clone()) {
                    None => missing,
                    Some(text) => {
                        let fitting = patterns.iter().filter(|(pattern, _)| fits(pattern, &text));
                        let best = fitting.min_by_key(|(pattern, _)| match pattern {
                            TextPattern::Exactly(_) => 0,
                            TextPattern::StartsWith(prefix) => usize::MAX - prefix.len(),
                        });
                        best.map(|(_, arm)| *arm).or(dimension.otherwise)
                    }
                }
            }
            Partition::Dates { column, ranges } => match date(account, *column) {
                None => missing,
                Some(day) => {
                    let range = ranges
                        .iter()
                        .find(|(from, to, _)| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to));
                    range.map(|(_, _, arm)| *arm).or(dimension.otherwise)
                }
            },
            Partition::Conditions { arms } => {
                let holding: Vec<ArmId> =
                    arms.iter().filter(|(condition, _)| self.holds(condition, account)).map(|(_, arm)| *arm).collect();
                if let Some(other) = holding.iter().find(|arm| **arm != holding[0]) {
                    let span = |arm: &ArmId| dimension.arms[arm.0 as usize].span;
                    return Err(self.stray_of(id, dimension, Some((span(&holding[0]), span(other)))));
                }
                holding.first().copied().or(dimension.otherwise)
            }
        };
        arm.ok_or_else(|| self.stray_of(id, dimension, None))
    }

    fn stray_of(&self, id: DimensionId, dimension: &Dimension, claims: Option<(Span, Span)>) -> Stray {
        let mut columns = Vec::new();
        self.add_columns(&mut columns, |survey| survey.dimension(id));
        Stray { partition: dimension.span, dimension: Some(id), claims, columns }
    }

    pub fn holds(&self, condition: &Condition, account: Account<'_>) -> bool {
        match condition {
            Condition::Always(holds) => *holds,
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, account)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, account)),
            Condition::Not(part) => !self.holds(part, account),
            Condition::Segment(index) => self.holds(&self.plan.segments[*index as usize].condition, account),
            Condition::Test(predicate, _) => self.answers(predicate, account).unwrap_or(false),
        }
    }

    /// `None` when a missing cell leaves the question open.
    fn answers(&self, predicate: &Predicate, account: Account<'_>) -> Option<bool> {
        Some(match predicate {
            Predicate::Compare { left, op, right } => {
                compare(self.number(left, account)?, *op, self.number(right, account)?)
            }
            Predicate::Matches { column, default, patterns } => {
                let text = text(account, *column).or_else(|| default.clone())?;
                patterns.iter().any(|pattern| fits(pattern, &text))
            }
            Predicate::Searches { column, default, searches } => {
                let text = text(account, *column).or_else(|| default.clone())?;
                searches.iter().any(|search| search.finds(&text))
            }
            Predicate::SameText { left, right } => text(account, *left)? == text(account, *right)?,
            Predicate::CompareDate { column, default, op, to } => {
                compare(date(account, *column).or(*default)?, *op, *to)
            }
            Predicate::CompareDates { left, op, right } => compare(date(account, *left)?, *op, date(account, *right)?),
            Predicate::Flag { column, default } => match account.cell(*column) {
                Some(Value::Bool(flag)) => flag,
                _ => *default,
            },
            Predicate::Missing(column) => account.cell(*column).is_none(),
            Predicate::Is { dimension, arms } => self.arm(*dimension, account).is_ok_and(|arm| arms.contains(&arm)),
            Predicate::Within { column, lat, lon, km } => {
                let (at_lat, at_lon) = point(account, *column)?;
                Circle::new(*lat, *lon, *km).contains(at_lat, at_lon)
            }
            Predicate::Inside { column, shape } => {
                let (lat, lon) = point(account, *column)?;
                self.shapes[*shape as usize].contains(lat, lon)
            }
        })
    }

    /// `None` when it is missing.
    pub fn number(&self, number: &Number, account: Account<'_>) -> Option<f64> {
        let compute = |number: &Number| self.number(number, account);
        Some(match &number.kind {
            NumberKind::Literal(value) => *value,
            NumberKind::Column(column) => match account.cell(*column)? {
                Value::Number(value) => value,
                _ => return None,
            },
            NumberKind::Negate(a) => -compute(a)?,
            NumberKind::Add(a, b) => compute(a)? + compute(b)?,
            NumberKind::Subtract(a, b) => compute(a)? - compute(b)?,
            NumberKind::Multiply(a, b) => compute(a)? * compute(b)?,
            NumberKind::Divide(a, b) => compute(a)? / compute(b)?,
            NumberKind::Call(function, arguments) => {
                let arguments: Vec<f64> = arguments.iter().map(compute).collect::<Option<_>>()?;
                call(*function, &arguments)
            }
            NumberKind::Share(part) => {
                let total =
                    self.totals.iter().find(|(known, _)| known == &**part).map_or(f64::NAN, |(_, total)| *total);
                compute(part)? / total
            }
            NumberKind::Default(value, default) => match compute(value) {
                Some(value) => value,
                None => compute(default)?,
            },
            NumberKind::If { condition, then, otherwise } => {
                compute(if self.holds(condition, account) { then } else { otherwise })?
            }
            NumberKind::DistanceTo { column, lat, lon } => {
                let (at_lat, at_lon) = point(account, *column)?;
                distance_km(*lat, *lon, at_lat, at_lon)
            }
            NumberKind::Between { from, to } => {
                let day = |value: &DateValue| match value {
                    DateValue::Day(day) => Some(*day),
                    DateValue::Column(column) => date(account, *column),
                };
                day(to)?.signed_duration_since(day(from)?).num_days() as f64 * 24.0
            }
            NumberKind::InArms { dimension, arms } => {
                let inside = self.arm(*dimension, account).is_ok_and(|arm| arms.contains(&arm));
                if inside { 1.0 } else { 0.0 }
            }
        })
    }

    /// The innermost part of a number that is no finite number, where the whole is none: the one to blame.
    pub fn culprit(&self, number: &Number, account: Account<'_>) -> Span {
        let parts: Vec<&Number> = match &number.kind {
            NumberKind::Literal(_)
            | NumberKind::Column(_)
            | NumberKind::DistanceTo { .. }
            | NumberKind::Between { .. }
            | NumberKind::InArms { .. } => Vec::new(),
            NumberKind::Negate(a) | NumberKind::Share(a) => vec![a],
            NumberKind::Add(a, b)
            | NumberKind::Subtract(a, b)
            | NumberKind::Multiply(a, b)
            | NumberKind::Divide(a, b) => vec![a, b],
            NumberKind::Default(a, b) => {
                if self.number(a, account).is_some() {
                    vec![a]
                } else {
                    vec![b]
                }
            }
            NumberKind::If { condition, then, otherwise } => {
                vec![if self.holds(condition, account) { then } else { otherwise }]
            }
            NumberKind::Call(_, arguments) => arguments.iter().collect(),
        };
        let broken = |part: &&&Number| !self.number(part, account).is_some_and(f64::is_finite);
        match parts.iter().find(broken) {
            Some(part) => self.culprit(part, account),
            None => number.span,
        }
    }

    pub fn selects(&self, selector: &Selector, key: &str, account: Account<'_>) -> bool {
        match selector {
            Selector::Keys(keys) => keys.iter().any(|(listed, _)| listed == key),
            Selector::Condition(condition) => self.holds(condition, account),
        }
    }

    /// The columns that decide the arm.
    pub fn columns_of_dimension(&self, id: DimensionId) -> Vec<ColumnId> {
        let mut columns = Vec::new();
        self.add_columns(&mut columns, |survey| survey.dimension(id));
        columns
    }

    /// The columns that conditions read, each once.
    pub fn columns_of_conditions<'c>(&self, conditions: impl IntoIterator<Item = &'c Condition>) -> Vec<ColumnId> {
        let mut columns = Vec::new();
        for condition in conditions {
            self.add_columns(&mut columns, |survey| survey.condition(condition));
        }
        columns
    }

    /// The columns that a number is computed from, those of its conditions and dimensions among them.
    pub fn columns_of_number(&self, number: &Number) -> Vec<ColumnId> {
        let mut columns = Vec::new();
        self.add_columns(&mut columns, |survey| survey.number(number));
        columns
    }

    /// The dimension and those that its conditions ask.
    pub fn dimensions_of_dimension(&self, id: DimensionId) -> Vec<DimensionId> {
        self.dimensions(|survey| survey.dimension(id))
    }

    /// The dimensions that conditions ask, those of their segments among them.
    pub fn dimensions_of_conditions<'c>(
        &self,
        conditions: impl IntoIterator<Item = &'c Condition>,
    ) -> Vec<DimensionId> {
        self.dimensions(|survey| conditions.into_iter().for_each(|condition| survey.condition(condition)))
    }

    pub fn dimensions_of_number(&self, number: &Number) -> Vec<DimensionId> {
        self.dimensions(|survey| survey.number(number))
    }

    fn dimensions(&self, look: impl FnOnce(&mut Survey<'_>)) -> Vec<DimensionId> {
        let mut survey = Survey::new(self.plan);
        look(&mut survey);
        survey.dimensions.into_iter().collect()
    }

    fn add_columns(&self, columns: &mut Vec<ColumnId>, look: impl FnOnce(&mut Survey<'_>)) {
        let mut survey = Survey::new(self.plan);
        look(&mut survey);
        for column in survey.columns {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
}

fn compare<T: PartialOrd>(a: T, op: CompareOp, b: T) -> bool {
    match op {
        CompareOp::Less => a < b,
        CompareOp::LessEqual => a <= b,
        CompareOp::Equal => a == b,
        CompareOp::NotEqual => a != b,
        CompareOp::GreaterEqual => a >= b,
        CompareOp::Greater => a > b,
    }
}

fn within(range: &RangeArm, value: f64) -> bool {
    let above = range.from.is_none_or(|from| if range.from_included { value >= from } else { value > from });
    let below = range.to.is_none_or(|to| if range.to_included { value <= to } else { value < to });
    !value.is_nan() && above && below
}

fn fits(pattern: &TextPattern, text: &str) -> bool {
    match pattern {
        TextPattern::Exactly(literal) => literal == text,
        TextPattern::StartsWith(prefix) => text.starts_with(prefix.as_str()),
    }
}

fn call(function: Function, arguments: &[f64]) -> f64 {
    if arguments.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    // Of equal numbers the last, which shows where nought and minus nought meet.
    let least = |a: f64, b: f64| if a < b { a } else { b };
    let greatest = |a: f64, b: f64| if a > b { a } else { b };
    match function {
        Function::Min => arguments.iter().copied().reduce(least).unwrap_or(f64::NAN),
        Function::Max => arguments.iter().copied().reduce(greatest).unwrap_or(f64::NAN),
        Function::Clamp => least(greatest(arguments[0], arguments[1]), arguments[2]),
        Function::Log => libm::log(arguments[0]),
        Function::Sqrt => arguments[0].sqrt(),
        Function::Round => arguments[0].round(),
        Function::Abs => arguments[0].abs(),
    }
}

fn text(account: Account<'_>, column: ColumnId) -> Option<String> {
    match account.cell(column)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn date(account: Account<'_>, column: ColumnId) -> Option<chrono::NaiveDate> {
    match account.cell(column)? {
        Value::Date(day) => Some(day),
        _ => None,
    }
}

fn point(account: Account<'_>, column: ColumnId) -> Option<(f64, f64)> {
    match account.cell(column)? {
        Value::Point { lat, lon } => Some((lat, lon)),
        _ => None,
    }
}
