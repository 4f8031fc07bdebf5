//! The rules of a question, each of which can be given up by itself.

use super::super::problem::Problem;
use super::super::solution::Promise;

/// One rule; indices are those of the problem's lists, or of [`Clauses`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    Balance(usize),
    Contiguous,
    Moves,
    Accounts,
    Mix(usize),
    Together(usize),
    Apart(usize),
    /// `Clauses::eligible[n]`
    Eligible(usize),
    /// `Clauses::pinned[n]`
    Pinned(usize),
}

/// What the problem has only added up.
#[derive(Debug, Clone, Default)]
pub struct Clauses {
    /// Per clause and unit the seats that may take it; `None` for all.
    pub eligible: Vec<Vec<Option<Vec<u32>>>>,
    /// Units with a fixed seat, grouped by who fixed them.
    pub pinned: Vec<Vec<u32>>,
}

impl Rule {
    /// Whether it says where units belong, and not how much of something there is: such rules contradict each other whatever
    /// the data weighs, and a territory that breaks one is wrong rather than uneven.
    pub fn is_absolute(self) -> bool {
        matches!(self, Rule::Together(_) | Rule::Apart(_) | Rule::Eligible(_) | Rule::Pinned(_))
    }

    /// Whether the answer would report the rule as broken by this promise.
    pub(super) fn is(self, promise: Promise) -> bool {
        match (self, promise) {
            (Rule::Balance(a), Promise::Balance(b))
            | (Rule::Mix(a), Promise::Mix(b))
            | (Rule::Together(a), Promise::Together(b))
            | (Rule::Apart(a), Promise::Apart(b)) => a == b,
            (Rule::Contiguous, Promise::Contiguous)
            | (Rule::Moves, Promise::Moves)
            | (Rule::Accounts, Promise::Accounts)
            | (Rule::Eligible(_), Promise::Eligible)
            | (Rule::Pinned(_), Promise::Fixed) => true,
            _ => false,
        }
    }
}

impl Clauses {
    /// Every rule of the problem, in order.
    pub(super) fn rules(&self, problem: &Problem) -> Vec<Rule> {
        let limits = &problem.limits;
        let mut rules: Vec<Rule> = (0..problem.weights.len()).map(Rule::Balance).collect();
        rules.extend(problem.contiguous.then_some(Rule::Contiguous));
        rules.extend(limits.moves.is_some().then_some(Rule::Moves));
        rules.extend(limits.accounts.is_some().then_some(Rule::Accounts));
        rules.extend((0..limits.mixes.len()).map(Rule::Mix));
        rules.extend((0..limits.together.len()).map(Rule::Together));
        rules.extend((0..limits.apart.len()).map(Rule::Apart));
        rules.extend((0..self.eligible.len()).map(Rule::Eligible));
        rules.extend((0..self.pinned.len()).map(Rule::Pinned));
        rules
    }

    /// The problem with these rules alone.
    pub(super) fn keep(&self, problem: &Problem, rules: &[Rule]) -> Problem {
        let on = |rule: Rule| rules.contains(&rule);
        let mut kept = problem.clone();
        for (index, weight) in kept.weights.iter_mut().enumerate() {
            if !on(Rule::Balance(index)) {
                weight.tolerance = boundless(problem);
            }
        }
        kept.contiguous &= on(Rule::Contiguous);
        if !on(Rule::Moves) {
            kept.limits.moves = None;
        }
        if !on(Rule::Accounts) {
            kept.limits.accounts = None;
        }
        let mut index = 0;
        kept.limits.mixes.retain(|_| {
            index += 1;
            on(Rule::Mix(index - 1))
        });
        for (index, group) in kept.limits.together.iter_mut().enumerate() {
            if !on(Rule::Together(index)) {
                group.clear();
            }
        }
        for (index, group) in kept.limits.apart.iter_mut().enumerate() {
            if !on(Rule::Apart(index)) {
                group.clear();
            }
        }
        let eligible = self.eligible.iter().enumerate().filter(|(index, _)| on(Rule::Eligible(*index)));
        kept.limits.eligible = meet(eligible.map(|(_, clause)| clause));
        for (index, units) in self.pinned.iter().enumerate() {
            if !on(Rule::Pinned(index)) {
                units.iter().for_each(|unit| kept.units.fixed[*unit as usize] = None);
            }
        }
        kept
    }
}

/// A tolerance that any load keeps: everything in the smallest seat.
pub(in super::super) fn boundless(problem: &Problem) -> f64 {
    let all: f64 = problem.seats.capacity.iter().sum();
    let least = problem.seats.capacity.iter().copied().fold(f64::INFINITY, f64::min);
    (all / least).max(1.0)
}

/// The seats that all clauses allow, per unit; empty without clauses.
pub fn meet<'a>(clauses: impl Iterator<Item = &'a Vec<Option<Vec<u32>>>>) -> Vec<Option<Vec<u32>>> {
    let mut all: Vec<Option<Vec<u32>>> = Vec::new();
    for clause in clauses {
        if all.is_empty() {
            all.clone_from(clause);
            continue;
        }
        for (seats, own) in all.iter_mut().zip(clause) {
            *seats = match (seats.take(), own) {
                (Some(a), Some(b)) => Some(a.into_iter().filter(|s| b.binary_search(s).is_ok()).collect()),
                (a, b) => a.or_else(|| b.clone()),
            };
        }
    }
    all
}
