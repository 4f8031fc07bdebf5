//! Coverage trees: every arm's place found, every value of a dimension taken once.
//!
//! Takes the coverages; gives their typed trees with leaves in reading order, and from which coverage each carve is
//! reached. Whether the arms of a split overlap or leave gaps is deliberately not judged here: the prover does.

use super::items::{Items, because, unproved, was};
use super::known::{Known, Table};
use super::missing::Told;
use super::names::Kind;
use super::typing;
use super::wording::squeezed;
use crate::diagnostics::codes::check::{
    ELSE_NOT_LAST, MISPLACED_PATTERN, NO_COVERAGE, SHARED_CARVE, TOO_DEEP, UNREACHABLE_ARM, UNUSED_CARVE,
    VALUE_TAKEN_TWICE,
};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{ArmId, ConditionArm, Coverage, Decision, DimensionId, Leaf, LeafTarget, Node, Split, SplitArm};
use crate::syntax::ast::{self, ArmMatch, Expr, ExprKind, NodeKind};
use crate::workspace::schema::ColumnId;

/// Splits within splits; later stages recurse along them.
const DEEPEST: usize = 100;

pub(super) struct Trees {
    pub coverages: Vec<Coverage>,
    /// By carve: its coverage and where it is first reached.
    pub reached: Vec<Option<(u32, Span)>>,
}

pub(super) fn check(known: &Known<'_>, items: &Items<'_>, told: &mut Told, found: &mut Diagnostics) -> Trees {
    let mut trees = Trees { coverages: Vec::new(), reached: vec![None; items.carves.len()] };
    if let ([], Some(plan)) = (items.coverages.as_slice(), items.plans.first()) {
        found.push(
            Diagnostic::error(NO_COVERAGE, format!("plan `{}` has no coverage", plan.node.name.text))
                .label(plan.node.name.span, "it places nobody")
                .help("add `coverage NAME { split … }`, which gives every account its place"),
        );
    }
    for (index, item) in items.coverages.iter().enumerate() {
        let mut tree = Tree {
            known,
            found,
            told,
            coverage: index as u32,
            reached: &mut trees.reached,
            leaves: Vec::new(),
            path: Vec::new(),
            guarded: Vec::new(),
        };
        let root = item.node.root.as_ref().and_then(|root| tree.node(root));
        let leaves = tree.leaves;
        trees.coverages.extend(root.map(|root| Coverage {
            name: item.node.name.text.clone(),
            was: was(&item.node.was),
            role: was(&item.node.role),
            root,
            leaves,
            because: because(&item.node.because),
            span: item.span,
        }));
    }
    for (carve, reached) in items.carves.iter().zip(&trees.reached) {
        if reached.is_none() {
            let name = &carve.node.name;
            found.push(
                Diagnostic::warning(UNUSED_CARVE, format!("no coverage leads to carve `{}`", name.text))
                    .label(name.span, "never reached")
                    .help(format!("write `carve {}` at a leaf of a coverage, or remove it", name.text)),
            );
        }
    }
    trees
}

struct Tree<'t, 'a> {
    known: &'t Known<'a>,
    found: &'t mut Diagnostics,
    told: &'t mut Told,
    coverage: u32,
    reached: &'t mut Vec<Option<(u32, Span)>>,
    leaves: Vec<Leaf>,
    path: Vec<Decision>,
    /// Columns whose absence a split above has dealt with.
    guarded: Vec<ColumnId>,
}

impl Tree<'_, '_> {
    fn node(&mut self, node: &ast::Node) -> Option<Node> {
        if let NodeKind::Split(split) = &node.kind {
            if self.path.len() >= DEEPEST {
                let message = format!("splits are nested more than {DEEPEST} deep");
                self.found.push(Diagnostic::error(TOO_DEEP, message).label(split.span, "too deep"));
                return None;
            }
            return match &split.dimension {
                Some(dimension) => self.by_dimension(split, dimension),
                None => self.by_conditions(split),
            }
            .map(Node::Split);
        }
        let target = target(self.known, &node.kind, self.found)?;
        if let (LeafTarget::Carve(carve), NodeKind::Carve(name)) = (target, &node.kind) {
            self.reach(carve, name);
        }
        self.leaves.push(Leaf { target, path: self.path.clone(), because: because(&node.because), span: node.span });
        Some(Node::Leaf(self.leaves.len() as u32 - 1))
    }

    fn reach(&mut self, carve: u32, name: &ast::Name) {
        match self.reached[carve as usize] {
            None => self.reached[carve as usize] = Some((self.coverage, name.span)),
            Some((coverage, _)) if coverage == self.coverage => {}
            Some((_, first)) => self.found.push(
                Diagnostic::error(SHARED_CARVE, format!("several coverages lead to carve `{}`", name.text))
                    .label(name.span, "reached from this coverage")
                    .label(first, "and from another one here")
                    .help("a carve balances the accounts of one coverage; declare a second carve"),
            ),
        }
    }

    fn below(&mut self, subject: &str, matched: String, arm: &ast::SplitArm) -> Option<Node> {
        self.path.push(Decision { subject: subject.to_owned(), matched, span: arm.span });
        let node = self.node(&arm.node);
        self.path.pop();
        node
    }

    fn by_dimension(&mut self, split: &ast::Split, name: &ast::Name) -> Option<Split> {
        let above = self.guarded.len();
        let dimension = self.known.term(&name.text, Kind::Dimension);
        match dimension {
            Some(index) => {
                let known = &self.known.dimensions[index as usize];
                self.told.report(self.known, &known.loose, &self.guarded, self.found);
                self.guarded.extend(&known.guarded);
            }
            None => self.found.push(self.known.not_found(name, &[Kind::Dimension], Table::Accounts)),
        }
        self.else_last(split);
        let mut taken = Taken { branch: Vec::new(), spans: Vec::new(), failed: dimension.is_none(), unsure: false };
        if let Some(index) = dimension {
            let arms = self.known.dimensions[index as usize].arms.len();
            taken.branch = vec![None; arms];
            taken.spans = vec![Span::default(); arms];
        }
        let mut arms = Vec::new();
        let mut otherwise = None;
        for arm in &split.arms {
            let matched = match &arm.matches {
                ArmMatch::Values(values) => {
                    if let Some(index) = dimension {
                        self.take(index, values, arms.len() as u32, &mut taken);
                    }
                    let words: Vec<&str> = values.iter().map(|v| v.text.as_str()).collect();
                    words.join(" or ")
                }
                ArmMatch::Else(span) => {
                    otherwise = Some((arms.len() as u32, *span));
                    "else".to_owned()
                }
                ArmMatch::Condition(condition) => {
                    (taken.failed, taken.unsure) = (true, true);
                    self.found.push(
                        Diagnostic::error(
                            MISPLACED_PATTERN,
                            format!("this split goes over the values of `{}`", name.text),
                        )
                        .label(condition.span, "a condition")
                        .label(name.span, "the arms are values of this dimension")
                        .help("write conditions in a `split { … }` without a dimension"),
                    );
                    continue;
                }
            };
            match self.below(&name.text, matched, arm) {
                Some(node) => arms.push(SplitArm { node, span: arm.span }),
                None => taken.failed = true,
            }
        }
        self.guarded.truncate(above);
        self.rest(name, otherwise, &mut taken);
        let dimension = DimensionId(dimension?);
        let unproved = split.unproved.as_ref().map(unproved);
        let (branch, span) = (taken.branch, split.span);
        (!taken.failed).then_some(Split::Dimension { dimension, branch, arms, unproved, span })
    }

    fn take(&mut self, dimension: u32, values: &[ast::Name], branch: u32, taken: &mut Taken) {
        for value in values {
            let arm = match self.known.arm(dimension, value) {
                Ok(ArmId(arm)) => arm as usize,
                Err(unknown) => {
                    self.found.push(*unknown);
                    (taken.failed, taken.unsure) = (true, true);
                    continue;
                }
            };
            if taken.branch[arm].is_some() {
                taken.failed = true;
                self.found.push(
                    Diagnostic::error(VALUE_TAKEN_TWICE, format!("`{}` is taken twice", value.text))
                        .label(value.span, "second arm that takes it")
                        .label(taken.spans[arm], "first arm that takes it"),
                );
                continue;
            }
            taken.branch[arm] = Some(branch);
            taken.spans[arm] = value.span;
        }
    }

    /// What the arms of a split leave to `else`, or to nobody.
    fn rest(&mut self, name: &ast::Name, otherwise: Option<(u32, Span)>, taken: &mut Taken) {
        let all = taken.branch.iter().all(Option::is_some);
        match otherwise {
            Some((_, span)) if all => self.found.push(
                Diagnostic::warning(UNREACHABLE_ARM, format!("every value of `{}` is taken already", name.text))
                    .label(span, "no account reaches this")
                    .help("remove the arm"),
            ),
            Some((branch, _)) => taken.branch.iter_mut().filter(|b| b.is_none()).for_each(|b| *b = Some(branch)),
            // Whether an account can have one of these values here, the prover knows.
            None => {}
        }
    }

    fn by_conditions(&mut self, split: &ast::Split) -> Option<Split> {
        self.else_last(split);
        let above = self.guarded.len();
        let mut judged = Vec::new();
        for arm in &split.arms {
            judged.push(match &arm.matches {
                ArmMatch::Condition(expr) => typing::condition(self.known, expr, Table::Accounts, self.found),
                ArmMatch::Values(names) => {
                    let name = |n: &ast::Name| Expr { kind: ExprKind::Name(n.clone()), span: n.span };
                    let any = Expr { kind: ExprKind::Or(names.iter().map(name).collect()), span: arm.span };
                    typing::condition(self.known, &any, Table::Accounts, self.found)
                }
                ArmMatch::Else(_) => None,
            });
        }
        self.guarded.extend(judged.iter().flatten().flat_map(|j| &j.guarded));
        for loose in judged.iter().flatten().map(|j| &j.loose) {
            self.told.report(self.known, loose, &self.guarded, self.found);
        }
        let mut arms = Vec::new();
        let mut otherwise = None;
        let mut failed = false;
        for (arm, judged) in split.arms.iter().zip(judged) {
            let is_else = matches!(arm.matches, ArmMatch::Else(_));
            let node = self.below("", self.matched(&arm.matches), arm);
            match (node, judged.map(|j| j.condition)) {
                (Some(node), None) if is_else => otherwise = Some(Box::new(SplitArm { node, span: arm.span })),
                (Some(node), Some(condition)) => arms.push(ConditionArm { condition, node, span: arm.span }),
                _ => failed = true,
            }
        }
        self.guarded.truncate(above);
        let unproved = split.unproved.as_ref().map(unproved);
        let (in_order, span) = (split.in_order, split.span);
        (!failed).then_some(Split::Conditions { arms, otherwise, in_order, unproved, span })
    }

    fn matched(&self, matches: &ArmMatch) -> String {
        match matches {
            ArmMatch::Condition(expr) => squeezed(self.known.sources, expr.span),
            ArmMatch::Values(names) => names.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join(" or "),
            ArmMatch::Else(_) => "else".to_owned(),
        }
    }

    fn else_last(&mut self, split: &ast::Split) {
        let Some((_, before)) = split.arms.split_last() else { return };
        for (at, arm) in before.iter().enumerate() {
            if let ArmMatch::Else(span) = arm.matches {
                self.found.push(
                    Diagnostic::error(ELSE_NOT_LAST, "`else` is the last arm")
                        .label(span, "takes all that is left")
                        .label(split.arms[at + 1].span, "so that this arm takes nothing")
                        .help("move `else` to the end"),
                );
            }
        }
    }
}

struct Taken {
    /// By arm of the dimension: the arm of the split.
    branch: Vec<Option<u32>>,
    spans: Vec<Span>,
    failed: bool,
    /// A value could not be read.
    unsure: bool,
}

/// The place that a leaf names; also for the leaves that tests speak of.
pub(super) fn target(known: &Known<'_>, leaf: &NodeKind, found: &mut Diagnostics) -> Option<LeafTarget> {
    let (name, kind) = match leaf {
        NodeKind::Carve(name) => (name, Kind::Carve),
        NodeKind::Territory { name, .. } => (name, Kind::Territory),
        NodeKind::Pool(name) => (name, Kind::Pool),
        NodeKind::Exclude => return Some(LeafTarget::Exclude),
        NodeKind::Split(_) => return None,
    };
    let Some(index) = known.place(&name.text, kind) else {
        let declares = matches!(leaf, NodeKind::Pool(_) | NodeKind::Territory { owner: Some(_), .. });
        // A leaf that declares its place, and could not, was told of when names were entered.
        if !declares || !known.names.places.contains_key(name.text.as_str()) {
            let mut unknown = known.not_found(name, &[kind], Table::Accounts);
            if kind == Kind::Territory && unknown.help.is_none() {
                unknown = unknown.help(format!("name its owner here: `territory {} owner \"…\"`", name.text));
            }
            found.push(unknown);
        }
        return None;
    };
    Some(match kind {
        Kind::Carve => LeafTarget::Carve(index),
        Kind::Territory => LeafTarget::Territory(index),
        _ => LeafTarget::Pool(index),
    })
}
