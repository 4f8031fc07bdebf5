//! Rows in columns: what every later stage sees of the user's tables.

use arrow_array::types::Int32Type;
use arrow_array::{Array, BooleanArray, Date32Array, DictionaryArray, Float64Array, StringArray};

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

/// One column of several batches; all of one kind. No batch at all is an empty text column.
///
/// # Panics
///
/// When the kinds differ, or when the texts of a column exceed two gigabytes.
pub(super) fn concatenate(parts: Vec<Values>) -> Values {
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
