//! Hostile texts stay texts, as a parser of GitHub's Markdown, a CSV reader and a terminal see them.

use comrak::nodes::{NodeValue, TableAlignment};
use comrak::{Arena, Options, parse_document};
use terrac::render::diff::markdown::markdown;
use terrac::render::diff::{csv, geojson, human, json, letters, redacted};
use terrac::render::human::Style;

use super::fixture::{HOSTILE, big, hostile, small};
use super::shown::options;

/// What a reader of Markdown finds.
#[derive(Debug, Default)]
pub struct Seen {
    pub headings: Vec<String>,
    /// Language and content.
    pub fences: Vec<(String, String)>,
    /// Columns, and cells of each row.
    pub tables: Vec<(usize, Vec<usize>)>,
    pub html: Vec<String>,
    pub links: Vec<String>,
    /// Text outside of code.
    pub text: String,
    pub code: Vec<String>,
}

/// Reads Markdown as GitHub does.
pub fn read(text: &str) -> Seen {
    let mut options = Options::default();
    let ext = &mut options.extension;
    (ext.table, ext.autolink, ext.strikethrough, ext.tasklist, ext.footnotes) = (true, true, true, true, true);
    (ext.math_dollars, ext.math_code, ext.alerts) = (true, true, true);
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    let mut seen = Seen::default();
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::Heading(_) => {
                let mut heading = String::new();
                for inner in node.descendants() {
                    match &inner.data.borrow().value {
                        NodeValue::Text(text) => heading.push_str(text),
                        NodeValue::Code(code) => heading.push_str(&code.literal),
                        _ => {}
                    }
                }
                seen.headings.push(heading);
            }
            NodeValue::CodeBlock(block) => seen.fences.push((block.info.clone(), block.literal.clone())),
            NodeValue::Table(table) => {
                let columns = table.alignments.len();
                assert!(table.alignments.iter().all(|a| matches!(a, TableAlignment::None | TableAlignment::Right)));
                seen.tables.push((columns, node.children().map(|row| row.children().count()).collect()));
            }
            NodeValue::HtmlBlock(block) => seen.html.push(block.literal.clone()),
            NodeValue::HtmlInline(html) => seen.html.push(html.clone()),
            NodeValue::Link(link) | NodeValue::Image(link) => seen.links.push(link.url.clone()),
            NodeValue::Text(text) => {
                seen.text.push_str(text);
                seen.text.push('\n');
            }
            NodeValue::Code(code) => seen.code.push(code.literal.clone()),
            NodeValue::Math(math) => panic!("a formula: {math:?}"),
            NodeValue::Strikethrough | NodeValue::FootnoteReference(_) | NodeValue::Raw(_) | NodeValue::Alert(_) => {
                panic!("markup that no comment has")
            }
            _ => {}
        }
    }
    seen
}

/// Nothing acts but what the comment itself brings.
fn assert_harmless(text: &str) -> Seen {
    let seen = read(text);
    assert_eq!(seen.links, Vec::<String>::new(), "links of data:\n{text}");
    for html in &seen.html {
        let html = html.trim();
        let marker = html == "<!-- terrac diff: northwind -->";
        let begin = html
            .strip_prefix("<details><summary>")
            .and_then(|rest| rest.strip_suffix("</summary>"))
            .is_some_and(|inner| !inner.replace("<code>", "").replace("</code>", "").contains(['<', '>']));
        assert!(marker || begin || html == "</details>", "foreign HTML: {html}\n{text}");
    }
    let folds = |word: &str| seen.html.iter().map(|html| html.matches(word).count()).sum::<usize>();
    assert_eq!(folds("<details>"), folds("</details>"), "folds that begin end");
    for (columns, rows) in &seen.tables {
        // Missing cells are filled and surplus ones dropped by the parser; both would show in the source.
        assert!(rows.iter().all(|cells| cells == columns), "{columns} columns, rows of {rows:?}\n{text}");
    }
    let plain = seen.text.to_lowercase();
    for acting in ["@", "#", "://", "www.", "gh-", "deadbeef", "$"] {
        assert!(!plain.contains(acting), "`{acting}` stands outside of code: {plain}");
    }
    assert_invisible(text);
    seen
}

fn assert_invisible(text: &str) {
    let bad = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let found: Vec<char> = text.chars().filter(|c| bad(*c)).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Cells of a row as they stand in the source: bars that no backslash precedes.
fn source_cells(line: &str) -> usize {
    let bars = line.match_indices('|').filter(|(at, _)| !line[..*at].ends_with('\\')).count();
    bars - 1
}

#[test]
fn comments_hold_no_markup_of_data() {
    let calm = assert_harmless(&markdown(&small(), &options(65_535)));
    for diff in [hostile(), redacted(&hostile())] {
        for max_bytes in [65_535, 20_000, 8_000] {
            let text = markdown(&diff, &options(max_bytes));
            let seen = assert_harmless(&text);
            for block in text.split("\n\n").filter(|block| block.starts_with('|')) {
                let cells: Vec<usize> = block.lines().filter(|l| l.starts_with('|')).map(source_cells).collect();
                assert!(cells.windows(2).all(|pair| pair[0] == pair[1]), "{cells:?}\n{block}");
            }
            if max_bytes == 65_535 {
                assert_eq!(seen.headings.len(), calm.headings.len(), "{:?}", seen.headings);
                assert_eq!(seen.tables.len() - calm.tables.len(), hostile().reps.len() - small().reps.len());
                assert_eq!(seen.fences.len(), 2, "a map and the plan's text");
                assert!(seen.code.iter().any(|code| code.contains("<script>")), "names are shown");
            }
        }
    }
}

#[test]
fn long_comments_are_as_harmless() {
    assert_harmless(&markdown(&big(2_000), &options(65_535)));
}

#[test]
fn project_names_cannot_end_the_marker() {
    for name in HOSTILE {
        let mut options = options(65_535);
        options.project = name.to_owned();
        let text = markdown(&small(), &options);
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("<!-- terrac diff: ") && first.ends_with(" -->"), "{first}");
        assert!(!first[4..first.len() - 3].contains("--") && !first[4..first.len() - 3].contains('>'), "{first}");
    }
}

#[test]
fn maps_are_valid_and_without_html() {
    let text = geojson::geojson(&hostile());
    assert!(!text.contains(['<', '>', '&']), "{text}");
    assert_invisible(&text);
    let map: ::geojson::GeoJson = text.parse().expect("GeoJSON");
    let ::geojson::GeoJson::FeatureCollection(map) = map else { panic!("features") };
    assert_eq!(map.features.len(), hostile().moves.len() + hostile().territories.len());
    let fenced = read(&markdown(&hostile(), &options(65_535)));
    let (_, map) = fenced.fences.iter().find(|(language, _)| language == "geojson").expect("a map");
    map.parse::<::geojson::GeoJson>().expect("GeoJSON in the comment");
}

#[test]
fn letters_hold_no_markup_of_data() {
    let letters = letters::letters(&hostile());
    assert_eq!(letters.len(), HOSTILE.len());
    for letter in letters {
        let seen = assert_harmless(&letter.text);
        assert_eq!(seen.html, Vec::<String>::new());
        assert!(seen.headings[0].ends_with(&format!(": your accounts in {}", seen.code[1])), "{:?}", seen.headings);
    }
}

#[test]
fn terminals_see_no_controls() {
    for width in [40, 200] {
        let text = human::diff(&hostile(), true, Style { color: false, width });
        let bad: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(bad.is_empty(), "{bad:?}");
        assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{200f}']));
    }
}

#[test]
fn spreadsheets_see_no_formulas() {
    let mut bytes = Vec::new();
    csv::csv(&hostile(), &mut bytes).expect("memory takes everything");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let cells = super::tables::cells(&text);
    let columns = cells[0].len();
    assert_eq!(cells.len(), hostile().moves.len() + 1);
    for row in &cells {
        assert_eq!(row.len(), columns, "{row:?}");
        for cell in row {
            let number = cell.parse::<f64>().is_ok();
            assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
    }
}

#[test]
fn json_keeps_every_text_as_it_is() {
    let value: serde_json::Value = serde_json::from_str(&json::json(&hostile())).expect("JSON");
    for (i, text) in HOSTILE.iter().enumerate() {
        assert_eq!(value["moves"][i]["name"], **text);
    }
}
