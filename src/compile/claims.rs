//! Claims that are asked from outside of a plan.
//!
//! Takes a path and claims as people type them; gives an answer to each, or to every `prove` of the plan where none is
//! given. Nothing of the data is read but the areas that the rules name.

use std::path::Path;

use serde::Serialize;

use super::load::{Read, read};
use super::tables;
use crate::check::check;
use crate::classify::{Account, Reference};
use crate::diagnostics::{Diagnostics, Sources};
use crate::plan::Plan;
use crate::prove::{Budget, Outcome, Witness, answers};
use crate::syntax::parse;

/// What became of the question.
#[derive(Debug)]
pub struct Asked {
    pub answers: Vec<Answer>,
    pub sources: Sources,
    /// What is wrong with the plan or the claims; then there are no answers.
    pub diagnostics: Diagnostics,
    /// There is a project at the path.
    pub found: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    pub claim: String,
    pub answer: Verdict,
    /// An account that breaks the claim, as a `test` would write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Where every coverage sends that account, with the decisions on the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub placed: Vec<String>,
    /// Conditions that were taken as true or false, whatever else holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub free: Vec<String>,
    /// There are too many combinations.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub too_many: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Proved,
    False,
    Undecided,
}

/// Answers the claims, or those of the plan where there are none.
pub fn judge_claims(path: &Path, claims: &[String]) -> Asked {
    let Read { workspace, mut files, mut diagnostics } = read(path);
    let mut workspace = match workspace {
        Ok(workspace) => workspace,
        Err(sources) => {
            let found = sources.iter().next().is_some();
            return Asked { answers: Vec::new(), sources, diagnostics, found };
        }
    };
    for (number, claim) in claims.iter().enumerate() {
        let name = if claims.len() == 1 { "claim".to_owned() } else { format!("claim {}", number + 1) };
        let text = format!("prove {}", claim.replace('\n', " "));
        let id = workspace.sources.add(name, text.clone());
        let (file, said) = parse(id, &text);
        diagnostics.extend(said);
        files.push(file);
    }
    let mut plan = None;
    if !diagnostics.has_errors() {
        let (checked, said) = check(&workspace.manifest, &workspace.sources, &files);
        diagnostics.extend(said);
        plan = checked;
    }
    let mut answers = Vec::new();
    if let Some(plan) = &plan {
        let shapes = tables::shapes(&workspace, plan, &mut diagnostics);
        if !diagnostics.has_errors() {
            let schema = &workspace.manifest.accounts.schema;
            let asked = plan.questions.len() - if claims.is_empty() { plan.questions.len() } else { claims.len() };
            let outcomes = self::answers(plan, schema, Some(&shapes), Budget::default());
            for (question, outcome) in plan.questions.iter().zip(outcomes).skip(asked) {
                let sources = &workspace.sources;
                let claim = squeezed(sources.text(question.span));
                let reference = Reference { plan, shapes: &shapes, totals: &[] };
                answers.push(Answer::of(
                    claim,
                    &outcome,
                    |witness| (witness.describe(schema), placed(plan, &reference, witness)),
                    sources,
                ));
            }
        }
    }
    Asked { answers, sources: workspace.sources, diagnostics, found: true }
}

impl Answer {
    fn of(
        claim: String,
        outcome: &Outcome,
        show: impl FnOnce(&Witness) -> (String, Vec<String>),
        sources: &Sources,
    ) -> Self {
        let empty = Self {
            claim,
            answer: Verdict::Undecided,
            account: None,
            placed: Vec::new(),
            free: Vec::new(),
            too_many: false,
        };
        match outcome {
            Outcome::Proved => Self { answer: Verdict::Proved, ..empty },
            Outcome::Refuted(witness) => {
                let (account, placed) = show(witness);
                Self { answer: Verdict::False, account: Some(account), placed, ..empty }
            }
            Outcome::Undecided(spans) => {
                Self { free: spans.iter().map(|span| squeezed(sources.text(*span))).collect(), ..empty }
            }
            Outcome::TooMany => Self { too_many: true, ..empty },
        }
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `field: region: northeast, size: enterprise: carve ne_enterprise`
fn placed(plan: &Plan, reference: &Reference<'_>, witness: &Witness) -> Vec<String> {
    let place = |(number, coverage): (u32, &crate::plan::Coverage)| {
        let Ok(leaf) = reference.leaf(number, Account::Written(&witness.cells)) else {
            return format!("{}: nowhere", coverage.name);
        };
        let leaf = &coverage.leaves[leaf as usize];
        let steps = leaf.path.iter().map(|step| match step.subject.as_str() {
            "" => step.matched.clone(),
            subject => format!("{subject}: {}", step.matched),
        });
        let steps: Vec<String> = steps.collect();
        let place = crate::prove::place(plan, leaf.target);
        match steps.is_empty() {
            true => format!("{}: {place}", coverage.name),
            false => format!("{}: {place} ({})", coverage.name, steps.join(" / ")),
        }
    };
    (0..).zip(&plan.coverages).map(place).collect()
}
