//! Plans that are right.

use super::read;
use terrac::diagnostics::{Diagnostics, FileId};
use terrac::syntax::{ast::ItemKind, parse};

fn messages(findings: &Diagnostics) -> Vec<&str> {
    findings.iter().map(|f| f.message.as_str()).collect()
}

#[test]
fn every_item_and_clause_is_read() {
    let text = read("tests/syntax/valid/everything.terr");
    let (file, findings) = parse(FileId(0), &text);
    assert_eq!(messages(&findings), Vec::<&str>::new());
    assert_eq!(file.items.len(), 43);
    assert_eq!(file.comments.len(), 1);
    for item in &file.items {
        let written = &text[item.span.range()];
        assert_eq!(written, written.trim(), "spans end with the last token");
    }
    let carves: Vec<_> =
        file.items.iter().filter_map(|i| if let ItemKind::Carve(c) = &i.kind { Some(c) } else { None }).collect();
    assert_eq!(carves.iter().map(|c| c.clauses.len()).collect::<Vec<_>>(), [15, 4, 4]);
}

#[test]
fn byte_order_mark_and_carriage_returns_are_accepted() {
    let text = read("tests/syntax/valid/everything.terr");
    let (plain, _) = parse(FileId(0), &text);
    let (windows, findings) = parse(FileId(0), &format!("\u{FEFF}{}", text.replace('\n', "\r\n")));
    assert_eq!(messages(&findings), Vec::<&str>::new());
    assert_eq!(plain, windows);
}
