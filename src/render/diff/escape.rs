//! Texts of data within Markdown as GitHub reads it.
//!
//! Invariant: what comes of a text is one run of inline text that neither begins nor ends markup, links to nothing,
//! mentions nobody, refers to no issue and draws no formula. Code spans give that for any text; words in prose are given
//! as prose only where they hold nothing that GitHub acts on after Markdown has been read (`@name`, `#1`, `GH-1`, hashes of
//! commits, addresses, `$…$`), since no escape of Markdown's own reaches that far.

use crate::render::human::printable;

/// Where a text goes: in a cell of a table `|` would end the cell, even within code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum In {
    Cell,
    Line,
}

/// Characters of a text of data at the most, and of prose.
const LONG: usize = 120;
const LONG_PROSE: usize = 400;

/// A name, key or other text of data as a code span; a dash for nothing.
pub fn code(text: &str, place: In) -> String {
    span(&cut(&visible(text), LONG), place)
}

/// A sentence in which words stand between backticks: these become code, and so does whatever is not plain.
pub fn prose(text: &str, place: In) -> String {
    let text = cut(&visible(text), LONG_PROSE);
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::new();
    for (i, part) in parts.iter().enumerate() {
        let quoted = i % 2 == 1 && i + 1 < parts.len();
        let begins = out.is_empty() && i == 0;
        if part.trim().is_empty() {
            out.push_str(if part.is_empty() || begins { "" } else { " " });
        } else if quoted || !is_plain(part) {
            // A span that touches another would grow into it.
            if out.ends_with('`') {
                out.push(' ');
            }
            out.push_str(&span(part, place));
        } else {
            push_escaped(part, begins, &mut out);
        }
    }
    if out.trim().is_empty() { "—".to_owned() } else { out }
}

/// A text within HTML of our own.
pub fn html(text: &str) -> String {
    let mut out = String::new();
    for c in cut(&visible(text), LONG).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Lines as a fenced block of a language.
pub fn fenced(language: &str, lines: &str) -> String {
    let fence = "`".repeat(longest_run(lines).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.trim_end_matches('\n'))
}

/// One line without what is invisible: marks that turn the direction, break lines or hide letters.
pub fn visible(text: &str) -> String {
    let one_line: String = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
    let hidden = |c: char| matches!(c, '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    printable(&one_line).chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

fn span(text: &str, place: In) -> String {
    let mut text = text.trim().to_owned();
    if text.is_empty() {
        return "—".to_owned();
    }
    if place == In::Cell {
        // A backslash before the bar would free it again.
        text = text.replace("\\|", "\u{ff3c}|").replace('|', "\\|");
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Holds nothing that is acted on beyond Markdown.
fn is_plain(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let hash = |word: &str| (7..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
    // `GH-1`, and whatever else other trackers link.
    let reference = text.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| {
        let mut parts = word.split('-');
        let head = parts.next().unwrap_or_default();
        head.bytes().any(|b| b.is_ascii_alphabetic())
            && parts.any(|part| part.starts_with(|c: char| c.is_ascii_digit()))
    });
    !text.contains(['@', '#', '$'])
        && !lower.contains("://")
        && !lower.contains("www.")
        && !words.any(hash)
        && !reference
}

/// Ordinary words, with a backslash before what Markdown would read; `first` on a line, where lists and headings begin.
fn push_escaped(text: &str, first: bool, out: &mut String) {
    let text = if first { text.trim_start() } else { text };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (i, c) in text.char_indices() {
        let block =
            first && ((i == 0 && matches!(c, '-' | '+' | '=')) || (i == digits && i > 0 && matches!(c, '.' | ')')));
        if block || matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '!' | '^' | '{' | '}') {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_data_are_code() {
        let cases = [
            ("Acme", "`Acme`"),
            ("a`b", "``a`b``"),
            ("`x`", "`` `x` ``"),
            ("", "—"),
            (" \n ", "—"),
            ("a\nb", "`a b`"),
            ("a\u{202e}b\u{200b}c", "`a\u{fffd}b\u{fffd}c`"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text, In::Line), expected);
        }
        assert_eq!(code("a|b", In::Cell), "`a\\|b`");
        assert_eq!(code("a\\|b", In::Cell), "`a\u{ff3c}\\|b`");
        assert_eq!(code("a|b", In::Line), "`a|b`");
    }

    #[test]
    fn prose_keeps_its_words_and_nothing_else() {
        let cases = [
            ("dimension `size` changed", "dimension `size` changed"),
            ("rep `ann` leaves on 2027-03-31", "rep `ann` leaves on 2027-03-31"),
            ("<b>bold</b> & *more*", "\\<b\\>bold\\</b\\> \\& \\*more\\*"),
            ("ask @ann", "`ask @ann`"),
            ("see #12", "`see #12`"),
            ("see GH-12", "`see GH-12`"),
            ("at https://x.y", "`at https://x.y`"),
            ("commit deadbeef1", "`commit deadbeef1`"),
            ("costs $x$", "`costs $x$`"),
            ("`open", "open"),
            ("- no list", "\\- no list"),
            ("12. no list", "12\\. no list"),
            ("`a``b`", "`a` `b`"),
        ];
        for (text, expected) in cases {
            assert_eq!(prose(text, In::Line), expected, "{text}");
        }
    }
}
