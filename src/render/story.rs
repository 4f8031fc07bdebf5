//! Why an account is where it is, for people.

use std::fmt::Write as _;

use super::human::printable;
use super::human::{Style, paint};
use super::table::count;
use super::tests::wrapped;
use crate::outcome::story::{Candidate, CarveChoice, Change, CoverageStory, Owner, StepStory, Story};

pub fn story(story: &Story, style: Style) -> String {
    let mut text = String::new();
    let name = story.name.as_ref().map_or_else(String::new, |name| format!(" · {name}"));
    let _ = writeln!(text, "{}", paint(&printable(&format!("{}{name}", story.account)), "1", style));
    for coverage in &story.coverages {
        one(coverage, style, &mut text);
    }
    text
}

fn one(coverage: &CoverageStory, style: Style, text: &mut String) {
    let role = coverage.role.as_ref().map_or_else(String::new, |r| format!(" for role {r}"));
    let _ = writeln!(text, "\n{}", paint(&printable(&format!("coverage {}{role}", coverage.coverage)), "1", style));
    wrapped("  ", &printable(&owner(&coverage.owner)), style, text);
    if let Some(statement) = &coverage.statement {
        text.push_str("\n  a statement stands before the tree\n");
        steps(std::slice::from_ref(statement), style, text);
        text.push_str("\n  the tree alone\n");
    } else {
        text.push_str("\n  why\n");
    }
    steps(&coverage.steps, style, text);
    if !coverage.holds.is_empty() {
        text.push_str("\n  for a time\n");
        steps(&coverage.holds, style, text);
    }
    if let Some(choice) = &coverage.choice {
        carve(choice, style, text);
    }
    if coverage.stays.len() > 1 || coverage.stays.iter().any(|s| s.reason.contains("open, ")) {
        text.push_str("\n  who owns it when\n");
        for stay in &coverage.stays {
            let rep = if stay.rep.is_empty() { "nobody" } else { &stay.rep };
            let head = format!("    {} to {}  ", stay.from, stay.to);
            wrapped(&head, &printable(&format!("{rep}, {}", stay.reason)), style, text);
        }
    }
    if !coverage.changes.is_empty() {
        text.push_str("\n  what would give it to somebody else, smallest first\n");
        for change in &coverage.changes {
            wrapped("    - ", &printable(&changed(change)), style, text);
        }
    }
}

/// `ENT-01, owned by R003 Ada Lin`
fn owner(owner: &Owner) -> String {
    let carve = owner.carve.as_ref().map_or_else(String::new, |carve| format!(" of carve {carve}"));
    let rep = match (&owner.rep, &owner.rep_name) {
        (Some(rep), Some(name)) => format!("{rep} {name}"),
        (Some(rep), None) => rep.clone(),
        (None, _) if owner.place == "excluded" => return "excluded".to_owned(),
        (None, _) => return format!("{}{carve}, owned by nobody", owner.place),
    };
    format!("{}{carve}, owned by {rep}", owner.place)
}

fn steps(steps: &[StepStory], style: Style, text: &mut String) {
    let width = steps.iter().map(|s| s.place.chars().count()).max().unwrap_or(0);
    for step in steps {
        let values = if step.values.is_empty() { String::new() } else { format!("  ({})", step.values.join(", ")) };
        wrapped(&format!("    {:width$}  ", step.place), &printable(&format!("{}{values}", step.says)), style, text);
    }
}

fn carve(choice: &CarveChoice, style: Style, text: &mut String) {
    let accounts = count(u64::from(choice.accounts), "account", "accounts");
    let new = if choice.new { ", not in the alignment: placed by its prices" } else { "" };
    text.push('\n');
    let head = format!("within carve {} ({}): {}, {accounts}{new}", choice.carve, choice.place, choice.unit);
    wrapped("  ", &printable(&head), style, text);
    for candidate in &choice.candidates {
        let rep = candidate.rep.as_ref().map_or_else(String::new, |rep| format!(" ({rep})"));
        let head = format!("    {} ", candidate.territory);
        wrapped(&head, &printable(&format!("{}{rep}: {}", candidate.rank, facts(candidate))), style, text);
    }
    for reason in &choice.binding {
        wrapped("    - ", &printable(reason), style, text);
    }
}

fn facts(candidate: &Candidate) -> String {
    let percent = |x: f64| format!("{:.1}%", (1.0 + x) * 100.0);
    let mut facts = Vec::new();
    facts.extend(candidate.km.map(|km| {
        if km < 10.0 { format!("{km:.1} km from its centre") } else { format!("{km:.0} km from its centre") }
    }));
    for load in &candidate.loads {
        let Some(imbalance) = load.imbalance else { continue };
        let with = if candidate.rank == "has it" { "without the unit" } else { "with it" };
        let moved = load.moved.map_or_else(String::new, |m| format!(", {} {with}", percent(m)));
        facts.push(format!("{} at {} of its target{moved}", load.weight, percent(imbalance)));
    }
    facts.join("; ")
}

/// `employees 450 -> 1,000: carve enterprise, ENT-02 (R004)`
fn changed(change: &Change) -> String {
    let to = &change.gives_to;
    let rep = to.rep.as_ref().map_or_else(String::new, |rep| format!(", owned by {rep}"));
    let place = if to.carve.is_some() || to.place.starts_with("excluded") || to.place.starts_with("pool ") {
        to.place.clone()
    } else {
        change.target.clone()
    };
    format!("{} {} -> {}: {place}{rep}", change.column, change.from, change.to)
}
