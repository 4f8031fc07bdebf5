//! Polygons made ready to be asked which places lie inside.
//!
//! Takes polygons in degrees, gives [`PreparedShape`]. An edge is a straight line in longitude and latitude, as RFC
//! 7946 (3.1.1) has it, not an arc of a great circle. A polygon may cross the antimeridian in either way: cut along
//! it into several (RFC 7946, 3.1.9), or as one ring with longitudes that jump by more than 180 degrees, or run on
//! past 180; a single edge longer than 180 degrees of longitude therefore always means the short way round. A ring
//! that goes once round the earth encloses the pole nearer to it. Both poles are the upper and lower rim of the map:
//! whether a polygon that merely touches latitude 90 holds the pole depends on the longitude asked. Invariant: the
//! border (of a hole too) lies inside. Deliberately absent: files; `data` reads them.

use geo::{LineString, MultiPolygon};

/// Degrees within which a place counts as on the border: a tenth of a millimetre.
const ON_BORDER: f64 = 1e-9;

/// The poles are asked for just below and above the rim of the map, where rings around them are still to be seen.
const NEAR_POLE: f64 = 90.0 - 1e-10;

/// Polygons with their edges in bands of latitude: a question reads only the edges of one band.
#[derive(Debug, Clone)]
pub struct PreparedShape {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
    bands_per_degree: f64,
    /// Where each band's edges begin in `banded`, and the end of the last.
    starts: Vec<u32>,
    /// Indices of edges, by band, then polygon.
    banded: Vec<u32>,
    edges: Vec<Edge>,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    from: (f64, f64),
    to: (f64, f64),
    polygon: u32,
    /// No border: it closes a ring round the earth at the pole.
    seam: bool,
}

/// Where a place lies against one edge.
enum Against {
    Border,
    /// A line from the place to the east crosses it.
    Crossed,
    Elsewhere,
}

impl PreparedShape {
    pub fn new(polygons: &MultiPolygon<f64>) -> Self {
        let mut edges = Vec::new();
        for (polygon, rings) in polygons.iter().enumerate() {
            for ring in std::iter::once(rings.exterior()).chain(rings.interiors()) {
                add_ring(ring, polygon as u32, &mut edges);
            }
        }
        let corners = || edges.iter().flat_map(|e| [e.from, e.to]);
        let west = corners().map(|c| c.0).fold(f64::INFINITY, f64::min);
        let east = corners().map(|c| c.0).fold(f64::NEG_INFINITY, f64::max);
        let south = corners().map(|c| c.1).fold(f64::INFINITY, f64::min);
        let north = corners().map(|c| c.1).fold(f64::NEG_INFINITY, f64::max);

        // As many bands as edges, but fewer where long edges would fill them all: the index stays proportional to
        // the number of edges.
        let height = (north - south).max(ON_BORDER);
        let tall: f64 = edges.iter().map(|e| (e.to.1 - e.from.1).abs() / height).sum();
        let bands = (edges.len() as f64 * (8.0 / tall.max(1.0)).min(1.0)).ceil().clamp(1.0, 65_536.0);
        let mut shape = Self {
            west,
            east,
            south,
            north,
            bands_per_degree: bands / height,
            starts: vec![0; bands as usize + 1],
            banded: Vec::new(),
            edges,
        };
        let spans: Vec<(usize, usize)> = shape
            .edges
            .iter()
            .map(|e| (e.from.1.min(e.to.1) - ON_BORDER, e.from.1.max(e.to.1) + ON_BORDER))
            .map(|(low, high)| (shape.band(low), shape.band(high)))
            .collect();
        for (low, high) in &spans {
            shape.starts[low + 1..=high + 1].iter_mut().for_each(|count| *count += 1);
        }
        for band in 1..shape.starts.len() {
            shape.starts[band] += shape.starts[band - 1];
        }
        let mut next = shape.starts.clone();
        shape.banded = vec![0; *shape.starts.last().expect("at least one band") as usize];
        for (edge, (low, high)) in spans.iter().enumerate() {
            for slot in &mut next[*low..=*high] {
                shape.banded[*slot as usize] = edge as u32;
                *slot += 1;
            }
        }
        shape
    }

    /// Degrees; a longitude may be given on either side of the antimeridian.
    pub fn contains(&self, lat: f64, lon: f64) -> bool {
        if !(lat >= self.south - ON_BORDER && lat <= self.north + ON_BORDER) {
            return false;
        }
        // A ring across the antimeridian runs on past 180 degrees on one side of the map or the other. A polygon
        // holds the place when the places one turn apart, taken together, lie within an odd number of its rings.
        let turns = [lon, lon + 360.0, lon - 360.0].map(|x| (self.reaches(x), x));
        if !turns.iter().any(|(reached, _)| *reached) {
            return false;
        }
        let lat = lat.clamp(-NEAR_POLE, NEAR_POLE);
        let band = self.band(lat);
        let edges = &self.banded[self.starts[band] as usize..self.starts[band + 1] as usize];
        let (mut polygon, mut odd) = (u32::MAX, false);
        for index in edges {
            let edge = &self.edges[*index as usize];
            if edge.polygon != polygon {
                if odd {
                    return true;
                }
                polygon = edge.polygon;
            }
            for (reached, x) in turns {
                match edge.against(x, lat) {
                    Against::Border if reached => return true,
                    Against::Crossed if reached => odd = !odd,
                    _ => {}
                }
            }
        }
        odd
    }

    /// Edges of the borders, each from (longitude, latitude) to another; longitudes run on past 180 degrees.
    pub fn borders(&self) -> impl Iterator<Item = ((f64, f64), (f64, f64))> {
        self.edges.iter().filter(|edge| !edge.seam).map(|edge| (edge.from, edge.to))
    }

    fn reaches(&self, lon: f64) -> bool {
        lon >= self.west - ON_BORDER && lon <= self.east + ON_BORDER
    }

    fn band(&self, lat: f64) -> usize {
        (((lat - self.south) * self.bands_per_degree).max(0.0) as usize).min(self.starts.len() - 2)
    }
}

impl Edge {
    fn against(&self, x: f64, y: f64) -> Against {
        let ((x1, y1), (x2, y2)) = (self.from, self.to);
        let straddles = (y1 > y) != (y2 > y);
        if x < x1.min(x2) - ON_BORDER {
            return if straddles { Against::Crossed } else { Against::Elsewhere };
        }
        if x > x1.max(x2) + ON_BORDER {
            return Against::Elsewhere;
        }
        let (dx, dy) = (x2 - x1, y2 - y1);
        if !self.seam {
            let length = dx * dx + dy * dy;
            let along = if length > 0.0 { (((x - x1) * dx + (y - y1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
            let (off_x, off_y) = (x1 + along * dx - x, y1 + along * dy - y);
            if off_x * off_x + off_y * off_y <= ON_BORDER * ON_BORDER {
                return Against::Border;
            }
        }
        if straddles && x1 + (y - y1) / dy * dx > x { Against::Crossed } else { Against::Elsewhere }
    }
}

/// Appends the edges of one ring with its longitudes made continuous.
fn add_ring(ring: &LineString<f64>, polygon: u32, into: &mut Vec<Edge>) {
    let Some(first) = ring.0.first() else { return };
    // A ring that was cut along the antimeridian may run along the rim of the map from one side to the other; that
    // edge is as long as the map and no jump.
    let jumps = |from: f64, to: f64| (to - from).abs() > 180.0 && (to - from).abs() < 360.0;
    let crosses = ring.lines().any(|l| jumps(l.start.x, l.end.x));
    let mut at = (first.x, first.y);
    for corner in &ring.0[1..] {
        let mut x = corner.x;
        if crosses {
            x += ((at.0 - x) / 360.0).round() * 360.0;
        }
        into.push(Edge { from: at, to: (x, corner.y), polygon, seam: false });
        at = (x, corner.y);
    }
    if (at.0 - first.x).abs() > 180.0 {
        // Once round the earth: closed over the pole.
        let mean = ring.0.iter().map(|c| c.y).sum::<f64>() / ring.0.len() as f64;
        let pole = if mean < 0.0 { -90.0 } else { 90.0 };
        let over = [at, (at.0, pole), (first.x, pole), (first.x, first.y)];
        into.extend(over.windows(2).map(|w| Edge { from: w[0], to: w[1], polygon, seam: true }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Coord, Polygon};
    use proptest::prelude::*;

    fn ring(corners: &[(f64, f64)]) -> LineString<f64> {
        let mut line: Vec<Coord<f64>> = corners.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect();
        line.push(line[0]);
        LineString::new(line)
    }

    fn polygon(exterior: &[(f64, f64)], holes: &[&[(f64, f64)]]) -> Polygon<f64> {
        Polygon::new(ring(exterior), holes.iter().map(|h| ring(h)).collect())
    }

    fn shape(polygons: Vec<Polygon<f64>>) -> PreparedShape {
        PreparedShape::new(&MultiPolygon::new(polygons))
    }

    fn square(west: f64, south: f64, size: f64) -> Vec<(f64, f64)> {
        vec![(west, south), (west + size, south), (west + size, south + size), (west, south + size)]
    }

    #[test]
    fn borders_holes_and_corners() {
        let s = shape(vec![polygon(&square(0.0, 0.0, 10.0), &[&square(4.0, 4.0, 2.0)])]);
        for (lat, lon, inside) in [
            (5.0, 1.0, true),
            (5.0, 5.0, false),
            (0.0, 0.0, true),
            (10.0, 10.0, true),
            (5.0, 10.0, true),
            (10.0, 3.0, true),
            (4.0, 5.0, true),
            (5.0, 4.0, true),
            (10.1, 5.0, false),
            (5.0, -0.1, false),
            (5.0, 361.0, true),
            (f64::NAN, 5.0, false),
            (5.0, f64::NAN, false),
        ] {
            assert_eq!(s.contains(lat, lon), inside, "{lat} {lon}");
        }
    }

    #[test]
    fn overlapping_polygons_are_one_area() {
        let s = shape(vec![polygon(&square(0.0, 0.0, 4.0), &[]), polygon(&square(2.0, 0.0, 4.0), &[])]);
        assert!(s.contains(1.0, 3.0) && s.contains(1.0, 1.0) && s.contains(1.0, 5.0) && !s.contains(1.0, 6.5));
    }

    #[test]
    fn antimeridian_cut_and_uncut() {
        let cut = shape(vec![
            polygon(&[(170.0, -5.0), (180.0, -5.0), (180.0, 5.0), (170.0, 5.0)], &[]),
            polygon(&[(-180.0, -5.0), (-170.0, -5.0), (-170.0, 5.0), (-180.0, 5.0)], &[]),
        ]);
        let hole: &[(f64, f64)] = &[(-178.0, -1.0), (-176.0, -1.0), (-176.0, 1.0), (-178.0, 1.0)];
        let jumping = polygon(&[(170.0, -5.0), (-170.0, -5.0), (-170.0, 5.0), (170.0, 5.0)], &[hole]);
        let running = polygon(&[(170.0, -5.0), (190.0, -5.0), (190.0, 5.0), (170.0, 5.0)], &[hole]);
        for s in [cut, shape(vec![jumping]), shape(vec![running])] {
            for lon in [175.0, 180.0, -180.0, -175.0, 170.0, -170.0] {
                assert!(s.contains(0.0, lon), "{lon}");
            }
            assert!(!s.contains(0.0, 0.0) && !s.contains(0.0, 169.0) && !s.contains(0.0, -169.0));
        }
        let jumping = polygon(&[(170.0, -5.0), (-170.0, -5.0), (-170.0, 5.0), (170.0, 5.0)], &[hole]);
        assert!(!shape(vec![jumping]).contains(0.0, -177.0));
    }

    #[test]
    fn poles_and_the_whole_world() {
        let round = [(-120.0, 70.0), (0.0, 65.0), (120.0, 70.0)];
        let cap = shape(vec![polygon(&round, &[])]);
        for lon in [-180.0, -120.0, -1.0, 0.0, 60.0, 120.0, 179.0] {
            assert!(cap.contains(75.0, lon) && cap.contains(90.0, lon) && !cap.contains(60.0, lon), "{lon}");
        }
        let around: Vec<(f64, f64)> = round.iter().map(|(x, y)| (*x, y - 20.0)).collect();
        let belt = shape(vec![polygon(&around, &[&round])]);
        for lon in [-180.0, -121.0, -119.0, 0.0, 1.0, 179.0] {
            assert!(!belt.contains(75.0, lon) && belt.contains(60.0, lon), "{lon}");
        }
        let south: Vec<(f64, f64)> = round.iter().map(|(x, y)| (*x, -y)).collect();
        assert!(shape(vec![polygon(&south, &[])]).contains(-89.0, 33.0));
        // Cut the RFC's way: along 180 degrees down to the pole and back along the rim.
        let rim = [(-180.0, -80.0), (0.0, -70.0), (180.0, -80.0), (180.0, -90.0), (-180.0, -90.0)];
        let cut = shape(vec![polygon(&rim, &[])]);
        assert!(cut.contains(-85.0, 0.0) && cut.contains(-85.0, 180.0) && !cut.contains(-60.0, 0.0));
        let world = shape(vec![polygon(&[(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)], &[])]);
        assert!(world.contains(0.0, 0.0) && world.contains(90.0, 180.0) && world.contains(-45.0, -180.0));
    }

    /// Winding number by the sum of angles: slow, and nothing like the crossings above.
    fn winds(ring: &LineString<f64>, x: f64, y: f64) -> bool {
        let angle = |c: Coord<f64>| libm::atan2(c.y - y, c.x - x);
        let turned: f64 = ring
            .lines()
            .map(|l| {
                let turn = angle(l.end) - angle(l.start);
                turn - (turn / std::f64::consts::TAU).round() * std::f64::consts::TAU
            })
            .sum();
        (turned / std::f64::consts::TAU).round() as i64 % 2 != 0
    }

    /// A star around a place: never crosses itself.
    fn star() -> impl Strategy<Value = (Vec<f64>, f64, f64)> {
        (proptest::collection::vec(1.0..8.0f64, 3..40), -20.0..20.0f64, -60.0..60.0f64)
    }

    fn corners(radii: &[f64], x: f64, y: f64, scale: f64) -> Vec<(f64, f64)> {
        let step = std::f64::consts::TAU / radii.len() as f64;
        let at = |(i, r): (usize, &f64)| {
            let angle = i as f64 * step;
            (x + r * scale * libm::cos(angle), y + r * scale * libm::sin(angle))
        };
        radii.iter().enumerate().map(at).collect()
    }

    proptest! {
        #[test]
        fn agrees_with_winding(
            stars in proptest::collection::vec(star(), 1..6),
            places in proptest::collection::vec((-30.0..30.0f64, -70.0..70.0f64), 40),
        ) {
            let polygons: Vec<Polygon<f64>> = stars
                .iter()
                .map(|(r, x, y)| polygon(&corners(r, *x, *y, 1.0), &[&corners(r, *x, *y, 0.5)]))
                .collect();
            let plain = shape(polygons.clone());
            // The same polygons on the other side of the earth, longitudes wrapped at 180 degrees.
            let wrap = |x: f64| if x + 180.0 > 180.0 { x - 180.0 } else { x + 180.0 };
            let moved = |r: &LineString<f64>| LineString::new(r.0.iter().map(|c| Coord { x: wrap(c.x), y: c.y }).collect());
            let wrapped = shape(
                polygons.iter().map(|p| Polygon::new(moved(p.exterior()), p.interiors().iter().map(moved).collect())).collect(),
            );
            let near: Vec<(f64, f64)> = stars.iter().flat_map(|(r, x, y)| corners(r, *x, *y, 0.75)).collect();
            for (x, y) in places.into_iter().chain(near) {
                let inside = polygons.iter().any(|p| winds(p.exterior(), x, y) && !p.interiors().iter().any(|h| winds(h, x, y)));
                prop_assert_eq!(plain.contains(y, x), inside, "{} {}", x, y);
                prop_assert_eq!(wrapped.contains(y, wrap(x)), inside, "wrapped {} {}", x, y);
            }
        }
    }
}
