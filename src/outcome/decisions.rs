//! What decides where a single account stands: the statements that it meets and the turns it takes in each tree.
//!
//! Takes one account and the plain evaluator, gives the place in every coverage before carves share out, in the same order
//! of force as for all accounts. For `test` blocks and explanations; passes over many accounts go through `classify`.

use super::ledger::Excepted;
use super::place::{Force, Place, place, stated};
use crate::classify::{Account, Reference, Stray};
use crate::plan::{Decision, DimensionId, LeafTarget, Node, Plan, Selector, Split, Target};
use crate::workspace::schema::ColumnId;

/// What is said of one account.
#[derive(Debug, Clone)]
pub struct Decided {
    pub excepted: Excepted,
    /// One a coverage.
    pub coverages: Vec<InCoverage>,
}

#[derive(Debug, Clone)]
pub struct InCoverage {
    /// Where the tree alone sends the account.
    pub leaf: Result<u32, Stray>,
    /// Where it stands on the plan's first day; `None` where the tree loses it and no statement finds it.
    pub place: Option<(Place, Force)>,
}

/// One decision of the tree.
#[derive(Debug, Clone)]
pub struct Turn<'p> {
    pub decision: &'p Decision,
    /// What was looked at, each column once.
    pub columns: Vec<ColumnId>,
    /// The dimensions that were asked.
    pub dimensions: Vec<DimensionId>,
}

/// Decides an account. `incumbent` is an index into the roster, or [`NONE`](super::ledger::NONE).
pub fn decide(reference: &Reference<'_>, key: &str, account: Account<'_>, incumbent: u32) -> Decided {
    let plan = reference.plan;
    let (first, last) = plan.term;
    let meets = |selector: &Selector| reference.selects(selector, key, account);
    let indices = |met: Vec<bool>| (0u32..).zip(met).filter(|(_, met)| *met).map(|(n, _)| n).collect();
    let in_term = |from: Option<chrono::NaiveDate>, until: Option<chrono::NaiveDate>| {
        until.is_none_or(|until| until >= first) && from.is_none_or(|from| from <= last)
    };
    let excepted = Excepted {
        row: 0,
        excludes: indices(plan.excludes.iter().map(|e| meets(&e.selector)).collect()),
        named: indices(plan.named.iter().map(|n| in_term(None, n.until) && meets(&n.selector)).collect()),
        holds: indices(plan.holds.iter().map(|h| in_term(h.from, Some(h.until)) && meets(&h.selector)).collect()),
        incumbent,
        tree_units: vec![None; plan.coverages.len()],
    };
    let coverages = (0..plan.coverages.len() as u32).map(|coverage| {
        let leaf = reference.leaf(coverage, account);
        let place = match &leaf {
            Ok(leaf) => Some(place(plan, coverage, *leaf, Some(&excepted), first)),
            Err(_) => stated(plan, coverage, &excepted, first),
        };
        InCoverage { leaf, place }
    });
    Decided { coverages: coverages.collect(), excepted }
}

/// The decisions that lead to a leaf, outermost first.
pub fn turns<'p>(reference: &Reference<'p>, coverage: u32, leaf: u32) -> Vec<Turn<'p>> {
    let coverage = &reference.plan.coverages[coverage as usize];
    let mut asked = Vec::new();
    if !way(reference, &coverage.root, leaf, &mut asked) {
        return Vec::new();
    }
    asked.reverse();
    let path = &coverage.leaves[leaf as usize].path;
    let turn = |(decision, (columns, dimensions))| Turn { decision, columns, dimensions };
    path.iter().zip(asked).map(turn).collect()
}

type Asked = (Vec<ColumnId>, Vec<DimensionId>);

/// Whether a node leads to the leaf; then what each split on the way asks is appended, innermost first.
fn way(reference: &Reference<'_>, node: &Node, leaf: u32, asked: &mut Vec<Asked>) -> bool {
    match node {
        Node::Leaf(own) => *own == leaf,
        Node::Split(Split::Dimension { dimension, arms, .. }) => {
            let leads = arms.iter().any(|arm| way(reference, &arm.node, leaf, asked));
            if leads {
                let dimensions = reference.dimensions_of_dimension(*dimension);
                asked.push((reference.columns_of_dimension(*dimension), dimensions));
            }
            leads
        }
        Node::Split(Split::Conditions { arms, otherwise, .. }) => {
            for arm in arms {
                if way(reference, &arm.node, leaf, asked) {
                    let dimensions = reference.dimensions_of_conditions([&arm.condition]);
                    asked.push((reference.columns_of_conditions([&arm.condition]), dimensions));
                    return true;
                }
            }
            let leads = otherwise.as_ref().is_some_and(|arm| way(reference, &arm.node, leaf, asked));
            if leads {
                let conditions = || arms.iter().map(|arm| &arm.condition);
                let dimensions = reference.dimensions_of_conditions(conditions());
                asked.push((reference.columns_of_conditions(conditions()), dimensions));
            }
            leads
        }
    }
}

/// The leaf target that a place comes down to.
pub fn target(plan: &Plan, place: Place) -> LeafTarget {
    match place {
        Place::Territory(t) => LeafTarget::Territory(t),
        Place::Pool(p) => LeafTarget::Pool(p),
        Place::Carve(c) => LeafTarget::Carve(c),
        Place::Excluded => LeafTarget::Exclude,
        Place::NamedTerritory(n) => match plan.named[n as usize].target {
            Target::Territory(t) => LeafTarget::Territory(t),
            Target::Pool(p) => LeafTarget::Pool(p),
            Target::Carve(c) | Target::CarveTerritory(c, ..) => LeafTarget::Carve(c),
        },
    }
}

/// `carve enterprise`, `territory house`, `pool triage`, `excluded`.
pub fn target_words(plan: &Plan, target: LeafTarget) -> String {
    match target {
        LeafTarget::Territory(t) => format!("territory {}", plan.territories[t as usize].name),
        LeafTarget::Carve(c) => format!("carve {}", plan.carves[c as usize].name),
        LeafTarget::Pool(p) => format!("pool {}", plan.pools[p as usize].name),
        LeafTarget::Exclude => "excluded".to_owned(),
    }
}
