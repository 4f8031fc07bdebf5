//! From prices to whole items: annealing among the pairs that the prices leave open.
//!
//! Takes a [`Ground`] with held centres and the prices of its limits, gives an assignment of whole items close to the
//! bound. At the prices only items near a border have a second seat that costs little more, so few pairs are worth a look
//! (the *core* of a generalised assignment problem; Savelsbergh, Operations Research 45(6), 1997, prices it by columns).
//! Invariant: random numbers come from the problem's seed and steps are counted, so the same problem gives the same
//! answer. Contiguity is deliberately absent: where it is asked for, [`super::search`] does the work.

mod anneal;
mod descend;
mod open;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::bound::{ItemCosts, Priced};
use super::problem::Effort;
use super::search::{Dirty, Ground, Pressure, Reach, State};
use super::transport::Costs as _;
use anneal::Cooling;
use open::Open;

/// One way to go about it.
#[derive(Debug, Clone, Copy)]
struct Manner {
    /// Part of a territory's usual cost by which a further seat may be dearer than the best and still be open.
    open: f64,
    /// First and last temperature, in usual costs of a territory.
    heat: (f64, f64),
    /// What a load outside its limits costs at the start, in prices of the limit.
    soft: f64,
}

/// Of many items few are in two minds, and they are best taken as they come.
const MANY_ITEMS: Manner = Manner { open: 5e-4, heat: (1e-4, COLD), soft: 1.0 };
/// Few items leave few ways to fill a limit: some must first go where they are dear.
const FEW_ITEMS: Manner = Manner { open: 0.1, heat: (1e-3, COLD), soft: 0.1 };
const COLD: f64 = 1e-5;
/// What a load outside its limits costs at the end, in prices of the limit.
const HARD: f64 = 600.0;
/// So dear that no gain makes up for the slightest excess.
const HARDEST: f64 = 1e9;
/// Up to so many pairs of item and seat it is tried several times, in both manners.
const FEW_PAIRS: usize = 20_000;
const FEW_STEPS: usize = 200_000;

/// Annealing steps: so many in all, or so many per open item if that is more.
fn steps(effort: Effort, open: usize) -> usize {
    let (all, each) = match effort {
        Effort::Quick => (300_000, 20),
        Effort::Normal => (2_000_000, 100),
        Effort::Thorough => (20_000_000, 1500),
    };
    all.max(each * open).min(20_000 * open)
}

/// Whole items at seats whose centres are held, from `first`; `priced` says which pairs are open.
pub(super) fn round(costs: &ItemCosts, priced: &Priced, first: Vec<u32>) -> Vec<u32> {
    let ground = costs.ground;
    if ground.items * ground.seats > FEW_PAIRS {
        return attempt(costs, priced, first, MANY_ITEMS, 0).territory;
    }
    let tries: u64 = match ground.problem.effort {
        Effort::Quick => 2,
        Effort::Normal => 8,
        Effort::Thorough => 32,
    };
    let manner = |number: u64| if number.is_multiple_of(2) { MANY_ITEMS } else { FEW_ITEMS };
    let each = (0..tries).into_par_iter().map(|number| attempt(costs, priced, first.clone(), manner(number), number));
    let tried: Vec<Rounded> = each.collect();
    let best = tried.into_iter().reduce(|best, next| if next.is_better(&best) { next } else { best });
    best.map_or(first, |best| best.territory)
}

/// What one attempt came to.
struct Rounded {
    territory: Vec<u32>,
    cost: f64,
    broken: f64,
}

impl Rounded {
    fn is_better(&self, other: &Rounded) -> bool {
        self.broken.total_cmp(&other.broken).then(self.cost.total_cmp(&other.cost)).is_lt()
    }
}

fn attempt(costs: &ItemCosts, priced: &Priced, first: Vec<u32>, manner: Manner, number: u64) -> Rounded {
    let ground = costs.ground;
    let mut open = Open::new(costs, priced, first, manner.open);
    let usual = open.usual;
    let hardest = Pressure { linear: HARDEST * usual, square: 0.0 };
    if !open.items.is_empty() {
        let mut random = ChaCha8Rng::seed_from_u64(ground.problem.seed);
        random.set_stream(number);
        let few = ground.items * ground.seats <= FEW_PAIRS;
        let steps = steps(ground.problem.effort, open.items.len());
        let steps = if few { steps.min(FEW_STEPS) } else { steps };
        open.anneal(Cooling { heat: manner.heat, force: (manner.soft, HARD), steps }, &mut random);
        open.repair(&mut random);
        open.descend(hardest);
        if open.broken(hardest) > 0.0 {
            open.put(mend(ground, open.territory.clone(), costs.centres, usual));
            open.descend(hardest);
        }
    }
    let broken = open.broken(Pressure { linear: 1.0, square: 0.0 });
    let cost = open.territory.iter().enumerate().map(|(item, &seat)| costs.cost(item, seat as usize)).sum();
    Rounded { cost, broken, territory: open.territory }
}

/// Brings loads within their limits by chains over all pairs, where the open ones did not hold the way.
fn mend(ground: &Ground, territory: Vec<u32>, centres: &[[f64; 3]], usual: f64) -> Vec<u32> {
    let mut state = State::new(ground, territory, centres.to_vec());
    for hardness in [HARD, 1e5, HARDEST] {
        let pressure = Pressure { linear: hardness * usual, square: 1000.0 * usual };
        let mut outside = Dirty::none(ground.seats, ground.items);
        for seat in (0..ground.seats as u32).filter(|&seat| state.strain(seat, pressure) > 0.0) {
            outside.mark(seat);
        }
        let grain = state.grain(usual, hardness);
        state.chains(pressure, grain, Reach { depth: 6, most: 0.1 * usual }, &mut outside);
        state.journal.clear();
        state.tally();
    }
    state.territory
}
