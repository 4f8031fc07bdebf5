//! Dimensions: arms to a partition.
//!
//! Takes one `dimension`; gives how its arms are told apart. Arms over one kind of value become ranges, texts or days,
//! and are proved disjoint here, value by value; anything else becomes conditions. Gaps, and overlaps of conditions, are the
//! prover's. Invariant: a partition that was handed out has ascending, disjoint claims.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::items::Placed;
use super::known::{Known, KnownDimension, Resolved, Table};
use super::missing::{Loose, Place};
use super::names::Kind;
use super::operand::{DateOperand, Operand, TextOperand};
use super::ranges::{self, Claim};
use super::texts::{self, TextClaim};
use super::typing::Typing;
use super::units;
use super::wanted::Wanted;
use super::wording::squeezed;
use crate::diagnostics::codes::check::{
    DUPLICATE_ARM, DUPLICATE_VALUE, EMPTY_RANGE, MISPLACED_PATTERN, NOT_CONSTANT, OVERLAPPING_ARMS, UNREACHABLE_ARM,
};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::plan::{ArmId, Condition, NumberKind, Partition, Predicate, RangeArm, Unit};
use crate::syntax::ast::{self, CompareOp, ExprKind, Pattern, PatternKind, below};
use crate::workspace::schema::{ColumnId, ColumnType};

/// The arms by name, before anything else is known: other definitions may name them.
pub(super) fn arms<'a>(dimension: &'a ast::Dimension, found: &mut Diagnostics) -> KnownDimension<'a> {
    let mut known = KnownDimension { name: &dimension.name.text, ..KnownDimension::default() };
    let mut spans: HashMap<&str, Span> = HashMap::new();
    for arm in &dimension.arms {
        let name = arm.name.text.as_str();
        if let Some(first) = spans.get(name) {
            found.push(
                Diagnostic::error(DUPLICATE_ARM, format!("`{name}` is an arm of `{}` already", known.name))
                    .label(arm.name.span, "second arm of that name")
                    .label(*first, "first arm")
                    .help("join the patterns with commas in one arm"),
            );
            continue;
        }
        spans.insert(name, arm.name.span);
        known.numbers.insert(name, known.arms.len() as u32);
        known.arms.push(arm);
    }
    known
}

/// Fills in what the patterns mean.
pub(super) fn check<'a>(
    known: &Known<'a>,
    index: u32,
    item: Placed<'a, ast::Dimension>,
    found: &mut Diagnostics,
) -> KnownDimension<'a> {
    let before = &known.dimensions[index as usize];
    let mut dimension = KnownDimension {
        name: before.name,
        arms: before.arms.clone(),
        numbers: before.numbers.clone(),
        ..Default::default()
    };
    let names = before.arms.iter().map(|a| a.name.text.as_str()).collect();
    let mut arms = Arms { names, item, plain: Vec::new(), missing: None, otherwise: None, found };
    arms.sort(&dimension);
    dimension.missing = arms.missing.map(|(arm, _)| arm);
    dimension.otherwise = arms.otherwise.map(|(arm, _)| arm);
    match &item.node.subject {
        Some(subject) => arms.by_subject(known, subject, &mut dimension),
        None => arms.by_conditions(known, &mut dimension),
    }
    dimension
}

struct Arms<'a, 'f> {
    names: Vec<&'a str>,
    item: Placed<'a, ast::Dimension>,
    /// All patterns but `missing` and `else`, with their arms.
    plain: Vec<(&'a Pattern, u32)>,
    missing: Option<(u32, Span)>,
    otherwise: Option<(u32, Span)>,
    found: &'f mut Diagnostics,
}

impl<'a> Arms<'a, '_> {
    fn sort(&mut self, dimension: &KnownDimension<'a>) {
        for (number, arm) in dimension.arms.iter().enumerate() {
            for pattern in &arm.patterns {
                let (slot, word) = match pattern.kind {
                    PatternKind::Missing => (&mut self.missing, "missing"),
                    PatternKind::Else => (&mut self.otherwise, "else"),
                    _ => {
                        self.plain.push((pattern, number as u32));
                        continue;
                    }
                };
                match slot {
                    None => *slot = Some((number as u32, pattern.span)),
                    Some((_, first)) => self.found.push(
                        Diagnostic::error(MISPLACED_PATTERN, format!("`{word}` stands twice in `{}`", dimension.name))
                            .label(pattern.span, "second time")
                            .label(*first, "first time"),
                    ),
                }
            }
        }
    }

    fn by_subject(&mut self, known: &Known<'a>, expr: &ast::Expr, dimension: &mut KnownDimension<'a>) {
        let mut typing = Typing::new(known, Table::Accounts, Place::Subject, self.found);
        let subject = typing.operand(expr);
        let loose = std::mem::take(&mut typing.open);
        // Conditions within the subject (an `if`) have decided already; no arm mends those.
        dimension.loose = std::mem::take(&mut typing.decided);
        dimension.guarded = std::mem::take(&mut typing.guarded);
        let Some(subject) = subject else { return };
        if subject.is_fixed() {
            self.found.push(
                Diagnostic::error(
                    NOT_CONSTANT,
                    format!("`{}` divides nothing: its subject is the same for all", dimension.name),
                )
                .label(expr.span, "a fixed value")
                .help("name a column of the accounts"),
            );
            return;
        }
        let columns: Vec<ColumnId> = loose.iter().map(|l| l.column).collect();
        match self.missing {
            Some(_) => dimension.guarded.extend(&columns),
            None => dimension.loose.extend(loose),
        }
        if let (Some((_, span)), true) = (self.missing, columns.is_empty()) {
            self.found.push(
                Diagnostic::warning(
                    UNREACHABLE_ARM,
                    format!("`{}` is never missing", squeezed(known.sources, expr.span)),
                )
                .label(span, "no account reaches this")
                .label(expr.span, "always there, by the manifest or by a default"),
            );
        }
        let one_kind = self.plain.iter().all(|(pattern, _)| is_plain(known, &subject, pattern));
        dimension.partition = match &subject {
            Operand::Number(_) if one_kind => self.ranges(known, &subject, expr),
            Operand::Date(DateOperand::Column { default: None, .. }) if one_kind => self.days(known, &subject, expr),
            Operand::Text(TextOperand::Column { column, default, .. }) if one_kind => {
                self.texts(known, *column, default.clone())
            }
            _ => self.conditions(known, Some((&subject, expr, &columns)), dimension),
        };
    }

    fn by_conditions(&mut self, known: &Known<'a>, dimension: &mut KnownDimension<'a>) {
        let mut wrong = false;
        if let Some((_, span)) = self.missing {
            self.misplaced(span);
            wrong = true;
        }
        for (pattern, _) in &self.plain {
            if !matches!(pattern.kind, PatternKind::When(_)) {
                let span = pattern.span;
                wrong = true;
                self.found.push(misplaced(span, dimension.name));
            }
        }
        if !wrong {
            dimension.partition = self.conditions(known, None, dimension);
        }
    }

    fn misplaced(&mut self, span: Span) {
        self.found.push(misplaced(span, &self.item.node.name.text));
    }

    /// Intervals of every pattern, the empty ones reported; `None` when a pattern failed.
    fn claims(&mut self, known: &Known<'a>, subject: &Operand, expr: &ast::Expr, whole: bool) -> Option<Vec<Claim>> {
        let mut claims = Vec::new();
        let mut failed = false;
        for (pattern, arm) in &self.plain {
            let mut typing = Typing::new(known, Table::Accounts, Place::Subject, self.found);
            let Some(intervals) = typing.intervals(subject, expr.span, pattern) else {
                failed = true;
                continue;
            };
            for interval in intervals {
                if interval.is_empty(whole) {
                    failed = true;
                    self.found.push(
                        Diagnostic::error(
                            EMPTY_RANGE,
                            format!("`{}` holds nothing", squeezed(known.sources, pattern.span)),
                        )
                        .label(pattern.span, "ends before it begins")
                        .help("the smaller end comes first"),
                    );
                } else {
                    claims.push(Claim { interval, arm: *arm, span: pattern.span });
                }
            }
        }
        (!failed).then_some(claims)
    }

    fn line(
        &mut self,
        known: &Known<'a>,
        subject: &Operand,
        expr: &ast::Expr,
        shown: &dyn Fn(f64) -> String,
    ) -> Option<Vec<Claim>> {
        let whole = is_whole(known, subject);
        let line = ranges::lay(self.claims(known, subject, expr, whole)?, whole);
        let name = squeezed(known.sources, expr.span);
        for (later, earlier, value) in &line.overlaps {
            self.overlap(&format!("{name} = {}", shown(*value)), (later.arm, later.span), (earlier.arm, earlier.span));
        }
        for claim in &line.repeated {
            self.repeated(claim.arm, claim.span);
        }
        if !line.overlaps.is_empty() {
            return None;
        }
        match self.otherwise {
            Some((arm, span)) if line.gaps.is_empty() => self.needless_else(arm, span),
            _ => {}
        }
        Some(line.claims)
    }

    fn ranges(&mut self, known: &Known<'a>, subject: &Operand, expr: &ast::Expr) -> Option<Partition> {
        let Operand::Number(quantity) = subject else { return None };
        let percent = matches!(kind_of(known, subject), Some(ColumnType::Percent));
        let unit: Unit = quantity.number.unit;
        let shown = |value: f64| {
            if percent { format!("{}%", units::plain(value * 100.0)) } else { units::shown(value, unit) }
        };
        let claims = self.line(known, subject, expr, &shown)?;
        let ranges = claims.into_iter().map(|claim| {
            let (from, to) = (claim.interval.from, claim.interval.to);
            RangeArm {
                from: from.value.is_finite().then_some(from.value),
                from_included: from.value.is_finite() && !from.after,
                to: to.value.is_finite().then_some(to.value),
                to_included: to.value.is_finite() && to.after,
                arm: ArmId(claim.arm),
            }
        });
        Some(Partition::Ranges { subject: quantity.number.clone(), ranges: ranges.collect() })
    }

    fn days(&mut self, known: &Known<'a>, subject: &Operand, expr: &ast::Expr) -> Option<Partition> {
        let Operand::Date(DateOperand::Column { column, .. }) = subject else { return None };
        let shown = |day: f64| date(day).map_or_else(|| units::plain(day), |d| d.to_string());
        let claims = self.line(known, subject, expr, &shown)?;
        let ranges = claims.into_iter().map(|claim| {
            // Days are whole, so every cut stands just before one.
            (date(claim.interval.from.value), date(claim.interval.to.value - 1.0), ArmId(claim.arm))
        });
        Some(Partition::Dates { column: *column, ranges: ranges.collect() })
    }

    fn texts(&mut self, known: &Known<'a>, column: ColumnId, default: Option<String>) -> Option<Partition> {
        let mut claims = Vec::new();
        let mut failed = false;
        for (pattern, arm) in &self.plain {
            let mut typing = Typing::new(known, Table::Accounts, Place::Subject, self.found);
            match typing.wanted(pattern) {
                Some(Wanted::Pattern(text)) => {
                    claims.push(TextClaim { pattern: text, arm: *arm, span: pattern.span });
                }
                Some(Wanted::Search(_)) => {
                    self.found.push(
                        Diagnostic::error(MISPLACED_PATTERN, "an arm tells texts apart by their beginning")
                            .label(pattern.span, "this looks at the end of the text or into it")
                            .help("ask it in a condition: `segment NAME was COLUMN = \"*…\"`"),
                    );
                    failed = true;
                }
                None => failed = true,
            }
        }
        let texts = texts::lay(claims);
        let name = &known.column(column, Table::Accounts).name;
        for (later, earlier, text) in &texts.overlaps {
            self.overlap(&format!("{name} = \"{text}\""), (later.arm, later.span), (earlier.arm, earlier.span));
        }
        for claim in &texts.repeated {
            self.repeated(claim.arm, claim.span);
        }
        if failed || !texts.overlaps.is_empty() {
            return None;
        }
        let patterns = texts.claims.into_iter().map(|c| (c.pattern, ArmId(c.arm))).collect();
        Some(Partition::Texts { column, default, patterns })
    }

    fn conditions(
        &mut self,
        known: &Known<'a>,
        subject: Option<(&Operand, &ast::Expr, &[ColumnId])>,
        dimension: &mut KnownDimension<'a>,
    ) -> Option<Partition> {
        let mut arms = Vec::new();
        let mut failed = false;
        let mut loose: Vec<Loose> = Vec::new();
        for (pattern, arm) in &self.plain {
            let mut typing = Typing::new(known, Table::Accounts, Place::Condition, self.found);
            let condition = match (subject, &pattern.kind) {
                (_, PatternKind::When(condition)) => typing.condition(condition),
                (Some((subject, expr, _)), _) => typing.pattern_condition(subject, expr.span, pattern),
                (None, _) => None,
            };
            loose.append(&mut typing.decided);
            loose.append(&mut typing.open);
            dimension.guarded.append(&mut typing.guarded);
            match condition {
                Some(condition) => arms.push((condition, ArmId(*arm))),
                None => failed = true,
            }
        }
        dimension.loose.extend(loose.into_iter().filter(|l| !dimension.guarded.contains(&l.column)));
        if let (Some((arm, span)), Some((_, _, columns))) = (self.missing, subject) {
            let missing = columns.iter().map(|c| Condition::Test(Predicate::Missing(*c), span)).collect();
            arms.push((Condition::Any(missing), ArmId(arm)));
        }
        (!failed).then_some(Partition::Conditions { arms })
    }

    fn name(&self, arm: u32) -> &'a str {
        self.names[arm as usize]
    }

    fn overlap(&mut self, witness: &str, (later, span): (u32, Span), (earlier, first): (u32, Span)) {
        let (later, earlier) = (self.name(later), self.name(earlier));
        self.found.push(
            Diagnostic::error(OVERLAPPING_ARMS, format!("`{witness}` belongs to both `{earlier}` and `{later}`"))
                .label(span, format!("`{later}` takes it"))
                .label(first, format!("`{earlier}` takes it too")),
        );
    }

    fn repeated(&mut self, arm: u32, span: Span) {
        let message = format!("`{}` takes this already", self.name(arm));
        self.found.push(Diagnostic::warning(DUPLICATE_VALUE, message).label(span, "a second time"));
    }

    fn needless_else(&mut self, arm: u32, span: Span) {
        let alone = self.plain.iter().all(|(_, other)| *other != arm);
        if alone && self.missing.is_none_or(|(other, _)| other != arm) {
            self.found.push(
                Diagnostic::warning(UNREACHABLE_ARM, format!("`{}` takes nothing", self.name(arm)))
                    .label(span, "the other arms take every value")
                    .help("remove the arm"),
            );
        }
    }
}

fn misplaced(span: Span, dimension: &str) -> Diagnostic {
    Diagnostic::error(MISPLACED_PATTERN, format!("`{dimension}` has no subject that this could be compared with"))
        .label(span, "a pattern without a subject")
        .help(format!("write `dimension {dimension} by COLUMN {{ … }}`, or `when CONDITION` in the arm"))
}

/// Whether a pattern asks its subject for a fixed value of the subject's own type.
fn is_plain(known: &Known<'_>, subject: &Operand, pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::When(_) | PatternKind::Within { .. } | PatternKind::Inside(_) => false,
        PatternKind::Compare(op, _) if matches!(subject, Operand::Text(_)) => *op != CompareOp::NotEqual,
        PatternKind::Compare(_, expr) => is_fixed(known, expr),
        PatternKind::Range { from, to, .. } => from.iter().chain(to).all(|e| is_fixed(known, e)),
        _ => true,
    }
}

/// Names no column, weight or segment; a name that nothing declares counts as fixed, and is reported when read.
fn is_fixed(known: &Known<'_>, expr: &ast::Expr) -> bool {
    let mut fixed = true;
    below::each([expr], |e| {
        let free = match &e.kind {
            ExprKind::Name(name) => match known.resolve(&name.text, Table::Accounts) {
                Some(Resolved::Column(_)) => true,
                Some(Resolved::Term(entry)) => entry.kind != Kind::Let,
                None => false,
            },
            ExprKind::Segment(_) | ExprKind::Is { .. } => true,
            _ => false,
        };
        fixed &= !free;
    });
    fixed
}

fn kind_of(known: &Known<'_>, subject: &Operand) -> Option<ColumnType> {
    let Operand::Number(quantity) = subject else { return None };
    let column = match &quantity.number.kind {
        NumberKind::Column(column) => *column,
        NumberKind::Default(value, default) => match (&value.kind, &default.kind) {
            (NumberKind::Column(column), NumberKind::Literal(default)) if default.fract() == 0.0 => *column,
            _ => return None,
        },
        _ => return None,
    };
    Some(known.column(column, Table::Accounts).kind)
}

fn is_whole(known: &Known<'_>, subject: &Operand) -> bool {
    matches!(subject, Operand::Date(_)) || kind_of(known, subject) == Some(ColumnType::Int)
}

fn date(day: f64) -> Option<NaiveDate> {
    // Infinite ends are no day.
    if !day.is_finite() || day.abs() > 1e8 {
        return None;
    }
    NaiveDate::from_num_days_from_ce_opt(day as i32)
}
