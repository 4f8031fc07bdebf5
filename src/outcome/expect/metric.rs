//! What a metric comes to for a group of territories and pools.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::spots::{Group, Spot, Spots};
use super::{Seen, excess, holds};
use crate::carve::{Point, Space};
use crate::outcome::carving::Linear;
use crate::outcome::measures::{Part, PartOf};
use crate::outcome::summary::Offender;
use crate::plan::{Bound, BudgetOf, Condition, Expectation, LeafTarget, MetricKind, PlacedIn, Plan};

const ACCOUNTS: PartOf = PartOf::Quantity(BudgetOf::Accounts);

/// What has to be summed up for a metric.
pub(super) fn parts(kind: &MetricKind, among: Option<&Condition>, plan: &Plan) -> Vec<Part> {
    let part = |of: PartOf, also: Option<&Condition>| Part {
        of,
        conditions: among.into_iter().chain(also).cloned().collect(),
    };
    match kind {
        MetricKind::Territories | MetricKind::Seats | MetricKind::OpenSeats => Vec::new(),
        MetricKind::Accounts | MetricKind::Covered => vec![part(ACCOUNTS, None)],
        MetricKind::Exceptions => {
            let coverages = (0..plan.coverages.len() as u32).map(Some);
            coverages.chain([None]).map(|c| part(PartOf::Excepted(c), None)).collect()
        }
        MetricKind::Load(of) | MetricKind::Moved(of) => vec![part(PartOf::Quantity(*of), None)],
        MetricKind::Imbalance(weight) => vec![part(PartOf::Quantity(BudgetOf::Weight(*weight)), None)],
        MetricKind::Distance => {
            let firsts = plan.carves.iter().map(|c| BudgetOf::Weight(c.balances[0].weight));
            firsts.chain([BudgetOf::Accounts]).map(|of| part(PartOf::Quantity(of), None)).collect()
        }
        MetricKind::Kept(condition) => vec![part(ACCOUNTS, condition.as_ref())],
        MetricKind::Share(condition) => vec![part(ACCOUNTS, None), part(ACCOUNTS, Some(condition))],
    }
}

/// Measures groups for one expectation.
pub(super) struct Gauge<'g, 'a> {
    seen: &'g Seen<'a>,
    spots: &'g Spots<'a>,
    expectation: &'g Expectation,
    whole: (f64, Vec<f64>),
    /// By weight and spot, made when a weight is first asked for.
    imbalances: RefCell<BTreeMap<u32, Rc<[Option<f64>]>>>,
}

impl<'g, 'a> Gauge<'g, 'a> {
    pub fn new(seen: &'g Seen<'a>, spots: &'g Spots<'a>, expectation: &'g Expectation) -> Self {
        let all = &seen.recorded.all;
        let whole = (all.accounts as f64, all.measures(seen.measures.len()));
        Self { seen, spots, expectation, whole, imbalances: RefCell::default() }
    }

    /// `None` where there is nothing to measure.
    pub fn measure(&self, kind: &MetricKind, group: &Group<'_, 'a>) -> Option<f64> {
        let count = |counts: fn(&Spot<'_>) -> bool| Some(group.spots.iter().filter(|s| counts(s)).count() as f64);
        match kind {
            MetricKind::Territories => count(|spot| spot.is_territory()),
            MetricKind::Seats => count(|spot| spot.carve().is_some()),
            MetricKind::OpenSeats => count(|spot| spot.open),
            MetricKind::Accounts => self.total(group, ACCOUNTS, None),
            MetricKind::Load(of) => self.total(group, PartOf::Quantity(*of), None),
            MetricKind::Exceptions => self.exceptions(group),
            MetricKind::Share(condition) => {
                let whole = self.total(group, ACCOUNTS, None)?;
                ratio(self.total(group, ACCOUNTS, Some(condition))?, whole)
            }
            MetricKind::Covered => {
                let form = self.form(ACCOUNTS, None);
                let whole = sum(&group.spots, &form);
                let owned = group.spots.iter().filter(|s| s.rep.is_some()).map(|s| s.amount(&form)).sum();
                ratio(owned, whole)
            }
            MetricKind::Moved(of) => self.kept(group, PartOf::Quantity(*of), None).map(|kept| 1.0 - kept),
            MetricKind::Kept(condition) => self.kept(group, ACCOUNTS, condition.as_ref()),
            MetricKind::Imbalance(weight) => {
                let all = group.spots.iter().filter_map(|spot| self.imbalance(*weight, spot));
                all.map(f64::abs).max_by(f64::total_cmp)
            }
            MetricKind::Distance => self.distance(group),
        }
    }

    /// What of a group is to blame for a value out of bounds, worst first.
    pub fn offenders(&self, group: &Group<'_, 'a>, value: f64, bound: Bound) -> Vec<Offender> {
        let alone = |spot: &&'g Spot<'a>| Group { name: String::new(), spots: vec![*spot], whole: false };
        let kind = &self.expectation.metric.kind;
        let spots = &self.spots.all;
        let inside = spots.iter().filter(|s| group.spots.iter().any(|g| std::ptr::eq(*g, *s)));
        let mut all: Vec<(f64, Offender)> = Vec::new();
        for spot in inside {
            let offender = |measured: f64| Offender { name: spot.name.to_owned(), measured };
            match kind {
                MetricKind::Territories | MetricKind::Seats | MetricKind::OpenSeats => {}
                MetricKind::Imbalance(weight) => {
                    let signed = self.imbalance(*weight, spot).filter(|i| !holds(i.abs(), bound));
                    all.extend(signed.map(|i| (excess(i.abs(), bound), offender(i))));
                }
                MetricKind::Covered => {
                    let accounts = spot.amount(&self.form(ACCOUNTS, None));
                    if spot.rep.is_none() && accounts > 0.0 {
                        all.push((accounts, offender(accounts)));
                    }
                }
                _ => {
                    let Some(own) = self.measure(kind, &alone(&spot)) else { continue };
                    let too_much = excess(value + 1.0, bound) > excess(value, bound);
                    if own != 0.0 || !too_much {
                        all.push((if too_much { own } else { -own }, offender(own)));
                    }
                }
            }
        }
        if group.spots.len() < 2 {
            return Vec::new();
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
        all.into_iter().map(|(_, offender)| offender).collect()
    }

    fn form(&self, of: PartOf, also: Option<&Condition>) -> Linear {
        let conditions = self.expectation.condition.iter().chain(also).cloned().collect();
        self.seen.measures.part(&Part { of, conditions }, self.seen.program, self.seen.totals)
    }

    fn total(&self, group: &Group<'_, 'a>, of: PartOf, also: Option<&Condition>) -> Option<f64> {
        let form = self.form(of, also);
        let total = if group.whole { form.of(self.whole.0, &self.whole.1) } else { sum(&group.spots, &form) };
        (group.whole || !group.spots.is_empty()).then_some(total)
    }

    fn exceptions(&self, group: &Group<'_, 'a>) -> Option<f64> {
        if group.whole {
            return self.total(group, PartOf::Excepted(None), None);
        }
        let in_coverage = |spot: &&Spot<'a>| spot.amount(&self.form(PartOf::Excepted(Some(spot.coverage)), None));
        (!group.spots.is_empty()).then(|| group.spots.iter().map(in_coverage).sum())
    }

    fn kept(&self, group: &Group<'_, 'a>, of: PartOf, also: Option<&Condition>) -> Option<f64> {
        let form = self.form(of, also);
        let tenures = group.spots.iter().map(|spot| spot.tenure(&form));
        let (owned, kept) = tenures.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        ratio(kept, owned)
    }

    /// load / target − 1. Where no carve is named, only those count that balance the weight.
    fn imbalance(&self, weight: u32, spot: &Spot<'a>) -> Option<f64> {
        let known = self.imbalances.borrow().get(&weight).cloned();
        let all = known.unwrap_or_else(|| {
            let all: Rc<[Option<f64>]> = self.all_imbalances(weight).into();
            self.imbalances.borrow_mut().insert(weight, Rc::clone(&all));
            all
        });
        all[spot.at]
    }

    fn all_imbalances(&self, weight: u32) -> Vec<Option<f64>> {
        let named = matches!(
            self.expectation.within,
            Some(PlacedIn::Target(LeafTarget::Carve(_)) | PlacedIn::CarveTerritory(..))
        );
        let balances =
            |carve: u32| named || self.seen.plan.carves[carve as usize].balances.iter().any(|b| b.weight == weight);
        let form = self.form(PartOf::Quantity(BudgetOf::Weight(weight)), None);
        let load = |spot: &Spot<'_>| spot.carve().filter(|c| balances(*c)).map(|c| (c, spot.amount(&form)));
        let loads: Vec<Option<(u32, f64)>> = self.spots.all.iter().map(load).collect();
        let mut totals: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for (spot, (carve, load)) in self.spots.all.iter().zip(&loads).filter_map(|(spot, l)| Some((spot, (*l)?))) {
            let (total, capacity) = totals.entry(carve).or_default();
            *total += load;
            *capacity += spot.capacity;
        }
        let imbalance = |(spot, load): (&Spot<'_>, Option<(u32, f64)>)| {
            let (carve, load) = load?;
            let (total, capacity) = totals[&carve];
            let target = total * spot.capacity / capacity;
            (target > 0.0).then(|| load / target - 1.0)
        };
        self.spots.all.iter().zip(loads).map(imbalance).collect()
    }

    /// Mean kilometres to the centre, by the weight that the carves balance first; by accounts where they differ in it.
    fn distance(&self, group: &Group<'_, 'a>) -> Option<f64> {
        let first = |spot: &&Spot<'a>| Some(self.seen.plan.carves[spot.carve()? as usize].balances[0].weight);
        let mut firsts: Vec<u32> = group.spots.iter().filter_map(first).collect();
        firsts.sort_unstable();
        firsts.dedup();
        let of = if let [weight] = firsts[..] { BudgetOf::Weight(weight) } else { BudgetOf::Accounts };
        let form = self.form(PartOf::Quantity(of), None);
        let (mut far, mut whole) = (0.0, 0.0);
        for spot in &group.spots {
            let Some(centre) = spot.centre else { continue };
            for unit in spot.units() {
                if let Some([x, y, z]) = unit.position {
                    let pull = form.of(f64::from(unit.accounts), &unit.measures);
                    far += pull * Space::Sphere.distance(Point { x, y, z }, centre);
                    whole += pull;
                }
            }
        }
        ratio(far, whole)
    }
}

fn sum(spots: &[&Spot<'_>], form: &Linear) -> f64 {
    spots.iter().map(|spot| spot.amount(form)).sum()
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
