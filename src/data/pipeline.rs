//! Work in parallel, results in order, memory bounded.
//!
//! Takes a source of pieces that is read by one thread at a time, work on a piece that gives any number of results, and
//! a fold. Invariant: the fold sees the results in the order of the pieces whatever the number of threads. No more
//! than two pieces a thread are under way or waiting. Deliberately absent: failures; they are results like others.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Runs `work` on every piece that `next` gives, on so many threads; `fold` runs on the calling one and may stop it all.
pub(super) fn run<P: Send, T: Send>(
    threads: usize,
    mut next: impl FnMut() -> Option<P> + Send,
    work: impl Fn(P, &mut dyn FnMut(T)) + Sync,
    mut fold: impl FnMut(T) -> ControlFlow<()>,
) {
    if threads <= 1 {
        let mut stopped = false;
        while !stopped && let Some(piece) = next() {
            work(piece, &mut |result| stopped = stopped || fold(result).is_break());
        }
        return;
    }
    let gate = Gate {
        state: Mutex::new(State { source: &mut next, taken: 0, folded: 0, stopped: false }),
        turn: Condvar::new(),
        window: threads as u64 * 2,
    };
    let (sender, receiver) = channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            let (gate, work) = (&gate, &work);
            scope.spawn(move || labour(gate, work, &sender));
        }
        drop(sender);
        let stop = StopOnDrop(&gate);
        let mut waiting: BTreeMap<u64, Vec<Option<T>>> = BTreeMap::new();
        let mut current = 0;
        for (piece, result) in &receiver {
            waiting.entry(piece).or_default().push(result);
            while let Some(results) = waiting.get_mut(&current) {
                let mut done = false;
                for result in results.drain(..) {
                    match result {
                        Some(result) => {
                            if fold(result).is_break() {
                                return;
                            }
                        }
                        None => done = true,
                    }
                }
                if !done {
                    break;
                }
                waiting.remove(&current);
                current += 1;
                stop.0.lock().folded = current;
                stop.0.turn.notify_all();
            }
        }
    });
}

struct State<'a, P> {
    source: &'a mut (dyn FnMut() -> Option<P> + Send),
    taken: u64,
    folded: u64,
    stopped: bool,
}

struct Gate<'a, P> {
    state: Mutex<State<'a, P>>,
    turn: Condvar,
    window: u64,
}

impl<'a, P> Gate<'a, P> {
    fn lock(&self) -> MutexGuard<'_, State<'a, P>> {
        // A thread that panicked ends the run; what it left is not read again.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<(u64, P)> {
        let mut state = self.lock();
        while !state.stopped && state.taken >= state.folded + self.window {
            state = self.turn.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped {
            return None;
        }
        let piece = (state.source)();
        match piece {
            Some(piece) => {
                state.taken += 1;
                Some((state.taken - 1, piece))
            }
            None => {
                state.stopped = true;
                self.turn.notify_all();
                None
            }
        }
    }
}

/// Lets waiting threads go, also when this one panics.
struct StopOnDrop<'g, 'a, P>(&'g Gate<'a, P>);

impl<P> Drop for StopOnDrop<'_, '_, P> {
    fn drop(&mut self) {
        self.0.lock().stopped = true;
        self.0.turn.notify_all();
    }
}

/// One thread. A result that nobody takes any more is dropped: the fold has stopped.
fn labour<P, T>(gate: &Gate<'_, P>, work: &(impl Fn(P, &mut dyn FnMut(T)) + Sync), results: &Sender<(u64, Option<T>)>) {
    let _stop = StopOnDrop(gate);
    while let Some((number, piece)) = gate.next() {
        let mut open = true;
        work(piece, &mut |result| open = open && results.send((number, Some(result))).is_ok());
        if !open || results.send((number, None)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(threads: usize, stop_at: u64) -> Vec<u64> {
        let mut n = 0;
        let mut seen = Vec::new();
        run(
            threads,
            || {
                n += 1;
                (n <= 500).then_some(n - 1)
            },
            |n: u64, give| (0..n % 4).for_each(|k| give(n * n + k)),
            |square| {
                seen.push(square);
                if square >= stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        seen
    }

    #[test]
    fn order_does_not_depend_on_threads() {
        let one = squares(1, u64::MAX);
        assert_eq!(one.len(), 750);
        assert!([2, 3, 8].iter().all(|t| squares(*t, u64::MAX) == one));
    }

    #[test]
    fn the_fold_can_stop() {
        assert_eq!(squares(4, 1000).last(), Some(&1089));
        assert_eq!(squares(1, 1000).last(), squares(4, 1000).last());
    }

    #[test]
    #[should_panic(expected = "scoped thread panicked")]
    fn a_panic_in_the_work_ends_the_run() {
        let mut n = 0;
        run(
            2,
            || {
                n += 1;
                (n <= 100).then_some(n - 1)
            },
            |n: u64, give| {
                assert!(n != 7, "seven");
                give(n);
            },
            |_: u64| ControlFlow::Continue(()),
        );
    }
}
