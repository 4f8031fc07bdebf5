//! Diffs to show: a small one with every kind of thing in it, one with hostile texts everywhere, and one of any length.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use terrac::diff::*;
use terrac::outcome::summary::{ExpectationBound, ExpectationOutcome, ExpectationStatus, Offender};

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn side(name: &str, commit: Option<&str>) -> Side {
    Side {
        name: name.to_owned(),
        commit: commit.map(str::to_owned),
        plan: "fy27".to_owned(),
        title: Some("FY27 coverage".to_owned()),
        term: (day("2027-02-01"), day("2028-01-31")),
        accounts: 0,
        recarved: Vec::new(),
    }
}

fn excerpt(line: u32, text: &str) -> Option<Excerpt> {
    Some(Excerpt { file: "plan.terr".to_owned(), line, text: text.to_owned() })
}

fn measure(name: &str, kind: &'static str, unit: &str) -> Measure {
    Measure { name: name.to_owned(), kind, unit: unit.to_owned() }
}

/// Nothing but two sides and some accounts.
pub fn empty() -> Diff {
    Diff {
        version: VERSION,
        base: side("origin/main", Some("1a2b3c4d5e6f")),
        head: side(".", None),
        notes: Vec::new(),
        totals: Totals { accounts: 100, unchanged: 100, ..Totals::default() },
        measures: vec![measure("opportunity", "weight", ""), measure("revenue", "column", "money")],
        plan: PlanChanges { items: Vec::new(), unchanged: 12, regions: Some(Vec::new()) },
        territories: Vec::new(),
        carves: Vec::new(),
        causes: Vec::new(),
        pairs: Vec::new(),
        reps: Vec::new(),
        segments: Vec::new(),
        verdicts: Vec::new(),
        moves: Moves::new(2),
        roster: Vec::new(),
        partial: false,
    }
}

fn cause(kind: CauseKind, title: &str) -> Cause {
    Cause {
        kind,
        title: title.to_owned(),
        before: None,
        after: None,
        because: None,
        under: Vec::new(),
        impact: Impact::default(),
    }
}

fn verdict(text: &str, status: ExpectationStatus, shown: &str) -> ExpectationOutcome {
    ExpectationOutcome {
        text: text.to_owned(),
        place: "plan.terr:87".to_owned(),
        level: "expect",
        status,
        measured: Some(0.3),
        shown: Some(shown.to_owned()),
        at: None,
        bound: ExpectationBound { op: "<=", to: vec![0.25] },
        offenders: Vec::new(),
        offending: 0,
        because: None,
    }
}

fn state(rep: Option<&str>, accounts: u64, load: f64) -> Option<TerritoryState> {
    Some(TerritoryState {
        carve: Some("enterprise".to_owned()),
        pool: false,
        seat: rep.map(str::to_owned),
        rep: rep.map(str::to_owned),
        open: rep.is_none(),
        accounts,
        loads: vec![LoadState { weight: "opportunity".to_owned(), load, imbalance: Some(load / 20_000.0 - 1.0) }],
        centre: Some((40.7128, -74.006)),
    })
}

fn territory(name: &str, change: TerritoryChangeKind) -> TerritoryChange {
    TerritoryChange {
        coverage: "field".to_owned(),
        name: name.to_owned(),
        change,
        was: None,
        before: None,
        after: None,
    }
}

/// Account, name, change, from, to, cause, revenue.
type Row<'a> = (&'a str, &'a str, Change, (&'a str, Option<&'a str>), (&'a str, Option<&'a str>), usize, f64);

/// Puts a change behind the others.
pub fn push(diff: &mut Diff, (account, name, change, from, to, cause, revenue): Row<'_>) {
    diff.moves.push(&Move {
        account,
        name: Some(name),
        coverage: "field",
        change,
        from: from.0,
        from_rep: from.1,
        to: to.0,
        to_rep: to.1,
        effective: day("2027-02-01"),
        cause,
        amounts: &[revenue / 1000.0, revenue],
        position: Some((40.0 + revenue / 1e8, -74.0)),
    });
}

/// Adds up what the changes come to, as a comparison does.
pub fn add_up(mut diff: Diff, accounts: u64) -> Diff {
    fn add(impact: &mut Impact, one: &Move<'_>) {
        impact.accounts += 1;
        impact.amounts.resize(one.amounts.len(), 0.0);
        impact.amounts.iter_mut().zip(one.amounts).for_each(|(sum, amount)| *sum += amount);
    }
    let mut totals = Totals { accounts, twice: 1, customers_who_lose_their_rep: Some(2), ..Totals::default() };
    let mut pairs: BTreeMap<(String, String, String), Impact> = BTreeMap::new();
    let mut reps: BTreeMap<String, RepChange> = BTreeMap::new();
    let nothing = || Impact { accounts: 0, amounts: vec![0.0; 2] };
    diff.causes.iter_mut().for_each(|cause| cause.impact = nothing());
    totals.changed = nothing();
    for one in diff.moves.iter() {
        let kind = match one.change {
            Change::New => &mut totals.new,
            Change::Gone => &mut totals.gone,
            Change::Moved => &mut totals.moved,
            Change::Owner => &mut totals.owner,
            Change::Covered => &mut totals.covered,
            Change::Uncovered => &mut totals.uncovered,
            Change::Dates => &mut totals.dates,
        };
        *kind += 1;
        add(&mut totals.changed, &one);
        add(&mut diff.causes[one.cause].impact, &one);
        let key = (one.coverage.to_owned(), one.from.to_owned(), one.to.to_owned());
        add(pairs.entry(key).or_default(), &one);
        for rep in [one.from_rep, one.to_rep].into_iter().flatten() {
            let change = reps.entry(rep.to_owned()).or_insert_with(|| RepChange {
                rep: rep.to_owned(),
                name: diff.roster.iter().find(|p| p.key == rep).and_then(|p| p.name.clone()),
                kept: Impact { accounts: 40, amounts: vec![400.0, 400_000.0] },
                gained: nothing(),
                lost: nothing(),
            });
            if one.from_rep != one.to_rep {
                add(if one.to_rep == Some(rep) { &mut change.gained } else { &mut change.lost }, &one);
            }
        }
    }
    totals.unchanged = accounts - diff.moves.len() as u64;
    totals.whole = Impact { accounts, amounts: vec![accounts as f64 * 10.0, accounts as f64 * 10_000.0] };
    diff.pairs = pairs.into_iter().map(|((coverage, from, to), impact)| Pair { coverage, from, to, impact }).collect();
    diff.pairs.sort_by_key(|pair| std::cmp::Reverse(pair.impact.accounts));
    diff.reps = reps.into_values().collect();
    diff.totals = totals;
    diff
}

fn roster(names: &[(&str, &str)]) -> Vec<Person> {
    names
        .iter()
        .map(|(key, name)| Person { key: (*key).to_owned(), name: Some((*name).to_owned()), unseen: Vec::new() })
        .collect()
}

/// A little of everything.
pub fn small() -> Diff {
    let mut diff = empty();
    diff.roster = roster(&[("R1", "Ada Lin"), ("R2", "Bo Wu"), ("R3", "Cy Ray"), ("R9", "Zoe Not There")]);
    diff.notes = vec!["data files are the same on both sides: `data/accounts.csv`".to_owned()];
    diff.base.recarved = vec!["enterprise".to_owned()];
    diff.notes
        .push("carve `enterprise` of origin/main has no valid alignment and was solved for this comparison".to_owned());
    diff.plan = PlanChanges {
        items: vec![
            ItemChange {
                kind: "dimension".to_owned(),
                name: "size".to_owned(),
                change: ItemChangeKind::Changed,
                was: None,
                because: None,
                hunks: vec![Hunk {
                    before: excerpt(12, "midmarket  200 ..< 1_000\nenterprise >= 1_000"),
                    after: excerpt(12, "midmarket  200 ..< 2_500\nenterprise >= 2_500"),
                }],
            },
            ItemChange {
                kind: "hold".to_owned(),
                name: "open_pipeline >= 200k".to_owned(),
                change: ItemChangeKind::Added,
                was: None,
                because: Some("late-stage deals close with their rep".to_owned()),
                hunks: vec![Hunk {
                    before: None,
                    after: excerpt(40, "hold open_pipeline >= 200k with incumbent until 2027-04-30"),
                }],
            },
            ItemChange {
                kind: "territory".to_owned(),
                name: "desk".to_owned(),
                change: ItemChangeKind::Renamed,
                was: Some("front desk".to_owned()),
                because: None,
                hunks: Vec::new(),
            },
        ],
        unchanged: 9,
        regions: Some(vec![Region {
            coverage: "field".to_owned(),
            accounts: "accounts with 1,000 ≤ employees < 2,500".to_owned(),
            from: "carve enterprise".to_owned(),
            to: "pool nurture".to_owned(),
        }]),
    };
    diff.causes = vec![
        Cause {
            before: excerpt(14, "enterprise >= 1_000"),
            after: excerpt(14, "enterprise >= 2_500"),
            ..cause(CauseKind::Rule, "dimension `size` changed")
        },
        Cause { ..cause(CauseKind::Roster, "rep `R3` joins on 2027-02-01") },
        Cause {
            after: excerpt(40, "hold open_pipeline >= 200k with incumbent until 2027-04-30"),
            because: Some("late-stage deals close with their rep".to_owned()),
            ..cause(CauseKind::Exception, "hold `open_pipeline >= 200k` added")
        },
        Cause { ..cause(CauseKind::Data, "`employees` of accounts") },
        Cause { under: vec![0, 1], ..cause(CauseKind::Recarve, "carve `enterprise` solved again") },
    ];
    push(&mut diff, ("A01", "Acme", Change::Moved, ("ENT-01", Some("R1")), ("nurture", None), 0, 90_000.0));
    push(&mut diff, ("A02", "Beta", Change::Moved, ("ENT-01", Some("R1")), ("ENT-02", Some("R2")), 4, 80_000.0));
    push(&mut diff, ("A03", "Gamma", Change::Owner, ("ENT-03", Some("R2")), ("ENT-03", Some("R3")), 1, 70_000.0));
    push(&mut diff, ("A04", "Delta", Change::Covered, ("excluded", None), ("ENT-02", Some("R2")), 3, 10_000.0));
    push(&mut diff, ("A05", "Eps", Change::New, ("", None), ("ENT-02", Some("R2")), 3, 5_000.0));
    push(&mut diff, ("A06", "Zeta", Change::Gone, ("ENT-01", Some("R1")), ("", None), 3, 4_000.0));
    push(&mut diff, ("A07", "Eta", Change::Uncovered, ("ENT-01", Some("R1")), ("excluded", None), 0, 3_000.0));
    push(&mut diff, ("A08", "Theta", Change::Dates, ("ENT-01", Some("R1")), ("ENT-01", Some("R1")), 2, 250_000.0));
    diff.territories = vec![
        TerritoryChange {
            before: state(Some("R1"), 44, 21_000.0),
            after: state(Some("R1"), 40, 19_800.0),
            ..territory("ENT-01", TerritoryChangeKind::Changed)
        },
        TerritoryChange {
            was: Some("NY".to_owned()),
            before: state(Some("R2"), 40, 19_000.0),
            after: state(Some("R2"), 43, 20_200.0),
            ..territory("ENT-02", TerritoryChangeKind::Renamed)
        },
        TerritoryChange {
            before: state(None, 1, 20_000.0),
            after: state(Some("R3"), 1, 20_000.0),
            ..territory("ENT-03", TerritoryChangeKind::Restaffed)
        },
        TerritoryChange { after: state(None, 0, 0.0), ..territory("ENT-04", TerritoryChangeKind::Created) },
    ];
    let carved = |open: u64, imbalance: f64| {
        Some(CarveState {
            territories: 4,
            open,
            units: 120,
            mean_distance_km: Some(41.0),
            balances: vec![BalanceState { weight: "opportunity".to_owned(), within: 0.05, imbalance }],
        })
    };
    diff.carves = vec![CarveChange {
        coverage: "field".to_owned(),
        name: "enterprise".to_owned(),
        before: carved(1, 0.05),
        after: carved(0, 0.01),
    }];
    diff.verdicts = vec![
        ExpectationOutcome {
            at: Some("R1".to_owned()),
            offenders: vec![
                Offender { name: "R1".to_owned(), measured: 0.3 },
                Offender { name: "R2".to_owned(), measured: 0.28 },
            ],
            offending: 2,
            ..verdict("moved(revenue) <= 25% per rep", ExpectationStatus::Broken, "30%")
        },
        verdict("moved(accounts) <= 10%", ExpectationStatus::Holds, "8%"),
    ];
    let mut diff = add_up(diff, 100);
    diff.segments = vec![SegmentImpact {
        segment: "strategic".to_owned(),
        whole: Impact { accounts: 10, amounts: vec![1.0, 2.0] },
        changed: Impact { accounts: 2, amounts: vec![0.5, 1.0] },
    }];
    diff
}

/// Texts that would like to be more than text; none of them is a plain word.
pub const HOSTILE: [&str; 26] = [
    "a | b || c \\| d",
    "`tick` ``two`` ```three```",
    "```\n# out of the fence\n```",
    "~~~~ ~~struck~~",
    "<script>alert('1')</script>",
    "<img src=x onerror=alert(1)>",
    "</details></summary><h1>free</h1>",
    "<!-- terrac diff: other --> -->",
    "@octocat and @org/team",
    "#123 and GH-7 and org/repo#4 and octo@deadbeef0",
    "https://evil.example/x?a=b&c=d www.evil.example a@b.example",
    "[click](javascript:alert(1)) ![pic](https://evil.example/p.png)",
    "[ref]: https://evil.example",
    "\u{202e}drowssap\u{2066}x\u{2069}\u{200f}\u{061c}",
    "\u{1b}[31mred\u{7}\u{0}",
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\tTab\r\nCRLF",
    "*bold* _under_ **strong** # head\n## head\n- list\n1. list\n> quote",
    "$\\sqrt{x}$ and $$y$$",
    "trailing backslash \\",
    "&lt;b&gt; &amp; &#64;octocat &#x40;octocat",
    "\u{feff}\u{200b}hidden\u{2060}",
    ":+1: deadbeefcafe1234 [^1] \u{2028}line",
];

/// Every text of the small diff is hostile.
pub fn hostile() -> Diff {
    let mut diff = small();
    let mut at = 0;
    let mut next = || {
        at += 1;
        HOSTILE[at % HOSTILE.len()].to_owned()
    };
    diff.notes = HOSTILE.iter().map(|text| (*text).to_owned()).collect();
    for item in &mut diff.plan.items {
        (item.name, item.was, item.because) = (next(), Some(next()), Some(next()));
        for hunk in &mut item.hunks {
            hunk.after = Some(Excerpt { file: next(), line: 1, text: HOSTILE.join("\n") });
        }
    }
    for region in diff.plan.regions.iter_mut().flatten() {
        (region.accounts, region.from, region.to) = (next(), next(), next());
    }
    let causes: Vec<Cause> = HOSTILE
        .iter()
        .map(|text| Cause {
            because: Some((*text).to_owned()),
            after: Some(Excerpt { file: (*text).to_owned(), line: 3, text: (*text).to_owned() }),
            ..cause(CauseKind::Rule, text)
        })
        .collect();
    diff.causes = causes;
    for territory in &mut diff.territories {
        (territory.name, territory.was) = (next(), Some(next()));
        for state in [&mut territory.before, &mut territory.after].into_iter().flatten() {
            state.rep = Some(next());
            state.loads[0].weight = next();
        }
    }
    (diff.carves[0].name, diff.measures[0].name, diff.measures[1].name) = (next(), next(), next());
    diff.segments[0].segment = next();
    for verdict in &mut diff.verdicts {
        (verdict.text, verdict.place, verdict.at) = (next(), next(), Some(next()));
        verdict.because = Some(next());
        verdict.offenders.iter_mut().for_each(|offender| offender.name = next());
    }
    (diff.base.name, diff.head.name, diff.head.title) = (next(), next(), Some(next()));
    diff.roster =
        HOSTILE.iter().map(|text| Person { key: (*text).to_owned(), name: Some(next()), unseen: Vec::new() }).collect();
    diff.moves = Moves::new(2);
    for (i, text) in HOSTILE.iter().enumerate() {
        let (from, to) = (next(), next());
        let change = (from.as_str(), Some(*text));
        let target = (to.as_str(), Some(HOSTILE[(i + 1) % HOSTILE.len()]));
        push(&mut diff, (&format!("{i} {text}"), text, Change::Moved, change, target, i, 1000.0));
    }
    let mut diff = add_up(diff, 100);
    diff.reps.sort_by(|a, b| a.rep.cmp(&b.rep));
    diff
}

/// So many moves among forty reps, made from a counter.
pub fn big(moves: usize) -> Diff {
    let mut diff = small();
    diff.moves = Moves::new(2);
    diff.roster = (0..40)
        .map(|n| Person { key: format!("R{n:03}"), name: Some(format!("Rep Number{n:03}")), unseen: Vec::new() })
        .collect();
    let mut seed = 7_u64;
    for n in 0..moves {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (from, to) = ((seed >> 33) % 40, (seed >> 40) % 40);
        let (from, to) = if from == to { (from, (to + 1) % 40) } else { (from, to) };
        let (from_rep, to_rep) = (format!("R{from:03}"), format!("R{to:03}"));
        let (from, to) = (format!("ENT-{from:02}"), format!("ENT-{to:02}"));
        let revenue = ((seed >> 20) % 1_000_000) as f64;
        let row = (from.as_str(), Some(from_rep.as_str()));
        let cause = (seed >> 50) as usize % diff.causes.len();
        let name = format!("Account | number @{n}");
        let to = (to.as_str(), Some(to_rep.as_str()));
        push(&mut diff, (&format!("A{n:07}"), &name, Change::Moved, row, to, cause, revenue));
    }
    diff.territories = (0..40)
        .map(|n| TerritoryChange {
            before: state(Some(&format!("R{n:03}")), 1000 + n, 21_000.0),
            after: state(Some(&format!("R{:03}", n + 1)), 1000, 19_800.0),
            ..territory(&format!("ENT-{n:02}"), TerritoryChangeKind::Restaffed)
        })
        .collect();
    add_up(diff, 100_000.max(moves as u64))
}
