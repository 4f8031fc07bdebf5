//! What the solver could not do, in the words and at the places of the plan.

use crate::carve::{Broken, Failure, Promise, Solution};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::outcome::carving::Carving;
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
