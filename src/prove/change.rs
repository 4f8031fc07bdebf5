//! Which accounts change their place between two plans, in words.
//!
//! Takes two plans over one schema; gives for every pair of places the region of the account space that goes from one to
//! the other: "state = NY and 1,000 <= employees < 2,500: carve ne_commercial → carve ne_enterprise". Coverages, carves,
//! territories and pools are the same when their names are (or when the newer one says `was`). Invariant: regions of
//! different pairs are disjoint, and an account outside of all of them keeps its place. Deliberately absent: exceptions,
//! the accounts at hand, and which territory of a carve an account falls to.

use std::sync::Arc;

use super::diagram::{Budget, End, TooMany, Tried};
use super::meaning::Meaning;
use super::region;
use super::space::Space;
use super::tree;
use super::witness::{Sought, Witness, seek};
use crate::classify::{PreparedShape, Reference};
use crate::plan::{Coverage, LeafTarget, Plan};
use crate::workspace::schema::Schema;

/// A region of the account space whose accounts change their place.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Of the newer plan.
    pub coverage: String,
    /// `carve ne_commercial`; `None`: no place, for the old plan lost such accounts.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Alternatives, each of them conditions that hold together, such as `state = NY and employees >= 1,000`.
    pub regions: Vec<String>,
    /// There are more alternatives than are listed.
    pub more: bool,
    /// An account of it.
    pub witness: Option<Witness>,
}

impl Change {
    /// `state = NY and 1,000 <= employees < 2,500: carve ne_commercial → carve ne_enterprise`
    pub fn describe(&self) -> String {
        let place = |place: &Option<String>| place.clone().unwrap_or_else(|| "nowhere".to_owned());
        let more = if self.more { " or …" } else { "" };
        format!("{}{more}: {} → {}", self.regions.join(" or "), place(&self.from), place(&self.to))
    }
}

/// A plan with its shapes, in its order, if they are at hand.
pub type WithShapes<'p> = (&'p Plan, Option<&'p [Arc<PreparedShape>]>);

/// The changes of every coverage that both plans have. Both were checked against `schema`; areas of one path count as one.
pub fn changes(
    old: WithShapes<'_>,
    new: WithShapes<'_>,
    schema: &Schema,
    budget: Budget,
) -> Result<Vec<Change>, TooMany> {
    let mut space = Space::new(schema, &[old, new], budget);
    let ((old, old_shapes), (new, new_shapes)) = (old, new);
    let evaluators = |plan, shapes: Option<_>| Reference { plan, shapes: shapes.unwrap_or_default(), totals: &[] };
    let (old_reference, new_reference) = (evaluators(old, old_shapes), evaluators(new, new_shapes));
    let (mut old_meaning, mut new_meaning) = (Meaning::new(old), Meaning::new(new));
    let mut changes = Vec::new();
    for (index, coverage) in (0..).zip(&new.coverages) {
        let same = |other: &&Coverage| Some(&other.name) == coverage.was.as_ref().or(Some(&coverage.name));
        let Some(before) = old.coverages.iter().position(|other| same(&other)) else { continue };
        space.diagrams.begin();
        let (before, after) = ((before as u32, &old_reference), (index, &new_reference));
        let sides = Sides { old, new, before, after };
        changes.extend(sides.changes(&mut space, &mut old_meaning, &mut new_meaning)?);
    }
    Ok(changes)
}

struct Sides<'p> {
    old: &'p Plan,
    new: &'p Plan,
    /// The coverage and what evaluates it.
    before: (u32, &'p Reference<'p>),
    after: (u32, &'p Reference<'p>),
}

impl<'p> Sides<'p> {
    fn changes(
        &self,
        space: &mut Space<'_>,
        old_meaning: &mut Meaning<'p>,
        new_meaning: &mut Meaning<'p>,
    ) -> Tried<Vec<Change>> {
        let mut places: Vec<Option<String>> = vec![None];
        let (old_coverage, new_coverage) =
            (&self.old.coverages[self.before.0 as usize], &self.new.coverages[self.after.0 as usize]);
        let mut number = |place: String| -> End {
            let known = places.iter().position(|known| known.as_ref() == Some(&place));
            known.unwrap_or_else(|| {
                places.push(Some(place));
                places.len() - 1
            }) as End
        };
        let mut sides = Vec::new();
        for (meaning, coverage, plan, index) in
            [(old_meaning, old_coverage, self.old, self.before.0), (new_meaning, new_coverage, self.new, self.after.0)]
        {
            let leaves = tree::leaves(space, meaning, index)?;
            let mut end = |leaf: u32| {
                let target = coverage.leaves[leaf as usize].target;
                let renamed = std::ptr::eq(plan, self.old).then(|| self.renamed(target)).flatten();
                number(renamed.unwrap_or_else(|| place(plan, target))) + 1
            };
            let parted = tree::by_leaf(space, &leaves, &mut end)?;
            // Nought is "not asked", so that nowhere is an end of its own.
            sides.push(space.diagrams.map(parted, &mut |end| end.max(1))?);
        }
        let changed = space.diagrams.change(sides[0], sides[1])?;
        let mut changes = Vec::new();
        for (end, set) in space.diagrams.by_end(changed)? {
            let Some((from, to)) = space.diagrams.pair(end) else { continue };
            let (regions, more) = region::words(space, set);
            let named = |end: End| places[end as usize - 1].clone();
            let witness = self.witness(space, set);
            let coverage = new_coverage.name.clone();
            changes.push(Change { coverage, from: named(from), to: named(to), regions, more, witness });
        }
        changes.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
        Ok(changes)
    }

    /// The newer name of a place of the old plan.
    fn renamed(&self, target: LeafTarget) -> Option<String> {
        fn now<'n>(
            name: &str,
            mut known: impl Iterator<Item = (&'n String, &'n Option<String>)>,
        ) -> Option<&'n String> {
            known.find(|(_, was)| was.as_deref() == Some(name)).map(|(now, _)| now)
        }
        match target {
            LeafTarget::Carve(index) => {
                let known = self.new.carves.iter().map(|carve| (&carve.name, &carve.was));
                now(&self.old.carves[index as usize].name, known).map(|name| format!("carve {name}"))
            }
            LeafTarget::Territory(index) => {
                let known = self.new.territories.iter().map(|territory| (&territory.name, &territory.was));
                now(&self.old.territories[index as usize].name, known).map(|name| format!("territory {name}"))
            }
            LeafTarget::Pool(_) | LeafTarget::Exclude => None,
        }
    }

    /// An account that the evaluators of both plans send to different places.
    fn witness(&self, space: &Space<'_>, set: super::diagram::Ref) -> Option<Witness> {
        let ((before_coverage, old), (after_coverage, new)) = (self.before, self.after);
        let target = |reference: &Reference<'_>, coverage: u32, leaf: Option<u32>| {
            leaf.map(|leaf| reference.plan.coverages[coverage as usize].leaves[leaf as usize].target)
        };
        let sought = seek(space, set, &mut |account| {
            let before = target(old, before_coverage, old.leaf(before_coverage, account).ok());
            let after = target(new, after_coverage, new.leaf(after_coverage, account).ok());
            let name = |target: Option<LeafTarget>, plan: &Plan, renamed: bool| {
                target.map(|target| {
                    if renamed { self.renamed(target) } else { None }.unwrap_or_else(|| place(plan, target))
                })
            };
            name(before, self.old, true) != name(after, self.new, false)
        });
        match sought {
            Sought::Found(witness) => Some(witness),
            Sought::None | Sought::Unsure(_) => None,
        }
    }
}

/// `carve ne_enterprise`
pub fn place(plan: &Plan, target: LeafTarget) -> String {
    match target {
        LeafTarget::Territory(index) => format!("territory {}", plan.territories[index as usize].name),
        LeafTarget::Carve(index) => format!("carve {}", plan.carves[index as usize].name),
        LeafTarget::Pool(index) => format!("pool {}", plan.pools[index as usize].name),
        LeafTarget::Exclude => "exclude".to_owned(),
    }
}
