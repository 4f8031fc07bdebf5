//! Which exceptions an account meets: excluded, named, held.
//!
//! Conditions of all statements share one decision table; keys share one hash map. Rows are rarely excepted, so the
//! result lists the rows that are. Statements that end before the plan's term or begin behind it match nobody.

use std::collections::HashMap;

use arrow_array::Array;

use super::compiler::Compiler;
use super::decision::Decision;
use super::quick_hash::QuickHash;
use super::survey::Survey;
use super::view::View;
use crate::data::Values;
use crate::plan::{HoldOwner, Plan, Selector};
use crate::workspace::schema::ColumnId;

/// A statement of the plan: an index into its excludes, named or holds. In the order of force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statement {
    Exclude(u32),
    Named(u32),
    Hold(u32),
}

/// A row and a statement that it meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excepted {
    /// Within the batch.
    pub row: u32,
    pub statement: Statement,
    /// Index into the selector's keys, for a statement that lists keys.
    pub key: Option<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct Exceptions {
    statements: Vec<Statement>,
    /// The arms are `statements`.
    conditions: Option<Decision>,
    keys: HashMap<Box<str>, Vec<(Statement, u32)>, QuickHash>,
    /// Bit n is set when some key has n bytes (63: or more): most accounts of most plans need no look-up.
    lengths: u64,
}

/// The statements that can matter in the plan's term, with their selectors.
fn active(plan: &Plan) -> impl Iterator<Item = (Statement, &Selector)> {
    let (first, last) = plan.term;
    let excludes = plan.excludes.iter().zip(0..).map(|(e, i)| (Statement::Exclude(i), &e.selector));
    let named = plan.named.iter().zip(0..).filter(move |(n, _)| n.until.is_none_or(|until| until >= first));
    let holds = plan.holds.iter().zip(0..);
    let holds = holds.filter(move |(h, _)| h.until >= first && h.from.is_none_or(|from| from <= last));
    let named = named.map(|(n, i)| (Statement::Named(i), &n.selector));
    excludes.chain(named).chain(holds.map(|(h, i)| (Statement::Hold(i), &h.selector)))
}

pub(super) fn survey(plan: &Plan, survey: &mut Survey<'_>) {
    for (_, selector) in active(plan) {
        if let Selector::Condition(condition) = selector {
            survey.condition(condition);
        }
    }
}

/// What two statements ask about an account.
pub(super) fn survey_statements(plan: &Plan, statements: [Statement; 2], survey: &mut Survey<'_>) {
    for (_, selector) in active(plan).filter(|(statement, _)| statements.contains(statement)) {
        if let Selector::Condition(condition) = selector {
            survey.condition(condition);
        }
    }
}

impl Exceptions {
    pub fn compile(plan: &Plan, compiler: &mut Compiler<'_>) -> Self {
        let mut statements = Vec::new();
        let mut tests = Vec::new();
        let mut keys: HashMap<Box<str>, Vec<(Statement, u32)>, QuickHash> = HashMap::with_hasher(QuickHash);
        let mut lengths = 0;
        for (statement, selector) in active(plan) {
            match selector {
                Selector::Keys(listed) => {
                    for ((key, _), index) in listed.iter().zip(0..) {
                        lengths |= length_bit(key);
                        keys.entry(key.as_str().into()).or_default().push((statement, index));
                    }
                }
                Selector::Condition(condition) => {
                    tests.push((compiler.condition(condition), statements.len() as u32));
                    statements.push(statement);
                }
            }
        }
        let arms = statements.len() as u32;
        let conditions = (!tests.is_empty()).then(|| compiler.decision(tests, arms, false));
        Self { statements, conditions, keys, lengths }
    }

    pub fn reads_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Appends what the rows of the chunk meet, by row, then statement.
    pub fn find(&self, view: &mut View<'_>, key: ColumnId, into: &mut Vec<Excepted>) {
        let begin = into.len();
        let range = view.range();
        if let Some(conditions) = &self.conditions {
            let rows = view.all();
            conditions.each_holding(view, rows, |row, arm| {
                let row = range.start as u32 + row;
                into.push(Excepted { row, statement: self.statements[arm as usize], key: None });
            });
        }
        if self.reads_keys() {
            let mut look_up = |row: usize, text: &str| {
                if self.lengths & length_bit(text) == 0 {
                    return;
                }
                for (statement, key) in self.keys.get(text).into_iter().flatten() {
                    into.push(Excepted { row: row as u32, statement: *statement, key: Some(*key) });
                }
            };
            match view.batch.column(key) {
                Values::Text(array) if array.null_count() == 0 => range.for_each(|row| look_up(row, array.value(row))),
                values => range.for_each(|row| values.text(row).into_iter().for_each(|text| look_up(row, text))),
            }
        }
        into[begin..].sort_unstable();
        // A condition in several parts may hold in more than one of them.
        let mut found = into.split_off(begin);
        found.dedup();
        into.append(&mut found);
    }
}

fn length_bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

/// Is the account of these statements excluded from a coverage?
pub(super) fn excluded(plan: &Plan, met: &[Excepted], coverage: u32) -> bool {
    met.iter().any(|e| match e.statement {
        Statement::Exclude(index) => plan.excludes[index as usize].coverage.is_none_or(|c| c == coverage),
        _ => false,
    })
}

/// Is it excluded from all of them?
pub(super) fn excluded_everywhere(plan: &Plan, met: &[Excepted]) -> bool {
    let excludes = || met.iter().any(|e| matches!(e.statement, Statement::Exclude(_)));
    excludes() && (0..plan.coverages.len() as u32).all(|coverage| excluded(plan, met, coverage))
}

/// Does nothing depend on where the coverage's tree sends it?
pub(super) fn settled(plan: &Plan, met: &[Excepted], coverage: u32) -> bool {
    excluded(plan, met, coverage)
        || met.iter().any(|e| match e.statement {
            Statement::Named(index) => {
                let named = &plan.named[index as usize];
                named.coverage == coverage && named.until.is_none_or(|until| until >= plan.term.1)
            }
            _ => false,
        })
}

/// Pairs of statements of equal force that disagree about the account.
pub(super) fn contradictions(plan: &Plan, met: &[Excepted]) -> Vec<(Statement, Statement)> {
    let mut pairs = Vec::new();
    for (at, one) in met.iter().enumerate() {
        for other in &met[at + 1..] {
            let disagree = match (one.statement, other.statement) {
                (Statement::Named(a), Statement::Named(b)) => {
                    let (a, b) = (&plan.named[a as usize], &plan.named[b as usize]);
                    a.coverage == b.coverage && a.target != b.target && !excluded(plan, met, a.coverage)
                }
                (Statement::Hold(a), Statement::Hold(b)) => {
                    let (a, b) = (&plan.holds[a as usize], &plan.holds[b as usize]);
                    let first = |from: Option<chrono::NaiveDate>| from.unwrap_or(plan.term.0).max(plan.term.0);
                    let together = first(a.from) <= b.until && first(b.from) <= a.until;
                    let both = match (a.coverage, b.coverage) {
                        (Some(a), Some(b)) if a != b => None,
                        (a, b) => Some(a.or(b)),
                    };
                    let lives = |coverage: Option<u32>| match coverage {
                        Some(coverage) => !excluded(plan, met, coverage),
                        None => !excluded_everywhere(plan, met),
                    };
                    together && !same_owner(&a.owner, &b.owner) && both.is_some_and(lives)
                }
                _ => false,
            };
            if disagree && one.statement != other.statement {
                pairs.push((one.statement, other.statement));
            }
        }
    }
    pairs
}

/// Whether the incumbent is that rep is not known here: the two are taken to differ.
fn same_owner(a: &HoldOwner, b: &HoldOwner) -> bool {
    a == b
}
