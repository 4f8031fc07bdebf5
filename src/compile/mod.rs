//! The chain of stages behind `terrac compile`: from a path to everything that is written.
//!
//! [`load()`] finds, parses and checks; [`run`] reads the tables, classifies, carves and settles. Nothing is printed and
//! nothing written here. Invariant: the result depends on the project's files and the request alone, not on threads,
//! clocks or places.

mod absent;
mod carves;
mod claims;
pub mod compare;
mod explain;
mod graph;
mod infeasible;
mod lints;
mod load;
mod tables;

pub use claims::{Answer, Asked, Verdict, judge_claims};
pub use explain::{Explained, explain};
pub use graph::count;
pub use load::{Loaded, LoadedText, Project, Read, load, load_side, load_text, read};
pub use tables::shapes;

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::carve::{Effort, Problem, Progress};
use crate::classify::{PreparedShape, Program, Totals};
use crate::diagnostics::codes::outcome as codes;
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use crate::lint;
use crate::outcome::alignment::{self, Alignment};
use crate::outcome::carving::{Linear, Links};
use crate::outcome::expect;
use crate::outcome::ledger::Ledger;
use crate::outcome::measures::{Measures, Pass};
use crate::outcome::recorder::{Also, Owners, Recorded, Recorder};
use crate::outcome::roster::Roster;
use crate::outcome::settle::{Carved, Settled, settle};
use crate::outcome::summary::{self, Exceptions, ExpectationOutcome, Fingerprint, Outcome};
use crate::plan::Plan;
use crate::syntax::ast;
use crate::workspace::Workspace;
use crate::workspace::schema::Schema;

/// What a compile is asked beyond the project itself.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Fail rather than solve.
    pub locked: bool,
    pub recarve: Recarve,
    pub effort: Effort,
    /// Nought: as many as the machine has.
    pub threads: usize,
    /// Partitions that the plan leaves unproved: told in the outcome.
    pub unproved: u64,
}

/// Which carves are solved again though their alignment is valid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Recarve {
    #[default]
    None,
    All,
    One(String),
}

/// A result that lacks only its rows, which are drawn from it one block at a time.
#[derive(Debug)]
pub struct Compiled {
    pub outcome: Outcome,
    pub ledger: Ledger,
    pub roster: Roster,
    pub settled: Settled,
    /// The text of the alignment file; absent when the plan has no carve.
    pub alignment: Option<String>,
    /// Carves that were solved in this run, by name.
    pub solved: Vec<String>,
}

/// What a long run tells while it runs.
pub trait Watch: Progress {
    /// Accounts read so far.
    fn read(&mut self, accounts: u64);
}

/// The alignment file of a plan, relative to the project folder: `plan.terr` has `plan.alignment`.
pub fn alignment_path(workspace: &Workspace) -> String {
    let plan = &workspace.manifest.plan;
    format!("{}.alignment", plan.strip_suffix(".terr").unwrap_or(plan))
}

/// Compiles a checked plan. Findings of error severity mean that there is nothing to write; where the only errors are
/// broken expectations, the result comes with them.
pub fn run(
    workspace: &mut Workspace,
    files: &[ast::File],
    plan: &Plan,
    request: &Request,
    watch: &mut dyn Watch,
) -> (Option<Compiled>, Diagnostics) {
    run_and_look(workspace, files, plan, request, watch, &mut |_| ())
}

/// What there is before everything but the result is let go.
struct Inspection<'a> {
    workspace: &'a Workspace,
    ready: &'a Ready,
    carved: &'a [Carved<'a>],
    settled: &'a Settled,
}

fn run_and_look(
    workspace: &mut Workspace,
    files: &[ast::File],
    plan: &Plan,
    request: &Request,
    watch: &mut dyn Watch,
    look: &mut dyn FnMut(&Inspection<'_>),
) -> (Option<Compiled>, Diagnostics) {
    let mut found = Diagnostics::default();
    let mut expected = Diagnostics::default();
    let mut run = Run { workspace, files, plan, request, against: None };
    let compiled = run.compile(watch, look, &mut found, &mut expected);
    found = lint::settle(found, &workspace.manifest.lints);
    let compiled = compiled.filter(|_| !found.has_errors());
    if compiled.is_some() {
        found.extend(expected);
    }
    found.sort();
    (compiled, found)
}

/// The question of one carve as it stands today, with what budgets of moves count per unit; `None` after an error.
pub fn ask(
    workspace: &mut Workspace,
    files: &[ast::File],
    plan: &Plan,
    carve: usize,
    request: &Request,
    watch: &mut dyn Watch,
) -> (Option<(Problem, Vec<f64>)>, Diagnostics) {
    let mut found = Diagnostics::default();
    let asked = Run { workspace, files, plan, request, against: None }.ask(carve, watch, &mut found);
    found.sort();
    (asked.filter(|_| !found.has_errors()), found)
}

/// The accounts recorded, before any carve.
struct Ready {
    people: tables::People,
    shapes: Vec<Arc<PreparedShape>>,
    schema: Schema,
    program: Program,
    measures: Measures,
    recorded: Recorded,
    totals: Totals,
    /// The plan's weights over the measures.
    weights: Vec<Linear>,
}

struct Run<'a> {
    workspace: &'a mut Workspace,
    files: &'a [ast::File],
    plan: &'a Plan,
    request: &'a Request,
    against: Option<Against<'a>>,
}

/// What a plan is held against instead of today's owners.
#[derive(Clone, Copy)]
struct Against<'a> {
    owners: &'a Owners<'a>,
    /// The territories, whatever the file says.
    alignment: &'a Alignment,
}

/// What the plan expects, with other owners for those of today and these territories. Empty after an error.
fn expectations(
    workspace: &mut Workspace,
    files: &[ast::File],
    plan: &Plan,
    request: &Request,
    against: Against<'_>,
    watch: &mut dyn Watch,
) -> Vec<ExpectationOutcome> {
    let (mut found, mut expected) = (Diagnostics::default(), Diagnostics::default());
    let mut run = Run { workspace, files, plan, request, against: Some(against) };
    let compiled = run.compile(watch, &mut |_| (), &mut found, &mut expected);
    compiled.map(|compiled| compiled.outcome.expectations).unwrap_or_default()
}

impl Run<'_> {
    /// `None` after an error that leaves nothing to go on with; `expected` are the expectations that do not hold.
    fn compile(
        &mut self,
        watch: &mut dyn Watch,
        look: &mut dyn FnMut(&Inspection<'_>),
        found: &mut Diagnostics,
        expected: &mut Diagnostics,
    ) -> Option<Compiled> {
        let plan = self.plan;
        let links = tables::links(self.workspace, plan, self.request.threads, found);
        let previous = self.previous(found);
        let mut ready = self.ready(expect::also(plan), watch, found)?;
        let mut recorded = std::mem::take(&mut ready.recorded);
        let Ready { people, program, measures, totals, weights, .. } = &ready;
        let ground = self.ground(&ready, links.as_ref(), previous.as_ref());
        let quantities = |carve: u32| measures.quantities(plan, program, carve, totals);
        let (aligned, more) = carves::carve_all(&ground, &mut recorded, quantities, watch);
        found.extend(more);
        if found.has_errors() {
            return None;
        }
        let (settled, more) = settle(plan, &people.roster, &recorded, weights, measures.len(), &aligned.carved);
        found.extend(more);
        let alignment = (!plan.carves.is_empty()).then(|| alignment::write(&aligned.alignment));
        let expectations = if found.has_errors() {
            Vec::new()
        } else {
            let (outcomes, broken) = expect::hold(&expect::Seen {
                plan,
                sources: &self.workspace.sources,
                roster: &people.roster,
                recorded: &recorded,
                measures,
                program,
                totals,
                carved: &aligned.carved,
                settled: &settled,
                incumbents: self.against.is_some() || self.workspace.manifest.accounts.incumbent.is_some(),
            });
            expected.extend(broken);
            outcomes
        };
        let outcome = Outcome { expectations, ..self.outcome(&recorded, &settled, alignment.as_deref(), found)? };
        let totals: Vec<f64> = outcome.weights.iter().map(|w| w.total).collect();
        found.extend(lints::look(self, &ready, &totals));
        let lints = &self.workspace.manifest.lints;
        found.extend(lint::many(plan, &outcome.exceptions, outcome.accounts, lints));
        look(&Inspection { workspace: &*self.workspace, ready: &ready, carved: &aligned.carved, settled: &settled });
        let solved = aligned.solved;
        Some(Compiled { outcome, ledger: recorded.ledger, roster: ready.people.roster, settled, alignment, solved })
    }

    fn ground<'g>(
        &'g self,
        ready: &'g Ready,
        links: Option<&'g Links>,
        previous: Option<&'g Alignment>,
    ) -> carves::Ground<'g> {
        carves::Ground {
            plan: self.plan,
            schema: &ready.schema,
            key: self.workspace.manifest.accounts.key,
            files: self.files,
            sources: &self.workspace.sources,
            roster: &ready.people.roster,
            matches: &ready.people.matches,
            skills: &ready.people.skills,
            links,
            request: self.request,
            previous,
        }
    }

    /// The question of one carve; see [`ask`].
    fn ask(&mut self, carve: usize, watch: &mut dyn Watch, found: &mut Diagnostics) -> Option<(Problem, Vec<f64>)> {
        let plan = self.plan;
        let links = tables::links(self.workspace, plan, self.request.threads, found);
        let previous = self.previous(found);
        let mut ready = self.ready(expect::also(plan), watch, found)?;
        let mut recorded = std::mem::take(&mut ready.recorded);
        let Ready { program, measures, totals, .. } = &ready;
        let quantities = |carve: u32| measures.quantities(plan, program, carve, totals);
        let incumbents = self.workspace.manifest.accounts.incumbent.is_some();
        let ground = self.ground(&ready, links.as_ref(), previous.as_ref());
        carves::ask(&ground, &mut recorded, quantities, carve, incumbents, found)
    }

    /// Everything before carves: the tables read, the accounts recorded, the weights known.
    fn ready(&self, also: Also, watch: &mut dyn Watch, found: &mut Diagnostics) -> Option<Ready> {
        let plan = self.plan;
        let shapes = tables::shapes(self.workspace, plan, found);
        let people = tables::people(self.workspace, plan, &shapes, self.request.threads, found)?;
        absent::reps(plan, &people.roster, found);
        let schema = self.workspace.manifest.accounts.schema.clone();
        let program = Program::compile(plan, &schema, self.workspace.manifest.accounts.key, &shapes);
        if found.has_errors() {
            return None;
        }
        let asked = expect::asked(plan);
        let mut measures = Measures::new(plan, &program, &schema, &shapes, Pass::First, &asked);
        let mut recorded = self.record(&program, &people, &measures, also, watch, found)?;
        let mut totals = recorded.totals.clone();
        found.extend(program.check_totals(&totals));
        if program.needs_second_pass(&totals) && !found.has_errors() {
            let first = totals.clone();
            measures = Measures::new(plan, &program, &schema, &shapes, Pass::Second(totals), &asked);
            recorded = self.record(&program, &people, &measures, also, watch, found)?;
            totals = first;
        }
        absent::accounts(plan, &recorded, found);
        if found.has_errors() {
            return None;
        }
        let weights = (0..plan.weights.len() as u32).map(|w| measures.weight(w, &program, &totals)).collect();
        Some(Ready { people, shapes, schema, program, measures, recorded, totals, weights })
    }

    /// One pass over the accounts.
    fn record(
        &self,
        program: &Program,
        people: &tables::People,
        measures: &Measures,
        also: Also,
        watch: &mut dyn Watch,
        found: &mut Diagnostics,
    ) -> Option<Recorded> {
        let recorder = Recorder {
            plan: self.plan,
            program,
            accounts: &self.workspace.manifest.accounts,
            roster: &people.roster,
            measures,
            also,
            owners: self.against.map(|against| against.owners),
        };
        let mut recorded = Recorded::default();
        let read = tables::scan(self.workspace, program, &recorder, self.request.threads, |part, rows| {
            recorded.add(part);
            watch.read(rows);
            if watch.pulse().stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found.extend(read);
        if watch.pulse().stopped() {
            return None;
        }
        found.extend(program.report(&recorded.findings));
        if found.has_errors() {
            return None;
        }
        let duplicates = recorded.ledger.duplicates(10);
        if !duplicates.is_empty() {
            found.extend(tables::duplicates(self.workspace, &duplicates, self.request.threads));
            return None;
        }
        Some(recorded)
    }

    /// The alignment file as it stands, if there is one and the plan carves.
    fn previous(&mut self, found: &mut Diagnostics) -> Option<Alignment> {
        if self.plan.carves.is_empty() {
            return None;
        }
        if let Some(against) = self.against {
            return Some(against.alignment.clone());
        }
        let name = alignment_path(self.workspace);
        let path = self.workspace.root.join(&name);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => {
                found.push(Diagnostic::error(codes::ALIGNMENT_UNREADABLE, format!("`{name}` cannot be read: {error}")));
                return None;
            }
        };
        let file = self.workspace.sources.add(&name, text);
        let read = alignment::read(file, self.workspace.sources.get(file));
        if read.edited && !read.diagnostics.has_errors() {
            let edited = Diagnostic::new(
                codes::ALIGNMENT_EDITED,
                if self.request.locked {
                    crate::diagnostics::Severity::Error
                } else {
                    crate::diagnostics::Severity::Warning
                },
                format!("`{name}` was edited since it was written"),
            );
            let line = Span::new(file, 0, self.workspace.sources.get(file).text.lines().next().map_or(0, str::len));
            found.push(
                edited
                    .label(line, "its digest does not fit its lines")
                    .help("compile without `--locked` to take the edit over, or restore the file"),
            );
        }
        found.extend(read.diagnostics);
        read.alignment
    }

    fn outcome(
        &self,
        recorded: &Recorded,
        settled: &Settled,
        alignment: Option<&str>,
        found: &mut Diagnostics,
    ) -> Option<Outcome> {
        let manifest = &self.workspace.manifest;
        let sources = &self.workspace.sources;
        let plan_texts = self.workspace.plan_files.iter().map(|f| sources.get(*f).text.as_str());
        let data = match tables::fingerprint(self.workspace, self.request.threads) {
            Ok(data) => data,
            Err(diagnostics) => {
                found.extend(diagnostics);
                return None;
            }
        };
        Some(Outcome {
            version: summary::VERSION,
            project: manifest.project.clone(),
            plan: self.plan.name.clone(),
            title: self.plan.title.clone(),
            term: self.plan.term,
            fingerprint: Fingerprint {
                plan: tables::digest(plan_texts),
                manifest: tables::digest([sources.get(manifest.file).text.as_str()]),
                data,
                alignment: alignment.map_or_else(String::new, |text| tables::digest([text])),
            },
            accounts: recorded.ledger.accounts(),
            weights: settled.weights.clone(),
            coverages: settled.coverages.clone(),
            carves: settled.carves.clone(),
            expectations: Vec::new(),
            exceptions: Exceptions {
                named: recorded.named,
                held: recorded.held,
                excluded: recorded.excluded,
                unproved: self.request.unproved,
            },
        })
    }
}
