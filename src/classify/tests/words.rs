//! What people read about accounts that the plan cannot place.

use crate::classify::Program;
use crate::classify::samples::{
    Cells, at_least, batch, column, day, is_text, literal, number, of, plan, schema, shapes,
};
use crate::diagnostics::{Diagnostic, FileId, Span};
use crate::plan::{
    Arm, ArmId, ConditionArm, Dimension, DimensionId, Exclude, Hold, HoldOwner, Named, Node, NumberKind, Partition,
    Plan, Selector, Split, SplitArm, Target, TextPattern, Unit, Value, Weight,
};

fn at(start: usize) -> Span {
    Span::new(FileId(0), start, start + 1)
}

fn account(key: &str, state: Option<&str>, employees: f64) -> Cells {
    let mut cells = vec![None; schema().columns.len()];
    cells[0] = Some(Value::Text(key.into()));
    cells[1] = state.map(|state| Value::Text(state.into()));
    cells[column("employees").0 as usize] = Some(Value::Number(employees));
    cells
}

fn accounts() -> Vec<Cells> {
    vec![
        account("A4", Some("NY"), 12.0),
        account("A3", Some("CT"), 0.0),
        account("A2", None, 5.0),
        account("A1", Some("NY"), -3.0),
        account("A0", Some("NY"), 400.0),
    ]
}

fn findings(plan: &Plan) -> Vec<Diagnostic> {
    let program = Program::compile(plan, &schema(), column("account"), &shapes());
    let batch = batch(&accounts(), true);
    let done = program.classify(&batch);
    let mut findings = done.findings;
    findings.merge(program.weigh(&batch, &done.excluded).findings);
    program.report(&findings).into_iter().collect()
}

fn lines(diagnostic: &Diagnostic) -> Vec<String> {
    let labels = diagnostic.labels.iter().map(|l| format!("{}: {}", l.span.start, l.text));
    let all = std::iter::once(format!("{}: {}", diagnostic.code.name, diagnostic.message)).chain(labels);
    all.chain(diagnostic.notes.iter().cloned()).collect()
}

fn condition_split(conditions: Vec<crate::plan::Condition>, in_order: bool) -> Node {
    let arm =
        |(condition, leaf): (_, u32)| ConditionArm { condition, node: Node::Leaf(leaf), span: at(20 + leaf as usize) };
    let arms = conditions.into_iter().zip(0..).map(arm).collect();
    Node::Split(Split::Conditions { arms, otherwise: None, in_order, unproved: None, span: at(10) })
}

fn by_state(otherwise: Option<u32>) -> Dimension {
    let arm = |(name, place)| Arm { name: String::from(name), because: None, span: at(place) };
    Dimension {
        name: "region".into(),
        was: None,
        arms: [("east", 51), ("rest", 52)].map(arm).into(),
        partition: Partition::Texts {
            column: column("state"),
            default: None,
            patterns: vec![(TextPattern::Exactly("NY".into()), ArmId(0))],
        },
        missing: None,
        otherwise: otherwise.map(ArmId),
        unproved: None,
        because: None,
        span: at(50),
    }
}

#[test]
fn a_split_without_an_arm() {
    let plan = plan(condition_split(vec![at_least("employees", 100.0), is_text("state", "CT")], false), 2);
    let [finding] = &findings(&plan)[..] else { panic!("one finding") };
    assert_eq!(
        lines(finding),
        [
            "fell-through: 3 accounts, `A1` among them, fall through a split",
            "10: no arm takes `A1`",
            "`A1` is account { employees = -3, state = \"NY\" }",
            "`A2` is account { employees = 5, state missing }",
            "`A4` is account { employees = 12, state = \"NY\" }",
        ]
    );
}

#[test]
fn a_split_with_two_arms() {
    let arms = vec![at_least("employees", -10.0), is_text("state", "CT")];
    let [finding] = &findings(&plan(condition_split(arms.clone(), false), 2))[..] else { panic!("one finding") };
    assert_eq!(
        lines(finding),
        [
            "claimed-twice: account `A3` is claimed by two arms of a split",
            "20: claims `A3`",
            "21: claims it too",
            "`A3` is account { employees = 0, state = \"CT\" }",
        ]
    );
    assert!(findings(&plan(condition_split(arms, true), 2)).is_empty());
}

#[test]
fn dimensions() {
    let leaf = |leaf| SplitArm { node: Node::Leaf(leaf), span: at(30) };
    let split = Split::Dimension {
        dimension: DimensionId(0),
        branch: vec![Some(0), None],
        arms: vec![leaf(0)],
        unproved: None,
        span: at(10),
    };
    let mut plan = plan(Node::Split(split), 1);
    plan.dimensions = vec![by_state(None)];
    let [finding] = &findings(&plan)[..] else { panic!("the dimension's finding alone") };
    assert_eq!(
        lines(finding),
        [
            "fell-through: 2 accounts, `A2` among them, fall through dimension `region`",
            "50: no arm takes `A2`",
            "`A2` is account { state missing }",
            "`A3` is account { state = \"CT\" }",
        ]
    );
    plan.dimensions = vec![by_state(Some(1))];
    let [finding] = &findings(&plan)[..] else { panic!("now the split's") };
    assert_eq!(
        lines(finding)[..2],
        ["fell-through: 2 accounts, `A2` among them, fall through a split", "10: no arm takes `A2`",]
    );
    let arms = vec![(at_least("employees", 0.0), ArmId(0)), (is_text("state", "NY"), ArmId(1))];
    plan.dimensions = vec![Dimension { partition: Partition::Conditions { arms }, ..by_state(Some(0)) }];
    let found = findings(&plan);
    assert_eq!(
        lines(&found[1])[..3],
        [
            "claimed-twice: 2 accounts, `A0` among them, are claimed by two arms of dimension `region`",
            "51: claims `A0`",
            "52: claims it too",
        ]
    );
    assert_eq!(lines(&found[0])[0], "fell-through: account `A1` falls through a split");
}

#[test]
fn exceptions_come_before_the_tree_and_must_agree() {
    let keys = |keys: &[(&str, usize)]| Selector::Keys(keys.iter().map(|(k, p)| ((*k).to_owned(), at(*p))).collect());
    let mut plan = plan(condition_split(vec![is_text("state", "CT")], false), 1);
    let named = |selector, pool, place| Named {
        selector,
        target: Target::Pool(pool),
        coverage: 0,
        until: None,
        because: None,
        span: at(place),
    };
    plan.named = vec![
        named(keys(&[("A0", 61), ("A1", 62)]), 0, 60),
        named(keys(&[("A0", 64), ("A4", 65)]), 0, 63),
        named(Selector::Condition(at_least("employees", 100.0)), 1, 66),
    ];
    plan.excludes = vec![Exclude {
        selector: Selector::Condition(at_least("employees", 5.0)),
        coverage: Some(0),
        because: None,
        span: at(70),
    }];
    assert!(findings(&plan).is_empty(), "what is excluded is not asked");
    plan.excludes.clear();
    let found = findings(&plan);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(lines(&found[0])[..2], ["fell-through: account `A2` falls through a split", "10: no arm takes `A2`",]);
    assert_eq!(
        lines(&found[1]),
        [
            "contradicting-exceptions: account `A0` is named in two ways at once",
            "66: says otherwise about `A0`",
            "61: has the same force",
            "`A0` is account { employees = 400 }",
        ]
    );
    let hold = |from: Option<i32>, until, owner| Hold {
        selector: keys(&[("A3", 80)]),
        owner,
        coverage: None,
        from: from.map(day),
        until: day(until),
        because: None,
        span: at(80),
    };
    let rep = |rep: &str| HoldOwner::Rep(rep.into(), at(0));
    plan.named.clear();
    plan.excludes = vec![Exclude {
        selector: keys(&[("A0", 1), ("A1", 1), ("A2", 1), ("A4", 1)]),
        coverage: None,
        because: None,
        span: at(0),
    }];
    plan.holds = vec![hold(None, 10, rep("R1")), hold(Some(11), 20, rep("R2")), hold(Some(10), 12, rep("R1"))];
    let [finding] = &findings(&plan)[..] else { panic!("the second and the third overlap") };
    assert_eq!(lines(finding)[0], "contradicting-exceptions: account `A3` is held in two ways at once");
}

#[test]
fn weights() {
    let mut plan = plan(Node::Leaf(0), 1);
    let weight =
        |value| Weight { name: "effort".into(), was: None, unit: Unit::default(), value, because: None, span: at(90) };
    let divided = number(NumberKind::Divide(Box::new(literal(6.0)), Box::new(of("employees"))));
    let divided = crate::plan::Number { span: at(92), ..divided };
    let sum = number(NumberKind::Add(Box::new(literal(1.0)), Box::new(divided)));
    plan.weights = vec![weight(crate::plan::Number { span: at(91), ..sum })];
    let found = findings(&plan);
    assert_eq!(
        lines(&found[0])[..2],
        ["bad-weight: weight `effort` is negative for account `A1`", "91: negative here for `A1`",]
    );
    assert_eq!(
        lines(&found[1]),
        [
            "bad-weight: weight `effort` is infinite for account `A3`",
            "92: infinite here for `A3`",
            "`A3` is account { employees = 0 }",
        ]
    );
    plan.weights = vec![weight(of("revenue"))];
    assert_eq!(lines(&findings(&plan)[0])[0], "bad-weight: weight `effort` is missing for 5 accounts, `A0` among them");
}

#[test]
fn totals() {
    let mut plan = plan(Node::Leaf(0), 1);
    let shared = number(NumberKind::Share(Box::new(literal(0.0))));
    let weight =
        |value| Weight { name: "w".into(), was: None, unit: Unit::default(), value, because: None, span: at(90) };
    plan.weights = vec![weight(shared)];
    let program = Program::compile(&plan, &schema(), column("account"), &shapes());
    let weighed = program.weigh(&batch(&accounts(), true), &[]);
    let bad: Vec<String> = program.check_totals(&weighed.totals).into_iter().map(|d| d.message).collect();
    assert_eq!(bad, ["the total over all accounts is nought, no account has a share of it"]);
}
