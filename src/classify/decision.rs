//! Decision tables: which of many conditions hold for a row.
//!
//! Takes clauses (a clause holds when every field that it names has one of the classes it names), gives the arm of
//! the clauses that hold. Up to 64 clauses share a word: every class of every field has a word that says which
//! clauses it allows, and a row's clauses are the intersection of the words of its classes, one look-up a field
//! however many clauses there are (the bit-vector scheme of packet classifiers: T. V. Lakshman and D. Stiliadis,
//! High-Speed Policy-based Packet Forwarding, SIGCOMM 1998). Fields that cost more are asked only for rows where an
//! undecided clause needs them.

use super::class_set::ClassSet;
use super::field::{Field, FieldId};
use super::rows::Rows;
use super::view::View;

/// A conjunction; every field at most once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    pub arm: u32,
    pub asks: Vec<(FieldId, ClassSet)>,
}

#[derive(Debug, Clone)]
pub(super) struct Decision {
    blocks: Vec<Block>,
    arms: u32,
    in_order: bool,
}

/// Up to 64 clauses, the earliest in the lowest bit.
#[derive(Debug, Clone)]
struct Block {
    arms: Vec<u32>,
    cheap: Vec<Question>,
    costly: Vec<Question>,
}

/// What one field says about the clauses of a block.
#[derive(Debug, Clone)]
struct Question {
    field: FieldId,
    /// By class: the clauses that it allows.
    allowed: Vec<u64>,
    /// Clauses that ask the field.
    asking: u64,
    /// Clauses that ask this field or a later one of the block.
    open: u64,
}

const WORD: usize = 64;

impl Decision {
    /// With `in_order` the first clause that holds decides; else clauses of two arms that hold are a contradiction.
    pub fn new(clauses: Vec<Clause>, arms: u32, in_order: bool, fields: &[Field]) -> Self {
        let blocks = clauses.chunks(WORD).map(|part| Block::new(part, fields)).collect();
        Self { blocks, arms, in_order }
    }

    pub fn classes(&self) -> u32 {
        self.arms + 2
    }

    /// The class of rows for which no clause holds.
    pub fn none(&self) -> u32 {
        self.arms
    }

    /// The class of rows that two arms claim.
    pub fn two(&self) -> u32 {
        self.arms + 1
    }

    /// Writes the class of every row into `classes[row]`.
    pub fn decide(&self, view: &mut View<'_>, rows: Rows<'_>, classes: &mut [u32]) {
        let (none, two) = (self.none(), self.two());
        rows.each(|_, row| classes[row] = none);
        let mut words = Vec::new();
        let mut undecided: Vec<u32>;
        let mut rows = rows;
        for block in &self.blocks {
            block.holding(view, rows, self.in_order, &mut words);
            if self.in_order {
                rows.each(|at, row| {
                    if words[at] != 0 {
                        classes[row] = block.arms[words[at].trailing_zeros() as usize];
                    }
                });
                let mut left = Vec::new();
                rows.each(|at, row| {
                    if words[at] == 0 {
                        left.push(row as u32);
                    }
                });
                undecided = left;
                rows = Rows::Listed(&undecided);
            } else {
                rows.each(|at, row| {
                    let mut word = words[at];
                    while word != 0 {
                        let arm = block.arms[word.trailing_zeros() as usize];
                        word &= word - 1;
                        classes[row] = if classes[row] == none || classes[row] == arm { arm } else { two };
                    }
                });
            }
        }
    }

    /// Calls with the row and the arm of every clause that holds; arms of one row ascend if the clauses' do.
    pub fn each_holding(&self, view: &mut View<'_>, rows: Rows<'_>, mut visit: impl FnMut(u32, u32)) {
        let mut words = Vec::new();
        for block in &self.blocks {
            block.holding(view, rows, false, &mut words);
            rows.each(|at, row| {
                let mut word = words[at];
                while word != 0 {
                    visit(row as u32, block.arms[word.trailing_zeros() as usize]);
                    word &= word - 1;
                }
            });
        }
    }
}

impl Block {
    fn new(clauses: &[Clause], fields: &[Field]) -> Self {
        let live = live(clauses.len());
        let mut asked: Vec<FieldId> = clauses.iter().flat_map(|c| c.asks.iter().map(|(field, _)| *field)).collect();
        // Costly fields are asked in the order of the clauses that need them.
        let mut seen = std::collections::BTreeSet::new();
        asked.retain(|field| seen.insert(*field));
        let question = |field: FieldId| {
            let mut allowed = vec![live; fields[field.0 as usize].classes() as usize];
            let mut asking = 0;
            for (bit, clause) in clauses.iter().enumerate() {
                for (_, set) in clause.asks.iter().filter(|(f, _)| *f == field) {
                    asking |= 1 << bit;
                    for (class, word) in allowed.iter_mut().enumerate() {
                        if !set.contains(class as u32) {
                            *word &= !(1 << bit);
                        }
                    }
                }
            }
            Question { field, allowed, asking, open: 0 }
        };
        let (costly, cheap): (Vec<_>, Vec<_>) =
            asked.into_iter().map(question).partition(|q| fields[q.field.0 as usize].is_costly());
        let mut costly = costly;
        let mut open = 0;
        for question in costly.iter_mut().rev() {
            open |= question.asking;
            question.open = open;
        }
        Self { arms: clauses.iter().map(|c| c.arm).collect(), cheap, costly }
    }

    /// Which clauses hold, a word a row; when only the first matters, later bits may be wrong.
    fn holding(&self, view: &mut View<'_>, rows: Rows<'_>, first_only: bool, words: &mut Vec<u64>) {
        words.clear();
        words.resize(rows.len(), live(self.arms.len()));
        for question in &self.cheap {
            let classes = view.classes(question.field, rows);
            rows.each(|at, row| words[at] &= question.allowed[classes[row] as usize]);
        }
        let Some(open) = self.costly.first().map(|q| q.open) else { return };
        let mut left: Vec<(u32, u32)> = Vec::new();
        rows.each(|at, row| {
            if words[at] & open != 0 {
                left.push((at as u32, row as u32));
            }
        });
        for question in &self.costly {
            let mut asked = Vec::with_capacity(left.len());
            for (at, row) in &left {
                let word = &mut words[*at as usize];
                if first_only {
                    *word = up_to_first_settled(*word, question.open);
                }
                if *word & question.asking != 0 {
                    asked.push(*row);
                }
            }
            if asked.is_empty() {
                continue;
            }
            let classes = view.classes(question.field, Rows::Listed(&asked));
            for (at, row) in &left {
                let word = &mut words[*at as usize];
                if *word & question.asking != 0 {
                    *word &= question.allowed[classes[*row as usize] as usize];
                }
            }
        }
    }
}

fn live(clauses: usize) -> u64 {
    if clauses >= WORD { u64::MAX } else { (1 << clauses) - 1 }
}

/// Drops the clauses behind the first one that surely holds.
fn up_to_first_settled(word: u64, open: u64) -> u64 {
    let settled = word & !open;
    if settled == 0 {
        return word;
    }
    let first = settled & settled.wrapping_neg();
    word & (first | (first - 1))
}
