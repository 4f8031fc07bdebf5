//! The steps of `terrac ci`, each with how it ended.

use std::path::Path;

use serde::Serialize;

use super::super::fmt;
use super::super::progress::Bar;
use super::super::terminal::Terminal;
use crate::compile::compare::{Named, compare, everybody_at};
use crate::compile::{self, Loaded, Project, Request, load, load_side, shapes};
use crate::diagnostics::codes::outcome::EXPECTATION_BROKEN;
use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Severity, Sources, Span};
use crate::diff::Diff;
use crate::outcome::summary::{ExpectationOutcome, ExpectationStatus};
use crate::render::diff::{Veil, redacted};
use crate::render::withheld::withheld;
use crate::render::{concise, diff as shown, table, tests};
use crate::syntax;
use crate::trial::{self, Ground};
use crate::workspace::{OpenedSide, SideKind, SideSpec, kind_of, open_side};

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub name: String,
    pub passed: bool,
    pub said: String,
    /// Its errors, a line each, the first few.
    #[serde(skip)]
    pub findings: Vec<String>,
}

/// Errors of a step that are told in a comment.
const TOLD: usize = 10;

/// The base where none is named.
const BASE: &str = "origin/main";

/// The state of a run.
pub struct Run<'a> {
    path: &'a Path,
    base: Option<&'a str>,
    redact: bool,
    threads: usize,
    terminal: &'a Terminal,
    loaded: Option<Project>,
    /// There is a project.
    pub found: bool,
    pub project: String,
    pub title: String,
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    pub steps: Vec<Step>,
    pub diff: Option<Diff>,
    /// Why there is no diff.
    pub no_diff: String,
}

impl<'a> Run<'a> {
    /// Reads the project.
    pub fn new(path: &'a Path, base: Option<&'a str>, redact: bool, threads: usize, terminal: &'a Terminal) -> Self {
        let Loaded { project, sources, diagnostics, found } = load(path);
        let folder = path.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        let (name, title) = match &project {
            Some(project) => {
                let plan = &project.plan;
                let title = plan.title.clone().unwrap_or_else(|| plan.name.clone());
                (project.workspace.manifest.project.clone(), title)
            }
            None => {
                let name = project_name(&sources).or(folder).unwrap_or_else(|| "plan".to_owned());
                (name.clone(), name)
            }
        };
        Self {
            path,
            base,
            redact,
            threads,
            terminal,
            loaded: project,
            found,
            project: name,
            title,
            sources,
            diagnostics,
            steps: Vec::new(),
            diff: None,
            no_diff: String::new(),
        }
    }

    /// Every step that can be run.
    pub fn all(mut self) -> Self {
        let checked = std::mem::take(&mut self.diagnostics);
        self.layout();
        let warnings = warned(&checked);
        self.step("check", checked, format!("passed{warnings}"));
        if self.loaded.is_some() {
            self.tests();
            self.compile();
        } else {
            for name in ["test", "compile --locked"] {
                self.skip(name, "not run: the plan has errors");
            }
        }
        self.compare();
        if self.redact {
            self.veil();
        }
        self.diagnostics.sort();
        self
    }

    /// Takes the people out of all that was found; findings have lost their words already.
    fn veil(&mut self) {
        let veil = match &self.diff {
            Some(diff) => Veil::of_diff(diff),
            None => {
                let people = everybody_at(self.path, self.threads);
                if people.is_none() {
                    // Nobody knows whom the title names.
                    self.title.clone_from(&self.project);
                }
                Veil::of_people(&people.unwrap_or_default())
            }
        };
        self.diff = self.diff.as_ref().map(redacted);
        self.sources = self.sources.renamed(|name| veil.text(name).into_owned());
        [&mut self.title, &mut self.no_diff].into_iter().for_each(|text| veil.mend(text));
        for step in &mut self.steps {
            let texts = [&mut step.name, &mut step.said].into_iter().chain(&mut step.findings);
            texts.for_each(|text| veil.mend(text));
        }
    }

    /// A step with what it found; `said` is how it ended without errors.
    fn step(&mut self, name: &str, found: Diagnostics, said: String) {
        let found = if self.redact { withheld(&found) } else { found };
        let errors = found.count(Severity::Error);
        let said = if errors > 0 { table::count(errors as u64, "error", "errors") + &warned(&found) } else { said };
        let lines = found.iter().filter(|d| d.severity == Severity::Error).take(TOLD);
        let findings = lines.map(|d| concise::findings([d], &self.sources).trim_end().to_owned()).collect();
        self.steps.push(Step { name: name.to_owned(), passed: errors == 0, said, findings });
        self.diagnostics.extend(found.iter().cloned());
    }

    fn skip(&mut self, name: &str, why: &str) {
        self.steps.push(Step { name: name.to_owned(), passed: true, said: why.to_owned(), findings: Vec::new() });
    }

    fn layout(&mut self) {
        let folder = if self.path.is_dir() { self.path } else { self.path.parent().unwrap_or(Path::new(".")) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let (mut found, mut unread) = (Diagnostics::default(), 0);
        let texts = match fmt::plans(folder) {
            Ok(texts) => texts,
            Err(message) => {
                self.steps.push(Step {
                    name: "fmt --check".to_owned(),
                    passed: false,
                    said: message,
                    findings: Vec::new(),
                });
                return;
            }
        };
        for (name, text) in &texts {
            let known =
                self.sources.iter().find(|(_, source)| source.name == *name && source.text == *text).map(|(id, _)| id);
            let id = known.unwrap_or_else(|| self.sources.add(name, text.as_str()));
            match syntax::format(id, text) {
                Ok(new) if new == *text => {}
                Ok(new) => found.push(fmt::unformatted(id, &self.sources.path(id), text, &new)),
                // The check tells them of the files that the plan uses.
                Err(findings) if known.is_none() => found.extend(findings),
                Err(_) => unread += 1,
            }
        }
        let files = table::count(texts.len() as u64, "plan file", "plan files");
        self.step("fmt --check", found, format!("passed, {files}"));
        if let (Some(step), true) = (self.steps.last_mut(), unread > 0) {
            step.passed = false;
            step.said = format!("{} with errors", table::count(unread, "plan file", "plan files"));
        }
    }

    fn tests(&mut self) {
        let Some(project) = &self.loaded else { return };
        let mut found = Diagnostics::default();
        let shapes = shapes(&project.workspace, &project.plan, &mut found);
        let mut said = "not run".to_owned();
        if !found.has_errors() {
            let accounts = &project.workspace.manifest.accounts;
            let ground = Ground { plan: &project.plan, sources: &self.sources, accounts, shapes: &shapes };
            let trials = trial::run(&ground, None);
            found.extend(trial::findings(&trials));
            let line = tests::summary_line(&trials);
            said = line.split_once(": ").map_or(line.clone(), |(_, counts)| counts.to_owned());
        }
        self.step("test", found, said);
    }

    fn compile(&mut self) {
        let Some(Project { mut workspace, files, plan, unproved }) = self.loaded.take() else { return };
        let request =
            Request { locked: true, threads: self.threads, unproved: unproved.len() as u64, ..Request::default() };
        // Findings point into these, and those of the layout into files that the plan does not use.
        workspace.sources = std::mem::take(&mut self.sources);
        let mut bar = Bar::new(self.terminal.progress);
        let (compiled, found) = compile::run(&mut workspace, &files, &plan, &request, &mut bar);
        bar.clear();
        self.sources = workspace.sources;
        let line =
            compiled.map_or_else(String::new, |c| table::summary_line(&c.outcome, found.count(Severity::Warning)));
        let said = line.split_once(": ").map_or(line.clone(), |(_, counts)| counts.to_owned());
        self.step("compile --locked", found, said);
    }

    fn compare(&mut self) {
        let name = format!("diff {}", self.base.unwrap_or(BASE));
        let Sides { base, head, notes, _opened } = match self.sides() {
            Ok(sides) => sides,
            Err((why, passed)) => {
                self.no_diff = why.clone();
                self.steps.push(Step { name, passed, said: why, findings: Vec::new() });
                return;
            }
        };
        let request = Request { threads: self.threads, ..Request::default() };
        let mut bar = Bar::new(self.terminal.progress);
        let compared = compare(base, head, notes, None, &request, &mut bar);
        bar.clear();
        match compared {
            Ok(compared) => {
                let diff = compared.diff;
                let found: Diagnostics = diff.verdicts.iter().filter_map(|verdict| self.broken(verdict)).collect();
                let said = shown::human::summary_line(&diff);
                self.diff = Some(diff);
                self.step(&name, found, said);
            }
            Err(failed) => {
                // Where that is the head, the step before has said why; a broken base is no fault of this change.
                self.no_diff = format!("`{}` does not compile: there is nothing to compare", failed.side);
                self.skip(&name, &self.no_diff.clone());
            }
        }
    }

    /// Base and head, or why there are not both, and whether that is as it may be.
    fn sides(&self) -> Result<Sides, (String, bool)> {
        let Some(head) = load(self.path).project else {
            return Err(("not made: the plan has errors".to_owned(), true));
        };
        let name = self.base.unwrap_or(BASE);
        if !matches!(kind_of(name), SideKind::Project | SideKind::Revision) {
            return Err((format!("`{name}` is neither a revision nor a project"), false));
        }
        let spec = SideSpec { argument: name, project: self.path, parted_from: Some("HEAD"), data: None };
        let opened = open_side(&spec).map_err(|found| {
            let why: Vec<&str> = found.iter().map(|d| d.message.as_str()).collect();
            (format!("there is no base: {}", why.join("; ")), self.base.is_none())
        })?;
        let Some(base) = load_side(&opened).project else {
            return Err((format!("`{name}` has errors: there is nothing to compare"), true));
        };
        let base = Named { name: opened.name.clone(), commit: opened.commit.clone(), project: base };
        let head = Named { name: self.path.display().to_string(), commit: None, project: head };
        Ok(Sides { base, head, notes: opened.notes.clone(), _opened: opened })
    }

    /// A broken expectation that the compile has not told already.
    fn broken(&self, verdict: &ExpectationOutcome) -> Option<Diagnostic> {
        if verdict.status != ExpectationStatus::Broken {
            return None;
        }
        let told = |d: &Diagnostic| {
            d.code == EXPECTATION_BROKEN
                && d.labels.first().is_some_and(|l| self.sources.place(l.span) == verdict.place)
        };
        if self.diagnostics.iter().any(told) {
            return None;
        }
        let severity = if verdict.level == "expect" { Severity::Error } else { Severity::Warning };
        let shown = verdict.shown.as_ref().map_or_else(String::new, |shown| format!(": it is {shown}"));
        let of = verdict.at.as_ref().map_or_else(String::new, |at| format!(" for `{at}`"));
        let found =
            Diagnostic::new(EXPECTATION_BROKEN, severity, format!("`{}` does not hold{shown}{of}", verdict.text));
        Some(match self.line(&verdict.place) {
            Some(span) => found.label(span, "the diff breaks this"),
            None => found,
        })
    }

    /// The line that a `plan.terr:87` names.
    fn line(&self, place: &str) -> Option<Span> {
        let (file, line) = place.rsplit_once(':')?;
        let line: usize = line.parse().ok()?;
        let (id, source): (FileId, _) = self.sources.iter().find(|(_, source)| source.name == file)?;
        let before: usize = source.text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
        let text = source.text.get(before..)?.lines().next()?;
        let indent = text.len() - text.trim_start().len();
        Some(Span::new(id, before + indent, before + text.trim_end().len()))
    }
}

/// What is compared; the base's folder is there as long as this is.
struct Sides {
    base: Named,
    head: Named,
    notes: Vec<String>,
    _opened: OpenedSide,
}

/// The name that a manifest with errors still says.
fn project_name(sources: &Sources) -> Option<String> {
    let (_, manifest) = sources.iter().find(|(_, source)| source.name.ends_with(".toml"))?;
    let table: toml::Table = manifest.text.parse().ok()?;
    Some(table.get("project")?.get("name")?.as_str()?.to_owned())
}

fn warned(found: &Diagnostics) -> String {
    match found.count(Severity::Warning) {
        0 => String::new(),
        n => format!(", {}", table::count(n as u64, "warning", "warnings")),
    }
}
