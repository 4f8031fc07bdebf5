//! `assignments.csv` and `assignments.parquet`: one row an account, coverage and stretch of days.

mod parquet;
pub mod rows;

use std::io::{self, Write};

use rayon::prelude::*;

pub use parquet::parquet;

use super::cell::push_text;
use crate::outcome::sheet::{Block, Sheet};
use crate::outcome::standing::Stay;

const COLUMNS: [&str; 9] = ["account", "coverage", "role", "territory", "rep", "from", "to", "path", "reason"];

/// Accounts that one thread writes at a time.
const CHUNK: usize = 8_192;

/// Writes every assignment as CSV; `wrote` is told how many accounts each block had.
pub fn csv(sheet: &mut Sheet<'_>, out: &mut impl Write, mut wrote: impl FnMut(u64)) -> io::Result<()> {
    out.write_all(COLUMNS.join(",").as_bytes())?;
    out.write_all(b"\n")?;
    // What follows the account's key, per standing and stay; drawn once.
    let mut tails: Vec<Vec<Vec<u8>>> = Vec::new();
    let mut block = Block::default();
    while sheet.next(&mut block) {
        let coverages = sheet.coverages().len();
        for (n, id) in block.standings.iter().enumerate() {
            if *id as usize >= tails.len() {
                tails.resize(*id as usize + 1, Vec::new());
            }
            if tails[*id as usize].is_empty() {
                let coverage = sheet.coverages()[n % coverages];
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
