//! What became of each coverage: its territories, pools and exclusions, with their loads.
//!
//! Takes what was recorded and the territories of the carves, gives [`CoverageOutcome`]s. Invariant: a carve's territories
//! stand in every coverage that sends accounts to it.

use super::bins::Bin;
use super::carving::Linear;
use super::recorder::Recorded;
use super::roster::Roster;
use super::standing::Posts;
use super::summary::{CoverageOutcome, Load, PoolOutcome, TerritoryOutcome};
use crate::plan::{LeafTarget, Plan, Target};

/// Everything that the outcome of a coverage is told from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub plan: &'a Plan,
    pub roster: &'a Roster,
    pub recorded: &'a Recorded,
    pub weights: &'a [Linear],
    /// How many measures every account has.
    pub measures: usize,
    pub posts: &'a Posts,
    /// Per carve its territories.
    pub carved: &'a [Vec<TerritoryOutcome>],
}

impl Ground<'_> {
    pub fn outcome(&self, index: usize) -> CoverageOutcome {
        let coverage = &self.plan.coverages[index];
        let bins = self.recorded.bins.get(index).cloned().unwrap_or_default();
        let loads = |bin: &Bin| -> Vec<f64> {
            let values = bin.measures(self.measures);
            self.weights.iter().map(|w| w.of(bin.accounts as f64, &values)).collect()
        };
        let mut territories: Vec<TerritoryOutcome> = Vec::new();
        let mut pools: Vec<PoolOutcome> = Vec::new();
        for target in targets(self.plan, index as u32) {
            match target {
                LeafTarget::Carve(c) => territories.extend(self.carved[c as usize].iter().cloned()),
                LeafTarget::Territory(t) => {
                    let bin = bins.territories.get(t as usize).cloned().unwrap_or_default();
                    let owner =
                        self.posts.own[t as usize].tenures.first().and_then(|x| x.owner).map(|o| &self.roster.reps[o]);
                    territories.push(TerritoryOutcome {
                        name: self.plan.territories[t as usize].name.clone(),
                        carve: None,
                        seat: self.plan.territories[t as usize].owner.as_ref().map(|(key, _)| key.clone()),
                        rep: owner.map(|r| r.key.clone()),
                        rep_name: owner.map(|r| r.name.clone()),
                        open: owner.is_none(),
                        accounts: bin.accounts,
                        loads: loads(&bin)
                            .into_iter()
                            .map(|load| Load { load, target: None, imbalance: None, room: None })
                            .collect(),
                        centre: None,
                    });
                }
                LeafTarget::Pool(p) => {
                    let bin = bins.pools.get(p as usize).cloned().unwrap_or_default();
                    let name = self.plan.pools[p as usize].name.clone();
                    pools.push(PoolOutcome { name, accounts: bin.accounts, loads: loads(&bin) });
                }
                LeafTarget::Exclude => {}
            }
        }
        territories.sort_by(|a, b| (&a.carve, &a.name).cmp(&(&b.carve, &b.name)));
        pools.sort_by(|a, b| a.name.cmp(&b.name));
        CoverageOutcome {
            name: coverage.name.clone(),
            role: coverage.role.clone(),
            territories,
            pools,
            excluded: bins.excluded.accounts,
        }
    }
}

/// Everything that accounts of a coverage can go to, each once.
pub(super) fn targets(plan: &Plan, coverage: u32) -> Vec<LeafTarget> {
    let mut targets: Vec<LeafTarget> = plan.coverages[coverage as usize].leaves.iter().map(|l| l.target).collect();
    for named in plan.named.iter().filter(|n| n.coverage == coverage) {
        match named.target {
            Target::Territory(t) => targets.push(LeafTarget::Territory(t)),
            Target::Pool(p) => targets.push(LeafTarget::Pool(p)),
            Target::Carve(c) | Target::CarveTerritory(c, ..) => {
                targets.push(LeafTarget::Carve(c));
            }
        }
    }
    targets.sort_unstable();
    targets.dedup();
    targets
}

/// The coverage that sends accounts to a carve.
pub(super) fn of_carve(plan: &Plan, carve: u32) -> Option<&str> {
    index_of_carve(plan, carve).map(|n| plan.coverages[n].name.as_str())
}

pub(super) fn index_of_carve(plan: &Plan, carve: u32) -> Option<usize> {
    let of = |n: usize| targets(plan, n as u32).contains(&LeafTarget::Carve(carve));
    (0..plan.coverages.len()).find(|n| of(*n))
}
