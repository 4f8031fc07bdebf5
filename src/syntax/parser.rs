//! A file item by item.

use super::ast::{File, Item};
use super::explain::{Explain, Part};
use super::grammar::{self, Rule};
use super::lexeme::{Kind, Lexeme, lexemes};
use super::mend::{Mended, Origin};
use super::scan::{BracketFault, Scan, scan, scan_warily};
use super::walk::{Walk, Walked};
use super::{MAX_FILE_BYTES, MAX_FINDINGS, MAX_NESTING, words};
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Severity, Span, codes::syntax as codes};
use std::ops::Range;

/// The syntax tree of a text and what is wrong with it.
pub fn parse(id: FileId, text: &str) -> (File, Diagnostics) {
    let mut findings = Diagnostics::default();
    if text.len() > MAX_FILE_BYTES {
        let megabytes = MAX_FILE_BYTES / (1024 * 1024);
        findings.push(
            Diagnostic::error(codes::FILE_TOO_LARGE, format!("a plan file may have {megabytes} MB"))
                .label(Span::new(id, 0, 0), format!("this one has {} MB", text.len() / (1024 * 1024)))
                .help("spread it over several files with `use`; accounts belong into the data, not the plan"),
        );
        return (File { id, items: Vec::new(), comments: Vec::new() }, findings);
    }
    let scanned = scan(id, text);
    let (mut items, mut found) = read_items(id, text, &scanned);
    if scanned.doubtful && !found.is_empty() {
        (items, found) = read_items(id, text, &scan_warily(id, text));
    }
    found.sort();
    findings.extend(found);
    (File { id, items, comments: scanned.comments }, findings)
}

fn read_items(id: FileId, text: &str, scan: &Scan) -> (Vec<Item>, Diagnostics) {
    let explain = Explain::new(id, text, scan);
    let mut parser = Parser { id, text, scan, explain, items: Vec::new(), findings: Diagnostics::default() };
    parser.run();
    (parser.items, parser.findings)
}

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

    /// The rule of the item that begins at a lexeme, if one does.
    fn item_rule(&self, lexeme: Lexeme) -> Option<Rule> {
        if lexeme.kind == Kind::Word { words::item_rule(&self.text[lexeme.start..lexeme.end]) } else { None }
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
        if self.text[start..].starts_with(['}', ')']) {
            self.stray(start);
            return first.end;
        }
        let Some(rule) = self.item_rule(first) else {
            self.findings.extend(self.explain.unknown_item(first, end));
            return end;
        };
        let faults: Vec<BracketFault> =
            self.scan.faults_in(start..end).iter().filter(|f| f.is_brace()).copied().collect();
        let first_surplus = faults.iter().find(|f| f.closes_before.is_none()).map(|f| f.at);
        // A brace too many may stand behind the item as well as within it.
        let limit = first_surplus.or(too_deep.map(|at| self.start_before(at).max(end))).unwrap_or(self.text.len());
        let read = match first_surplus.is_none() && !faults.is_empty() {
            true => None,
            false => grammar::read(rule, &self.text[start..limit]).ok().and_then(|mut pairs| pairs.next()),
        };
        match read {
            Some(pair) => {
                let walked = Walk::new(&self.explain, self.id, &Origin::at(start)).item(pair);
                self.keep(walked, start)
            }
            None => {
                if faults.is_empty() {
                    self.findings.extend(self.explain.part(start..end, Part::Item));
                } else {
                    self.mended_item(rule, start..end, &faults);
                }
                end
            }
        }
    }

    /// Keeps an item that was read, unless more of it stands behind it on its last line; where to go on.
    fn keep(&mut self, walked: Walked, start: usize) -> usize {
        let end = walked.end;
        let next = self.next_lexeme(end).filter(|next| {
            let closes = self.text[next.start..].starts_with(['}', ')']);
            !next.first_on_line && !closes && self.item_rule(*next).is_none()
        });
        let Some(next) = next else {
            self.findings.extend(walked.findings);
            self.items.extend(walked.item);
            return end;
        };
        // What is missing may be what could not be read.
        self.findings.extend(walked.findings.into_iter().filter(|f| f.code != codes::MISSING_PART));
        let chunk_end = self.scan.chunk_end(start, self.text);
        if chunk_end <= next.start {
            // It has run into another item, so its own end is missing.
            self.findings.extend(self.explain.part(start..chunk_end, Part::Item));
            return chunk_end;
        }
        self.items.extend(walked.item);
        let line_end = self.text[next.start..].find('\n').map_or(self.text.len(), |i| next.start + i);
        self.findings.extend(self.explain.part(start..line_end.min(chunk_end), Part::Item));
        chunk_end
    }

    /// The beginning of the item that holds a place.
    fn start_before(&self, at: usize) -> usize {
        let next = self.scan.starts.partition_point(|s| *s <= at);
        next.checked_sub(1).map_or(0, |i| self.scan.starts[i])
    }

    /// Reads an item with wrong braces as if they were right.
    fn mended_item(&mut self, rule: Rule, range: Range<usize>, faults: &[BracketFault]) {
        let mut mended = Mended::new(range.start, self.text[range].trim_end());
        for fault in faults {
            match fault.closes_before {
                Some(before) => {
                    self.findings.push(self.explain.unclosed(*fault, before));
                    mended.close_before(before);
                }
                None => {
                    self.stray(fault.at);
                    mended.remove(fault.at);
                }
            }
        }
        let (text, origin) = mended.finish();
        if let Some(pair) = grammar::read(rule, &text).ok().and_then(|mut pairs| pairs.next()) {
            let walked = Walk::new(&self.explain, self.id, &origin).item(pair);
            self.findings.extend(walked.findings);
            self.items.extend(walked.item);
        }
    }

    fn stray(&mut self, at: usize) {
        let bracket = &self.text[at..=at];
        self.findings.push(
            Diagnostic::error(codes::STRAY_BRACKET, format!("this `{bracket}` closes nothing"))
                .label(Span::new(self.id, at, at + 1), "")
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
