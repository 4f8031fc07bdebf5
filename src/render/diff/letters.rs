//! A letter for every rep whose accounts change: what they keep, gain and hand over, to whom, by when, and why in the
//! plan's own words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::{In, code, prose, visible};
use super::tally::{Hands, full_name, hands};
use super::words;
use crate::diff::{Cause, Diff};
use crate::render::table::{accounts, grouped};

/// A letter in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The rep's key.
    pub rep: String,
    /// A file name made of the key, unique among the letters.
    pub file: String,
    pub text: String,
}

/// By the key of the rep; reps for whom nothing changes get none.
pub fn letters(diff: &Diff) -> Vec<Letter> {
    let mut files: BTreeMap<String, usize> = BTreeMap::new();
    let hands = hands(diff);
    hands
        .iter()
        .map(|(rep, hands)| Letter {
            rep: (*rep).to_owned(),
            file: file(rep, &mut files),
            text: letter(diff, rep, hands),
        })
        .collect()
}

/// Letters and digits of the key; names that only differ otherwise, or by case alone, are numbered.
fn file(rep: &str, taken: &mut BTreeMap<String, usize>) -> String {
    let plain: String = rep.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).take(80).collect();
    let times = taken.entry(plain.to_lowercase()).or_default();
    *times += 1;
    match *times {
        1 => format!("{plain}.md"),
        // Keys never give a name with a dot in it.
        n => format!("{plain}.{n}.md"),
    }
}

fn letter(diff: &Diff, rep: &str, hands: &Hands) -> String {
    let mut text = String::new();
    let plan = diff.head.title.as_deref().unwrap_or(&diff.head.plan);
    let (first, last) = diff.head.term;
    let _ = writeln!(text, "# {}: your accounts in {}\n", code(&full_name(diff, rep), In::Line), code(plan, In::Line));
    let known = diff.reps.iter().find(|change| change.rep == rep);
    let kept = known.map_or_else(String::new, |change| format!("keep {}, ", accounts(change.kept.accounts)));
    let (gained, lost) = (grouped(hands.gained.len() as u64), grouped(hands.lost.len() as u64));
    let _ = writeln!(text, "For the term {first} to {last} you {kept}gain {gained} and hand over {lost}.");
    section(diff, "You gain", &hands.gained, &mut text);
    section(diff, "You hand over", &hands.lost, &mut text);
    section(diff, "You keep, on other days", &hands.dates, &mut text);
    text
}

/// The accounts under their causes, those of the cause with most accounts first.
fn section(diff: &Diff, title: &str, rows: &[usize], text: &mut String) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## {title}: {}", accounts(rows.len() as u64));
    let mut by_cause: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for row in rows {
        by_cause.entry(diff.moves.get(*row).cause).or_default().push(*row);
    }
    let mut by_cause: Vec<(usize, Vec<usize>)> = by_cause.into_iter().collect();
    by_cause.sort_by_key(|(cause, rows)| (std::cmp::Reverse(rows.len()), *cause));
    for (cause, rows) in by_cause {
        if let Some(cause) = diff.causes.get(cause) {
            let _ = writeln!(text, "\n{}", why(diff, cause));
        }
        text.push_str("\n| account | name | territory | other side | as of |\n|---|---|---|---|---|\n");
        for row in rows {
            let one = diff.moves.get(row);
            let gives = title == "You hand over";
            let (other, place) = if gives { (one.to_rep, one.to) } else { (one.from_rep, one.from) };
            let other = other.map_or_else(|| nobody(place).to_owned(), |rep| code(&full_name(diff, rep), In::Cell));
            let (word, place) = if gives { ("to", one.to) } else { ("from", one.to) };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {word} {other} | {} |",
                code(one.account, In::Cell),
                code(one.name.unwrap_or(""), In::Cell),
                code(words::place(place), In::Cell),
                one.effective,
            );
        }
    }
}

/// Who has an account that no rep has.
fn nobody(place: &str) -> &'static str {
    match place {
        "" => "nobody: it is not in the data",
        "excluded" => "nobody: it is excluded",
        _ => "nobody yet",
    }
}

/// `Why: late-stage deals close with their rep (hold … added).`
fn why(diff: &Diff, cause: &Cause) -> String {
    let reason = cause.because.as_deref().or_else(|| {
        // An indirect cause has the reason of what made it necessary.
        cause.under.iter().filter_map(|i| diff.causes.get(*i)).find_map(|direct| direct.because.as_deref())
    });
    let mut title = prose(&cause.title, In::Line);
    let under: Vec<String> = words::under(diff, cause).iter().map(|title| prose(title, In::Line)).collect();
    if !under.is_empty() {
        let _ = write!(title, ", after: {}", under.join("; "));
    }
    match reason.map(visible).filter(|reason| !reason.trim().is_empty()) {
        Some(reason) => format!("Why: {} ({title}).", prose(&reason, In::Line)),
        None => format!("Why: {title}."),
    }
}
