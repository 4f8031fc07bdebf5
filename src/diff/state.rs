//! Where an account stands over the days that two sides share.
//!
//! Takes the stays of both sides, gives states that can be compared and what changes between two of them. Paths and reasons
//! are deliberately absent: an account that stays where it is does not move because a rule was reworded.

use chrono::NaiveDate;

use super::moves::Change;
use crate::outcome::standing::Stay;
use crate::outcome::tenure::Term;

/// What stands for a territory where nobody covers the account.
pub const EXCLUDED: &str = "excluded";

/// The days on which two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Those that both terms have.
    Shared(Term),
    /// The terms have no day in common: the last day of the base with the first of the head.
    Turn { base: Term, head: Term },
}

/// A territory or pool and its owner, from a day on; a rep's key may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spell {
    pub from: NaiveDate,
    pub territory: String,
    pub rep: String,
}

/// Spells without a gap; two neighbours differ.
pub type State = Vec<Spell>;

/// What changes for an account in a coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed<'s> {
    pub change: Change,
    pub effective: NaiveDate,
    pub from: &'s Spell,
    pub to: &'s Spell,
}

impl Window {
    pub fn of(base: Term, head: Term) -> Self {
        let (from, to) = (base.0.max(head.0), base.1.min(head.1));
        if from <= to { Self::Shared((from, to)) } else { Self::Turn { base, head } }
    }

    /// The part of a standing that is compared. `name` gives a territory of that side the name that both sides know.
    pub fn state(&self, stays: &[Stay], term: Term, name: impl Fn(&str) -> String) -> State {
        let mut state: State = Vec::new();
        let mut add = |from: NaiveDate, stay: &Stay| {
            let territory = if stay.territory.is_empty() { EXCLUDED.to_owned() } else { name(&stay.territory) };
            let spell = Spell { from, territory, rep: stay.rep.clone() };
            if state.last().is_none_or(|last| (&last.territory, &last.rep) != (&spell.territory, &spell.rep)) {
                state.push(spell);
            }
        };
        match self {
            Self::Shared((from, to)) => {
                let shared = stays.iter().filter(|stay| stay.from <= *to && stay.to >= *from);
                shared.for_each(|stay| add(stay.from.max(*from), stay));
            }
            Self::Turn { base, head } => {
                let day = if term == *base { stays.last() } else { stays.first() };
                day.into_iter().for_each(|stay| add(head.0, stay));
            }
        }
        state
    }
}

/// What changes from one state to another; both cover the same days.
pub fn change<'s>(base: &'s State, head: &'s State) -> Option<Changed<'s>> {
    if base == head {
        return None;
    }
    let places = |state: &'s State| state.iter().map(|spell| (&spell.territory, &spell.rep));
    let only_days = places(base).eq(places(head));
    let mut days: Vec<NaiveDate> = base.iter().chain(head).map(|spell| spell.from).collect();
    days.sort_unstable();
    days.dedup();
    let on = |state: &'s State, day: NaiveDate| state.iter().rev().find(|spell| spell.from <= day);
    let (mut owner, mut moved) = (None, None);
    for day in days {
        let (Some(from), Some(to)) = (on(base, day), on(head, day)) else { continue };
        if from.territory != to.territory && moved.is_none() {
            moved = Some((day, from, to));
        }
        if from.rep != to.rep && owner.is_none() {
            owner = Some((day, from, to));
        }
    }
    let change = match moved {
        _ if only_days => Change::Dates,
        Some((_, from, _)) if from.territory == EXCLUDED => Change::Covered,
        Some((_, _, to)) if to.territory == EXCLUDED => Change::Uncovered,
        Some(_) => Change::Moved,
        None => Change::Owner,
    };
    let (effective, from, to) = if only_days { owner.or(moved) } else { moved.or(owner) }?;
    Some(Changed { change, effective, from, to })
}

/// How often the owner changes over the days of `head`, and from the owner before them.
pub fn owner_changes(base: &State, head: &State) -> usize {
    let before = base.first().map(|spell| &spell.rep);
    let owners: Vec<&String> = before.into_iter().chain(head.iter().map(|spell| &spell.rep)).collect();
    owners.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// `T1/ann T1/bob@2027-03-01`
    fn state(text: &str) -> State {
        let spell = |part: &str| {
            let (place, from) = part.split_once('@').unwrap_or((part, "2027-01-01"));
            let (territory, rep) = place.split_once('/').expect("a place");
            Spell { from: day(from), territory: territory.into(), rep: rep.into() }
        };
        text.split_whitespace().map(spell).collect()
    }

    #[test]
    fn what_changes() {
        let cases = [
            ("T1/ann", "T1/ann", None),
            ("T1/ann", "T2/ann", Some((Change::Moved, "2027-01-01"))),
            ("T1/ann", "T2/bob", Some((Change::Moved, "2027-01-01"))),
            ("T1/ann", "T1/bob", Some((Change::Owner, "2027-01-01"))),
            ("T1/ann", "T1/ann T1/bob@2027-03-01", Some((Change::Owner, "2027-03-01"))),
            ("T1/ann T1/bob@2027-03-01", "T1/ann T1/bob@2027-04-01", Some((Change::Dates, "2027-03-01"))),
            ("T1/ann", "T1/bob T2/bob@2027-06-01", Some((Change::Moved, "2027-06-01"))),
            ("excluded/", "T1/ann", Some((Change::Covered, "2027-01-01"))),
            ("T1/ann", "excluded/", Some((Change::Uncovered, "2027-01-01"))),
            ("P/", "T1/ann", Some((Change::Moved, "2027-01-01"))),
        ];
        for (base, head, expected) in cases {
            let (base, head) = (state(base), state(head));
            let found = change(&base, &head).map(|c| (c.change, c.effective));
            assert_eq!(found, expected.map(|(change, on)| (change, day(on))), "{base:?} to {head:?}");
        }
    }

    #[test]
    fn terms_that_share_days_are_compared_on_these() {
        let stay = |from: &str, to: &str, territory: &str| Stay {
            from: day(from),
            to: day(to),
            territory: territory.into(),
            rep: "ann".into(),
            path: String::new(),
            reason: String::new(),
        };
        let (base, head) = ((day("2027-01-01"), day("2027-12-31")), (day("2027-07-01"), day("2028-06-30")));
        let stays = [stay("2027-01-01", "2027-08-31", "T1"), stay("2027-09-01", "2027-12-31", "T2")];
        let same = |name: &str| name.to_owned();
        let shared = Window::of(base, head).state(&stays, base, same);
        assert_eq!(shared, state("T1/ann@2027-07-01 T2/ann@2027-09-01"));
        let later = (day("2028-01-01"), day("2028-12-31"));
        assert_eq!(Window::of(base, later).state(&stays, base, same), state("T2/ann@2028-01-01"));
    }

    #[test]
    fn owners_are_counted_from_the_one_before() {
        assert_eq!(owner_changes(&state("T1/ann"), &state("T1/ann")), 0);
        assert_eq!(owner_changes(&state("T1/ann"), &state("T1/bob T1/cat@2027-05-01")), 2);
        assert_eq!(owner_changes(&state("T1/ann T1/bob@2027-02-01"), &state("T1/ann T1/bob@2027-02-01")), 1);
    }
}
