//! The one layout of a plan file.
//!
//! [`format()`] takes the text of a file and gives it back in canonical form. Tokens and comments are what was written,
//! in their order; only blanks, the ends of lines and the commas between the columns of a test's account are the
//! formatter's. What it writes depends on the tokens, the comments and the empty lines between the parts of a block
//! (one is kept), so formatting twice is formatting once. Before the text is given away it is read again: it must say
//! the same and hold the same comments.
//!
//! Pairs of the grammar become [`doc::Doc`]s in `flow` (expressions and whatever runs along a line) and `build`
//! (blocks and items), `print` lays them out. A file with errors is not touched.

mod build;
mod comments;
mod doc;
mod flow;
mod print;

use super::ast::File;
use super::parser::parse;
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Span, codes::syntax as codes};
use comments::Comments;

/// The text of a file in canonical form, or why it has none.
pub fn format(id: FileId, text: &str) -> Result<String, Diagnostics> {
    let (file, findings) = parse(id, text);
    if findings.has_errors() {
        return Err(findings);
    }
    let formatted = layout(&file, text);
    if same(&file, &formatted) {
        return Ok(formatted);
    }
    let refusal = Diagnostic::error(codes::FORMAT_REFUSED, "laid out anew, this file would say something else")
        .label(Span::new(id, 0, 0), "")
        .help("this is a fault of the formatter; the file is left as it is");
    Err(std::iter::once(refusal).collect())
}

fn layout(file: &File, text: &str) -> String {
    let mut comments = Comments::new(text, &file.comments);
    let (items, apart) = build::items(file, text, &mut comments);
    let mut lines = print::print(&items, |i| apart[i]);
    for comment in comments.rest() {
        lines.push_comment(&comment.text, comment.blank_before);
    }
    lines.finish()
}

/// The text is a file that says the same, with the same comments in the same order.
fn same(file: &File, formatted: &str) -> bool {
    let (again, findings) = parse(file.id, formatted);
    let comments = |file: &File| file.comments.iter().map(|c| c.text.clone()).collect::<Vec<_>>();
    !findings.has_errors() && again.items == file.items && comments(&again) == comments(file)
}
