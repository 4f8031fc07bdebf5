//! What an item is called, and a change of it, in words.

use super::pair::chosen;
use super::part::{Part, Side};
use super::renames::Renames;
use crate::syntax::ast::ItemKind;

/// Longer selectors are cut.
const LONGEST: usize = 80;

/// The item's name in its own side; the selector for one that has none.
pub(super) fn name(part: &Part<'_>, side: &Side<'_>) -> String {
    let text = |range| shortened(&side.text_at(part, range));
    match &part.item.kind {
        ItemKind::Named(node) => text(chosen(&node.selector)),
        ItemKind::Hold(node) => text(chosen(&node.selector)),
        ItemKind::Exclude(node) => text(chosen(&node.selector)),
        ItemKind::Expect(node) => {
            let last = [node.of.as_ref().map(|of| of.span), node.within.as_ref().map(|within| within.span)];
            let last = last.into_iter().flatten().chain(node.per.iter().map(|per| per.span));
            let last = last.chain(node.condition.iter().map(|condition| condition.span)).map(|span| span.end).max();
            let end = last.map_or(node.metric.span.end, |end| end.max(node.metric.span.end));
            text(node.metric.span.start as usize..end as usize)
        }
        ItemKind::Test(node) => shortened(&node.title.value),
        ItemKind::Prove(node) => text(node.claim.span.range()),
        _ => part.own_name().unwrap_or_default().to_owned(),
    }
}

/// ``dimension `size` ``, `hold of open_pipeline >= 100k`
pub(super) fn item(part: &Part<'_>, side: &Side<'_>) -> String {
    let name = name(part, side);
    match &part.item.kind {
        ItemKind::Named(node) => {
            format!("named {name} -> {}", side.text_at(part, node.target.span.range()))
        }
        ItemKind::Hold(_) => format!("hold of {name}"),
        ItemKind::Exclude(_) => format!("exclusion of {name}"),
        ItemKind::Expect(_) | ItemKind::Prove(_) => format!("{} {name}", part.kind),
        ItemKind::Test(_) => format!("test \"{name}\""),
        _ => format!("{} `{name}`", part.kind),
    }
}

impl Side<'_> {
    /// What is written at a place, on one line.
    fn text_at(&self, part: &Part<'_>, range: std::ops::Range<usize>) -> String {
        let mut line = String::new();
        for word in self.written_at(part, range, &Renames::default()).split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        line
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.truncate(short.trim_end_matches([' ', ',']).len());
    short + " …"
}
