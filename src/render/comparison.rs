//! Two compared tables for a terminal.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::human::{Style, printable};
use super::table::{count, grouped};
use crate::diff::tables::Comparison;

/// The JSON Schema of what is printed for programs.
pub const SCHEMA: &str = include_str!("schema/tables.json");

/// Pairs of values that are shown of a column; the JSON has them all.
const PAIRS: usize = 10;
/// Characters of a value that are shown.
const LONGEST: usize = 40;

/// What differs, in small tables; nothing where nothing does.
pub fn comparison(comparison: &Comparison, style: Style) -> String {
    let mut text = String::new();
    let columns: Vec<Vec<String>> = (comparison.columns.iter().filter(|column| column.changed > 0))
        .map(|column| vec![shown(&column.column), grouped(column.changed)])
        .collect();
    if !columns.is_empty() {
        let _ = writeln!(text, "{}", table(&["column", "rows that differ"], columns, style));
    }
    for side in [&comparison.base, &comparison.head] {
        if !side.only.is_empty() {
            let names: Vec<String> = side.only.iter().map(|name| shown(name)).collect();
            let _ = writeln!(text, "not compared, only in {}: {}", printable(&side.name), names.join(", "));
        }
    }
    for transitions in &comparison.transitions {
        let rows = transitions.pairs.iter().take(PAIRS);
        let rows = rows.map(|pair| vec![shown(&pair.from), shown(&pair.to), grouped(pair.rows)]).collect::<Vec<_>>();
        if rows.is_empty() {
            continue;
        }
        let heads = [format!("{} from", shown(&transitions.column)), "to".to_owned(), "rows".to_owned()];
        let _ = writeln!(text, "{}", table(&heads.each_ref().map(String::as_str), rows, style));
        let more = transitions.pairs.len().saturating_sub(PAIRS);
        if more > 0 {
            let _ = writeln!(text, "and {}", count(more as u64, "more pair", "more pairs"));
        }
    }
    text
}

/// One line for the end of a run: an interface, its shape is kept.
pub fn summary_line(comparison: &Comparison) -> String {
    format!(
        "{} → {} by {}: {} added, {} removed, {} changed, {} unchanged",
        printable(&comparison.base.name),
        printable(&comparison.head.name),
        comparison.key.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", "),
        grouped(comparison.added),
        grouped(comparison.removed),
        grouped(comparison.changed),
        grouped(comparison.unchanged),
    )
}

/// A value of a user's table on one line.
pub(super) fn shown(text: &str) -> String {
    let text = printable(&text.replace(['\n', '\r', '\t'], " "));
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

pub(super) fn table(header: &[&str], rows: Vec<Vec<String>>, style: Style) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    if !style.color {
        table.force_no_tty();
    }
    table.set_header(header.to_vec());
    table.add_rows(rows);
    if let Some(column) = table.column_mut(header.len() - 1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}
