//! Alignments that differ: edited by hand, or solved again and why that was necessary.

use std::collections::{BTreeMap, BTreeSet};

use super::{Chain, Ground, Key, direct, edited};
use crate::compile::compare::people;
use crate::diff::plan::FactKind;
use crate::diff::{Cause, CauseKind};
use crate::outcome::alignment::CarveAlignment;
use crate::outcome::carving;

impl Chain<'_, '_> {
    pub(super) fn carved(&mut self, carve: &str) -> usize {
        if let Some(known) = self.known.get(&Key::Carve(carve.to_owned())) {
            return *known;
        }
        let Ground { base, head, .. } = *self.ground;
        let old = self.old_name("carve", carve);
        let before = base.alignment.carve(&old);
        let now = head.alignment.carve(carve);
        let cause = if edited::by_hand(head, before, now) {
            let (before, after) = edited::lines(base, head, before, now);
            let title = format!("the alignment of carve `{carve}` was edited by hand");
            Cause { before, after, ..direct(CauseKind::Alignment, title) }
        } else {
            let under = self.made_necessary(carve, before, now);
            Cause { under, ..direct(CauseKind::Recarve, format!("carve `{carve}` was solved again")) }
        };
        self.cause(Key::Carve(carve.to_owned()), || cause)
    }

    /// The direct causes that a carve had to be solved again for.
    fn made_necessary(
        &mut self,
        carve: &str,
        before: Option<&CarveAlignment>,
        now: Option<&CarveAlignment>,
    ) -> Vec<usize> {
        let ground = self.ground;
        let mut under = BTreeSet::new();
        let mut last: Option<String> = None;
        let mut applied = 0;
        for version in ground.versions {
            let facts: Vec<usize> =
                (applied..version.facts).filter(|f| ground.diff.facts[*f].kind != FactKind::Inert).collect();
            applied = version.facts;
            let Some((_, item)) = version.plan.carve(carve) else { continue };
            let inputs = carving::fingerprint(&version.plan, item, &version.files, &version.sources);
            if last.as_ref().is_some_and(|last| *last != inputs)
                && let Some(fact) = facts.last()
            {
                under.insert(self.fact(*fact, &facts));
            }
            last = Some(inputs);
        }
        if let (Some(before), Some(now)) = (before, now) {
            let told = people::changes(&ground.base.compiled.roster, &ground.head.compiled.roster);
            let seats = |of: &CarveAlignment| -> BTreeMap<String, u64> {
                let seats = of.territories.iter().filter_map(|t| Some((t.seat.clone()?, t.capacity.to_bits())));
                seats.collect()
            };
            let (before, now) = (seats(before), seats(now));
            let changed = before.keys().chain(now.keys()).filter(|key| before.get(*key) != now.get(*key));
            let changed: BTreeSet<&String> = changed.collect();
            for rep in changed {
                if let Some(title) = told.get(rep).cloned() {
                    under.insert(self.cause(Key::Rep(rep.clone()), || direct(CauseKind::Roster, title)));
                }
            }
            if before != now
                && under.is_empty()
                && let Some(fact) = self.term()
            {
                // Other people are there by then.
                under.insert(self.fact(fact, &[fact]));
            }
            for (rep, title) in
                told.iter().filter(|(rep, words)| before.contains_key(*rep) && words.contains("elsewhere"))
            {
                let title = title.clone();
                under.insert(self.cause(Key::Rep(rep.clone()), || direct(CauseKind::Roster, title)));
            }
        }
        if under.is_empty()
            && let Some(fact) = self.fact_of("carve", carve)
        {
            under.insert(self.fact(fact, &[fact]));
        }
        if under.is_empty() {
            // Other accounts came or went.
            let rules = |cause: &Cause| matches!(cause.kind, CauseKind::Rule | CauseKind::Data | CauseKind::Exception);
            under.extend((0..self.causes.len()).filter(|c| rules(&self.causes[*c])));
        }
        under.into_iter().collect()
    }
}
