//! Codes and states that do not exist.
//!
//! `naics.txt` holds the 1,012 six-digit industries of the 2022 North American Industry Classification System of the US
//! Census Bureau, a line an industry group: its four digits, then the last two of each industry. Shorter codes are their
//! beginnings. States are those that the US Postal Service and Canada Post deliver to.

use super::written::{Value, Written};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::lint::{UNKNOWN_INDUSTRY, UNKNOWN_STATE};
use crate::workspace::schema::{ColumnType, Schema};

const NAICS: &str = include_str!("naics.txt");

const STATES: &[&str] = &[
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME",
    "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA",
    "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", // the states
    "DC", "AS", "GU", "MP", "PR", "VI", "FM", "MH", "PW", "AA", "AE", "AP", // the district, islands, armed forces
    "AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT", // Canada
];

/// Patterns of columns with `naics` in their name that no code fits.
pub(super) fn industries(written: &[Written<'_>], schema: &Schema) -> Vec<Diagnostic> {
    let naics = |one: &&Written| {
        let column = schema.iter().find(|(_, c)| c.name == one.column);
        column.is_some_and(|(_, c)| c.kind == ColumnType::Code && c.name.to_lowercase().contains("naics"))
    };
    let unknown = written.iter().filter(naics).filter_map(|one| {
        let Value::Text(text) = one.value else { return None };
        // What is looked for at the end or within is no code.
        let code = text.strip_suffix('*').unwrap_or(text);
        let known = known_beginning(code);
        (!code.starts_with('*') && known.len() < code.len()).then_some((one, text, known))
    });
    unknown
        .map(|(one, text, known)| {
            let help = match known {
                "" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" => {
                    "sectors are `11` to `92`; `terrac.toml` may need another name for a column of other codes"
                        .to_owned()
                }
                known => format!("`{known}` is as far as there are codes; correct what follows"),
            };
            Diagnostic::warning(UNKNOWN_INDUSTRY, format!("no NAICS code of 2022 fits `{text}`"))
                .label(one.span, "takes no account")
                .help(help)
        })
        .collect()
}

/// The longest beginning of a text that begins a code.
fn known_beginning(text: &str) -> &str {
    let longest = NAICS.lines().flat_map(|line| {
        let (group, rest) = line.split_once(' ').unwrap_or((line, ""));
        let common = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
        let within = common(group, text);
        let further =
            text.get(4..).filter(|_| within == 4).map(|tail| rest.split(' ').map(|digits| common(digits, tail)).max());
        Some(further.flatten().map_or(within, |further| 4 + further))
    });
    &text[..longest.max().unwrap_or(0)]
}

/// Two letters that are no state, in columns called `state` where most are.
pub(super) fn states(written: &[Written<'_>], schema: &Schema) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let columns = schema.iter().map(|(_, c)| c.name.as_str());
    for column in columns.filter(|c| *c == "state" || c.ends_with("_state")) {
        let letters: Vec<(&Written, &str)> = written
            .iter()
            .filter(|one| one.column == column)
            .filter_map(|one| match one.value {
                Value::Text(text) if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) => {
                    Some((one, text))
                }
                _ => None,
            })
            .collect();
        let known = letters.iter().filter(|(_, text)| STATES.contains(text)).count();
        if known * 2 < letters.len() {
            continue;
        }
        for (one, text) in letters.into_iter().filter(|(_, text)| !STATES.contains(text)) {
            let capital = text.to_uppercase();
            let help = match STATES.contains(&capital.as_str()) {
                true => format!("write `{capital}`"),
                false => "states of the United States and provinces of Canada are known".to_owned(),
            };
            found.push(
                Diagnostic::warning(UNKNOWN_STATE, format!("there is no state `{text}`"))
                    .label(one.span, "takes no account")
                    .help(help),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let industries: usize = NAICS.lines().map(|line| line.split(' ').count() - 1).sum();
        assert_eq!((industries, NAICS.lines().count()), (1_012, 308));
        for code in ["111110", "541512", "928120"] {
            assert_eq!(known_beginning(code), code);
        }
    }

    #[test]
    fn beginnings_are_known() {
        for (text, known) in [
            ("52", "52"),
            ("5221", "5221"),
            ("522110", "522110"),
            ("522199", "5221"),
            ("99", "9"),
            ("5222999", "522299"),
            ("5229999", "522"),
            ("", ""),
            ("x", ""),
        ] {
            assert_eq!(known_beginning(text), known, "{text}");
        }
    }
}
