//! What is to be laid out: tokens with their comments, and where lines may break.
//!
//! Widths are counted in characters. A comment within a run of tokens makes it as good as endless: it has to break.

/// One token with the comments around it.
#[derive(Debug, Default)]
pub(super) struct Token {
    pub text: String,
    /// Comments on lines of their own before it.
    pub before: Vec<Above>,
    /// The comment that ends its line.
    pub after: Option<String>,
    /// An empty line stood before it.
    pub blank_before: bool,
    /// No blank stands between it and the token before, or behind.
    pub tight_before: bool,
    pub tight_after: bool,
}

/// A comment on a line of its own.
#[derive(Debug)]
pub(super) struct Above {
    /// With its `#`.
    pub text: String,
    pub blank_before: bool,
}

#[derive(Debug)]
pub(super) enum Doc {
    Token(Token),
    Blanks(usize),
    /// A blank, or the end of a line where the chain around it breaks.
    Break,
    Sequence(Vec<Doc>),
    /// All of its breaks break, or none; lines that follow stand one step further in.
    Chain(Vec<Doc>),
    /// As many parts on a line as it takes; lines that follow begin below the first part.
    Hanging(Vec<Doc>),
    /// In parentheses; where it breaks, the parts stand between the lines of the parentheses, one step further in.
    Parentheses {
        open: Token,
        parts: Vec<Doc>,
        close: Token,
    },
    /// In braces, a part a line.
    Block {
        open: Token,
        lines: Vec<Doc>,
        close: Token,
    },
}

/// What lies before the first place where a line may end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub width: usize,
    /// There is such a place.
    pub ends: bool,
}

impl Token {
    fn width(&self) -> usize {
        self.text.chars().count()
    }

    fn commented(&self) -> bool {
        !self.before.is_empty() || self.after.is_some()
    }
}

impl Doc {
    pub fn first(&self) -> Option<&Token> {
        match self {
            Doc::Token(token) | Doc::Parentheses { open: token, .. } | Doc::Block { open: token, .. } => Some(token),
            Doc::Blanks(_) | Doc::Break => None,
            Doc::Sequence(parts) | Doc::Chain(parts) | Doc::Hanging(parts) => parts.iter().find_map(Doc::first),
        }
    }

    pub fn last_mut(&mut self) -> Option<&mut Token> {
        match self {
            Doc::Token(token) | Doc::Parentheses { close: token, .. } | Doc::Block { close: token, .. } => Some(token),
            Doc::Blanks(_) | Doc::Break => None,
            Doc::Sequence(parts) | Doc::Chain(parts) | Doc::Hanging(parts) => {
                parts.iter_mut().rev().find_map(Doc::last_mut)
            }
        }
    }

    pub fn first_mut(&mut self) -> Option<&mut Token> {
        match self {
            Doc::Token(token) | Doc::Parentheses { open: token, .. } | Doc::Block { open: token, .. } => Some(token),
            Doc::Blanks(_) | Doc::Break => None,
            Doc::Sequence(parts) | Doc::Chain(parts) | Doc::Hanging(parts) => parts.iter_mut().find_map(Doc::first_mut),
        }
    }

    /// The width on one line, up to the first brace that opens a block; none where a comment stands within.
    /// Comments before the first token and behind the last do not count.
    pub fn flat_width(&self) -> Option<usize> {
        let mut flat = Flat::default();
        flat.add(self);
        flat.width()
    }

    /// The same for several, one behind the other.
    pub fn flat_width_of<'a>(docs: impl IntoIterator<Item = &'a Doc>) -> Option<usize> {
        let mut flat = Flat::default();
        for doc in docs {
            flat.add(doc);
        }
        flat.width()
    }

    pub fn has_block(&self) -> bool {
        match self {
            Doc::Block { .. } => true,
            Doc::Token(_) | Doc::Blanks(_) | Doc::Break => false,
            Doc::Sequence(parts) | Doc::Chain(parts) | Doc::Hanging(parts) | Doc::Parentheses { parts, .. } => {
                parts.iter().any(Doc::has_block)
            }
        }
    }

    /// Any token, the outermost ones included, has a comment.
    pub fn has_comment(&self) -> bool {
        match self {
            Doc::Token(token) => token.commented(),
            Doc::Blanks(_) | Doc::Break => false,
            Doc::Sequence(parts) | Doc::Chain(parts) | Doc::Hanging(parts) => parts.iter().any(Doc::has_comment),
            Doc::Parentheses { open, parts, close } | Doc::Block { open, lines: parts, close } => {
                open.commented() || close.commented() || parts.iter().any(Doc::has_comment)
            }
        }
    }

    pub fn head(&self) -> Head {
        match self {
            Doc::Token(token) => Head { width: token.width(), ends: token.after.is_some() },
            Doc::Blanks(n) => Head { width: *n, ends: false },
            Doc::Break => Head { width: 0, ends: true },
            Doc::Sequence(parts) | Doc::Chain(parts) => Doc::head_of(parts),
            Doc::Hanging(parts) => {
                let first = parts.first().map_or(Head { width: 0, ends: false }, Doc::head);
                Head { width: first.width, ends: first.ends || parts.len() > 1 }
            }
            Doc::Parentheses { open, .. } | Doc::Block { open, .. } => Head { width: open.width(), ends: true },
        }
    }

    pub fn head_of(parts: &[Doc]) -> Head {
        let mut width = 0;
        for part in parts {
            let head = part.head();
            width += head.width;
            if head.ends {
                return Head { width, ends: true };
            }
        }
        Head { width, ends: false }
    }
}

/// Adds up widths token by token.
#[derive(Debug, Default)]
struct Flat {
    width: usize,
    tokens: usize,
    /// The last token ends its line.
    ended: bool,
    /// A comment stands between two tokens.
    torn: bool,
    /// A block has begun.
    done: bool,
}

impl Flat {
    fn width(&self) -> Option<usize> {
        (!self.torn).then_some(self.width)
    }

    fn token(&mut self, token: &Token) {
        if self.done {
            return;
        }
        self.torn |= self.ended || (self.tokens > 0 && !token.before.is_empty());
        self.width += token.width();
        self.tokens += 1;
        self.ended = token.after.is_some();
    }

    fn add(&mut self, doc: &Doc) {
        if self.done || self.torn {
            return;
        }
        match doc {
            Doc::Token(token) => self.token(token),
            Doc::Blanks(n) => self.width += n,
            Doc::Break => self.width += 1,
            Doc::Sequence(parts) | Doc::Chain(parts) => parts.iter().for_each(|part| self.add(part)),
            Doc::Hanging(parts) => self.spaced(parts),
            Doc::Parentheses { open, parts, close } => {
                self.token(open);
                self.spaced(parts);
                self.token(close);
            }
            Doc::Block { open, .. } => {
                self.token(open);
                self.done = true;
            }
        }
    }

    fn spaced(&mut self, parts: &[Doc]) {
        for (i, part) in parts.iter().enumerate() {
            self.width += usize::from(i > 0 && !self.done);
            self.add(part);
        }
    }
}
