//! `assignments.csv` and `assignments.parquet`: one row an account, coverage and stretch of days.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::builder::{Date32Builder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use chrono::{Datelike, NaiveDate};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;

use super::cell::push_text;
use crate::outcome::sheet::{Block, Sheet};
use crate::outcome::standing::Stay;
use crate::plan::Plan;

const COLUMNS: [&str; 9] = ["account", "coverage", "role", "territory", "rep", "from", "to", "path", "reason"];

/// Accounts that one thread writes at a time.
const CHUNK: usize = 8_192;

/// Writes every assignment as CSV; `wrote` is told how many accounts each block had.
pub fn csv(plan: &Plan, sheet: &mut Sheet<'_>, out: &mut impl Write, mut wrote: impl FnMut(u64)) -> io::Result<()> {
    out.write_all(COLUMNS.join(",").as_bytes())?;
    out.write_all(b"\n")?;
    // What follows the account's key, per standing and stay; drawn once.
    let mut tails: Vec<Vec<Vec<u8>>> = Vec::new();
    let mut block = Block::default();
    while sheet.next(&mut block) {
        let coverages = sheet.coverages();
        for (n, id) in block.standings.iter().enumerate() {
            if *id as usize >= tails.len() {
                tails.resize(*id as usize + 1, Vec::new());
            }
            if tails[*id as usize].is_empty() {
                let coverage = &plan.coverages[n % coverages];
                let tail = |stay| tail(&coverage.name, coverage.role.as_deref().unwrap_or(""), stay);
                tails[*id as usize] = sheet.standing(*id).iter().map(tail).collect();
            }
        }
        let parts: Vec<Vec<u8>> = block
            .rows
            .par_chunks(CHUNK)
            .zip(block.standings.par_chunks(CHUNK * coverages))
            .map(|(rows, standings)| {
                let mut text = Vec::with_capacity(rows.len() * 128);
                for (row, standings) in rows.iter().zip(standings.chunks(coverages)) {
                    for tail in standings.iter().flat_map(|s| &tails[*s as usize]) {
                        push_text(&mut text, sheet.key(*row));
                        text.extend_from_slice(tail);
                    }
                }
                text
            })
            .collect();
        for part in &parts {
            out.write_all(part)?;
        }
        wrote(block.rows.len() as u64);
    }
    out.flush()
}

fn tail(coverage: &str, role: &str, stay: &Stay) -> Vec<u8> {
    let mut text = Vec::new();
    let (from, to) = (stay.from.to_string(), stay.to.to_string());
    for cell in [coverage, role, &stay.territory, &stay.rep, &from, &to, &stay.path, &stay.reason] {
        text.push(b',');
        push_text(&mut text, cell);
    }
    text.push(b'\n');
    text
}

/// Writes every assignment as Parquet: text columns (dictionary-encoded but for the key) and two dates, Snappy.
pub fn parquet(
    plan: &Plan,
    sheet: &mut Sheet<'_>,
    out: impl Write + Send,
    mut wrote: impl FnMut(u64),
) -> io::Result<()> {
    let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = COLUMNS.iter().map(|name| match *name {
        "account" => Field::new(*name, DataType::Utf8, false),
        "from" | "to" => Field::new(*name, DataType::Date32, false),
        _ => Field::new(*name, coded.clone(), false),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("terrac".to_owned())
        .set_max_row_group_row_count(Some(1 << 20))
        .build();
    // Readers then see plain text columns, whatever their language.
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options).map_err(io::Error::other)?;
    let mut block = Block::default();
    while sheet.next(&mut block) {
        let batch = batch(plan, sheet, &block, &schema).map_err(io::Error::other)?;
        writer.write(&batch).map_err(io::Error::other)?;
        wrote(block.rows.len() as u64);
    }
    writer.close().map_err(io::Error::other)?;
    Ok(())
}

fn batch(
    plan: &Plan,
    sheet: &Sheet<'_>,
    block: &Block,
    schema: &Arc<Schema>,
) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let mut account = StringBuilder::with_capacity(block.rows.len(), block.rows.len() * 12);
    let mut words: [StringDictionaryBuilder<Int32Type>; 6] = Default::default();
    let (mut from, mut to) = (Date32Builder::new(), Date32Builder::new());
    let coverages = sheet.coverages();
    for (row, standings) in block.rows.iter().zip(block.standings.chunks(coverages)) {
        for (coverage, standing) in plan.coverages.iter().zip(standings) {
            for stay in sheet.standing(*standing) {
                account.append_value(sheet.key(*row));
                let role = coverage.role.as_deref().unwrap_or("");
                let cells = [&coverage.name, role, &stay.territory, &stay.rep, &stay.path, &stay.reason];
                for (builder, cell) in words.iter_mut().zip(cells) {
                    builder.append_value(cell);
                }
                from.append_value(days(stay.from));
                to.append_value(days(stay.to));
            }
        }
    }
    let [coverage, role, territory, rep, path, reason] = words.map(|mut w| Arc::new(w.finish()) as ArrayRef);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(account.finish()),
        coverage,
        role,
        territory,
        rep,
        Arc::new(from.finish()),
        Arc::new(to.finish()),
        path,
        reason,
    ];
    RecordBatch::try_new(Arc::clone(schema), columns)
}

/// Days since 1970-01-01.
fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - 719_163
}
