//! What could not be read, in people's words.
//!
//! The part of the text is read once more, alone, to learn where the grammar stopped and what it would have taken
//! there. Mistakes that people are known to make are told by their lexemes (`anticipated`); all else is "expected
//! this, found that" (`expected` has the words). No name of a grammar rule is ever shown.

mod anticipated;
mod expected;

use super::grammar::{self, Rule, Stop};
use super::lexeme::{Kind, Lexeme, is_blank, lexemes};
use super::scan::{BracketFault, Scan};
use super::words;
use crate::diagnostics::{Diagnostic, FileId, Span, codes::syntax as codes, did_you_mean};
use expected::Expected;
use std::ops::Range;

/// What a broken piece of text was meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Item,
    Plan,
    Arm,
    Node,
    ConditionArm,
    ValueArm,
    Clause,
    Test,
    Cell,
}

pub(super) struct Explain<'a> {
    file: FileId,
    text: &'a str,
    scan: &'a Scan,
}

/// A place where reading stopped, with what stands around it.
struct Halt<'a> {
    text: &'a str,
    file: FileId,
    part: Part,
    /// The lexemes of the part before the place.
    before: Vec<Lexeme>,
    /// The lexeme at the place; none at the end of the part.
    found: Option<Lexeme>,
    /// What stands behind it.
    after: Option<Lexeme>,
    expected: Expected,
    /// A parenthesis of the part that is never closed.
    unclosed: Option<BracketFault>,
}

impl<'a> Explain<'a> {
    pub fn new(file: FileId, text: &'a str, scan: &'a Scan) -> Self {
        Self { file, text, scan }
    }

    /// Explains a line that could not be read; when `before` ends on the line, the line is what is left of it.
    pub fn line(&self, line: Range<usize>, before: Option<Range<usize>>, part: Part) -> Vec<Diagnostic> {
        let same_line = |before: &Range<usize>| !self.text[before.end..line.start].contains('\n');
        match before.filter(same_line).filter(|_| !self.begins_part(&line, part)) {
            Some(before) => {
                let end = self.swallowed_line(&before).unwrap_or(line.end);
                self.part(before.start..end, part)
            }
            None => self.part(line, part),
        }
    }

    /// Whether what is left of a line is meant as a part of its own.
    fn begins_part(&self, line: &Range<usize>, part: Part) -> bool {
        let mut words = lexemes(&self.text[..line.end], line.start).map(|l| &self.text[l.start..l.end]);
        match part {
            Part::Cell => true,
            Part::Item | Part::Arm => false,
            Part::ConditionArm | Part::ValueArm => words.any(|word| word == "->"),
            _ => words.next().is_some_and(|word| part.words().contains(&word)),
        }
    }

    /// Where the line begins that a part runs into, if it is not indented deeper than the part: the part has lost its
    /// end, and what is wrong stands above that line.
    fn swallowed_line(&self, part: &Range<usize>) -> Option<usize> {
        let last_line = part.start + self.text[part.clone()].rfind('\n')? + 1;
        let indentation = |line: usize| self.text[line..].chars().take_while(|c| is_blank(*c)).count();
        let first_line = self.text[..part.start].rfind('\n').map_or(0, |i| i + 1);
        (indentation(last_line) <= indentation(first_line)).then_some(last_line)
    }

    /// Explains a part that could not be read.
    pub fn part(&self, range: Range<usize>, part: Part) -> Vec<Diagnostic> {
        let Err(stop) = grammar::read(part.rule(), &self.text[range.clone()]) else {
            // Readable alone, so it is the place that is wrong.
            let span = Span::new(self.file, range.start, range.end);
            let message = format!("{} cannot stand here", part.phrase());
            return vec![Diagnostic::error(codes::UNEXPECTED, message).label(span, "")];
        };
        let halt = self.halt(range, part, stop);
        let finding = halt.anticipated().unwrap_or_else(|| halt.expectation());
        vec![finding]
    }

    /// Explains a word or symbol that begins no item.
    pub fn unknown_item(&self, first: Lexeme, end: usize) -> Vec<Diagnostic> {
        let stop = Stop { at: 0, expected: Vec::new() };
        let mut halt = self.halt(first.start..end, Part::Item, stop);
        halt.expected = Expected::words_of(Part::Item);
        vec![halt.anticipated().unwrap_or_else(|| halt.unknown_word(first))]
    }

    /// A brace that is not closed before `end`.
    pub fn unclosed(&self, fault: BracketFault, end: usize) -> Diagnostic {
        let end = self.text[..end].trim_end().len();
        Diagnostic::error(codes::UNCLOSED_BRACKET, "this `{` is never closed")
            .label(Span::new(self.file, fault.at, fault.at + 1), "opened here")
            .label(Span::new(self.file, end, end), "`}` is missing here at the latest")
            .help("add the `}` that belongs to it")
    }

    fn halt(&self, range: Range<usize>, part: Part, stop: Stop) -> Halt<'a> {
        let at = range.start + stop.at;
        let text = &self.text[..range.end];
        let mut before = Vec::new();
        let mut found = None;
        let mut after = None;
        for lexeme in lexemes(text, range.start).filter(|l| l.kind != Kind::Comment) {
            if lexeme.end <= at {
                before.push(lexeme);
            } else if found.is_none() {
                found = Some(lexeme);
            } else {
                after = Some(lexeme);
                break;
            }
        }
        let unclosed = self.scan.faults_in(range.start..at.max(range.start));
        let unclosed = unclosed.iter().rev().find(|f| f.closes_before.is_some() && f.bracket == b'(').copied();
        let expected = Expected::new(&stop.expected);
        Halt { text: self.text, file: self.file, part, before, found, after, expected, unclosed }
    }
}

impl Halt<'_> {
    fn word(&self, lexeme: Lexeme) -> &str {
        &self.text[lexeme.start..lexeme.end]
    }

    fn span(&self, lexeme: Lexeme) -> Span {
        Span::new(self.file, lexeme.start, lexeme.end)
    }

    fn last(&self) -> Option<Lexeme> {
        self.before.last().copied()
    }

    /// "expected this, found that", with a hint where a word is nearly right.
    fn expectation(&self) -> Diagnostic {
        let expected = self.expected.phrase(self.part);
        let Some(found) = self.found else {
            return self.ends_early(expected.as_deref().unwrap_or("more"));
        };
        let word = self.word(found);
        if self.before.is_empty() && found.kind == Kind::Word && !self.part.words().is_empty() {
            return self.unknown_word(found);
        }
        let (message, label) = match expected {
            Some(expected) => (format!("expected {expected}, found {}", shown(word)), format!("expected {expected}")),
            None => (format!("{} cannot stand here", shown(word)), String::new()),
        };
        Diagnostic::error(codes::UNEXPECTED, message)
            .label(self.span(found), label)
            .maybe_help(did_you_mean(word, self.expected.words(self.part)))
    }

    fn ends_early(&self, expected: &str) -> Diagnostic {
        let Some(last) = self.last() else {
            return Diagnostic::error(codes::UNEXPECTED, format!("expected {expected}"));
        };
        let message = format!("expected {expected} after {}", shown(self.word(last)));
        Diagnostic::error(codes::UNEXPECTED, message).label(self.span(last), "something is missing behind this")
    }

    /// A word that begins nothing here.
    fn unknown_word(&self, first: Lexeme) -> Diagnostic {
        let word = self.word(first);
        let known = self.part.words();
        let code = if self.part == Part::Item { codes::UNKNOWN_ITEM } else { codes::UNKNOWN_CLAUSE };
        let message = format!("{} begins no {}", shown(word), self.part.noun());
        let all = known.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
        Diagnostic::error(code, message)
            .label(self.span(first), "")
            .help(format!("{} begins with one of {all}", self.part.phrase()))
            .maybe_help(did_you_mean(word, known.iter().copied()))
    }
}

impl Part {
    fn rule(self) -> Rule {
        match self {
            Part::Item => Rule::item_alone,
            Part::Plan => Rule::plan_part_alone,
            Part::Arm => Rule::arm_alone,
            Part::Node => Rule::node_alone,
            Part::ConditionArm => Rule::condition_arm_alone,
            Part::ValueArm => Rule::value_arm_alone,
            Part::Clause => Rule::clause_alone,
            Part::Test => Rule::test_part_alone,
            Part::Cell => Rule::cell_alone,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Part::Item => "item",
            Part::Plan => "line of a plan header",
            Part::Arm => "arm of a dimension",
            Part::Node => "branch of a coverage",
            Part::ConditionArm | Part::ValueArm => "arm of a split",
            Part::Clause => "clause of a carve",
            Part::Test => "line of a test",
            Part::Cell => "value of an account",
        }
    }

    fn phrase(self) -> String {
        let noun = self.noun();
        let article = if noun.starts_with(['a', 'i']) { "an" } else { "a" };
        format!("{article} {noun}")
    }

    /// The words that it may begin with, if it is told by its first word.
    fn words(self) -> &'static [&'static str] {
        match self {
            Part::Item => words::ITEMS,
            Part::Plan => &["effective", "because"],
            Part::Node => &["split", "carve", "territory", "pool", "exclude"],
            Part::Clause => words::CLAUSES,
            Part::Test => &["account", "expect"],
            Part::Arm | Part::ConditionArm | Part::ValueArm | Part::Cell => &[],
        }
    }
}

/// The user's words, cut where they are long.
fn shown(word: &str) -> String {
    match word.char_indices().nth(40) {
        Some((at, _)) => format!("`{}…`", &word[..at]),
        None => format!("`{word}`"),
    }
}
