//! Compiled conditions: what they are made of, and how they are joined and turned around.
//!
//! Takes sets of classes of fields; gives a [`Test`] that holds exactly where the conditions hold. Deliberately absent: what
//! fields are and where their classes come from; `compiler` knows.

use std::collections::{HashMap, VecDeque};

use super::class_set::ClassSet;
use super::field::FieldId;

/// A compiled condition. No part of `All` or `Any` is constant, and none asks a field that another part asks alone.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Constant(bool),
    In(FieldId, ClassSet),
    All(Vec<Test>),
    Any(Vec<Test>),
}

impl Test {
    pub fn of(field: FieldId, set: ClassSet) -> Self {
        if set.is_empty() {
            Test::Constant(false)
        } else if set.is_full() {
            Test::Constant(true)
        } else {
            Test::In(field, set)
        }
    }

    pub fn all(parts: Vec<Test>) -> Self {
        Self::joined(parts, false)
    }

    pub fn any(parts: Vec<Test>) -> Self {
        Self::joined(parts, true)
    }

    /// Flattens, drops the neutral constant, ends at the other and melts questions about one field.
    fn joined(parts: Vec<Test>, any: bool) -> Self {
        let mut flat: Vec<Test> = Vec::new();
        let mut places: HashMap<FieldId, usize> = HashMap::new();
        let mut queue: VecDeque<Test> = parts.into();
        while let Some(part) = queue.pop_front() {
            match (part, any) {
                (Test::Constant(value), _) if value == any => return Test::Constant(any),
                (Test::Constant(_), _) => {}
                (Test::All(inner), false) | (Test::Any(inner), true) => {
                    inner.into_iter().rev().for_each(|test| queue.push_front(test));
                }
                (Test::In(field, set), _) => match places.get(&field) {
                    Some(place) => {
                        let Test::In(_, known) = &flat[*place] else { unreachable!("a question") };
                        let melted = if any { known.union(&set) } else { known.intersection(&set) };
                        flat[*place] = Test::In(field, melted);
                    }
                    None => {
                        places.insert(field, flat.len());
                        flat.push(Test::In(field, set));
                    }
                },
                (other, _) => flat.push(other),
            }
        }
        let mut kept = Vec::new();
        for test in flat {
            match test {
                Test::In(field, set) => match Test::of(field, set) {
                    Test::Constant(value) if value == any => return Test::Constant(any),
                    Test::Constant(_) => {}
                    question => kept.push(question),
                },
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Test::Constant(!any),
            1 => kept.remove(0),
            _ if any => Test::Any(kept),
            _ => Test::All(kept),
        }
    }

    pub fn negate(self) -> Self {
        match self {
            Test::Constant(value) => Test::Constant(!value),
            Test::In(field, set) => Test::In(field, set.complement()),
            Test::All(parts) => Test::any(parts.into_iter().map(Test::negate).collect()),
            Test::Any(parts) => Test::all(parts.into_iter().map(Test::negate).collect()),
        }
    }
}

/// Both conjunctions; `None` when they cannot hold together.
pub(super) fn join(left: &[(FieldId, ClassSet)], right: &[(FieldId, ClassSet)]) -> Option<Vec<(FieldId, ClassSet)>> {
    let mut joined = left.to_vec();
    for (field, set) in right {
        match joined.iter_mut().find(|(known, _)| known == field) {
            Some((_, known)) => *known = known.intersection(set),
            None => joined.push((*field, set.clone())),
        }
    }
    joined.iter().all(|(_, set)| !set.is_empty()).then_some(joined)
}
