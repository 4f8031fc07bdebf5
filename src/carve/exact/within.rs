//! Where every item may go, small enough to be kept with every node.

use super::super::search::Ground;

/// A set of seats per item, a bit each.
#[derive(Debug, Clone)]
pub(super) struct Within {
    seats: usize,
    /// Words per item.
    words: usize,
    bits: Vec<u64>,
}

impl Within {
    /// Everywhere that the ground allows.
    pub fn new(ground: &Ground) -> Self {
        let words = ground.seats.div_ceil(64);
        let mut within = Self { seats: ground.seats, words, bits: vec![0; ground.items * words] };
        for item in 0..ground.items as u32 {
            within.put(item, (0..ground.seats as u32).filter(|&seat| ground.may_take(seat, item)));
        }
        within
    }

    pub fn allows(&self, item: u32, seat: u32) -> bool {
        self.bits[item as usize * self.words + seat as usize / 64] >> (seat % 64) & 1 == 1
    }

    /// How many seats are left to an item.
    pub fn count(&self, item: u32) -> usize {
        self.row(item).iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The seat of an item that has one left.
    pub fn only(&self, item: u32) -> Option<u32> {
        if self.count(item) == 1 { self.seats_of(item).next() } else { None }
    }

    /// Ascending.
    pub fn seats_of(&self, item: u32) -> impl Iterator<Item = u32> {
        (0..self.seats as u32).filter(move |&seat| self.allows(item, seat))
    }

    /// Leaves an item those seats and no others.
    pub fn put(&mut self, item: u32, seats: impl IntoIterator<Item = u32>) {
        let first = item as usize * self.words;
        self.bits[first..first + self.words].fill(0);
        for seat in seats {
            self.bits[first + seat as usize / 64] |= 1 << (seat % 64);
        }
    }

    fn row(&self, item: u32) -> &[u64] {
        &self.bits[item as usize * self.words..(item as usize + 1) * self.words]
    }
}
