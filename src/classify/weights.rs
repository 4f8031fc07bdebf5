//! What accounts are worth: atoms in the first pass, whole weights once the totals are known.
//!
//! Takes batches, gives numbers a row. Invariant: sums do not depend on the order of rows or batches. Accounts that
//! are excluded from every coverage take no part: their atoms are nought and no total holds them.

use arrow_array::Float64Array;

use super::account::Account;
use super::compiler::Compiler;
use super::findings::{Findings, Flaw, Subject, Witness};
use super::linear::{self, Term};
use super::program::Program;
use super::reference::Reference;
use super::survey::Survey;
use super::value::{Numbers, Value};
use super::view::View;
use crate::data::{Batch, ExactSum};
use crate::diagnostics::codes::classify::BAD_TOTAL;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::plan::{Number, Plan};
use crate::workspace::schema::ColumnId;

/// The weights of a plan, compiled.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    /// Atoms, the parts of shares among them.
    atoms: Vec<(Number, Value)>,
    /// Of each share, the atom that it is a part of and its expression.
    pub shares: Vec<(u32, Number)>,
    /// Of each weight.
    forms: Vec<Form>,
}

#[derive(Debug, Clone)]
struct Form {
    /// `None`: it needs a second pass.
    terms: Option<Vec<Term>>,
    whole: Value,
    /// What a message about an account shows.
    columns: Vec<ColumnId>,
}

/// What the first pass over a batch gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// By atom, then row.
    pub atoms: Vec<Vec<f64>>,
    pub totals: Totals,
    pub findings: Findings,
}

/// What shares are parts of: summed over batches in any order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Totals {
    /// By share; `None` when it is too large.
    shares: Vec<Option<ExactSum>>,
    /// By weight: some account adds a negative term, so that only the second pass can tell whether the whole is.
    doubtful: Vec<bool>,
}

impl Totals {
    /// The total that a share of the program is a part of; NaN when it is too large.
    pub fn share(&self, share: u32) -> f64 {
        total(&self.shares[share as usize])
    }

    pub fn merge(&mut self, other: &Totals) {
        if self.shares.is_empty() && self.doubtful.is_empty() {
            self.clone_from(other);
            return;
        }
        self.shares
            .iter_mut()
            .zip(&other.shares)
            .for_each(|(sum, more)| *sum = sum.and_then(|sum| sum.merge((*more)?)));
        self.doubtful.iter_mut().zip(&other.doubtful).for_each(|(doubt, more)| *doubt |= more);
    }
}

impl Weights {
    pub fn compile(plan: &Plan, compiler: &mut Compiler<'_>) -> Self {
        let mut numbers = Vec::new();
        let mut forms = Vec::new();
        for weight in &plan.weights {
            let terms = linear::terms(&weight.value, compiler, &mut numbers);
            let whole = compiler.value(&weight.value);
            let mut survey = Survey::new(plan);
            survey.number(&weight.value);
            forms.push(Form { terms, whole, columns: survey.columns.into_iter().collect() });
        }
        let mut shares = Vec::new();
        for part in compiler.shares.clone() {
            let atom = numbers.iter().position(|known| *known == part).unwrap_or_else(|| {
                numbers.push(part.clone());
                numbers.len() - 1
            });
            shares.push((atom as u32, part));
        }
        let atoms = numbers.into_iter().map(|number| (number.clone(), compiler.value(&number))).collect();
        Self { atoms, shares, forms }
    }
}

impl Program {
    /// The terms of a weight over the atoms; `None` when it needs a second pass with [`Program::weights`].
    pub fn terms(&self, weight: u32) -> Option<&[Term]> {
        self.weights.forms[weight as usize].terms.as_deref()
    }

    /// How many atoms a row has.
    pub fn atoms(&self) -> usize {
        self.weights.atoms.len()
    }

    /// The first pass: atoms and totals. `excluded` are the rows that take no part, ascending
    /// ([`Classified::excluded`](super::Classified)).
    pub fn weigh(&self, batch: &Batch, excluded: &[u32]) -> Weighed {
        let mut weighed = Weighed {
            atoms: vec![Vec::with_capacity(batch.rows); self.weights.atoms.len()],
            totals: Totals {
                shares: vec![Some(ExactSum::default()); self.weights.shares.len()],
                doubtful: vec![false; self.weights.forms.len()],
            },
            findings: Findings::default(),
        };
        if self.weights.forms.is_empty() {
            return weighed;
        }
        let mut view = View::new(&self.fields, &self.shapes, batch, &[]);
        let mut part_of_chunk = Vec::new();
        while view.advance() {
            let (range, all) = (view.range(), view.all());
            takes_part(excluded, &range, &mut part_of_chunk);
            for ((_, value), column) in self.weights.atoms.iter().zip(&mut weighed.atoms) {
                let Numbers { values, missing } = value.compute(&mut view, all);
                column.extend(values);
                let chunk = &mut column[range.clone()];
                for (cell, missing) in chunk.iter_mut().zip(missing.iter().flatten()) {
                    if *missing {
                        *cell = f64::NAN;
                    }
                }
                for (cell, takes_part) in chunk.iter_mut().zip(&part_of_chunk) {
                    if !takes_part {
                        *cell = 0.0;
                    }
                }
            }
        }
        for ((atom, _), sum) in self.weights.shares.iter().zip(&mut weighed.totals.shares) {
            *sum = weighed.atoms[*atom as usize].iter().try_fold(ExactSum::default(), |sum, value| sum.add(*value));
        }
        for (weight, form) in (0u32..).zip(&self.weights.forms) {
            let Some(terms) = &form.terms else { continue };
            let doubt = self.inspect(batch, weight, terms, &weighed.atoms, &mut weighed.findings);
            weighed.totals.doubtful[weight as usize] = doubt;
        }
        weighed
    }

    /// Whether some weight cannot be had, or not be trusted, without [`Program::weights`].
    pub fn needs_second_pass(&self, totals: &Totals) -> bool {
        self.weights.forms.iter().any(|form| form.terms.is_none()) || totals.doubtful.contains(&true)
    }

    /// A total that nothing can be a part of.
    pub fn check_totals(&self, totals: &Totals) -> Diagnostics {
        let bad = self.weights.shares.iter().zip(&totals.shares).filter_map(|((_, part), sum)| {
            let what = match total(sum) {
                total if total > 0.0 => return None,
                0.0 => "nought".to_owned(),
                total if total < 0.0 => format!("negative ({total})"),
                _ => "too large".to_owned(),
            };
            Some(
                Diagnostic::error(
                    BAD_TOTAL,
                    format!("the total over all accounts is {what}, no account has a share of it"),
                )
                .label(part.span, "summed here"),
            )
        });
        bad.collect()
    }

    /// What shares are parts of, with their totals: for the plain evaluator.
    pub fn shares(&self, totals: &Totals) -> Vec<(Number, f64)> {
        self.weights.shares.iter().zip(&totals.shares).map(|((_, part), sum)| (part.clone(), total(sum))).collect()
    }

    /// The weight of a group of accounts from the group's sums of atoms; `None` when it needs a second pass.
    pub fn weight(&self, weight: u32, atom_sum: impl Fn(u32) -> f64, totals: &Totals) -> Option<f64> {
        let term = |term: &Term| {
            let total = term.share.map_or(1.0, |share| total(&totals.shares[share as usize]));
            term.factor * atom_sum(term.atom) / total
        };
        Some(self.terms(weight)?.iter().map(term).sum())
    }

    /// The second pass: every weight of every row, by weight. Rows that take no part weigh nought.
    pub fn weights(&self, batch: &Batch, excluded: &[u32], totals: &Totals) -> (Vec<Float64Array>, Findings) {
        let sums: Vec<f64> = totals.shares.iter().map(total).collect();
        let shares = self.shares(totals);
        let mut columns = vec![Vec::with_capacity(batch.rows); self.weights.forms.len()];
        let mut findings = Findings::default();
        let mut view = View::new(&self.fields, &self.shapes, batch, &sums);
        let mut part_of_chunk = Vec::new();
        while view.advance() {
            let (start, all) = (view.range().start, view.all());
            takes_part(excluded, &view.range(), &mut part_of_chunk);
            for ((weight, form), column) in (0u32..).zip(&self.weights.forms).zip(&mut columns) {
                let mut numbers = form.whole.compute(&mut view, all);
                for (at, takes_part) in part_of_chunk.iter().enumerate() {
                    if !takes_part {
                        numbers.values[at] = 0.0;
                        continue;
                    }
                    if numbers.is_missing(at) {
                        numbers.values[at] = f64::NAN;
                    }
                    if !(0.0..f64::INFINITY).contains(&numbers.values[at]) {
                        self.blame(&mut findings, batch, start + at, weight, flaw(numbers.values[at]), &shares);
                    }
                }
                column.extend(numbers.values);
            }
        }
        (columns.into_iter().map(Float64Array::from).collect(), findings)
    }

    /// Finds rows whose weight is certainly bad; whether some may be is the answer.
    fn inspect(&self, batch: &Batch, weight: u32, terms: &[Term], atoms: &[Vec<f64>], findings: &mut Findings) -> bool {
        let mut doubt = false;
        let lone = terms.len() == 1;
        let mut bad = Vec::new();
        for term in terms {
            for (row, atom) in atoms[term.atom as usize].iter().enumerate() {
                let value = term.factor * atom;
                if !(0.0..f64::INFINITY).contains(&value) {
                    if value < 0.0 && value > f64::NEG_INFINITY && !lone {
                        doubt = true;
                    } else {
                        bad.push((row, flaw(value)));
                    }
                }
            }
        }
        bad.sort_unstable();
        bad.dedup_by_key(|(row, _)| *row);
        // Any totals will do to tell which part is to blame.
        let shares: Vec<(Number, f64)> = self.weights.shares.iter().map(|(_, part)| (part.clone(), 1.0)).collect();
        for (row, flaw) in bad {
            self.blame(findings, batch, row, weight, flaw, &shares);
        }
        doubt
    }

    fn blame(
        &self,
        found: &mut Findings,
        batch: &Batch,
        row: usize,
        weight: u32,
        flaw: Flaw,
        shares: &[(Number, f64)],
    ) {
        let (key, account) = (self.key_of(batch, row), Account::Row(batch, row));
        let reference = Reference { plan: &self.plan, shapes: &self.shapes, totals: shares };
        let value = &self.plan.weights[weight as usize].value;
        // Missing and NaN look alike in a column.
        let flaw = match flaw {
            Flaw::Undefined if reference.number(value, account).is_none() => Flaw::Missing,
            flaw => flaw,
        };
        found.add(Subject::Weight { weight, flaw }, key, || {
            let columns = &self.weights.forms[weight as usize].columns;
            let place = if flaw == Flaw::Negative { value.span } else { reference.culprit(value, account) };
            Witness::new(&self.schema, key, account, columns, Some(place))
        });
    }
}

/// NaN when it is too large.
fn total(sum: &Option<ExactSum>) -> f64 {
    sum.map_or(f64::NAN, ExactSum::value)
}

fn flaw(value: f64) -> Flaw {
    if value.is_nan() {
        Flaw::Undefined
    } else if value.is_infinite() {
        Flaw::Infinite
    } else {
        Flaw::Negative
    }
}

/// Whether each row of the range takes part.
fn takes_part(excluded: &[u32], range: &std::ops::Range<usize>, into: &mut Vec<bool>) {
    into.clear();
    into.resize(range.len(), true);
    let from = excluded.partition_point(|row| (*row as usize) < range.start);
    for row in excluded[from..].iter().take_while(|row| (**row as usize) < range.end) {
        into[*row as usize - range.start] = false;
    }
}
