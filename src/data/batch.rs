//! Rows in columns: what every later stage sees of the user's tables.

use arrow_array::types::Int32Type;
use arrow_array::{Array, BooleanArray, Date32Array, DictionaryArray, Float64Array, StringArray, UInt32Array};

use crate::workspace::schema::ColumnId;

/// The cells of one column in one batch, in base units.
#[derive(Debug, Clone)]
pub enum Values {
    /// Every numeric type.
    Number(Float64Array),
    /// Text of many values: keys and names.
    Text(StringArray),
    /// Text of few values; the dictionary belongs to this batch alone.
    Coded(DictionaryArray<Int32Type>),
    Date(Date32Array),
    Bool(BooleanArray),
    /// Degrees; null together.
    Point {
        lat: Float64Array,
        lon: Float64Array,
    },
}

/// Some thousands of rows of one table. Columns that nobody asked for are absent.
#[derive(Debug, Clone)]
pub struct Batch {
    pub rows: usize,
    /// Where the batch stands in its table: the order of files, then of rows. Only for messages.
    pub first_row: u64,
    /// Indexed by [`ColumnId`].
    pub columns: Vec<Option<Values>>,
}

impl Batch {
    /// A column that was asked for when the table was opened.
    ///
    /// # Panics
    ///
    /// When it was not: a bug of the caller.
    pub fn column(&self, id: ColumnId) -> &Values {
        self.columns[id.0 as usize].as_ref().expect("the column was asked for")
    }
}

impl Values {
    pub fn len(&self) -> usize {
        self.as_array().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn is_null(&self, row: usize) -> bool {
        self.as_array().is_null(row)
    }

    pub fn null_count(&self) -> usize {
        self.as_array().null_count()
    }

    /// The text of a row of a text column.
    pub fn text(&self, row: usize) -> Option<&str> {
        match self {
            Values::Text(array) => array.is_valid(row).then(|| array.value(row)),
            Values::Coded(array) => {
                let words = array.values().as_any().downcast_ref::<StringArray>()?;
                array.key(row).map(|key| words.value(key))
            }
            _ => None,
        }
    }

    fn as_array(&self) -> &dyn Array {
        match self {
            Values::Number(array) => array,
            Values::Text(array) => array,
            Values::Coded(array) => array,
            Values::Date(array) => array,
            Values::Bool(array) => array,
            Values::Point { lat, .. } => lat,
        }
    }
}

impl Values {
    /// Some rows, in the given order.
    ///
    /// # Panics
    ///
    /// When there is no such row.
    pub fn take(&self, rows: &UInt32Array) -> Self {
        fn of<A: Array + Clone + 'static>(array: &A, rows: &UInt32Array) -> A {
            let taken = arrow_select::take::take(array, rows, None).expect("rows of the column");
            taken.as_any().downcast_ref::<A>().expect("the type stays").clone()
        }
        match self {
            Values::Number(array) => Values::Number(of(array, rows)),
            Values::Text(array) => Values::Text(of(array, rows)),
            Values::Coded(array) => Values::Coded(of(array, rows)),
            Values::Date(array) => Values::Date(of(array, rows)),
            Values::Bool(array) => Values::Bool(of(array, rows)),
            Values::Point { lat, lon } => Values::Point { lat: of(lat, rows), lon: of(lon, rows) },
        }
    }

    /// The same cells, text without a dictionary.
    pub fn plain(self) -> Self {
        match &self {
            Values::Coded(_) => Values::Text((0..self.len()).map(|row| self.text(row)).collect()),
            _ => self,
        }
    }

    /// A cell for people; empty where it is missing.
    pub fn shown(&self, row: usize) -> String {
        if self.is_null(row) {
            return String::new();
        }
        match self {
            Values::Number(array) => array.value(row).to_string(),
            Values::Text(_) | Values::Coded(_) => self.text(row).unwrap_or_default().to_owned(),
            Values::Date(array) => array.value_as_date(row).map_or_else(String::new, |day| day.to_string()),
            Values::Bool(array) => array.value(row).to_string(),
            Values::Point { lat, lon } => format!("{:.5} {:.5}", lat.value(row), lon.value(row)),
        }
    }

    /// Whether a cell is the same as one of another column of the same kind.
    pub fn same(&self, row: usize, other: &Self, other_row: usize) -> bool {
        if self.is_null(row) || other.is_null(other_row) {
            return self.is_null(row) && other.is_null(other_row);
        }
        match (self, other) {
            (Values::Number(a), Values::Number(b)) => a.value(row).total_cmp(&b.value(other_row)).is_eq(),
            (Values::Date(a), Values::Date(b)) => a.value(row) == b.value(other_row),
            (Values::Bool(a), Values::Bool(b)) => a.value(row) == b.value(other_row),
            (Values::Point { lat, lon }, Values::Point { lat: other_lat, lon: other_lon }) => {
                lat.value(row).total_cmp(&other_lat.value(other_row)).is_eq()
                    && lon.value(row).total_cmp(&other_lon.value(other_row)).is_eq()
            }
            (a, b) => a.text(row).is_some() && a.text(row) == b.text(other_row),
        }
    }
}

/// One column of several batches; all of one kind. No batch at all is an empty text column.
///
/// # Panics
///
/// When the kinds differ, or when the texts of a column exceed two gigabytes.
pub fn concatenate(parts: Vec<Values>) -> Values {
    fn all<'a, A: Array + Clone + 'static>(parts: &'a [Values], pick: impl Fn(&'a Values) -> Option<&'a A>) -> A {
        let arrays: Vec<&dyn Array> =
            parts.iter().map(|p| pick(p).expect("one kind of values") as &dyn Array).collect();
        let whole = arrow_select::concat::concat(&arrays).expect("arrays of one type");
        whole.as_any().downcast_ref::<A>().expect("arrays of one type").clone()
    }
    if parts.len() == 1 {
        return parts.into_iter().next().expect("there is one");
    }
    match parts.first() {
        None => Values::Text(StringArray::new_null(0)),
        Some(Values::Number(_)) => {
            Values::Number(all(&parts, |p| if let Values::Number(a) = p { Some(a) } else { None }))
        }
        Some(Values::Text(_)) => Values::Text(all(&parts, |p| if let Values::Text(a) = p { Some(a) } else { None })),
        Some(Values::Coded(_)) => Values::Coded(all(&parts, |p| if let Values::Coded(a) = p { Some(a) } else { None })),
        Some(Values::Date(_)) => Values::Date(all(&parts, |p| if let Values::Date(a) = p { Some(a) } else { None })),
        Some(Values::Bool(_)) => Values::Bool(all(&parts, |p| if let Values::Bool(a) = p { Some(a) } else { None })),
        Some(Values::Point { .. }) => Values::Point {
            lat: all(&parts, |p| if let Values::Point { lat, .. } = p { Some(lat) } else { None }),
            lon: all(&parts, |p| if let Values::Point { lon, .. } = p { Some(lon) } else { None }),
        },
    }
}
