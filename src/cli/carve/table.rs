//! One table of the command line: its columns by name, with faults that say which row.

use std::collections::HashMap;
use std::path::Path;

use crate::data::{FieldKind, Values, field_names, read_fields};
use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};

/// The names of a table's columns, to choose from before anything is read.
pub struct Header {
    path: std::path::PathBuf,
    pub names: Vec<String>,
}

/// Faults of one kind in one table beyond these are only counted.
const SHOWN: usize = 5;

impl Header {
    pub fn read(path: &Path) -> Result<Self, Diagnostics> {
        let names = field_names(path).map_err(|d| std::iter::once(d).collect::<Diagnostics>())?;
        Ok(Self { path: path.to_owned(), names })
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|n| n == name)
    }

    /// The first of `usual` that the table has.
    pub fn first_of(&self, usual: &[&str]) -> Option<String> {
        usual.iter().find(|name| self.has(name)).map(|name| (*name).to_owned())
    }

    /// Reads columns whole; `wanted` are names and kinds.
    pub fn columns(&self, wanted: &[(String, FieldKind)]) -> Result<(usize, Vec<Values>), Diagnostics> {
        let unknown: Diagnostics = wanted
            .iter()
            .filter(|(name, _)| !self.has(name))
            .map(|(name, _)| {
                let all = || format!("its columns are {}", listed(&self.names));
                let help = did_you_mean(name, self.names.iter().map(String::as_str)).unwrap_or_else(all);
                let message = format!("`{}` has no column `{name}`", self.name());
                Diagnostic::error(codes::data::UNKNOWN_FIELD, message).help(help)
            })
            .collect();
        if unknown.has_errors() {
            return Err(unknown);
        }
        // A column may be asked for twice, for example as balance and as pull; it is read once.
        let mut distinct: Vec<(&str, FieldKind)> = wanted.iter().map(|(n, k)| (n.as_str(), *k)).collect();
        distinct.sort_by_key(|(name, kind)| (*name, *kind == FieldKind::Number));
        distinct.dedup();
        let fields = read_fields(&self.path, &distinct, rayon::current_num_threads())?;
        let place: HashMap<(&str, bool), usize> =
            distinct.iter().enumerate().map(|(i, (n, k))| ((*n, *k == FieldKind::Number), i)).collect();
        let columns = wanted
            .iter()
            .map(|(name, kind)| fields.columns[place[&(name.as_str(), *kind == FieldKind::Number)]].clone())
            .collect();
        Ok((fields.rows, columns))
    }

    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The keys of all rows, none empty, none twice.
    pub fn keys(&self, column: &str, values: &Values) -> Result<Vec<String>, Diagnostics> {
        let mut faults = Vec::new();
        let mut first: HashMap<&str, usize> = HashMap::with_capacity(values.len());
        let mut keys = Vec::with_capacity(values.len());
        for row in 0..values.len() {
            let key = values.text(row).unwrap_or("");
            if key.is_empty() {
                faults.push((codes::data::MISSING_CELL, format!("`{column}` is empty in {}", self.row(row))));
            } else if let Some(earlier) = first.insert(key, row) {
                let message = format!("`{key}` is the `{column}` of two rows, {} and {}", self.row(earlier), row + 1);
                faults.push((codes::data::DUPLICATE_KEY, message));
            }
            keys.push(key.to_owned());
        }
        finish(faults).map(|()| keys)
    }

    /// Numbers without holes or signs.
    pub fn amounts(&self, column: &str, values: &Values) -> Result<Vec<f64>, Diagnostics> {
        let mut faults = Vec::new();
        let amounts = (0..values.len())
            .map(|row| match number(values, row) {
                Some(amount) if amount >= 0.0 => amount,
                Some(amount) => {
                    let message = format!("`{column}` is {amount} in {}: it must not be negative", self.row(row));
                    faults.push((codes::data::BAD_CELL, message));
                    0.0
                }
                None => {
                    faults.push((codes::data::MISSING_CELL, format!("`{column}` is empty in {}", self.row(row))));
                    0.0
                }
            })
            .collect();
        finish(faults).map(|()| amounts)
    }

    /// Pairs of coordinates; a row with neither has no position.
    pub fn pairs(
        &self,
        columns: &(String, String),
        x: &Values,
        y: &Values,
    ) -> Result<Vec<Option<[f64; 2]>>, Diagnostics> {
        let mut faults = Vec::new();
        let pairs = (0..x.len())
            .map(|row| match (number(x, row), number(y, row)) {
                (Some(x), Some(y)) => Some([x, y]),
                (None, None) => None,
                (x, _) => {
                    let empty = if x.is_none() { &columns.0 } else { &columns.1 };
                    faults.push((codes::data::MISSING_CELL, format!("`{empty}` is empty in {}", self.row(row))));
                    None
                }
            })
            .collect();
        finish(faults).map(|()| pairs)
    }

    /// Checks longitudes and latitudes.
    pub fn on_earth(&self, columns: &(String, String), pairs: &[Option<[f64; 2]>]) -> Result<(), Diagnostics> {
        let inside = |[lon, lat]: [f64; 2]| lon.abs() <= 360.0 && lat.abs() <= 90.0;
        let outside: Vec<usize> = (0..pairs.len()).filter(|&row| pairs[row].is_some_and(|p| !inside(p))).collect();
        let placed = pairs.iter().flatten().count();
        if outside.len() * 2 > placed && pairs.iter().flatten().all(|&[lon, lat]| inside([lat, lon])) {
            let (lon, lat) = columns;
            let message = format!("`{lon}` and `{lat}` of `{}` are swapped", self.name());
            let help = format!("write `--position {lat},{lon}`");
            return Err(std::iter::once(Diagnostic::error(codes::data::SWAPPED_POSITION, message).help(help)).collect());
        }
        let fault = |&row: &usize| {
            let [lon, lat] = pairs[row].unwrap_or_default();
            let message = format!("longitude {lon}, latitude {lat} is no place on Earth, in {}", self.row(row));
            (codes::data::BAD_POSITION, message)
        };
        finish(outside.iter().map(fault).collect()).map_err(|mut wrong| {
            wrong.push(
                Diagnostic::new(
                    codes::data::BAD_POSITION,
                    crate::diagnostics::Severity::Note,
                    "positions are read as degrees",
                )
                .help("for coordinates of a plane, add `--planar`"),
            );
            wrong
        })
    }

    fn row(&self, row: usize) -> String {
        format!("row {} of `{}`", row + 1, self.name())
    }
}

pub fn number(values: &Values, row: usize) -> Option<f64> {
    use arrow_array::Array as _;
    match values {
        Values::Number(numbers) => numbers.is_valid(row).then(|| numbers.value(row)),
        _ => None,
    }
}

fn finish(faults: Vec<(crate::diagnostics::Code, String)>) -> Result<(), Diagnostics> {
    if faults.is_empty() {
        return Ok(());
    }
    let count = faults.len();
    let mut wrong: Diagnostics =
        faults.into_iter().take(SHOWN).map(|(code, message)| Diagnostic::error(code, message)).collect();
    if count > SHOWN {
        let more = format!("and {} more like these", count - SHOWN);
        wrong.push(Diagnostic::new(codes::data::BAD_CELL, crate::diagnostics::Severity::Note, more));
    }
    Err(wrong)
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(20).map(|n| format!("`{n}`")).collect();
    let more = if names.len() > 20 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
