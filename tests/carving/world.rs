//! A small country: a grid of ZIPs with one account each, and a handful of reps.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

pub const MANIFEST: &str = r#"
[project]
name = "grid"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account_id"
incumbent = "owner"
position = "location"

[accounts.columns]
account_id = "id"
zip        = { type = "code", required = true }
revenue    = { type = "money", default = 0 }
visits     = { type = "number", default = 0 }
industry   = { type = "text", required = true }
customer   = { type = "bool", required = true }
location   = { type = "point", lat = "lat", lon = "lon" }
owner      = "id"

[reps]
files = "reps.csv"
key = "rep_id"
position = "home"
manager = "boss"

[reps.columns]
rep_id   = "id"
skills   = "text"
capacity = { type = "number", default = 1 }
boss     = "id"
ramp     = { type = "percent", unit = "fraction", default = 1 }
home     = { type = "point", lat = "lat", lon = "lon" }
start    = "date"
end      = "date"
"#;

/// One account of the grid.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: String,
    pub zip: String,
    pub revenue: f64,
    pub visits: f64,
    pub industry: &'static str,
    pub customer: bool,
    pub lat: f64,
    pub lon: f64,
    pub owner: String,
}

pub const WIDE: usize = 6;
pub const HIGH: usize = 4;

/// Six by four ZIPs, a degree apart, named by column and row: `Z00` to `Z53`.
pub fn grid() -> Vec<Account> {
    (0..WIDE * HIGH)
        .map(|n| {
            let (column, row) = (n / HIGH, n % HIGH);
            Account {
                id: format!("A{column}{row}"),
                zip: format!("Z{column}{row}"),
                revenue: 100.0,
                visits: 1.0,
                industry: if row < 2 { "bank" } else { "farm" },
                customer: row % 2 == 0,
                lat: 40.0 + row as f64,
                lon: -90.0 + column as f64,
                owner: String::new(),
            }
        })
        .collect()
}

/// Two reps at the western and the eastern end.
pub const REPS: &str = "rep_id,skills,capacity,ramp,boss,lat,lon,start,end\n\
E1,bank;farm,,,W1,41.5,-85.0,,\n\
W1,bank;farm,,,,41.5,-90.0,,\n";

/// A plan with one carve; `clauses` are the lines of its block.
pub fn plan(clauses: &str) -> String {
    format!(
        "plan grid {{\n  effective 2027-01-01 to 2027-12-31\n}}\n\n\
         weight worth = revenue\nweight effort = visits\n\n\
         coverage field for role ae {{\n  carve area\n}}\n\n\
         carve area \"T{{n}}\" {{\n{clauses}\n}}\n"
    )
}

pub struct World(TempDir);

impl World {
    pub fn new(clauses: &str) -> Self {
        Self::with(&grid(), REPS, &plan(clauses))
    }

    pub fn with(accounts: &[Account], reps: &str, plan: &str) -> Self {
        let world = Self(tempfile::tempdir().expect("a folder"));
        world.write("terrac.toml", MANIFEST);
        world.write("plan.terr", plan);
        world.write("reps.csv", reps);
        world.accounts(accounts);
        world
    }

    pub fn accounts(&self, accounts: &[Account]) {
        let row = |a: &Account| {
            format!(
                "{},{},{},{},{},{},{},{},{}",
                a.id, a.zip, a.revenue, a.visits, a.industry, a.customer, a.lat, a.lon, a.owner
            )
        };
        let rows: Vec<String> = accounts.iter().map(row).collect();
        let header = "account_id,zip,revenue,visits,industry,customer,lat,lon,owner";
        self.write("accounts.csv", &format!("{header}\n{}\n", rows.join("\n")));
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("a file of the project");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_terrac"))
            .args(arguments)
            .current_dir(self.path())
            .output()
            .expect("the binary runs")
    }

    /// Compiles quickly; gives what was written to standard error.
    pub fn compile(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&["compile", "--effort", "quick"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        said
    }

    /// Compiles and expects every promise to be kept.
    pub fn keeps(&self, arguments: &[&str]) {
        let said = self.compile(arguments);
        assert!(!said.contains("promise") && !said.contains("conflict"), "{said}");
    }

    /// Territory of every unit, from the alignment file.
    pub fn units(&self) -> BTreeMap<String, String> {
        let text = self.read("plan.alignment");
        let units = text.lines().filter_map(|line| line.strip_prefix("unit\t")?.split_once('\t'));
        units.map(|(unit, territory)| (unit.to_owned(), territory.to_owned())).collect()
    }

    /// Territory of every account, from the assignments.
    pub fn assigned(&self) -> BTreeMap<String, String> {
        let text = self.read("out/assignments.csv");
        let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        rows.map(|cells| (cells[0].to_owned(), cells[3].to_owned())).collect()
    }

    pub fn outcome(&self) -> Value {
        serde_json::from_str(&self.read("out/outcome.json")).expect("JSON")
    }

    /// Territory of every rep with a seat.
    pub fn seats(&self) -> BTreeMap<String, String> {
        let text = self.read("plan.alignment");
        let lines = text.lines().filter(|l| l.starts_with("territory\t")).map(|l| l.split('\t').collect::<Vec<_>>());
        lines.filter(|cells| cells[2] != "-").map(|cells| (cells[2].to_owned(), cells[1].to_owned())).collect()
    }
}

/// Pieces of the units of each territory over the grid, beyond the first.
pub fn strays(units: &BTreeMap<String, String>, links: &[(String, String)]) -> usize {
    let mut root: BTreeMap<&str, &str> = units.keys().map(|u| (u.as_str(), u.as_str())).collect();
    fn find<'a>(root: &BTreeMap<&'a str, &'a str>, unit: &'a str) -> &'a str {
        let mut unit = unit;
        while root[unit] != unit {
            unit = root[unit];
        }
        unit
    }
    for (a, b) in links {
        if units.get(a).is_some() && units.get(a) == units.get(b) {
            let (a, b) = (find(&root, a), find(&root, b));
            root.insert(a, b);
        }
    }
    let pieces = root.iter().filter(|(unit, parent)| unit == parent).count();
    let territories: std::collections::BTreeSet<&String> = units.values().collect();
    pieces - territories.len()
}

/// ZIPs of the grid that share a side.
pub fn sides() -> Vec<(String, String)> {
    let mut links = Vec::new();
    for column in 0..WIDE {
        for row in 0..HIGH {
            if column + 1 < WIDE {
                links.push((format!("Z{column}{row}"), format!("Z{}{row}", column + 1)));
            }
            if row + 1 < HIGH {
                links.push((format!("Z{column}{row}"), format!("Z{column}{}", row + 1)));
            }
        }
    }
    links
}
