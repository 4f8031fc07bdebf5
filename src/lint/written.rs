//! Numbers and texts that columns are held against, as they are written.

use crate::diagnostics::Span;
use crate::syntax::ast::{
    ArmMatch, Expr, ExprKind, File, ItemKind, Node, NodeKind, Pattern, PatternKind, Selector, UnitSuffix,
};

/// A literal beside a column.
#[derive(Debug)]
pub(super) struct Written<'a> {
    /// The item that it stands in, counted over all files.
    pub item: usize,
    pub column: &'a str,
    pub value: Value<'a>,
    pub span: Span,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Number(f64, Option<UnitSuffix>),
    /// With its `*`, if it has one.
    Text(&'a str),
}

/// Everything that decides, in the order of the files: dimensions, segments, coverages and exceptions.
pub(super) fn values(files: &[File]) -> Vec<Written<'_>> {
    let mut looker = Looker { item: 0, found: Vec::new() };
    for item in files.iter().flat_map(|f| &f.items) {
        looker.item += 1;
        match &item.kind {
            ItemKind::Dimension(dimension) => {
                let subject = dimension.subject.as_ref().and_then(column);
                for pattern in dimension.arms.iter().flat_map(|a| &a.patterns) {
                    looker.pattern(subject, pattern);
                }
            }
            ItemKind::Segment(segment) => looker.condition(&segment.condition),
            ItemKind::Coverage(coverage) => coverage.root.iter().for_each(|node| looker.node(node)),
            ItemKind::Named(named) => looker.selector(&named.selector),
            ItemKind::Hold(hold) => looker.selector(&hold.selector),
            ItemKind::Exclude(exclude) => looker.selector(&exclude.selector),
            _ => {}
        }
    }
    looker.found
}

/// The column that an expression is, be it with a default.
fn column(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(&name.text),
        ExprKind::Default { value, .. } => column(value),
        _ => None,
    }
}

struct Looker<'a> {
    item: usize,
    found: Vec<Written<'a>>,
}

impl<'a> Looker<'a> {
    fn literal(&mut self, column: Option<&'a str>, expr: &'a Expr) {
        let Some(column) = column else { return };
        let value = match &expr.kind {
            ExprKind::Number(number) => Value::Number(number.value, number.unit),
            ExprKind::Text(text) => Value::Text(&text.value),
            _ => return,
        };
        self.found.push(Written { item: self.item, column, value, span: expr.span });
    }

    fn pattern(&mut self, subject: Option<&'a str>, pattern: &'a Pattern) {
        let mut text = |text: &'a str| {
            if let Some(column) = subject {
                self.found.push(Written { item: self.item, column, value: Value::Text(text), span: pattern.span });
            }
        };
        match &pattern.kind {
            PatternKind::Word(name) => text(&name.text),
            PatternKind::Text(value) => text(&value.value),
            PatternKind::Compare(_, expr) => self.literal(subject, expr),
            PatternKind::Range { from, to, .. } => {
                from.iter().chain(to).for_each(|expr| self.literal(subject, expr));
            }
            PatternKind::When(condition) => self.condition(condition),
            _ => {}
        }
    }

    fn selector(&mut self, selector: &'a Selector) {
        if let Selector::Condition(condition) = selector {
            self.condition(condition);
        }
    }

    fn node(&mut self, node: &'a Node) {
        let NodeKind::Split(split) = &node.kind else { return };
        for arm in &split.arms {
            if let ArmMatch::Condition(condition) = &arm.matches {
                self.condition(condition);
            }
            self.node(&arm.node);
        }
    }

    fn condition(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().for_each(|part| self.condition(part)),
            ExprKind::Not(part) => self.condition(part),
            ExprKind::Compare { left, right, .. } => {
                self.literal(column(left), right);
                self.literal(column(right), left);
            }
            ExprKind::Between { value, from, to } => {
                self.literal(column(value), from);
                self.literal(column(value), to);
            }
            ExprKind::In { value, patterns, .. } => {
                patterns.iter().for_each(|pattern| self.pattern(column(value), pattern));
            }
            _ => {}
        }
    }
}
