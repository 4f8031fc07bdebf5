//! Which accounts the rules send elsewhere, in words.

use crate::diff::value::Region;
use crate::prove::{Budget, WithShapes, changes};
use crate::workspace::schema::Schema;

/// The regions of the account space whose place changes, one for each alternative, or why they cannot be told. Both plans
/// are worlds of one [`super::PlanDiff`], checked against `schema`, so that a new name is no change.
pub fn regions(
    base: WithShapes<'_>,
    head: WithShapes<'_>,
    schema: &Schema,
    budget: Budget,
) -> Result<Vec<Region>, String> {
    let changes = changes(base, head, schema, budget)
        .map_err(|_| "the rules are too tangled to say in words which accounts they send elsewhere".to_owned())?;
    let mut regions = Vec::new();
    for change in changes {
        let (from, to) = (bare(change.from.as_deref()), bare(change.to.as_deref()));
        let words = change.regions.iter().map(|region| match region.as_str() {
            "every account" => region.clone(),
            region => format!("accounts with {}", signs(region)),
        });
        let more = change.more.then(|| "and others".to_owned());
        for accounts in words.chain(more) {
            regions.push(Region { coverage: change.coverage.clone(), accounts, from: from.clone(), to: to.clone() });
        }
    }
    Ok(regions)
}

/// The name alone; `excluded` for accounts that are left out.
fn bare(place: Option<&str>) -> String {
    match place {
        Some("exclude") => "excluded".to_owned(),
        Some(place) => place.split_once(' ').map_or(place, |(_, name)| name).to_owned(),
        None => "nowhere".to_owned(),
    }
}

/// `<=` as `≤`, outside of texts.
fn signs(words: &str) -> String {
    let mut quoted = false;
    let mut signs = String::new();
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        quoted ^= c == '"';
        match c {
            '<' | '>' if !quoted && rest.peek() == Some(&'=') => {
                rest.next();
                signs.push(if c == '<' { '≤' } else { '≥' });
            }
            _ => signs.push(c),
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_for_people() {
        assert_eq!(signs("a <= 5 and b >= \"<=\" and c < 7"), "a ≤ 5 and b ≥ \"<=\" and c < 7");
        assert_eq!(bare(Some("carve ne_commercial")), "ne_commercial");
        assert_eq!(bare(Some("exclude")), "excluded");
    }
}
