//! `terrac carve`: every flag, wrong inputs, and reports that an independent reading confirms.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use serde_json::Value;
use tempfile::TempDir;

use crate::world::{HIGH, WIDE, sides, strays};

struct Folder(TempDir);

/// Six by four units; the west is owned by W, the east by E.
fn rows() -> Vec<[String; 6]> {
    (0..WIDE * HIGH)
        .map(|n| {
            let (column, row) = (n / HIGH, n % HIGH);
            let owner = if column < 3 { "W" } else { "E" };
            let (people, jobs) = (10 + (column * 7 + row * 3) % 5, 1 + (column * 5 + row) % 3);
            let place = [(column as f64 - 90.0).to_string(), (row as f64 + 40.0).to_string()];
            let [lon, lat] = place;
            [format!("Z{column}{row}"), lon, lat, people.to_string(), jobs.to_string(), owner.to_owned()]
        })
        .collect()
}

const HEADER: &str = "id,lon,lat,people,jobs,owner";

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.write("units.csv", &table(&rows()));
        folder.write("seats.csv", "id,lon,lat,capacity\nEAST,-85,41.5,2\nWEST,-90,41.5,1\n");
        let edges: Vec<String> = sides().iter().map(|(a, b)| format!("{a},{b}")).collect();
        folder.write("edges.csv", &format!("from,to\n{}\n", edges.join("\n")));
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("a file");
    }

    fn run(&self, arguments: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_terrac"))
            .arg("carve")
            .args(arguments.split_whitespace())
            .current_dir(self.path())
            .output()
            .expect("the binary runs")
    }

    /// The report and the rows of `out.csv`.
    fn carve(&self, arguments: &str) -> (Value, BTreeMap<String, String>) {
        let output = self.run(&format!("{arguments} --effort quick --format json --out out.csv"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"));
        assert_eq!(output.status.code(), Some(0), "{report}");
        let text = fs::read_to_string(self.path().join("out.csv")).expect("out.csv");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("id,territory"));
        let pairs = lines.map(|line| line.split_once(',').expect("two cells"));
        (report["outcome"].clone(), pairs.map(|(id, territory)| (id.to_owned(), territory.to_owned())).collect())
    }
}

fn table(rows: &[[String; 6]]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

/// Loads of a column by territory, from the rows alone.
fn loads(units: &BTreeMap<String, String>, column: usize) -> BTreeMap<String, f64> {
    let mut loads = BTreeMap::new();
    for row in rows() {
        *loads.entry(units[&row[0]].clone()).or_default() += row[column].parse::<f64>().expect("a number");
    }
    loads
}

fn worst(loads: &BTreeMap<String, f64>, share: impl Fn(&str) -> f64) -> f64 {
    let total: f64 = loads.values().sum();
    loads.iter().map(|(territory, load)| (load / (total * share(territory)) - 1.0).abs()).fold(0.0, f64::max)
}

fn number(report: &Value, path: &str) -> f64 {
    report.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path} of {report}"))
}

#[test]
fn several_balances_hold_and_the_report_says_what_the_rows_say() {
    let folder = Folder::new();
    let (report, units) = folder.carve("units.csv --into 3 --balance people:5% --balance jobs:10% --threads 2");
    assert_eq!(units.len(), 24);
    for (n, (column, within)) in [(3, 0.05), (4, 0.1)].into_iter().enumerate() {
        let off = worst(&loads(&units, column), |_| 1.0 / 3.0);
        assert!(off <= within + 1e-9, "column {column} is {off} off");
        assert!((number(&report, &format!("/weights/{n}/imbalance")) - off).abs() < 1e-9, "{report}");
    }
    assert!(number(&report, "/bound") <= number(&report, "/cost"));
    let gap = number(&report, "/cost") / number(&report, "/bound") - 1.0;
    assert!((number(&report, "/gap") - gap).abs() < 1e-9);
    assert_eq!(report["bound_covers"], "these centres");
    assert!(number(&report, "/seconds") > 0.0);
    let seats = report["seats"].as_array().expect("seats");
    assert_eq!(seats.iter().map(|s| s["units"].as_u64().unwrap_or(0)).sum::<u64>(), 24);
    assert!(seats.iter().all(|s| s["centre"].is_array()));
    // One thread and rows in another order find the same.
    let mut turned = rows();
    turned.reverse();
    folder.write("units.csv", &table(&turned));
    let (_, again) = folder.carve("units.csv --into 3 --balance people:5% --balance jobs:10% --threads 1");
    assert_eq!(units, again);
}

#[test]
fn seats_draw_units_by_capacity_and_cost() {
    let folder = Folder::new();
    for (cost, step) in [("squared", None), ("distance", None), ("squared", Some(70.0)), ("distance", Some(70.0))] {
        let round = step.map_or(String::new(), |step| format!("--round {step}"));
        let ask = format!("units.csv --seats seats.csv --balance people:6% --cost {cost} {round}");
        let (report, units) = folder.carve(&ask);
        let share = |territory: &str| if territory == "EAST" { 2.0 / 3.0 } else { 1.0 / 3.0 };
        assert!(worst(&loads(&units, 3), share) <= 0.06 + 1e-9);
        assert_eq!((units["Z00"].as_str(), units["Z53"].as_str()), ("WEST", "EAST"));
        assert_eq!(report["bound_covers"], "everything");
        let expected: f64 = rows().iter().map(|row| cost_of(row, &units, cost, step)).sum();
        assert!((number(&report, "/cost") / expected - 1.0).abs() < 1e-9, "{report} {expected}");
    }
}

/// Pull times distance (or its square) by the formula of haversines on a sphere of radius 6371.0088 km.
fn cost_of(row: &[String; 6], units: &BTreeMap<String, String>, cost: &str, step: Option<f64>) -> f64 {
    let at = |n: usize| row[n].parse::<f64>().expect("a number").to_radians();
    let (lon, lat) = (at(1), at(2));
    let (seat_lon, seat_lat) =
        (if units[&row[0]] == "EAST" { -85f64 } else { -90f64 }.to_radians(), 41.5f64.to_radians());
    let (north, east) = (libm::sin((lat - seat_lat) / 2.0), libm::sin((lon - seat_lon) / 2.0));
    let square = north * north + libm::cos(lat) * libm::cos(seat_lat) * east * east;
    let far = 2.0 * 6371.0088 * libm::asin(square.sqrt());
    let far = step.map_or(far, |step| (far / step).round() * step);
    row[3].parse::<f64>().expect("a number") * if cost == "squared" { far * far } else { far }
}

#[test]
fn territories_are_in_one_piece_by_an_independent_count() {
    let folder = Folder::new();
    let ask = "units.csv --into 4 --balance people:8% --adjacency edges.csv --contiguous";
    let (report, units) = folder.carve(ask);
    assert_eq!(strays(&units, &sides()), 0);
    assert_eq!((&report["stray_pieces"], &report["adjacency"]), (&0.into(), &"given".into()));
    let (report, _) = folder.carve("units.csv --into 4 --balance people:8% --contiguous");
    assert_eq!((&report["stray_pieces"], &report["adjacency"]), (&0.into(), &"derived".into()));
    // Without the promise pieces are counted all the same: two far corners that belong together by weight.
    let mut heavy = rows();
    heavy.iter_mut().for_each(|row| row[3] = "1".into());
    heavy[0][3] = "30".into();
    heavy[23][3] = "30".into();
    folder.write("heavy.csv", &table(&heavy));
    let (report, units) = folder.carve("heavy.csv --into 3 --balance people:35% --adjacency edges.csv");
    let pieces: u64 =
        report["seats"].as_array().expect("seats").iter().map(|s| s["pieces"].as_u64().unwrap_or(0)).sum();
    assert_eq!(report["stray_pieces"].as_u64(), Some(strays(&units, &sides()) as u64));
    assert_eq!(pieces as usize, strays(&units, &sides()) + 3);
}

#[test]
fn incumbents_move_within_the_budget() {
    let folder = Folder::new();
    let mut uneven = rows();
    uneven.iter_mut().take(16).for_each(|row| row[5] = "W".into());
    folder.write("units.csv", &table(&uneven));
    let (report, units) = folder.carve("units.csv --into 2 --balance people:10% --incumbent owner --moving 20%");
    let people = |row: &[String; 6]| row[3].parse::<f64>().expect("a number");
    let moved: f64 = uneven.iter().filter(|row| units[&row[0]] != row[5]).map(people).sum();
    let share = moved / uneven.iter().map(people).sum::<f64>();
    assert!(share <= 0.2 && share > 0.0, "{share}");
    assert!((number(&report, "/moved") - share).abs() < 1e-9);
    assert_eq!(units.values().collect::<BTreeSet<_>>().len(), 2);
    // A budget too small is told, with the arguments that conflict and what they would need.
    let few = table(&uneven[12..18]).replace(",W\n", ",WEST\n").replace(",E\n", ",EAST\n");
    folder.write("few.csv", &few);
    let ask = "few.csv --seats seats.csv --balance people:10% --incumbent owner --moving 2% --explain --effort quick";
    let output = folder.run(ask);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let words = said.split(['│', '\n']).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    assert!(words.contains("`--balance people:10%` and `--moving 2%`"), "{said}");
    assert!(words.contains("`--moving 2%` needs "), "{said}");
    assert!(!said.contains("best possible"), "a bound says nothing of what breaks promises: {said}");
}

#[test]
fn columns_may_have_other_names_and_the_plane_is_flat() {
    let folder = Folder::new();
    let header = "zone,east,north,people,jobs,owner";
    folder.write("plane.csv", &table(&rows()).replace(HEADER, header));
    let ask = "plane.csv --id zone --position east,north --into 2 --balance people:10%";
    let (flat, _) = folder.carve(&format!("{ask} --planar"));
    let (round, units) = folder.carve(ask);
    // Degrees squared against kilometres squared.
    assert!(number(&round, "/cost") > 5_000.0 * number(&flat, "/cost"));
    assert!(units.contains_key("Z00"));
    let output = folder.run("plane.csv --into 2");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("no columns `lon` and `lat`"), "{said}");
}

#[test]
fn parquet_reads_as_csv_does() {
    let folder = Folder::new();
    let text = |n: usize| Arc::new(rows().iter().map(|r| Some(r[n].clone())).collect::<StringArray>()) as ArrayRef;
    let float = |n: usize| {
        let values = rows().iter().map(|r| r[n].parse::<f64>().expect("a number")).collect::<Float64Array>();
        Arc::new(values) as ArrayRef
    };
    let columns = [("id", text(0)), ("lon", float(1)), ("lat", float(2)), ("people", float(3))];
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let file = fs::File::create(folder.path().join("units.parquet")).expect("a file");
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).and_then(|()| writer.close().map(|_| ())).expect("a Parquet file");
    let (_, from_parquet) = folder.carve("units.parquet --into 3 --balance people:10%");
    let (_, from_csv) = folder.carve("units.csv --into 3 --balance people:10%");
    assert_eq!(from_parquet, from_csv);
}

#[test]
fn wrong_inputs_are_told_and_the_previous_output_is_left_alone() {
    let folder = Folder::new();
    let plain = table(&rows());
    folder.write("empty.csv", "");
    folder.write("header.csv", &format!("{HEADER}\n"));
    folder.write("nan.csv", &plain.replace(",13,", ",NaN,"));
    folder.write("infinite.csv", &plain.replace(",13,", ",inf,"));
    folder.write("negative.csv", &plain.replace(",13,", ",-13,"));
    folder.write("hole.csv", &plain.replace(",13,", ",,"));
    folder.write("twice.csv", &plain.replace("Z11,", "Z10,"));
    folder.write("alone.csv", &plain.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    folder.write(
        "nought.csv",
        &plain.replace(",W\n", ",\n").replace(",1,", ",0,").replace(",2,", ",0,").replace(",3,", ",0,"),
    );
    folder.write("swapped.csv", "id,lon,lat,people\nA,40,-120,1\nB,41,-121,1\n");
    folder.write("nowhere.csv", "id,lon,lat,people\nA,-90,40,1\nB,-90,140,1\nC,-90,41,1\n");
    folder.write("strange.csv", "from,to\nQ1,Q2\n");
    folder.write("narrow.csv", "from\nZ00\n");
    folder.write("no_capacity.csv", "id,lon,lat,capacity\nA,-90,41,0\nB,-85,41,1\n");
    folder.write("no_place.csv", "id,lon,lat\nA,-90,41\nB,,\n");
    let cases: &[(&str, &str, &str)] = &[
        ("gone.csv --into 2", "unreadable-file", "`gone.csv` cannot be read"),
        ("empty.csv --into 2", "empty-table", "`empty.csv` is empty"),
        ("header.csv --into 2", "empty-table", "has no rows"),
        ("units.csv --into 2 --balance poeple:5%", "unknown-field", "did you mean `people`"),
        ("units.csv --into 2 --incumbent boss", "unknown-field", "no column `boss`"),
        ("units.csv --into 2 --id zone", "unknown-field", "no column `zone`"),
        ("units.csv --into 2 --position lon,north", "unknown-field", "no column `north`"),
        ("nan.csv --into 2 --balance people:5%", "bad-cell", "NaN"),
        ("infinite.csv --into 2 --balance people:5%", "bad-cell", "inf"),
        ("negative.csv --into 2 --balance people:5%", "bad-cell", "must not be negative"),
        ("hole.csv --into 2 --balance people:5%", "missing-cell", "`people` is empty in row"),
        ("twice.csv --into 2", "duplicate-key", "`Z10` is the `id` of two rows"),
        ("nought.csv --into 2 --balance jobs:5%", "bad-question", "`jobs` is nought in every row"),
        ("swapped.csv --into 2", "swapped-position", "are swapped"),
        ("nowhere.csv --into 2", "bad-position", "latitude 140"),
        ("units.csv --into 2 --adjacency strange.csv", "unlisted-unit", "no row of `strange.csv` joins two units"),
        ("units.csv --into 2 --adjacency narrow.csv", "bad-question", "needs two columns of ids"),
        ("units.csv --into 25", "bad-question", "`--into 25` asks for 25 territories and `units.csv` has 24 units"),
        ("alone.csv --into 2", "bad-question", "asks for 2 territories and `alone.csv` has 1 unit help"),
        ("units.csv --seats no_capacity.csv", "bad-cell", "`capacity` is nought in row 1"),
        ("units.csv --seats no_place.csv", "missing-cell", "row 2 of `no_place.csv` has no position"),
        ("units.csv --seats gone.csv", "unreadable-file", "`gone.csv` cannot be read"),
        ("units.csv --into 0", "", "invalid value '0'"),
        ("units.csv --into 2 --seats seats.csv", "", "cannot be used with"),
        ("units.csv", "", "--into"),
        ("units.csv --into 2 --moving 8%", "", "--incumbent"),
        ("units.csv --into 2 --round 0", "", "`0` is not a length"),
        ("units.csv --into 2 --round far", "", "`far` is not a length"),
        ("units.csv --into 2 --balance people:500%", "", "not between"),
        ("units.csv --into 2 --position lon", "", "lon,lat"),
    ];
    folder.write("out.csv", "as it was\n");
    for (arguments, code, words) in cases {
        let output = folder.run(&format!("{arguments} --out out.csv"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {said}");
        let joined = said.split(['│', '\n']).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
        assert!(said.contains(code) && joined.contains(words), "{arguments}: {said}");
        assert!(output.stdout.is_empty(), "{arguments}: data on standard output");
        assert_eq!(
            fs::read_to_string(folder.path().join("out.csv")).expect("it is there"),
            "as it was\n",
            "{arguments}"
        );
    }
    // Ids that the table lacks are counted, not fatal; an output that cannot be written is.
    folder.write("more.csv", "from,to\nZ00,Z01\nZ01,XX\n");
    let output = folder.run("units.csv --into 2 --adjacency more.csv --effort quick");
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 edges of `more.csv` name units"));
    let output = folder.run("units.csv --into 2 --effort quick --out missing/out.csv");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write `missing/out.csv`: No such file"));
}
