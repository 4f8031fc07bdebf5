//! Each clause of a carve, on data where it makes a difference: without it the promise fails, with it it is kept.

use std::collections::BTreeMap;

use crate::world::{REPS, World, grid, plan, sides, strays};

const BASE: &str = "  seats reps\n  unit zip\n  balance worth within 20%\n  compact around seats";

fn with(clause: &str) -> String {
    format!("{BASE}\n  {clause}")
}

/// Revenue of every territory.
fn loads(units: &BTreeMap<String, String>, value: impl Fn(&str) -> f64) -> BTreeMap<String, f64> {
    let mut loads = BTreeMap::new();
    for (unit, territory) in units {
        *loads.entry(territory.clone()).or_default() += value(unit);
    }
    loads
}

#[test]
fn eligible_seats_get_only_what_they_may_have() {
    // The western rep knows farms alone, which lie in the north of the whole country.
    let reps = REPS.replace("W1,bank;farm", "W1,farm");
    let bankers = |world: &World| {
        let west = world.seats()["W1"].clone();
        let units = world.units();
        units.iter().filter(|(unit, t)| **t == west && ["0", "1"].contains(&&unit[2..])).count()
    };
    let without = World::with(&grid(), &reps, &plan(BASE));
    without.keeps(&[]);
    assert_eq!(bankers(&without), 6, "by distance alone each has a half of the banks");
    let world = World::with(&grid(), &reps, &plan(&with("eligible skills = industry")));
    world.keeps(&[]);
    assert_eq!(bankers(&world), 0);
    // A ZIP with both kinds needs both skills.
    let mut mixed = grid();
    let mut branch = mixed[2].clone();
    branch.id = "B02".into();
    branch.industry = "bank";
    mixed.push(branch);
    let world = World::with(&mixed, &reps, &plan(&with("eligible skills = industry")));
    world.keeps(&[]);
    assert_eq!(world.units()["Z02"], world.seats()["E1"]);
    // New units keep to it too: a bank in the far west, placed by an alignment that does not list it.
    let mut more = mixed.clone();
    let mut fresh = more[0].clone();
    (fresh.id, fresh.zip, fresh.lon) = ("N1".into(), "N".into(), -91.0);
    more.push(fresh);
    world.accounts(&more);
    world.compile(&["--locked"]);
    assert_eq!(world.assigned()["N1"], world.seats()["E1"]);
}

#[test]
fn together_apart_and_named_bind_units() {
    let plain = World::new(BASE);
    plain.keeps(&[]);
    let units = plain.units();
    assert_ne!(units["Z00"], units["Z53"]);
    assert_eq!(units["Z00"], units["Z01"]);

    let together = World::new(&with("together \"Z00\", \"Z53\""));
    together.keeps(&[]);
    assert_eq!(together.units()["Z00"], together.units()["Z53"]);

    let apart = World::new(&with("apart \"Z00\", \"Z01\""));
    apart.keeps(&[]);
    assert_ne!(apart.units()["Z00"], apart.units()["Z01"]);

    let east = plain.seats()["E1"].clone();
    let named = World::with(&grid(), REPS, &format!("{}named \"A00\" -> area.\"{east}\"\n", plan(BASE)));
    named.keeps(&[]);
    assert_eq!(plain.assigned()["A00"], plain.seats()["W1"]);
    assert_eq!(named.assigned()["A00"], named.seats()["E1"]);
}

#[test]
fn the_number_of_accounts_is_limited() {
    // The east is worth thrice as much an account, so equal worth takes many more accounts in the west.
    let mut accounts = grid();
    accounts.iter_mut().filter(|a| a.lon > -87.5).for_each(|a| a.revenue = 300.0);
    let count = |clause: &str| -> Vec<usize> {
        let world = World::with(&accounts, REPS, &plan(&format!("{BASE}\n{clause}").replace("20%", "40%")));
        world.keeps(&[]);
        world.seats().values().map(|t| world.units().values().filter(|u| *u == t).count()).collect()
    };
    assert_ne!(count(""), [12, 12]);
    assert_eq!(count("  accounts between 12 and 12"), [12, 12]);
}

#[test]
fn the_mix_of_every_territory_lies_in_its_band() {
    let mut accounts = grid();
    accounts.iter_mut().for_each(|a| a.customer = a.lon < -87.5);
    let shares = |clause: &str| -> Vec<f64> {
        let world = World::with(&accounts, REPS, &plan(&with(clause)));
        world.keeps(&[]);
        let (units, assigned) = (world.units(), world.assigned());
        let customers = |t: &String| accounts.iter().filter(|a| a.customer && assigned[&a.id] == *t).count() as f64;
        world.seats().values().map(|t| customers(t) / units.values().filter(|u| *u == t).count() as f64).collect()
    };
    assert!(shares("").iter().any(|share| *share < 0.1));
    let mixed = shares("mix 40% to 60% of accounts where customer");
    assert!(mixed.iter().all(|share| (0.4..=0.6).contains(share)), "{mixed:?}");
    let by_worth = shares("mix 30% to 70% of worth where customer");
    assert!(by_worth.iter().all(|share| (0.3..=0.7).contains(share)), "{by_worth:?}");
}

#[test]
fn several_weights_hold_together() {
    // Worth lies in the west and work in the east; each alone would draw the border elsewhere.
    let mut accounts = grid();
    for (n, account) in accounts.iter_mut().enumerate() {
        account.revenue = 100.0 + 40.0 * (5 - n / 4) as f64;
        account.visits = 1.0 + (n / 4) as f64;
    }
    let off = |clauses: &str| -> (f64, f64) {
        let world = World::with(&accounts, REPS, &plan(clauses));
        world.keeps(&[]);
        let units = world.units();
        let of = |value: &dyn Fn(&crate::world::Account) -> f64| {
            let zip = |unit: &str| accounts.iter().filter(|a| a.zip == unit).map(value).sum();
            let loads = loads(&units, zip);
            let mean = loads.values().sum::<f64>() / 2.0;
            loads.values().map(|load| (load / mean - 1.0).abs()).fold(0.0, f64::max)
        };
        (of(&|a| a.revenue), of(&|a| a.visits))
    };
    let one = BASE.replace("20%", "5%");
    let (worth, work) = off(&one);
    assert!(worth <= 0.05 && work > 0.2, "{worth} {work}");
    let (worth, work) = off(&format!("{one}\n  balance effort within 5%"));
    assert!(worth <= 0.05 && work <= 0.05, "{worth} {work}");
}

#[test]
fn targets_follow_capacity_ramp_and_open_seats() {
    let share = |reps: &str, clauses: &str| -> Vec<(String, f64)> {
        let world = World::with(&grid(), reps, &plan(clauses));
        world.keeps(&[]);
        let units = world.units();
        let loads = loads(&units, |_| 1.0);
        let seats = world.seats();
        let name = |t: &String| seats.iter().find(|(_, own)| *own == t).map_or("open", |(rep, _)| rep).to_owned();
        let mut shares: Vec<(String, f64)> = loads.iter().map(|(t, load)| (name(t), *load)).collect();
        shares.sort_by(|a, b| a.0.cmp(&b.0));
        shares
    };
    let base = BASE.replace("20%", "1%");
    let is = |pairs: &[(&str, f64)]| pairs.iter().map(|(n, l)| ((*n).to_owned(), *l)).collect::<Vec<_>>();
    assert_eq!(share(REPS, &base), is(&[("E1", 12.0), ("W1", 12.0)]));
    let double = REPS.replace("E1,bank;farm,,", "E1,bank;farm,2,");
    assert_eq!(share(&double, &base), is(&[("E1", 16.0), ("W1", 8.0)]));
    let new_hire = REPS.replace("W1,bank;farm,,", "W1,bank;farm,1,0.5");
    assert_eq!(share(&new_hire, &base), is(&[("E1", 16.0), ("W1", 8.0)]));
    assert_eq!(share(REPS, &format!("{base}\n  overcarve 50%")), is(&[("E1", 8.0), ("W1", 8.0), ("open", 8.0)]));
    // Headroom leaves the shares as they are and is told as room.
    let world = World::new(&format!("{base}\n  headroom 20%"));
    world.keeps(&[]);
    let territory = &world.outcome()["coverages"][0]["territories"][0];
    assert_eq!(territory["loads"][0]["room"].as_f64(), Some(300.0), "{territory}");
}

#[test]
fn contiguous_territories_are_in_one_piece_over_the_links_given_or_built() {
    // Work is uneven along the border, so without the clause exact balance would take ZIPs from behind the lines.
    let mut accounts = grid();
    for (n, account) in accounts.iter_mut().enumerate() {
        account.revenue = [100.0, 130.0, 70.0, 115.0, 160.0, 55.0, 90.0][n * n % 7];
    }
    let given = |world: &World| {
        let rows: Vec<String> = sides().iter().map(|(a, b)| format!("{a},{b}")).collect();
        world.write("links.csv", &format!("a,b\n{}\n", rows.join("\n")));
        let adjacency = "\n[adjacency]\nfiles = \"links.csv\"\nfrom = \"a\"\nto = \"b\"\n";
        world.write("terrac.toml", &format!("{}{adjacency}", crate::world::MANIFEST));
    };
    let base = BASE.replace("20%", "1%") + "\n  apart \"Z00\", \"Z01\"";
    let loose = World::with(&accounts, REPS, &plan(&base));
    loose.keeps(&[]);
    assert!(strays(&loose.units(), &sides()) > 0);
    let base = BASE.replace("20%", "25%") + "\n  apart \"Z10\", \"Z11\"\n  contiguous";
    let world = World::with(&accounts, REPS, &plan(&base));
    given(&world);
    world.keeps(&[]);
    assert_eq!(strays(&world.units(), &sides()), 0);
    assert_eq!(world.outcome()["carves"][0]["adjacency"], "given");
    let built = World::with(&accounts, REPS, &plan(&base));
    let said = built.compile(&[]);
    assert!(said.contains("derived-adjacency"), "{said}");
    assert_eq!(built.outcome()["carves"][0]["adjacency"], "built from positions");
    assert_eq!(built.outcome()["carves"][0]["stray_pieces"], 0);
}

#[test]
fn incumbents_stay_at_the_price_of_any_journey() {
    // Owners lie like the squares of a chessboard.
    let mut accounts = grid();
    for (n, account) in accounts.iter_mut().enumerate() {
        account.owner = if (n / 4 + n % 4) % 2 == 0 { "E1" } else { "W1" }.into();
    }
    let moved = |clause: &str| {
        let world = World::with(&accounts, REPS, &plan(&with(clause)));
        world.keeps(&[]);
        let (seats, assigned) = (world.seats(), world.assigned());
        accounts.iter().filter(|a| assigned[&a.id] != seats[&a.owner]).count()
    };
    assert!(moved("") > 8);
    assert_eq!(moved("keep incumbents"), 0);
}

#[test]
fn open_territories_are_covered_as_the_plan_says() {
    let reps = [("covered by nearest", Some("E1")), ("covered by manager", Some("W1")), ("covered by pool", None)];
    for (policy, rep) in reps {
        // The open seat ends up in the middle; of the two reps the eastern one is moved closer.
        let near = REPS.replace("41.5,-85.0", "41.5,-86.5");
        let world = World::with(&grid(), &near, &plan(&with(&format!("overcarve 50%\n  open {policy}"))));
        world.compile(&[]);
        let outcome = world.outcome();
        let territories = outcome["coverages"][0]["territories"].as_array().expect("territories");
        let open: Vec<_> = territories.iter().filter(|t| t["open"] == true).collect();
        assert_eq!(open.len(), 1, "{territories:?}");
        assert_eq!(open[0]["rep"].as_str(), rep, "{policy}: {}", open[0]);
    }
}

#[test]
fn hires_take_open_territories_that_they_may_have() {
    let clauses = with("eligible skills = industry\n  overcarve 50%");
    for (skills, takes) in [("bank;farm", true), ("bank", false)] {
        let reps = format!("{REPS}H1,{skills},,,,41.5,-87.5,2027-04-01,\n");
        let world = World::with(&grid(), &reps, &plan(&clauses));
        let said = world.compile(&[]);
        let rows = world.read("out/assignments.csv");
        let hired: Vec<&str> = rows.lines().filter(|row| row.contains(",H1,")).collect();
        // The open territory, which lies in the middle, holds farms as well as banks.
        assert_eq!(hired.len(), if takes { 8 } else { 0 }, "{skills}: {said}");
        assert_eq!(said.contains("finds no open territory in carve `area` that it may have"), !takes, "{said}");
    }
}
