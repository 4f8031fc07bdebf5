//! Where an item of a plan speaks of something that has a name.
//!
//! Takes the tree of one item, gives the places of all names that could refer to another item, with what they could
//! refer to. Nothing is looked up: a name in an expression may turn out to be a column. Columns, functions, words that
//! stand for texts, and metrics are left out.

use crate::diagnostics::Span;
use crate::syntax::ast::{
    ArmMatch, Bound, CarveClauseKind, Dimension, Expr, ExprKind, Item, ItemKind, Metric, Name, Node, NodeKind, Pattern,
    PatternKind, Selector, Target, TestOutcome,
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
    let mut waiting: Vec<&Node> = coverage.root.iter().collect();
    let mut found = Vec::new();
    while let Some(node) = waiting.pop() {
        match &node.kind {
            NodeKind::Split(split) => waiting.extend(split.arms.iter().map(|arm| &arm.node)),
            NodeKind::Territory { name, .. } => found.push(("territory", name)),
            NodeKind::Pool(name) => found.push(("pool", name)),
            NodeKind::Carve(_) | NodeKind::Exclude => {}
        }
    }
    found
}

#[derive(Default)]
struct Walk(Vec<Mention>);

impl Walk {
    fn add(&mut self, role: Role, name: &Name) {
        self.0.push(Mention { role, name: name.text.clone(), span: name.span });
    }

    fn item(&mut self, item: &ItemKind) {
        match item {
            ItemKind::Plan(_) | ItemKind::Use(_) => {}
            ItemKind::Let(node) => {
                self.add(Role::Value, &node.name);
                self.expr(&node.value, &Role::Value);
            }
            ItemKind::Weight(node) => {
                self.add(Role::Value, &node.name);
                self.expr(&node.value, &Role::Value);
            }
            ItemKind::Segment(node) => {
                self.add(Role::Value, &node.name);
                self.expr(&node.condition, &Role::Value);
            }
            ItemKind::Dimension(node) => self.dimension(node),
            ItemKind::Coverage(node) => {
                self.add(Role::Place, &node.name);
                node.root.iter().for_each(|root| self.node(root));
            }
            ItemKind::Territory(node) => self.add(Role::Place, &node.name),
            ItemKind::Carve(node) => {
                self.add(Role::Place, &node.name);
                node.clauses.iter().for_each(|clause| self.clause(&clause.kind));
            }
            ItemKind::Named(node) => {
                self.selector(&node.selector);
                self.target(&node.target);
                self.places(&node.coverage);
            }
            ItemKind::Hold(node) => {
                self.selector(&node.selector);
                self.places(&node.coverage);
            }
            ItemKind::Exclude(node) => {
                self.selector(&node.selector);
                self.places(&node.coverage);
            }
            ItemKind::Expect(node) => {
                self.metric(&node.metric);
                node.of.iter().for_each(|of| self.metric(of));
                self.bound(&node.bound);
                node.within.iter().for_each(|target| self.target(target));
                node.condition.iter().for_each(|expr| self.expr(expr, &Role::Value));
            }
            ItemKind::Test(node) => {
                node.account.iter().for_each(|(_, value)| self.expr(value, &Role::Fixed));
                for expect in &node.expects {
                    self.add(Role::Subject, &expect.subject);
                    match &expect.outcome {
                        TestOutcome::Leaf(leaf) => self.node(leaf),
                        TestOutcome::Value(value) => self.add(Role::Arm(expect.subject.text.clone()), value),
                        TestOutcome::Holds(_) => {}
                        TestOutcome::Bound(bound) => self.bound(bound),
                    }
                }
            }
            ItemKind::Prove(node) => {
                let claim = &node.claim;
                claim.given.iter().chain([&claim.holds]).for_each(|expr| self.expr(expr, &Role::Value));
            }
        }
    }

    fn dimension(&mut self, node: &Dimension) {
        self.add(Role::Dimension, &node.name);
        node.subject.iter().for_each(|subject| self.expr(subject, &Role::Value));
        for arm in &node.arms {
            self.add(Role::Arm(node.name.text.clone()), &arm.name);
            arm.patterns.iter().for_each(|pattern| self.pattern(pattern, &Role::Value));
        }
    }

    fn node(&mut self, root: &Node) {
        let mut waiting = vec![root];
        while let Some(node) = waiting.pop() {
            let NodeKind::Split(split) = &node.kind else {
                self.leaf(&node.kind);
                continue;
            };
            split.dimension.iter().for_each(|name| self.add(Role::Dimension, name));
            for arm in &split.arms {
                match (&arm.matches, &split.dimension) {
                    (ArmMatch::Values(values), Some(dimension)) => {
                        values.iter().for_each(|value| self.add(Role::Arm(dimension.text.clone()), value));
                    }
                    (ArmMatch::Condition(expr), _) => self.expr(expr, &Role::Value),
                    (ArmMatch::Values(_), None) | (ArmMatch::Else(_), _) => {}
                }
                waiting.push(&arm.node);
            }
        }
    }

    fn leaf(&mut self, leaf: &NodeKind) {
        match leaf {
            NodeKind::Carve(name) | NodeKind::Pool(name) | NodeKind::Territory { name, .. } => {
                self.add(Role::Place, name);
            }
            NodeKind::Exclude | NodeKind::Split(_) => {}
        }
    }

    fn clause(&mut self, clause: &CarveClauseKind) {
        match clause {
            CarveClauseKind::SeatsWhere(expr) => self.expr(expr, &Role::Fixed),
            CarveClauseKind::SeatsCount(expr) | CarveClauseKind::Overcarve(expr) | CarveClauseKind::Headroom(expr) => {
                self.expr(expr, &Role::Fixed)
            }
            CarveClauseKind::Balance { weight, within } => {
                self.add(Role::Value, weight);
                self.expr(within, &Role::Fixed);
            }
            CarveClauseKind::Keep { at_most: Some((part, of)) } => {
                self.expr(part, &Role::Fixed);
                self.add(Role::Value, of);
            }
            CarveClauseKind::Accounts { from, to } => {
                self.expr(from, &Role::Fixed);
                self.expr(to, &Role::Fixed);
            }
            CarveClauseKind::Mix { from, to, of, condition } => {
                self.expr(from, &Role::Fixed);
                self.expr(to, &Role::Fixed);
                self.add(Role::Value, of);
                self.expr(condition, &Role::Value);
            }
            CarveClauseKind::Unit(_)
            | CarveClauseKind::Compact { .. }
            | CarveClauseKind::Contiguous
            | CarveClauseKind::Keep { at_most: None }
            | CarveClauseKind::OpenCoveredBy(_)
            | CarveClauseKind::Together(_)
            | CarveClauseKind::Apart(_)
            | CarveClauseKind::Eligible { .. } => {}
        }
    }

    fn selector(&mut self, selector: &Selector) {
        if let Selector::Condition(expr) = selector {
            self.expr(expr, &Role::Value);
        }
    }

    fn target(&mut self, target: &Target) {
        self.add(Role::Place, &target.name);
    }

    fn places(&mut self, coverage: &Option<Name>) {
        coverage.iter().for_each(|name| self.add(Role::Place, name));
    }

    fn metric(&mut self, metric: &Metric) {
        metric.argument.iter().for_each(|expr| self.expr(expr, &Role::Value));
    }

    fn bound(&mut self, bound: &Bound) {
        match bound {
            Bound::Compare(_, expr) => self.expr(expr, &Role::Value),
            Bound::Between(from, to) => [from, to].into_iter().for_each(|expr| self.expr(expr, &Role::Value)),
        }
    }

    fn pattern(&mut self, pattern: &Pattern, role: &Role) {
        match &pattern.kind {
            PatternKind::Compare(_, expr) | PatternKind::When(expr) => self.expr(expr, role),
            PatternKind::Range { from, to, .. } => from.iter().chain(to).for_each(|expr| self.expr(expr, role)),
            PatternKind::Within { radius, of } => [radius, of].into_iter().for_each(|expr| self.expr(expr, role)),
            PatternKind::Word(_)
            | PatternKind::Text(_)
            | PatternKind::Number(_)
            | PatternKind::Inside(_)
            | PatternKind::Missing
            | PatternKind::Else => {}
        }
    }

    fn expr(&mut self, root: &Expr, role: &Role) {
        let mut waiting = vec![root];
        while let Some(expr) = waiting.pop() {
            match &expr.kind {
                ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Date(_) | ExprKind::Bool(_) => {}
                ExprKind::Name(name) | ExprKind::Segment(name) => self.add(role.clone(), name),
                ExprKind::Call { arguments: parts, .. } | ExprKind::And(parts) | ExprKind::Or(parts) => {
                    waiting.extend(parts);
                }
                ExprKind::Point { lat: a, lon: b }
                | ExprKind::Default { value: a, default: b }
                | ExprKind::Arithmetic { left: a, right: b, .. }
                | ExprKind::Compare { left: a, right: b, .. } => waiting.extend([&**a, &**b]),
                ExprKind::Negate(a)
                | ExprKind::Not(a)
                | ExprKind::IsMissing { value: a, .. }
                | ExprKind::Inside { value: a, .. } => waiting.push(a),
                ExprKind::Between { value: a, from: b, to: c }
                | ExprKind::Within { value: a, radius: b, of: c }
                | ExprKind::If { condition: a, then: b, otherwise: c } => waiting.extend([&**a, &**b, &**c]),
                ExprKind::In { value, patterns, .. } => {
                    waiting.push(value);
                    patterns.iter().for_each(|pattern| self.pattern(pattern, role));
                }
                ExprKind::Is { subject, values, .. } => {
                    self.add(Role::Dimension, subject);
                    values.iter().for_each(|value| self.add(Role::Arm(subject.text.clone()), value));
                }
                ExprKind::InPlace { coverage, place, .. } => {
                    self.add(Role::Place, coverage);
                    self.leaf(place);
                }
                ExprKind::Case { arms, otherwise } => {
                    arms.iter().for_each(|(condition, value)| waiting.extend([condition, value]));
                    waiting.push(otherwise);
                }
            }
        }
    }
}
