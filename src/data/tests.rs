//! Formats, blocks and threads agree.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use proptest::prelude::*;

use super::batch::Values;
use super::cell::{Coding, Reading};
use super::faults::Described;
use super::files::DataFile;
use super::scan::{Source, Wishes};
use crate::workspace::schema::{ColumnType, FileUnit};

type Row = (Option<String>, Option<f64>, Option<String>);

/// Reads the fields `a`, `n` and `c` of a file, with blocks of so many bytes.
fn read(file: &std::path::Path, block: usize, threads: usize) -> Vec<Row> {
    let number = Reading::Number { kind: ColumnType::Number, unit: FileUnit::Base };
    let mut wishes = Wishes::default();
    for (field, reading) in
        [("a", Reading::Text(Coding::Never)), ("n", number), ("c", Reading::Text(Coding::WherePaying))]
    {
        let described =
            Described { name: field.into(), field: field.into(), kind: "text", span: None, sensitive: false };
        wishes.add(field, reading, false, described);
    }
    let file = DataFile::new(file, "t".to_owned() + &file.to_string_lossy(), None, None).unwrap();
    let mut source = Source::open(vec![file], wishes, None).unwrap();
    source.reader = source.reader.with_block(block);
    let mut rows = Vec::new();
    source
        .scan(
            threads,
            |decoded| decoded.columns.clone(),
            |columns| {
                let Values::Number(numbers) = &columns[1] else { panic!("{columns:?}") };
                let text = |values: &Values, row| values.text(row).map(str::to_owned);
                let row = |row| (text(&columns[0], row), numbers.iter().nth(row).unwrap(), text(&columns[2], row));
                rows.extend((0..columns[0].len()).map(row));
                ControlFlow::Continue(())
            },
        )
        .unwrap_or_else(|d| panic!("{d:#?}"));
    rows
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let text = "[a-c\u{e9} ,;\"\n]{1,9}".prop_map(Some);
    let number = prop_oneof![Just(None), (-1e6f64..1e6).prop_map(Some), (0i32..50).prop_map(|n| Some(f64::from(n)))];
    let code = prop::option::of(prop::sample::select(vec!["NY".to_owned(), "CT".to_owned(), "a,b".to_owned()]));
    prop::collection::vec((text, number, code), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_block_and_format_gives_the_same(rows in rows(), crlf: bool, block in 1usize..60, threads in 1usize..4) {
        let folder = tempfile::tempdir().unwrap();
        let line = if crlf { "\r\n" } else { "\n" };
        let mut csv = format!("{line}n,unused,c,a{line}");
        let mut json = String::new();
        for (a, n, c) in &rows {
            let number = n.map_or(String::new(), |n| n.to_string());
            let (a, c) = (a.as_deref().unwrap(), c.as_deref());
            csv += &format!("{number},\"x\n,\",{},{}{line}", c.map_or(String::new(), quoted), quoted(a));
            json += &format!("{}\n", serde_json::json!({ "a": a, "n": n, "more": [1], "c": c }));
        }
        let batch = RecordBatch::try_from_iter([
            ("c", Arc::new(rows.iter().map(|r| r.2.clone()).collect::<StringArray>()) as ArrayRef),
            ("a", Arc::new(rows.iter().map(|r| r.0.clone()).collect::<StringArray>())),
            ("n", Arc::new(rows.iter().map(|r| r.1).collect::<Float64Array>())),
        ])
        .unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let mut parquet = Vec::new();
        let mut writer = ::parquet::arrow::ArrowWriter::try_new(&mut parquet, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(csv.as_bytes()).unwrap();
        let zst = ruzstd::encoding::compress_to_vec(json.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
        let files = [
            write("t.csv", csv.as_bytes()),
            write("t.csv.gz", &gz.finish().unwrap()),
            write("t.jsonl", json.as_bytes()),
            write("t.jsonl.zst", &zst),
            write("t.parquet", &parquet),
        ];
        for file in files {
            prop_assert_eq!(&read(&file, block, threads), &rows, "{}", file.display());
        }
    }
}
