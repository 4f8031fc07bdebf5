//! What is declared under which name.
//!
//! Two sets of names: terms, which expressions and splits speak of (lets, weights, segments, dimensions), and places,
//! which accounts are sent to (coverages, carves, territories, pools). Within a set a name has one meaning. Invariant:
//! after [`declare`] the lists of [`Items`] hold each name once, and an entry's index is the place in its list.
//!
//! A dimension may be called like a column, since `is` and `split` only speak of dimensions; a let, a weight or a
//! segment may not.

use std::collections::HashMap;

use super::items::{Items, Placed, because};
use crate::diagnostics::codes::check::{DUPLICATE_NAME, SHADOWS_COLUMN, TWO_OWNERS};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::syntax::ast::{self, NodeKind, below};
use crate::workspace::schema::Schema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Column,
    Let,
    Weight,
    Segment,
    Dimension,
    Coverage,
    Carve,
    Territory,
    Pool,
}

impl Kind {
    /// The field's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Let => "let",
            Self::Weight => "weight",
            Self::Segment => "segment",
            Self::Dimension => "dimension",
            Self::Coverage => "coverage",
            Self::Carve => "carve",
            Self::Territory => "territory",
            Self::Pool => "pool",
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub kind: Kind,
    /// Place in the list of its kind.
    pub index: u32,
    /// The name where it is declared, or first used for pools.
    pub span: Span,
}

/// A territory or pool that a plan has, be it an item or a word in a tree.
#[derive(Debug)]
pub(super) struct Spot<'a> {
    pub name: &'a str,
    pub item: Option<Placed<'a, ast::Territory>>,
    pub owner: Option<&'a ast::Text>,
    pub because: Option<String>,
    pub span: Span,
}

#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    pub terms: HashMap<&'a str, Entry>,
    pub places: HashMap<&'a str, Entry>,
    pub territories: Vec<Spot<'a>>,
    pub pools: Vec<Spot<'a>>,
}

/// Enters every declaration; those that come second are reported and taken out of `items`.
pub(super) fn declare<'a>(items: &mut Items<'a>, accounts: &Schema, found: &mut Diagnostics) -> Names<'a> {
    let mut names = Names::default();
    enter(&mut names.terms, Kind::Let, &mut items.lets, |n| &n.name, found);
    enter(&mut names.terms, Kind::Weight, &mut items.weights, |n| &n.name, found);
    enter(&mut names.terms, Kind::Segment, &mut items.segments, |n| &n.name, found);
    enter(&mut names.terms, Kind::Dimension, &mut items.dimensions, |n| &n.name, found);
    enter(&mut names.places, Kind::Coverage, &mut items.coverages, |n| &n.name, found);
    enter(&mut names.places, Kind::Carve, &mut items.carves, |n| &n.name, found);
    enter(&mut names.places, Kind::Territory, &mut items.territories, |n| &n.name, found);
    shadows(&names, accounts, found);
    names.territories = items
        .territories
        .iter()
        .map(|item| Spot {
            name: &item.node.name.text,
            item: Some(*item),
            owner: item.node.owner.as_ref(),
            because: because(&item.node.because),
            span: item.node.name.span,
        })
        .collect();
    for coverage in &items.coverages {
        leaves(&mut names, coverage.node.root.as_ref(), found);
    }
    names
}

fn enter<'a, T>(
    entries: &mut HashMap<&'a str, Entry>,
    kind: Kind,
    list: &mut Vec<Placed<'a, T>>,
    name: impl Fn(&'a T) -> &'a ast::Name,
    found: &mut Diagnostics,
) {
    let mut index = 0;
    list.retain(|item| {
        let name = name(item.node);
        if let Some(first) = entries.get(name.text.as_str()) {
            found.push(duplicate(name, kind, first));
            return false;
        }
        entries.insert(&name.text, Entry { kind, index, span: name.span });
        index += 1;
        true
    });
}

fn duplicate(name: &ast::Name, kind: Kind, first: &Entry) -> Diagnostic {
    let message = if kind == first.kind {
        format!("{} `{}` is declared twice", kind.word(), name.text)
    } else {
        format!("`{}` is declared as a {} and as a {}", name.text, first.kind.word(), kind.word())
    };
    Diagnostic::error(DUPLICATE_NAME, message)
        .label(name.span, format!("this {}", kind.word()))
        .label(first.span, format!("this {} has the name already", first.kind.word()))
        .help("rename one of them")
}

fn shadows(names: &Names<'_>, accounts: &Schema, found: &mut Diagnostics) {
    for column in &accounts.columns {
        let Some(entry) = names.terms.get(column.name.as_str()) else { continue };
        if entry.kind != Kind::Dimension {
            let word = entry.kind.word();
            found.push(
                Diagnostic::error(SHADOWS_COLUMN, format!("{word} `{}` is called like a column", column.name))
                    .label(entry.span, format!("this {word}"))
                    .label(column.span, "this column")
                    .help(format!("rename the {word}; what `{}` means must not depend on the reader", column.name)),
            );
        }
    }
}

/// Territories and pools come into being where a tree names them.
fn leaves<'a>(names: &mut Names<'a>, root: Option<&'a ast::Node>, found: &mut Diagnostics) {
    for node in below::nodes(root) {
        let (kind, name, owner) = match &node.kind {
            NodeKind::Pool(name) => (Kind::Pool, name, None),
            NodeKind::Territory { name, owner: Some(owner) } => (Kind::Territory, name, Some(owner)),
            // Without an owner it refers to an item; `coverage` looks it up.
            NodeKind::Territory { owner: None, .. } | NodeKind::Split(_) | NodeKind::Carve(_) | NodeKind::Exclude => {
                continue;
            }
        };
        let because = because(&node.because);
        let Some(first) = names.places.get(name.text.as_str()).copied() else {
            let list = if kind == Kind::Pool { &mut names.pools } else { &mut names.territories };
            let entry = Entry { kind, index: list.len() as u32, span: name.span };
            list.push(Spot { name: &name.text, item: None, owner, because, span: name.span });
            names.places.insert(&name.text, entry);
            continue;
        };
        if first.kind != kind {
            found.push(duplicate(name, kind, &first));
        } else if let Some(owner) = owner {
            second_owner(&mut names.territories[first.index as usize], owner, found);
        }
    }
}

fn second_owner<'a>(territory: &mut Spot<'a>, owner: &'a ast::Text, found: &mut Diagnostics) {
    match territory.owner {
        None => territory.owner = Some(owner),
        Some(first) if first.value == owner.value => {}
        Some(first) => found.push(
            Diagnostic::error(TWO_OWNERS, format!("territory `{}` is given two owners", territory.name))
                .label(owner.span, "owner here")
                .label(first.span, "another owner here")
                .help("a territory has one owner on a day; name the owner once, or rename one territory"),
        ),
    }
}
