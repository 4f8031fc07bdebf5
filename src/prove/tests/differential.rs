//! The prover decides what visiting every cell decides.

use std::collections::{BTreeMap, BTreeSet};

use super::random::{Dice, Drawn, draw, grid};
use crate::classify::samples::{Cells, batch, column};
use crate::classify::{Account, NO_LEAF, Program, Reference};
use crate::diagnostics::Span;
use crate::plan::{ArmId, DimensionId, LeafTarget, Node, Partition, Plan, Pool, Selector, Split, Value};
use crate::prove::{Budget, Outcome, Part, Verdict, Why, changes, verdicts};
use crate::workspace::schema::ColumnId;

/// Plans by default; `PROVE_CASES` asks for more.
const CASES: usize = 5_000;

/// What visiting every cell finds out about one partition.
#[derive(Debug, Default)]
struct Visited {
    gap: bool,
    pairs: BTreeSet<(usize, usize)>,
    reached: BTreeSet<usize>,
    arms: usize,
}

struct Visit<'a> {
    plan: &'a Plan,
    reference: Reference<'a>,
    splits: BTreeMap<u32, Visited>,
    dimensions: Vec<Visited>,
    visits: u32,
}

impl Visit<'_> {
    fn account(&mut self, account: Account<'_>) {
        let excluded = self.plan.excludes.iter().any(|exclude| match &exclude.selector {
            Selector::Condition(condition) => self.reference.holds(condition, account),
            Selector::Keys(_) => false,
        });
        if excluded {
            return;
        }
        for (dimension, visited) in (0..).map(DimensionId).zip(&mut self.dimensions) {
            let declared = &self.plan.dimensions[dimension.0 as usize];
            let holding: BTreeSet<usize> = match &declared.partition {
                Partition::Conditions { arms } => arms
                    .iter()
                    .filter(|(condition, _)| self.reference.holds(condition, account))
                    .map(|(_, arm)| arm.0 as usize)
                    .collect(),
                _ => BTreeSet::new(),
            };
            // Asking the evaluator why an account strays is slow; conditions are simple enough to be looked at here.
            match (&declared.partition, holding.is_empty(), declared.otherwise) {
                (Partition::Conditions { .. }, true, None) => visited.gap = true,
                (Partition::Conditions { .. }, true, Some(arm)) => drop(visited.reached.insert(arm.0 as usize)),
                (Partition::Conditions { .. }, false, _) => {}
                _ => match self.reference.arm(dimension, account) {
                    Ok(arm) => drop(visited.reached.insert(arm.0 as usize)),
                    Err(stray) => visited.gap |= stray.claims.is_none(),
                },
            }
            visited.reached.extend(&holding);
            pairs(&holding.into_iter().collect::<Vec<_>>(), &mut visited.pairs);
        }
        let leaf = self.walk(account);
        self.visits += 1;
        if self.visits.is_multiple_of(16) {
            assert_eq!(leaf, self.reference.leaf(0, account).ok());
        }
    }

    /// The leaf of the account, and what every split on the way makes of it.
    fn walk(&mut self, account: Account<'_>) -> Option<u32> {
        let mut node = &self.plan.coverages[0].root;
        let mut number = 0;
        loop {
            let split = match node {
                Node::Leaf(leaf) => return Some(*leaf),
                Node::Split(split) => split,
            };
            let holding: Vec<usize> = match split {
                Split::Dimension { dimension, branch, .. } => {
                    let ArmId(arm) = self.reference.arm(*dimension, account).ok()?;
                    branch[arm as usize].map(|arm| arm as usize).into_iter().collect()
                }
                Split::Conditions { arms, otherwise, in_order, .. } => {
                    let holding =
                        arms.iter().enumerate().filter(|(_, arm)| self.reference.holds(&arm.condition, account));
                    let mut holding: Vec<usize> = holding.map(|(at, _)| at).collect();
                    if *in_order {
                        holding.truncate(1);
                    }
                    if holding.is_empty() && otherwise.is_some() {
                        holding.push(arms.len());
                    }
                    holding
                }
            };
            let visited = self.splits.entry(number).or_default();
            visited.gap |= holding.is_empty();
            visited.reached.extend(&holding);
            pairs(&holding, &mut visited.pairs);
            let [arm] = holding[..] else { return None };
            let nodes = nodes(split);
            number += 1 + nodes[..arm].iter().map(|node| count(node)).sum::<u32>();
            node = nodes[arm];
        }
    }
}

fn pairs(holding: &[usize], into: &mut BTreeSet<(usize, usize)>) {
    for (at, other) in holding.iter().enumerate() {
        into.extend(holding[..at].iter().map(|one| (*one, *other)));
    }
}

fn nodes(split: &Split) -> Vec<&Node> {
    match split {
        Split::Dimension { arms, .. } => arms.iter().map(|arm| &arm.node).collect(),
        Split::Conditions { arms, otherwise, .. } => {
            arms.iter().map(|arm| &arm.node).chain(otherwise.iter().map(|arm| &arm.node)).collect()
        }
    }
}

fn count(node: &Node) -> u32 {
    match node {
        Node::Leaf(_) => 0,
        Node::Split(split) => 1 + nodes(split).into_iter().map(count).sum::<u32>(),
    }
}

fn each_cell(drawn: &Drawn, visit: &mut dyn FnMut(Account<'_>)) {
    let pools: Vec<Vec<Option<Value>>> = drawn.columns.iter().map(|id| grid(&drawn.schema, *id)).collect();
    let all: usize = pools.iter().map(Vec::len).product();
    for mut at in 0..all {
        let mut cells: Vec<(ColumnId, Value)> = Vec::new();
        for (id, pool) in drawn.columns.iter().zip(&pools) {
            cells.extend(pool[at % pool.len()].clone().map(|value| (*id, value)));
            at /= pool.len();
        }
        visit(Account::Written(&cells));
    }
}

fn visited(drawn: &Drawn) -> Visit<'_> {
    let plan = &drawn.plan;
    let reference = Reference { plan, shapes: &[], totals: &[] };
    let dimensions = plan.dimensions.iter().map(|_| Visited::default()).collect();
    let mut visit = Visit { plan, reference, splits: BTreeMap::new(), dimensions, visits: 0 };
    each_cell(drawn, &mut |account| visit.account(account));
    for (id, visited) in plan.dimensions.iter().zip(&mut visit.dimensions) {
        visited.arms = id.arms.len();
    }
    visit
}

/// The compiled classifier, on the accounts of the witnesses: which find no leaf, which dimensions complain.
fn classified(drawn: &Drawn, verdicts: &[Verdict]) {
    let mut rows: Vec<Cells> = Vec::new();
    let mut splits = Vec::new();
    for verdict in verdicts {
        let outcomes = [&verdict.gap].into_iter().chain(verdict.overlaps.iter().map(|(.., outcome)| outcome));
        for outcome in outcomes {
            if let Outcome::Refuted(witness) = outcome {
                let mut row: Cells = vec![None; drawn.schema.columns.len()];
                row[column("account").0 as usize] = Some(Value::Text("A".into()));
                witness.cells.iter().for_each(|(id, value)| row[id.0 as usize] = Some(value.clone()));
                rows.push(row);
                splits.push(matches!(verdict.part, Part::Split(..)));
            }
        }
    }
    let program = Program::compile(&drawn.plan, &drawn.schema, column("account"), &[]);
    let done = program.classify(&batch(&rows, false));
    for (row, split) in splits.into_iter().enumerate() {
        assert!(!done.excluded.contains(&(row as u32)), "a witness is excluded");
        assert!(!split || done.leaves[0][row] == NO_LEAF, "the witness of a split has a leaf");
    }
    let found = !rows.is_empty();
    let dimensions = verdicts.iter().all(|verdict| matches!(verdict.part, Part::Dimension(_)) || verdict.is_proved());
    if found && !dimensions {
        assert!(!program.report(&done.findings).is_empty(), "the classifier finds nothing wrong with the witnesses");
    }
}

fn judge(verdict: &Verdict, visited: Option<&Visited>, case: u64) {
    let at = format!("case {case}, {:?}", verdict.part);
    let none = Visited::default();
    let visited = visited.unwrap_or(&none);
    match &verdict.gap {
        Outcome::Proved => assert!(!visited.gap, "{at}: a gap was not found"),
        Outcome::Refuted(witness) => assert!(visited.gap, "{at}: a gap was invented: {witness:?}"),
        other => panic!("{at}: {other:?}"),
    }
    let found: BTreeSet<(usize, usize)> = verdict.overlaps.iter().map(|(one, other, _)| (*one, *other)).collect();
    assert_eq!(found, visited.pairs, "{at}: overlaps {:?}", verdict.overlaps);
    for (.., outcome) in &verdict.overlaps {
        assert!(matches!(outcome, Outcome::Refuted(_)), "{at}: {outcome:?}");
    }
    for unreached in verdict.unreached.iter().filter(|unreached| unreached.why != Why::Repeats) {
        assert!(!visited.reached.contains(&unreached.arm), "{at}: arm {} is reached", unreached.arm);
    }
}

#[test]
fn proofs_agree_with_visits_of_every_cell() {
    let cases = std::env::var("PROVE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(CASES);
    let (mut proved, mut refuted) = (0, 0);
    for case in 0..cases as u64 {
        let drawn = draw(&mut Dice(case.wrapping_mul(0x1234_5678_9ABC_DEF1)));
        let visit = visited(&drawn);
        let verdicts = verdicts(&drawn.plan, &drawn.schema, Some(&[]), Budget::default());
        for verdict in &verdicts {
            let visited = match verdict.part {
                Part::Dimension(id) => Some(&visit.dimensions[id.0 as usize]),
                Part::Split(_, number) => visit.splits.get(&number),
            };
            judge(verdict, visited, case);
            if verdict.is_proved() { proved += 1 } else { refuted += 1 }
        }
        // A split that cells reach has a verdict.
        for number in visit.splits.keys() {
            assert!(verdicts.iter().any(|v| v.part == Part::Split(0, *number)), "case {case}: split {number}");
        }
        classified(&drawn, &verdicts);
    }
    // Both answers are met, and often.
    assert!(proved > cases && refuted > cases, "{proved} proved, {refuted} refuted");
}

/// The plan with pools for leaves, and a second one in which some leaves lead elsewhere.
fn two_plans(dice: &mut Dice) -> (Drawn, Plan) {
    let mut drawn = draw(dice);
    let pool = |name: &str| Pool { name: name.into(), because: None, span: Span::default() };
    drawn.plan.pools = ["a", "b", "c"].map(pool).into();
    for leaf in &mut drawn.plan.coverages[0].leaves {
        leaf.target = LeafTarget::Pool(dice.roll(3) as u32);
    }
    let mut other = drawn.plan.clone();
    for leaf in &mut other.coverages[0].leaves {
        if dice.one_in(4) {
            leaf.target = LeafTarget::Pool(dice.roll(3) as u32);
        }
    }
    (drawn, other)
}

#[test]
fn changes_agree_with_visits_of_every_cell() {
    let mut changed = 0;
    for case in 0..400u64 {
        let mut dice = Dice(case.wrapping_mul(0x9876_5432_1ABC_DEF3));
        let (drawn, other) = two_plans(&mut dice);
        let told = changes((&drawn.plan, None), (&other, None), &drawn.schema, Budget::default()).expect("few");
        let told: BTreeSet<(Option<String>, Option<String>)> =
            told.into_iter().map(|change| (change.from, change.to)).collect();
        let mut seen = BTreeSet::new();
        each_cell(&drawn, &mut |account| {
            let name = |plan: &Plan| {
                let leaf = Reference { plan, shapes: &[], totals: &[] }.leaf(0, account).ok()?;
                Some(super::super::place(plan, plan.coverages[0].leaves[leaf as usize].target))
            };
            let (from, to) = (name(&drawn.plan), name(&other));
            if from != to {
                seen.insert((from, to));
            }
        });
        assert_eq!(told, seen, "case {case}");
        changed += usize::from(!seen.is_empty());
    }
    assert!(changed > 50, "{changed}");
}
