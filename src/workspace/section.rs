//! One table of the manifest, read key by key.
//!
//! Takes a parsed TOML table, gives typed values with their places and says what is wrong with the rest. Invariant: a
//! key that nobody asked for is an error when the section is finished, so that no slip goes unseen.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Span, codes, did_you_mean};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct At<T> {
    pub value: T,
    pub span: Span,
}

pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// A table and the keys that were asked for.
pub(super) struct Section<'a> {
    table: &'a DeTable<'a>,
    /// As people write it: `[accounts]`, `column employees`.
    pub title: String,
    /// The key that opens it.
    pub span: Span,
    pub found: &'a RefCell<Diagnostics>,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    pub fn new(table: &'a DeTable<'a>, title: String, span: Span, found: &'a RefCell<Diagnostics>) -> Self {
        Self { table, title, span, found, asked: Vec::new() }
    }

    pub fn file(&self) -> FileId {
        self.span.file
    }

    pub fn report(&self, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(diagnostic);
    }

    pub fn spanned<T>(&self, at: &Spanned<T>) -> Span {
        span_of(self.file(), at)
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where the key itself stands.
    pub fn key_span(&self, key: &str) -> Span {
        self.table.get_key_value(key).map_or(self.span, |(k, _)| self.spanned(k))
    }

    pub fn value(&mut self, key: &'static str) -> Option<&'a Value<'a>> {
        self.asked.push(key);
        self.table.get(key)
    }

    pub fn text(&mut self, key: &'static str) -> Option<At<String>> {
        let value = self.value(key)?;
        self.as_text(key, value)
    }

    /// Reports when the key is absent.
    pub fn needed_text(&mut self, key: &'static str, help: &str) -> Option<At<String>> {
        if !self.has(key) {
            self.asked.push(key);
            self.missing(key, help);
            return None;
        }
        self.text(key)
    }

    pub fn missing(&self, key: &str, help: &str) {
        self.report(
            Diagnostic::error(codes::workspace::MISSING_KEY, format!("{} needs `{key}`", self.title))
                .label(self.span, format!("`{key}` is not here"))
                .help(help),
        );
    }

    pub fn flag(&mut self, key: &'static str) -> Option<At<bool>> {
        let value = self.value(key)?;
        match value.get_ref().as_bool() {
            Some(flag) => Some(At { value: flag, span: self.spanned(value) }),
            None => {
                self.wrong(key, value, "`true` or `false`");
                None
            }
        }
    }

    /// One text or a list of them.
    pub fn texts(&mut self, key: &'static str) -> Option<At<Vec<String>>> {
        let value = self.value(key)?;
        let span = self.spanned(value);
        match value.get_ref() {
            DeValue::Array(list) => {
                let texts = list.iter().filter_map(|v| self.as_text(key, v).map(|t| t.value)).collect();
                Some(At { value: texts, span })
            }
            _ => self.as_text(key, value).map(|t| At { value: vec![t.value], span }),
        }
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        self.one_of(key, &text, words)
    }

    pub fn one_of<T: Copy>(&self, key: &str, text: &At<String>, words: &[(&str, T)]) -> Option<T> {
        let hit = words.iter().find(|(word, _)| *word == text.value);
        if hit.is_none() {
            let known = listed(words.iter().map(|(word, _)| *word));
            self.report(
                Diagnostic::error(codes::workspace::WRONG_VALUE, format!("`{}` is no `{key}`", text.value))
                    .label(text.span, format!("one of {known} is due"))
                    .maybe_help(did_you_mean(&text.value, words.iter().map(|(word, _)| *word))),
            );
        }
        hit.map(|(_, value)| *value)
    }

    /// A table within this one.
    pub fn section(&mut self, key: &'static str, title: &str) -> Option<Section<'a>> {
        let value = self.value(key)?;
        let span = self.key_span(key);
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::new(table, title.to_owned(), span, self.found)),
            _ => {
                self.wrong(key, value, "a table");
                None
            }
        }
    }

    /// Every key of a table whose keys are names of the user's, in the order in which they are written.
    pub fn entries(&self) -> Vec<(At<String>, &'a Value<'a>)> {
        let entry = |(key, value): (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Value<'a>)| {
            (At { value: key.get_ref().to_string(), span: self.spanned(key) }, value)
        };
        let mut entries: Vec<_> = self.table.iter().map(entry).collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    pub fn as_text(&self, key: &str, value: &Value) -> Option<At<String>> {
        match value.get_ref().as_str() {
            Some(text) => Some(At { value: text.to_owned(), span: self.spanned(value) }),
            None => {
                self.wrong(key, value, "a text in quotes");
                None
            }
        }
    }

    /// Reports a value of the wrong kind.
    pub fn wrong(&self, key: &str, value: &Value, due: &str) {
        let message = format!("`{key}` of {} is {}", self.title, kind(value));
        self.report(
            Diagnostic::error(codes::workspace::WRONG_VALUE, message)
                .label(self.spanned(value), format!("{due} is due")),
        );
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self) {
        for (key, _) in self.entries() {
            if self.asked.contains(&key.value.as_str()) {
                continue;
            }
            let mut known = self.asked.clone();
            known.sort_unstable();
            known.dedup();
            let help = did_you_mean(&key.value, known.iter().copied())
                .unwrap_or_else(|| format!("{} knows {}", self.title, listed(known.iter().copied())));
            self.report(
                Diagnostic::error(codes::workspace::UNKNOWN_KEY, format!("{} has no key `{}`", self.title, key.value))
                    .label(key.span, "nothing reads this")
                    .help(help),
            );
        }
    }
}

pub(super) fn span_of<T>(file: FileId, at: &Spanned<T>) -> Span {
    Span::new(file, at.span().start, at.span().end)
}

/// `` `a`, `b` and `c` ``
pub(super) fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|w| format!("`{w}`")).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn kind(value: &Value) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
