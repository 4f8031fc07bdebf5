//! No key and no name of a rep in any form of a redacted diff.

use terrac::diff::{Diff, Excerpt};
use terrac::render::diff::markdown::markdown;
use terrac::render::diff::{View, csv, geojson, human, json, letters, redacted};
use terrac::render::human::Style;

use super::fixture::small;
use super::shown::options;

/// Everything that a diff can be printed as, one behind the other.
fn everything(diff: &Diff) -> String {
    let mut text = json::json(diff);
    text.push_str(&human::diff(diff, true, Style { color: false, width: 200 }));
    text.push_str(&human::diff(diff, false, Style { color: true, width: 40 }));
    text.push_str(&markdown(diff, &options(65_535)));
    text.push_str(&geojson::geojson(diff));
    let mut bytes = Vec::new();
    csv::csv(diff, &mut bytes).expect("memory takes everything");
    text.push_str(&String::from_utf8(bytes).expect("UTF-8"));
    for letter in letters::letters(diff) {
        text.push_str(&letter.file);
        text.push_str(&letter.text);
    }
    text.push_str(&format!("{:?}", diff.roster));
    text
}

/// The words of a text that are somebody's key or the whole of somebody's name.
fn secrets(text: &str) -> Vec<&'static str> {
    let keys = ["R1", "R2", "R3", "R9"];
    let mut found: Vec<&str> =
        keys.into_iter().filter(|key| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == *key)).collect();
    let lower = text.to_lowercase();
    found.extend(
        ["Ada Lin", "Ada Born", "Bo Wu", "Cy Ray", "Zoe Not There"]
            .iter()
            .filter(|name| lower.contains(&name.to_lowercase())),
    );
    found
}

/// Names of people wherever a text can stand.
fn talkative() -> Diff {
    let mut diff = small();
    let said = "to Ada Lin, not bo wu (R3), and \"R9\"/`Zoe Not There`; R1-desk, R12 stays, adalin too";
    diff.notes.push(said.to_owned());
    // The name of today, and the one that the base had or that is not to be shown at all.
    diff.notes.push("what Ada Born left".to_owned());
    diff.roster[0].unseen.push("Ada Born".to_owned());
    diff.measures[0].name = "worth_R1".to_owned();
    diff.base.name = "feature/R1".to_owned();
    diff.head.title = Some(said.to_owned());
    for item in &mut diff.plan.items {
        (item.name, item.was, item.because) = (said.to_owned(), Some(said.to_owned()), Some(said.to_owned()));
        for hunk in &mut item.hunks {
            hunk.before = Some(Excerpt { file: "reps/R1.terr".to_owned(), line: 4, text: said.to_owned() });
        }
    }
    for region in diff.plan.regions.iter_mut().flatten() {
        (region.accounts, region.from) = (said.to_owned(), "Ada Lin".to_owned());
    }
    for territory in &mut diff.territories {
        (territory.name, territory.was) = (format!("AE-{}", "R1"), Some("desk of Cy Ray".to_owned()));
    }
    for cause in &mut diff.causes {
        (cause.title, cause.because) = (said.to_owned(), Some(said.to_owned()));
    }
    for pair in &mut diff.pairs {
        pair.to = "Bo Wu's".to_owned();
    }
    for verdict in &mut diff.verdicts {
        (verdict.text, verdict.because) = (said.to_owned(), Some(said.to_owned()));
    }
    diff
}

#[test]
fn nobody_is_named() {
    for diff in [small(), talkative()] {
        assert!(secrets(&everything(&diff)).len() >= 6, "the test looks for what is there");
        let out = everything(&redacted(&diff));
        assert_eq!(secrets(&out), Vec::<&str>::new(), "{out}");
    }
    let out = everything(&redacted(&talkative()));
    assert!(out.contains("R12 stays, adalin too"), "words that only begin so are left: {out}");
}

#[test]
fn pseudonyms_are_stable() {
    let whole = redacted(&small());
    assert_eq!(whole.moves.get(1).from_rep, Some("rep 1"));
    assert_eq!(whole.moves.get(1).to_rep, Some("rep 2"));
    assert_eq!(whole.territories[2].after.as_ref().and_then(|state| state.seat.as_deref()), Some("rep 3"));
    assert_eq!(whole.verdicts[0].at.as_deref(), Some("rep 1"));
    // One rep alone has the same pseudonym as among all.
    let view = View { reps: vec!["R3".to_owned()], ..View::default() };
    let part = redacted(&view.of(&small()));
    assert_eq!(part.moves.get(0).to_rep, Some("rep 3"));
    assert_eq!(redacted(&small()), whole);
}

#[test]
fn what_is_no_person_is_left() {
    let (plain, out) = (small(), redacted(&small()));
    assert_eq!(plain.totals, out.totals);
    assert_eq!(plain.plan, out.plan);
    let accounts = |diff: &Diff| diff.moves.iter().map(|one| one.account.to_owned()).collect::<Vec<_>>();
    assert_eq!(accounts(&plain), accounts(&out));
}
