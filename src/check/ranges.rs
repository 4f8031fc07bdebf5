//! Intervals of numbers and days: are they disjoint, and what do they leave out?
//!
//! Takes what arms claim of one line; gives the claims merged and ascending, with overlaps and gaps as witnesses. A cut
//! lies between values, just before or just after one, so open and closed ends need no cases. Conditions and several
//! columns at once are deliberately absent: this is decided arm by arm on one subject.

use std::cmp::Ordering;

use crate::diagnostics::Span;
use crate::syntax::ast::CompareOp;

/// A place between values. Ends of the line lie at the infinities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    pub value: f64,
    /// Just after the value, not just before.
    pub after: bool,
}

impl Cut {
    pub const START: Self = Self { value: f64::NEG_INFINITY, after: false };
    pub const END: Self = Self { value: f64::INFINITY, after: true };

    pub fn before(value: f64) -> Self {
        Self { value, after: false }
    }

    pub fn after(value: f64) -> Self {
        Self { value, after: true }
    }

    /// Nothing lies between whole numbers, so that every cut stands just before one.
    fn whole(self) -> Self {
        if !self.value.is_finite() || self.value.abs() > 9e15 {
            return self;
        }
        // `+ 0.0` makes one nought of the two.
        Self::before(if self.after { self.value.floor() + 1.0 } else { self.value.ceil() } + 0.0)
    }

    fn order(self, other: Self) -> Ordering {
        (self.value + 0.0).total_cmp(&(other.value + 0.0)).then(self.after.cmp(&other.after))
    }

    fn is_before(self, other: Self) -> bool {
        self.order(other).is_lt()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    pub from: Cut,
    pub to: Cut,
}

impl Interval {
    /// What a comparison with a value leaves; two intervals for `!=`.
    pub fn compared(op: CompareOp, value: f64) -> Vec<Self> {
        let (before, after) = (Cut::before(value), Cut::after(value));
        let up_to = |to| Self { from: Cut::START, to };
        let since = |from| Self { from, to: Cut::END };
        match op {
            CompareOp::Less => vec![up_to(before)],
            CompareOp::LessEqual => vec![up_to(after)],
            CompareOp::Equal => vec![Self { from: before, to: after }],
            CompareOp::NotEqual => vec![up_to(before), since(after)],
            CompareOp::GreaterEqual => vec![since(before)],
            CompareOp::Greater => vec![since(after)],
        }
    }

    pub fn is_empty(&self, whole: bool) -> bool {
        let (from, to) = if whole { (self.from.whole(), self.to.whole()) } else { (self.from, self.to) };
        !from.is_before(to)
    }

    /// The plainest value of it.
    pub fn witness(&self, whole: bool) -> f64 {
        let (from, to) = (self.from, self.to);
        match (from.value.is_finite(), to.value.is_finite()) {
            (false, false) => 0.0,
            (true, _) if !from.after => from.value,
            (_, true) if to.after => to.value,
            (true, true) => f64::midpoint(from.value, to.value),
            (true, false) => from.value + 1.0,
            (false, true) if !whole && to.value > 0.0 => 0.0,
            (false, true) => to.value - 1.0,
        }
    }
}

/// An interval that an arm takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    pub interval: Interval,
    pub arm: u32,
    pub span: Span,
}

#[derive(Debug, Default)]
pub(super) struct Line {
    /// Ascending; disjoint when there are no overlaps.
    pub claims: Vec<Claim>,
    /// The later and the earlier claim, and a value of both.
    pub overlaps: Vec<(Claim, Claim, f64)>,
    /// Claims that repeat a part of their own arm.
    pub repeated: Vec<Claim>,
    /// A value of every gap.
    pub gaps: Vec<f64>,
}

/// Lays claims on the line; `whole` when only whole numbers lie on it.
pub(super) fn lay(mut claims: Vec<Claim>, whole: bool) -> Line {
    if whole {
        for claim in &mut claims {
            claim.interval = Interval { from: claim.interval.from.whole(), to: claim.interval.to.whole() };
        }
    }
    claims.sort_by(|a, b| {
        let by_from = a.interval.from.order(b.interval.from);
        by_from
            .then(a.interval.to.order(b.interval.to))
            .then((a.span.file, a.span.start).cmp(&(b.span.file, b.span.start)))
    });
    let mut line = Line::default();
    let mut reach: Option<Claim> = None;
    for claim in claims {
        let covered_to = reach.map_or(Cut::START, |r| r.interval.to);
        if covered_to.is_before(claim.interval.from) {
            line.gaps.push(Interval { from: covered_to, to: claim.interval.from }.witness(whole));
        }
        if let Some(earlier) = reach.filter(|r| claim.interval.from.is_before(r.interval.to)) {
            if earlier.arm == claim.arm {
                line.repeated.push(claim);
            } else {
                let to = if earlier.interval.to.is_before(claim.interval.to) {
                    earlier.interval.to
                } else {
                    claim.interval.to
                };
                let both = Interval { from: claim.interval.from, to }.witness(whole);
                line.overlaps.push((claim, earlier, both));
            }
        }
        if reach.is_none_or(|r| r.interval.to.is_before(claim.interval.to)) {
            reach = Some(claim);
        }
        match line.claims.last_mut() {
            Some(last) if last.arm == claim.arm && !last.interval.to.is_before(claim.interval.from) => {
                if last.interval.to.is_before(claim.interval.to) {
                    last.interval.to = claim.interval.to;
                }
            }
            _ => line.claims.push(claim),
        }
    }
    let end = reach.map_or(Cut::START, |r| r.interval.to);
    if end.is_before(Cut::END) {
        line.gaps.push(Interval { from: end, to: Cut::END }.witness(whole));
    }
    line
}
