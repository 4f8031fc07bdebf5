//! Kernels and reference say the same.

use proptest::prelude::*;

use crate::classify::samples::random::{Known, cells, conditions, plans};
use crate::classify::samples::{Cells, at_least, batch, column, is_text, plan, schema, shapes};
use crate::classify::survey::Survey;
use crate::classify::{
    Account, Classified, Excepted, Filter, NO_LEAF, Program, Reference, Statement, Totals, exceptions,
};
use crate::data::{Batch, ExactSum};
use crate::diagnostics::Span;
use crate::plan::{Condition, ConditionArm, DimensionId, Node, Number, Plan, Split, Value};

fn program(plan: &Plan) -> Program {
    Program::compile(plan, &schema(), column("account"), &shapes())
}

/// What the plain evaluator says of every row.
fn plainly(plan: &Plan, batch: &Batch) -> (Vec<Vec<u32>>, Vec<Excepted>, Vec<u32>) {
    let shapes = shapes();
    let reference = Reference { plan, shapes: &shapes, totals: &[] };
    let leaves = (0..plan.coverages.len() as u32)
        .map(|c| (0..batch.rows).map(|row| reference.leaf(c, Account::Row(batch, row)).unwrap_or(NO_LEAF)).collect())
        .collect();
    let mut excepted = Vec::new();
    let mut excluded = Vec::new();
    for row in 0..batch.rows {
        let account = Account::Row(batch, row);
        let key = batch.column(column("account")).text(row).unwrap_or_default();
        let excludes = plan.excludes.iter().zip(0..).map(|(s, i)| (Statement::Exclude(i), &s.selector, true));
        let named = plan
            .named
            .iter()
            .zip(0..)
            .map(|(s, i)| (Statement::Named(i), &s.selector, s.until.is_none_or(|until| until >= plan.term.0)));
        let holds = plan.holds.iter().zip(0..).map(|(s, i)| {
            let begins = s.from.is_none_or(|from| from <= plan.term.1);
            (Statement::Hold(i), &s.selector, begins && s.until >= plan.term.0)
        });
        let mut covers = vec![false; plan.coverages.len()];
        for (statement, selector, active) in excludes.chain(named).chain(holds) {
            if !active || !reference.selects(selector, key, account) {
                continue;
            }
            let place = match selector {
                crate::plan::Selector::Keys(keys) => keys.iter().position(|(k, _)| k == key).map(|i| i as u32),
                crate::plan::Selector::Condition(_) => None,
            };
            excepted.push(Excepted { row: row as u32, statement, key: place });
            if let Statement::Exclude(index) = statement {
                match plan.excludes[index as usize].coverage {
                    Some(coverage) => covers[coverage as usize] = true,
                    None => covers.fill(true),
                }
            }
        }
        if covers.iter().all(|covered| *covered) {
            excluded.push(row as u32);
        }
    }
    (leaves, excepted, excluded)
}

/// The dimensions that the plan asks for anywhere.
fn asked(plan: &Plan) -> Vec<DimensionId> {
    let mut survey = Survey::new(plan);
    exceptions::survey(plan, &mut survey);
    plan.coverages.iter().for_each(|coverage| survey.node(&coverage.root));
    plan.weights.iter().for_each(|weight| survey.number(&weight.value));
    survey.dimensions.into_iter().collect()
}

/// How many findings there should be: dimensions and splits without exactly one arm, and contradictions.
fn lost_plainly(plan: &Plan, batch: &Batch, done: &Classified, asked: &[DimensionId]) -> usize {
    let shapes = shapes();
    let reference = Reference { plan, shapes: &shapes, totals: &[] };
    let mut lost = 0;
    for row in 0..batch.rows {
        let account = Account::Row(batch, row);
        let met = done.excepted_of(row as u32);
        if done.excluded.contains(&(row as u32)) {
            continue;
        }
        lost += asked.iter().filter(|dimension| reference.arm(**dimension, account).is_err()).count();
        for coverage in 0..plan.coverages.len() as u32 {
            let strays = matches!(reference.leaf(coverage, account), Err(stray) if stray.dimension.is_none());
            lost += usize::from(strays && !exceptions::settled(plan, met, coverage));
        }
        lost += exceptions::contradictions(plan, met).len();
    }
    lost
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// Equal but for the noise of another order of operations.
fn close(a: f64, b: f64) -> bool {
    same(a, b) || (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// Few cases by default, since each is a whole plan; `PROPTEST_CASES` asks for more.
fn cases() -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(96),
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn conditions_agree(
        condition in conditions(Known { dimensions: 0, segments: 0, numbers: true }),
        rows in proptest::collection::vec(cells(), 0..60),
        coded in any::<bool>(),
    ) {
        let (plan, shapes, batch) = (plan(Node::Leaf(0), 1), shapes(), batch(&rows, coded));
        let filter = Filter::compile(&condition, &plan, &schema(), &shapes);
        let reference = Reference { plan: &plan, shapes: &shapes, totals: &[] };
        let holds = filter.evaluate(&batch);
        prop_assert_eq!(holds.len(), rows.len());
        for row in 0..rows.len() {
            prop_assert_eq!(holds.value(row), reference.holds(&condition, Account::Row(&batch, row)), "row {}", row);
        }
    }

    #[test]
    fn plans_agree(plan in plans(), rows in proptest::collection::vec(cells(), 0..60), coded in any::<bool>()) {
        let (program, batch) = (program(&plan), batch(&rows, coded));
        let done = program.classify(&batch);
        let (leaves, excepted, excluded) = plainly(&plan, &batch);
        prop_assert_eq!(&done.leaves, &leaves);
        prop_assert_eq!(&done.excepted, &excepted);
        prop_assert_eq!(&done.excluded, &excluded);
        let asked = asked(&plan);
        prop_assert_eq!(done.findings.accounts(), lost_plainly(&plan, &batch, &done, &asked) as u64);
        prop_assert_eq!(program.report(&done.findings).has_errors(), !done.findings.is_empty());
    }

    #[test]
    fn order_and_batches_do_not_matter(
        plan in plans(),
        rows in proptest::collection::vec(cells(), 1..60),
        order in any::<proptest::sample::Index>(),
        cut in any::<proptest::sample::Index>(),
    ) {
        // Keys are unique, as they are once the accounts are read.
        let mut rows = rows;
        rows.sort_by_key(|row| format!("{:?}", row[0]));
        rows.dedup_by(|a, b| a[0] == b[0]);
        let program = program(&plan);
        let whole = batch(&rows, true);
        let done = program.classify(&whole);
        let turn = order.index(rows.len());
        let turned: Vec<Cells> = rows[turn..].iter().chain(&rows[..turn]).rev().cloned().collect();
        let mut findings = crate::classify::Findings::default();
        let mut totals = Totals::default();
        let cut = cut.index(rows.len());
        let mut leaves = vec![Vec::new(); plan.coverages.len()];
        for part in [&turned[..cut], &turned[cut..]] {
            let part = batch(part, false);
            let classified = program.classify(&part);
            findings.merge(classified.findings);
            let weights = program.weigh(&part, &classified.excluded);
            totals.merge(&weights.totals);
            findings.merge(weights.findings);
            leaves.iter_mut().zip(classified.leaves).for_each(|(all, of_part)| all.extend(of_part));
        }
        for (all, turned) in done.leaves.iter().zip(&leaves) {
            let expected: Vec<u32> = all[turn..].iter().chain(&all[..turn]).rev().copied().collect();
            prop_assert_eq!(turned, &expected);
        }
        let first = program.weigh(&whole, &done.excluded);
        let mut together = done.findings.clone();
        together.merge(first.findings);
        prop_assert_eq!(findings, together);
        prop_assert_eq!(&totals, &first.totals);
    }

    #[test]
    fn weights_agree(plan in plans(), rows in proptest::collection::vec(cells(), 0..60), coded in any::<bool>()) {
        let (program, batch) = (program(&plan), batch(&rows, coded));
        let excluded = program.classify(&batch).excluded;
        let weighed = program.weigh(&batch, &excluded);
        let (weights, findings) = program.weights(&batch, &excluded, &weighed.totals);
        let shares: Vec<(Number, f64)> = program.shares(&weighed.totals);
        let shapes = shapes();
        let reference = Reference { plan: &plan, shapes: &shapes, totals: &shares };
        let mut bad = 0;
        for (index, weight) in plan.weights.iter().enumerate() {
            for row in 0..batch.rows {
                let plain = match excluded.contains(&(row as u32)) {
                    true => 0.0,
                    false => reference.number(&weight.value, Account::Row(&batch, row)).unwrap_or(f64::NAN),
                };
                prop_assert!(same(weights[index].value(row), plain), "{} {}", weights[index].value(row), plain);
                bad += u64::from(!(plain.is_finite() && plain >= 0.0));
                let atoms = |atom: u32| weighed.atoms[atom as usize][row];
                if let Some(sum) = program.weight(index as u32, atoms, &weighed.totals)
                    && plain.is_finite()
                    && sum.is_finite()
                {
                    prop_assert!(close(sum, plain), "{} {}", sum, plain);
                }
            }
        }
        prop_assert_eq!(findings.accounts(), bad);
        // Whatever the first pass finds bad, the second does too, unless it needs totals that do not exist.
        if program.check_totals(&weighed.totals).is_empty() {
            prop_assert!(weighed.findings.accounts() <= bad);
            if bad > 0 && !program.needs_second_pass(&weighed.totals) {
                prop_assert!(!weighed.findings.is_empty());
            }
        }
        for (part, total) in &shares {
            let taking = (0..batch.rows).filter(|row| !excluded.contains(&(*row as u32)));
            let sum = taking
                .map(|row| reference.number(part, Account::Row(&batch, row)).unwrap_or(f64::NAN))
                .try_fold(ExactSum::default(), ExactSum::add);
            prop_assert!(same(sum.map_or(f64::NAN, ExactSum::value), *total));
        }
    }
}

/// More arms than one word of a decision table has bits, with overlaps between words.
#[test]
fn splits_of_many_arms_agree() {
    let arms: Vec<ConditionArm> = (0..150u32)
        .map(|arm| {
            let shared = at_least("employees", f64::from(arm % 140));
            let not_beyond = Condition::Not(Box::new(at_least("employees", f64::from(arm % 140 + 1))));
            let there = Condition::Any(vec![is_text("state", "NY"), at_least("revenue", 0.0)]);
            let condition = Condition::All(vec![shared, not_beyond, there]);
            ConditionArm { condition, node: Node::Leaf(arm), span: Span::default() }
        })
        .collect();
    let rows: Vec<Cells> = (0..400)
        .map(|number| {
            let mut cells: Cells = vec![None; schema().columns.len()];
            cells[0] = Some(Value::Text(format!("A{number:03}")));
            cells[column("state").0 as usize] = (number % 3 > 0).then(|| Value::Text("NY".into()));
            cells[column("employees").0 as usize] = Some(Value::Number(f64::from(number % 160)));
            cells[column("revenue").0 as usize] = (number % 2 > 0).then_some(Value::Number(1.0));
            cells
        })
        .collect();
    let batch = batch(&rows, true);
    for in_order in [false, true] {
        let otherwise = None;
        let split =
            Split::Conditions { arms: arms.clone(), otherwise, in_order, unproved: None, span: Span::default() };
        let plan = plan(Node::Split(split), 150);
        let done = program(&plan).classify(&batch);
        let (leaves, ..) = plainly(&plan, &batch);
        assert_eq!(done.leaves, leaves);
        assert!(leaves[0].contains(&139) && leaves[0].contains(&70));
        assert_eq!(leaves[0].contains(&5), in_order, "claimed by arm 145 too");
        assert_eq!(done.findings.accounts(), lost_plainly(&plan, &batch, &done, &[]) as u64);
    }
}
