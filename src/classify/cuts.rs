//! Classes of an ordered column: the gaps between its cut points.
//!
//! A cut `t` tells values below `t` from values at or above it; `x > v` is `x >= t` for the next number after `v`, so
//! one list of cuts serves every kind of comparison. Class `i` holds the values with exactly `i` cuts at or below
//! them; then come the class of missing cells and, for numbers, the class of NaN, which no comparison but `!=` holds
//! for.

use super::class_set::ClassSet;
use super::rows::Rows;
use crate::syntax::ast::CompareOp;

/// What can be cut: numbers and days.
pub(super) trait Ordered: Copy + PartialOrd {
    /// The smallest value greater than this one.
    fn after(self) -> Option<Self>;
    /// Equal values look equal afterwards.
    fn normal(self) -> Self;
    fn is_undefined(self) -> bool;
    const CAN_BE_UNDEFINED: bool;
}

impl Ordered for f64 {
    const CAN_BE_UNDEFINED: bool = true;

    fn after(self) -> Option<f64> {
        (self < f64::INFINITY).then(|| self.next_up())
    }

    fn normal(self) -> f64 {
        // Minus nought becomes nought.
        self + 0.0
    }

    fn is_undefined(self) -> bool {
        self.is_nan()
    }
}

impl Ordered for i32 {
    const CAN_BE_UNDEFINED: bool = false;

    fn after(self) -> Option<i32> {
        self.checked_add(1)
    }

    fn normal(self) -> i32 {
        self
    }

    fn is_undefined(self) -> bool {
        false
    }
}

/// Cut points, ascending, each once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cuts<T>(Vec<T>);

/// Up to here counting the cuts below a value beats searching among them.
const COUNTED: usize = 8;

impl<T: Ordered> Cuts<T> {
    pub fn new(mut at: Vec<T>) -> Self {
        at.iter_mut().for_each(|t| *t = t.normal());
        at.sort_by(|a, b| a.partial_cmp(b).expect("cuts are never NaN"));
        at.dedup_by(|a, b| a == b);
        Self(at)
    }

    /// The cuts that decide `x op value`.
    pub fn needed(op: CompareOp, value: T) -> Vec<T> {
        let (at, after) = (Some(value), value.after());
        let wanted = match op {
            CompareOp::Less | CompareOp::GreaterEqual => [at, None],
            CompareOp::LessEqual | CompareOp::Greater => [None, after],
            CompareOp::Equal | CompareOp::NotEqual => [at, after],
        };
        wanted.into_iter().flatten().collect()
    }

    pub fn classes(&self) -> u32 {
        self.0.len() as u32 + 2 + u32::from(T::CAN_BE_UNDEFINED)
    }

    pub fn missing(&self) -> u32 {
        self.0.len() as u32 + 1
    }

    fn undefined(&self) -> u32 {
        self.0.len() as u32 + 2
    }

    pub fn class(&self, value: T) -> u32 {
        if value.is_undefined() { self.undefined() } else { self.count(value) }
    }

    /// The classes for which `x op value` holds; the cuts that it needs are among these cuts.
    pub fn comparison(&self, op: CompareOp, value: T) -> ClassSet {
        let gaps = self.0.len() as u32 + 1;
        let from = self.0.partition_point(|t| *t < value.normal()) as u32 + 1;
        let after = value.after().map_or(gaps, |v| self.0.partition_point(|t| *t < v) as u32 + 1);
        let (at_least, above) = (from.min(gaps), after.min(gaps));
        let defined = |members: std::ops::Range<u32>| ClassSet::of(self.classes(), members);
        match op {
            CompareOp::Less => defined(0..at_least),
            CompareOp::LessEqual => defined(0..above),
            CompareOp::Equal => defined(at_least..above),
            CompareOp::GreaterEqual => defined(at_least..gaps),
            CompareOp::Greater => defined(above..gaps),
            CompareOp::NotEqual => {
                let mut set = defined(0..at_least).union(&defined(above..gaps));
                if T::CAN_BE_UNDEFINED {
                    set.insert(self.undefined());
                }
                set
            }
        }
    }

    /// Writes the class of the value of every row into `classes[row]`; missing cells are the caller's.
    pub fn code(&self, values: &[T], rows: Rows<'_>, classes: &mut [u32]) {
        match rows {
            Rows::All(_) if self.0.len() <= COUNTED => {
                classes.fill(0);
                for cut in &self.0 {
                    for (class, value) in classes.iter_mut().zip(values) {
                        *class += u32::from(*value >= *cut);
                    }
                }
            }
            _ => rows.each(|_, row| classes[row] = self.count(values[row])),
        }
        if T::CAN_BE_UNDEFINED {
            match rows {
                Rows::All(_) if !values.iter().fold(false, |any, v| any | v.is_undefined()) => {}
                _ => rows.each(|_, row| {
                    if values[row].is_undefined() {
                        classes[row] = self.undefined();
                    }
                }),
            }
        }
    }

    fn count(&self, value: T) -> u32 {
        self.0.partition_point(|t| *t <= value) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(a: f64, op: CompareOp, b: f64) -> bool {
        match op {
            CompareOp::Less => a < b,
            CompareOp::LessEqual => a <= b,
            CompareOp::Equal => a == b,
            CompareOp::NotEqual => a != b,
            CompareOp::GreaterEqual => a >= b,
            CompareOp::Greater => a > b,
        }
    }

    const OPS: [CompareOp; 6] = [
        CompareOp::Less,
        CompareOp::LessEqual,
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::GreaterEqual,
        CompareOp::Greater,
    ];

    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![
            (-3i8..4).prop_map(f64::from),
            Just(-0.0),
            Just(f64::MAX),
            Just(f64::MIN),
            Just(1f64.next_up()),
            Just(1f64.next_down()),
        ]
    }

    proptest! {
        #[test]
        fn classes_answer_comparisons(
            asked in proptest::collection::vec((0usize..6, value()), 1..20),
            cells in proptest::collection::vec(
                prop_oneof![8 => value(), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY), 1 => Just(f64::NEG_INFINITY)],
                1..40,
            ),
        ) {
            let cuts = Cuts::new(asked.iter().flat_map(|(op, v)| Cuts::needed(OPS[*op], *v)).collect());
            let mut classes = vec![0; cells.len()];
            cuts.code(&cells, Rows::All(cells.len()), &mut classes);
            for (op, v) in asked {
                let set = cuts.comparison(OPS[op], v);
                prop_assert!(!set.contains(cuts.missing()));
                for (cell, class) in cells.iter().zip(&classes) {
                    prop_assert_eq!(*class, cuts.class(*cell));
                    prop_assert_eq!(set.contains(*class), holds(*cell, OPS[op], v), "{} {:?} {}", cell, OPS[op], v);
                }
            }
        }
    }
}
