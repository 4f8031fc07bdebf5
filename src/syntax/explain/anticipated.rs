//! Mistakes that people are known to make.

use super::{Halt, Part, shown};
use crate::diagnostics::{Code, Diagnostic, Span, codes::syntax as codes, did_you_mean};
use crate::syntax::grammar::Rule;
use crate::syntax::lexeme::{Kind, Lexeme};
use crate::syntax::words;

/// Symbols of other languages, and what to do about them.
const FOREIGN: &[(&str, &str)] = &[
    ("==", "`=` compares as well as it names"),
    ("&&", "`and` joins conditions"),
    ("||", "`or` joins conditions"),
    ("<>", "`!=` means unequal"),
    ("≠", "`!=` means unequal"),
    ("≤", "`<=` means at most"),
    ("≥", "`>=` means at least"),
    ("=>", "`->` leads from an arm to its place"),
    ("→", "`->` leads from an arm to its place"),
    (":=", "`=` gives a name its value"),
    (":", "`=` gives a name its value, `->` leads to a place"),
    ("!", "`not` denies a condition"),
    ("×", "`*` multiplies"),
    ("–", "`-` subtracts"),
    ("—", "`-` subtracts"),
    ("−", "`-` subtracts"),
    (";", "leave it out: a line needs no sign at its end"),
    ("[", "lists stand in parentheses or bare"),
    ("//", "comments begin with `#`"),
];

/// Units as people write them, and as they are written here.
const UNIT_WORDS: &[(&str, &[&str])] = &[
    ("mi", &["mile", "miles", "Mi"]),
    ("km", &["kilometre", "kilometres", "kilometer", "kilometers", "KM", "Km"]),
    ("min", &["minute", "minutes", "mins", "Min"]),
    ("h", &["hour", "hours", "hr", "hrs", "H"]),
    ("d", &["day", "days", "D"]),
    ("%", &["percent", "pct"]),
    ("k", &["K", "thousand"]),
    ("M", &["m", "mm", "MM", "mn", "million"]),
    ("B", &["b", "bn", "Bn", "billion", "G"]),
];

impl Halt<'_> {
    pub(super) fn anticipated(&self) -> Option<Diagnostic> {
        self.open_text()
            .or_else(|| self.foreign_symbol())
            .or_else(|| self.quote())
            .or_else(|| self.keyword_case())
            .or_else(|| self.number())
            .or_else(|| self.unit_word())
            .or_else(|| self.date())
            .or_else(|| self.unclosed_parenthesis())
            .or_else(|| self.comma_behind_arm())
            .or_else(|| self.chained_comparison())
            .or_else(|| self.missing_comma())
            .or_else(|| self.bare_if())
            .or_else(|| self.quoted_value())
            .or_else(|| self.reserved_name())
            .or_else(|| self.kind_before_target())
    }

    fn finding(&self, code: Code, message: String, lexeme: Lexeme, label: &str, help: String) -> Option<Diagnostic> {
        Some(Diagnostic::error(code, message).label(self.span(lexeme), label).help(help))
    }

    fn open_text(&self) -> Option<Diagnostic> {
        let lexeme = self.before.iter().copied().chain(self.found).find(|l| l.kind == Kind::OpenText)?;
        let span = self.span(lexeme);
        Some(
            Diagnostic::error(codes::UNTERMINATED_TEXT, "this text has no closing quote")
                .label(span, "it runs to the end of the line")
                .help("add the closing `\"`; a quote within a text is written `\\\"`"),
        )
    }

    fn foreign_symbol(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|l| l.kind == Kind::Symbol)?;
        let word = self.word(found);
        let (_, help) = FOREIGN.iter().find(|(symbol, _)| *symbol == word)?;
        let message = format!("`{word}` is not a symbol of this language");
        self.finding(codes::FOREIGN_SYMBOL, message, found, "", (*help).to_owned())
    }

    fn quote(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|l| l.kind == Kind::Symbol)?;
        let word = self.word(found);
        if !matches!(word, "“" | "”" | "„" | "‟" | "«" | "»" | "‘" | "’" | "‚" | "'" | "`") {
            return None;
        }
        let message = format!("{word} is not the quotation mark of texts");
        let help = "texts stand in straight double quotes: `\"…\"`".to_owned();
        self.finding(codes::TYPOGRAPHIC_QUOTE, message, found, "", help)
    }

    fn keyword_case(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|l| l.kind == Kind::Word)?;
        let word = self.word(found);
        let lower = word.to_lowercase();
        let known = self.expected.has_word(&lower)
            || self.expects_operator() && words::RESERVED.contains(&lower.as_str())
            || self.before.is_empty() && self.part.words().contains(&lower.as_str());
        if lower == word || !known {
            return None;
        }
        let message = format!("keywords are lower case: `{lower}`, not `{word}`");
        self.finding(codes::KEYWORD_CASE, message, found, "", format!("write `{lower}`"))
    }

    fn expects_operator(&self) -> bool {
        self.expected.has(Rule::or_kw)
    }

    /// `10bn`, `1,000`, `.5`
    fn number(&self) -> Option<Diagnostic> {
        let found = self.found?;
        let word = self.word(found);
        if found.kind == Kind::Number {
            let digits = word.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.').unwrap_or(word.len());
            let (digits, suffix) = word.split_at(digits);
            if suffix.starts_with('-') {
                return None;
            }
            if suffix.is_empty() || words::SUFFIXES.contains(&suffix) {
                if !digits.ends_with('_') && !digits.contains("__") {
                    return None;
                }
                let message = format!("`{word}` is not a number");
                let help = "`_` stands between digits: `1_000`".to_owned();
                return self.finding(codes::BAD_NUMBER, message, found, "", help);
            }
            let help = match unit_of(suffix) {
                Some(unit) => format!("write `{digits}{}{unit}`", if is_word_unit(unit) { " " } else { "" }),
                None => "numbers end in `k`, `M`, `B` or `%`, or have a unit behind them: `mi km min h d`".to_owned(),
            };
            let message = format!("`{suffix}` is not a suffix of numbers");
            return self.finding(codes::BAD_NUMBER, message, found, "", help);
        }
        let after = self.after.filter(|l| l.kind == Kind::Number && l.start == found.end)?;
        let (last, next) = (self.last(), self.word(after));
        if word == "," && next.len() >= 3 && last.is_some_and(|l| l.kind == Kind::Number && l.end == found.start) {
            let last = last?;
            let span = self.span(last).to(self.span(after));
            let help = format!("write `{}_{next}`", self.word(last));
            let message = "thousands are set apart by `_`, not by a comma";
            return Some(Diagnostic::error(codes::BAD_NUMBER, message).label(span, "").help(help));
        }
        if word == "." && last.is_none_or(|l| l.end != found.start) {
            let span = self.span(found).to(self.span(after));
            let message = "a number begins with a digit";
            return Some(
                Diagnostic::error(codes::BAD_NUMBER, message).label(span, "").help(format!("write `0.{next}`")),
            );
        }
        None
    }

    /// `25 miles`, `$500`
    fn unit_word(&self) -> Option<Diagnostic> {
        let found = self.found?;
        let word = self.word(found);
        if matches!(word, "$" | "€" | "£" | "¥") {
            let message = "numbers have no currency sign".to_owned();
            let help = "write the number alone; the manifest names the currency".to_owned();
            return self.finding(codes::BAD_NUMBER, message, found, "", help);
        }
        let number =
            self.last().filter(|l| l.kind == Kind::Number && found.kind == Kind::Word && !found.first_on_line)?;
        let unit = unit_of(word)?;
        let space = if is_word_unit(unit) { " " } else { "" };
        let message = format!("`{word}` is not a unit of numbers");
        self.finding(codes::BAD_NUMBER, message, found, "", format!("write `{}{space}{unit}`", self.word(number)))
    }

    fn date(&self) -> Option<Diagnostic> {
        if !self.expected.has(Rule::date) || self.expected.has(Rule::name) || self.expected.has(Rule::call_name) {
            return None;
        }
        let found = self.found.filter(|l| matches!(l.kind, Kind::Number | Kind::Text | Kind::Word))?;
        let message = format!("expected a date, found {}", shown(self.word(found)));
        self.finding(codes::BAD_DATE, message, found, "", "dates are year, month, day: `2027-01-31`".to_owned())
    }

    fn unclosed_parenthesis(&self) -> Option<Diagnostic> {
        let fault = self.unclosed.filter(|_| self.expected.has(Rule::close_paren))?;
        let span = Span::new(self.file, fault.at, fault.at + 1);
        let mut finding =
            Diagnostic::error(codes::UNCLOSED_BRACKET, "this `(` is never closed").label(span, "opened here");
        if let Some(last) = self.last() {
            finding = finding.label(Span::new(self.file, last.end, last.end), "`)` is missing here at the latest");
        }
        Some(finding.help("add the `)` that belongs to it"))
    }

    /// `a < 3, b < 5`
    fn comma_behind_arm(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|l| self.part == Part::Arm && l.kind == Kind::Symbol)?;
        let [.., comma, name] = self.before.as_slice() else { return None };
        if self.word(*comma) != "," || name.kind != Kind::Word || matches!(self.word(found), "," | "->") {
            return None;
        }
        let message = "no comma stands between arms".to_owned();
        let help = format!("leave it out: `{}` begins another arm", self.word(*name));
        self.finding(codes::UNEXPECTED, message, *comma, "this joins values of one arm", help)
    }

    fn chained_comparison(&self) -> Option<Diagnostic> {
        let found = self.found?;
        let is_comparison = |word: &str| matches!(word, "<" | "<=" | ">" | ">=" | "=" | "!=");
        let joins = |word: &str| matches!(word, "," | "->" | "{" | "(") || words::RESERVED.contains(&word);
        let mut before = self.before.iter().rev().map(|l| self.word(*l)).take_while(|word| !joins(word));
        let operand = self.last().is_some_and(|l| is_value(l.kind) || self.word(l) == ")");
        if !is_comparison(self.word(found)) || !operand || !before.any(is_comparison) {
            return None;
        }
        let message = "comparisons do not chain".to_owned();
        let help = "write `x between a and b`, or two comparisons joined by `and`".to_owned();
        self.finding(codes::CHAINED_COMPARISON, message, found, "a second comparison", help)
    }

    fn missing_comma(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|l| is_value(l.kind))?;
        let last = self.last().filter(|l| is_value(l.kind))?;
        let word = self.word(found);
        let keyword = self.expected.has_word(word) || words::RESERVED.contains(&word);
        let list = self.expected.has(Rule::comma) || self.part == Part::Arm && !found.first_on_line;
        if !list || keyword || found.first_on_line && self.part != Part::Item {
            return None;
        }
        let near_keyword =
            self.expected.words(self.part).any(|w| found.kind == Kind::Word && did_you_mean(word, [w]).is_some());
        if near_keyword {
            return None;
        }
        let message = format!("a comma is missing between {} and {}", shown(self.word(last)), shown(word));
        let span = Span::new(self.file, last.start, found.end);
        Some(Diagnostic::error(codes::MISSING_COMMA, message).label(span, "").help(format!(
            "write `{}, {}`",
            self.word(last),
            word
        )))
    }

    fn bare_if(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|l| self.word(*l) == "if" && !self.before.is_empty())?;
        if ![Rule::call_name, Rule::sum, Rule::plain].into_iter().any(|r| self.expected.has(r)) {
            return None;
        }
        let message = "an `if` within another expression needs parentheses".to_owned();
        let help = "write `(if … then … else …)`".to_owned();
        self.finding(codes::UNEXPECTED, message, found, "", help)
    }

    /// `industry is "fintech"`
    fn quoted_value(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|l| l.kind == Kind::Text)?;
        let message = "a value of a dimension is written without quotes".to_owned();
        if self.expected.has(Rule::value_arm) {
            return self.finding(codes::UNEXPECTED, message, found, "", "leave the quotes out".to_owned());
        }
        if !self.expected.has(Rule::missing_kw) || !self.expected.has(Rule::name) {
            return None;
        }
        let help = format!("write the bare word after `is`, or compare a column with `= {}`", self.word(found));
        self.finding(codes::UNEXPECTED, message, found, "", help)
    }

    fn reserved_name(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|l| l.kind == Kind::Word)?;
        let word = self.word(found);
        let due = [Rule::name, Rule::arm_name, Rule::target, Rule::metric, Rule::value_arm]
            .into_iter()
            .any(|r| self.expected.has(r))
            || self.part == Part::Arm && self.before.is_empty();
        if !due || !words::RESERVED.contains(&word) {
            return None;
        }
        let message = format!("`{word}` is a word of the language and cannot be a name");
        let help = "choose another name; capital letters make a different one".to_owned();
        self.finding(codes::RESERVED_NAME, message, found, "", help)
    }

    /// `named … -> territory house`
    fn kind_before_target(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|l| l.kind == Kind::Word && !l.first_on_line)?;
        let kind = self.last().map(|l| self.word(l)).filter(|w| matches!(*w, "territory" | "pool" | "carve"))?;
        if !self.expected.has(Rule::dot) {
            return None;
        }
        let message = format!("the name of the {kind} stands alone here");
        let help = format!("write `{}` without `{kind}`", self.word(found));
        self.finding(codes::UNEXPECTED, message, found, "", help)
    }
}

fn is_value(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Number | Kind::Text)
}

fn unit_of(word: &str) -> Option<&'static str> {
    UNIT_WORDS.iter().find(|(_, forms)| forms.contains(&word)).map(|(unit, _)| *unit)
}

fn is_word_unit(unit: &str) -> bool {
    matches!(unit, "mi" | "km" | "min" | "h" | "d")
}
