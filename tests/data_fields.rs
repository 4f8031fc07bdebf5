//! Fields of files without a manifest: every format, every way to be wrong.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use terrac::data::{FieldKind, Fields, Values, field_names, read_fields};
use terrac::diagnostics::{Diagnostic, Diagnostics};

const WANTED: [(&str, FieldKind); 3] = [("id", FieldKind::Text), ("lon", FieldKind::Number), ("w", FieldKind::Number)];

const CSV: &str =
    "id,lon,name,w\r\nA-1,-72.5,\"one, \"\"two\"\"\r\nthree\",1e3\r\n\"A\"\"2\",-73,x,\r\n\r\nA-3,4.25,y,7\r\n";

fn numbers(values: &Values) -> Vec<Option<f64>> {
    let Values::Number(array) = values else { panic!("{values:?}") };
    array.iter().collect()
}

fn texts(values: &Values) -> Vec<Option<&str>> {
    (0..values.len()).map(|row| values.text(row)).collect()
}

fn assert_sample(fields: &Fields, what: &str) {
    assert_eq!(fields.rows, 3, "{what}");
    assert_eq!(texts(&fields.columns[0]), [Some("A-1"), Some("A\"2"), Some("A-3")], "{what}");
    assert_eq!(numbers(&fields.columns[1]), [Some(-72.5), Some(-73.0), Some(4.25)], "{what}");
    assert_eq!(numbers(&fields.columns[2]), [Some(1000.0), None, Some(7.0)], "{what}");
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(text: &str) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn every_format_gives_the_same_fields() {
    let folder = tempfile::tempdir().unwrap();
    let json = concat!(
        "{\"id\":\"A-1\",\"lon\":-72.5,\"name\":{\"nested\":1},\"w\":1e3}\n",
        "{\"w\":null,\"id\":\"A\\\"2\",\"lon\":\"-73\"}\n\n",
        "{\"id\":\"A-3\",\"lon\":4.25,\"w\":7}"
    );
    let batch = RecordBatch::try_from_iter([
        ("w", Arc::new(Float64Array::from(vec![Some(1000.0), None, Some(7.0)])) as ArrayRef),
        ("id", Arc::new(StringArray::from(vec!["A-1", "A\"2", "A-3"])) as ArrayRef),
        ("lon", Arc::new(StringArray::from(vec!["-72.5", "-73", "4.25"])) as ArrayRef),
    ])
    .unwrap();
    let mut parquet = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut parquet, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();

    let bom = [b"\xef\xbb\xbf".as_slice(), CSV.as_bytes()].concat();
    let two_frames = [zstandard(&CSV[..20]), zstandard(&CSV[20..])].concat();
    let files = [
        write(folder.path(), "a.csv", CSV.as_bytes()),
        write(folder.path(), "bom.csv", &bom),
        write(folder.path(), "a.tsv", "id\tlon\tw\nA-1\t-72.5\t1e3\n\"A\"\"2\"\t-73\t\nA-3\t4.25\t7".as_bytes()),
        write(folder.path(), "a.csv.gz", &gzipped(CSV)),
        write(folder.path(), "a.csv.zst", &zstandard(CSV)),
        write(folder.path(), "frames.csv.zst", &two_frames),
        write(folder.path(), "a.jsonl", json.as_bytes()),
        write(folder.path(), "a.ndjson.gz", &gzipped(json)),
        write(folder.path(), "a.parquet", &parquet),
    ];
    for file in files {
        for threads in [1, 2] {
            let fields = read_fields(&file, &WANTED, threads).unwrap_or_else(|d| panic!("{}: {d:?}", file.display()));
            assert_sample(&fields, &file.display().to_string());
        }
    }
    assert_eq!(field_names(&folder.path().join("a.parquet")).unwrap(), ["w", "id", "lon"]);
    assert_eq!(field_names(&folder.path().join("a.csv")).unwrap(), ["id", "lon", "name", "w"]);
}

#[test]
fn ids_of_numbers_read_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let batch = RecordBatch::try_from_iter([
        ("id", Arc::new(Int64Array::from(vec![7, 1001])) as ArrayRef),
        ("old", Arc::new(Float64Array::from(vec![Some(1042.0), None])) as ArrayRef),
    ])
    .unwrap();
    let path = folder.path().join("a.parquet");
    let mut writer = parquet::arrow::ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let fields = read_fields(&path, &[("id", FieldKind::Text), ("old", FieldKind::Text)], 1).unwrap();
    assert_eq!(texts(&fields.columns[0]), [Some("7"), Some("1001")]);
    assert_eq!(texts(&fields.columns[1]), [Some("1042"), None]);
}

/// A file, and what is said of it: code, a part of the message, a part of the help or of the notes.
struct Bad(&'static str, &'static [u8], &'static str, &'static str, &'static str);

#[test]
fn bad_files_are_told_with_their_place() {
    let cases = [
        Bad("a.csv", b"", "empty-table", "is empty", "the first line names the fields"),
        Bad("a.csv", b"id,lon,w\n", "empty-table", "has no rows", ""),
        Bad("a.csv", b"id;lon;w\n1;2;3\n", "wrong-delimiter", "parted by a semicolon", "delimiter = \";\""),
        Bad("a.csv", b"id\tlon\tw\n1\t2\t3\n", "wrong-delimiter", "parted by a tab", "delimiter = \"\\t\""),
        Bad("a.csv", b"id,lom,w\n1,2,3\n", "unknown-field", "no field `lon`", "did you mean `lom`?"),
        Bad("a.csv", b"id,lon,w,w\n1,2,3,4\n", "duplicate-field", "names `w` twice", "rename"),
        Bad("a.csv", b"id,lon,w\n1,2\n", "ragged-row", "a row of 2 fields under a header of 3, at", ":2"),
        Bad("a.csv", b"id,lon,w\n1,2,3\n\"x\"y,2,3\n", "bad-quote", "closing quote of a field, at", ":3"),
        Bad("a.csv", b"id,lon,w\n1,2,3\n\"x,2,3\n", "bad-quote", "never closed, at", ":3"),
        Bad("a.csv", b"id,lon,w\n1,2,3\nab\xff,2,3\n", "not-utf8", "the byte 0xFF is not UTF-8, at", ":3:3"),
        Bad("a.csv", b"id,lon,w\n1,abc,3\n", "bad-cell", "`abc` is not a number", ":2"),
        Bad("a.csv", b"id,lon,w\n1,2,\"1,234\"\n", "bad-cell", "`1,234` is not a number", "without separators"),
        Bad("a.csv", b"id,lon,w\n1,2,nan\n", "bad-cell", "`nan` is not a number", "leave the cell empty"),
        Bad("a.csv", b"\xff\xfei\0d\0", "unreadable-file", "UTF-16", ""),
        Bad("a.csv.gz", b"not gzip at all", "unreadable-file", "cannot be read", ""),
        Bad("a.csv.zst", b"not zstd at all", "unreadable-file", "zstd data is damaged", ""),
        Bad("a.jsonl", b"", "empty-table", "is empty", "one JSON object"),
        Bad("a.jsonl", b"{\"id\":1,\"lon\":2,\"w\":3}\n{\"id\":1\n", "bad-record", "not a JSON object, at", ":2"),
        Bad("a.jsonl", b"{\"id\":1,\"lon\":[2],\"w\":3}\n", "bad-record", "nested value in the field `lon`", ":1"),
        Bad("a.jsonl", b"{\"id\":1,\"lom\":2,\"w\":3}\n", "unknown-field", "no field `lon`", "did you mean `lom`?"),
        Bad("a.parquet", b"id,lon,w\n1,2,3\n", "bad-parquet", "is not a Parquet file", "what it contains"),
        Bad("a.parquet", b"PAR1 and then nothing", "bad-parquet", "is cut off or damaged", "copy the file again"),
        Bad("a.xlsx", b"PK", "unknown-format", "does not say what the file contains", "`.csv`"),
        Bad("a.parquet.gz", b"PK", "unknown-format", "packed Parquet", "unpack it"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for Bad(name, bytes, code, message, more) in cases {
        let path = write(folder.path(), name, bytes);
        let found: Vec<Diagnostic> = match read_fields(&path, &WANTED, 2) {
            Ok(fields) => panic!("{name} {code}: {fields:?}"),
            Err(found) => found.into_iter().collect(),
        };
        let all = format!("{found:#?}");
        assert_eq!(found.len(), 1, "{code}: {all}");
        let said = &found[0];
        assert_eq!(said.code.name, code, "{all}");
        assert!(said.message.contains(message), "{code}: {all}");
        let rest = format!("{} {} {}", said.message, said.help.as_deref().unwrap_or(""), said.notes.join(" "));
        assert!(rest.contains(more), "{code}: {all}");
    }
    let absent = read_fields(&folder.path().join("none.csv"), &WANTED, 1).unwrap_err();
    assert!(absent.iter().next().unwrap().message.contains("it does not exist"));
}

#[test]
fn many_bad_cells_are_shown_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..5000).map(|i| if i % 2 == 0 { "a,x,1\n" } else { "b,1,1\n" }).collect();
    let path = write(folder.path(), "a.csv", format!("id,lon,w\n{rows}").as_bytes());
    let said: Diagnostics = read_fields(&path, &WANTED, 2).unwrap_err();
    let said: Vec<Diagnostic> = said.into_iter().collect();
    assert_eq!(said.len(), 1);
    assert!(said[0].message.ends_with("a.csv:2"), "{said:?}");
    assert_eq!(said[0].notes.len(), 10);
    assert!(said[0].notes[0].ends_with("a.csv:4: `x`"), "{said:?}");
    assert_eq!(said[0].notes[9], "and 2,490 more");
}

#[test]
fn real_files_read_alike() {
    let shared = std::env::var_os("TERRAC_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let csv = shared.join("accounts/ppp_100k.csv");
    let parquet = shared.join("accounts/ppp_u150k.parquet");
    if !csv.exists() || !parquet.exists() {
        eprintln!("skipped: no account data at {}", shared.display());
        return;
    }
    let wanted = [("id", FieldKind::Text), ("jobs", FieldKind::Number), ("lat", FieldKind::Number)];
    let sample = read_fields(&csv, &wanted, 2).unwrap();
    let all = read_fields(&parquet, &wanted, 2).unwrap();
    assert_eq!((sample.rows, all.rows), (100_000, 2_765_676));
    let row_of: std::collections::HashMap<_, _> =
        (0..all.rows).map(|row| (all.columns[0].text(row).unwrap(), row)).collect();
    let (Values::Number(jobs), Values::Number(all_jobs)) = (&sample.columns[1], &all.columns[1]) else { panic!() };
    let (Values::Number(lat), Values::Number(all_lat)) = (&sample.columns[2], &all.columns[2]) else { panic!() };
    for row in 0..sample.rows {
        let there = row_of[sample.columns[0].text(row).unwrap()];
        let pick =
            |array: &Float64Array, row: usize| array.iter().next().and(array.slice(row, 1).iter().next().unwrap());
        assert_eq!(pick(jobs, row), pick(all_jobs, there));
        let (a, b) = (pick(lat, row), pick(all_lat, there));
        assert!(a.zip(b).is_none_or(|(a, b)| (a - b).abs() < 1e-4), "{a:?} {b:?}");
    }
}
