//! What findings look like in every form: snapshots for people, schemas for programs.

mod fixture;
#[path = "../support/folder.rs"]
mod folder;
mod people;
#[path = "../support/program.rs"]
mod program;
mod programs;
