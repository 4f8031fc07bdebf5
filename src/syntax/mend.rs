//! A text with its braces put right, and the way back from its places to those of the file.

/// Where the bytes of a parsed text stand in the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    base: usize,
    /// Offsets in the parsed text of bytes that are not in the file, ascending.
    inserted: Vec<usize>,
}

impl Origin {
    /// A text that stands in the file from `base` on.
    pub fn at(base: usize) -> Self {
        Self { base, inserted: Vec::new() }
    }

    pub fn place(&self, offset: usize) -> usize {
        self.base + offset - self.inserted.partition_point(|i| *i < offset)
    }
}

/// Collects what is to be put right in a piece of the file.
pub(super) struct Mended<'a> {
    base: usize,
    written: &'a str,
    /// Offsets of closing braces that are missing and of those that are too many.
    missing: Vec<usize>,
    surplus: Vec<usize>,
}

impl<'a> Mended<'a> {
    pub fn new(base: usize, written: &'a str) -> Self {
        Self { base, written, missing: Vec::new(), surplus: Vec::new() }
    }

    /// A brace closes before this place of the file.
    pub fn close_before(&mut self, place: usize) {
        self.missing.push(place.saturating_sub(self.base).min(self.written.len()));
    }

    /// The brace at this place of the file is not there.
    pub fn remove(&mut self, place: usize) {
        self.surplus.push(place.saturating_sub(self.base));
    }

    pub fn finish(mut self) -> (String, Origin) {
        self.missing.sort_unstable();
        let mut text = String::with_capacity(self.written.len() + 3 * self.missing.len());
        let mut inserted = Vec::new();
        let mut missing = self.missing.into_iter().peekable();
        for (at, c) in self.written.char_indices() {
            while missing.next_if_eq(&at).is_some() {
                insert_brace(&mut text, &mut inserted);
            }
            text.push(if self.surplus.contains(&at) && c == '}' { ' ' } else { c });
        }
        missing.for_each(|_| insert_brace(&mut text, &mut inserted));
        (text, Origin { base: self.base, inserted })
    }
}

/// On a line of its own, for the line above may end in a comment.
fn insert_brace(text: &mut String, inserted: &mut Vec<usize>) {
    inserted.extend(text.len()..text.len() + 3);
    text.push_str("\n}\n");
}
