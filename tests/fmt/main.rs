//! The formatter from outside: generated plans, all plans of the repository, and what the layout looks like.

mod generated;
mod layout;

use proptest::prelude::*;
use std::path::{Path, PathBuf};
use terrac::diagnostics::FileId;
use terrac::syntax::ast::Comment;
use terrac::syntax::{format, parse};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn formatted(text: &str) -> String {
    format(FileId(0), text).unwrap_or_else(|findings| panic!("{findings:?}\n{text}"))
}

/// What holds of the layout of any text without errors.
fn hold(text: &str) -> Result<(), TestCaseError> {
    let (before, findings) = parse(FileId(0), text);
    let messages: Vec<&str> = findings.iter().map(|f| f.message.as_str()).collect();
    prop_assert!(messages.is_empty(), "{:?}\n{}", messages, text);
    let new = formatted(text);
    let (after, _) = parse(FileId(0), &new);
    prop_assert_eq!(&before.items, &after.items, "says the same");
    let comments = |comments: &[Comment]| comments.iter().map(|c| c.text.clone()).collect::<Vec<_>>();
    prop_assert_eq!(comments(&before.comments), comments(&after.comments), "keeps all comments in their order");
    prop_assert_eq!(&formatted(&new), &new, "changes nothing more");
    prop_assert!(!new.contains('\t') || text.contains("\tand"), "{new}");
    prop_assert!(new.lines().all(|l| l.trim_end() == l), "blanks at the end of a line");
    prop_assert!(!new.contains("\n\n\n") && !new.starts_with('\n'), "more than one empty line");
    prop_assert!(new.is_empty() || (new.ends_with('\n') && !new.ends_with("\n\n")));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn generated_plans_say_the_same(seed in any::<u64>(), items in 0usize..8) {
        hold(&generated::plan(seed, items))?;
    }
}

/// Every plan file of the repository that has no errors on purpose.
fn plans() -> Vec<PathBuf> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|e| e == "terr") {
                into.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    for folder in ["plans", "src/sample/starter", "benches", "tests/syntax/valid", "tests/check", "tests/errors"] {
        walk(&root().join(folder), &mut paths);
    }
    paths.sort();
    paths
}

#[test]
fn plans_of_the_repository_say_the_same() {
    let paths = plans();
    assert!(paths.len() > 30, "only {} plans", paths.len());
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("the file");
        if parse(FileId(0), &text).1.is_empty() {
            hold(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let comments = |text: &str| parse(FileId(0), text).0.comments;
            assert_eq!(comments(&text), comments(&formatted(&text)), "{}: kept on their lines", path.display());
        }
    }
}

#[test]
fn shipped_plans_are_in_canonical_form() {
    for path in plans() {
        let shown = path.strip_prefix(root()).expect("within").to_string_lossy().into_owned();
        if ["plans", "src", "benches"].iter().any(|folder| shown.starts_with(folder)) {
            let text = std::fs::read_to_string(&path).expect("the file");
            assert!(formatted(&text) == text, "{shown}: run `terrac fmt`");
        }
    }
}

#[test]
fn a_file_with_errors_is_not_touched() {
    let findings = format(FileId(0), "let x = = 1\nlet   y = 2\n").expect_err("it has an error");
    assert_eq!(findings.iter().map(|f| f.code.name).collect::<Vec<_>>(), ["unexpected"]);
}

#[test]
fn snippets_of_the_reference_say_the_same() {
    let page = std::fs::read_to_string(root().join("grammar/README.md")).expect("the reference");
    let snippets: Vec<&str> = page.split("```terr\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(snippets.len() > 15);
    for snippet in snippets {
        hold(snippet).unwrap_or_else(|error| panic!("{error}\n{snippet}"));
    }
}
