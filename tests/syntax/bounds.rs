//! Plans that are too deep, too long or too large.
//!
//! None of these tests looks at a clock: a parser that tries alternatives over and over would never come back from
//! them.

use terrac::diagnostics::{FileId, Source, Sources};
use terrac::syntax::ast::{ExprKind, ItemKind};
use terrac::syntax::{MAX_EXPRESSION_DEPTH, MAX_FILE_BYTES, MAX_FINDINGS, MAX_NESTING, parse};

/// Codes with line and column, and how many items were read.
fn outcome(text: &str) -> (Vec<(&'static str, usize, usize)>, usize) {
    let mut sources = Sources::default();
    let id = sources.add("plan.terr", text);
    let (file, findings) = parse(id, text);
    let place = |start: u32| Source::position(sources.get(id), start as usize);
    let findings = findings.iter().map(|f| {
        let place = place(f.labels[0].span.start);
        (f.code.name, place.line, place.column)
    });
    (findings.collect(), file.items.len())
}

fn nested(depth: usize) -> String {
    format!("let x = {}1{}\nlet y = 2\n", "(".repeat(depth), ")".repeat(depth))
}

#[test]
fn sixty_parentheses_are_read() {
    assert_eq!(outcome(&nested(60)), (vec![], 2));
    let condition = format!("segment s = {}a = 1{} and b\n", "(".repeat(60), ")".repeat(60));
    assert_eq!(outcome(&condition), (vec![], 1));
    let broken = format!("segment s = {}a = = 1{} and b\n", "(".repeat(60), ")".repeat(60));
    assert_eq!(outcome(&broken).0.len(), 1);
    let calls = format!("let x = {}1{}\n", "min(2, ".repeat(60), ")".repeat(60));
    assert_eq!(outcome(&calls), (vec![], 1));
}

#[test]
fn sixty_splits_are_read_and_an_error_within_is_found() {
    let tree = |leaf: &str| {
        format!("coverage c {{\n{}{leaf}{}\n}}\n", "split d { a -> ".repeat(60), "\nelse -> exclude }".repeat(60))
    };
    assert_eq!(outcome(&tree("carve x")), (vec![], 1));
    let (findings, items) = outcome(&tree("carv x"));
    assert_eq!((findings.len(), items), (1, 1));
}

#[test]
fn deeper_nesting_is_an_error_at_the_bracket_that_is_one_too_deep() {
    let column = "let x = ".len() + MAX_NESTING + 1;
    assert_eq!(outcome(&nested(MAX_NESTING)), (vec![], 2));
    assert_eq!(outcome(&nested(MAX_NESTING + 1)), (vec![("nested-too-deep", 1, column)], 1));
    assert_eq!(outcome(&nested(10_000)), (vec![("nested-too-deep", 1, column)], 1));
    let unclosed = format!("let x = {}\nlet y = 2\n", "(".repeat(10_000));
    assert_eq!(outcome(&unclosed), (vec![("nested-too-deep", 1, column)], 1));
    let splits = format!("coverage c {{ {} }}\n", "split d { a -> ".repeat(10_000));
    assert_eq!(outcome(&splits).0[0].0, "nested-too-deep");
}

#[test]
fn long_chains_of_conditions_are_flat() {
    let text = format!("segment s = {}", vec!["a = 1 or b"; 10_000].join(" and "));
    let (file, findings) = parse(FileId(0), &text);
    assert!(findings.is_empty());
    let ItemKind::Segment(segment) = &file.items[0].kind else { panic!("a segment was written") };
    let ExprKind::Or(alternatives) = &segment.condition.kind else { panic!("an `or` was written") };
    assert_eq!(alternatives.len(), 10_001);
}

#[test]
fn operators_in_a_row_are_bounded() {
    for (begin, part, end) in [
        ("let x = ", "1 + ", "1"),
        ("let x = ", "2 * ", "1"),
        ("let x = ", "-", "1"),
        ("let x = a", " default a", ""),
        ("segment s = ", "not ", "a"),
        ("let x = if a then 1 ", "else if a then 1 ", "else 2"),
    ] {
        let chain = |n: usize| format!("{begin}{}{end}\nlet y = 1\n", part.repeat(n));
        assert_eq!(outcome(&chain(100)), (vec![], 2), "{part}");
        let (findings, items) = outcome(&chain(MAX_EXPRESSION_DEPTH));
        assert_eq!((findings.len(), findings[0].0, items), (1, "nested-too-deep", 1), "{part}");
        assert_eq!(outcome(&chain(10_000)).1, 1, "{part}");
    }
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let text = "# a comment line\n".repeat(MAX_FILE_BYTES / 17 + 1);
    assert_eq!(outcome(&text), (vec![("file-too-large", 1, 1)], 0));
}

#[test]
fn findings_are_bounded() {
    for text in ["}".repeat(100_000), "nonsense here\n".repeat(10_000), "carve a {\n".repeat(10_000)] {
        assert!(outcome(&text).0.len() <= MAX_FINDINGS + 1);
    }
    let lines = format!("carve a {{\n{}}}\n", "  unit zip code\n".repeat(10_000));
    assert!(outcome(&lines).0.len() <= MAX_FINDINGS + 1);
}

#[test]
fn ten_thousand_items_are_read() {
    let text = "dimension d by state {\n  a AL, GA # south\n  b else\n}\n".repeat(10_000);
    assert_eq!(outcome(&text), (vec![], 10_000));
    let line = "let a = 1 ".repeat(2_000);
    assert_eq!(outcome(&line), (vec![], 2_000));
}
