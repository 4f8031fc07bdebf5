//! Rows in order, however many: sorted in memory, in runs on unnamed temporary files above a budget.
//!
//! Takes rows as bytes whose order is the wanted one, gives them in that order as often as asked. Invariant: the order
//! depends on the rows alone. Deliberately absent: what the bytes mean.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Rows that are being collected.
#[derive(Debug)]
pub struct Sorter {
    budget: usize,
    bytes: Vec<u8>,
    rows: Vec<Row>,
    runs: Vec<File>,
}

/// Where a row lies, and its first bytes: most comparisons need no more.
#[derive(Debug, Clone, Copy)]
struct Row {
    first: u64,
    start: usize,
    length: u32,
}

/// All rows, to be read in order.
#[derive(Debug)]
pub struct Sorted {
    bytes: Vec<u8>,
    rows: Vec<Row>,
    runs: Vec<File>,
}

impl Sorter {
    pub fn new(budget: usize) -> Self {
        Self { budget, bytes: Vec::new(), rows: Vec::new(), runs: Vec::new() }
    }

    pub fn push(&mut self, row: &[u8]) -> io::Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(row);
        let mut first = [0; 8];
        let known = row.len().min(8);
        first[..known].copy_from_slice(&row[..known]);
        self.rows.push(Row { first: u64::from_be_bytes(first), start, length: row.len() as u32 });
        if self.bytes.len() + self.rows.len() * size_of::<Row>() > self.budget { self.run() } else { Ok(()) }
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        let text = |row: &Row| &bytes[row.start..row.start + row.length as usize];
        self.rows.sort_unstable_by(|a, b| a.first.cmp(&b.first).then_with(|| text(a).cmp(text(b))));
    }

    /// Writes what is held as a run.
    fn run(&mut self) -> io::Result<()> {
        self.sort();
        let mut out = BufWriter::with_capacity(1 << 18, tempfile::tempfile()?);
        for row in &self.rows {
            out.write_all(&row.length.to_le_bytes())?;
            out.write_all(&self.bytes[row.start..row.start + row.length as usize])?;
        }
        self.runs.push(out.into_inner().map_err(io::IntoInnerError::into_error)?);
        self.rows.clear();
        self.bytes.clear();
        Ok(())
    }

    pub fn finish(mut self) -> io::Result<Sorted> {
        if self.runs.is_empty() {
            self.sort();
        } else if !self.rows.is_empty() {
            self.run()?;
        }
        if !self.runs.is_empty() {
            (self.bytes, self.rows) = (Vec::new(), Vec::new());
        }
        Ok(Sorted { bytes: self.bytes, rows: self.rows, runs: self.runs })
    }
}

impl Sorted {
    /// Hands every row on, in order.
    pub fn each<E: From<io::Error>>(&self, mut give: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        if self.runs.is_empty() {
            return self.rows.iter().try_for_each(|row| give(&self.bytes[row.start..row.start + row.length as usize]));
        }
        let mut readers = Vec::new();
        let mut heads = BinaryHeap::new();
        for (n, run) in self.runs.iter().enumerate() {
            let mut file = run.try_clone()?;
            file.seek(SeekFrom::Start(0))?;
            let mut reader = BufReader::with_capacity(1 << 16, file);
            if let Some(row) = read(&mut reader)? {
                heads.push(Reverse((row, n)));
            }
            readers.push(reader);
        }
        while let Some(Reverse((row, n))) = heads.pop() {
            give(&row)?;
            if let Some(row) = read(&mut readers[n])? {
                heads.push(Reverse((row, n)));
            }
        }
        Ok(())
    }
}

fn read(reader: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match reader.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut row = vec![0; u32::from_le_bytes(length) as usize];
    reader.read_exact(&mut row)?;
    Ok(Some(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_memory_give_the_same_order_twice() {
        let rows: Vec<String> = (0..3000).map(|n| "x".repeat(n % 11) + &(n * 7919 % 3001).to_string()).collect();
        let mut wanted: Vec<&[u8]> = rows.iter().map(|row| row.as_bytes()).collect();
        wanted.sort_unstable();
        for budget in [100, 5_000, usize::MAX] {
            let mut sorter = Sorter::new(budget);
            rows.iter().for_each(|row| sorter.push(row.as_bytes()).expect("it is kept"));
            let sorted = sorter.finish().expect("it is sorted");
            for _ in 0..2 {
                let mut seen = Vec::new();
                let pushed: io::Result<()> = sorted.each(|row| {
                    seen.push(row.to_vec());
                    Ok(())
                });
                pushed.expect("it is read");
                assert_eq!(seen, wanted, "{budget}");
            }
        }
    }
}
