//! The plan's `test` blocks, tried: written accounts and where they land.
//!
//! Takes a checked plan and its shapes, gives a [`Trial`] a test and the arms of every tree and dimension that no test
//! reaches. Invariant: a written account is decided by the same statements and the same order of force as the
//! accounts of the data. Deliberately absent: carves, which share out many accounts and say nothing of one; and data.

mod arms;

use std::sync::Arc;

use serde::Serialize;

use crate::classify::{Account, PreparedShape, Reference, written};
use crate::diagnostics::codes::trial::TEST_FAILED;
use crate::diagnostics::{Diagnostic, Diagnostics, Sources, Span};
use crate::outcome::decisions::{Decided, decide, target, target_words};
use crate::outcome::ledger::NONE;
use crate::outcome::place::Force;
use crate::plan::{Bound, Plan, Test, TestExpect, TestOutcome, Value};
use crate::syntax::ast::CompareOp;
use crate::workspace::manifest::AccountsTable;
use crate::workspace::schema::{Column, ColumnId, ColumnType, DefaultValue, Schema};

pub use arms::{Arm, Reach};

/// All tests of a plan, tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trials {
    pub plan: String,
    pub tests: Vec<Trial>,
    pub passed: usize,
    pub failed: usize,
    pub coverage: Reach,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trial {
    pub title: String,
    /// `plan.terr:96`
    pub place: String,
    pub passed: bool,
    pub ways: Vec<Way>,
    pub expects: Vec<Verdict>,
}

/// How the account of a test reaches its place in a coverage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Way {
    pub coverage: String,
    /// The decisions, outermost first, and at last the place.
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// `plan.terr:40`
    pub place: String,
    /// `size small`, `else`, `pool web_shop: they buy online`.
    pub says: String,
}

/// What became of one `expect` of a test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    pub place: String,
    /// As written, without the keyword.
    pub expected: String,
    pub holds: bool,
    /// What it comes to instead; what was expected where it holds.
    pub actual: String,
    #[serde(skip)]
    span: Span,
}

/// What tests are tried on.
pub struct Ground<'a> {
    pub plan: &'a Plan,
    pub sources: &'a Sources,
    pub accounts: &'a AccountsTable,
    pub shapes: &'a [Arc<PreparedShape>],
}

/// Tries the tests whose titles hold `filter`, in the order of the plan.
pub fn run(ground: &Ground<'_>, filter: Option<&str>) -> Trials {
    let reference = Reference { plan: ground.plan, shapes: ground.shapes, totals: &[] };
    let mut reach = arms::Reached::new(ground.plan);
    let mut tests = Vec::new();
    let wanted = |test: &&Test| filter.is_none_or(|part| test.title.contains(part));
    for test in ground.plan.tests.iter().filter(wanted) {
        let cells = cells(test, &ground.accounts.schema);
        let key = cells.iter().find_map(|(id, value)| match value {
            Value::Text(text) if *id == ground.accounts.key => Some(text.as_str()),
            _ => None,
        });
        let account = Account::Written(&cells);
        let decided = decide(&reference, key.unwrap_or_default(), account, NONE);
        let mut ways: Vec<Way> = Vec::new();
        for expect in &test.expects {
            let asked = match &expect.outcome {
                TestOutcome::Leaf { .. } => Vec::new(),
                TestOutcome::Arm { dimension, .. } => reference.dimensions_of_dimension(*dimension),
                TestOutcome::Segment { segment, .. } => {
                    reference.dimensions_of_conditions([&ground.plan.segments[*segment as usize].condition])
                }
                TestOutcome::Weight { weight, .. } => {
                    reference.dimensions_of_number(&ground.plan.weights[*weight as usize].value)
                }
            };
            reach.note_dimensions(&reference, asked, account);
            let TestOutcome::Leaf { coverage, .. } = expect.outcome else { continue };
            let name = &ground.plan.coverages[coverage as usize].name;
            if ways.iter().all(|way| way.coverage != *name) {
                ways.push(Way { coverage: name.clone(), steps: steps(ground, &decided, coverage) });
                reach.note(&reference, coverage, &decided.coverages[coverage as usize], account);
            }
        }
        let verdict = |expect: &TestExpect| verdict(ground, &reference, account, &decided, expect);
        let expects: Vec<Verdict> = test.expects.iter().map(verdict).collect();
        tests.push(Trial {
            title: test.title.clone(),
            place: ground.sources.place(test.span),
            passed: expects.iter().all(|e| e.holds),
            ways,
            expects,
        });
    }
    let passed = tests.iter().filter(|t| t.passed).count();
    Trials {
        plan: ground.plan.name.clone(),
        failed: tests.len() - passed,
        passed,
        tests,
        coverage: reach.finish(ground.plan, ground.sources),
    }
}

/// What failed, as findings.
pub fn findings(trials: &Trials) -> Diagnostics {
    let mut found = Diagnostics::default();
    for test in &trials.tests {
        for verdict in test.expects.iter().filter(|v| !v.holds) {
            let message = format!("test `{}`: `{}` fails", test.title, verdict.expected);
            let mut finding = Diagnostic::error(TEST_FAILED, message).label(verdict.span, verdict.actual.clone());
            for way in &test.ways {
                let steps: Vec<String> = way.steps.iter().map(|s| format!("{} ({})", s.says, s.place)).collect();
                finding = finding.note(format!("{}: {}", way.coverage, steps.join(" > ")));
            }
            found.push(finding);
        }
    }
    found
}

/// What the test writes, and for other columns the manifest's defaults.
fn cells(test: &Test, schema: &Schema) -> Vec<(ColumnId, Value)> {
    let mut cells: Vec<(ColumnId, Value)> = test.account.iter().map(|(id, value, _)| (*id, value.clone())).collect();
    for (id, column) in schema.iter() {
        if let Some(default) = default(column).filter(|_| cells.iter().all(|(known, _)| *known != id)) {
            cells.push((id, default));
        }
    }
    cells
}

fn default(column: &Column) -> Option<Value> {
    Some(match column.default.as_ref()? {
        DefaultValue::Number(number) => Value::Number(*number),
        DefaultValue::Text(text) => Value::Text(text.clone()),
        DefaultValue::Bool(flag) => Value::Bool(*flag),
        DefaultValue::Date(day) => Value::Date(*day),
    })
}

/// The way of an account to its place; where a statement stands before the tree, the statement alone.
fn steps(ground: &Ground<'_>, decided: &Decided, coverage: u32) -> Vec<Step> {
    let (plan, sources) = (ground.plan, ground.sources);
    let because = |text: &Option<String>| text.as_ref().map_or_else(String::new, |b| format!(": {b}"));
    let step = |span: Span, says: String| Step { place: sources.place(span), says };
    let here = &decided.coverages[coverage as usize];
    match (here.place, &here.leaf) {
        (Some((_, Force::Exclude(n))), _) => {
            let exclude = &plan.excludes[n as usize];
            vec![step(exclude.span, format!("excluded by statement{}", because(&exclude.because)))]
        }
        (Some((place, Force::Named(n))), _) => {
            let named = &plan.named[n as usize];
            let target = target_words(plan, target(plan, place));
            vec![step(named.span, format!("named to {target}{}", because(&named.because)))]
        }
        (_, Ok(leaf)) => {
            let leaf = &plan.coverages[coverage as usize].leaves[*leaf as usize];
            let mut steps: Vec<Step> = leaf
                .path
                .iter()
                .map(|d| step(d.span, format!("{} {}", d.subject, d.matched).trim_start().to_owned()))
                .collect();
            steps.push(step(leaf.span, format!("{}{}", target_words(plan, leaf.target), because(&leaf.because))));
            steps
        }
        (_, Err(stray)) => vec![step(stray.partition, lost(plan, stray.dimension, stray.claims.is_some()))],
    }
}

fn lost(plan: &Plan, dimension: Option<crate::plan::DimensionId>, twice: bool) -> String {
    let of = dimension.map_or("this split".to_owned(), |d| format!("`{}`", plan.dimensions[d.0 as usize].name));
    if twice { format!("two arms of {of} claim it") } else { format!("no arm of {of} takes it") }
}

fn verdict(
    ground: &Ground<'_>,
    reference: &Reference<'_>,
    account: Account<'_>,
    decided: &Decided,
    expect: &TestExpect,
) -> Verdict {
    let plan = ground.plan;
    let (holds, actual) = match &expect.outcome {
        TestOutcome::Leaf { coverage, target: wanted } => {
            let here = &decided.coverages[*coverage as usize];
            match (here.place, &here.leaf) {
                (Some((place, _)), _) => {
                    let actual = target(plan, place);
                    (actual == *wanted, format!("comes to {}", target_words(plan, actual)))
                }
                (None, Err(stray)) => (false, lost(plan, stray.dimension, stray.claims.is_some())),
                (None, Ok(_)) => (false, "comes to no place".to_owned()),
            }
        }
        TestOutcome::Arm { dimension, arm } => {
            let name = |arm: crate::plan::ArmId| &plan.dimensions[dimension.0 as usize].arms[arm.0 as usize].name;
            match reference.arm(*dimension, account) {
                Ok(actual) => (actual == *arm, format!("is {}", name(actual))),
                Err(stray) => (false, lost(plan, Some(*dimension), stray.claims.is_some())),
            }
        }
        TestOutcome::Segment { segment, holds: wanted } => {
            let segment = &plan.segments[*segment as usize];
            let holds = reference.holds(&segment.condition, account);
            let word = if holds { "holds" } else { "does not hold" };
            (holds == *wanted, format!("`{}` {word}", segment.name))
        }
        TestOutcome::Weight { weight, bound } => {
            let weight = &plan.weights[*weight as usize];
            match reference.number(&weight.value, account) {
                None => (false, "is missing".to_owned()),
                Some(value) => (within(value, *bound), format!("is {}", amount(value, weight.unit))),
            }
        }
    };
    Verdict {
        place: ground.sources.place(expect.span),
        expected: expected(ground.sources.text(expect.span)),
        holds,
        actual,
        span: expect.span,
    }
}

/// `field is carve midmarket`
fn expected(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let words = words.strip_prefix(&["expect"]).unwrap_or(&words);
    words.join(" ")
}

/// With room for the last digits of sums.
fn within(value: f64, bound: Bound) -> bool {
    let near = |to: f64| (value - to).abs() <= 1e-9 * to.abs().max(1.0);
    match bound {
        Bound::Between(from, to) => near(from) || near(to) || (from..=to).contains(&value),
        Bound::Compare(op, to) => match op {
            CompareOp::Less => value < to && !near(to),
            CompareOp::LessEqual => value < to || near(to),
            CompareOp::Equal => near(to),
            CompareOp::NotEqual => !near(to),
            CompareOp::GreaterEqual => value > to || near(to),
            CompareOp::Greater => value > to && !near(to),
        },
    }
}

fn amount(value: f64, unit: crate::plan::Unit) -> String {
    let kind = match (unit.money, unit.hours, unit.distance) {
        (0, 1, 0) => ColumnType::Hours,
        (0, 0, 1) => ColumnType::Distance,
        _ => ColumnType::Number,
    };
    written(&Value::Number((value * 1e9).round() / 1e9), kind)
}
