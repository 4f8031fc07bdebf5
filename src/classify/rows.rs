//! Which rows of a chunk a step looks at.

/// Rows of one chunk, counted from its beginning.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rows<'a> {
    /// The first so many: the whole chunk.
    All(usize),
    /// These, ascending.
    Listed(&'a [u32]),
}

impl Rows<'_> {
    pub fn len(self) -> usize {
        match self {
            Rows::All(count) => count,
            Rows::Listed(rows) => rows.len(),
        }
    }

    /// Calls with the position within the rows and the row; inlined so that both kinds become tight loops.
    #[inline(always)]
    pub fn each(self, mut visit: impl FnMut(usize, usize)) {
        match self {
            Rows::All(count) => (0..count).for_each(|row| visit(row, row)),
            Rows::Listed(rows) => rows.iter().enumerate().for_each(|(at, row)| visit(at, *row as usize)),
        }
    }
}
