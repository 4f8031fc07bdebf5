//! Source texts and places in them.

/// Index of a source within [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A half-open byte range of one source.
///
/// Spans are ignored by equality, so that two trees compare by what they say, not by where they say it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { file, start: clamp(start), end: clamp(end) }
    }

    /// The smallest span that covers both; both must lie in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

impl std::hash::Hash for Span {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

/// Line and column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A text that diagnostics can point into.
#[derive(Debug, Clone)]
pub struct Source {
    /// Relative to the project folder, `/` on every platform.
    pub name: String,
    pub text: String,
    line_starts: Vec<u32>,
}

/// Every text of a run, in the order in which it was read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    texts: Vec<Source>,
    folder: String,
}

impl Sources {
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1))
            .collect();
        self.texts.push(Source { name: name.into(), text, line_starts });
        FileId(self.texts.len() as u32 - 1)
    }

    pub fn get(&self, id: FileId) -> &Source {
        &self.texts[id.0 as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.texts.iter().enumerate().map(|(i, s)| (FileId(i as u32), s))
    }

    /// Says where the names of the sources begin: the project's folder, seen from where the program runs.
    pub fn set_folder(&mut self, folder: impl Into<String>) {
        self.folder = folder.into();
    }

    /// The same texts under other names, wherever a name of them is told.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(&str) -> String) -> Self {
        let texts = self.texts.iter().map(|source| Source { name: name(&source.name), ..source.clone() });
        Self { texts: texts.collect(), folder: name(&self.folder) }
    }

    /// Where to find a source from where the program runs.
    pub fn path(&self, id: FileId) -> String {
        let name = &self.get(id).name;
        match self.folder.as_str() {
            "" | "." => name.clone(),
            folder => format!("{}/{name}", folder.trim_end_matches('/')),
        }
    }

    /// The text under a span.
    pub fn text(&self, span: Span) -> &str {
        &self.get(span.file).text[span.range()]
    }

    /// Where a span begins.
    pub fn position(&self, span: Span) -> Position {
        self.get(span.file).position(span.start as usize)
    }

    /// `file:line` of a span's beginning, as printed in reasons.
    pub fn place(&self, span: Span) -> String {
        format!("{}:{}", self.get(span.file).name, self.position(span).line)
    }
}

/// Some whole lines of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    pub bytes: std::ops::Range<usize>,
    pub lines_before: usize,
}

impl Source {
    /// The lines that a range of bytes touches, with so many before and after it.
    pub fn lines_around(&self, bytes: std::ops::Range<usize>, before: usize, after: usize) -> Lines {
        let line_of = |byte: usize| self.line_starts.partition_point(|start| *start as usize <= byte) - 1;
        let first = line_of(bytes.start).saturating_sub(before);
        let end = self.line_starts.get(line_of(bytes.end) + after + 1).map_or(self.text.len(), |start| *start as usize);
        Lines { bytes: self.line_starts[first] as usize..end, lines_before: first }
    }

    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_starts.partition_point(|s| *s as usize <= offset);
        let start = self.line_starts[line - 1] as usize;
        let column = self.text.get(start..offset).map_or(0, |t| t.chars().count()) + 1;
        Position { line, column }
    }
}
