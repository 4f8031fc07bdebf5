//! Plans without faults: what they come down to.

use terrac::check::check;
use terrac::diagnostics::Diagnostics;
use terrac::plan::{
    ArmId, BudgetOf, Condition, DimensionId, LeafTarget, Node, NumberKind, Partition, Plan, Predicate, SeatsFrom,
    Selector, Split, Target, TextPattern, Unit,
};

use super::project::Project;

const HOURS: Unit = Unit { money: 0, hours: 1, distance: 0 };

/// The plan of some files, which must be without any finding.
fn checked(texts: &[&str]) -> Plan {
    let mut project = Project::new();
    for (number, text) in texts.iter().enumerate() {
        project.file(&format!("{number}.terr"), text);
    }
    let (plan, found) = project.check();
    let messages: Vec<_> = found.iter().map(|f| format!("{}: {}", project.text(f.labels[0].span), f.message)).collect();
    assert_eq!(messages, Vec::<String>::new());
    plan.expect("a plan without findings is given")
}

/// A plan whose items stand in a coverage of their own.
fn with(items: &str) -> Plan {
    checked(&["plan p { effective 2027-02-01 to 2028-01-31 }\ncoverage field { pool rest }\n", items])
}

fn column(name: &str) -> terrac::workspace::schema::ColumnId {
    Project::new().manifest.accounts.schema.find(name).expect("the schema has it")
}

#[test]
fn the_example_of_the_language_comes_down_to_its_plan() {
    let plan = checked(&[include_str!("language.terr")]);
    assert_eq!((plan.weights[0].unit, plan.weights[1].unit), (Unit::default(), HOURS));
    let Partition::Ranges { ranges, .. } = &plan.dimensions[0].partition else { panic!("ranges") };
    let ends: Vec<_> = ranges.iter().map(|r| (r.from, r.to, r.arm)).collect();
    assert_eq!(
        ends,
        [(None, Some(200.0), ArmId(0)), (Some(200.0), Some(1000.0), ArmId(1)), (Some(1000.0), None, ArmId(2))]
    );
    assert_eq!((plan.dimensions[0].missing, plan.dimensions[0].otherwise), (Some(ArmId(3)), None));
    let Partition::Texts { patterns, .. } = &plan.dimensions[1].partition else { panic!("texts") };
    assert_eq!(patterns[0], (TextPattern::StartsWith("522".to_owned()), ArmId(0)));
    assert!(matches!(plan.dimensions[3].partition, Partition::Conditions { .. }));

    let field = &plan.coverages[0];
    assert_eq!(field.role.as_deref(), Some("ae"));
    let paths: Vec<String> = field
        .leaves
        .iter()
        .map(|leaf| {
            let steps = leaf.path.iter().map(|d| format!("{} {}", d.subject, d.matched).trim().to_owned());
            steps.collect::<Vec<_>>().join(" / ")
        })
        .collect();
    assert_eq!(
        paths,
        [
            "region northeast / size enterprise / industry fintech",
            "region northeast / size enterprise / industry else",
            "region northeast / size midmarket or smb",
            "region northeast / size unsized",
            "region southeast / potential is missing",
            "region southeast / potential >= 250k",
            "region southeast / else",
            "region rest",
        ]
    );
    assert_eq!(field.leaves[6].because.as_deref(), Some("marketing works these until they grow"));
    let names: Vec<&str> = plan.pools.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["ne_triage", "se_nurture"]);
    assert_eq!(plan.territories[0].owner.as_ref().map(|o| o.0.as_str()), Some("R001"));

    let (_, carve) = plan.carve("ne_enterprise").expect("it is declared");
    assert!(matches!(carve.seats, SeatsFrom::Reps { .. }));
    assert_eq!((carve.overcarve, carve.headroom, carve.unit), (0.15, 0.1, column("zip")));
    assert_eq!(carve.balances.iter().map(|b| (b.weight, b.within)).collect::<Vec<_>>(), [(0, 0.05), (1, 0.1)]);
    let budget = carve.keep.as_ref().and_then(|k| k.at_most.as_ref()).expect("a budget");
    assert_eq!((budget.share, budget.of), (0.08, BudgetOf::Column(column("revenue"))));
    assert_eq!(plan.carve("southeast").map(|(_, c)| c.template.as_str()), Some("southeast-{n:02}"));
    assert_eq!(plan.carve("ne_fintech").map(|(_, c)| c.unit), Some(column("account")));

    assert!(matches!(&plan.named[0].target, Target::CarveTerritory(0, name, _) if name == "NE-ENT-03"));
    assert!(matches!(&plan.named[0].selector, Selector::Keys(keys) if keys.len() == 2));
    assert_eq!(plan.excludes.len(), 1);
    assert_eq!(plan.expectations.len(), 4);
    assert_eq!(plan.tests[0].expects.len(), 1);
    assert_eq!(plan.shapes[0].path, "geo/london.geojson");
}

#[test]
fn else_takes_the_arms_that_are_left() {
    let plan = checked(&["plan p { effective 2027-02-01 to 2028-01-31 }
        dimension size by headcount { small < 5  middle 5 ..< 9  large >= 9 }
        coverage field { split size { middle -> pool a  else -> exclude } }"]);
    let Node::Split(Split::Dimension { dimension, branch, arms, .. }) = &plan.coverages[0].root else {
        panic!("a split")
    };
    assert_eq!((*dimension, branch.as_slice()), (DimensionId(0), [Some(1), Some(0), Some(1)].as_slice()));
    assert_eq!(arms.len(), 2);
    assert_eq!(plan.coverages[0].leaves[1].target, LeafTarget::Exclude);
}

#[test]
fn literals_come_down_to_base_units() {
    let plan = with(
        "let floor = 10k
        weight a = floor / 4
        weight b in hours = 1 d + 90 min
        weight c in km = clamp(10 mi, 1 km, 5 km)
        weight d in money = 5% * floor
        weight e = sqrt(round(3.6)) + min(3, 4, 2)",
    );
    let values: Vec<&NumberKind> = plan.weights.iter().map(|w| &w.value.kind).collect();
    let literals = [2500.0, 25.5, 5.0, 500.0, 4.0].map(NumberKind::Literal);
    assert_eq!(values, literals.iter().collect::<Vec<_>>());
    assert_eq!(plan.weights[3].unit, Unit { money: 1, hours: 0, distance: 0 });
}

#[test]
fn a_literal_stands_on_the_right_of_a_comparison() {
    let plan = with("segment a = 5 < headcount  segment b = 2020-01-01 >= since  segment c = 5 < 6");
    let Condition::Test(Predicate::Compare { left, op, right }, _) = &plan.segments[0].condition else {
        panic!("numbers")
    };
    assert_eq!(left.kind, NumberKind::Column(column("headcount")));
    assert_eq!((op, &right.kind), (&terrac::syntax::ast::CompareOp::Greater, &NumberKind::Literal(5.0)));
    let Condition::Test(Predicate::CompareDate { op, .. }, _) = &plan.segments[1].condition else { panic!("dates") };
    assert_eq!(*op, terrac::syntax::ast::CompareOp::LessEqual);
    assert_eq!(plan.segments[2].condition, Condition::Always(true));
}

#[test]
fn a_comparison_with_a_missing_value_never_holds() {
    // Nothing decides here, so that nullable columns may stand alone.
    let plan = with("segment a = county != \"x\"  segment b = county not in (\"x\", \"y*\")  segment c = county default \"x\" != \"x\"
        segment d = employees not in (1, 2 .. 4)");
    let there = |condition: &Condition| match condition {
        Condition::All(parts) => matches!(
            (&parts[0], &parts[1]),
            (Condition::Not(missing), Condition::Not(_)) if matches!(**missing, Condition::Test(Predicate::Missing(_), _))
        ),
        _ => false,
    };
    assert!(there(&plan.segments[0].condition));
    assert!(there(&plan.segments[1].condition));
    assert!(matches!(plan.segments[2].condition, Condition::Not(_)));
    assert!(there(&plan.segments[3].condition));
}

#[test]
fn days_are_ranges_with_both_ends_included() {
    let plan =
        with("dimension age by since { old < 2020-01-01  young 2020-01-01 ..< 2025-01-01  one 2025-01-01  new else }");
    let Partition::Dates { ranges, .. } = &plan.dimensions[0].partition else { panic!("dates") };
    let day = |y, m, d| chrono::NaiveDate::from_ymd_opt(y, m, d);
    assert_eq!(
        ranges.as_slice(),
        [
            (None, day(2019, 12, 31), ArmId(0)),
            (day(2020, 1, 1), day(2024, 12, 31), ArmId(1)),
            (day(2025, 1, 1), day(2025, 1, 1), ArmId(2)),
        ]
    );
    assert_eq!(plan.dimensions[0].otherwise, Some(ArmId(3)));
}

#[test]
fn ranges_of_one_arm_that_touch_become_one() {
    let plan = with("dimension size by booked { odd < 5, 5 ..< 9, > 20  even 9 .. 20 }");
    let Partition::Ranges { ranges, .. } = &plan.dimensions[0].partition else { panic!("ranges") };
    assert_eq!(
        ranges.iter().map(|r| (r.from, r.to, r.arm.0)).collect::<Vec<_>>(),
        [(None, Some(9.0), 0), (Some(9.0), Some(20.0), 1), (Some(20.0), None, 0)]
    );
    assert!(ranges[1].to_included && !ranges[2].from_included);
}

#[test]
fn a_mixed_dimension_becomes_conditions_with_its_missing_arm() {
    let plan = with("dimension size by employees { small < 5  odd when complexity > 3  none missing  rest else }");
    let Partition::Conditions { arms } = &plan.dimensions[0].partition else { panic!("conditions") };
    assert_eq!(arms.iter().map(|(_, arm)| arm.0).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(plan.dimensions[0].missing, Some(ArmId(2)));
    assert_eq!(plan.dimensions[0].otherwise, Some(ArmId(3)));
}

#[test]
fn weights_stand_for_their_expressions() {
    let plan = with("weight twice = 2 * once  weight once = booked  segment rich = twice > 5M");
    let Condition::Test(Predicate::Compare { left, .. }, _) = &plan.segments[0].condition else { panic!("numbers") };
    assert_eq!(left.kind, plan.weights[0].value.kind);
}

#[test]
fn shapes_are_numbered_by_their_paths() {
    let plan = with(
        "dimension a by location { x inside \"z.geojson\"  y else }
        segment b = location inside \"a.geojson\"",
    );
    assert_eq!(plan.shapes.iter().map(|s| s.path.as_str()).collect::<Vec<_>>(), ["a.geojson", "z.geojson"]);
    assert!(matches!(plan.segments[0].condition, Condition::Test(Predicate::Inside { shape: 0, .. }, _)));
}

#[test]
fn the_starter_project_is_without_findings() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (path, bytes) in terrac::sample::starter::files("starter").expect("the starter can be written") {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("the folder can be written");
        std::fs::write(path, bytes).expect("the folder can be written");
    }
    let loaded = terrac::compile::read(folder.path());
    let messages = |found: &Diagnostics| found.iter().map(|f| f.message.clone()).collect::<Vec<_>>();
    assert_eq!(messages(&loaded.diagnostics), Vec::<String>::new());
    let workspace = loaded.workspace.expect("the starter opens");
    let (plan, found) = check(&workspace.manifest, &workspace.sources, &loaded.files);
    assert_eq!(messages(&found), Vec::<String>::new());
    assert_eq!(plan.map(|p| p.carves.len()), Some(2));
}
