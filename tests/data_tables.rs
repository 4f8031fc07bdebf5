//! Tables of a project: typed columns, joins, places, and every way in which the data can be wrong.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use terrac::data::{KeyCheck, Options, Scanned, Values, fingerprints, open_accounts, read_adjacency, read_reps};
use terrac::diagnostics::{Diagnostic, Diagnostics, Severity};
use terrac::workspace::schema::ColumnId;
use terrac::workspace::{self, Workspace};

const MANIFEST: &str = r#"
[project]
name = "t"
plan = "plan.terr"

[accounts]
files = "accounts*.csv"
key = "account_id"

[accounts.columns]
account_id = { type = "id", from = "id" }
state = { type = "text", default = "?" }
zip = "code"
employees = { type = "int", from = "Employee Count", required = true }
margin = "percent"
revenue = { type = "money", unit = "thousands", default = 1 }
since = "date"
customer = { type = "bool", default = false }
location = { type = "point", lat = "lat", lon = "lon" }
centre = { type = "point", place = "zip" }

[reps]
files = "reps.csv"
key = "rep"

[reps.columns]
rep = "id"
capacity = { type = "number", default = 1 }
home = { type = "point", place = "zip" }
zip = "code"

[places]
files = "zips.csv"
key = "zip"
lat = "lat"
lon = "lon"

[adjacency]
files = "edges.csv"
from = "a"
to = "b"

[join.erp]
files = "erp.csv"
key = "customer"

[join.erp.columns]
actuals = { type = "money", from = "amount", aggregate = "sum", default = 0 }
orders = { type = "int", aggregate = "count" }
largest = { type = "money", from = "amount", aggregate = "max" }
last = { type = "date", from = "booked", aggregate = "max" }
stage = { type = "text", aggregate = { latest = "booked" } }

[join.crm]
files = "crm.csv"
key = "id"
unmatched = "ignore"

[join.crm.columns]
segment = "text"
"#;

const ACCOUNTS: &str = "\
id,state,zip,Employee Count,margin,revenue,since,customer,lat,lon,unused
A1,NY,10001,12,60%,3,2020-02-29,yes,40.7,-74.0,x
A2,,10002,7,0.5,,,,,,x
A3,CT,99999,0,,2.5,2021-01-01T10:00:00,0,41.5,-72.7,x
";

const ERP: &str = "customer,amount,booked,stage\nA1,0.1,2026-01-01,won\nA1,0.2,2026-03-01,open\nA1,0.3,2026-03-01,lost\nA3,5,,new\nA9,1,2026-01-01,x\n";

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for (name, text) in [
            ("terrac.toml", MANIFEST),
            ("plan.terr", ""),
            ("accounts.csv", ACCOUNTS),
            ("reps.csv", "rep,capacity,zip\nR1,0.5,10001\nR2,,10002\n"),
            ("zips.csv", "zip,lat,lon\n10001,40.75,-73.99\n10002,40.71,-73.98\n"),
            ("edges.csv", "a,b\n10001,10002\n10002,\n"),
            ("erp.csv", ERP),
            ("crm.csv", "id,segment\nA1,gold\nA8,tin\n"),
        ] {
            project.write(name, text.as_bytes());
        }
        project
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn replace(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.0.path().join(name)).unwrap();
        assert!(text.contains(from), "{name}: {from}");
        self.write(name, text.replace(from, to).as_bytes());
    }

    fn open(&self) -> Workspace {
        let (workspace, found) = workspace::open(self.0.path());
        assert!(found.is_empty(), "{found:#?}");
        workspace.unwrap()
    }
}

/// Every cell of the wanted columns as text, row by row.
type Rows = Vec<Vec<String>>;

fn shown(values: &Values, row: usize) -> String {
    if values.is_null(row) {
        return "-".into();
    }
    match values {
        Values::Number(array) => array.value(row).to_string(),
        Values::Date(array) => array.value_as_date(row).unwrap().to_string(),
        Values::Bool(array) => array.value(row).to_string(),
        Values::Point { lat, lon } => format!("{}/{}", lat.value(row) as f32, lon.value(row) as f32),
        text => text.text(row).unwrap().to_owned(),
    }
}

fn read(workspace: &Workspace, columns: &[&str], threads: usize) -> Result<(Rows, Scanned), Diagnostics> {
    let schema = &workspace.manifest.accounts.schema;
    let ids: Vec<ColumnId> = columns.iter().map(|c| schema.find(c).expect("a declared column")).collect();
    let (table, found) = open_accounts(workspace, &ids, Options { coded: &ids[..1], threads });
    let Some(table) = table else { return Err(found) };
    let mut rows = Vec::new();
    let mut scanned = table.scan(
        threads,
        |batch| {
            let cells = |row| ids.iter().map(|id| shown(batch.column(*id), row)).collect::<Vec<_>>();
            (0..batch.rows).map(cells).collect::<Vec<_>>()
        },
        |more| {
            rows.extend(more);
            ControlFlow::Continue(())
        },
    )?;
    scanned.warnings.extend(found);
    Ok((rows, scanned))
}

const ALL: [&str; 16] = [
    "state",
    "account_id",
    "zip",
    "employees",
    "margin",
    "revenue",
    "since",
    "customer",
    "location",
    "centre",
    "actuals",
    "orders",
    "largest",
    "last",
    "stage",
    "segment",
];

#[test]
fn every_kind_of_column() {
    let project = Project::new();
    let workspace = project.open();
    for threads in [1, 2] {
        let (rows, scanned) = read(&workspace, &ALL, threads).unwrap();
        let expected = [
            "NY|A1|10001|12|0.6|3000|2020-02-29|true|40.7/-74|40.75/-73.99|0.6|3|0.3|2026-03-01|open|gold",
            "?|A2|10002|7|0.5|1000|-|false|-|40.71/-73.98|0|0|-|-|-|-",
            "CT|A3|99999|0|-|2500|2021-01-01|false|41.5/-72.7|-|5|1|5|-|new|-",
        ];
        let rows: Vec<String> = rows.iter().map(|row| row.join("|")).collect();
        assert_eq!(rows, expected);
        assert_eq!(scanned.rows, 3);
        let joins: Vec<_> = scanned.joins.iter().map(|j| (j.name.as_str(), j.keys, j.unmatched, j.repeated)).collect();
        assert_eq!(joins, [("erp", 3, 1, 2), ("crm", 2, 1, 0)]);
        let warnings: Vec<(&str, &str)> =
            scanned.warnings.iter().map(|w| (w.code.name, w.notes.first().map_or("", String::as_str))).collect();
        assert_eq!(warnings, [("unknown-place", "for example `99999`"), ("unmatched-key", "for example `A9`")]);
    }
}

#[test]
fn only_wanted_columns_are_read() {
    let project = Project::new();
    project.replace("accounts.csv", "2020-02-29", "not a date");
    fs::remove_file(project.0.path().join("erp.csv")).unwrap();
    let workspace = project.open();
    let (rows, scanned) = read(&workspace, &["state", "centre"], 2).unwrap();
    assert_eq!(rows[0], ["NY", "40.75/-73.99"]);
    assert!(scanned.joins.is_empty());
}

#[test]
fn small_tables() {
    let project = Project::new();
    let workspace = project.open();
    let reps = workspace.manifest.reps.as_ref().unwrap();
    let (batch, found) = read_reps(&workspace, reps, 1);
    assert!(found.is_empty(), "{found:?}");
    let batch = batch.unwrap();
    let row = |row| batch.columns.iter().flatten().map(|c| shown(c, row)).collect::<Vec<_>>().join("|");
    assert_eq!((row(0), row(1)), ("R1|0.5|40.75/-73.99|10001".into(), "R2|1|40.71/-73.98|10002".into()));
    let edges = read_adjacency(&workspace, workspace.manifest.adjacency.as_ref().unwrap(), 1).unwrap();
    assert_eq!(edges, [("10001".to_owned(), "10002".to_owned())]);
    project.replace("reps.csv", "R2", "R1");
    let (none, found) = read_reps(&workspace, reps, 1);
    assert!(none.is_none());
    let found = found.into_iter().next().unwrap();
    assert_eq!(found.message, "two rows have the key `R1`: reps.csv:2 and reps.csv:3");
}

#[test]
fn joined_rows_in_any_order_give_the_same() {
    let project = Project::new();
    let workspace = project.open();
    let (before, _) = read(&workspace, &ALL, 1).unwrap();
    let mut rows: Vec<&str> = ERP.lines().skip(1).collect();
    rows.reverse();
    project.write("erp.csv", format!("customer,amount,booked,stage\n{}\n", rows.join("\n")).as_bytes());
    assert_eq!(read(&workspace, &ALL, 2).unwrap().0, before);
}

#[test]
fn several_files_are_one_table() {
    let project = Project::new();
    project.write(
        "accounts-2.csv",
        b"lat,lon,Employee Count,id,state,zip,margin,revenue,since,customer\n1,2,3,B1,ME,10001,,,,\n",
    );
    let workspace = project.open();
    let (rows, _) = read(&workspace, &["account_id", "state"], 2).unwrap();
    assert_eq!(rows.iter().map(|r| r[0].as_str()).collect::<Vec<_>>(), ["B1", "A1", "A2", "A3"]);
    let files = terrac::data::all_data_files(&workspace).unwrap();
    let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["accounts-2.csv", "accounts.csv", "reps.csv", "zips.csv", "edges.csv", "erp.csv", "crm.csv"]);
    let prints = fingerprints(&files[3..4], 2).unwrap();
    assert_eq!(prints[0].name, "zips.csv");
    assert_eq!(prints[0].sha256.len(), 64);
    project.write("empty", b"");
    let empty = terrac::data::DataFile { path: project.0.path().join("empty"), ..files[0].clone() };
    let sha256 = &fingerprints(&[empty], 1).unwrap()[0].sha256;
    assert_eq!(sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn keys_that_come_twice_are_found_with_their_lines() {
    let project = Project::new();
    project.write("accounts-2.csv", format!("{ACCOUNTS}\n\n\"A2\",,1,1,,,,,,,\n").as_bytes());
    let workspace = project.open();
    let accounts = &workspace.manifest.accounts;
    let (table, _) = open_accounts(&workspace, &[accounts.key], Options { coded: &[], threads: 2 });
    let table = table.unwrap();
    let mut keys = KeyCheck::default();
    let each = |batch: terrac::data::Batch| KeyCheck::of(batch.column(accounts.key));
    let scanned = table.scan(2, each, |more| {
        keys.merge(more);
        ControlFlow::Continue(())
    });
    assert_eq!(scanned.unwrap().rows, 7);
    let found: Vec<Diagnostic> =
        keys.finish(&table, accounts.schema.column(accounts.key).span, 2).into_iter().collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "two rows have the key `A1`: accounts-2.csv:2 and accounts.csv:2");
    assert_eq!(
        found[0].notes,
        [
            "also `A2`: accounts-2.csv:3 and accounts-2.csv:7 and 1 more",
            "also `A3`: accounts-2.csv:4 and accounts.csv:4"
        ]
    );
}

/// A change of one file, and what is said: code, the text underlined by the first label, a part of the message, a part of
/// the help or of the notes.
struct Bad(&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

#[test]
fn bad_data_is_told_with_its_place() {
    let cases = [
        Bad(
            "accounts.csv",
            "A1,NY,10001,12",
            "A1,NY,10001,dozen",
            "bad-cell",
            "employees",
            "`dozen` is not a whole number: `employees`, at accounts.csv:2",
            "leave the cell empty",
        ),
        Bad(
            "accounts.csv",
            "A2,,10002,7",
            "A2,,10002,7.5",
            "bad-cell",
            "employees",
            "`7.5` is not a whole number",
            "or declare the column as `number`",
        ),
        Bad(
            "accounts.csv",
            "A2,,10002,7",
            "A2,,10002,",
            "missing-cell",
            "employees",
            "an empty cell in the required column `employees`, at accounts.csv:3",
            "fill the cell",
        ),
        Bad(
            "accounts.csv",
            "A2,,",
            ",,",
            "missing-cell",
            "account_id",
            "required column `account_id`, at accounts.csv:3",
            "fill the cell",
        ),
        Bad(
            "accounts.csv",
            "2020-02-29",
            "2020-02-30",
            "bad-cell",
            "since",
            "`2020-02-30` is not a date",
            "2027-02-01",
        ),
        Bad("accounts.csv", ",yes,", ",oui,", "bad-cell", "customer", "`oui` is not a truth value", "`yes` or `no`"),
        Bad("accounts.csv", "60%", "sixty", "bad-cell", "margin", "`sixty` is not a number (`percent`)", "`60%`"),
        Bad(
            "accounts.csv",
            "0.5,,,",
            "0.5,\"1,000\",,",
            "bad-cell",
            "revenue",
            "`1,000` is not a number (`money`)",
            "without separators",
        ),
        Bad(
            "accounts.csv",
            "40.7,-74.0",
            "97,-74.0",
            "bad-position",
            "location",
            "`97` is not a latitude: `location`, at accounts.csv:2",
            "swapped?",
        ),
        Bad(
            "accounts.csv",
            "40.7,-74.0",
            "40.7,-740",
            "bad-position",
            "location",
            "`-740` is not a longitude",
            "-180 and 180",
        ),
        Bad(
            "accounts.csv",
            "Employee Count",
            "Employe Count",
            "unknown-field",
            "employees",
            "no field `Employee Count`",
            "did you mean `Employe Count`?",
        ),
        Bad(
            "accounts.csv",
            ",lat,lon",
            ",lon,lat",
            "swapped-position",
            "location",
            "latitude and longitude of `location` are swapped",
            "lat = \"lon\"",
        ),
        Bad(
            "terrac.toml",
            "lat = \"lat\", lon = \"lon\" }",
            "lat = \"lon\", lon = \"lat\" }",
            "swapped-position",
            "location",
            "are swapped",
            "2 of 2 points",
        ),
        Bad(
            "terrac.toml",
            "accounts*.csv",
            "acounts*.csv",
            "missing-file",
            "\"acounts*.csv\"",
            "no file matches `acounts*.csv`",
            "project folder",
        ),
        Bad(
            "terrac.toml",
            "\"erp.csv\"",
            "\"epr.csv\"",
            "missing-file",
            "\"epr.csv\"",
            "`epr.csv` does not exist",
            "did you mean `erp.csv`?",
        ),
        Bad(
            "terrac.toml",
            "\"erp.csv\"",
            "\"../erp.csv\"",
            "outside-project",
            "\"../erp.csv\"",
            "lies outside the project folder",
            "`allow`",
        ),
        Bad(
            "terrac.toml",
            "key = \"customer\"",
            "key = \"custmer\"",
            "unknown-field",
            "erp",
            "no field `custmer`",
            "did you mean `customer`?",
        ),
        Bad(
            "terrac.toml",
            "key = \"customer\"",
            "key = \"customer\"\nunmatched = \"fail\"",
            "unmatched-key",
            "erp",
            "1 key of `[join.erp]` belong to no account",
            "for example `A9`",
        ),
        Bad(
            "crm.csv",
            "A8",
            "A1",
            "duplicate-joined",
            "crm",
            "1 row of `[join.crm]` repeat the key",
            "for example `A1`",
        ),
        Bad("erp.csv", "0.2", "1e19", "sum-overflow", "actuals", "a sum of `actuals` leaves the range", ""),
        Bad("erp.csv", "0.2", "x", "bad-cell", "actuals", "`x` is not a number (`money`): `actuals`, at erp.csv:3", ""),
        Bad("zips.csv", "40.75", "140.75", "bad-position", "\"zips.csv\"", "`140.75` is not a latitude", ""),
        Bad(
            "accounts.csv",
            "A3,CT",
            "A3;CT",
            "ragged-row",
            "\"accounts*.csv\"",
            "a row of 10 fields under a header of 11, at accounts.csv:4",
            "quote a field",
        ),
    ];
    for Bad(file, from, to, code, underlined, message, more) in cases {
        let project = Project::new();
        project.replace(file, from, to);
        let workspace = project.open();
        let Err(found) = read(&workspace, &ALL, 2) else { panic!("{code} {to} passes") };
        let all = format!("{to}: {found:#?}");
        let errors: Vec<&Diagnostic> = found.iter().filter(|d| d.severity == Severity::Error).collect();
        assert!(errors.iter().all(|d| d.code.name == code), "{all}");
        let said = errors[0];
        assert_eq!(workspace.sources.text(said.labels[0].span), underlined, "{all}");
        assert!(said.message.contains(message), "{all}");
        let rest = format!("{} {}", said.help.as_deref().unwrap_or(""), said.notes.join(" "));
        assert!(rest.contains(more), "{all}");
    }
}

#[test]
fn sensitive_cells_are_not_shown() {
    let project = Project::new();
    project.replace("terrac.toml", "unit = \"thousands\", default = 1", "sensitive = true");
    project.replace("accounts.csv", "60%,3,", "60%,secret,");
    let said = read(&project.open(), &["state", "revenue"], 1).unwrap_err();
    assert!(said.iter().any(|d| d.message.contains("`(not shown)`")));
    assert!(!format!("{said:?}").contains("secret"));
}

#[test]
fn tables_without_rows() {
    let project = Project::new();
    project.write("accounts.csv", ACCOUNTS.lines().next().unwrap().as_bytes());
    let said = read(&project.open(), &["state"], 1).unwrap_err().into_iter().next().unwrap();
    assert_eq!((said.code.name, said.message.as_str()), ("empty-table", "`accounts.csv` has no rows"));
    let duplicates = Project::new();
    duplicates.replace("terrac.toml", "unmatched = \"ignore\"", "duplicates = \"warn\"");
    duplicates.replace("crm.csv", "A8,tin", "A1,silver");
    let (rows, scanned) = read(&duplicates.open(), &["state", "segment"], 1).unwrap();
    assert_eq!(rows[0], ["NY", "silver"], "the greatest cell");
    assert!(scanned.warnings.iter().any(|w| w.code.name == "duplicate-joined"));
}

#[test]
fn one_scan_reads_the_real_accounts() {
    let shared = std::env::var_os("TERRAC_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), Into::into);
    if !shared.join("accounts").exists() {
        eprintln!("skipped: no account data at {}", shared.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let manifest = |file: &str| {
        format!(
            "[project]\nname = \"ppp\"\nplan = \"p.terr\"\nallow = \"{}\"\n[accounts]\nfiles = \"{}/accounts/{file}\"\nkey = \"id\"\n\
             [accounts.columns]\nid = \"id\"\nloan = {{ type = \"money\", from = \"loan_amount\" }}\nstate = \"text\"\n\
             naics = \"code\"\njobs = \"int\"\ndate_approved = \"date\"\nnonprofit = \"bool\"\n\
             location = {{ type = \"point\", lat = \"lat\", lon = \"lon\" }}\n",
            shared.display(),
            shared.display()
        )
    };
    let columns = ["state", "id", "loan", "naics", "jobs", "date_approved", "nonprofit", "location"];
    let mut first = None;
    for file in ["ppp_100k.csv", "ppp_u150k.parquet"] {
        fs::write(folder.path().join("terrac.toml"), manifest(file)).unwrap();
        let workspace = workspace::open(folder.path()).0.unwrap();
        let schema = &workspace.manifest.accounts.schema;
        let ids: Vec<ColumnId> = columns.iter().map(|c| schema.find(c).unwrap()).collect();
        let (table, found) = open_accounts(&workspace, &ids, Options { coded: &ids[..1], threads: 2 });
        let table = table.unwrap_or_else(|| panic!("{found:#?}"));
        let wanted = first.take();
        let each = |batch: terrac::data::Batch| {
            // Stored as 32-bit floats in one of the two formats.
            let cell = |values: &Values, row| match values {
                Values::Number(array) if !values.is_null(row) => (array.value(row) as f32).to_string(),
                // Rounded to five decimals in the other.
                Values::Point { .. } => String::new(),
                other => shown(other, row),
            };
            let row = |row| ids.iter().map(|id| cell(batch.column(*id), row)).collect::<Vec<_>>().join("|");
            let pick = |r: &usize| match &wanted {
                None => true,
                Some(rows) => {
                    let rows: &std::collections::HashMap<String, String> = rows;
                    rows.contains_key(batch.column(ids[1]).text(*r).unwrap())
                }
            };
            let key = |r: usize| (batch.column(ids[1]).text(r).unwrap().to_owned(), row(r));
            (0..batch.rows).filter(pick).map(key).collect::<Vec<_>>()
        };
        let mut rows = std::collections::HashMap::new();
        let scanned = table.scan(2, each, |more| {
            rows.extend(more);
            ControlFlow::Continue(())
        });
        scanned.unwrap_or_else(|found| panic!("{found:#?}"));
        if let Some(before) = wanted {
            let differ = before.iter().filter(|(key, row)| rows.get(*key) != Some(row)).count();
            let example = before.iter().find(|(key, row)| rows.get(*key) != Some(row));
            let other = example.and_then(|(key, _)| rows.get(key));
            assert_eq!(differ, 0, "{example:?} is {other:?} in the other format");
        }
        first = Some(rows);
    }
}
