//! Parquet files of many types, packed with Zstandard, in both versions of data pages.
//!
//! The files in `tests/data` hold 40 rows in groups of 16 with pages of a few rows; another program wrote them.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use terrac::data::{Batch, Options, Values, open_accounts};
use terrac::diagnostics::Diagnostics;
use terrac::workspace::{self, schema::ColumnId};

const MANIFEST: &str = r#"
[project]
name = "types"
plan = "p.terr"
[accounts]
files = "FILE"
key = "id"
[accounts.columns]
id = "id"
state = "text"
big = "text"
view = "text"
coded = "text"
raw = "text"
small = "int"
unsigned = "number"
price = "money"
ratio = { type = "percent", unit = "percent" }
day = "date"
moment = "date"
flag = "bool"
text_number = "number"
priced = { type = "text", from = "price" }
dated = { type = "text", from = "day" }
"#;

fn read(manifest: &str, file: &str, bytes: &[u8], threads: usize) -> Result<Vec<String>, Diagnostics> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("terrac.toml"), manifest.replace("FILE", file)).unwrap();
    fs::write(folder.path().join(file), bytes).unwrap();
    let workspace = workspace::open(folder.path()).0.unwrap();
    let schema = &workspace.manifest.accounts.schema;
    let ids: Vec<ColumnId> = schema.iter().map(|(id, _)| id).collect();
    let (table, found) = open_accounts(&workspace, &ids, Options { coded: &[ids[3]], threads });
    let Some(table) = table else { return Err(found) };
    let mut rows = Vec::new();
    let each = |batch: Batch| {
        let row = |row| ids.iter().map(|id| shown(batch.column(*id), row)).collect::<Vec<_>>().join("|");
        assert!(matches!(batch.column(ids[1]), Values::Coded(_)), "a dictionary stays one");
        (0..batch.rows).map(row).collect::<Vec<_>>()
    };
    table.scan(threads, each, |more| {
        rows.extend(more);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

fn shown(values: &Values, row: usize) -> String {
    if values.is_null(row) {
        return "-".into();
    }
    match values {
        Values::Number(array) => array.value(row).to_string(),
        Values::Date(array) => array.value_as_date(row).unwrap().to_string(),
        Values::Bool(array) => array.value(row).to_string(),
        text => text.text(row).unwrap().to_owned(),
    }
}

fn fixture(version: u8) -> Vec<u8> {
    let name = format!("tests/data/types_v{version}_zstd.parquet");
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn every_type_of_both_versions() {
    for version in [1, 2] {
        for threads in [1, 2] {
            let rows = read(MANIFEST, "a.parquet", &fixture(version), threads).unwrap_or_else(|d| panic!("{d:#?}"));
            assert_eq!(rows.len(), 40);
            assert_eq!(rows[0], "1000|-|word 0|-|a|x0|-|0|0|0|2026-01-01|2026-01-01|-|0.5|0.00|2026-01-01");
            assert_eq!(
                rows[37],
                "1037|CT|word 2|v37|b|x37|17|37|9.25|0.04625|2026-02-07|2026-02-07|false|37.5|9.25|2026-02-07"
            );
        }
    }
}

#[test]
fn types_that_do_not_fit() {
    let cases = [
        ("flag = \"bool\"", "flag = \"money\"", "the field `flag` of `a.parquet` holds truth values"),
        ("day = \"date\"", "day = \"int\"", "the field `day` of `a.parquet` holds dates"),
        ("small = \"int\"", "small = \"date\"", "the field `small` of `a.parquet` holds whole numbers"),
        ("raw = \"text\"", "lists = \"text\"", "the field `lists` of `a.parquet` holds lists"),
    ];
    for (from, to, message) in cases {
        let found = read(&MANIFEST.replace(from, to), "a.parquet", &fixture(1), 1).unwrap_err();
        let found = found.into_iter().next().unwrap();
        assert_eq!((found.code.name, found.message.as_str()), ("field-type", message));
        assert!(!found.labels.is_empty());
    }
    let found = read(
        &MANIFEST.replace("ratio = { type = \"percent\", unit = \"percent\" }", "ratio = \"int\""),
        "a.parquet",
        &fixture(1),
        2,
    );
    let found = found.unwrap_err().into_iter().next().unwrap();
    assert_eq!(found.message, "`0.125` is not a whole number: `ratio`, at a.parquet:2");
    let found = read(
        &MANIFEST.replace("state = \"text\"", "state = { type = \"text\", required = true }"),
        "a.parquet",
        &fixture(2),
        2,
    );
    let found = found.unwrap_err().into_iter().next().unwrap();
    assert_eq!(found.message, "an empty cell in the required column `state`, at a.parquet:1");
    assert_eq!(found.notes[0], "also at a.parquet:8");
}

#[test]
fn cut_and_damaged_files() {
    let whole = fixture(1);
    for length in [10, whole.len() / 2, whole.len() - 1] {
        let found = read(MANIFEST, "a.parquet", &whole[..length], 1).unwrap_err().into_iter().next().unwrap();
        assert_eq!(found.code.name, "bad-parquet");
        assert!(found.message.starts_with("`a.parquet` is cut off or damaged"), "{}", found.message);
    }
    // No damage to a byte may end in anything but rows or a diagnostic.
    for at in (4..whole.len()).step_by(97) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        if let Err(found) = read(MANIFEST, "a.parquet", &damaged, 1) {
            assert!(found.has_errors());
        }
    }
}
