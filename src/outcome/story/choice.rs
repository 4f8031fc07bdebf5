//! Why a carve put a unit into one of its territories rather than into the next best.

use serde::Serialize;

use super::elsewhere::{unit_key, unit_of};
use super::{Asked, Ground, words};
use crate::carve::{Point, Space};
use crate::outcome::carving::price;
use crate::outcome::place::Place;
use crate::outcome::rollup::Unit;
use crate::outcome::settle::Carved;
use crate::outcome::summary::TerritoryOutcome;
use crate::plan::Number;

/// Numbers below this are rounding.
const HAIR: f64 = 1e-9;

/// The chosen territory beside others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CarveChoice {
    pub carve: String,
    /// `plan.terr:68`
    pub place: String,
    /// `zip 60601`
    pub unit: String,
    pub accounts: u32,
    /// The alignment does not list the unit.
    pub new: bool,
    /// The territory that has it, the next best, and the nearest where that is neither.
    pub candidates: Vec<Candidate>,
    /// What speaks against the next best.
    pub binding: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// `has it`, `next best`, `nearest`.
    pub rank: &'static str,
    pub territory: String,
    pub rep: Option<String>,
    /// From the unit to the centre of the territory.
    pub km: Option<f64>,
    /// One a balanced weight.
    pub loads: Vec<CarveLoad>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CarveLoad {
    pub weight: String,
    pub load: f64,
    pub target: Option<f64>,
    /// load / target − 1
    pub imbalance: Option<f64>,
    /// The same with the unit moved: without it for the territory that has it, with it for the others. Absent where the
    /// weight is made of sensitive cells.
    pub moved: Option<f64>,
    /// What the carve allows.
    pub within: f64,
    /// The weight is made of sensitive cells: what the unit adds to it is not told.
    #[serde(skip)]
    hidden: bool,
}

pub(super) fn choice(ground: &Ground<'_>, asked: &Asked<'_>, place: Place) -> Option<CarveChoice> {
    let Place::Carve(c) = place else { return None };
    let carved = ground.carved.iter().find(|carved| carved.index == c)?;
    let key = unit_key(carved, &asked.cells);
    let at = unit_of(carved, &key)?;
    let unit = &carved.carving.units[at];
    let chosen = carved.aligned.territory[at] as usize;
    let scene = Scene { ground, carved, unit, chosen };
    let mut others: Vec<(f64, usize)> = (0..carved.alignment.territories.len())
        .filter(|t| *t != chosen && carved.carving.may_have(carved.seats[*t], unit))
        .map(|t| (scene.price(t), t))
        .collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let next = others.first().map(|(_, t)| *t);
    let measured = (0..carved.alignment.territories.len()).filter_map(|t| Some((scene.km(t)?, t)));
    let nearest = measured.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, t)| t);
    let mut candidates = vec![scene.candidate("has it", chosen)];
    candidates.extend(next.map(|t| scene.candidate("next best", t)));
    candidates.extend(nearest.filter(|t| *t != chosen && Some(*t) != next).map(|t| scene.candidate("nearest", t)));
    let binding = next.map_or_else(Vec::new, |next| scene.binding(&candidates[0], &candidates[1], next));
    for load in candidates.iter_mut().flat_map(|c| &mut c.loads).filter(|load| load.hidden) {
        load.moved = None;
    }
    Some(CarveChoice {
        carve: carved.carving.carve.name.clone(),
        place: ground.sources.place(carved.carving.carve.span),
        unit: format!("{} {}", carved.carving.unit_name, if key.is_empty() { "missing" } else { &key }),
        accounts: unit.accounts,
        new: carved.alignment.territory_of(&key).is_none(),
        binding,
        candidates,
    })
}

/// One unit among the territories of its carve.
struct Scene<'s, 'a> {
    ground: &'s Ground<'a>,
    carved: &'s Carved<'a>,
    unit: &'s Unit,
    chosen: usize,
}

impl Scene<'_, '_> {
    fn weights(&self) -> Vec<f64> {
        let balances = &self.carved.carving.carve.balances;
        let weight = |w: u32| {
            self.carved.carving.quantities.weights[w as usize].of(f64::from(self.unit.accounts), &self.unit.measures)
        };
        balances.iter().map(|b| weight(b.weight)).collect()
    }

    /// Whether a number reads a sensitive column.
    fn hides(&self, value: &Number) -> bool {
        let columns = self.ground.reference().columns_of_number(value);
        columns.iter().any(|id| self.ground.accounts.schema.column(*id).sensitive)
    }

    fn point(&self) -> Option<Point> {
        self.unit.position.map(|[x, y, z]| Point { x, y, z })
    }

    /// Distance and prices; what cannot be priced comes last.
    fn price(&self, territory: usize) -> f64 {
        let (carve, alignment) = (self.carved.carving.carve, &self.carved.alignment);
        price(carve, alignment, territory, self.point(), &self.weights()).unwrap_or(f64::INFINITY)
    }

    fn km(&self, territory: usize) -> Option<f64> {
        let (lat, lon) = self.carved.alignment.territories[territory].centre?;
        Some(Space::Sphere.distance(self.point()?, Point::from_degrees(lon, lat)))
    }

    fn outcome(&self, territory: usize) -> Option<&TerritoryOutcome> {
        let (carve, name) = (&self.carved.carving.carve.name, &self.carved.alignment.territories[territory].name);
        let mut all = self.ground.settled.coverages.iter().flat_map(|c| &c.territories);
        all.find(|t| t.carve.as_ref() == Some(carve) && t.name == *name)
    }

    fn candidate(&self, rank: &'static str, territory: usize) -> Candidate {
        let outcome = self.outcome(territory);
        let sign = if territory == self.chosen { -1.0 } else { 1.0 };
        let loads = self.carved.carving.carve.balances.iter().zip(self.weights()).map(|(balance, own)| {
            let load = outcome.and_then(|o| o.loads.get(balance.weight as usize));
            let target = load.and_then(|l| l.target).filter(|t| *t > 0.0);
            let weight = &self.ground.plan.weights[balance.weight as usize];
            CarveLoad {
                weight: weight.name.clone(),
                load: load.map_or(0.0, |l| l.load),
                target,
                imbalance: load.and_then(|l| l.imbalance),
                moved: load.zip(target).map(|(l, target)| (l.load + sign * own) / target - 1.0),
                within: balance.within,
                hidden: self.hides(&weight.value),
            }
        });
        Candidate {
            rank,
            territory: self.carved.alignment.territories[territory].name.clone(),
            rep: outcome.and_then(|o| o.rep.clone()),
            km: self.km(territory),
            loads: loads.collect(),
        }
    }

    /// What speaks against moving the unit to the next best territory.
    fn binding(&self, has: &Candidate, next: &Candidate, territory: usize) -> Vec<String> {
        let carve = self.carved.carving.carve;
        let mut binding = Vec::new();
        if let (Some(here), Some(there)) = (has.km, next.km)
            && there > here
        {
            binding.push(format!("{} is {} farther away", next.territory, words::km(there - here)));
        }
        let told = |load: &CarveLoad, moved: f64| {
            let held = if load.hidden { "too much".to_owned() } else { words::part(1.0 + moved) };
            let held = if load.hidden && moved < 0.0 { "too little".to_owned() } else { held };
            format!("{held} of its {} target ({} allowed)", load.weight, words::band(load.within))
        };
        for (load, moved) in next.loads.iter().filter_map(|l| Some((l, l.moved.filter(|m| *m > l.within + HAIR)?))) {
            binding.push(format!("with it, {} would hold {}", next.territory, told(load, moved)));
        }
        for (load, moved) in has.loads.iter().filter_map(|l| Some((l, l.moved.filter(|m| *m < -l.within - HAIR)?))) {
            binding.push(format!("without it, {} would hold {}", has.territory, told(load, moved)));
        }
        let accounts = |t: usize| self.outcome(t).map_or(0, |o| o.accounts);
        if let Some((least, most, _)) = carve.limits.accounts {
            if accounts(territory) + u64::from(self.unit.accounts) > most {
                binding.push(format!("{} may have {most} accounts at most", next.territory));
            }
            if accounts(self.chosen) < least + u64::from(self.unit.accounts) {
                binding.push(format!("{} must have {least} accounts at least", has.territory));
            }
        }
        let owned = |t: usize| {
            let rep = self.carved.carving.seats[self.carved.seats[t]].rep;
            self.unit.owned.iter().filter(|o| Some(o.rep as usize) == rep).map(|o| o.accounts).sum::<u32>()
        };
        if carve.keep.is_some() && owned(self.chosen) > owned(territory) {
            binding.push(format!("its accounts are with {} today", has.rep.as_deref().unwrap_or(&has.territory)));
        }
        for (verb, groups) in [("together with", &carve.limits.together), ("apart from", &carve.limits.apart)] {
            let own = groups.iter().filter(|(group, _)| group.iter().any(|(key, _)| *key == self.unit.key));
            for (other, _) in own.flat_map(|(group, _)| group).filter(|(key, _)| *key != self.unit.key) {
                binding.push(format!("it has to be {verb} {other}"));
            }
        }
        if binding.is_empty() {
            let contiguous = if carve.contiguous.is_some() { ", in one piece each" } else { "" };
            binding.push(format!("nothing by itself: all territories were balanced against each other{contiguous}"));
        }
        binding
    }
}
