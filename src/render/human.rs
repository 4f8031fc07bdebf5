//! Diagnostics for people, drawn by miette.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, NarratableReportHandler,
    SourceCode, SourceSpan, SpanContents,
};

use crate::diagnostics::{Diagnostic, FileId, Severity, Source, Sources};

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// So many warnings of one code are drawn; what more there are is said in a line.
const DRAWN: usize = 20;

/// Draws diagnostics one below the other, each ending in an empty line.
pub fn findings<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources, style: Style) -> String {
    let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width.clamp(40, 200))
        .with_links(false)
        .with_context_lines(1);
    rendered(diagnostics, sources, |text, report| handler.render_report(text, report))
}

/// The same in sentences and without drawings, for screen readers.
pub fn narrated<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources) -> String {
    let handler = NarratableReportHandler::new().with_context_lines(1);
    rendered(diagnostics, sources, |text, report| handler.render_report(text, report))
}

fn rendered<'a>(
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
    sources: &Sources,
    draw: impl Fn(&mut String, &Report<'_>) -> fmt::Result,
) -> String {
    let mut text = String::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        if diagnostic.severity != Severity::Error {
            let count = seen.entry(diagnostic.code.name).or_default();
            *count += 1;
            if *count > DRAWN {
                continue;
            }
        }
        // Writing to a string fails only when a source cannot be read, and then the plain form still says everything.
        if draw(&mut text, &Report::new(diagnostic, sources)).is_err() {
            text.push_str(&plain(diagnostic, sources));
        }
        text.push('\n');
    }
    for (code, count) in seen.iter().filter(|(_, count)| **count > DRAWN) {
        text.push_str(&format!("and {} more of `{code}`: `--format concise` lists all\n\n", count - DRAWN));
    }
    text
}

/// A word in a colour of the terminal (an SGR parameter such as `32` for green), where colour is wanted.
pub(super) fn paint(word: &str, color: &str, style: Style) -> String {
    if style.color { format!("\u{1b}[{color}m{word}\u{1b}[0m") } else { word.to_owned() }
}

/// One line: `plan.terr:3:5: error[unknown-name]: no dimension is called ...`.
pub fn plain(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = diagnostic.labels.first().map_or_else(String::new, |label| {
        let position = sources.position(label.span);
        format!("{}:{}:{}: ", sources.get(label.span.file).name, position.line, position.column)
    });
    format!("{place}{}[{}]: {}\n", severity(diagnostic.severity), diagnostic.code.name, diagnostic.message)
}

/// Control characters and direction marks of the user's data must not act on a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// A source with its name, borrowed.
#[derive(Debug)]
struct Text<'s>(&'s Source);

impl SourceCode for Text<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Reading counts lines from the beginning: a window of lines keeps a thousand findings from reading the file a
        // thousand times.
        let window = self.0.lines_around(span.offset()..span.offset() + span.len(), before + 2, after + 2);
        let start = window.bytes.start;
        let inner = SourceSpan::new((span.offset() - start).into(), span.len());
        let contents = self.0.text[window.bytes].read_span(&inner, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.name.clone(),
            contents.data(),
            SourceSpan::new((contents.span().offset() + start).into(), contents.span().len()),
            contents.line() + window.lines_before,
            contents.column(),
            // miette counts these from the beginning of the text, and then draws all that lies between two labels.
            contents.data().split_inclusive(|byte| *byte == b'\n').count(),
        )))
    }
}

/// One diagnostic as miette wants it: labels of one file; those of other files follow as related reports.
#[derive(Debug)]
struct Report<'s> {
    code: Option<&'static str>,
    severity: miette::Severity,
    message: String,
    help: Option<String>,
    source: Option<Text<'s>>,
    labels: Vec<LabeledSpan>,
    related: Vec<Report<'s>>,
}

impl<'s> Report<'s> {
    fn new(diagnostic: &Diagnostic, sources: &'s Sources) -> Self {
        let mut files: Vec<FileId> = Vec::new();
        for label in &diagnostic.labels {
            if !files.contains(&label.span.file) {
                files.push(label.span.file);
            }
        }
        let severity = match diagnostic.severity {
            Severity::Note => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        };
        let mut help: Vec<String> = diagnostic.help.clone().into_iter().collect();
        help.extend(diagnostic.notes.iter().map(|n| format!("note: {n}")));
        let mut report = Self {
            code: Some(diagnostic.code.name),
            severity,
            message: diagnostic.message.clone(),
            help: (!help.is_empty()).then(|| help.join("\n")),
            source: None,
            labels: Vec::new(),
            related: Vec::new(),
        };
        for (n, file) in files.into_iter().enumerate() {
            let source = sources.get(file);
            let labels: Vec<LabeledSpan> = diagnostic
                .labels
                .iter()
                .enumerate()
                .filter(|(_, l)| l.span.file == file)
                .map(|(i, l)| {
                    let text = (!l.text.is_empty()).then(|| l.text.clone());
                    let span = (l.span.start as usize, (l.span.end - l.span.start) as usize);
                    if i == 0 {
                        LabeledSpan::new_primary_with_span(text, span)
                    } else {
                        LabeledSpan::new_with_span(text, span)
                    }
                })
                .collect();
            if n == 0 {
                report.source = Some(Text(source));
                report.labels = labels;
            } else {
                report.related.push(Self {
                    code: None,
                    severity: miette::Severity::Advice,
                    message: format!("see also {}", source.name),
                    help: None,
                    source: Some(Text(source)),
                    labels,
                    related: Vec::new(),
                });
            }
        }
        report
    }
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.code.map(|c| Box::new(c) as Box<dyn Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|s| s as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty())
            .then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        (!self.related.is_empty()).then(|| {
            Box::new(self.related.iter().map(|r| r as &dyn miette::Diagnostic))
                as Box<dyn Iterator<Item = &'a dyn miette::Diagnostic>>
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostics::Span;
    use crate::diagnostics::codes::{check::UNKNOWN_NAME, lint::REASONLESS_EXCEPTION};

    fn drawn(text: &str, diagnostics: &[Diagnostic]) -> String {
        let mut sources = Sources::default();
        sources.add("plan.terr", text);
        findings(diagnostics, &sources, Style { color: false, width: 80 })
    }

    #[test]
    fn lines_between_labels_far_apart_are_not_drawn() {
        let text: String = (0..500).map(|line| format!("line {line:03}\n")).collect();
        let at = |line: usize| Span::new(FileId::default(), line * 9, line * 9 + 4);
        let finding = Diagnostic::warning(REASONLESS_EXCEPTION, "two").label(at(400), "here").label(at(3), "and here");
        insta::assert_snapshot!(drawn(&text, &[finding]));
    }

    #[test]
    fn warnings_without_end_are_counted() {
        let text: String = (0..500).map(|line| format!("line {line:03}\n")).collect();
        let at = |line: usize| Span::new(FileId::default(), line * 9, line * 9 + 4);
        let warning = |line| Diagnostic::warning(REASONLESS_EXCEPTION, format!("finding {line}")).label(at(line), "");
        let error = |line| Diagnostic::error(UNKNOWN_NAME, format!("finding {line}")).label(at(line), "");
        let both: Vec<_> = (0..50).map(warning).chain((50..100).map(error)).collect();
        let drawn = drawn(&text, &both);
        assert_eq!(drawn.matches("finding").count(), 20 + 50, "every error is drawn");
        assert!(drawn.ends_with("and 30 more of `reasonless-exception`: `--format concise` lists all\n\n"), "{drawn}");
    }

    proptest! {
        #[test]
        fn a_window_shows_what_the_whole_text_shows(
            // A lone carriage return is a line to miette, but not to us.
            text in "[a-cä ]{0,5}(\r?\n[a-cä]{0,5}){0,12}\n?", at in 0usize..80, length in 0usize..20, context in 0usize..3,
        ) {
            let mut sources = Sources::default();
            let id = sources.add("plan.terr", text.as_str());
            let source = Text(sources.get(id));
            let at = at.min(text.len());
            let span = SourceSpan::new(at.into(), length.min(text.len() - at));
            let (whole, window) = (text.read_span(&span, context, context), source.read_span(&span, context, context));
            match (whole, window) {
                (Ok(whole), Ok(window)) => {
                    prop_assert_eq!(whole.data(), window.data());
                    prop_assert_eq!(whole.span(), window.span());
                    prop_assert_eq!((whole.line(), whole.column()), (window.line(), window.column()));
                }
                (whole, window) => prop_assert_eq!(whole.is_err(), window.is_err()),
            }
        }
    }
}
