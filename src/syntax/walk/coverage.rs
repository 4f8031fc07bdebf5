//! Coverages and the nodes of their trees.

use super::{Parts, Walk};
use crate::diagnostics::{Diagnostic, Span, codes::syntax as codes};
use crate::syntax::ast::{ArmMatch, Coverage, Node, NodeKind, Split, SplitArm, Text};
use crate::syntax::explain::Part;
use crate::syntax::grammar::{Pair, Rule};

impl Walk<'_> {
    pub(super) fn coverage(&mut self, parts: &mut Parts<'_>) -> Option<Coverage> {
        let name = self.item_name(parts)?;
        let was = self.was(parts);
        let role = if parts.skip(Rule::for_kw) { self.item_name(parts) } else { None };
        let (mut root, mut because): (Option<Node>, _) = (None, None);
        let (mut before, mut broken) = (None, false);
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::node if root.is_none() => root = self.node(part),
                Rule::node => self.second_root(&name.text, span, root.as_ref().map(|r| r.span)),
                Rule::bad_line => {
                    broken = true;
                    self.bad_line(&part, before, Part::Node);
                }
                Rule::because => because = self.because(part),
                _ => continue,
            }
            before = Some(span);
        }
        if root.is_none() && !broken {
            self.findings.push(
                Diagnostic::error(codes::MISSING_PART, format!("the coverage `{}` is empty", name.text))
                    .label(name.span, "")
                    .help("it holds one `split`, `carve`, `territory`, `pool` or `exclude`"),
            );
        }
        Some(Coverage { name, was, role, root, because })
    }

    fn second_root(&mut self, name: &str, span: Span, first: Option<Span>) {
        let message = format!("the coverage `{name}` begins twice");
        let mut finding = Diagnostic::error(codes::REPEATED_PART, message).label(span, "a second beginning");
        if let Some(first) = first {
            finding = finding.label(first, "it begins here");
        }
        self.findings.push(finding.help("put both under one `split { … }`"));
    }

    /// A pair of the rule `node`.
    pub(super) fn node(&mut self, pair: Pair<'_>) -> Option<Node> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let mut kind = self.node_kind(parts.next()?)?;
        if let (NodeKind::Split(split), Some(unproved)) = (&mut kind, parts.take(Rule::unproved)) {
            split.unproved = self.unproved(unproved);
        }
        Some(Node { kind, because: self.take_because(&mut parts), span })
    }

    pub(super) fn node_kind(&mut self, pair: Pair<'_>) -> Option<NodeKind> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        Some(match rule {
            Rule::split => NodeKind::Split(self.split(&mut parts, span)?),
            Rule::carve_leaf => NodeKind::Carve(self.item_name(&mut parts)?),
            Rule::pool_leaf => NodeKind::Pool(self.item_name(&mut parts)?),
            Rule::territory_leaf | Rule::test_territory => {
                NodeKind::Territory { name: self.item_name(&mut parts)?, owner: self.owner(&mut parts) }
            }
            Rule::exclude_kw => NodeKind::Exclude,
            _ => return None,
        })
    }

    /// `owner "R001"`, if it comes next.
    pub(super) fn owner(&mut self, parts: &mut Parts<'_>) -> Option<Text> {
        parts.take(Rule::owner_kw)?;
        let text = parts.take(Rule::text)?;
        Some(self.text(&text))
    }

    fn split(&mut self, parts: &mut Parts<'_>, span: Span) -> Option<Split> {
        parts.skip(Rule::split_kw);
        let in_order = parts.skip(Rule::in_order);
        let dimension = parts.take(Rule::name).map(|p| self.name(&p));
        let part_kind = if dimension.is_some() { Part::ValueArm } else { Part::ConditionArm };
        let mut arms = Vec::new();
        let mut before = None;
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::condition_arm | Rule::value_arm => arms.extend(self.split_arm(part, span)),
                Rule::bad_line => self.bad_line(&part, before, part_kind),
                _ => continue,
            }
            before = Some(span);
        }
        Some(Split { dimension, in_order, arms, unproved: None, span })
    }

    fn split_arm(&mut self, pair: Pair<'_>, span: Span) -> Option<SplitArm> {
        let mut parts = Parts::of(pair);
        let mut values = Vec::new();
        let mut matches = None;
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::else_kw => matches = Some(ArmMatch::Else(self.span(&part))),
                Rule::expr => matches = Some(ArmMatch::Condition(self.expression(part)?)),
                Rule::name => values.push(self.name(&part)),
                Rule::node => {
                    let matches = matches.unwrap_or(ArmMatch::Values(values));
                    return Some(SplitArm { matches, node: self.node(part)?, span });
                }
                _ => {}
            }
        }
        None
    }
}
