//! The manifest: what it may say, and what is said of one that is wrong.

use std::fs;
use std::path::Path;

use terrac::diagnostics::{Diagnostic, Diagnostics, Sources};
use terrac::workspace::schema::{Aggregate, ColumnType, DefaultValue, FileUnit, Origin};
use terrac::workspace::{self, Workspace};

const WHOLE: &str = r#"
[project]
name = "northwind"
plan = "plan.terr"

[accounts]
files = ["data/accounts-*.csv", "data/more.parquet"]
key = "account_id"
incumbent = "owner"

[accounts.columns]
account_id = "id"
name = "text"
owner = "id"
zip = "code"
employees = { type = "int", from = "Employee Count", required = true }
margin = { type = "percent", unit = "percent", default = 60 }
revenue = { type = "money", sensitive = true, default = 0 }
founded = { type = "date", default = 2000-01-01 }
location = { type = "point", place = "zip" }

[reps]
files = "reps.csv"
key = "id"
ramp = "ramped"

[reps.columns]
id = "id"
capacity = "number"
ramped = "percent"
home = { type = "point", lat = "latitude", lon = "longitude" }

[places]
files = "zips.csv.gz"
key = "zip"
lat = "lat"
lon = "lon"

[adjacency]
files = "edges.txt"
format = "csv"
delimiter = ";"
from = "a"
to = "b"

[join.erp]
files = "erp.jsonl"
key = "customer"
unmatched = "ignore"

[join.erp.columns]
actuals = { type = "money", unit = "thousands", from = "amount", aggregate = "sum", default = 0 }
orders = { type = "int", aggregate = "count" }
stage = { type = "text", aggregate = { latest = "booked_on" } }
"#;

fn open(manifest: &str) -> (Result<Workspace, Sources>, Diagnostics) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("terrac.toml"), manifest).unwrap();
    fs::write(folder.path().join("plan.terr"), "").unwrap();
    workspace::open(folder.path())
}

#[test]
fn a_whole_manifest() {
    let (workspace, found) = open(WHOLE);
    assert!(found.is_empty(), "{found:#?}");
    let manifest = workspace.unwrap().manifest;
    let accounts = &manifest.accounts;
    let column = |name: &str| accounts.schema.column(accounts.schema.find(name).unwrap());
    assert_eq!(accounts.key, accounts.schema.find("account_id").unwrap());
    assert!(column("account_id").required);
    assert_eq!(accounts.name, accounts.schema.find("name"));
    assert_eq!(accounts.incumbent, accounts.schema.find("owner"));
    assert_eq!(accounts.position, accounts.schema.find("location"));
    assert_eq!(accounts.family, None);
    assert_eq!(column("employees").origin, Origin::Field("Employee Count".into()));
    assert_eq!(column("margin").default, Some(DefaultValue::Number(0.6)));
    assert_eq!(column("margin").unit, FileUnit::PercentPoints);
    assert_eq!(column("founded").default, chrono::NaiveDate::from_ymd_opt(2000, 1, 1).map(DefaultValue::Date));
    assert!(column("revenue").sensitive && !column("revenue").nullable());
    assert_eq!(column("location").origin, Origin::Place { by: accounts.schema.find("zip").unwrap() });
    let sum = Origin::Joined { join: 0, field: Some("amount".into()), aggregate: Aggregate::Sum };
    assert_eq!((&column("actuals").origin, column("actuals").unit), (&sum, FileUnit::Thousands));
    assert_eq!(column("orders").origin, Origin::Joined { join: 0, field: None, aggregate: Aggregate::Count });
    let latest = Aggregate::Latest { date: "booked_on".into() };
    assert_eq!(column("stage").origin, Origin::Joined { join: 0, field: Some("stage".into()), aggregate: latest });
    let reps = manifest.reps.unwrap();
    assert_eq!((reps.capacity, reps.ramp), (reps.schema.find("capacity"), reps.schema.find("ramped")));
    assert_eq!(reps.position, reps.schema.find("home"));
    assert_eq!(reps.schema.column(reps.position.unwrap()).kind, ColumnType::Point);
    assert_eq!(manifest.adjacency.unwrap().files.delimiter, Some(b';'));
}

#[test]
fn incumbents_become_a_column() {
    let more = "[incumbents]\nfiles = \"i.csv\"\naccount = \"acc\"\nrep = \"rep\"\n";
    let (workspace, found) =
        open(&WHOLE.replace("incumbent = \"owner\"\n", "").replace("[places]", &format!("{more}[places]")));
    assert!(found.is_empty(), "{found:#?}");
    let manifest = workspace.unwrap().manifest;
    let column = manifest.accounts.schema.column(manifest.accounts.incumbent.unwrap());
    assert_eq!(column.name, "incumbent");
    assert_eq!(column.origin, Origin::Joined { join: 1, field: Some("rep".into()), aggregate: Aggregate::One });
}

/// A change of the whole manifest, and what is said: code, the text underlined by the first label, a part of the message
/// and a part of the help.
struct Bad(&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

#[test]
fn every_slip_is_found_where_it_is() {
    let cases = [
        Bad(
            "key = \"account_id\"",
            "kee = \"account_id\"",
            "missing-key",
            "accounts",
            "`[accounts]` needs `key`",
            "key =",
        ),
        Bad(
            "key = \"account_id\"",
            "key = \"acount_id\"",
            "unknown-column",
            "\"acount_id\"",
            "no column is named",
            "did you mean `account_id`?",
        ),
        Bad("key = \"account_id\"", "key = \"revenue\"", "column-role", "\"revenue\"", "cannot be the `key`", ""),
        Bad("key = \"account_id\"", "key = \"stage\"", "column-role", "\"stage\"", "cannot be the key", ""),
        Bad(
            "incumbent = ",
            "incumbant = ",
            "unknown-key",
            "incumbant",
            "no key `incumbant`",
            "did you mean `incumbent`?",
        ),
        Bad("[places]", "[placs]", "unknown-key", "placs", "no key `placs`", "did you mean `places`?"),
        Bad("name = \"northwind\"", "name = 3", "wrong-value", "3", "`name` of `[project]` is a number", ""),
        Bad("name = \"northwind\"", "", "missing-key", "project", "needs `name`", "every output carries it"),
        Bad("\"id\"\nname", "\"idd\"\nname", "wrong-value", "\"idd\"", "`idd` is no `type`", "did you mean `id`?"),
        Bad(
            "required = true",
            "required = \"yes\"",
            "wrong-value",
            "\"yes\"",
            "`required` of the column `employees` is a text",
            "",
        ),
        Bad(
            "required = true",
            "requird = true",
            "unknown-key",
            "requird",
            "no key `requird`",
            "did you mean `required`?",
        ),
        Bad("unit = \"percent\"", "unit = \"thousands\"", "wrong-value", "\"thousands\"", "is no `unit`", ""),
        Bad(
            "from = \"Employee Count\"",
            "unit = \"km\"",
            "wrong-value",
            "\"km\"",
            "`unit` means nothing for the type `int`",
            "",
        ),
        Bad(
            "default = 60",
            "default = \"60\"",
            "wrong-value",
            "\"60\"",
            "`default` of the column `margin` is a text",
            "",
        ),
        Bad(
            "required = true",
            "required = true, default = 1",
            "wrong-value",
            "required",
            "is required and has a default",
            "drop one",
        ),
        Bad(
            "place = \"zip\"",
            "place = \"zipp\"",
            "unknown-column",
            "\"zipp\"",
            "no column is named `zipp`",
            "did you mean `zip`?",
        ),
        Bad("place = \"zip\"", "place = \"revenue\"", "column-role", "\"revenue\"", "cannot name a place", ""),
        Bad("place = \"zip\"", "lat = \"y\"", "missing-key", "location", "does not say where its degrees are", "lon ="),
        Bad("zip = \"code\"", "zip-code = \"code\"", "wrong-value", "zip-code", "cannot be a column's name", "`from`"),
        Bad(
            "orders = {",
            "revenue = {",
            "duplicate-column",
            "revenue",
            "two columns are named `revenue`",
            "rename one",
        ),
        Bad("aggregate = \"sum\"", "aggregate = \"mean\"", "wrong-value", "\"mean\"", "`mean` is no `aggregate`", ""),
        Bad(
            "latest = \"booked_on\"",
            "last = \"booked_on\"",
            "missing-key",
            "aggregate",
            "needs `latest`",
            "name the field",
        ),
        Bad(
            "type = \"text\", aggregate = {",
            "type = \"text\", aggregate = \"sum\" # {",
            "column-role",
            "aggregate",
            "cannot be aggregated so",
            "numeric types are",
        ),
        Bad(
            "unmatched = \"ignore\"",
            "unmatched = \"ignroe\"",
            "wrong-value",
            "\"ignroe\"",
            "is no `unmatched`",
            "did you mean `ignore`?",
        ),
        Bad("delimiter = \";\"", "delimiter = \"::\"", "wrong-value", "\"::\"", "cannot part fields", ""),
        Bad("key = \"zip\"\n", "", "missing-key", "places", "`[places]` needs `key`", "look up"),
        Bad("ramp = \"ramped\"", "ramp = \"id\"", "column-role", "\"id\"", "cannot be the `ramp`", ""),
        Bad("name = \"northwind\"", "name = northwind", "manifest-syntax", "northwind", "not TOML", ""),
        Bad(
            "name = \"northwind\"",
            "name = \"a\"\nallow = \"../nowhere\"",
            "missing-file",
            "\"../nowhere\"",
            "no folder",
            "",
        ),
        Bad("files = \"reps.csv\"", "files = []", "wrong-value", "[]", "`files` of `[reps]` is empty", ""),
        Bad("\nkey = \"id\"", "\nname = \"id\"", "missing-key", "reps", "`[reps]` needs `key`", "identifies a row"),
    ];
    for Bad(from, to, code, underlined, message, help) in cases {
        assert!(WHOLE.contains(from), "{from}");
        let (workspace, found) = open(&WHOLE.replacen(from, to, 1));
        let sources = workspace.map_or_else(|sources| sources, |w| w.sources);
        let all = format!("{from} -> {to}: {found:#?}");
        let said: Vec<&Diagnostic> = found.iter().filter(|d| d.code.name == code).collect();
        let Some(said) = said.first() else { panic!("{all}") };
        assert!(said.message.contains(message), "{all}");
        assert_eq!(sources.text(said.labels[0].span), underlined, "{all}");
        assert!(said.help.as_deref().unwrap_or("").contains(help), "{all}");
        assert!(found.iter().count() <= 2, "{all}");
    }
}

#[test]
fn one_run_reports_all() {
    let (workspace, found) = open(
        "[project]\nname = 1\nplann = \"x\"\n[accounts]\nfile = \"a\"\nkey = \"k\"\n[accounts.columns]\nx = \"txt\"\n[rep]\n",
    );
    assert!(workspace.is_err());
    let codes: Vec<&str> = found.iter().map(|d| d.code.name).collect();
    for code in ["wrong-value", "unknown-key", "missing-key", "unknown-column"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    assert!(codes.len() >= 6, "{found:#?}");
}

#[test]
fn finding_the_project() {
    let folder = tempfile::tempdir().unwrap();
    let said = |path: &Path| {
        let (workspace, found) = workspace::open(path);
        assert!(workspace.is_err());
        found.into_iter().next().unwrap()
    };
    assert_eq!(said(&folder.path().join("none")).code.name, "no-project");
    assert!(said(folder.path()).help.unwrap().contains("terrac new"));
    for name in ["east", "west"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("terrac.toml"), WHOLE).unwrap();
        let found = said(folder.path());
        match name {
            "east" => assert_eq!(found.help.unwrap(), "did you mean `east`?"),
            _ => assert_eq!(
                (found.code.name, found.help.unwrap().as_str()),
                ("ambiguous-project", "name one of them: `east` and `west`")
            ),
        }
    }
    assert!(workspace::open(&folder.path().join("east/terrac.toml")).0.is_ok());
    fs::write(folder.path().join("big"), "").unwrap();
    assert!(said(&folder.path().join("big")).message.contains("is no project"));

    let east = folder.path().join("east");
    fs::write(east.join("terrac.toml"), WHOLE.replace("plan = \"plan.terr\"\n", "")).unwrap();
    fs::write(east.join("a.terr"), "").unwrap();
    assert_eq!(workspace::open(&east).0.unwrap().manifest.plan, "a.terr");
    fs::write(east.join("b.terr"), "").unwrap();
    let (_, found) = workspace::open(&east);
    let found = found.into_iter().next().unwrap();
    assert_eq!(
        (found.code.name, found.notes[0].as_str()),
        ("ambiguous-project", "the folder holds `a.terr` and `b.terr`")
    );

    fs::write(east.join("terrac.toml"), b"[project]\nname = \"\xff\"").unwrap();
    let (workspace, found) = workspace::open(&east);
    let (sources, found) = (workspace.unwrap_err(), found.into_iter().next().unwrap());
    assert_eq!(found.code.name, "not-utf8");
    assert_eq!(sources.position(found.labels[0].span), terrac::diagnostics::Position { line: 2, column: 9 });
    fs::write(east.join("terrac.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    assert_eq!(said(&east).code.name, "too-large");
}

#[cfg(unix)]
#[test]
fn nothing_outside_the_project_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    fs::create_dir_all(project.join("shared")).unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("secret.terr"), "").unwrap();
    fs::write(folder.path().join("data/a.csv"), "x").unwrap();
    fs::write(project.join("plan.terr"), "use").unwrap();
    fs::write(project.join("shared/dims.terr"), b"ok \xff").unwrap();
    fs::write(project.join("terrac.toml"), WHOLE).unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret.terr"), project.join("link.terr")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("data"), project.join("linked")).unwrap();
    let mut workspace = workspace::open(&project).0.unwrap();
    let plan = workspace.read_plan().unwrap();
    let span = terrac::diagnostics::Span::new(plan, 0, 3);
    let mut code = |path: &str| workspace.read_plan_file(path, span).map_err(|d| d.code.name);
    assert_eq!(code("plan.terr"), Ok(plan));
    assert_eq!(code("shared/../plan.terr"), Ok(plan));
    assert_eq!(code("../secret.terr"), Err("outside-project"));
    assert_eq!(code("shared/../../secret.terr"), Err("outside-project"));
    assert_eq!(code("/etc/passwd"), Err("outside-project"));
    assert_eq!(code("link.terr"), Err("outside-project"));
    assert_eq!(code("none.terr"), Err("missing-file"));
    assert_eq!(code("shared"), Err("missing-file"));
    assert_eq!(code("shared/dims.terr"), Err("not-utf8"));
    let help = workspace.read_plan_file("shared/dim.terr", span).unwrap_err().help.unwrap();
    assert_eq!(help, "did you mean `shared/dims.terr`?");
    assert!(workspace.find_data_file("../data/a.csv").is_err());
    assert!(workspace.find_data_file("linked/a.csv").is_err());
    fs::write(project.join("terrac.toml"), WHOLE.replace("plan = ", "allow = [\"../data\"]\nplan = ")).unwrap();
    let workspace = workspace::open(&project).0.unwrap();
    assert!(workspace.find_data_file("linked/a.csv").is_ok());
    let found = workspace.find_data_file("../data/a.csv").unwrap();
    assert_eq!(workspace.relative_name(&found), "../data/a.csv");
}
