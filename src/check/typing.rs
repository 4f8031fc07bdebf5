//! Typing of expressions: every name resolved, every unit checked, every missing value noted.
//!
//! Takes an [`Expr`] and what is [`Known`]; gives an [`Operand`], or `None` after a finding (a part that failed gives no
//! second one). Numbers, conditions, patterns and places have files of their own; this one holds the state they share
//! and tells them apart. Invariant: recursion ends at [`DEEPEST`].

use super::known::{Known, Table};
use super::missing::{Loose, Place};
use super::operand::{DateOperand, Operand, TextOperand};
use super::units::{self, Quantity};
use crate::diagnostics::codes::check::{NOT_CONSTANT, TOO_DEEP, TYPE_MISMATCH, WRONG_KIND};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{Condition, Number, NumberKind, Predicate, Unit};
use crate::syntax::MAX_EXPRESSION_DEPTH;
use crate::syntax::ast::{self, Expr, ExprKind};
use crate::workspace::schema::ColumnId;

/// Nesting of one expression, weights that it names included.
const DEEPEST: usize = 2 * MAX_EXPRESSION_DEPTH;
/// Nodes of one expression, weights that it names included.
const LARGEST: usize = 20_000;

pub(super) struct Typing<'k, 'a> {
    pub known: &'k Known<'a>,
    pub found: &'k mut Diagnostics,
    pub table: Table,
    /// `share` may stand here.
    pub shares: bool,
    /// A share was met.
    pub shared: bool,
    /// A name that nothing declares, beside a text column, is a text: in claims, which people type in a hurry.
    pub bare_words: bool,
    pub place: Place,
    /// Columns that a test around this branch has shown to be there.
    pub present: Vec<ColumnId>,
    /// Uses of nullable columns that a `default` around them may still provide for.
    pub open: Vec<Loose>,
    /// Uses that a comparison has settled.
    pub decided: Vec<Loose>,
    /// Columns that are tested for being missing.
    pub guarded: Vec<ColumnId>,
    depth: usize,
    pub deepest: usize,
    pub size: usize,
    too_deep: bool,
}

/// A condition with what it leaves unsaid.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub condition: Condition,
    /// All uses; those of `guarded` columns are provided for.
    pub loose: Vec<Loose>,
    pub guarded: Vec<ColumnId>,
}

/// Types a condition over a table.
pub(super) fn condition(known: &Known<'_>, expr: &Expr, table: Table, found: &mut Diagnostics) -> Option<Judged> {
    let mut typing = Typing::new(known, table, Place::Condition, found);
    let condition = typing.condition(expr)?;
    Some(Judged { condition, loose: typing.decided, guarded: typing.guarded })
}

/// A fixed number, such as a bound, with its unit.
pub(super) fn fixed(known: &Known<'_>, expr: &Expr, found: &mut Diagnostics) -> Option<Quantity> {
    Typing::new(known, Table::None, Place::Condition, found).fixed_number(expr)
}

impl<'k, 'a> Typing<'k, 'a> {
    pub fn new(known: &'k Known<'a>, table: Table, place: Place, found: &'k mut Diagnostics) -> Self {
        Self {
            known,
            found,
            table,
            shares: false,
            shared: false,
            bare_words: false,
            place,
            present: Vec::new(),
            open: Vec::new(),
            decided: Vec::new(),
            guarded: Vec::new(),
            depth: 0,
            deepest: 0,
            size: 0,
            too_deep: false,
        }
    }

    pub fn operand(&mut self, expr: &Expr) -> Option<Operand> {
        if !self.grow(1, 1, expr.span) {
            return None;
        }
        self.depth += 1;
        let operand = self.operand_of(expr);
        self.depth -= 1;
        operand
    }

    /// Accounts for `size` further nodes, `depth` deep; `false` (and a finding, once) when that is too much.
    pub fn grow(&mut self, size: usize, depth: usize, span: Span) -> bool {
        self.size += size;
        self.deepest = self.deepest.max(self.depth + depth);
        let fits = self.deepest <= DEEPEST && self.size <= LARGEST;
        if !fits && !self.too_deep {
            self.too_deep = true;
            self.found.push(
                Diagnostic::error(TOO_DEEP, "the expression is too large")
                    .label(span, "here")
                    .help("name a part of it as a segment, or write fewer levels of parentheses"),
            );
        }
        fits
    }

    /// Kept small, with what it calls, since it recurses: see `the_deepest_expression_fits_the_stack`.
    fn operand_of(&mut self, expr: &Expr) -> Option<Operand> {
        match &expr.kind {
            ExprKind::Number(literal) => Some(self.written(literal, expr.span)),
            ExprKind::Text(text) => Some(Operand::Text(TextOperand::Literal(text.value.clone()))),
            ExprKind::Date(date) => Some(Operand::Date(DateOperand::Day(date.date))),
            ExprKind::Bool(value) => Some(Operand::Condition(Condition::Always(*value))),
            ExprKind::Name(name) => self.name(name),
            ExprKind::Point { lat, lon } => self.point(lat, lon).map(Operand::Point),
            ExprKind::Default { value, default } => self.default(value, default, expr.span),
            ExprKind::Call { .. }
            | ExprKind::Negate(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::If { .. }
            | ExprKind::Case { .. } => self.numeric(expr).map(Operand::Number),
            ExprKind::Segment(_)
            | ExprKind::Compare { .. }
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::Between { .. }
            | ExprKind::In { .. }
            | ExprKind::Is { .. }
            | ExprKind::IsMissing { .. }
            | ExprKind::Within { .. }
            | ExprKind::Inside { .. }
            | ExprKind::InPlace { .. } => self.logical(expr).map(Operand::Condition),
        }
    }

    fn numeric(&mut self, expr: &Expr) -> Option<Quantity> {
        match &expr.kind {
            ExprKind::Call { function, arguments } => self.call(function, arguments, expr.span),
            ExprKind::Negate(value) => self.negate(value, expr.span),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right, expr.span),
            ExprKind::If { condition, then, otherwise } => self.choice(&[(condition, then)], otherwise, expr.span),
            ExprKind::Case { arms, otherwise } => {
                let arms: Vec<(&Expr, &Expr)> = arms.iter().map(|(c, v)| (c, v)).collect();
                self.choice(&arms, otherwise, expr.span)
            }
            _ => None,
        }
    }

    fn logical(&mut self, expr: &Expr) -> Option<Condition> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Segment(name) => self.segment(name),
            ExprKind::Compare { op, left, right } => self.compare(*op, left, right, span),
            ExprKind::And(parts) => self.all(parts),
            ExprKind::Or(parts) => self.any(parts),
            ExprKind::Not(part) => Some(Condition::Not(Box::new(self.condition(part)?))),
            ExprKind::Between { value, from, to } => self.between(value, from, to, span),
            ExprKind::In { value, patterns, negated } => self.is_in(value, patterns, *negated, span),
            ExprKind::Is { subject, values, negated } => self.is(subject, values, *negated, span),
            ExprKind::IsMissing { value, negated } => self.is_missing(value, *negated, span),
            ExprKind::Within { value, radius, of } => self.within(value, radius, of, span),
            ExprKind::Inside { value, file } => self.inside(value, file, span),
            ExprKind::InPlace { .. } => {
                self.out_of_claim(span);
                None
            }
            _ => None,
        }
    }

    fn written(&self, literal: &ast::Number, span: Span) -> Operand {
        let (value, unit) = units::base(literal);
        Operand::Number(self.literal(value, unit, literal.unit.is_none(), span))
    }

    fn default(&mut self, value: &Expr, default: &Expr, span: Span) -> Option<Operand> {
        let mark = self.open.len();
        let typed = self.operand(value);
        // Whatever the value left open is provided for.
        self.open.truncate(mark);
        let stand_in = self.operand(default);
        self.defaulted(typed?, value, stand_in?, default, span)
    }

    fn defaulted(
        &mut self,
        typed: Operand,
        value: &Expr,
        stand_in: Operand,
        default: &Expr,
        span: Span,
    ) -> Option<Operand> {
        match (typed, stand_in) {
            (Operand::Number(value), Operand::Number(default)) => {
                let pair = self.unified(value, default, "and its default")?;
                let (left, right, unit) = pair;
                let nullable = left.number.nullable && right.number.nullable;
                let kind = NumberKind::Default(Box::new(left.number), Box::new(right.number));
                Some(Operand::Number(Quantity { number: Number { kind, unit, nullable, span }, bare: false }))
            }
            (
                Operand::Text(TextOperand::Column { column, default: None, .. }),
                Operand::Text(TextOperand::Literal(text)),
            ) => Some(Operand::Text(TextOperand::Column { column, default: Some(text), nullable: false })),
            (
                Operand::Date(DateOperand::Column { column, default: None, .. }),
                Operand::Date(DateOperand::Day(day)),
            ) => Some(Operand::Date(DateOperand::Column { column, default: Some(day), nullable: false })),
            (
                Operand::Condition(Condition::Test(Predicate::Flag { column, .. }, at)),
                Operand::Condition(Condition::Always(default)),
            ) => Some(Operand::Condition(Condition::Test(Predicate::Flag { column, default }, at))),
            (typed, stand_in) if std::mem::discriminant(&typed) == std::mem::discriminant(&stand_in) => {
                self.found.push(
                    Diagnostic::error(NOT_CONSTANT, "the default of a column that is no number is a fixed value")
                        .label(default.span, "stands in for a missing cell")
                        .label(value.span, typed.describe()),
                );
                None
            }
            (typed, stand_in) => {
                self.mismatch(
                    "a value and its default are of different types",
                    &typed,
                    value.span,
                    &stand_in,
                    default.span,
                );
                None
            }
        }
    }

    /// Says that two operands are of different types, with both shown.
    pub fn mismatch(&mut self, message: &str, left: &Operand, at: Span, right: &Operand, beside: Span) {
        self.found.push(
            Diagnostic::error(TYPE_MISMATCH, message.to_owned())
                .label(at, left.describe())
                .label(beside, right.describe()),
        );
    }

    fn out_of_claim(&mut self, span: Span) {
        self.found.push(
            Diagnostic::error(WRONG_KIND, "only a claim of `prove` asks for the place of an account")
                .label(span, "not known here")
                .help("join claims with `and`, `or` and `not`; in a tree, a segment or a weight repeat the conditions"),
        );
    }

    /// Says that something of another type is due.
    pub fn due(&mut self, wanted: &str, got: &Operand, span: Span) {
        let message = format!("{wanted} is due, and this is {}", got.describe());
        self.found.push(Diagnostic::error(TYPE_MISMATCH, message).label(span, got.describe()));
    }

    pub fn literal(&self, value: f64, unit: Unit, bare: bool, span: Span) -> Quantity {
        Quantity { number: Number { kind: NumberKind::Literal(value), unit, nullable: false, span }, bare }
    }

    pub fn number(&mut self, expr: &Expr) -> Option<Quantity> {
        match self.operand(expr)? {
            Operand::Number(quantity) => Some(quantity),
            other => {
                self.due("a number", &other, expr.span);
                None
            }
        }
    }

    pub fn fixed_number(&mut self, expr: &Expr) -> Option<Quantity> {
        let quantity = self.number(expr)?;
        if quantity.literal().is_none() {
            self.not_fixed("the value", expr.span);
            return None;
        }
        Some(quantity)
    }

    /// Uses of nullable columns since `mark` have been compared, and can no longer be mended by a `default`.
    pub fn decide(&mut self, mark: usize) {
        self.decided.extend(self.open.drain(mark..));
    }
}
