//! What holds of any text.

use super::read;
use proptest::prelude::*;
use terrac::diagnostics::{FileId, Span};
use terrac::syntax::parse;

/// Parses, and holds what every caller relies on.
fn check(text: &str) -> Result<(), TestCaseError> {
    let (file, findings) = parse(FileId(0), text);
    let inside = |span: Span| text.get(span.range()).is_some();
    for item in &file.items {
        prop_assert!(inside(item.span), "an item lies outside its file");
        prop_assert!(!text[item.span.range()].is_empty());
    }
    for comment in &file.comments {
        let written = format!("#{}", comment.text);
        prop_assert_eq!(text.get(comment.span.range()), Some(written.as_str()));
    }
    for finding in findings.iter() {
        prop_assert!(!finding.labels.is_empty(), "{} has no place", finding.message);
        prop_assert!(finding.labels.iter().all(|l| inside(l.span)), "{} lies outside its file", finding.message);
    }
    let again = parse(FileId(0), text);
    prop_assert_eq!(file, again.0);
    prop_assert_eq!(findings.iter().collect::<Vec<_>>(), again.1.iter().collect::<Vec<_>>());
    Ok(())
}

/// Words and symbols of the language, and what people write for them.
fn soup() -> impl Strategy<Value = String> {
    let words = [
        "plan",
        "use",
        "let",
        "weight",
        "dimension",
        "segment",
        "coverage",
        "territory",
        "carve",
        "named",
        "hold",
        "exclude",
        "expect",
        "warn",
        "test",
        "prove",
        "implies",
        "unproved",
        "split",
        "in",
        "order",
        "else",
        "when",
        "missing",
        "within",
        "of",
        "not",
        "and",
        "or",
        "is",
        "if",
        "then",
        "case",
        "default",
        "between",
        "because",
        "until",
        "by",
        "was",
        "account",
        "seats",
        "unit",
        "balance",
        "pool",
        "owner",
        "point(lat 1, lon 2)",
        "{",
        "}",
        "(",
        ")",
        ",",
        "->",
        "=",
        "==",
        "<",
        "..",
        "..<",
        "+",
        "-",
        "*",
        ".",
        "\"",
        "\"a\"",
        "\"a\\",
        "#",
        "# x",
        "\n",
        "\n  ",
        "\r\n",
        "1",
        "10k",
        "10K",
        "5%",
        "45 min",
        "2027-01-01",
        "2027-02-30",
        "“",
        "é",
        "\u{FEFF}",
        "x",
        "AL",
        "\t",
        "\u{A0}",
        "😀",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..80)
        .prop_flat_map(|words| (Just(words), any::<bool>()))
        .prop_map(|(words, spaced)| words.join(if spaced { " " } else { "" }))
}

/// The nearest character boundary at or below a place.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn any_words_are_read_without_panic(text in soup()) {
        check(&text)?;
    }

    #[test]
    fn a_damaged_plan_is_read_without_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, soup()), 1..6)
    ) {
        let mut text = read("tests/syntax/valid/everything.terr");
        for (place, length, put) in edits {
            let from = boundary(&text, place.index(text.len() + 1));
            let to = boundary(&text, from + length).max(from);
            text.replace_range(from..to, &put[..boundary(&put, 12)]);
        }
        check(&text)?;
    }

    #[test]
    fn items_are_read_alike_in_any_order(
        order in Just((0..38usize).collect::<Vec<_>>()).prop_shuffle(),
        joint in prop::sample::select(vec!["\n", " ", "\n\n# between\n"]),
    ) {
        let text = read("tests/syntax/valid/everything.terr");
        let (file, _) = parse(FileId(0), &text);
        let shuffled: Vec<&str> = order.iter().map(|i| &text[file.items[*i].span.range()]).collect();
        let (again, findings) = parse(FileId(0), &shuffled.join(joint));
        prop_assert!(findings.is_empty());
        prop_assert!(again.items.iter().eq(order.iter().map(|i| &file.items[*i])));
    }
}
