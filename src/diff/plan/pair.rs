//! Which item of the head is which item of the base.
//!
//! Items with a name are the same when their names are; the others by what they choose and where they send it, then by
//! how alike they are.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::part::{Part, Side, likeness};
use super::renames::Renames;
use crate::diagnostics::Span;
use crate::syntax::ast::{ItemKind, Name, Selector};

/// Items that choose something else are the same when they have this much in common.
const ALIKE: f64 = 0.6;
/// Beyond so many comparisons nothing is compared: what is left was added and removed.
const MOST_COMPARED: usize = 250_000;

/// For every item of the head its place in the base. `renames` are those that the base was translated with.
pub(super) fn pair(base: &Side<'_>, head: &Side<'_>, renames: &Renames) -> Vec<Option<usize>> {
    let mut pairs = Pairs { of_head: vec![None; head.parts.len()], taken: vec![false; base.parts.len()] };
    let none = Renames::default();
    pairs.by(base, head, |part, _| Some(vec![format!("{:?}", (part.family(), &part.name)), part.tokens.join(" ")]));
    pairs.by(base, head, |part, _| match (part.kind, &part.name) {
        ("plan", _) => Some(vec!["plan".to_owned()]),
        (kind, Some(name)) => Some(vec![kind.to_owned(), name.clone()]),
        (_, None) => None,
    });
    for close in [true, false] {
        let key = |part: &Part<'_>, is_base: bool| {
            let (side, renames) = if is_base { (base, renames) } else { (head, &none) };
            key(part, side, renames, close)
        };
        pairs.by(base, head, key);
    }
    pairs.alike(base, head);
    pairs.of_head
}

struct Pairs {
    of_head: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Pairs {
    /// Pairs items of one key, the first with the first.
    fn by(&mut self, base: &Side<'_>, head: &Side<'_>, key: impl Fn(&Part<'_>, bool) -> Option<Vec<String>>) {
        let mut waiting: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for (at, part) in base.parts.iter().enumerate().rev().filter(|(at, _)| !self.taken[*at]) {
            if let Some(key) = key(part, true) {
                waiting.entry(key).or_default().push(at);
            }
        }
        for (at, part) in head.parts.iter().enumerate() {
            if self.of_head[at].is_none()
                && let Some(key) = key(part, false)
                && let Some(found) = waiting.get_mut(&key).and_then(Vec::pop)
            {
                self.of_head[at] = Some(found);
                self.taken[found] = true;
            }
        }
    }

    fn alike(&mut self, base: &Side<'_>, head: &Side<'_>) {
        let open = |part: &Part<'_>| part.name.is_none();
        let gone: Vec<usize> = (0..base.parts.len()).filter(|at| !self.taken[*at] && open(&base.parts[*at])).collect();
        let fresh: Vec<usize> =
            (0..head.parts.len()).filter(|at| self.of_head[*at].is_none() && open(&head.parts[*at])).collect();
        if gone.len() * fresh.len() > MOST_COMPARED {
            return;
        }
        let mut candidates = Vec::new();
        for &from in &gone {
            for &to in &fresh {
                let (was, is) = (&base.parts[from], &head.parts[to]);
                if was.family() != is.family() {
                    continue;
                }
                let likeness = likeness(was.told(), is.told());
                if likeness >= ALIKE {
                    candidates.push((likeness, from, to));
                }
            }
        }
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let mut used = BTreeSet::new();
        for (_, from, to) in candidates {
            if self.of_head[to].is_none() && used.insert(from) {
                self.of_head[to] = Some(from);
                self.taken[from] = true;
            }
        }
    }
}

impl Part<'_> {
    /// A warning may become an expectation.
    fn family(&self) -> &'static str {
        if self.kind == "warn" { "expect" } else { self.kind }
    }

    /// Its tokens without keyword and reason.
    fn told(&self) -> &[String] {
        let reason = self.tokens.iter().position(|token| token == "because").unwrap_or(self.tokens.len());
        &self.tokens[1.min(reason)..reason]
    }
}

/// What tells an item without a name among its like; nearer with where it leads.
fn key(part: &Part<'_>, side: &Side<'_>, renames: &Renames, close: bool) -> Option<Vec<String>> {
    let tokens = |range: Range<usize>| side.tokens_at(part, range, renames).join(" ");
    let name = |name: &Option<Name>| name.as_ref().map_or(String::new(), |name| tokens(name.span.range()));
    let mut key = vec![part.family().to_owned(), close.to_string()];
    match &part.item.kind {
        ItemKind::Named(node) => {
            key.push(tokens(chosen(&node.selector)));
            if close {
                key.extend([tokens(node.target.span.range()), name(&node.coverage)]);
            }
        }
        ItemKind::Hold(node) => {
            key.push(tokens(chosen(&node.selector)));
            if close {
                key.push(name(&node.coverage));
            }
        }
        ItemKind::Exclude(node) => {
            key.push(tokens(chosen(&node.selector)));
            if close {
                key.push(name(&node.coverage));
            }
        }
        ItemKind::Expect(node) => {
            key.push(tokens(node.metric.span.range()));
            key.push(node.within.as_ref().map_or(String::new(), |within| tokens(within.span.range())));
            if close {
                key.push(node.of.as_ref().map_or(String::new(), |of| tokens(of.span.range())));
                key.push(node.per.as_ref().map_or(String::new(), |per| per.text.clone()));
                key.push(node.condition.as_ref().map_or(String::new(), |condition| tokens(condition.span.range())));
            }
        }
        ItemKind::Test(node) if close => key.push(node.title.value.clone()),
        _ => return None,
    }
    Some(key)
}

/// Where a selector stands.
pub(super) fn chosen(selector: &Selector) -> Range<usize> {
    match selector {
        Selector::Keys(keys) => {
            let spans = keys.iter().map(|key| key.span);
            spans.reduce(Span::to).unwrap_or_default().range()
        }
        Selector::Condition(expr) => expr.span.range(),
    }
}
