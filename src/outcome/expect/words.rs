//! Expectations and what was measured, as people read them.

use crate::diagnostics::Sources;
use crate::outcome::settle::unit_name;
use crate::outcome::summary::{ExpectationBound, Offender};
use crate::plan::{Bound, Expectation, Metric, MetricKind};
use crate::syntax::ast::CompareOp;

/// What follows `expect` or `warn` in the plan, on one line and without its reason.
pub(super) fn text(expectation: &Expectation, sources: &Sources) -> String {
    let written = sources.text(expectation.span);
    let lines = written.lines().map(|line| match line.find('#') {
        Some(at) if line[..at].matches('"').count().is_multiple_of(2) => &line[..at],
        _ => line,
    });
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).skip(1).collect();
    let mut text = words.join(" ");
    if expectation.because.is_some()
        && let Some(at) = text.rfind(" because \"")
    {
        text.truncate(at);
    }
    text
}

pub(super) fn limit(bound: Bound) -> ExpectationBound {
    match bound {
        Bound::Compare(op, to) => ExpectationBound { op: sign(op), to: vec![to] },
        Bound::Between(from, to) => ExpectationBound { op: "between", to: vec![from, to] },
    }
}

fn sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Less => "<",
        CompareOp::LessEqual => "<=",
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "!=",
        CompareOp::GreaterEqual => ">=",
        CompareOp::Greater => ">",
    }
}

/// A value and its bound in words, with as many digits as it takes to tell them apart.
pub(super) fn apart(metric: &Metric, value: f64, bound: Bound) -> (String, String) {
    let write = |digits: usize| {
        let number = |x: f64| number(metric, x, digits);
        let bound = match bound {
            Bound::Between(from, to) => format!("{} to {}", number(from), number(to)),
            Bound::Compare(op, to) => {
                let word = match op {
                    CompareOp::Less => "less than",
                    CompareOp::LessEqual => "at most",
                    CompareOp::Equal => "exactly",
                    CompareOp::NotEqual => "anything but",
                    CompareOp::GreaterEqual => "at least",
                    CompareOp::Greater => "more than",
                };
                format!("{word} {}", number(to))
            }
        };
        (number(value), bound)
    };
    let close = |digits: usize| {
        let ends = match bound {
            Bound::Between(from, to) => vec![from, to],
            Bound::Compare(_, to) => vec![to],
        };
        ends.iter().any(|end| *end != value && number(metric, *end, digits) == number(metric, value, digits))
    };
    let digits = (1..8).find(|digits| !close(*digits)).unwrap_or(1);
    write(digits)
}

/// `` `ENT-03` +12.3% ``
pub(super) fn offender(expectation: &Expectation, offender: &Offender) -> String {
    let metric = &expectation.metric;
    let shown = match metric.kind {
        MetricKind::Imbalance(_) if expectation.per.is_none() => format!("{:+.1}%", offender.measured * 100.0),
        MetricKind::Covered if expectation.per.is_none() => {
            let accounts = if offender.measured == 1.0 { "account" } else { "accounts" };
            format!("{} {accounts} without an owner", offender.measured)
        }
        _ => number(metric, offender.measured, 1),
    };
    format!("`{}` {shown}", offender.name)
}

pub(super) fn percent(part: f64) -> String {
    trimmed(part * 100.0, 4) + "%"
}

fn number(metric: &Metric, x: f64, digits: usize) -> String {
    match metric.kind {
        MetricKind::Imbalance(_)
        | MetricKind::Covered
        | MetricKind::Moved(_)
        | MetricKind::Kept(_)
        | MetricKind::Share(_) => trimmed(x * 100.0, digits) + "%",
        MetricKind::Distance => trimmed(x, digits) + " km",
        MetricKind::Load(_) => {
            let unit = unit_name(metric.unit);
            let digits = if x.abs() < 1.0 { digits + 3 } else { digits };
            let shown = trimmed(x, digits);
            if unit.is_empty() || unit == "money" { shown } else { format!("{shown} {unit}") }
        }
        MetricKind::Accounts
        | MetricKind::Territories
        | MetricKind::Seats
        | MetricKind::OpenSeats
        | MetricKind::Exceptions => trimmed(x, digits),
    }
}

/// `1,234.5`, without noughts at the end.
fn trimmed(x: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", x.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let rest = rest.trim_end_matches('0');
    let sign = if x < 0.0 && (grouped != "0" || !rest.is_empty()) { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Span;
    use crate::plan::Unit;

    #[test]
    fn as_many_digits_as_it_takes() {
        let metric = Metric { kind: MetricKind::Imbalance(0), unit: Unit::default(), span: Span::default() };
        let write = |value, bound| apart(&metric, value, bound);
        assert_eq!(write(0.123, Bound::Compare(CompareOp::LessEqual, 0.1)), ("12.3%".into(), "at most 10%".into()));
        assert_eq!(write(0.10003, Bound::Compare(CompareOp::LessEqual, 0.1)), ("10.003%".into(), "at most 10%".into()));
        let count = Metric { kind: MetricKind::Accounts, ..metric };
        assert_eq!(apart(&count, 1234.0, Bound::Between(20.0, 350.0)), ("1,234".into(), "20 to 350".into()));
        assert_eq!(trimmed(-0.04, 1), "0");
        assert_eq!(trimmed(-1204.25, 2), "-1,204.25");
    }
}
