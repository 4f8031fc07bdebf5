//! Why the promises of a question cannot hold together, and what giving way would help.
//!
//! Takes a [`Problem`] and the clauses that it was added up from, gives the smallest set of rules found that conflict, and
//! for each the least that it would have to give way with all others kept. A set is shrunk by a deletion filter (Chinneck
//! and Dravnieks 1991) that drops halves before single rules; what it asks is first a proof (see `hopeless`), then a
//! quick solve. Invariant: rules are only called proven to conflict where a proof was found; otherwise no territories were
//! found that keep them. Plans and flags are deliberately absent: callers tie rules to them.

mod hopeless;
mod relax;
mod rules;

pub(super) use rules::boundless;
pub use rules::{Clauses, Rule, meet};

use super::problem::{Adjacency, Effort, Problem};
use super::progress::{Control, Phase, Progress, Pulse};
use super::search::Ground;
use super::solution::Solution;
use super::solve::{Failure, solve};

/// Rules that cannot all be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The smallest set found, in order.
    pub rules: Vec<Rule>,
    /// No assignment at all keeps them together; otherwise none was found.
    pub proved: bool,
    /// What one rule would have to give way so that all others of the question can be kept; rules for which no way was
    /// found are absent.
    pub ways: Vec<Way>,
    /// The effort allowed everything to be tried: the set is as small as it gets, and no way is missing for want of trying.
    pub exhaustive: bool,
}

/// How one rule gives way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    pub rule: Rule,
    pub needs: Needs,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Needs {
    /// The rule goes altogether.
    Dropped,
    /// A tolerance or a share of moves of so much.
    AtMost(f64),
    /// Accounts or a mix between these.
    Between(f64, f64),
}

/// Rules that contradict each other whatever the territories are like: found without solving.
pub fn contradiction(problem: &Problem, clauses: &Clauses) -> Option<Conflict> {
    let mut silent = super::progress::Silent;
    let mut inquiry = Inquiry::new(problem, clauses, false, &mut silent);
    let rules = inquiry.shrink(clauses.rules(problem)).ok()??;
    Some(Conflict { rules, proved: true, ways: Vec::new(), exhaustive: true })
}

/// What conflicts in a question whose answer `found` keeps not all promises. `None` when a quick solve from there keeps them
/// all.
pub fn conflict(
    problem: &Problem,
    clauses: &Clauses,
    found: &Solution,
    progress: &mut dyn Progress,
) -> Result<Option<Conflict>, Failure> {
    let warm = Problem { start: Some(found.territory.clone()), ..problem.clone() };
    let certain = contradiction(problem, clauses);
    let mut inquiry = Inquiry::new(&warm, clauses, true, progress);
    let (mut rules, proved) = match certain {
        Some(certain) => (certain.rules, true),
        None => {
            let mut rules = clauses.rules(problem);
            // The filter drops from the end first: what the answer keeps is least suspect.
            rules.sort_by_key(|rule| (!found.broken.iter().any(|broken| rule.is(broken.promise)), *rule));
            let Some(rules) = inquiry.shrink(rules)? else { return Ok(None) };
            let proved = inquiry.verdict(&rules)? == Verdict::Impossible;
            (rules, proved)
        }
    };
    rules.sort();
    let mut ways = Vec::new();
    for &rule in &rules {
        if let Some(needs) = inquiry.least(rule)? {
            ways.push(Way { rule, needs });
        }
    }
    let exhaustive = !inquiry.out_of_solves();
    Ok(Some(Conflict { rules, proved, ways, exhaustive }))
}

/// Whether some rules can be kept together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Kept,
    /// Proved.
    Impossible,
    NotFound,
}

struct Inquiry<'a> {
    problem: Problem,
    clauses: &'a Clauses,
    /// Whether to solve where nothing is proved.
    solving: bool,
    progress: &'a mut dyn Progress,
    solves: u32,
    most_solves: u32,
}

impl<'a> Inquiry<'a> {
    fn new(problem: &Problem, clauses: &'a Clauses, solving: bool, progress: &'a mut dyn Progress) -> Self {
        // A solve takes about as long as there are units.
        let (most, units) = match problem.effort {
            Effort::Quick => (40, 20_000),
            Effort::Normal => (80, 60_000),
            Effort::Thorough => (200, 2_000_000),
        };
        let most_solves = (units / problem.units.keys.len().max(1)).min(most) as u32;
        let mut problem = Problem { effort: Effort::Quick, ..problem.clone() };
        if problem.adjacency.is_none() && (solving || problem.contiguous) {
            problem.adjacency = Some(Adjacency::derive(problem.space, &problem.units.positions));
        }
        Self { problem, clauses, solving, progress, solves: 0, most_solves }
    }

    /// A smallest set of `rules` that still conflicts; `None` when they do not.
    fn shrink(&mut self, rules: Vec<Rule>) -> Result<Option<Vec<Rule>>, Failure> {
        if self.verdict(&rules)? == Verdict::Kept {
            return Ok(None);
        }
        let mut on = rules.clone();
        self.drop_from(&mut on, &rules)?;
        Ok((!on.is_empty()).then_some(on))
    }

    /// Takes out of `on` whatever of `suspects` is not needed for the conflict.
    fn drop_from(&mut self, on: &mut Vec<Rule>, suspects: &[Rule]) -> Result<(), Failure> {
        let without: Vec<Rule> = on.iter().copied().filter(|rule| !suspects.contains(rule)).collect();
        if self.verdict(&without)? != Verdict::Kept {
            *on = without;
            return Ok(());
        }
        if suspects.len() > 1 {
            let (first, second) = suspects.split_at(suspects.len() / 2);
            self.drop_from(on, second)?;
            self.drop_from(on, first)?;
        }
        Ok(())
    }

    fn verdict(&mut self, rules: &[Rule]) -> Result<Verdict, Failure> {
        if rules.is_empty() {
            return Ok(Verdict::Kept);
        }
        let problem = self.clauses.keep(&self.problem, rules);
        if self.is_hopeless(&problem) {
            return Ok(Verdict::Impossible);
        }
        Ok(match self.answer(&problem)? {
            Some(answer) if answer.broken.is_empty() => Verdict::Kept,
            Some(answer) if answer.impossible => Verdict::Impossible,
            Some(_) => Verdict::NotFound,
            None => Verdict::Kept,
        })
    }

    fn out_of_solves(&self) -> bool {
        self.solving && self.solves >= self.most_solves
    }

    fn is_hopeless(&self, problem: &Problem) -> bool {
        let empty = Adjacency::from_edges(problem.units.keys.len(), []);
        hopeless::hopeless(&Ground::new(problem, problem.adjacency.as_ref().unwrap_or(&empty)))
    }

    /// `None` when nothing is to be solved any more.
    fn answer(&mut self, problem: &Problem) -> Result<Option<Solution>, Failure> {
        if !self.solving || self.out_of_solves() {
            return Ok(None);
        }
        self.solves += 1;
        if self.progress.report(Phase::Explain, None, None) == Control::Stop {
            return Err(Failure::Interrupted);
        }
        solve(problem, &mut Quietly { outer: self.progress }).map(Some)
    }
}

/// Passes stops on and keeps the phases of inner solves to itself.
struct Quietly<'a> {
    outer: &'a mut dyn Progress,
}

impl Progress for Quietly<'_> {
    fn report(&mut self, _: Phase, _: Option<f64>, _: Option<f64>) -> Control {
        self.outer.report(Phase::Explain, None, None)
    }

    fn pulse(&self) -> Pulse {
        self.outer.pulse()
    }
}
