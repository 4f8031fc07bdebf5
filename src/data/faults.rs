//! Cells and rows that cannot be read: some shown, all counted.
//!
//! Invariant: what is shown and in which order depends on the table alone, not on the number of threads, because
//! batches are merged in the order of the table. Deliberately absent: where in the manifest a column stands; who turns
//! faults into diagnostics says it.

use std::collections::BTreeMap;

use super::cell::Fault;
use crate::diagnostics::codes::{self, Code};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};

/// So many places of one kind of fault are shown.
const SHOWN: usize = 10;

/// Findings of one column and kind, or of whole rows.
#[derive(Debug, Clone, Default)]
struct Group {
    count: u64,
    places: Vec<Place>,
}

#[derive(Debug, Clone)]
struct Place {
    /// `data/accounts.csv:17`
    at: String,
    /// The cell, or what is wrong with the row.
    what: String,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Faults(BTreeMap<(Fault, Option<usize>), Group>);

/// How people know a field.
#[derive(Debug, Clone)]
pub(super) struct Described {
    /// The column's name.
    pub name: String,
    /// The file's field, where it has another name.
    pub field: String,
    /// `int`, `date`, …
    pub kind: &'static str,
    pub span: Option<Span>,
    /// Its cells are not shown.
    pub sensitive: bool,
}

impl Faults {
    /// `wanted` is the index of the field; `None` for a whole row. The place and the cell are asked for only when shown.
    pub fn add(&mut self, fault: Fault, wanted: Option<usize>, place: impl FnOnce() -> (String, String)) {
        let group = self.0.entry((fault, wanted)).or_default();
        group.count += 1;
        if group.places.len() < SHOWN {
            let (at, what) = place();
            group.places.push(Place { at, what: shortened(&what) });
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends the faults of the rows that follow.
    pub fn merge(&mut self, later: Self) {
        for (key, group) in later.0 {
            let mine = self.0.entry(key).or_default();
            mine.count += group.count;
            mine.places.extend(group.places);
            mine.places.truncate(SHOWN);
        }
    }

    /// One diagnostic a column and kind; `table` is where the manifest names the files.
    pub fn diagnostics(self, table: Option<Span>, describe: impl Fn(usize) -> Described) -> Diagnostics {
        self.0.into_iter().map(|((fault, wanted), group)| report(fault, wanted.map(&describe), group, table)).collect()
    }
}

fn report(fault: Fault, column: Option<Described>, group: Group, table: Option<Span>) -> Diagnostic {
    let mut places = group.places;
    if column.as_ref().is_some_and(|c| c.sensitive) {
        places.iter_mut().filter(|p| !p.what.is_empty()).for_each(|p| p.what = "(not shown)".to_owned());
    }
    let Place { at, what } = &places[0];
    let name = column.as_ref().map_or("", |c| c.name.as_str());
    let kind = column.as_ref().map_or("", |c| c.kind);
    let message = match fault {
        Fault::Ragged | Fault::AfterQuote | Fault::NotUtf8 | Fault::NotJson => format!("{what}, at {at}"),
        Fault::Missing => format!("an empty cell in the required column `{name}`, at {at}"),
        Fault::Latitude => format!("`{what}` is not a latitude: `{name}`, at {at}"),
        Fault::Longitude => format!("`{what}` is not a longitude: `{name}`, at {at}"),
        _ => format!("`{what}` is not {}: `{name}`, at {at}", article(kind)),
    };
    let mut diagnostic = Diagnostic::error(code(fault), message).help(help(fault, kind));
    match (column, table) {
        (Some(Described { span: Some(span), field, name, kind, .. }), _) => {
            let said = match fault {
                Fault::Missing => "required here".to_owned(),
                _ => format!("{} by this", article(kind)),
            };
            let from = if field == name { String::new() } else { format!(", read from the field `{field}`") };
            diagnostic = diagnostic.label(span, format!("{said}{from}"));
        }
        (_, Some(table)) => diagnostic = diagnostic.label(table, "of this table"),
        _ => {}
    }
    let also = places.len() - 1;
    for place in &places[1..] {
        let what = if place.what.is_empty() { String::new() } else { format!(": `{}`", place.what) };
        let what = if column_free(fault) { format!(": {}", place.what) } else { what };
        diagnostic = diagnostic.note(format!("also at {}{what}", place.at));
    }
    let more = group.count - 1 - also as u64;
    if more > 0 {
        diagnostic = diagnostic.note(format!("and {} more", thousands(more)));
    }
    diagnostic
}

fn column_free(fault: Fault) -> bool {
    matches!(fault, Fault::Ragged | Fault::AfterQuote | Fault::NotUtf8 | Fault::NotJson)
}

fn code(fault: Fault) -> Code {
    match fault {
        Fault::Ragged => codes::data::RAGGED_ROW,
        Fault::AfterQuote => codes::data::BAD_QUOTE,
        Fault::NotUtf8 => codes::workspace::NOT_UTF8,
        Fault::NotJson => codes::data::BAD_RECORD,
        Fault::Missing => codes::data::MISSING_CELL,
        Fault::Latitude | Fault::Longitude => codes::data::BAD_POSITION,
        _ => codes::data::BAD_CELL,
    }
}

fn help(fault: Fault, kind: &str) -> &'static str {
    match fault {
        Fault::Ragged => "every row needs as many fields as the header; quote a field that contains the delimiter",
        Fault::AfterQuote => "write a quote inside a quoted field twice: `\"\"`",
        Fault::NotUtf8 => "save the file as UTF-8",
        Fault::NotJson => "every line is one JSON object whose values are texts, numbers, true, false or null",
        Fault::Thousands => "write numbers without separators of thousands and with a decimal point: `1234.5`",
        Fault::Currency => "write the amount without its currency",
        Fault::NotFinite => "leave the cell empty where the value is not known",
        Fault::NotWhole => "write a whole number, or declare the column as `number`",
        Fault::NotDate => "write dates as `2027-02-01`",
        Fault::NotBool => "write `true` or `false`, `yes` or `no`, `1` or `0`",
        Fault::Missing => "fill the cell, give the column a `default`, or drop `required`",
        Fault::Latitude => "latitudes lie between -90 and 90 degrees; are `lat` and `lon` swapped?",
        Fault::Longitude => "longitudes lie between -180 and 180 degrees",
        Fault::NotNumber if kind == "percent" => "write `0.6`, or `60%`; leave the cell empty where it is not known",
        Fault::NotNumber => "leave the cell empty where the value is not known",
    }
}

fn article(kind: &str) -> String {
    match kind {
        "int" => "a whole number".into(),
        "number" | "money" | "percent" | "hours" | "distance" => format!("a number (`{kind}`)"),
        "date" => "a date".into(),
        "bool" => "a truth value (`bool`)".into(),
        _ => format!("`{kind}`"),
    }
}

/// Long cells are cut: they are shown to be found, not to be read.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// `1,234`
pub(super) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
