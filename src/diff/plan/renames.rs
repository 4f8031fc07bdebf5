//! Which things of the base have another name in the head.
//!
//! A head item may say so (`was NAME`); other items are recognised: same kind, gone here and new there, and their texts
//! the same or nearly so but for the name. Invariant: names of the base, put through [`Renames::now`], are distinct
//! wherever they were.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::Lines;
use super::names::{Mention, Role, declared, leaves};
use super::part::{Part, Side, likeness};
use crate::syntax::ast::ItemKind;

/// Something that is called otherwise in the head.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rename {
    /// `let`, `weight`, `dimension`, `segment`, `coverage`, `territory`, `carve`, `pool` or `arm`.
    pub kind: &'static str,
    /// For an arm, its dimension, as the head calls it.
    pub within: Option<String>,
    pub old: String,
    /// The head's name; where the head gave the name to something else, one that worlds use in its place.
    pub new: String,
    /// The head knows it by that name.
    pub kept: bool,
}

/// Texts this long in tokens may differ a little and still count as one thing renamed.
const LONG: usize = 12;
const NEARLY: f64 = 0.9;

#[derive(Debug, Default)]
pub(super) struct Renames {
    terms: BTreeMap<String, String>,
    places: BTreeMap<String, String>,
    /// By the old name of the dimension and of the arm.
    arms: BTreeMap<(String, String), String>,
    listed: BTreeSet<Rename>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    Term,
    Place,
}

fn space(kind: &str) -> Option<Space> {
    match kind {
        "let" | "weight" | "dimension" | "segment" => Some(Space::Term),
        "coverage" | "territory" | "carve" | "pool" => Some(Space::Place),
        _ => None,
    }
}

impl Renames {
    pub fn find(base: &mut Side<'_>, head: &Side<'_>) -> Self {
        let mut renames = Self::default();
        renames.stated(base, head);
        // What was renamed shows in the texts of others, so that these are told apart only then.
        for _ in 0..4 {
            base.translate(&renames);
            if !(renames.recognised(base, head) | renames.arms(base, head) | renames.leaves(base, head)) {
                break;
            }
        }
        renames.make_room(base, head);
        base.translate(&renames);
        renames
    }

    pub fn list(&self) -> Vec<Rename> {
        self.listed.iter().cloned().collect()
    }

    /// What the head calls something that the base mentions; `terms` are the kinds of the base's terms.
    pub fn now(&self, mention: &Mention, terms: &BTreeMap<String, &'static str>) -> Option<&str> {
        let name = &mention.name;
        let term =
            |fits: &dyn Fn(&str) -> bool| terms.get(name).filter(|kind| fits(kind)).and_then(|_| self.terms.get(name));
        let found = match &mention.role {
            Role::Value => term(&|kind| kind != "dimension"),
            Role::Fixed => term(&|kind| kind == "let"),
            Role::Dimension => term(&|kind| kind == "dimension"),
            Role::Arm(dimension) => self.arms.get(&(dimension.clone(), name.clone())),
            Role::Place => self.places.get(name),
            Role::Subject => term(&|_| true).or_else(|| self.places.get(name)),
        };
        found.map(String::as_str)
    }

    /// The head's name of an item of the base.
    pub fn name_now<'n>(&'n self, kind: &str, name: &'n str) -> &'n str {
        let names = match space(kind) {
            Some(Space::Term) => &self.terms,
            Some(Space::Place) => &self.places,
            None => return name,
        };
        names.get(name).map_or(name, String::as_str)
    }

    fn enter(&mut self, kind: &'static str, old: &str, new: &str, kept: bool) {
        let names = match space(kind) {
            Some(Space::Term) => &mut self.terms,
            Some(Space::Place) => &mut self.places,
            None => return,
        };
        names.insert(old.to_owned(), new.to_owned());
        self.listed.insert(Rename { kind, within: None, old: old.to_owned(), new: new.to_owned(), kept });
    }

    /// `was NAME`, unless it tells of a time before the base.
    fn stated(&mut self, base: &Side<'_>, head: &Side<'_>) {
        let old = known(base);
        for part in &head.parts {
            let (kind, Some(name), Some(was)) = declared(&part.item.kind) else { continue };
            // Said before the base already.
            let stale = base.parts.iter().any(|part| match declared(&part.item.kind) {
                (other, Some(old_name), Some(old_was)) => (other, old_name, old_was) == (kind, name, was),
                _ => false,
            });
            let was_there = !stale && old.contains_key(&(kind, was.text.as_str()));
            // A name that the base has too went to something else, unless it is the same thing that it was.
            let before = |name: &str| {
                let same = |part: &&Part<'_>| part.kind == kind && part.own_name() == Some(name);
                base.parts.iter().find(same).map_or(0.0, |was| alike(was, part))
            };
            let moved = head.parts.iter().any(
                |other| matches!(declared(&other.item.kind), (k, Some(_), Some(w)) if k == kind && w.text == name.text),
            );
            let is_new = moved || before(&was.text) >= before(&name.text);
            if was_there && is_new && self.name_now(kind, &was.text) == was.text {
                self.enter(kind, &was.text, &name.text, true);
            }
        }
    }

    fn recognised(&mut self, base: &Side<'_>, head: &Side<'_>) -> bool {
        let (old, new) = (known(base), known(head));
        let taken: BTreeSet<(&str, String)> =
            self.listed.iter().filter(|r| r.within.is_none()).map(|r| (r.kind, r.new.clone())).collect();
        let mut found = Vec::new();
        let unpaired = |side: &Side<'_>, gone: &dyn Fn(&'static str, &str) -> bool| {
            let parts = side.parts.iter().enumerate();
            let parts = parts
                .filter(|(_, part)| part.kind != "plan" && part.name.as_deref().is_some_and(|n| gone(part.kind, n)));
            parts.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let gone = unpaired(base, &|kind, name| !new.contains_key(&(kind, name)));
        let fresh =
            unpaired(head, &|kind, name| !old.contains_key(&(kind, name)) && !taken.contains(&(kind, name.to_owned())));
        let mut candidates = Vec::new();
        for &from in &gone {
            for &to in &fresh {
                let (was, is) = (&base.parts[from], &head.parts[to]);
                if was.kind != is.kind || taken.contains(&(was.kind, was.name.clone().unwrap_or_default())) {
                    continue;
                }
                let likeness = alike(was, is);
                if likeness >= if is.tokens.len() >= LONG { NEARLY } else { 1.0 } {
                    candidates.push((likeness, from, to));
                }
            }
        }
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let (mut used_old, mut used_new) = (BTreeSet::new(), BTreeSet::new());
        for (_, from, to) in candidates {
            if !used_old.contains(&from) && !used_new.contains(&to) {
                used_old.insert(from);
                used_new.insert(to);
                found.push((from, to));
            }
        }
        for (from, to) in &found {
            let (was, is) = (&base.parts[*from], &head.parts[*to]);
            if let ((kind, Some(old), _), Some(new)) = (declared(&was.item.kind), &is.name) {
                self.enter(kind, &old.text, new, true);
            }
        }
        !found.is_empty()
    }

    /// Arms with the same patterns and another name.
    fn arms(&mut self, base: &Side<'_>, head: &Side<'_>) -> bool {
        let before = self.listed.len();
        for was in base.parts.iter() {
            let (ItemKind::Dimension(old), Some(now)) = (&was.item.kind, &was.name) else { continue };
            let new = head.parts.iter().find_map(|part| match &part.item.kind {
                ItemKind::Dimension(new) if part.name.as_ref() == Some(now) => Some((part, new)),
                _ => None,
            });
            let Some((is, new)) = new else { continue };
            let gone = old.arms.iter().filter(|arm| new.arms.iter().all(|other| other.name.text != arm.name.text));
            let mut fresh: Vec<_> =
                new.arms.iter().filter(|arm| old.arms.iter().all(|other| other.name.text != arm.name.text)).collect();
            for arm in gone {
                let key = (old.name.text.clone(), arm.name.text.clone());
                if let Some(renamed) = self.arms.get(&key) {
                    fresh.retain(|other| other.name.text != *renamed);
                    continue;
                }
                let same = |other: &&crate::syntax::ast::DimensionArm| {
                    was.patterns_of(arm, base, self) == is.patterns_of(other, head, &Renames::default())
                };
                let Some(at) = fresh.iter().position(same) else { continue };
                let new_name = fresh.remove(at).name.text.clone();
                self.listed.insert(Rename {
                    kind: "arm",
                    within: Some(now.clone()),
                    old: arm.name.text.clone(),
                    new: new_name.clone(),
                    kept: true,
                });
                self.arms.insert(key, new_name);
            }
        }
        self.listed.len() > before
    }

    /// Territories and pools that a tree names where it named others, the rest of the lines being the same.
    fn leaves(&mut self, base: &Side<'_>, head: &Side<'_>) -> bool {
        let (old, new) = (known(base), known(head));
        let renamed: BTreeSet<(&str, String)> = self.listed.iter().map(|r| (r.kind, r.old.clone())).collect();
        let taken: BTreeSet<(&str, String)> = self.listed.iter().map(|r| (r.kind, r.new.clone())).collect();
        let gone =
            planted(base, |kind, name| !new.contains_key(&(kind, name)) && !renamed.contains(&(kind, name.to_owned())));
        let fresh =
            planted(head, |kind, name| !old.contains_key(&(kind, name)) && !taken.contains(&(kind, name.to_owned())));
        let mut found = false;
        for (key, lines) in &gone {
            let alike = |(other, of): &(&(&'static str, String), &Vec<Line>)| other.0 == key.0 && *of == lines;
            let there: Vec<_> = fresh.iter().filter(alike).collect();
            if let ([(name, _)], 1) = (&there[..], gone.iter().filter(alike).count()) {
                self.enter(key.0, &key.1, &name.1, true);
                found = true;
            }
        }
        found
    }

    /// Where a name was given to something else, what had it before gets one that nothing has.
    fn make_room(&mut self, base: &Side<'_>, head: &Side<'_>) {
        let (old, new) = (known(base), known(head));
        let mut taken: BTreeSet<String> = base.words().chain(head.words()).map(str::to_owned).collect();
        let given: Vec<Rename> = self.listed.iter().filter(|r| r.within.is_none()).cloned().collect();
        for rename in given {
            for (kind, name) in old.keys().filter(|(_, name)| *name == rename.new) {
                let moved = self.listed.iter().any(|r| r.kind == *kind && r.within.is_none() && r.old == *name);
                if moved || space(kind) != space(rename.kind) {
                    continue;
                }
                let free = (1..).map(|n| if n == 1 { format!("{name}_before") } else { format!("{name}_before_{n}") });
                let free = free.into_iter().find(|name| !taken.contains(name)).unwrap_or_default();
                taken.insert(free.clone());
                let kept = new.contains_key(&(*kind, free.as_str()));
                self.enter(kind, name, &free, kept);
            }
        }
    }
}

/// What a side declares, by kind and its own name, leaves of trees included.
fn known<'s>(side: &'s Side<'_>) -> BTreeMap<(&'static str, &'s str), ()> {
    let declared = side.parts.iter().filter_map(|part| match declared(&part.item.kind) {
        (kind, Some(name), _) => Some((kind, name.text.as_str())),
        _ => None,
    });
    let leaves =
        side.parts.iter().flat_map(|part| leaves(&part.item.kind)).map(|(kind, name)| (kind, name.text.as_str()));
    declared.chain(leaves).map(|key| (key, ())).collect()
}

/// The coverage that a line belongs to, and its tokens without the name that is looked at.
type Line = (Option<String>, Vec<String>);

/// The lines on which the wanted territories and pools of trees stand, by kind and name.
fn planted(
    side: &Side<'_>,
    wanted: impl Fn(&'static str, &str) -> bool,
) -> BTreeMap<(&'static str, String), Vec<Line>> {
    let mut all: BTreeMap<(&'static str, String), Vec<Line>> = BTreeMap::new();
    for part in &side.parts {
        let names: BTreeSet<(&'static str, &str)> =
            leaves(&part.item.kind).into_iter().map(|(kind, name)| (kind, name.text.as_str())).collect();
        let names: Vec<_> = names.into_iter().filter(|(kind, name)| wanted(kind, name)).collect();
        if names.is_empty() {
            continue;
        }
        let lines = Lines::new(&part.text);
        for (kind, name) in names {
            let names = |tokens: &[String], at: usize| at > 0 && tokens[at] == name && tokens[at - 1] == kind;
            let with_name = lines.tokens.iter().filter(|tokens| (0..tokens.len()).any(|at| names(tokens, at)));
            let masked = |tokens: &Vec<String>| {
                let mut without = tokens.clone();
                (0..tokens.len()).filter(|at| names(tokens, *at)).for_each(|at| without[at].clear());
                (part.name.clone(), without)
            };
            all.entry((kind, name.to_owned())).or_default().extend(with_name.map(masked));
        }
    }
    all
}

/// How alike two items are but for their own names.
fn alike(was: &Part<'_>, is: &Part<'_>) -> f64 {
    let masked = |part: &Part<'_>| -> Vec<String> {
        let mut tokens = part.tokens.clone();
        if let Some(own) = tokens.get_mut(1) {
            own.clear();
        }
        tokens
    };
    likeness(&masked(was), &masked(is))
}
