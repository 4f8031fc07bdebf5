//! Rows of a diff by what a form wants to list: the largest, and those of each rep.

use std::collections::BTreeMap;

use crate::diff::{Change, Diff};

/// The measure that says which change is large: the first money column, else the first weight, else the first column.
pub fn lead(diff: &Diff) -> Option<usize> {
    let find = |money: bool, kind: &str| {
        diff.measures.iter().position(|measure| measure.kind == kind && (!money || measure.unit == "money"))
    };
    find(true, "column").or_else(|| find(false, "weight")).or_else(|| find(false, "column"))
}

/// So many rows, the largest first, of equal ones the first; changes of days alone come last.
pub fn largest(diff: &Diff, rows: impl Iterator<Item = usize>, most: usize) -> Vec<usize> {
    let lead = lead(diff);
    let size = |row: usize| {
        let one = diff.moves.get(row);
        (one.change != Change::Dates, lead.map_or(0.0, |m| one.amounts[m]))
    };
    let mut sized: Vec<((bool, f64), usize)> = rows.map(|row| (size(row), row)).collect();
    let order = |a: &((bool, f64), usize), b: &((bool, f64), usize)| {
        b.0.0.cmp(&a.0.0).then(b.0.1.total_cmp(&a.0.1)).then(a.1.cmp(&b.1))
    };
    if sized.len() > most && most > 0 {
        sized.select_nth_unstable_by(most - 1, order);
    }
    sized.truncate(most);
    sized.sort_unstable_by(order);
    sized.into_iter().map(|(_, row)| row).collect()
}

/// Rows of the changes that give accounts to a rep, and of those that take them away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hands {
    pub gained: Vec<usize>,
    pub lost: Vec<usize>,
    /// Changes of days alone.
    pub dates: Vec<usize>,
}

/// By the key of the rep; reps with no change of their own are not in it.
pub fn hands(diff: &Diff) -> BTreeMap<&str, Hands> {
    let mut hands: BTreeMap<&str, Hands> = BTreeMap::new();
    for row in 0..diff.moves.len() {
        let one = diff.moves.get(row);
        if one.from_rep == one.to_rep {
            if let Some(rep) = one.to_rep.filter(|_| one.change == Change::Dates) {
                hands.entry(rep).or_default().dates.push(row);
            }
            continue;
        }
        if let Some(rep) = one.to_rep {
            hands.entry(rep).or_default().gained.push(row);
        }
        if let Some(rep) = one.from_rep {
            hands.entry(rep).or_default().lost.push(row);
        }
    }
    hands
}

/// `R003 Ada Lin`, or the key alone.
pub fn full_name(diff: &Diff, rep: &str) -> String {
    let known = diff.reps.binary_search_by(|change| change.rep.as_str().cmp(rep)).ok();
    let name = known.and_then(|i| diff.reps[i].name.as_deref());
    let name = name.or_else(|| diff.roster.iter().find(|p| p.key == rep).and_then(|p| p.name.as_deref()));
    name.map_or_else(|| rep.to_owned(), |name| format!("{rep} {name}"))
}
