//! The pages of the findings: every code has one, in one form, and what its examples show is so.
//!
//! The first plan under `## Example` raises the code, the first under `## Mend` does not: for codes of the syntax, the
//! check and the proofs, on the columns of `tests/errors/schema.txt`. A header and a coverage are added where a plan has none.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::project::Project;
use terrac::diagnostics::{Code, codes, find};

const SECTIONS: [&str; 4] = ["## What", "## Why", "## Example", "## Mend"];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostics/pages")
}

/// The text under a heading.
fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let after = page.split_once(&format!("\n{heading}\n")).map_or("", |(_, after)| after);
    after.split("\n## ").next().unwrap_or_default()
}

#[test]
fn every_code_has_a_page_in_one_form() {
    let mut wrong = String::new();
    let mut seen = BTreeMap::new();
    for code in codes::all() {
        if seen.insert(code.name, ()).is_some() {
            let _ = writeln!(wrong, "{}: two codes are called so", code.name);
        }
        assert_eq!(find(code.name), Some(code));
        if !code.page.starts_with(&format!("# {}: {}\n", code.name, code.summary)) {
            let _ = writeln!(wrong, "{}: the first line is `# {}: {}`", code.name, code.name, code.summary);
        }
        let headings: Vec<&str> = code.page.lines().filter(|l| l.starts_with("## ")).collect();
        if headings != SECTIONS {
            let _ = writeln!(wrong, "{}: its sections are {headings:?}", code.name);
        }
        if let Some(empty) = SECTIONS.iter().find(|h| section(code.page, h).trim().len() < 8) {
            let _ = writeln!(wrong, "{}: {empty} says nothing", code.name);
        }
    }
    for entry in std::fs::read_dir(folder()).expect("the folder") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let stem = name.trim_end_matches(".md");
        if stem != "README" && !seen.contains_key(stem) {
            let _ = writeln!(wrong, "{name}: no code is called so");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The first plan of a section.
fn plan(page: &str, heading: &str) -> Option<String> {
    let text = section(page, heading).split("```terr\n").nth(1)?.split("```").next()?;
    let mut plan = text.to_owned();
    let begins = |word: &str| text.lines().any(|l| l.starts_with(word));
    let about_header = ["no-plan", "no-term", "second-plan", "no-coverage"];
    let speaks_of_header = about_header.iter().any(|code| page.starts_with(&format!("# {code}:")));
    if !begins("plan ") && !speaks_of_header {
        plan.push_str("plan p { effective 2027-02-01 to 2028-01-31 }\n");
    }
    if !begins("coverage ") && !speaks_of_header {
        plan.push_str("coverage field { pool rest }\n");
    }
    Some(plan)
}

fn raises(code: Code, text: &str) -> (bool, Vec<String>) {
    let mut project = Project::new();
    project.file("plan.terr", text);
    let (plan, found) = project.check();
    let found = match &plan {
        Some(plan) => project.proved(plan, found),
        None => found,
    };
    let said = found.iter().map(|d| format!("{} {}", d.code.name, d.message)).collect();
    (found.iter().any(|d| d.code == code), said)
}

#[test]
fn examples_raise_their_code_and_mended_ones_do_not() {
    let mut wrong = String::new();
    let mut held = 0;
    for code in codes::syntax::ALL.iter().chain(codes::check::ALL).chain(codes::prove::ALL) {
        if ["unformatted", "format-refused"].contains(&code.name) {
            continue;
        }
        if let Some(text) = plan(code.page, "## Example") {
            held += 1;
            let (raised, said) = raises(*code, &text);
            if !raised {
                let _ = writeln!(wrong, "{}: the example raises {said:?}", code.name);
            }
        }
        if let Some(text) = plan(code.page, "## Mend") {
            let (raised, said) = raises(*code, &text);
            if raised {
                let _ = writeln!(wrong, "{}: what is mended raises {said:?}", code.name);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(held >= 60, "only {held} pages have a plan");
}

#[test]
fn the_reference_list_is_complete() {
    let mut list = String::from(
        "# Findings\n\nEvery code that terrac can print. `terrac explain CODE` prints its page. This list is made from the codes; \
         a test holds it\ntrue.\n",
    );
    for (stage, all) in codes::stages() {
        let _ = write!(list, "\n## {stage}\n\n");
        for code in *all {
            let _ = writeln!(list, "- [`{}`]({}.md): {}", code.name, code.name, code.summary);
        }
    }
    let path = folder().join("README.md");
    if std::env::var_os("TERRAC_BLESS").is_some() {
        std::fs::write(&path, &list).expect("it is written");
    }
    assert!(
        std::fs::read_to_string(&path).is_ok_and(|text| text == list),
        "run the tests with TERRAC_BLESS=1 to write src/diagnostics/pages/README.md"
    );
}
