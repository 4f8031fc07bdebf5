//! `--redact`: whatever is wrong with a change, no output names a rep, and no finding says anything of the data.

use std::fs;

use super::repository::{Ran, Repository};
use crate::folder::write;

/// Reps with keys and names that no page and no word of the program has.
const REPS: &str = "rep_id,name\nQX71,Adelheid Zwirn\nQX72,Bogumil Wu\nQX79,Cosima Thor\n";

/// Words of the keys and names of reps.
const PEOPLE: [&str; 9] = ["QX71", "QX72", "QX79", "Adelheid", "Zwirn", "Bogumil", "Wu", "Cosima", "Thor"];

/// Keys, names and cells of accounts.
fn of_accounts(word: &str) -> bool {
    word.starts_with("KX") || word == "Umbrella" || word == "777333"
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The project of the other tests with people and accounts that can be told from everything else.
fn repository() -> Repository {
    let repository = Repository::new();
    let read = |file: &str| fs::read_to_string(repository.path("plan").join(file)).expect("a file");
    let plan = read("plan.terr").replace("\"R1\"", "\"QX71\"").replace("\"R2\"", "\"QX72\"");
    let accounts = read("accounts.csv").replace(",R1,", ",QX71,").replace(",R2,", ",QX72,").replace("\nA", "\nKX");
    let accounts = accounts.replace("Account", "Umbrella");
    let files = [("plan.terr", plan.as_str()), ("accounts.csv", &accounts), ("reps.csv", REPS)];
    write(&repository.path("plan"), files);
    repository.commit("People");
    repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    repository
}

/// A fault and where it is made: file, text (none appends), replacement.
struct Fault {
    name: &'static str,
    edits: &'static [(&'static str, &'static str, &'static str)],
    /// A code that is found.
    code: &'static str,
    arguments: &'static str,
}

const MOVES: (&str, &str, &str) = ("plan.terr", "< 100", "< 300");
const MOVES_TOO: (&str, &str, &str) = ("plan.terr", ">= 100", ">= 300");

const FAULTS: &[Fault] = &[
    Fault {
        name: "tests, layout and expectations",
        edits: &[
            MOVES,
            MOVES_TOO,
            (
                "plan.terr",
                "",
                "test \"Adelheid Zwirn has KX19\" { account { employees = 9 } expect field is pool triage }\n",
            ),
            // A name that is shown nowhere, so that the diff does not know it as one to show.
            ("terrac.toml", "name   = \"text\"", "name   = { type = \"text\", sensitive = true }"),
            ("plan.terr", "", "expect moved(accounts) <= 0% because \"Bogumil Wu said so\"\n"),
        ],
        code: "expectation-broken",
        arguments: "plan --base origin/main",
    },
    Fault {
        name: "a rep whom nobody knows",
        edits: &[("plan.terr", "\"QX71\"", "\"QX7\"")],
        code: "unknown-rep",
        arguments: "plan --base origin/main",
    },
    Fault {
        name: "a rep who is there twice",
        edits: &[("reps.csv", "", "QX71,Adelheid Zwirn\n")],
        code: "duplicate-key",
        arguments: "plan --base origin/main",
    },
    Fault {
        name: "a cell and a key of an account",
        edits: &[("accounts.csv", "KX01,Umbrella 1,20,", "KX01,Umbrella 1,777333 or so,")],
        code: "bad-cell",
        arguments: "plan --base origin/main",
    },
    Fault {
        name: "an account that is not there",
        edits: &[
            ("plan.terr", "", "named \"KX77\" -> desk because \"Adelheid Zwirn knows Umbrella\"\n"),
            // The name that somebody had on the base's side.
            ("reps.csv", "Bogumil Wu", "Dorothea Quell"),
            ("plan.terr", "nobody knows how", "Bogumil Wu does not know how"),
            ("plan.terr", "\"Small plan\"", "\"The plan of Adelheid Zwirn\""),
        ],
        code: "unknown-account",
        arguments: "plan --base origin/main",
    },
    Fault {
        name: "a plan that cannot be read",
        edits: &[
            ("plan.terr", "\"Small plan\"", "\"The plan of Adelheid Zwirn\""),
            ("plan.terr", "", "segment rich QX71 = name = \"Umbrella 3\"\n"),
        ],
        code: "unexpected",
        arguments: "plan --base origin/main",
    },
    Fault {
        name: "a manifest that cannot be read",
        edits: &[("terrac.toml", "", "key = \"QX71\"\nkey = Adelheid Zwirn\n")],
        code: "manifest-syntax",
        arguments: "plan --base origin/main",
    },
    Fault {
        name: "a base, a file and a folder that are called after people",
        edits: &[
            ("desks/QX71.terr", "", "segment  rich = revenue > 777333\n"),
            ("plan.terr", "plan small", "use \"desks/QX71.terr\"\nplan small"),
        ],
        code: "unformatted",
        arguments: "plan --base feature/QX72",
    },
];

fn faulty(fault: &Fault) -> Repository {
    let repository = repository();
    for (file, old, new) in fault.edits {
        let path = repository.path("plan").join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(old), "{}: {file} has no `{old}`", fault.name);
        let text = if old.is_empty() { text + new } else { text.replacen(old, new, 1) };
        write(&repository.path("plan"), [(file, text)]);
    }
    repository.commit("A fault");
    repository
}

/// Everything that a run puts out, by name; the files are removed.
fn outputs(repository: &Repository, arguments: &str) -> Vec<(&'static str, String)> {
    let Ran { stdout, stderr, .. } = repository.run(&format!("terrac ci {arguments} || true"), &[]);
    let mut outputs = vec![("stdout", stdout), ("stderr", stderr)];
    for name in ["comment", "sarif"] {
        if let Ok(text) = fs::read_to_string(repository.path("o").join(name)) {
            fs::remove_file(repository.path("o").join(name)).expect("a file");
            outputs.push((name, text));
        }
    }
    outputs
}

/// The parts of the outputs that findings stand in, without the comment of a diff, which keeps the keys of accounts.
fn findings_alone(format: &str, name: &str, text: &str) -> String {
    match (format, name) {
        ("json", "stdout") => {
            let report: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
            format!("{}{}", report["findings"], report["outcome"]["steps"])
        }
        ("human", "stdout") | (_, "comment") => text.split("\n#### ").next().unwrap_or_default().to_owned(),
        _ => text.to_owned(),
    }
}

/// What people cannot be taken out of is not put out.
#[test]
fn what_is_not_redacted_is_refused() {
    let repository = repository();
    repository.run("terrac compile plan --out plan/out --quiet", &[]);
    for (arguments, why) in [
        ("plan/reps.csv plan/reps.csv --key rep_id", "not of a table"),
        ("plan/out plan/out", "not of a folder of an earlier compile"),
        ("origin/main plan --patch o/patch", "cannot be used with '--redact'"),
    ] {
        let ran = repository.run(&format!("terrac diff {arguments} --redact"), &[]);
        assert!(ran.code == 2 && ran.stdout.is_empty() && ran.stderr.contains(why), "{arguments}: {ran:?}");
    }
    assert!(!repository.path("o").exists());
}

/// A side that has errors is told of without what its findings say.
#[test]
fn a_side_with_errors_names_nobody_either() {
    let repository = faulty(&FAULTS[1]);
    for format in ["human", "narrated", "concise", "json", "github", "sarif"] {
        let ran = repository.run(&format!("terrac diff origin/main plan --redact --format {format}"), &[]);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(ran.code == 1 && said.contains("unknown-rep"), "{ran:?}");
        assert_eq!(words(&said).find(|word| word.starts_with("QX")), None, "{format}: {said}");
    }
}

fn names_nobody(fault: &Fault) {
    let repository = faulty(fault);
    let open = outputs(&repository, &format!("{} --format json", fault.arguments));
    assert!(open[0].1.contains(&format!("\"{}\"", fault.code)), "{}: {open:?}", fault.name);
    let secret = |word: &str| PEOPLE.contains(&word) || of_accounts(word);
    assert!(open.iter().any(|(_, text)| words(text).any(secret)), "{}: there is nothing to hide", fault.name);
    // The form of the action with its files, then the others with all on standard output.
    for (format, files) in [("github", "--comment o/comment --sarif o/sarif"), ("human", ""), ("json", "")] {
        for (name, text) in outputs(&repository, &format!("{} --redact --format {format} {files}", fault.arguments)) {
            let named = words(&text).find(|word| PEOPLE.contains(word));
            assert_eq!(named, None, "{}: {format}: {name}: {text}", fault.name);
            let told = findings_alone(format, name, &text);
            let shown = words(&told).find(|word| of_accounts(word));
            assert_eq!(shown, None, "{}: {format}: {name}: {text}", fault.name);
        }
    }
}

#[test]
fn findings_of_a_plan_that_compiles_name_nobody() {
    FAULTS[..2].iter().for_each(names_nobody);
}

#[test]
fn findings_of_tables_name_nobody() {
    FAULTS[2..4].iter().for_each(names_nobody);
}

#[test]
fn titles_and_texts_name_nobody() {
    FAULTS[4..6].iter().for_each(names_nobody);
}

#[test]
fn files_and_bases_name_nobody() {
    FAULTS[6..].iter().for_each(names_nobody);
}
