//! One side of a comparison: a project compiled.

use std::sync::Arc;

use crate::classify::{PreparedShape, Totals};
use crate::compile::{Compiled, Request, Watch, run_and_look};
use crate::diagnostics::codes::outcome::ALIGNMENT_EDITED;
use crate::diagnostics::{Diagnostics, Sources};
use crate::diff::plan::Written;
use crate::outcome::alignment::{self, Alignment};
use crate::outcome::standing::Post;
use crate::plan::Plan;
use crate::syntax::ast;
use crate::workspace::Workspace;

/// A project without errors, and what came of it.
pub(super) struct Side {
    pub workspace: Workspace,
    pub files: Vec<ast::File>,
    pub plan: Plan,
    pub compiled: Compiled,
    pub totals: Totals,
    pub shapes: Vec<Arc<PreparedShape>>,
    /// What the compile went by.
    pub alignment: Alignment,
    /// The alignment file does not fit its digest.
    pub edited: bool,
}

/// Compiles a project; nothing is written. Expectations that do not hold are no obstacle.
pub(super) fn compile(
    project: crate::compile::Project,
    request: &Request,
    watch: &mut dyn Watch,
) -> Result<Side, (Sources, Diagnostics)> {
    let crate::compile::Project { mut workspace, files, plan, .. } = project;
    let (mut totals, mut shapes) = (Totals::default(), Vec::new());
    let mut look = |seen: &crate::compile::Inspection<'_>| {
        totals = seen.ready.totals.clone();
        shapes.clone_from(&seen.ready.shapes);
    };
    let (compiled, found) = run_and_look(&mut workspace, &files, &plan, request, watch, &mut look);
    let edited = found.iter().any(|finding| finding.code == ALIGNMENT_EDITED);
    let Some(compiled) = compiled else { return Err((workspace.sources, found)) };
    let alignment = compiled.alignment.as_deref().map(read_back).unwrap_or_default();
    Ok(Side { workspace, files, plan, compiled, totals, shapes, alignment, edited })
}

fn read_back(text: &str) -> Alignment {
    let mut sources = Sources::default();
    let file = sources.add("alignment", text);
    alignment::read(file, sources.get(file)).alignment.unwrap_or_default()
}

impl Side {
    pub fn written(&self) -> Written<'_> {
        Written { files: &self.files, sources: &self.workspace.sources }
    }

    /// The territories of a carve with their people, indices into this side's roster.
    pub fn posts(&self, carve: &str) -> Option<&[Post]> {
        let (index, _) = self.plan.carve(carve)?;
        self.compiled.settled.posts.carved.get(index as usize).map(Vec::as_slice)
    }

    pub fn units(&self, carve: &str) -> Option<&crate::outcome::sheet::UnitPlaces> {
        let (index, _) = self.plan.carve(carve)?;
        self.compiled.settled.units.get(index as usize)
    }
}
