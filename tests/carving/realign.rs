//! Territories that change with their people: as little as needed, under their old names, and never in silence.

use std::collections::BTreeMap;

use terrac::carve::{Point, Space};

use crate::world::{Account, World, grid, plan};

const BASE: &str = "  seats reps\n  unit zip\n  balance worth within 20%\n  compact around seats\n  contiguous";
const HEADER: &str = "rep_id,skills,capacity,ramp,boss,lat,lon,start,end\n";

fn reps(list: &[(&str, f64, f64, &str, &str)]) -> String {
    let row =
        |(key, lat, lon, start, end): &(&str, f64, f64, &str, &str)| format!("{key},,,,,{lat},{lon},{start},{end}\n");
    HEADER.to_owned() + &list.iter().map(row).collect::<String>()
}

const THREE: [(&str, f64, f64, &str, &str); 3] =
    [("E1", 41.5, -85.0, "", ""), ("M1", 41.5, -87.5, "", ""), ("W1", 41.5, -90.0, "", "")];

/// Units whose territory is another one, as (before, after, how many).
fn moves(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> BTreeMap<(String, String), usize> {
    let mut moves = BTreeMap::new();
    for (unit, territory) in after {
        if before[unit] != *territory {
            *moves.entry((before[unit].clone(), territory.clone())).or_default() += 1;
        }
    }
    moves
}

#[test]
fn when_a_rep_leaves_only_that_territory_is_shared_out() {
    let world = World::with(&grid(), &reps(&THREE), &plan(BASE));
    world.compile(&[]);
    let (before, seats) = (world.units(), world.seats());
    let mut left = THREE;
    left[1].4 = "2026-12-31";
    world.write("reps.csv", &reps(&left));
    let locked = world.run(&["compile", "--locked"]);
    assert_eq!(locked.status.code(), Some(1));
    let said = world.compile(&["--recarve"]);
    let (after, now) = (world.units(), world.seats());
    assert_eq!((&now["E1"], &now["W1"]), (&seats["E1"], &seats["W1"]));
    let moves = moves(&before, &after);
    assert!(moves.keys().all(|(from, _)| *from == seats["M1"]), "{moves:?}");
    assert_eq!(moves.values().sum::<usize>(), 8);
    let told = "8 units of carve `area` changed territory: 8 accounts, 33.3% of `worth`";
    assert!(said.contains(told) && said.contains(&format!("gone: `{}`", seats["M1"])), "{said}");
    // Nothing more is to be done: carving again changes nothing.
    let (text, said) = (world.read("plan.alignment"), world.compile(&["--recarve"]));
    assert!(said.contains("0 units of carve `area` changed territory"), "{said}");
    assert_eq!(world.units(), after, "{text}");
}

#[test]
fn two_who_join_take_from_their_neighbours_and_nobody_else_trades() {
    let two = [THREE[0], THREE[2]];
    let world = World::with(&grid(), &reps(&two), &plan(BASE));
    world.compile(&[]);
    let (before, seats) = (world.units(), world.seats());
    let mut more = two.to_vec();
    more.extend([("J1", 40.0, -87.5, "", ""), ("J2", 43.0, -87.5, "", "")]);
    world.write("reps.csv", &reps(&more));
    let said = world.compile(&["--recarve"]);
    assert!(!said.contains("promise"), "{said}");
    let (after, now) = (world.units(), world.seats());
    assert_eq!((&now["E1"], &now["W1"]), (&seats["E1"], &seats["W1"]));
    let moves = moves(&before, &after);
    assert!(moves.keys().all(|(_, to)| *to == now["J1"] || *to == now["J2"]), "{moves:?}");
    // Six units each within a fifth: five to seven.
    let moved: usize = moves.values().sum();
    assert!((10..=14).contains(&moved), "{moves:?}");
    assert!(said.contains(&format!("new: `{}`, `{}`", now["J1"], now["J2"])), "{said}");
}

#[test]
fn a_territory_that_splits_leaves_the_others_alone() {
    // The southern half holds twice as much as each of the others, so it is the one to be split.
    let clauses = "  seats SEATS\n  unit zip\n  balance worth within 35%\n  compact around accounts";
    let mut accounts = grid();
    let world = World::with(&accounts, &reps(&THREE), &plan(&clauses.replace("SEATS", "3")));
    world.compile(&[]);
    let before = world.units();
    let grown = before["Z00"].clone();
    accounts.iter_mut().filter(|a| before[&a.zip] == grown).for_each(|a| a.revenue = 200.0);
    world.accounts(&accounts);
    world.write("plan.terr", &plan(&clauses.replace("SEATS", "4")));
    let said = world.compile(&[]);
    assert!(said.contains("1 of 4 seats have no territory"), "{said}");
    assert!(!said.contains("promise"), "{said}");
    let moves = moves(&before, &world.units());
    assert_eq!(moves.keys().map(|(from, _)| from).collect::<Vec<_>>(), [&grown], "{moves:?}");
    assert_eq!(moves.keys().map(|(_, to)| to.as_str()).collect::<Vec<_>>(), ["T4"]);
}

#[test]
fn moving_one_unit_changes_two_lines() {
    let world = World::with(&grid(), &reps(&THREE), &plan(BASE));
    world.compile(&[]);
    let (text, seats) = (world.read("plan.alignment"), world.seats());
    let line = text.lines().find(|l| l.starts_with("unit\t") && l.ends_with(&seats["W1"])).expect("a unit");
    let edited = text.replace(line, &line.replace(&seats["W1"], &seats["M1"]));
    world.write("plan.alignment", &edited);
    let locked = world.run(&["compile", "--locked"]);
    assert_eq!(locked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&locked.stderr).contains("alignment-edited"));
    assert_eq!(world.read("plan.alignment"), edited, "a refused file is left alone");
    let said = world.compile(&[]);
    assert!(said.contains("alignment-edited"), "{said}");
    let taken = world.read("plan.alignment");
    let changed = text.lines().zip(taken.lines()).filter(|(a, b)| a != b).count();
    assert_eq!((text.lines().count(), changed), (taken.lines().count(), 2));
    world.compile(&["--locked"]);
}

#[test]
fn a_broken_alignment_is_refused_and_nothing_is_written() {
    let world = World::with(&grid(), &reps(&THREE), &plan(BASE));
    world.compile(&[]);
    let (outcome, text) = (world.read("out/outcome.json"), world.read("plan.alignment"));
    for (broken, word) in [
        (text.replace("unit\tZ10\t", "unit\tZ10 "), "a unit and its territory"),
        (text.replace("terrac alignment 1", "terrac alignment 9"), "not an alignment file of this version"),
        (text.replace("\tT1\n", "\tT9\n"), "no territory called `T9`"),
        (text.replace("objective\t", "objective\tNaN"), "is not a number"),
    ] {
        world.write("plan.alignment", &broken);
        let output = world.run(&["compile"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("alignment-unreadable") && said.contains(word), "{word}: {said}");
        assert_eq!(world.read("plan.alignment"), broken);
        assert_eq!(world.read("out/outcome.json"), outcome);
    }
}

#[test]
fn new_units_go_where_prices_send_them_whatever_the_order_of_rows() {
    let world = World::with(&grid(), &reps(&THREE), &plan(BASE));
    world.compile(&[]);
    let (text, seats) = (world.read("plan.alignment"), world.seats());
    let mut accounts = grid();
    for (n, lon) in [-91.0, -87.4, -84.0].into_iter().enumerate() {
        let mut fresh = accounts[0].clone();
        (fresh.id, fresh.zip, fresh.lon, fresh.lat) = (format!("N{n}"), format!("N{n}"), lon, 41.4);
        accounts.push(fresh);
    }
    world.accounts(&accounts);
    let said = world.compile(&["--locked"]);
    assert!(said.contains("3 units of carve `area` are not in the alignment"), "{said}");
    let assigned = world.assigned();
    for (account, rep) in [("N0", "W1"), ("N1", "M1"), ("N2", "E1")] {
        assert_eq!(assigned[account], seats[rep], "{account}");
    }
    accounts.reverse();
    world.accounts(&accounts);
    world.compile(&["--locked", "--threads", "1"]);
    assert_eq!((world.assigned(), world.read("plan.alignment")), (assigned, text));
}

#[test]
fn new_units_go_to_their_neighbours_also_after_a_realignment() {
    // Two joined, which the prices of a question full of incumbents would pay any unit to go to.
    let two = [THREE[0], THREE[2]];
    let world = World::with(&grid(), &reps(&two), &plan(BASE));
    world.compile(&[]);
    let mut more = two.to_vec();
    more.extend([("J1", 40.0, -87.5, "", ""), ("J2", 43.0, -87.5, "", "")]);
    world.write("reps.csv", &reps(&more));
    world.compile(&["--recarve"]);
    let mut accounts = grid();
    for (n, (lon, lat)) in [(-91.0, 41.5), (-84.0, 41.5), (-87.5, 39.5), (-87.5, 43.5)].into_iter().enumerate() {
        let mut fresh = accounts[0].clone();
        (fresh.id, fresh.zip, fresh.lon, fresh.lat) = (format!("N{n}"), format!("N{n}"), lon, lat);
        accounts.push(fresh);
    }
    world.accounts(&accounts);
    world.compile(&["--locked"]);
    let (assigned, seats) = (world.assigned(), world.seats());
    for (account, rep) in [("N0", "W1"), ("N1", "E1"), ("N2", "J1"), ("N3", "J2")] {
        assert_eq!(assigned[account], seats[rep], "{account}");
    }
}

#[test]
fn an_alignment_that_breaks_a_promise_says_so_however_it_came_about() {
    let world = World::with(&grid(), &reps(&THREE), &plan(&format!("{BASE}\n  apart \"Z00\", \"Z50\"")));
    world.keeps(&[]);
    let (text, units) = (world.read("plan.alignment"), world.units());
    let line = |unit: &str| format!("unit\t{unit}\t{}\n", units[unit]);
    let moved = format!("unit\tZ50\t{}\n", units["Z00"]);
    world.write("plan.alignment", &text.replace(&line("Z50"), &moved));
    for arguments in [&[][..], &["--locked"]] {
        let said = world.compile(arguments);
        assert!(said.contains("units that belong apart share"), "{said}");
    }
}

#[test]
fn carving_again_reports_travel_and_not_the_price_of_moving() {
    let two = [THREE[0], THREE[2]];
    let world = World::with(&grid(), &reps(&two), &plan(BASE));
    let travel = |homes: &[(&str, f64, f64, &str, &str)]| -> f64 {
        let (assigned, seats) = (world.assigned(), world.seats());
        let far = |account: &Account| {
            let of = |home: &&(&str, f64, f64, &str, &str)| seats[home.0] == assigned[&account.id];
            let home = homes.iter().find(of).expect("the rep of the territory");
            let here = Point::from_degrees(account.lon, account.lat);
            account.revenue * Space::Sphere.distance(here, Point::from_degrees(home.2, home.1))
        };
        grid().iter().map(far).sum()
    };
    for homes in [&two[..], &THREE[..]] {
        world.write("reps.csv", &reps(homes));
        world.compile(&["--recarve"]);
        let carve = &world.outcome()["carves"][0];
        let number = |name: &str| carve[name].as_f64().unwrap_or_else(|| panic!("{name} of {carve}"));
        let expected = travel(homes);
        assert!((number("objective") / expected - 1.0).abs() < 1e-6, "{expected}: {carve}");
        assert!(number("bound") <= number("objective"), "{carve}");
        let covers = if homes.len() == 2 { "everything" } else { "territories that change as little" };
        assert_eq!(carve["bound_covers"], covers);
    }
}
