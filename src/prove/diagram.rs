//! Decision diagrams over ordered fields, shared and reduced.
//!
//! A diagram maps every combination of field values to an [`End`]. A node asks one field and sends ranges of its keys to
//! what comes below; fields are asked in ascending order, equal nodes are one node and no node sends all keys the same
//! way, so that equal maps are equal references (R. E. Bryant, Graph-Based Algorithms for Boolean Function Manipulation,
//! IEEE Transactions on Computers 35, 1986; with ranges of a multi-valued field for its two edges). Conditions are
//! diagrams that end in [`NO`] and [`YES`]; partitions end in the number of an arm. Invariant: work and memory are
//! bounded by the budget, beyond which every operation gives [`TooMany`].

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

/// A node, or an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ref(u32);

/// What a diagram maps to: nought is "no" or "nothing".
pub(super) type End = u32;

pub(super) const NO: Ref = Ref::end(0);
pub(super) const YES: Ref = Ref::end(1);

/// Ends from here on stand for pairs of ends: two claims on one account.
const PAIRS: u32 = 1 << 30;
const IS_END: u32 = 1 << 31;

impl Ref {
    pub const fn end(end: End) -> Self {
        Self(end | IS_END)
    }

    pub fn as_end(self) -> Option<End> {
        (self.0 & IS_END != 0).then_some(self.0 & !IS_END)
    }
}

/// The question has too many combinations to be answered within the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

pub(super) type Tried<T> = Result<T, TooMany>;

/// Keys below `end` (and not below an earlier edge's) lead to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Edge {
    pub end: u64,
    pub to: Ref,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Node {
    field: u32,
    edges: Arc<[Edge]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Op {
    And,
    Or,
    /// The first and not the second.
    Less,
    /// The second where the first says yes.
    Give,
    /// Both partitions; a pair where they claim the same.
    Merge,
    /// The pair of both ends, wherever they differ; nought where they are the same or the first is nought.
    Change,
}

/// Steps over edges: what may be spent in all, and on one question.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    pub total: u64,
    pub question: u64,
}

impl Default for Budget {
    /// Some seconds for the worst plan.
    fn default() -> Self {
        Self { total: 120_000_000, question: 20_000_000 }
    }
}

/// Edges kept in memory: 16 bytes each.
const MOST_EDGES: u64 = 8_000_000;
const MOST_REMEMBERED: usize = 1_500_000;
/// Operations recurse along the fields.
const MOST_FIELDS: u32 = 1_000;

#[derive(Debug)]
pub(super) struct Diagrams {
    nodes: Vec<Node>,
    index: HashMap<Node, Ref, Quick>,
    results: HashMap<(Op, Ref, Ref), Ref, Quick>,
    /// Two ends by the number of their pair, and back.
    pairs: Vec<(End, End)>,
    pair_index: HashMap<(End, End), End, Quick>,
    budget: Budget,
    left: u64,
    edges: u64,
}

impl Diagrams {
    pub fn new(budget: Budget) -> Self {
        let (nodes, pairs) = (Vec::new(), Vec::new());
        let (index, results, pair_index) = Default::default();
        Self { nodes, index, results, pairs, pair_index, budget, left: budget.question, edges: 0 }
    }

    /// Begins a question with a budget of its own.
    pub fn begin(&mut self) {
        self.left = self.budget.question.min(self.budget.total);
    }

    fn spend(&mut self, steps: usize) -> Tried<()> {
        let steps = steps as u64;
        if steps > self.left || self.edges > MOST_EDGES {
            self.left = 0;
            return Err(TooMany);
        }
        self.left -= steps;
        self.budget.total -= steps;
        Ok(())
    }

    pub fn field(&self, node: Ref) -> Option<u32> {
        node.as_end().is_none().then(|| self.nodes[node.0 as usize].field)
    }

    pub fn edges(&self, node: Ref) -> Arc<[Edge]> {
        self.nodes[node.0 as usize].edges.clone()
    }

    /// A node from edges that ascend and reach the end of the field; neighbours that lead to the same are joined.
    pub fn node(&mut self, field: u32, edges: Vec<Edge>) -> Tried<Ref> {
        let mut joined: Vec<Edge> = Vec::with_capacity(edges.len());
        for edge in edges {
            match joined.last_mut() {
                Some(last) if last.to == edge.to => last.end = edge.end,
                _ => joined.push(edge),
            }
        }
        if let [only] = joined[..] {
            return Ok(only.to);
        }
        if field >= MOST_FIELDS {
            return Err(TooMany);
        }
        self.spend(joined.len())?;
        let node = Node { field, edges: joined.into() };
        if let Some(known) = self.index.get(&node) {
            return Ok(*known);
        }
        let new = Ref(self.nodes.len() as u32);
        self.edges += node.edges.len() as u64;
        self.nodes.push(node.clone());
        self.index.insert(node, new);
        Ok(new)
    }

    pub fn and(&mut self, a: Ref, b: Ref) -> Tried<Ref> {
        self.apply(Op::And, a.min(b), a.max(b))
    }

    pub fn or(&mut self, a: Ref, b: Ref) -> Tried<Ref> {
        self.apply(Op::Or, a.min(b), a.max(b))
    }

    pub fn not(&mut self, a: Ref) -> Tried<Ref> {
        self.apply(Op::Less, YES, a)
    }

    /// Where `a` says yes and `b` says nought.
    pub fn less(&mut self, a: Ref, b: Ref) -> Tried<Ref> {
        self.apply(Op::Less, a, b)
    }

    /// `value` where the condition holds, nought elsewhere.
    pub fn give(&mut self, condition: Ref, value: Ref) -> Tried<Ref> {
        self.apply(Op::Give, condition, value)
    }

    /// Where both partitions take something, the pair of what they claim.
    pub fn change(&mut self, a: Ref, b: Ref) -> Tried<Ref> {
        self.apply(Op::Change, a, b)
    }

    /// Joins many by one operation, balanced, so that the work stays near-linear.
    pub fn any(&mut self, mut parts: Vec<Ref>) -> Tried<Ref> {
        self.fold(&mut parts, Op::Or)
    }

    pub fn all(&mut self, mut parts: Vec<Ref>) -> Tried<Ref> {
        if parts.is_empty() {
            return Ok(YES);
        }
        self.fold(&mut parts, Op::And)
    }

    /// One partition of the claims of many arms; pairs where two of them claim the same.
    pub fn merge(&mut self, mut parts: Vec<Ref>) -> Tried<Ref> {
        self.fold(&mut parts, Op::Merge)
    }

    fn fold(&mut self, parts: &mut Vec<Ref>, op: Op) -> Tried<Ref> {
        while parts.len() > 1 {
            let mut joined = Vec::with_capacity(parts.len().div_ceil(2));
            for pair in parts.chunks(2) {
                joined.push(match *pair {
                    [a, b] => self.apply(op, a, b)?,
                    [a] => a,
                    _ => NO,
                });
            }
            *parts = joined;
        }
        Ok(parts.first().copied().unwrap_or(NO))
    }

    /// Replaces the ends.
    pub fn map(&mut self, node: Ref, new: &mut dyn FnMut(End) -> End) -> Tried<Ref> {
        self.map_known(node, new, &mut HashMap::default())
    }

    fn map_known(
        &mut self,
        node: Ref,
        new: &mut dyn FnMut(End) -> End,
        known: &mut HashMap<Ref, Ref, Quick>,
    ) -> Tried<Ref> {
        if let Some(end) = node.as_end() {
            return Ok(Ref::end(new(end)));
        }
        if let Some(known) = known.get(&node) {
            return Ok(*known);
        }
        let Node { field, edges } = self.nodes[node.0 as usize].clone();
        let mut mapped = Vec::with_capacity(edges.len());
        for edge in edges.iter() {
            mapped.push(Edge { end: edge.end, to: self.map_known(edge.to, new, known)? });
        }
        let result = self.node(field, mapped)?;
        known.insert(node, result);
        Ok(result)
    }

    /// For every end but nought, where it is the end: ascending by end.
    pub fn by_end(&mut self, node: Ref) -> Tried<Vec<(End, Ref)>> {
        let mut known = HashMap::default();
        let found = self.by_end_known(node, &mut known)?;
        Ok(found.iter().copied().filter(|(end, _)| *end != 0).collect())
    }

    fn by_end_known(
        &mut self,
        node: Ref,
        known: &mut HashMap<Ref, Arc<[(End, Ref)]>, Quick>,
    ) -> Tried<Arc<[(End, Ref)]>> {
        if let Some(end) = node.as_end() {
            return Ok([(end, YES)].into());
        }
        if let Some(known) = known.get(&node) {
            return Ok(known.clone());
        }
        let Node { field, edges } = self.nodes[node.0 as usize].clone();
        let last = edges.last().map_or(0, |edge| edge.end);
        let mut lists: std::collections::BTreeMap<End, Vec<Edge>> = std::collections::BTreeMap::new();
        let mut from = 0;
        for edge in edges.iter() {
            for (end, to) in self.by_end_known(edge.to, known)?.iter() {
                let list = lists.entry(*end).or_default();
                if list.last().map_or(0, |e| e.end) < from {
                    list.push(Edge { end: from, to: NO });
                }
                list.push(Edge { end: edge.end, to: *to });
            }
            from = edge.end;
        }
        let mut found = Vec::with_capacity(lists.len());
        for (end, mut list) in lists {
            if list.last().is_some_and(|e| e.end < last) {
                list.push(Edge { end: last, to: NO });
            }
            found.push((end, self.node(field, list)?));
        }
        let found: Arc<[(End, Ref)]> = found.into();
        known.insert(node, found.clone());
        Ok(found)
    }

    /// The two claims that a pair stands for.
    pub fn pair(&self, end: End) -> Option<(End, End)> {
        end.checked_sub(PAIRS).map(|at| self.pairs[at as usize])
    }

    fn pair_of(&mut self, a: End, b: End) -> End {
        if let Some(known) = self.pair_index.get(&(a, b)) {
            return *known;
        }
        let new = PAIRS + self.pairs.len() as u32;
        self.pairs.push((a, b));
        self.pair_index.insert((a, b), new);
        new
    }

    fn apply(&mut self, op: Op, a: Ref, b: Ref) -> Tried<Ref> {
        if let Some(result) = self.shortcut(op, a, b) {
            return Ok(result);
        }
        if let Some(known) = self.results.get(&(op, a, b)) {
            return Ok(*known);
        }
        let field = match (self.field(a), self.field(b)) {
            (Some(one), Some(other)) => one.min(other),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => unreachable!("two ends have a result"),
        };
        let (left, right) = (self.edges_at(a, field), self.edges_at(b, field));
        self.spend(left.len().max(right.len()))?;
        let mut edges = Vec::with_capacity(left.len() + right.len());
        let (mut i, mut j) = (0, 0);
        let end = |edges: &[Edge], at: usize| edges.get(at).map_or(u64::MAX, |e| e.end);
        loop {
            let (one, other) = (end(&left, i), end(&right, j));
            let next = one.min(other);
            if next == u64::MAX {
                break;
            }
            let child = |edges: &[Edge], at: usize, whole: Ref| edges.get(at).map_or(whole, |e| e.to);
            let to = self.apply(op, child(&left, i, a), child(&right, j, b))?;
            edges.push(Edge { end: next, to });
            i += usize::from(one == next);
            j += usize::from(other == next);
            if i >= left.len() && j >= right.len() {
                break;
            }
        }
        let result = self.node(field, edges)?;
        if self.results.len() > MOST_REMEMBERED {
            self.results.clear();
        }
        self.results.insert((op, a, b), result);
        Ok(result)
    }

    /// The edges of a node that asks the field; of another the whole is looked at.
    fn edges_at(&self, node: Ref, field: u32) -> Arc<[Edge]> {
        match self.field(node) {
            Some(asked) if asked == field => self.edges(node),
            _ => Arc::new([]),
        }
    }

    fn shortcut(&mut self, op: Op, a: Ref, b: Ref) -> Option<Ref> {
        let ends = (a.as_end(), b.as_end());
        match op {
            Op::And => match (a, b) {
                (NO, _) | (_, NO) => Some(NO),
                (YES, other) | (other, YES) => Some(other),
                _ => (a == b).then_some(a),
            },
            Op::Or => match (a, b) {
                (YES, _) | (_, YES) => Some(YES),
                (NO, other) | (other, NO) => Some(other),
                _ => (a == b).then_some(a),
            },
            Op::Less => match ends {
                (Some(0), _) => Some(NO),
                (_, Some(0)) => Some(a),
                (_, Some(_)) => Some(NO),
                _ => (a == b).then_some(NO),
            },
            Op::Give => match ends {
                (Some(0), _) | (_, Some(0)) => Some(NO),
                (Some(_), _) => Some(b),
                (_, Some(1)) => Some(a),
                _ => None,
            },
            Op::Merge => match ends {
                (Some(0), _) => Some(b),
                (_, Some(0)) => Some(a),
                _ if a == b => Some(a),
                (Some(one), _) if one >= PAIRS => Some(a),
                (_, Some(other)) if other >= PAIRS => Some(b),
                (Some(one), Some(other)) => Some(Ref::end(self.pair_of(one, other))),
                _ => None,
            },
            Op::Change => match ends {
                (Some(0), _) => Some(NO),
                _ if a == b => Some(NO),
                (Some(one), Some(other)) => Some(Ref::end(self.pair_of(one, other))),
                _ => None,
            },
        }
    }
}

/// Multiply and rotate: keys are small and of the program's own making.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct QuickHasher(u64);

pub(super) type Quick = BuildHasherDefault<QuickHasher>;

impl Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(26) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}
