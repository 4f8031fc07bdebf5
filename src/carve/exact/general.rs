//! The relaxation of everything linear, stated through `good_lp`.
//!
//! Invariant: rows are scaled to usual loads and costs to their mean, so that one set of tolerances fits every problem;
//! what a solver's tolerances may have added to the value is taken off.

use good_lp::{Expression, ProblemVariables, Solution as _, SolverModel, Variable, constraint, variable};

use super::super::bound::ItemCosts;
use super::super::transport::Costs as _;
use super::within::Within;
use super::{Outcome, Relaxation, Relaxed};

/// Shares of an item nearer to 0 are none.
const FAINT: f64 = 1e-6;
/// What the solver's tolerances may have added to the value, relative to it.
const HAIR: f64 = 1e-6;

pub(super) struct General<'a, 'g, 'p> {
    costs: &'a ItemCosts<'g, 'p>,
    /// One over a usual cost.
    scale: f64,
    spent: usize,
}

impl<'a, 'g, 'p> General<'a, 'g, 'p> {
    pub fn new(costs: &'a ItemCosts<'g, 'p>) -> Self {
        let ground = costs.ground;
        let (mut sum, mut count) = (0.0, 0);
        for item in 0..ground.items {
            for cost in (0..ground.seats).map(|seat| costs.cost(item, seat)).filter(|cost| cost.is_finite()) {
                sum += cost.abs();
                count += 1;
            }
        }
        Self { costs, scale: if sum > 0.0 { f64::from(count) / sum } else { 1.0 }, spent: 0 }
    }
}

impl Relaxation for General<'_, '_, '_> {
    fn solve(&mut self, within: &Within) -> Outcome {
        let ground = self.costs.ground;
        let quantities = ground.quantities;
        self.spent += ground.items * ground.seats;
        let mut variables = ProblemVariables::new();
        let mut shares: Vec<Vec<(u32, Variable)>> = Vec::with_capacity(ground.items);
        let mut objective = Expression::from(0.0);
        let mut wholes = Vec::with_capacity(ground.items);
        let mut loads = vec![Expression::from(0.0); ground.seats * quantities];
        let mut crowds = vec![Expression::from(0.0); ground.seats * ground.apart_groups];
        let mut moved = Expression::from(0.0);
        let most = ground.usual_move;
        for item in 0..ground.items {
            let mut whole = Expression::from(0.0);
            let mut of_item = Vec::new();
            for seat in within.seats_of(item as u32) {
                let share = variables.add(variable().min(0.0).max(1.0));
                of_item.push((seat, share));
                whole += share;
                objective += self.scale * self.costs.cost(item, seat as usize) * share;
                for (quantity, value) in ground.values_of(item as u32).iter().enumerate() {
                    if *value != 0.0 {
                        loads[seat as usize * quantities + quantity] += value * ground.scale[quantity] * share;
                    }
                }
                for group in ground.apart.get(item).into_iter().flatten() {
                    crowds[*group as usize * ground.seats + seat as usize] += share;
                }
                if ground.most_moved.is_finite() && ground.leaves(item as u32, seat) > 0.0 {
                    moved += ground.leaves(item as u32, seat) / most * share;
                }
            }
            if of_item.is_empty() {
                return Outcome::Infeasible;
            }
            shares.push(of_item);
            wholes.push(whole);
        }
        #[cfg(feature = "highs")]
        let mut model = variables.minimise(objective.clone()).using(good_lp::highs);
        #[cfg(not(feature = "highs"))]
        let mut model = variables.minimise(objective.clone()).using(good_lp::microlp);
        for whole in wholes {
            model = model.with(constraint!(whole == 1.0));
        }
        for (at, load) in loads.into_iter().enumerate() {
            let scale = ground.scale[at % quantities];
            let (low, high) = (ground.low[at] * scale, ground.high[at] * scale);
            if high.is_finite() {
                model = model.with(constraint!(load.clone() <= high));
            }
            if low.is_finite() {
                model = model.with(constraint!(load >= low));
            }
        }
        for crowd in crowds {
            model = model.with(constraint!(crowd <= 1.0));
        }
        if ground.most_moved.is_finite() {
            model = model.with(constraint!(moved <= ground.most_moved / most));
        }
        let solution = match model.solve() {
            Ok(solution) => solution,
            Err(good_lp::ResolutionError::Infeasible) => return Outcome::Infeasible,
            Err(_) => return Outcome::Lost,
        };
        let value = solution.eval(&objective) / self.scale;
        let mut territory = Vec::with_capacity(ground.items);
        let mut split = Vec::new();
        for (item, of_item) in shares.iter().enumerate() {
            let parts: Vec<(u32, f64)> = of_item
                .iter()
                .map(|&(seat, share)| (seat, solution.value(share)))
                .filter(|(_, share)| *share > FAINT)
                .collect();
            let largest =
                parts.iter().fold((of_item[0].0, 0.0), |best, &part| if part.1 > best.1 { part } else { best });
            territory.push(largest.0);
            if parts.len() > 1 {
                split.push((item as u32, parts));
            }
        }
        Outcome::Solved(Relaxed { value: value - HAIR * value.abs(), territory, split })
    }

    /// Nothing: the solvers behind `good_lp` do not all tell their prices.
    fn narrow(&self, _: f64, _: &mut Within) {}

    fn spent(&self) -> usize {
        self.spent
    }
}
