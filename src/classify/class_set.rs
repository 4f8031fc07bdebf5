//! Sets of classes.
//!
//! A *class* is one of the few ways in which a plan can tell the values of one column apart: between the same cut
//! points, under the same text pattern. Everything that the plan asks of that column is a set of its classes.

/// Which classes of one field; both sides of an operation belong to the same field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClassSet {
    bits: Vec<u64>,
    classes: u32,
}

impl ClassSet {
    pub fn empty(classes: u32) -> Self {
        Self { bits: vec![0; (classes as usize).div_ceil(64)], classes }
    }

    pub fn of(classes: u32, members: impl IntoIterator<Item = u32>) -> Self {
        let mut set = Self::empty(classes);
        members.into_iter().for_each(|class| set.insert(class));
        set
    }

    /// How many classes the field has.
    pub fn classes(&self) -> u32 {
        self.classes
    }

    pub fn insert(&mut self, class: u32) {
        debug_assert!(class < self.classes);
        self.bits[class as usize / 64] |= 1 << (class % 64);
    }

    pub fn contains(&self, class: u32) -> bool {
        self.bits[class as usize / 64] >> (class % 64) & 1 == 1
    }

    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|word| *word == 0)
    }

    pub fn is_full(&self) -> bool {
        self.complement().is_empty()
    }

    pub fn union(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    pub fn intersection(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    pub fn complement(&self) -> Self {
        let mut bits: Vec<u64> = self.bits.iter().map(|word| !word).collect();
        if let (Some(last), 1..) = (bits.last_mut(), self.classes % 64) {
            *last &= (1 << (self.classes % 64)) - 1;
        }
        Self { bits, classes: self.classes }
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.classes).filter(|class| self.contains(*class))
    }

    fn zip(&self, other: &Self, operation: impl Fn(u64, u64) -> u64) -> Self {
        debug_assert_eq!(self.classes, other.classes);
        let bits = self.bits.iter().zip(&other.bits).map(|(a, b)| operation(*a, *b)).collect();
        Self { bits, classes: self.classes }
    }
}
