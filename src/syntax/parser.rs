//! A file item by item.

use super::ast::{File, Item};
use super::explain::{Explain, Part};
use super::grammar::{self, Rule};
use super::lexeme::{Kind, Lexeme, lexemes};
use super::scan::{BracketFault, Scan, scan};
use super::walk::Walk;
use super::{MAX_FILE_BYTES, MAX_NESTING, words};
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Severity, Span, codes::syntax as codes};

/// The syntax tree of a text and what is wrong with it.
pub fn parse(id: FileId, text: &str) -> (File, Diagnostics) {
    let mut file = File { id, items: Vec::new(), comments: Vec::new() };
    let mut findings = Diagnostics::default();
    if text.len() > MAX_FILE_BYTES {
        let megabytes = MAX_FILE_BYTES / (1024 * 1024);
        findings.push(
            Diagnostic::error(codes::FILE_TOO_LARGE, format!("a plan file may have {megabytes} MB"))
                .label(Span::new(id, 0, 0), format!("this one has {} MB", text.len() / (1024 * 1024)))
                .help("spread it over several files with `use`; accounts belong into the data, not the plan"),
        );
        return (file, findings);
    }
    let mut scanned = scan(id, text);
    file.comments = std::mem::take(&mut scanned.comments);
    let explain = Explain::new(id, text, &scanned);
    let mut parser = Parser { id, text, scan: &scanned, explain, items: Vec::new(), findings };
    parser.run();
    file.items = parser.items;
    parser.findings.sort();
    (file, parser.findings)
}

/// A file with more errors than this is not read to its end.
const MAX_FINDINGS: usize = 200;

struct Parser<'a> {
    id: FileId,
    text: &'a str,
    scan: &'a Scan,
    explain: Explain<'a>,
    items: Vec<Item>,
    findings: Diagnostics,
}

impl Parser<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(lexeme) = self.next_lexeme(at) {
            at = self.item(lexeme).max(lexeme.end);
            if self.findings.count(Severity::Error) >= MAX_FINDINGS {
                self.findings.push(
                    Diagnostic::error(codes::UNEXPECTED, "too many errors; the rest of this file was not read")
                        .label(Span::new(self.id, at, at), "read up to here"),
                );
                return;
            }
        }
    }

    fn next_lexeme(&self, at: usize) -> Option<Lexeme> {
        lexemes(self.text, at).find(|l| l.kind != Kind::Comment)
    }

    fn begins_item(&self, lexeme: Lexeme) -> bool {
        lexeme.kind == Kind::Word && words::ITEMS.contains(&&self.text[lexeme.start..lexeme.end])
    }

    /// Reads the item that begins at a lexeme; where to go on.
    fn item(&mut self, first: Lexeme) -> usize {
        let start = first.start;
        let end = self.scan.chunk_end(start, self.text);
        let too_deep = self.scan.too_deep_from(start);
        if let Some(bracket) = too_deep.filter(|at| *at < end) {
            self.nested_too_deep(bracket);
            return end;
        }
        let faults = self.scan.faults_in(start..end);
        if let Some(stray) = faults.first().filter(|f| !f.unclosed && f.at == start) {
            self.stray(*stray);
            return first.end;
        }
        if !self.begins_item(first) {
            self.findings.extend(self.explain.unknown_item(first, end));
            return end;
        }
        let unclosed: Vec<BracketFault> = faults.iter().filter(|f| f.unclosed && f.bracket == b'{').copied().collect();
        if !unclosed.is_empty() {
            self.unclosed_item(start, end, &unclosed);
            return end;
        }
        let limit = too_deep.map_or(self.text.len(), |at| self.start_before(at).max(end));
        match grammar::read(Rule::item, &self.text[start..limit]) {
            Ok(mut pairs) => {
                let read = pairs.next().map_or(start, |pair| self.keep(pair, start, limit));
                self.behind(start, read)
            }
            Err(_) => {
                self.findings.extend(self.explain.part(start..end, Part::Item));
                end
            }
        }
    }

    /// Walks an item that was read; where it ends.
    fn keep(&mut self, pair: grammar::Pair<'_>, start: usize, limit: usize) -> usize {
        let walked = Walk::new(&self.explain, self.id, start, limit).item(pair);
        self.findings.extend(walked.findings);
        self.items.extend(walked.item);
        walked.end
    }

    /// Looks at what stands behind an item on its last line; where to go on.
    fn behind(&mut self, start: usize, end: usize) -> usize {
        let Some(next) = self.next_lexeme(end) else { return end };
        let closes = self.text[next.start..].starts_with(['}', ')']);
        if next.first_on_line || closes || self.begins_item(next) {
            return next.start;
        }
        let line_end = self.text[next.start..].find('\n').map_or(self.text.len(), |i| next.start + i);
        let chunk_end = self.scan.chunk_end(next.start, self.text);
        self.findings.extend(self.explain.line(next.start..line_end.min(chunk_end), Some(start..end), Part::Item));
        chunk_end
    }

    /// The beginning of the item that holds a place.
    fn start_before(&self, at: usize) -> usize {
        let next = self.scan.starts.partition_point(|s| *s <= at);
        next.checked_sub(1).map_or(0, |i| self.scan.starts[i])
    }

    /// Reads an item whose braces are not closed as if they were closed at its end.
    fn unclosed_item(&mut self, start: usize, end: usize, unclosed: &[BracketFault]) {
        for fault in unclosed {
            self.findings.push(self.explain.unclosed(*fault, end));
        }
        let written = self.text[start..end].trim_end();
        // On a line of their own: the last line may end in a comment.
        let mended = format!("{written}\n{}", "}".repeat(unclosed.len()));
        if let Some(pair) = grammar::read(Rule::item, &mended).ok().and_then(|mut pairs| pairs.next()) {
            self.keep(pair, start, start + written.len());
        }
    }

    fn stray(&mut self, fault: BracketFault) {
        let bracket = fault.bracket as char;
        self.findings.push(
            Diagnostic::error(codes::STRAY_BRACKET, format!("this `{bracket}` closes nothing"))
                .label(Span::new(self.id, fault.at, fault.at + 1), "")
                .help("remove it, or look for one too many above"),
        );
    }

    fn nested_too_deep(&mut self, bracket: usize) {
        self.findings.push(
            Diagnostic::error(codes::NESTED_TOO_DEEP, format!("brackets stand more than {MAX_NESTING} deep"))
                .label(Span::new(self.id, bracket, bracket + 1), "one too deep")
                .help("give parts of it names: a `dimension`, a `segment` or a `weight`"),
        );
    }
}
