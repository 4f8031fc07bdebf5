//! The real binary on projects made for the purpose: what it writes, what it refuses, and what it leaves alone.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use arrow_array::{Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use folder::{folder, write};
use program::terrac;
use serde_json::Value;
use tempfile::TempDir;

const MANIFEST: &str = r#"
[project]
name = "small"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account_id"

[accounts.columns]
account_id = "id"
state      = { type = "text", required = true }
zip        = { type = "code", required = true }
employees  = "int"
revenue    = { type = "money", default = 0 }
location   = { type = "point", lat = "lat", lon = "lon" }
owner      = "id"
booked     = { type = "date" }

[reps]
files = "reps.csv"
key = "rep_id"

[reps.columns]
rep_id = "id"
team   = "text"
home   = { type = "point", lat = "lat", lon = "lon" }
start  = "date"
end    = "date"
"#;

const PLAN: &str = r#"plan small {
  effective 2027-01-01 to 2027-12-31
}

weight worth = revenue

dimension size by employees {
  small   < 100
  large   >= 100
  unsized missing
}

coverage field for role ae {
  split size {
    large   -> carve key
    small   -> territory desk owner "R3"
    unsized -> pool triage because "nobody knows how large they are"
  }
}

carve key "KEY-{n}" {
  seats     reps where team = "key"
  overcarve 50%
  unit      zip
  balance   worth within 40%
  compact   around seats
}

named "A05" -> key."KEY-1" until 2027-06-30 because "sponsor"
hold "A07" with rep "R2" until 2027-03-31 because "open deal"
exclude state = "HI" because "not served"
"#;

const REPS: &str = "rep_id,team,lat,lon,start,end\n\
R1,key,40.7,-74.0,,\nR2,key,34.0,-118.2,,\nR3,desk,41.9,-87.6,,\nR4,key,41.8,-87.7,2027-05-01,\n";

/// Sixty accounts around three cities; every fifth has no size, one is in Hawaii.
fn accounts() -> Vec<String> {
    let cities = [("NY", "10", 40.7, -74.0), ("CA", "90", 34.0, -118.2), ("IL", "60", 41.9, -87.6)];
    (0..60)
        .map(|n| {
            let (state, zip, lat, lon) = cities[n % 3];
            let state = if n == 59 { "HI" } else { state };
            let employees = if n % 5 == 4 { String::new() } else { (n * 13 % 400 + 3).to_string() };
            format!(
                "A{n:02},{state},{zip}{:03},{employees},{},{:.3},{:.3},R{},2026-0{}-01",
                n % 12,
                (n * 37 % 50 + 10) * 1000,
                lat + (n % 12) as f64 * 0.05,
                lon + (n % 7) as f64 * 0.05,
                n % 3 + 1,
                n % 9 + 1,
            )
        })
        .collect()
}

const HEADER: &str = "account_id,state,zip,employees,revenue,lat,lon,owner,booked";

fn csv(rows: &[String]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let accounts = csv(&accounts());
        Self(folder([("terrac.toml", MANIFEST), ("plan.terr", PLAN), ("reps.csv", REPS), ("accounts.csv", &accounts)]))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        write(self.path(), [(name, text)]);
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn run(&self, arguments: &[&str]) -> Output {
        terrac(self.path()).args(arguments).output().expect("the binary runs")
    }

    /// Compiles and expects nothing to complain about.
    fn compile(&self, arguments: &[&str]) -> Output {
        let output = self.run(&[&["compile"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Findings of a compile as JSON, and its exit code.
    fn findings(&self) -> (Vec<Value>, i32) {
        let output = self.run(&["compile", "--format", "json", "--quiet"]);
        let code = output.status.code().expect("an exit code");
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
        (report["findings"].as_array().expect("findings").clone(), code)
    }
}

fn rows_of(text: &str, account: &str) -> Vec<String> {
    text.lines().filter(|l| l.starts_with(&format!("{account},"))).map(str::to_owned).collect()
}

#[test]
fn every_account_has_one_owner_on_every_day() {
    let project = Project::new();
    project.compile(&[]);
    let text = project.read("out/assignments.csv");
    for n in 0..60 {
        let rows = rows_of(&text, &format!("A{n:02}"));
        let days: Vec<(&str, &str)> = rows
            .iter()
            .map(|r| r.split(',').collect::<Vec<_>>())
            .map(|c| (c[5], c[6]))
            .map(|(f, t)| (leak(f), leak(t)))
            .collect();
        assert_eq!(days.first().map(|d| d.0), Some("2027-01-01"), "A{n:02}");
        assert_eq!(days.last().map(|d| d.1), Some("2027-12-31"), "A{n:02}");
        for pair in days.windows(2) {
            let end: chrono::NaiveDate = pair[0].1.parse().expect("a date");
            assert_eq!(end.succ_opt().map(|d| d.to_string()).as_deref(), Some(pair[1].0), "A{n:02}");
        }
    }
    let named = rows_of(&text, "A05");
    assert!(
        named[0].contains(",KEY-1,") && named[0].contains("2027-06-30") && named[0].contains("sponsor"),
        "{named:?}"
    );
    let held = rows_of(&text, "A07");
    assert!(held[0].contains(",R2,2027-01-01,2027-03-31,") && held[0].contains("open deal"), "{held:?}");
    let excluded = rows_of(&text, "A59");
    assert_eq!(excluded.len(), 1);
    assert!(excluded[0].contains("A59,field,ae,,,") && excluded[0].contains("not served"), "{excluded:?}");
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

#[test]
fn threads_order_of_rows_and_of_items_show_nowhere() {
    let project = Project::new();
    project.compile(&["--threads", "1"]);
    let outputs = ["out/assignments.csv", "out/territories.csv", "plan.alignment"];
    let first: Vec<String> = outputs.iter().map(|o| project.read(o)).collect();

    fs::remove_file(project.path().join("plan.alignment")).expect("the alignment");
    let mut rows = accounts();
    rows.reverse();
    rows.rotate_left(17);
    project.write("accounts.csv", &csv(&rows));
    project.compile(&["--threads", "2"]);
    let second: Vec<String> = outputs.iter().map(|o| project.read(o)).collect();
    assert_eq!(first, second);

    // Positions of items stand in paths and reasons; the decisions themselves must not depend on them.
    let (header, rest) = PLAN.split_once("weight worth").expect("the plan has a weight");
    let (body, exceptions) = rest.split_once("named ").expect("the plan has exceptions");
    project.write("plan.terr", &format!("{header}named {exceptions}\nweight worth{body}"));
    project.compile(&["--locked"]);
    let decided = |text: &str| -> Vec<Vec<String>> {
        text.lines().map(|l| l.split(',').take(7).map(str::to_owned).collect()).collect()
    };
    assert_eq!(decided(&first[0]), decided(&project.read("out/assignments.csv")));
}

#[test]
fn a_second_compile_solves_nothing_and_writes_the_same() {
    let project = Project::new();
    project.compile(&[]);
    let files = ["out/assignments.csv", "out/territories.csv", "out/outcome.json", "plan.alignment"];
    let first: Vec<String> = files.iter().map(|f| project.read(f)).collect();
    project.compile(&["--locked"]);
    assert_eq!(first, files.iter().map(|f| project.read(f)).collect::<Vec<_>>());
}

#[test]
fn on_hire_day_only_the_open_territory_changes_hands() {
    let project = Project::new();
    project.compile(&[]);
    let text = project.read("out/assignments.csv");
    let hired: Vec<&str> = text.lines().filter(|l| l.contains(",R4,")).collect();
    assert!(!hired.is_empty(), "R4 starts in May and takes the open territory");
    for row in hired {
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!((cells[3], cells[5]), ("KEY-3", "2027-05-01"), "{row}");
    }
    let territory = |text: &str| -> Vec<(String, String)> {
        text.lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>()).map(|c| (c[0].into(), c[3].into())).collect()
    };
    // The plan of the day after, with the hire seated and no room left: the alignment fits and nobody moves.
    let after = PLAN.replace("effective 2027-01-01", "effective 2027-05-02").replace("overcarve 50%", "overcarve 0%");
    project.write("plan.terr", &after);
    project.compile(&["--locked"]);
    let mut before: Vec<(String, String)> = territory(&text);
    before.dedup();
    let mut after = territory(&project.read("out/assignments.csv"));
    after.dedup();
    let moved: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
    assert!(moved.is_empty(), "{moved:?}");
}

#[test]
fn a_stale_alignment_is_refused_when_locked_and_solved_otherwise() {
    let project = Project::new();
    project.compile(&[]);
    let names = |text: &str| -> Vec<String> {
        text.lines().skip(1).map(|l| l.split(',').nth(2).unwrap_or_default().to_owned()).collect()
    };
    let before = names(&project.read("out/territories.csv"));
    project.write("plan.terr", &PLAN.replace("within 40%", "within 45%"));
    let locked = project.run(&["compile", "--locked"]);
    assert_eq!(locked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&locked.stderr).contains("alignment-stale"));
    project.compile(&[]);
    assert_eq!(names(&project.read("out/territories.csv")), before);
}

#[test]
fn an_alignment_edited_by_hand_is_told_and_taken_over() {
    let project = Project::new();
    project.compile(&[]);
    let text = project.read("plan.alignment");
    let line = text.lines().find(|l| l.starts_with("unit\t") && l.ends_with("KEY-1")).expect("a unit");
    project.write("plan.alignment", &text.replace(line, &line.replace("KEY-1", "KEY-2")));
    let locked = project.run(&["compile", "--locked"]);
    assert_eq!(locked.status.code(), Some(1));
    let (found, code) = project.findings();
    assert_eq!(code, 0);
    assert!(found.iter().any(|f| f["code"] == "alignment-edited" && f["severity"] == "warning"), "{found:?}");
    project.compile(&["--locked"]);
}

/// What is done to a sound project, and what must be said of it: code, file, line, and words of the message or help.
type Case = (&'static str, fn(&Project), &'static str, &'static str);

fn cases() -> Vec<Case> {
    vec![
        (
            "missing file",
            |p| fs::remove_file(p.path().join("accounts.csv")).expect("it is there"),
            "missing-file",
            "accounts.csv",
        ),
        ("empty file", |p| p.write("accounts.csv", ""), "empty-table", "accounts.csv"),
        ("header only", |p| p.write("accounts.csv", &format!("{HEADER}\n")), "empty-table", "no rows"),
        ("wrong delimiter", |p| p.write("accounts.csv", &csv(&accounts()).replace(',', ";")), "wrong-delimiter", ";"),
        (
            "ragged row",
            |p| p.write("accounts.csv", &csv(&accounts()).replace("A03,", "A03,more,")),
            "ragged-row",
            "accounts.csv:5",
        ),
        (
            "not a number",
            |p| p.write("accounts.csv", &csv(&accounts()).replace(",16,", ",sixteen,")),
            "bad-cell",
            "sixteen",
        ),
        (
            "duplicate key",
            |p| p.write("accounts.csv", &csv(&accounts()).replace("A04,", "A03,")),
            "duplicate-account",
            "accounts.csv:5",
        ),
        (
            "unknown column",
            |p| {
                p.write(
                    "terrac.toml",
                    &MANIFEST.replace(
                        "{ type = \"code\", required = true }",
                        "{ type = \"code\", from = \"zipp\", required = true }",
                    ),
                )
            },
            "unknown-field",
            "zip",
        ),
        (
            "rep without position",
            |p| p.write("reps.csv", &REPS.replace("R2,key,34.0,-118.2", "R2,key,,")),
            "seat-without-position",
            "R2",
        ),
        (
            "swapped position",
            |p| p.write("accounts.csv", &csv(&accounts()).replace("lat,lon", "lon,lat")),
            "swapped",
            "lon",
        ),
        (
            "negative weight",
            |p| p.write("accounts.csv", &csv(&accounts()).replace(",10000,", ",-10000,")),
            "weight",
            "worth",
        ),
        ("unknown rep", |p| p.write("plan.terr", &PLAN.replace("owner \"R3\"", "owner \"R9\"")), "unknown-rep", "R9"),
        ("no seat", |p| p.write("plan.terr", &PLAN.replace("team = \"key\"", "team = \"keys\"")), "no-seats", "key"),
        (
            "unknown territory",
            |p| p.write("plan.terr", &PLAN.replace("\"KEY-1\"", "\"KEY-9\"")),
            "unknown-territory",
            "KEY-9",
        ),
        (
            "deep nesting",
            |p| {
                p.write(
                    "plan.terr",
                    &PLAN.replace(
                        "weight worth = revenue",
                        &format!("weight worth = {}revenue{}", "(".repeat(10_000), ")".repeat(10_000)),
                    ),
                )
            },
            "nest",
            "",
        ),
        (
            "use leaves the folder",
            |p| p.write("plan.terr", &format!("use \"../secret.terr\"\n{PLAN}")),
            "outside-project",
            "..",
        ),
        (
            "no manifest key",
            |p| p.write("terrac.toml", &MANIFEST.replace("name = \"small\"", "nmae = \"small\"")),
            "unknown-key",
            "name",
        ),
    ]
}

#[test]
fn bad_input_is_told_and_the_outputs_stay() {
    let project = Project::new();
    project.compile(&[]);
    let before = project.read("out/assignments.csv");
    let mut wrong = Vec::new();
    for (name, spoil, code, words) in cases() {
        let sound = ["terrac.toml", "plan.terr", "reps.csv", "accounts.csv"].map(|f| (f, project.read(f)));
        spoil(&project);
        let (found, exit) = project.findings();
        let told = found.iter().any(|f| {
            f["code"].as_str().is_some_and(|c| c.contains(code))
                && f.to_string().contains(words)
                && f["severity"] == "error"
        });
        if !told || exit == 0 || project.read("out/assignments.csv") != before {
            wrong.push(format!("{name}: exit {exit}, {found:#?}"));
        }
        sound.iter().for_each(|(f, text)| project.write(f, text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A limit on the size of files stands for a disk that is full: both refuse a write in the middle of a file.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_is_told_and_the_outputs_stay() {
    let project = Project::new();
    project.compile(&[]);
    let before = fs::read(project.path().join("out/assignments.csv")).expect("the outputs");
    let sixty = accounts();
    let rows: Vec<String> = (0..2_000).map(|n| sixty[n % 60].replacen('A', &format!("A{n}-"), 1)).collect();
    project.write("accounts.csv", &csv(&rows));
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" compile --quiet \"$1\"";
    let output = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_terrac")])
        .arg(project.path())
        .output()
        .expect("bash runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("out") && told.contains("cannot be written"), "{told}");
    assert_eq!(fs::read(project.path().join("out/assignments.csv")).expect("the outputs"), before);
    let left = fs::read_dir(project.path().join("out")).expect("the folder").flatten();
    let partial: Vec<_> = left.filter(|entry| entry.file_name().to_string_lossy().contains("partial")).collect();
    assert!(partial.is_empty(), "{partial:?}");
}

#[test]
fn marks_line_ends_and_quotes_of_other_systems_are_read() {
    let project = Project::new();
    project.compile(&[]);
    let before = project.read("out/assignments.csv");
    let text = csv(&accounts()).replace("A00,NY", "\"A00\",\"NY\"").replace('\n', "\r\n");
    project.write("accounts.csv", &format!("\u{feff}{text}"));
    project.compile(&["--locked"]);
    assert_eq!(project.read("out/assignments.csv"), before);
}

#[test]
fn cells_do_not_become_formulas() {
    let project = Project::new();
    project.write("accounts.csv", &csv(&accounts()).replace("A01,", "=cmd|' /C calc'!A0,"));
    project.compile(&[]);
    let text = project.read("out/assignments.csv");
    assert!(text.lines().any(|l| l.starts_with("'=cmd")), "{text}");
    assert!(!text.lines().any(|l| l.starts_with('=')));
}

/// Every cell as a text; nothing where there is none.
fn cells(batches: impl Iterator<Item = RecordBatch>) -> Vec<Vec<Option<String>>> {
    let mut rows = Vec::new();
    for batch in batches {
        let texts: Vec<_> =
            batch.columns().iter().map(|c| arrow_cast::cast(c, &DataType::Utf8).expect("a text")).collect();
        let columns: Vec<&StringArray> = texts.iter().map(|c| c.as_any().downcast_ref().expect("a text")).collect();
        for row in 0..batch.num_rows() {
            rows.push(columns.iter().map(|c| c.is_valid(row).then(|| c.value(row).to_owned())).collect());
        }
    }
    rows
}

#[test]
fn parquet_says_the_same_as_csv() {
    let project = Project::new();
    project.compile(&[]);
    let text = project.read("out/assignments.csv");
    let columns: Vec<Field> =
        text.lines().next().expect("a header").split(',').map(|name| Field::new(name, DataType::Utf8, true)).collect();
    let csv = arrow_csv::ReaderBuilder::new(Arc::new(Schema::new(columns))).with_header(true);
    let csv = csv.build(text.as_bytes()).expect("it is CSV");
    let expected = cells(csv.map(|batch| batch.expect("rows")));
    assert!(expected.len() > 10 && expected.iter().flatten().any(Option::is_none));
    project.compile(&["--assignments", "parquet"]);
    assert!(!project.path().join("out/assignments.csv").exists(), "the other form is gone");
    let file = fs::File::open(project.path().join("out/assignments.parquet")).expect("the file");
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("it is Parquet");
    let reader = reader.build().expect("it is Parquet");
    assert_eq!(cells(reader.map(|batch| batch.expect("rows"))), expected);
}

#[test]
fn a_folder_without_a_project_cannot_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = terrac(folder.path()).arg("compile").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn data_that_does_not_reach_its_reader_is_a_failure_unless_the_reader_left() {
    let asks: [&[&str]; 3] = [&["schema", "findings"], &["completions", "bash"], &["sample", "--help"]];
    for ask in asks {
        // The reader is gone before a byte is written.
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = terrac(Path::new(".")).args(ask).stdout(writer).output().expect("the binary runs");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{ask:?}");
    }
    #[cfg(target_os = "linux")]
    for ask in &asks[..2] {
        let full = fs::File::create("/dev/full").expect("a device that is always full");
        let output = terrac(Path::new(".")).args(*ask).stdout(full).output().expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{ask:?}: {said}");
        assert!(said.contains("cannot write to standard output"), "{ask:?}: {said}");
    }
}
