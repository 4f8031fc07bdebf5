//! The polygons that `inside` asks for, read from GeoJSON (RFC 7946).
//!
//! Takes the project and the plan's shapes, gives their polygons in degrees, in the plan's order. Polygons are
//! gathered from polygons, multipolygons, features, collections of features and of geometries; points and lines
//! beside them hold no area and are passed over. Invariant: every ring is closed, has an area's worth of corners and
//! lies on the earth. Deliberately absent: what lies inside; `classify` knows.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::{GeoJson, Geometry, GeometryValue, Position};

use crate::diagnostics::codes::data::{INVALID_SHAPE, UNREADABLE_FILE};
use crate::diagnostics::codes::workspace::NOT_UTF8;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::plan;
use crate::workspace::Workspace;

/// Longitudes may run on past 180 degrees where a ring crosses the antimeridian, but not around the earth twice.
const FARTHEST_LON: f64 = 540.0;

/// Reads every shape; one that cannot be read is empty and has a finding.
pub fn read_shapes(workspace: &Workspace, shapes: &[plan::Shape]) -> (Vec<MultiPolygon<f64>>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let mut read = |shape: &plan::Shape| {
        read_file(workspace, shape).unwrap_or_else(|finding| {
            diagnostics.push(finding.label(shape.span, "asked for here"));
            MultiPolygon::new(Vec::new())
        })
    };
    let polygons = shapes.iter().map(&mut read).collect();
    (polygons, diagnostics)
}

fn read_file(workspace: &Workspace, shape: &plan::Shape) -> Result<MultiPolygon<f64>, Diagnostic> {
    let name = &shape.path;
    let path = workspace
        .find_data_file(name)
        .map_err(|fault| Diagnostic::error(fault.code(), format!("`{name}` {}", fault.why())))?;
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => Diagnostic::error(NOT_UTF8, format!("`{name}` is not UTF-8 text")),
        _ => Diagnostic::error(UNREADABLE_FILE, format!("`{name}` cannot be read: {error}")),
    })?;
    polygons_of(&text).map_err(|why| Diagnostic::error(INVALID_SHAPE, format!("`{name}` {why}")))
}

/// The polygons of a GeoJSON text, or what is wrong with it.
fn polygons_of(text: &str) -> Result<MultiPolygon<f64>, String> {
    let json: GeoJson = text.trim_start_matches('\u{feff}').parse().map_err(|error: geojson::Error| match error {
        geojson::Error::MalformedGeoJson(error) => format!("is not GeoJSON: {error}"),
        other => format!("is not GeoJSON: {other}"),
    })?;
    let mut gathered = Gathered::default();
    match json {
        GeoJson::Geometry(geometry) => gathered.geometry(&geometry)?,
        GeoJson::Feature(feature) => feature.geometry.iter().try_for_each(|geometry| gathered.geometry(geometry))?,
        GeoJson::FeatureCollection(collection) => {
            let geometries = collection.features.iter().filter_map(|feature| feature.geometry.as_ref());
            geometries.into_iter().try_for_each(|geometry| gathered.geometry(geometry))?;
        }
    }
    match (gathered.polygons.is_empty(), gathered.passed_over) {
        (false, _) => Ok(MultiPolygon::new(gathered.polygons)),
        (true, Some(other)) => Err(format!("holds no polygon, only geometry such as a {other}")),
        (true, None) => Err("holds no polygon".to_owned()),
    }
}

#[derive(Default)]
struct Gathered {
    polygons: Vec<Polygon<f64>>,
    passed_over: Option<&'static str>,
}

impl Gathered {
    fn geometry(&mut self, geometry: &Geometry) -> Result<(), String> {
        match &geometry.value {
            GeometryValue::Polygon { coordinates } => self.polygon(coordinates),
            GeometryValue::MultiPolygon { coordinates } => coordinates.iter().try_for_each(|rings| self.polygon(rings)),
            GeometryValue::GeometryCollection { geometries } => geometries.iter().try_for_each(|g| self.geometry(g)),
            other => {
                self.passed_over.get_or_insert(other.type_name());
                Ok(())
            }
        }
    }

    fn polygon(&mut self, rings: &[Vec<Position>]) -> Result<(), String> {
        let number = self.polygons.len() + 1;
        let mut lines = Vec::with_capacity(rings.len());
        for (ring, corners) in rings.iter().enumerate() {
            let place = match ring {
                0 => format!("the outer ring of its polygon {number}"),
                hole => format!("hole {hole} of its polygon {number}"),
            };
            lines.push(line(corners).map_err(|why| format!("is no valid shape: {place} {why}"))?);
        }
        let mut lines = lines.into_iter();
        // RFC 7946 lets a polygon be empty; it holds nothing.
        if let Some(outer) = lines.next() {
            self.polygons.push(Polygon::new(outer, lines.collect()));
        }
        Ok(())
    }
}

fn line(corners: &[Position]) -> Result<LineString<f64>, String> {
    let mut line = Vec::with_capacity(corners.len());
    for corner in corners {
        let [x, y, ..] = *corner.as_slice() else { return Err("has a position without two numbers".to_owned()) };
        if !(-90.0..=90.0).contains(&y) {
            let hint = if (-90.0..=90.0).contains(&x) { "; GeoJSON puts the longitude first" } else { "" };
            return Err(format!("has the latitude {y}, which is not on the earth{hint}"));
        }
        if !(-FARTHEST_LON..=FARTHEST_LON).contains(&x) {
            return Err(format!("has the longitude {x}, which is not on the earth"));
        }
        line.push(Coord { x, y });
    }
    if line.len() < 4 {
        return Err(format!("has {} positions, a ring needs four", line.len()));
    }
    if line.first() != line.last() {
        return Err("does not end where it begins".to_owned());
    }
    Ok(LineString::new(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Span;

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}"#;

    #[test]
    fn every_kind_of_geojson() {
        let multi =
            r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}"#;
        let collection = format!(
            r#"{{"type":"GeometryCollection","geometries":[{SQUARE},{{"type":"Point","coordinates":[1,2]}},{multi}]}}"#
        );
        let feature = |geometry: &str| format!(r#"{{"type":"Feature","properties":{{"a":1}},"geometry":{geometry}}}"#);
        let features = format!(
            r#"{{"type":"FeatureCollection","features":[{},{},{}]}}"#,
            feature(SQUARE),
            feature("null"),
            feature(&collection)
        );
        for (text, polygons) in [
            (SQUARE.to_owned(), 1),
            (format!("\u{feff}{SQUARE}"), 1),
            (multi.to_owned(), 2),
            (collection.clone(), 3),
            (feature(multi), 2),
            (features, 4),
        ] {
            assert_eq!(polygons_of(&text).expect("valid").0.len(), polygons, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let ring = |ring: &str| format!(r#"{{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],{ring}]}}"#);
        for (text, wanted) in [
            ("{".to_owned(), "is not GeoJSON: EOF while parsing an object at line 1 column 1"),
            (r#"{"type":"Topology"}"#.to_owned(), "is not GeoJSON: "),
            (r#"{"type":"Point","coordinates":[1,2]}"#.to_owned(), "holds no polygon, only geometry such as a Point"),
            (r#"{"type":"FeatureCollection","features":[]}"#.to_owned(), "holds no polygon"),
            (ring("[[1,1],[2,1],[2,2],[1,2]]"), "hole 1 of its polygon 1 does not end where it begins"),
            (ring("[[1,1],[2,1],[1,1]]"), "hole 1 of its polygon 1 has 3 positions, a ring needs four"),
            (
                ring("[[40,-100],[41,-100],[41,-101],[40,-100]]"),
                "has the latitude -100, which is not on the earth; GeoJSON",
            ),
            (ring("[[1000,1],[2,1],[2,2],[1000,1]]"), "has the longitude 1000, which is not on the earth"),
            (ring("[[1],[2,1],[2,2],[1]]"), "hole 1 of its polygon 1 has a position without two numbers"),
            (ring(r#"[["a",1],[2,1],[2,2],["a",1]]"#), "is not GeoJSON: "),
        ] {
            let error = polygons_of(&text).expect_err(&text);
            assert!(error.contains(wanted), "{error} for {text}");
        }
    }

    #[test]
    fn files() {
        let outside = tempfile::tempdir().expect("a folder");
        let root = outside.path().join("project");
        std::fs::create_dir_all(root.join("geo")).expect("folders");
        std::fs::write(root.join("geo/good.geojson"), SQUARE).expect("a file");
        std::fs::write(root.join("latin.geojson"), b"\xe9").expect("a file");
        std::fs::write(outside.path().join("secret.geojson"), SQUARE).expect("a file");
        let manifest = "[project]\nname = \"p\"\nplan = \"p.terr\"\n[accounts]\nfiles = \"a.csv\"\nkey = \"id\"\n\
                        [accounts.columns]\nid = \"id\"\n";
        std::fs::write(root.join("terrac.toml"), manifest).expect("a file");
        std::fs::write(root.join("p.terr"), "").expect("a file");
        let workspace = crate::workspace::open(&root).0.expect("a project");
        let shape = |path: &str| plan::Shape { path: path.into(), span: Span::default() };
        let paths = ["geo/good.geojson", "geo/none.geojson", "latin.geojson", "../secret.geojson"];
        let (read, findings) = read_shapes(&workspace, &paths.map(shape));
        assert_eq!(read.iter().map(|polygons| polygons.0.len()).collect::<Vec<_>>(), [1, 0, 0, 0]);
        let said: Vec<String> = findings.iter().map(|d| format!("{}: {}", d.code.name, d.message)).collect();
        assert_eq!(
            said,
            [
                "missing-file: `geo/none.geojson` does not exist",
                "not-utf8: `latin.geojson` is not UTF-8 text",
                "outside-project: `../secret.geojson` lies outside the project folder",
            ]
        );
    }
}
