//! Classified accounts and alignments to assignments, territories and metrics.

pub mod alignment;
