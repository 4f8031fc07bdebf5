//! Lints that look at the accounts: how often a column is empty, which values nobody has, what lies close to a
//! threshold, and which account outweighs all others.
//!
//! [`Asked`] says what the manifest wants to know and costs nothing where that is nothing. Parts of batches are merged
//! in any order into a [`Tally`]. No cell of an account is ever shown but its key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::classify::{Filter, PreparedShape};
use crate::data::{Batch, Values};
use crate::diagnostics::codes::lint::{DOMINANT_ACCOUNT, EMPTY_ARM, MISSING_VALUES, NEAR_THRESHOLD};
use crate::diagnostics::lints::Level;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{
    ArmId, Condition, DimensionId, Node, Number, NumberKind, Partition, Plan, Predicate, Selector, Split,
};
use crate::workspace::lints::Lints;
use crate::workspace::schema::{ColumnId, Schema};

/// What is to be counted.
#[derive(Debug, Default)]
pub struct Asked {
    /// Every arm of every dimension, in their order.
    arms: Vec<(DimensionId, ArmId, Filter)>,
    /// Columns that decide and may be empty, ascending.
    nullable: Vec<ColumnId>,
    thresholds: Vec<Threshold>,
    /// The part of a threshold that is close.
    close: f64,
    /// Weights that carves balance.
    weights: Vec<u32>,
}

#[derive(Debug)]
struct Threshold {
    column: ColumnId,
    value: f64,
    span: Span,
}

/// What one batch gave.
#[derive(Debug, Default)]
pub struct Part {
    rows: u64,
    arms: Vec<u64>,
    missing: Vec<u64>,
    near: Vec<u64>,
    /// The heaviest account of each weight; of equals the one with the smaller key.
    heaviest: Vec<Option<(f64, String)>>,
}

/// What all batches gave.
pub type Tally = Part;

impl Asked {
    /// `shapes` are the plan's in its order.
    pub fn new(plan: &Plan, schema: &Schema, shapes: &[Arc<PreparedShape>], lints: &Lints) -> Self {
        let wanted = |code| lints.level(code) != Level::Allow;
        let mut asked = Self { close: lints.limit(NEAR_THRESHOLD), ..Self::default() };
        let mut decisive = Decisive::default();
        decisive.plan(plan);
        if wanted(EMPTY_ARM) {
            for (d, dimension) in plan.dimensions.iter().enumerate() {
                for (a, arm) in dimension.arms.iter().enumerate() {
                    let (dimension, id) = (DimensionId(d as u32), ArmId(a as u32));
                    let test = Condition::Test(Predicate::Is { dimension, arms: vec![id] }, arm.span);
                    asked.arms.push((dimension, id, Filter::compile(&test, plan, schema, shapes)));
                }
            }
        }
        if wanted(MISSING_VALUES) {
            asked.nullable = decisive.columns.iter().copied().filter(|c| !schema.column(*c).required).collect();
        }
        if wanted(NEAR_THRESHOLD) {
            asked.thresholds = decisive.thresholds();
        }
        if wanted(DOMINANT_ACCOUNT) {
            let balanced: BTreeSet<u32> = plan.carves.iter().flat_map(|c| &c.balances).map(|b| b.weight).collect();
            asked.weights = balanced.into_iter().collect();
        }
        asked
    }

    /// Nothing is asked: the accounts need not be read again.
    pub fn is_empty(&self) -> bool {
        self.arms.is_empty() && self.nullable.is_empty() && self.thresholds.is_empty() && self.weights.is_empty()
    }

    /// The weights whose values [`Self::look`] wants, by number.
    pub fn weights(&self) -> &[u32] {
        &self.weights
    }

    /// Columns that batches must hold, and whether as codes.
    pub fn columns(&self) -> Vec<(ColumnId, bool)> {
        let arms = self.arms.iter().flat_map(|(_, _, filter)| filter.columns()).map(|n| (n.column, n.coded));
        let thresholds = self.thresholds.iter().map(|t| (t.column, false));
        arms.chain(thresholds).chain(self.nullable.iter().map(|c| (*c, false))).collect()
    }

    /// `weights` has the values of [`Self::weights`] row by row.
    pub fn look(&self, batch: &Batch, key: ColumnId, weights: &[Vec<f64>]) -> Part {
        let near = |t: &Threshold| match batch.column(t.column) {
            Values::Number(cells) => {
                let reach = (t.value * self.close).abs();
                cells.iter().flatten().filter(|x| (x - t.value).abs() <= reach).count() as u64
            }
            _ => 0,
        };
        let key = batch.column(key);
        let heaviest = |values: &Vec<f64>| {
            let rows = values.iter().enumerate().filter(|(_, v)| v.is_finite());
            let accounts = rows.map(|(row, value)| (*value, key.text(row).unwrap_or_default()));
            accounts.fold(None, |best: Option<(f64, &str)>, next| match best {
                Some(best) if !heavier(next, best) => Some(best),
                _ => Some(next),
            })
        };
        Part {
            rows: batch.rows as u64,
            arms: self.arms.iter().map(|(.., filter)| filter.evaluate(batch).count_set_bits() as u64).collect(),
            missing: self.nullable.iter().map(|c| batch.column(*c).null_count() as u64).collect(),
            near: self.thresholds.iter().map(near).collect(),
            heaviest: weights.iter().map(|v| heaviest(v).map(|(value, key)| (value, key.to_owned()))).collect(),
        }
    }

    /// What to say; `totals` has the sum of each of the plan's weights.
    pub fn report(
        &self,
        tally: &Tally,
        plan: &Plan,
        schema: &Schema,
        key: ColumnId,
        lints: &Lints,
        totals: &[f64],
    ) -> Diagnostics {
        let mut found = Diagnostics::default();
        if tally.rows == 0 {
            return found;
        }
        let part = |count: u64| count as f64 / tally.rows as f64;
        for ((dimension, arm, _), _) in self.arms.iter().zip(&tally.arms).filter(|(_, count)| **count == 0) {
            let dimension = &plan.dimensions[dimension.0 as usize];
            let arm = &dimension.arms[arm.0 as usize];
            found.push(
                Diagnostic::warning(EMPTY_ARM, format!("no account is `{}` in `{}`", arm.name, dimension.name))
                    .label(arm.span, "takes none of the data's accounts")
                    .help("the value may be misspelt, or the data may lack what it takes"),
            );
        }
        for (column, count) in self.nullable.iter().zip(&tally.missing) {
            let column = schema.column(*column);
            if part(*count) > lints.limit(MISSING_VALUES) {
                found.push(
                    Diagnostic::warning(
                        MISSING_VALUES,
                        format!(
                            "`{}` is missing in {:.1}% of the accounts, and it decides",
                            column.name,
                            part(*count) * 100.0
                        ),
                    )
                    .label(column.span, "declared here")
                    .help("fill it, or decide by a column that is known of more accounts"),
                );
            }
        }
        for (threshold, count) in self.thresholds.iter().zip(&tally.near).filter(|(_, count)| **count > 0) {
            let name = &schema.column(threshold.column).name;
            let accounts = if *count == 1 { "account lies" } else { "accounts lie" };
            found.push(
                Diagnostic::warning(
                    NEAR_THRESHOLD,
                    format!("{count} {accounts} within {}% of `{name}` = {}", percent(self.close), threshold.value),
                )
                .label(threshold.span, format!("{}% of the accounts are as close as that", percent(part(*count))))
                .help("a small change of the data gives them to someone else; look at them, or keep them with `hold`"),
            );
        }
        for (weight, heaviest) in self.weights.iter().zip(&tally.heaviest) {
            let (Some((value, account)), total) = (heaviest, totals[*weight as usize]) else { continue };
            let weight = &plan.weights[*weight as usize];
            if total > 0.0 && value / total > lints.limit(DOMINANT_ACCOUNT) {
                let hidden = schema.column(key).sensitive;
                let account = if hidden { "one account".to_owned() } else { format!("account `{account}`") };
                found.push(
                    Diagnostic::warning(
                        DOMINANT_ACCOUNT,
                        format!("{account} has {}% of `{}`", percent(value / total), weight.name),
                    )
                    .label(weight.span, "carves balance this")
                    .help("give it a territory of its own with `named`, or flatten the weight: `min(…)`, `sqrt(…)`, `log(…)`"),
                );
            }
        }
        found
    }
}

impl Part {
    /// Adds what another batch gave.
    pub fn merge(&mut self, other: Part) {
        if self.rows == 0 && self.arms.is_empty() && self.missing.is_empty() {
            let rows = self.rows;
            *self = other;
            self.rows += rows;
            return;
        }
        self.rows += other.rows;
        for (mine, theirs) in
            [(&mut self.arms, other.arms), (&mut self.missing, other.missing), (&mut self.near, other.near)]
        {
            mine.resize(mine.len().max(theirs.len()), 0);
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        self.heaviest.resize(self.heaviest.len().max(other.heaviest.len()), None);
        for (mine, theirs) in self.heaviest.iter_mut().zip(other.heaviest) {
            let wins = match (&*mine, &theirs) {
                (Some((m, mk)), Some((t, tk))) => heavier((*t, tk), (*m, mk)),
                (None, Some(_)) => true,
                _ => false,
            };
            if wins {
                *mine = theirs;
            }
        }
    }
}

/// Of equals the one with the smaller key.
fn heavier(a: (f64, &str), b: (f64, &str)) -> bool {
    a.0 > b.0 || (a.0 == b.0 && a.1 < b.1)
}

/// One decimal, none where it is nought.
fn percent(part: f64) -> String {
    let text = format!("{:.1}", part * 100.0);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// What decides who owns an account: columns, and numbers that they are held against.
#[derive(Debug, Default)]
struct Decisive {
    columns: BTreeSet<ColumnId>,
    /// By column and number; the first place in the order of the plan.
    cuts: BTreeMap<(ColumnId, u64), (f64, Span)>,
}

impl Decisive {
    fn plan(&mut self, plan: &Plan) {
        for dimension in &plan.dimensions {
            let mut columns = Vec::new();
            dimension.columns(&mut columns);
            self.columns.extend(columns);
            match &dimension.partition {
                Partition::Ranges { subject, ranges } => {
                    for range in ranges {
                        let span = dimension.arms[range.arm.0 as usize].span;
                        range.from.iter().chain(&range.to).for_each(|value| self.cut(subject, *value, span));
                    }
                }
                Partition::Conditions { arms } => arms.iter().for_each(|(c, _)| self.condition(c)),
                Partition::Texts { .. } | Partition::Dates { .. } => {}
            }
        }
        plan.segments.iter().for_each(|s| self.condition(&s.condition));
        plan.coverages.iter().for_each(|c| self.node(&c.root));
        let selectors = plan.named.iter().map(|n| &n.selector).chain(plan.holds.iter().map(|h| &h.selector));
        for selector in selectors.chain(plan.excludes.iter().map(|e| &e.selector)) {
            if let Selector::Condition(condition) = selector {
                self.condition(condition);
            }
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

    fn condition(&mut self, condition: &Condition) {
        let mut columns = Vec::new();
        condition.columns(&mut columns);
        self.columns.extend(columns);
        match condition {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| self.condition(part)),
            Condition::Not(part) => self.condition(part),
            Condition::Test(Predicate::Compare { left, right, .. }, span) => {
                if let NumberKind::Literal(value) = right.kind {
                    self.cut(left, value, *span);
                }
            }
            Condition::Always(_) | Condition::Segment(_) | Condition::Test(..) => {}
        }
    }

    fn cut(&mut self, subject: &Number, value: f64, span: Span) {
        let column = match &subject.kind {
            NumberKind::Column(column) => *column,
            NumberKind::Default(inner, _) => match inner.kind {
                NumberKind::Column(column) => column,
                _ => return,
            },
            _ => return,
        };
        // Nothing lies within a part of nought.
        if value.is_finite() && value != 0.0 {
            self.cuts.entry((column, value.to_bits())).or_insert((value, span));
        }
    }

    fn thresholds(&self) -> Vec<Threshold> {
        self.cuts
            .iter()
            .map(|((column, _), (value, span))| Threshold { column: *column, value: *value, span: *span })
            .collect()
    }
}
