//! A sum that stays too large once it was.

use crate::data::ExactSum;

/// An [`ExactSum`] that can be added to in place; its value is NaN when it left its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum(Option<ExactSum>);

impl Default for Sum {
    fn default() -> Self {
        Self(Some(ExactSum::default()))
    }
}

impl Sum {
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.0 = self.0.and_then(|sum| sum.add(value));
    }

    #[inline]
    pub fn merge(&mut self, other: Self) {
        self.0 = self.0.and_then(|sum| sum.merge(other.0?));
    }

    pub fn value(self) -> f64 {
        self.0.map_or(f64::NAN, ExactSum::value)
    }
}
