//! Alignments that somebody wrote into.

use std::collections::BTreeSet;

use crate::compile::compare::side::Side;
use crate::diff::Excerpt;
use crate::outcome::alignment::CarveAlignment;

/// Whether somebody wrote into the alignment of a carve: its digest does not fit, or units changed hands while everything
/// that the solver says of them stayed.
pub(super) fn by_hand(head: &Side, before: Option<&CarveAlignment>, now: Option<&CarveAlignment>) -> bool {
    let (Some(before), Some(now)) = (before, now) else { return false };
    let kept = before.inputs == now.inputs
        && before.objective.total_cmp(&now.objective).is_eq()
        && before.bound == now.bound
        && before.seed == now.seed;
    let solved = head.compiled.solved.contains(&now.carve);
    !solved && before.units != now.units && (head.edited || kept)
}

/// The first lines of an alignment that differ.
pub(super) fn lines(
    base: &Side,
    head: &Side,
    before: Option<&CarveAlignment>,
    now: Option<&CarveAlignment>,
) -> (Option<Excerpt>, Option<Excerpt>) {
    const SHOWN: usize = 3;
    let units = |of: Option<&CarveAlignment>| -> BTreeSet<(String, String)> {
        let of = of.into_iter().flat_map(|a| a.units.iter().map(|(unit, t)| (unit, &a.territories[*t as usize].name)));
        of.map(|(unit, name)| (unit.clone(), name.clone())).collect()
    };
    let (before, now) = (units(before), units(now));
    let excerpt = |side: &Side, mine: &BTreeSet<(String, String)>, other: &BTreeSet<(String, String)>| {
        let changed: Vec<&(String, String)> = mine.difference(other).take(SHOWN).collect();
        let text = side.compiled.alignment.as_deref()?;
        let line_of = |(unit, name): &(String, String)| {
            let cells = |line: &str| line.split('\t').map(str::trim).eq(["unit", unit, name]);
            text.lines().position(cells).map_or(1, |line| line + 1)
        };
        let first = changed.first()?;
        let text: Vec<String> = changed.iter().map(|(unit, name)| format!("unit\t{unit}\t{name}")).collect();
        let file = crate::compile::alignment_path(&side.workspace);
        Some(Excerpt { file, line: line_of(first) as u32, text: text.join("\n") })
    };
    (excerpt(base, &before, &now), excerpt(head, &now, &before))
}
