//! A diff narrowed down.

use terrac::diff::{CauseKind, Diff};
use terrac::render::diff::{Only, View};

use super::fixture::small;

fn accounts(diff: &Diff) -> Vec<&str> {
    diff.moves.iter().map(|one| one.account).collect()
}

fn seen(view: View) -> Diff {
    view.of(&small()).into_owned()
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn nothing_said_is_everything() {
    assert_eq!(seen(View::default()), small());
}

#[test]
fn filters_keep_what_fits_and_add_up() {
    let cases: [(View, &[&str]); 6] = [
        (View { reps: texts(&["R3"]), ..View::default() }, &["A03"]),
        (View { reps: texts(&["Cy Ray"]), ..View::default() }, &["A03"]),
        (View { territories: texts(&["nurture"]), ..View::default() }, &["A01"]),
        (View { causes: vec![CauseKind::Data], ..View::default() }, &["A04", "A05", "A06"]),
        (View { causes: vec![CauseKind::Data], reps: texts(&["R1"]), ..View::default() }, &["A06"]),
        (View { reps: texts(&["nobody"]), ..View::default() }, &[]),
    ];
    for (view, expected) in cases {
        let diff = seen(view.clone());
        assert_eq!(accounts(&diff), expected, "{view:?}");
        let n = expected.len() as u64;
        assert_eq!(diff.totals.changed.accounts, n, "{view:?}");
        assert_eq!(diff.totals.changed.accounts + diff.totals.unchanged, diff.totals.accounts);
        assert_eq!(diff.causes.iter().map(|cause| cause.impact.accounts).sum::<u64>(), n);
        assert_eq!(diff.pairs.iter().map(|pair| pair.impact.accounts).sum::<u64>(), n);
        assert!(diff.notes.iter().any(|note| note.starts_with("shown are changes")), "{:?}", diff.notes);
    }
}

#[test]
fn filters_reach_territories_and_reps() {
    let names = |diff: &Diff| diff.territories.iter().map(|t| t.name.clone()).collect::<Vec<_>>();
    let diff = seen(View { territories: texts(&["NY"]), ..View::default() });
    assert_eq!(names(&diff), ["ENT-02"], "by the name that it had");
    let diff = seen(View { reps: texts(&["R3"]), ..View::default() });
    assert_eq!(names(&diff), ["ENT-03"]);
    assert_eq!(diff.reps.iter().map(|rep| rep.rep.as_str()).collect::<Vec<_>>(), ["R3"]);
    let diff = seen(View { causes: vec![CauseKind::Roster], ..View::default() });
    assert_eq!(names(&diff), ["ENT-03"]);
    assert_eq!(diff.reps.iter().map(|rep| rep.rep.as_str()).collect::<Vec<_>>(), ["R2", "R3"]);
}

#[test]
fn one_level_alone() {
    let levels = |diff: &Diff| [!diff.plan.items.is_empty(), !diff.territories.is_empty(), !diff.moves.is_empty()];
    assert_eq!(levels(&seen(View { only: Some(Only::Rules), ..View::default() })), [true, false, false]);
    assert_eq!(levels(&seen(View { only: Some(Only::Territories), ..View::default() })), [false, true, false]);
    assert_eq!(levels(&seen(View { only: Some(Only::Moves), ..View::default() })), [false, false, true]);
}
