//! A schema, batches and the makings of plans to test with.

pub mod random;

use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{BooleanArray, Date32Array, Float64Array, StringArray};
use chrono::NaiveDate;

use super::shape::PreparedShape;
use crate::data::{Batch, Values};
use crate::diagnostics::Span;
use crate::plan::{
    Condition, Coverage, Leaf, LeafTarget, Node, Number, NumberKind, Plan, Predicate, TextPattern, Unit, Value,
};
use crate::syntax::ast::CompareOp;
use crate::workspace::schema::{Column, ColumnId, ColumnType, FileUnit, Origin, Schema};

const COLUMNS: [(&str, ColumnType); 11] = [
    ("account", ColumnType::Id),
    ("state", ColumnType::Text),
    ("industry", ColumnType::Code),
    ("employees", ColumnType::Int),
    ("revenue", ColumnType::Money),
    ("margin", ColumnType::Percent),
    ("founded", ColumnType::Date),
    ("renewed", ColumnType::Date),
    ("public", ColumnType::Bool),
    ("location", ColumnType::Point),
    ("owner", ColumnType::Text),
];

pub type Cells = Vec<Option<Value>>;

pub fn column(name: &str) -> ColumnId {
    ColumnId(COLUMNS.iter().position(|(n, _)| *n == name).expect("a column of the samples") as u32)
}

pub fn schema() -> Schema {
    let column = |(name, kind): &(&str, ColumnType)| Column {
        name: (*name).to_owned(),
        kind: *kind,
        origin: Origin::Field((*name).to_owned()),
        unit: FileUnit::Base,
        required: *name == "account",
        sensitive: false,
        default: None,
        span: Span::default(),
    };
    Schema { columns: COLUMNS.iter().map(column).collect() }
}

pub fn day(number: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(20_000 + number).expect("a day")
}

/// The rows as columns; text columns but the key as dictionary codes where `coded`.
pub fn batch(rows: &[Cells], coded: bool) -> Batch {
    let number = |at: usize| {
        let cell = |row: &Cells| match &row[at] {
            Some(Value::Number(n)) => Some(*n),
            _ => None,
        };
        Values::Number(rows.iter().map(cell).collect::<Float64Array>())
    };
    let texts = |at: usize| {
        rows.iter().map(move |row| match &row[at] {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        })
    };
    let columns = COLUMNS.iter().enumerate().map(|(at, (_, kind))| match kind {
        ColumnType::Text | ColumnType::Code if coded => {
            let mut words = StringDictionaryBuilder::<Int32Type>::new();
            texts(at).for_each(|text| words.append_option(text));
            Values::Coded(words.finish())
        }
        ColumnType::Id | ColumnType::Text | ColumnType::Code => Values::Text(texts(at).collect::<StringArray>()),
        ColumnType::Date => {
            let cell = |row: &Cells| match &row[at] {
                Some(Value::Date(day)) => Some(day.to_epoch_days()),
                _ => None,
            };
            Values::Date(rows.iter().map(cell).collect::<Date32Array>())
        }
        ColumnType::Bool => {
            let cell = |row: &Cells| match &row[at] {
                Some(Value::Bool(flag)) => Some(*flag),
                _ => None,
            };
            Values::Bool(rows.iter().map(cell).collect::<BooleanArray>())
        }
        ColumnType::Point => {
            let cell = |row: &Cells| match &row[at] {
                Some(Value::Point { lat, lon }) => Some((*lat, *lon)),
                _ => None,
            };
            let lat = rows.iter().map(|row| cell(row).map(|(lat, _)| lat)).collect::<Float64Array>();
            Values::Point { lat, lon: rows.iter().map(|row| cell(row).map(|(_, lon)| lon)).collect() }
        }
        _ => number(at),
    });
    Batch { rows: rows.len(), first_row: 0, columns: columns.map(Some).collect() }
}

pub fn literal(value: f64) -> Number {
    number(NumberKind::Literal(value))
}

pub fn number(kind: NumberKind) -> Number {
    Number { kind, unit: Unit::default(), nullable: true, span: Span::default() }
}

pub fn of(name: &str) -> Number {
    number(NumberKind::Column(column(name)))
}

pub fn test(predicate: Predicate) -> Condition {
    Condition::Test(predicate, Span::default())
}

pub fn at_least(name: &str, value: f64) -> Condition {
    test(Predicate::Compare { left: of(name), op: CompareOp::GreaterEqual, right: literal(value) })
}

pub fn is_text(name: &str, text: &str) -> Condition {
    let patterns = vec![TextPattern::Exactly(text.to_owned())];
    test(Predicate::Matches { column: column(name), default: None, patterns })
}

/// A plan of nothing but one coverage.
pub fn plan(root: Node, leaves: usize) -> Plan {
    let leaf = || Leaf { target: LeafTarget::Exclude, path: Vec::new(), because: None, span: Span::default() };
    Plan {
        name: "p".into(),
        title: None,
        term: (day(0), day(365)),
        because: None,
        weights: Vec::new(),
        dimensions: Vec::new(),
        segments: Vec::new(),
        coverages: vec![Coverage {
            name: "field".into(),
            was: None,
            role: None,
            root,
            leaves: std::iter::repeat_with(leaf).take(leaves).collect(),
            because: None,
            span: Span::default(),
        }],
        territories: Vec::new(),
        pools: Vec::new(),
        carves: Vec::new(),
        named: Vec::new(),
        holds: Vec::new(),
        excludes: Vec::new(),
        expectations: Vec::new(),
        tests: Vec::new(),
        questions: Vec::new(),
        shapes: Vec::new(),
        span: Span::default(),
    }
}

/// Two overlapping polygons, one with a hole.
pub fn shapes() -> Vec<Arc<PreparedShape>> {
    use geo::polygon;
    let holed = polygon!(
        exterior: [(x: -2.0, y: -2.0), (x: 2.0, y: -2.0), (x: 2.0, y: 2.0), (x: -2.0, y: 2.0)],
        interiors: [[(x: -0.5, y: -0.5), (x: 0.5, y: -0.5), (x: 0.5, y: 0.5), (x: -0.5, y: 0.5)]],
    );
    let over_the_line = polygon![(x: 178.0, y: 0.0), (x: -178.0, y: 0.0), (x: -178.0, y: 3.0), (x: 178.0, y: 3.0)];
    vec![Arc::new(PreparedShape::new(&geo::MultiPolygon::new(vec![holed, over_the_line])))]
}
