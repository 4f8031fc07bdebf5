//! The columns that a plan can speak of, with their types: what the manifest declares, before any file is opened.

use crate::diagnostics::Span;

/// Index of a column within its [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId(pub u32);

/// What a column's cells mean. Numbers are held in the base unit named here, whatever the file's unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    Text,
    /// Hierarchical text that prefix patterns apply to: NAICS, ZIP, product lines.
    Code,
    /// Identifies an account, a rep, a family.
    Id,
    /// Whole number.
    Int,
    Number,
    Money,
    /// Held as a fraction: 0.6 for 60 %.
    Percent,
    /// Held in hours.
    Hours,
    /// Held in kilometres.
    Distance,
    Date,
    Bool,
    /// Latitude and longitude, WGS 84 degrees.
    Point,
}

impl ColumnType {
    /// As written in the manifest.
    pub const ALL: [(&'static str, ColumnType); 12] = [
        ("text", Self::Text),
        ("code", Self::Code),
        ("id", Self::Id),
        ("int", Self::Int),
        ("number", Self::Number),
        ("money", Self::Money),
        ("percent", Self::Percent),
        ("hours", Self::Hours),
        ("distance", Self::Distance),
        ("date", Self::Date),
        ("bool", Self::Bool),
        ("point", Self::Point),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, t)| *t == self).expect("every type has a name").0
    }

    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Number | Self::Money | Self::Percent | Self::Hours | Self::Distance)
    }

    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Code | Self::Id)
    }
}

/// The unit in which a file writes a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileUnit {
    /// The type's own base unit.
    Base,
    /// 60 for 60 %.
    PercentPoints,
    Minutes,
    Days,
    Miles,
    Metres,
    /// Money in thousands or millions.
    Thousands,
    Millions,
}

impl FileUnit {
    /// What a cell is multiplied by to reach the base unit.
    pub fn factor(self) -> f64 {
        self.to_base(1.0)
    }

    /// A cell in the base unit, rounded once.
    pub fn to_base(self, value: f64) -> f64 {
        match self {
            Self::Base => value,
            Self::PercentPoints => value / 100.0,
            Self::Minutes => value / 60.0,
            Self::Days => value * 24.0,
            Self::Miles => value * 1.609_344,
            Self::Metres => value / 1000.0,
            Self::Thousands => value * 1e3,
            Self::Millions => value * 1e6,
        }
    }
}

/// Where a column's cells are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A field of the table itself.
    Field(String),
    /// Latitude and longitude fields of the table itself.
    Fields { lat: String, lon: String },
    /// The position of the row's place: the text column here looks up the `places` table (a ZIP centroid, say).
    Place { by: ColumnId },
    /// A joined table (index into the manifest's joins), its field and how many rows are made one.
    Joined { join: usize, field: Option<String>, aggregate: Aggregate },
}

/// How several rows of a joined table become one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// One row an account; a second one is an error.
    One,
    Sum,
    Count,
    Max,
    /// The cell of the row with the latest date in this field.
    Latest {
        date: String,
    },
}

/// A value of the manifest that stands in for a missing cell.
#[derive(Debug, Clone, PartialEq)]
pub enum DefaultValue {
    /// In the base unit.
    Number(f64),
    Text(String),
    Bool(bool),
    Date(chrono::NaiveDate),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub kind: ColumnType,
    pub origin: Origin,
    pub unit: FileUnit,
    /// A missing cell is an error of the data; such a column is never null.
    pub required: bool,
    /// Appears in no output.
    pub sensitive: bool,
    pub default: Option<DefaultValue>,
    /// Where the manifest declares it.
    pub span: Span,
}

impl Column {
    /// Whether a cell can be missing once the table is read.
    pub fn nullable(&self) -> bool {
        !self.required && self.default.is_none()
    }
}

/// The columns of one table, in the manifest's order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schema {
    pub columns: Vec<Column>,
}

impl Schema {
    pub fn find(&self, name: &str) -> Option<ColumnId> {
        self.columns.iter().position(|c| c.name == name).map(|i| ColumnId(i as u32))
    }

    pub fn column(&self, id: ColumnId) -> &Column {
        &self.columns[id.0 as usize]
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|c| c.name.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = (ColumnId, &Column)> {
        self.columns.iter().enumerate().map(|(i, c)| (ColumnId(i as u32), c))
    }
}
