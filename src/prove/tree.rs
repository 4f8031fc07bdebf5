//! Where the tree of a coverage sends every account.
//!
//! Takes a coverage, gives the accounts of each leaf, whatever the exceptions say. Accounts that a split loses or that two
//! arms claim have no leaf. Invariant: no account is in two leaves.

use super::diagram::{End, NO, Ref, Tried, YES};
use super::meaning::{Meaning, arm_of};
use super::space::Space;
use crate::plan::{Node, Split};

/// By leaf of the coverage: the accounts that reach it.
pub(super) fn leaves(space: &mut Space<'_>, meaning: &mut Meaning<'_>, coverage: u32) -> Tried<Vec<Ref>> {
    let plan = meaning.plan;
    let declared = &plan.coverages[coverage as usize];
    let mut leaves = vec![NO; declared.leaves.len()];
    place(space, meaning, &declared.root, YES, &mut leaves)?;
    Ok(leaves)
}

fn place(
    space: &mut Space<'_>,
    meaning: &mut Meaning<'_>,
    node: &Node,
    reaching: Ref,
    leaves: &mut [Ref],
) -> Tried<()> {
    if reaching == NO {
        return Ok(());
    }
    match node {
        Node::Leaf(leaf) => leaves[*leaf as usize] = reaching,
        Node::Split(Split::Dimension { dimension, branch, arms, .. }) => {
            let values = meaning.dimension(space, *dimension)?;
            let taken = space.diagrams.map(values, &mut |end| {
                let branch = arm_of(end).and_then(|arm| branch.get(arm.0 as usize).copied().flatten());
                branch.map_or(0, |arm| arm + 1)
            })?;
            let within = space.diagrams.give(reaching, taken)?;
            for (end, set) in space.diagrams.by_end(within)? {
                if let Some(arm) = arm_of(end) {
                    place(space, meaning, &arms[arm.0 as usize].node, set, leaves)?;
                }
            }
        }
        Node::Split(Split::Conditions { arms, otherwise, in_order, .. }) => {
            let mut claims = Vec::with_capacity(arms.len());
            let mut rest = reaching;
            for (arm, end) in arms.iter().zip(1..) {
                let takes = meaning.condition(space, &arm.condition)?;
                if *in_order {
                    let here = space.diagrams.and(rest, takes)?;
                    rest = space.diagrams.less(rest, takes)?;
                    place(space, meaning, &arm.node, here, leaves)?;
                } else {
                    let here = space.diagrams.and(reaching, takes)?;
                    claims.push(space.diagrams.give(here, Ref::end(end))?);
                }
            }
            if !in_order {
                let merged = space.diagrams.merge(claims)?;
                rest = space.diagrams.less(reaching, merged)?;
                for (end, set) in space.diagrams.by_end(merged)? {
                    if (end as usize) <= arms.len() {
                        place(space, meaning, &arms[end as usize - 1].node, set, leaves)?;
                    }
                }
            }
            if let Some(otherwise) = otherwise {
                place(space, meaning, &otherwise.node, rest, leaves)?;
            }
        }
    }
    Ok(())
}

/// One partition of the accounts by leaf: the end is what `end` makes of the leaf.
pub(super) fn by_leaf(space: &mut Space<'_>, leaves: &[Ref], end: &mut dyn FnMut(u32) -> End) -> Tried<Ref> {
    let mut parts = Vec::with_capacity(leaves.len());
    for (leaf, set) in (0..).zip(leaves) {
        parts.push(space.diagrams.give(*set, Ref::end(end(leaf)))?);
    }
    space.diagrams.merge(parts)
}
