//! Findings as annotations of a pull request: the workflow commands of GitHub Actions.
//!
//! A command is `::error file=…,line=…,title=…::message`. In a message `%`, CR and LF are written `%25`, `%0D` and
//! `%0A`; in a property `:` and `,` are written `%3A` and `%2C` too (toolkit, `packages/core/src/command.ts`). Columns
//! are given only within one line, as GitHub reads no others; the end is the last column underlined.

use std::fmt::Write as _;

use crate::diagnostics::{Diagnostic, Severity, Sources};

/// The findings in their order, a line each.
pub fn findings<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources) -> String {
    diagnostics.into_iter().map(|diagnostic| command(diagnostic, sources)).collect()
}

fn command(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut text = format!("::{level} ");
    if let Some(label) = diagnostic.labels.first() {
        let source = sources.get(label.span.file);
        let (start, end) = (source.position(label.span.start as usize), source.position(label.span.end as usize));
        let _ =
            write!(text, "file={},line={},endLine={}", property(&sources.path(label.span.file)), start.line, end.line);
        if start.line == end.line {
            let _ = write!(text, ",col={},endColumn={}", start.column, (end.column - 1).max(start.column));
        }
        text.push(',');
    }
    let _ = write!(text, "title={}::", property(diagnostic.code.name));
    let mut said = diagnostic.message.clone();
    for (i, label) in diagnostic.labels.iter().enumerate().filter(|(_, l)| !l.text.is_empty()) {
        // The place of the first is where the annotation stands.
        match i {
            0 => _ = write!(said, "\n{}", label.text),
            _ => _ = write!(said, "\n{}: {}", sources.place(label.span), label.text),
        }
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(said, "\nhelp: {help}");
    }
    for note in &diagnostic.notes {
        let _ = write!(said, "\nnote: {note}");
    }
    text.push_str(&message(&said));
    text.push('\n');
    text
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Span, codes};

    #[test]
    fn nothing_ends_a_command_or_a_property_early() {
        let mut sources = Sources::default();
        let file = sources.add("a,b:c%.terr", "let x = 1\nlet é = 2\n");
        let finding = Diagnostic::error(codes::check::GAP, "100% of `a::b`\r\nare, left")
            .label(Span::new(file, 14, 16), "here: this")
            .label(Span::new(file, 4, 5), "there")
            .help("mend, it");
        assert_eq!(
            findings([&finding], &sources),
            "::error file=a%2Cb%3Ac%25.terr,line=2,endLine=2,col=5,endColumn=5,title=gap::100%25 of `a::b`%0D%0Aare, \
             left%0Ahere: this%0Aa,b:c%25.terr:1: there%0Ahelp: mend, it\n"
        );
        let wide = Diagnostic::warning(codes::check::GAP, "x").label(Span::new(file, 4, 16), "");
        assert_eq!(findings([&wide], &sources), "::warning file=a%2Cb%3Ac%25.terr,line=1,endLine=2,title=gap::x\n");
        let nowhere = Diagnostic::new(codes::check::GAP, Severity::Note, "x");
        assert_eq!(findings([&nowhere], &sources), "::notice title=gap::x\n");
    }
}
