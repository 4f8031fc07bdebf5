//! Text to syntax tree.
//!
//! [`parse`] takes the text of one file and gives its [`ast::File`] and diagnostics; it never fails and never panics.
//! What cannot be read is left out and reported: an item alone, or a line alone inside the braces of an item, so that
//! one run reports several errors. No name means anything yet, and no file is opened.
//!
//! Items are read one by one (`parser`) with the grammar (`grammar/terrac.pest`), after one look over the brackets
//! (`scan`); pairs become the tree in `walk`; what could not be read is put in people's words by `explain`.

pub mod ast;
mod explain;
mod format;
mod grammar;
mod lexeme;
mod mend;
mod parser;
mod scan;
mod walk;
pub mod words;

pub use format::format;
pub use lexeme::{tokens_of, words_of};
pub use parser::parse;

/// The size of a plan file, in bytes, beyond which it is not read.
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// How many brackets may stand within each other.
pub const MAX_NESTING: usize = 64;

/// How deep the tree of an expression may be: operators in a row count like brackets.
pub const MAX_EXPRESSION_DEPTH: usize = 256;

/// A file with more errors than this is not explained to its end.
pub const MAX_FINDINGS: usize = 200;
