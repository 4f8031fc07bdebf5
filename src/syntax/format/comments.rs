//! Comments and empty lines, given to the tokens that they stand beside.

use super::doc::{Above, Token};
use crate::syntax::ast::Comment;
use crate::syntax::lexeme::is_blank;

/// The comments of a file, taken in their order.
pub(super) struct Comments<'a> {
    text: &'a str,
    left: &'a [Comment],
}

impl<'a> Comments<'a> {
    pub fn new(text: &'a str, comments: &'a [Comment]) -> Self {
        Self { text, left: comments }
    }

    /// A token of the file with the comments above it and the one that ends its line. Tokens are asked for in their
    /// order.
    pub fn token(&mut self, start: usize, end: usize) -> Token {
        let above = self.left.partition_point(|c| (c.span.start as usize) < start);
        let before = self.take(above);
        let ends_line = self.left.first().filter(|comment| {
            let between = &self.text[end..comment.span.start as usize];
            !comment.own_line && between.chars().all(is_blank)
        });
        let after = ends_line.map(|comment| format!("#{}", comment.text));
        if after.is_some() {
            self.left = &self.left[1..];
        }
        let text = self.text[start..end].trim_end().to_owned();
        Token { text, before, after, blank_before: self.blank_before(start), ..Token::default() }
    }

    /// What stands behind the last token.
    pub fn rest(&mut self) -> Vec<Above> {
        self.take(self.left.len())
    }

    fn take(&mut self, n: usize) -> Vec<Above> {
        let (taken, left) = self.left.split_at(n);
        self.left = left;
        let above = |comment: &Comment| Above {
            text: format!("#{}", comment.text),
            blank_before: self.blank_before(comment.span.start as usize),
        };
        taken.iter().map(above).collect()
    }

    /// An empty line ends before this place.
    fn blank_before(&self, at: usize) -> bool {
        let blanks = self.text[..at].chars().rev().take_while(|c| *c == '\n' || is_blank(*c));
        blanks.filter(|c| *c == '\n').count() > 1
    }
}
