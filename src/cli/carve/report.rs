//! What a carve found, as rows, JSON, a table and a line.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use super::question::Question;
use crate::carve::conflict::{Conflict, Needs, Rule};
use crate::carve::{BoundCovers, Promise, Solution};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::render::cell::push_text;
use crate::render::human::Style;

/// `id,territory`, by id.
pub fn alignment(question: &Question, solution: &Solution) -> Vec<u8> {
    let mut text = b"id,territory\n".to_vec();
    for (key, &seat) in question.problem.units.keys.iter().zip(&solution.territory) {
        push_text(&mut text, key);
        text.push(b',');
        push_text(&mut text, &question.problem.seats.keys[seat as usize]);
        text.push(b'\n');
    }
    text
}

/// The JSON of a carve.
#[derive(Serialize)]
pub struct Report<'a> {
    units: usize,
    territories: usize,
    cost: f64,
    /// `null` when no bound was proved.
    bound: Option<f64>,
    bound_covers: &'static str,
    /// (cost − bound) / bound
    gap: Option<f64>,
    weights: Vec<WeightReport<'a>>,
    /// Pieces beyond one per territory; `null` when they were not counted.
    stray_pieces: Option<u32>,
    /// `given`, `derived`, or `null`.
    adjacency: Option<&'static str>,
    /// What left its incumbent, as a share.
    moved: f64,
    seats: Vec<SeatReport<'a>>,
    seconds: f64,
}

#[derive(Serialize)]
struct WeightReport<'a> {
    name: &'a str,
    tolerance: f64,
    imbalance: f64,
    least_imbalance: f64,
}

#[derive(Serialize)]
struct SeatReport<'a> {
    territory: &'a str,
    units: usize,
    loads: Vec<f64>,
    targets: Vec<f64>,
    pieces: Option<u32>,
    /// Longitude and latitude, or x and y.
    centre: Option<[f64; 2]>,
    centre_unit: Option<&'a str>,
}

impl<'a> Report<'a> {
    pub fn new(question: &'a Question, solution: &Solution, seconds: f64) -> Self {
        let problem = &question.problem;
        let proved = bound(solution);
        let weights = problem.weights.iter().enumerate().map(|(index, weight)| WeightReport {
            name: &weight.name,
            tolerance: weight.tolerance,
            imbalance: solution.imbalance[index],
            least_imbalance: solution.least_imbalance[index],
        });
        let counts = counts(question, solution);
        let seats = problem.seats.keys.iter().enumerate().map(|(seat, key)| SeatReport {
            territory: key,
            units: counts[seat],
            loads: solution.loads.iter().map(|l| l[seat]).collect(),
            targets: solution.targets.iter().map(|t| t[seat]).collect(),
            pieces: solution.stray_pieces.as_ref().map(|strays| strays[seat] + 1),
            centre: solution.centres[seat]
                .map(|centre| if question.planar { [centre.x, centre.y] } else { centre.to_degrees().into() }),
            centre_unit: solution.centre_units[seat].map(|unit| problem.units.keys[unit as usize].as_str()),
        });
        Self {
            units: problem.units.keys.len(),
            territories: problem.seats.keys.len(),
            cost: solution.cost,
            bound: proved,
            bound_covers: match solution.bound.covers {
                BoundCovers::Everything => "everything",
                BoundCovers::TheseCentres => "these centres",
                BoundCovers::Nothing => "nothing",
            },
            gap: gap(solution),
            weights: weights.collect(),
            stray_pieces: solution.stray_pieces.as_ref().map(|strays| strays.iter().sum()),
            adjacency: solution
                .stray_pieces
                .as_ref()
                .map(|_| if solution.adjacency_derived { "derived" } else { "given" }),
            moved: solution.moved,
            seats: seats.collect(),
            seconds,
        }
    }
}

fn bound(solution: &Solution) -> Option<f64> {
    (solution.bound.covers != BoundCovers::Nothing && solution.bound.value.is_finite()).then_some(solution.bound.value)
}

fn gap(solution: &Solution) -> Option<f64> {
    // What breaks promises may cost less than the bound on what keeps them.
    bound(solution)
        .filter(|b| *b > 0.0 && *b <= solution.cost * (1.0 + 1e-9))
        .map(|b| (solution.cost / b - 1.0).max(0.0))
}

fn counts(question: &Question, solution: &Solution) -> Vec<usize> {
    let mut counts = vec![0; question.problem.seats.keys.len()];
    solution.territory.iter().for_each(|&seat| counts[seat as usize] += 1);
    counts
}

/// A row per territory.
pub fn table(question: &Question, solution: &Solution, style: Style) -> String {
    let problem = &question.problem;
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(style.width.clamp(40, 200) as u16);
    if !style.color {
        table.force_no_tty();
    }
    let mut header = vec!["territory".to_owned(), "units".to_owned()];
    for weight in &problem.weights {
        header.extend([weight.name.clone(), "±".to_owned()]);
    }
    table.set_header(header);
    let counts = counts(question, solution);
    for (seat, key) in problem.seats.keys.iter().enumerate() {
        let mut row = vec![key.chars().filter(|c| !c.is_control()).collect(), counts[seat].to_string()];
        for (loads, targets) in solution.loads.iter().zip(&solution.targets) {
            let off = if targets[seat] > 0.0 { loads[seat] / targets[seat] - 1.0 } else { 0.0 };
            row.extend([format!("{:.6}", Short(loads[seat])), format!("{:+.2}%", off * 100.0)]);
        }
        table.add_row(row);
    }
    for column in 1..table.column_count() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{table}\n")
}

/// A number without more digits than people read.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let decimals = if self.0.abs() >= 1000.0 || self.0.fract() == 0.0 { 0 } else { 2 };
        write!(f, "{:.decimals$}", self.0)
    }
}

/// One line for the end of a run.
pub fn summary(question: &Question, solution: &Solution, seconds: f64) -> String {
    let problem = &question.problem;
    let imbalance: Vec<String> = problem
        .weights
        .iter()
        .zip(&solution.imbalance)
        .map(|(weight, reached)| format!("{} within {:.2}%", weight.name, reached * 100.0))
        .collect();
    let gap = match (gap(solution), solution.bound.covers) {
        (Some(gap), BoundCovers::Everything) => format!(", within {:.2}% of the best possible", gap * 100.0),
        (Some(gap), _) => format!(", within {:.2}% of the best for these centres", gap * 100.0),
        (None, _) => String::new(),
    };
    let pieces = match &solution.stray_pieces {
        None => String::new(),
        Some(strays) if strays.iter().all(|s| *s == 0) => ", every territory in one piece".to_owned(),
        Some(strays) => format!(", {} stray pieces", strays.iter().sum::<u32>()),
    };
    let moved = if problem.units.incumbent.iter().any(Option::is_some) {
        format!(", {:.2}% moved", solution.moved * 100.0)
    } else {
        String::new()
    };
    format!(
        "{} units in {} territories: cost {:.6e}{gap}, {}{pieces}{moved}, {seconds:.2} s",
        problem.units.keys.len(),
        problem.seats.keys.len(),
        solution.cost,
        imbalance.join(", "),
    )
}

/// Every promise that the answer breaks.
pub fn broken(question: &Question, solution: &Solution) -> Diagnostics {
    let problem = &question.problem;
    let each = solution.broken.iter().map(|broken| {
        let seat = broken.seat.map_or("", |seat| problem.seats.keys[seat as usize].as_str());
        let percent = |share: f64| format!("{:.3}%", share * 100.0);
        let message = match broken.promise {
            Promise::Balance(weight) => format!(
                "`{}` is not within {}: `{seat}` is off by {}",
                problem.weights[weight].name,
                percent(broken.promised),
                percent(broken.reached)
            ),
            Promise::Contiguous => {
                format!("{} pieces lie apart from their territories, some of `{seat}`", broken.reached)
            }
            Promise::Moves => {
                format!("{} leaves its incumbent where {} may", percent(broken.reached), percent(broken.promised))
            }
            _ => format!("a limit is not kept: {} where {} is promised", broken.reached, broken.promised),
        };
        Diagnostic::error(codes::carve::PROMISE_NOT_KEPT, message)
    });
    each.collect()
}

/// Which arguments conflict, and what each would need.
pub fn conflict(question: &Question, conflict: &Conflict, explained: bool) -> Diagnostic {
    let problem = &question.problem;
    let percent = |share: f64| format!("{}%", (share * 1000.0 - 1e-6).ceil() / 10.0);
    let flag = |rule: Rule| match rule {
        Rule::Balance(n) => {
            format!("`--balance {}:{}`", problem.weights[n].name, percent(problem.weights[n].tolerance))
        }
        Rule::Contiguous => "`--contiguous`".to_owned(),
        Rule::Moves => {
            format!("`--moving {}`", percent(problem.limits.moves.as_ref().map_or(1.0, |moves| moves.share)))
        }
        // No argument asks for anything else.
        _ => "a limit".to_owned(),
    };
    let flags = listed(conflict.rules.iter().map(|rule| flag(*rule)), "and");
    let message = match (conflict.proved, conflict.rules.len()) {
        (true, 1) => format!("no territories of these units keep {flags}"),
        (true, _) => format!("{flags} cannot hold together"),
        (false, _) => format!("no territories were found that keep {flags}"),
    };
    let ways = conflict.ways.iter().map(|way| match way.needs {
        Needs::AtMost(share) => format!("{} needs {}", flag(way.rule), percent(share)),
        _ => format!("leave out {}", flag(way.rule)),
    });
    let help = if !conflict.ways.is_empty() {
        listed(ways, "or")
    } else if !explained {
        "`--explain` finds out what each would need".to_owned()
    } else if conflict.exhaustive {
        "no single one of them given up is enough".to_owned()
    } else {
        "`--effort thorough` finds out what each would need".to_owned()
    };
    Diagnostic::error(codes::carve::PROMISE_NOT_KEPT, message).help(help)
}

/// `a, b and c`
fn listed(items: impl Iterator<Item = String>, last: &str) -> String {
    let items: Vec<String> = items.collect();
    match items.split_last() {
        Some((end, rest)) if !rest.is_empty() => format!("{} {last} {end}", rest.join(", ")),
        _ => items.concat(),
    }
}
