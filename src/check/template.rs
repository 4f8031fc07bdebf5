//! How a carve's territories are called: `NE-ENT-{n:02}`.

use crate::diagnostics::codes::check::BAD_TEMPLATE;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::syntax::ast;

/// The pattern taken apart: what stands before and behind the number, and how many digits it has at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    before: String,
    width: usize,
    behind: String,
}

impl Template {
    /// `None` unless it holds exactly one `{n}` or `{n:0W}`.
    pub fn parse(text: &str) -> Option<Self> {
        let (before, rest) = text.split_once('{')?;
        let (inner, behind) = rest.split_once('}')?;
        if behind.contains(['{', '}']) || before.contains('}') {
            return None;
        }
        let width = match inner.strip_prefix('n')? {
            "" => 0,
            width => width.strip_prefix(":0")?.parse().ok().filter(|w| (1..=9).contains(w))?,
        };
        Some(Self { before: before.to_owned(), width, behind: behind.to_owned() })
    }

    /// The number of the territory of that name.
    pub fn number(&self, name: &str) -> Option<u32> {
        let digits = name.strip_prefix(self.before.as_str())?.strip_suffix(self.behind.as_str())?;
        let number: u32 = digits.parse().ok()?;
        (number >= 1 && digits == self.digits(number)).then_some(number)
    }

    pub fn example(&self) -> String {
        format!("{}{}{}", self.before, self.digits(1), self.behind)
    }

    fn digits(&self, number: u32) -> String {
        format!("{number:0width$}", width = self.width)
    }
}

/// The carve's pattern, or one made of its name.
pub(super) fn of(carve: &ast::Carve, found: &mut Diagnostics) -> Option<String> {
    let Some(written) = &carve.template else { return Some(format!("{}-{{n:02}}", carve.name.text)) };
    if Template::parse(&written.value).is_none() {
        found.push(
            Diagnostic::error(BAD_TEMPLATE, "the names of the territories need one number")
                .label(written.span, "no `{n}` or `{n:02}`, or more than one")
                .help(format!("write `\"{}-{{n:02}}\"`", written.value.split('{').next().unwrap_or_default())),
        );
        return None;
    }
    Some(written.value.clone())
}
