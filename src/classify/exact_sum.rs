//! Sums that come out the same in whatever order they are taken.

/// A sum of numbers in fixed point, in units of 2⁻⁶⁰: addition of integers has no order.
///
/// Every number is cut to the unit before it is added; numbers from 2⁶² on, NaN and sums from 2⁶⁷ on are too large,
/// and stay so whatever is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExactSum(i128);

const TOO_LARGE: i128 = i128::MIN;
const LARGEST: f64 = (1u64 << 62) as f64;
const UNITS: f64 = (1u64 << 60) as f64;

impl ExactSum {
    #[inline]
    pub fn add(&mut self, value: f64) {
        if value.abs() < LARGEST {
            let whole = value as i64;
            let part = ((value - whole as f64) * UNITS) as i64;
            self.merge(Self((i128::from(whole) << 60) + i128::from(part)));
        } else {
            self.0 = TOO_LARGE;
        }
    }

    #[inline]
    pub fn merge(&mut self, other: Self) {
        self.0 = match self.0.checked_add(other.0) {
            Some(sum) if self.0 != TOO_LARGE && other.0 != TOO_LARGE => sum,
            _ => TOO_LARGE,
        };
    }

    /// NaN when it is too large.
    pub fn value(self) -> f64 {
        if self.0 == TOO_LARGE { f64::NAN } else { self.0 as f64 / UNITS }
    }

    pub fn is_too_large(self) -> bool {
        self.0 == TOO_LARGE
    }
}

impl FromIterator<f64> for ExactSum {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut sum = Self::default();
        values.into_iter().for_each(|value| sum.add(value));
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn too_large_stays_so() {
        for value in [f64::NAN, f64::INFINITY, 1e30, -LARGEST] {
            let mut sum = ExactSum::default();
            sum.add(value);
            sum.add(-1.0);
            sum.merge(ExactSum::default());
            assert!(sum.is_too_large() && sum.value().is_nan());
        }
        let sum: ExactSum = std::iter::repeat_n(LARGEST.next_down(), 40).collect();
        assert!(sum.is_too_large());
    }

    proptest! {
        #[test]
        fn order_does_not_matter(mut values in proptest::collection::vec(-1e12..1e12f64, 0..50), cut in 0usize..50) {
            let sum: ExactSum = values.iter().copied().collect();
            let plain: f64 = values.iter().sum();
            prop_assert!((sum.value() - plain).abs() < 1e-2);
            values.reverse();
            let cut = cut.min(values.len());
            let mut parts: ExactSum = values[..cut].iter().copied().collect();
            parts.merge(values[cut..].iter().copied().collect());
            prop_assert_eq!(parts, sum);
        }
    }
}
