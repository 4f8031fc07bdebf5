//! One version of the plan tried on some accounts.
//!
//! A world is classified like a compile, but solves nothing: where a unit of a carve lies is taken from one of the sides.

use std::sync::Arc;

use super::people;
use super::rows::{Rows, Wanted};
use crate::classify::{NO_LEAF, PreparedShape, Program};
use crate::diagnostics::Sources;
use crate::diff::join::States;
use crate::diff::state::{Spell, State, Window};
use crate::outcome::ledger::{Excepted, NONE};
use crate::outcome::measures::{Measures, Pass};
use crate::outcome::place::{Force, Place, place};
use crate::outcome::recorder::{Also, Recorded, Recorder};
use crate::outcome::roster::Roster;
use crate::outcome::sheet::UnitPlaces;
use crate::outcome::standing::{InCarve, Post, Posts, Standings};
use crate::outcome::tenure;
use crate::plan::{LeafTarget, Plan};
use crate::workspace::Workspace;

/// Where a world cannot say, for it is no plan of either side.
const NOWHERE: &str = "(nowhere)";

/// The territories of a carve as one side has them, with people of the world's roster.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout<'a> {
    pub posts: Vec<Post>,
    pub units: Option<&'a UnitPlaces>,
    /// Those of the other side, with the names of its territories: for units that this one does not have.
    pub other: Option<(&'a UnitPlaces, Vec<&'a str>)>,
}

impl Layout<'_> {
    fn territory_of(&self, unit: &str) -> Option<u32> {
        let find = |places: &UnitPlaces| {
            let at = places.of_key.binary_search_by(|(key, _)| key.as_str().cmp(unit)).ok()?;
            Some(places.combinations[places.of_key[at].1 as usize].territory)
        };
        self.units.and_then(find).or_else(|| {
            let (places, names) = self.other.as_ref()?;
            let name = names.get(find(places)? as usize)?;
            self.posts.iter().position(|post| post.name == *name).map(|at| at as u32)
        })
    }

    /// A place in the layout; one more than there are territories where the unit is on neither side.
    fn place(&self, unit: &str) -> InCarve {
        let territory = self.territory_of(unit).unwrap_or(self.posts.len() as u32 - 1);
        InCarve { territory, nearest: NONE, new: false }
    }
}

/// A plan with everything that it takes to place accounts.
pub(super) struct World<'a> {
    pub workspace: &'a Workspace,
    pub plan: &'a Plan,
    pub sources: &'a Sources,
    pub shapes: &'a [Arc<PreparedShape>],
    pub roster: &'a Roster,
    /// One a carve of the plan.
    pub layouts: Vec<Layout<'a>>,
}

/// How states of a world are named and cut.
pub(super) struct Terms<'a> {
    pub window: Window,
    /// Sorted; every world speaks the head's names.
    pub coverages: &'a [String],
}

/// The columns that a world of this plan reads.
pub(super) fn wanted(workspace: &Workspace, plan: &Plan, shapes: &[Arc<PreparedShape>], wanted: &mut Wanted) {
    let accounts = &workspace.manifest.accounts;
    let program = Program::compile(plan, &accounts.schema, accounts.key, shapes);
    wanted.add(program.columns().iter().map(|n| (n.column, n.coded)));
    let measures = Measures::new(plan, &program, &accounts.schema, shapes, Pass::First, &[]);
    let roster = Roster::default();
    let recorder = Recorder {
        plan,
        program: &program,
        accounts,
        roster: &roster,
        measures: &measures,
        also: Also::default(),
        owners: None,
    };
    wanted.add(recorder.columns());
}

impl World<'_> {
    /// Per row and coverage the state of the account; [`NONE`] for a coverage that the world does not have.
    pub fn states(mut self, rows: &Rows, terms: &Terms<'_>, states: &mut States) -> Vec<Vec<u32>> {
        let plan = self.plan;
        let accounts = &self.workspace.manifest.accounts;
        let program = Program::compile(plan, &accounts.schema, accounts.key, self.shapes);
        let measures = Measures::new(plan, &program, &accounts.schema, self.shapes, Pass::First, &[]);
        let recorder = Recorder {
            plan,
            program: &program,
            accounts,
            roster: self.roster,
            measures: &measures,
            also: Also::default(),
            owners: None,
        };
        let mut recorded = Recorded::default();
        recorded.add(recorder.record(&rows.batch));
        let [run] = &recorded.ledger.runs[..] else { return Vec::new() };

        let own = plan.territories.iter().map(|t| {
            let owner = t.owner.as_ref().and_then(|(key, _)| self.roster.find(key));
            Post { name: t.name.clone(), tenures: tenure::of_owner(owner, self.roster, plan.term) }
        });
        // One more for units that are on neither side.
        for layout in &mut self.layouts {
            people::stretch(&mut layout.posts, plan.term);
            let vacant = tenure::of_owner(None, self.roster, plan.term);
            layout.posts.push(Post { name: NOWHERE.to_owned(), tenures: vacant });
        }
        let posts = Posts { own: own.collect(), carved: self.layouts.iter().map(|l| l.posts.clone()).collect() };
        let tables = std::mem::take(&mut recorded.carves);
        let of_code: Vec<Vec<InCarve>> = tables
            .into_iter()
            .zip(&self.layouts)
            .map(|(table, layout)| {
                let (units, place_of_code) = table.finish();
                place_of_code.iter().map(|at| layout.place(&units[*at as usize].key)).collect()
            })
            .collect();
        let mut standings = Standings::new(plan, self.sources, self.roster, &posts);
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (n, coverage) in plan.coverages.iter().enumerate() {
            order.extend(terms.coverages.binary_search(&coverage.name).ok().map(|at| (n, at)));
        }
        let nowhere = vec![Spell { from: plan.term.0, territory: NOWHERE.to_owned(), rep: String::new() }];
        let mut excepted = run.excepted.iter().peekable();
        let mut known: Vec<Option<u32>> = Vec::new();
        (0..rows.accounts.len())
            .map(|row| {
                let excepted = excepted.next_if(|e| e.row as usize == row);
                let mut of_row = vec![NONE; terms.coverages.len()];
                for (coverage, at) in &order {
                    let leaf = run.leaves[*coverage].get(row);
                    if leaf == NO_LEAF {
                        of_row[*at] = states.id(nowhere.clone());
                        continue;
                    }
                    let unit = run.units[*coverage].get(row);
                    let (carve, tree) = self.in_carves(*coverage as u32, (leaf, unit), excepted, &of_code);
                    let id = standings.standing(*coverage as u32, leaf, carve, excepted, tree) as usize;
                    if known.len() <= id {
                        known.resize(id + 1, None);
                    }
                    of_row[*at] = *known[id].get_or_insert_with(|| {
                        states.id(terms.window.state(standings.get(id as u32), plan.term, str::to_owned))
                    });
                }
                of_row
            })
            .collect()
    }

    /// Where an account's unit lies on the first day, and in the carve of its leaf where a statement puts it elsewhere.
    fn in_carves(
        &self,
        coverage: u32,
        (leaf, unit): (u32, u32),
        excepted: Option<&Excepted>,
        of_code: &[Vec<InCarve>],
    ) -> (Option<InCarve>, Option<InCarve>) {
        let plan = self.plan;
        let Some(excepted) = excepted else {
            let target = plan.coverages[coverage as usize].leaves[leaf as usize].target;
            let LeafTarget::Carve(c) = target else { return (None, None) };
            return (Some(of_code[c as usize][unit as usize]), None);
        };
        let first = place(plan, coverage, leaf, Some(excepted), plan.term.0).0;
        let carve = match first {
            Place::Carve(c) => Some(of_code[c as usize][unit as usize]),
            _ => None,
        };
        let tree = match place(plan, coverage, leaf, None, plan.term.0) {
            (Place::Carve(c), Force::Tree) => {
                excepted.tree_units[coverage as usize].as_ref().map(|key| self.layouts[c as usize].place(key))
            }
            _ => None,
        };
        (carve, tree)
    }
}

/// What a state says of territories alone.
pub(super) fn territories(state: &State) -> Vec<(chrono::NaiveDate, &str)> {
    let mut spells: Vec<(chrono::NaiveDate, &str)> = Vec::new();
    for spell in state {
        if spells.last().is_none_or(|(_, last)| *last != spell.territory) {
            spells.push((spell.from, &spell.territory));
        }
    }
    spells
}
