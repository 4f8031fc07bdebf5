//! Two tables compared by their keys: held against the plainest comparison there is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use terrac::data::RawTable;
use terrac::diff::tables::{ChangeKind, Compared, Request, compare};

use super::files::{Cells, FORMS, Form, terrac, text, write};

fn request(base: &Path, head: &Path, key: &[&str], threads: usize, memory: usize) -> Request {
    let file = |path: &Path| RawTable::file(path, path.display().to_string()).expect("a table");
    Request {
        base: file(base),
        head: file(head),
        key: key.iter().map(|k| (*k).to_owned()).collect(),
        columns: Vec::new(),
        transitions: vec!["v".to_owned()],
        threads,
        memory,
    }
}

/// Everything that a comparison says, rows included, without the names of the files.
fn said(compared: &Compared) -> String {
    let c = &compared.comparison;
    let mut lines = vec![format!(
        "{} {}: +{} -{} ~{} ={} {:?} {:?}",
        c.base.rows, c.head.rows, c.added, c.removed, c.changed, c.unchanged, c.columns, c.transitions
    )];
    let each: std::io::Result<()> = compared.each(|change| {
        lines.push(format!("{:?} {:?} {:?} {:?}", change.kind, change.key, change.before, change.after));
        Ok(())
    });
    each.expect("the rows are read");
    lines.join("\n")
}

/// Key to the other cells in the order `v`, `w`.
type Plain = BTreeMap<(String, String), [String; 2]>;

fn cells(rows: &Plain, swapped: bool, order: &[usize]) -> Cells {
    let names = if swapped { ["w", "b", "extra", "v", "a"].as_slice() } else { ["a", "b", "v", "w"].as_slice() };
    let mut all: Vec<Vec<String>> = rows
        .iter()
        .map(|((a, b), [v, w])| {
            let row: Vec<&String> = if swapped { vec![w, b, a, v, a] } else { vec![a, b, v, w] };
            row.into_iter().cloned().collect()
        })
        .collect();
    // Some order that the test chose.
    all.sort_by_key(|row| order.get(row.concat().len() % order.len().max(1)).copied());
    Cells { names: names.iter().map(|n| (*n).to_owned()).collect(), rows: all }
}

/// The plainest comparison.
fn naive(base: &Plain, head: &Plain) -> (Vec<(ChangeKind, (String, String))>, u64, [u64; 2]) {
    let mut changes = Vec::new();
    let (mut unchanged, mut columns) = (0, [0; 2]);
    for (key, before) in base {
        match head.get(key) {
            None => changes.push((ChangeKind::Removed, key.clone())),
            Some(after) if after == before => unchanged += 1,
            Some(after) => {
                changes.push((ChangeKind::Changed, key.clone()));
                (0..2).for_each(|n| columns[n] += u64::from(before[n] != after[n]));
            }
        }
    }
    changes.extend(head.keys().filter(|k| !base.contains_key(k)).map(|k| (ChangeKind::Added, k.clone())));
    changes.sort_by(|a, b| a.1.cmp(&b.1));
    (changes, unchanged, columns)
}

fn plain(most: usize) -> impl Strategy<Value = Plain> {
    // Cells that tempt: separators, quotes, line breaks, formulas, marks; none that is another number in disguise.
    let cell = prop_oneof!["[a-c]{0,2}", "[xé\u{202e}|`<@=,\"\n ;]{1,4}", Just(String::new()), "[1-9][0-9]{0,9}"];
    let key = (prop_oneof!["[1-9][0-9]{0,2}", "[a-d,\"\n]{1,3}", "K[0-9]{20}"], "[pq]");
    prop::collection::btree_map(key, [cell.clone(), cell], 0..most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_two_tables_are_compared_as_the_plainest_way_does(
        base in plain(60), edits in plain(12), gone in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        forms in (0usize..4, 0usize..4), order in prop::collection::vec(0usize..100, 1..8),
    ) {
        prop_assume!(!base.is_empty());
        let mut head = base.clone();
        for index in gone {
            let key = base.keys().nth(index.index(base.len())).expect("a key").clone();
            head.remove(&key);
        }
        head.extend(edits);
        prop_assume!(!head.is_empty());
        let folder = tempfile::tempdir().expect("a folder");
        let a = write(folder.path(), "a", FORMS[forms.0], &cells(&base, false, &[1]));
        let b = write(folder.path(), "b", FORMS[forms.1], &cells(&head, true, &order));
        let compared = compare(&request(&a, &b, &["a", "b"], 1, 1 << 28)).expect("they are compared");
        let (changes, unchanged, columns) = naive(&base, &head);
        let mut seen = Vec::new();
        let each: std::io::Result<()> = compared.each(|change| {
            let key = (change.key[0].clone(), change.key[1].clone());
            let want = |rows: &Plain| rows.get(&key).map(|cells| cells.to_vec());
            let have = |cells: &Option<Vec<std::borrow::Cow<str>>>| cells.as_ref().map(|c| c.iter().map(|c| c.to_string()).collect());
            assert_eq!((have(&change.before), have(&change.after)), (want(&base), want(&head)));
            seen.push((change.kind, key));
            Ok(())
        });
        each.expect("the rows are read");
        prop_assert_eq!(&seen, &changes);
        let comparison = &compared.comparison;
        prop_assert_eq!(comparison.unchanged, unchanged);
        prop_assert_eq!(comparison.columns.iter().map(|c| c.changed).collect::<Vec<_>>(), columns);
        prop_assert_eq!(comparison.transitions[0].pairs.iter().map(|p| p.rows).sum::<u64>(), columns[0]);
        prop_assert_eq!(&comparison.head.only, &["extra"]);
        // Threads and memory, and so the way by files, change nothing.
        for (threads, memory) in [(2, 1 << 28), (2, 64)] {
            let again = compare(&request(&a, &b, &["a", "b"], threads, memory)).expect("they are compared");
            prop_assert_eq!(said(&again), said(&compared));
        }
        let same = compare(&request(&a, &a, &["a", "b"], 1, 1 << 28)).expect("they are compared");
        prop_assert!(!same.comparison.differs());
    }
}

#[test]
fn many_rows_are_the_same_in_memory_and_on_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = |head: bool| {
        let row = |n: usize| {
            vec![
                format!("A{:06}", n * 7919 % 60_000),
                format!("T{}", (n + usize::from(head && n.is_multiple_of(50))) % 40),
            ]
        };
        let rows = (0..60_000).filter(|n| !head || n % 97 > 0).map(row);
        Cells { names: vec!["id".into(), "v".into()], rows: rows.collect() }
    };
    let a = write(folder.path(), "a", Form::Csv, &rows(false));
    let b = write(folder.path(), "b", Form::Parquet, &rows(true));
    let whole = compare(&request(&a, &b, &["id"], 2, 1 << 28)).expect("they are compared");
    let c = &whole.comparison;
    assert_eq!((c.added, c.removed, c.changed), (0, 619, 1187));
    for memory in [1 << 14, 1 << 20] {
        let spilled = compare(&request(&a, &b, &["id"], 2, memory)).expect("they are compared");
        assert_eq!(said(&spilled), said(&whole));
    }
}

/// Files, arguments, exit code and what is said.
const WRONG: &[(&str, &[(&str, &str)], &[&str], &str)] = &[
    ("no key", &[("a.csv", "id\n1\n"), ("b.csv", "id\n1\n")], &["a.csv", "b.csv"], "[no-key]"),
    (
        "a key that is nearly right",
        &[("a.csv", "account\n1\n"), ("b.csv", "account\n1\n")],
        &["a.csv", "b.csv", "--key", "acount"],
        "did you mean `account`?",
    ),
    (
        "a key that one side lacks",
        &[("a.csv", "id\n1\n"), ("b.csv", "nr\n1\n")],
        &["a.csv", "b.csv", "--key", "id"],
        "`b.csv` has no field `id`",
    ),
    (
        "no such column",
        &[("a.csv", "id,x\n1,2\n")],
        &["a.csv", "a.csv", "--key", "id", "--columns", "y"],
        "has no field `y`",
    ),
    (
        "no such transition",
        &[("a.csv", "id,x\n1,2\n")],
        &["a.csv", "a.csv", "--key", "id", "--transitions", "y"],
        "`y` is not among the columns",
    ),
    (
        "a file that is not there",
        &[("a.csv", "id\n1\n")],
        &["a.csv", "b.csv", "--key", "id"],
        "`b.csv` cannot be read: it does not exist",
    ),
    ("an empty file", &[("a.csv", "id\n1\n"), ("b.csv", "")], &["a.csv", "b.csv", "--key", "id"], "[empty-table]"),
    (
        "no Parquet",
        &[("a.csv", "id\n1\n"), ("b.parquet", "PAR1 but not really")],
        &["a.csv", "b.parquet", "--key", "id"],
        "[bad-parquet]",
    ),
    (
        "a key twice",
        &[("a.csv", "id,x\n1,2\n7,3\n1,4\n"), ("b.csv", "id,x\n1,2\n")],
        &["a.csv", "b.csv", "--key", "id"],
        "two rows of `a.csv` have the key `1`: a.csv:2 and a.csv:4",
    ),
    (
        "a key twice in the head",
        &[("a.csv", "id,x\n1,2\n"), ("b.csv", "id,x\n7,1\n1,2\n1,3\n")],
        &["a.csv", "b.csv", "--key", "id"],
        "two rows of `b.csv` have the key `1`: b.csv:3 and b.csv:4",
    ),
    (
        "a new key twice",
        &[("a.csv", "id,x\n1,2\n"), ("b.csv", "id,x\n7,1\n1,2\n7.0,3\n")],
        &["a.csv", "b.csv", "--key", "id"],
        "two rows of `b.csv` have the key `7`: b.csv:2 and b.csv:4",
    ),
    (
        "an empty key",
        &[("a.csv", "id,x\n,2\n"), ("b.csv", "id,x\n7,1\n")],
        &["a.csv", "b.csv", "--key", "id"],
        "a row without a key: `id` is empty, at a.csv:2",
    ),
    (
        "a ragged row",
        &[("a.csv", "id,x\n1\n"), ("b.csv", "id,x\n7,1\n")],
        &["a.csv", "b.csv", "--key", "id"],
        "[ragged-row]",
    ),
    (
        "a size that is none",
        &[("a.csv", "id\n1\n")],
        &["a.csv", "a.csv", "--key", "id", "--memory", "lots"],
        "is not a size",
    ),
    (
        "an output of no form",
        &[("a.csv", "id\n1\n")],
        &["a.csv", "a.csv", "--key", "id", "--out", "x.txt"],
        "[unknown-format]",
    ),
    (
        "an output that is packed",
        &[("a.csv", "id\n1\n")],
        &["a.csv", "a.csv", "--key", "id", "--out", "x.csv.gz"],
        "[unknown-format]",
    ),
    (
        "an output that cannot be written",
        &[("a.csv", "id\n1\n")],
        &["a.csv", "a.csv", "--key", "id", "--out", "a.csv/x.csv"],
        "[unwritable]",
    ),
];

#[test]
fn wrong_inputs_are_told() {
    for (what, files, arguments, wanted) in WRONG {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in *files {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        let arguments = [&["diff", "--format", "concise"], *arguments].concat();
        for memory in [&[][..], &["--memory", "1"]] {
            let memory = if arguments.contains(&"--memory") { &[][..] } else { memory };
            let output = terrac(folder.path(), &[&arguments, memory].concat());
            let said = text(&output.stdout) + &text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{what}: {said}");
            // Did-you-mean is in the help, which the concise form leaves out.
            let wanted = if wanted.starts_with("did you mean") { "has no field" } else { wanted };
            assert!(said.contains(wanted), "{what}: {said}");
        }
    }
}

#[test]
fn many_keys_that_stand_twice_are_told_in_the_order_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows: String = (0..400).map(|n| format!("{},{n}\n", 300 - n % 200)).collect();
    fs::write(folder.path().join("a.csv"), format!("id,x\n{rows}")).expect("a file");
    let output = terrac(folder.path(), &["diff", "a.csv", "a.csv", "--key", "id", "--threads", "2"]);
    let said = text(&output.stderr);
    assert!(said.contains("`300`: a.csv:2 and a.csv:202"), "{said}");
    assert!(said.contains("also `291`: a.csv:11 and") && said.contains("and 190 more keys"), "{said}");
}

#[test]
fn people_and_programs_are_told_what_differs() {
    let folder = tempfile::tempdir().expect("a folder");
    let base =
        "account,territory,rep,score\nA1,North,ann,1.0\nA2,North,ann,2\nA3,South,bob,3\n=A4,\"a|b,\n`@x`\",cid,\n";
    let head = "rep,account,score,territory,note\nann,A1,1,North,x\ncid,A2,2.50,South,\nann,A5,,North,\ncid,=A4,,\"a|b,\n`@x`!\",\n";
    fs::write(folder.path().join("a.csv"), base).expect("a file");
    fs::write(folder.path().join("b.csv"), head).expect("a file");
    let arguments = ["diff", "a.csv", "b.csv", "--key", "account", "--transitions", "territory", "--out", "out.csv"];
    let output = terrac(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    insta::assert_snapshot!("people", text(&output.stdout));
    insta::assert_snapshot!("rows", fs::read_to_string(folder.path().join("out.csv")).expect("the rows"));
    let json = terrac(folder.path(), &[&arguments[..7], &["--format", "json", "--exit-code"]].concat());
    assert_eq!(json.status.code(), Some(1), "{json:?}");
    insta::assert_snapshot!("programs", text(&json.stdout));
    let same = terrac(folder.path(), &["diff", "a.csv", "a.csv", "--key", "account", "--exit-code"]);
    assert_eq!(same.status.code(), Some(0), "{same:?}");
    let parquet = terrac(folder.path(), &[&arguments[..7], &["--out", "out.parquet"]].concat());
    assert_eq!(parquet.status.code(), Some(0), "{parquet:?}");
    // The two forms hold the same rows.
    let again = terrac(folder.path(), &["diff", "out.csv", "out.parquet", "--key", "account", "--exit-code"]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stdout) + &text(&again.stderr));
    let left: Vec<String> = fs::read_dir(folder.path())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("partial"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
