//! The sales force of a sample, and which rep is near.
//!
//! Takes the places and how many reps there shall be, gives reps with home, team and calendar. Invariant: homes follow the
//! accounts (a low-discrepancy walk over the weights, so that ten reps already cover the country), one row in ten is a
//! manager. Deliberately absent: today's date; histories end on the last day of 2026 and plans begin in February 2027.

use chrono::NaiveDate;
use rayon::prelude::*;

use super::draw::{Draw, Purpose, cos_degrees};
use super::metros::Metro;
use super::names;
use super::places::{KM_PER_DEGREE, Places, offset};

#[derive(Debug, Clone, PartialEq)]
pub struct Rep {
    pub id: String,
    pub name: String,
    pub team: Team,
    pub metro: &'static Metro,
    pub lat: f64,
    pub lon: f64,
    pub skill: &'static str,
    /// 1 is a full load; managers carry none.
    pub capacity: f64,
    /// The part of the capacity that is there in the plan's first year.
    pub ramp: f64,
    pub start: NaiveDate,
    pub end: Option<NaiveDate>,
    /// Index of the manager.
    pub manager: Option<usize>,
}

/// Whom a rep sells to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Team {
    Enterprise,
    Midmarket,
    Commercial,
    Management,
}

impl Team {
    pub fn name(self) -> &'static str {
        match self {
            Team::Enterprise => "enterprise",
            Team::Midmarket => "midmarket",
            Team::Commercial => "commercial",
            Team::Management => "management",
        }
    }

    /// The team that sells to companies of this size.
    pub fn of_employees(employees: f64) -> Team {
        match employees {
            e if e >= 1_000.0 => Team::Enterprise,
            e if e >= 200.0 => Team::Midmarket,
            _ => Team::Commercial,
        }
    }
}

/// The part of the world that a sales organisation would put a centre in.
pub fn region(metro: &Metro) -> &'static str {
    match metro.country {
        "US" => match metro.state {
            "CT" | "DE" | "DC" | "MA" | "MD" | "ME" | "NH" | "NJ" | "NY" | "PA" | "RI" | "VT" => "northeast",
            "AL" | "FL" | "GA" | "KY" | "MS" | "NC" | "SC" | "TN" | "VA" | "WV" => "southeast",
            "IA" | "IL" | "IN" | "KS" | "MI" | "MN" | "MO" | "ND" | "NE" | "OH" | "SD" | "WI" => "midwest",
            "AR" | "LA" | "OK" | "TX" => "south central",
            _ => "west",
        },
        "CA" | "MX" | "CO" | "BR" | "AR" | "CL" => "americas",
        "IN" | "TH" | "VN" | "MY" | "SG" | "ID" | "PH" | "HK" | "CN" | "TW" | "KR" | "JP" | "AU" | "NZ" => "apac",
        _ => "emea",
    }
}

pub fn reps(places: &Places, count: u32, seed: u64) -> Vec<Rep> {
    let mut draw = Draw::new(seed, Purpose::Reps, 0);
    let total = *places.weights.last().expect("there is a place");
    let managers = count.div_ceil(10) as usize;
    let width = count.to_string().len().max(3);
    // The two-dimensional low-discrepancy sequence of M. Roberts (2018): where, and which team.
    let (mut turn, mut mix) = (draw.unit(), draw.unit());
    let mut all: Vec<Rep> = Vec::with_capacity(count as usize);
    for n in 0..count as usize {
        turn = (turn + 0.754_877_666_246_693).fract();
        mix = (mix + 0.569_840_290_998_053).fract();
        let at = ((turn * total as f64) as u64).min(total - 1);
        let metro = places.all[places.weights.partition_point(|&sum| sum <= at)].metro;
        let (east, north) = draw.disc();
        let (lat, lon) = offset(metro.lat, metro.lon, north * 12.0 * metro.reach, east * 12.0 * metro.reach);
        let team = match mix {
            _ if n < managers => Team::Management,
            m if m < 0.3 => Team::Enterprise,
            m if m < 0.6 => Team::Midmarket,
            _ => Team::Commercial,
        };
        let skill = ["generalist", "fintech", "healthcare", "manufacturing"][draw.weighted(&[55, 70, 85, 100])];
        let capacity = match (team, draw.below(100)) {
            (Team::Management, _) => 0.0,
            (_, 0..4) => 0.5,
            (_, 4..16) => 0.8,
            (_, 16..28) => 1.2,
            _ => 1.0,
        };
        let (start, ramp, end) = calendar(team, &mut draw);
        let manager = (n >= managers).then(|| {
            let distance = |m: &usize| square_km(lat, lon, all[*m].lat, all[*m].lon);
            (0..managers).min_by(|a, b| distance(a).total_cmp(&distance(b))).expect("there is a manager")
        });
        let id = format!("R{:0width$}", n + 1);
        let name = names::person(seed % 4_760 + n as u64);
        all.push(Rep { id, name, team, metro, lat, lon, skill, capacity, ramp, start, end, manager });
    }
    all
}

/// Start, ramp and end. Most have been here for years; some still ramp, some are hired for later in the plan year, some go.
fn calendar(team: Team, draw: &mut Draw) -> (NaiveDate, f64, Option<NaiveDate>) {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("the date exists");
    let month = 1 + draw.below(12) as u32;
    let year = 2016 + draw.below(10) as i32;
    let (kind, soon) = (draw.below(100), draw.below(4) as u32);
    let tenured = day(year, month, 1);
    match kind {
        _ if team == Team::Management => (tenured, 1.0, None),
        0..6 => (day(2026, 9 + soon, 1), 0.5, None),
        6..12 => (day(2026, 5 + soon, 1), 0.75, None),
        12..16 => (day(2027, 4 + soon, 1), 0.5, None),
        16..20 => (tenured, 1.0, Some(day(2027, 6 + soon, 30))),
        _ => (tenured, 1.0, None),
    }
}

/// Near enough for telling which of two is nearer.
fn square_km(lat: f64, lon: f64, to_lat: f64, to_lon: f64) -> f64 {
    let north = to_lat - lat;
    let turn = (to_lon - lon).abs();
    let east = turn.min(360.0 - turn) * cos_degrees((lat + to_lat) / 2.0);
    (north * north + east * east) * KM_PER_DEGREE * KM_PER_DEGREE
}

/// The nearest sellers of every place and team.
#[derive(Debug)]
pub struct Owners(Vec<[Vec<u32>; 3]>);

impl Owners {
    /// How many are looked at; the rest are too far to own an account.
    const NEAREST: usize = 3;

    pub fn new(places: &Places, reps: &[Rep]) -> Self {
        let of = |lat: f64, lon: f64, team: Team| {
            let near = |any: bool| {
                let mut near: Vec<(f64, u32)> = (0..)
                    .zip(reps)
                    .filter(|(_, rep)| rep.team == team || (any && rep.team != Team::Management))
                    .map(|(index, rep)| (square_km(lat, lon, rep.lat, rep.lon), index))
                    .collect();
                let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
                if near.len() > Self::NEAREST {
                    near.select_nth_unstable_by(Self::NEAREST - 1, order);
                    near.truncate(Self::NEAREST);
                }
                near.sort_unstable_by(order);
                near.into_iter().map(|(_, index)| index).collect::<Vec<u32>>()
            };
            // A force too small for teams: whoever sells.
            Some(near(false)).filter(|found| !found.is_empty()).unwrap_or_else(|| near(true))
        };
        let teams = [Team::Enterprise, Team::Midmarket, Team::Commercial];
        Self(places.all.par_iter().map(|place| teams.map(|team| of(place.lat, place.lon, team))).collect())
    }

    /// The rep who would own an account: four times in five the nearest of the team. Draws once.
    pub fn draw(&self, place: usize, team: Team, draw: &mut Draw) -> Option<u32> {
        let near = &self.0[place][team as usize];
        let rank = draw.weighted(&[80, 94, 100]);
        near.get(rank).or(near.first()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::World;

    #[test]
    fn a_small_force_covers_the_country_and_has_managers() {
        let places = Places::new(World::Us, 1_000);
        let force = reps(&places, 25, 1);
        assert_eq!(force.len(), 25);
        for wanted in ["northeast", "southeast", "midwest", "south central", "west"] {
            assert!(force.iter().any(|r| region(r.metro) == wanted), "nobody in {wanted}");
        }
        for rep in &force {
            match rep.manager {
                None => assert_eq!((rep.team, rep.capacity), (Team::Management, 0.0)),
                Some(manager) => assert_eq!(force[manager].team, Team::Management),
            }
            assert!(rep.end.is_none_or(|end| end > rep.start));
        }
    }

    #[test]
    fn owners_are_near_and_none_without_reps() {
        let places = Places::new(World::Us, 1_000);
        let force = reps(&places, 200, 1);
        let owners = Owners::new(&places, &force);
        let mut draw = Draw::new(1, Purpose::Accounts, 0);
        let place = &places.all[0];
        let owner = &force[owners.draw(0, Team::Commercial, &mut draw).unwrap() as usize];
        assert!(square_km(place.lat, place.lon, owner.lat, owner.lon) < 200.0 * 200.0);
        assert_eq!(Owners::new(&places, &[]).draw(0, Team::Commercial, &mut draw), None);
    }
}
