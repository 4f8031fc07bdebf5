//! Sums that do not depend on the order of their addends.
//!
//! Numbers are added as integers of 2^-64, so addition is exact and associative. Every number of magnitude 0.0005 or
//! more is held exactly (53 bits reach down to 2^-64 from 2^-11); smaller ones are rounded to 2^-64 first, each by
//! itself. Sums reach to 9.2e18.

/// 2^64.
const SCALE: f64 = 18_446_744_073_709_551_616.0;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExactSum(i128);

impl ExactSum {
    /// `None` when the sum leaves its range, or the addend is not finite.
    #[inline]
    pub fn add(self, value: f64) -> Option<Self> {
        // 2^63, the first whole number that is too large; NaN is not below it either.
        (value.abs() < 9_223_372_036_854_775_808.0).then_some(())?;
        // Whole and fraction apart: both fit a register, where a number of 128 bits would be converted step by step.
        let whole = value as i64;
        let parts = (value - whole as f64).abs() * SCALE;
        let rest = parts - (parts as u64) as f64;
        let fraction = i128::from(parts as u64) + i128::from(rest >= 0.5);
        let fraction = if value < 0.0 { -fraction } else { fraction };
        self.0.checked_add((i128::from(whole) << 64) + fraction).map(Self)
    }

    /// Both sums together; `None` when they leave the range.
    #[inline]
    pub fn merge(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The nearest float.
    pub fn value(self) -> f64 {
        self.0 as f64 / SCALE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(values: &[f64]) -> Option<f64> {
        values.iter().try_fold(ExactSum::default(), |sum, v| sum.add(*v)).map(ExactSum::value)
    }

    #[test]
    fn exact_and_bounded() {
        assert_eq!(sum(&vec![0.1; 1_000_000]), Some(100_000.0));
        assert_eq!(sum(&[1e16, 1.0, -1e16]), Some(1.0));
        assert_eq!(sum(&[9e18, 9e18]), None);
        assert_eq!(sum(&[f64::INFINITY]), None);
        assert_eq!(sum(&[f64::NAN]), None);
        assert_eq!(sum(&[-0.75, -1.5, libm::exp2(-64.0), -libm::exp2(-63.0)]), Some(-2.25 - libm::exp2(-64.0)));
        assert_eq!(sum(&[9_223_372_036_854_774_784.0]), Some(9_223_372_036_854_774_784.0));
    }

    proptest! {
        #[test]
        fn order_does_not_matter(mut values in prop::collection::vec(-1e12f64..1e12, 0..60)) {
            let forth = sum(&values);
            values.reverse();
            prop_assert_eq!(forth, sum(&values));
            values.sort_by(f64::total_cmp);
            prop_assert_eq!(forth, sum(&values));
            let (one, other) = values.split_at(values.len() / 2);
            let part = |of: &[f64]| of.iter().try_fold(ExactSum::default(), |sum, v| sum.add(*v));
            let both = part(one).and_then(|sum| sum.merge(part(other)?));
            prop_assert_eq!(forth, both.map(ExactSum::value));
        }
    }
}
