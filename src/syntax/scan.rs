//! One linear look at a text before the grammar reads it: its comments, where items may begin, and its brackets.
//!
//! The nesting is counted here, so the grammar never recurses deeper than [`MAX_NESTING`]. Where braces do not match,
//! an item keyword in the first column is taken as the beginning of an item all the same: people indent what stands
//! in braces.

use super::MAX_NESTING;
use super::ast::Comment;
use super::lexeme::{Kind, Lexeme, lexemes};
use super::words;
use crate::diagnostics::{FileId, Span};

#[derive(Debug, Default)]
pub(super) struct Scan {
    pub comments: Vec<Comment>,
    /// Where items, or what was meant as items, begin; ascending.
    pub starts: Vec<usize>,
    /// Ascending by place; no more than [`MAX_FAULTS`].
    pub faults: Vec<BracketFault>,
    /// The first bracket of every run that is nested too deep, ascending.
    pub too_deep: Vec<usize>,
}

/// A file with more is not a plan, and its findings are of no use to anybody.
const MAX_FAULTS: usize = 1000;

/// A bracket without its counterpart.
#[derive(Debug, Clone, Copy)]
pub(super) struct BracketFault {
    pub at: usize,
    pub bracket: u8,
    /// It opens and is never closed; otherwise it closes what nothing opened.
    pub unclosed: bool,
}

impl Scan {
    /// Where the item that begins at `start` ends at the latest, if braces can be trusted.
    pub fn chunk_end(&self, start: usize, text: &str) -> usize {
        let next = self.starts.partition_point(|s| *s <= start);
        self.starts.get(next).copied().unwrap_or(text.len())
    }

    pub fn faults_in(&self, range: std::ops::Range<usize>) -> &[BracketFault] {
        let from = self.faults.partition_point(|f| f.at < range.start);
        let to = self.faults.partition_point(|f| f.at < range.end);
        &self.faults[from..to.max(from)]
    }

    /// The first bracket from `start` on that is nested too deep.
    pub fn too_deep_from(&self, start: usize) -> Option<usize> {
        self.too_deep.get(self.too_deep.partition_point(|at| *at < start)).copied()
    }
}

pub(super) fn scan(file: FileId, text: &str) -> Scan {
    let mut trusting = Scanner::new(file, text, false);
    trusting.run();
    if trusting.scan.faults.iter().all(|f| f.bracket != b'{' && f.bracket != b'}') {
        return trusting.scan;
    }
    let mut wary = Scanner::new(file, text, true);
    wary.run();
    wary.scan
}

struct Scanner<'a> {
    file: FileId,
    text: &'a str,
    /// Braces do not match, so the first column counts more than they do.
    wary: bool,
    /// Open brackets and where they are, as far as they are nested no deeper than is read.
    stack: Vec<(u8, usize)>,
    /// How many more are open.
    deeper: usize,
    /// Braces in the stack.
    braces: usize,
    scan: Scan,
}

impl<'a> Scanner<'a> {
    fn new(file: FileId, text: &'a str, wary: bool) -> Self {
        Self { file, text, wary, stack: Vec::new(), deeper: 0, braces: 0, scan: Scan::default() }
    }

    fn run(&mut self) {
        for lexeme in lexemes(self.text, 0) {
            match lexeme.kind {
                Kind::Comment => self.comment(lexeme),
                Kind::Word if lexeme.first_on_line => self.line_start(lexeme),
                Kind::Symbol => match self.text.as_bytes()[lexeme.start] {
                    bracket @ (b'{' | b'(') => self.open(bracket, lexeme.start),
                    bracket @ (b'}' | b')') => self.close(bracket, lexeme.start),
                    _ => {}
                },
                _ => {}
            }
        }
        self.abandon();
        self.scan.faults.sort_by_key(|f| f.at);
    }

    fn comment(&mut self, lexeme: Lexeme) {
        let text = self.text[lexeme.start..lexeme.end].trim_end();
        let span = Span::new(self.file, lexeme.start, lexeme.start + text.len());
        self.scan.comments.push(Comment { text: text[1..].to_owned(), own_line: lexeme.first_on_line, span });
    }

    fn line_start(&mut self, lexeme: Lexeme) {
        let word = &self.text[lexeme.start..lexeme.end];
        let first_column = lexeme.start == 0 || matches!(self.text.as_bytes()[lexeme.start - 1], b'\n' | 0xBF);
        let begins = if words::ITEMS.contains(&word) {
            self.stack.is_empty() || first_column && (self.wary || self.braces == 0)
        } else {
            // A misspelt keyword, most likely.
            self.stack.is_empty() && first_column && !words::RESERVED.contains(&word)
        };
        if begins {
            self.abandon();
            self.scan.starts.push(lexeme.start);
        }
    }

    fn open(&mut self, bracket: u8, at: usize) {
        if self.stack.len() == MAX_NESTING {
            if self.deeper == 0 {
                self.scan.too_deep.push(at);
            }
            self.deeper += 1;
            return;
        }
        self.stack.push((bracket, at));
        self.braces += usize::from(bracket == b'{');
    }

    fn close(&mut self, bracket: u8, at: usize) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        if bracket == b')' {
            match self.stack.last() {
                Some((b'(', _)) => drop(self.stack.pop()),
                _ => self.fault(bracket, at, false),
            }
            return;
        }
        if self.braces == 0 {
            self.fault(bracket, at, false);
            return;
        }
        self.braces -= 1;
        while let Some((open, opened_at)) = self.stack.pop() {
            if open == b'{' {
                break;
            }
            self.fault(open, opened_at, true);
        }
    }

    /// Gives up what is open.
    fn abandon(&mut self) {
        (self.braces, self.deeper) = (0, 0);
        while let Some((open, at)) = self.stack.pop() {
            self.fault(open, at, true);
        }
    }

    fn fault(&mut self, bracket: u8, at: usize, unclosed: bool) {
        if self.scan.faults.len() < MAX_FAULTS {
            self.scan.faults.push(BracketFault { at, bracket, unclosed });
        }
    }
}
