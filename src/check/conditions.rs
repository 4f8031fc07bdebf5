//! Conditions: comparisons of every type, and their joints.
//!
//! Invariant: a comparison with a missing value does not hold, whatever its operator; only `not` and `is missing` do.

use super::known::{Resolved, Table};
use super::names::Kind;
use super::operand::{DateOperand, Operand, TextOperand};
use super::typing::Typing;
use super::units::Quantity;
use super::wanted::Wanted;
use crate::diagnostics::codes::check::{DUPLICATE_VALUE, MIXED_AND_OR, TYPE_MISMATCH, UNKNOWN_NAME, WRONG_KIND};
use crate::diagnostics::{Diagnostic, Span};
use crate::plan::{ArmId, Condition, DimensionId, Predicate};
use crate::syntax::ast::{CompareOp, Expr, ExprKind, Name, Pattern};
use crate::workspace::schema::ColumnId;

impl Typing<'_, '_> {
    pub fn condition(&mut self, expr: &Expr) -> Option<Condition> {
        let mark = self.open.len();
        match self.operand(expr)? {
            Operand::Condition(condition) => {
                // A bool column stands for itself.
                self.decide(mark);
                Some(condition)
            }
            other => {
                self.due("a condition", &other, expr.span);
                None
            }
        }
    }

    pub fn all(&mut self, parts: &[Expr]) -> Option<Condition> {
        self.parts(parts).map(Condition::All)
    }

    pub fn any(&mut self, parts: &[Expr]) -> Option<Condition> {
        for part in parts {
            // A span includes the parentheses around it.
            let bare = matches!(&part.kind, ExprKind::And(inner)
                if inner.first().is_none_or(|first| first.span.start == part.span.start));
            if bare {
                self.found.push(
                    Diagnostic::warning(MIXED_AND_OR, "`and` and `or` are mixed without parentheses")
                        .label(part.span, "`and` binds tighter than `or`")
                        .help("put this part in parentheses"),
                );
            }
        }
        self.parts(parts).map(Condition::Any)
    }

    fn parts(&mut self, parts: &[Expr]) -> Option<Vec<Condition>> {
        let parts: Vec<Option<Condition>> = parts.iter().map(|p| self.condition(p)).collect();
        parts.into_iter().collect()
    }

    pub fn compare(&mut self, op: CompareOp, left: &Expr, right: &Expr, span: Span) -> Option<Condition> {
        let mark = self.open.len();
        let (l, r) = match (self.stray_word(left), self.stray_word(right)) {
            (None, Some(word)) => (self.operand(left), self.text_for(word, left)),
            (Some(word), None) => (self.text_for(word, right), self.operand(right)),
            _ => (self.operand(left), self.operand(right)),
        };
        let condition = match (l, r) {
            (Some(l), Some(r)) => self.compared(op, &l, left.span, &r, right.span, span),
            _ => None,
        };
        self.decide(mark);
        condition
    }

    /// A name that nothing declares: beside a text it was meant as one.
    fn stray_word<'e>(&self, expr: &'e Expr) -> Option<&'e Name> {
        match &expr.kind {
            ExprKind::Name(name) if self.known.resolve(&name.text, self.table).is_none() => Some(name),
            _ => None,
        }
    }

    fn text_for(&mut self, word: &Name, beside: &Expr) -> Option<Operand> {
        let is_text = match &beside.kind {
            ExprKind::Name(name) => match self.known.resolve(&name.text, self.table) {
                Some(Resolved::Column(id)) => self.known.column(id, self.table).kind.is_text(),
                _ => false,
            },
            _ => false,
        };
        if !is_text {
            self.unknown(word, self.kinds());
            return None;
        }
        if self.bare_words {
            return Some(Operand::Text(TextOperand::Literal(word.text.clone())));
        }
        let kinds = [Kind::Column, Kind::Let];
        let help = self.known.suggestion(&word.text, &kinds, self.table);
        self.found.push(
            Diagnostic::error(UNKNOWN_NAME, format!("no column or let is called `{}`", word.text))
                .label(word.span, "unknown name")
                .help(format!("a text is written in quotes: `\"{}\"`", word.text))
                .maybe_help(help),
        );
        None
    }

    /// Compares two operands; `left` and `right` are where they stand.
    pub fn compared(
        &mut self,
        op: CompareOp,
        l: &Operand,
        left: Span,
        r: &Operand,
        right: Span,
        span: Span,
    ) -> Option<Condition> {
        match (l, r) {
            (Operand::Number(l), Operand::Number(r)) => self.numbers_compared(op, l.clone(), r.clone(), span),
            (Operand::Text(l), Operand::Text(r)) => {
                if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
                    self.found.push(
                        Diagnostic::error(TYPE_MISMATCH, "texts have no order")
                            .label(left, "a text")
                            .label(right, "a text")
                            .help("compare texts with `=`, `!=` or `in (…)`; a trailing `*` matches a prefix"),
                    );
                    return None;
                }
                let equal = same_text(l, r, span);
                Some(if op == CompareOp::Equal { equal } else { differs(equal, &[l, r], span) })
            }
            (Operand::Date(l), Operand::Date(r)) => Some(dates_compared(op, *l, *r, span)),
            (Operand::Condition(l), Operand::Condition(r)) => self.flags_compared(op, l, left, r, right),
            (Operand::Point(_), Operand::Point(_)) => {
                self.found.push(
                    Diagnostic::error(TYPE_MISMATCH, "points are not compared")
                        .label(span, "two points")
                        .help("write `within 25 mi of point(…)` or `inside \"FILE.geojson\"`"),
                );
                None
            }
            (l, r) => {
                let message = format!("{} is compared with {}", l.describe(), r.describe());
                self.mismatch(&message, l, left, r, right);
                None
            }
        }
    }

    pub fn numbers_compared(&mut self, op: CompareOp, l: Quantity, r: Quantity, span: Span) -> Option<Condition> {
        let (l, r, _) = self.unified(l, r, "is compared with")?;
        if let (Some(a), Some(b)) = (l.literal(), r.literal()) {
            return Some(Condition::Always(holds(op, a.total_cmp(&b), a == b)));
        }
        let (left, op, right) = match l.literal() {
            Some(_) => (r.number, mirrored(op), l.number),
            None => (l.number, op, r.number),
        };
        Some(Condition::Test(Predicate::Compare { left, op, right }, span))
    }

    fn flags_compared(
        &mut self,
        op: CompareOp,
        l: &Condition,
        left: Span,
        r: &Condition,
        right: Span,
    ) -> Option<Condition> {
        let (condition, value) = match (l, r) {
            (condition, Condition::Always(value)) | (Condition::Always(value), condition)
                if matches!(op, CompareOp::Equal | CompareOp::NotEqual) =>
            {
                (condition, *value)
            }
            _ => {
                self.found.push(
                    Diagnostic::error(TYPE_MISMATCH, "two conditions are compared")
                        .label(left, "a condition")
                        .label(right, "a condition")
                        .help("join them with `and`, `or` and `not`"),
                );
                return None;
            }
        };
        let wanted = value == (op == CompareOp::Equal);
        Some(if wanted { condition.clone() } else { Condition::Not(Box::new(condition.clone())) })
    }

    pub fn between(&mut self, value: &Expr, from: &Expr, to: &Expr, span: Span) -> Option<Condition> {
        let mark = self.open.len();
        let (v, f, t) = (self.operand(value), self.operand(from), self.operand(to));
        let (v, f, t) = (v?, f?, t?);
        let above = self.compared(CompareOp::GreaterEqual, &v, value.span, &f, from.span, span);
        let below = self.compared(CompareOp::LessEqual, &v, value.span, &t, to.span, span);
        self.decide(mark);
        Some(Condition::All(vec![above?, below?]))
    }

    pub fn is_in(&mut self, value: &Expr, patterns: &[Pattern], negated: bool, span: Span) -> Option<Condition> {
        let mark = self.open.len();
        let subject = self.operand(value)?;
        let nullable: Vec<ColumnId> = self.open[mark..].iter().map(|l| l.column).collect();
        let texts = matches!(subject, Operand::Text(_));
        let mut alternatives = Vec::new();
        let mut failed = false;
        let mut words: Vec<Wanted> = Vec::new();
        for pattern in patterns {
            if texts {
                match self.wanted(pattern) {
                    Some(word) if words.contains(&word) => self.listed_twice(&word, pattern.span),
                    Some(word) => words.push(word),
                    None => failed = true,
                }
            } else {
                match self.pattern_condition(&subject, value.span, pattern) {
                    Some(condition) => alternatives.push(condition),
                    None => failed = true,
                }
            }
        }
        self.decide(mark);
        if failed {
            return None;
        }
        let listed = match subject {
            Operand::Text(text) => matches_any(&text, words, span),
            _ => Condition::Any(alternatives),
        };
        Some(if negated { there_but(nullable, listed, span) } else { listed })
    }

    fn listed_twice(&mut self, word: &Wanted, span: Span) {
        self.found.push(
            Diagnostic::warning(DUPLICATE_VALUE, format!("`{word}` is listed twice")).label(span, "a second time"),
        );
    }

    pub fn is(&mut self, subject: &Name, values: &[Name], negated: bool, span: Span) -> Option<Condition> {
        let entry = self.known.names.terms.get(subject.text.as_str()).copied();
        let Some(entry) = entry.filter(|e| e.kind == Kind::Dimension) else {
            let mut wrong = self.known.not_found(subject, &[Kind::Dimension], self.table);
            if self.known.column_of(&subject.text, self.table).is_some() {
                let value = values.first().map_or("VALUE", |v| &v.text);
                wrong = wrong.help(format!("compare a column with `=`: `{} = \"{value}\"`", subject.text));
            }
            self.found.push(wrong);
            return None;
        };
        if self.table != Table::Accounts {
            self.foreign(subject, entry);
            return None;
        }
        let index = entry.index;
        let mut arms: Vec<ArmId> = Vec::new();
        let mut failed = false;
        for value in values {
            match self.known.arm(index, value) {
                Ok(arm) if arms.contains(&arm) => self.found.push(
                    Diagnostic::warning(DUPLICATE_VALUE, format!("`{}` is listed twice", value.text))
                        .label(value.span, "a second time"),
                ),
                Ok(arm) => arms.push(arm),
                Err(unknown) => {
                    self.found.push(*unknown);
                    failed = true;
                }
            }
        }
        let dimension = &self.known.dimensions[index as usize];
        self.decided.extend(&dimension.loose);
        self.guarded.extend(&dimension.guarded);
        if failed {
            return None;
        }
        arms.sort_unstable();
        let is = Condition::Test(Predicate::Is { dimension: DimensionId(index), arms }, span);
        Some(if negated { Condition::Not(Box::new(is)) } else { is })
    }

    pub fn is_missing(&mut self, value: &Expr, negated: bool, span: Span) -> Option<Condition> {
        let column = match &value.kind {
            ExprKind::Name(name) => match self.known.resolve(&name.text, self.table) {
                Some(Resolved::Column(column)) => Some(column),
                Some(Resolved::Term(_)) => None,
                None => {
                    self.unknown(name, &[Kind::Column]);
                    return None;
                }
            },
            _ => None,
        };
        let Some(column) = column else {
            self.found.push(
                Diagnostic::error(WRONG_KIND, "only a column can be missing")
                    .label(value.span, "not a column")
                    .help("test the columns that it is made of"),
            );
            return None;
        };
        self.guarded.push(column);
        let missing = Condition::Test(Predicate::Missing(column), span);
        Some(if negated { Condition::Not(Box::new(missing)) } else { missing })
    }
}

fn holds(op: CompareOp, order: std::cmp::Ordering, equal: bool) -> bool {
    match op {
        CompareOp::Less => !equal && order.is_lt(),
        CompareOp::LessEqual => equal || order.is_lt(),
        CompareOp::Equal => equal,
        CompareOp::NotEqual => !equal,
        CompareOp::GreaterEqual => equal || order.is_gt(),
        CompareOp::Greater => !equal && order.is_gt(),
    }
}

/// The operator with its sides exchanged.
pub(super) fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::Equal | CompareOp::NotEqual => op,
    }
}

fn matches_any(text: &TextOperand, wanted: Vec<Wanted>, span: Span) -> Condition {
    let (column, default) = match text {
        TextOperand::Column { column, default, .. } => (*column, default),
        TextOperand::Literal(value) => return Condition::Always(wanted.iter().any(|w| w.takes(value))),
    };
    let mut patterns = Vec::new();
    let mut searches = Vec::new();
    for wanted in wanted {
        match wanted {
            Wanted::Pattern(pattern) => patterns.push(pattern),
            Wanted::Search(search) => searches.push(search),
        }
    }
    let mut parts = Vec::new();
    if !patterns.is_empty() || searches.is_empty() {
        parts.push(Condition::Test(Predicate::Matches { column, default: default.clone(), patterns }, span));
    }
    if !searches.is_empty() {
        parts.push(Condition::Test(Predicate::Searches { column, default: default.clone(), searches }, span));
    }
    match <[Condition; 1]>::try_from(parts) {
        Ok([only]) => only,
        Err(parts) => Condition::Any(parts),
    }
}

fn same_text(l: &TextOperand, r: &TextOperand, span: Span) -> Condition {
    let (left, right) = match (l, r) {
        (text, TextOperand::Literal(value)) | (TextOperand::Literal(value), text) => {
            return matches_any(text, vec![Wanted::of(value)], span);
        }
        (TextOperand::Column { column: left, .. }, TextOperand::Column { column: right, .. }) => (*left, *right),
    };
    for (one, other) in [(l, r), (r, l)] {
        if let TextOperand::Column { column, default: Some(text), .. } = one {
            let there = TextOperand::Column { column: *column, default: None, nullable: false };
            let default = matches_any(other, vec![Wanted::exactly(text)], span);
            return stand_in(*column, default, same_text(&there, other, span), span);
        }
    }
    Condition::Test(Predicate::SameText { left, right }, span)
}

fn dates_compared(op: CompareOp, l: DateOperand, r: DateOperand, span: Span) -> Condition {
    match (l, r) {
        (DateOperand::Day(l), DateOperand::Day(r)) => Condition::Always(holds(op, l.cmp(&r), l == r)),
        (DateOperand::Column { column, default, .. }, DateOperand::Day(to)) => {
            Condition::Test(Predicate::CompareDate { column, default, op, to }, span)
        }
        (DateOperand::Day(_), DateOperand::Column { .. }) => dates_compared(mirrored(op), r, l, span),
        (DateOperand::Column { column, default: Some(day), .. }, _) => {
            let there = DateOperand::Column { column, default: None, nullable: false };
            let default = dates_compared(op, DateOperand::Day(day), r, span);
            stand_in(column, default, dates_compared(op, there, r, span), span)
        }
        (_, DateOperand::Column { default: Some(_), .. }) => dates_compared(mirrored(op), r, l, span),
        (DateOperand::Column { column: left, .. }, DateOperand::Column { column: right, .. }) => {
            Condition::Test(Predicate::CompareDates { left, op, right }, span)
        }
    }
}

/// One condition when the column is missing, another when it is there.
fn stand_in(column: ColumnId, missing: Condition, there: Condition, span: Span) -> Condition {
    let is_missing = Condition::Test(Predicate::Missing(column), span);
    let is_there = Condition::Not(Box::new(is_missing.clone()));
    Condition::Any(vec![Condition::All(vec![is_missing, missing]), Condition::All(vec![is_there, there])])
}

fn text_column(text: &TextOperand) -> Vec<ColumnId> {
    match text {
        TextOperand::Column { column, default: None, nullable: true } => vec![*column],
        _ => Vec::new(),
    }
}

fn differs(equal: Condition, operands: &[&TextOperand], span: Span) -> Condition {
    there_but(operands.iter().flat_map(|t| text_column(t)).collect(), equal, span)
}

/// The columns are there, and the condition does not hold.
fn there_but(columns: Vec<ColumnId>, condition: Condition, span: Span) -> Condition {
    let not = Condition::Not(Box::new(condition));
    if columns.is_empty() {
        return not;
    }
    let there = |c| Condition::Not(Box::new(Condition::Test(Predicate::Missing(c), span)));
    let mut parts: Vec<Condition> = columns.into_iter().map(there).collect();
    parts.push(not);
    Condition::All(parts)
}
