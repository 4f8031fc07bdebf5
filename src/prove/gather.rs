//! The texts and shapes that plans ask about, gathered before anything is told apart.
//!
//! Numbers and days need no gathering: their keys are fixed.

use std::collections::{BTreeMap, BTreeSet};

use super::space::ShapeKey;
use crate::plan::{
    Claim, Condition, Node, Number, NumberKind, Partition, Plan, Predicate, Selector, Split, TextPattern, TextSearch,
};
use crate::workspace::schema::ColumnId;

const MOST_CONSTANTS: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub texts: BTreeMap<ColumnId, BTreeSet<TextPattern>>,
    pub searches: BTreeMap<ColumnId, BTreeSet<TextSearch>>,
    pub shapes: BTreeMap<ColumnId, BTreeSet<ShapeKey>>,
    /// Fixed numbers, to try accounts around them.
    pub constants: Vec<f64>,
    /// Of the plan that is being gathered from, by shape.
    areas: Vec<ShapeKey>,
}

impl Gathered {
    /// `paths` are those of all areas.
    pub fn plan(&mut self, plan: &Plan, paths: &[String]) {
        self.areas = (0..plan.shapes.len() as u32).map(|shape| ShapeKey::area(plan, shape, paths)).collect();
        plan.segments.iter().for_each(|segment| self.condition(&segment.condition));
        plan.dimensions.iter().for_each(|dimension| self.partition(&dimension.partition));
        plan.coverages.iter().for_each(|coverage| self.node(&coverage.root));
        let named = plan.named.iter().map(|n| &n.selector);
        let holds = plan.holds.iter().map(|h| &h.selector);
        for selector in named.chain(holds).chain(plan.excludes.iter().map(|e| &e.selector)) {
            if let Selector::Condition(condition) = selector {
                self.condition(condition);
            }
        }
        for question in &plan.questions {
            question.given.iter().chain([&question.holds]).for_each(|claim| self.claim(claim));
        }
    }

    fn partition(&mut self, partition: &Partition) {
        match partition {
            Partition::Ranges { subject, ranges } => {
                self.number(subject);
                self.constants
                    .extend(ranges.iter().take(MOST_CONSTANTS).flat_map(|range| [range.from, range.to]).flatten());
            }
            Partition::Texts { column, patterns, .. } => {
                self.texts.entry(*column).or_default().extend(patterns.iter().map(|(pattern, _)| pattern.clone()));
            }
            Partition::Dates { .. } => {}
            Partition::Conditions { arms } => arms.iter().for_each(|(condition, _)| self.condition(condition)),
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Leaf(_) => {}
            Node::Split(Split::Dimension { arms, .. }) => arms.iter().for_each(|arm| self.node(&arm.node)),
            Node::Split(Split::Conditions { arms, otherwise, .. }) => {
                for arm in arms {
                    self.condition(&arm.condition);
                    self.node(&arm.node);
                }
                otherwise.iter().for_each(|arm| self.node(&arm.node));
            }
        }
    }

    fn claim(&mut self, claim: &Claim) {
        match claim {
            Claim::All(parts) | Claim::Any(parts) => parts.iter().for_each(|part| self.claim(part)),
            Claim::Not(part) => self.claim(part),
            Claim::Meets(condition) => self.condition(condition),
            Claim::InPlace { .. } => {}
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Always(_) | Condition::Segment(_) => {}
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| self.condition(part)),
            Condition::Not(part) => self.condition(part),
            Condition::Test(predicate, _) => self.predicate(predicate),
        }
    }

    fn predicate(&mut self, predicate: &Predicate) {
        match predicate {
            Predicate::Compare { left, right, .. } => {
                self.number(left);
                self.number(right);
            }
            Predicate::Matches { column, patterns, .. } => {
                self.texts.entry(*column).or_default().extend(patterns.iter().cloned());
            }
            Predicate::Searches { column, searches, .. } => {
                self.searches.entry(*column).or_default().extend(searches.iter().cloned());
            }
            Predicate::Within { column, lat, lon, km } => {
                self.shapes.entry(*column).or_default().insert(ShapeKey::circle(*lat, *lon, *km));
            }
            Predicate::Inside { column, shape } => {
                self.shapes
                    .entry(*column)
                    .or_default()
                    .insert(self.areas.get(*shape as usize).copied().unwrap_or(ShapeKey::Shape(u32::MAX)));
            }
            Predicate::SameText { .. }
            | Predicate::CompareDate { .. }
            | Predicate::CompareDates { .. }
            | Predicate::Flag { .. }
            | Predicate::Missing(_)
            | Predicate::Is { .. } => {}
        }
    }

    fn number(&mut self, number: &Number) {
        match &number.kind {
            NumberKind::Literal(value) => {
                if self.constants.len() < MOST_CONSTANTS && !self.constants.contains(value) {
                    self.constants.push(*value);
                }
            }
            NumberKind::Column(_)
            | NumberKind::DistanceTo { .. }
            | NumberKind::Between { .. }
            | NumberKind::InArms { .. } => {}
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
        }
    }
}
