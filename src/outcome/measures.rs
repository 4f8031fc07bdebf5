//! What is added up over accounts: the atoms of the weights (or the weights themselves), and what budgets and mixes ask.
//!
//! Takes the plan, gives a column a measure for each batch, and afterwards the weights, budgets and mixes as linear forms
//! over the sums of measures.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::Array;
use arrow_buffer::BooleanBuffer;

use super::carving::{Linear, Quantities};
use crate::classify::{Classified, Filter, Findings, PreparedShape, Program, Totals};
use crate::data::{Batch, Values};
use crate::plan::{BudgetOf, Carve, Plan};
use crate::workspace::schema::{ColumnId, Schema};

/// What the first measures of a row are.
#[derive(Debug, Clone, PartialEq)]
pub enum Pass {
    /// Atoms; shares follow from their totals after the pass.
    First,
    /// Weights, with the totals of an earlier pass.
    Second(Totals),
}

/// The measures of a plan.
#[derive(Debug)]
pub struct Measures {
    pass: Pass,
    /// Atoms or weights.
    base: usize,
    /// Columns that budgets name; each is a measure behind the base.
    columns: Vec<ColumnId>,
    /// Per carve and mix clause; each is as many measures as its quantity needs, behind the columns.
    mixes: Vec<Vec<Mask>>,
    count: usize,
}

/// The part of a quantity that meets a condition.
#[derive(Debug)]
struct Mask {
    filter: Filter,
    /// First measure; one for accounts, or one behind the other for the terms of `of`.
    at: usize,
    of: Linear,
}

/// The measures of a batch: one column each.
#[derive(Debug)]
pub struct Measured {
    pub columns: Vec<Vec<f64>>,
    pub totals: Totals,
    pub findings: Findings,
}

impl Measures {
    pub fn new(plan: &Plan, program: &Program, schema: &Schema, shapes: &[Arc<PreparedShape>], pass: Pass) -> Self {
        let base = match pass {
            Pass::First => program.atoms(),
            Pass::Second(_) => plan.weights.len(),
        };
        let mut measures = Self { pass, base, columns: Vec::new(), mixes: Vec::new(), count: base };
        let budgets = plan.carves.iter().filter_map(|c| c.keep.as_ref()?.at_most.as_ref()).map(|b| b.of);
        let mixed = plan.carves.iter().flat_map(|c| &c.limits.mixes).map(|m| m.of);
        for of in budgets.chain(mixed) {
            if let BudgetOf::Column(column) = of
                && !measures.columns.contains(&column)
            {
                measures.columns.push(column);
                measures.count += 1;
            }
        }
        for carve in &plan.carves {
            let mut masks = Vec::new();
            for mix in &carve.limits.mixes {
                let filter = Filter::compile(&mix.condition, plan, schema, shapes);
                // The totals of shares cancel out in a part of a whole only term by term: each is masked by itself.
                let of = measures.form(mix.of, program, None);
                let width = of.terms.len().max(1);
                masks.push(Mask { filter, at: measures.count, of });
                measures.count += width;
            }
            measures.mixes.push(masks);
        }
        measures
    }

    /// How many measures a row has.
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Columns that batches must hold for the measures alone, and whether each is text.
    pub fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.mixes.iter().flatten().map(|m| &m.filter)
    }

    pub fn columns(&self) -> &[ColumnId] {
        &self.columns
    }

    pub fn measure(&self, program: &Program, batch: &Batch, classified: &Classified) -> Measured {
        let mut measured = match &self.pass {
            Pass::First => {
                let weighed = program.weigh(batch, &classified.excluded);
                Measured { columns: weighed.atoms, totals: weighed.totals, findings: weighed.findings }
            }
            Pass::Second(totals) => {
                let (weights, findings) = program.weights(batch, &classified.excluded, totals);
                let columns = weights.iter().map(|w| w.values().to_vec()).collect();
                Measured { columns, totals: totals.clone(), findings }
            }
        };
        for column in &self.columns {
            measured.columns.push(numbers(batch.column(*column)));
        }
        for mask in self.mixes.iter().flatten() {
            let holds = mask.filter.evaluate(batch);
            let masked = |values: &[f64]| masked(values, &holds);
            if mask.of.terms.is_empty() {
                let ones = vec![1.0; batch.rows];
                measured.columns.push(masked(&ones));
            } else {
                let columns: Vec<Vec<f64>> = mask.of.terms.iter().map(|(m, _)| masked(&measured.columns[*m])).collect();
                measured.columns.extend(columns);
            }
        }
        measured
    }

    /// The quantities of a carve once the totals are known.
    pub fn quantities(&self, plan: &Plan, program: &Program, carve: u32, totals: &Totals) -> Quantities {
        let of: &Carve = &plan.carves[carve as usize];
        let weights = (0..plan.weights.len() as u32).map(|w| self.weight(w, program, totals)).collect();
        let budget = of.keep.as_ref().and_then(|k| k.at_most.as_ref()).map_or(BudgetOf::Accounts, |b| b.of);
        let mixes = of.limits.mixes.iter().zip(&self.mixes[carve as usize]).map(|(mix, mask)| {
            let whole = self.form(mix.of, program, Some(totals));
            let mut part = whole.clone();
            if part.terms.is_empty() {
                part = Linear { per_account: 0.0, terms: vec![(mask.at, 1.0)] };
            } else {
                part.terms.iter_mut().enumerate().for_each(|(n, (measure, _))| *measure = mask.at + n);
            }
            (part, whole)
        });
        Quantities { weights, budget: self.form(budget, program, Some(totals)), mixes: mixes.collect() }
    }

    /// A weight as a linear form.
    pub fn weight(&self, weight: u32, program: &Program, totals: &Totals) -> Linear {
        self.form(BudgetOf::Weight(weight), program, Some(totals))
    }

    /// Without totals the factors of shares are those of their atoms: the terms are right, their factors are not yet.
    fn form(&self, of: BudgetOf, program: &Program, totals: Option<&Totals>) -> Linear {
        match of {
            BudgetOf::Accounts => Linear { per_account: 1.0, terms: Vec::new() },
            BudgetOf::Column(column) => {
                let at = self.columns.iter().position(|c| *c == column).expect("budget columns are measures");
                Linear { per_account: 0.0, terms: vec![(self.base + at, 1.0)] }
            }
            BudgetOf::Weight(weight) => match &self.pass {
                Pass::Second(_) => Linear { per_account: 0.0, terms: vec![(weight as usize, 1.0)] },
                Pass::First => {
                    let mut by_atom: BTreeMap<usize, f64> = BTreeMap::new();
                    for term in program.terms(weight).unwrap_or_default() {
                        let total = match (term.share, totals) {
                            (Some(share), Some(totals)) => totals.share(share),
                            _ => 1.0,
                        };
                        *by_atom.entry(term.atom as usize).or_default() += term.factor / total;
                    }
                    Linear { per_account: 0.0, terms: by_atom.into_iter().collect() }
                }
            },
        }
    }
}

/// A numeric column with nought for missing cells.
fn numbers(values: &Values) -> Vec<f64> {
    match values {
        Values::Number(array) if array.null_count() == 0 => array.values().to_vec(),
        Values::Number(array) => array.iter().map(Option::unwrap_or_default).collect(),
        other => vec![0.0; other.len()],
    }
}

fn masked(values: &[f64], holds: &BooleanBuffer) -> Vec<f64> {
    values.iter().zip(holds.iter()).map(|(v, holds)| if holds { *v } else { 0.0 }).collect()
}
