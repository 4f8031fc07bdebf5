//! Segments and exceptions that say nothing, and exceptions that contradict each other.
//!
//! Takes the plan and where its trees lead; gives findings. Exceptions that list keys are the check's and the rows'
//! business; here are those with conditions. Invariant: two statements are called contradictory only with an account that
//! meets both.

use super::diagram::{NO, Ref, Tried, YES};
use super::proof::{Outcome, Prover, excluded};
use super::report::Words;
use crate::classify::Reference;
use crate::diagnostics::codes::check::CONTRADICTORY_EXCEPTIONS;
use crate::diagnostics::codes::prove::{CONSTANT_SEGMENT, REDUNDANT_EXCEPTION, SELECTS_NOBODY};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{Condition, Hold, HoldOwner, LeafTarget, Named, Selector, Target};

/// Statements of one kind that are compared each with each.
const MOST_COMPARED: usize = 300;

impl Prover<'_> {
    /// What there is to say of segments and exceptions; questions that are too large say nothing.
    pub(super) fn judge_statements(&mut self, words: &Words<'_>, found: &mut Diagnostics) {
        for index in 0..self.plan.segments.len() as u32 {
            self.space.diagrams.begin();
            if let Ok(accounts) = self.meaning.segment(&mut self.space, index) {
                self.constant_segment(index, accounts, words, found);
            }
        }
        for coverage in 0..self.plan.coverages.len() as u32 {
            self.named_twice(coverage, words, found);
        }
        self.held_twice(words, found);
        for index in 0..self.plan.named.len() {
            self.space.diagrams.begin();
            found.extend(self.needless_named(index, words).ok().flatten());
        }
        for index in 0..self.plan.excludes.len() {
            self.space.diagrams.begin();
            found.extend(self.needless_exclude(index, words).ok().flatten());
        }
        for hold in &self.plan.holds {
            self.space.diagrams.begin();
            if let Some(condition) = condition(&hold.selector)
                && self.meaning.condition(&mut self.space, condition) == Ok(NO)
            {
                found.push(selects_nobody(words.first_line(hold.span)));
            }
        }
    }

    fn constant_segment(&self, index: u32, accounts: Ref, words: &Words<'_>, found: &mut Diagnostics) {
        let segment = &self.plan.segments[index as usize];
        // Who writes `true` means it.
        if matches!(segment.condition, Condition::Always(_)) || ![NO, YES].contains(&accounts) {
            return;
        }
        let (who, label) = match accounts {
            NO => ("no account", "never holds"),
            _ => ("every account", "always holds"),
        };
        found.push(
            Diagnostic::warning(CONSTANT_SEGMENT, format!("{who} is in segment `{}`", segment.name))
                .label(words.first_line(segment.span), label)
                .help("mend the condition, or remove the segment"),
        );
    }

    /// The accounts of a statement that no `exclude` takes before.
    fn chosen(&mut self, condition: &Condition, coverage: u32) -> Tried<Ref> {
        let chosen = self.meaning.condition(&mut self.space, condition)?;
        self.space.diagrams.and(chosen, self.included[coverage as usize])
    }

    fn named_twice(&mut self, coverage: u32, words: &Words<'_>, found: &mut Diagnostics) {
        let plan = self.plan;
        let named: Vec<(&Named, &Condition)> = plan
            .named
            .iter()
            .filter(|named| named.coverage == coverage && named.until.is_none_or(|until| until >= plan.term.0))
            .filter_map(|named| Some((named, condition(&named.selector)?)))
            .collect();
        for (at, (other, other_condition)) in named.iter().enumerate().take(MOST_COMPARED) {
            for (one, one_condition) in named[..at].iter().filter(|(one, _)| one.target != other.target) {
                let both = self.both(one_condition, other_condition, Some(coverage));
                if let Outcome::Refuted(witness) = both {
                    let message = format!("{} is named to two places", words.shown(&witness));
                    found.push(contradiction(
                        message,
                        words,
                        [other.span, one.span],
                        ["here to one", "here to another"],
                    ));
                }
            }
        }
    }

    fn held_twice(&mut self, words: &Words<'_>, found: &mut Diagnostics) {
        let plan = self.plan;
        let first_day = plan.term.0;
        let holds: Vec<(&Hold, &Condition)> =
            plan.holds.iter().filter_map(|hold| Some((hold, condition(&hold.selector)?))).collect();
        for (at, (other, other_condition)) in holds.iter().enumerate().take(MOST_COMPARED) {
            for (one, one_condition) in &holds[..at] {
                let same_coverage =
                    one.coverage.is_none() || other.coverage.is_none() || one.coverage == other.coverage;
                let from = |hold: &Hold| hold.from.unwrap_or(first_day);
                let day = from(one).max(from(other));
                let overlap = day <= one.until && day <= other.until && day <= plan.term.1;
                if !same_coverage || !overlap || same_owner(&one.owner, &other.owner) {
                    continue;
                }
                let coverage = one.coverage.or(other.coverage);
                if let Outcome::Refuted(witness) = self.both(one_condition, other_condition, coverage) {
                    let message = format!("{} is held by two owners on {day}", words.shown(&witness));
                    let labels = ["held here by one", "held here by another"];
                    found.push(contradiction(message, words, [other.span, one.span], labels));
                }
            }
        }
    }

    /// An account that meets two conditions and is not excluded.
    fn both(&mut self, one: &Condition, other: &Condition, coverage: Option<u32>) -> Outcome {
        self.space.diagrams.begin();
        let coverage = coverage.unwrap_or(0);
        let sets = self.chosen(one, coverage).and_then(|one| Ok((one, self.chosen(other, coverage)?)));
        let both = sets.and_then(|(one, other)| self.space.diagrams.and(one, other));
        let reference = Reference { plan: self.plan, shapes: self.shapes, totals: &[] };
        match both {
            Ok(both) => self.outcome(both, &mut |account| {
                reference.holds(one, account)
                    && reference.holds(other, account)
                    && !excluded(&reference, coverage, account)
            }),
            Err(_) => Outcome::TooMany,
        }
    }

    fn needless_named(&mut self, index: usize, words: &Words<'_>) -> Tried<Option<Diagnostic>> {
        let named = &self.plan.named[index];
        let Some(condition) = condition(&named.selector) else { return Ok(None) };
        let chosen = self.chosen(condition, named.coverage)?;
        if chosen == NO {
            return Ok(Some(selects_nobody(words.first_line(named.span))));
        }
        let target = match named.target {
            Target::Territory(index) => LeafTarget::Territory(index),
            Target::Pool(index) => LeafTarget::Pool(index),
            Target::Carve(index) => LeafTarget::Carve(index),
            // The rules say the carve, the statement which of its territories.
            Target::CarveTerritory(..) => return Ok(None),
        };
        let there = self.placed(named.coverage, target)?;
        if self.space.diagrams.less(chosen, there)? != NO {
            return Ok(None);
        }
        let coverage = &self.plan.coverages[named.coverage as usize];
        let mut finding = Diagnostic::warning(REDUNDANT_EXCEPTION, "the rules send all these accounts there already")
            .label(words.first_line(named.span), "changes nothing")
            .help("remove it");
        for leaf in coverage.leaves.iter().filter(|leaf| leaf.target == target).take(2) {
            finding = finding.label(leaf.span, "where the rules send them");
        }
        Ok(Some(finding))
    }

    fn needless_exclude(&mut self, index: usize, words: &Words<'_>) -> Tried<Option<Diagnostic>> {
        let plan = self.plan;
        let exclude = &plan.excludes[index];
        let Some(own) = condition(&exclude.selector) else { return Ok(None) };
        let chosen = self.meaning.condition(&mut self.space, own)?;
        if chosen == NO {
            return Ok(Some(selects_nobody(words.first_line(exclude.span))));
        }
        let mut coverages = (0..plan.coverages.len() as u32).filter(|c| exclude.coverage.is_none_or(|own| own == *c));
        let redundant = coverages.try_fold(true, |all, coverage| {
            if !all {
                return Ok(false);
            }
            let mut out = self.placed(coverage, LeafTarget::Exclude)?;
            for (at, other) in plan.excludes.iter().enumerate() {
                // Of two equal statements the second is the needless one.
                let counts = at < index && other.coverage.is_none_or(|other| other == coverage);
                if let (true, Some(condition)) = (counts, condition(&other.selector)) {
                    let also = self.meaning.condition(&mut self.space, condition)?;
                    out = self.space.diagrams.or(out, also)?;
                }
            }
            Ok(self.space.diagrams.less(chosen, out)? == NO)
        })?;
        Ok(redundant.then(|| {
            Diagnostic::warning(REDUNDANT_EXCEPTION, "all these accounts are excluded already")
                .label(words.first_line(exclude.span), "changes nothing")
                .help("remove it")
        }))
    }
}

fn condition(selector: &Selector) -> Option<&Condition> {
    match selector {
        Selector::Condition(condition) => Some(condition),
        Selector::Keys(_) => None,
    }
}

fn same_owner(one: &HoldOwner, other: &HoldOwner) -> bool {
    match (one, other) {
        (HoldOwner::Rep(one, _), HoldOwner::Rep(other, _)) => one == other,
        // The incumbent may be that very rep; the rows show it.
        _ => true,
    }
}

fn selects_nobody(span: Span) -> Diagnostic {
    Diagnostic::warning(SELECTS_NOBODY, "no account that is left to this statement meets its condition")
        .label(span, "chooses nobody")
        .help("mend the condition, or remove the statement")
}

fn contradiction(message: String, words: &Words<'_>, spans: [Span; 2], labels: [&str; 2]) -> Diagnostic {
    Diagnostic::error(CONTRADICTORY_EXCEPTIONS, message)
        .label(words.first_line(spans[0]), labels[0])
        .label(words.first_line(spans[1]), labels[1])
        .help("statements of equal force must agree: take the accounts of one out of the other with `and not`")
}
