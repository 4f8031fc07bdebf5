//! Who owns the accounts of a territory on each day of the plan's term.
//!
//! Takes the seats of a carve and the reps who come and go, gives for every territory a list of tenures that covers the
//! term without a gap or an overlap. Holds on single accounts are laid over it elsewhere.

use chrono::{Days, NaiveDate};

use super::roster::Roster;
use crate::plan::OpenPolicy;

/// First and last day, both included.
pub type Term = (NaiveDate, NaiveDate);

/// One owner for some days; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tenure {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Index into the roster.
    pub owner: Option<usize>,
    pub cause: Cause,
}

/// Why the owner owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The territory's own seat.
    Seat,
    /// Nobody sits there; the neighbour (index of its territory) or that rep's manager stands in.
    Covers { territory: usize, manager: bool },
    /// Nobody sits there and nobody stands in.
    Vacant,
}

/// A territory as tenures see it.
#[derive(Debug, Clone, Copy)]
pub struct Post {
    /// Who sits there on the first day.
    pub rep: Option<usize>,
    /// Latitude and longitude in degrees.
    pub centre: Option<(f64, f64)>,
}

/// One who joins within the term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hire {
    /// Index into the roster.
    pub rep: usize,
    /// Per territory whether the rep may have everything in it.
    pub may_have: Vec<bool>,
}

/// A hire who found no open territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seatless {
    /// Index into the roster.
    pub rep: usize,
    /// There was one, with units that the rep may not have.
    pub barred: bool,
}

/// Tenures of every territory of a carve, in the order of `posts`, and the hires that found no open territory.
///
/// Hires take the territory that has been open longest on the day on which they start, of those that they may have; ties by
/// order. `distance` gives
/// kilometres between two centres.
pub fn tenures(
    posts: &[Post],
    hires: &[Hire],
    roster: &Roster,
    term: Term,
    policy: OpenPolicy,
    distance: impl Fn((f64, f64), (f64, f64)) -> f64,
) -> (Vec<Vec<Tenure>>, Vec<Seatless>) {
    let mut seated: Vec<Vec<Tenure>> = posts.iter().map(|p| own_seat(p.rep, roster, term)).collect();
    let mut without = Vec::new();
    for hire in hires {
        let start = roster.reps[hire.rep].start.unwrap_or(term.0);
        let open_since = |tenures: &Vec<Tenure>| match tenures.last() {
            None => Some(term.0),
            Some(last) if last.to < start => next(last.to),
            Some(_) => None,
        };
        let free: Vec<_> = (0..seated.len()).filter_map(|t| open_since(&seated[t]).map(|since| (since, t))).collect();
        match free.iter().filter(|(_, t)| hire.may_have[*t]).min() {
            None => without.push(Seatless { rep: hire.rep, barred: !free.is_empty() }),
            Some(&(_, t)) => {
                let to = roster.reps[hire.rep].end.map_or(term.1, |e| e.min(term.1));
                seated[t].push(Tenure { from: start, to, owner: Some(hire.rep), cause: Cause::Seat });
            }
        }
    }
    let filled = (0..posts.len()).map(|t| fill(t, posts, &seated, roster, term, policy, &distance)).collect();
    (filled, without)
}

/// The tenures of a territory with one named owner, who may come late or leave early.
pub fn of_owner(owner: Option<usize>, roster: &Roster, term: Term) -> Vec<Tenure> {
    let seated = own_seat(owner, roster, term);
    let mut all = Vec::new();
    let mut day = term.0;
    for tenure in seated {
        push_gap(&mut all, day, tenure.from);
        all.push(tenure);
        match next(tenure.to) {
            Some(after) => day = after,
            None => return all,
        }
    }
    if day <= term.1 {
        all.push(Tenure { from: day, to: term.1, owner: None, cause: Cause::Vacant });
    }
    all
}

fn push_gap(all: &mut Vec<Tenure>, day: NaiveDate, until: NaiveDate) {
    if day < until
        && let Some(to) = until.checked_sub_days(Days::new(1))
    {
        all.push(Tenure { from: day, to, owner: None, cause: Cause::Vacant });
    }
}

fn own_seat(rep: Option<usize>, roster: &Roster, term: Term) -> Vec<Tenure> {
    let Some(index) = rep else { return Vec::new() };
    let rep = &roster.reps[index];
    let from = rep.start.map_or(term.0, |s| s.max(term.0));
    let to = rep.end.map_or(term.1, |e| e.min(term.1));
    if from > to {
        return Vec::new();
    }
    vec![Tenure { from, to, owner: Some(index), cause: Cause::Seat }]
}

fn next(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(1))
}

/// Puts stand-ins into the gaps of territory `t`, a new one whenever anyone of the carve comes or goes.
fn fill(
    t: usize,
    posts: &[Post],
    seated: &[Vec<Tenure>],
    roster: &Roster,
    term: Term,
    policy: OpenPolicy,
    distance: impl Fn((f64, f64), (f64, f64)) -> f64,
) -> Vec<Tenure> {
    // Neighbours from the nearest on; those without a centre come last, in order.
    let mut neighbours: Vec<(f64, usize)> = (0..posts.len())
        .filter(|n| *n != t)
        .map(|n| (posts[t].centre.zip(posts[n].centre).map_or(f64::INFINITY, |(a, b)| distance(a, b)), n))
        .collect();
    neighbours.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut starts: Vec<NaiveDate> = vec![term.0];
    for tenure in seated.iter().flatten() {
        starts.push(tenure.from);
        starts.extend(next(tenure.to));
    }
    starts.retain(|d| (term.0..=term.1).contains(d));
    starts.sort_unstable();
    starts.dedup();
    let on = |n: usize, day: NaiveDate| seated[n].iter().find(|s| s.from <= day && day <= s.to);
    let mut all: Vec<Tenure> = Vec::new();
    for (i, &from) in starts.iter().enumerate() {
        let to = starts.get(i + 1).and_then(|d| d.checked_sub_days(Days::new(1))).unwrap_or(term.1);
        let (owner, cause) = match on(t, from) {
            Some(own) => (own.owner, Cause::Seat),
            None => stand_in(&neighbours, |n| on(n, from).and_then(|s| s.owner), roster, policy, from),
        };
        match all.last_mut() {
            Some(last) if last.owner == owner && last.cause == cause => last.to = to,
            _ => all.push(Tenure { from, to, owner, cause }),
        }
    }
    all
}

fn stand_in(
    neighbours: &[(f64, usize)],
    seated_rep: impl Fn(usize) -> Option<usize>,
    roster: &Roster,
    policy: OpenPolicy,
    day: NaiveDate,
) -> (Option<usize>, Cause) {
    let nearest = neighbours.iter().find_map(|(_, n)| seated_rep(*n).map(|rep| (rep, *n)));
    let nobody = (None, Cause::Vacant);
    match (policy, nearest) {
        (OpenPolicy::Pool, _) | (_, None) => nobody,
        (OpenPolicy::Nearest, Some((rep, territory))) => (Some(rep), Cause::Covers { territory, manager: false }),
        (OpenPolicy::Manager, Some((rep, territory))) => {
            let manager = roster.reps[rep].manager.as_deref().and_then(|m| roster.find(m));
            match manager.filter(|m| roster.reps[*m].active_on(day)) {
                Some(manager) => (Some(manager), Cause::Covers { territory, manager: true }),
                None => nobody,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::roster::Rep;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date of the test")
    }

    fn rep(key: &str, start: Option<&str>, end: Option<&str>) -> Rep {
        Rep {
            key: key.into(),
            name: key.into(),
            position: None,
            capacity: 1.0,
            start: start.map(day),
            end: end.map(day),
            manager: Some("M".into()),
            territory: None,
            row: 0,
        }
    }

    const TERM: (&str, &str) = ("2027-01-01", "2027-12-31");

    fn show(tenures: &[Tenure], roster: &Roster) -> Vec<String> {
        tenures
            .iter()
            .map(|t| format!("{} {} {}", t.from, t.to, t.owner.map_or("-", |o| roster.reps[o].key.as_str())))
            .collect()
    }

    fn plane(a: (f64, f64), b: (f64, f64)) -> f64 {
        libm::hypot(a.0 - b.0, a.1 - b.1)
    }

    fn run(reps: Vec<Rep>, posts: &[Post], hires: &[usize], policy: OpenPolicy) -> (Vec<Vec<String>>, Vec<usize>) {
        let roster = Roster { reps };
        let term = (day(TERM.0), day(TERM.1));
        let anything = |&rep: &usize| Hire { rep, may_have: vec![true; posts.len()] };
        let hires: Vec<Hire> = hires.iter().map(anything).collect();
        let (all, without) = tenures(posts, &hires, &roster, term, policy, plane);
        (all.iter().map(|t| show(t, &roster)).collect(), without.iter().map(|hire| hire.rep).collect())
    }

    #[test]
    fn an_open_territory_is_covered_until_the_hire_comes() {
        let reps = vec![rep("A", None, None), rep("B", None, None), rep("H", Some("2027-04-01"), None)];
        let posts = [
            Post { rep: Some(0), centre: Some((0.0, 0.0)) },
            Post { rep: Some(1), centre: Some((9.0, 0.0)) },
            Post { rep: None, centre: Some((8.0, 0.0)) },
        ];
        let (all, without) = run(reps, &posts, &[2], OpenPolicy::Nearest);
        assert_eq!(all[0], ["2027-01-01 2027-12-31 A"]);
        assert_eq!(all[2], ["2027-01-01 2027-03-31 B", "2027-04-01 2027-12-31 H"]);
        assert!(without.is_empty());
    }

    #[test]
    fn one_who_leaves_is_covered_and_then_replaced() {
        let reps = vec![rep("A", None, Some("2027-02-28")), rep("B", None, None), rep("H", Some("2027-05-01"), None)];
        let posts = [Post { rep: Some(0), centre: None }, Post { rep: Some(1), centre: None }];
        let (all, _) = run(reps, &posts, &[2], OpenPolicy::Nearest);
        assert_eq!(all[0], ["2027-01-01 2027-02-28 A", "2027-03-01 2027-04-30 B", "2027-05-01 2027-12-31 H"]);
        assert_eq!(all[1], ["2027-01-01 2027-12-31 B"]);
    }

    #[test]
    fn policies_differ_and_a_hire_too_many_is_told() {
        let reps = vec![rep("A", None, None), rep("H", Some("2027-05-01"), None), rep("M", None, None)];
        let posts = [Post { rep: Some(0), centre: None }, Post { rep: None, centre: None }];
        let (all, _) = run(reps.clone(), &posts, &[], OpenPolicy::Manager);
        assert_eq!(all[1], ["2027-01-01 2027-12-31 M"]);
        let (all, _) = run(reps.clone(), &posts, &[], OpenPolicy::Pool);
        assert_eq!(all[1], ["2027-01-01 2027-12-31 -"]);
        let (_, without) = run(reps, &posts[..1], &[1], OpenPolicy::Pool);
        assert_eq!(without, [1]);
    }

    #[test]
    fn a_hire_takes_what_it_may_have_or_nothing() {
        let roster = Roster { reps: vec![rep("A", None, None), rep("H", Some("2027-05-01"), None)] };
        let post = |rep| Post { rep, centre: None };
        let posts = [post(Some(0)), post(None), post(None)];
        let term = (day(TERM.0), day(TERM.1));
        let run = |may_have: [bool; 3]| {
            let hire = Hire { rep: 1, may_have: may_have.to_vec() };
            tenures(&posts, &[hire], &roster, term, OpenPolicy::Pool, plane)
        };
        let (all, without) = run([true, false, true]);
        assert_eq!(show(&all[1], &roster), ["2027-01-01 2027-12-31 -"]);
        assert_eq!(show(&all[2], &roster), ["2027-01-01 2027-04-30 -", "2027-05-01 2027-12-31 H"]);
        assert_eq!(without, []);
        let (all, without) = run([true, false, false]);
        assert_eq!(show(&all[2], &roster), ["2027-01-01 2027-12-31 -"]);
        assert_eq!(without, [Seatless { rep: 1, barred: true }]);
    }

    #[test]
    fn a_named_owner_may_come_late_and_leave_early() {
        let roster = Roster { reps: vec![rep("A", Some("2027-02-01"), Some("2027-03-01"))] };
        let term = (day(TERM.0), day(TERM.1));
        let all = of_owner(Some(0), &roster, term);
        assert_eq!(
            show(&all, &roster),
            ["2027-01-01 2027-01-31 -", "2027-02-01 2027-03-01 A", "2027-03-02 2027-12-31 -"]
        );
        assert_eq!(show(&of_owner(None, &roster, term), &roster), ["2027-01-01 2027-12-31 -"]);
    }
}
