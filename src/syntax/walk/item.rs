//! Items, and those of one line.

use super::{Parts, Walk};
use crate::diagnostics::{Diagnostic, Span, codes::syntax as codes};
use crate::syntax::ast::{ItemKind, Let, Name, PlanHeader, Segment, Territory, Weight};
use crate::syntax::explain::Part;
use crate::syntax::grammar::{Pair, Rule};

impl Walk<'_> {
    pub(super) fn item_kind(&mut self, pair: Pair<'_>) -> Option<ItemKind> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        Some(match rule {
            Rule::plan => ItemKind::Plan(self.plan(&mut parts)?),
            Rule::use_item => ItemKind::Use(parts.find(Rule::text).map(|p| self.text(&p))?),
            Rule::let_item => ItemKind::Let(self.let_item(&mut parts)?),
            Rule::weight => ItemKind::Weight(self.weight(&mut parts)?),
            Rule::dimension => ItemKind::Dimension(self.dimension(&mut parts)?),
            Rule::segment => ItemKind::Segment(self.segment(&mut parts)?),
            Rule::coverage => ItemKind::Coverage(self.coverage(&mut parts)?),
            Rule::territory => ItemKind::Territory(self.territory(&mut parts)?),
            Rule::carve => ItemKind::Carve(self.carve(&mut parts)?),
            Rule::named => ItemKind::Named(self.named(&mut parts)?),
            Rule::hold => ItemKind::Hold(self.hold(&mut parts)?),
            Rule::exclude => ItemKind::Exclude(self.exclude(&mut parts)?),
            Rule::expect => ItemKind::Expect(self.expect(&mut parts)?),
            Rule::test => ItemKind::Test(self.test(&mut parts)?),
            Rule::prove => ItemKind::Prove(self.prove(&mut parts)?),
            _ => return None,
        })
    }

    /// The name of an item, behind its keyword.
    pub(super) fn item_name(&mut self, parts: &mut Parts<'_>) -> Option<Name> {
        let pair = parts.find(Rule::name)?;
        Some(self.name(&pair))
    }

    /// `was NAME`
    pub(super) fn was(&mut self, parts: &mut Parts<'_>) -> Option<Name> {
        let pair = parts.take(Rule::was)?;
        self.item_name(&mut Parts::of(pair))
    }

    /// Says that a part is given twice, and keeps the first.
    pub(super) fn once<T>(&mut self, place: &mut Option<(T, Span)>, value: T, span: Span, what: &str) {
        match place {
            Some((_, first)) => self.findings.push(
                Diagnostic::error(codes::REPEATED_PART, format!("`{what}` is given twice"))
                    .label(span, "again here")
                    .label(*first, "first given here"),
            ),
            None => *place = Some((value, span)),
        }
    }

    fn plan(&mut self, parts: &mut Parts<'_>) -> Option<PlanHeader> {
        let name = self.item_name(parts)?;
        let title = parts.take(Rule::text).map(|p| self.text(&p));
        let (mut effective, mut because) = (None, None);
        let mut before = None;
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::effective => {
                    let mut days = Parts::of(part);
                    let (first, last) = (days.find(Rule::date)?, days.find(Rule::date)?);
                    let days = (self.date(&first), self.date(&last));
                    self.once(&mut effective, days, span, "effective");
                }
                Rule::because => {
                    if let Some(text) = self.because(part) {
                        self.once(&mut because, text, span, "because");
                    }
                }
                Rule::bad_line => self.bad_line(&part, before, Part::Plan),
                _ => continue,
            }
            before = Some(span);
        }
        Some(PlanHeader { name, title, effective: effective.map(|e| e.0), because: because.map(|b| b.0) })
    }

    fn let_item(&mut self, parts: &mut Parts<'_>) -> Option<Let> {
        let name = self.item_name(parts)?;
        let value = parts.find(Rule::expr)?;
        Some(Let { name, value: self.expression(value)?, because: self.take_because(parts) })
    }

    fn weight(&mut self, parts: &mut Parts<'_>) -> Option<Weight> {
        let name = self.item_name(parts)?;
        let was = self.was(parts);
        let unit = if parts.skip(Rule::in_kw) { self.item_name(parts) } else { None };
        let value = parts.find(Rule::expr)?;
        Some(Weight { name, was, unit, value: self.expression(value)?, because: self.take_because(parts) })
    }

    fn segment(&mut self, parts: &mut Parts<'_>) -> Option<Segment> {
        let name = self.item_name(parts)?;
        let was = self.was(parts);
        let condition = parts.find(Rule::expr)?;
        Some(Segment { name, was, condition: self.expression(condition)?, because: self.take_because(parts) })
    }

    fn territory(&mut self, parts: &mut Parts<'_>) -> Option<Territory> {
        let name = self.item_name(parts)?;
        let was = self.was(parts);
        let title = parts.take(Rule::text).map(|p| self.text(&p));
        let owner = self.owner(parts);
        Some(Territory { name, was, title, owner, because: self.take_because(parts) })
    }
}
