//! How little one rule must give way, by bisection over quick solves.

use super::rules::boundless;
use super::{Inquiry, Needs, Rule};
use crate::carve::problem::Problem;
use crate::carve::solution::Solution;
use crate::carve::solve::Failure;

/// Halvings at most.
const STEPS: usize = 7;
/// A range this small, relative to its upper end, is not halved again.
const FINE: f64 = 0.01;

impl Inquiry<'_> {
    /// What `rule` needs when all others are kept; `None` when giving it up is not enough, or no answer was found.
    pub(super) fn least(&mut self, rule: Rule) -> Result<Option<Needs>, Failure> {
        let all = self.clauses.rules(&self.problem);
        let others: Vec<Rule> = all.iter().copied().filter(|other| *other != rule).collect();
        let Some(dropped) = self.kept(&self.clauses.keep(&self.problem, &others))? else { return Ok(None) };
        let problem = self.problem.clone();
        let Some(strict) = Width::of(&problem, rule, &dropped) else { return Ok(Some(Needs::Dropped)) };
        let whole = self.clauses.keep(&self.problem, &all);
        let (mut least, mut enough, mut reached) = (0.0, 1.0, strict.reached(&dropped));
        for _ in 0..STEPS {
            if enough - least <= FINE {
                break;
            }
            let middle = (least + enough) / 2.0;
            match self.kept(&strict.widened(&whole, middle))? {
                Some(answer) => {
                    enough = middle;
                    reached = strict.reached(&answer);
                }
                None => least = middle,
            }
        }
        Ok(Some(reached))
    }

    fn kept(&mut self, problem: &Problem) -> Result<Option<Solution>, Failure> {
        if self.is_hopeless(problem) {
            return Ok(None);
        }
        Ok(self.answer(problem)?.filter(|answer| answer.broken.is_empty()))
    }
}

/// A rule that can give way by degrees: from as it stands (0) to what was reached without it (1).
struct Width<'a> {
    problem: &'a Problem,
    rule: Rule,
    /// As it stands, and as reached without it.
    stands: (f64, f64),
    loose: (f64, f64),
}

impl<'a> Width<'a> {
    fn of(problem: &'a Problem, rule: Rule, dropped: &Solution) -> Option<Width<'a>> {
        let stands = match rule {
            Rule::Balance(n) => (0.0, problem.weights[n].tolerance),
            Rule::Moves => (0.0, problem.limits.moves.as_ref()?.share),
            Rule::Accounts => {
                let (from, to) = problem.limits.accounts?;
                (from as f64, to as f64)
            }
            Rule::Mix(n) => (problem.limits.mixes[n].from, problem.limits.mixes[n].to),
            _ => return None,
        };
        let width = Self { problem, rule, stands, loose: stands };
        let (low, high) = width.range(dropped);
        Some(Self { loose: (low.min(stands.0), high.max(stands.1)), ..width })
    }

    /// What an answer has of the rule's quantity.
    fn range(&self, answer: &Solution) -> (f64, f64) {
        let problem = self.problem;
        let seats = problem.seats.keys.len();
        let by_seat = |values: &dyn Fn(usize) -> f64| {
            let mut sums = vec![0.0; seats];
            answer.territory.iter().enumerate().for_each(|(unit, seat)| sums[*seat as usize] += values(unit));
            sums
        };
        let ends = |values: Vec<f64>| {
            (values.iter().copied().fold(f64::INFINITY, f64::min), values.into_iter().fold(f64::NEG_INFINITY, f64::max))
        };
        match self.rule {
            Rule::Balance(n) => (0.0, answer.imbalance[n].min(boundless(problem))),
            Rule::Moves => (0.0, crate::carve::assess::moved(problem, &answer.territory)),
            Rule::Accounts => ends(by_seat(&|unit| f64::from(problem.units.accounts[unit]))),
            Rule::Mix(n) => {
                let mix = &problem.limits.mixes[n];
                let (part, whole) = (by_seat(&|unit| mix.part[unit]), by_seat(&|unit| mix.whole[unit]));
                let shares =
                    part.iter().zip(&whole).filter(|(_, whole)| **whole > 0.0).map(|(part, whole)| part / whole);
                ends(shares.collect())
            }
            _ => self.stands,
        }
    }

    /// No less than it stands, so that what is said is enough.
    fn reached(&self, answer: &Solution) -> Needs {
        let (low, high) = self.range(answer);
        match self.rule {
            Rule::Balance(_) | Rule::Moves => Needs::AtMost(high.max(self.stands.1)),
            _ => Needs::Between(low.min(self.stands.0), high.max(self.stands.1)),
        }
    }

    fn widened(&self, whole: &Problem, part: f64) -> Problem {
        let low = self.stands.0 + part * (self.loose.0 - self.stands.0);
        let high = self.stands.1 + part * (self.loose.1 - self.stands.1);
        let mut wider = whole.clone();
        match self.rule {
            Rule::Balance(n) => wider.weights[n].tolerance = high,
            Rule::Moves => {
                if let Some(moves) = &mut wider.limits.moves {
                    moves.share = high.min(1.0);
                }
            }
            Rule::Accounts => wider.limits.accounts = Some((low.floor() as u64, high.ceil() as u64)),
            Rule::Mix(n) => (wider.limits.mixes[n].from, wider.limits.mixes[n].to) = (low, high),
            _ => {}
        }
        wider
    }
}
