//! The coverage trees of a project, counted.

use super::{Request, Run, Watch};
use crate::diagnostics::Diagnostics;
use crate::outcome::graph::{self, Counted, Graph};
use crate::outcome::recorder::Also;
use crate::plan::Plan;
use crate::syntax::ast;
use crate::workspace::Workspace;

/// Reads the accounts and counts what goes down each arm; nothing is carved. `None` after errors.
pub fn count(
    workspace: &mut Workspace,
    files: &[ast::File],
    plan: &Plan,
    only: Option<usize>,
    threads: usize,
    watch: &mut dyn Watch,
) -> (Option<Graph>, Diagnostics) {
    let mut found = Diagnostics::default();
    let request = Request { threads, ..Request::default() };
    let run = Run { workspace, files, plan, request: &request, against: None };
    let ready = run.ready(Also { leaves: true, ..Also::default() }, watch, &mut found);
    let sources = &run.workspace.sources;
    let drawn = ready.map(|ready| {
        let counted = Counted { bins: &ready.recorded.bins, weights: &ready.weights, measures: ready.measures.len() };
        graph::graph(plan, sources, Some(&counted), only)
    });
    found.sort();
    (drawn, found)
}
