//! The order in which terms can be checked: whatever a definition names comes before it.
//!
//! Takes the lets, weights, segments and dimensions; gives them in dependency order, with those that lead back to
//! themselves (or are chained too deep) set aside and reported. Nothing recurses: a chain may be as long as the plan.

use std::collections::{HashMap, HashSet};

use super::items::Items;
use super::names::{Entry, Kind, Names};
use super::wording::list;
use crate::diagnostics::codes::check::{CIRCULAR, TOO_DEEP};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::syntax::ast::{Expr, ExprKind, Name, below};

/// Circles told of; a plan with more of them is better read anew.
const MOST_CIRCLES: usize = 20;
/// Definitions may stand on one another this deep; later stages recurse along them.
const DEEPEST: usize = 100;

type Term = (Kind, u32);

pub(super) struct Order {
    pub sorted: Vec<Term>,
    /// Not to be checked; their uses are silent.
    pub broken: HashSet<Term>,
}

pub(super) fn sort(items: &Items<'_>, names: &Names<'_>, found: &mut Diagnostics) -> Order {
    let terms = terms(items);
    let numbers: HashMap<Term, usize> = terms.iter().enumerate().map(|(i, (t, _))| (*t, i)).collect();
    let needs: Vec<Vec<usize>> = terms
        .iter()
        .map(|(_, roots)| {
            let mut needed: Vec<usize> =
                references(roots, names).filter_map(|e| numbers.get(&(e.kind, e.index)).copied()).collect();
            needed.sort_unstable();
            needed.dedup();
            needed
        })
        .collect();
    let mut search =
        Search { state: vec![State::New; terms.len()], depth: vec![0; terms.len()], done: Vec::new(), cycles: 0 };
    let mut broken = HashSet::new();
    let entry = |i: usize| terms[i].0;
    for start in 0..terms.len() {
        for cycle in search.from(start, &needs) {
            found.push(circular(&cycle.iter().map(|i| describe(items, entry(*i))).collect::<Vec<_>>()));
            broken.extend(cycle.into_iter().map(entry));
        }
    }
    for &i in &search.done {
        if search.depth[i] == DEEPEST + 1 {
            let name = describe(items, entry(i));
            let message = format!("`{}` stands on more than {DEEPEST} definitions, one upon another", name.text);
            found.push(Diagnostic::error(TOO_DEEP, message).label(name.span, "too deep"));
        }
        if search.depth[i] > DEEPEST {
            broken.insert(entry(i));
        }
    }
    Order { sorted: search.done.iter().map(|i| entry(*i)).collect(), broken }
}

fn terms<'a>(items: &Items<'a>) -> Vec<(Term, Vec<&'a Expr>)> {
    let mut terms: Vec<(Term, Vec<&'a Expr>)> = Vec::new();
    terms.extend(items.lets.iter().enumerate().map(|(i, l)| ((Kind::Let, i as u32), vec![&l.node.value])));
    terms.extend(items.weights.iter().enumerate().map(|(i, w)| ((Kind::Weight, i as u32), vec![&w.node.value])));
    terms.extend(items.segments.iter().enumerate().map(|(i, s)| ((Kind::Segment, i as u32), vec![&s.node.condition])));
    terms.extend(items.dimensions.iter().enumerate().map(|(i, d)| {
        let patterns = d.node.arms.iter().flat_map(|a| &a.patterns).flat_map(below::of_pattern);
        ((Kind::Dimension, i as u32), d.node.subject.iter().chain(patterns).collect())
    }));
    terms
}

fn references<'a>(roots: &[&'a Expr], names: &Names<'a>) -> impl Iterator<Item = Entry> {
    let mut entries = Vec::new();
    below::each(roots.iter().copied(), |expr| {
        let (name, dimension) = match &expr.kind {
            ExprKind::Name(name) | ExprKind::Segment(name) => (name, false),
            ExprKind::Is { subject, .. } => (subject, true),
            _ => return,
        };
        let entry = names.terms.get(name.text.as_str());
        entries.extend(entry.filter(|e| (e.kind == Kind::Dimension) == dimension));
    });
    entries.into_iter()
}

fn describe<'a>(items: &Items<'a>, (kind, index): Term) -> &'a Name {
    let index = index as usize;
    match kind {
        Kind::Let => &items.lets[index].node.name,
        Kind::Weight => &items.weights[index].node.name,
        Kind::Segment => &items.segments[index].node.name,
        _ => &items.dimensions[index].node.name,
    }
}

fn circular(names: &[&Name]) -> Diagnostic {
    let words: Vec<String> = names.iter().map(|n| format!("`{}`", n.text)).collect();
    let message = match words.as_slice() {
        [one] => format!("{one} is defined by itself"),
        _ => format!("{} are defined by one another", list(&words, "and")),
    };
    let mut circular = Diagnostic::error(CIRCULAR, message);
    for (i, name) in names.iter().enumerate() {
        circular = circular.label(name.span, format!("needs {}", words[(i + 1) % words.len()]));
    }
    circular.help("one of them must stand on something else")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Depth-first search with a stack of its own.
struct Search {
    state: Vec<State>,
    depth: Vec<usize>,
    done: Vec<usize>,
    cycles: usize,
}

impl Search {
    /// Finishes everything that `start` needs, then `start`; gives the cycles that it met.
    fn from(&mut self, start: usize, needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let mut cycles = Vec::new();
        if self.state[start] != State::New {
            return cycles;
        }
        self.state[start] = State::Open;
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            if let Some(&needed) = needs[node].get(*next) {
                *next += 1;
                match self.state[needed] {
                    State::New => {
                        self.state[needed] = State::Open;
                        path.push((needed, 0));
                    }
                    // The rest stay unknown, and their uses silent.
                    State::Open if self.cycles >= MOST_CIRCLES => {}
                    State::Open => {
                        self.cycles += 1;
                        let from = path.iter().position(|(n, _)| *n == needed).unwrap_or(0);
                        cycles.push(path[from..].iter().map(|(n, _)| *n).collect());
                    }
                    State::Done => {}
                }
            } else {
                self.depth[node] = needs[node].iter().map(|n| self.depth[*n] + 1).max().unwrap_or(0);
                self.state[node] = State::Done;
                self.done.push(node);
                path.pop();
            }
        }
        cycles
    }
}
