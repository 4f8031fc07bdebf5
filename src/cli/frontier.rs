//! `terrac frontier NAME [PATH]`: what moving more would buy.

use std::path::PathBuf;

use clap::ValueEnum;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use super::progress::Bar;
use super::terminal::{Format, Terminal, exit};
use super::{Exit, interrupt};
use crate::carve::frontier::{FrontierPoint, frontier};
use crate::carve::{BoundCovers, Effort, Failure};
use crate::compile::{self, Project, Recarve, Request, load};
use crate::plan::{BudgetOf, Carve, Plan};
use crate::render::human::Style;
use crate::workspace::Workspace;

/// Show the best balance and the best travel of a carve for growing parts that may move.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The carve
    #[arg(value_name = "NAME")]
    carve: String,
    /// Project folder or its terrac.toml
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How much may move, in percent
    #[arg(long, value_name = "PERCENTS", value_delimiter = ',', value_parser = percent, default_value = "0,1,2,5,10,20,30,50,100")]
    at: Vec<f64>,
    /// How much work the solver may spend, counted in steps
    #[arg(long, value_enum, default_value = "quick")]
    effort: Work,
    /// Threads to use; the curve does not depend on it [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Form of what is printed
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Work {
    Quick,
    Normal,
    Thorough,
}

/// `8` or `8%`
fn percent(text: &str) -> Result<f64, String> {
    let digits = text.trim().trim_end_matches('%');
    match digits.trim().parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err(format!("`{text}` is not a percentage from 0 to 100")),
    }
}

/// The JSON of the verb.
#[derive(Debug, Serialize)]
struct Curve<'a> {
    carve: &'a str,
    /// What the percentages are of.
    moving: String,
    /// The weights whose largest imbalance counts.
    weights: Vec<&'a str>,
    points: Vec<Point>,
}

/// Shares, not percentages.
#[derive(Debug, Serialize)]
struct Point {
    at_most: f64,
    /// `null` when nothing keeps the budget.
    imbalance: Option<f64>,
    /// No territories within the budget are fairer.
    least_imbalance: f64,
    imbalance_moved: Option<f64>,
    /// `null` when no territories within the budget keep the plan's tolerances.
    cost: Option<f64>,
    bound: Option<f64>,
    bound_covers: &'static str,
    gap: Option<f64>,
    mean_distance_km: Option<f64>,
    cost_moved: Option<f64>,
}

impl Point {
    fn new(point: &FrontierPoint) -> Self {
        let cost = point.shortest.as_ref().map(|best| best.cost);
        let bound = Some(point.bound.value).filter(|b| b.is_finite() && point.bound.covers != BoundCovers::Nothing);
        Self {
            at_most: point.share,
            imbalance: point.fairest.as_ref().map(|best| best.imbalance),
            least_imbalance: point.least_imbalance,
            imbalance_moved: point.fairest.as_ref().map(|best| best.moved),
            cost,
            bound: bound.filter(|_| cost.is_some()),
            bound_covers: match point.bound.covers {
                BoundCovers::Everything => "everything",
                BoundCovers::TheseCentres => "these centres",
                BoundCovers::Nothing => "nothing",
            },
            gap: cost.zip(bound).filter(|(_, bound)| *bound > 0.0).map(|(cost, bound)| (cost / bound - 1.0).max(0.0)),
            mean_distance_km: point.shortest.as_ref().and_then(|best| best.mean_distance),
            cost_moved: point.shortest.as_ref().map(|best| best.moved),
        }
    }
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> Exit {
    let threads = arguments.threads.filter(|n| *n > 0);
    let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    if let Err(error) = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global() {
        terminal.insist(&format!("the threads cannot be started: {error}"));
        return Exit::CouldNotRun;
    }
    let loaded = load(&arguments.path);
    let mut found = loaded.diagnostics;
    let Some(Project { mut workspace, files, plan, .. }) = loaded.project else {
        terminal.report("frontier", arguments.format, &found, &loaded.sources, None::<()>);
        return if loaded.found { exit(&found) } else { Exit::CouldNotRun };
    };
    let Some(index) = plan.carves.iter().position(|carve| carve.name == arguments.carve) else {
        let names = plan.carves.iter().map(|c| c.name.as_str());
        let hint = crate::diagnostics::did_you_mean(&arguments.carve, names);
        let hint = hint.map_or_else(String::new, |h| format!("; {h}"));
        terminal.insist(&format!("the plan has no carve called `{}`{hint}", arguments.carve));
        return Exit::CouldNotRun;
    };
    let effort = match arguments.effort {
        Work::Quick => Effort::Quick,
        Work::Normal => Effort::Normal,
        Work::Thorough => Effort::Thorough,
    };
    let request = Request { recarve: Recarve::None, effort, threads, ..Request::default() };
    let mut bar = Bar::new(terminal.progress);
    let (asked, said) = compile::ask(&mut workspace, &files, &plan, index, &request, &mut bar);
    found.extend(said);
    found.sort();
    let Some((problem, values)) = asked else {
        bar.clear();
        if interrupt::pulse().stopped() {
            return interrupt::tell(terminal, "nothing was changed");
        }
        terminal.report("frontier", arguments.format, &found, &workspace.sources, None::<()>);
        return exit(&found);
    };
    let shares: Vec<f64> = arguments.at.iter().map(|percent| percent / 100.0).collect();
    let part = bar.parts();
    let points =
        frontier(&problem, &values, &shares, &mut |share| part(format!("moving {}%: ", round(share))), &mut bar);
    bar.clear();
    let points = match points {
        Ok(points) => points,
        Err(Failure::Interrupted) => return interrupt::tell(terminal, "nothing was changed"),
        Err(Failure::Input(faults)) => {
            faults.iter().for_each(|fault| terminal.insist(&format!("the carve cannot be solved: {fault}")));
            return Exit::CouldNotRun;
        }
    };
    let carve = &plan.carves[index];
    let curve = Curve {
        carve: &carve.name,
        moving: moving(carve, &plan, &workspace),
        weights: problem.weights.iter().map(|weight| weight.name.as_str()).collect(),
        points: points.iter().map(Point::new).collect(),
    };
    terminal.report("frontier", arguments.format, &found, &workspace.sources, Some(&curve));
    if arguments.format.for_people() {
        terminal.print(&table(&curve, terminal.style()));
    }
    exit(&found)
}

/// What the plan's budget of the carve is a part of.
fn moving(carve: &Carve, plan: &Plan, workspace: &Workspace) -> String {
    match carve.keep.as_ref().and_then(|keep| keep.at_most.as_ref()).map(|budget| budget.of) {
        None | Some(BudgetOf::Accounts) => "accounts".to_owned(),
        Some(BudgetOf::Weight(weight)) => plan.weights[weight as usize].name.clone(),
        Some(BudgetOf::Column(column)) => workspace.manifest.accounts.schema.column(column).name.clone(),
    }
}

/// Percent with at most two decimals.
fn round(share: f64) -> f64 {
    (share * 1e4).round() / 100.0
}

fn table(curve: &Curve, style: Style) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(style.width.clamp(40, 200) as u16);
    if !style.color {
        table.force_no_tty();
    }
    let moves = format!("{} moving", curve.moving);
    table.set_header([moves.as_str(), "imbalance", "no less than", "km to centre", "cost", "within", "moved"]);
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    for point in &curve.points {
        table.add_row([
            format!("≤ {}%", round(point.at_most)),
            or_none(point.imbalance.map(|x| format!("±{}", percent(x)))),
            format!("±{}", percent(point.least_imbalance)),
            or_none(point.mean_distance_km.map(|km| format!("{km:.1}"))),
            or_none(point.cost.map(|cost| format!("{cost:.4e}"))),
            or_none(point.gap.map(|gap| format!("{:.2}%", gap * 100.0))),
            or_none(point.cost_moved.map(percent)),
        ]);
    }
    for column in 0..table.column_count() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = format!("{table}\n");
    if curve.points.iter().any(|point| point.imbalance.is_none()) {
        text += "– imbalance: no territories keep that budget\n";
    }
    if curve.points.iter().any(|point| point.cost.is_none()) {
        text += "– cost: no territories found keep the plan's promises within that budget\n";
    }
    if curve.points.iter().any(|point| point.bound_covers == "these centres") {
        text += "within: of the best for the centres found; other centres may be better\n";
    }
    text
}
