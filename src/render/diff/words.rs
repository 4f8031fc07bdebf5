//! How numbers and places of a diff are said, alike in every form for people.

use crate::diff::{
    Cause, CauseKind, Change, Diff, Excerpt, Impact, ItemChangeKind, Measure, Side, TerritoryChangeKind,
};
use crate::outcome::summary::{ExpectationOutcome, ExpectationStatus};
use crate::render::table::{count, grouped, short};

/// `312 of 2,000 accounts change`, or that nothing does.
pub fn headline(diff: &Diff) -> String {
    let totals = &diff.totals;
    if is_empty(diff) {
        return match totals.accounts {
            _ if diff.partial => "no difference in what is shown".to_owned(),
            0 => "no difference: the plan is the same, and there are no accounts".to_owned(),
            n => format!("no difference: {} and the plan are the same", count(n, "account", "accounts")),
        };
    }
    let accounts = count(totals.accounts, "account", "accounts");
    format!("{} of {accounts} {}", grouped(changed(diff)), if changed(diff) == 1 { "changes" } else { "change" })
}

/// Neither the plan nor anything that comes of it differs.
pub fn is_empty(diff: &Diff) -> bool {
    diff.moves.is_empty()
        && changed(diff) == 0
        && diff.plan.items.is_empty()
        && diff.territories.is_empty()
        && diff.carves.is_empty()
}

/// `1 as it was`, `12 as they were`
pub fn unchanged(n: u64) -> &'static str {
    if n == 1 { "as it was" } else { "as they were" }
}

/// Accounts with any change.
pub fn changed(diff: &Diff) -> u64 {
    kinds(diff).iter().map(|(_, n)| n).sum()
}

/// Accounts by what happens to them.
pub fn kinds(diff: &Diff) -> [(Change, u64); 7] {
    let totals = &diff.totals;
    [
        (Change::Moved, totals.moved),
        (Change::Owner, totals.owner),
        (Change::Covered, totals.covered),
        (Change::Uncovered, totals.uncovered),
        (Change::New, totals.new),
        (Change::Gone, totals.gone),
        (Change::Dates, totals.dates),
    ]
}

pub fn change(change: Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Gone => "gone",
        Change::Moved => "moved to another territory",
        Change::Owner => "same territory, another owner",
        Change::Covered => "covered now",
        Change::Uncovered => "excluded now",
        Change::Dates => "same owner, other days",
    }
}

/// `origin/main (1a2b3c4)`
pub fn side(side: &Side) -> String {
    let commit = side.commit.as_deref().map_or_else(String::new, |commit| {
        let short: String = commit.chars().take(7).collect();
        if side.name == short { String::new() } else { format!(" ({short})") }
    });
    format!("{}{commit}", side.name)
}

/// What is worth saying of the two sides beside their names, a sentence each.
pub fn remarks(diff: &Diff) -> Vec<String> {
    let mut remarks = diff.notes.clone();
    let (base, head) = (diff.base.term, diff.head.term);
    if base != head {
        remarks.push(format!("the term changes from {} to {} into {} to {}", base.0, base.1, head.0, head.1));
    }
    let twice = diff.totals.twice;
    if twice > 0 {
        let verb = if twice == 1 { "changes" } else { "change" };
        remarks.push(format!("{} {verb} owner more than once within the term", count(twice, "account", "accounts")));
    }
    if let Some(lost) = diff.totals.customers_who_lose_their_rep {
        remarks.push(match lost {
            0 => "no customer loses their rep".to_owned(),
            1 => "1 customer loses their rep".to_owned(),
            n => format!("{} customers lose their rep", grouped(n)),
        });
    }
    remarks
}

/// The amount of a measure, short, with its unit where that is not money.
pub fn amount(measure: &Measure, amount: f64) -> String {
    match measure.unit.as_str() {
        "" | "money" => short(amount),
        unit => format!("{} {unit}", short(amount)),
    }
}

/// The same with its sign.
pub fn signed(measure: &Measure, by: f64) -> String {
    let sign = if by > 0.0 { "+" } else { "" };
    format!("{sign}{}", amount(measure, by))
}

/// `12.3%`; `–` of nothing.
pub fn percent(part: f64, whole: f64) -> String {
    if whole == 0.0 {
        return "–".to_owned();
    }
    let percent = part / whole * 100.0;
    match percent {
        p if p > 0.0 && p < 0.05 => "<0.1%".to_owned(),
        p if p < 100.0 && p > 99.95 => ">99.9%".to_owned(),
        p => format!("{:.1}%", p + 0.0),
    }
}

/// Parts as percentages with one digit that add up to 100.0 exactly: what rounding leaves goes to the largest remainders.
pub fn shares(parts: &[u64]) -> Vec<String> {
    let whole: u128 = parts.iter().map(|part| u128::from(*part)).sum();
    if whole == 0 {
        return vec!["0.0%".to_owned(); parts.len()];
    }
    let mut tenths: Vec<u128> = parts.iter().map(|part| u128::from(*part) * 1000 / whole).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(u128::from(parts[*i]) * 1000 % whole), *i));
    let left = 1000 - tenths.iter().sum::<u128>();
    for i in order.into_iter().take(left as usize) {
        tenths[i] += 1;
    }
    tenths.iter().map(|t| format!("{}.{}%", t / 10, t % 10)).collect()
}

/// Every cause with an effect, with its share of all changes, in the order of the diff.
pub fn causes(diff: &Diff) -> Vec<(&Cause, String)> {
    let parts: Vec<u64> = diff.causes.iter().map(|cause| cause.impact.accounts).collect();
    let shares = shares(&parts);
    diff.causes.iter().zip(shares).filter(|(cause, _)| cause.impact.accounts > 0).collect()
}

/// `rule`, or `recarve, indirect`.
pub fn kind(cause: &Cause) -> String {
    let indirect = if cause.kind == CauseKind::Recarve || !cause.under.is_empty() { ", indirect" } else { "" };
    format!("{}{indirect}", cause.kind.word())
}

/// Where a cause stands in the sources: on the head's side where it is there.
pub fn line(cause: &Cause) -> Option<String> {
    cause.after.as_ref().or(cause.before.as_ref()).map(at)
}

/// `plan.terr:12`
pub fn at(excerpt: &Excerpt) -> String {
    format!("{}:{}", excerpt.file, excerpt.line)
}

/// The titles of what made an indirect cause necessary.
pub fn under<'d>(diff: &'d Diff, cause: &Cause) -> Vec<&'d str> {
    cause.under.iter().filter_map(|i| diff.causes.get(*i)).map(|cause| cause.title.as_str()).collect()
}

/// A territory, pool or `excluded`; a dash for an account that is not on that side.
pub fn place(place: &str) -> &str {
    if place.is_empty() { "—" } else { place }
}

pub fn item(change: ItemChangeKind) -> &'static str {
    match change {
        ItemChangeKind::Added => "added",
        ItemChangeKind::Removed => "removed",
        ItemChangeKind::Changed => "changed",
        ItemChangeKind::Renamed => "renamed",
    }
}

pub fn territory(change: TerritoryChangeKind) -> &'static str {
    match change {
        TerritoryChangeKind::Created => "created",
        TerritoryChangeKind::Dissolved => "dissolved",
        TerritoryChangeKind::Renamed => "renamed",
        TerritoryChangeKind::Restaffed => "re-staffed",
        TerritoryChangeKind::Changed => "changed",
    }
}

pub fn status(verdict: &ExpectationOutcome) -> &'static str {
    match verdict.status {
        ExpectationStatus::Holds => "holds",
        ExpectationStatus::Broken => "broken",
        ExpectationStatus::Empty => "nothing to measure",
        ExpectationStatus::Unmeasured => "not measured",
    }
}

/// `a → b`, or one of them where nothing changes.
pub fn before_after(before: Option<String>, after: Option<String>) -> String {
    match (before, after) {
        (Some(before), Some(after)) if before == after => after,
        (before, after) => {
            let word = |side: Option<String>| side.unwrap_or_else(|| "—".to_owned());
            format!("{} → {}", word(before), word(after))
        }
    }
}

/// `+12 -3`
pub fn net(gained: &Impact, lost: &Impact) -> String {
    let net = i128::from(gained.accounts) - i128::from(lost.accounts);
    let sign = match net {
        n if n > 0 => "+",
        n if n < 0 => "-",
        _ => "",
    };
    format!("{sign}{}", grouped(net.unsigned_abs() as u64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_add_up(parts in proptest::collection::vec(0u64..1_000_000, 1..40)) {
            prop_assume!(parts.iter().sum::<u64>() > 0);
            let tenths: u64 = shares(&parts).iter().map(|s| s.replace(['.', '%'], "").parse::<u64>().unwrap()).sum();
            prop_assert_eq!(tenths, 1000);
        }
    }

    #[test]
    fn small_parts_are_not_nothing() {
        assert_eq!(percent(1.0, 1e6), "<0.1%");
        assert_eq!(percent(0.0, 1e6), "0.0%");
        assert_eq!(percent(999_999.0, 1e6), ">99.9%");
        assert_eq!(percent(1.0, 0.0), "–");
        assert_eq!(shares(&[1, 1, 1]), ["33.4%", "33.3%", "33.3%"]);
    }
}
