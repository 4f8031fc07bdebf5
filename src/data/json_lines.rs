//! JSON Lines: one object a line, its plain values as text cells.
//!
//! Takes a block of whole lines, gives the wanted fields as text exactly as written, so that numbers are read by the
//! same rules as in every other text format. A field that a line leaves out, or that is null, is a missing cell.
//! Deliberately absent: nested values and arrays of objects.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{RecordBatch, StringArray};
use arrow_json::ReaderBuilder;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

/// The wanted fields as a schema of texts.
pub(super) fn schema<'a>(fields: impl Iterator<Item = &'a str>) -> SchemaRef {
    let mut names: Vec<&str> = fields.collect();
    names.sort_unstable();
    names.dedup();
    Arc::new(Schema::new(names.into_iter().map(|n| Field::new(n, DataType::Utf8, true)).collect::<Vec<_>>()))
}

/// A line that is not one object of plain values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    /// Line breaks of the block before it.
    pub lines_before: u64,
    pub why: String,
}

/// The cells of a block, or every line that is wrong.
pub(super) fn read(text: &str, schema: &SchemaRef) -> Result<RecordBatch, Vec<BadLine>> {
    let lines = non_blank(text).count();
    match decode(text, schema, lines) {
        Ok(batch) if batch.num_rows() == lines => Ok(batch),
        _ => {
            let wrong: Vec<BadLine> = non_blank(text)
                .filter_map(|(at, line)| {
                    let why = match decode(line, schema, 1) {
                        Ok(batch) if batch.num_rows() == 1 => return None,
                        Ok(_) => "several values in one line".to_owned(),
                        Err(error) => reason(line, &error),
                    };
                    Some(BadLine { lines_before: line_breaks(&text[..at]), why })
                })
                .collect();
            Err(wrong)
        }
    }
}

/// One field of a batch that [`read`] gave.
pub(super) fn field<'a>(batch: &'a RecordBatch, name: &str) -> &'a StringArray {
    batch.column_by_name(name).expect("the field is in the schema").as_string()
}

/// How many line breaks lie before a row.
pub(super) fn lines_before(text: &str, row: usize) -> u64 {
    non_blank(text).nth(row).map_or(0, |(at, _)| line_breaks(&text[..at]))
}

/// The names of the fields of the first lines, in the order in which they appear.
pub(super) fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (_, line) in non_blank(text) {
        let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line) else { continue };
        names.extend(object.into_iter().map(|(name, _)| name).filter(|name| seen.insert(name.clone())));
    }
    names
}

fn decode(text: &str, schema: &SchemaRef, rows: usize) -> Result<RecordBatch, ArrowError> {
    let mut decoder =
        ReaderBuilder::new(Arc::clone(schema)).with_coerce_primitive(true).with_batch_size(rows + 1).build_decoder()?;
    decoder.decode(text.as_bytes())?;
    if decoder.has_partial_record() {
        return Err(ArrowError::JsonError("the line ends within a value".into()));
    }
    Ok(decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(schema))))
}

fn reason(line: &str, error: &ArrowError) -> String {
    let error = error.to_string();
    if line.trim_start().starts_with('[') {
        "an array where one object a line is due".into()
    } else if error.contains("expected string got") {
        match error.split_once("field '").and_then(|(_, rest)| rest.split_once('\'')) {
            Some((field, _)) => format!("a nested value in the field `{field}`"),
            None => "a nested value".into(),
        }
    } else {
        "a line that is not a JSON object".into()
    }
}

/// Lines that hold something, with their places.
fn non_blank(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(move |line| {
            let start = at;
            at += line.len();
            (start, line)
        })
        .filter(|(_, line)| !line.trim_ascii().is_empty())
}

fn line_breaks(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values_come_as_written() {
        let schema = schema(["n", "s"].into_iter());
        let text = "{\"n\": 1.50, \"s\": \"a\\nb\", \"more\": {\"x\": [1]}}\n\n{\"s\": true}\n";
        let batch = read(text, &schema).unwrap();
        assert_eq!(field(&batch, "n").iter().collect::<Vec<_>>(), [Some("1.50"), None]);
        assert_eq!(field(&batch, "s").iter().collect::<Vec<_>>(), [Some("a\nb"), Some("true")]);
        assert_eq!(lines_before(text, 1), 2);
        assert_eq!(names(text), ["n", "s", "more"]);
    }

    #[test]
    fn wrong_lines_are_found() {
        let schema = schema(["n"].into_iter());
        let wrong = |text: &str| {
            read(text, &schema).unwrap_err().into_iter().map(|b| (b.lines_before, b.why)).collect::<Vec<_>>()
        };
        assert_eq!(wrong("{\"n\":1}\n{\"n\":[1]}\n"), [(1, "a nested value in the field `n`".to_owned())]);
        assert_eq!(wrong("{\"n\":1\n"), [(0, "a line that is not a JSON object".to_owned())]);
        assert_eq!(wrong("{\"n\":1} {\"n\":2}\n"), [(0, "several values in one line".to_owned())]);
        assert_eq!(wrong("[{\"n\":1}]\n"), [(0, "an array where one object a line is due".to_owned())]);
    }
}
