//! What the solver could not do, in the words and at the places of the plan.

use crate::carve::conflict::{Conflict, Needs, Rule, Way};
use crate::carve::{Broken, Failure, Promise, Solution};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Sources, Span};
use crate::outcome::carving::{Asked, Carving};
use crate::plan::Plan;

/// Why there is no answer at all.
pub(super) fn explain(failure: &Failure, carving: &Carving<'_>) -> Diagnostics {
    let name = &carving.carve.name;
    let finding = |message: String| Diagnostic::error(codes::CARVE_FAILED, message).label(carving.carve.span, "");
    match failure {
        Failure::Interrupted => [finding(format!("carve `{name}` was interrupted"))
            .help("the alignment is as it was; compile again to carve")]
        .into_iter()
        .collect(),
        Failure::Input(faults) => {
            faults.iter().map(|fault| finding(format!("carve `{name}` cannot be solved: {fault}"))).collect()
        }
    }
}

/// Clauses that contradict each other before anything is solved.
pub(super) fn contradicting(conflict: &Conflict, words: &Words<'_>) -> Diagnostic {
    words.diagnostic(Diagnostic::error, conflict).help("drop or change one of them; nothing was solved")
}

/// Clauses that the territories found do not keep together.
pub(super) fn conflicting(conflict: &Conflict, words: &Words<'_>) -> Diagnostic {
    let ways: Vec<String> = conflict.ways.iter().map(|way| words.way(way)).collect();
    let help = match ways.split_last() {
        None if conflict.exhaustive => "no single clause given up is enough".to_owned(),
        None => "`--effort thorough` finds out what each would need".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{}, or {last}", rest.join(", ")),
    };
    words.diagnostic(Diagnostic::warning, conflict).help(help)
}

/// The clauses of a carve by the rules of its question.
pub(super) struct Words<'a> {
    pub carving: &'a Carving<'a>,
    pub asked: &'a Asked,
    pub plan: &'a Plan,
    pub sources: &'a Sources,
}

impl Words<'_> {
    fn diagnostic(&self, make: fn(Code, String) -> Diagnostic, conflict: &Conflict) -> Diagnostic {
        let name = &self.carving.carve.name;
        let message = match (conflict.proved, &conflict.rules[..]) {
            (true, [_]) => format!("carve `{name}` cannot keep this promise"),
            (true, _) => format!("carve `{name}` cannot keep these promises together"),
            (false, [_]) => format!("no territories were found that keep this promise of carve `{name}`"),
            (false, _) => format!("no territories were found that keep these promises of carve `{name}` together"),
        };
        let mut diagnostic = make(codes::CARVE_CONFLICT, message);
        let mut spans: Vec<Span> = conflict.rules.iter().map(|rule| self.span(*rule)).collect();
        spans.sort_by_key(|span| (span.file, span.start));
        spans.dedup_by_key(|span| (span.file, span.start));
        for (n, span) in spans.into_iter().enumerate() {
            diagnostic = diagnostic.label(span, if n == 0 { "this" } else { "and this" });
        }
        diagnostic
    }

    fn span(&self, rule: Rule) -> Span {
        let carve = self.carving.carve;
        let limits = &carve.limits;
        match rule {
            Rule::Balance(n) => carve.balances[n].span,
            Rule::Contiguous => carve.contiguous.unwrap_or(carve.span),
            Rule::Moves => carve.keep.as_ref().map_or(carve.span, |keep| keep.span),
            Rule::Accounts => limits.accounts.map_or(carve.span, |(.., span)| span),
            Rule::Mix(n) => limits.mixes[n].span,
            Rule::Together(n) => limits.together[n].1,
            Rule::Apart(n) => limits.apart[n].1,
            Rule::Eligible(n) => limits.eligible[n].span,
            Rule::Pinned(n) => self.plan.named[self.asked.statements[n] as usize].span,
        }
    }

    /// The clause as written, on one line and not too long.
    fn quoted(&self, rule: Rule) -> String {
        let text = self.sources.text(self.span(rule)).split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.split(" because ").next().unwrap_or_default();
        let text = text.strip_prefix("balance ").unwrap_or(text);
        if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(57).chain("...".chars()).collect() }
    }

    fn way(&self, way: &Way) -> String {
        let span = self.span(way.rule);
        let line = self.sources.position(span).line;
        // Rounded up, so that what is said is enough.
        let up = |share: f64| format!("{:.1}%", (share * 1000.0 - 1e-6).ceil() / 10.0);
        let down = |share: f64| format!("{:.1}%", (share * 1000.0 + 1e-6).floor() / 10.0);
        let quoted = self.quoted(way.rule);
        match (way.needs, way.rule) {
            (Needs::AtMost(share), _) => format!("`{quoted}` needs {}", up(share)),
            (Needs::Between(from, to), Rule::Accounts) => format!("`{quoted}` needs {from} to {to}"),
            (Needs::Between(from, to), _) => format!("`{quoted}` needs {} to {}", down(from), up(to)),
            (Needs::Dropped, Rule::Pinned(_)) => format!("drop the pin on line {line}"),
            (Needs::Dropped, _) => format!("drop `{quoted}` on line {line}"),
        }
    }
}

/// Promises of the plan that the answer found does not keep, each at its clause. Imbalances, pieces and budgets are told
/// from the territories themselves.
pub(super) fn broken(solution: &Solution, carving: &Carving<'_>, plan: &Plan, names: &[String]) -> Diagnostics {
    let tell = |broken: &Broken| tell(broken, carving, plan, names);
    solution.broken.iter().filter_map(tell).collect()
}

fn tell(broken: &Broken, carving: &Carving<'_>, plan: &Plan, names: &[String]) -> Option<Diagnostic> {
    let carve = carving.carve;
    let territory = broken.seat.map_or("a territory", |s| names[s as usize].as_str());
    let percent = |x: f64| format!("{:.1}%", x * 100.0);
    let (message, label, span): (String, String, Span) = match broken.promise {
        Promise::Balance(_) | Promise::Contiguous | Promise::Moves | Promise::Eligible => return None,
        Promise::Accounts => {
            let (from, to, span) = carve.limits.accounts?;
            (format!("`{territory}` has {} accounts", broken.reached), format!("promises {from} to {to}"), span)
        }
        Promise::Mix(n) => {
            let mix = carve.limits.mixes.get(n)?;
            let promise = format!("promises {} to {}", percent(mix.from), percent(mix.to));
            (format!("the mix of `{territory}` is {}", percent(broken.reached)), promise, mix.span)
        }
        Promise::Together(n) => {
            let (_, span) = carve.limits.together.get(n)?;
            ("units that belong together are apart".into(), "promises one territory".into(), *span)
        }
        Promise::Apart(n) => {
            let (_, span) = carve.limits.apart.get(n)?;
            (format!("units that belong apart share `{territory}`"), "promises different territories".into(), *span)
        }
        Promise::Fixed => {
            let span = carving.pinned.first().map_or(carve.span, |p| plan.named[p.statement as usize].span);
            ("a named account is not in its territory".into(), "names it".into(), span)
        }
    };
    Some(Diagnostic::warning(codes::PROMISE_BROKEN, message).label(span, label))
}
