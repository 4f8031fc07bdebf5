//! What changes in the text of a plan, fact by fact, and the plans in between.
//!
//! Takes two plans as they were parsed; gives the items that changed, the facts in the order of their replay, what was
//! renamed, and for any choice of facts the text of the plan in which just these are applied ([`PlanDiff::world`]).
//! Layout, comments, the order of items and the file that an item stands in are no changes. Invariant: a world without
//! facts means the base and a world with all of them the head, both in the head's names and without `was`. Nothing is
//! checked: a world may use what another fact brings. Deliberately absent: what a fact does to accounts.

mod facts;
mod lines;
mod names;
mod pair;
mod part;
mod regions;
mod renames;
mod title;
mod world;

pub use part::Written;
pub use regions::regions;
pub use renames::Rename;

use super::value::{Excerpt, PlanChanges};
use part::Side;
use renames::Renames;

/// Two plans compared.
#[derive(Debug, Clone)]
pub struct PlanDiff {
    /// In the order of the head, with what is gone behind what stood before it. The regions are not filled in.
    pub changes: PlanChanges,
    /// One for every hunk; what they are numbered by in [`PlanDiff::world`].
    pub facts: Vec<Fact>,
    /// By kind and old name.
    pub renames: Vec<Rename>,
    slots: Vec<world::Slot>,
}

/// One thing that the head says otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub kind: FactKind,
    /// ``dimension `size` changed``
    pub title: String,
    /// Place in the changes' items, and of the hunk in it.
    pub item: usize,
    pub hunk: usize,
    pub before: Option<Excerpt>,
    pub after: Option<Excerpt>,
    /// The plan's own reason: of the line, else of the item.
    pub because: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKind {
    /// The days of the plan.
    Term,
    /// A weight, or a `let` that reaches nothing but weights.
    Weight,
    /// A dimension, segment, coverage, territory or carve, or a `let` that they read.
    Rule,
    /// `named`, `hold`, `exclude`
    Exception,
    /// What places no account and gives none an owner: expectations, tests, claims, reasons, titles, new names.
    Inert,
}

impl PlanDiff {
    pub fn between(base: Written<'_>, head: Written<'_>) -> Self {
        let (mut base, head) = (Side::new(base), Side::new(head));
        let renames = Renames::find(&mut base, &head);
        facts::diff(&base, &head, &renames)
    }

    /// The plan, in one file, in which the facts are applied that `applied` says. In the head's names.
    pub fn world(&self, applied: impl Fn(usize) -> bool) -> String {
        self.write(applied, |_| true)
    }

    /// The same without `expect`, `warn`, `test` and `prove`: what places accounts, and nothing that could fail over it.
    pub fn rules(&self, applied: impl Fn(usize) -> bool) -> String {
        self.write(applied, |slot| !slot.inert)
    }

    fn write(&self, applied: impl Fn(usize) -> bool, keep: impl Fn(&world::Slot) -> bool) -> String {
        let mut text = String::new();
        self.slots.iter().filter(|slot| keep(slot)).for_each(|slot| slot.write(&applied, &mut text));
        text
    }
}
