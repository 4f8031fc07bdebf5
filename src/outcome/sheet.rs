//! The assignments, account by account in the order of keys, in blocks.
//!
//! Takes the ledger and the territories of every unit, gives blocks of accounts with one standing a coverage. Nothing
//! grows with the accounts but the block.

use super::ledger::{Excepted, Ledger, Merge, NONE};
use super::place::{Force, Place, place};
use super::standing::{InCarve, Standing, Standings};
use crate::plan::{Coverage, LeafTarget, Plan};

/// Accounts in a block.
pub const BLOCK: usize = 65_536;

/// Where the units of a carve lie: few combinations, so that accounts can share standings.
#[derive(Debug, Clone, Default)]
pub struct UnitPlaces {
    /// By the code that the ledger keeps; an index into `combinations`.
    pub of_code: Vec<u32>,
    pub combinations: Vec<InCarve>,
    /// By unit key, for accounts that stand elsewhere on the first day: sorted, with an index into `combinations`.
    pub of_key: Vec<(String, u32)>,
}

/// Some accounts in order.
#[derive(Debug, Default)]
pub struct Block {
    /// Run and row in the ledger.
    pub rows: Vec<(u32, u32)>,
    /// `standings[n * coverages + c]`, the coverages as [`Sheet::coverages`] has them.
    pub standings: Vec<u32>,
}

#[derive(Debug)]
pub struct Sheet<'a> {
    plan: &'a Plan,
    ledger: &'a Ledger,
    units: &'a [UnitPlaces],
    merge: Merge<'a>,
    standings: Standings<'a>,
    /// Next excepted account of every run.
    excepted: Vec<usize>,
    /// `plain[coverage][leaf][combination]`: standings of accounts without exceptions.
    plain: Vec<Vec<Vec<u32>>>,
    coverages: Vec<&'a Coverage>,
    /// The coverages' indices in the plan.
    order: Vec<usize>,
}

impl<'a> Sheet<'a> {
    /// `units` has one entry a carve of the plan.
    pub fn new(plan: &'a Plan, ledger: &'a Ledger, units: &'a [UnitPlaces], standings: Standings<'a>) -> Self {
        let per_leaf = |target: LeafTarget| match target {
            LeafTarget::Carve(c) => vec![NONE; units[c as usize].combinations.len()],
            _ => vec![NONE; 1],
        };
        let plain = plan.coverages.iter().map(|c| c.leaves.iter().map(|l| per_leaf(l.target)).collect()).collect();
        let merge = ledger.merge();
        let mut order: Vec<usize> = (0..plan.coverages.len()).collect();
        order.sort_by_key(|c| &plan.coverages[*c].name);
        let coverages = order.iter().map(|c| &plan.coverages[*c]).collect();
        Self { plan, ledger, units, merge, standings, excepted: vec![0; ledger.runs.len()], plain, coverages, order }
    }

    pub fn key(&self, (run, row): (u32, u32)) -> &'a str {
        self.ledger.runs[run as usize].keys.get(row as usize)
    }

    pub fn standing(&self, id: u32) -> &Standing {
        self.standings.get(id)
    }

    /// How many standings there are so far; they are numbered from nought.
    pub fn standings(&self) -> u32 {
        self.standings.len() as u32
    }

    /// By name, so that their order in the plan shows nowhere.
    pub fn coverages(&self) -> &[&'a Coverage] {
        &self.coverages
    }

    /// Fills `block` with the next accounts; false at the end.
    pub fn next(&mut self, block: &mut Block) -> bool {
        block.rows.clear();
        block.standings.clear();
        self.merge.next_block(BLOCK, &mut block.rows);
        for n in 0..block.rows.len() {
            let (run, row) = block.rows[n];
            let excepted = self.excepted_at(run, row);
            for c in 0..self.order.len() {
                let coverage = self.order[c];
                let id = match excepted {
                    None => self.plain(coverage, run, row),
                    Some(excepted) => self.special(coverage, run, row, excepted),
                };
                block.standings.push(id);
            }
        }
        !block.rows.is_empty()
    }

    fn excepted_at(&mut self, run: u32, row: u32) -> Option<&'a Excepted> {
        let next = &mut self.excepted[run as usize];
        let excepted = self.ledger.runs[run as usize].excepted.get(*next).filter(|e| e.row == row)?;
        *next += 1;
        Some(excepted)
    }

    fn plain(&mut self, coverage: usize, run: u32, row: u32) -> u32 {
        let run = &self.ledger.runs[run as usize];
        let leaf = run.leaves[coverage].get(row as usize);
        let (at, carve) = match self.plan.coverages[coverage].leaves[leaf as usize].target {
            LeafTarget::Carve(c) => {
                let units = &self.units[c as usize];
                let combination = units.of_code[run.units[coverage].get(row as usize) as usize];
                (combination, Some(units.combinations[combination as usize]))
            }
            _ => (0, None),
        };
        let slot = &mut self.plain[coverage][leaf as usize][at as usize];
        if *slot == NONE {
            *slot = self.standings.standing(coverage as u32, leaf, carve, None, None);
        }
        *slot
    }

    fn special(&mut self, coverage: usize, run: u32, row: u32, excepted: &Excepted) -> u32 {
        let run = &self.ledger.runs[run as usize];
        let leaf = run.leaves[coverage].get(row as usize);
        let (first, _) = place(self.plan, coverage as u32, leaf, Some(excepted), self.plan.term.0);
        let carve = match first {
            Place::Carve(c) => {
                let units = &self.units[c as usize];
                let combination = units.of_code[run.units[coverage].get(row as usize) as usize];
                Some(units.combinations[combination as usize])
            }
            _ => None,
        };
        let tree = match place(self.plan, coverage as u32, leaf, None, self.plan.term.0) {
            (Place::Carve(c), Force::Tree) => excepted.tree_units[coverage].as_ref().and_then(|key| {
                let units = &self.units[c as usize];
                let at = units.of_key.binary_search_by(|(k, _)| k.cmp(key)).ok()?;
                Some(units.combinations[units.of_key[at].1 as usize])
            }),
            _ => None,
        };
        self.standings.standing(coverage as u32, leaf, carve, Some(excepted), tree)
    }
}
