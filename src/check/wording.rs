//! Words of messages and reasons: lists, and the user's own text on one line.

use crate::diagnostics::{Sources, Span};

/// `a, b and c`
pub(super) fn list<T: AsRef<str>>(parts: &[T], joint: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {joint} {}", first.join(", "), last.as_ref())
        }
    }
}

/// The source text of a place on one line.
pub(super) fn squeezed(sources: &Sources, span: Span) -> String {
    let text = sources.text(span);
    let lines = text.lines().map(|line| if text.contains('\n') { uncommented(line) } else { line });
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// A line up to a comment.
pub(super) fn uncommented(line: &str) -> &str {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' if !escaped => quoted = !quoted,
            '#' if !quoted => return &line[..at],
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    line
}
