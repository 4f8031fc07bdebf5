//! How fast a project's accounts are read: `cargo run --release --example scan -- PROJECT THREADS [COLUMN…]`.
//!
//! Reads the named columns (or all) of every account once and prints rows, seconds and a sum that depends on them.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use terrac::data::{Batch, Options, Values, open_accounts};
use terrac::workspace;
use terrac::workspace::schema::ColumnId;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path: PathBuf = arguments.next().expect("a project folder").into();
    let threads: usize = arguments.next().map_or(2, |n| n.parse().expect("a number of threads"));
    let names: Vec<String> = arguments.collect();
    let (opened, found) = workspace::open(&path);
    let Ok(workspace) = opened else { panic!("{found:#?}") };
    let schema = &workspace.manifest.accounts.schema;
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    let columns: Vec<ColumnId> = schema.iter().filter(|(_, c)| wanted(&c.name)).map(|(id, _)| id).collect();
    let start = Instant::now();
    let (table, found) = open_accounts(&workspace, &columns, Options { coded: &[], threads });
    let Some(table) = table else { panic!("{found:#?}") };
    let mut total = 0u64;
    let each = |batch: Batch| batch.columns.iter().flatten().map(weight).sum::<u64>();
    let scanned = table.scan(threads, each, |more| {
        total = total.wrapping_add(more);
        ControlFlow::Continue(())
    });
    match scanned {
        Ok(scanned) => println!("{} rows, {:.2} s, {total}", scanned.rows, start.elapsed().as_secs_f64()),
        Err(found) => panic!("{found:#?}"),
    }
}

fn weight(values: &Values) -> u64 {
    match values {
        Values::Number(array) => array.values().iter().map(|v| v.to_bits() >> 40).sum(),
        Values::Text(array) => array.value_data().len() as u64,
        Values::Coded(array) => array.keys().values().iter().map(|k| *k as u64).sum(),
        other => (other.len() - other.null_count()) as u64,
    }
}
