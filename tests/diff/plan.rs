//! Two plans compared: cases that a reviewer can read, and properties.
//!
//! A case holds a section `== base FILE` or `== head FILE` for each plan file, and `== facts` with what is to be found.
//! With `UPDATE_CASES=1` the last section is written anew.

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use terrac::compile::load_text;
use terrac::diagnostics::Sources;
use terrac::diff::Excerpt;
use terrac::diff::plan::{PlanDiff, Written, regions};
use terrac::prove::Budget;
use terrac::syntax::{ast, parse};
use terrac::workspace::Workspace;

use crate::folder::folder;

const MANIFEST: &str = r#"
[project]
name = "p"
plan = "plan.terr"

[accounts]
files = "accounts.csv"
key = "account"

[accounts.columns]
account   = "id"
state     = { type = "text", required = true }
zip       = { type = "text", required = true }
naics     = { type = "code", required = true }
employees = { type = "int", required = true }
revenue   = { type = "money", default = 0 }
potential = { type = "money", default = 0 }
visits    = { type = "number", default = 0 }
open_pipeline = { type = "money", default = 0 }
incumbent = "id"
location  = { type = "point", lat = "lat", lon = "lon" }

[reps]
files = "reps.csv"
key = "rep"

[reps.columns]
rep  = "id"
team = { type = "text", required = true }
"#;

struct Texts {
    files: Vec<ast::File>,
    sources: Sources,
}

impl Texts {
    fn new<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut read = Self { files: Vec::new(), sources: Sources::default() };
        for (name, text) in texts {
            let id = read.sources.add(name, text);
            let (file, found) = parse(id, text);
            assert!(!found.has_errors(), "{name}: {found:?}\n{text}");
            read.files.push(file);
        }
        read
    }

    fn written(&self) -> Written<'_> {
        Written { files: &self.files, sources: &self.sources }
    }
}

fn diff(base: &Texts, head: &Texts) -> PlanDiff {
    PlanDiff::between(base.written(), head.written())
}

fn workspace() -> Workspace {
    let folder = folder([("terrac.toml", MANIFEST), ("plan.terr", "")]);
    terrac::workspace::open(folder.path()).0.expect("a project")
}

/// What a reviewer reads.
fn told(diff: &PlanDiff) -> String {
    let mut out = String::new();
    let excerpt = |sign: char, excerpt: &Option<Excerpt>, out: &mut String| {
        if let Some(excerpt) = excerpt {
            let _ = writeln!(out, "    {}:{}", excerpt.file, excerpt.line);
            excerpt.text.lines().for_each(|line| *out += &format!("  {sign} {line}\n"));
        }
    };
    for item in &diff.changes.items {
        let was = item.was.as_ref().map_or(String::new(), |was| format!(" (was {was})"));
        let _ = writeln!(out, "{} {}{was}: {:?}, {} hunks", item.kind, item.name, item.change, item.hunks.len());
    }
    let _ = writeln!(out, "{} unchanged", diff.changes.unchanged);
    for rename in &diff.renames {
        let within = rename.within.as_ref().map_or(String::new(), |within| format!(" of {within}"));
        let kept = if rename.kept { "" } else { " (in worlds)" };
        let _ = writeln!(out, "rename {}{within}: {} -> {}{kept}", rename.kind, rename.old, rename.new);
    }
    for fact in &diff.facts {
        let _ = writeln!(out, "\n{:?}: {}", fact.kind, fact.title);
        if let Some(because) = &fact.because {
            let _ = writeln!(out, "  because {because}");
        }
        excerpt('-', &fact.before, &mut out);
        excerpt('+', &fact.after, &mut out);
    }
    out
}

fn without_was(text: &str) -> String {
    let mut parts = text.split(" was ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += part.find([' ', '\n']).map_or("", |end| &part[end..]);
    }
    out
}

/// Worlds at both ends mean the base and the head, and check.
fn ends(base: &Texts, head: &Texts, workspace: Option<&Workspace>) -> Result<(), String> {
    let found = diff(base, head);
    let (none, all) = (found.world(|_| false), found.world(|_| true));
    if let Some(workspace) = workspace {
        for (end, text) in [("base", &none), ("head", &all)] {
            if let Err(why) = load_text(workspace, "world.terr", text) {
                let said: Vec<_> = why.into_iter().map(|d| d.message).collect();
                return Err(format!("the world of the {end} does not check: {said:?}\n{text}"));
            }
        }
    }
    let (none, all) = (Texts::new([("world.terr", none.as_str())]), Texts::new([("world.terr", all.as_str())]));
    // What it was called before is no part of a world.
    let head = head.sources.iter().map(|(_, source)| (source.name.clone(), without_was(&source.text)));
    let head: Vec<(String, String)> = head.collect();
    let head = &Texts::new(head.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let to_head = diff(&all, head);
    if !to_head.facts.is_empty() {
        return Err(format!("a world with all facts is not the head:\n{}", told(&to_head)));
    }
    // Where names change hands, they cannot tell what was what.
    let handed = found
        .renames
        .iter()
        .any(|rename| base.sources.iter().any(|(_, source)| source.text.contains(&format!(" {} ", rename.new))));
    let to_base = if handed { diff(base, base) } else { diff(base, &none) };
    let renamed = |title: &str| title.contains(" renamed to ");
    if to_base.facts.iter().any(|fact| !renamed(&fact.title)) {
        return Err(format!("a world without facts is not the base:\n{}", told(&to_base)));
    }
    let again = diff(&none, &all);
    let facts = |diff: &PlanDiff| diff.facts.iter().filter(|fact| !renamed(&fact.title)).count();
    if facts(&again) != facts(&found) || !again.renames.is_empty() {
        return Err(format!("between its ends:\n{}\ninstead of\n{}", told(&again), told(&found)));
    }
    Ok(())
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff/plan");
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).expect("cases").map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    let (workspace, mut wrong) = (workspace(), Vec::new());
    for path in names {
        let case = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a case");
        let (mut base, mut head, mut facts) = (Vec::new(), Vec::new(), String::new());
        let start = text.find("== ").expect("sections");
        let mut written = text[..start].to_owned();
        for section in text[start..].split("== ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            match title.split_once(' ') {
                Some(("base", file)) => base.push((file, body)),
                Some(("head", file)) => head.push((file, body)),
                _ => {
                    facts = body.to_owned();
                    continue;
                }
            }
            written += &format!("== {section}");
        }
        let (base, head) = (Texts::new(base), Texts::new(head));
        let found = told(&diff(&base, &head));
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(&path, format!("{written}== facts\n{found}")).expect("written");
        } else if found != facts {
            wrong.push(format!("{case}: found\n{found}\ninstead of\n{facts}"));
        }
        wrong.extend(ends(&base, &head, Some(&workspace)).err().map(|why| format!("{case}: {why}")));
        wrong.extend(ends(&head, &base, Some(&workspace)).err().map(|why| format!("{case}, backwards: {why}")));
        for side in [&base, &head] {
            let itself = diff(side, side);
            assert!(itself.facts.is_empty() && itself.renames.is_empty(), "{case}: {}", told(&itself));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

const PLAN: &str = include_str!("../../plans/hybrid/plan.terr");

#[test]
fn regions_tell_who_goes_elsewhere_and_nothing_of_new_names() {
    let base = "plan p { effective 2027-02-01 to 2028-01-31 }
let floor = 1_000
dimension size by employees { small < floor  large >= floor }
dimension region by state { east CT, NJ, NY  rest else }
coverage field { split region { east -> split size { small -> territory a  large -> territory b }  rest -> exclude } }
territory a owner \"R1\"
territory b owner \"R2\"
";
    let head = base
        .replace("1_000", "2_500")
        .replace("territory b owner", "territory big was b owner")
        .replace("territory b }", "territory big }")
        .replace("coverage field", "coverage sales was field")
        .replace("NJ, NY", "NY");
    let workspace = workspace();
    let told = |head: &str| -> Vec<String> {
        let found = diff(&Texts::new([("plan.terr", base)]), &Texts::new([("plan.terr", head)]));
        let plan = |all: bool| load_text(&workspace, "world.terr", &found.rules(|_| all)).expect("checks").plan;
        let (before, after) = (plan(false), plan(true));
        let schema = &workspace.manifest.accounts.schema;
        let regions = regions((&before, None), (&after, None), schema, Budget::default()).expect("few combinations");
        regions.iter().map(|r| format!("{}: {}: {} -> {}", r.coverage, r.accounts, r.from, r.to)).collect()
    };
    assert_eq!(
        told(&head),
        [
            "sales: accounts with state = NJ and employees < 1,000: a -> excluded",
            "sales: accounts with state = NJ and employees ≥ 1,000: big -> excluded",
            "sales: accounts with state in (CT, NY) and 1,000 ≤ employees < 2,500: big -> a",
        ]
    );
    let renamed = head.replace("2_500", "1_000").replace("CT, NY", "CT, NJ, NY");
    assert_eq!(told(&renamed), Vec::<String>::new());
}

/// Edits that do not touch each other.
const EDITS: &[(&str, &str)] = &[
    ("effective 2027-02-01 to 2028-01-31", "effective 2027-02-01 to 2028-03-31"),
    ("enterprise_floor = 1_000", "enterprise_floor = 1_500"),
    ("* 90 min", "* 100 min"),
    ("< 200\n  midmarket  200", "< 150\n  midmarket  150"),
    ("\"45*\", \"72*\"", "\"72*\""),
    ("\"61*\", \"92*\"", "\"45*\", \"61*\", \"92*\""),
    ("  unsized    missing\n", "  unsized    missing because \"rare\"\n"),
    ("CT, DC, DE", "CT, DE"),
    ("  midwest   IA", "  centre    TX\n  midwest   IA"),
    ("segment strategic", "segment top"),
    ("revenue default 0 >= 2.5B", "revenue default 0 >= 3B"),
    ("      midmarket  -> carve midmarket\n", "      midmarket  -> carve enterprise\n"),
    (
        "retail -> pool web_shop",
        "retail -> split region {\n          west -> pool web_shop\n          else -> pool triage\n        }",
    ),
    ("  headroom 10%\n", ""),
    ("carve midmarket \"MID", "carve midmarket \"MM"),
    ("overcarve 30%", "overcarve 20%"),
    ("because \"their new CFO worked with the rep before\"", "because \"asked for\""),
    ("until 2027-04-30", "until 2027-05-31"),
    ("exclude segment competitor because \"not sold to\"\n", ""),
    ("expect imbalance(opportunity) <= 5% in east\n", "warn imbalance(opportunity) <= 4% in east\n"),
    ("employees = 450", "employees = 500"),
    ("# What must come out.", "let spare = 5\nnamed \"A1\" -> triage\n"),
];

/// The items of a text in another order, with other layout and comments.
fn shuffled(text: &str, order: &[u32]) -> String {
    let read = Texts::new([("plan.terr", text)]);
    let mut items: Vec<(u32, String)> = Vec::new();
    for (at, item) in read.files[0].items.iter().enumerate() {
        let words = text[item.span.range()].replace("\n  ", "\n     ");
        items.push((order[at % order.len()].wrapping_mul(at as u32 + 7), format!("# item\n{words} # its end\n\n")));
    }
    items.sort();
    items.into_iter().map(|(_, item)| item).collect()
}

fn edited(chosen: &[bool]) -> String {
    let edits = EDITS.iter().zip(chosen).filter(|(_, chosen)| **chosen);
    edits.fold(PLAN.to_owned(), |text, ((from, to), _)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn worlds_lie_between_base_and_head(
        before in proptest::collection::vec(proptest::bool::weighted(0.2), EDITS.len()),
        after in proptest::collection::vec(any::<bool>(), EDITS.len()),
        order in proptest::collection::vec(any::<u32>(), 40),
        applied in proptest::collection::vec(any::<bool>(), 64),
    ) {
        let (base, head) = (edited(&before), edited(&after));
        let texts = |text: &str| Texts::new([("plan.terr", text)]);
        let (base, moved) = (texts(&base), texts(&shuffled(&head, &order)));
        let head = texts(&head);
        prop_assert!(diff(&head, &moved).facts.is_empty(), "{}", told(&diff(&head, &moved)));
        prop_assert!(diff(&moved, &head).changes.items.is_empty());
        if let Err(why) = ends(&base, &moved, None) {
            return Err(TestCaseError::fail(why));
        }
        let found = diff(&base, &moved);
        // The order of the items is no matter.
        let titles = |diff: &PlanDiff| {
            let mut titles: Vec<String> = diff.facts.iter().map(|fact| fact.title.clone()).collect();
            titles.sort();
            titles
        };
        prop_assert_eq!(titles(&found), titles(&diff(&base, &head)));
        prop_assert_eq!(found.changes.items.iter().map(|item| item.hunks.len()).sum::<usize>(), found.facts.len());
        // A world between makes sense as a text, and the way there and the way from there are the whole way.
        let between = found.world(|fact| applied[fact % applied.len()]);
        let (start, between, end) =
            (found.world(|_| false), texts(&between), found.world(|_| true));
        let renames = found.facts.iter().filter(|fact| fact.title.contains(" renamed to ")).count();
        let (there, on) = (diff(&texts(&start), &between), diff(&between, &texts(&end)));
        prop_assert_eq!(there.facts.len() + on.facts.len(), found.facts.len() - renames, "{}\n{}", told(&there), told(&on));
    }
}

#[test]
fn long_plans_are_compared_in_no_time() {
    let mut base = PLAN.to_owned();
    for n in 0..3000 {
        base += &format!("named \"B{n}\" -> triage until 2027-12-31 because \"reason {n}\"\n");
    }
    let head = base.replace("reason 17", "another reason 17").replace("\"B20", "\"C20");
    let (base, head) = (Texts::new([("plan.terr", base.as_str())]), Texts::new([("plan.terr", head.as_str())]));
    let start = std::time::Instant::now();
    let found = diff(&base, &head);
    for n in 0..20 {
        assert!(found.world(|fact| fact % 20 == n).len() > 100_000);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    assert_eq!(found.facts.len(), 111 + 111, "{}", found.facts.len());
}
