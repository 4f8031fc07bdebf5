//! What a sample must look like as a whole.

use std::collections::{HashMap, HashSet};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_select::concat::concat_batches;
use sha2::{Digest, Sha256};

use super::*;

fn all(sample: &Sample) -> RecordBatch {
    let batches: Vec<_> = sample.accounts().collect();
    concat_batches(&account_schema(), &batches).unwrap()
}

fn bytes(sample: &Sample, format: Format) -> Vec<u8> {
    let mut into = Vec::new();
    write(format, &account_schema(), sample.blocks(), |block| sample.account_block(block), &mut into, |_| {}).unwrap();
    into
}

fn missing(batch: &RecordBatch, column: &str) -> f64 {
    batch.column_by_name(column).unwrap().null_count() as f64 / batch.num_rows() as f64
}

fn texts<'a>(batch: &'a RecordBatch, column: &str) -> Vec<Option<&'a str>> {
    batch.column_by_name(column).unwrap().as_string::<i32>().iter().collect()
}

fn numbers(batch: &RecordBatch, column: &str) -> Vec<i64> {
    let mut values: Vec<_> =
        batch.column_by_name(column).unwrap().as_primitive::<Int64Type>().iter().flatten().collect();
    values.sort_unstable();
    values
}

#[test]
fn the_bytes_are_the_same_for_any_number_of_threads_and_any_machine() {
    let sample = Sample::new(Settings { accounts: 20_000, world: World::Global, ..Settings::default() });
    for format in [Format::Csv, Format::Parquet, Format::JsonLines] {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| bytes(&sample, format))
        };
        assert!(with(1) == with(3), "{format:?}");
    }
    // A change of this digest changes every sample that was ever made: say so in the change log.
    let digest: String = Sha256::digest(bytes(&sample, Format::Csv)).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(digest, "9e32f6ce0b84672ab659b371310efaa18d0a460d263c3f44f6a9453ecb5f275a");
}

#[test]
fn a_shorter_sample_is_the_beginning_of_a_longer_one() {
    let of = |accounts| bytes(&Sample::new(Settings { accounts, ..Settings::default() }), Format::Csv);
    let long = of(BLOCK + 700);
    for accounts in [0, 1, 700, BLOCK, BLOCK + 1] {
        assert!(long.starts_with(&of(accounts)), "{accounts} rows");
    }
}

#[test]
fn another_seed_moves_the_accounts_but_no_place() {
    let of = |seed| Sample::new(Settings { seed, ..Settings::default() });
    let (a, b) = (of(1), of(2));
    assert_ne!(a.account_block(0), b.account_block(0));
    assert_ne!(a.reps(), b.reps());
    assert_eq!(a.places(), b.places());
}

#[test]
fn holes_are_as_many_as_asked() {
    for rate in [0.0, 0.05, 0.2] {
        let batch = all(&Sample::new(Settings { accounts: 3 * BLOCK, missing: rate, ..Settings::default() }));
        let expected = [
            ("account_id", 0.0),
            ("zip", 0.0),
            ("family", 0.0),
            ("open_pipeline", 0.0),
            ("lat", 0.4),
            ("lon", 0.4),
            ("naics", 0.6),
            ("employees", 1.0),
            ("revenue", 1.6),
            ("potential", 2.0),
        ];
        for (column, times) in expected {
            let share = missing(&batch, column);
            assert!((share - rate * times).abs() < 0.01, "{column}: {share} at {rate}");
        }
        let (lat, lon) = (batch.column_by_name("lat").unwrap(), batch.column_by_name("lon").unwrap());
        assert_eq!(lat.logical_nulls(), lon.logical_nulls());
    }
}

#[test]
fn sizes_have_heavy_tails_and_money_follows_them() {
    let batch = all(&Sample::new(Settings { accounts: 6 * BLOCK, ..Settings::default() }));
    let employees = numbers(&batch, "employees");
    let quantile = |values: &[i64], part: f64| values[(values.len() as f64 * part) as usize];
    assert!((30..80).contains(&quantile(&employees, 0.5)), "median {}", quantile(&employees, 0.5));
    assert!((150..400).contains(&quantile(&employees, 0.85)), "{}", quantile(&employees, 0.85));
    let large = employees.iter().filter(|e| **e >= 1_000).count() as f64 / employees.len() as f64;
    assert!((0.02..0.07).contains(&large), "{large} have a thousand or more");
    assert!(employees[employees.len() - 1] > 50_000 && employees[0] >= 1);
    let revenue = numbers(&batch, "revenue");
    let top: i64 = revenue[revenue.len() * 99 / 100..].iter().sum();
    let part = top as f64 / revenue.iter().sum::<i64>() as f64;
    assert!((0.25..0.9).contains(&part), "the top percent has {part} of the revenue");
    let column = |name| batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().iter();
    let logs: Vec<(f64, f64)> = column("employees")
        .zip(column("revenue"))
        .filter_map(|(e, r)| Some((libm::log(e? as f64), libm::log(r? as f64))))
        .collect();
    assert!(correlation(&logs) > 0.8, "{}", correlation(&logs));
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean = |pick: fn(&(f64, f64)) -> f64| pairs.iter().map(pick).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let product = |f: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(f).sum::<f64>();
    product(&|p| (p.0 - x) * (p.1 - y))
        / (product(&|p| (p.0 - x) * (p.0 - x)) * product(&|p| (p.1 - y) * (p.1 - y))).sqrt()
}

#[test]
fn keys_and_names_are_unique_and_some_names_need_quoting() {
    let batch = all(&Sample::new(Settings { accounts: 4 * BLOCK, ..Settings::default() }));
    for column in ["account_id", "name"] {
        let distinct: HashSet<_> = texts(&batch, column).into_iter().collect();
        assert_eq!(distinct.len(), batch.num_rows(), "{column}");
    }
    let names = texts(&batch, "name");
    assert!(names.iter().flatten().any(|n| n.contains(", ")) && names.iter().flatten().any(|n| n.contains('"')));
}

#[test]
fn families_are_trees_of_earlier_companies() {
    let batch = all(&Sample::new(Settings { accounts: 2 * BLOCK, ..Settings::default() }));
    let (ids, parents, families) = (texts(&batch, "account_id"), texts(&batch, "parent"), texts(&batch, "family"));
    let family_of: HashMap<_, _> = ids.iter().copied().zip(families.iter().copied()).collect();
    let mut sizes: HashMap<_, u32> = HashMap::new();
    for ((id, parent), family) in ids.iter().zip(&parents).zip(&families) {
        *sizes.entry(*family).or_default() += 1;
        match parent {
            None => assert_eq!(family, id),
            Some(_) => {
                assert!(parent < id);
                assert_eq!(family, &family_of[parent]);
            }
        }
    }
    let with_parent = parents.iter().flatten().count() as f64 / ids.len() as f64;
    assert!((0.08..0.14).contains(&with_parent), "{with_parent}");
    assert!(sizes.values().any(|size| *size >= 15));
}

#[test]
fn owners_exist_and_most_customers_have_one() {
    let sample = Sample::new(Settings { accounts: BLOCK, reps: 40, ..Settings::default() });
    let (batch, reps) = (all(&sample), sample.reps());
    let sellers: HashSet<_> = texts(&reps, "rep_id").into_iter().zip(texts(&reps, "team")).collect();
    let (owners, relations) = (texts(&batch, "owner"), texts(&batch, "relationship"));
    for owner in owners.iter().filter(|o| o.is_some()) {
        assert!(sellers.iter().any(|(id, team)| id == owner && *team != Some("management")), "{owner:?}");
    }
    let owned = |relation| {
        let of: Vec<_> = owners.iter().zip(&relations).filter(|(_, r)| **r == Some(relation)).collect();
        of.iter().filter(|(o, _)| o.is_some()).count() as f64 / of.len() as f64
    };
    assert!(owned("customer") > 0.93 && (0.4..0.7).contains(&owned("prospect")));
}

#[test]
fn the_global_world_has_its_hubs_and_finance_gathers_in_them() {
    let batch = all(&Sample::new(Settings { accounts: 4 * BLOCK, world: World::Global, ..Settings::default() }));
    let (cities, naics, states) = (texts(&batch, "city"), texts(&batch, "naics"), texts(&batch, "state"));
    let banks = |wanted: &dyn Fn(&str) -> bool| {
        let of: Vec<_> = cities.iter().zip(&naics).filter(|(c, _)| wanted(c.unwrap())).collect();
        assert!(of.len() > 100);
        of.iter().filter(|(_, n)| n.is_some_and(|n| n.starts_with("52"))).count() as f64 / of.len() as f64
    };
    let everywhere = banks(&|_| true);
    for hub in ["New York", "London", "Singapore"] {
        assert!(banks(&|city| city == hub) > 1.8 * everywhere, "{hub}");
    }
    let home = states.iter().flatten().count() as f64 / states.len() as f64;
    assert!((0.5..0.6).contains(&home), "{home} at home");
}

#[test]
fn invoices_join_the_customers_and_some_join_nobody() {
    let sample = Sample::new(Settings { accounts: BLOCK, ..Settings::default() });
    let (accounts, invoices) = (all(&sample), sample.invoice_block(0));
    let known: HashSet<_> = texts(&accounts, "account_id").into_iter().collect();
    let names = texts(&invoices, "account_id");
    let strangers = names.iter().filter(|n| !known.contains(*n)).count();
    assert!(strangers > 0 && strangers * 50 < names.len(), "{strangers} of {}", names.len());
    assert!(invoices.column_by_name("amount").unwrap().as_primitive::<Float64Type>().iter().flatten().any(|a| a < 0.0));
}
