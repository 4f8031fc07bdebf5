//! What is added up over accounts: the atoms of the weights (or the weights themselves), and what budgets,
//! mixes and expectations ask.
//!
//! Takes the plan, gives a column a measure for each batch, and afterwards the weights, budgets, mixes and parts as linear
//! forms over the sums of measures.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::Array;
use arrow_buffer::BooleanBuffer;

use super::carving::{Linear, Quantities};
use crate::classify::{Classified, Filter, Findings, PreparedShape, Program, Statement, Totals};
use crate::data::{Batch, Values};
use crate::plan::{BudgetOf, Carve, Condition, Plan};
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
    /// Columns that budgets and expectations name; each is a measure behind the base.
    columns: Vec<ColumnId>,
    /// Behind these, as many measures as each part needs.
    parts: Vec<PartMeasures>,
    /// Per carve and mix clause.
    mixes: Vec<Vec<usize>>,
    filters: Vec<(Condition, Filter)>,
    count: usize,
}

/// What is summed up of the accounts that meet all conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub of: PartOf,
    pub conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartOf {
    Quantity(BudgetOf),
    /// Accounts that a statement names or holds: in this coverage, or in any.
    Excepted(Option<u32>),
}

/// A part with its place among the measures.
#[derive(Debug)]
struct PartMeasures {
    part: Part,
    /// Indices into the filters.
    filters: Vec<usize>,
    /// First measure; one for accounts, or one behind the other for the terms of the quantity.
    at: usize,
    terms: Vec<usize>,
}

/// The measures of a batch: one column each.
#[derive(Debug)]
pub struct Measured {
    pub columns: Vec<Vec<f64>>,
    pub totals: Totals,
    pub findings: Findings,
}

impl Measures {
    /// `asked` is what is summed up besides what carves need.
    pub fn new(
        plan: &Plan,
        program: &Program,
        schema: &Schema,
        shapes: &[Arc<PreparedShape>],
        pass: Pass,
        asked: &[Part],
    ) -> Self {
        let base = match pass {
            Pass::First => program.atoms(),
            Pass::Second(_) => plan.weights.len(),
        };
        let mut measures = Self {
            pass,
            base,
            columns: Vec::new(),
            parts: Vec::new(),
            mixes: Vec::new(),
            filters: Vec::new(),
            count: base,
        };
        let budgets = plan.carves.iter().filter_map(|c| c.keep.as_ref()?.at_most.as_ref()).map(|b| b.of);
        let mixed = plan.carves.iter().flat_map(|c| &c.limits.mixes).map(|m| m.of);
        let quantities = asked.iter().filter_map(|part| match part.of {
            PartOf::Quantity(of) => Some(of),
            PartOf::Excepted(_) => None,
        });
        for of in budgets.chain(mixed).chain(quantities) {
            if let BudgetOf::Column(column) = of
                && !measures.columns.contains(&column)
            {
                measures.columns.push(column);
                measures.count += 1;
            }
        }
        let mut compile = |condition: &Condition| Filter::compile(condition, plan, schema, shapes);
        for carve in &plan.carves {
            let mixes = carve.limits.mixes.iter().map(|mix| {
                let part = Part { of: PartOf::Quantity(mix.of), conditions: vec![mix.condition.clone()] };
                measures.add(part, program, &mut compile)
            });
            let mixes = mixes.collect();
            measures.mixes.push(mixes);
        }
        for part in asked {
            measures.add(part.clone(), program, &mut compile);
        }
        measures
    }

    /// The index of the part, which is measured from now on.
    fn add(&mut self, part: Part, program: &Program, compile: &mut impl FnMut(&Condition) -> Filter) -> usize {
        if let Some(known) = self.parts.iter().position(|p| p.part == part) {
            return known;
        }
        let mut filters = Vec::new();
        for condition in &part.conditions {
            let known = self.filters.iter().position(|(known, _)| known == condition);
            filters.push(known.unwrap_or_else(|| {
                self.filters.push((condition.clone(), compile(condition)));
                self.filters.len() - 1
            }));
        }
        // The totals of shares cancel out in a part of a whole only term by term: each is masked by itself.
        let (terms, width) = match part.of {
            PartOf::Quantity(_) if filters.is_empty() => (Vec::new(), 0),
            PartOf::Quantity(of) => {
                let terms: Vec<usize> =
                    self.form(of, program, None).terms.iter().map(|(measure, _)| *measure).collect();
                let width = terms.len().max(1);
                (terms, width)
            }
            PartOf::Excepted(_) => (Vec::new(), 1),
        };
        self.parts.push(PartMeasures { part, filters, at: self.count, terms });
        self.count += width;
        self.parts.len() - 1
    }

    /// How many measures a row has.
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Conditions whose columns batches must hold for the measures alone.
    pub fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.filters.iter().map(|(_, filter)| filter)
    }

    pub fn columns(&self) -> &[ColumnId] {
        &self.columns
    }

    pub fn measure(&self, plan: &Plan, program: &Program, batch: &Batch, classified: &Classified) -> Measured {
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
        let holding: Vec<BooleanBuffer> = self.filters.iter().map(|(_, filter)| filter.evaluate(batch)).collect();
        for PartMeasures { part, filters, terms, .. } in &self.parts {
            let holds = filters.iter().map(|f| holding[*f].clone()).reduce(|a, b| &a & &b);
            let masked = |values: &[f64]| holds.as_ref().map_or_else(|| values.to_vec(), |h| masked(values, h));
            match part.of {
                PartOf::Excepted(coverage) => {
                    measured.columns.push(masked(&excepted(plan, classified, coverage, batch.rows)));
                }
                PartOf::Quantity(_) if filters.is_empty() => {}
                PartOf::Quantity(_) if terms.is_empty() => measured.columns.push(masked(&vec![1.0; batch.rows])),
                PartOf::Quantity(_) => {
                    let columns: Vec<Vec<f64>> = terms.iter().map(|m| masked(&measured.columns[*m])).collect();
                    measured.columns.extend(columns);
                }
            }
        }
        measured
    }

    /// The quantities of a carve once the totals are known.
    pub fn quantities(&self, plan: &Plan, program: &Program, carve: u32, totals: &Totals) -> Quantities {
        let of: &Carve = &plan.carves[carve as usize];
        let weights = (0..plan.weights.len() as u32).map(|w| self.weight(w, program, totals)).collect();
        let budget = of.keep.as_ref().and_then(|k| k.at_most.as_ref()).map_or(BudgetOf::Accounts, |b| b.of);
        let mixes = of
            .limits
            .mixes
            .iter()
            .zip(&self.mixes[carve as usize])
            .map(|(mix, part)| (self.part_at(*part, program, totals), self.form(mix.of, program, Some(totals))));
        Quantities { weights, budget: self.form(budget, program, Some(totals)), mixes: mixes.collect() }
    }

    /// A part that was asked for, as a linear form.
    pub fn part(&self, part: &Part, program: &Program, totals: &Totals) -> Linear {
        let at = self.parts.iter().position(|p| p.part == *part).expect("the part was asked for");
        self.part_at(at, program, totals)
    }

    fn part_at(&self, at: usize, program: &Program, totals: &Totals) -> Linear {
        let PartMeasures { part, filters, at, .. } = &self.parts[at];
        match part.of {
            PartOf::Quantity(of) => {
                let mut form = self.form(of, program, Some(totals));
                if filters.is_empty() {
                    return form;
                }
                if form.terms.is_empty() {
                    return Linear { per_account: 0.0, terms: vec![(*at, 1.0)] };
                }
                form.terms.iter_mut().enumerate().for_each(|(n, (measure, _))| *measure = at + n);
                form
            }
            PartOf::Excepted(_) => Linear { per_account: 0.0, terms: vec![(*at, 1.0)] },
        }
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

/// One for every row that a statement names or holds, nought for the others. Those that end before the term or begin
/// behind it meet nobody.
fn excepted(plan: &Plan, classified: &Classified, coverage: Option<u32>, rows: usize) -> Vec<f64> {
    let mut flags = vec![0.0; rows];
    let here = |of: Option<u32>| coverage.is_none() || of.is_none() || of == coverage;
    for met in &classified.excepted {
        let counts = match met.statement {
            Statement::Exclude(_) => false,
            Statement::Named(n) => here(Some(plan.named[n as usize].coverage)),
            Statement::Hold(n) => here(plan.holds[n as usize].coverage),
        };
        if counts {
            flags[met.row as usize] = 1.0;
        }
    }
    flags
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
