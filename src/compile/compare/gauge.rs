//! What accounts come to: weights, money columns, segments.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::Array;
use arrow_buffer::BooleanBuffer;

use super::rows::Wanted;
use crate::classify::{Filter, PreparedShape, Program, Totals};
use crate::data::{Batch, Values};
use crate::diff::{Impact, Measure};
use crate::outcome::carving::Linear;
use crate::outcome::measures::{Measures, Pass};
use crate::outcome::sum::Sum;
use crate::plan::{Plan, Unit};
use crate::workspace::Workspace;
use crate::workspace::schema::{ColumnId, ColumnType};

/// The measures of a diff: every weight of the head, then every money column; none that is sensitive or reads what is.
pub(super) fn measures(workspace: &Workspace, plan: &Plan) -> Vec<Measure> {
    let weights =
        plan.weights.iter().map(|w| Measure { name: w.name.clone(), kind: "weight", unit: unit_name(w.unit) });
    let money = workspace.manifest.accounts.schema.columns.iter();
    let money = money.filter(|c| c.kind == ColumnType::Money && !c.sensitive);
    let columns = money.map(|c| Measure { name: c.name.clone(), kind: "column", unit: "money".into() });
    weights.chain(columns).collect()
}

fn unit_name(unit: Unit) -> String {
    crate::outcome::settle::unit_name(unit)
}

/// One measure on one side; `None` where the side does not have it.
#[derive(Debug)]
enum Scale {
    Weight(Linear),
    Column(ColumnId),
    None,
}

/// Measures the accounts of one side.
#[derive(Debug)]
pub(super) struct Gauge<'a> {
    plan: &'a Plan,
    program: Program,
    measures: Measures,
    scales: Vec<Scale>,
    segments: Vec<Filter>,
}

/// The amounts of some accounts, added up exactly.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    accounts: u64,
    sums: Vec<Sum>,
}

impl Tally {
    pub fn add(&mut self, amounts: impl IntoIterator<Item = f64>) {
        self.accounts += 1;
        for (n, amount) in amounts.into_iter().enumerate() {
            if self.sums.len() <= n {
                self.sums.push(Sum::default());
            }
            self.sums[n].add(amount);
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.accounts += other.accounts;
        self.sums.resize(self.sums.len().max(other.sums.len()), Sum::default());
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, more)| sum.merge(*more));
    }

    pub fn impact(&self, measures: usize) -> Impact {
        let mut amounts: Vec<f64> = self.sums.iter().map(|sum| sum.value()).collect();
        amounts.resize(measures, 0.0);
        Impact { accounts: self.accounts, amounts }
    }
}

/// Tallies by case, and by case and segment.
#[derive(Debug, Clone, Default)]
pub(super) struct ByCase {
    pub of: BTreeMap<u32, Tally>,
    pub of_segment: BTreeMap<(u32, u32), Tally>,
}

impl ByCase {
    pub fn merge(&mut self, other: &Self) {
        other.of.iter().for_each(|(case, tally)| self.of.entry(*case).or_default().merge(tally));
        for (key, tally) in &other.of_segment {
            self.of_segment.entry(*key).or_default().merge(tally);
        }
    }
}

impl<'a> Gauge<'a> {
    /// `totals` are those of a compile of the plan.
    pub fn new(
        workspace: &Workspace,
        plan: &'a Plan,
        shapes: &[Arc<PreparedShape>],
        totals: &Totals,
        wanted: &[Measure],
    ) -> Self {
        let schema = &workspace.manifest.accounts.schema;
        let program = Program::compile(plan, schema, workspace.manifest.accounts.key, shapes);
        let pass = if program.needs_second_pass(totals) { Pass::Second(totals.clone()) } else { Pass::First };
        let measures = Measures::new(plan, &program, schema, shapes, pass, &[]);
        let scale = |measure: &Measure| match measure.kind {
            "weight" => match plan.weights.iter().position(|w| w.name == measure.name) {
                Some(at) => Scale::Weight(measures.weight(at as u32, &program, totals)),
                None => Scale::None,
            },
            _ => {
                let column = schema.columns.iter().position(|c| c.name == measure.name && c.kind == ColumnType::Money);
                column.map_or(Scale::None, |at| Scale::Column(ColumnId(at as u32)))
            }
        };
        let scales = wanted.iter().map(scale).collect();
        let segments = plan.segments.iter().map(|s| Filter::compile(&s.condition, plan, schema, shapes)).collect();
        Self { plan, program, measures, scales, segments }
    }

    pub fn wanted(&self, wanted: &mut Wanted) {
        wanted.add(self.program.columns().iter().map(|n| (n.column, n.coded)));
        wanted.add(self.measures.columns().iter().map(|c| (*c, false)));
        for filter in self.measures.filters().chain(&self.segments) {
            wanted.add(filter.columns().iter().map(|n| (n.column, n.coded)));
        }
        wanted.add(self.scales.iter().filter_map(|scale| match scale {
            Scale::Column(column) => Some((*column, false)),
            _ => None,
        }));
    }

    /// Per measure the amounts of the batch's rows.
    pub fn amounts(&self, batch: &Batch) -> Vec<Vec<f64>> {
        let classified = self.program.classify(batch);
        let measured = self.measures.measure(self.plan, &self.program, batch, &classified);
        let mut amounts = vec![Vec::with_capacity(batch.rows); self.scales.len()];
        let mut values = vec![0.0; measured.columns.len()];
        for row in 0..batch.rows {
            values.iter_mut().zip(&measured.columns).for_each(|(value, column)| *value = column[row]);
            for (scale, amounts) in self.scales.iter().zip(&mut amounts) {
                amounts.push(match scale {
                    Scale::Weight(linear) => linear.of(1.0, &values),
                    Scale::Column(column) => match batch.column(*column) {
                        Values::Number(array) if array.is_valid(row) => array.value(row),
                        _ => 0.0,
                    },
                    Scale::None => 0.0,
                });
            }
        }
        amounts
    }

    /// Tallies of the rows that `case` knows.
    pub fn tally(&self, batch: &Batch, case: impl Fn(usize) -> Option<u32>) -> ByCase {
        let amounts = self.amounts(batch);
        let holding: Vec<BooleanBuffer> = self.segments.iter().map(|filter| filter.evaluate(batch)).collect();
        let mut all = ByCase::default();
        for row in 0..batch.rows {
            let Some(case) = case(row) else { continue };
            let of_row = || amounts.iter().map(|column| column[row]);
            all.of.entry(case).or_default().add(of_row());
            for (segment, holds) in holding.iter().enumerate() {
                if holds.value(row) {
                    all.of_segment.entry((case, segment as u32)).or_default().add(of_row());
                }
            }
        }
        all
    }
}
