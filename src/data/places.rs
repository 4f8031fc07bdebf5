//! The positions of codes: the `[places]` table, held whole.

use std::ops::ControlFlow;

use super::batch::Values;
use super::cell::{Coding, Fault, Reading};
use super::faults::{Described, thousands};
use super::intern::Interner;
use super::locate::data_files;
use super::scan::{Source, Wishes};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::workspace::Workspace;
use crate::workspace::manifest::PlacesTable;
use crate::workspace::schema::{ColumnType, FileUnit};

/// Where each code lies.
#[derive(Debug)]
pub struct Places {
    keys: Interner,
    /// Latitude and longitude in degrees.
    positions: Vec<(f64, f64)>,
}

impl Places {
    /// Latitude and longitude of a code, in degrees.
    pub fn find(&self, code: &str) -> Option<(f64, f64)> {
        self.keys.find(code).map(|number| self.positions[number as usize])
    }
}

/// Reads the places. A code that is listed twice with different positions keeps the southernmost, with a warning.
pub fn read_places(workspace: &Workspace, table: &PlacesTable, threads: usize) -> (Option<Places>, Diagnostics) {
    let files = match data_files(workspace, &table.files) {
        Ok(files) => files,
        Err(wrong) => return (None, wrong),
    };
    let described = |field: &str, kind| Described {
        name: field.to_owned(),
        field: field.to_owned(),
        kind,
        span: Some(table.files.span),
        sensitive: false,
    };
    let degrees = Reading::Number { kind: ColumnType::Number, unit: FileUnit::Base };
    let mut wishes = Wishes::default();
    wishes.add(&table.key, Reading::Text(Coding::Never), false, described(&table.key, "code"));
    wishes.add(&table.lat, degrees, false, described(&table.lat, "number"));
    wishes.add(&table.lon, degrees, false, described(&table.lon, "number"));
    let source = match Source::open(files, wishes, Some(table.files.span)) {
        Ok(source) => source,
        Err(wrong) => return (None, wrong),
    };
    let mut places = Places { keys: Interner::new(), positions: Vec::new() };
    let mut twice = 0;
    let rows = source.scan(
        threads,
        |decoded| {
            for (want, limit, fault) in [(1, 90.0, Fault::Latitude), (2, 180.0, Fault::Longitude)] {
                let Values::Number(values) = &decoded.columns[want] else { unreachable!("degrees are numbers") };
                for (row, value) in values.iter().enumerate() {
                    if let Some(value) = value.filter(|v| v.abs() > limit) {
                        decoded.faults.add(fault, Some(want), || ((decoded.place)(row), value.to_string()));
                    }
                }
            }
            (decoded.rows, decoded.columns.clone())
        },
        |(rows, columns)| {
            let (Values::Number(lat), Values::Number(lon)) = (&columns[1], &columns[2]) else {
                unreachable!("degrees are numbers")
            };
            for row in 0..rows {
                let Some(key) = columns[0].text(row) else { continue };
                if columns[1].is_null(row) || columns[2].is_null(row) {
                    continue;
                }
                let position = (lat.value(row), lon.value(row));
                let number = places.keys.intern(key) as usize;
                match places.positions.get_mut(number) {
                    None => places.positions.push(position),
                    Some(known) if *known == position => {}
                    Some(known) => {
                        twice += 1;
                        if position < *known {
                            *known = position;
                        }
                    }
                }
            }
            ControlFlow::Continue(())
        },
    );
    let mut found = Diagnostics::default();
    if let Err(wrong) = rows {
        return (None, wrong);
    }
    if twice > 0 {
        let message = format!("{} rows of `[places]` give a code another position", thousands(twice));
        let warning = Diagnostic::warning(codes::data::DUPLICATE_KEY, message);
        found.push(source.of_table(warning).help("list every code once; the southernmost position is taken"));
    }
    (Some(places), found)
}
