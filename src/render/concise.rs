//! A line a finding, for editors, `grep` and logs: `plan.terr:3:5: error[unknown-name]: …`.

use crate::diagnostics::{Diagnostic, Sources};

use super::human::{printable, severity};

/// The findings in their order. Places are given from the folder that the program runs in.
pub fn findings<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources) -> String {
    diagnostics.into_iter().map(|diagnostic| line(diagnostic, sources)).collect()
}

fn line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = diagnostic.labels.first().map_or_else(String::new, |label| {
        let position = sources.position(label.span);
        format!("{}:{}:{}: ", sources.path(label.span.file), position.line, position.column)
    });
    let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
    let said =
        format!("{place}{}[{}]: {}{help}", severity(diagnostic.severity), diagnostic.code.name, diagnostic.message);
    let words: Vec<&str> = said.split('\n').map(str::trim).collect();
    format!("{}\n", printable(&words.join(" ")))
}
