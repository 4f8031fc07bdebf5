//! Carving when the centres are free.
//!
//! Takes the ground of a problem with `Centres::Free` or `Centres::Units`, gives an assignment. The way there: spread
//! first centres, anneal without contiguity under soft limits (this decides which region gets how many territories),
//! make the best of it a balanced power diagram, gather stray pieces, anneal and search with every limit hard; again from
//! a higher temperature where several weights do not come to balance in one piece.
//! Invariant: attempts are numbered and each has its own random numbers, so the answer does not depend on threads.
//! Bounds and the account of what is broken are deliberately absent.

mod coarsen;
mod finish;
mod lloyd;
mod seeding;
mod several;
mod sites;
mod sketch;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::bound::{ItemCosts, price};
use super::exact::{self, Trial};
use super::problem::{Centres, Effort};
use super::round::round;
use super::search::{Ground, Measure, NOWHERE, State};
use finish::Finished;
use sketch::Sketch;

/// How much of everything an effort buys.
#[derive(Debug, Clone, Copy)]
struct Work {
    /// Sketches drawn, and annealing steps per item of each.
    sketches: usize,
    sketch_sweeps: usize,
    /// The same for short ones on small grounds.
    short: usize,
    short_sweeps: usize,
    /// Distinct sketches whose centres are searched.
    sited: usize,
    /// Sketches that are worked out.
    finished: usize,
    finish_sweeps: usize,
    /// Times that each is worked out on small grounds in one piece.
    times: usize,
    /// Times that all of them are annealed anew at most, while none of several balanced weights holds in one piece.
    reheats: u64,
}

impl Work {
    fn of(effort: Effort) -> Self {
        match effort {
            Effort::Quick => Work {
                sketches: 2,
                sketch_sweeps: 1000,
                short: 16,
                short_sweeps: 100,
                sited: 4,
                finished: 1,
                finish_sweeps: 300,
                times: 2,
                reheats: 1,
            },
            Effort::Normal => Work {
                sketches: 4,
                sketch_sweeps: 3000,
                short: 64,
                short_sweeps: 200,
                sited: 8,
                finished: 2,
                finish_sweeps: 2000,
                times: 16,
                reheats: 6,
            },
            Effort::Thorough => Work {
                sketches: 8,
                sketch_sweeps: 10_000,
                short: 1024,
                short_sweeps: 200,
                sited: 64,
                finished: 4,
                finish_sweeps: 10_000,
                times: 64,
                reheats: 12,
            },
        }
    }

    /// How many steps per item each sketch has. On small grounds many short ones find what few long ones may miss, for
    /// there the diagram does much of what annealing would.
    fn drafts(&self, ground: &Ground) -> Vec<usize> {
        let short = self.short.min(self.short * SMALL / (sketch::GRAIN * ground.seats));
        [vec![self.sketch_sweeps; self.sketches], vec![self.short_sweeps; short]].concat()
    }

    /// How often each sketch is worked out: pieces made whole leave an annealing few ways, and it finds others each time.
    fn times(&self, ground: &Ground) -> usize {
        let pairs = (ground.items * ground.seats).max(1);
        if ground.contiguous { self.times.min(sites::MOST_PAIRS / pairs).max(1) } else { 1 }
    }
}

/// Grounds whose sketches have so many items at most get all the short ones; others fewer.
const SMALL: usize = 100;
/// Assignments kept of those that the search for centres meets.
const KEPT: usize = 4;
/// Of so many searches at most the best is worked out though others met better ones.
const BASINS: usize = 2;
/// Sketches whose values differ by no more than this part are the same.
const SAME: f64 = 1e-7;
/// Turns of rounding and recentring at most, on small grounds.
const TURNS: usize = 6;

/// The seat of every unit; worth nothing once the ground's pulse was asked to stop.
pub fn carve(ground: &Ground) -> Vec<u32> {
    let (problem, pulse) = (ground.problem, &ground.pulse);
    if ground.items == 0 || ground.seats < 2 {
        return vec![0; problem.units.keys.len()];
    }
    let work = Work::of(problem.effort);
    let random = |stage: u64, attempt: usize| {
        let mut random = ChaCha8Rng::seed_from_u64(problem.seed);
        random.set_stream(stage << 32 | attempt as u64);
        random
    };
    let mut sketches = match &problem.start {
        Some(start) => vec![Sketch::given(ground.to_items(start))],
        None => {
            let drafts = work.drafts(ground).into_par_iter().enumerate();
            drafts.map(|(attempt, sweeps)| sketch::draw(ground, sweeps, &mut random(1, attempt))).collect()
        }
    };
    if pulse.stopped() {
        return vec![0; problem.units.keys.len()];
    }
    sort(&mut sketches);
    let mut worked_out = work.finished;
    if problem.start.is_none() && by_units(ground) {
        sketches = sketches.par_iter().filter_map(|sketch| sites::follow(ground, &sketch.territory)).collect();
        sort(&mut sketches);
        sketches.truncate(work.sited);
        let sited = sketches.par_iter().map(|sketch| sites::search(ground, &sketch.territory, KEPT));
        let found: Vec<Vec<Sketch>> = sited.collect();
        if found.iter().any(|met| !met.is_empty()) {
            sketches = spread(found);
            worked_out = worked_out.max(if ground.contiguous { work.finished } else { KEPT });
        }
    }
    sketches.truncate(worked_out);
    let times = if problem.start.is_none() { work.times(ground) } else { 1 };
    let sketches: Vec<Sketch> = (0..times).flat_map(|_| sketches.clone()).collect();
    let mut finished: Vec<Finished> = sketches
        .into_par_iter()
        .enumerate()
        .flat_map_iter(|(attempt, sketch)| {
            if ground.pulse.stopped() {
                return [None, None, None].into_iter().flatten();
            }
            let at_once = !ground.contiguous && by_units(ground);
            let rounded = if at_once { rounded(ground, &sketch.territory) } else { None };
            if rounded.as_ref().is_some_and(|rounded| rounded.broken == 0.0) {
                return [rounded, None, None].into_iter().flatten();
            }
            let annealed = finish::finish(ground, sketch, work.finish_sweeps, &mut random(2, attempt));
            let again = if ground.contiguous { None } else { self::rounded(ground, &annealed.territory) };
            [Some(annealed), rounded, again].into_iter().flatten()
        })
        .collect();
    if problem.start.is_none() && ground.contiguous && ground.quantities > 1 && !holds_too_large(ground) {
        for time in 0..work.reheats {
            if pulse.stopped() || finished.iter().any(|finished| finished.broken == 0.0) {
                break;
            }
            let again = finished.par_iter().enumerate().map(|(attempt, finished)| {
                finish::reheat(ground, finished, work.finish_sweeps, &mut random(3 + time, attempt))
            });
            let again: Vec<Finished> = again.collect();
            let better = |(old, new): (Finished, Finished)| if new.is_better(&old) { new } else { old };
            finished = finished.into_iter().zip(again).map(better).collect();
        }
    }
    let best = finished.into_iter().reduce(|best, next| if next.is_better(&best) { next } else { best });
    ground.to_units(&best.map_or_else(|| vec![0; ground.items], |b| b.territory))
}

/// How far an assignment of units is outside its limits, and what it costs.
pub fn standing(ground: &Ground, territory: &[u32]) -> (f64, f64) {
    let now = Finished::new(ground, ground.to_items(territory));
    (now.broken, now.cost)
}

/// Whether an item alone breaks the limits wherever it goes.
pub fn holds_too_large(ground: &Ground) -> bool {
    (0..ground.quantities).any(|quantity| {
        let most = ground.high.iter().skip(quantity).step_by(ground.quantities).copied().fold(0.0, f64::max);
        ground.values.iter().skip(quantity).step_by(ground.quantities).any(|&value| value > most)
    })
}

/// Best first, the like of one another once.
fn sort(sketches: &mut Vec<Sketch>) {
    sketches.sort_by(|a, b| a.value.total_cmp(&b.value));
    sketches.dedup_by(|later, kept| later.value - kept.value <= SAME * kept.value.abs());
}

/// The best that the first few searches met, and then the others, best first.
fn spread(found: Vec<Vec<Sketch>>) -> Vec<Sketch> {
    let mut best: Vec<Sketch> = found.iter().filter_map(|met| met.first().cloned()).collect();
    sort(&mut best);
    best.truncate(BASINS);
    let mut others: Vec<Sketch> = found.into_iter().flatten().collect();
    sort(&mut others);
    let is_new = |other: &Sketch| best.iter().all(|best| (other.value - best.value).abs() > SAME * best.value.abs());
    let others: Vec<Sketch> = others.into_iter().filter(is_new).collect();
    [best, others].concat()
}

/// Whether centres are units, few enough to be searched one by one.
fn by_units(ground: &Ground) -> bool {
    ground.problem.centres == Centres::Units
        && ground.quantities == 1
        && ground.items * ground.seats <= sites::MOST_PAIRS
}

/// Rounds around the centres of an assignment and recentres, in turn, while that gains. Where the exact model is small
/// enough, its optimum is followed; its decisions about items that the relaxation would split then guide the centres.
fn rounded(ground: &Ground, territory: &[u32]) -> Option<Finished> {
    let around = Ground { measure: Measure::Held, ..ground.clone() };
    let mut best: Option<Finished> = None;
    let mut territory = territory.to_vec();
    let small = ground.items * ground.seats <= sites::MOST_PAIRS;
    for _ in 0..if small { TURNS } else { 1 } {
        let mut state = State::new(&around, territory, vec![NOWHERE; ground.seats]);
        state.recentre();
        let costs = ItemCosts { ground: &around, centres: &state.centres };
        let priced = price(&costs).ok()?;
        let first = priced.territory.clone();
        territory = round(&costs, &priced, first);
        let mut now = Finished::new(ground, territory.clone());
        let known = (now.broken == 0.0).then_some(&territory[..]);
        if let Some(exact) = exact::solve(&costs, known, Trial::Passing)
            && let Some(better) = exact.territory
        {
            now = Finished::new(ground, better);
            if by_units(ground) {
                let decided = exact::decided(ground, &exact.decided);
                if let Some(sited) = sites::search(&decided, &now.territory, 1).pop() {
                    territory = sited.territory;
                }
            } else {
                territory.clone_from(&now.territory);
            }
        }
        if ground.pulse.stopped() || best.as_ref().is_some_and(|best| !now.is_better(best)) {
            break;
        }
        best = Some(now);
    }
    best
}
