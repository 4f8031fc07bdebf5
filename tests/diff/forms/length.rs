//! The comment of any diff fits, and always says the least that it must.

use terrac::diff::Diff;
use terrac::render::diff::markdown::{MAX_BYTES, Options, markdown};

use super::fixture::{big, hostile, small};
use super::harmless::{Seen, read};
use super::shown::options;

fn holds_the_least(text: &str, diff: &Diff) -> Seen {
    let seen = read(text);
    assert!(text.starts_with("<!-- terrac diff: northwind -->\n"), "{text}");
    assert!(text.contains("| **changed** |"), "{text}");
    let broken =
        diff.verdicts.iter().filter(|v| v.status == terrac::outcome::summary::ExpectationStatus::Broken).count();
    assert!(text.contains(&format!("**{broken} of {} expectations broken**", diff.verdicts.len())), "{text}");
    assert!(text.contains("Everything: "), "{text}");
    seen
}

#[test]
fn forty_thousand_moves_fit() {
    let diff = big(40_000);
    let text = markdown(&diff, &options(MAX_BYTES));
    assert!(text.len() <= MAX_BYTES, "{} bytes", text.len());
    assert!(text.len() > MAX_BYTES / 4, "room is used: {} bytes", text.len());
    let seen = holds_the_least(&text, &diff);
    for part in ["Budget", "Causes", "Territories", "The largest changes", "Map", "Reps", "Plan"] {
        assert!(seen.headings.iter().any(|heading| heading.starts_with(part)), "{part}: {:?}", seen.headings);
    }
    assert!(seen.fences.iter().any(|(language, _)| language == "geojson"), "{:?}", seen.fences);
    assert!(text.contains("Left out for length: accounts on the map"), "{text}");
}

#[test]
fn any_budget_is_kept() {
    for diff in [small(), big(3_000), hostile()] {
        let mut last = 0;
        for max_bytes in [6_000, 8_000, 12_000, 20_000, 30_000, 45_000, MAX_BYTES, 500_000] {
            let text = markdown(&diff, &options(max_bytes));
            assert!(text.len() <= max_bytes, "{} of {max_bytes} bytes", text.len());
            assert!(text.len() >= last, "more room never shows less");
            last = text.len();
            holds_the_least(&text, &diff);
        }
        // A budget of nothing still says the least.
        holds_the_least(&markdown(&diff, &options(0)), &diff);
    }
}

#[test]
fn the_whole_is_pointed_at() {
    let at = |artefact: &str| {
        let options = Options { artefact: Some(artefact.to_owned()), ..options(MAX_BYTES) };
        markdown(&small(), &options).lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(at("https://ci.example/run/7?x=1"), "Everything: <https://ci.example/run/7?x=1>.");
    assert_eq!(at("artefact diff of run 7"), "Everything: `artefact diff of run 7`.");
    assert_eq!(at("https://x.y/ <b>"), "Everything: `https://x.y/ <b>`.");
}
