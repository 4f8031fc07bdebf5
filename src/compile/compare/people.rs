//! Who came, went and changed between two rosters.

use std::collections::BTreeMap;

use crate::outcome::roster::{Rep, Roster};
use crate::outcome::standing::Post;
use crate::outcome::tenure::{Tenure, Term};

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
