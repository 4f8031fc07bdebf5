//! What a long search tells its caller, and the caller's way to stop it.
//!
//! Invariant: nothing here changes an answer; a search either runs to its end or gives none. Clocks are deliberately
//! absent: a caller that wants times takes them when told of a phase.

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
}

/// Says nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn report(&mut self, _: Phase, _: Option<f64>, _: Option<f64>) -> Control {
        Control::Continue
    }
}
