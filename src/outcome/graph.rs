//! The coverage trees with what goes down each arm, for drawing.
//!
//! Takes the plan and, where data was read, the sums of every leaf; gives one tree a coverage. Invariant: an arm holds what
//! its arms hold together, so that every account is counted once. What statements place before the tree is told beside it.

use serde::Serialize;

use super::bins::{Bin, Bins};
use super::carving::Linear;
use super::decisions::target_words;
use super::settle::unit_name;
use crate::diagnostics::Sources;
use crate::plan::{Coverage, Decision, LeafTarget, Node, Plan, Split};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Graph {
    pub plan: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub weights: Vec<GraphWeight>,
    pub coverages: Vec<GraphCoverage>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GraphWeight {
    pub name: String,
    /// `hours`, `money`, `km`, or empty for a bare number.
    pub unit: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GraphCoverage {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What the tree places.
    pub sums: Option<GraphSums>,
    /// What statements exclude, and name to other places.
    pub excluded: Option<GraphSums>,
    pub named: Option<GraphSums>,
    pub root: GraphNode,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GraphNode {
    Split {
        /// The dimension; empty for a split over conditions.
        subject: String,
        in_order: bool,
        arms: Vec<GraphArm>,
    },
    Leaf {
        kind: GraphLeaf,
        /// `carve enterprise`
        target: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        because: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GraphLeaf {
    Territory,
    Carve,
    Pool,
    Excluded,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GraphArm {
    /// `midmarket or small`, `else`.
    pub matched: String,
    /// `plan.terr:45`
    pub place: String,
    pub sums: Option<GraphSums>,
    pub node: GraphNode,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GraphSums {
    pub accounts: u64,
    /// In the order of the plan's weights.
    pub loads: Vec<f64>,
}

impl GraphSums {
    fn add(&mut self, other: &Self) {
        self.accounts += other.accounts;
        self.loads.resize(self.loads.len().max(other.loads.len()), 0.0);
        self.loads.iter_mut().zip(&other.loads).for_each(|(sum, more)| *sum += more);
    }
}

/// The sums of a pass over the data.
pub struct Counted<'a> {
    /// One a coverage, with leaves.
    pub bins: &'a [Bins],
    /// The plan's weights over the measures.
    pub weights: &'a [Linear],
    pub measures: usize,
}

/// Trees of all coverages, or of the one with this index.
pub fn graph(plan: &Plan, sources: &Sources, counted: Option<&Counted<'_>>, only: Option<usize>) -> Graph {
    let weights = plan.weights.iter().map(|w| GraphWeight { name: w.name.clone(), unit: unit_name(w.unit) });
    let wanted = (0..plan.coverages.len()).filter(|n| only.is_none_or(|only| only == *n));
    let coverages = wanted.map(|index| {
        let coverage = &plan.coverages[index];
        let bins = counted.map(|c| c.bins.get(index));
        let sums = |bin: Option<&Bin>| counted.map(|counted| counted.sums(bin));
        let leaf = |leaf: u32| sums(bins.flatten().and_then(|b| b.leaves.get(leaf as usize)));
        let draft = Draft { plan, sources, coverage, leaf: &leaf };
        let (root, sums_of_tree) = draft.node(&coverage.root, 0);
        GraphCoverage {
            name: coverage.name.clone(),
            role: coverage.role.clone(),
            sums: sums_of_tree,
            excluded: sums(bins.flatten().map(|b| &b.by_statement.0)),
            named: sums(bins.flatten().map(|b| &b.by_statement.1)),
            root,
        }
    });
    Graph {
        plan: plan.name.clone(),
        title: plan.title.clone(),
        weights: weights.collect(),
        coverages: coverages.collect(),
    }
}

impl Counted<'_> {
    fn sums(&self, bin: Option<&Bin>) -> GraphSums {
        let accounts = bin.map_or(0, |b| b.accounts);
        let measures = bin.map_or_else(|| vec![0.0; self.measures], |b| b.measures(self.measures));
        GraphSums { accounts, loads: self.weights.iter().map(|w| w.of(accounts as f64, &measures)).collect() }
    }
}

struct Draft<'d> {
    plan: &'d Plan,
    sources: &'d Sources,
    coverage: &'d Coverage,
    leaf: &'d dyn Fn(u32) -> Option<GraphSums>,
}

impl Draft<'_> {
    fn node(&self, node: &Node, depth: usize) -> (GraphNode, Option<GraphSums>) {
        let nodes: Vec<&Node> = match node {
            Node::Leaf(index) => {
                let leaf = &self.coverage.leaves[*index as usize];
                let kind = match leaf.target {
                    LeafTarget::Territory(_) => GraphLeaf::Territory,
                    LeafTarget::Carve(_) => GraphLeaf::Carve,
                    LeafTarget::Pool(_) => GraphLeaf::Pool,
                    LeafTarget::Exclude => GraphLeaf::Excluded,
                };
                let target = target_words(self.plan, leaf.target);
                return (GraphNode::Leaf { kind, target, because: leaf.because.clone() }, (self.leaf)(*index));
            }
            Node::Split(Split::Dimension { arms, .. }) => arms.iter().map(|arm| &arm.node).collect(),
            Node::Split(Split::Conditions { arms, otherwise, .. }) => {
                arms.iter().map(|arm| &arm.node).chain(otherwise.iter().map(|arm| &arm.node)).collect()
            }
        };
        let mut total: Option<GraphSums> = None;
        let mut arms = Vec::new();
        let mut subject = String::new();
        for below in nodes {
            let Some(decision) = self.decision(below, depth) else { continue };
            subject.clone_from(&decision.subject);
            let (node, sums) = self.node(below, depth + 1);
            if let Some(sums) = &sums {
                total.get_or_insert_default().add(sums);
            }
            let place = self.sources.place(decision.span);
            arms.push(GraphArm { matched: decision.matched.clone(), place, sums, node });
        }
        let in_order = matches!(node, Node::Split(Split::Conditions { in_order: true, .. }));
        (GraphNode::Split { subject, in_order, arms }, total)
    }

    /// The decision that leads to a node: every leaf below it has it at this depth.
    fn decision(&self, node: &Node, depth: usize) -> Option<&Decision> {
        let leaf = match node {
            Node::Leaf(leaf) => *leaf,
            Node::Split(Split::Dimension { arms, .. }) => return self.decision(&arms.first()?.node, depth),
            Node::Split(Split::Conditions { arms, otherwise, .. }) => {
                let first = arms.first().map(|arm| &arm.node).or(otherwise.as_ref().map(|arm| &arm.node))?;
                return self.decision(first, depth);
            }
        };
        self.coverage.leaves[leaf as usize].path.get(depth)
    }
}
