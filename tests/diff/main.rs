//! `terrac diff` and what belongs to it, by the real binary.

mod edits;
mod plan;
mod repository;
mod sides;
mod tables;
