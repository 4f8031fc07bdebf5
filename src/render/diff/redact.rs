//! A diff without its people: reps become `rep 1`, `rep 2` and so on, in the order of their keys.
//!
//! Takes a diff, gives one in which no key and no name of a rep stands as a word anywhere: not in titles, excerpts, notes,
//! names of territories or accounts. Keys of accounts are deliberately left as they are, for they tie the rows to other
//! tables.

use super::veil::Veil;
use crate::diff::{AccountDiff, CarveState, Diff, Excerpt, Hunk, Move, Moves, Person, Side, TerritoryState};

/// The same diff with pseudonyms.
pub fn redacted(diff: &Diff) -> Diff {
    let veil = Veil::of_diff(diff);
    let mut out = Diff { moves: Moves::new(diff.measures.len()), ..diff.clone() };
    for one in diff.moves.iter() {
        let name = one.name.map(|name| veil.text(name));
        let (from, to) = (veil.text(one.from), veil.text(one.to));
        out.moves.push(&Move {
            name: name.as_deref(),
            coverage: &veil.text(one.coverage),
            from: &from,
            from_rep: one.from_rep.map(|rep| veil.rep(rep)),
            to: &to,
            to_rep: one.to_rep.map(|rep| veil.rep(rep)),
            ..one
        });
    }
    out.roster = out.roster.iter().map(|p| Person { key: veil.rep(&p.key).to_owned(), ..Person::default() }).collect();
    for rep in &mut out.reps {
        (rep.rep, rep.name) = (veil.rep(&rep.rep).to_owned(), None);
    }
    out.notes.iter_mut().for_each(|note| veil.mend(note));
    for side in [&mut out.base, &mut out.head] {
        veil_side(&veil, side);
    }
    out.measures.iter_mut().for_each(|measure| veil.mend(&mut measure.name));
    for item in &mut out.plan.items {
        veil.mend(&mut item.name);
        item.was.iter_mut().chain(&mut item.because).for_each(|text| veil.mend(text));
        item.hunks.iter_mut().for_each(|hunk| veil_hunk(&veil, hunk));
    }
    for region in out.plan.regions.iter_mut().flatten() {
        [&mut region.coverage, &mut region.accounts, &mut region.from, &mut region.to]
            .into_iter()
            .for_each(|text| veil.mend(text));
    }
    for territory in &mut out.territories {
        veil.mend(&mut territory.coverage);
        veil.mend(&mut territory.name);
        territory.was.iter_mut().for_each(|was| veil.mend(was));
        territory.before.iter_mut().chain(&mut territory.after).for_each(|state| veil_state(&veil, state));
    }
    for carve in &mut out.carves {
        [&mut carve.coverage, &mut carve.name].into_iter().for_each(|text| veil.mend(text));
        carve.before.iter_mut().chain(&mut carve.after).for_each(|state| veil_balances(&veil, state));
    }
    for cause in &mut out.causes {
        veil.mend(&mut cause.title);
        cause.because.iter_mut().for_each(|text| veil.mend(text));
        cause.before.iter_mut().chain(&mut cause.after).for_each(|excerpt| veil_excerpt(&veil, excerpt));
    }
    for pair in &mut out.pairs {
        [&mut pair.coverage, &mut pair.from, &mut pair.to].into_iter().for_each(|text| veil.mend(text));
    }
    out.segments.iter_mut().for_each(|segment| veil.mend(&mut segment.segment));
    for verdict in &mut out.verdicts {
        veil.mend(&mut verdict.text);
        veil.mend(&mut verdict.place);
        let texts = verdict.shown.iter_mut().chain(&mut verdict.at).chain(&mut verdict.because);
        texts.for_each(|text| veil.mend(text));
        verdict.offenders.iter_mut().for_each(|offender| veil.mend(&mut offender.name));
    }
    out
}

/// An account's story with the pseudonyms that its diff has.
pub fn redacted_account(account: &AccountDiff, diff: &Diff) -> AccountDiff {
    let veil = Veil::of_diff(diff);
    let mut out = account.clone();
    for coverage in &mut out.coverages {
        veil.mend(&mut coverage.coverage);
        for stay in coverage.before.iter_mut().chain(&mut coverage.after) {
            if !stay.rep.is_empty() {
                stay.rep = veil.rep(&stay.rep).to_owned();
            }
            [&mut stay.territory, &mut stay.path, &mut stay.reason].into_iter().for_each(|text| veil.mend(text));
        }
    }
    for cell in &mut out.cells {
        [&mut cell.before, &mut cell.after].into_iter().for_each(|text| veil.mend(text));
    }
    out
}

fn veil_side(veil: &Veil, side: &mut Side) {
    [&mut side.name, &mut side.plan].into_iter().for_each(|text| veil.mend(text));
    side.title.iter_mut().chain(&mut side.recarved).for_each(|text| veil.mend(text));
}

fn veil_hunk(veil: &Veil, hunk: &mut Hunk) {
    hunk.before.iter_mut().chain(&mut hunk.after).for_each(|excerpt| veil_excerpt(veil, excerpt));
}

fn veil_excerpt(veil: &Veil, excerpt: &mut Excerpt) {
    [&mut excerpt.file, &mut excerpt.text].into_iter().for_each(|text| veil.mend(text));
}

fn veil_state(veil: &Veil, state: &mut TerritoryState) {
    for rep in state.seat.iter_mut().chain(&mut state.rep) {
        *rep = veil.rep(rep).to_owned();
    }
    state.carve.iter_mut().for_each(|carve| veil.mend(carve));
    state.loads.iter_mut().for_each(|load| veil.mend(&mut load.weight));
}

fn veil_balances(veil: &Veil, state: &mut CarveState) {
    state.balances.iter_mut().for_each(|balance| veil.mend(&mut balance.weight));
}
