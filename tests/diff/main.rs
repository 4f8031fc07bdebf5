//! `terrac diff` and what belongs to it, by the real binary.

mod plan;
mod sides;
mod tables;
