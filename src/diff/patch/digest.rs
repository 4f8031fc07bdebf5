//! What identifies a table of assignments: its rows in order, whatever file they stand in.

use sha2::{Digest, Sha256};

use super::manifest::State;
use crate::diff::assignments::Row;

/// Takes rows in order.
#[derive(Default)]
pub struct Rows {
    hash: Sha256,
    rows: u64,
    buffer: Vec<u8>,
}

impl Rows {
    pub fn add(&mut self, row: &Row) {
        self.rows += 1;
        for cell in row.cells() {
            self.buffer.extend_from_slice(&(cell.len() as u32).to_le_bytes());
            self.buffer.extend_from_slice(cell.as_bytes());
        }
        if self.buffer.len() > 1 << 16 {
            self.hash.update(&self.buffer);
            self.buffer.clear();
        }
    }

    pub fn finish(mut self) -> State {
        self.hash.update(&self.buffer);
        let sha256 = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        State { rows: self.rows, sha256 }
    }
}
