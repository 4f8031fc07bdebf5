//! Words and their numbers: the dictionary of a coded column, the keys of a joined table.
//!
//! Takes texts, gives each distinct one the next number from 0. Invariant: a word's number is the order in which it was
//! first seen, so it never depends on a hash. Deliberately absent: removal.

const EMPTY: u64 = u64::MAX;

/// A set of words, numbered in the order of their arrival.
#[derive(Debug, Clone)]
pub struct Interner {
    /// The words one after another.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
    /// Open addressing with linear probing; upper half the hash's upper half, lower half the word's number.
    slots: Vec<u64>,
}

impl Default for Interner {
    fn default() -> Self {
        Self::new()
    }
}

impl Interner {
    pub fn new() -> Self {
        Self { text: String::new(), ends: Vec::new(), slots: vec![EMPTY; 64] }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn word(&self, number: u32) -> &str {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.text[start..self.ends[number]]
    }

    pub fn words(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|n| self.word(n))
    }

    pub fn find(&self, word: &str) -> Option<u32> {
        self.probe(word, hash(word.as_bytes())).ok()
    }

    /// The word's number, a new one if it was never seen.
    ///
    /// # Panics
    ///
    /// At four billion distinct words.
    pub fn intern(&mut self, word: &str) -> u32 {
        let hash = hash(word.as_bytes());
        match self.probe(word, hash) {
            Ok(number) => number,
            Err(slot) => {
                let number = u32::try_from(self.ends.len()).expect("fewer than four billion distinct words");
                self.text.push_str(word);
                self.ends.push(self.text.len());
                self.slots[slot] = entry(hash, number);
                if self.ends.len() * 2 > self.slots.len() {
                    self.grow();
                }
                number
            }
        }
    }

    /// The number of the word, or the slot where it belongs.
    fn probe(&self, word: &str, hash: u64) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let found = self.slots[slot];
            if found == EMPTY {
                return Err(slot);
            }
            if found >> 32 == hash >> 32 && self.word(found as u32) == word {
                return Ok(found as u32);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![EMPTY; mask + 1];
        for number in 0..self.len() as u32 {
            let hash = hash(self.word(number).as_bytes());
            let mut slot = hash as usize & mask;
            while slots[slot] != EMPTY {
                slot = (slot + 1) & mask;
            }
            slots[slot] = entry(hash, number);
        }
        self.slots = slots;
    }
}

fn entry(hash: u64, number: u32) -> u64 {
    (hash & !u64::from(u32::MAX)) | u64::from(number)
}

/// A 64-bit hash of short texts: words of eight bytes folded by a widening multiplication. The same on every machine
/// and in every run.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    const A: u64 = 0x9e37_79b9_7f4a_7c15;
    const B: u64 = 0xd1b5_4a32_d192_ed03;
    let fold = |x: u64, y: u64| {
        let product = u128::from(x) * u128::from(y);
        (product as u64) ^ ((product >> 64) as u64)
    };
    let mut state = A ^ bytes.len() as u64;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        state = fold(state ^ u64::from_le_bytes(word.try_into().expect("eight bytes")), B);
    }
    let tail = words.remainder();
    if !tail.is_empty() {
        let mut last = [0; 8];
        last[..tail.len()].copy_from_slice(tail);
        state = fold(state ^ u64::from_le_bytes(last), B);
    }
    fold(state ^ A, B)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_arrival() {
        let mut interner = Interner::new();
        let words: Vec<String> = (0..10_000).map(|i| format!("word {}", i * 7919 % 5003)).collect();
        let numbers: Vec<u32> = words.iter().map(|w| interner.intern(w)).collect();
        assert_eq!(interner.len(), 5003);
        assert_eq!(interner.intern(""), 5003);
        assert!(words.iter().zip(&numbers).all(|(w, n)| interner.word(*n) == w && interner.find(w) == Some(*n)));
        assert_eq!(interner.find("absent"), None);
        assert_eq!(interner.words().next(), Some("word 0"));
    }

    #[test]
    fn hashes_of_like_words_differ() {
        let mut seen: Vec<u64> = (0..200_000).map(|i| hash(format!("ACC-{i:07}").as_bytes())).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 200_000);
    }
}
