//! `terrac carve` on random tables: no order of rows, seats, edges or columns shows, nor do threads or the spelling of ids
//! beyond their order; and what is reported is what the rows say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::Value;
use terrac::carve::{Point, Space};

use crate::world::strays;

/// id, x, y, people, jobs, owner
type Row = [String; 6];

#[derive(Debug, Clone)]
struct Table {
    rows: Vec<Row>,
    /// id, x, y, capacity; empty for free centres.
    seats: Vec<[String; 4]>,
    edges: Vec<[String; 2]>,
    into: usize,
    /// Tolerances of people and jobs.
    within: (u8, Option<u8>),
    contiguous: bool,
    given: bool,
    moving: Option<u8>,
    planar: bool,
    squared: bool,
    around_units: bool,
}

fn tables() -> impl Strategy<Value = Table> {
    let row = (0u8..30, 0u8..30, 1u8..9, 0u8..5, prop::sample::select(vec!["", "A", "B", "C"]));
    let seats = prop::collection::vec((0u8..30, 0u8..30, 1u8..4), 2..4);
    let edges = prop::collection::vec((0usize..100, 0usize..100), 10);
    let numbers = (2usize..4, 20u8..70, prop::option::of(50u8..99), prop::option::of(30u8..90));
    let kinds = any::<[bool; 6]>();
    (prop::collection::vec(row, 8..18), seats, edges, numbers, kinds).prop_map(
        |(rows, seats, edges, numbers, kinds)| {
            let (into, people, jobs, moving) = numbers;
            let [fixed, contiguous, given, planar, squared, around_units] = kinds;
            let id = |n: usize| format!("U{:03}", n * 37 % 101);
            let many = rows.len();
            let at = |x: u8, y: u8| [(f64::from(x) * 0.25 - 95.0).to_string(), (f64::from(y) * 0.2 + 36.0).to_string()];
            let rows = rows.into_iter().enumerate().map(|(n, (x, y, people, jobs, owner))| {
                let [x, y] = at(x, y);
                [id(n), x, y, people.to_string(), jobs.to_string(), owner.to_owned()]
            });
            let seats = seats.into_iter().zip(["C", "A", "B"]).filter(|_| fixed).map(|((x, y, capacity), key)| {
                let [x, y] = at(x, y);
                [key.to_owned(), x, y, capacity.to_string()]
            });
            let ring = (0..many).map(|n| (n, (n + 1) % many));
            let edges = ring.chain(edges.into_iter().map(|(a, b)| (a % many, b % many))).filter(|(a, b)| a != b);
            Table {
                rows: rows.collect(),
                seats: seats.collect(),
                edges: edges.map(|(a, b)| [id(a), id(b)]).collect(),
                into,
                within: (people, jobs),
                contiguous,
                given,
                moving,
                planar,
                squared,
                around_units,
            }
        },
    )
}

/// A table and the same one in another order: rows, seats, edges, columns.
fn pairs() -> impl Strategy<Value = (Table, Table, Vec<usize>)> {
    tables().prop_flat_map(|table| {
        let orders = (Just(table.rows.clone()), Just(table.seats.clone()), Just(table.edges.clone()));
        let shuffled = (orders.0.prop_shuffle(), orders.1.prop_shuffle(), orders.2.prop_shuffle());
        (Just(table), shuffled, Just((0..6).collect::<Vec<usize>>()).prop_shuffle()).prop_map(
            |(table, (rows, seats, mut edges), columns)| {
                // An edge is the same from both ends, and said twice.
                edges.iter_mut().step_by(2).for_each(|edge| edge.swap(0, 1));
                edges.extend_from_within(..3);
                let other = Table { rows, seats, edges, ..table.clone() };
                (table, other, columns)
            },
        )
    })
}

const COLUMNS: [&str; 6] = ["id", "lon", "lat", "people", "jobs", "owner"];

/// What was written and reported but for the seconds, and whether every promise is kept; `spell` writes ids.
fn carve(table: &Table, columns: &[usize], threads: usize, spell: impl Fn(&str) -> String) -> (String, Value, bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, lines: Vec<String>| {
        fs::write(folder.path().join(name), lines.join("\n") + "\n").expect("a file");
    };
    let header = columns.iter().map(|c| COLUMNS[*c]).collect::<Vec<_>>().join(",");
    let line = |row: &Row| {
        let cell = |column: &usize| if *column == 0 { spell(&row[0]) } else { row[*column].clone() };
        columns.iter().map(cell).collect::<Vec<_>>().join(",")
    };
    write("units.csv", std::iter::once(header).chain(table.rows.iter().map(line)).collect());
    let seats = table.seats.iter().map(|seat| seat.join(","));
    write("seats.csv", std::iter::once("id,lon,lat,capacity".to_owned()).chain(seats).collect());
    let edges = table.edges.iter().map(|edge| format!("{},{}", spell(&edge[0]), spell(&edge[1])));
    write("edges.csv", std::iter::once("from,to".to_owned()).chain(edges).collect());
    let mut arguments = format!(
        "carve units.csv --position lon,lat --balance people:{}% --effort quick --format json --out out.csv --threads {threads}",
        table.within.0
    );
    let mut add = |wanted: bool, text: &str| {
        if wanted {
            arguments.push(' ');
            arguments.push_str(text);
        }
    };
    add(table.seats.is_empty(), &format!("--into {}", table.into));
    add(!table.seats.is_empty(), "--seats seats.csv");
    add(table.within.1.is_some(), &format!("--balance jobs:{}%", table.within.1.unwrap_or(0)));
    add(table.contiguous, "--contiguous");
    add(table.given, "--adjacency edges.csv");
    add(table.moving.is_some(), &format!("--incumbent owner --moving {}%", table.moving.unwrap_or(0)));
    add(table.planar, "--planar");
    add(!table.squared, "--cost distance");
    add(table.around_units && table.seats.is_empty(), "--centres units");
    let output = Command::new(env!("CARGO_BIN_EXE_terrac"))
        .args(arguments.split_whitespace())
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stdout).replace(&spell("U"), "U");
    let mut report: Value = serde_json::from_str(&said)
        .unwrap_or_else(|e| panic!("{e}: {arguments}: {}", String::from_utf8_lossy(&output.stderr)));
    report["outcome"]["seconds"] = Value::Null;
    assert!(matches!(output.status.code(), Some(0 | 1)), "{report}");
    let written = fs::read_to_string(folder.path().join("out.csv")).expect("out.csv").replace(&spell("U"), "U");
    (written, report, output.status.code() == Some(0))
}

#[test]
fn only_the_table_bears_on_the_answer_and_the_answer_is_what_it_reports() {
    let config = ProptestConfig {
        cases: 8,
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        max_shrink_iters: 20,
        ..ProptestConfig::default()
    };
    let outcome = TestRunner::new(config).run(&pairs(), |(table, other, columns)| {
        let (written, report, kept) = carve(&table, &[0, 1, 2, 3, 4, 5], 1, str::to_owned);
        for threads in [2, 3] {
            let spell = |id: &str| if threads == 3 { format!("x-{id}") } else { id.to_owned() };
            let again = carve(&other, &columns, threads, spell);
            prop_assert_eq!(&written, &again.0);
            prop_assert_eq!(&report, &again.1);
        }
        confirm(&table, &written, &report["outcome"], kept);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn cell(row: &Row, column: usize) -> f64 {
    row[column].parse().expect("a number")
}

/// Panics unless the report is what the rows say.
fn confirm(table: &Table, written: &str, report: &Value, kept: bool) {
    let pairs = written.lines().skip(1).map(|line| line.split_once(',').expect("two cells"));
    let units: BTreeMap<String, String> = pairs.map(|(id, seat)| (id.to_owned(), seat.to_owned())).collect();
    let ids: BTreeSet<&String> = table.rows.iter().map(|row| &row[0]).collect();
    assert_eq!(units.keys().collect::<BTreeSet<_>>(), ids, "no unit is lost");
    assert_eq!(written.lines().count(), ids.len() + 1, "no unit is written twice");
    let seats = report["seats"].as_array().expect("seats");
    let key = |seat: &Value| seat["territory"].as_str().expect("a territory").to_owned();
    let capacity = |seat: &Value| {
        let own = table.seats.iter().find(|own| own[0] == key(seat));
        own.map_or(1.0, |own| own[3].parse::<f64>().expect("a number"))
    };
    let capacities: f64 = seats.iter().map(capacity).sum();
    let mut broken = false;
    let weights = [(3, Some(table.within.0)), (4, table.within.1)];
    for (n, (column, within)) in weights.into_iter().filter_map(|(c, w)| w.map(|w| (c, w))).enumerate() {
        let total: f64 = table.rows.iter().map(|row| cell(row, column)).sum();
        let mut worst = 0.0;
        for seat in seats {
            let members = table.rows.iter().filter(|row| units[&row[0]] == key(seat));
            let load: f64 = members.map(|row| cell(row, column)).sum();
            assert!((load - number(&seat["loads"][n])).abs() < 1e-9, "{seat}");
            worst = f64::max(worst, (load / (total * capacity(seat) / capacities) - 1.0).abs());
        }
        let told = &report["weights"][n];
        assert!((number(&told["imbalance"]) - worst).abs() < 1e-9, "{worst}: {told}");
        assert!(number(&told["least_imbalance"]) <= worst + 1e-9, "{worst}: {told}");
        broken |= worst > f64::from(within) / 100.0 + 1e-9;
    }
    if table.given {
        let links: Vec<(String, String)> = table.edges.iter().map(|[a, b]| (a.clone(), b.clone())).collect();
        assert_eq!(report["stray_pieces"].as_u64(), Some(strays(&units, &links) as u64));
    }
    assert_eq!(report["stray_pieces"].is_null(), !table.given && !table.contiguous);
    broken |= table.contiguous && report["stray_pieces"].as_u64() != Some(0);
    if let Some(most) = table.moving {
        let names: BTreeSet<String> = seats.iter().map(key).collect();
        let owned = || table.rows.iter().filter(|row| names.contains(&row[5]));
        let all: f64 = owned().map(|row| cell(row, 3)).sum();
        let gone: f64 = owned().filter(|row| units[&row[0]] != row[5]).map(|row| cell(row, 3)).sum();
        let share = if all > 0.0 { gone / all } else { 0.0 };
        assert!((number(&report["moved"]) - share).abs() < 1e-9, "{share}: {report}");
        broken |= share > f64::from(most) / 100.0 + 1e-9;
    }
    assert_eq!(kept, !broken, "{report}");
    let centres: BTreeMap<String, &Value> = seats.iter().map(|seat| (key(seat), &seat["centre"])).collect();
    let cost: f64 = table.rows.iter().map(|row| cell(row, 3) * far(table, row, centres[&units[&row[0]]])).sum();
    assert!((number(&report["cost"]) / cost - 1.0).abs() < 1e-6, "{cost}: {report}");
    assert!(!kept || report["bound"].as_f64().is_none_or(|bound| bound <= cost * (1.0 + 1e-6)), "{report}");
}

/// What a person of a row costs.
fn far(table: &Table, row: &Row, centre: &Value) -> f64 {
    let (x, y) = (number(&centre[0]), number(&centre[1]));
    let far = if table.planar {
        libm::hypot(cell(row, 1) - x, cell(row, 2) - y)
    } else {
        Space::Sphere.distance(Point::from_degrees(cell(row, 1), cell(row, 2)), Point::from_degrees(x, y))
    };
    if table.squared { far * far } else { far }
}
