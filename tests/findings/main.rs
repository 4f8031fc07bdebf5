//! Findings that need data: a small project with one fault each, and every finding of the run as a snapshot; and every
//! code of the program has a test somewhere.

mod cases;
#[path = "../support/folder.rs"]
mod folder;
#[path = "../support/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use cases::{CASES, Case};
use folder::folder;
use program::terrac;
use serde_json::Value;

const MANIFEST: &str = r#"[project]
name = "small"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account_id"

[accounts.columns]
account_id = "id"
state      = { type = "text", required = true }
zip        = { type = "code", required = true }
naics      = { type = "code", required = true }
employees  = "int"
revenue    = { type = "money", default = 0 }
visits     = { type = "number", required = true }
rank       = { type = "number", required = true, from = "revenue" }
location   = { type = "point", lat = "lat", lon = "lon" }

[reps]
files = "reps.csv"
key = "rep_id"

[reps.columns]
rep_id = "id"
team   = "text"
home   = { type = "point", lat = "lat", lon = "lon" }
start  = "date"
capacity = "number"
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
    unsized -> pool triage
  }
}

carve key "KEY-{n}" {
  seats   reps where team = "key"
  unit    zip
  balance worth within 60%
  compact around seats
}
"#;

const REPS: &str = "\
rep_id,team,lat,lon,start,capacity
R1,key,40.7,-74.0,,1
R2,key,34.0,-118.2,,1
R3,desk,41.9,-87.6,,1
";

/// Twenty-four accounts around three cities, two a ZIP code; every sixth has no size.
fn accounts() -> String {
    let cities = [("NY", "10", 40.7, -74.0), ("CA", "90", 34.0, -118.2), ("IL", "60", 41.9, -87.6)];
    let mut text = "account_id,state,zip,naics,employees,revenue,visits,lat,lon\n".to_owned();
    for i in 0..24 {
        let (state, zip, lat, lon) = cities[i % 3];
        let employees = if i % 6 == 5 { String::new() } else { (40 + i * 17).to_string() };
        let ring = (i / 3) as f64 / 10.0;
        let _ = writeln!(
            text,
            "A{i:02},{state},{zip}{:03},522110,{employees},{},{},{:.2},{:.2}",
            i / 6,
            1000 + i * 10,
            i % 4,
            lat + ring,
            lon + ring
        );
    }
    text
}

/// The findings of a case as text, and their codes.
fn run(case: &Case) -> (String, BTreeSet<String>) {
    let mut files = vec![
        ("terrac.toml", MANIFEST.to_owned()),
        ("plan.terr", PLAN.to_owned()),
        ("accounts.csv", accounts()),
        ("reps.csv", REPS.to_owned()),
    ];
    for (name, from, to) in case.edits {
        match files.iter_mut().find(|(n, _)| n == name) {
            Some((_, text)) if from.is_empty() => text.push_str(to),
            Some((_, text)) => {
                assert!(text.contains(from), "{}: {name} has no `{from}`", case.name);
                *text = text.replacen(from, to, 1);
            }
            None => files.push((name, (*to).to_owned())),
        }
    }
    let folder = folder(files);
    let mut out = Vec::new();
    for command in case.commands {
        if let Some((name, line)) = command.strip_prefix('+').and_then(|c| c.split_once(' ')) {
            let path = folder.path().join(name);
            let text = fs::read_to_string(&path).expect("a table");
            fs::write(path, format!("{text}{line}\n")).expect("it is written");
            continue;
        }
        let mut words = command.split(' ');
        let verb = words.next().expect("a verb");
        let ran = terrac(folder.path()).arg(verb).args(words).args(["--format", "json"]).output();
        out = ran.expect("it runs").stdout;
    }
    let report: Value = serde_json::from_slice(&out).unwrap_or_else(|e| panic!("{}: {e}", case.name));
    let mut text = String::new();
    let mut codes = BTreeSet::new();
    for finding in report["findings"].as_array().expect("a list") {
        let word = |key: &str| finding[key].as_str().unwrap_or_default();
        let _ = writeln!(text, "{} {}: {}", word("severity"), word("code"), word("message"));
        // What the machine says is its own.
        if word("code") == "unwritable" {
            text = text.split("cannot write").next().unwrap_or_default().to_owned() + "cannot write …\n";
        }
        for label in finding["labels"].as_array().expect("a list") {
            let file = label["file"].as_str().unwrap_or_default();
            let whole = fs::read_to_string(folder.path().join(file)).expect("a source");
            let at = |key: &str| label[key].as_u64().expect("a place") as usize;
            let underlined = whole.get(at("start")..at("end")).unwrap_or("…");
            let shown = underlined.lines().next().unwrap_or_default();
            let _ =
                writeln!(text, "  {file}:{} `{shown}` {}", label["line"], label["text"].as_str().unwrap_or_default());
        }
        if !word("help").is_empty() {
            let _ = writeln!(text, "  help: {}", word("help"));
        }
        for note in finding["notes"].as_array().into_iter().flatten() {
            let _ = writeln!(text, "  note: {}", note.as_str().unwrap_or_default());
        }
        codes.insert(word("code").to_owned());
    }
    (text, codes)
}

#[test]
fn every_fault_is_told_of_where_it_is() {
    let mut text = String::new();
    let mut wrong = String::new();
    for case in CASES {
        let (said, codes) = run(case);
        let _ = writeln!(text, "== {} ({})\n{said}", case.name, case.commands.join("; "));
        for code in case.name.split(' ').next().into_iter().filter(|code| !codes.contains(*code)) {
            let _ = writeln!(wrong, "{}: no finding has the code `{code}`\n{said}", case.name);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    insta::assert_snapshot!("findings", text);
}

#[test]
fn a_sound_project_is_without_findings() {
    let (said, _) = run(&Case { name: "sound", edits: &[], commands: &["compile"] });
    assert_eq!(said, "");
}

#[test]
fn levels_are_set_by_the_manifest() {
    let repeated = ("plan.terr", "", "segment big = employees default 0 >= 100\n");
    for (level, severity) in [("allow", None), ("warn", Some("warning")), ("deny", Some("error"))] {
        let lints = format!("\n[lints]\nrepeated-threshold = \"{level}\"\n");
        let edits = [repeated, ("terrac.toml", "", lints.as_str())];
        let (said, codes) = run(&Case { name: level, edits: &edits, commands: &["check"] });
        assert_eq!(codes.contains("repeated-threshold"), severity.is_some(), "{said}");
        assert!(severity.is_none_or(|s| said.starts_with(&format!("{s} repeated-threshold"))), "{said}");
    }
}

/// Everything under `tests` and the unit tests, but for what only lists codes.
fn tested() -> String {
    fn walk(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let kind = path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                if name != "formats" && name != "pages" && name != "codes" {
                    walk(&path, into);
                }
            } else if ["rs", "terr", "snap", "txt"].contains(&kind.as_str()) && name != "pages.rs" {
                into.push_str(&fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    walk(&root.join("tests"), &mut text);
    text
}

/// No project raises these: the first two are faults of the program, the third an answer to a failing disk or missing
/// permissions, and of two equal reps the data tells first. Tables of four billion rows, disks that fill up while they are
/// compared and files that others write meanwhile are not made by a test.
const NOT_RAISED: &[&str] = &[
    "format-refused",
    "carve-failed",
    "unreadable-source",
    "duplicate-rep",
    "table-too-long",
    "temporary-files",
    "changed-meanwhile",
];

#[test]
fn every_code_has_a_test() {
    let text = tested();
    let whole = |code: &str| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
        text.match_indices(code)
            .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + code.len()..].chars().next()))
    };
    let untested: Vec<&str> = terrac::diagnostics::codes::all()
        .map(|code| code.name)
        .filter(|code| !whole(code) && !NOT_RAISED.contains(code))
        .collect();
    assert!(untested.is_empty(), "codes without a test: {untested:?}");
}

/// No cell is broken over lines, whatever the width; what has no room is said.
#[test]
fn tables_fit_narrow_terminals() {
    let plan = PLAN.replace(
        "weight worth = revenue\n",
        "weight worth = revenue\nweight a_second_long_weight in hours = visits * 1 h\nweight third = visits\n",
    );
    let manifest = format!("{MANIFEST}name = \"text\"\n");
    let reps = REPS.replace("capacity\n", "capacity,name\n").replace(",1\n", ",1,Bartholomew Featherstonehaugh\n");
    let folder =
        folder([("terrac.toml", manifest), ("plan.terr", plan), ("accounts.csv", accounts()), ("reps.csv", reps)]);
    for width in [40, 60, 80, 120] {
        let output = terrac(folder.path())
            .args(["compile", "--color", "never"])
            .env("COLUMNS", width.to_string())
            .output()
            .expect("it runs");
        let drawn = String::from_utf8_lossy(&output.stdout).into_owned();
        let table: Vec<&str> = drawn.lines().filter(|l| l.starts_with(['│', '┌', '╞', '└'])).collect();
        assert!(table.len() >= 5, "{drawn}");
        assert!(table.iter().all(|l| l.chars().count() <= width), "wider than {width}:\n{drawn}");
        insta::assert_snapshot!(format!("table_{width}"), format!("\n{}\n", table.join("\n")));
    }
}
