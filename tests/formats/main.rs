//! What findings look like in every form: snapshots for people, schemas for programs.

mod fixture;
mod people;
mod programs;
