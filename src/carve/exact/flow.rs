//! The relaxation of one quantity: a transportation problem.
//!
//! Invariant: it states the model only where loads are all that is limited, see [`Flows::states`].

use super::super::bound::ItemCosts;
use super::super::search::Ground;
use super::super::transport::{Candidates, Costs, Start, Transport};
use super::{Outcome, Relaxation, Relaxed};

pub(super) struct Flows<'a, 'g, 'p> {
    costs: &'a ItemCosts<'g, 'p>,
    prices: Vec<f64>,
    candidates: Option<Candidates>,
}

/// Costs under decisions.
struct Decided<'a, 'g, 'p> {
    costs: &'a ItemCosts<'g, 'p>,
    decided: &'a [Option<Vec<u32>>],
}

impl Costs for Decided<'_, '_, '_> {
    fn cost(&self, item: usize, seat: usize) -> f64 {
        match &self.decided[item] {
            Some(seats) if seats.binary_search(&(seat as u32)).is_err() => f64::INFINITY,
            _ => self.costs.cost(item, seat),
        }
    }
}

impl<'a, 'g, 'p> Flows<'a, 'g, 'p> {
    pub fn states(ground: &Ground) -> bool {
        ground.quantities == 1
            && ground.apart_groups == 0
            && ground.most_moved.is_infinite()
            && ground.values.iter().all(|&value| value >= 0.0)
    }

    pub fn new(costs: &'a ItemCosts<'g, 'p>) -> Self {
        Self { costs, prices: Vec::new(), candidates: None }
    }
}

impl Relaxation for Flows<'_, '_, '_> {
    fn solve(&mut self, decided: &[Option<Vec<u32>>]) -> Outcome {
        let Ground { values, low, high, .. } = self.costs.ground;
        let costs = Decided { costs: self.costs, decided };
        let transport = Transport { supply: values, least: low, most: high, costs: &costs };
        let start = Start { prices: self.prices.clone(), candidates: self.candidates.clone() };
        let Ok(flow) = transport.solve(&start) else { return Outcome::Infeasible };
        self.prices = flow.prices;
        // Those of the first solution: later ones lack what was decided against.
        self.candidates.get_or_insert(flow.candidates);
        let mut split: Vec<(u32, Vec<(u32, f64)>)> = Vec::new();
        for part in &flow.parts {
            let share = part.amount / values[part.unit as usize];
            match split.last_mut() {
                Some((item, parts)) if *item == part.unit => parts.push((part.seat, share)),
                _ => split.push((part.unit, vec![(part.seat, share)])),
            }
        }
        Outcome::Solved(Relaxed { value: flow.bound, territory: flow.seat, split })
    }
}
