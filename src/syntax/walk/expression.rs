//! Expressions and conditions.
//!
//! The grammar gives them flat, as operands and operators; precedence is made here. The tree is never deeper than
//! [`MAX_EXPRESSION_DEPTH`], so every later stage may recurse on it.

use super::{Parts, Walk};
use crate::diagnostics::{Diagnostic, Span, codes::syntax as codes};
use crate::syntax::MAX_EXPRESSION_DEPTH;
use crate::syntax::ast::{ArithmeticOp, CompareOp, Expr, ExprKind};
use crate::syntax::grammar::{Pair, Rule};

impl Walk<'_> {
    /// A pair of the rules `expr`, `plain` or `sum`.
    pub(super) fn expression(&mut self, pair: Pair<'_>) -> Option<Expr> {
        self.expr(pair, 0)
    }

    fn expr(&mut self, pair: Pair<'_>, depth: usize) -> Option<Expr> {
        match pair.as_rule() {
            Rule::sum => self.sum(pair, depth),
            _ => self.disjunction(pair, depth),
        }
    }

    /// The depth below `levels` more levels, if that is not too deep.
    fn below(&mut self, depth: usize, levels: usize, span: Span) -> Option<usize> {
        let below = depth + levels;
        if below > MAX_EXPRESSION_DEPTH {
            let message = "this expression has too many operators";
            self.findings.push(
                Diagnostic::error(codes::NESTED_TOO_DEEP, message)
                    .label(span, format!("operators and brackets stand more than {MAX_EXPRESSION_DEPTH} deep here"))
                    .help("give parts of it names with `weight` or `let`"),
            );
            return None;
        }
        Some(below)
    }

    fn disjunction(&mut self, pair: Pair<'_>, depth: usize) -> Option<Expr> {
        let span = self.span(&pair);
        let depth = self.below(depth, 2, span)?;
        let mut parts = Parts::of(pair);
        if let Some(choice) = parts.take(Rule::if_expr) {
            return self.choice(choice, depth);
        }
        let mut alternatives = Vec::new();
        let mut conjuncts = Vec::new();
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::predicate => conjuncts.push(self.predicate(part, depth)?),
                Rule::or_kw => alternatives.push(joined(std::mem::take(&mut conjuncts), ExprKind::And)?),
                _ => {}
            }
        }
        alternatives.push(joined(conjuncts, ExprKind::And)?);
        joined(alternatives, ExprKind::Or)
    }

    fn choice(&mut self, pair: Pair<'_>, depth: usize) -> Option<Expr> {
        let span = self.span(&pair);
        let branches: Vec<Pair<'_>> = pair.into_inner().filter(|p| p.as_rule() == Rule::plain).collect();
        let depth = self.below(depth, branches.len(), span)?;
        let mut built =
            branches.into_iter().map(|branch| self.disjunction(branch, depth)).collect::<Option<Vec<_>>>()?;
        let mut otherwise = built.pop()?;
        while let Some(then) = built.pop() {
            let condition = built.pop()?;
            let span = condition.span.to(otherwise.span);
            let (condition, then) = (Box::new(condition), Box::new(then));
            let kind = ExprKind::If { condition, then, otherwise: Box::new(otherwise) };
            otherwise = Expr { kind, span };
        }
        Some(Expr { kind: otherwise.kind, span })
    }

    fn predicate(&mut self, pair: Pair<'_>, depth: usize) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let mut nots = Vec::new();
        while let Some(not) = parts.take(Rule::not_kw) {
            nots.push(self.span(&not));
        }
        let depth = self.below(depth, nots.len() + 1, span)?;
        let left = self.sum(parts.next()?, depth)?;
        let mut built = match parts.next() {
            Some(condition) => self.condition(left, condition, depth)?,
            None => left,
        };
        while let Some(not) = nots.pop() {
            let span = not.to(built.span);
            built = Expr { kind: ExprKind::Not(Box::new(built)), span };
        }
        Some(built)
    }

    /// What is said of `left`.
    fn condition(&mut self, left: Expr, pair: Pair<'_>, depth: usize) -> Option<Expr> {
        let span = left.span.to(self.span(&pair));
        let rule = pair.as_rule();
        let value = Box::new(left);
        let kind = match rule {
            Rule::compare_test => {
                let (op, right) = self.comparison(pair, depth)?;
                ExprKind::Compare { op, left: value, right: Box::new(right) }
            }
            Rule::between_test => {
                let (from, to) = self.between(pair, depth)?;
                ExprKind::Between { value, from: Box::new(from), to: Box::new(to) }
            }
            Rule::within_test => {
                let (radius, of) = self.within(pair, depth)?;
                ExprKind::Within { value, radius: Box::new(radius), of: Box::new(of) }
            }
            Rule::inside_test => {
                let file = Parts::of(pair).find(Rule::text)?;
                ExprKind::Inside { value, file: self.text(&file) }
            }
            Rule::in_place => return self.in_place(*value, pair, span),
            Rule::in_test => {
                let mut parts = Parts::of(pair);
                let negated = parts.skip(Rule::not_kw);
                let mut patterns = Vec::new();
                while let Some(part) = parts.next() {
                    if matches!(part.as_rule(), Rule::up_to_pattern | Rule::value_pattern) {
                        patterns.push(self.pattern(part)?);
                    }
                }
                ExprKind::In { value, patterns, negated }
            }
            _ => return self.is_test(*value, pair, span),
        };
        Some(Expr { kind, span })
    }

    fn is_test(&mut self, left: Expr, pair: Pair<'_>, span: Span) -> Option<Expr> {
        let mut parts = Parts::of(pair);
        parts.skip(Rule::is_kw);
        let negated = parts.skip(Rule::not_kw);
        if parts.skip(Rule::missing_kw) {
            return Some(Expr { kind: ExprKind::IsMissing { value: Box::new(left), negated }, span });
        }
        let ExprKind::Name(subject) = left.kind else {
            self.findings.push(
                Diagnostic::error(codes::UNEXPECTED, "only a dimension `is` one of its values")
                    .label(left.span, "not the name of a dimension")
                    .help("compare with `=`, or write `is missing`"),
            );
            return None;
        };
        let mut values = Vec::new();
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::name {
                values.push(self.name(&part));
            }
        }
        Some(Expr { kind: ExprKind::Is { subject, values, negated }, span })
    }

    fn comparison(&mut self, pair: Pair<'_>, depth: usize) -> Option<(CompareOp, Expr)> {
        let mut parts = Parts::of(pair);
        let op = match parts.next()?.as_rule() {
            Rule::less => CompareOp::Less,
            Rule::less_equal => CompareOp::LessEqual,
            Rule::not_equal => CompareOp::NotEqual,
            Rule::greater_equal => CompareOp::GreaterEqual,
            Rule::greater => CompareOp::Greater,
            _ => CompareOp::Equal,
        };
        Some((op, self.sum(parts.next()?, depth)?))
    }

    fn between(&mut self, pair: Pair<'_>, depth: usize) -> Option<(Expr, Expr)> {
        let mut parts = Parts::of(pair);
        let from = parts.find(Rule::sum)?;
        let to = parts.find(Rule::sum)?;
        Some((self.sum(from, depth)?, self.sum(to, depth)?))
    }

    fn within(&mut self, pair: Pair<'_>, depth: usize) -> Option<(Expr, Expr)> {
        self.between(pair, depth)
    }

    /// `< 5` of a pattern or a bound.
    pub(super) fn compare_test(&mut self, pair: Pair<'_>) -> Option<(CompareOp, Expr)> {
        self.comparison(pair, 0)
    }

    /// `between a and b` and `within a of b`.
    pub(super) fn two_sums(&mut self, pair: Pair<'_>) -> Option<(Expr, Expr)> {
        self.between(pair, 0)
    }

    fn sum(&mut self, pair: Pair<'_>, depth: usize) -> Option<Expr> {
        let span = self.span(&pair);
        let operators = pair.clone().into_inner().filter(|p| is_operator(p.as_rule())).count();
        let depth = self.below(depth, operators, span)?;
        let mut parts = Parts::of(pair);
        let mut sum: Option<(Expr, ArithmeticOp)> = None;
        let mut term = self.operand(&mut parts, depth)?;
        while let Some(operator) = parts.next() {
            let op = match operator.as_rule() {
                Rule::plus => ArithmeticOp::Add,
                Rule::minus => ArithmeticOp::Subtract,
                Rule::times => ArithmeticOp::Multiply,
                _ => ArithmeticOp::Divide,
            };
            let right = self.operand(&mut parts, depth)?;
            if matches!(op, ArithmeticOp::Multiply | ArithmeticOp::Divide) {
                term = arithmetic(op, term, right);
            } else {
                let left = std::mem::replace(&mut term, right);
                sum = Some((added(sum, left), op));
            }
        }
        Some(added(sum, term))
    }

    /// A value with the minus signs before it and the defaults behind it.
    fn operand(&mut self, parts: &mut Parts<'_>, depth: usize) -> Option<Expr> {
        let mut signs = Vec::new();
        while let Some(sign) = parts.take(Rule::negate) {
            signs.push(self.span(&sign));
        }
        let mut built = self.value(parts.next()?, depth)?;
        while parts.skip(Rule::default_kw) {
            let mut default_signs = Vec::new();
            while let Some(sign) = parts.take(Rule::negate) {
                default_signs.push(self.span(&sign));
            }
            let default = self.value(parts.next()?, depth)?;
            let default = negated(default, default_signs);
            let span = built.span.to(default.span);
            built = Expr { kind: ExprKind::Default { value: Box::new(built), default: Box::new(default) }, span };
        }
        Some(negated(built, signs))
    }

    fn value(&mut self, pair: Pair<'_>, depth: usize) -> Option<Expr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::number => ExprKind::Number(self.number(&pair)),
            Rule::text => ExprKind::Text(self.text(&pair)),
            Rule::date => ExprKind::Date(self.date(&pair)),
            Rule::true_kw => ExprKind::Bool(true),
            Rule::false_kw => ExprKind::Bool(false),
            Rule::segment_ref => ExprKind::Segment(Parts::of(pair).find(Rule::name).map(|n| self.name(&n))?),
            Rule::group => self.expr(Parts::of(pair).find(Rule::expr)?, depth)?.kind,
            Rule::case_expr => self.case(pair, depth)?,
            Rule::point => {
                let mut parts = Parts::of(pair);
                let (lat, lon) = (parts.find(Rule::sum)?, parts.find(Rule::sum)?);
                let depth = self.below(depth, 1, span)?;
                ExprKind::Point { lat: Box::new(self.sum(lat, depth)?), lon: Box::new(self.sum(lon, depth)?) }
            }
            Rule::call => self.call(pair, depth)?,
            _ => ExprKind::Name(self.name(&pair)),
        };
        Some(Expr { kind, span })
    }

    fn call(&mut self, pair: Pair<'_>, depth: usize) -> Option<ExprKind> {
        let mut parts = Parts::of(pair);
        let function = self.name(&parts.next()?);
        if function.text == "point" {
            self.findings.push(
                Diagnostic::error(codes::UNEXPECTED, "a `point` names its latitude and longitude")
                    .label(function.span, "")
                    .help("write `point(lat 40.7, lon -74.0)`"),
            );
            return None;
        }
        let mut arguments = Vec::new();
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::expr {
                arguments.push(self.expr(part, depth)?);
            }
        }
        Some(ExprKind::Call { function, arguments })
    }

    fn case(&mut self, pair: Pair<'_>, depth: usize) -> Option<ExprKind> {
        let mut parts = Parts::of(pair);
        let mut arms = Vec::new();
        while let Some(part) = parts.next() {
            let rule = part.as_rule();
            if !matches!(rule, Rule::case_arm | Rule::case_else) {
                continue;
            }
            let mut arm = Parts::of(part);
            let first = self.expr(arm.find(Rule::expr)?, depth)?;
            if rule == Rule::case_else {
                return Some(ExprKind::Case { arms, otherwise: Box::new(first) });
            }
            arms.push((first, self.expr(arm.find(Rule::expr)?, depth)?));
        }
        None
    }
}

fn is_operator(rule: Rule) -> bool {
    matches!(rule, Rule::plus | Rule::minus | Rule::times | Rule::divide | Rule::negate | Rule::default_kw)
}

/// Several as one of `kind`, one as itself.
fn joined(mut parts: Vec<Expr>, kind: fn(Vec<Expr>) -> ExprKind) -> Option<Expr> {
    if parts.len() < 2 {
        return parts.pop();
    }
    let span = parts.first()?.span.to(parts.last()?.span);
    Some(Expr { kind: kind(parts), span })
}

fn added(sum: Option<(Expr, ArithmeticOp)>, term: Expr) -> Expr {
    match sum {
        Some((left, op)) => arithmetic(op, left, term),
        None => term,
    }
}

fn arithmetic(op: ArithmeticOp, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    Expr { kind: ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }, span }
}

fn negated(mut value: Expr, mut signs: Vec<Span>) -> Expr {
    while let Some(sign) = signs.pop() {
        let span = sign.to(value.span);
        value = Expr { kind: ExprKind::Negate(Box::new(value)), span };
    }
    value
}
