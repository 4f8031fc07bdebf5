//! Text to lexemes: words, numbers, texts, symbols and comments with their places, for the count of brackets and for
//! explaining what the grammar could not read.
//!
//! Every byte that is not blank belongs to exactly one lexeme, whatever the text holds; nothing fails here. Lexemes
//! are coarser than the tokens of the grammar on purpose: `10bn` is one wrong number.

/// What a lexeme is, told by its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// Everything that begins with a digit, dates included.
    Number,
    Text,
    /// A text without a closing quote; it ends with its line.
    OpenText,
    Symbol,
    Comment,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Lexeme {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// Nothing but blanks stands before it on its line.
    pub first_on_line: bool,
}

/// The lexemes of `text` from the byte `start` on, in order.
pub(super) fn lexemes(text: &str, start: usize) -> Lexemes<'_> {
    let first_on_line = text[..start].chars().rev().find(|c| !is_blank(*c)).is_none_or(|c| c == '\n');
    Lexemes { text, at: start, first_on_line }
}

/// The words of a plan in order, outside of texts and comments.
pub fn words_of(text: &str) -> impl Iterator<Item = &str> {
    lexemes(text, 0).filter(|lexeme| lexeme.kind == Kind::Word).map(|lexeme| &text[lexeme.start..lexeme.end])
}

/// Words, numbers, texts and symbols of a plan in order, without comments.
pub fn tokens_of(text: &str) -> impl Iterator<Item = &str> {
    lexemes(text, 0).filter(|lexeme| lexeme.kind != Kind::Comment).map(|lexeme| &text[lexeme.start..lexeme.end])
}

/// Blanks of the grammar and the byte-order mark, which is one at the head of a file.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\x0B' | '\x0C' | '\r' | '\u{A0}' | '\u{FEFF}')
}

/// Symbols of more than one character, the longest first: those of the language and those of its neighbours.
const LONG_SYMBOLS: &[&str] =
    &["..<", "..", "->", "=>", "<=", ">=", "==", "!=", "<>", "&&", "||", ":=", "<-", "**", "//"];

pub(super) struct Lexemes<'a> {
    text: &'a str,
    at: usize,
    first_on_line: bool,
}

impl Iterator for Lexemes<'_> {
    type Item = Lexeme;

    fn next(&mut self) -> Option<Lexeme> {
        let rest = self.skip_blanks();
        let first = rest.chars().next()?;
        let start = self.at;
        let (kind, length) = match first {
            '#' => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
            '"' => text_length(rest),
            '0'..='9' => (Kind::Number, number_length(rest)),
            _ if first == '_' || first.is_alphabetic() => (Kind::Word, word_length(rest)),
            _ => {
                let long = LONG_SYMBOLS.iter().find(|s| rest.starts_with(**s));
                (Kind::Symbol, long.map_or(first.len_utf8(), |s| s.len()))
            }
        };
        self.at = start + length;
        let first_on_line = std::mem::replace(&mut self.first_on_line, false);
        Some(Lexeme { kind, start, end: self.at, first_on_line })
    }
}

impl<'a> Lexemes<'a> {
    fn skip_blanks(&mut self) -> &'a str {
        loop {
            let rest = &self.text[self.at..];
            match rest.chars().next() {
                Some('\n') => {
                    self.first_on_line = true;
                    self.at += 1;
                }
                Some(c) if is_blank(c) => self.at += c.len_utf8(),
                _ => return rest,
            }
        }
    }
}

fn word_length(rest: &str) -> usize {
    rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len())
}

fn number_length(rest: &str) -> usize {
    if let Some(length) = date_length(rest) {
        return length;
    }
    let bytes = rest.as_bytes();
    let mut length = word_length(rest);
    if bytes.get(length) == Some(&b'.') && bytes.get(length + 1).is_some_and(u8::is_ascii_digit) {
        length += 1 + word_length(&rest[length + 1..]);
    }
    length + usize::from(bytes.get(length) == Some(&b'%'))
}

/// Four digits, one or two, one or two: a date, or what was meant as one.
fn date_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = 0;
    for (part, lengths) in [4..=4, 1..=2, 1..=2].into_iter().enumerate() {
        if part > 0 {
            if bytes.get(at) != Some(&b'-') {
                return None;
            }
            at += 1;
        }
        let length = digits(at);
        if !lengths.contains(&length) {
            return None;
        }
        at += length;
    }
    Some(at)
}

fn text_length(rest: &str) -> (Kind, usize) {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return (Kind::OpenText, rest[..at].trim_end_matches('\r').len()),
            '"' if !escaped => return (Kind::Text, at + 1),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    (Kind::OpenText, rest.len())
}
