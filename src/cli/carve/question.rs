//! From arguments and tables to a problem.
//!
//! Takes the arguments, gives a [`Question`]: units and seats sorted by key, the problem and how the rows of the table lie
//! in it. Invariant: the order of rows changes nothing but the numbers of rows in messages.

use std::collections::HashMap;

use super::table::Header;
use super::{Arguments, Centres, Cost};
use crate::carve::{self, Adjacency, Limits, MoveBudget, Point, Power, Problem, Seats, Space, Travel, Units, Weight};
use crate::data::{FieldKind, Values};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};

/// How evenly a column is shared out when nothing is said.
pub const USUAL_TOLERANCE: f64 = 0.05;
/// Stands for the number of units when the table has no column of this name.
const COUNT: &str = "units";

pub struct Question {
    pub problem: Problem,
    /// The name of the column of ids, as the alignment repeats it.
    pub planar: bool,
    /// What was assumed, for people.
    pub notes: Vec<String>,
}

/// The rows of a table in the order of their keys.
struct Sorted {
    keys: Vec<String>,
    /// `rows[i]` is the row of the table at place `i`.
    rows: Vec<usize>,
}

impl Sorted {
    fn new(keys: Vec<String>) -> Self {
        let mut rows: Vec<usize> = (0..keys.len()).collect();
        rows.sort_by(|&a, &b| keys[a].cmp(&keys[b]));
        Self { keys: rows.iter().map(|&row| keys[row].clone()).collect(), rows }
    }

    fn order<T: Clone>(&self, values: &[T]) -> Vec<T> {
        self.rows.iter().map(|&row| values[row].clone()).collect()
    }

    fn place_of(&self) -> HashMap<&str, u32> {
        self.keys.iter().enumerate().map(|(place, key)| (key.as_str(), place as u32)).collect()
    }
}

impl Question {
    pub fn read(arguments: &Arguments) -> Result<Self, Diagnostics> {
        let mut notes = Vec::new();
        let header = Header::read(&arguments.units)?;
        let id = column_of_ids(&header, arguments.id.as_deref())?;
        let position = columns_of_positions(&header, arguments)?;
        let balances = balances(&header, arguments, &mut notes);
        let mut wanted = vec![(id.clone(), FieldKind::Text)];
        wanted.extend([&position.0, &position.1].map(|name| (name.clone(), FieldKind::Number)));
        wanted.extend(arguments.incumbent.iter().map(|name| (name.clone(), FieldKind::Text)));
        wanted.extend(arguments.pull.iter().map(|name| (name.clone(), FieldKind::Number)));
        let counted = |name: &str| name == COUNT && !header.has(COUNT);
        wanted.extend(balances.iter().filter(|b| !counted(&b.0)).map(|b| (b.0.clone(), FieldKind::Number)));
        let (rows, columns) = header.columns(&wanted)?;
        let mut columns = columns.into_iter();
        let mut next = || columns.next().expect("as many columns as were asked for");

        let sorted = Sorted::new(header.keys(&id, &next())?);
        let positions = positions(&header, &position, &next(), &next(), arguments.planar)?;
        let incumbents = arguments.incumbent.as_ref().map(|_| next());
        let pull = arguments.pull.as_ref().map(|name| header.amounts(name, &next())).transpose()?;
        let mut weights = Vec::new();
        for (name, tolerance) in &balances {
            let values = if counted(name) { vec![1.0; rows] } else { header.amounts(name, &next())? };
            if values.iter().all(|v| *v == 0.0) {
                let message = format!("`{name}` is nought in every row, so it cannot be shared out");
                return Err(one(Diagnostic::error(codes::carve::BAD_QUESTION, message)));
            }
            weights.push(Weight { name: name.clone(), values: sorted.order(&values), tolerance: *tolerance });
        }
        let owners = incumbents.map(|values| {
            let owner = |row: usize| values.text(row).filter(|owner| !owner.is_empty()).map(str::to_owned);
            sorted.order(&(0..rows).map(owner).collect::<Vec<_>>())
        });
        let seats = seats(arguments, &position, owners.as_deref(), &weights[0].values, &mut notes)?;
        enough_units(seats.keys.len(), rows, arguments)?;
        let positions = sorted.order(&positions);
        let space = if arguments.planar { Space::Plane } else { Space::Sphere };
        let adjacency = adjacency(arguments, &sorted, space, &positions, &mut notes)?;
        let incumbent: Vec<Option<u32>> = match &owners {
            None => vec![None; rows],
            Some(owners) => {
                let owner = |owner: &Option<String>| owner.as_ref().and_then(|o| seats.keys.binary_search(o).ok());
                owners.iter().map(|o| owner(o).map(|seat| seat as u32)).collect()
            }
        };
        let start = whole_start(arguments, &incumbent);
        let moves = arguments.moving.map(|share| MoveBudget { values: weights[0].values.clone(), share });
        let problem = Problem {
            space,
            units: Units {
                positions,
                accounts: vec![1; rows],
                pull: pull.map_or_else(|| weights[0].values.clone(), |pull| sorted.order(&pull)),
                incumbent,
                fixed: vec![None; rows],
                keys: sorted.keys,
            },
            weights,
            centres: match (arguments.seats.is_some(), arguments.centres) {
                (true, _) => carve::Centres::Fixed,
                (false, Centres::Means) => carve::Centres::Free,
                (false, Centres::Units) => carve::Centres::Units,
            },
            power: match arguments.cost {
                Cost::Squared => Power::Squared,
                Cost::Distance => Power::Distance,
            },
            step: arguments.round,
            travel: Travel::Positions,
            adjacency,
            contiguous: arguments.contiguous,
            moving_price: 0.0,
            limits: Limits { moves, ..Limits::default() },
            start,
            effort: arguments.effort.into(),
            seed: arguments.seed,
            seats,
        };
        Ok(Self { problem, planar: arguments.planar, notes })
    }
}

/// With a budget for moves, today's territories are where the search begins, if every unit has one.
fn whole_start(arguments: &Arguments, incumbent: &[Option<u32>]) -> Option<Vec<u32>> {
    arguments.moving?;
    incumbent.iter().copied().collect()
}

/// A territory without a unit is none.
fn enough_units(territories: usize, units: usize, arguments: &Arguments) -> Result<(), Diagnostics> {
    if territories <= units {
        return Ok(());
    }
    let asked = match &arguments.seats {
        Some(path) => format!("`--seats {}` has {territories} seats", path.display()),
        None => format!("`--into {territories}` asks for {territories} territories"),
    };
    let units = if units == 1 { "1 unit".to_owned() } else { format!("{units} units") };
    let message = format!("{asked} and `{}` has {units}", arguments.units.display());
    let help = "every territory needs a unit: ask for fewer, or use smaller units";
    Err(one(Diagnostic::error(codes::carve::BAD_QUESTION, message).help(help)))
}

fn column_of_ids(header: &Header, asked: Option<&str>) -> Result<String, Diagnostics> {
    match asked {
        Some(name) => Ok(name.to_owned()),
        None => header.first_of(&["id", "geoid"]).or_else(|| header.names.first().cloned()).ok_or_else(|| {
            one(Diagnostic::error(codes::data::EMPTY_TABLE, format!("`{}` has no columns", header.name())))
        }),
    }
}

fn columns_of_positions(header: &Header, arguments: &Arguments) -> Result<(String, String), Diagnostics> {
    if let Some(asked) = &arguments.position {
        return Ok(asked.clone());
    }
    let usual: &[(&str, &str)] = if arguments.planar {
        &[("x", "y"), ("x_m", "y_m"), ("x_km", "y_km")]
    } else {
        &[("lon", "lat"), ("longitude", "latitude"), ("lng", "lat")]
    };
    let found = usual.iter().find(|(x, y)| header.has(x) && header.has(y));
    found.map(|(x, y)| ((*x).to_owned(), (*y).to_owned())).ok_or_else(|| {
        let (x, y) = usual[0];
        let message = format!("`{}` has no columns `{x}` and `{y}` to place its rows by", header.name());
        one(Diagnostic::error(codes::data::UNKNOWN_FIELD, message).help("name them: `--position EAST,NORTH`"))
    })
}

fn balances(header: &Header, arguments: &Arguments, notes: &mut Vec<String>) -> Vec<(String, f64)> {
    if !arguments.balance.is_empty() {
        return arguments.balance.clone();
    }
    let name = header.first_of(&["weight"]).unwrap_or_else(|| COUNT.to_owned());
    let what = if name == COUNT { "the number of units".to_owned() } else { format!("`{name}`") };
    notes.push(format!("no --balance was given: balancing {what} within 5%"));
    vec![(name, USUAL_TOLERANCE)]
}

fn positions(
    header: &Header,
    columns: &(String, String),
    x: &Values,
    y: &Values,
    planar: bool,
) -> Result<Vec<Option<Point>>, Diagnostics> {
    let pairs = header.pairs(columns, x, y)?;
    if !planar {
        header.on_earth(columns, &pairs)?;
    }
    let point = |[x, y]: [f64; 2]| if planar { Point::planar(x, y) } else { Point::from_degrees(x, y) };
    Ok(pairs.into_iter().map(|pair| pair.map(point)).collect())
}

fn seats(
    arguments: &Arguments,
    position: &(String, String),
    owners: Option<&[Option<String>]>,
    weight: &[f64],
    notes: &mut Vec<String>,
) -> Result<Seats, Diagnostics> {
    match (&arguments.seats, arguments.into) {
        (Some(path), _) => fixed_seats(path, arguments, position),
        (None, Some(into)) => Ok(free_seats(into as usize, owners.unwrap_or(&[]), weight, notes)),
        (None, None) => {
            let message = "neither --into nor --seats says how many territories there are";
            Err(one(Diagnostic::error(codes::carve::BAD_QUESTION, message)))
        }
    }
}

fn fixed_seats(
    path: &std::path::Path,
    arguments: &Arguments,
    position: &(String, String),
) -> Result<Seats, Diagnostics> {
    let header = Header::read(path)?;
    let id = column_of_ids(&header, None)?;
    // The columns are called as those of the units, or as usual.
    let columns = if header.has(&position.0) && header.has(&position.1) {
        position.clone()
    } else {
        columns_of_positions(&header, &Arguments { position: None, ..arguments.clone() })?
    };
    let mut wanted = vec![(id.clone(), FieldKind::Text)];
    wanted.extend([&columns.0, &columns.1].map(|name| (name.clone(), FieldKind::Number)));
    let capacity = header.first_of(&["capacity"]);
    wanted.extend(capacity.iter().map(|name| (name.clone(), FieldKind::Number)));
    let (rows, values) = header.columns(&wanted)?;
    let sorted = Sorted::new(header.keys(&id, &values[0])?);
    let places = positions(&header, &columns, &values[1], &values[2], arguments.planar)?;
    if let Some(row) = places.iter().position(Option::is_none) {
        let message = format!("row {} of `{}` has no position to carve around", row + 1, header.name());
        return Err(one(Diagnostic::error(codes::data::MISSING_CELL, message)));
    }
    let capacity = match &capacity {
        Some(name) => header.amounts(name, &values[3])?,
        None => vec![1.0; rows],
    };
    if let Some(row) = capacity.iter().position(|c| *c <= 0.0) {
        let message = format!("`capacity` is nought in row {} of `{}`", row + 1, header.name());
        let help = "a seat that takes nothing is left out of the table";
        return Err(one(Diagnostic::error(codes::data::BAD_CELL, message).help(help)));
    }
    Ok(Seats {
        positions: sorted.order(&places),
        capacity: sorted.order(&capacity),
        open: vec![false; rows],
        keys: sorted.keys,
    })
}

/// Territories of today keep their names, the heaviest first if there are too many; the others are numbered.
fn free_seats(into: usize, owners: &[Option<String>], weight: &[f64], notes: &mut Vec<String>) -> Seats {
    let mut held: HashMap<&str, f64> = HashMap::new();
    for (owner, weight) in owners.iter().zip(weight) {
        if let Some(owner) = owner {
            *held.entry(owner).or_default() += weight;
        }
    }
    let mut names: Vec<(&str, f64)> = held.into_iter().collect();
    names.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    if names.len() > into {
        notes.push(format!("{} territories of today become {into}: the smallest give up their names", names.len()));
    }
    let mut keys: Vec<String> = names.iter().take(into).map(|(name, _)| (*name).to_owned()).collect();
    let digits = into.to_string().len().max(2);
    let fresh = (1..).map(|n: usize| format!("T{n:0digits$}")).filter(|name| !names.iter().any(|(n, _)| n == name));
    let missing = into - keys.len();
    keys.extend(fresh.take(missing));
    keys.sort();
    Seats { keys, positions: vec![None; into], capacity: vec![1.0; into], open: vec![false; into] }
}

/// The edges given, with islands bridged where every territory is to be in one piece.
fn adjacency(
    arguments: &Arguments,
    units: &Sorted,
    space: Space,
    positions: &[Option<Point>],
    notes: &mut Vec<String>,
) -> Result<Option<Adjacency>, Diagnostics> {
    let Some(path) = &arguments.adjacency else { return Ok(None) };
    let header = Header::read(path)?;
    let [a, b, ..] = &header.names[..] else {
        let message = format!("`{}` needs two columns of ids", header.name());
        return Err(one(Diagnostic::error(codes::carve::BAD_QUESTION, message)));
    };
    let (rows, columns) = header.columns(&[(a.clone(), FieldKind::Text), (b.clone(), FieldKind::Text)])?;
    let texts: Vec<[&str; 2]> =
        (0..rows).map(|row| [0, 1].map(|side: usize| columns[side].text(row).unwrap_or("").trim())).collect();
    let by_key = units.place_of();
    let mut by_row = vec![0u32; units.rows.len()];
    units.rows.iter().enumerate().for_each(|(place, &row)| by_row[row] = place as u32);
    let numbered = |text: &str| text.parse::<usize>().ok().and_then(|row| by_row.get(row)).copied();
    let edge = |ends: &[&str; 2], place: &dyn Fn(&str) -> Option<u32>| Some((place(ends[0])?, place(ends[1])?));
    let keyed: Vec<(u32, u32)> = texts.iter().filter_map(|e| edge(e, &|t| by_key.get(t).copied())).collect();
    let edges = if keyed.is_empty() && texts.iter().all(|e| edge(e, &numbered).is_some()) {
        notes.push(format!("`{}` names no ids: read as row numbers from 0", header.name()));
        texts.iter().filter_map(|e| edge(e, &numbered)).collect()
    } else {
        keyed
    };
    if edges.is_empty() {
        let message = format!("no row of `{}` joins two units of the table", header.name());
        let help = "its first two columns must hold ids of units, or row numbers from 0";
        return Err(one(Diagnostic::error(codes::carve::UNLISTED_UNIT, message).help(help)));
    }
    if edges.len() < rows {
        notes.push(format!(
            "{} edges of `{}` name units that the table does not have",
            rows - edges.len(),
            header.name()
        ));
    }
    let graph = Adjacency::from_edges(units.keys.len(), edges);
    if !arguments.contiguous {
        return Ok(Some(graph));
    }
    let (graph, bridges) = graph.bridged(space, positions);
    if !bridges.is_empty() {
        let named = |&(a, b): &(u32, u32)| format!("{}–{}", units.keys[a as usize], units.keys[b as usize]);
        let shown: Vec<String> = bridges.iter().take(5).map(named).collect();
        let more = if bridges.len() > 5 { ", …" } else { "" };
        let count = bridges.len();
        notes.push(format!(
            "the adjacency has islands: {count} bridged to the nearest unit ({}{more})",
            shown.join(", ")
        ));
    }
    Ok(Some(graph))
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    std::iter::once(diagnostic).collect()
}
