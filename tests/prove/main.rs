//! Proofs from outside: the shipped plans and slips in them, partitions left unproved, claims, changes between plans.

mod changes;
mod command;
mod mutations;
