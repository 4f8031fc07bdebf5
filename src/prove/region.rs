//! A set of accounts in words.
//!
//! Takes a diagram of accounts, gives alternatives of conditions that hold together, as a plan would write them:
//! `state in (NY, CT) and 1,000 <= employees < 2,500`. Keys that lead to the same below are told together.

use super::axis::{DayLine, Keys};
use super::diagram::{NO, Ref};
use super::space::{Asks, Field, Space};
use crate::plan::{TextPattern, TextSearch};
use crate::workspace::schema::ColumnType;

/// Alternatives that are listed.
const MOST_LISTED: usize = 12;
/// Values and ranges of one condition that are listed.
const MOST_VALUES: usize = 12;

/// The alternatives, and whether there are more.
pub(super) fn words(space: &Space<'_>, set: Ref) -> (Vec<String>, bool) {
    let mut listed = Vec::new();
    let more = list(space, set, &mut Vec::new(), &mut listed);
    (listed, more)
}

fn list(space: &Space<'_>, node: Ref, above: &mut Vec<String>, listed: &mut Vec<String>) -> bool {
    if node == NO {
        return false;
    }
    if listed.len() >= MOST_LISTED {
        return true;
    }
    let Some(field) = space.diagrams.field(node) else {
        listed.push(if above.is_empty() { "every account".to_owned() } else { above.join(" and ") });
        return false;
    };
    let mut ways: Vec<(Ref, Vec<Keys>)> = Vec::new();
    let mut from = 0;
    for edge in space.diagrams.edges(node).iter() {
        match ways.iter_mut().find(|(to, _)| *to == edge.to) {
            Some((_, keys)) => keys.push((from, edge.end)),
            None => ways.push((edge.to, vec![(from, edge.end)])),
        }
        from = edge.end;
    }
    let mut more = false;
    for (to, keys) in ways.into_iter().filter(|(to, _)| *to != NO) {
        above.push(condition(space, space.field(field), &keys));
        more |= list(space, to, above, listed);
        above.pop();
    }
    more
}

/// What it means that a field has one of these keys.
fn condition(space: &Space<'_>, field: &Field, keys: &[Keys]) -> String {
    let missing = keys.last().is_some_and(|(_, to)| *to > field.values);
    let values: Vec<Keys> =
        keys.iter().map(|(from, to)| (*from, (*to).min(field.values))).filter(|(from, to)| from < to).collect();
    let name = name(space, field);
    let there = match (&field.asks, &values[..]) {
        (_, []) => return format!("{name} is missing"),
        (_, [(0, to)]) if *to == field.values => return format!("{name} is not missing"),
        (Asks::Number(column), values) => {
            let kind = space.schema.column(*column).kind;
            ranges(field, values, &name, &|value| number(value, kind))
        }
        (Asks::Result(_), values) => ranges(field, values, &name, &|value| number(value, ColumnType::Number)),
        (Asks::Day(_), values) => days(values, &name),
        (Asks::Text(_), values) => texts(space, field, values, &name),
        (Asks::Flag(_), [(1, _)]) => name.clone(),
        (Asks::Flag(_), _) => format!("not {name}"),
        (Asks::Place(column), values) => {
            let ways = space.places.get(column).and_then(|line| line.ways.as_ref());
            let places = values.iter().flat_map(|(from, to)| *from..*to);
            let at = places.filter_map(|key| ways.and_then(|ways| ways.get(key as usize)).and_then(|way| way.at));
            let at: Vec<String> = at.take(3).map(|(lat, lon)| format!("point(lat {lat}, lon {lon})")).collect();
            format!("{name} lies like {}", at.join(" or "))
        }
        (Asks::Order(..) | Asks::Days(..), values) => {
            let signs = ["less", "equal", "greater", "incomparable", "missing"];
            let orders = values.iter().flat_map(|(from, to)| *from..*to);
            let orders: Vec<&str> = orders.filter_map(|key| signs.get(key as usize).copied()).collect();
            format!("{name}: {}", orders.join(" or "))
        }
        (Asks::Search(..) | Asks::SameText(..) | Asks::InShape(..), [(1, _)]) => name.clone(),
        (Asks::Search(..) | Asks::SameText(..) | Asks::InShape(..), _) => format!("not ({name})"),
    };
    if missing { format!("({there} or {name} is missing)") } else { there }
}

fn name(space: &Space<'_>, field: &Field) -> String {
    let column = |id: &crate::workspace::schema::ColumnId| space.schema.column(*id).name.clone();
    match &field.asks {
        Asks::Number(c) | Asks::Day(c) | Asks::Text(c) | Asks::Flag(c) | Asks::Place(c) => column(c),
        Asks::Search(c, TextSearch::EndsWith(text)) => format!("{} = \"*{text}\"", column(c)),
        Asks::Search(c, TextSearch::Contains(text)) => format!("{} = \"*{text}*\"", column(c)),
        Asks::SameText(a, b) => format!("{} = {}", column(a), column(b)),
        Asks::Days(a, b) => format!("{} against {}", column(a), column(b)),
        Asks::InShape(c, _) => format!("{} in an area", column(c)),
        Asks::Result(_) | Asks::Order(..) => {
            let mut columns = Vec::new();
            field.columns(&mut columns);
            columns.sort_unstable();
            columns.dedup();
            let names: Vec<String> = columns.iter().map(column).collect();
            format!("a calculation with {}", names.join(" and "))
        }
    }
}

fn ranges(field: &Field, values: &[Keys], name: &str, shown: &dyn Fn(f64) -> String) -> String {
    let Some(line) = field.line else { return name.to_owned() };
    let range = |(from, to): &Keys| {
        let (low, high) = (line.value(*from), line.value(to - 1));
        let whole = line.cut_at(*from + 1) != *from + 1;
        // The float behind a round number stands for "greater than".
        let (least, above) = plain(low, low.next_down());
        let (most, below) = plain(high, high.next_up());
        let open = (*from == 0, *to == field.values);
        if !open.0 && !open.1 && line.cut_at(*to) == line.cut_at(*from + 1) {
            return format!("{name} = {}", shown(low));
        }
        let from_words = if above { format!("{} <", shown(least)) } else { format!("{} <=", shown(least)) };
        let to_words = match (below, whole) {
            (true, _) => format!("< {}", shown(most)),
            (false, true) => format!("< {}", shown(line.value(line.cut_at(*to)))),
            (false, false) => format!("<= {}", shown(most)),
        };
        match open {
            (true, _) => format!("{name} {to_words}"),
            (_, true) if above => format!("{name} > {}", shown(least)),
            (_, true) => format!("{name} >= {}", shown(least)),
            _ => format!("{from_words} {name} {to_words}"),
        }
    };
    either(values.iter().take(MOST_VALUES).map(range).collect())
}

/// The plainer of two neighbours, and whether it is the second.
fn plain(value: f64, neighbour: f64) -> (f64, bool) {
    if neighbour.is_finite() && neighbour.to_string().len() < value.to_string().len() {
        (neighbour, true)
    } else {
        (value, false)
    }
}

fn days(values: &[Keys], name: &str) -> String {
    let range = |(from, to): &Keys| match (*from == 0, *to == DayLine::LEN) {
        (true, _) => format!("{name} < {}", DayLine::day(*to)),
        (_, true) => format!("{name} >= {}", DayLine::day(*from)),
        _ if from + 1 == *to => format!("{name} = {}", DayLine::day(*from)),
        _ => format!("{} <= {name} < {}", DayLine::day(*from), DayLine::day(*to)),
    };
    either(values.iter().take(MOST_VALUES).map(range).collect())
}

fn texts(space: &Space<'_>, field: &Field, values: &[Keys], name: &str) -> String {
    let Asks::Text(column) = field.asks else { return name.to_owned() };
    let line = &space.texts[&column];
    let inside = |keys: &[Keys]| {
        let mut left: Vec<Keys> = keys.to_vec();
        let mut found = Vec::new();
        for prefix in line.prefixes() {
            let (from, to) = line.matching(&TextPattern::StartsWith(prefix.clone()));
            if let Some(at) = left.iter().position(|(a, b)| *a <= from && to <= *b) {
                let (a, b) = left.remove(at);
                left.extend([(a, from), (to, b)].into_iter().filter(|(a, b)| a < b));
                found.push(format!("{prefix}*"));
            }
        }
        for (from, to) in &left {
            for class in *from..*to {
                found.push(line.only(class)?.to_owned());
            }
        }
        found.sort();
        Some(found)
    };
    if let Some(found) = inside(values) {
        return listed(name, "=", "in", &found);
    }
    let mut rest = Vec::new();
    let mut at = 0;
    for (from, to) in values {
        if at < *from {
            rest.push((at, *from));
        }
        at = *to;
    }
    if at < field.values {
        rest.push((at, field.values));
    }
    match inside(&rest) {
        Some(found) => listed(name, "!=", "not in", &found),
        None => format!("{name} like \"{}\"", line.plainest(values[0])),
    }
}

fn listed(name: &str, one: &str, several: &str, found: &[String]) -> String {
    match found {
        [only] => format!("{name} {one} {only}"),
        _ if found.len() > MOST_VALUES => {
            format!("{name} {several} ({}, … {} in all)", found[..MOST_VALUES].join(", "), found.len())
        }
        _ => format!("{name} {several} ({})", found.join(", ")),
    }
}

fn either(mut parts: Vec<String>) -> String {
    if parts.len() > 1 { format!("({})", parts.join(" or ")) } else { parts.pop().unwrap_or_default() }
}

/// `1,000`, `60%`, `25 km`
fn number(value: f64, kind: ColumnType) -> String {
    match kind {
        ColumnType::Percent => format!("{}%", (value * 1e14).round() / 1e12),
        ColumnType::Hours => format!("{value} h"),
        ColumnType::Distance => format!("{value} km"),
        _ => grouped(value),
    }
}

fn grouped(value: f64) -> String {
    let text = value.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, rest) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest}")
}
