//! The verbs that ask about a plan and its result: expectations, tests, explanations, graphs.

#[path = "../support/copied.rs"]
mod copied;
mod expectations;
mod explain;
#[path = "../support/folder.rs"]
mod folder;
mod graph;
#[path = "../support/program.rs"]
mod program;
mod project;
mod trials;
