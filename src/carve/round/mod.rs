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

use super::bound::{ItemCosts, Priced};
use super::problem::Effort;
use super::search::{Dirty, Ground, Pressure, Reach, State};
use anneal::Cooling;
use open::Open;

/// Part of a territory's usual cost by which a further seat may be dearer than the best and still be open.
const OPEN: f64 = 5e-4;
/// First and last temperature, in usual costs of a territory.
const HOT: f64 = 1e-4;
const COLD: f64 = 1e-5;
/// What a load outside its limits costs at the start and the end, in prices of the limit.
const SOFT: f64 = 1.0;
const HARD: f64 = 600.0;
/// So dear that no gain makes up for the slightest excess.
const HARDEST: f64 = 1e9;

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
    let mut open = Open::new(costs, priced, first, OPEN);
    let usual = open.usual;
    let hardest = Pressure { linear: HARDEST * usual, square: 0.0 };
    if open.items.is_empty() {
        return open.territory;
    }
    let mut random = ChaCha8Rng::seed_from_u64(ground.problem.seed);
    let steps = steps(ground.problem.effort, open.items.len());
    open.anneal(Cooling { heat: (HOT, COLD), force: (SOFT, HARD), steps }, &mut random);
    open.repair(&mut random);
    open.descend(hardest);
    if open.broken(hardest) > 0.0 {
        open.put(mend(ground, open.territory.clone(), costs.centres, usual));
        open.descend(hardest);
    }
    open.territory
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
        state.chains(pressure, 1e-9 * usual, Reach { depth: 6, most: 0.1 * usual }, &mut outside);
        state.journal.clear();
        state.tally();
    }
    state.territory
}
