//! The columns of a table as the manifest declares them.
//!
//! Takes a `columns` section, gives a [`Schema`]. Invariant: a column that was declared wrongly is still in the schema
//! wherever its type is known, so that one slip does not make every use of the column an error.

use toml::de::DeValue;

use super::schema::{Aggregate, Column, ColumnId, ColumnType, DefaultValue, FileUnit, Origin, Schema};
use super::section::{At, Section, Value, listed};
use crate::diagnostics::{Diagnostic, Span, codes, did_you_mean};

/// Which options a column of the table may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Accounts,
    Reps,
    /// Index of the join.
    Join(usize),
}

/// A `place = "zip"` whose column is looked up when all are known.
type Pending = (ColumnId, At<String>);

/// Appends the declared columns to the schema.
pub(super) fn read(columns: &Section, owner: Owner, schema: &mut Schema) {
    let mut pending: Vec<Pending> = Vec::new();
    for (name, value) in columns.entries() {
        if !is_name(&name.value) {
            let message = format!("`{}` cannot be a column's name", name.value);
            columns.report(
                Diagnostic::error(codes::workspace::WRONG_VALUE, message)
                    .label(name.span, "letters, digits and `_`, not a digit first")
                    .help("give it a name that a plan can write, and the file's own name with `from`"),
            );
            continue;
        }
        if let Some(earlier) = schema.find(&name.value) {
            columns.report(
                Diagnostic::error(
                    codes::workspace::DUPLICATE_COLUMN,
                    format!("two columns are named `{}`", name.value),
                )
                .label(name.span, "the second")
                .label(schema.column(earlier).span, "the first")
                .help("columns of joined tables stand beside the accounts' own: rename one, with `from`"),
            );
            continue;
        }
        if let Some(column) = one(columns, &name, value, owner, &mut pending, schema.columns.len()) {
            schema.columns.push(column);
        }
    }
    for (id, place) in pending {
        match schema.find(&place.value) {
            Some(by) if schema.column(by).kind.is_text() => {
                schema.columns[id.0 as usize].origin = Origin::Place { by };
            }
            Some(by) => columns.report(
                Diagnostic::error(codes::workspace::COLUMN_ROLE, format!("`{}` cannot name a place", place.value))
                    .label(place.span, "a text, code or id column is due")
                    .label(schema.column(by).span, format!("declared `{}`", schema.column(by).kind.name())),
            ),
            None => columns.report(
                Diagnostic::error(codes::workspace::UNKNOWN_COLUMN, format!("no column is named `{}`", place.value))
                    .label(place.span, "looked up in `[places]`")
                    .maybe_help(did_you_mean(&place.value, schema.names())),
            ),
        }
    }
}

fn one(
    columns: &Section,
    name: &At<String>,
    value: &Value,
    owner: Owner,
    pending: &mut Vec<Pending>,
    index: usize,
) -> Option<Column> {
    let table = match value.get_ref() {
        DeValue::String(_) => {
            let kind = columns.one_of("type", &columns.as_text("type", value)?, &ColumnType::ALL)?;
            if kind == ColumnType::Point {
                needs_fields(columns, name, columns.spanned(value), owner);
            }
            return Some(plain(name, kind, own_field(owner, &name.value)));
        }
        DeValue::Table(table) => table,
        _ => {
            columns.wrong(&name.value, value, "a type in quotes, or a table with `type`,");
            return None;
        }
    };
    let mut options = Section::new(table, format!("the column `{}`", name.value), name.span, columns.found);
    let kind = match options.needed_text("type", "say what its cells are: `type = \"money\"`") {
        Some(text) => options.one_of("type", &text, &ColumnType::ALL),
        None => None,
    };
    let from = options.text("from");
    let unit = options.text("unit");
    let required = options.flag("required").is_some_and(|f| f.value);
    let sensitive = options.flag("sensitive").is_some_and(|f| f.value);
    let default = options.value("default");
    let (lat, lon, place) = match owner {
        Owner::Join(_) => (None, None, None),
        _ => (options.text("lat"), options.text("lon"), options.text("place")),
    };
    let aggregate = if matches!(owner, Owner::Join(_)) { aggregate(&mut options) } else { Aggregate::One };
    let kind = match kind {
        Some(kind) => kind,
        None => {
            options.finish();
            return None;
        }
    };
    let mut column = plain(name, kind, Origin::Field(String::new()));
    column.required = required;
    column.sensitive = sensitive;
    column.unit = unit.and_then(|unit| unit_of(&options, kind, &unit)).unwrap_or(FileUnit::Base);
    column.default = default.and_then(|value| default_of(&options, kind, column.unit, value));
    let field = from.as_ref().map_or_else(|| name.value.clone(), |f| f.value.clone());
    column.origin = match (kind, owner) {
        (ColumnType::Point, Owner::Join(_)) => {
            needs_fields(&options, name, name.span, owner);
            Origin::Field(field)
        }
        (ColumnType::Point, _) => {
            if let Some(from) = &from {
                not_for(&options, "from", from.span, kind);
            }
            match (lat, lon, place) {
                (Some(lat), Some(lon), None) => Origin::Fields { lat: lat.value, lon: lon.value },
                (None, None, Some(place)) => {
                    pending.push((ColumnId(index as u32), place));
                    Origin::Field(field)
                }
                _ => {
                    needs_fields(&options, name, name.span, owner);
                    Origin::Field(field)
                }
            }
        }
        (_, owner) => {
            for (key, option) in [("lat", lat), ("lon", lon), ("place", place)] {
                if let Some(option) = option {
                    not_for(&options, key, option.span, kind);
                }
            }
            match owner {
                Owner::Join(join) => {
                    check_aggregate(&options, &aggregate, kind);
                    let counts_rows = aggregate == Aggregate::Count && from.is_none();
                    Origin::Joined { join, field: (!counts_rows).then_some(field), aggregate }
                }
                _ => Origin::Field(field),
            }
        }
    };
    if column.required && column.default.is_some() {
        options.report(
            Diagnostic::error(codes::workspace::WRONG_VALUE, format!("`{}` is required and has a default", name.value))
                .label(options.key_span("required"), "a missing cell is an error")
                .label(options.key_span("default"), "stands in for a missing cell")
                .help("drop one of the two"),
        );
    }
    options.finish();
    Some(column)
}

fn plain(name: &At<String>, kind: ColumnType, origin: Origin) -> Column {
    Column {
        name: name.value.clone(),
        kind,
        origin,
        unit: FileUnit::Base,
        required: false,
        sensitive: false,
        default: None,
        span: name.span,
    }
}

fn own_field(owner: Owner, name: &str) -> Origin {
    match owner {
        Owner::Join(join) => Origin::Joined { join, field: Some(name.to_owned()), aggregate: Aggregate::One },
        _ => Origin::Field(name.to_owned()),
    }
}

fn needs_fields(section: &Section, name: &At<String>, span: Span, owner: Owner) {
    let message = match owner {
        Owner::Join(_) => format!("the joined column `{}` cannot be a point", name.value),
        _ => format!("the point `{}` does not say where its degrees are", name.value),
    };
    let help = match owner {
        Owner::Join(_) => "join a code and look it up in `[places]`",
        _ => {
            "write `{ type = \"point\", lat = \"latitude\", lon = \"longitude\" }`, or `place = \"zip\"` with `[places]`"
        }
    };
    section.report(Diagnostic::error(codes::workspace::MISSING_KEY, message).label(span, "declared here").help(help));
}

fn not_for(section: &Section, key: &str, span: Span, kind: ColumnType) {
    let message = format!("`{key}` means nothing for the type `{}`", kind.name());
    section
        .report(Diagnostic::error(codes::workspace::WRONG_VALUE, message).label(span, format!("of {}", section.title)));
}

fn unit_of(section: &Section, kind: ColumnType, unit: &At<String>) -> Option<FileUnit> {
    let units: &[(&str, FileUnit)] = match kind {
        ColumnType::Percent => &[("fraction", FileUnit::Base), ("percent", FileUnit::PercentPoints)],
        ColumnType::Hours => &[("hours", FileUnit::Base), ("minutes", FileUnit::Minutes), ("days", FileUnit::Days)],
        ColumnType::Distance => &[("km", FileUnit::Base), ("mi", FileUnit::Miles), ("m", FileUnit::Metres)],
        ColumnType::Money => {
            &[("currency", FileUnit::Base), ("thousands", FileUnit::Thousands), ("millions", FileUnit::Millions)]
        }
        _ => {
            not_for(section, "unit", unit.span, kind);
            return None;
        }
    };
    section.one_of("unit", unit, units)
}

/// A default is written like a cell: in the file's unit.
fn default_of(section: &Section, kind: ColumnType, unit: FileUnit, value: &Value) -> Option<DefaultValue> {
    let number = || match value.get_ref() {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
        DeValue::Float(n) => n.as_str().parse::<f64>().ok().filter(|n| n.is_finite()),
        _ => None,
    };
    let read = match kind {
        ColumnType::Point => {
            not_for(section, "default", section.spanned(value), kind);
            return None;
        }
        ColumnType::Int => number().filter(|n| n.fract() == 0.0).map(DefaultValue::Number),
        k if k.is_numeric() => number().map(|n| DefaultValue::Number(unit.to_base(n))),
        ColumnType::Bool => value.get_ref().as_bool().map(DefaultValue::Bool),
        ColumnType::Date => {
            let text = match value.get_ref() {
                DeValue::Datetime(date) => date.to_string(),
                other => other.as_str().unwrap_or_default().to_owned(),
            };
            chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().map(DefaultValue::Date)
        }
        _ => value.get_ref().as_str().filter(|t| !t.is_empty()).map(|t| DefaultValue::Text(t.to_owned())),
    };
    if read.is_none() {
        let due = match kind {
            ColumnType::Int => "a whole number",
            ColumnType::Bool => "`true` or `false`",
            ColumnType::Date => "a date like `2027-02-01`",
            k if k.is_numeric() => "a number",
            _ => "a text in quotes",
        };
        section.wrong("default", value, due);
    }
    read
}

fn aggregate(options: &mut Section) -> Aggregate {
    let words = [("sum", 0), ("count", 1), ("max", 2)];
    let Some(value) = options.value("aggregate") else { return Aggregate::One };
    match value.get_ref() {
        DeValue::String(_) => {
            let text = options.as_text("aggregate", value);
            match text.and_then(|text| options.one_of("aggregate", &text, &words)) {
                Some(0) => Aggregate::Sum,
                Some(1) => Aggregate::Count,
                Some(_) => Aggregate::Max,
                None => Aggregate::One,
            }
        }
        DeValue::Table(table) => {
            let span = options.key_span("aggregate");
            let mut latest = Section::new(table, "`aggregate`".to_owned(), span, options.found);
            let date = latest.needed_text("latest", "name the field with the date: `{ latest = \"booked_on\" }`");
            latest.finish();
            date.map_or(Aggregate::One, |date| Aggregate::Latest { date: date.value })
        }
        _ => {
            options.wrong("aggregate", value, "`\"sum\"`, `\"count\"`, `\"max\"` or `{ latest = \"a date field\" }`");
            Aggregate::One
        }
    }
}

fn check_aggregate(options: &Section, aggregate: &Aggregate, kind: ColumnType) {
    let (fits, due) = match aggregate {
        Aggregate::One | Aggregate::Latest { .. } => return,
        Aggregate::Sum => (kind.is_numeric(), "a numeric type"),
        Aggregate::Count => (matches!(kind, ColumnType::Int | ColumnType::Number), "`int`"),
        Aggregate::Max => (kind.is_numeric() || kind == ColumnType::Date, "a numeric type or `date`"),
    };
    if !fits {
        let numeric = listed(ColumnType::ALL.iter().filter(|(_, t)| t.is_numeric()).map(|(name, _)| *name));
        options.report(
            Diagnostic::error(
                codes::workspace::COLUMN_ROLE,
                format!("cells of the type `{}` cannot be aggregated so", kind.name()),
            )
            .label(options.key_span("aggregate"), format!("{due} is due"))
            .help(format!("numeric types are {numeric}")),
        );
    }
}

/// What a plan can write as a name.
fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
