//! `territories.csv`: one line a territory.

use super::cell::push_text;
use crate::outcome::summary::{CoverageOutcome, Outcome, TerritoryOutcome};

/// The table with its header; loads, targets and imbalances have a column a weight of the plan.
pub fn territories_csv(outcome: &Outcome) -> Vec<u8> {
    let mut text = b"coverage,carve,territory,seat,rep,open,accounts".to_vec();
    for weight in &outcome.weights {
        for part in ["load", "target", "imbalance"] {
            text.push(b',');
            push_text(&mut text, &format!("{}_{part}", weight.name));
        }
    }
    text.extend_from_slice(b",centre_lat,centre_lon\n");
    for coverage in &outcome.coverages {
        for territory in &coverage.territories {
            push_territory(&mut text, coverage, territory);
        }
    }
    text
}

fn push_territory(text: &mut Vec<u8>, coverage: &CoverageOutcome, territory: &TerritoryOutcome) {
    let none = String::new();
    let words = [
        &coverage.name,
        territory.carve.as_ref().unwrap_or(&none),
        &territory.name,
        territory.seat.as_ref().unwrap_or(&none),
        territory.rep.as_ref().unwrap_or(&none),
    ];
    for word in words {
        push_text(text, word);
        text.push(b',');
    }
    text.extend_from_slice(format!("{},{}", territory.open, territory.accounts).as_bytes());
    for load in &territory.loads {
        let number = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{:.6}", x + 0.0));
        text.extend_from_slice(
            format!(",{},{},{}", number(Some(load.load)), number(load.target), number(load.imbalance)).as_bytes(),
        );
    }
    let (lat, lon) = territory
        .centre
        .map_or_else(|| (String::new(), String::new()), |(lat, lon)| (format!("{lat:.5}"), format!("{lon:.5}")));
    text.extend_from_slice(format!(",{lat},{lon}\n").as_bytes());
}
