//! Classified accounts and alignments to assignments, territories and metrics.

pub mod alignment;
pub mod roster;
pub mod summary;
pub mod tenure;
