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
    pub fn add(self, value: f64) -> Option<Self> {
        let scaled = value * SCALE;
        // 2^127, the first that an integer of 128 bits cannot hold.
        (scaled.abs() < 1.701_411_834_604_692_3e38).then_some(())?;
        self.0.checked_add(scaled.round() as i128).map(Self)
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
    }

    proptest! {
        #[test]
        fn order_does_not_matter(mut values in prop::collection::vec(-1e12f64..1e12, 0..60)) {
            let forth = sum(&values);
            values.reverse();
            prop_assert_eq!(forth, sum(&values));
            values.sort_by(f64::total_cmp);
            prop_assert_eq!(forth, sum(&values));
        }
    }
}
