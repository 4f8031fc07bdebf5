//! Carves and their clauses.

use super::{Parts, Walk};
use crate::syntax::ast::{Around, Carve, CarveClause, CarveClauseKind, DistanceCost, Expr, ExprKind, OpenPolicy, Text};
use crate::syntax::explain::Part;
use crate::syntax::grammar::{Pair, Rule};

impl Walk<'_> {
    pub(super) fn carve(&mut self, parts: &mut Parts<'_>) -> Option<Carve> {
        let name = self.item_name(parts)?;
        let was = self.was(parts);
        let template = parts.take(Rule::text).map(|p| self.text(&p));
        let (mut clauses, mut because) = (Vec::new(), None);
        let mut before = None;
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::clause => clauses.extend(self.clause(part)),
                Rule::bad_line => self.bad_line(&part, before, Part::Clause),
                Rule::because => {
                    if let Some(text) = self.because(part) {
                        self.once(&mut because, text, span, "because");
                    }
                }
                _ => continue,
            }
            before = Some(span);
        }
        Some(Carve { name, was, template, clauses, because: because.map(|b| b.0) })
    }

    fn clause(&mut self, pair: Pair<'_>) -> Option<CarveClause> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let kind = self.clause_kind(parts.next()?)?;
        Some(CarveClause { kind, because: self.take_because(&mut parts), span })
    }

    fn clause_kind(&mut self, pair: Pair<'_>) -> Option<CarveClauseKind> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        Some(match rule {
            Rule::seats => self.seats(&mut parts)?,
            Rule::overcarve => CarveClauseKind::Overcarve(self.next_sum(&mut parts)?),
            Rule::headroom => CarveClauseKind::Headroom(self.next_sum(&mut parts)?),
            Rule::unit_clause => CarveClauseKind::Unit(self.item_name(&mut parts)?),
            Rule::balance => {
                CarveClauseKind::Balance { weight: self.item_name(&mut parts)?, within: self.next_sum(&mut parts)? }
            }
            Rule::compact => compact(&mut parts),
            Rule::contiguous_kw => CarveClauseKind::Contiguous,
            Rule::keep => {
                let at_most = match parts.find(Rule::sum) {
                    Some(sum) => Some((self.expression(sum)?, self.item_name(&mut parts)?)),
                    None => None,
                };
                CarveClauseKind::Keep { at_most }
            }
            Rule::open_clause => CarveClauseKind::OpenCoveredBy(match parts.0.last().map(|p| p.as_rule()) {
                Some(Rule::manager_kw) => OpenPolicy::Manager,
                Some(Rule::pool_kw) => OpenPolicy::Pool,
                _ => OpenPolicy::Nearest,
            }),
            Rule::accounts_clause => {
                CarveClauseKind::Accounts { from: self.next_sum(&mut parts)?, to: self.next_sum(&mut parts)? }
            }
            Rule::mix => {
                let (from, to) = (self.next_sum(&mut parts)?, self.next_sum(&mut parts)?);
                let of = self.item_name(&mut parts)?;
                let condition = parts.find(Rule::expr)?;
                CarveClauseKind::Mix { from, to, of, condition: self.expression(condition)? }
            }
            Rule::together => CarveClauseKind::Together(self.texts(&mut parts)),
            Rule::apart => CarveClauseKind::Apart(self.texts(&mut parts)),
            Rule::eligible => {
                CarveClauseKind::Eligible { seat: self.item_name(&mut parts)?, unit: self.item_name(&mut parts)? }
            }
            _ => return None,
        })
    }

    fn seats(&mut self, parts: &mut Parts<'_>) -> Option<CarveClauseKind> {
        parts.skip(Rule::seats_kw);
        let pair = parts.next()?;
        if pair.as_rule() == Rule::sum {
            return Some(CarveClauseKind::SeatsCount(self.expression(pair)?));
        }
        let span = self.span(&pair);
        let condition = match Parts::of(pair).find(Rule::expr) {
            Some(condition) => self.expression(condition)?,
            None => Expr { kind: ExprKind::Bool(true), span },
        };
        Some(CarveClauseKind::SeatsWhere(condition))
    }

    /// The next quantity, stepping over keywords.
    fn next_sum(&mut self, parts: &mut Parts<'_>) -> Option<Expr> {
        let sum = parts.find(Rule::sum)?;
        self.expression(sum)
    }

    /// The texts that are left.
    pub(super) fn texts(&mut self, parts: &mut Parts<'_>) -> Vec<Text> {
        let mut texts = Vec::new();
        while let Some(text) = parts.find(Rule::text) {
            texts.push(self.text(&text));
        }
        texts
    }
}

fn compact(parts: &mut Parts<'_>) -> CarveClauseKind {
    let (mut around, mut by) = (Around::Seats, None);
    while let Some(part) = parts.next() {
        match part.as_rule() {
            Rule::accounts_kw => around = Around::Accounts,
            Rule::squared_kw => by = Some(DistanceCost::Squared),
            Rule::distance_kw => by = by.or(Some(DistanceCost::Plain)),
            _ => {}
        }
    }
    CarveClauseKind::Compact { around, by }
}
