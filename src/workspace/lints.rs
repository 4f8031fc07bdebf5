//! The section `[lints]`: `code = "allow"`, or `code = { level = "warn", limit = "5%" }`.

use std::cell::RefCell;

use toml::de::DeValue;

use super::section::{At, Section, Value};
use crate::diagnostics::lints::{LINTS, Level, Lint};
use crate::diagnostics::{Code, Diagnostic, codes, did_you_mean};

/// The level of every lint, as the manifest has it.
#[derive(Debug, Clone)]
pub struct Lints(Vec<Lint>);

impl Default for Lints {
    fn default() -> Self {
        Self(LINTS.to_vec())
    }
}

impl PartialEq for Lints {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().map(|l| (l.code, l.level, l.limit)).eq(other.0.iter().map(|l| (l.code, l.level, l.limit)))
    }
}

impl Lints {
    /// `None` for a code whose level cannot be set.
    pub fn of(&self, code: Code) -> Option<&Lint> {
        self.0.iter().find(|lint| lint.code == code)
    }

    pub fn level(&self, code: Code) -> Level {
        self.of(code).map_or(Level::Warn, |lint| lint.level)
    }

    /// # Panics
    ///
    /// For a lint without one: a bug of the caller.
    pub fn limit(&self, code: Code) -> f64 {
        self.of(code).and_then(|lint| lint.limit).expect("the lint has a limit")
    }
}

const LEVELS: &[(&str, Level)] = &[("allow", Level::Allow), ("warn", Level::Warn), ("deny", Level::Deny)];

pub(super) fn read(section: &Section) -> Lints {
    let mut lints = Lints::default();
    for (name, value) in section.entries() {
        let Some(lint) = lints.0.iter_mut().find(|lint| lint.code.name == name.value) else {
            section.report(unknown(&name));
            continue;
        };
        match value.get_ref() {
            DeValue::Table(table) => {
                let found: &RefCell<_> = section.found;
                let mut inner = Section::new(table, format!("lint `{}`", name.value), name.span, found);
                if let Some(level) = inner.word("level", LEVELS) {
                    lint.level = level;
                }
                if lint.limit.is_some() {
                    lint.limit = inner.value("limit").and_then(|v| share(&inner, v)).or(lint.limit);
                }
                inner.finish();
            }
            _ => {
                let text = section.as_text(&name.value, value);
                if let Some(level) = text.and_then(|text| section.one_of("level", &text, LEVELS)) {
                    lint.level = level;
                }
            }
        }
    }
    lints
}

fn unknown(name: &At<String>) -> Diagnostic {
    let known = || LINTS.iter().map(|lint| lint.code.name);
    if codes::find(&name.value).is_some() {
        return Diagnostic::error(
            codes::workspace::UNKNOWN_KEY,
            format!("the level of `{}` cannot be set", name.value),
        )
        .label(name.span, "this finding is what it is")
        .help(format!("levels are set of {}", super::section::listed(known())));
    }
    Diagnostic::error(codes::workspace::UNKNOWN_KEY, format!("no lint is called `{}`", name.value))
        .label(name.span, "nothing reads this")
        .help(
            did_you_mean(&name.value, known())
                .unwrap_or_else(|| format!("there are {}", super::section::listed(known()))),
        )
}

/// `0.05` or `"5%"`
fn share(section: &Section, value: &Value) -> Option<f64> {
    let number = match value.get_ref() {
        DeValue::Float(float) => float.as_str().parse().ok(),
        DeValue::Integer(integer) => integer.as_str().parse().ok(),
        DeValue::String(text) => {
            text.trim().strip_suffix('%').and_then(|n| n.trim().parse::<f64>().ok()).map(|n| n / 100.0)
        }
        _ => None,
    };
    let share = number.filter(|n: &f64| (0.0..=1.0).contains(n));
    if share.is_none() {
        section.wrong("limit", value, "a share such as `0.05` or `\"5%\"`");
    }
    share
}
