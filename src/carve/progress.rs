//! What a long search tells its caller, and the caller's way to stop it.
//!
//! Invariant: nothing here changes an answer; a search either runs to its end or gives none. Clocks are deliberately
//! absent: a caller that wants times takes them when told of a phase.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A stage of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Adjacency and columns are laid out.
    Prepare,
    /// Prices are sought, and with them the bound.
    Bound,
    /// Centres and first territories are sought.
    Draw,
    /// Units change hands.
    Search,
    /// Small parts are solved exactly.
    Polish,
    /// Promises that do not hold are explained.
    Explain,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Continue,
    Stop,
}

/// Told of every phase as it begins and of steps within long ones.
pub trait Progress {
    /// `cost` of the best answer so far and the lower `bound`, where there is one yet, in units of cost.
    fn report(&mut self, phase: Phase, cost: Option<f64>, bound: Option<f64>) -> Control;

    /// What the search looks at between steps, on whatever thread it runs.
    fn pulse(&self) -> Pulse {
        Pulse::default()
    }
}

/// Says nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn report(&mut self, _: Phase, _: Option<f64>, _: Option<f64>) -> Control {
        Control::Continue
    }
}

/// Shared by a running search and whoever watches it: the search says what it has, the watcher may ask it to stop. Clones
/// share one state.
#[derive(Debug, Clone)]
pub struct Pulse(Arc<Beats>);

#[derive(Debug)]
struct Beats {
    stop: Arc<AtomicBool>,
    /// Bits of a number; not a number where there is none yet.
    cost: AtomicU64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(Beats { stop: Arc::default(), cost: AtomicU64::new(f64::NAN.to_bits()) }))
    }
}

impl Pulse {
    /// Asks the search to end without an answer at its next step.
    pub fn stop(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }

    /// What is set when the search is asked to stop; for whoever can only set a flag.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.stop.clone()
    }

    pub fn stopped(&self) -> bool {
        self.0.stop.load(Ordering::Relaxed)
    }

    /// Cost of the assignment that the search has now. Attempts that run at once write over each other.
    pub fn cost(&self) -> Option<f64> {
        Some(f64::from_bits(self.0.cost.load(Ordering::Relaxed))).filter(|cost| cost.is_finite())
    }

    pub(super) fn tell(&self, cost: f64) {
        self.0.cost.store(cost.to_bits(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_what_is_asked_and_told() {
        let (own, other) = (Pulse::default(), Pulse::default());
        let watcher = own.clone();
        assert_eq!(watcher.cost(), None);
        own.tell(3.5);
        watcher.stop();
        assert_eq!(watcher.cost(), Some(3.5));
        assert!(own.stopped() && !other.stopped());
    }
}
