//! Who is in the rosters of two sides, and who came, went and changed between them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::compile::read;
use crate::data;
use crate::diff::Person;
use crate::outcome::roster::{Rep, Roster};
use crate::outcome::standing::Post;
use crate::outcome::tenure::{Tenure, Term};
use crate::workspace::Workspace;

/// Everybody in these rosters, by key; of several names that of the last is shown.
pub(super) fn everybody<'a>(sides: impl IntoIterator<Item = (&'a Workspace, &'a Roster)>) -> Vec<Person> {
    let mut all: BTreeMap<&str, Person> = BTreeMap::new();
    for (workspace, roster) in sides {
        let table = workspace.manifest.reps.as_ref();
        let shown = table.is_some_and(|t| t.name.is_some_and(|name| !t.schema.column(name).sensitive));
        for rep in &roster.reps {
            let person = all.entry(&rep.key).or_default();
            person.key.clone_from(&rep.key);
            person.unseen.extend(person.name.take());
            match shown {
                true => person.name = Some(rep.name.clone()),
                false => person.unseen.push(rep.name.clone()),
            }
        }
    }
    let mut all: Vec<Person> = all.into_values().collect();
    for person in &mut all {
        person.unseen.sort_unstable();
        person.unseen.dedup();
        person.unseen.retain(|name| Some(name) != person.name.as_ref() && *name != person.key);
    }
    all
}

/// Everybody in the reps table of the project at a path, whatever else is wrong with it; `None` where the table cannot be
/// read, or nothing says which it is.
pub fn everybody_at(path: &Path, threads: usize) -> Option<Vec<Person>> {
    let workspace = read(path).workspace.ok()?;
    let Some(table) = &workspace.manifest.reps else { return Some(Vec::new()) };
    let (batch, _) = data::read_reps(&workspace, table, threads);
    let (roster, _) = Roster::new(table, &batch?);
    Some(everybody([(&workspace, &roster)]))
}

/// What is said of a rep who is not the same on both sides.
pub(super) fn changes(base: &Roster, head: &Roster) -> BTreeMap<String, String> {
    let mut told = BTreeMap::new();
    for rep in &base.reps {
        let words = match head.find(&rep.key).map(|at| &head.reps[at]) {
            None => Some("is gone from the reps".to_owned()),
            Some(now) => change(rep, now),
        };
        told.extend(words.map(|words| (rep.key.clone(), format!("rep `{}` {words}", rep.key))));
    }
    for rep in head.reps.iter().filter(|rep| base.find(&rep.key).is_none()) {
        let from = rep.start.map_or_else(String::new, |start| format!(", from {start}"));
        told.insert(rep.key.clone(), format!("rep `{}` is new{from}", rep.key));
    }
    told
}

fn change(before: &Rep, now: &Rep) -> Option<String> {
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "an open day".to_owned(), |day| day.to_string());
    let mut words = Vec::new();
    if before.end != now.end {
        words.push(now.end.map_or_else(|| "does not leave".to_owned(), |end| format!("leaves on {end}")));
    }
    if before.start != now.start {
        words.push(format!("starts on {}, was {}", day(now.start), day(before.start)));
    }
    if before.capacity.total_cmp(&now.capacity).is_ne() {
        words.push(format!("has a capacity of {}, was {}", now.capacity, before.capacity));
    }
    if before.position != now.position {
        words.push("sits elsewhere".to_owned());
    }
    if before.manager != now.manager {
        words.push("has another manager".to_owned());
    }
    if before.territory != now.territory {
        words.push("is said to run another territory".to_owned());
    }
    (!words.is_empty()).then(|| words.join(" and "))
}

/// Posts with owners of one roster as posts with owners of another; who is not in it leaves a vacancy.
pub(super) fn translate(posts: &[Post], from: &Roster, to: &Roster) -> Vec<Post> {
    let owner = |owner: usize| to.find(&from.reps[owner].key);
    let translated = |post: &Post| {
        let tenures = post.tenures.iter().map(|t| Tenure { owner: t.owner.and_then(owner), ..*t });
        Post { name: post.name.clone(), tenures: tenures.collect() }
    };
    posts.iter().map(translated).collect()
}

/// Posts whose people stay as they are before the first and after the last day that is known of them, so that every day
/// of the term has somebody.
pub(super) fn stretch(posts: &mut [Post], term: Term) {
    for post in posts {
        if let Some(first) = post.tenures.first_mut() {
            first.from = first.from.min(term.0);
        }
        if let Some(last) = post.tenures.last_mut() {
            last.to = last.to.max(term.1);
        }
    }
}
