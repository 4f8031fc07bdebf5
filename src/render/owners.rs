//! Who has which account, before and after, for a terminal.

use std::fmt::Write as _;

use super::comparison::{shown, table};
use super::human::{Style, printable};
use super::table::{count, grouped};
use crate::diff::assignments::OwnerChanges;
use crate::diff::patch::Manifest;

/// The JSON Schema of what is printed for programs.
pub const SCHEMA: &str = include_str!("schema/owners.json");

/// Rows that are shown of a table; the JSON has them all.
const ROWS: usize = 10;

/// The largest moves and the reps who gain or lose; nothing where nobody does.
pub fn owner_changes(changes: &OwnerChanges, style: Style) -> String {
    let mut text = String::new();
    let place = |name: &str| if name.is_empty() { "excluded".to_owned() } else { shown(name) };
    let pairs: Vec<Vec<String>> = (changes.pairs.iter().take(ROWS))
        .map(|p| vec![shown(&p.coverage), place(&p.from), place(&p.to), grouped(p.accounts)])
        .collect();
    if !pairs.is_empty() {
        let _ = writeln!(text, "{}", table(&["coverage", "from", "to", "accounts"], pairs, style));
    }
    more(&mut text, changes.pairs.len(), ["more pair", "more pairs"]);
    let mut reps: Vec<_> = changes.reps.iter().filter(|rep| rep.gained + rep.lost > 0).collect();
    reps.sort_by_key(|rep| std::cmp::Reverse(rep.gained + rep.lost));
    let all = reps.len();
    let rows: Vec<Vec<String>> = (reps.into_iter().take(ROWS))
        .map(|rep| vec![shown(&rep.rep), grouped(rep.kept), grouped(rep.gained), grouped(rep.lost)])
        .collect();
    if !rows.is_empty() {
        let _ = writeln!(text, "{}", table(&["rep", "kept", "gained", "lost"], rows, style));
    }
    more(&mut text, all, ["more rep", "more reps"]);
    text
}

fn more(text: &mut String, all: usize, [one, many]: [&str; 2]) {
    if all > ROWS {
        let _ = writeln!(text, "and {}", count((all - ROWS) as u64, one, many));
    }
}

/// One line for the end of a run: an interface, its shape is kept.
pub fn summary_line(base: &str, head: &str, changes: &OwnerChanges) -> String {
    format!(
        "{} → {}: {} moved, {} with another owner only, {} new, {} gone, {} otherwise changed, {} unchanged",
        printable(base),
        printable(head),
        grouped(changes.moved),
        grouped(changes.owner),
        grouped(changes.new),
        grouped(changes.gone),
        grouped(changes.other),
        grouped(changes.unchanged),
    )
}

/// What was written for the rollout.
pub fn patch_line(folder: &str, manifest: &Manifest) -> String {
    let counts = manifest.delta;
    format!(
        "{}: {}; {} deleted, {} ended, {} updated, {} inserted",
        printable(folder),
        count(manifest.batches.len() as u64, "batch", "batches"),
        grouped(counts.delete),
        grouped(counts.end_date),
        grouped(counts.update),
        grouped(counts.insert),
    )
}
