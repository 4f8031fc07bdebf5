//! What a written text wants of a column's texts.
//!
//! Takes a text as the plan has it, gives what fits: the text itself, with a `*` at its end a beginning, with a `*` at
//! its start an ending, with both a part. A `*` anywhere else stands for itself, as does a lone `*` before nothing.

use std::fmt;

use crate::plan::{TextPattern, TextSearch};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Pattern(TextPattern),
    Search(TextSearch),
}

impl Wanted {
    pub fn of(text: &str) -> Self {
        let (inner, open_end) = match text.strip_suffix('*') {
            Some(inner) => (inner, true),
            None => (text, false),
        };
        match (inner.strip_prefix('*').filter(|part| !part.is_empty()), open_end) {
            (None, false) => Wanted::exactly(inner),
            (None, true) => Wanted::Pattern(TextPattern::StartsWith(inner.to_owned())),
            (Some(end), false) => Wanted::Search(TextSearch::EndsWith(end.to_owned())),
            (Some(part), true) => Wanted::Search(TextSearch::Contains(part.to_owned())),
        }
    }

    pub fn exactly(text: &str) -> Self {
        Wanted::Pattern(TextPattern::Exactly(text.to_owned()))
    }

    pub fn takes(&self, text: &str) -> bool {
        match self {
            Wanted::Pattern(TextPattern::Exactly(exact)) => exact == text,
            Wanted::Pattern(TextPattern::StartsWith(prefix)) => text.starts_with(prefix.as_str()),
            Wanted::Search(search) => search.finds(text),
        }
    }
}

/// As it is written.
impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Pattern(TextPattern::Exactly(text)) => f.write_str(text),
            Wanted::Pattern(TextPattern::StartsWith(prefix)) => write!(f, "{prefix}*"),
            Wanted::Search(TextSearch::EndsWith(end)) => write!(f, "*{end}"),
            Wanted::Search(TextSearch::Contains(part)) => write!(f, "*{part}*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_open_the_ends() {
        let takes = |written: &str, text: &str| Wanted::of(written).takes(text);
        assert!(takes("Acme", "Acme") && !takes("Acme", "Acme Inc"));
        assert!(takes("Ac*", "Acme") && !takes("Ac*", "Big Acme"));
        assert!(takes("*me", "Acme") && !takes("*me", "Acme Inc"));
        assert!(takes("*cm*", "Acme Inc") && takes("*cm*", "cm") && !takes("*cm*", "Big Co"));
        assert!(takes("*", "") && takes("*", "anything") && takes("**", "*x") && !takes("a*c", "abc"));
        for written in ["Acme", "Ac*", "*me", "*cm*", "*", "a*c"] {
            assert_eq!(Wanted::of(written).to_string(), written);
        }
    }
}
