//! The names of a file's fields, and where the wanted ones stand among them.
//!
//! Takes a file, gives its names in their order, or what is wrong with its first record. Invariant: rows are deliberately
//! not read here; what is wrong with them is told with their place, when they are.

use super::csv::{self, Blocks};
use super::files::DataFile;
use super::reader::{Want, cut_failed};
use super::{json_lines, parquet};
use crate::diagnostics::{Diagnostic, codes, did_you_mean};
use crate::workspace::manifest::FileFormat;

/// The names of a file's fields in their order.
pub(super) fn field_names(file: &DataFile) -> Result<Vec<String>, Diagnostic> {
    match file.format {
        FileFormat::Csv => csv_header(file),
        FileFormat::JsonLines => json_names(file),
        FileFormat::Parquet => Ok(parquet::open(file)?.1.iter().map(|f| f.name().clone()).collect()),
    }
}

pub(super) fn empty(file: &DataFile) -> Diagnostic {
    let help = match file.format {
        FileFormat::Csv => "the first line names the fields",
        FileFormat::JsonLines => "every line is one JSON object",
        FileFormat::Parquet => "write the file again",
    };
    Diagnostic::error(codes::data::EMPTY_TABLE, format!("`{}` is empty", file.name)).help(help)
}

/// The place of each wanted field in the header.
pub(super) fn find_fields(
    file: &DataFile,
    names: &[String],
    wants: &[Want],
) -> Result<Vec<usize>, Vec<(Option<usize>, Diagnostic)>> {
    let mut wrong = Vec::new();
    let mut places = Vec::new();
    for (i, want) in wants.iter().enumerate() {
        let mut found = names.iter().enumerate().filter(|(_, n)| **n == want.field).map(|(place, _)| place);
        match (found.next(), found.next()) {
            (Some(place), None) => places.push(place),
            (Some(_), Some(_)) => {
                let message = format!("the header of `{}` names `{}` twice", file.name, want.field);
                let help = "rename one of the two fields in the file";
                wrong.push((Some(i), Diagnostic::error(codes::data::DUPLICATE_FIELD, message).help(help)));
            }
            (None, _) => wrong.push((Some(i), unknown_field(file, &want.field, names))),
        }
    }
    if wrong.is_empty() { Ok(places) } else { Err(wrong) }
}

pub(super) fn unknown_field(file: &DataFile, field: &str, names: &[String]) -> Diagnostic {
    const LISTED: usize = 12;
    let mut listed: Vec<String> = names.iter().take(LISTED).map(|n| format!("`{n}`")).collect();
    if names.len() > LISTED {
        listed.push(format!("and {} more", names.len() - LISTED));
    }
    let help = did_you_mean(field, names.iter().map(String::as_str));
    Diagnostic::error(codes::data::UNKNOWN_FIELD, format!("`{}` has no field `{field}`", file.name))
        .maybe_help(help)
        .note(format!("its fields are {}", listed.join(", ")))
}

/// Reads the first record of a file.
pub(super) fn csv_header(file: &DataFile) -> Result<Vec<String>, Diagnostic> {
    let text = file.open_text().map_err(|e| file.unreadable(&e))?;
    let mut blocks = Blocks::of_records(text, file.delimiter, 1 << 14);
    let names = loop {
        let Some(block) = blocks.next() else { return Err(empty(file)) };
        let block = block.map_err(|e| cut_failed(file, &e))?;
        // What is not UTF-8 further down is found, with its place, when the rows are read.
        let text = String::from_utf8_lossy(&block.bytes);
        if let Some((names, _)) = csv::split_record(&text, 0, file.delimiter) {
            break names;
        }
    };
    if let Some(bad) = names.iter().find(|n| n.contains('\u{fffd}')) {
        let message = format!("the header of `{}` is not UTF-8: `{bad}`", file.name);
        return Err(Diagnostic::error(codes::workspace::NOT_UTF8, message).help("save the file as UTF-8"));
    }
    if let [only] = names.as_slice()
        && let Some((delimiter, word)) = [(';', "a semicolon"), ('\t', "a tab"), ('|', "a bar"), (',', "a comma")]
            .iter()
            .find(|(d, _)| only.contains(*d))
    {
        let message = format!("the header of `{}` is one field; its names are parted by {word}", file.name);
        let help = format!("state `delimiter = \"{}\"` beside `files`", delimiter.escape_default());
        return Err(Diagnostic::error(codes::data::WRONG_DELIMITER, message).help(help));
    }
    Ok(names)
}

/// The fields of the first lines.
pub(super) fn json_names(file: &DataFile) -> Result<Vec<String>, Diagnostic> {
    let text = file.open_text().map_err(|e| file.unreadable(&e))?;
    let Some(block) = Blocks::of_lines(text, 1 << 18).next() else { return Err(empty(file)) };
    let block = block.map_err(|e| cut_failed(file, &e))?;
    Ok(json_lines::names(&String::from_utf8_lossy(&block.bytes)))
}
