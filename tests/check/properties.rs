//! What holds for every plan: the order of items does not matter, and nothing makes the check panic.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use terrac::diagnostics::Severity;
use terrac::plan::Plan;

use super::project::Project;

const LANGUAGE: &str = include_str!("language.terr");

/// The items of the example, each with its comments.
fn items() -> Vec<&'static str> {
    let words = [
        "plan",
        "let",
        "weight",
        "dimension",
        "segment",
        "coverage",
        "carve",
        "named",
        "hold",
        "exclude",
        "expect",
        "warn",
        "test",
        "prove",
    ];
    let mut starts = Vec::new();
    let mut at = 0;
    for line in LANGUAGE.split_inclusive('\n') {
        if words.iter().any(|w| line.starts_with(&format!("{w} "))) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([LANGUAGE.len()]);
    starts.iter().zip(ends).map(|(from, to)| &LANGUAGE[*from..to]).collect()
}

/// Every item as text, with names in place of numbers and without places; sorted.
fn meaning(plan: &Plan) -> Vec<String> {
    let names = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<String>>();
    let coverages = names(plan.coverages.iter().map(|c| &c.name).collect());
    let weights = names(plan.weights.iter().map(|w| &w.name).collect());
    let segments = names(plan.segments.iter().map(|s| &s.name).collect());
    let dimensions = names(plan.dimensions.iter().map(|d| &d.name).collect());
    let carves = names(plan.carves.iter().map(|c| &c.name).collect());
    let pools = names(plan.pools.iter().map(|p| &p.name).collect());
    let territories = names(plan.territories.iter().map(|t| &t.name).collect());
    let keys: [(&str, &[String]); 12] = [
        ("DimensionId(", &dimensions),
        ("Segment(", &segments),
        ("segment: ", &segments),
        ("Weight(", &weights),
        ("weight: ", &weights),
        ("Imbalance(", &weights),
        ("Carve(", &carves),
        ("CarveTerritory(", &carves),
        ("Pool(", &pools),
        ("Territory(", &territories),
        ("coverage: ", &coverages),
        ("Coverage(", &coverages),
    ];
    let mut items: Vec<String> = Vec::new();
    items.extend(plan.weights.iter().map(|x| format!("{x:?}")));
    items.extend(plan.segments.iter().map(|x| format!("{x:?}")));
    items.extend(plan.dimensions.iter().map(|x| format!("{x:?}")));
    items.extend(plan.coverages.iter().map(|x| format!("{x:?}")));
    items.extend(plan.carves.iter().map(|x| format!("{x:?}")));
    items.extend(plan.pools.iter().map(|x| format!("{x:?}")));
    items.extend(plan.territories.iter().map(|x| format!("{x:?}")));
    items.extend(plan.named.iter().map(|x| format!("{x:?}")));
    items.extend(plan.holds.iter().map(|x| format!("{x:?}")));
    items.extend(plan.excludes.iter().map(|x| format!("{x:?}")));
    items.extend(plan.expectations.iter().map(|x| format!("{x:?}")));
    items.extend(plan.tests.iter().map(|x| format!("{x:?}")));
    items.push(format!(
        "{:?} {:?} {:?}",
        plan.name,
        plan.term,
        plan.shapes.iter().map(|s| &s.path).collect::<Vec<_>>()
    ));
    for item in &mut items {
        *item = without_places(item);
        for (key, names) in keys {
            *item = named(item, key, names);
        }
    }
    items.sort();
    items
}

fn without_places(text: &str) -> String {
    let mut parts = text.split("Span {");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('}').map_or("", |(_, rest)| rest))
}

fn named(text: &str, key: &str, names: &[String]) -> String {
    let mut parts = text.split(key);
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let name = part[..digits].parse::<usize>().ok().and_then(|n| names.get(n)).map_or("", String::as_str);
        let _ = write!(all, "{key}{name}{}", &part[digits..]);
    }
    all
}

fn plan_of(text: &str) -> Plan {
    let mut project = Project::new();
    project.file("plan.terr", text);
    let (plan, found) = project.check();
    plan.unwrap_or_else(|| panic!("{:?}", found.iter().map(|f| &f.message).collect::<Vec<_>>()))
}

#[test]
fn meanings_differ_when_plans_do() {
    let plan = meaning(&plan_of(LANGUAGE));
    assert_ne!(plan, meaning(&plan_of(&LANGUAGE.replace("carve southeast\n", "carve ne_fintech\n"))));
    assert_ne!(plan, meaning(&plan_of(&LANGUAGE.replace("workload    within", "opportunity within"))));
}

/// All plans of the tests.
pub fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("it is in the repository").flatten().map(|e| e.path()).collect();
    paths.sort();
    let plans = paths.into_iter().filter(|p| p.extension().is_some_and(|e| e == "terr"));
    let mut texts: Vec<String> = plans.map(|p| std::fs::read_to_string(p).expect("it can be read")).collect();
    texts.push(LANGUAGE.to_owned());
    texts
}

/// Words and symbols, with the blanks behind them.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '"';
        if at > start && !c.is_whitespace() && (word(c) != word(before) || before.is_whitespace()) {
            tokens.push(&text[start..at]);
            start = at;
        }
        before = c;
    }
    tokens.push(&text[start..]);
    tokens
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_items_does_not_matter(order in Just(items()).prop_shuffle(), cut in 0..30_usize) {
        let mut project = Project::new();
        let (first, second) = order.split_at(cut.min(order.len()));
        project.file("first.terr", &first.concat());
        project.file("second.terr", &second.concat());
        let (plan, found) = project.check();
        prop_assert!(found.is_empty(), "{:?}", found.iter().map(|f| &f.message).collect::<Vec<_>>());
        prop_assert_eq!(meaning(&plan.expect("no finding")), meaning(&plan_of(LANGUAGE)));
    }

    #[test]
    fn no_mutation_makes_it_panic(which in any::<prop::sample::Index>(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8), 1..6)) {
        let texts = texts();
        let text = &texts[which.index(texts.len())];
        let mut tokens = tokens(text);
        for (one, other, edit) in edits {
            let (one, other) = (one.index(tokens.len()), other.index(tokens.len()));
            match edit {
                0 => tokens.swap(one, other),
                1 => tokens[one] = tokens[other],
                2 => tokens.insert(one, tokens[other]),
                _ if tokens.len() > 1 => drop(tokens.remove(one)),
                _ => {}
            }
        }
        let mut project = Project::new();
        project.file("plan.terr", &tokens.concat());
        let found = project.check_anyway();
        for finding in found.iter() {
            prop_assert!(!finding.labels.is_empty(), "{} has no place", finding.message);
            finding.labels.iter().for_each(|l| drop(project.text(l.span)));
        }
    }
}

#[test]
fn a_long_chain_of_definitions_is_told_of() {
    let mut text =
        "plan p { effective 2027-02-01 to 2028-01-31 }\ncoverage field { pool rest }\nlet a0 = 1\n".to_owned();
    for i in 1..10_000 {
        let _ = writeln!(text, "let a{i} = a{} + 1", i - 1);
    }
    let mut project = Project::new();
    project.file("plan.terr", &text);
    let (_, found) = project.check();
    assert_eq!(found.iter().map(|f| f.code.name).collect::<Vec<_>>(), ["too-deep"]);
}

#[test]
fn weights_that_double_are_told_of() {
    let mut text =
        "plan p { effective 2027-02-01 to 2028-01-31 }\ncoverage field { pool rest }\nweight a0 = booked\n".to_owned();
    for i in 1..64 {
        let _ = writeln!(text, "weight a{i} = a{} + a{}", i - 1, i - 1);
    }
    let mut project = Project::new();
    project.file("plan.terr", &text);
    let (_, found) = project.check();
    assert_eq!(found.iter().map(|f| f.code.name).collect::<Vec<_>>(), ["too-deep"]);
}

#[test]
fn the_deepest_expression_fits_the_stack() {
    let most = terrac::syntax::MAX_EXPRESSION_DEPTH - 4;
    let brackets = terrac::syntax::MAX_NESTING - 2;
    let deep = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let weights = [
        vec!["booked"; most].join(" + "),
        deep("-", "booked", "", most),
        deep("abs(-", "booked", ")", brackets - 4),
        deep("(if not partner then ", "booked", " else 5)", brackets / 3),
    ];
    let segments = [
        deep("not ", "partner", "", most),
        deep("(partner or (partner and ", "partner", "))", brackets / 2),
        deep("(not ", "partner", ")", brackets - 4),
    ];
    let mut text = "plan p { effective 2027-02-01 to 2028-01-31 }\ncoverage field { pool rest }\n".to_owned();
    weights.iter().enumerate().for_each(|(i, w)| text += &format!("weight w{i} in money = {w}\n"));
    segments.iter().enumerate().for_each(|(i, s)| text += &format!("segment s{i} = {s}\n"));
    let plan = plan_of(&text);
    assert_eq!((plan.weights.len(), plan.segments.len()), (weights.len(), segments.len()));
}

/// Ten thousand lines of every kind. The time is for people to read; the bound only catches what grows too fast.
#[test]
fn ten_thousand_lines_are_checked_at_once() {
    let mut text = "plan p { effective 2027-02-01 to 2028-01-31 }\nweight worth = booked\n".to_owned();
    for i in 0..1000 {
        let _ = writeln!(text, "let floor_{i} = {i}\nsegment s_{i} = headcount > floor_{i} and complexity < 5");
        let _ = writeln!(text, "segment t_{i} = segment s_{i} or (segment s_{} and visits_per_year > {i})", 999 - i);
    }
    let _ = writeln!(text, "dimension region by state {{");
    for i in 0..2500 {
        let _ = writeln!(text, "  r_{i} \"S{i:05}\", \"T{i:05}*\"");
    }
    let _ = writeln!(text, "  rest else\n}}\ndimension size by headcount {{");
    for i in 0..2500 {
        let _ = writeln!(text, "  z_{i} {} ..< {}", i * 10, i * 10 + 10);
    }
    let _ = writeln!(text, "  rest else\n}}\ncoverage field {{ split region {{");
    for i in 0..1500 {
        let _ = writeln!(text, "  r_{i} -> carve c_{}", i % 100);
    }
    let _ = writeln!(text, "  else -> split size {{ z_1 -> pool a  else -> pool b }} }} }}");
    for i in 0..100 {
        let _ = writeln!(
            text,
            "carve c_{i} {{\n  seats reps where team = \"t{i}\"\n  unit zip\n  balance worth within 5%\n}}"
        );
    }
    for i in 0..1000 {
        let _ = writeln!(text, "named \"A{i}\" -> c_{} until 2027-12-31", i % 100);
    }
    let lines = text.lines().count();
    assert!(lines >= 10_000, "{lines} lines");
    let mut project = Project::new();
    project.file("plan.terr", &text);
    let mut time = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        assert!(project.check().0.is_some());
        time = time.min(start.elapsed());
    }
    let (_, found) = project.check();
    println!("{lines} lines checked in {time:?}");
    assert_eq!(found.count(Severity::Error), 0, "{:?}", found.iter().map(|f| &f.message).take(5).collect::<Vec<_>>());
    assert!(time.as_secs() < 5, "{time:?}");
}
