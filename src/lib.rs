#![forbid(unsafe_code)]
//! **terrac** compiles sales-territory plans written as code.
//!
//! One pipeline, one folder a stage; a stage reads what earlier stages made and [`diagnostics`], never a later stage
//! (a test holds this).
//!
//! | stage        | module          | takes → gives                                                          | does I/O |
//! |--------------|-----------------|------------------------------------------------------------------------|----------|
//! | find         | [`workspace`]   | a path → `Workspace` (manifest, schemas, plan sources)                 | yes |
//! | parse        | [`syntax`]      | text → `ast::File` + diagnostics; never fails                          | no |
//! | (typed plan) | [`plan`]        | the typed plan that every later stage reads; nodes keep their spans    | no |
//! | check        | [`check`]       | `ast` → `plan::Plan`: names, types, units, partitions                  | no |
//! | read         | [`data`]        | manifest + files → typed Arrow columns in batches, joined              | yes |
//! | classify     | [`classify`]    | `Plan` × batches → leaf, exceptions and weights of every account       | no |
//! | carve        | [`carve`]       | units × seats → territories, loads and a bound                         | no |
//! | record       | [`outcome`]     | classified accounts + alignments → assignments, territories, metrics   | no |
//! | show         | [`render`]      | outcome or diagnostics → bytes; one file a format                      | no |
//! |              | [`diagnostics`] | the `Diagnostic` value and the registry of codes                       | no |
//! |              | [`sample`]      | a seed → realistic accounts and reps, for examples, tests, benchmarks  | no |
//! |              | [`cli`]         | one file a verb; the only place that prints and exits                  | yes |

pub mod diagnostics;

pub mod workspace;

pub mod syntax;

pub mod plan;

pub mod check;

pub mod data;

pub mod classify;

pub mod carve;

pub mod outcome;

pub mod render;

pub mod sample;

pub mod cli;

use std::path::Path;

use diagnostics::{Diagnostic, Diagnostics, FileId, Sources, Span};
use workspace::Workspace;

/// A project as far as it could be read.
#[derive(Debug)]
pub struct Loaded {
    /// Without a manifest that declares accounts there is no workspace; the sources are there to draw diagnostics with.
    pub workspace: Result<Workspace, Sources>,
    /// The plan and what it uses, in the order of first use; the plan comes first.
    pub files: Vec<syntax::ast::File>,
    pub diagnostics: Diagnostics,
}

/// Finds the project at a path, reads its manifest, its plan and every file that the plan uses, and parses them.
pub fn load(path: &Path) -> Loaded {
    let (workspace, mut diagnostics) = workspace::open(path);
    let mut files = Vec::new();
    let workspace = workspace.map(|mut workspace| {
        // A manifest that names no plan was reported.
        if !workspace.manifest.plan.is_empty() {
            read_plans(&mut workspace, &mut files, &mut diagnostics);
        }
        workspace
    });
    Loaded { workspace, files, diagnostics }
}

/// Depth first along the `use` items.
fn read_plans(workspace: &mut Workspace, files: &mut Vec<syntax::ast::File>, diagnostics: &mut Diagnostics) {
    let mut parse = |id: FileId, workspace: &Workspace, diagnostics: &mut Diagnostics| {
        let (file, more) = syntax::parse(id, &workspace.sources.get(id).text);
        diagnostics.extend(more);
        let uses = file.items.iter().filter_map(|item| match &item.kind {
            syntax::ast::ItemKind::Use(path) => Some((path.value.clone(), path.span)),
            _ => None,
        });
        let uses: Vec<(String, Span)> = uses.collect();
        files.push(file);
        uses.into_iter()
    };
    let plan = match workspace.read_plan() {
        Ok(plan) => plan,
        Err(why) => return diagnostics.push(why),
    };
    // Every file on the way from the plan, what is left of its uses, and the use that led to it.
    let mut way = vec![(plan, parse(plan, workspace, diagnostics), Span::default())];
    while let Some((_, uses, _)) = way.last_mut() {
        let Some((path, span)) = uses.next() else {
            way.pop();
            continue;
        };
        let known = workspace.plan_files.len();
        match workspace.read_plan_file(&path, span) {
            Err(why) => diagnostics.push(why),
            Ok(used) => match way.iter().position(|(file, ..)| *file == used) {
                Some(first) => {
                    let circle: Vec<Span> = way[first + 1..].iter().map(|(.., span)| *span).collect();
                    diagnostics.push(use_cycle(&workspace.sources, used, span, &circle));
                }
                None if workspace.plan_files.len() > known => {
                    let uses = parse(used, workspace, diagnostics);
                    way.push((used, uses, span));
                }
                None => {}
            },
        }
    }
}

fn use_cycle(sources: &Sources, file: FileId, closing: Span, circle: &[Span]) -> Diagnostic {
    let message = format!("`{}` uses itself", sources.get(file).name);
    let help = "move what both need into a file of its own";
    circle.iter().fold(
        Diagnostic::error(diagnostics::codes::workspace::USE_CYCLE, message)
            .label(closing, "closes the circle")
            .help(help),
        |diagnostic, span| diagnostic.label(*span, "on the way there"),
    )
}
