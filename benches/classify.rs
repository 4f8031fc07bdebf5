//! Nanoseconds a row of the classification alone: no file is read, the columns are in memory.
//!
//! `cargo bench --bench classify`. The batches are made from a counter, so every run sees the same accounts.

#[path = "../tests/support/checked.rs"]
mod checked;
#[path = "../tests/support/folder.rs"]
mod folder;

use std::hint::black_box;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{Float64Array, StringArray};
use checked::checked;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use terrac::classify::{Program, Totals};
use terrac::data::{Batch, Values};

const ROWS: usize = 65_536;

const STATES: [&str; 40] = [
    "MA", "CT", "RI", "NH", "VT", "ME", "NJ", "PA", "DE", "MD", "DC", "VA", "WV", "NC", "SC", "GA", "AL", "TN", "MS",
    "KY", "LA", "AR", "OK", "OH", "MI", "IN", "IL", "WI", "MN", "IA", "MO", "KS", "NE", "ND", "SD", "WA", "CO", "OR",
    "AZ", "NV",
];

/// Forty rules of which the first that holds counts, the shape of a plan that grew out of a spreadsheet.
const RULES: &str = r#"
plan rules { effective 2027-01-01 to 2027-12-31 }
coverage field {
  split in order {
    employees >= 20000 and revenue >= 1B -> pool p1
    employees >= 5000 and state in ("MA", "NJ", "PA", "VA", "MD", "CT", "NC", "GA") -> pool p2
    employees >= 5000 and state in ("IL", "OH", "MI", "MN", "MO", "WI", "IN") -> pool p3
    employees >= 5000 -> pool p4
    naics in ("62*") and employees >= 500 and state in ("MA", "NJ", "PA", "VA", "MD", "CT", "NC", "GA", "SC") -> pool p5
    naics in ("62*") and employees >= 500 and state in ("IL", "OH", "MI", "MN", "MO", "WI", "IN", "IA") -> pool p6
    naics in ("62*") and employees >= 500 -> pool p7
    naics in ("92*") -> pool p8
    naics in ("61*") and employees >= 50 -> pool p9
    naics in ("52*") and location within 80 km of point(lat 41.88, lon -87.63) -> pool p10
    naics in ("52*") and location within 80 km of point(lat 42.36, lon -71.06) -> pool p11
    naics in ("52*") and location within 100 km of point(lat 33.75, lon -84.39) -> pool p12
    naics in ("52*") and revenue >= 5M -> pool p13
    naics in ("51*") and location within 120 km of point(lat 47.61, lon -122.33) -> pool p14
    naics in ("51*") and location within 120 km of point(lat 39.74, lon -104.99) -> pool p15
    naics in ("51*", "54151*") and employees >= 20 -> pool p16
    naics in ("31*", "32*", "33*") and state in ("OH", "MI") and employees >= 100 -> pool p17
    naics in ("31*", "32*", "33*") and state in ("IN", "IL", "WI") and employees >= 100 -> pool p18
    naics in ("31*", "32*", "33*") and state in ("GA", "AL", "TN", "SC", "NC", "MS") -> pool p19
    naics in ("23*") and segment = "MM" -> pool p20
    segment in ("MM", "ENT") and zip in ("010*", "011*", "012*", "013*", "014*", "015*", "016*", "017*") -> pool p21
    segment in ("MM", "ENT") and state in ("MA", "CT", "RI", "NH", "VT", "ME") -> pool p22
    segment != "SMB" and zip in ("070*", "071*", "072*", "073*", "074*", "075*", "076*", "078*", "079*") -> pool p23
    segment != "SMB" and state = "NJ" -> pool p24
    segment != "SMB" and location within 90 km of point(lat 39.95, lon -75.17) -> pool p25
    segment != "SMB" and state in ("PA", "WV") -> pool p26
    segment != "SMB" and state in ("VA", "MD", "DC", "DE") -> pool p27
    segment != "SMB" and state in ("NC", "SC", "GA", "AL", "TN", "MS", "KY") -> pool p28
    segment != "SMB" and state in ("OH", "MI", "IN", "IL", "WI", "MN", "IA", "MO") -> pool p29
    segment != "SMB" and state in ("KS", "NE", "OK", "AR", "LA", "ND", "SD") -> pool p30
    segment != "SMB" -> pool p31
    naics in ("44*", "45*") and revenue > 3M -> pool p32
    naics in ("722*") and location within 60 km of point(lat 41.88, lon -87.63) -> pool p33
    naics in ("722*") and employees >= 15 -> pool p34
    state in ("IL", "MI") and revenue >= 1M -> pool p35
    state in ("MA", "CT", "RI", "NH", "VT", "ME", "NJ", "PA", "DE", "MD", "DC", "VA", "WV") -> pool p36
    state in ("NC", "SC", "GA", "AL", "TN", "MS", "KY", "LA", "AR", "OK") -> pool p37
    state in ("OH", "MI", "IN", "IL", "WI", "MN", "IA", "MO", "KS", "NE", "ND", "SD") -> pool p38
    zip in ("980*", "981*", "982*") -> pool p39
    revenue >= 100k -> pool p40
    else -> pool rest
  }
}
"#;

/// Ten dimensions and a tree of forty leaves, with exceptions and weights.
const TREE: &str = r#"
plan tree { effective 2027-01-01 to 2027-12-31 }
weight opportunity = 60% * share(revenue) + 40% * share(employees)
weight workload in hours = visits * 45 min + (if size is enterprise then 4 h else 1 h)
dimension size by employees { smb < 100  mid 100 ..< 1000  enterprise >= 1000 }
dimension value by revenue { low < 1M  middle 1M ..< 20M  high >= 20M }
dimension industry by naics { finance "52*" health "62*" make "31*", "32*", "33*" tech "51*", "54151*" other else }
dimension region by state {
  northeast "MA", "CT", "RI", "NH", "VT", "ME", "NJ", "PA"
  south     "NC", "SC", "GA", "AL", "TN", "MS", "KY", "LA", "AR", "OK"
  central   "OH", "MI", "IN", "IL", "WI", "MN", "IA", "MO"
  rest      else
}
dimension hub by location {
  chicago within 80 km of point(lat 41.88, lon -87.63)
  boston  within 80 km of point(lat 42.36, lon -71.06)
  atlanta within 100 km of point(lat 33.75, lon -84.39)
  seattle within 120 km of point(lat 47.61, lon -122.33)
  away    else
}
dimension coast by zip { new_england "0*" atlantic "1*", "2*" gulf "3*", "7*" pacific "9*" inland else }
dimension kind by segment { small "SMB" large "MM", "ENT" }
dimension effort by visits * 45 min { light < 2 h  heavy >= 2 h }
dimension wealth by revenue / max(employees, 1) { poor < 50k  fair 50k ..< 200k  rich >= 200k }
dimension focus {
  key   when revenue >= 50M and industry is finance
  watch when revenue < 50M and size is enterprise
  usual else
}
exclude zip in ("00*")
named "A000000017", "A000004242", "A000031337" -> pool p1 in field
coverage field {
  split focus {
    key -> pool p1
    watch -> split region { northeast -> pool p2  south -> pool p3  central -> pool p4  rest -> pool p5 }
    usual -> split region {
      northeast -> split industry {
        finance -> split hub { boston -> pool p6  chicago, atlanta, seattle, away -> pool p7 }
        health  -> split value { low -> pool p8  middle -> pool p9  high -> pool p10 }
        make    -> split wealth { poor -> pool p11  fair -> pool p12  rich -> pool p13 }
        else    -> split coast { new_england -> pool p14  else -> pool p15 }
      }
      south -> split kind {
        small -> split effort { light -> pool p16  heavy -> pool p17 }
        large -> split hub { atlanta -> pool p18  else -> split industry { finance -> pool p19  else -> pool p20 } }
      }
      central -> split size {
        smb -> split wealth { poor -> pool p21  fair -> pool p22  rich -> pool p23 }
        mid -> split industry { finance -> pool p24  health -> pool p25  make -> pool p26  tech -> pool p27  other -> pool p28 }
        enterprise -> split hub { chicago -> pool p29  else -> pool p30 }
      }
      rest -> split coast {
        new_england -> pool p31
        atlantic -> split value { low -> pool p32  middle -> pool p33  high -> pool p34 }
        gulf -> pool p35
        pacific -> split hub { seattle -> pool p36  else -> split kind { small -> pool p37  large -> pool p38 } }
        inland -> split size { smb -> pool p39  else -> pool p40 }
      }
    }
  }
}
"#;

const MANIFEST: &str = r#"
[project]
name = "bench"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account"

[accounts.columns]
account = "id"
state = { type = "text", required = true }
zip = { type = "code", required = true }
naics = { type = "code", required = true }
segment = { type = "text", required = true }
employees = { type = "int", required = true }
revenue = { type = "money", required = true }
visits = { type = "number", required = true }
location = { type = "point", lat = "lat", lon = "lon", required = true }
"#;

fn program(plan: &str) -> Program {
    let (workspace, plan) = checked(MANIFEST, plan);
    let accounts = &workspace.manifest.accounts;
    Program::compile(&plan, &accounts.schema, accounts.key, &[])
}

/// Spreads a counter over all bits.
fn spread(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Accounts at ZIP centroids, with heavy-tailed sizes; the columns of the manifest in its order.
fn accounts() -> Batch {
    let part = |row: usize, salt: u64| spread(row as u64 * 8 + salt) as f64 / u64::MAX as f64;
    let employees = |row: usize| (3.0 * libm::exp(4.0 * libm::log(part(row, 1).max(1e-9).recip())).min(1e5)).floor();
    let place = |row: usize| spread(row as u64) % 9_000;
    let mut dictionaries: Vec<StringDictionaryBuilder<Int32Type>> = Vec::new();
    dictionaries.resize_with(4, StringDictionaryBuilder::new);
    for row in 0..ROWS {
        let place = place(row);
        let sector = ["23", "31", "33", "44", "45", "51", "52", "54", "61", "62", "72", "81", "92"]
            [spread(row as u64 + 77) as usize % 13];
        let size = employees(row);
        let segment = if size < 100.0 {
            "SMB"
        } else if size < 1000.0 {
            "MM"
        } else {
            "ENT"
        };
        dictionaries[0].append_value(STATES[place as usize % STATES.len()]);
        dictionaries[1].append_value(format!("{:05}", place * 11));
        dictionaries[2].append_value(format!("{sector}{:04}", spread(row as u64 + 99) % 80 * 113));
        dictionaries[3].append_value(segment);
    }
    let number = |cell: &dyn Fn(usize) -> f64| Values::Number(Float64Array::from_iter_values((0..ROWS).map(cell)));
    let degrees = |salt: u64, from: f64, width: f64| {
        let at = |row: usize| from + width * (spread(place(row) * 2 + salt) as f64 / u64::MAX as f64);
        Float64Array::from_iter_values((0..ROWS).map(at))
    };
    let keys = StringArray::from_iter_values((0..ROWS).map(|row| format!("A{row:09}")));
    let mut columns = vec![Some(Values::Text(keys))];
    columns.extend(dictionaries.iter_mut().map(|words| Some(Values::Coded(words.finish()))));
    columns.push(Some(number(&employees)));
    columns.push(Some(number(&|row| employees(row) * 80_000.0 * (0.1 + 2.0 * part(row, 2)))));
    columns.push(Some(number(&|row| (part(row, 3) * 8.0).floor())));
    columns.push(Some(Values::Point { lat: degrees(0, 26.0, 22.0), lon: degrees(1, -124.0, 56.0) }));
    Batch { rows: ROWS, first_row: 0, columns }
}

fn classify(criterion: &mut Criterion) {
    let batch = accounts();
    let (rules, tree) = (program(RULES), program(TREE));
    for program in [&rules, &tree] {
        let done = program.classify(&batch);
        assert!(done.findings.is_empty(), "{:?}", program.report(&done.findings));
    }

    let mut group = criterion.benchmark_group("classify");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("forty rules in order", |b| b.iter(|| black_box(rules.classify(&batch))));
    group.bench_function("ten dimensions, forty leaves", |b| b.iter(|| black_box(tree.classify(&batch))));
    let excluded = tree.classify(&batch).excluded;
    group.bench_function("two weights", |b| b.iter(|| black_box(tree.weigh(&batch, &excluded))));
    let mut totals = Totals::default();
    totals.merge(&tree.weigh(&batch, &excluded).totals);
    group.bench_function("two weights, second pass", |b| {
        b.iter_batched(|| (), |()| black_box(tree.weights(&batch, &excluded, &totals)), BatchSize::LargeInput);
    });
    group.finish();
}

criterion_group!(benches, classify);
criterion_main!(benches);
