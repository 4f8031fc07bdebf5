//! Finding, reading, parsing and checking a project.

use std::path::Path;

use crate::check::{check, check_partly};
use crate::diagnostics::codes::{self, workspace::USE_CYCLE};
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Sources, Span};
use crate::lint;
use crate::plan::Plan;
use crate::prove::{Accepted, Budget, prove};
use crate::syntax::{ast, parse as parse_text};
use crate::workspace::{DataPlaces, OpenedSide, Workspace, open_placed};

use super::tables;

/// A project without errors.
#[derive(Debug)]
pub struct Project {
    pub workspace: Workspace,
    /// The plan and what it uses, in the order of first use; the plan comes first.
    pub files: Vec<ast::File>,
    pub plan: Plan,
    /// Partitions that the plan leaves unproved, with its reasons.
    pub unproved: Vec<Accepted>,
}

/// What became of a path.
#[derive(Debug)]
pub struct Loaded {
    /// Absent when there are errors.
    pub project: Option<Project>,
    /// What the diagnostics point into.
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    /// There is a project at the path, be it a broken one.
    pub found: bool,
}

/// A project as far as it could be read.
#[derive(Debug)]
pub struct Read {
    /// Without a manifest that declares accounts there is no workspace; the sources are there to draw diagnostics with.
    pub workspace: Result<Workspace, Sources>,
    /// The plan and what it uses, in the order of first use; the plan comes first.
    pub files: Vec<ast::File>,
    pub diagnostics: Diagnostics,
}

/// Reads and checks the project at a path. Everything that is wrong is said in one go: a plan with syntax errors is
/// still checked as far as it could be read.
pub fn load(path: &Path) -> Loaded {
    load_placed(path, &DataPlaces::default())
}

/// Loads a side of a comparison; what it needs of the disk is there as long as the side is.
pub fn load_side(side: &OpenedSide) -> Loaded {
    load_placed(&side.path, &side.data)
}

fn load_placed(path: &Path, data: &DataPlaces) -> Loaded {
    let Read { workspace, files, mut diagnostics } = read_placed(path, data);
    let workspace = match workspace {
        Ok(workspace) => workspace,
        Err(sources) => {
            diagnostics.sort();
            let found = sources.iter().next().is_some();
            return Loaded { project: None, sources, diagnostics, found };
        }
    };
    let (mut plan, mut unproved) = (None, Vec::new());
    let syntax_errors = diagnostics.iter().any(|d| codes::syntax::ALL.contains(&d.code));
    if !diagnostics.has_errors() {
        let (checked, said) = check(&workspace.manifest, &workspace.sources, &files);
        plan = checked;
        diagnostics.extend(said);
        if let Some(plan) = &plan {
            let lints = || lint::of_plan(plan, &files, &workspace.sources, &workspace.manifest);
            let (accepted, lints) = rayon::join(|| proved(&workspace, plan, &mut diagnostics), lints);
            unproved = accepted;
            if !diagnostics.has_errors() {
                diagnostics.extend(lints);
            }
        }
    } else if syntax_errors {
        diagnostics.extend(check_partly(&workspace.manifest, &workspace.sources, &files));
    }
    diagnostics = lint::settle(diagnostics, &workspace.manifest.lints);
    diagnostics.sort();
    let sources = workspace.sources.clone();
    let project = match plan {
        Some(plan) if !diagnostics.has_errors() => Some(Project { workspace, files, plan, unproved }),
        _ => None,
    };
    Loaded { project, sources, diagnostics, found: true }
}

/// Proves the plan's rules; the areas that it names are read for it, accounts are not.
fn proved(workspace: &Workspace, plan: &Plan, diagnostics: &mut Diagnostics) -> Vec<Accepted> {
    let mut unreadable = Diagnostics::default();
    let shapes = tables::shapes(workspace, plan, &mut unreadable);
    let schema = &workspace.manifest.accounts.schema;
    let shapes = (!unreadable.has_errors()).then_some(&shapes[..]);
    let proof = prove(plan, schema, shapes, &workspace.sources, Budget::default());
    diagnostics.extend(unreadable);
    diagnostics.extend(proof.findings);
    proof.unproved
}

/// A plan that stands in no file, checked against the manifest of a project.
#[derive(Debug)]
pub struct LoadedText {
    pub file: ast::File,
    pub plan: Plan,
    /// The manifest and the text.
    pub sources: Sources,
}

/// Parses and checks a text as if it were all of the workspace's plan; nothing is read and nothing proved. `name` is what
/// its places are called by.
pub fn load_text(workspace: &Workspace, name: &str, text: &str) -> Result<LoadedText, Diagnostics> {
    let mut sources = Sources::default();
    // The manifest keeps its number: its spans stay right.
    for (id, source) in workspace.sources.iter() {
        if id <= workspace.manifest.file {
            sources.add(&source.name, &source.text);
        }
    }
    let (file, mut diagnostics) = parse_text(sources.add(name, text), text);
    if !diagnostics.has_errors() {
        let (plan, said) = check(&workspace.manifest, &sources, std::slice::from_ref(&file));
        diagnostics.extend(said);
        if let Some(plan) = plan.filter(|_| !diagnostics.has_errors()) {
            return Ok(LoadedText { file, plan, sources });
        }
    }
    diagnostics.sort();
    Err(diagnostics)
}

/// Finds the project at a path, reads its manifest, its plan and every file that the plan uses, and parses them.
pub fn read(path: &Path) -> Read {
    read_placed(path, &DataPlaces::default())
}

fn read_placed(path: &Path, data: &DataPlaces) -> Read {
    let (workspace, mut diagnostics) = open_placed(path, data);
    let mut files = Vec::new();
    let workspace = workspace.map(|mut workspace| {
        // A manifest that names no plan was reported.
        if !workspace.manifest.plan.is_empty() {
            read_plans(&mut workspace, &mut files, &mut diagnostics);
        }
        workspace
    });
    Read { workspace, files, diagnostics }
}

/// Depth first along the `use` items.
fn read_plans(workspace: &mut Workspace, files: &mut Vec<ast::File>, diagnostics: &mut Diagnostics) {
    let mut parse = |id: FileId, workspace: &Workspace, diagnostics: &mut Diagnostics| {
        let (file, more) = parse_text(id, &workspace.sources.get(id).text);
        diagnostics.extend(more);
        let uses = file.items.iter().filter_map(|item| match &item.kind {
            ast::ItemKind::Use(path) => Some((path.value.clone(), path.span)),
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
        Diagnostic::error(USE_CYCLE, message).label(closing, "closes the circle").help(help),
        |diagnostic, span| diagnostic.label(*span, "on the way there"),
    )
}
