//! A plan made ready to classify accounts.
//!
//! Takes the plan once, then any number of batches from any number of threads. Invariant: what is said of a row
//! depends on that row alone.

use std::sync::Arc;

use super::account::Account;
use super::compiler::Compiler;
use super::exceptions::{self, Excepted, Exceptions};
use super::field::{Field, FieldId};
use super::findings::{Findings, Subject, Witness};
use super::reference::Reference;
use super::shape::PreparedShape;
use super::survey::Survey;
use super::tree::{Lost, NO_LEAF, Tree};
use super::view::View;
use super::weights::Weights;
use crate::data::Batch;
use crate::diagnostics::Diagnostics;
use crate::plan::{DimensionId, Plan};
use crate::workspace::schema::{ColumnId, Schema};

/// A compiled plan.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) plan: Arc<Plan>,
    pub(super) schema: Arc<Schema>,
    pub(super) shapes: Vec<Arc<PreparedShape>>,
    pub(super) fields: Vec<Field>,
    pub(super) weights: Weights,
    key: ColumnId,
    trees: Vec<Tree>,
    exceptions: Exceptions,
    checks: Vec<Check>,
    columns: Vec<Needed>,
}

/// A column that the program reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    pub column: ColumnId,
    /// A text column that is cheapest as dictionary codes, since each word is looked at once.
    pub coded: bool,
}

/// A dimension that may fail to take an account, or take it twice.
#[derive(Debug, Clone)]
struct Check {
    dimension: DimensionId,
    field: FieldId,
    /// By class.
    is_bad: Vec<bool>,
    /// The class that two arms claim, if the field has one.
    two: Option<u32>,
}

/// What is known of a batch's rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// By coverage, then row: index into [`Coverage::leaves`](crate::plan::Coverage), or [`NO_LEAF`] where the tree
    /// takes no account like that, which is a finding unless an exception stands before the tree.
    pub leaves: Vec<Vec<u32>>,
    /// By row, then force.
    pub excepted: Vec<Excepted>,
    /// Rows that are excluded from every coverage, ascending.
    pub excluded: Vec<u32>,
    /// To be merged over all batches; every one of them is an error.
    pub findings: Findings,
}

impl Classified {
    /// The statements that a row meets.
    pub fn excepted_of(&self, row: u32) -> &[Excepted] {
        met_by(&self.excepted, row)
    }
}

impl Program {
    /// Compiles a plan without errors. `key` is the accounts' key; `shapes` are the plan's shapes in its order.
    pub fn compile(plan: &Plan, schema: &Schema, key: ColumnId, shapes: &[Arc<PreparedShape>]) -> Self {
        let mut survey = Survey::new(plan);
        exceptions::survey(plan, &mut survey);
        plan.coverages.iter().for_each(|coverage| survey.node(&coverage.root));
        plan.weights.iter().for_each(|weight| survey.number(&weight.value));
        let dimensions = survey.dimensions.clone();
        // Words that are looked up are worth a dictionary; those that are only searched are read as they come.
        let coded = |column: &ColumnId| schema.column(*column).kind.is_text() && survey.texts.contains_key(column);
        let needed = |column: &ColumnId| Needed { column: *column, coded: coded(column) && *column != key };
        let columns = survey.columns.iter().map(needed).collect();

        let mut compiler = Compiler::new(survey, plan);
        let exceptions = Exceptions::compile(plan, &mut compiler);
        let trees = plan.coverages.iter().map(|coverage| Tree::compile(coverage, &mut compiler)).collect();
        let weights = Weights::compile(plan, &mut compiler);
        let checks = dimensions.into_iter().filter_map(|dimension| Check::of(dimension, &mut compiler)).collect();
        Self {
            plan: Arc::new(plan.clone()),
            schema: Arc::new(schema.clone()),
            shapes: shapes.to_vec(),
            fields: compiler.fields,
            weights,
            key,
            trees,
            exceptions,
            checks,
            columns,
        }
    }

    /// The columns that batches must hold besides the key, ascending.
    pub fn columns(&self) -> &[Needed] {
        &self.columns
    }

    /// Classifies every row.
    pub fn classify(&self, batch: &Batch) -> Classified {
        let mut done = Classified {
            leaves: vec![vec![NO_LEAF; batch.rows]; self.trees.len()],
            excepted: Vec::new(),
            excluded: Vec::new(),
            findings: Findings::default(),
        };
        let mut view = View::new(&self.fields, &self.shapes, batch, &[]);
        let mut lost = Vec::new();
        while view.advance() {
            let range = view.range();
            let start = range.start as u32;
            let begin = done.excepted.len();
            self.exceptions.find(&mut view, self.key, &mut done.excepted);
            self.weigh_exceptions(batch, begin, &mut done);

            for check in &self.checks {
                self.check(check, &mut view, &mut done);
            }
            for (coverage, tree) in self.trees.iter().enumerate() {
                lost.clear();
                tree.classify(&mut view, &mut done.leaves[coverage][range.clone()], &mut lost);
                for of_chunk in &lost {
                    self.note_lost(batch, coverage as u32, Lost { row: start + of_chunk.row, ..*of_chunk }, &mut done);
                }
            }
        }
        done
    }

    /// The findings in words.
    pub fn report(&self, findings: &Findings) -> Diagnostics {
        findings.report(&self.plan)
    }

    /// The plain evaluator of the same plan, which knows no totals.
    pub fn reference(&self) -> Reference<'_> {
        Reference { plan: &self.plan, shapes: &self.shapes, totals: &[] }
    }

    pub(super) fn key_of<'b>(&self, batch: &'b Batch, row: usize) -> &'b str {
        batch.column(self.key).text(row).unwrap_or_default()
    }

    /// Rows excluded from everything, and statements that contradict each other.
    fn weigh_exceptions(&self, batch: &Batch, begin: usize, done: &mut Classified) {
        for met in done.excepted[begin..].chunk_by(|a, b| a.row == b.row) {
            let row = met[0].row;
            if exceptions::excluded_everywhere(&self.plan, met) {
                done.excluded.push(row);
                continue;
            }
            for (first, second) in exceptions::contradictions(&self.plan, met) {
                let key = self.key_of(batch, row as usize);
                done.findings.add(Subject::Exceptions { first, second }, key, || {
                    let mut survey = Survey::new(&self.plan);
                    exceptions::survey_statements(&self.plan, [first, second], &mut survey);
                    let columns: Vec<ColumnId> = survey.columns.into_iter().collect();
                    Witness::new(&self.schema, key, Account::Row(batch, row as usize), &columns, None)
                });
            }
        }
    }

    /// Every account that takes part must fall in exactly one arm of every dimension that the plan asks for.
    fn check(&self, check: &Check, view: &mut View<'_>, done: &mut Classified) {
        let (start, batch, all) = (view.range().start, view.batch, view.all());
        let classes = view.classes(check.field, all);
        let mut bad = Vec::new();
        all.each(|_, row| {
            if check.is_bad[classes[row] as usize] {
                bad.push(start + row);
            }
        });
        for row in bad {
            if done.excluded.binary_search(&(row as u32)).is_ok() {
                continue;
            }
            let two = check.two.is_some_and(|two| classes[row - start] == two);
            let (key, account) = (self.key_of(batch, row), Account::Row(batch, row));
            done.findings.add(Subject::Dimension { dimension: check.dimension.0, two }, key, || {
                let stray = self.reference().arm(check.dimension, account).expect_err("no arm, or two");
                Witness::stray(&self.schema, key, account, stray)
            });
        }
    }

    fn note_lost(&self, batch: &Batch, coverage: u32, lost: Lost, done: &mut Classified) {
        if exceptions::settled(&self.plan, met_by(&done.excepted, lost.row), coverage) {
            return;
        }
        let (key, account) = (self.key_of(batch, lost.row as usize), Account::Row(batch, lost.row as usize));
        done.findings.add(Subject::Split { coverage, split: lost.split, two: lost.two }, key, || {
            let stray = self.reference().leaf(coverage, account).expect_err("no branch, or two");
            Witness::stray(&self.schema, key, account, stray)
        });
    }
}

impl Check {
    /// `None` when the dimension takes every account exactly once by its make.
    fn of(dimension: DimensionId, compiler: &mut Compiler<'_>) -> Option<Self> {
        let arms = compiler.arms(dimension);
        let two = match &compiler.fields[arms.field.0 as usize] {
            Field::Decision(decision) => Some(decision.two()),
            _ => None,
        };
        let is_bad: Vec<bool> = arms.of_class.iter().map(Option::is_none).collect();
        is_bad.contains(&true).then_some(Self { dimension, field: arms.field, is_bad, two })
    }
}

fn met_by(excepted: &[Excepted], row: u32) -> &[Excepted] {
    let from = excepted.partition_point(|e| e.row < row);
    let to = excepted.partition_point(|e| e.row <= row);
    &excepted[from..to]
}
