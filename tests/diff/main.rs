//! `terrac diff` and what belongs to it, by the real binary.

mod columns;
mod edits;
mod files;
mod forms;
mod patch;
mod plan;
mod refused;
mod repository;
mod rollout;
mod sides;
mod tables;
#[cfg(unix)]
mod workflow;
