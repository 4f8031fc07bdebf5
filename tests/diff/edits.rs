//! Twelve edits of a shipped plan in a real repository: each diff names the true cause of every change.

use std::fmt::Write as _;

use serde_json::Value;

use crate::repository::Repository;

/// What a reviewer wants to know of a diff, in few lines.
fn told(diff: &Value) -> String {
    let mut text = String::new();
    for item in diff["plan"]["items"].as_array().expect("items") {
        let was = item["was"].as_str().map_or_else(String::new, |was| format!(" (was {was})"));
        let words = [&item["change"], &item["kind"], &item["name"]].map(|word| word.as_str().unwrap_or_default());
        let _ = writeln!(text, "item: {}{was}", words.join(" "));
    }
    for note in diff["notes"].as_array().expect("notes") {
        let _ = writeln!(text, "note: {}", note.as_str().unwrap_or_default());
    }
    for (name, count) in diff["totals"].as_object().expect("totals") {
        if let Some(count) = count.as_u64().filter(|count| *count > 0 && name != "accounts" && name != "unchanged") {
            let _ = writeln!(text, "{name}: {count}");
        }
    }
    let causes = diff["causes"].as_array().expect("causes");
    for cause in causes {
        let (kind, title) = (cause["kind"].as_str().unwrap_or_default(), cause["title"].as_str().unwrap_or_default());
        let _ = write!(text, "cause: {kind}: {title}: {}", cause["impact"]["accounts"]);
        for under in cause["under"].as_array().expect("causes above") {
            let above = &causes[under.as_u64().expect("an index") as usize];
            let _ = write!(text, ", under: {}", above["title"].as_str().unwrap_or_default());
        }
        let because = cause["because"].as_str().map_or_else(String::new, |because| format!(" (because {because})"));
        let _ = writeln!(text, "{because}");
        for (sign, side) in [("-", &cause["before"]), ("+", &cause["after"])] {
            for (n, line) in side["text"].as_str().unwrap_or_default().lines().enumerate() {
                let place = format!("{}:{}", side["file"].as_str().unwrap_or_default(), side["line"]);
                let _ = writeln!(text, "  {sign} {} {line}", if n == 0 { place } else { String::new() });
            }
        }
    }
    text
}

/// What must hold of every diff, whatever it tells.
fn adds_up(diff: &Value) {
    let moves = diff["moves"].as_array().expect("moves");
    let causes = diff["causes"].as_array().expect("causes");
    let mut of_cause = vec![0; causes.len()];
    for one in moves {
        of_cause[one["cause"].as_u64().expect("every change has a cause") as usize] += 1;
    }
    for (cause, count) in causes.iter().zip(of_cause) {
        assert_eq!(cause["impact"]["accounts"], count, "{cause}");
        let direct = cause["kind"] != "recarve";
        assert!(direct || !cause["under"].as_array().expect("causes").is_empty(), "nothing made it necessary: {cause}");
        assert!(!direct || cause["under"].as_array().expect("causes").is_empty(), "{cause}");
    }
    let sum = |values: &Value, of: &dyn Fn(&Value) -> &Value| -> u64 {
        values.as_array().expect("a list").iter().map(|v| of(v)["accounts"].as_u64().expect("a count")).sum()
    };
    assert_eq!(sum(&diff["causes"], &|c| &c["impact"]), moves.len() as u64, "causes add up to the whole");
    assert_eq!(sum(&diff["pairs"], &|p| &p["impact"]), moves.len() as u64, "pairs add up to the whole");
    let gained = moves.iter().filter(|m| m["from_rep"] != m["to_rep"] && m["to_rep"].is_string()).count() as u64;
    assert!(sum(&diff["reps"], &|r| &r["gained"]) <= gained, "reps gain no more than moves bring");
    let totals = diff["totals"].as_object().expect("totals");
    let kinds = ["new", "gone", "moved", "owner", "covered", "uncovered", "dates", "unchanged"];
    let all: u64 = kinds.iter().map(|kind| totals[*kind].as_u64().expect("a count")).sum();
    assert_eq!(totals["accounts"], all);
}

/// Makes the edit in a repository, compares with the commit before it, and checks the moves against what two compiles say.
fn edited(edit: impl FnOnce(&Repository)) -> String {
    edited_from(|_| (), edit)
}

/// The same from a commit that is prepared before.
fn edited_from(prepare: impl FnOnce(&Repository), edit: impl FnOnce(&Repository)) -> String {
    let repository = Repository::of_plan("hybrid");
    prepare(&repository);
    let out = tempfile::tempdir().expect("a folder");
    let before = [false, true].map(|last| repository.placed(&out.path().join("before"), last));
    edit(&repository);
    let status = repository.git(&["status", "--porcelain"]);
    let diff = repository.diff("HEAD");
    let bytes = ["1", "2"].map(|n| repository.terrac(&["diff", "HEAD", "--format", "json", "--quiet", "--threads", n]));
    assert!(bytes[0].stdout == bytes[1].stdout, "the number of threads shows nowhere");
    assert_eq!(repository.git(&["status", "--porcelain"]), status, "the work tree stays as it was");
    adds_up(&diff);
    // Expectations do not hold after most edits; what is written is what is compared.
    repository.lines("plan.terr", |_, line| (!line.starts_with("expect ")).then(|| line.to_owned()));
    let after = repository.placed(&out.path().join("after"), false);
    // Terms that share no day are compared from the last day of the one to the first of the other.
    let later = diff["head"]["term"][0].as_str() > diff["base"]["term"][1].as_str();
    let before = &before[usize::from(later)];
    let in_diff: std::collections::BTreeSet<&str> = (diff["moves"].as_array().expect("moves").iter())
        .filter(|one| one["effective"] == diff["head"]["term"][0])
        .filter_map(|one| one["account"].as_str())
        .collect();
    let renamed = |territory: &str| -> String {
        let of = diff["territories"].as_array().expect("territories").iter().find(|t| t["was"] == territory);
        of.and_then(|t| t["name"].as_str()).unwrap_or(territory).to_owned()
    };
    for account in before.keys().chain(after.keys()) {
        let was = before.get(account).map(|(territory, rep)| (renamed(territory), rep.clone()));
        let changed = was.as_ref() != after.get(account);
        assert_eq!(in_diff.contains(account.as_str()), changed, "{account}: {was:?} → {:?}", after.get(account));
    }
    told(&diff)
}

const PLAN: &str = "plan.terr";
const REPS: &str = "data/reps.csv";

/// Sets a cell of the reps' table.
fn set_rep(repository: &Repository, rep: &str, column: &str, value: &str) {
    let mut at = 0;
    repository.lines(REPS, |n, line| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if n == 0 {
            at = cells.iter().position(|cell| *cell == column).expect("a column");
        } else if cells[0] == rep {
            cells[at] = value;
        }
        Some(cells.join(","))
    });
}

#[test]
fn a_threshold_moves() {
    let edit = |r: &Repository| r.replace(PLAN, "let enterprise_floor = 1_000", "let enterprise_floor = 900");
    insta::assert_snapshot!(edited(edit));
}

#[test]
fn a_state_goes_to_another_region() {
    insta::assert_snapshot!(edited(|r| {
        r.replace(PLAN, "ND, NE, OH, SD", "ND, NE, SD");
        r.replace(PLAN, "southeast AL, FL,", "southeast AL, OH, FL,");
    }));
}

#[test]
fn a_territory_gets_another_name() {
    insta::assert_snapshot!(edited(|r| {
        r.replace(PLAN, "-> territory strategic owner", "-> territory board owner");
        r.replace(PLAN, "expect field is territory strategic", "expect field is territory board");
    }));
}

#[test]
fn a_rep_leaves_within_the_term() {
    insta::assert_snapshot!(edited(|r| set_rep(r, "R013", "end", "2027-06-30")));
}

#[test]
fn a_rep_is_gone() {
    insta::assert_snapshot!(edited(|r| {
        r.lines(REPS, |_, line| (!line.starts_with("R013,")).then(|| line.to_owned()));
        let out = tempfile::tempdir().expect("a folder");
        let out = out.path().to_str().expect("a plain path");
        let compiled = r.terrac(&["compile", "--quiet", "--out", out]);
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    }));
}

#[test]
fn a_hire_takes_an_open_seat() {
    insta::assert_snapshot!(edited(|r| {
        let hire = "R099,Ida New,midmarket,northeast,generalist,US,Boston,42.3,-71.1,1.0,1.0,2027-04-01,,R001\n";
        let reps = r.read(REPS) + hire;
        r.write(REPS, &reps);
    }));
}

#[test]
fn a_hold_is_added() {
    insta::assert_snapshot!(edited(|r| {
        let hold = "hold \"A0000419\", \"A0000002\" with rep \"R009\" until 2027-08-31 because \"the deal is his\"\n";
        r.replace(PLAN, "exclude segment competitor", &format!("{hold}exclude segment competitor"));
    }));
}

#[test]
fn a_pin_expires_with_the_term() {
    // Pinned to the end of the year; the next year goes by the tree.
    let prepare = |r: &Repository| {
        r.replace(PLAN, "until 2027-12-31", "until 2028-01-31");
        r.commit("Keep the pin to the end of the year");
    };
    insta::assert_snapshot!(edited_from(prepare, |r| {
        r.replace(PLAN, "effective 2027-02-01 to 2028-01-31", "effective 2028-02-01 to 2029-01-31");
        let out = tempfile::tempdir().expect("a folder");
        r.terrac(&["compile", "--quiet", "--out", out.path().to_str().expect("a plain path")]);
    }));
}

#[test]
fn a_weight_changes() {
    insta::assert_snapshot!(edited(|r| {
        r.replace(PLAN, "60% * share(potential default 0) + 40%", "30% * share(potential default 0) + 70%");
        let out = tempfile::tempdir().expect("a folder");
        r.terrac(&["compile", "--quiet", "--out", out.path().to_str().expect("a plain path")]);
    }));
}

#[test]
fn an_alignment_is_edited() {
    insta::assert_snapshot!(edited(|r| {
        let mut left = 3;
        r.lines("plan.alignment", |_, line| {
            let edit = left > 0 && line.starts_with("unit\t") && line.ends_with("\tEAST-01");
            left -= usize::from(edit);
            Some(if edit { line.replace("EAST-01", "EAST-02") } else { line.to_owned() })
        });
    }));
}

#[test]
fn data_is_refreshed() {
    insta::assert_snapshot!(edited(|r| {
        let mut at = 0;
        r.lines("data/accounts.csv", |n, line| {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            match n {
                _ if line.contains('"') => return Some(line.to_owned()),
                0 => at = cells.iter().position(|cell| cell == "employees").expect("a column"),
                40..50 => cells[at] = "5000".into(),
                500..503 => cells[0] = format!("A9{n:06}"),
                _ => {}
            }
            Some(cells.join(","))
        });
    }));
}

#[test]
fn comments_and_layout_change_nothing() {
    let told = edited(|r| {
        r.replace(PLAN, "# What must come out.", "# What must\n\n\n  # come out of it.");
        r.replace(PLAN, "small      < 200", "small <   200   # up to the midmarket");
    });
    assert_eq!(told, "");
}

#[test]
fn a_file_is_split_with_use() {
    let told = edited(|r| {
        let text = r.read(PLAN);
        let (from, to) = (text.find("dimension industry").expect("it"), text.find("segment strategic").expect("it"));
        r.write("cuts.terr", &text[from..to]);
        r.write(PLAN, &format!("use \"cuts.terr\"\n\n{}{}", &text[..from], &text[to..]));
    });
    assert_eq!(told, "");
}
