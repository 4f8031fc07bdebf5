//! Why one account is where it is, and what would take it elsewhere.
//!
//! Takes an account's cells and the whole result, gives a [`Story`]: in every coverage the decisions with their source
//! lines and the account's values, the statements that stand before the tree, what bound the carve, and the smallest
//! changes of single cells that would give the account to somebody else. Invariant: hypothetical accounts are decided by
//! the same evaluator and placed by the same prices as real ones. Sensitive cells are deliberately absent.

mod change;
mod choice;
mod elsewhere;
mod words;

use std::sync::Arc;

use serde::Serialize;

use super::decisions::{decide, target_words, turns};
use super::ledger::NONE;
use super::place::{Force, Place};
use super::roster::Roster;
use super::settle::{Carved, Settled};
use super::standing::{Post, Stay};
use crate::classify::{Account, PreparedShape, Reference, Stray};
use crate::diagnostics::Sources;
use crate::plan::{HoldOwner, Number, Plan, Target, Value};
use crate::workspace::manifest::AccountsTable;
use crate::workspace::schema::ColumnId;

pub use change::Change;
pub use choice::{Candidate, CarveChoice, CarveLoad};

/// Everything about one account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    pub account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub coverages: Vec<CoverageStory>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoverageStory {
    pub coverage: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// On the plan's first day, holds aside.
    pub owner: Owner,
    /// A statement that stands before the tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<StepStory>,
    /// The way through the tree, outermost first, with the leaf at the end.
    pub steps: Vec<StepStory>,
    /// Statements that change the owner for a time.
    pub holds: Vec<StepStory>,
    /// Every day of the term.
    pub stays: Vec<StayStory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<CarveChoice>,
    /// Smallest first.
    pub changes: Vec<Change>,
}

/// Where an account stands and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// `ENT-01`, `pool triage`, `excluded`.
    pub place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carve: Option<String>,
    pub rep: Option<String>,
    pub rep_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepStory {
    /// `plan.terr:45`
    pub place: String,
    /// `size midmarket`
    pub says: String,
    /// `employees = 450`; what the step looked at.
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StayStory {
    pub from: String,
    pub to: String,
    pub territory: String,
    pub rep: String,
    pub reason: String,
}

/// What a story is told from.
pub struct Ground<'a> {
    pub plan: &'a Plan,
    pub sources: &'a Sources,
    pub accounts: &'a AccountsTable,
    pub roster: &'a Roster,
    pub shapes: &'a [Arc<PreparedShape>],
    /// What shares are parts of, with their totals.
    pub totals: &'a [(Number, f64)],
    pub carved: &'a [Carved<'a>],
    pub settled: &'a Settled,
}

/// The account that is asked about.
pub struct Asked<'a> {
    pub key: &'a str,
    /// Every column that bears on it; missing ones are left out.
    pub cells: Vec<(ColumnId, Value)>,
}

impl<'a> Ground<'a> {
    fn reference(&self) -> Reference<'a> {
        Reference { plan: self.plan, shapes: self.shapes, totals: self.totals }
    }
}

/// Tells the story without the stays, which are drawn from the ledger.
pub fn tell(ground: &Ground<'_>, asked: &Asked<'_>) -> Story {
    let column = ground.accounts.name.filter(|id| !ground.accounts.schema.column(*id).sensitive);
    let name = column.and_then(|id| asked.cells.iter().find(|(known, _)| *known == id)).and_then(|(_, v)| match v {
        Value::Text(name) => Some(name.clone()),
        _ => None,
    });
    let coverages = (0..ground.plan.coverages.len() as u32).map(|c| coverage(ground, asked, c));
    Story { account: asked.key.to_owned(), name, coverages: coverages.collect() }
}

/// The stays of an account as its story shows them.
pub fn stays(standing: &[Stay]) -> Vec<StayStory> {
    let stay = |stay: &Stay| StayStory {
        from: stay.from.to_string(),
        to: stay.to.to_string(),
        territory: stay.territory.clone(),
        rep: stay.rep.clone(),
        reason: stay.reason.clone(),
    };
    standing.iter().map(stay).collect()
}

fn coverage(ground: &Ground<'_>, asked: &Asked<'_>, index: u32) -> CoverageStory {
    let (plan, sources) = (ground.plan, ground.sources);
    let reference = ground.reference();
    let account = Account::Written(&asked.cells);
    let decided = decide(&reference, asked.key, account, NONE);
    let here = &decided.coverages[index as usize];
    let because = |text: &Option<String>| text.as_ref().map_or_else(String::new, |b| format!(": {b}"));
    let values = |columns: &[ColumnId]| words::values(ground, account, columns);
    let statement = match here.place {
        Some((_, Force::Exclude(n))) => {
            let exclude = &plan.excludes[n as usize];
            Some(StepStory {
                place: sources.place(exclude.span),
                says: format!("excluded{}", because(&exclude.because)),
                values: values(&words::selector_columns(&reference, &exclude.selector)),
            })
        }
        Some((_, Force::Named(n))) => {
            let named = &plan.named[n as usize];
            let target = match &named.target {
                Target::CarveTerritory(_, name, _) => name.clone(),
                Target::Carve(c) => format!("carve {}", plan.carves[*c as usize].name),
                Target::Territory(t) => format!("territory {}", plan.territories[*t as usize].name),
                Target::Pool(p) => format!("pool {}", plan.pools[*p as usize].name),
            };
            let until = named.until.map_or_else(String::new, |until| format!(" until {until}"));
            Some(StepStory {
                place: sources.place(named.span),
                says: format!("named to {target}{until}{}", because(&named.because)),
                values: values(&words::selector_columns(&reference, &named.selector)),
            })
        }
        _ => None,
    };
    let steps = match &here.leaf {
        Err(stray) => vec![lost(ground, stray)],
        Ok(leaf) => {
            let mut steps: Vec<StepStory> = turns(&reference, index, *leaf)
                .into_iter()
                .map(|turn| StepStory {
                    place: sources.place(turn.decision.span),
                    says: format!("{} {}", turn.decision.subject, turn.decision.matched).trim_start().to_owned(),
                    values: values(&turn.columns),
                })
                .collect();
            let leaf = &plan.coverages[index as usize].leaves[*leaf as usize];
            steps.push(StepStory {
                place: sources.place(leaf.span),
                says: format!("{}{}", target_words(plan, leaf.target), because(&leaf.because)),
                values: Vec::new(),
            });
            steps
        }
    };
    let place = here.place.map(|(place, _)| place);
    let here_too = |n: &&u32| plan.holds[**n as usize].coverage.is_none_or(|c| c == index);
    let held = decided.excepted.holds.iter().filter(here_too).filter(|_| place != Some(Place::Excluded)).map(|n| {
        let hold = &plan.holds[*n as usize];
        let with = match &hold.owner {
            HoldOwner::Incumbent => "its owner of today".to_owned(),
            HoldOwner::Rep(rep, _) => format!("rep {rep}"),
        };
        StepStory {
            place: sources.place(hold.span),
            says: format!("held with {with} until {}{}", hold.until, because(&hold.because)),
            values: values(&words::selector_columns(&reference, &hold.selector)),
        }
    });
    CoverageStory {
        holds: held.collect(),
        coverage: plan.coverages[index as usize].name.clone(),
        role: plan.coverages[index as usize].role.clone(),
        owner: owner(ground, asked.key, &asked.cells, place),
        statement,
        steps,
        stays: Vec::new(),
        choice: place.and_then(|place| choice::choice(ground, asked, place)),
        changes: change::changes(ground, asked, index),
    }
}

fn lost(ground: &Ground<'_>, stray: &Stray) -> StepStory {
    let twice = stray.claims.is_some();
    let of =
        stray.dimension.map_or("this split".into(), |d| format!("`{}`", ground.plan.dimensions[d.0 as usize].name));
    StepStory {
        place: ground.sources.place(stray.partition),
        says: if twice { format!("two arms of {of} claim it") } else { format!("no arm of {of} takes it") },
        values: Vec::new(),
    }
}

/// Whose an account with these cells is in a place, on the plan's first day and holds aside.
fn owner(ground: &Ground<'_>, key: &str, cells: &[(ColumnId, Value)], place: Option<Place>) -> Owner {
    let plan = ground.plan;
    let nobody = |place: String| Owner { place, carve: None, rep: None, rep_name: None };
    let of_post = |post: &Post, carve: Option<u32>| {
        let rep = post.tenures.first().and_then(|tenure| tenure.owner).map(|rep| &ground.roster.reps[rep]);
        Owner {
            place: post.name.clone(),
            carve: carve.map(|c| plan.carves[c as usize].name.clone()),
            rep: rep.map(|r| r.key.clone()),
            rep_name: rep.filter(|r| r.name != r.key).map(|r| r.name.clone()),
        }
    };
    match place {
        None => nobody("nowhere".to_owned()),
        Some(Place::Excluded) => nobody("excluded".to_owned()),
        Some(Place::Pool(p)) => nobody(format!("pool {}", plan.pools[p as usize].name)),
        Some(Place::Territory(t)) => of_post(&ground.settled.posts.own[t as usize], None),
        Some(Place::NamedTerritory(n)) => {
            let Target::CarveTerritory(c, name, _) = &plan.named[n as usize].target else {
                return nobody("nowhere".to_owned());
            };
            let posts = &ground.settled.posts.carved[*c as usize];
            posts.iter().find(|p| p.name == *name).map_or_else(|| nobody(name.clone()), |post| of_post(post, Some(*c)))
        }
        Some(Place::Carve(c)) => {
            let found = ground.carved.iter().find(|carved| carved.index == c);
            let territory = found.and_then(|carved| elsewhere::territory(ground, carved, key, cells));
            match territory {
                Some(t) => of_post(&ground.settled.posts.carved[c as usize][t], Some(c)),
                None => nobody(format!("carve {}", plan.carves[c as usize].name)),
            }
        }
    }
}
