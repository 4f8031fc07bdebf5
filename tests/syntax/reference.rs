//! The language reference beside the grammar: every snippet in it is read.

use super::read;
use terrac::diagnostics::{FileId, codes};
use terrac::syntax::{parse, words};

/// Snippets with the line that they begin on; `terr fragment` fences hold no whole items and have their own heading.
fn snippets(page: &str) -> Vec<(usize, &str, String)> {
    let mut snippets: Vec<(usize, &str, String)> = Vec::new();
    let mut open = false;
    for (i, line) in page.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(info) if !open => {
                open = true;
                snippets.push((i + 1, info, String::new()));
            }
            Some(_) => open = false,
            None if open => {
                if let Some((_, _, text)) = snippets.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            None => {}
        }
    }
    snippets
}

/// A fragment within the item that it is a part of: what it is follows the word `fragment`.
fn whole(info: &str, text: &str) -> Option<String> {
    match info {
        "terr" => Some(text.to_owned()),
        "terr fragment arms" => Some(format!("dimension d by column {{\n{text}}}")),
        "terr fragment tree" => Some(format!("coverage c {{\n{text}}}")),
        "terr fragment clauses" => Some(format!("carve c {{\n{text}}}")),
        // One value or condition a line.
        "terr fragment expressions" => {
            let lines = text.lines().filter(|l| !l.trim().is_empty());
            Some(lines.enumerate().map(|(i, line)| format!("segment s{i} = {line}\n")).collect())
        }
        _ => None,
    }
}

#[test]
fn every_snippet_of_the_reference_is_read() {
    let page = read("grammar/README.md");
    let snippets = snippets(&page);
    let terr = snippets.iter().filter(|(_, info, _)| info.starts_with("terr"));
    assert!(terr.clone().count() > 20, "the reference has snippets");
    for (line, info, text) in terr {
        let text = whole(info, text).unwrap_or_else(|| panic!("line {line}: what is `{info}`?"));
        let (file, findings) = parse(FileId(0), &text);
        let messages: Vec<&str> = findings.iter().map(|f| f.message.as_str()).collect();
        assert!(messages.is_empty() && !file.items.is_empty(), "grammar/README.md:{line}: {messages:?}\n{text}");
    }
}

#[test]
fn the_reference_speaks_of_every_word() {
    let page = read("grammar/README.md");
    let suffixes = words::SUFFIXES.iter().filter(|s| **s != "%");
    for word in words::ITEMS.iter().chain(words::CLAUSES).chain(words::RESERVED).chain(suffixes) {
        let mut spoken = page.split(|c: char| c != '_' && !c.is_alphanumeric());
        assert!(spoken.any(|w| w == *word), "nothing is said of `{word}`");
    }
    assert!(codes::syntax::ALL.iter().all(|code| !code.summary.is_empty()));
}
