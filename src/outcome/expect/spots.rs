//! The places of a result that hold accounts, and the groups of them that an expectation looks at.

use std::collections::BTreeMap;

use super::Seen;
use crate::carve::Point;
use crate::outcome::bins::Bin;
use crate::outcome::carving::Linear;
use crate::outcome::coverage::{index_of_carve, targets};
use crate::outcome::rollup::Unit;
use crate::outcome::settle::placed;
use crate::plan::{Expectation, Grouping, LeafTarget, PlacedIn};

/// A territory or a pool of one coverage.
pub struct Spot<'a> {
    /// Among all spots.
    pub at: usize,
    pub name: &'a str,
    pub coverage: u32,
    pub target: LeafTarget,
    /// Who owns its accounts on the first day, as an index into the roster.
    pub rep: Option<usize>,
    /// Of a carve: whether nobody has its seat.
    pub open: bool,
    /// Of a carve: what it is meant to hold, relative to the others.
    pub capacity: f64,
    pub centre: Option<Point>,
    holding: Holding<'a>,
}

/// What a spot holds.
enum Holding<'a> {
    /// Everything, what somebody owns today, and what its owner owns today.
    Sums([(f64, Vec<f64>); 3]),
    /// Units, and who is to own them.
    Units(Vec<&'a Unit>, Option<u32>),
}

impl<'a> Spot<'a> {
    pub fn is_territory(&self) -> bool {
        !matches!(self.target, LeafTarget::Pool(_))
    }

    pub fn carve(&self) -> Option<u32> {
        match self.target {
            LeafTarget::Carve(c) => Some(c),
            _ => None,
        }
    }

    pub fn amount(&self, form: &Linear) -> f64 {
        match &self.holding {
            Holding::Sums([(accounts, measures), ..]) => form.of(*accounts, measures),
            Holding::Units(units, _) => units.iter().map(|u| form.of(f64::from(u.accounts), &u.measures)).sum(),
        }
    }

    /// What has an owner today, and what of that keeps it.
    pub fn tenure(&self, form: &Linear) -> (f64, f64) {
        match &self.holding {
            Holding::Sums([_, owned, kept]) => (form.of(owned.0, &owned.1), form.of(kept.0, &kept.1)),
            Holding::Units(units, rep) => {
                let (mut owned, mut kept) = (0.0, 0.0);
                for by in units.iter().flat_map(|u| &u.owned) {
                    let amount = form.of(f64::from(by.accounts), &by.measures);
                    owned += amount;
                    if Some(by.rep) == *rep {
                        kept += amount;
                    }
                }
                (owned, kept)
            }
        }
    }

    pub fn units(&self) -> &[&'a Unit] {
        match &self.holding {
            Holding::Units(units, _) => units,
            Holding::Sums(_) => &[],
        }
    }
}

/// Every spot of the result.
pub struct Spots<'a> {
    pub all: Vec<Spot<'a>>,
    reps: Vec<&'a str>,
    coverages: Vec<&'a str>,
    carves: Vec<&'a str>,
}

/// What one bound is held against.
pub struct Group<'s, 'a> {
    /// Empty where the expectation looks at one thing only.
    pub name: String,
    pub spots: Vec<&'s Spot<'a>>,
    /// All accounts of the project, each once.
    pub whole: bool,
}

impl<'a> Spots<'a> {
    pub fn new(seen: &Seen<'a>) -> Self {
        let mut all: Vec<Spot<'a>> = Vec::new();
        let count = seen.measures.len();
        let values = |bin: Option<&Bin>| {
            bin.map_or_else(|| (0.0, vec![0.0; count]), |bin| (bin.accounts as f64, bin.measures(count)))
        };
        for coverage in 0..seen.plan.coverages.len() as u32 {
            let bins = seen.recorded.bins.get(coverage as usize);
            for target in targets(seen.plan, coverage) {
                match target {
                    LeafTarget::Exclude => {}
                    LeafTarget::Carve(c) => {
                        if index_of_carve(seen.plan, c) == Some(coverage as usize) {
                            all.extend(carve_spots(seen, coverage, c));
                        }
                    }
                    LeafTarget::Territory(t) => {
                        let t = t as usize;
                        let of = |bins: &'a Vec<Bin>| bins.get(t);
                        all.push(Spot {
                            at: 0,
                            name: &seen.plan.territories[t].name,
                            coverage,
                            target,
                            rep: seen.settled.posts.own[t].tenures.first().and_then(|tenure| tenure.owner),
                            open: false,
                            capacity: 0.0,
                            centre: None,
                            holding: Holding::Sums([
                                values(bins.and_then(|b| of(&b.territories))),
                                values(bins.and_then(|b| of(&b.owned.0))),
                                values(bins.and_then(|b| of(&b.kept))),
                            ]),
                        });
                    }
                    LeafTarget::Pool(p) => {
                        let p = p as usize;
                        all.push(Spot {
                            at: 0,
                            name: &seen.plan.pools[p].name,
                            coverage,
                            target,
                            rep: None,
                            open: false,
                            capacity: 0.0,
                            centre: None,
                            holding: Holding::Sums([
                                values(bins.and_then(|b| b.pools.get(p))),
                                values(bins.and_then(|b| b.owned.1.get(p))),
                                values(None),
                            ]),
                        });
                    }
                }
            }
        }
        all.iter_mut().enumerate().for_each(|(at, spot)| spot.at = at);
        Self {
            all,
            reps: seen.roster.reps.iter().map(|r| r.key.as_str()).collect(),
            coverages: seen.plan.coverages.iter().map(|c| c.name.as_str()).collect(),
            carves: seen.plan.carves.iter().map(|c| c.name.as_str()).collect(),
        }
    }

    /// The groups that an expectation holds to its bound, by name.
    pub fn groups<'s>(&'s self, expectation: &Expectation) -> Vec<Group<'s, 'a>> {
        let inside = |spot: &Spot<'_>| match &expectation.within {
            None => true,
            Some(PlacedIn::Coverage(c)) => spot.coverage == *c,
            Some(PlacedIn::Target(target)) => spot.target == *target,
            Some(PlacedIn::CarveTerritory(c, name)) => spot.target == LeafTarget::Carve(*c) && spot.name == name,
        };
        let spots = self.all.iter().filter(|spot| inside(spot));
        let Some(per) = expectation.per else {
            let whole = expectation.within.is_none();
            return vec![Group { name: String::new(), spots: spots.collect(), whole }];
        };
        let mut groups: BTreeMap<String, Vec<&Spot<'a>>> = BTreeMap::new();
        for spot in spots {
            let name = match per {
                Grouping::Territory => spot.is_territory().then_some(spot.name),
                Grouping::Rep => spot.rep.map(|r| self.reps[r]),
                Grouping::Coverage => Some(self.coverages[spot.coverage as usize]),
                Grouping::Carve => spot.carve().map(|c| self.carves[c as usize]),
            };
            if let Some(name) = name {
                groups.entry(name.to_owned()).or_default().push(spot);
            }
        }
        groups.into_iter().map(|(name, spots)| Group { name, spots, whole: false }).collect()
    }
}

fn carve_spots<'a>(seen: &Seen<'a>, coverage: u32, carve: u32) -> Vec<Spot<'a>> {
    let Some(carved) = seen.carved.iter().find(|c| c.index == carve) else { return Vec::new() };
    let mut units: Vec<Vec<&'a Unit>> = vec![Vec::new(); carved.alignment.territories.len()];
    for (unit, territory) in placed(carved) {
        units[territory].push(unit);
    }
    let posts = &seen.settled.posts.carved[carve as usize];
    let spots = carved.alignment.territories.iter().zip(units).enumerate().map(|(t, (territory, units))| {
        let seat = carved.carving.seats[carved.seats[t]].rep;
        Spot {
            at: 0,
            name: &territory.name,
            coverage,
            target: LeafTarget::Carve(carve),
            rep: posts[t].tenures.first().and_then(|tenure| tenure.owner),
            open: seat.is_none(),
            capacity: territory.capacity,
            centre: territory.centre.map(|(lat, lon)| Point::from_degrees(lon, lat)),
            holding: Holding::Units(units, seat.map(|rep| rep as u32)),
        }
    });
    spots.collect()
}
