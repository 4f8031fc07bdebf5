//! `outcome.json`.

use crate::outcome::summary::Outcome;

/// Two-space JSON with a final line end; numbers as Rust prints them shortest, the same on every machine.
pub fn outcome_json(outcome: &Outcome) -> String {
    let mut text = serde_json::to_string_pretty(outcome).expect("an outcome has no maps with odd keys");
    text.push('\n');
    text
}
