//! What became of the plan's `test` blocks, for people.

use std::fmt::Write as _;

use super::human::{Style, paint, printable};
use crate::trial::{Trial, Trials, Verdict};

/// One paragraph a test, then the arms that no test reaches if they are asked for.
pub fn tests(trials: &Trials, coverage: bool, style: Style) -> String {
    let mut text = String::new();
    for test in &trials.tests {
        one(test, style, &mut text);
    }
    if coverage {
        reach(trials, style, &mut text);
    }
    text
}

/// `3 tests: 2 passed, 1 failed`
pub fn summary_line(trials: &Trials) -> String {
    let count = trials.tests.len();
    let tests = if count == 1 { "test" } else { "tests" };
    format!("{}: {count} {tests}, {} passed, {} failed", trials.plan, trials.passed, trials.failed)
}

fn one(test: &Trial, style: Style, text: &mut String) {
    let (word, color) = if test.passed { ("ok    ", "32") } else { ("FAILED", "31") };
    let _ = writeln!(text, "{} {} ({})", paint(word, color, style), printable(&test.title), test.place);
    for way in &test.ways {
        let _ = writeln!(text, "  {}", way.coverage);
        let width = way.steps.iter().map(|s| s.place.chars().count()).max().unwrap_or(0);
        for step in &way.steps {
            wrapped(&format!("    {:width$}  ", step.place), &printable(&step.says), style, text);
        }
    }
    for Verdict { place, expected, actual, .. } in test.expects.iter().filter(|v| !v.holds) {
        wrapped("  ", &format!("{place}: expected `{}`, {}", printable(expected), printable(actual)), style, text);
    }
}

fn reach(trials: &Trials, style: Style, text: &mut String) {
    let reach = &trials.coverage;
    let percent = (reach.part() * 1000.0).floor() / 10.0;
    let _ = writeln!(text, "\ncoverage: tests reach {} of {} arms ({percent}%)", reach.reached, reach.arms);
    if reach.missing.is_empty() {
        return;
    }
    text.push_str("not reached:\n");
    let mut of = "";
    for arm in &reach.missing {
        if arm.of != of {
            of = &arm.of;
            let _ = writeln!(text, "  {of}");
        }
        let target = arm.target.as_ref().map_or_else(String::new, |t| format!(" -> {t}"));
        wrapped(&format!("    {}  ", arm.place), &printable(&format!("{}{target}", arm.says)), style, text);
    }
}

/// Words behind a head, further lines indented as far.
pub(super) fn wrapped(head: &str, words: &str, style: Style, text: &mut String) {
    let indent = head.chars().count();
    let room = style.width.clamp(40, 200).saturating_sub(indent).max(20);
    let mut line = String::new();
    let mut first = true;
    let mut flush = |line: &str, text: &mut String| {
        let lead = if first { head.to_owned() } else { " ".repeat(indent) };
        first = false;
        let _ = writeln!(text, "{}", format!("{lead}{line}").trim_end());
    };
    for word in words.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            flush(&line, text);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    flush(&line, text);
}
