//! A small project made for the purpose, and the binary.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::folder::{folder, write};
use crate::program::terrac;

pub const MANIFEST: &str = r#"
[project]
name = "small"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account_id"
incumbent = "owner"

[accounts.columns]
account_id = "id"
state      = { type = "text", required = true }
zip        = { type = "code", required = true }
employees  = "int"
revenue    = { type = "money", default = 0 }
visits     = { type = "int", default = 3 }
location   = { type = "point", lat = "lat", lon = "lon" }
owner      = "id"

[lints]
unused-item = "allow" # some tests ask for what others leave alone

[reps]
files = "reps.csv"
key = "rep_id"

[reps.columns]
rep_id = "id"
team   = "text"
home   = { type = "point", lat = "lat", lon = "lon" }
"#;

pub const PLAN: &str = r#"plan small {
  effective 2027-01-01 to 2027-12-31
}

weight worth = revenue
weight care in hours = visits * 30 min

dimension size by employees {
  small   < 100
  large   >= 100
  unsized missing
}

segment rich = revenue > 40k

coverage field for role ae {
  split size {
    large   -> carve key
    small   -> territory desk owner "R3"
    unsized -> pool triage because "nobody knows how large they are"
  }
}

coverage care_team for role csm {
  split {
    state = "NY" -> territory east owner "R1"
    else         -> territory west owner "R2"
  }
}

carve key "KEY-{n}" {
  seats     reps where team = "key"
  overcarve 50%
  unit      zip
  balance   worth within 40%
  compact   around seats
  open      covered by pool
}

named "A05" -> key."KEY-1" in field until 2027-06-30 because "sponsor"
hold "A07" with rep "R2" in field until 2027-03-31 because "open deal"
exclude state = "HI" because "not served"
"#;

const REPS: &str = "rep_id,team,lat,lon\nR1,key,40.7,-74.0\nR2,key,34.0,-118.2\nR3,desk,41.9,-87.6\n";

const HEADER: &str = "account_id,state,zip,employees,revenue,visits,lat,lon,owner";

/// Sixty accounts around three cities; every fifth has no size, one is in Hawaii, some have no owner.
fn accounts() -> String {
    let cities = [("NY", "10", 40.7, -74.0), ("CA", "90", 34.0, -118.2), ("IL", "60", 41.9, -87.6)];
    let mut text = format!("{HEADER}\n");
    for n in 0..60 {
        let (state, zip, lat, lon) = cities[n % 3];
        let state = if n == 59 { "HI" } else { state };
        let employees = if n % 5 == 4 { String::new() } else { (n * 13 % 400 + 3).to_string() };
        let owner = if n % 7 == 6 { String::new() } else { format!("R{}", n % 4 + 1) };
        text.push_str(&format!(
            "A{n:02},{state},{zip}{:03},{employees},{},{},{:.3},{:.3},{owner}\n",
            n % 12,
            (n * 37 % 50 + 10) * 1000,
            n % 5,
            lat + (n % 12) as f64 * 0.05,
            lon + (n % 7) as f64 * 0.05,
        ));
    }
    text
}

pub struct Project(TempDir);

impl Project {
    pub fn new() -> Self {
        let accounts = accounts();
        Self(folder([("terrac.toml", MANIFEST), ("plan.terr", PLAN), ("reps.csv", REPS), ("accounts.csv", &accounts)]))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        write(self.path(), [(name, text)]);
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path().join(name)).expect("a file of the project");
    }

    /// The plan with more lines behind it.
    pub fn with(&self, lines: &str) {
        self.write("plan.terr", &format!("{PLAN}{lines}"));
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        run(self.path(), arguments)
    }

    /// The rows of a CSV file by the names of their fields.
    pub fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        rows(&self.read(name))
    }
}

/// Cells hold no quotes in these tests.
pub fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    lines.map(|l| names.iter().map(|n| (*n).to_owned()).zip(l.split(',').map(str::to_owned)).collect()).collect()
}

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    run_at(folder, arguments, 80)
}

/// On a terminal of so many columns.
pub fn run_at(folder: &Path, arguments: &[&str], columns: usize) -> Output {
    terrac(folder).args(arguments).env("COLUMNS", columns.to_string()).output().expect("the binary runs")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", stdout(output), stderr(output)))
}

impl Project {
    /// Findings of a run with `--format json`: code, severity, place, the text that is underlined first, and help.
    pub fn findings(&self, arguments: &[&str]) -> Vec<[String; 5]> {
        let report = json(&self.run(&[arguments, &["--format", "json"]].concat()));
        let finding = |finding: &Value| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let label = &finding["labels"][0];
            let (place, underlined) = match label["file"].as_str() {
                None => Default::default(),
                Some(file) => {
                    let byte = |key: &str| label[key].as_u64().expect("a place") as usize;
                    (format!("{file}:{}", label["line"]), self.read(file)[byte("start")..byte("end")].to_owned())
                }
            };
            [text(&finding["code"]), text(&finding["severity"]), place, underlined, text(&finding["help"])]
        };
        report["findings"].as_array().expect("findings").iter().map(finding).collect()
    }
}
