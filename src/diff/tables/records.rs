//! What is kept of every row of a table: its key's digest, the digest of its other cells, and its number.
//!
//! Takes [`Record`]s, parts them by their keys and holds them in open-addressed tables; above a budget they go to
//! unnamed temporary files instead, to be taken up part by part. Invariant: both tables of a comparison part alike.
//! Source of the scheme: the hybrid hash join (DeWitt et al. 1984).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use super::hash::Digest;

/// Parts of a table.
pub const PARTS: usize = 64;
/// Bytes of a record in a file.
const BYTES: usize = 28;
/// Records that wait before they are written.
const WAITING: usize = 512;

/// A row; 28 bytes, so that the tables are small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record([u32; 7]);

impl Record {
    #[inline]
    pub fn new(key: Digest, cells: u64, row: u32) -> Self {
        // Nought marks an empty slot.
        let key = if key == [0, 0] { [1, 0] } else { key };
        let halves = |n: u64| (n as u32, (n >> 32) as u32);
        let ((a, b), (c, d), (e, f)) = (halves(key[0]), halves(key[1]), halves(cells));
        Self([a, b, c, d, e, f, row])
    }

    #[inline]
    pub fn key(&self) -> Digest {
        let [a, b, c, d, ..] = self.0;
        [u64::from(a) | u64::from(b) << 32, u64::from(c) | u64::from(d) << 32]
    }

    #[inline]
    fn same_key(&self, other: &Self) -> bool {
        self.0[..4] == other.0[..4]
    }

    #[inline]
    pub fn same_cells(&self, other: &Self) -> bool {
        self.0[4..6] == other.0[4..6]
    }

    #[inline]
    pub fn row(&self) -> u32 {
        self.0[6]
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.0[..4] == [0; 4]
    }

    #[inline]
    pub fn part(&self) -> usize {
        (self.0[1] >> 26) as usize
    }
}

/// Open addressing with linear probing; a key stands once.
#[derive(Debug, Default)]
pub struct Table {
    slots: Vec<Record>,
    filled: usize,
    /// A bit a slot: some row of the other table has its key.
    met: Vec<AtomicU64>,
}

impl Table {
    /// Room for so many records without growing.
    pub fn with_room(records: usize) -> Self {
        let mut table = Self::default();
        if records > 0 {
            table.resize(records + records / 4 + 8);
        }
        table
    }

    #[inline]
    fn slot(&self, record: &Record) -> usize {
        ((u128::from(record.key()[1]) * self.slots.len() as u128) >> 64) as usize
    }

    /// False when the key stands already.
    #[inline]
    pub fn insert(&mut self, record: Record) -> bool {
        if (self.filled + 1) * 6 > self.slots.len() * 5 {
            self.resize(self.slots.len() + self.slots.len() / 2 + 16);
        }
        let mut at = self.slot(&record);
        loop {
            let found = &mut self.slots[at];
            if found.is_empty() {
                *found = record;
                self.filled += 1;
                return true;
            }
            if found.same_key(&record) {
                return false;
            }
            at += 1;
            if at == self.slots.len() {
                at = 0;
            }
        }
    }

    fn resize(&mut self, slots: usize) {
        let old = std::mem::replace(&mut self.slots, vec![Record::default(); slots]);
        self.filled = 0;
        for record in old.into_iter().filter(|r| !r.is_empty()) {
            self.insert(record);
        }
    }

    /// To be called between the last [`Table::insert`] and the first [`Table::meet`].
    pub fn close(&mut self) {
        self.met = (0..self.slots.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
    }

    /// The slot of the record with the same key.
    #[inline]
    pub fn find(&self, record: &Record) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = self.slot(record);
        loop {
            let found = &self.slots[at];
            if found.same_key(record) {
                return Some(at);
            }
            if found.is_empty() {
                return None;
            }
            at += 1;
            if at == self.slots.len() {
                at = 0;
            }
        }
    }

    #[inline]
    pub fn at(&self, slot: usize) -> &Record {
        &self.slots[slot]
    }

    /// Notes that a row of the other table has the key; true when another had it before.
    #[inline]
    pub fn meet(&self, slot: usize) -> bool {
        let bit = 1 << (slot % 64);
        self.met[slot / 64].fetch_or(bit, Ordering::Relaxed) & bit != 0
    }

    /// Brings the slot of the record into the processor's caches.
    #[inline]
    fn touch(&self, record: &Record) -> u32 {
        self.slots.get(self.slot(record)).map_or(0, |slot| slot.0[0])
    }

    /// Those that no row of the other table has met.
    pub fn unmet(&self) -> impl Iterator<Item = &Record> {
        let met = |at: usize| self.met[at / 64].load(Ordering::Relaxed) & (1 << (at % 64)) != 0;
        self.slots.iter().enumerate().filter(move |(at, record)| !record.is_empty() && !met(*at)).map(|(_, r)| r)
    }

    pub fn bytes(&self) -> usize {
        self.slots.len() * size_of::<Record>() + self.slots.len() / 8
    }

    pub fn records(self) -> impl Iterator<Item = Record> {
        self.slots.into_iter().filter(|record| !record.is_empty())
    }
}

/// Lets the processor fetch what the next steps need of these records' tables: they wait for memory together, not one
/// after another.
#[inline]
pub fn touch(tables: &[Table], records: &[Record]) {
    let sum = records.iter().fold(0u32, |sum, record| sum ^ tables[record.part()].touch(record));
    std::hint::black_box(sum);
}

/// How many records [`touch`] is worth for.
pub const TOGETHER: usize = 32;

/// Records on their way to temporary files, one a part.
#[derive(Debug)]
pub struct Spool {
    /// Made when the first records of a part are written.
    files: Vec<Option<File>>,
    waiting: Vec<Vec<Record>>,
    counts: Vec<usize>,
}

impl Spool {
    pub fn new() -> Self {
        Self { files: (0..PARTS).map(|_| None).collect(), waiting: vec![Vec::new(); PARTS], counts: vec![0; PARTS] }
    }

    pub fn push(&mut self, record: Record) -> io::Result<()> {
        let part = record.part();
        self.counts[part] += 1;
        self.waiting[part].push(record);
        if self.waiting[part].len() >= WAITING { self.flush(part) } else { Ok(()) }
    }

    fn flush(&mut self, part: usize) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(self.waiting[part].len() * BYTES);
        for record in self.waiting[part].drain(..) {
            record.0.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        }
        if self.files[part].is_none() {
            self.files[part] = Some(tempfile::tempfile()?);
        }
        self.files[part].as_mut().map_or(Ok(()), |file| file.write_all(&bytes))
    }

    /// The records of one part, in the order of their arrival.
    pub fn part(&mut self, part: usize, mut give: impl FnMut(Record)) -> io::Result<()> {
        let Some(file) = &mut self.files[part] else {
            // They were too few to be written.
            self.waiting[part].iter().for_each(|record| give(*record));
            return Ok(());
        };
        file.seek(SeekFrom::Start(0))?;
        let mut bytes = vec![0; WAITING * BYTES];
        let mut left = self.counts[part] - self.waiting[part].len();
        while left > 0 {
            let now = left.min(WAITING);
            file.read_exact(&mut bytes[..now * BYTES])?;
            for record in bytes[..now * BYTES].chunks_exact(BYTES) {
                let mut words = [0; 7];
                for (word, four) in words.iter_mut().zip(record.chunks_exact(4)) {
                    *word = u32::from_le_bytes(four.try_into().expect("four bytes"));
                }
                give(Record(words));
            }
            left -= now;
        }
        file.seek(SeekFrom::End(0))?;
        self.waiting[part].iter().for_each(|record| give(*record));
        Ok(())
    }

    pub fn count(&self, part: usize) -> usize {
        self.counts[part]
    }
}

/// The records of the first table: in memory while they fit.
#[derive(Debug)]
pub enum Store {
    Held(Vec<Table>),
    Spooled(Spool),
}

impl Store {
    /// `records` is how many are expected; nought where nobody knows.
    pub fn new(records: usize, budget: usize) -> Self {
        let fitting = budget / (size_of::<Record>() + size_of::<Record>() / 4 + 1);
        // Parts are not quite of one size.
        let room = records.min(fitting) / PARTS;
        Self::Held((0..PARTS).map(|_| Table::with_room(room + room / 64)).collect())
    }

    /// False when a key stands already; spooled ones are not looked at.
    pub fn extend(&mut self, records: &[Record]) -> io::Result<bool> {
        let mut new = true;
        match self {
            Self::Held(tables) => {
                for some in records.chunks(TOGETHER) {
                    touch(tables, some);
                    some.iter().for_each(|record| new &= tables[record.part()].insert(*record));
                }
            }
            Self::Spooled(spool) => records.iter().try_for_each(|record| spool.push(*record))?,
        }
        Ok(new)
    }

    /// Lets everything go to temporary files once it is larger than the budget.
    pub fn fit(&mut self, budget: usize) -> io::Result<()> {
        let Self::Held(tables) = self else { return Ok(()) };
        if tables.iter().map(Table::bytes).sum::<usize>() <= budget {
            return Ok(());
        }
        let mut spool = Spool::new();
        for table in std::mem::take(tables) {
            table.records().try_for_each(|record| spool.push(record))?;
        }
        *self = Self::Spooled(spool);
        Ok(())
    }
}

/// A bit a row.
#[derive(Debug, Default)]
pub struct Rows(Vec<AtomicU64>);

impl Rows {
    pub fn up_to(rows: u64) -> Self {
        Self((0..rows.div_ceil(64)).map(|_| AtomicU64::new(0)).collect())
    }

    #[inline]
    pub fn add(&self, row: u32) {
        self.0[row as usize / 64].fetch_or(1 << (row % 64), Ordering::Relaxed);
    }

    #[inline]
    pub fn has(&self, row: u64) -> bool {
        self.0.get(row as usize / 64).is_some_and(|word| word.load(Ordering::Relaxed) & (1 << (row % 64)) != 0)
    }

    /// Whether any of these is in; looks at whole words only.
    pub fn any(&self, rows: std::ops::Range<u64>) -> bool {
        let end = (rows.end.div_ceil(64) as usize).min(self.0.len());
        let start = (rows.start as usize / 64).min(end);
        self.0[start..end].iter().any(|word| word.load(Ordering::Relaxed) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(n: u64) -> Record {
        Record::new([n.wrapping_mul(0x9e37_79b9_7f4a_7c15), n.wrapping_mul(0xd1b5_4a32_d192_ed03)], n, n as u32)
    }

    #[test]
    fn a_key_stands_once_and_is_met() {
        let mut table = Table::default();
        assert!((0..1000).all(|n| table.insert(record(n))));
        assert!((0..1000).all(|n| !table.insert(record(n))));
        table.close();
        let meet = |n: u64| table.find(&record(n)).map(|slot| (table.at(slot).row(), table.meet(slot)));
        assert!((0..1000).filter(|n| n % 3 > 0).all(|n| meet(n) == Some((n as u32, false))));
        assert_eq!(meet(1), Some((1, true)));
        assert_eq!(meet(1000), None);
        let mut unmet: Vec<u32> = table.unmet().map(Record::row).collect();
        unmet.sort_unstable();
        assert!(unmet.into_iter().eq((0..1000).filter(|n| n % 3 == 0)));
    }

    #[test]
    fn what_does_not_fit_goes_to_files_and_comes_back() {
        let mut store = Store::new(0, 1 << 12);
        for n in 0..90 {
            let some: Vec<Record> = (n * 100..n * 100 + 100).map(record).collect();
            assert!(store.extend(&some).expect("they are kept"));
            store.fit(1 << 14).expect("it is written");
        }
        let Store::Spooled(mut spool) = store else { panic!("it is too large") };
        let mut seen = Vec::new();
        for part in 0..PARTS {
            let before = seen.len();
            spool.part(part, |record| seen.push(record.row())).expect("it is read");
            assert_eq!(seen.len() - before, spool.count(part));
        }
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..9_000));
    }

    #[test]
    fn rows_are_found_by_range() {
        let rows = Rows::up_to(1000);
        rows.add(700);
        assert!(rows.has(700) && !rows.has(701) && !rows.has(5000));
        assert!(rows.any(640..705) && !rows.any(0..640) && !rows.any(768..9000));
    }
}
