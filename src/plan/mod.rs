//! The typed plan: what the sources mean, every name resolved, every unit checked, every node with its place.
//!
//! This is the representation that all later stages read. It holds no behaviour beyond look-ups. Invariant: a plan
//! that was handed out with no error diagnostics can be classified without further checks.

mod carve;
mod claim;
mod condition;
mod dimension;
mod exception;
mod expectation;
mod number;

pub use carve::{
    Balance, Budget, BudgetOf, Carve, CarveLimits, Compact, Eligibility, Keep, MixBand, OpenPolicy, SeatsFrom,
};
pub use claim::{Claim, Question};
pub use condition::{Condition, Predicate, TextSearch};
pub use dimension::{Arm, ArmId, Dimension, DimensionId, Partition, RangeArm, TextPattern};
pub use exception::{Exclude, Hold, HoldOwner, Named, Selector, Target};
pub use expectation::{
    Bound, Expectation, Grouping, Metric, MetricKind, PlacedIn, Test, TestExpect, TestOutcome, Value,
};
pub use number::{DateValue, Function, Number, NumberKind, Unit};

use crate::diagnostics::Span;
use crate::workspace::schema::ColumnId;

/// A whole plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub name: String,
    pub title: Option<String>,
    /// First and last day of the term; both belong to it.
    pub term: (chrono::NaiveDate, chrono::NaiveDate),
    pub because: Option<String>,
    pub weights: Vec<Weight>,
    pub dimensions: Vec<Dimension>,
    pub segments: Vec<Segment>,
    pub coverages: Vec<Coverage>,
    /// Every territory with a name of its own (not those of carves), whether an item or written in a tree.
    pub territories: Vec<Territory>,
    pub pools: Vec<Pool>,
    pub carves: Vec<Carve>,
    pub named: Vec<Named>,
    pub holds: Vec<Hold>,
    pub excludes: Vec<Exclude>,
    pub expectations: Vec<Expectation>,
    pub tests: Vec<Test>,
    pub questions: Vec<Question>,
    /// GeoJSON files named by `inside`, relative to the project folder, each once, sorted.
    pub shapes: Vec<Shape>,
    pub span: Span,
}

/// A file of polygons that `inside` refers to.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub path: String,
    /// The first use.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    pub name: String,
    pub was: Option<String>,
    pub unit: Unit,
    pub value: Number,
    pub because: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    pub name: String,
    pub was: Option<String>,
    pub condition: Condition,
    pub because: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Territory {
    pub name: String,
    pub was: Option<String>,
    pub title: Option<String>,
    /// The key of a rep; whether that rep exists is known when the reps are read.
    pub owner: Option<(String, Span)>,
    pub because: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    pub name: String,
    pub because: Option<String>,
    pub span: Span,
}

/// One tree that gives every account exactly one leaf.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    pub name: String,
    pub was: Option<String>,
    pub role: Option<String>,
    pub root: Node,
    /// Leaves of the tree in the order of reading; `Node::Leaf` indexes it.
    pub leaves: Vec<Leaf>,
    pub because: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Split(Split),
    /// Index into [`Coverage::leaves`].
    Leaf(u32),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    pub target: LeafTarget,
    /// The decisions above it, outermost first.
    pub path: Vec<Decision>,
    pub because: Option<String>,
    pub span: Span,
}

/// One decision on the way to a leaf, as people read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// `region`, or empty for a split over conditions.
    pub subject: String,
    /// `northeast`, `midmarket or smb`, `potential >= 250k`, `else`.
    pub matched: String,
    /// The arm.
    pub span: Span,
}

/// Where a leaf sends its accounts; indices into the plan's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LeafTarget {
    Territory(u32),
    Carve(u32),
    Pool(u32),
    Exclude,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Split {
    /// Every value of the dimension has a branch or falls to `otherwise`; `branch[arm]` is `None` where nothing takes it.
    Dimension {
        dimension: DimensionId,
        branch: Vec<Option<u32>>,
        arms: Vec<SplitArm>,
        unproved: Option<Unproved>,
        span: Span,
    },
    /// Conditions; when not `in_order` no two of them may hold for one account.
    Conditions {
        arms: Vec<ConditionArm>,
        otherwise: Option<Box<SplitArm>>,
        in_order: bool,
        unproved: Option<Unproved>,
        span: Span,
    },
}

/// `unproved because "…"`: the plan says why a partition that cannot be proved is one all the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Unproved {
    pub because: String,
    pub span: Span,
}

/// A branch of a split; `span` is the arm as written.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitArm {
    pub node: Node,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ConditionArm {
    pub condition: Condition,
    pub node: Node,
    pub span: Span,
}

impl Plan {
    pub fn carve(&self, name: &str) -> Option<(u32, &Carve)> {
        self.carves.iter().enumerate().find(|(_, c)| c.name == name).map(|(i, c)| (i as u32, c))
    }

    /// The columns of the accounts that any part of the plan reads, ascending.
    pub fn columns(&self) -> Vec<ColumnId> {
        let mut columns = Vec::new();
        self.weights.iter().for_each(|w| w.value.columns(&mut columns));
        self.dimensions.iter().for_each(|d| d.columns(&mut columns));
        self.segments.iter().for_each(|s| s.condition.columns(&mut columns));
        self.coverages.iter().for_each(|c| c.root.columns(&mut columns));
        self.carves.iter().for_each(|c| c.columns(&mut columns));
        let selectors = self.named.iter().map(|n| &n.selector);
        let selectors = selectors.chain(self.holds.iter().map(|h| &h.selector));
        selectors.chain(self.excludes.iter().map(|e| &e.selector)).for_each(|s| s.columns(&mut columns));
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

impl Node {
    fn columns(&self, into: &mut Vec<ColumnId>) {
        match self {
            Node::Leaf(_) => {}
            Node::Split(Split::Dimension { arms, .. }) => arms.iter().for_each(|a| a.node.columns(into)),
            Node::Split(Split::Conditions { arms, otherwise, .. }) => {
                for arm in arms {
                    arm.condition.columns(into);
                    arm.node.columns(into);
                }
                if let Some(otherwise) = otherwise {
                    otherwise.node.columns(into);
                }
            }
        }
    }
}
