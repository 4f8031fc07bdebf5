//! The outcome as tables for a terminal.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::human::{Style, printable};
use crate::outcome::summary::{CarveOutcome, CoverageOutcome, ExpectationOutcome, ExpectationStatus, Load, Outcome};

/// Coverages with their territories, pools and exclusions, then what each carve reached.
pub fn outcome(outcome: &Outcome, style: Style) -> String {
    let mut text = String::new();
    let title = outcome.title.as_ref().map_or_else(String::new, |t| format!(" · {t}"));
    let _ = writeln!(text, "{}{title} · {} to {}", outcome.plan, outcome.term.0, outcome.term.1);
    for coverage in &outcome.coverages {
        let role = coverage.role.as_ref().map_or_else(String::new, |r| format!(" for role {r}"));
        let _ = writeln!(text, "\ncoverage {}{role}", coverage.name);
        text.push_str(&territories(outcome, coverage, style));
        text.push('\n');
        for pool in &coverage.pools {
            let _ = writeln!(text, "pool {}: {}", pool.name, accounts(pool.accounts));
        }
        if coverage.excluded > 0 {
            let _ = writeln!(text, "excluded: {}", accounts(coverage.excluded));
        }
    }
    for carve in &outcome.carves {
        let _ = writeln!(text, "{}", carve_line(carve));
    }
    for expectation in &outcome.expectations {
        let _ = writeln!(text, "{}", expectation_line(expectation));
    }
    text
}

/// `holds: expect imbalance(opportunity) <= 10% in enterprise (9.2%)`
fn expectation_line(expectation: &ExpectationOutcome) -> String {
    let status = match expectation.status {
        ExpectationStatus::Holds => "holds",
        ExpectationStatus::Broken => "broken",
        ExpectationStatus::Empty => "nothing to measure",
        ExpectationStatus::Unmeasured => "not measured",
    };
    let of = expectation.at.as_ref().map_or_else(String::new, |at| format!(", {}", printable(at)));
    let shown = expectation.shown.as_ref().map_or_else(String::new, |shown| format!(" ({shown}{of})"));
    format!("{status}: {} {}{shown}", expectation.level, printable(&expectation.text))
}

/// One line for the end of a run: an interface, its shape is kept.
pub fn summary_line(outcome: &Outcome, warnings: usize) -> String {
    let territories: usize = outcome.coverages.iter().map(|c| c.territories.len()).sum();
    let open = outcome.coverages.iter().flat_map(|c| &c.territories).filter(|t| t.open).count();
    let pooled: u64 = outcome.coverages.iter().flat_map(|c| &c.pools).map(|p| p.accounts).sum();
    let excluded: u64 = outcome.coverages.iter().map(|c| c.excluded).sum();
    let unproved = match outcome.exceptions.unproved {
        0 => String::new(),
        n => format!(", {} left unproved", count(n, "partition", "partitions")),
    };
    format!(
        "{}: {} in {} ({open} open), {} in pools, {} excluded{unproved}, {}",
        outcome.plan,
        accounts(outcome.accounts),
        count(territories as u64, "territory", "territories"),
        grouped(pooled),
        grouped(excluded),
        count(warnings as u64, "warning", "warnings"),
    )
}

/// Columns that a narrow terminal may cut, and what is left of them at the least; the first gets its room back first.
const CUT: [(usize, usize); 2] = [(0, 12), (1, 8)];

/// Columns before those of the weights.
const FIRST: usize = 3;

fn territories(outcome: &Outcome, coverage: &CoverageOutcome, style: Style) -> String {
    let mut header = vec!["territory".to_owned(), "rep".to_owned(), "accounts".to_owned()];
    // Where a weight's columns end; one that nothing balances has no imbalance.
    let mut ends = Vec::new();
    let loads = |w: usize| coverage.territories.iter().filter_map(move |t| t.loads.get(w));
    let balanced: Vec<bool> =
        (0..outcome.weights.len()).map(|w| loads(w).any(|load| load.imbalance.is_some())).collect();
    for (weight, balanced) in outcome.weights.iter().zip(&balanced) {
        let unit = if weight.unit.is_empty() { String::new() } else { format!("\n({})", weight.unit) };
        header.push(format!("{}{unit}", weight.name));
        header.extend(balanced.then(|| "±".to_owned()));
        ends.push(header.len());
    }
    let mut rows = vec![header];
    for territory in &coverage.territories {
        let rep = match (&territory.rep_name, territory.open) {
            (Some(name), true) => format!("open, {name}"),
            (Some(name), false) => name.clone(),
            (None, _) => "open".to_owned(),
        };
        let mut row = vec![printable(&territory.name), printable(&rep), grouped(territory.accounts)];
        for (load, balanced) in territory.loads.iter().zip(&balanced) {
            row.push(short(load.load));
            row.extend(balanced.then(|| imbalance(load)));
        }
        rows.push(row);
    }
    let weights = fit(&mut rows, &ends, style.width.clamp(40, 200));
    let shown = ends[..weights].last().copied().unwrap_or(FIRST);
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    if !style.color {
        table.force_no_tty();
    }
    let mut rows = rows.into_iter().map(|row| row.into_iter().take(shown).collect::<Vec<_>>());
    table.set_header(rows.next().unwrap_or_default());
    table.add_rows(rows);
    for column in 2..shown {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = table.trim_fmt();
    let left_out: Vec<&str> = outcome.weights[weights..].iter().map(|w| w.name.as_str()).collect();
    if !left_out.is_empty() {
        let _ = write!(text, "\nno room for {}: see territories.csv", left_out.join(", "));
    }
    text
}

/// Leaves out weights from the right and cuts names until the rows fit; how many weights are left. No cell is ever
/// broken over lines.
fn fit(rows: &mut [Vec<String>], ends: &[usize], width: usize) -> usize {
    let cell = |text: &String| text.lines().map(|l| l.chars().count()).max().unwrap_or(0);
    let columns = ends.last().copied().unwrap_or(FIRST);
    let natural: Vec<usize> =
        (0..columns).map(|c| rows.iter().filter_map(|r| r.get(c)).map(cell).max().unwrap_or(0)).collect();
    let mut widths = natural.clone();
    for (column, least) in CUT {
        widths[column] = widths[column].min(least);
    }
    // A cell has a blank on either side and a line behind it; one more line begins the row.
    let needed = |widths: &[usize]| 1 + widths.iter().map(|w| w + 3).sum::<usize>();
    let mut weights = ends.len();
    while weights > 0 && needed(&widths[..ends[weights - 1]]) > width {
        weights -= 1;
    }
    let shown = ends[..weights].last().copied().unwrap_or(FIRST);
    for (column, _) in CUT {
        let room = width.saturating_sub(needed(&widths[..shown]));
        widths[column] = natural[column].min(widths[column] + room);
        rows.iter_mut().for_each(|row| shorten(&mut row[column], widths[column]));
    }
    weights
}

/// Cuts a text to so many columns, with `…` at its end.
pub(super) fn shorten(text: &mut String, width: usize) {
    if text.chars().count() > width {
        *text = text.chars().take(width - 1).chain(['…']).collect();
    }
}

fn imbalance(load: &Load) -> String {
    load.imbalance.map_or_else(String::new, |i| format!("{:+.1}%", i * 100.0 + 0.0))
}

fn carve_line(carve: &CarveOutcome) -> String {
    let mut line = format!("carve {}: {} into {}", carve.name, count(carve.units, "unit", "units"), carve.territories);
    if carve.open > 0 {
        let _ = write!(line, " ({} open)", carve.open);
    }
    for balance in &carve.balances {
        let _ = write!(
            line,
            ", {} ±{:.1}% (±{:.1}% allowed)",
            balance.weight,
            balance.imbalance * 100.0,
            balance.within * 100.0
        );
    }
    if let Some(km) = carve.mean_distance_km {
        let _ = write!(line, ", {km:.0} km to the centre");
    }
    if let Some(moved) = carve.moved {
        let _ = write!(line, ", {:.1}% moved", moved * 100.0);
        if carve.moved_accounts > 0 {
            let (accounts, units) = (accounts(carve.moved_accounts), count(carve.moved_units, "unit", "units"));
            let _ = write!(line, " ({accounts} in {units})");
        }
    }
    if carve.ownerless_accounts > 0 {
        let _ = write!(line, ", {} without an owner in the carve", accounts(carve.ownerless_accounts));
    }
    if let (Some(strays), Some(adjacency)) = (carve.stray_pieces, &carve.adjacency) {
        let pieces =
            if strays == 0 { "in one piece each".to_owned() } else { count(strays, "stray piece", "stray pieces") };
        let _ = write!(line, ", {pieces} (adjacency {adjacency})");
    }
    if let Some(gap) = carve.gap {
        let _ = write!(line, ", within {:.2}% of the best possible", gap * 100.0);
        if let Some(covers) = carve.bound_covers.as_deref().filter(|c| *c != "everything") {
            let _ = write!(line, " for {covers}");
        }
    }
    line
}

pub(super) fn accounts(n: u64) -> String {
    count(n, "account", "accounts")
}

pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// `1,234,567`
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Four digits at most, with k, M or B behind.
pub(super) fn short(x: f64) -> String {
    let size = x.abs();
    if size >= 1e9 {
        format!("{:.1}B", x / 1e9)
    } else if size >= 1e6 {
        format!("{:.1}M", x / 1e6)
    } else if size >= 1e4 {
        format!("{:.1}k", x / 1e3)
    } else if size >= 10.0 || size == 0.0 {
        format!("{:.1}", x + 0.0)
    } else {
        format!("{x:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, printable, short};

    #[test]
    fn numbers_are_short() {
        let cases = [
            (0.0, "0.0"),
            (0.0421, "0.0421"),
            (12.34, "12.3"),
            (12_345.0, "12.3k"),
            (4.5e6, "4.5M"),
            (4.5e7, "45.0M"),
            (2e10, "20.0B"),
        ];
        for (number, text) in cases {
            assert_eq!(short(number), text);
        }
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
    }

    #[test]
    fn marks_do_not_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[31m\u{202e}b"), "a\u{fffd}[31m\u{fffd}b");
    }
}
