//! `terrac diff` and what belongs to it, by the real binary.

mod columns;
#[path = "../support/copied.rs"]
mod copied;
mod edits;
mod files;
#[path = "../support/folder.rs"]
mod folder;
mod forms;
#[path = "../support/git.rs"]
mod git;
mod patch;
mod plan;
#[path = "../support/program.rs"]
mod program;
mod refused;
mod repository;
mod rollout;
mod sides;
mod tables;
#[cfg(unix)]
mod workflow;
