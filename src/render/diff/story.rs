//! The story of one account: where it stood, where it stands, and why.

use std::fmt::Write as _;

use serde::Serialize;

use crate::diff::account::{AccountDiff, StayState};
use crate::diff::{Cause, Diff, Excerpt, Move};
use crate::render::human::{Style, paint, printable};

/// The account with its changes and their causes, as JSON.
pub fn json(account: &AccountDiff, diff: &Diff) -> String {
    #[derive(Serialize)]
    struct Story<'a> {
        version: u32,
        #[serde(flatten)]
        account: &'a AccountDiff,
        changes: Vec<Told<'a>>,
    }
    #[derive(Serialize)]
    struct Told<'a> {
        #[serde(flatten)]
        change: Move<'a>,
        why: &'a Cause,
        under: Vec<&'a Cause>,
    }
    let tell = |change: Move<'_>| -> Option<(usize, Vec<usize>)> {
        let cause = diff.causes.get(change.cause)?;
        Some((change.cause, cause.under.clone()))
    };
    let of_account = diff.moves.iter().filter(|one| one.account == account.account);
    let changes = of_account.filter_map(|change| {
        let (why, under) = tell(change)?;
        let under = under.iter().filter_map(|above| diff.causes.get(*above)).collect();
        Some(Told { change, why: &diff.causes[why], under })
    });
    let story = Story { version: diff.version, account, changes: changes.collect() };
    let mut text = serde_json::to_string_pretty(&story).expect("a story has no maps with odd keys");
    text.push('\n');
    text
}

/// The same for people.
pub fn text(account: &AccountDiff, diff: &Diff, style: Style) -> String {
    let mut out = String::new();
    let line = |out: &mut String, indent: usize, words: &str| {
        let _ = writeln!(out, "{:indent$}{}", "", printable(words));
    };
    line(&mut out, 0, &format!("account {}", account.account));
    for cell in &account.cells {
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        line(&mut out, 2, &format!("{}: {} → {}", cell.column, shown(&cell.before), shown(&cell.after)));
    }
    for coverage in &account.coverages {
        let change = diff.moves.iter().find(|m| m.account == account.account && m.coverage == coverage.coverage);
        out.push('\n');
        line(&mut out, 0, &format!("coverage {}", coverage.coverage));
        if change.is_none() {
            line(&mut out, 2, "as it was");
            stays(&mut out, " ", &coverage.after);
            continue;
        }
        for (sign, colour, of) in [("-", "31", &coverage.before), ("+", "32", &coverage.after)] {
            stays(&mut out, &paint(sign, colour, style), of);
        }
        let Some(cause) = change.and_then(|change| diff.causes.get(change.cause)) else { continue };
        line(&mut out, 2, &format!("because {}", cause.title));
        why(&mut out, cause, style);
        for above in cause.under.iter().filter_map(|above| diff.causes.get(*above)) {
            line(&mut out, 2, &format!("which became necessary because {}", above.title));
            why(&mut out, above, style);
        }
    }
    out
}

fn stays(out: &mut String, sign: &str, stays: &[StayState]) {
    for stay in stays {
        let place = if stay.territory.is_empty() { "nobody" } else { &stay.territory };
        let rep = if stay.rep.is_empty() { String::new() } else { format!(" ({})", stay.rep) };
        let days = format!("{} to {}", stay.from, stay.to);
        let _ = writeln!(out, "  {sign} {days}  {}", printable(&format!("{place}{rep}: {}", stay.reason)));
    }
}

/// The lines that changed, and the plan's own reason.
fn why(out: &mut String, cause: &Cause, style: Style) {
    for (sign, colour, excerpt) in [("-", "31", &cause.before), ("+", "32", &cause.after)] {
        let Some(Excerpt { file, line, text }) = excerpt else { continue };
        for (n, words) in text.lines().enumerate() {
            let place = if n == 0 { format!("{file}:{line}") } else { String::new() };
            let _ = writeln!(out, "    {} {place:<16} {}", paint(sign, colour, style), printable(words));
        }
    }
    if let Some(because) = &cause.because {
        let _ = writeln!(out, "    the plan says: {}", printable(because));
    }
}
