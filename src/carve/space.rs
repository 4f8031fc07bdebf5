//! Points and how far apart they are, on the sphere and in the plane.
//!
//! Takes degrees or planar coordinates, gives [`Point`]s, distances, means and medians. Invariant: a point of
//! [`Space::Sphere`] has length 1, and every length that leaves is in kilometres (or the plane's own unit). Sines and
//! their like come from `libm`, so that every machine computes the same bits. Projections and ellipsoids are
//! deliberately absent: the sphere is within 0.6 % of the ellipsoid everywhere.

use super::problem::{Point, Power, Space};

/// Mean radius of the Earth (IUGG), kilometres.
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

impl Point {
    /// The point of the unit sphere at a longitude and latitude in degrees.
    pub fn from_degrees(longitude: f64, latitude: f64) -> Self {
        let (sin_lon, cos_lon) = libm::sincos(longitude.to_radians());
        let (sin_lat, cos_lat) = libm::sincos(latitude.to_radians());
        Self { x: cos_lat * cos_lon, y: cos_lat * sin_lon, z: sin_lat }
    }

    pub fn planar(x: f64, y: f64) -> Self {
        Self { x, y, z: 0.0 }
    }

    /// Longitude and latitude in degrees of a point of the unit sphere.
    pub fn to_degrees(self) -> (f64, f64) {
        let across = (self.x * self.x + self.y * self.y).sqrt();
        (libm::atan2(self.y, self.x).to_degrees(), libm::atan2(self.z, across).to_degrees())
    }

    /// The same line cut with the unit sphere; the origin has none.
    pub fn normalised(self) -> Option<Self> {
        let length = self.dot(self).sqrt();
        (length > 0.0).then(|| Self { x: self.x / length, y: self.y / length, z: self.z / length })
    }

    pub fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    /// Square of the straight distance, through the sphere where there is one.
    pub fn straight_squared(self, other: Self) -> f64 {
        let (dx, dy, dz) = (self.x - other.x, self.y - other.y, self.z - other.z);
        dx * dx + dy * dy + dz * dz
    }

    fn add_scaled(self, other: Self, factor: f64) -> Self {
        Self { x: self.x + factor * other.x, y: self.y + factor * other.y, z: self.z + factor * other.z }
    }
}

impl Space {
    /// Great-circle kilometres, or the straight distance in the plane.
    pub fn distance(self, a: Point, b: Point) -> f64 {
        let straight = a.straight_squared(b).sqrt();
        match self {
            Space::Plane => straight,
            Space::Sphere => 2.0 * EARTH_RADIUS_KM * libm::asin((straight / 2.0).min(1.0)),
        }
    }

    pub fn cost(self, power: Power, a: Point, b: Point) -> f64 {
        match (power, self) {
            (Power::Squared, Space::Plane) => a.straight_squared(b),
            (Power::Squared, Space::Sphere) => {
                let distance = self.distance(a, b);
                distance * distance
            }
            (Power::Distance, _) => self.distance(a, b),
        }
    }

    /// The weighted mean; on the sphere the normalised mean of the unit vectors. `None` without weight, or when the
    /// vectors cancel out.
    pub fn mean(self, points: impl IntoIterator<Item = (Point, f64)>) -> Option<Point> {
        let (mut sum, mut total) = (Point::default(), 0.0);
        for (point, weight) in points {
            sum = sum.add_scaled(point, weight);
            total += weight;
        }
        match self {
            _ if total <= 0.0 => None,
            Space::Sphere => sum.normalised(),
            Space::Plane => Some(Point { x: sum.x / total, y: sum.y / total, z: 0.0 }),
        }
    }

    /// The point with the least weighted sum of distances, by Weiszfeld's iteration from the mean with the correction
    /// of Vardi and Zhang (2000) for an iterate that meets a point. On the sphere the straight distance stands in for
    /// the great circle: over the extent of a territory the two medians agree to metres.
    pub fn median(self, points: &[(Point, f64)]) -> Option<Point> {
        const STEPS: usize = 100;
        const SETTLED: f64 = 1e-10;
        let mut at = self.mean(points.iter().copied())?;
        let scale = points.iter().map(|(p, _)| p.straight_squared(at)).fold(0.0, f64::max).sqrt();
        if scale == 0.0 {
            return Some(at);
        }
        for _ in 0..STEPS {
            let (mut sum, mut inverse, mut here) = (Point::default(), 0.0, 0.0);
            for &(point, weight) in points {
                let distance = point.straight_squared(at).sqrt();
                if distance <= scale * 1e-12 {
                    here += weight;
                } else {
                    sum = sum.add_scaled(point, weight / distance);
                    inverse += weight / distance;
                }
            }
            if inverse == 0.0 {
                break;
            }
            let target = Point::default().add_scaled(sum, 1.0 / inverse);
            let pull = target.straight_squared(at).sqrt() * inverse;
            let stay = if pull > 0.0 { (here / pull).min(1.0) } else { 1.0 };
            let mut next = Point::default().add_scaled(target, 1.0 - stay).add_scaled(at, stay);
            if self == Space::Sphere {
                next = next.normalised().unwrap_or(at);
            }
            let moved = next.straight_squared(at).sqrt();
            at = next;
            if moved <= scale * SETTLED {
                break;
            }
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_agree_with_known_ones() {
        let new_york = Point::from_degrees(-74.005_97, 40.714_27);
        let los_angeles = Point::from_degrees(-118.243_68, 34.052_23);
        let distance = Space::Sphere.distance(new_york, los_angeles);
        assert!((distance - 3935.7).abs() < 1.0, "{distance}");
        let antipodes = Space::Sphere.distance(Point::from_degrees(0.0, 0.0), Point::from_degrees(180.0, 0.0));
        assert!((antipodes - std::f64::consts::PI * EARTH_RADIUS_KM).abs() < 1e-6);
        assert_eq!(Space::Plane.distance(Point::planar(0.0, 0.0), Point::planar(3.0, 4.0)), 5.0);
    }

    #[test]
    fn degrees_survive_the_way_there_and_back() {
        for (longitude, latitude) in [(-179.5, 10.0), (0.0, 0.0), (12.5, -89.0), (120.0, 89.9)] {
            let (lon, lat) = Point::from_degrees(longitude, latitude).to_degrees();
            assert!((lon - longitude).abs() < 1e-9 && (lat - latitude).abs() < 1e-9);
        }
    }

    #[test]
    fn the_mean_crosses_the_antimeridian() {
        let points = [(Point::from_degrees(179.0, 0.0), 1.0), (Point::from_degrees(-179.0, 0.0), 1.0)];
        let (longitude, latitude) = Space::Sphere.mean(points).expect("has a mean").to_degrees();
        assert!((longitude.abs() - 180.0).abs() < 1e-9 && latitude.abs() < 1e-9);
        assert_eq!(Space::Sphere.mean([(Point::from_degrees(1.0, 1.0), 0.0)]), None);
    }

    #[test]
    fn the_median_sits_on_the_heavy_point_and_in_the_middle_of_a_square() {
        let corner = |x, y, w| (Point::planar(x, y), w);
        let square = [corner(0.0, 0.0, 1.0), corner(2.0, 0.0, 1.0), corner(0.0, 2.0, 1.0), corner(2.0, 2.0, 1.0)];
        let middle = Space::Plane.median(&square).expect("has a median");
        assert!((middle.x - 1.0).abs() < 1e-6 && (middle.y - 1.0).abs() < 1e-6);
        let heavy = [corner(0.0, 0.0, 10.0), corner(2.0, 0.0, 1.0), corner(0.0, 2.0, 1.0)];
        let at = Space::Plane.median(&heavy).expect("has a median");
        assert!(at.x.abs() < 1e-4 && at.y.abs() < 1e-4, "{at:?}");
    }
}
