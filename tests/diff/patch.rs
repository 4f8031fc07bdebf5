//! The rollout: base and delta are the head, head and inverse are the base, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use terrac::diff::assignments::{Assignments, COLUMNS, Row};
use terrac::diff::patch::{Kind, Operation, apply, delta, read_operations};
use terrac::render::assignments::rows::{RowWriter, csv_rows, parquet_rows};
use terrac::render::patch::operations_csv;

use super::files::{terrac, text};

/// Rows by account, coverage and first day.
type Plain = BTreeMap<[String; 3], Row>;

/// One coverage of an account: the months on which something changes, and who has it from then on.
type Stays = Vec<(u32, String, String)>;

/// In CSV a text `'=x` cannot be told from the text `=x` that was kept from being a formula: it comes back as the latter.
fn told_apart(text: String) -> String {
    let hidden = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    hidden.map_or_else(|| text.clone(), str::to_owned)
}

fn stays() -> impl Strategy<Value = Stays> {
    let name = prop_oneof!["[A-C]", "[=@'\",|é\n`<-]{1,3}".prop_map(told_apart), Just(String::new())];
    prop::collection::vec((2u32..=12, name.clone(), name), 1..4).prop_map(|mut stays| {
        stays.sort_by_key(|stay| stay.0);
        stays.dedup_by_key(|stay| stay.0);
        stays[0].0 = 1;
        stays
    })
}

fn accounts() -> impl Strategy<Value = BTreeMap<(String, String), Stays>> {
    let account = prop_oneof!["A[0-9]", "['=@+,\"\u{202e}|-][a-b]{0,2}".prop_map(told_apart), "[0-9]{1,3}"];
    prop::collection::btree_map((account, "[pq]"), stays(), 0..9)
}

fn rows(accounts: &BTreeMap<(String, String), Stays>) -> Plain {
    let mut rows = Plain::new();
    for ((account, coverage), stays) in accounts {
        for (n, (month, territory, rep)) in stays.iter().enumerate() {
            let from = format!("2027-{month:02}-01");
            let to = stays.get(n + 1).map_or("2027-12-31".to_owned(), |next| format!("2027-{:02}-28", next.0 - 1));
            let row = Row::new([account, coverage, "", territory, rep, &from, &to, "plan.terr:3", "so"]);
            rows.insert([account.clone(), coverage.clone(), from], row);
        }
    }
    rows
}

fn write(path: &Path, rows: impl IntoIterator<Item = Row>) {
    let file = fs::File::create(path).expect("a file");
    let parquet = path.extension().is_some_and(|e| e == "parquet");
    let mut out: Box<dyn RowWriter> =
        if parquet { parquet_rows(file).expect("a writer") } else { csv_rows(file).expect("a writer") };
    rows.into_iter().for_each(|row| out.add(&row).expect("it is written"));
    out.finish().expect("it is written");
}

fn open(path: &Path) -> impl Iterator<Item = Result<Row, terrac::diagnostics::Diagnostics>> {
    Assignments::open(path, &path.display().to_string()).expect("assignments").rows(1 << 20).expect("rows")
}

/// Applies operations that went through a file.
fn applied(base: &Path, operations: &[Operation], to: &Path) {
    let file = to.with_extension("operations.csv");
    fs::write(&file, operations_csv(operations)).expect("it is written");
    let read = read_operations(&file, "operations.csv").expect("operations");
    assert_eq!(read, operations);
    let mut made = Vec::new();
    apply((open(base), "base"), read.into_iter().map(Ok), &mut |row| {
        made.push(row.clone());
        Ok(())
    })
    .expect("it fits");
    write(to, made);
}

/// Does operations one by one: after none of them has an account two owners on one day.
fn held_to_one_owner(base: &Plain, operations: &[Operation]) {
    let mut rows = base.clone();
    for operation in operations {
        let row = &operation.row;
        let key = [row.account().to_owned(), row.coverage().to_owned(), row.from().to_owned()];
        match operation.kind {
            Kind::Delete => assert_eq!(rows.remove(&key).as_ref(), Some(row)),
            Kind::Insert => assert_eq!(rows.insert(key, row.clone()), None),
            Kind::Update | Kind::EndDate => assert!(rows.insert(key, row.clone()).is_some()),
        }
        let of = |r: &Row| (r.account().to_owned(), r.coverage().to_owned());
        let mine: Vec<&Row> = rows.values().filter(|r| of(r) == of(row)).collect();
        assert!(mine.windows(2).all(|w| w[0].to() < w[1].from()), "{operation:?}: {mine:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn base_and_delta_are_the_head_and_head_and_inverse_the_base(
        base in accounts(), edits in accounts(), gone in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        parquet in any::<(bool, bool)>(), backwards in any::<bool>(),
    ) {
        let mut head = base.clone();
        for index in gone.iter().filter(|_| !base.is_empty()) {
            head.remove(base.keys().nth(index.index(base.len())).expect("an account"));
        }
        head.extend(edits);
        let (base, head) = (rows(&base), rows(&head));
        let folder = tempfile::tempdir().expect("a folder");
        let name = |name: &str, parquet| folder.path().join(format!("{name}.{}", if parquet { "parquet" } else { "csv" }));
        let (a, b) = (name("a", parquet.0), name("b", parquet.1));
        write(&a, base.values().cloned());
        write(&b, head.values().cloned());
        let (bytes_a, bytes_b) = (fs::read(&a).expect("a"), fs::read(&b).expect("b"));
        if backwards {
            // The order of the rows in the files does not matter.
            write(&a, base.values().rev().cloned());
            write(&b, head.values().rev().cloned());
        }
        let (mut forward, mut back) = (Vec::new(), Vec::new());
        delta((open(&a), "a"), (open(&b), "b"), &mut |account| {
            forward.extend(account.delta);
            back.extend(account.inverse);
            Ok(())
        }).expect("a delta");
        let differing = base.iter().filter(|(k, r)| head.get(*k) != Some(r)).count()
            + head.keys().filter(|k| !base.contains_key(*k)).count();
        prop_assert_eq!((forward.len(), back.len()), (differing, differing), "the least operations");
        let (to_b, to_a) = (name("to_b", parquet.1), name("to_a", parquet.0));
        applied(&a, &forward, &to_b);
        applied(&b, &back, &to_a);
        prop_assert_eq!(fs::read(&to_b).expect("b"), bytes_b);
        prop_assert_eq!(fs::read(&to_a).expect("a"), bytes_a);
        held_to_one_owner(&base, &forward);
        held_to_one_owner(&head, &back);
        if base == head {
            prop_assert!(forward.is_empty());
        }
    }
}

const BASE: &str = "account,coverage,role,territory,rep,from,to,path,reason
A1,field,ae,North,ann,2027-02-01,2028-01-31,plan.terr:3,
A2,field,ae,North,ann,2027-02-01,2028-01-31,plan.terr:3,
A3,field,ae,South,bob,2027-02-01,2028-01-31,plan.terr:4,
A5,field,ae,,,2027-02-01,2028-01-31,plan.terr:9,
";

const HEAD: &str = "account,coverage,role,territory,rep,from,to,path,reason
A1,field,ae,North,ann,2027-02-01,2028-01-31,plan.terr:3,
A2,field,ae,North,ann,2027-02-01,2027-04-30,plan.terr:3,
A2,field,ae,South,bob,2027-05-01,2028-01-31,plan.terr:4,\"held, then moved\"
A3,field,ae,South,cid,2027-02-01,2028-01-31,plan.terr:4,
A4,field,ae,'=West,bob,2027-02-01,2028-01-31,plan.terr:4,
";

/// A folder with both tables and the patch between them.
fn patched() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.csv"), BASE).expect("a file");
    fs::write(folder.path().join("b.csv"), HEAD).expect("a file");
    let arguments = ["diff", "a.csv", "b.csv", "--key", "account,coverage,from", "--patch", "rollout", "--batch", "2"];
    let output = terrac(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(
        text(&output.stderr).contains("rollout: 3 batches; 1 deleted, 1 ended, 1 updated, 2 inserted"),
        "{output:?}"
    );
    folder
}

#[test]
fn a_patch_is_written_in_batches_and_applied() {
    let folder = patched();
    let at = |name: &str| folder.path().join(name);
    let mut names: Vec<String> = fs::read_dir(at("rollout"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut all = String::new();
    for name in &names {
        all += &format!("== {name}\n{}", fs::read_to_string(at("rollout").join(name)).expect("a file"));
    }
    insta::assert_snapshot!("patch", all);
    let ok = |arguments: &[&str]| {
        let output = terrac(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    };
    ok(&["apply", "a.csv", "rollout", "--out", "head.csv"]);
    assert_eq!(fs::read_to_string(at("head.csv")).expect("the head"), HEAD);
    ok(&["apply", "head.csv", "rollout", "--inverse", "--out", "base.csv"]);
    assert_eq!(fs::read_to_string(at("base.csv")).expect("the base"), BASE);
    // By way of Parquet, and written again over the same folder.
    ok(&["apply", "a.csv", "rollout", "--out", "head.parquet"]);
    ok(&["diff", "b.csv", "head.parquet", "--key", "account,coverage,from", "--exit-code", "--patch", "rollout"]);
    assert_eq!(fs::read_dir(at("rollout")).expect("the folder").count(), 1, "nothing is left of the earlier patch");
    ok(&["apply", "head.parquet", "rollout", "--out", "again.csv"]);
    assert_eq!(fs::read_to_string(at("again.csv")).expect("the head"), HEAD);
    let left = fs::read_dir(folder.path()).expect("the folder").map(|e| e.expect("an entry").file_name());
    let left: Vec<String> = left.map(|n| n.to_string_lossy().into_owned()).filter(|n| n.contains("partial")).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// What is written over which file, the arguments, and what is said.
const WRONG: &[(&str, &str, &[&str], &str)] = &[
    ("x", "", &["apply", "b.csv", "rollout", "--out", "c.csv"], "[patch-misfit]"),
    ("x", "", &["apply", "a.csv", "rollout", "--out", "c.csv", "--inverse"], "[patch-misfit]"),
    (
        "x.csv",
        "account,coverage,role,territory,rep,from,to,path,reason\n",
        &["apply", "x.csv", "rollout", "--out", "c.csv"],
        "[patch-misfit]",
    ),
    ("x", "", &["apply", "a.csv", "nowhere", "--out", "c.csv"], "`nowhere/patch.json` cannot be read"),
    ("rollout/patch.json", "{\"version\": 7}", &["apply", "a.csv", "rollout", "--out", "c.csv"], "is of version 7"),
    ("rollout/patch.json", "{", &["apply", "a.csv", "rollout", "--out", "c.csv"], "is not JSON"),
    (
        "rollout/0001-delta.csv",
        "operation,account,coverage,role,territory,rep,from,to,path,reason\nmove,A1,,,,,,,,\n",
        &["apply", "a.csv", "rollout", "--out", "c.csv"],
        "`move` is no operation, at rollout/0001-delta.csv:2",
    ),
    ("x", "", &["apply", "a.csv", "rollout", "--out", "c.txt"], "[unknown-format]"),
    (
        "rollout/mine.txt",
        "keep",
        &["diff", "a.csv", "b.csv", "--key", "account,coverage,from", "--patch", "rollout"],
        "`rollout` holds `mine.txt`, which is no part of a patch",
    ),
    ("x", "", &["diff", "a.csv", "b.csv", "--key", "account,from", "--patch", "p"], "[not-assignments]"),
    ("x.csv", "account,coverage\nA1,f\n", &["apply", "x.csv", "rollout", "--out", "c.csv"], "it has no column `role`"),
    (
        "x.csv",
        "account,coverage,role,territory,rep,from,to,path,reason,note\n",
        &["apply", "x.csv", "rollout", "--out", "c.csv"],
        "has the column `note`",
    ),
    (
        "x.csv",
        "account,coverage,role,territory,rep,from,to,path,reason\nA1,f,,,,1.2.2027,2027-02-01,,\n",
        &["apply", "x.csv", "rollout", "--out", "c.csv"],
        "`1.2.2027` is not a date, at x.csv:2",
    ),
    (
        "x.csv",
        "account,coverage,role,territory,rep,from,to,path,reason\n,f,,,,2027-02-01,2027-02-01,,\n",
        &["apply", "x.csv", "rollout", "--out", "c.csv"],
        "[key-empty]",
    ),
];

#[test]
fn wrong_patches_are_refused() {
    for (file, content, arguments, wanted) in WRONG {
        let folder = patched();
        fs::write(folder.path().join(file), content).expect("a file");
        let output = terrac(folder.path(), &[*arguments, &["--format", "concise"]].concat());
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(wanted), "{arguments:?}: {said}");
        assert!(!folder.path().join("c.csv").exists(), "{arguments:?}");
        let kept = fs::read_to_string(folder.path().join(file)).expect("the file");
        assert_eq!(&kept, content, "nothing is lost");
    }
}

/// A compile of the shipped plan with a hold more, in both forms.
#[test]
fn what_a_compile_writes_is_patched_byte_for_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let ok = |arguments: &[&str]| {
        let output = terrac(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout) + &text(&output.stderr));
        text(&output.stdout)
    };
    fs::create_dir_all(at("plan/data")).expect("a folder");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/hybrid");
    for file in ["terrac.toml", "plan.terr", "plan.alignment"] {
        fs::copy(shipped.join(file), at("plan").join(file)).expect("a copy");
    }
    for entry in fs::read_dir(shipped.join("data")).expect("the data") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), at("plan/data").join(entry.file_name())).expect("a copy");
    }
    ok(&["compile", "plan", "--locked", "--out", "a"]);
    ok(&["compile", "plan", "--locked", "--out", "pa", "--assignments", "parquet"]);
    let plan = fs::read_to_string(at("plan/plan.terr")).expect("the plan");
    let hold = "\nhold employees default 0 >= 300 with incumbent until 2027-05-31 because \"they were promised\"\n";
    fs::write(at("plan/plan.terr"), plan + hold).expect("the plan");
    ok(&["compile", "plan", "--locked", "--out", "b"]);
    ok(&["compile", "plan", "--locked", "--out", "pb", "--assignments", "parquet"]);
    let said = ok(&["diff", "a", "b", "--patch", "rollout"]);
    let line = said.lines().last().unwrap_or_default();
    assert!(line.starts_with("a → b: ") && !line.contains(": 0 moved, 0 with another owner only"), "{said}");
    ok(&["diff", "pa", "b", "--patch", "mixed"]);
    let read = |name: &str| fs::read(at(name)).expect("a file");
    assert!(read("rollout/0001-delta.csv") == read("mixed/0001-delta.csv"));
    for (base, ending) in [("", "csv"), ("p", "parquet")] {
        let (a, b) = (format!("{base}a/assignments.{ending}"), format!("{base}b/assignments.{ending}"));
        let out = format!("made.{ending}");
        ok(&["apply", &a, "rollout", "--out", &out]);
        assert!(read(&out) == read(&b), "{b}");
        ok(&["apply", &b, "rollout", "--out", &out, "--inverse"]);
        assert!(read(&out) == read(&a), "{a}");
    }
    let same = ok(&["diff", "a", "pa", "--exit-code"]);
    assert!(same.contains("0 moved, 0 with another owner only, 0 new, 0 gone, 0 otherwise changed"), "{same}");
    let outcome = fs::read_to_string(at("a/outcome.json")).expect("the outcome");
    fs::write(at("a/outcome.json"), outcome.replacen("\"version\": 1", "\"version\": 99", 1)).expect("the outcome");
    let refused = terrac(folder.path(), &["diff", "a", "b", "--format", "concise"]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(text(&refused.stdout).contains("is of version 99"), "{refused:?}");
}

#[test]
fn the_columns_are_those_of_the_file() {
    assert_eq!(BASE.lines().next(), Some(COLUMNS.join(",").as_str()));
}
