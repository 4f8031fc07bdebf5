//! `expect` and `warn`: what must be true of the result.
//!
//! Takes the plan's expectations before the accounts are read ([`asked`]: what is to be summed up for them) and the result
//! afterwards ([`hold`]); gives one outcome an expectation and a finding for each that does not hold. Everything is
//! measured on the plan's first day. Invariant: what is measured is made of the same exact sums as the loads, so that an
//! expectation and the tables never disagree. Accounts by themselves are deliberately absent: they have streamed by.

mod metric;
mod spots;
mod words;

use super::measures::{Measures, Part};
use super::recorder::{Also, Recorded};
use super::roster::Roster;
use super::settle::{Carved, Settled};
use super::summary::{ExpectationOutcome, ExpectationStatus, Offender};
use crate::classify::{Program, Totals};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, Sources};
use crate::plan::{Bound, Expectation, Grouping, MetricKind, Plan};
use crate::syntax::ast::CompareOp;

use metric::Gauge;
use spots::{Group, Spots};

/// Offenders that are named.
const SHOWN: usize = 5;

/// Numbers below this part of a bound are rounding.
const HAIR: f64 = 1e-9;

/// Everything that expectations look at.
pub struct Seen<'a> {
    pub plan: &'a Plan,
    pub sources: &'a Sources,
    pub roster: &'a Roster,
    pub recorded: &'a Recorded,
    pub measures: &'a Measures,
    pub program: &'a Program,
    pub totals: &'a Totals,
    pub carved: &'a [Carved<'a>],
    pub settled: &'a Settled,
    /// The accounts name who owns them today.
    pub incumbents: bool,
}

/// What is to be summed up so that the plan's expectations can be measured.
pub fn asked(plan: &Plan) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for expectation in &plan.expectations {
        for metric in std::iter::once(&expectation.metric).chain(&expectation.of) {
            for part in metric::parts(&metric.kind, expectation.condition.as_ref(), plan) {
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
        }
    }
    parts
}

/// What is to be recorded so that the plan's expectations can be measured.
pub fn also(plan: &Plan) -> Also {
    Also { tenure: plan.expectations.iter().any(needs_incumbents), ..Also::default() }
}

fn needs_incumbents(expectation: &Expectation) -> bool {
    let metrics = std::iter::once(&expectation.metric).chain(&expectation.of);
    metrics.into_iter().any(|m| matches!(m.kind, MetricKind::Moved(_) | MetricKind::Kept(_)))
}

/// Holds the result to every expectation of the plan, in its order.
pub fn hold(seen: &Seen<'_>) -> (Vec<ExpectationOutcome>, Diagnostics) {
    let mut outcomes = Vec::new();
    let mut found = Diagnostics::default();
    if seen.plan.expectations.is_empty() {
        return (outcomes, found);
    }
    let spots = Spots::new(seen);
    for expectation in &seen.plan.expectations {
        let held = Held::of(seen, &spots, expectation);
        found.extend(held.finding(seen));
        outcomes.push(held.outcome(seen));
    }
    (outcomes, found)
}

/// An expectation with what was measured.
struct Held<'e> {
    expectation: &'e Expectation,
    status: ExpectationStatus,
    /// Of the worst group: its name where the expectation looks at several, what was measured, and the bound there.
    worst: Option<(Option<String>, f64, Bound)>,
    /// Worst first.
    offenders: Vec<Offender>,
    /// Among the groups, or among the territories of the one group.
    offending: usize,
}

impl<'e> Held<'e> {
    fn of(seen: &Seen<'_>, spots: &Spots<'_>, expectation: &'e Expectation) -> Self {
        let mut held =
            Self { expectation, status: ExpectationStatus::Empty, worst: None, offenders: Vec::new(), offending: 0 };
        if needs_incumbents(expectation) && !seen.incumbents {
            held.status = ExpectationStatus::Unmeasured;
            return held;
        }
        let gauge = Gauge::new(seen, spots, expectation);
        let groups = spots.groups(expectation);
        let mut measured: Vec<(&Group<'_, '_>, f64, Bound)> = Vec::new();
        for group in &groups {
            let bound = match &expectation.of {
                None => Some(expectation.bound),
                Some(of) => gauge.measure(&of.kind, group).map(|whole| scaled(expectation.bound, whole)),
            };
            if let (Some(value), Some(bound)) = (gauge.measure(&expectation.metric.kind, group), bound) {
                measured.push((group, value, bound));
            }
        }
        measured.sort_by(|a, b| excess(b.1, b.2).total_cmp(&excess(a.1, a.2)).then_with(|| a.0.name.cmp(&b.0.name)));
        let Some((group, value, bound)) = measured.first() else { return held };
        let several = expectation.per.is_some();
        held.worst = Some((several.then(|| group.name.clone()), *value, *bound));
        if holds(*value, *bound) {
            held.status = ExpectationStatus::Holds;
            return held;
        }
        held.status = ExpectationStatus::Broken;
        if several {
            let broken = measured.iter().filter(|(_, value, bound)| !holds(*value, *bound));
            let broken: Vec<Offender> =
                broken.map(|(g, v, _)| Offender { name: g.name.clone(), measured: *v }).collect();
            held.offending = broken.len();
            held.offenders = broken.into_iter().take(SHOWN).collect();
        } else {
            let mut all = gauge.offenders(group, *value, *bound);
            held.offending = all.len();
            all.truncate(SHOWN);
            held.offenders = all;
        }
        held
    }

    fn finding(&self, seen: &Seen<'_>) -> Option<Diagnostic> {
        let severity = if self.expectation.warn { Severity::Warning } else { Severity::Error };
        let span = self.expectation.span;
        let text = words::text(self.expectation, seen.sources);
        let metric = seen.sources.text(self.expectation.metric.span);
        match self.status {
            ExpectationStatus::Holds => None,
            ExpectationStatus::Empty => Some(
                Diagnostic::warning(codes::NOTHING_MEASURED, format!("there is nothing to measure `{metric}` of"))
                    .label(span, "holds nothing to its bound")
                    .help("look at another part of the result with `in`, or let the line go"),
            ),
            ExpectationStatus::Unmeasured => Some(
                Diagnostic::new(codes::NO_INCUMBENTS, severity, format!("`{text}` cannot be measured"))
                    .label(self.expectation.metric.span, "the accounts do not say who owns them today")
                    .help("name the column of the owners as `incumbent` in the manifest, or an `[incumbents]` table"),
            ),
            ExpectationStatus::Broken => {
                let (at, value, bound) = self.worst.as_ref()?;
                let (value, bound) = words::apart(&self.expectation.metric, *value, *bound);
                let of = self.expectation.of.as_ref().map(|of| {
                    let Bound::Compare(_, part) = self.expectation.bound else { return String::new() };
                    format!(" ({} of {})", words::percent(part), seen.sources.text(of.span))
                });
                let of = of.unwrap_or_default();
                let place = at.as_ref().map_or_else(String::new, |name| format!(" of `{name}`"));
                let message = format!("`{metric}`{place} is {value}, expected {bound}{of}");
                let mut finding =
                    Diagnostic::new(codes::EXPECTATION_BROKEN, severity, message).label(span, self.label());
                for offender in &self.offenders {
                    finding = finding.note(words::offender(self.expectation, offender));
                }
                if self.offending > self.offenders.len() {
                    finding = finding.note(format!("and {} more", self.offending - self.offenders.len()));
                }
                if let Some(because) = &self.expectation.because {
                    finding = finding.note(format!("expected because {because}"));
                }
                Some(finding)
            }
        }
    }

    fn label(&self) -> String {
        let verb = if self.expectation.warn { "warns" } else { "fails" };
        match self.expectation.per {
            None => format!("{verb} here"),
            Some(per) => {
                let (one, many) = match per {
                    Grouping::Territory => ("territory", "territories"),
                    Grouping::Rep => ("rep", "reps"),
                    Grouping::Coverage => ("coverage", "coverages"),
                    Grouping::Carve => ("carve", "carves"),
                };
                format!("{verb} for {} {}", self.offending, if self.offending == 1 { one } else { many })
            }
        }
    }

    fn outcome(self, seen: &Seen<'_>) -> ExpectationOutcome {
        let expectation = self.expectation;
        let (at, measured, bound) = match self.worst {
            Some((at, measured, bound)) => (at, Some(measured), bound),
            None => (None, None, expectation.bound),
        };
        let shown = measured.map(|value| words::apart(&expectation.metric, value, bound).0);
        ExpectationOutcome {
            text: words::text(expectation, seen.sources),
            place: seen.sources.place(expectation.span),
            level: if expectation.warn { "warn" } else { "expect" },
            status: self.status,
            measured,
            shown,
            at,
            bound: words::limit(bound),
            offenders: self.offenders,
            offending: self.offending as u64,
            because: expectation.because.clone(),
        }
    }
}

fn scaled(bound: Bound, whole: f64) -> Bound {
    match bound {
        Bound::Compare(op, part) => Bound::Compare(op, part * whole),
        Bound::Between(from, to) => Bound::Between(from * whole, to * whole),
    }
}

fn hair(bound: f64) -> f64 {
    HAIR * bound.abs().max(1.0)
}

fn holds(value: f64, bound: Bound) -> bool {
    let at_most = |most: f64| value <= most + hair(most);
    let at_least = |least: f64| value >= least - hair(least);
    match bound {
        Bound::Between(least, most) => at_least(least) && at_most(most),
        Bound::Compare(op, to) => match op {
            CompareOp::Less => value < to,
            CompareOp::LessEqual => at_most(to),
            CompareOp::Equal => at_least(to) && at_most(to),
            CompareOp::NotEqual => !(at_least(to) && at_most(to)),
            CompareOp::GreaterEqual => at_least(to),
            CompareOp::Greater => value > to,
        },
    }
}

/// How far beyond the bound a value lies; negative within it.
fn excess(value: f64, bound: Bound) -> f64 {
    match bound {
        Bound::Between(least, most) => (least - value).max(value - most),
        Bound::Compare(op, to) => match op {
            CompareOp::Less | CompareOp::LessEqual => value - to,
            CompareOp::Greater | CompareOp::GreaterEqual => to - value,
            CompareOp::Equal => (value - to).abs(),
            CompareOp::NotEqual => -(value - to).abs(),
        },
    }
}
