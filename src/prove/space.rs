//! Everything that the plan can tell apart of an account: the fields that diagrams ask.
//!
//! Takes a schema, the plans and their shapes; gives fields, numbered in the order in which they are first asked for.
//! Columns are independent of each other, and every key of a column's field is a value that a cell can hold, so that a way
//! through a diagram that asks columns alone is an account. Fields of calculations over several columns, of two columns
//! compared and of parts of texts are *free*: any key counts as possible, which proves no less, but a way through them may
//! be no account. Invariant: one question is one field, whoever asks.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::axis::{DayLine, Keys, NumberLine, TextLine};
use super::border::Area;
use super::diagram::{Budget, Diagrams, Edge, NO, Ref, Tried, YES};
use super::gather::Gathered;
use super::place::{self, Way};
use crate::classify::PreparedShape;
use crate::diagnostics::Span;
use crate::plan::{Number, Plan, TextSearch};
use crate::workspace::schema::{ColumnId, ColumnType, DefaultValue, Schema};

/// Some seconds of a slow machine.
const MOST_TRIES: usize = 100_000;

/// What a field asks.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asks {
    Number(ColumnId),
    Day(ColumnId),
    Text(ColumnId),
    Flag(ColumnId),
    Place(ColumnId),
    Search(ColumnId, TextSearch),
    /// What a calculation comes to.
    Result(Number),
    /// How two calculations compare: less, equal, greater, or not at all (one is NaN, one is missing).
    Order(Number, Number),
    SameText(ColumnId, ColumnId),
    /// How two days compare: before, equal, after.
    Days(ColumnId, ColumnId),
    /// A shape of a point column whose shapes cannot be told apart together, or are not at hand.
    InShape(ColumnId, ShapeKey),
}

/// Bits of latitude, longitude and radius, or an area by the place of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ShapeKey {
    Circle([u64; 3]),
    Shape(u32),
}

impl ShapeKey {
    /// A shape of a plan, among the areas of all plans.
    pub fn area(plan: &Plan, shape: u32, paths: &[String]) -> Self {
        let path = plan.shapes.get(shape as usize).map(|shape| &shape.path);
        let at = path.and_then(|path| paths.binary_search(path).ok());
        Self::Shape(at.map_or(u32::MAX, |at| at as u32))
    }

    pub fn circle(lat: f64, lon: f64, km: f64) -> Self {
        Self::Circle([lat.to_bits(), lon.to_bits(), km.to_bits()])
    }
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub asks: Asks,
    /// Keys of values; that of a missing cell comes behind them.
    pub values: u64,
    pub missing: bool,
    /// The first condition that asked.
    pub span: Span,
    pub line: Option<NumberLine>,
}

impl Field {
    pub fn len(&self) -> u64 {
        self.values + u64::from(self.missing)
    }

    /// Whether a way through it may be no account.
    pub fn is_free(&self) -> bool {
        match self.asks {
            Asks::Number(_) | Asks::Day(_) | Asks::Text(_) | Asks::Flag(_) | Asks::Place(_) => false,
            Asks::Search(..)
            | Asks::Result(_)
            | Asks::Order(..)
            | Asks::SameText(..)
            | Asks::Days(..)
            | Asks::InShape(..) => true,
        }
    }

    /// The columns that it looks at.
    pub fn columns(&self, into: &mut Vec<ColumnId>) {
        match &self.asks {
            Asks::Number(c)
            | Asks::Day(c)
            | Asks::Text(c)
            | Asks::Flag(c)
            | Asks::Place(c)
            | Asks::Search(c, _)
            | Asks::InShape(c, _) => into.push(*c),
            Asks::Result(number) => number.columns(into),
            Asks::Order(left, right) => {
                left.columns(into);
                right.columns(into);
            }
            Asks::SameText(left, right) | Asks::Days(left, right) => into.extend([*left, *right]),
        }
    }
}

/// The places of one point column.
#[derive(Debug, Clone)]
pub(super) struct PlaceLine {
    pub keys: Vec<ShapeKey>,
    /// `None`: every shape is a free question of its own.
    pub ways: Option<Vec<Way>>,
}

pub(super) struct Space<'a> {
    pub schema: &'a Schema,
    pub diagrams: Diagrams,
    pub fields: Vec<Field>,
    pub texts: BTreeMap<ColumnId, TextLine>,
    pub searches: BTreeMap<ColumnId, Vec<TextSearch>>,
    pub places: BTreeMap<ColumnId, PlaceLine>,
    /// Fixed numbers of the plan.
    pub constants: Vec<f64>,
    /// Accounts that may still be tried where fields are free, over all questions.
    pub tries: Cell<usize>,
    /// Of areas, ascending.
    pub paths: Vec<String>,
    columns: HashMap<ColumnId, u32>,
    others: HashMap<Vec<ColumnId>, Vec<u32>>,
}

impl<'a> Space<'a> {
    /// With every plan its shapes, in its order; without them `inside` is a free question. Areas of one path are one.
    pub fn new(schema: &'a Schema, plans: &[(&Plan, Option<&[Arc<PreparedShape>]>)], budget: Budget) -> Self {
        let mut areas: BTreeMap<String, Option<&PreparedShape>> = BTreeMap::new();
        for (plan, shapes) in plans {
            for (shape, area) in (0..).zip(&plan.shapes) {
                areas.insert(area.path.clone(), shapes.and_then(|shapes| shapes.get(shape)).map(|shape| &**shape));
            }
        }
        let (paths, areas): (Vec<String>, Vec<Option<&PreparedShape>>) = areas.into_iter().unzip();
        let mut gathered = Gathered::default();
        plans.iter().for_each(|(plan, _)| gathered.plan(plan, &paths));
        let texts = gathered.texts.iter().map(|(column, patterns)| {
            let patterns: Vec<_> = patterns.iter().cloned().collect();
            (*column, TextLine::new(&patterns, holds_empty(schema, *column)))
        });
        let places = gathered.shapes.iter().map(|(column, keys)| (*column, place_line(keys, &areas)));
        Self {
            schema,
            diagrams: Diagrams::new(budget),
            fields: Vec::new(),
            texts: texts.collect(),
            searches: gathered.searches.iter().map(|(c, s)| (*c, s.iter().cloned().collect())).collect(),
            places: places.collect(),
            constants: gathered.constants.clone(),
            tries: Cell::new(MOST_TRIES),
            paths,
            columns: HashMap::new(),
            others: HashMap::new(),
        }
    }

    pub fn field(&self, id: u32) -> &Field {
        &self.fields[id as usize]
    }

    /// The field of a column's own values.
    pub fn column(&mut self, column: ColumnId, span: Span) -> u32 {
        if let Some(known) = self.columns.get(&column) {
            return *known;
        }
        let declared = self.schema.column(column);
        let (asks, values, line) = match declared.kind {
            ColumnType::Text | ColumnType::Code | ColumnType::Id => {
                let empty = holds_empty(self.schema, column);
                let texts = self.texts.entry(column).or_insert_with(|| TextLine::new(&[], empty));
                (Asks::Text(column), texts.len(), None)
            }
            ColumnType::Date => (Asks::Day(column), DayLine::LEN, None),
            ColumnType::Bool => (Asks::Flag(column), 2, None),
            ColumnType::Point => {
                let ways = self.places.get(&column).and_then(|line| line.ways.as_ref());
                (Asks::Place(column), ways.map_or(1, Vec::len) as u64, None)
            }
            kind => {
                let line = NumberLine::of_cells(kind == ColumnType::Int);
                (Asks::Number(column), line.len(), Some(line))
            }
        };
        let field = self.push(Field { asks, values, missing: declared.nullable(), span, line });
        self.columns.insert(column, field);
        field
    }

    /// The field of any other question.
    pub fn other(&mut self, asks: Asks, values: u64, line: Option<NumberLine>, span: Span) -> u32 {
        let field = Field { asks, values, missing: false, span, line };
        let mut columns = Vec::new();
        field.columns(&mut columns);
        let known = self.others.get(&columns).into_iter().flatten();
        let known = known.copied().find(|id| self.fields[*id as usize].asks == field.asks);
        known.unwrap_or_else(|| {
            let id = self.push(field);
            self.others.entry(columns).or_default().push(id);
            id
        })
    }

    /// The field that compares two calculations, and whether its sides are exchanged.
    pub fn order(&mut self, left: &Number, right: &Number, values: u64, span: Span) -> (u32, bool) {
        let turned = Asks::Order(right.clone(), left.clone());
        let mut columns = Vec::new();
        right.columns(&mut columns);
        left.columns(&mut columns);
        let known = self.others.get(&columns).into_iter().flatten();
        if let Some(known) = known.copied().find(|id| self.fields[*id as usize].asks == turned) {
            return (known, true);
        }
        (self.other(Asks::Order(left.clone(), right.clone()), values, None, span), false)
    }

    fn push(&mut self, field: Field) -> u32 {
        self.fields.push(field);
        self.fields.len() as u32 - 1
    }

    /// Where a field has one of these keys: ascending and disjoint.
    pub fn set(&mut self, field: u32, keys: &[Keys]) -> Tried<Ref> {
        let ends: Vec<(Keys, Ref)> = keys.iter().map(|keys| (*keys, YES)).collect();
        self.sets(field, &ends, NO)
    }

    /// What each range of keys leads to; ranges ascend and are disjoint, all else leads to `rest`.
    pub fn sets(&mut self, field: u32, keys: &[(Keys, Ref)], rest: Ref) -> Tried<Ref> {
        let len = self.field(field).len();
        let mut edges = Vec::with_capacity(keys.len() * 2 + 1);
        let mut at = 0;
        for ((from, to), end) in keys {
            let (from, to) = ((*from).max(at), (*to).min(len));
            if from >= to {
                continue;
            }
            if at < from {
                edges.push(Edge { end: from, to: rest });
            }
            edges.push(Edge { end: to, to: *end });
            at = to;
        }
        if at < len {
            edges.push(Edge { end: len, to: rest });
        }
        self.diagrams.node(field, edges)
    }

    /// Where a column is empty.
    pub fn missing(&mut self, column: ColumnId, span: Span) -> Tried<Ref> {
        let field = self.column(column, span);
        let Field { values, missing, .. } = *self.field(field);
        if missing { self.set(field, &[(values, values + 1)]) } else { Ok(NO) }
    }

    pub fn present(&mut self, column: ColumnId, span: Span) -> Tried<Ref> {
        let missing = self.missing(column, span)?;
        self.diagrams.not(missing)
    }
}

/// A reader takes an empty cell for a missing one, so that only a default of the manifest is a text of no characters.
fn holds_empty(schema: &Schema, column: ColumnId) -> bool {
    matches!(&schema.column(column).default, Some(DefaultValue::Text(text)) if text.is_empty())
}

fn place_line(keys: &BTreeSet<ShapeKey>, areas: &[Option<&PreparedShape>]) -> PlaceLine {
    let area = |key: &ShapeKey| match key {
        ShapeKey::Circle([lat, lon, km]) => {
            let [lat, lon, km] = [lat, lon, km].map(|bits| f64::from_bits(*bits));
            Some(Area::Circle { lat, lon, km })
        }
        ShapeKey::Shape(index) => areas.get(*index as usize).copied().flatten().map(Area::Shape),
    };
    let areas: Option<Vec<Area<'_>>> = keys.iter().map(area).collect();
    PlaceLine { keys: keys.iter().copied().collect(), ways: areas.and_then(|areas| place::ways(&areas)) }
}
