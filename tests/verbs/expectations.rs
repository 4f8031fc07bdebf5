//! Expectations are measured as a second reading of the outputs measures them, and said as people read them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::project::{Project, json, stderr, stdout};

/// An account of one coverage on the first day, as the outputs tell of it.
#[derive(Debug, Clone)]
struct Placed {
    coverage: String,
    territory: String,
    /// Whose seat or territory it is; empty for nobody's.
    seat: String,
    carve: String,
    revenue: f64,
    visits: f64,
    state: String,
    owner: String,
    excepted: bool,
}

struct Outputs {
    placed: Vec<Placed>,
    outcome: Value,
}

fn outputs(project: &Project) -> Outputs {
    let outcome: Value = serde_json::from_str(&project.read("out/outcome.json")).expect("the outcome");
    let mut seats: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
    for coverage in outcome["coverages"].as_array().expect("coverages") {
        for territory in coverage["territories"].as_array().expect("territories") {
            let text = |key: &str| territory[key].as_str().unwrap_or_default().to_owned();
            let key = (coverage["name"].as_str().expect("a name").to_owned(), text("name"));
            seats.insert(key, (text("seat"), text("carve")));
        }
    }
    let accounts: BTreeMap<String, BTreeMap<String, String>> =
        project.rows("accounts.csv").into_iter().map(|row| (row["account_id"].clone(), row)).collect();
    let mut placed = Vec::new();
    for row in project.rows("out/assignments.csv").iter().filter(|r| r["from"] == "2027-01-01") {
        let account = &accounts[&row["account"]];
        if row["territory"].is_empty() {
            continue;
        }
        let key = (row["coverage"].clone(), row["territory"].clone());
        let (seat, carve) = seats.get(&key).cloned().unwrap_or_default();
        let excepted = row["reason"].starts_with("named") || row["reason"].starts_with("held");
        placed.push(Placed {
            coverage: key.0,
            territory: key.1,
            seat,
            carve,
            revenue: account["revenue"].parse().unwrap_or(0.0),
            visits: account["visits"].parse().unwrap_or(3.0),
            state: account["state"].clone(),
            owner: account["owner"].clone(),
            excepted,
        });
    }
    Outputs { placed, outcome }
}

impl Outputs {
    fn of(&self, pick: impl Fn(&Placed) -> bool) -> Vec<&Placed> {
        self.placed.iter().filter(|p| pick(p)).collect()
    }
}

fn sum(placed: &[&Placed], value: impl Fn(&Placed) -> f64) -> f64 {
    placed.iter().map(|p| value(p)).sum()
}

/// The part that keeps its owner, of what has an owner whom the reps table knows.
fn kept(placed: &[&Placed], value: impl Fn(&Placed) -> f64) -> f64 {
    let known: Vec<&Placed> =
        placed.iter().copied().filter(|p| ["R1", "R2", "R3"].contains(&p.owner.as_str())).collect();
    let stay: Vec<&Placed> = known.iter().copied().filter(|p| p.owner == p.seat).collect();
    sum(&stay, &value) / sum(&known, &value)
}

/// The largest |load / target − 1| of the carve, all seats being equal.
fn imbalance(placed: &[&Placed], territories: usize, value: impl Fn(&Placed) -> f64) -> f64 {
    let mut loads: BTreeMap<&str, f64> = BTreeMap::new();
    placed.iter().for_each(|p| *loads.entry(&p.territory).or_default() += value(p));
    let target = loads.values().sum::<f64>() / territories as f64;
    assert_eq!(loads.len(), territories, "no territory is empty");
    loads.values().map(|load| (load / target - 1.0).abs()).fold(0.0, f64::max)
}

#[test]
fn metrics_are_what_the_outputs_add_up_to() {
    let project = Project::new();
    let any = |_: &Placed| true;
    let one = |_: &Placed| 1.0;
    let in_field = |p: &Placed| p.coverage == "field";
    let in_key = |p: &Placed| p.carve == "key";
    let in_ny = |p: &Placed| p.state == "NY";
    type Measure = Box<dyn Fn(&Outputs) -> f64>;
    let cases: Vec<(&str, Measure)> = vec![
        ("accounts", Box::new(|_| 59.0)),
        ("accounts in field", Box::new(move |o| o.of(in_field).len() as f64)),
        (
            "accounts in care_team where state = \"NY\"",
            Box::new(move |o| o.of(|p| !in_field(p) && in_ny(p)).len() as f64),
        ),
        ("accounts in triage", Box::new(|o| o.of(|p| p.territory == "triage").len() as f64)),
        ("accounts in key.\"KEY-1\"", Box::new(|o| o.of(|p| p.territory == "KEY-1").len() as f64)),
        ("load(worth) in key", Box::new(move |o| sum(&o.of(in_key), |p| p.revenue))),
        (
            "load(visits) in field where rich",
            Box::new(move |o| sum(&o.of(|p| in_field(p) && p.revenue > 40e3), |p| p.visits)),
        ),
        ("load(care) in desk", Box::new(|o| sum(&o.of(|p| p.territory == "desk"), |p| p.visits / 2.0))),
        (
            "share(rich)",
            Box::new(move |o| {
                let all = o.of(in_field);
                sum(&all, |p| f64::from(p.revenue > 40e3)) / all.len() as f64
            }),
        ),
        (
            "share(rich) in key where state = \"NY\"",
            Box::new(move |o| {
                let all = o.of(|p| in_key(p) && in_ny(p));
                sum(&all, |p| f64::from(p.revenue > 40e3)) / all.len() as f64
            }),
        ),
        (
            "covered in field",
            Box::new(move |o| {
                let all = o.of(in_field);
                sum(&all, |p| f64::from(!p.seat.is_empty())) / all.len() as f64
            }),
        ),
        ("exceptions", Box::new(|o| o.of(|p| p.excepted).len() as f64)),
        (
            "exceptions in field where state = \"CA\"",
            Box::new(|o| o.of(|p| p.excepted && p.state == "CA").len() as f64),
        ),
        ("exceptions in care_team", Box::new(|_| 0.0)),
        ("territories", Box::new(|_| 6.0)),
        ("seats", Box::new(|_| 3.0)),
        ("open_seats in field", Box::new(|_| 1.0)),
        ("distance in key", Box::new(|o| o.outcome["carves"][0]["mean_distance_km"].as_f64().expect("a distance"))),
        ("imbalance(worth)", Box::new(move |o| imbalance(&o.of(in_key), 3, |p| p.revenue))),
        ("imbalance(care) in key", Box::new(move |o| imbalance(&o.of(in_key), 3, |p| p.visits))),
        ("moved(accounts)", Box::new(move |o| 1.0 - kept(&o.of(any), one))),
        ("moved(revenue) in field", Box::new(move |o| 1.0 - kept(&o.of(in_field), |p| p.revenue))),
        ("moved(worth) in desk", Box::new(|o| 1.0 - kept(&o.of(|p| p.territory == "desk"), |p| p.revenue))),
        ("moved(accounts) in triage", Box::new(|_| 1.0)),
        ("kept in key", Box::new(move |o| kept(&o.of(in_key), one))),
        (
            "kept(rich) in field where state = \"NY\"",
            Box::new(move |o| kept(&o.of(|p| in_field(p) && in_ny(p) && p.revenue > 40e3), one)),
        ),
    ];
    let lines: Vec<String> = cases
        .iter()
        .map(|(metric, _)| {
            // The bound stands between the metric and what is looked at.
            let at = [" in ", " where "].iter().filter_map(|word| metric.find(word)).min().unwrap_or(metric.len());
            let unit = match metric.split(' ').next() {
                Some("load(care)") => " h",
                Some("distance") => " km",
                _ => "",
            };
            format!("warn {} < -1{unit}{}", &metric[..at], &metric[at..])
        })
        .collect();
    project.with(&lines.join("\n"));
    let output = project.run(&["compile"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let outputs = outputs(&project);
    let measured = outputs.outcome["expectations"].as_array().expect("expectations");
    assert_eq!(measured.len(), cases.len());
    let mut wrong = Vec::new();
    for ((metric, second), first) in cases.iter().zip(measured) {
        let (first, second) = (first["measured"].as_f64().unwrap_or(f64::NAN), second(&outputs));
        if !((first - second).abs() <= 1e-9 * second.abs().max(1.0)) {
            wrong.push(format!("{metric}: measured {first}, the outputs add up to {second}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn weights_that_need_a_second_pass_are_measured_too() {
    let project = Project::new();
    project.with(
        "weight odd = sqrt(share(revenue))\nwarn load(odd) < -1 in field where rich\nwarn load(odd) < -1 in key\n\
         warn imbalance(odd) < -1 in key\n",
    );
    let output = project.run(&["compile"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let outputs = outputs(&project);
    let accounts = project.rows("accounts.csv");
    let part = accounts.iter().filter(|r| r["state"] != "HI").map(|r| r["revenue"].parse::<f64>().expect("a number"));
    let total: f64 = part.sum();
    let odd = |p: &Placed| (p.revenue / total).sqrt();
    let rich = outputs.of(|p| p.coverage == "field" && p.revenue > 40e3);
    let key = outputs.of(|p| p.carve == "key");
    let second = [sum(&rich, odd), sum(&key, odd), imbalance(&key, 3, odd)];
    for (n, second) in second.iter().enumerate() {
        let first = outputs.outcome["expectations"][n]["measured"].as_f64().expect("a number");
        assert!((first - second).abs() < 1e-9, "{n}: {first} {second}");
    }
}

#[test]
fn groups_are_measured_one_by_one() {
    let project = Project::new();
    project.with(
        "warn accounts > 1000 per territory in field\nwarn load(worth) > 1B per rep\nwarn share(rich) > 100% per coverage\n\
         warn open_seats > 10 per carve\n",
    );
    assert_eq!(project.run(&["compile"]).status.code(), Some(0));
    let outputs = outputs(&project);
    let expectations = outputs.outcome["expectations"].as_array().expect("expectations");
    let names = |n: usize| -> Vec<&str> {
        let offenders = expectations[n]["offenders"].as_array().expect("offenders");
        offenders.iter().map(|o| o["name"].as_str().expect("a name")).collect()
    };
    let mut by_territory: BTreeMap<&str, usize> = BTreeMap::new();
    outputs.placed.iter().filter(|p| p.coverage == "field" && !p.seat.is_empty() || p.carve == "key").for_each(|p| {
        *by_territory.entry(p.territory.as_str()).or_default() += 1;
    });
    let mut expected: Vec<(usize, &str)> = by_territory.iter().map(|(name, n)| (*n, *name)).collect();
    expected.sort();
    assert_eq!(names(0), expected.iter().map(|(_, name)| *name).collect::<Vec<_>>(), "worst first");
    let owners: BTreeSet<&str> = names(1).into_iter().collect();
    assert_eq!(owners, BTreeSet::from(["R1", "R2", "R3"]));
    assert_eq!(names(2).len(), 2);
    assert_eq!(names(3), ["key"]);
}

#[test]
fn a_broken_expect_fails_the_build_and_leaves_the_outputs() {
    let project = Project::new();
    assert_eq!(project.run(&["compile"]).status.code(), Some(0));
    let before = (project.read("out/assignments.csv"), project.read("plan.alignment"));
    project.with(
        "expect accounts between 1 and 10 per territory in field because \"a desk has ten chairs\"\n\
         warn   moved(accounts) <= 5% in field\nexpect exceptions <= 1% of accounts\n",
    );
    let output = project.run(&["compile"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("broken_expectations", stderr(&output));
    assert!(stdout(&output).contains("broken: expect accounts between 1 and 10 per territory in field ("));
    assert_eq!((project.read("out/assignments.csv"), project.read("plan.alignment")), before);
    let report = json(&project.run(&["compile", "--format", "json"]));
    let codes: Vec<&str> =
        report["findings"].as_array().expect("findings").iter().filter_map(|f| f["code"].as_str()).collect();
    assert_eq!(codes, ["expectation-broken", "expectation-broken", "expectation-broken"]);
    assert_eq!(report["outcome"]["expectations"][0]["status"], "broken");
    assert_eq!(report["outcome"]["expectations"][0]["because"], "a desk has ten chairs");
}

#[test]
fn a_broken_warn_only_says_so() {
    let project = Project::new();
    project.with("warn accounts <= 5 in desk\nexpect accounts >= 1 in desk\n");
    let output = project.run(&["compile", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let report = json(&output);
    assert_eq!(report["findings"][0]["severity"], "warning");
    assert_eq!(report["outcome"]["expectations"][1]["status"], "holds");
    assert!(project.path().join("out/outcome.json").is_file());
}

#[test]
fn what_cannot_be_measured_is_said() {
    let project = Project::new();
    project.with("expect imbalance(worth) <= 5% in triage\n");
    assert_eq!(project.run(&["compile"]).status.code(), Some(0), "an empty expectation is a warning");
    assert_eq!(
        project.findings(&["compile"]),
        [[
            "nothing-measured",
            "warning",
            "plan.terr:43",
            "expect imbalance(worth) <= 5% in triage",
            "look at another part of the result with `in`, or let the line go",
        ]]
    );
    project.write(
        "terrac.toml",
        &super::project::MANIFEST.replace("incumbent = \"owner\"\n", "").replace("owner      = \"id\"\n", ""),
    );
    project.with("expect moved(accounts) <= 50%\nwarn kept >= 50%\n");
    assert_eq!(project.run(&["compile"]).status.code(), Some(1), "a promise that cannot be measured is broken");
    let help = "name the column of the owners as `incumbent` in the manifest, or an `[incumbents]` table";
    assert_eq!(
        project.findings(&["compile"]),
        [
            ["no-incumbents", "error", "plan.terr:43", "moved(accounts)", help],
            ["no-incumbents", "warning", "plan.terr:44", "kept", help],
        ]
    );
}

#[test]
fn expectations_do_not_depend_on_threads() {
    let project = Project::new();
    project.with(
        "warn moved(revenue) < -1 per territory where rich\nwarn distance < 0 km\nwarn load(worth) < -1 per rep\n",
    );
    let mut outcomes = Vec::new();
    for threads in ["1", "4"] {
        assert_eq!(project.run(&["compile", "--threads", threads]).status.code(), Some(0));
        outcomes.push(project.read("out/outcome.json"));
    }
    assert_eq!(outcomes[0], outcomes[1]);
}
