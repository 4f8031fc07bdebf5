//! The verbs that ask about a plan and its result: expectations, tests, explanations, graphs.

mod expectations;
mod explain;
mod graph;
mod project;
mod trials;
