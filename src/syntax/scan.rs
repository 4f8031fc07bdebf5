//! One linear look at a text before the grammar reads it: its comments, where items may begin, and its brackets.
//!
//! The nesting is counted here, so the grammar never recurses deeper than [`MAX_NESTING`]. Where braces do not match,
//! the indentation says which one is wrong: a second, wary look takes an item keyword in the first column for the
//! beginning of an item whatever is open, and a closing brace for the end of the line that is indented like it.
//! Nothing here changes how a right plan is read.

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
    /// An item keyword stands in the first column within braces, so a brace may have closed the wrong one.
    pub doubtful: bool,
}

/// A file with more is not a plan, and its findings are of no use to anybody.
const MAX_FAULTS: usize = 1000;

/// A bracket without its counterpart.
#[derive(Debug, Clone, Copy)]
pub(super) struct BracketFault {
    pub at: usize,
    pub bracket: u8,
    /// For a bracket that is never closed, where its counterpart belongs at the latest; none for one that closes
    /// nothing.
    pub closes_before: Option<usize>,
}

impl BracketFault {
    pub fn is_brace(&self) -> bool {
        matches!(self.bracket, b'{' | b'}')
    }
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
    let scan = Scanner::run(file, text, Wary::default());
    let (mut unclosed, mut surplus) = (false, false);
    for fault in scan.faults.iter().filter(|f| f.is_brace()) {
        unclosed |= fault.closes_before.is_some();
        surplus |= fault.closes_before.is_none();
    }
    if unclosed || surplus { Scanner::run(file, text, Wary { unclosed, surplus }) } else { scan }
}

/// A look that trusts the indentation more than the braces.
pub(super) fn scan_warily(file: FileId, text: &str) -> Scan {
    Scanner::run(file, text, Wary { unclosed: true, surplus: true })
}

/// What is wrong with the braces of the file.
#[derive(Debug, Clone, Copy, Default)]
struct Wary {
    /// Some are not closed.
    unclosed: bool,
    /// Some close nothing.
    surplus: bool,
}

struct Open {
    bracket: u8,
    at: usize,
    /// Of the line that it stands on.
    indentation: usize,
    /// The first line behind it that is indented no deeper.
    outdented: Option<usize>,
}

struct Scanner<'a> {
    file: FileId,
    text: &'a str,
    wary: Wary,
    /// Open brackets, as far as they are nested no deeper than is read.
    stack: Vec<Open>,
    /// How many more are open.
    deeper: usize,
    /// Braces in the stack.
    braces: usize,
    indentation: usize,
    scan: Scan,
}

impl<'a> Scanner<'a> {
    fn run(file: FileId, text: &'a str, wary: Wary) -> Scan {
        let (stack, scan) = (Vec::new(), Scan::default());
        let mut scanner = Self { file, text, wary, stack, deeper: 0, braces: 0, indentation: 0, scan };
        scanner.look();
        scanner.scan
    }

    fn look(&mut self) {
        for lexeme in lexemes(self.text, 0) {
            if lexeme.first_on_line {
                self.line_start(lexeme);
            }
            match lexeme.kind {
                Kind::Comment => self.comment(lexeme),
                Kind::Symbol => match self.text.as_bytes()[lexeme.start] {
                    bracket @ (b'{' | b'(') => self.open(bracket, lexeme.start),
                    b')' => self.close_parenthesis(lexeme.start),
                    b'}' => self.close_brace(lexeme),
                    _ => {}
                },
                _ => {}
            }
        }
        self.abandon(self.text.len());
        self.scan.faults.sort_by_key(|f| f.at);
    }

    fn comment(&mut self, lexeme: Lexeme) {
        let text = self.text[lexeme.start..lexeme.end].trim_end();
        let span = Span::new(self.file, lexeme.start, lexeme.start + text.len());
        self.scan.comments.push(Comment { text: text[1..].to_owned(), own_line: lexeme.first_on_line, span });
    }

    fn line_start(&mut self, lexeme: Lexeme) {
        let before = &self.text.as_bytes()[..lexeme.start];
        self.indentation = before.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if lexeme.kind == Kind::Word {
            self.item_start(lexeme);
        }
        let closes = self.text.as_bytes()[lexeme.start] == b'}';
        let open = self.stack.last_mut().filter(|_| !closes && lexeme.kind != Kind::Comment);
        if let Some(open) = open.filter(|open| self.indentation <= open.indentation) {
            open.outdented.get_or_insert(lexeme.start);
        }
    }

    fn item_start(&mut self, lexeme: Lexeme) {
        let word = &self.text[lexeme.start..lexeme.end];
        let first_column = self.indentation == 0;
        let begins = if words::ITEMS.contains(&word) {
            self.scan.doubtful |= first_column && self.braces > 0;
            let wary = self.wary.unclosed || self.wary.surplus;
            self.stack.is_empty() || first_column && (wary || self.braces == 0)
        } else {
            // A misspelt keyword, most likely.
            self.stack.is_empty() && first_column && !words::RESERVED.contains(&word)
        };
        if begins {
            self.abandon(lexeme.start);
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
        self.stack.push(Open { bracket, at, indentation: self.indentation, outdented: None });
        self.braces += usize::from(bracket == b'{');
    }

    fn close_parenthesis(&mut self, at: usize) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if self.stack.last().is_some_and(|open| open.bracket == b'(') {
            self.stack.pop();
        } else {
            self.fault(BracketFault { at, bracket: b')', closes_before: None });
        }
    }

    fn close_brace(&mut self, lexeme: Lexeme) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        while self.stack.last().is_some_and(|open| open.bracket == b'(') && self.braces > 0 {
            self.give_up_last(lexeme.start);
        }
        let (mut surplus, indentation) = (self.braces == 0, self.indentation);
        if lexeme.first_on_line && self.wary.unclosed && self.stack.iter().any(|o| o.indentation == indentation) {
            while self.stack.last().is_some_and(|open| open.indentation > indentation) {
                self.give_up_last(lexeme.start);
            }
        }
        if lexeme.first_on_line && self.wary.surplus {
            surplus |= self.stack.last().is_some_and(|open| open.indentation < indentation);
        }
        if surplus {
            self.fault(BracketFault { at: lexeme.start, bracket: b'}', closes_before: None });
        } else if let Some(open) = self.stack.pop() {
            // A parenthesis, where the indentation has closed the brace around it.
            self.braces -= usize::from(open.bracket == b'{');
        }
    }

    /// Gives up what is open: something else begins at `before`.
    fn abandon(&mut self, before: usize) {
        self.deeper = 0;
        while !self.stack.is_empty() {
            self.give_up_last(before);
        }
    }

    fn give_up_last(&mut self, before: usize) {
        if let Some(open) = self.stack.pop() {
            self.braces -= usize::from(open.bracket == b'{');
            let closes_before = Some(open.outdented.unwrap_or(before));
            self.fault(BracketFault { at: open.at, bracket: open.bracket, closes_before });
        }
    }

    fn fault(&mut self, fault: BracketFault) {
        if self.scan.faults.len() < MAX_FAULTS {
            self.scan.faults.push(fault);
        }
    }
}
