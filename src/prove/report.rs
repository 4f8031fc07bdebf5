//! Verdicts in people's words.
//!
//! Takes what `proof` found; gives findings with the account that shows each, both arms labelled. A partition that is
//! known to be broken is an error, whatever the plan says; one that cannot be decided is an error unless the plan says
//! `unproved because "…"`, which is counted.

use std::sync::Arc;

use super::diagram::Budget;
use super::proof::{Outcome, Part, Prover, Unreached, Verdict, Why};
use super::witness::Witness;
use crate::classify::PreparedShape;
use crate::diagnostics::codes::check::{GAP, OVERLAPPING_ARMS, UNREACHABLE_ARM, VALUES_NOT_TAKEN};
use crate::diagnostics::codes::prove::{CLAIM_FALSE, NEEDLESS_UNPROVED, REPEATED_ARM, UNDECIDED};
use crate::diagnostics::{Diagnostic, Diagnostics, Sources, Span};
use crate::plan::{ArmId, Node, Plan, Question, Split};
use crate::workspace::schema::Schema;

/// A partition that the plan leaves unproved, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    pub because: String,
    pub span: Span,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    pub findings: Diagnostics,
    /// Partitions whose every account falls in just one arm.
    pub proved: usize,
    /// In the order of the plan.
    pub unproved: Vec<Accepted>,
}

/// Proves a plan's partitions and judges the rest of its rules. `shapes` are the plan's, in its order; without them
/// (they could not be read) `inside` is a free condition. `sources` let labels end where the words end.
pub fn prove(
    plan: &Plan,
    schema: &Schema,
    shapes: Option<&[Arc<PreparedShape>]>,
    sources: &Sources,
    budget: Budget,
) -> Proof {
    let mut prover = Prover::new(plan, schema, shapes, budget);
    let verdicts = prover.verdicts();
    let mut proof = Proof::default();
    let words = Words { plan, schema, sources };
    for verdict in &verdicts {
        words.verdict(verdict, &mut proof);
    }
    prover.judge_statements(&words, &mut proof.findings);
    for question in &plan.questions {
        let outcome = prover.answer(question);
        proof.findings.extend(words.answer(question, &outcome));
    }
    proof.findings.sort();
    proof
}

pub(super) struct Words<'a> {
    pub plan: &'a Plan,
    pub schema: &'a Schema,
    pub sources: &'a Sources,
}

/// A partition as it is written.
struct Written {
    /// ``this split`` or ``dimension `size` ``.
    name: String,
    /// Its head: up to the brace.
    head: Span,
    arms: Vec<Span>,
    names: Vec<String>,
}

/// Findings on one partition, for each kind.
const MOST_TOLD: usize = 3;

impl Words<'_> {
    fn verdict(&self, verdict: &Verdict, proof: &mut Proof) {
        let written = self.written(verdict.part);
        if verdict.is_proved() {
            proof.proved += 1;
            if let Some(unproved) = &verdict.unproved {
                proof.findings.push(
                    Diagnostic::warning(NEEDLESS_UNPROVED, format!("{} is proved", written.name))
                        .label(unproved.span, "needless")
                        .help("write `because` alone, or leave it out"),
                );
            }
        }
        if let (Outcome::Refuted(witness), Part::Split(coverage, number), false) =
            (&verdict.gap, verdict.part, verdict.lost.is_empty())
        {
            proof.findings.push(self.values_not_taken(coverage, number, &verdict.lost, witness, written.head));
        } else if let Outcome::Refuted(witness) = &verdict.gap {
            let message = format!("no arm of {} takes {}", written.name, self.shown(witness));
            proof.findings.push(
                Diagnostic::error(GAP, message)
                    .label(written.head, "not every account falls in an arm")
                    .help("add an arm for such accounts, or `else`"),
            );
        }
        let refuted = verdict.overlaps.iter().filter_map(|(one, other, outcome)| match outcome {
            Outcome::Refuted(witness) => Some((*one, *other, witness)),
            _ => None,
        });
        for (one, other, witness) in refuted.take(MOST_TOLD) {
            let claim = |arm: usize| written.names.get(arm).map_or_else(String::new, |name| format!("`{name}` "));
            let message = format!("two arms of {} claim {}", written.name, self.shown(witness));
            proof.findings.push(
                Diagnostic::error(OVERLAPPING_ARMS, message)
                    .label(written.arms[other], format!("{}takes it", claim(other)))
                    .label(written.arms[one], format!("{}takes it too", claim(one)))
                    .help("narrow one of the arms; in a `split in order` the first one that holds takes the account"),
            );
        }
        self.undecided(verdict, &written, proof);
        for unreached in &verdict.unreached {
            proof.findings.push(self.unreached(unreached, &written));
        }
    }

    /// Values of the split's dimension without an arm.
    fn values_not_taken(
        &self,
        coverage: u32,
        number: u32,
        lost: &[ArmId],
        witness: &Witness,
        head: Span,
    ) -> Diagnostic {
        let split = nth_split(&self.plan.coverages[coverage as usize].root, number);
        let dimension = match split {
            Some(Split::Dimension { dimension, .. }) => &self.plan.dimensions[dimension.0 as usize],
            _ => return Diagnostic::error(VALUES_NOT_TAKEN, "values that no arm takes").label(head, ""),
        };
        let names: Vec<String> =
            lost.iter().take(8).map(|arm| format!("`{}`", dimension.arms[arm.0 as usize].name)).collect();
        let (which, verb) = (joined(&names, "and"), if names.len() == 1 { "is" } else { "are" });
        Diagnostic::error(VALUES_NOT_TAKEN, format!("{which} of `{}` {verb} taken by no arm", dimension.name))
            .label(head, "every value that comes here needs an arm")
            .help(format!("add {which}, or `else -> …`"))
            .note(format!("{} falls through", self.shown(witness)))
    }

    fn undecided(&self, verdict: &Verdict, written: &Written, proof: &mut Proof) {
        let mut free: Vec<Span> = Vec::new();
        let mut doubts = Vec::new();
        let mut too_many = false;
        let mut note = |outcome: &Outcome, doubt: &'static str| match outcome {
            Outcome::Proved | Outcome::Refuted(_) => {}
            Outcome::Undecided(spans) => {
                free.extend(spans);
                doubts.push(doubt);
            }
            Outcome::TooMany => {
                too_many = true;
                doubts.push(doubt);
            }
        };
        note(&verdict.gap, "complete");
        verdict.overlaps.iter().for_each(|(.., outcome)| note(outcome, "free of overlaps"));
        doubts.dedup();
        if doubts.is_empty() {
            return;
        }
        if let Some(unproved) = &verdict.unproved {
            if !verdict.is_refuted() {
                proof.unproved.push(Accepted { because: unproved.because.clone(), span: unproved.span });
            }
            return;
        }
        let what = if too_many { "has too many combinations to be proved" } else { "cannot be proved" };
        let doubts = if too_many { String::new() } else { format!(" {}", doubts.join(" and ")) };
        let message = format!("{} {what}{doubts}", written.name);
        let mut finding = Diagnostic::error(UNDECIDED, message).label(written.head, "it may be right, or not");
        free.sort_by_key(|span| (span.file, span.start, span.end));
        free.dedup_by_key(|span| (span.file, span.start, span.end));
        for span in free.iter().take(MOST_TOLD) {
            finding = finding.label(*span, "taken as true or false, whatever else holds");
        }
        proof.findings.push(finding.help(
            "compare single columns with fixed values, or say `unproved because \"…\"` behind the closing brace",
        ));
    }

    fn unreached(&self, unreached: &Unreached, written: &Written) -> Diagnostic {
        let arm = written.arms[unreached.arm];
        let finding = match unreached.why {
            Why::Repeats => {
                return Diagnostic::warning(
                    REPEATED_ARM,
                    "the arms behind this one send its accounts to the same place",
                )
                .label(arm, "changes nothing")
                .help("remove the arm");
            }
            Why::Never => Diagnostic::warning(UNREACHABLE_ARM, "no account meets the condition of this arm")
                .label(arm, "holds for no account"),
            Why::Above => Diagnostic::warning(UNREACHABLE_ARM, "no account that comes so far falls in this arm")
                .label(arm, "no account reaches this"),
            Why::Others => Diagnostic::warning(UNREACHABLE_ARM, "the other arms take all accounts of this arm")
                .label(arm, "no account reaches this"),
        };
        let taken = match unreached.why {
            Why::Above => "lets through none of them",
            _ => "takes them",
        };
        let finding = unreached
            .by
            .iter()
            .take(MOST_TOLD)
            .fold(finding, |finding, span| finding.label(self.words_of(*span), taken));
        finding.help("remove the arm")
    }

    /// What a claim of the plan comes to, if it is not proved.
    fn answer(&self, question: &Question, outcome: &Outcome) -> Option<Diagnostic> {
        let undecided =
            || Diagnostic::error(UNDECIDED, "this claim cannot be decided").label(question.span, "true or not");
        Some(match outcome {
            Outcome::Proved => return None,
            Outcome::Refuted(witness) => Diagnostic::error(CLAIM_FALSE, format!("not so for {}", self.shown(witness)))
                .label(question.span, "does not hold for every account")
                .help("change the rule or the claim"),
            Outcome::Undecided(spans) => spans
                .iter()
                .take(MOST_TOLD)
                .fold(undecided(), |finding, span| finding.label(*span, "taken as true or false, whatever else holds"))
                .help("ask about single columns compared with fixed values"),
            Outcome::TooMany => undecided().help("it has too many combinations; ask about a part of it"),
        })
    }

    /// The account of a witness, as a `test` would write it.
    pub fn shown(&self, witness: &Witness) -> String {
        format!("`{}`", witness.describe(self.schema))
    }

    fn written(&self, part: Part) -> Written {
        match part {
            Part::Dimension(id) => {
                let dimension = &self.plan.dimensions[id.0 as usize];
                Written {
                    name: format!("`{}`", dimension.name),
                    head: self.head(dimension.span),
                    arms: dimension.arms.iter().map(|arm| arm.span).collect(),
                    names: dimension.arms.iter().map(|arm| arm.name.clone()).collect(),
                }
            }
            Part::Split(coverage, number) => {
                let split = nth_split(&self.plan.coverages[coverage as usize].root, number);
                let (span, arms) = match split {
                    None => (self.plan.span, Vec::new()),
                    Some(Split::Dimension { arms, span, .. }) => {
                        (*span, arms.iter().map(|arm| self.arm(arm.span, &arm.node)).collect())
                    }
                    Some(Split::Conditions { arms, otherwise, span, .. }) => {
                        let arms = arms.iter().map(|arm| self.arm(arm.span, &arm.node));
                        (*span, arms.chain(otherwise.iter().map(|arm| self.arm(arm.span, &arm.node))).collect())
                    }
                };
                Written { name: "this split".to_owned(), head: self.head(span), arms, names: Vec::new() }
            }
        }
    }

    /// The first line of an item.
    pub fn first_line(&self, span: Span) -> Span {
        self.until(span, "\n")
    }

    /// What stands before the first brace.
    fn head(&self, span: Span) -> Span {
        self.until(span, "{")
    }

    /// What stands before the arrow of an arm, if the arm goes on over several lines.
    fn arm(&self, span: Span, node: &Node) -> Span {
        match node {
            Node::Leaf(_) => span,
            Node::Split(_) => self.words_of(span),
        }
    }

    /// The arm without what it leads to.
    fn words_of(&self, span: Span) -> Span {
        self.until(span, "->")
    }

    fn until(&self, span: Span, mark: &str) -> Span {
        let source = self.sources.iter().find(|(id, _)| *id == span.file);
        let Some(text) = source.and_then(|(_, source)| source.text.get(span.range())) else { return span };
        match text.find(mark) {
            Some(at) => Span::new(span.file, span.range().start, span.range().start + text[..at].trim_end().len()),
            None => span,
        }
    }
}

/// ``a, b and c``
pub(super) fn joined(parts: &[String], word: &str) -> String {
    match parts.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
    }
}

/// The splits of a tree are numbered as they are written.
pub(super) fn nth_split(root: &Node, number: u32) -> Option<&Split> {
    let mut left = number;
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        let Node::Split(split) = node else { continue };
        if left == 0 {
            return Some(split);
        }
        left -= 1;
        match split {
            Split::Dimension { arms, .. } => waiting.extend(arms.iter().rev().map(|arm| &arm.node)),
            Split::Conditions { arms, otherwise, .. } => {
                waiting.extend(otherwise.iter().map(|arm| &arm.node));
                waiting.extend(arms.iter().rev().map(|arm| &arm.node));
            }
        }
    }
    None
}
