//! Where an item of a plan speaks of something that has a name.
//!
//! Takes the tree of one item, gives the places of all names that could refer to another item, with what they could
//! refer to. Nothing is looked up: a name in an expression may turn out to be a column. Columns, functions, words that
//! stand for texts, and metrics are left out.

use crate::diagnostics::Span;
use crate::syntax::ast::{
    ArmMatch, CarveClauseKind, Expr, ExprKind, Item, ItemKind, Name, NodeKind, Test, TestOutcome, below,
};

/// What a name may refer to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    /// In an expression about accounts: a let, a weight or a segment, or else a column.
    Value,
    /// In an expression about reps: a let, or else a column.
    Fixed,
    Dimension,
    /// A value of the dimension of this name.
    Arm(String),
    /// A coverage, carve, territory or pool.
    Place,
    /// Of a test: any term or a coverage.
    Subject,
}

#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub role: Role,
    pub name: String,
    pub span: Span,
}

/// Every name that an item mentions, its own among them, in no particular order.
pub(super) fn mentions(item: &Item) -> Vec<Mention> {
    let mut walk = Walk::default();
    walk.item(&item.kind);
    walk.0
}

/// The keyword of an item, its own name and the one that it had.
pub(super) fn declared(item: &ItemKind) -> (&'static str, Option<&Name>, Option<&Name>) {
    match item {
        ItemKind::Plan(node) => ("plan", Some(&node.name), None),
        ItemKind::Use(_) => ("use", None, None),
        ItemKind::Let(node) => ("let", Some(&node.name), None),
        ItemKind::Weight(node) => ("weight", Some(&node.name), node.was.as_ref()),
        ItemKind::Dimension(node) => ("dimension", Some(&node.name), node.was.as_ref()),
        ItemKind::Segment(node) => ("segment", Some(&node.name), node.was.as_ref()),
        ItemKind::Coverage(node) => ("coverage", Some(&node.name), node.was.as_ref()),
        ItemKind::Territory(node) => ("territory", Some(&node.name), node.was.as_ref()),
        ItemKind::Carve(node) => ("carve", Some(&node.name), node.was.as_ref()),
        ItemKind::Named(_) => ("named", None, None),
        ItemKind::Hold(_) => ("hold", None, None),
        ItemKind::Exclude(_) => ("exclude", None, None),
        ItemKind::Expect(node) => (if node.warn { "warn" } else { "expect" }, None, None),
        ItemKind::Test(_) => ("test", None, None),
        ItemKind::Prove(_) => ("prove", None, None),
    }
}

/// Territories and pools that come into being where a tree names them, with their kinds.
pub(super) fn leaves(item: &ItemKind) -> Vec<(&'static str, &Name)> {
    let ItemKind::Coverage(coverage) = item else { return Vec::new() };
    let nodes = below::nodes(coverage.root.as_ref()).into_iter();
    nodes
        .filter_map(|node| match &node.kind {
            NodeKind::Territory { name, .. } => Some(("territory", name)),
            NodeKind::Pool(name) => Some(("pool", name)),
            NodeKind::Split(_) | NodeKind::Carve(_) | NodeKind::Exclude => None,
        })
        .collect()
}

#[derive(Default)]
struct Walk(Vec<Mention>);

impl Walk {
    fn add(&mut self, role: Role, name: &Name) {
        self.0.push(Mention { role, name: name.text.clone(), span: name.span });
    }

    fn item(&mut self, item: &ItemKind) {
        match item {
            ItemKind::Plan(_) | ItemKind::Use(_) | ItemKind::Prove(_) => {}
            ItemKind::Let(node) => self.add(Role::Value, &node.name),
            ItemKind::Weight(node) => self.add(Role::Value, &node.name),
            ItemKind::Segment(node) => self.add(Role::Value, &node.name),
            ItemKind::Dimension(node) => {
                self.add(Role::Dimension, &node.name);
                node.arms.iter().for_each(|arm| self.add(Role::Arm(node.name.text.clone()), &arm.name));
            }
            ItemKind::Coverage(node) => {
                self.add(Role::Place, &node.name);
                below::nodes(node.root.as_ref()).into_iter().for_each(|node| self.node(&node.kind));
            }
            ItemKind::Territory(node) => self.add(Role::Place, &node.name),
            ItemKind::Named(node) => self.places([&node.target.name].into_iter().chain(&node.coverage)),
            ItemKind::Hold(node) => self.places(&node.coverage),
            ItemKind::Exclude(node) => self.places(&node.coverage),
            ItemKind::Expect(node) => self.places(node.within.iter().map(|target| &target.name)),
            // The others speak of accounts wherever they hold an expression.
            ItemKind::Carve(node) => {
                self.add(Role::Place, &node.name);
                return node.clauses.iter().for_each(|clause| self.clause(&clause.kind));
            }
            ItemKind::Test(node) => return self.test(node),
        }
        self.exprs(below::of_item(item), &Role::Value);
    }

    /// The names of a node itself.
    fn node(&mut self, node: &NodeKind) {
        match node {
            NodeKind::Split(split) => {
                let Some(dimension) = &split.dimension else { return };
                self.add(Role::Dimension, dimension);
                for arm in &split.arms {
                    if let ArmMatch::Values(values) = &arm.matches {
                        values.iter().for_each(|value| self.add(Role::Arm(dimension.text.clone()), value));
                    }
                }
            }
            NodeKind::Carve(name) | NodeKind::Pool(name) | NodeKind::Territory { name, .. } => {
                self.add(Role::Place, name);
            }
            NodeKind::Exclude => {}
        }
    }

    fn clause(&mut self, clause: &CarveClauseKind) {
        match clause {
            CarveClauseKind::Balance { weight, .. } => self.add(Role::Value, weight),
            CarveClauseKind::Keep { at_most: Some((_, of)) } => self.add(Role::Value, of),
            CarveClauseKind::Mix { from, to, of, condition } => {
                self.add(Role::Value, of);
                self.exprs([condition], &Role::Value);
                return self.exprs([from, to], &Role::Fixed);
            }
            _ => {}
        }
        self.exprs(below::of_clause(clause), &Role::Fixed);
    }

    fn test(&mut self, test: &Test) {
        self.exprs(test.account.iter().map(|(_, value)| value), &Role::Fixed);
        for expect in &test.expects {
            self.add(Role::Subject, &expect.subject);
            match &expect.outcome {
                TestOutcome::Leaf(leaf) => self.node(&leaf.kind),
                TestOutcome::Value(value) => self.add(Role::Arm(expect.subject.text.clone()), value),
                TestOutcome::Holds(_) => {}
                TestOutcome::Bound(bound) => self.exprs(below::of_bound(bound), &Role::Value),
            }
        }
    }

    fn places<'a>(&mut self, names: impl IntoIterator<Item = &'a Name>) {
        names.into_iter().for_each(|name| self.add(Role::Place, name));
    }

    fn exprs<'a>(&mut self, roots: impl IntoIterator<Item = &'a Expr>, role: &Role) {
        below::each(roots, |expr| match &expr.kind {
            ExprKind::Name(name) | ExprKind::Segment(name) => self.add(role.clone(), name),
            ExprKind::Is { subject, values, .. } => {
                self.add(Role::Dimension, subject);
                values.iter().for_each(|value| self.add(Role::Arm(subject.text.clone()), value));
            }
            ExprKind::InPlace { coverage, place, .. } => {
                self.add(Role::Place, coverage);
                self.node(place);
            }
            _ => {}
        });
    }
}
