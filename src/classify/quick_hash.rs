//! A quick hash for look-ups of short texts and positions.
//!
//! Deliberately absent: protection against chosen collisions (the tables are the user's own) and any order; nothing
//! iterates a map that it serves.

use std::hash::{BuildHasher, Hasher};

/// Builds [`QuickHasher`]s; for `HashMap::with_hasher`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct QuickHash;

/// Folds eight bytes at a time with a 64 × 64 → 128 bit product.
#[derive(Debug, Clone, Copy)]
pub(super) struct QuickHasher(u64);

/// The fractional digits of the golden ratio, an odd number without structure.
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

impl BuildHasher for QuickHash {
    type Hasher = QuickHasher;

    fn build_hasher(&self) -> QuickHasher {
        QuickHasher(MIX)
    }
}

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.write_u64(u64::from_le_bytes(word.try_into().expect("eight bytes")));
        }
        let rest = words.remainder();
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(MIX);
        self.0 = (product as u64) ^ (product >> 64) as u64 ^ self.0.rotate_left(29);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u8(&mut self, byte: u8) {
        self.0 ^= u64::from(byte);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
