//! Units that must not share a territory, parted before the search begins.
//!
//! Takes an assignment, gives one in which no two items of a group share a seat, as far as the rules on seats allow.
//! Searches never bring such items together again. Invariant: groups without a quarrel are left as they are.

use super::ground::Ground;

/// Times that all groups are gone through: parting one may join members of another.
const ROUNDS: usize = 3;

/// Parts every group; `cost` says what an item costs at a seat, and decides who stays.
pub fn separate(ground: &Ground, territory: &mut [u32], cost: impl Fn(u32, u32) -> f64) {
    if ground.apart.is_empty() {
        return;
    }
    let mut groups: Vec<Vec<u32>> = vec![Vec::new(); ground.apart_groups];
    for (item, own) in ground.apart.iter().enumerate() {
        own.iter().for_each(|&group| groups[group as usize].push(item as u32));
    }
    for _ in 0..ROUNDS {
        let mut quiet = true;
        for members in &groups {
            let mut seats: Vec<u32> = members.iter().map(|&item| territory[item as usize]).collect();
            seats.sort_unstable();
            if seats.windows(2).any(|pair| pair[0] == pair[1]) {
                quiet = false;
                part(ground, members, territory, &cost);
            }
        }
        if quiet {
            break;
        }
    }
}

/// A seat of its own for every member of one group, by augmenting paths over the cheapest seats first (Kuhn 1955). Those
/// who lose least by going elsewhere choose last.
fn part(ground: &Ground, members: &[u32], territory: &mut [u32], cost: &impl Fn(u32, u32) -> f64) {
    let options: Vec<Vec<u32>> = members
        .iter()
        .map(|&item| {
            let mut seats: Vec<u32> = (0..ground.seats as u32).filter(|&seat| ground.may_take(seat, item)).collect();
            seats.sort_by(|a, b| cost(item, *a).total_cmp(&cost(item, *b)).then(a.cmp(b)));
            seats
        })
        .collect();
    let regret = |at: usize| match options[at][..] {
        [first, second, ..] => cost(members[at], second) - cost(members[at], first),
        _ => f64::INFINITY,
    };
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|a, b| regret(*b).total_cmp(&regret(*a)).then(a.cmp(b)));
    let mut holder: Vec<Option<usize>> = vec![None; ground.seats];
    for at in order {
        seat(at, &options, &mut holder, &mut vec![false; ground.seats]);
    }
    for (seat, at) in holder.iter().enumerate() {
        if let Some(at) = at {
            territory[members[*at] as usize] = seat as u32;
        }
    }
}

fn seat(at: usize, options: &[Vec<u32>], holder: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for &option in &options[at] {
        let option = option as usize;
        if std::mem::replace(&mut tried[option], true) {
            continue;
        }
        if holder[option].is_none_or(|other| seat(other, options, holder, tried)) {
            holder[option] = Some(at);
            return true;
        }
    }
    false
}
