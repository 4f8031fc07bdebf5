//! The facts that differ between two sides, in the order in which they are best replayed.
//!
//! What is new comes before what uses it, what goes after what used it, so that most worlds in between make sense.

use std::collections::BTreeSet;

use super::lines::{Difference, Lines, compare};
use super::names::Role;
use super::pair::pair;
use super::part::{Part, Side};
use super::renames::{Rename, Renames};
use super::title;
use super::world::{Choice, Slot};
use super::{Fact, FactKind, PlanDiff};
use crate::diff::value::{Excerpt, Hunk, ItemChange, ItemChangeKind, PlanChanges};
use crate::syntax::{ast, parse};

pub(super) fn diff(base: &Side<'_>, head: &Side<'_>, renames: &Renames) -> PlanDiff {
    let of_head = pair(base, head, renames);
    let mut of_base = vec![None; base.parts.len()];
    for (at, from) in of_head.iter().enumerate() {
        if let Some(from) = from {
            of_base[*from] = Some(at);
        }
    }
    let listed = renames.list();
    let mut draft =
        Draft { base, head, renames: &listed, found: Vec::new(), unchanged: 0, chosen: 0, slots: Vec::new() };
    // What is gone stands behind what was before it.
    let mut order: Vec<(usize, Option<usize>, Option<usize>)> = Vec::new();
    order.extend(of_head.iter().enumerate().map(|(at, from)| (at + 1, *from, Some(at))));
    let mut behind = 0;
    for (from, at) in of_base.iter().enumerate() {
        match at {
            Some(at) => behind = at + 1,
            None => order.push((behind, Some(from), None)),
        }
    }
    order.sort_by_key(|(behind, from, at)| (*behind, at.is_none(), *from));
    for (_, from, at) in order {
        match (from.map(|from| &base.parts[from]), at.map(|at| &head.parts[at])) {
            (Some(was), Some(is)) => draft.both(was, is),
            (None, Some(is)) => draft.whole(is, head, true),
            (Some(was), None) => draft.whole(was, base, false),
            (None, None) => {}
        }
    }
    draft.finish(listed.clone())
}

struct Draft<'a, 's> {
    base: &'a Side<'s>,
    head: &'a Side<'s>,
    renames: &'a [Rename],
    found: Vec<(ItemChange, Vec<Found>)>,
    unchanged: u64,
    /// Facts that worlds choose by, numbered as they are found.
    chosen: usize,
    slots: Vec<Slot>,
}

/// A fact of an item, one for each of its hunks.
struct Found {
    kind: FactKind,
    title: String,
    because: Option<String>,
    /// Where it comes in the replay.
    rank: (u8, u8),
    /// What worlds choose by it.
    chosen: Option<usize>,
}

impl Draft<'_, '_> {
    fn whole(&mut self, part: &Part<'_>, side: &Side<'_>, added: bool) {
        let (_, original) = part.canonical();
        let lines = Lines::new(&original);
        let all: Vec<usize> = (0..lines.texts.len()).collect();
        let excerpt = excerpt(part, side, &lines, &original, &all);
        let kind = self.kind(part, part);
        let verb = if added { "added" } else { "removed" };
        let title = format!("{} {verb}", title::item(part, side));
        let because = reason(part);
        let choice = self.chosen;
        self.chosen += 1;
        let rank = rank(part.kind, kind, !added);
        let (before, after) = if added { (None, excerpt) } else { (excerpt, None) };
        let change = ItemChange {
            kind: part.kind.to_owned(),
            name: title::name(part, side),
            change: if added { ItemChangeKind::Added } else { ItemChangeKind::Removed },
            was: None,
            because: because.clone(),
            hunks: vec![Hunk { before, after }],
        };
        let (before, after) = if added { ("", part.text.as_str()) } else { (part.text.as_str(), "") };
        let choice_of = Choice { fact: choice, before: before.to_owned(), after: after.to_owned() };
        self.slots.push(Slot::new(part.kind, vec![choice_of]));
        self.found.push((change, vec![Found { kind, title, because, rank, chosen: Some(choice) }]));
    }

    fn both(&mut self, was: &Part<'_>, is: &Part<'_>) {
        let renamed = was.own_name() != is.own_name() && was.kind != "plan";
        let same = was.tokens == is.tokens || (was.kind == is.kind && says_the_same(&was.text, &is.text));
        let mut hunks = Vec::new();
        let mut facts = Vec::new();
        let texts = || (was.canonical(), is.canonical());
        if renamed || self.renames.iter().any(|rename| is_arm_of(rename, is)) {
            let ((_, original), (text, _)) = texts();
            let (old, new) = (Lines::new(&original), Lines::new(&text));
            self.renamed(was, is, (&old, &original), (&new, &text), renamed, &mut hunks, &mut facts);
        }
        if same {
            self.slots.push(Slot::fixed(is.kind, &is.text));
        } else {
            let ((translated, original), (text, _)) = texts();
            let (old, new) = (Lines::new(&translated), Lines::new(&text));
            let difference = compare(is.kind, &old, &new);
            // A longer name may break other lines.
            let own = Lines::new(&original);
            let (shown, original) =
                if own.texts.len() == old.texts.len() { (&own, &original) } else { (&old, &translated) };
            let first = self.chosen;
            self.chosen += difference.facts;
            for fact in 0..difference.facts {
                let at = difference.of(fact);
                let old_lines: Vec<usize> = at.iter().flat_map(|piece| piece.old.clone()).collect();
                let new_lines: Vec<usize> = at.iter().flat_map(|piece| piece.new.clone()).collect();
                let before = excerpt(was, self.base, shown, original, &old_lines);
                let after = excerpt(is, self.head, &new, &text, &new_lines);
                let tokens = |lines: &Lines, numbers: &[usize]| -> Vec<String> {
                    numbers.iter().flat_map(|number| lines.tokens[*number].iter().cloned()).collect()
                };
                let (old_tokens, new_tokens) = (tokens(&old, &old_lines), tokens(&new, &new_lines));
                facts.push(self.changed(was, is, &old_tokens, &new_tokens, difference.facts > 1, first + fact));
                hunks.push(Hunk { before, after });
            }
            self.slots.push(Slot::new(is.kind, choices(&difference, &old, &new, first)));
        }
        if facts.is_empty() {
            self.unchanged += 1;
            return;
        }
        let change = if renamed { ItemChangeKind::Renamed } else { ItemChangeKind::Changed };
        let item = ItemChange {
            kind: is.kind.to_owned(),
            name: title::name(is, self.head),
            change,
            was: renamed.then(|| was.own_name().unwrap_or_default().to_owned()),
            because: reason(is),
            hunks,
        };
        self.found.push((item, facts));
    }

    #[expect(clippy::too_many_arguments, reason = "both sides of everything")]
    fn renamed(
        &self,
        was: &Part<'_>,
        is: &Part<'_>,
        (old, original): (&Lines, &str),
        (new, text): (&Lines, &str),
        itself: bool,
        hunks: &mut Vec<Hunk>,
        facts: &mut Vec<Found>,
    ) {
        let mut tell = |title: String, old_line: usize, new_line: usize| {
            hunks.push(Hunk {
                before: excerpt(was, self.base, old, original, &[old_line]),
                after: excerpt(is, self.head, new, text, &[new_line]),
            });
            let rank = rank(is.kind, FactKind::Inert, false);
            facts.push(Found { kind: FactKind::Inert, title, because: reason(is), rank, chosen: None });
        };
        if itself {
            let name = is.own_name().unwrap_or_default();
            tell(format!("{} renamed to `{name}`", title::item(was, self.base)), 0, 0);
        }
        for rename in self.renames.iter().filter(|rename| is_arm_of(rename, is)) {
            let line = |lines: &Lines, name: &str| {
                lines.tokens.iter().skip(1).position(|tokens| tokens.first().is_some_and(|first| first == name))
            };
            let (Some(old_line), Some(new_line)) = (line(old, &rename.old), line(new, &rename.new)) else { continue };
            let title = format!("arm `{}` of {} renamed to `{}`", rename.old, title::item(is, self.head), rename.new);
            tell(title, old_line + 1, new_line + 1);
        }
    }

    /// What some lines of an item that both sides have say of it.
    fn changed(
        &self,
        was: &Part<'_>,
        is: &Part<'_>,
        old: &[String],
        new: &[String],
        several: bool,
        chosen: usize,
    ) -> Found {
        let item = title::item(is, self.head);
        let only_reason = effective(is.kind, old) == effective(is.kind, new);
        let kind = if only_reason { FactKind::Inert } else { self.kind(was, is) };
        let lines = if new.is_empty() { old } else { new };
        let come_or_gone = old.is_empty() || new.is_empty();
        let part = part_of(is.kind, lines).filter(|_| several || come_or_gone);
        let stripped = |tokens: &[String]| effective("", tokens);
        let verb = match &part {
            Some(_) if new.is_empty() => "removed",
            Some(_) if old.is_empty() => "added",
            _ => "changed",
        };
        let what = part.map_or(item.clone(), |part| format!("{part} of {item}"));
        let title = match () {
            () if stripped(old) == stripped(new) => format!("reason of {what} changed"),
            () if only_reason => format!("title of {item} changed"),
            () => format!("{what} {verb}"),
        };
        let rank = rank(is.kind, kind, false);
        let stated = |tokens: &[String]| {
            let at = tokens.iter().position(|token| token == "because")?;
            Some(tokens.get(at + 1)?.trim_matches('"').to_owned())
        };
        Found { kind, title, because: stated(lines).or_else(|| reason(is)), rank, chosen: Some(chosen) }
    }

    fn kind(&self, was: &Part<'_>, is: &Part<'_>) -> FactKind {
        match is.kind {
            "plan" => FactKind::Term,
            "weight" => FactKind::Weight,
            "named" | "hold" | "exclude" => FactKind::Exception,
            "expect" | "warn" | "test" | "prove" => FactKind::Inert,
            "let" => {
                let mut reached = BTreeSet::new();
                for (side, part) in [(self.base, was), (self.head, is)] {
                    reached.extend(reach(side, part.own_name().unwrap_or_default()));
                }
                let counts = |kind: &&str| !["expect", "warn", "test", "prove"].contains(kind);
                let counting: Vec<&str> = reached.into_iter().filter(counts).collect();
                match counting.as_slice() {
                    [] => FactKind::Inert,
                    ["weight"] => FactKind::Weight,
                    _ => FactKind::Rule,
                }
            }
            _ => FactKind::Rule,
        }
    }

    fn finish(self, renames: Vec<Rename>) -> PlanDiff {
        let mut items = Vec::new();
        let mut facts = Vec::new();
        for (at, (item, found)) in self.found.into_iter().enumerate() {
            for (hunk, fact) in found.into_iter().enumerate() {
                let Hunk { before, after } = item.hunks[hunk].clone();
                let Found { kind, title, because, rank, chosen } = fact;
                facts.push((rank, chosen, Fact { kind, title, item: at, hunk, before, after, because }));
            }
            items.push(item);
        }
        facts.sort_by_key(|(rank, _, fact)| (*rank, fact.item, fact.hunk));
        let mut place = vec![0; facts.len()];
        for (at, (_, chosen, _)) in facts.iter().enumerate() {
            if let Some(chosen) = chosen {
                place[*chosen] = at;
            }
        }
        let mut slots = self.slots;
        slots.iter_mut().for_each(|slot| slot.number(&place));
        let facts = facts.into_iter().map(|(_, _, fact)| fact).collect();
        let changes = PlanChanges { items, unchanged: self.unchanged, regions: None };
        PlanDiff { changes, facts, renames, slots }
    }
}

fn is_arm_of(rename: &Rename, part: &Part<'_>) -> bool {
    part.kind == "dimension" && rename.kind == "arm" && rename.within == part.name
}

/// Both texts are the same item, written differently.
fn says_the_same(old: &str, new: &str) -> bool {
    let read = |text: &str| {
        let (file, findings) = parse(crate::diagnostics::FileId::default(), text);
        (!findings.has_errors()).then_some(file.items)
    };
    read(old).is_some_and(|old| read(new) == Some(old))
}

fn choices(difference: &Difference, old: &Lines, new: &Lines, first: usize) -> Vec<Choice> {
    let text = |lines: &Lines, range: &std::ops::Range<usize>| lines.texts[range.clone()].join("\n");
    let choice = |(piece, fact): &(super::lines::Piece, Option<usize>)| match fact {
        Some(fact) => Choice { fact: first + fact, before: text(old, &piece.old), after: text(new, &piece.new) },
        None => Choice::fixed(text(new, &piece.new)),
    };
    difference.pieces.iter().map(choice).collect()
}

/// What the tokens of some lines say but for reasons and titles.
fn effective(kind: &str, tokens: &[String]) -> Vec<String> {
    let mut left = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| tokens[before].as_str());
        let title = kind == "territory" && token.starts_with('"') && before != Some("owner");
        if token != "because" && before != Some("because") && !title {
            left.push(token.clone());
        }
    }
    // Name and title of the plan place no account.
    if kind == "plan" && !left.iter().any(|token| token == "effective") {
        left.clear();
    }
    left
}

/// The arm, branch or clause that begins some lines of an item.
fn part_of(kind: &str, tokens: &[String]) -> Option<String> {
    let first = tokens.first().filter(|first| first.chars().all(|c| c.is_alphanumeric() || c == '_'))?;
    match kind {
        "coverage" => {
            let arrow = tokens.iter().position(|token| token == "->")?;
            Some(format!("branch `{}`", tokens[..arrow].join(" ").replace(" ,", ",")))
        }
        "carve" if first == "balance" => Some(format!("`{}`", tokens[..2.min(tokens.len())].join(" "))),
        "dimension" if first != kind => Some(format!("arm `{first}`")),
        "carve" | "plan" if first != kind => Some(format!("`{first}`")),
        _ => None,
    }
}

fn reason(part: &Part<'_>) -> Option<String> {
    let because = match &part.item.kind {
        ast::ItemKind::Plan(node) => &node.because,
        ast::ItemKind::Let(node) => &node.because,
        ast::ItemKind::Weight(node) => &node.because,
        ast::ItemKind::Segment(node) => &node.because,
        ast::ItemKind::Dimension(node) => &node.because,
        ast::ItemKind::Coverage(node) => &node.because,
        ast::ItemKind::Territory(node) => &node.because,
        ast::ItemKind::Carve(node) => &node.because,
        ast::ItemKind::Named(node) => &node.because,
        ast::ItemKind::Hold(node) => &node.because,
        ast::ItemKind::Exclude(node) => &node.because,
        ast::ItemKind::Expect(node) => &node.because,
        ast::ItemKind::Test(node) => &node.because,
        ast::ItemKind::Prove(node) => &node.because,
        ast::ItemKind::Use(_) => return None,
    };
    because.as_ref().map(|because| because.value.clone())
}

/// The kinds of items that a let reaches, by way of other lets too.
fn reach(side: &Side<'_>, name: &str) -> BTreeSet<&'static str> {
    let mut waiting = vec![name];
    let mut seen = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if !seen.insert(name) {
            continue;
        }
        for part in &side.parts {
            let uses = |mention: &super::names::Mention| {
                mention.name == name && matches!(mention.role, Role::Value | Role::Fixed)
            };
            if part.own_name() == Some(name) || !part.mentions().iter().any(uses) {
                continue;
            }
            match (part.kind, part.own_name()) {
                ("let", Some(other)) => waiting.push(other),
                (kind, _) => drop(kinds.insert(kind)),
            }
        }
    }
    kinds
}

fn rank(kind: &str, fact: FactKind, removed: bool) -> (u8, u8) {
    let order = ["let", "weight", "dimension", "segment", "territory", "carve", "coverage"];
    let place = order.iter().position(|known| *known == kind).map_or(0, |at| at as u8);
    match fact {
        FactKind::Term => (0, 0),
        FactKind::Inert => (4, place),
        FactKind::Exception => (2, 0),
        FactKind::Weight | FactKind::Rule if removed => (3, order.len() as u8 - place),
        FactKind::Weight | FactKind::Rule => (1, place),
    }
}

/// Some lines of an item, as its own side writes them in canonical layout.
fn excerpt(part: &Part<'_>, side: &Side<'_>, lines: &Lines, canonical: &str, numbers: &[usize]) -> Option<Excerpt> {
    let first = *numbers.first()?;
    let text = |number: &usize| {
        let line = lines.texts[*number].clone();
        match part.was().filter(|_| *number == 0) {
            // `KEYWORD NAME was NAME …`
            Some(was) => {
                let name = part.own_name().unwrap_or_default();
                line.replacen(&format!(" {name}"), &format!(" {name} was {was}"), 1)
            }
            None => line,
        }
    };
    let text: Vec<String> = numbers.iter().map(text).collect();
    let line = part.line(canonical, lines.starts[first], part.sources(side));
    Some(Excerpt { file: side.name_of(part.file()).to_owned(), line, text: text.join("\n") })
}
