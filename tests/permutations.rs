//! Whatever the order of rows, files and items, the assignments are the same.
//!
//! Random accounts and plans of several shapes, compiled as written and shuffled. Lines of the plan stand in paths and
//! reasons, so that those two columns are left out; the alignment has no lines and is compared whole.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use terrac::carve::{Control, Effort, Phase, Progress};
use terrac::compile::{Request, Watch, load, run};
use terrac::outcome::sheet::Sheet;
use terrac::outcome::standing::Standings;
use terrac::render::assignments;

const MANIFEST: &str = r#"
[project]
name = "shuffled"
plan = "plan.terr"

[accounts]
files     = ["accounts-*.csv"]
key       = "account_id"
incumbent = "owner"
position  = "location"

[accounts.columns]
account_id = "id"
state      = { type = "text", required = true }
zip        = { type = "code", required = true }
naics      = "code"
employees  = "int"
revenue    = { type = "money", default = 0 }
location   = { type = "point", lat = "lat", lon = "lon", required = true }
owner      = "id"

[reps]
files    = "reps.csv"
key      = "rep_id"
position = "home"

[reps.columns]
rep_id = "id"
team   = "text"
home   = { type = "point", lat = "lat", lon = "lon" }
"#;

/// The items that every plan has but the carve's own clauses.
const ITEMS: [&str; 10] = [
    "weight heads = 1",
    "weight worth = 60% * share(revenue) + 40% * share(employees default 1)",
    "let large = 100",
    "dimension size by employees {\n  small < large\n  big >= large\n  unsized missing\n}",
    "dimension trade by naics {\n  finance \"522*\", \"523*\"\n  bank \"521*\"\n  rest else, missing\n}",
    "segment western = state = \"CA\" and trade is not bank",
    "coverage field for role ae {\n  split size {\n    big -> carve key\n    small -> split {\n      \
     segment western -> pool west\n      else -> territory desk owner \"R3\"\n    }\n    unsized -> pool triage\n  }\n}",
    "coverage overlay for role se {\n  split in order {\n    revenue >= 40k -> carve experts\n    else -> exclude\n  }\n}",
    "named \"A05\" -> desk in field until 2027-06-30 because \"sponsor\"",
    "exclude state = \"HI\" in field because \"not served\"",
];

#[derive(Debug, Clone)]
struct Case {
    accounts: Vec<String>,
    /// The clauses of the first carve that differ.
    clauses: Vec<&'static str>,
}

fn account() -> impl Strategy<Value = (u8, u8, Option<u16>, u32, u8, u8)> {
    (0u8..4, 0u8..9, proptest::option::weighted(0.8, 1u16..400), 0u32..90_000, 0u8..4, 0u8..3)
}

fn case() -> impl Strategy<Value = Case> {
    let rows = proptest::collection::vec(account(), 8..60);
    let clause = |all: Vec<&'static str>| proptest::sample::select(all);
    let clauses = (
        clause(vec!["overcarve 0%", "overcarve 50%"]),
        clause(vec!["unit zip", "unit account"]),
        clause(vec!["balance worth within 90%", "balance heads within 60%"]),
        clause(vec!["compact around seats", "compact around accounts by squared distance"]),
        clause(vec!["keep incumbents", "keep incumbents, moving at most 50% of accounts", "headroom 0%"]),
    );
    (rows, clauses).prop_map(|(rows, (a, b, c, d, e))| {
        let line =
            |(n, (city, spot, employees, revenue, naics, owner)): (usize, (u8, u8, Option<u16>, u32, u8, u8))| {
                let (state, zip, lat, lon) = [
                    ("NY", "10", 40.7, -74.0),
                    ("CA", "90", 34.0, -118.2),
                    ("IL", "60", 41.9, -87.6),
                    ("HI", "96", 21.3, -157.8),
                ][usize::from(city)];
                let employees = employees.map_or_else(String::new, |e| e.to_string());
                let naics = ["522110", "523999", "", "722511"][usize::from(naics)];
                let (lat, lon) = (lat + f64::from(spot) * 0.04, lon + f64::from(spot % 4) * 0.05);
                format!("A{n:02},{state},{zip}00{spot},{naics},{employees},{revenue},{lat:.3},{lon:.3},R{}", owner + 1)
            };
        Case { accounts: rows.into_iter().enumerate().map(line).collect(), clauses: vec![a, b, c, d, e] }
    })
}

/// The case and its shuffled self: rows over two files, reps, items.
fn pair() -> impl Strategy<Value = (Case, Vec<String>, usize, Vec<usize>)> {
    case().prop_flat_map(|case| {
        let rows = case.accounts.len();
        let items: Vec<usize> = (0..ITEMS.len() + 2).collect();
        (Just(case.clone()), Just(case.accounts).prop_shuffle(), 0..=rows, Just(items).prop_shuffle())
    })
}

struct Silent;

impl Progress for Silent {
    fn report(&mut self, _: Phase, _: Option<f64>, _: Option<f64>) -> Control {
        Control::Continue
    }
}

impl Watch for Silent {
    fn read(&mut self, _: u64) {}
}

/// Account, coverage, role, territory, rep, from, to of every row; then the alignment.
fn compile(folder: &Path, threads: usize) -> (Vec<Vec<String>>, Option<String>) {
    let loaded = load(folder);
    let mut project = loaded.project.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let request = Request { threads, effort: Effort::Quick, ..Request::default() };
    let (compiled, found) = run(&mut project.workspace, &project.files, &project.plan, &request, &mut Silent);
    let compiled = compiled.unwrap_or_else(|| panic!("{found:#?}"));
    let settled = &compiled.settled;
    let standings = Standings::new(&project.plan, &project.workspace.sources, &compiled.roster, &settled.posts);
    let mut sheet = Sheet::new(&project.plan, &compiled.ledger, &settled.units, standings);
    let mut text = Vec::new();
    assignments::csv(&mut sheet, &mut text, |_| ()).expect("memory");
    let text = String::from_utf8(text).expect("UTF-8");
    let rows = text.lines().map(|line| line.split(',').take(7).map(str::to_owned).collect()).collect();
    (rows, compiled.alignment)
}

fn project(accounts: [&[String]; 2], reps: &[&str], items: &[String]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("terrac.toml", MANIFEST);
    for (name, rows) in ["accounts-1.csv", "accounts-2.csv"].iter().zip(accounts) {
        let header = "account_id,state,zip,naics,employees,revenue,lat,lon,owner";
        if !rows.is_empty() {
            write(name, &format!("{header}\n{}\n", rows.join("\n")));
        }
    }
    write("reps.csv", &format!("rep_id,team,lat,lon\n{}\n", reps.join("\n")));
    write("plan.terr", &format!("plan p {{ effective 2027-01-01 to 2027-12-31 }}\n{}\n", items.join("\n")));
    folder
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 20, rng_seed: RngSeed::Fixed(27), ..ProptestConfig::default() })]

    #[test]
    fn no_order_shows((case, shuffled, cut, order) in pair()) {
        let mut items: Vec<String> = ITEMS.iter().map(|item| (*item).to_owned()).collect();
        items.push(format!("carve key \"KEY-{{n}}\" {{\n  seats reps where team = \"key\"\n  {}\n}}", case.clauses.join("\n  ")));
        items.push("carve experts \"X-{n}\" {\n  seats 2\n  unit zip\n  balance heads within 60%\n  compact around accounts\n}".to_owned());
        let reps = ["R1,key,40.7,-74.0", "R2,key,34.0,-118.2", "R3,desk,41.9,-87.6"];
        let other_reps = [reps[2], reps[0], reps[1]];
        let other_items: Vec<String> = order.iter().map(|n| items[*n].clone()).collect();
        let half = case.accounts.len() / 2;
        let first = project([&case.accounts[..half], &case.accounts[half..]], &reps, &items);
        let second = project([&shuffled[..cut], &shuffled[cut..]], &other_reps, &other_items);
        let (one, other) = (compile(first.path(), 1), compile(second.path(), 2));
        prop_assert_eq!(one.0, other.0);
        prop_assert_eq!(one.1, other.1);
    }
}
