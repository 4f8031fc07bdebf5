//! Lays a [`Doc`] out in lines.
//!
//! Whatever the layout decides, a comment that ends its line ends it, and a comment on a line of its own keeps it:
//! the next token begins a new line, at the indentation of what it is part of.

use super::doc::{Doc, Token};

/// Characters of a line, where there is a choice.
pub(super) const WIDTH: usize = 120;

/// Blanks of one step further in.
pub(super) const STEP: usize = 2;

/// A comment that would stand farther to the right is not aligned with its neighbours.
const MAX_COMMENT_COLUMN: usize = 90;

/// Lays out the lines of a file. `apart` says of every line whether an empty line has to stand before it.
pub(super) fn print(lines: &[Doc], apart: impl Fn(usize) -> bool) -> Lines {
    let mut printer = Printer::default();
    for (i, line) in lines.iter().enumerate() {
        printer.line(line, 0, i == 0, i > 0 && apart(i));
    }
    printer.new_line(0);
    Lines(printer.lines)
}

/// Lines that are laid out but for the comments at their ends.
pub(super) struct Lines(Vec<Line>);

#[derive(Debug, Default)]
struct Line {
    indentation: usize,
    text: String,
    comment: Option<String>,
}

impl Lines {
    /// A comment line, at the end of a file.
    pub fn push_comment(&mut self, text: &str, blank_before: bool) {
        if blank_before && !self.0.is_empty() {
            self.0.push(Line::default());
        }
        self.0.push(Line { indentation: 0, text: text.to_owned(), comment: None });
    }

    /// The text, with the comments of neighbouring lines one below the other.
    pub fn finish(self) -> String {
        let mut text = String::new();
        let mut from = 0;
        while from < self.0.len() {
            let run = self.0[from..]
                .iter()
                .position(|l| l.text.is_empty() || l.indentation != self.0[from].indentation)
                .unwrap_or(self.0.len() - from)
                .max(1);
            let lines = &self.0[from..from + run];
            let aligned = |l: &&Line| l.comment.is_some() && l.width() <= MAX_COMMENT_COLUMN;
            let column = lines.iter().filter(aligned).map(Line::width).max().unwrap_or(0);
            for line in lines {
                text.extend(std::iter::repeat_n(' ', if line.text.is_empty() { 0 } else { line.indentation }));
                text.push_str(&line.text);
                if let Some(comment) = &line.comment {
                    text.extend(std::iter::repeat_n(' ', STEP + column.saturating_sub(line.width())));
                    text.push_str(comment);
                }
                text.push('\n');
            }
            from += run;
        }
        text
    }
}

impl Line {
    fn width(&self) -> usize {
        self.indentation + self.text.chars().count()
    }
}

#[derive(Debug, Default)]
struct Printer {
    lines: Vec<Line>,
    current: Line,
    /// Of the current line, while it is empty.
    start: usize,
    /// Of the lines that follow.
    indentation: usize,
    /// A comment has ended the line.
    ended: bool,
    /// A part of a block begins here.
    at_part: bool,
    /// So an empty line before it is kept; not before the first.
    keeps_blank: bool,
}

impl Printer {
    fn at_start(&self) -> bool {
        self.current.text.is_empty()
    }

    /// Indentation and column at which the next token comes to stand.
    fn place(&self) -> (usize, usize) {
        if self.at_start() {
            (self.start, self.start)
        } else if self.ended {
            (self.indentation, self.indentation)
        } else {
            (self.current.indentation, self.current.width())
        }
    }

    fn fits(&self, width: Option<usize>, rest: usize) -> bool {
        width.is_some_and(|width| self.place().1 + width + rest <= WIDTH)
    }

    /// Ends the line if anything stands on it; the next begins at an indentation.
    fn new_line(&mut self, start: usize) {
        if !self.at_start() {
            let mut line = std::mem::take(&mut self.current);
            line.text.truncate(line.text.trim_end().len());
            self.lines.push(line);
        }
        (self.start, self.ended) = (start, false);
    }

    fn blank_line(&mut self) {
        if self.lines.last().is_some_and(|l| !l.text.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    fn write(&mut self, text: &str) {
        if self.ended {
            self.new_line(self.indentation);
        }
        if self.at_start() {
            self.current.indentation = self.start;
        }
        self.current.text.push_str(text);
    }

    fn blanks(&mut self, n: usize) {
        if !self.at_start() && !self.ended {
            self.current.text.extend(std::iter::repeat_n(' ', n));
        }
    }

    fn comments_above(&mut self, token: &Token) {
        let start = if self.at_start() { self.start } else { self.indentation };
        for comment in &token.before {
            self.new_line(start);
            if self.keeps_blank && comment.blank_before {
                self.blank_line();
            }
            self.write(&comment.text);
            self.new_line(start);
            self.keeps_blank = self.at_part;
        }
    }

    fn token(&mut self, token: &Token) {
        self.comments_above(token);
        if self.keeps_blank && token.blank_before {
            self.blank_line();
        }
        self.last_token(token);
    }

    /// A token whose comments above have been written.
    fn last_token(&mut self, token: &Token) {
        self.write(&token.text);
        (self.keeps_blank, self.at_part) = (false, false);
        if let Some(comment) = &token.after {
            self.current.comment = Some(comment.clone());
            self.ended = true;
        }
    }

    /// A part of a block on a line of its own.
    fn line(&mut self, doc: &Doc, indentation: usize, first: bool, apart: bool) {
        self.new_line(indentation);
        if apart {
            self.blank_line();
        }
        (self.at_part, self.keeps_blank) = (true, !first);
        self.within(indentation, |p| p.doc(doc, 0));
    }

    fn within(&mut self, indentation: usize, run: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.indentation, indentation);
        run(self);
        self.indentation = before;
    }

    /// `rest` is the width of what has to follow on the same line.
    fn doc(&mut self, doc: &Doc, rest: usize) {
        match doc {
            Doc::Token(token) => self.token(token),
            Doc::Blanks(n) => self.blanks(*n),
            Doc::Break => self.blanks(1),
            Doc::Sequence(parts) => self.sequence(parts, rest, false),
            Doc::Chain(parts) => {
                let breaks = !self.fits(doc.flat_width(), rest);
                self.within(self.place().0 + STEP, |p| p.sequence(parts, rest, breaks));
            }
            Doc::Hanging(parts) => self.within(self.place().1, |p| p.fill(parts, rest)),
            Doc::Parentheses { open, parts, close } => {
                let (base, fits) = (self.place().0, self.fits(doc.flat_width(), rest));
                self.token(open);
                self.within(base + STEP, |p| {
                    if fits {
                        p.fill(parts, rest + 1);
                        // Behind a block within.
                        p.comments_above(close);
                    } else {
                        p.new_line(base + STEP);
                        p.fill(parts, 0);
                        p.new_line(base + STEP);
                        p.comments_above(close);
                        p.new_line(base);
                    }
                });
                self.last_token(close);
            }
            Doc::Block { open, lines, close } => self.block(open, lines, close),
        }
    }

    fn sequence(&mut self, parts: &[Doc], rest: usize, breaks: bool) {
        for (i, part) in parts.iter().enumerate() {
            if matches!(part, Doc::Break) && breaks {
                self.new_line(self.indentation);
                continue;
            }
            let head = Doc::head_of(&parts[i + 1..]);
            self.doc(part, head.width + if head.ends { 0 } else { rest });
        }
    }

    fn fill(&mut self, parts: &[Doc], rest: usize) {
        let commented = Doc::flat_width_of(parts).is_none();
        for (i, part) in parts.iter().enumerate() {
            let rest = if i + 1 == parts.len() { rest } else { 0 };
            if i > 0 {
                if commented || !self.fits(part.flat_width(), rest + 1) {
                    self.new_line(self.indentation);
                } else {
                    self.blanks(1);
                }
            }
            self.doc(part, rest);
        }
    }

    fn block(&mut self, open: &Token, lines: &[Doc], close: &Token) {
        let base = self.place().0;
        self.token(open);
        if lines.is_empty() && close.before.is_empty() && open.after.is_none() {
            self.last_token(close);
            return;
        }
        for (i, line) in lines.iter().enumerate() {
            self.line(line, base + STEP, i == 0, false);
        }
        self.new_line(base + STEP);
        (self.at_part, self.keeps_blank) = (true, !lines.is_empty());
        self.comments_above(close);
        self.new_line(base);
        self.last_token(close);
    }
}
