//! Points, circles and shapes.

use super::known::Table;
use super::missing::Loose;
use super::operand::{Operand, PointOperand};
use super::typing::Typing;
use super::units::{self, BARE, DISTANCE, Quantity};
use crate::diagnostics::codes::check::{NO_SUCH_TABLE, NOT_CONSTANT, OUT_OF_RANGE, UNIT_MISMATCH};
use crate::diagnostics::{Diagnostic, Span};
use crate::plan::{Condition, Predicate};
use crate::syntax::ast::{Expr, Text};
use crate::workspace::schema::ColumnId;

impl Typing<'_, '_> {
    /// `point(lat 40.7, lon -74.0)`
    pub fn point(&mut self, lat: &Expr, lon: &Expr) -> Option<PointOperand> {
        let (lat_value, lon_value) = (self.degrees(lat), self.degrees(lon));
        let (lat_value, lon_value) = (lat_value?, lon_value?);
        let swapped = lat_value.abs() > 90.0 && lat_value.abs() <= 180.0 && lon_value.abs() <= 90.0;
        for (value, at, name, most) in [(lat_value, lat, "latitude", 90.0), (lon_value, lon, "longitude", 180.0)] {
            if value.abs() > most {
                let help = swapped.then(|| {
                    let (lat, lon) = (units::plain(lon_value), units::plain(lat_value));
                    format!("latitude and longitude look swapped: `point(lat {lat}, lon {lon})`")
                });
                let message = format!("a {name} lies between -{most} and {most} degrees");
                self.found.push(Diagnostic::error(OUT_OF_RANGE, message).label(at.span, "beyond").maybe_help(help));
                return None;
            }
        }
        Some(PointOperand::Fixed { lat: lat_value, lon: lon_value })
    }

    fn degrees(&mut self, expr: &Expr) -> Option<f64> {
        let quantity = self.fixed_number(expr)?;
        if quantity.number.unit != BARE {
            let message = format!("degrees are bare numbers, and this is {}", quantity.describe());
            self.found.push(Diagnostic::error(UNIT_MISMATCH, message).label(expr.span, quantity.describe()));
            return None;
        }
        quantity.literal()
    }

    /// `location within 25 mi of point(…)`
    pub fn within(&mut self, value: &Expr, radius: &Expr, of: &Expr, span: Span) -> Option<Condition> {
        let mark = self.open.len();
        let subject = self.operand(value);
        let circle = self.circle(radius, of);
        self.decide(mark);
        let column = self.point_column(&subject?, value.span)?;
        let (lat, lon, km) = circle?;
        Some(Condition::Test(Predicate::Within { column, lat, lon, km }, span))
    }

    /// Latitude and longitude in degrees, radius in kilometres.
    pub fn circle(&mut self, radius: &Expr, of: &Expr) -> Option<(f64, f64, f64)> {
        let (radius_value, centre) = (self.radius(radius), self.operand(of));
        match (radius_value?, centre?) {
            (km, Operand::Point(PointOperand::Fixed { lat, lon })) => Some((lat, lon, km)),
            (_, Operand::Point(PointOperand::Column { .. })) => {
                self.found.push(
                    Diagnostic::error(NOT_CONSTANT, "a circle has a fixed centre, and this point differs by account")
                        .label(of.span, "a column")
                        .help("write `point(lat …, lon …)` or the name of a `let`"),
                );
                None
            }
            (_, other) => {
                self.due("a point", &other, of.span);
                None
            }
        }
    }

    fn radius(&mut self, expr: &Expr) -> Option<f64> {
        let quantity: Quantity = self.fixed_number(expr)?;
        let value = quantity.literal()?;
        if quantity.number.unit != DISTANCE {
            let message = format!("a distance is due, and this is {}", quantity.describe());
            let help = units::example(value, DISTANCE).filter(|_| quantity.number.unit == BARE);
            let mismatch = Diagnostic::error(UNIT_MISMATCH, message).label(expr.span, quantity.describe());
            self.found.push(mismatch.maybe_help(help));
            return None;
        }
        if value < 0.0 {
            self.found
                .push(Diagnostic::error(OUT_OF_RANGE, "a radius is not negative").label(expr.span, "less than nought"));
            return None;
        }
        Some(value)
    }

    /// `location inside "geo/london.geojson"`
    pub fn inside(&mut self, value: &Expr, file: &Text, span: Span) -> Option<Condition> {
        let mark = self.open.len();
        let subject = self.operand(value);
        self.decide(mark);
        let column = self.point_column(&subject?, value.span)?;
        self.inside_column(column, file, span)
    }

    pub fn inside_column(&mut self, column: ColumnId, file: &Text, span: Span) -> Option<Condition> {
        // Every shape was gathered before; a path that is not there is a bug, and says nothing of the user's plan.
        let shape = self.known.shape(&file.value)?;
        Some(Condition::Test(Predicate::Inside { column, shape }, span))
    }

    pub fn point_column(&mut self, subject: &Operand, span: Span) -> Option<ColumnId> {
        match subject {
            Operand::Point(PointOperand::Column { column, .. }) => Some(*column),
            Operand::Point(PointOperand::Fixed { .. }) => {
                self.found.push(
                    Diagnostic::error(NOT_CONSTANT, "a point column is due, and this point is the same for all")
                        .label(span, "a fixed point")
                        .help("name the column first: `location within 25 mi of point(…)`"),
                );
                None
            }
            other => {
                self.due("a point column", other, span);
                None
            }
        }
    }

    /// The accounts' own position, for `distance` with a single argument.
    pub fn position(&mut self, span: Span) -> Option<(ColumnId, bool)> {
        let Some(column) = self.known.manifest.accounts.position else {
            self.found.push(
                Diagnostic::error(NO_SUCH_TABLE, "the accounts have no position")
                    .label(span, "measured from the account's position")
                    .help(
                        "name the point column with `position = …` in terrac.toml, or pass it: `distance(COLUMN, …)`",
                    ),
            );
            return None;
        };
        let nullable = self.known.column(column, Table::Accounts).nullable() && !self.present.contains(&column);
        if nullable {
            self.open.push(Loose { column, span, place: self.place });
        }
        Some((column, nullable))
    }
}
