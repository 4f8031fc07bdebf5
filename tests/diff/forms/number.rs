//! One and many: no line of a diff says `1 accounts`, or that nothing differs where something was left out.

use terrac::diff::assignments::{OwnerChanges, OwnerPair};
use terrac::diff::patch::{Batch, Counts, Manifest, State};
use terrac::diff::tables::{Comparison, TableSide, Transition, Transitions};
use terrac::diff::{CarveChange, CarveState, Diff, Impact, SegmentImpact};
use terrac::render::diff::markdown::markdown;
use terrac::render::diff::{Only, View, human};
use terrac::render::human::Style;
use terrac::render::{comparison, owners};

use super::fixture::{empty, small};
use super::shown::options;

const WIDE: Style = Style { color: false, width: 200 };

fn of(accounts: u64, moved: u64) -> Diff {
    let mut diff = empty();
    (diff.totals.accounts, diff.totals.moved, diff.totals.unchanged) = (accounts, moved, accounts - moved);
    diff
}

#[test]
fn headlines_agree_with_their_number() {
    for (diff, said) in [
        (of(0, 0), "no difference: the plan is the same, and there are no accounts"),
        (of(1, 0), "no difference: 1 account and the plan are the same"),
        (of(2, 0), "no difference: 2 accounts and the plan are the same"),
        (of(1, 1), "1 of 1 account changes"),
        (of(2, 1), "1 of 2 accounts changes"),
        (of(1_000, 20), "20 of 1,000 accounts change"),
    ] {
        assert_eq!(human::summary_line(&diff), said);
        assert!(markdown(&diff, &options(65_535)).contains(&format!(": {said}\n")), "{said}");
        assert!(human::diff(&diff, false, WIDE).lines().any(|line| line == said), "{said}");
    }
}

/// A part without anything in it does not say that nothing differs.
#[test]
fn an_empty_part_speaks_of_itself() {
    let text_alone = Diff { plan: small().plan, ..empty() };
    let views = [Only::Moves, Only::Rules, Only::Territories].map(|only| View { only: Some(only), ..View::default() });
    for (diff, others) in [(empty(), [true; 3]), (text_alone, [true, false, true])] {
        for (view, nothing) in views.iter().zip(others) {
            let said = human::summary_line(&view.of(&diff));
            let expected = if nothing { "no difference in what is shown" } else { "0 of 100 accounts change" };
            assert_eq!(said, expected, "{view:?}");
        }
    }
    let nobody = View { reps: vec!["nobody".to_owned()], only: Some(Only::Moves), ..View::default() };
    assert_eq!(human::summary_line(&nobody.of(&small())), "no difference in what is shown, 1 expectation broken");
}

/// A diff with so many of everything that is counted in a sentence.
fn counted(n: u64) -> Diff {
    let mut diff = small();
    diff.plan.unchanged = n;
    diff.totals.unchanged = n;
    diff.totals.twice = n;
    diff.totals.customers_who_lose_their_rep = Some(n);
    let impact = |accounts: u64| Impact { accounts, amounts: vec![0.0; 2] };
    diff.segments = vec![SegmentImpact { segment: "rich".to_owned(), whole: impact(n), changed: impact(n) }];
    let state = CarveState { territories: n, open: 0, units: n, mean_distance_km: None, balances: Vec::new() };
    let (before, after) = (Some(state.clone()), Some(state));
    diff.carves = vec![CarveChange { coverage: "field".to_owned(), name: "key".to_owned(), before, after }];
    diff
}

#[test]
fn sentences_agree_with_their_number() {
    for (n, said) in [
        (
            1,
            [
                ", 1 as it was",
                "  1         as it was",
                "1 account changes owner more than once",
                "1 customer loses their rep",
                "rich: 1 of 1 account changes owner",
                "carve key: 1 territory, 0 open",
            ],
        ),
        (
            2,
            [
                ", 2 as they were",
                "  2         as they were",
                "2 accounts change owner more than once",
                "2 customers lose their rep",
                "rich: 2 of 2 accounts change owner",
                "carve key: 2 territories, 0 open",
            ],
        ),
    ] {
        let text = human::diff(&counted(n), true, WIDE);
        said.into_iter().for_each(|said| assert!(text.contains(said), "`{said}` is not in\n{text}"));
    }
}

#[test]
fn lines_of_tables_agree_with_their_number() {
    for (n, said) in [(1, "and 1 more pair\n"), (2, "and 2 more pairs\n")] {
        let side = || TableSide { name: "a.csv".to_owned(), rows: 20, only: Vec::new() };
        let pair = |i: usize| Transition { from: format!("a{i}"), to: "b".to_owned(), rows: 1 };
        let transitions = Transitions { column: "rep".to_owned(), pairs: (0..10 + n).map(pair).collect() };
        let compared = Comparison {
            version: 1,
            base: side(),
            head: side(),
            key: vec!["account".to_owned()],
            added: 0,
            removed: 0,
            changed: 20,
            unchanged: 0,
            columns: Vec::new(),
            transitions: vec![transitions],
        };
        let text = comparison::comparison(&compared, WIDE);
        assert!(text.contains(said), "{text}");
        let pair = |i: usize| OwnerPair {
            coverage: "field".to_owned(),
            from: format!("a{i}"),
            to: "b".to_owned(),
            accounts: 1,
        };
        let changes = OwnerChanges { pairs: (0..10 + n).map(pair).collect(), ..OwnerChanges::default() };
        let text = owners::owner_changes(&changes, WIDE);
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn a_rollout_of_one_batch_has_one() {
    let state = || State { rows: 1, sha256: String::new() };
    let batch = || Batch { delta: String::new(), inverse: String::new(), rows: 1 };
    for (n, said) in [(1, "out: 1 batch; "), (3, "out: 3 batches; ")] {
        let (delta, inverse) = (Counts::default(), Counts::default());
        let batches = (0..n).map(|_| batch()).collect();
        let manifest = Manifest { version: 1, base: state(), head: state(), delta, inverse, batches };
        assert!(owners::patch_line("out", &manifest).starts_with(said), "{said}");
    }
}
