//! What one account's rows say: territory, owner, path and reason for every day of the term.
//!
//! Takes an account's place and exceptions, gives a [`Standing`]. Accounts that stand alike share one: a project has
//! millions of accounts and some hundreds of standings. Invariant: the stays of a standing cover the term without a gap
//! or an overlap.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::ledger::{Excepted, NONE};
use super::place::{Force, Place, changes, place};
use super::roster::Roster;
use super::tenure::{Cause, Tenure, Term};
use crate::diagnostics::Sources;
use crate::plan::{HoldOwner, Leaf, Plan};

/// One row of the assignments without the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Of a territory or pool; empty when excluded.
    pub territory: String,
    /// The key of the rep; empty when nobody owns.
    pub rep: String,
    pub path: String,
    pub reason: String,
}

pub type Standing = Vec<Stay>;

/// A territory that accounts can stand in, whatever made it.
#[derive(Debug, Clone)]
pub struct Post {
    pub name: String,
    pub tenures: Vec<Tenure>,
}

/// The territories of the whole plan.
#[derive(Debug, Clone, Default)]
pub struct Posts {
    /// As in `plan.territories`.
    pub own: Vec<Post>,
    /// Per carve, in the order of its alignment.
    pub carved: Vec<Vec<Post>>,
}

/// The territory of a carve that an account's unit is in, and the one whose centre is nearest to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InCarve {
    pub territory: u32,
    /// [`NONE`] where there is nothing to measure.
    pub nearest: u32,
    /// The alignment does not list the unit.
    pub new: bool,
}

/// Everything that standings are made of.
#[derive(Debug)]
pub struct Standings<'a> {
    plan: &'a Plan,
    sources: &'a Sources,
    roster: &'a Roster,
    posts: &'a Posts,
    /// Per leaf of every coverage.
    paths: Vec<Vec<String>>,
    known: HashMap<Key, u32>,
    all: Vec<Standing>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    coverage: u32,
    leaf: u32,
    carve: Option<InCarve>,
    excepted: Option<(Vec<u32>, Vec<u32>, Vec<u32>, u32)>,
    tree: Option<InCarve>,
}

/// A part of the term with one place.
struct Part<'p> {
    term: Term,
    place: Place,
    force: Force,
    post: Option<&'p Post>,
    carve: Option<(u32, InCarve)>,
}

impl<'a> Standings<'a> {
    pub fn new(plan: &'a Plan, sources: &'a Sources, roster: &'a Roster, posts: &'a Posts) -> Self {
        let paths = plan.coverages.iter().map(|c| c.leaves.iter().map(|l| path(l, sources)).collect()).collect();
        Self { plan, sources, roster, posts, paths, known: HashMap::new(), all: Vec::new() }
    }

    pub fn get(&self, standing: u32) -> &Standing {
        &self.all[standing as usize]
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The standing of an account. `carve` is where its unit lies on the first day when a carve places it then; `tree`
    /// where its unit lies in the carve of its leaf, for the days after a `named` ends.
    pub fn standing(
        &mut self,
        coverage: u32,
        leaf: u32,
        carve: Option<InCarve>,
        excepted: Option<&Excepted>,
        tree: Option<InCarve>,
    ) -> u32 {
        let excepted_key = excepted.map(|e| (e.excludes.clone(), e.named.clone(), e.holds.clone(), e.incumbent));
        let key = Key { coverage, leaf, carve, excepted: excepted_key, tree };
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let standing = self.make(&key, excepted);
        self.all.push(standing);
        let id = self.all.len() as u32 - 1;
        self.known.insert(key, id);
        id
    }

    fn make(&self, key: &Key, excepted: Option<&Excepted>) -> Standing {
        let days = changes(self.plan, key.coverage, excepted, self.plan.term);
        let mut stays: Standing = Vec::new();
        for (n, from) in days.iter().enumerate() {
            let to = days.get(n + 1).and_then(|d| d.pred_opt()).unwrap_or(self.plan.term.1);
            let (place, force) = place(self.plan, key.coverage, key.leaf, excepted, *from);
            let carve = match (place, force) {
                (Place::Carve(c), Force::Tree) if n > 0 => key.tree.map(|t| (c, t)),
                (Place::Carve(c), _) => key.carve.map(|t| (c, t)),
                _ => None,
            };
            let part = Part { term: (*from, to), place, force, post: self.post(place, carve), carve };
            stays.extend(self.part(key, &part));
        }
        self.held(key, excepted, stays)
    }

    fn post(&self, place: Place, carve: Option<(u32, InCarve)>) -> Option<&Post> {
        match place {
            Place::Territory(t) => Some(&self.posts.own[t as usize]),
            Place::Carve(_) => carve.map(|(c, at)| &self.posts.carved[c as usize][at.territory as usize]),
            Place::NamedTerritory(n) => match &self.plan.named[n as usize].target {
                crate::plan::Target::CarveTerritory(c, name, _) => {
                    self.posts.carved[*c as usize].iter().find(|p| p.name == *name)
                }
                _ => None,
            },
            Place::Pool(_) | Place::Excluded => None,
        }
    }

    /// The stays of a part of the term in one place, before holds.
    fn part(&self, key: &Key, part: &Part<'_>) -> Standing {
        let path = self.paths[key.coverage as usize][key.leaf as usize].clone();
        let reason = self.reason(key, part);
        let Some(post) = part.post else {
            let territory = match part.place {
                Place::Pool(p) => self.plan.pools[p as usize].name.clone(),
                _ => String::new(),
            };
            return vec![Stay { from: part.term.0, to: part.term.1, territory, rep: String::new(), path, reason }];
        };
        let clipped = post.tenures.iter().filter(|t| t.from <= part.term.1 && t.to >= part.term.0);
        clipped
            .map(|tenure| Stay {
                from: tenure.from.max(part.term.0),
                to: tenure.to.min(part.term.1),
                territory: post.name.clone(),
                rep: tenure.owner.map_or_else(String::new, |o| self.roster.reps[o].key.clone()),
                path: path.clone(),
                reason: self.with_cover(&reason, tenure, part),
            })
            .collect()
    }

    fn reason(&self, key: &Key, part: &Part<'_>) -> String {
        let plan = self.plan;
        let because = |text: &Option<String>| text.as_ref().map_or_else(String::new, |b| format!(": {b}"));
        match part.force {
            Force::Exclude(n) => {
                let exclude = &plan.excludes[n as usize];
                format!("excluded ({}){}", self.sources.place(exclude.span), because(&exclude.because))
            }
            Force::Named(n) => {
                let named = &plan.named[n as usize];
                let until = named.until.map_or_else(String::new, |u| format!(" until {u}"));
                format!("named{until} ({}){}", self.sources.place(named.span), because(&named.because))
            }
            Force::Tree => {
                let leaf = &plan.coverages[key.coverage as usize].leaves[key.leaf as usize];
                let place = self.sources.place(leaf.span);
                match part.place {
                    Place::Territory(t) => {
                        let territory = &plan.territories[t as usize];
                        let why = leaf.because.clone().or_else(|| territory.because.clone());
                        format!("territory {} ({place}){}", territory.name, because(&why))
                    }
                    Place::Pool(p) => {
                        let pool = &plan.pools[p as usize];
                        let why = leaf.because.clone().or_else(|| pool.because.clone());
                        format!("pool {} ({place}){}", pool.name, because(&why))
                    }
                    Place::Excluded | Place::NamedTerritory(_) => {
                        format!("excluded ({place}){}", because(&leaf.because))
                    }
                    Place::Carve(c) => {
                        let carve = &plan.carves[c as usize];
                        format!("carve {} ({})", carve.name, self.sources.place(carve.span)) + &self.binding(part)
                    }
                }
            }
        }
    }

    /// What decided between the territories of a carve.
    fn binding(&self, part: &Part<'_>) -> String {
        let Some((carve, at)) = part.carve else { return String::new() };
        let new = if at.new { ", not in the alignment, placed by its prices" } else { "" };
        let decided = if at.nearest == NONE {
            "by balance".to_owned()
        } else if at.nearest == at.territory {
            "nearest centre".to_owned()
        } else {
            let nearest = &self.posts.carved[carve as usize][at.nearest as usize].name;
            format!("by balance, the centre of {nearest} is nearer")
        };
        format!(": {decided}{new}")
    }

    fn with_cover(&self, reason: &str, tenure: &Tenure, part: &Part<'_>) -> String {
        match tenure.cause {
            Cause::Seat => reason.to_owned(),
            Cause::Vacant => format!("{reason}; nobody sits there"),
            Cause::Covers { territory, manager } => {
                let carve = part.carve.map(|(c, _)| c).or_else(|| self.carve_of_named(part.place));
                let neighbour = carve.map_or("", |c| self.posts.carved[c as usize][territory].name.as_str());
                let who = if manager { "the manager of" } else { "the rep of" };
                format!("{reason}; open, covered by {who} {neighbour}")
            }
        }
    }

    fn carve_of_named(&self, place: Place) -> Option<u32> {
        match place {
            Place::NamedTerritory(n) => match self.plan.named[n as usize].target {
                crate::plan::Target::CarveTerritory(c, ..) => Some(c),
                _ => None,
            },
            _ => None,
        }
    }

    /// Lays the holds over the stays; the first statement that covers a day counts.
    fn held(&self, key: &Key, excepted: Option<&Excepted>, mut stays: Standing) -> Standing {
        let Some(excepted) = excepted else { return stays };
        for n in &excepted.holds {
            let hold = &self.plan.holds[*n as usize];
            if hold.coverage.is_some_and(|c| c != key.coverage) {
                continue;
            }
            let owner = match &hold.owner {
                HoldOwner::Rep(rep, _) => Some(rep.clone()),
                HoldOwner::Incumbent if excepted.incumbent == NONE => None,
                HoldOwner::Incumbent => Some(self.roster.reps[excepted.incumbent as usize].key.clone()),
            };
            let Some(owner) = owner else { continue };
            let term = (hold.from.unwrap_or(self.plan.term.0), hold.until);
            let because = hold.because.as_ref().map_or_else(String::new, |b| format!(": {b}"));
            let reason = format!("held until {} ({}){because}", hold.until, self.sources.place(hold.span));
            stays = stays.into_iter().flat_map(|stay| overlay(stay, term, &owner, &reason)).collect();
        }
        let mut merged: Standing = Vec::new();
        for stay in stays {
            match merged.last_mut() {
                Some(last) if Stay { from: stay.from, to: stay.to, ..last.clone() } == stay => last.to = stay.to,
                _ => merged.push(stay),
            }
        }
        merged
    }
}

/// The stay with another owner on the days that the hold covers. An excluded account is not held, nor is one that is
/// held already.
fn overlay(stay: Stay, (from, to): Term, owner: &str, reason: &str) -> Vec<Stay> {
    let (start, end) = (stay.from.max(from), stay.to.min(to));
    if start > end || stay.territory.is_empty() || stay.reason.starts_with("held until") || stay.rep == owner {
        return vec![stay];
    }
    let mut parts = Vec::new();
    if let Some(before) = start.pred_opt().filter(|b| *b >= stay.from) {
        parts.push(Stay { to: before, ..stay.clone() });
    }
    parts.push(Stay { from: start, to: end, rep: owner.to_owned(), reason: reason.to_owned(), ..stay.clone() });
    if let Some(after) = end.succ_opt().filter(|a| *a <= stay.to) {
        parts.push(Stay { from: after, ..stay });
    }
    parts
}

/// `region northeast (plan.terr:41) > size enterprise (plan.terr:42)`
fn path(leaf: &Leaf, sources: &Sources) -> String {
    let decisions = leaf.path.iter().map(|d| {
        let subject = if d.subject.is_empty() { String::new() } else { format!("{} ", d.subject) };
        format!("{subject}{} ({})", d.matched, sources.place(d.span))
    });
    decisions.collect::<Vec<_>>().join(" > ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(from: &str, to: &str, rep: &str) -> Stay {
        Stay {
            from: from.parse().expect("a date"),
            to: to.parse().expect("a date"),
            territory: "T".into(),
            rep: rep.into(),
            path: String::new(),
            reason: String::new(),
        }
    }

    #[test]
    fn a_hold_splits_a_stay() {
        let term = ("2027-03-01".parse().expect("a date"), "2027-04-30".parse().expect("a date"));
        let parts = overlay(stay("2027-02-01", "2028-01-31", "A"), term, "B", "held until 2027-04-30");
        let shown: Vec<String> = parts.iter().map(|p| format!("{} {} {}", p.from, p.to, p.rep)).collect();
        assert_eq!(shown, ["2027-02-01 2027-02-28 A", "2027-03-01 2027-04-30 B", "2027-05-01 2028-01-31 A"]);
        assert_eq!(overlay(stay("2027-05-01", "2028-01-31", "A"), term, "B", "held until x").len(), 1);
    }
}
