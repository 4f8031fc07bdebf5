//! Coverage trees over whole chunks.
//!
//! A split is a field with a table from its classes to what comes next. The rows that reach a split are dealt out to
//! its branches by counting, so that each split looks only at its own rows. Invariant: every row gets a leaf or is
//! handed to the caller as lost, but for rows that a dimension has no arm for, which are found apart.

use super::class_set::ClassSet;
use super::compiler::Compiler;
use super::field::{Field, FieldId};
use super::rows::Rows;
use super::view::View;
use crate::plan::{Coverage, Node, Split};

/// What rows without a leaf have instead of its index.
pub const NO_LEAF: u32 = u32::MAX;

/// One coverage.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    splits: Vec<Step>,
    /// The only leaf of a tree without splits.
    lone_leaf: u32,
}

/// A split. Slots tell where a row goes: 0 it has its leaf, 1 it is lost, others on to `deeper[slot - 2]`.
#[derive(Debug, Clone)]
struct Step {
    field: FieldId,
    leaf_of_class: Vec<u32>,
    slot_of_class: Vec<u32>,
    deeper: Vec<u32>,
    /// Classes that two branches claim.
    two: ClassSet,
}

const DONE: u32 = 0;
const LOST: u32 = 1;
const DEEPER: u32 = 2;

/// A row that no branch of a split takes, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    pub row: u32,
    /// Index of the split, in the order in which the tree is written.
    pub split: u32,
    pub two: bool,
}

#[derive(Debug, Clone, Copy)]
enum Next {
    Leaf(u32),
    Split(u32),
    /// No branch takes the arm or the account, or two do.
    Nowhere,
    /// The dimension itself fails; its own check says so.
    Nothing,
}

impl Tree {
    pub fn compile(coverage: &Coverage, compiler: &mut Compiler<'_>) -> Self {
        let mut splits = Vec::new();
        match compile(&coverage.root, compiler, &mut splits) {
            Next::Leaf(leaf) => Self { splits: Vec::new(), lone_leaf: leaf },
            Next::Split(_) | Next::Nowhere | Next::Nothing => Self {
                splits: splits.into_iter().map(|step| step.expect("every split was compiled")).collect(),
                lone_leaf: NO_LEAF,
            },
        }
    }

    /// Writes the leaf of every row of the chunk; rows that are lost get none and are listed.
    pub fn classify(&self, view: &mut View<'_>, leaves: &mut [u32], lost: &mut Vec<Lost>) {
        if self.splits.is_empty() {
            leaves.fill(self.lone_leaf);
            return;
        }
        let mut waiting: Vec<(u32, Option<Vec<u32>>)> = vec![(0, None)];
        let mut counts = Vec::new();
        while let Some((index, listed)) = waiting.pop() {
            let rows = listed.as_deref().map_or(view.all(), Rows::Listed);
            let step = &self.splits[index as usize];
            let classes = view.classes(step.field, rows);

            counts.clear();
            counts.resize(step.deeper.len() + DEEPER as usize, 0u32);
            rows.each(|_, row| {
                let class = classes[row] as usize;
                leaves[row] = step.leaf_of_class[class];
                counts[step.slot_of_class[class] as usize] += 1;
            });
            if counts[DONE as usize] as usize == rows.len() {
                continue;
            }
            let mut dealt: Vec<Vec<u32>> = counts.iter().map(|count| Vec::with_capacity(*count as usize)).collect();
            rows.each(|_, row| {
                let slot = step.slot_of_class[classes[row] as usize];
                if slot != DONE {
                    dealt[slot as usize].push(row as u32);
                }
            });
            for row in &dealt[LOST as usize] {
                let two = step.two.contains(classes[*row as usize]);
                lost.push(Lost { row: *row, split: index, two });
            }
            for (rows, deeper) in dealt.into_iter().skip(DEEPER as usize).zip(&step.deeper) {
                if !rows.is_empty() {
                    waiting.push((*deeper, Some(rows)));
                }
            }
        }
    }
}

fn compile(node: &Node, compiler: &mut Compiler<'_>, splits: &mut Vec<Option<Step>>) -> Next {
    let split = match node {
        Node::Leaf(leaf) => return Next::Leaf(*leaf),
        Node::Split(split) => split,
    };
    let index = splits.len();
    splits.push(None);
    let (field, next, two) = match split {
        Split::Dimension { dimension, branch, arms, .. } => {
            let read = compiler.arms(*dimension);
            let branches: Vec<Next> = arms.iter().map(|arm| compile(&arm.node, compiler, splits)).collect();
            let taken = |arm: crate::plan::ArmId| branch.get(arm.0 as usize).copied().flatten();
            let next: Vec<Next> = read
                .of_class
                .iter()
                .map(|arm| match arm {
                    Some(arm) => taken(*arm).map_or(Next::Nowhere, |branch| branches[branch as usize]),
                    None => Next::Nothing,
                })
                .collect();
            let two = ClassSet::empty(next.len() as u32);
            (read.field, next, two)
        }
        Split::Conditions { arms, otherwise, in_order, .. } => {
            let mut tests = Vec::new();
            let mut next = Vec::new();
            for (arm, number) in arms.iter().zip(0..) {
                tests.push((compiler.condition(&arm.condition), number));
                next.push(compile(&arm.node, compiler, splits));
            }
            next.push(otherwise.as_ref().map_or(Next::Nowhere, |arm| compile(&arm.node, compiler, splits)));
            next.push(Next::Nowhere);
            let decision = compiler.decision(tests, arms.len() as u32, *in_order);
            let two = ClassSet::of(decision.classes(), [decision.two()]);
            (compiler.push(Field::Decision(decision)), next, two)
        }
    };
    let mut deeper: Vec<u32> = Vec::new();
    let mut leaf_of_class = Vec::with_capacity(next.len());
    let mut slot_of_class = Vec::with_capacity(next.len());
    for next in next {
        let (leaf, slot) = match next {
            Next::Leaf(leaf) => (leaf, DONE),
            Next::Nowhere => (NO_LEAF, LOST),
            Next::Nothing => (NO_LEAF, DONE),
            Next::Split(split) => {
                let place = deeper.iter().position(|known| *known == split).unwrap_or_else(|| {
                    deeper.push(split);
                    deeper.len() - 1
                });
                (NO_LEAF, place as u32 + DEEPER)
            }
        };
        leaf_of_class.push(leaf);
        slot_of_class.push(slot);
    }
    splits[index] = Some(Step { field, leaf_of_class, slot_of_class, deeper, two });
    Next::Split(index as u32)
}
