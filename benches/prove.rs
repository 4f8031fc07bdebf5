//! How long proofs take: dimensions of many arms, of ranges, of codes and of conditions; a tree of two thousand leaves over
//! six columns, nested and flat.

#[path = "../tests/support/checked.rs"]
mod checked;
#[path = "../tests/support/folder.rs"]
mod folder;

use std::fmt::Write as _;
use std::hint::black_box;

use checked::checked;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use terrac::diagnostics::Severity;
use terrac::plan::Plan;
use terrac::prove::{Budget, prove};
use terrac::workspace::Workspace;

const MANIFEST: &str = r#"
[project]
name = "bench"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account"

[accounts.columns]
account   = "id"
state     = { type = "code", required = true }
naics     = "code"
employees = "int"
potential = { type = "money", default = 0 }
founded   = "date"
public    = { type = "bool", default = false }
"#;

const HEAD: &str = "plan bench { effective 2027-02-01 to 2028-01-31 }\n";

fn project(text: &str) -> (Workspace, Plan) {
    checked(MANIFEST, &format!("{HEAD}{text}"))
}

/// Proves the plan; what is found is none of an error.
fn run(workspace: &Workspace, plan: &Plan) -> usize {
    let schema = &workspace.manifest.accounts.schema;
    let proof = prove(plan, schema, None, &workspace.sources, Budget::default());
    let errors: Vec<_> = proof.findings.iter().filter(|d| d.severity == Severity::Error).map(|d| &d.message).collect();
    assert!(errors.is_empty(), "{errors:?}");
    proof.proved
}

fn ranges(arms: usize) -> String {
    let mut text = String::from("dimension d by employees {\n  a0 < 0\n");
    for arm in 1..arms - 1 {
        let _ = writeln!(text, "  a{arm} {} ..< {}", (arm - 1) * 10, arm * 10);
    }
    let _ = writeln!(text, "  last >= {}\n  none missing\n}}\ncoverage field {{ pool rest }}", (arms - 2) * 10);
    text
}

fn codes(arms: usize) -> String {
    let mut text = String::from("dimension d by naics {\n");
    for arm in 0..arms - 1 {
        let _ = writeln!(text, "  a{arm} \"{arm:05}1*\", \"{arm:05}2*\", \"{arm:05}35\"");
    }
    text.push_str("  rest missing, else\n}\ncoverage field { pool rest }\n");
    text
}

fn conditions(arms: usize) -> String {
    let mut text = String::from("dimension d {\n");
    for arm in 0..arms - 1 {
        let (low, state) = (arm / 10 * 10, (b'A' + (arm % 10) as u8) as char);
        let _ = writeln!(
            text,
            "  a{arm} when state = \"{state}\" and employees default 0 >= {low} and employees default 0 < {}",
            low + 10
        );
    }
    text.push_str("  rest else\n}\ncoverage field { pool rest }\n");
    text
}

const DIMENSIONS: &str = r#"
dimension region by state { r0 NY, NJ, CT  r1 FL, GA, AL  r2 IL, OH, MI  r3 CA, WA, OR  r4 else }
dimension size by employees { s0 < 10  s1 10 ..< 100  s2 100 ..< 1000  s3 >= 1000  s4 missing }
dimension industry by naics { i0 "52*"  i1 "62*", "61*"  i2 "31*", "32*", "33*"  i3 "5415*"  i4 missing, else }
dimension age by founded { g0 < 2000-01-01  g1 2000-01-01 ..< 2020-01-01  g2 >= 2020-01-01  g3 missing }
dimension worth by potential { w0 < 250k  w1 >= 250k }
"#;

/// 5 × 5 × 5 × 4 × 2 × 2 leaves.
fn tree() -> String {
    fn below(level: usize, leaf: &mut usize, text: &mut String) {
        let levels = [("region", "r", 5), ("size", "s", 5), ("industry", "i", 5), ("age", "g", 4), ("worth", "w", 2)];
        let Some((dimension, value, values)) = levels.get(level) else {
            let _ = write!(text, "split {{ public -> pool p{} not public -> pool p{} }}", *leaf, *leaf + 1);
            *leaf += 2;
            return;
        };
        let _ = writeln!(text, "split {dimension} {{");
        for arm in 0..*values {
            let _ = write!(text, "{value}{arm} -> ");
            below(level + 1, leaf, text);
            text.push('\n');
        }
        text.push('}');
    }
    let mut text = format!("{DIMENSIONS}coverage field {{\n");
    below(0, &mut 0, &mut text);
    text.push_str("\n}\n");
    text
}

/// The same leaves as arms of one split.
fn flat() -> String {
    let mut text = format!("{DIMENSIONS}coverage field {{\nsplit {{\n");
    for leaf in 0..2000 {
        let (not, rest) = (if leaf % 2 == 0 { "" } else { "not " }, leaf / 2);
        let (w, rest) = (rest % 2, rest / 2);
        let (g, rest) = (rest % 4, rest / 4);
        let (i, rest) = (rest % 5, rest / 5);
        let (s, r) = (rest % 5, rest / 5);
        let _ = writeln!(
            text,
            "region is r{r} and size is s{s} and industry is i{i} and age is g{g} and worth is w{w} and {not}public -> pool p{leaf}"
        );
    }
    text.push_str("}\n}\n");
    text
}

fn proofs(criterion: &mut Criterion) {
    let kinds: [(&str, fn(usize) -> String); 3] = [("ranges", ranges), ("codes", codes), ("conditions", conditions)];
    for (kind, text) in kinds {
        let mut group = criterion.benchmark_group(format!("dimension of {kind}"));
        group.sample_size(10);
        for arms in [100, 1_000, 10_000] {
            let (workspace, plan) = project(&text(arms));
            group.bench_with_input(BenchmarkId::from_parameter(arms), &arms, |bencher, _| {
                bencher.iter(|| black_box(run(&workspace, &plan)));
            });
        }
        group.finish();
    }
    let mut group = criterion.benchmark_group("tree of 2,000 leaves over six columns");
    group.sample_size(10);
    for (kind, text) in [("nested", tree()), ("flat", flat())] {
        let (workspace, plan) = project(&text);
        group.bench_function(kind, |bencher| bencher.iter(|| black_box(run(&workspace, &plan))));
    }
    group.finish();
}

criterion_group!(benches, proofs);
criterion_main!(benches);
