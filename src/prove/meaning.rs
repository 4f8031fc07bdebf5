//! What the conditions and dimensions of a plan mean, as diagrams.
//!
//! Takes typed conditions, gives the accounts that meet them. A comparison with a missing value does not hold, as
//! everywhere; that is asked of the columns exactly, even where the comparison itself is free. A dimension ends in the
//! number of its arm plus one, nought where no arm takes the account and a pair where two do. Invariant: agrees with
//! [`crate::classify::Reference`] on every account, free fields set to what they come to.

use super::axis::{DayLine, Keys};
use super::diagram::{End, NO, Ref, TooMany, Tried, YES};
use super::space::{Asks, ShapeKey, Space};
use crate::diagnostics::Span;
use crate::plan::{ArmId, Condition, Dimension, DimensionId, Partition, Plan, Predicate, TextPattern, TextSearch};
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::ColumnId;

pub(super) struct Meaning<'p> {
    pub plan: &'p Plan,
    segments: Vec<Option<Tried<Ref>>>,
    dimensions: Vec<Option<Tried<Ref>>>,
}

impl<'p> Meaning<'p> {
    pub fn new(plan: &'p Plan) -> Self {
        Self { plan, segments: vec![None; plan.segments.len()], dimensions: vec![None; plan.dimensions.len()] }
    }

    /// The accounts that meet a condition.
    pub fn condition(&mut self, space: &mut Space<'_>, condition: &Condition) -> Tried<Ref> {
        match condition {
            Condition::Always(holds) => Ok(if *holds { YES } else { NO }),
            Condition::All(parts) => {
                let parts: Vec<Ref> = self.conditions(space, parts)?;
                space.diagrams.all(parts)
            }
            Condition::Any(parts) => {
                let parts = self.conditions(space, parts)?;
                space.diagrams.any(parts)
            }
            Condition::Not(part) => {
                let part = self.condition(space, part)?;
                space.diagrams.not(part)
            }
            Condition::Segment(index) => self.segment(space, *index),
            Condition::Test(predicate, span) => self.predicate(space, predicate, *span),
        }
    }

    fn conditions(&mut self, space: &mut Space<'_>, parts: &[Condition]) -> Tried<Vec<Ref>> {
        parts.iter().map(|part| self.condition(space, part)).collect()
    }

    pub fn segment(&mut self, space: &mut Space<'_>, index: u32) -> Tried<Ref> {
        if let Some(known) = self.segments[index as usize] {
            return known;
        }
        let plan = self.plan;
        let meant = self.condition(space, &plan.segments[index as usize].condition);
        self.segments[index as usize] = Some(meant);
        meant
    }

    /// The arm of every account: its number plus one.
    pub fn dimension(&mut self, space: &mut Space<'_>, id: DimensionId) -> Tried<Ref> {
        if let Some(known) = self.dimensions[id.0 as usize] {
            return known;
        }
        // A dimension that asks for itself has been refused before.
        self.dimensions[id.0 as usize] = Some(Err(TooMany));
        let plan = self.plan;
        let meant = self.partition(space, &plan.dimensions[id.0 as usize]);
        self.dimensions[id.0 as usize] = Some(meant);
        meant
    }

    fn partition(&mut self, space: &mut Space<'_>, dimension: &Dimension) -> Tried<Ref> {
        let otherwise = dimension.otherwise.map_or(NO, end_of);
        let missing = dimension.missing.map_or(otherwise, end_of);
        match &dimension.partition {
            Partition::Ranges { subject, ranges } => self.ranges(space, subject, ranges, otherwise, missing),
            Partition::Texts { column, default, patterns } => {
                let field = space.column(*column, dimension.span);
                let painted = painted(space, *column, patterns);
                let of_missing = match default {
                    Some(text) => default_arm(patterns, text).map_or(otherwise, end_of),
                    None => missing,
                };
                let mut ends = painted;
                let values = space.field(field).values;
                ends.push(((values, values + 1), of_missing));
                space.sets(field, &ends, otherwise)
            }
            Partition::Dates { column, ranges } => {
                let field = space.column(*column, dimension.span);
                let mut ends: Vec<(Keys, Ref)> = Vec::with_capacity(ranges.len() + 1);
                for (from, to, arm) in ranges {
                    let from = from.map_or(0, |day| first(&DayLine::compared(CompareOp::GreaterEqual, day)));
                    let to = to.map_or(DayLine::LEN, |day| last(&DayLine::compared(CompareOp::LessEqual, day)));
                    ends.push(((from, to), end_of(*arm)));
                }
                ends.push(((DayLine::LEN, DayLine::LEN + 1), missing));
                space.sets(field, &ends, otherwise)
            }
            Partition::Conditions { arms } => {
                let mut claims = Vec::with_capacity(arms.len());
                for (condition, arm) in arms {
                    let holds = self.condition(space, condition)?;
                    claims.push(space.diagrams.give(holds, end_of(*arm))?);
                }
                let merged = space.diagrams.merge(claims)?;
                let rest = otherwise.as_end().unwrap_or(0);
                space.diagrams.map(merged, &mut |end| if end == 0 { rest } else { end })
            }
        }
    }

    /// The accounts in one of some arms.
    pub fn arms(&mut self, space: &mut Space<'_>, id: DimensionId, arms: &[ArmId]) -> Tried<Ref> {
        let dimension = self.dimension(space, id)?;
        space
            .diagrams
            .map(dimension, &mut |end| u32::from(end.checked_sub(1).is_some_and(|arm| arms.contains(&ArmId(arm)))))
    }

    fn predicate(&mut self, space: &mut Space<'_>, predicate: &Predicate, span: Span) -> Tried<Ref> {
        match predicate {
            Predicate::Compare { left, op, right } => self.compare(space, left, *op, right, span),
            Predicate::Matches { column, default, patterns } => {
                let field = space.column(*column, span);
                let mut keys: Vec<Keys> = patterns.iter().map(|p| space.texts[column].matching(p)).collect();
                keys.sort_unstable();
                if default.as_ref().is_some_and(|text| patterns.iter().any(|pattern| fits(pattern, text))) {
                    keys.push(missing_key(space, field));
                }
                space.set(field, &keys)
            }
            Predicate::Searches { column, default, searches } => {
                let mut parts = Vec::new();
                for search in searches {
                    parts.push(search_in(space, *column, search, span)?);
                }
                if default.as_ref().is_some_and(|text| searches.iter().any(|search| search.finds(text))) {
                    parts.push(space.missing(*column, span)?);
                }
                space.diagrams.any(parts)
            }
            Predicate::SameText { left, right } => {
                let field = space.other(Asks::SameText(*left.min(right), *left.max(right)), 2, None, span);
                let same = space.set(field, &[(1, 2)])?;
                let there = self.both_present(space, *left, *right, span)?;
                if left == right { Ok(there) } else { space.diagrams.and(there, same) }
            }
            Predicate::CompareDate { column, default, op, to } => {
                let field = space.column(*column, span);
                let mut keys = DayLine::compared(*op, *to);
                if default.is_some_and(|day| compares(*op, day.cmp(to))) {
                    keys.push(missing_key(space, field));
                }
                space.set(field, &keys)
            }
            Predicate::CompareDates { left, op, right } => {
                let there = self.both_present(space, *left, *right, span)?;
                if left == right {
                    return Ok(if compares(*op, std::cmp::Ordering::Equal) { there } else { NO });
                }
                let turned = left > right;
                let field = space.other(Asks::Days(*left.min(right), *left.max(right)), 3, None, span);
                let keys: Vec<Keys> = ORDERS
                    .into_iter()
                    .filter(|(_, order)| compares(*op, if turned { order.reverse() } else { *order }))
                    .map(|(key, _)| (key, key + 1))
                    .collect();
                let ordered = space.set(field, &keys)?;
                space.diagrams.and(there, ordered)
            }
            Predicate::Flag { column, default } => {
                let field = space.column(*column, span);
                let mut keys = vec![(1, 2)];
                if *default {
                    keys.push(missing_key(space, field));
                }
                space.set(field, &keys)
            }
            Predicate::Missing(column) => space.missing(*column, span),
            Predicate::Is { dimension, arms } => self.arms(space, *dimension, arms),
            Predicate::Within { column, lat, lon, km } => {
                in_shape(space, *column, ShapeKey::circle(*lat, *lon, *km), span)
            }
            Predicate::Inside { column, shape } => {
                let area = ShapeKey::area(self.plan, *shape, &space.paths);
                in_shape(space, *column, area, span)
            }
        }
    }

    fn both_present(&self, space: &mut Space<'_>, left: ColumnId, right: ColumnId, span: Span) -> Tried<Ref> {
        let (left, right) = (space.present(left, span)?, space.present(right, span)?);
        space.diagrams.and(left, right)
    }
}

const ORDERS: [(u64, std::cmp::Ordering); 3] =
    [(0, std::cmp::Ordering::Less), (1, std::cmp::Ordering::Equal), (2, std::cmp::Ordering::Greater)];

/// What an arm ends in.
pub(super) fn end_of(arm: ArmId) -> Ref {
    Ref::end(arm.0 + 1)
}

/// The arm that an end stands for.
pub(super) fn arm_of(end: End) -> Option<ArmId> {
    end.checked_sub(1).map(ArmId)
}

fn first(keys: &[Keys]) -> u64 {
    keys.first().map_or(DayLine::LEN, |keys| keys.0)
}

fn last(keys: &[Keys]) -> u64 {
    keys.last().map_or(0, |keys| keys.1)
}

fn missing_key(space: &Space<'_>, field: u32) -> Keys {
    let values = space.field(field).values;
    (values, values + 1)
}

pub(super) fn compares(op: CompareOp, order: std::cmp::Ordering) -> bool {
    match op {
        CompareOp::Less => order.is_lt(),
        CompareOp::LessEqual => order.is_le(),
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::GreaterEqual => order.is_ge(),
        CompareOp::Greater => order.is_gt(),
    }
}

fn fits(pattern: &TextPattern, text: &str) -> bool {
    match pattern {
        TextPattern::Exactly(exact) => exact == text,
        TextPattern::StartsWith(prefix) => text.starts_with(prefix.as_str()),
    }
}

/// The arm whose pattern fits a text best: that text itself, else the longest beginning.
fn default_arm(patterns: &[(TextPattern, ArmId)], text: &str) -> Option<ArmId> {
    let fitting = patterns.iter().filter(|(pattern, _)| fits(pattern, text));
    let best = fitting.min_by_key(|(pattern, _)| match pattern {
        TextPattern::Exactly(_) => 0,
        TextPattern::StartsWith(prefix) => usize::MAX - prefix.len(),
    });
    best.map(|(_, arm)| *arm)
}

/// The classes of a text column by their arm, ascending and disjoint: a longer beginning goes before a shorter one.
fn painted(space: &mut Space<'_>, column: ColumnId, patterns: &[(TextPattern, ArmId)]) -> Vec<(Keys, Ref)> {
    let line = &space.texts[&column];
    let mut claims: Vec<(Keys, ArmId)> = patterns.iter().map(|(pattern, arm)| (line.matching(pattern), *arm)).collect();
    claims.retain(|((from, to), _)| from < to);
    claims.sort_by_key(|((from, to), _)| (*from, std::cmp::Reverse(*to)));
    // Of two equal patterns the first counts.
    claims.dedup_by_key(|(keys, _)| *keys);
    let mut painted: Vec<(Keys, Ref)> = Vec::with_capacity(claims.len());
    let mut open: Vec<(u64, ArmId)> = Vec::new();
    let mut at = 0;
    let mut paint = |from: &mut u64, to: u64, arm: ArmId| {
        if *from < to {
            painted.push(((*from, to), end_of(arm)));
            *from = to;
        }
    };
    for ((from, to), arm) in claims {
        while let Some((end, outer)) = open.last().copied().filter(|(end, _)| *end <= from) {
            paint(&mut at, end, outer);
            open.pop();
        }
        match open.last() {
            Some((_, outer)) => paint(&mut at, from, *outer),
            None => at = at.max(from),
        }
        open.push((to, arm));
    }
    while let Some((end, outer)) = open.pop() {
        paint(&mut at, end, outer);
    }
    painted
}

/// Where a text column holds a text that is searched for.
fn search_in(space: &mut Space<'_>, column: ColumnId, search: &TextSearch, span: Span) -> Tried<Ref> {
    let field = space.column(column, span);
    let line = &space.texts[&column];
    let (mut sure, mut open) = (Vec::new(), Vec::new());
    for class in 0..line.len() {
        match line.only(class) {
            Some(text) if search.finds(text) => sure.push((class, class + 1)),
            Some(_) => {}
            None => open.push((class, class + 1)),
        }
    }
    if let TextSearch::Contains(part) = search {
        let holding = line.prefixes().iter().filter(|prefix| prefix.contains(part.as_str()));
        sure.extend(holding.map(|prefix| line.matching(&TextPattern::StartsWith(prefix.clone()))));
    }
    sure.sort_unstable();
    let (sure, open) = (space.set(field, &sure)?, space.set(field, &open)?);
    let mut searches = space.searches.get(&column).cloned().unwrap_or_default();
    // Longer searches first: they imply shorter ones.
    let length = |search: &TextSearch| match search {
        TextSearch::EndsWith(text) => (std::cmp::Reverse(text.len()), 0),
        TextSearch::Contains(text) => (std::cmp::Reverse(text.len()), 1),
    };
    searches.sort_by_key(length);
    let mut found: Vec<Ref> = Vec::new();
    for (at, one) in searches.iter().enumerate() {
        let asked = space.other(Asks::Search(column, one.clone()), 2, None, span);
        let mut base = space.set(asked, &[(1, 2)])?;
        for (earlier, known) in searches[..at].iter().zip(&found) {
            if exclude(earlier, one) {
                base = space.diagrams.less(base, *known)?;
            }
        }
        for (earlier, known) in searches[..at].iter().zip(&found) {
            if implies(earlier, one) {
                base = space.diagrams.or(base, *known)?;
            }
        }
        if one == search {
            let free = space.diagrams.and(open, base)?;
            return space.diagrams.or(sure, free);
        }
        found.push(base);
    }
    Ok(sure)
}

fn implies(one: &TextSearch, other: &TextSearch) -> bool {
    match (one, other) {
        (TextSearch::EndsWith(one), TextSearch::EndsWith(other)) => one.ends_with(other.as_str()),
        (TextSearch::EndsWith(one) | TextSearch::Contains(one), TextSearch::Contains(other)) => {
            one.contains(other.as_str())
        }
        (TextSearch::Contains(_), TextSearch::EndsWith(_)) => false,
    }
}

/// No text ends both ways.
fn exclude(one: &TextSearch, other: &TextSearch) -> bool {
    match (one, other) {
        (TextSearch::EndsWith(one), TextSearch::EndsWith(other)) => {
            !one.ends_with(other.as_str()) && !other.ends_with(one.as_str())
        }
        _ => false,
    }
}

fn in_shape(space: &mut Space<'_>, column: ColumnId, key: ShapeKey, span: Span) -> Tried<Ref> {
    let Some(line) = space.places.get(&column) else { return Ok(NO) };
    let at = line.keys.binary_search(&key).ok();
    match (&line.ways, at) {
        (Some(ways), Some(at)) => {
            let keys: Vec<Keys> =
                ways.iter().zip(0u64..).filter(|(way, _)| way.within[at]).map(|(_, key)| (key, key + 1)).collect();
            let field = space.column(column, span);
            space.set(field, &keys)
        }
        _ => {
            let there = space.present(column, span)?;
            let field = space.other(Asks::InShape(column, key), 2, None, span);
            let inside = space.set(field, &[(1, 2)])?;
            space.diagrams.and(there, inside)
        }
    }
}
