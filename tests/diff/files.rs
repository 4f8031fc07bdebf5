//! Tables as files of any format, for the tests of this folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;

use crate::program;

/// Header and rows.
#[derive(Debug, Clone)]
pub struct Cells {
    pub names: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Csv,
    Parquet,
    JsonLines,
    Gzip,
}

pub const FORMS: [Form; 4] = [Form::Csv, Form::Parquet, Form::JsonLines, Form::Gzip];

pub fn csv_cell(cell: &str) -> String {
    let quoted = cell.contains([',', '"', '\n', '\r']);
    if quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

pub fn csv(cells: &Cells) -> String {
    let line = |row: &Vec<String>| row.iter().map(|c| csv_cell(c)).collect::<Vec<_>>().join(",") + "\n";
    line(&cells.names) + &cells.rows.iter().map(line).collect::<String>()
}

/// Writes the table as `name` with the ending of its form; empty cells are null where a form knows that.
pub fn write(folder: &Path, name: &str, form: Form, cells: &Cells) -> PathBuf {
    let path = |ending: &str| folder.join(format!("{name}.{ending}"));
    match form {
        Form::Csv => {
            fs::write(path("csv"), csv(cells)).expect("it is written");
            path("csv")
        }
        Form::Gzip => {
            let file = File::create(path("csv.gz")).expect("a file");
            let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
            std::io::Write::write_all(&mut out, csv(cells).as_bytes()).expect("it is written");
            out.finish().expect("it is written");
            path("csv.gz")
        }
        Form::JsonLines => {
            let mut text = String::new();
            for row in &cells.rows {
                let object: serde_json::Map<String, serde_json::Value> =
                    cells.names.iter().cloned().zip(row.iter().map(|c| c.as_str().into())).collect();
                text.push_str(&serde_json::Value::Object(object).to_string());
                text.push('\n');
            }
            fs::write(path("jsonl"), text).expect("it is written");
            path("jsonl")
        }
        Form::Parquet => {
            let fields: Vec<Field> = cells.names.iter().map(|n| Field::new(n, DataType::Utf8, true)).collect();
            let schema = Arc::new(Schema::new(fields));
            let column = |n: usize| {
                let texts = cells.rows.iter().map(|row| Some(row[n].as_str()).filter(|c| !c.is_empty()));
                Arc::new(texts.collect::<StringArray>()) as ArrayRef
            };
            let columns = (0..cells.names.len()).map(column).collect();
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns).expect("a batch");
            let mut writer =
                ArrowWriter::try_new(File::create(path("parquet")).expect("a file"), schema, None).expect("a writer");
            writer.write(&batch).expect("it is written");
            writer.close().expect("it is written");
            path("parquet")
        }
    }
}

pub fn terrac(folder: &Path, arguments: &[&str]) -> Output {
    program::terrac(folder).args(arguments).output().expect("the binary runs")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
