//! Carving when the centres are free.
//!
//! Takes a problem with `Centres::Free` or `Centres::Units` and its graph, gives an assignment. The way there: spread
//! first centres, anneal without contiguity under soft limits (this decides which region gets how many territories),
//! make the best of it a balanced power diagram, gather stray pieces, anneal and search with every limit hard.
//! Invariant: attempts are numbered and each has its own random numbers, so the answer does not depend on threads.
//! Bounds and the account of what is broken are deliberately absent.

mod coarsen;
mod finish;
mod lloyd;
mod seeding;
mod sketch;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::problem::{Adjacency, Effort, Problem};
use super::progress::Pulse;
use super::search::Ground;
use finish::Finished;

/// How much of everything an effort buys.
#[derive(Debug, Clone, Copy)]
struct Work {
    /// Sketches drawn.
    sketches: usize,
    /// Annealing steps per item of each sketch.
    sketch_sweeps: usize,
    /// Sketches that are worked out.
    finished: usize,
    finish_sweeps: usize,
}

impl Work {
    fn of(effort: Effort) -> Self {
        match effort {
            Effort::Quick => Work { sketches: 2, sketch_sweeps: 1000, finished: 1, finish_sweeps: 300 },
            Effort::Normal => Work { sketches: 4, sketch_sweeps: 3000, finished: 2, finish_sweeps: 2000 },
            Effort::Thorough => Work { sketches: 8, sketch_sweeps: 10_000, finished: 4, finish_sweeps: 10_000 },
        }
    }
}

/// The seat of every unit. `graph` is over units: what contiguity is judged by, and who may trade with whom without it.
/// The answer is worth nothing once `pulse` was asked to stop.
pub fn carve(problem: &Problem, graph: &Adjacency, pulse: &Pulse) -> Vec<u32> {
    let ground = Ground { pulse: pulse.clone(), ..Ground::new(problem, graph) };
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
        Some(start) => vec![sketch::Sketch::given(ground.to_items(start))],
        None => (0..work.sketches)
            .into_par_iter()
            .map(|attempt| sketch::draw(&ground, work.sketch_sweeps, &mut random(1, attempt)))
            .collect(),
    };
    sketches.sort_by(|a, b| a.value.total_cmp(&b.value));
    sketches.truncate(work.finished);
    let finished: Vec<Finished> = sketches
        .into_par_iter()
        .enumerate()
        .map(|(attempt, sketch)| finish::finish(&ground, sketch, work.finish_sweeps, &mut random(2, attempt)))
        .collect();
    let best = finished.into_iter().min_by(|a, b| a.broken.total_cmp(&b.broken).then(a.cost.total_cmp(&b.cost)));
    ground.to_units(&best.map_or_else(|| vec![0; ground.items], |b| b.territory))
}
