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
use rayon::prelude::*;
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
    let (mut items, mut found) = match read_side_by_side(id, text, &scanned) {
        Some(items) => (items, Diagnostics::default()),
        None => read_items(id, text, &scanned, 0..text.len()).0,
    };
    if scanned.doubtful && !found.is_empty() {
        ((items, found), _) = read_items(id, text, &scan_warily(id, text), 0..text.len());
    }
    found.sort();
    findings.extend(found);
    (File { id, items, comments: scanned.comments }, findings)
}

/// As many bytes as are worth a thread.
const SHARE: usize = 16 * 1024;

/// The items of a long text, if nothing is wrong with it: findings shall not depend on where the text was cut.
fn read_side_by_side(id: FileId, text: &str, scan: &Scan) -> Option<Vec<Item>> {
    let sound = !scan.doubtful && scan.faults.is_empty() && scan.too_deep.is_empty();
    if !sound || text.len() < 2 * SHARE {
        return None;
    }
    let mut cuts = vec![0];
    for start in &scan.starts {
        if start - cuts[cuts.len() - 1] >= SHARE {
            cuts.push(*start);
        }
    }
    cuts.push(text.len());
    let read = |range: &[usize]| {
        let ((items, found), end) = read_items(id, text, scan, range[0]..range[1]);
        (found.is_empty() && end <= range[1]).then_some(items)
    };
    let parts: Option<Vec<Vec<Item>>> = cuts.par_windows(2).map(read).collect();
    Some(parts?.into_iter().flatten().collect())
}

/// The items that begin in a range of the text, what is wrong with them, and where the last one ends.
fn read_items(id: FileId, text: &str, scan: &Scan, range: Range<usize>) -> ((Vec<Item>, Diagnostics), usize) {
    let explain = Explain::new(id, text, scan);
    let mut parser = Parser { id, text, scan, explain, items: Vec::new(), findings: Diagnostics::default() };
    let end = parser.run(range);
    ((parser.items, parser.findings), end)
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
    /// Reads the items that begin in a range; where the last one ends.
    fn run(&mut self, range: Range<usize>) -> usize {
        let mut at = range.start;
        while let Some(lexeme) = self.next_lexeme(at).filter(|lexeme| lexeme.start < range.end) {
            at = self.item(lexeme).max(lexeme.end);
            if self.findings.count(Severity::Error) >= MAX_FINDINGS {
                self.findings.push(
                    Diagnostic::error(codes::UNEXPECTED, "too many errors; the rest of this file was not read")
                        .label(Span::new(self.id, at, at), "read up to here"),
                );
                return at;
            }
        }
        at
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

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;

    fn long_text(items: usize) -> String {
        let mut text = String::new();
        for i in 0..items {
            let _ = writeln!(text, "let floor_{i} = {i} # a comment\nsegment s_{i} = jobs > floor_{i}");
            let _ = writeln!(text, "dimension d_{i} by state {{\n  a \"NY\"\n  rest else\n}}");
        }
        text
    }

    fn whole(text: &str) -> (Vec<Item>, Diagnostics) {
        read_items(FileId::default(), text, &scan(FileId::default(), text), 0..text.len()).0
    }

    #[test]
    fn a_long_text_is_the_same_in_parts() {
        let text = long_text(1000);
        let items = read_side_by_side(FileId::default(), &text, &scan(FileId::default(), &text)).expect("is sound");
        assert_eq!(items.len(), 3000);
        assert_eq!(items, whole(&text).0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_slip_in_a_long_text_is_found_as_in_the_whole(at in 0.0..1.0, slip in "[{}()\"=a #\n]{1,3}") {
            let mut text = long_text(400);
            let at = (text.len() as f64 * at) as usize;
            text.replace_range(at..at + slip.len().min(text.len() - at), &slip);
            let scanned = scan(FileId::default(), &text);
            let (items, found) = whole(&text);
            match read_side_by_side(FileId::default(), &text, &scanned) {
                Some(parts) => prop_assert_eq!((parts, true), (items, found.is_empty())),
                None => prop_assert!(!found.is_empty() || !scanned.faults.is_empty() || scanned.doubtful),
            }
        }
    }
}
