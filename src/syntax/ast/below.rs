//! Which expressions and nodes stand below which, without meaning anything by it.
//!
//! Takes a part of a tree, gives what lies in it, in no particular order where nothing else is said. Invariant: nothing here
//! recurses, so a long chain of terms cannot exhaust the stack.

use super::{
    ArmMatch, Bound, CarveClauseKind, Expr, ExprKind, File, ItemKind, Metric, Node, NodeKind, Pattern, PatternKind,
    Selector, Split, TestOutcome, Text,
};

/// Calls `visit` for an expression and everything below it, patterns included.
pub(crate) fn each<'a>(roots: impl IntoIterator<Item = &'a Expr>, mut visit: impl FnMut(&'a Expr)) {
    let mut waiting: Vec<&'a Expr> = roots.into_iter().collect();
    while let Some(expr) = waiting.pop() {
        visit(expr);
        children(expr, &mut waiting);
    }
}

/// The expressions directly below one.
fn children<'a>(expr: &'a Expr, into: &mut Vec<&'a Expr>) {
    match &expr.kind {
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Bool(_)
        | ExprKind::Name(_)
        | ExprKind::Segment(_)
        | ExprKind::Is { .. }
        | ExprKind::InPlace { .. } => {}
        ExprKind::Call { arguments: parts, .. } | ExprKind::And(parts) | ExprKind::Or(parts) => into.extend(parts),
        ExprKind::Point { lat: a, lon: b }
        | ExprKind::Default { value: a, default: b }
        | ExprKind::Arithmetic { left: a, right: b, .. }
        | ExprKind::Compare { left: a, right: b, .. } => into.extend([&**a, &**b]),
        ExprKind::Negate(a)
        | ExprKind::Not(a)
        | ExprKind::IsMissing { value: a, .. }
        | ExprKind::Inside { value: a, .. } => into.push(a),
        ExprKind::Between { value: a, from: b, to: c }
        | ExprKind::Within { value: a, radius: b, of: c }
        | ExprKind::If { condition: a, then: b, otherwise: c } => into.extend([&**a, &**b, &**c]),
        ExprKind::In { value, patterns, .. } => {
            into.push(value);
            into.extend(patterns.iter().flat_map(of_pattern));
        }
        ExprKind::Case { arms, otherwise } => {
            arms.iter().for_each(|(condition, value)| into.extend([condition, value]));
            into.push(otherwise);
        }
    }
}

/// The expressions directly below a pattern.
pub(crate) fn of_pattern(pattern: &Pattern) -> Vec<&Expr> {
    match &pattern.kind {
        PatternKind::Compare(_, expr) | PatternKind::When(expr) => vec![expr],
        PatternKind::Range { from, to, .. } => from.iter().chain(to).collect(),
        PatternKind::Within { radius, of } => vec![radius, of],
        PatternKind::Word(_)
        | PatternKind::Text(_)
        | PatternKind::Number(_)
        | PatternKind::Inside(_)
        | PatternKind::Missing
        | PatternKind::Else => Vec::new(),
    }
}

/// Every shape file that the files name, in no particular order.
pub(crate) fn shapes(files: &[File]) -> Vec<&Text> {
    let mut shapes = Vec::new();
    for item in files.iter().flat_map(|f| &f.items) {
        let mut patterns = Vec::new();
        if let ItemKind::Dimension(dimension) = &item.kind {
            patterns.extend(dimension.arms.iter().flat_map(|a| &a.patterns));
        }
        each(of_item(&item.kind), |expr| match &expr.kind {
            ExprKind::Inside { file, .. } => shapes.push(file),
            ExprKind::In { patterns: listed, .. } => patterns.extend(listed),
            _ => {}
        });
        shapes.extend(patterns.into_iter().filter_map(|p| match &p.kind {
            PatternKind::Inside(file) => Some(file),
            _ => None,
        }));
    }
    shapes
}

/// The outermost expressions of an item.
pub(crate) fn of_item(item: &ItemKind) -> Vec<&Expr> {
    match item {
        ItemKind::Plan(_) | ItemKind::Use(_) | ItemKind::Territory(_) => Vec::new(),
        ItemKind::Let(node) => vec![&node.value],
        ItemKind::Weight(node) => vec![&node.value],
        ItemKind::Segment(node) => vec![&node.condition],
        ItemKind::Dimension(node) => {
            let patterns = node.arms.iter().flat_map(|a| &a.patterns);
            node.subject.iter().chain(patterns.flat_map(of_pattern)).collect()
        }
        ItemKind::Coverage(node) => splits(node.root.as_ref())
            .into_iter()
            .flat_map(|s| &s.arms)
            .filter_map(|a| match &a.matches {
                ArmMatch::Condition(expr) => Some(expr),
                ArmMatch::Values(_) | ArmMatch::Else(_) => None,
            })
            .collect(),
        ItemKind::Carve(node) => node.clauses.iter().flat_map(|c| of_clause(&c.kind)).collect(),
        ItemKind::Named(node) => of_selector(&node.selector),
        ItemKind::Hold(node) => of_selector(&node.selector),
        ItemKind::Exclude(node) => of_selector(&node.selector),
        ItemKind::Expect(node) => {
            let mut exprs = of_metric(&node.metric);
            exprs.extend(node.of.iter().flat_map(of_metric));
            exprs.extend(&node.condition);
            exprs.extend(of_bound(&node.bound));
            exprs
        }
        ItemKind::Test(node) => {
            let mut exprs: Vec<&Expr> = node.account.iter().map(|(_, value)| value).collect();
            for expect in &node.expects {
                if let TestOutcome::Bound(bound) = &expect.outcome {
                    exprs.extend(of_bound(bound));
                }
            }
            exprs
        }
        ItemKind::Prove(node) => node.claim.given.iter().chain([&node.claim.holds]).collect(),
    }
}

/// Every node of a tree, in reading order.
pub(crate) fn nodes(root: Option<&Node>) -> Vec<&Node> {
    let mut waiting: Vec<&Node> = root.into_iter().collect();
    let mut found = Vec::new();
    while let Some(node) = waiting.pop() {
        found.push(node);
        if let NodeKind::Split(split) = &node.kind {
            waiting.extend(split.arms.iter().rev().map(|a| &a.node));
        }
    }
    found
}

fn splits(root: Option<&Node>) -> Vec<&Split> {
    nodes(root)
        .into_iter()
        .filter_map(|n| match &n.kind {
            NodeKind::Split(split) => Some(split),
            _ => None,
        })
        .collect()
}

/// The expressions of a clause.
pub(crate) fn of_clause(clause: &CarveClauseKind) -> Vec<&Expr> {
    match clause {
        CarveClauseKind::SeatsWhere(expr)
        | CarveClauseKind::SeatsCount(expr)
        | CarveClauseKind::Overcarve(expr)
        | CarveClauseKind::Headroom(expr)
        | CarveClauseKind::Balance { within: expr, .. }
        | CarveClauseKind::Keep { at_most: Some((expr, _)) } => vec![expr],
        CarveClauseKind::Accounts { from, to } => vec![from, to],
        CarveClauseKind::Mix { from, to, condition, .. } => vec![from, to, condition],
        CarveClauseKind::Unit(_)
        | CarveClauseKind::Compact { .. }
        | CarveClauseKind::Contiguous
        | CarveClauseKind::Keep { at_most: None }
        | CarveClauseKind::OpenCoveredBy(_)
        | CarveClauseKind::Together(_)
        | CarveClauseKind::Apart(_)
        | CarveClauseKind::Eligible { .. } => Vec::new(),
    }
}

fn of_selector(selector: &Selector) -> Vec<&Expr> {
    match selector {
        Selector::Keys(_) => Vec::new(),
        Selector::Condition(expr) => vec![expr],
    }
}

fn of_metric(metric: &Metric) -> Vec<&Expr> {
    metric.argument.iter().collect()
}

pub(crate) fn of_bound(bound: &Bound) -> Vec<&Expr> {
    match bound {
        Bound::Compare(_, expr) => vec![expr],
        Bound::Between(from, to) => vec![from, to],
    }
}
