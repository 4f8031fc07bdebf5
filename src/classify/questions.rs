//! What a coverage asks of single accounts: the columns, and the values at which answers can change.
//!
//! For explanations, which look for the change of one cell that would lead elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::survey::Survey;
use crate::plan::{Plan, Selector, TextPattern};
use crate::workspace::schema::ColumnId;

#[derive(Debug, Clone, Default)]
pub struct Questions {
    /// Everything that is read, ascending.
    pub columns: Vec<ColumnId>,
    /// Ascending: answers are the same from one cut up to the next.
    pub numbers: BTreeMap<ColumnId, Vec<f64>>,
    /// Days since 1970, likewise.
    pub dates: BTreeMap<ColumnId, Vec<i32>>,
    pub texts: BTreeMap<ColumnId, BTreeSet<TextPattern>>,
    /// Columns that are read within calculations, where cuts are not known.
    pub calculated: BTreeSet<ColumnId>,
}

impl Questions {
    /// What the tree of a coverage asks, and the statements that stand before it.
    pub fn of(plan: &Plan, coverage: u32) -> Self {
        let mut survey = Survey::new(plan);
        survey.node(&plan.coverages[coverage as usize].root);
        let here = |of: Option<u32>| of.is_none_or(|c| c == coverage);
        let excludes = plan.excludes.iter().filter(|e| here(e.coverage)).map(|e| &e.selector);
        let named = plan.named.iter().filter(|n| n.coverage == coverage).map(|n| &n.selector);
        for selector in excludes.chain(named) {
            if let Selector::Condition(condition) = selector {
                survey.condition(condition);
            }
        }
        let mut calculated = Vec::new();
        survey.formulas.iter().for_each(|(number, _)| number.columns(&mut calculated));
        let mut numbers = survey.numbers;
        for cuts in numbers.values_mut() {
            cuts.sort_by(f64::total_cmp);
            cuts.dedup();
        }
        let mut dates = survey.dates;
        for cuts in dates.values_mut() {
            cuts.sort_unstable();
            cuts.dedup();
        }
        Self {
            columns: survey.columns.into_iter().collect(),
            numbers,
            dates,
            texts: survey
                .texts
                .into_iter()
                .map(|(column, patterns)| (column, patterns.into_iter().collect()))
                .collect(),
            calculated: calculated.into_iter().collect(),
        }
    }
}
