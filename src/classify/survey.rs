//! What a plan asks of each column, gathered before anything is compiled.
//!
//! Takes conditions and numbers of the plan, gives the cut points and patterns that tell the values of each column
//! apart. Invariant: every cut and pattern that compiling the same nodes looks up is in the survey.

use std::collections::{BTreeMap, BTreeSet};

use super::cuts::Cuts;
use crate::plan::{
    Condition, DateValue, Dimension, DimensionId, Node, Number, NumberKind, Partition, Plan, Predicate, Split,
    TextPattern,
};
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

#[derive(Debug, Clone)]
pub(super) struct Survey<'p> {
    plan: &'p Plan,
    pub numbers: BTreeMap<ColumnId, Vec<f64>>,
    pub dates: BTreeMap<ColumnId, Vec<i32>>,
    pub texts: BTreeMap<ColumnId, Vec<TextPattern>>,
    /// Expressions, each once.
    pub formulas: Vec<(Number, Vec<f64>)>,
    /// Every column that is read.
    pub columns: BTreeSet<ColumnId>,
    /// Dimensions that anything asks for.
    pub dimensions: BTreeSet<DimensionId>,
    segments: BTreeSet<u32>,
}

/// How a number is asked for: what is compared, and what stands in where that is missing.
pub(super) enum Subject<'n> {
    Column(ColumnId, Option<f64>),
    Formula(&'n Number, Option<f64>),
}

impl<'n> Subject<'n> {
    pub fn of(number: &'n Number) -> Self {
        let (inner, default) = match &number.kind {
            NumberKind::Default(inner, default) => match literal(default) {
                Some(value) => (&**inner, Some(value)),
                None => (number, None),
            },
            _ => (number, None),
        };
        match inner.kind {
            NumberKind::Column(column) => Subject::Column(column, default),
            _ => Subject::Formula(inner, default),
        }
    }
}

/// A finite number as written.
pub(super) fn literal(number: &Number) -> Option<f64> {
    match &number.kind {
        NumberKind::Literal(value) => Some(*value).filter(|v| v.is_finite()),
        NumberKind::Negate(inner) => literal(inner).map(|value| -value),
        _ => None,
    }
}

/// The comparisons that bound a range.
pub(super) fn range_ends(range: &crate::plan::RangeArm) -> impl Iterator<Item = (CompareOp, f64)> {
    let from = if range.from_included { CompareOp::GreaterEqual } else { CompareOp::Greater };
    let to = if range.to_included { CompareOp::LessEqual } else { CompareOp::Less };
    range.from.map(|value| (from, value)).into_iter().chain(range.to.map(|value| (to, value)))
}

impl<'p> Survey<'p> {
    pub fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            numbers: BTreeMap::new(),
            dates: BTreeMap::new(),
            texts: BTreeMap::new(),
            formulas: Vec::new(),
            columns: BTreeSet::new(),
            dimensions: BTreeSet::new(),
            segments: BTreeSet::new(),
        }
    }

    pub fn node(&mut self, node: &Node) {
        match node {
            Node::Leaf(_) => {}
            Node::Split(Split::Dimension { dimension, arms, .. }) => {
                self.dimension(*dimension);
                arms.iter().for_each(|arm| self.node(&arm.node));
            }
            Node::Split(Split::Conditions { arms, otherwise, .. }) => {
                for arm in arms {
                    self.condition(&arm.condition);
                    self.node(&arm.node);
                }
                otherwise.iter().for_each(|arm| self.node(&arm.node));
            }
        }
    }

    pub fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Always(_) => {}
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| self.condition(part)),
            Condition::Not(part) => self.condition(part),
            Condition::Segment(index) => {
                if self.segments.insert(*index) {
                    self.condition(&self.plan.segments[*index as usize].condition);
                }
            }
            Condition::Test(predicate, _) => self.predicate(predicate),
        }
    }

    fn predicate(&mut self, predicate: &Predicate) {
        match predicate {
            Predicate::Compare { left, op, right } => match literal(right) {
                Some(value) => self.cut(left, Cuts::needed(*op, value)),
                None => {
                    self.number(left);
                    self.number(right);
                }
            },
            Predicate::Matches { column, patterns, .. } => self.text(*column, patterns),
            Predicate::CompareDate { column, op, to, .. } => self.date(*column, Cuts::needed(*op, to.to_epoch_days())),
            Predicate::SameText { left, right } | Predicate::CompareDates { left, right, .. } => {
                self.columns.extend([*left, *right]);
            }
            Predicate::Flag { column, .. }
            | Predicate::Missing(column)
            | Predicate::Searches { column, .. }
            | Predicate::Within { column, .. }
            | Predicate::Inside { column, .. } => {
                self.columns.insert(*column);
            }
            Predicate::Is { dimension, .. } => self.dimension(*dimension),
        }
    }

    pub fn dimension(&mut self, id: DimensionId) {
        if !self.dimensions.insert(id) {
            return;
        }
        let Dimension { partition, .. } = &self.plan.dimensions[id.0 as usize];
        match partition {
            Partition::Ranges { subject, ranges } => {
                let cuts = ranges.iter().flat_map(range_ends).flat_map(|(op, value)| Cuts::needed(op, value)).collect();
                self.cut(subject, cuts);
            }
            Partition::Texts { column, patterns, .. } => {
                self.columns.insert(*column);
                self.texts.entry(*column).or_default().extend(patterns.iter().map(|(pattern, _)| pattern.clone()));
            }
            Partition::Dates { column, ranges } => {
                let ends = |from: &Option<chrono::NaiveDate>, op: CompareOp| {
                    from.iter().flat_map(|day| Cuts::needed(op, day.to_epoch_days())).collect::<Vec<i32>>()
                };
                let cuts = ranges
                    .iter()
                    .flat_map(|(from, to, _)| [ends(from, CompareOp::GreaterEqual), ends(to, CompareOp::LessEqual)])
                    .flatten()
                    .collect();
                self.date(*column, cuts);
            }
            Partition::Conditions { arms } => arms.iter().for_each(|(condition, _)| self.condition(condition)),
        }
    }

    pub fn number(&mut self, number: &Number) {
        match &number.kind {
            NumberKind::Literal(_) => {}
            NumberKind::Column(column) | NumberKind::DistanceTo { column, .. } => {
                self.columns.insert(*column);
            }
            NumberKind::Negate(a) | NumberKind::Share(a) => self.number(a),
            NumberKind::Add(a, b)
            | NumberKind::Subtract(a, b)
            | NumberKind::Multiply(a, b)
            | NumberKind::Divide(a, b)
            | NumberKind::Default(a, b) => {
                self.number(a);
                self.number(b);
            }
            NumberKind::Call(_, arguments) => arguments.iter().for_each(|argument| self.number(argument)),
            NumberKind::If { condition, then, otherwise } => {
                self.condition(condition);
                self.number(then);
                self.number(otherwise);
            }
            NumberKind::Between { from, to } => {
                for date in [from, to] {
                    if let DateValue::Column(column) = date {
                        self.columns.insert(*column);
                    }
                }
            }
            NumberKind::InArms { dimension, .. } => self.dimension(*dimension),
        }
    }

    fn cut(&mut self, subject: &Number, cuts: Vec<f64>) {
        match Subject::of(subject) {
            Subject::Column(column, _) => {
                self.columns.insert(column);
                self.numbers.entry(column).or_default().extend(cuts);
            }
            Subject::Formula(number, _) => {
                self.number(number);
                match self.formulas.iter_mut().find(|(known, _)| known == number) {
                    Some((_, known)) => known.extend(cuts),
                    None => self.formulas.push((number.clone(), cuts)),
                }
            }
        }
    }

    fn text(&mut self, column: ColumnId, patterns: &[TextPattern]) {
        self.columns.insert(column);
        self.texts.entry(column).or_default().extend_from_slice(patterns);
    }

    fn date(&mut self, column: ColumnId, cuts: Vec<i32>) {
        self.columns.insert(column);
        self.dates.entry(column).or_default().extend(cuts);
    }
}
