//! Proofs from outside: the shipped plans and slips in them, partitions left unproved, claims, changes between plans.

mod changes;
#[path = "../support/checked.rs"]
mod checked;
mod command;
#[path = "../support/copied.rs"]
mod copied;
#[path = "../support/folder.rs"]
mod folder;
mod mutations;
#[path = "../support/program.rs"]
mod program;
