//! What each form says, for a reviewer to read.

use terrac::render::diff::markdown::{Options, markdown};
use terrac::render::diff::{csv, geojson, human, json, letters};
use terrac::render::human::Style;

use super::fixture::{big, empty, small};

fn style(color: bool, width: usize) -> Style {
    Style { color, width }
}

pub fn options(max_bytes: usize) -> Options {
    Options { project: "northwind".to_owned(), artefact: None, max_bytes, checks: Vec::new() }
}

#[test]
fn for_people() {
    insta::assert_snapshot!("human", human::diff(&small(), false, style(false, 100)));
    insta::assert_snapshot!("human narrow", human::diff(&small(), false, style(false, 40)));
    insta::assert_snapshot!("human empty", human::diff(&empty(), false, style(false, 100)));
}

#[test]
fn nothing_is_wider_than_a_narrow_terminal() {
    let text = human::diff(&small(), true, style(false, 40));
    // Lines of a plan are never broken.
    let wide = |line: &&str| line.chars().count() > 40 && !line.trim_start().starts_with(['+', '-', '~']);
    assert_eq!(text.lines().filter(wide).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn colour_adds_nothing_but_colour() {
    let (plain, mut colored) =
        (human::diff(&small(), true, style(false, 80)), human::diff(&small(), true, style(true, 80)));
    assert_ne!(plain, colored);
    for code in ["1", "31", "32", "33", "0"] {
        colored = colored.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, colored);
}

#[test]
fn long_lists_are_folded_with_their_number() {
    let (folded, full) =
        (human::diff(&big(500), false, style(false, 100)), human::diff(&big(500), true, style(false, 100)));
    assert!(folded.contains("and 490 more changes; `--full` shows all"), "{folded}");
    assert!(folded.contains("and 30 more territories; `--full` shows all"), "{folded}");
    assert!(!full.contains("`--full`"), "{full}");
    assert!(full.contains("A0000499"), "{full}");
}

#[test]
fn as_a_comment() {
    insta::assert_snapshot!("markdown", markdown(&small(), &options(65_535)));
    insta::assert_snapshot!("markdown empty", markdown(&empty(), &options(65_535)));
}

#[test]
fn as_data() {
    insta::assert_snapshot!("json", json::json(&small()));
    insta::assert_snapshot!("geojson", geojson::geojson(&small()));
    let mut bytes = Vec::new();
    csv::csv(&small(), &mut bytes).expect("memory takes everything");
    insta::assert_snapshot!("csv", String::from_utf8(bytes).expect("UTF-8"));
}

#[test]
fn letters_to_reps() {
    let letters = letters::letters(&small());
    let files: Vec<&str> = letters.iter().map(|letter| letter.file.as_str()).collect();
    assert_eq!(files, ["R1.md", "R2.md", "R3.md"]);
    insta::assert_snapshot!("letter", letters[1].text);
    insta::assert_snapshot!("letter of other days", letters[0].text);
}

#[test]
fn files_of_letters_are_told_apart() {
    let mut diff = big(60);
    let mut moves = terrac::diff::Moves::new(2);
    for (n, one) in diff.moves.iter().enumerate() {
        let reps = ["a/b", "a?b", "A_B", "../../etc/passwd", "con.", "ünï"];
        moves.push(&terrac::diff::Move { to_rep: Some(reps[n % reps.len()]), from_rep: None, ..one });
    }
    diff.moves = moves;
    let mut files: Vec<String> = letters::letters(&diff).into_iter().map(|letter| letter.file.to_lowercase()).collect();
    assert!(files.iter().all(|file| !file.contains(['/', '?']) && !file.starts_with('.')), "{files:?}");
    files.sort();
    files.dedup();
    assert_eq!(files.len(), 6, "{files:?}");
}
