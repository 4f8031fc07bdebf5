//! Great circles: distances on the sphere and what lies within one of a place.
//!
//! The earth is a sphere of [`EARTH_KM`]; against the ellipsoid a distance is off by at most 0.6 %. The haversine is
//! a quarter of the squared chord, which keeps its accuracy for near points, at the poles and across the
//! antimeridian (R. W. Sinnott, Virtues of the Haversine, Sky and Telescope 68, 1984).

/// Mean radius of the earth in kilometres (IUGG).
pub const EARTH_KM: f64 = 6371.0088;

/// Everything within a distance of a place, the border included (to a millimetre, which is where rounding ends).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Circle {
    lat: f64,
    lon: f64,
    cos_lat: f64,
    /// Haversine of the radius.
    limit: f64,
    /// A box that holds the circle: cheap to ask, and most rows lie outside.
    south: f64,
    north: f64,
    /// Degrees to either side of `lon`; infinite when a pole lies within.
    east: f64,
}

impl Circle {
    /// Degrees and kilometres.
    pub fn new(lat: f64, lon: f64, km: f64) -> Self {
        const MILLIMETRE: f64 = 1e-6 / EARTH_KM;
        let angle = km / EARTH_KM + MILLIMETRE;
        let limit = if km < 0.0 {
            f64::NEG_INFINITY
        } else if angle >= std::f64::consts::PI {
            f64::INFINITY
        } else {
            squared(libm::sin(angle / 2.0))
        };
        // A little wider than the circle, so that rounding never takes a point away.
        let reach = angle.to_degrees() + 1e-9;
        let (south, north) = (lat - reach, lat + reach);
        let east = if south <= -90.0 || north >= 90.0 {
            f64::INFINITY
        } else {
            libm::asin((libm::sin(angle) / libm::cos(lat.to_radians())).min(1.0)).to_degrees() + 1e-9
        };
        Self { lat, lon, cos_lat: libm::cos(lat.to_radians()), limit, south, north, east }
    }

    /// Degrees; a longitude may be given on either side of the antimeridian.
    #[inline]
    pub fn contains(&self, lat: f64, lon: f64) -> bool {
        if !(lat >= self.south && lat <= self.north) {
            return false;
        }
        let apart = (lon - self.lon).abs();
        let apart = if apart > 180.0 { (360.0 - apart).abs() } else { apart };
        apart <= self.east && haversine(self.lat, self.cos_lat, self.lon, lat, lon) <= self.limit
    }
}

/// Whether a place lies within a distance of another, just as `within` in a plan decides it.
pub fn within_km(lat: f64, lon: f64, km: f64, other_lat: f64, other_lon: f64) -> bool {
    Circle::new(lat, lon, km).contains(other_lat, other_lon)
}

/// Great-circle distance of two places in kilometres.
pub fn distance_km(lat: f64, lon: f64, other_lat: f64, other_lon: f64) -> f64 {
    let h = haversine(lat, libm::cos(lat.to_radians()), lon, other_lat, other_lon);
    2.0 * EARTH_KM * libm::asin(h.min(1.0).sqrt())
}

/// Where one comes to along a great circle: degrees, the bearing in radians from the north by the east.
pub fn destination((lat, lon): (f64, f64), bearing: f64, km: f64) -> (f64, f64) {
    let (lat, angle) = (lat.to_radians(), km / EARTH_KM);
    let (sin_lat, cos_lat) = (libm::sin(lat), libm::cos(lat));
    let sine = (sin_lat * libm::cos(angle) + cos_lat * libm::sin(angle) * libm::cos(bearing)).clamp(-1.0, 1.0);
    let east = libm::atan2(libm::sin(bearing) * libm::sin(angle) * cos_lat, libm::cos(angle) - sin_lat * sine);
    let lon = lon + east.to_degrees();
    (libm::asin(sine).to_degrees(), lon - 360.0 * (lon / 360.0).round())
}

/// The direction in which the great circle to another place sets out, in radians from the north by the east.
pub fn bearing((lat, lon): (f64, f64), (other_lat, other_lon): (f64, f64)) -> f64 {
    let (lat, other_lat, east) = (lat.to_radians(), other_lat.to_radians(), (other_lon - lon).to_radians());
    let (cos_other, sin_other) = (libm::cos(other_lat), libm::sin(other_lat));
    let north = libm::cos(lat) * sin_other - libm::sin(lat) * cos_other * libm::cos(east);
    libm::atan2(libm::sin(east) * cos_other, north)
}

fn haversine(lat: f64, cos_lat: f64, lon: f64, other_lat: f64, other_lon: f64) -> f64 {
    let north = libm::sin((other_lat - lat).to_radians() / 2.0);
    let east = libm::sin((other_lon - lon).to_radians() / 2.0);
    squared(north) + cos_lat * libm::cos(other_lat.to_radians()) * squared(east)
}

fn squared(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The angle between two unit vectors, another road to the same distance.
    fn by_vectors(lat: f64, lon: f64, other_lat: f64, other_lon: f64) -> f64 {
        let vector = |lat: f64, lon: f64| {
            let (lat, lon) = (lat.to_radians(), lon.to_radians());
            [libm::cos(lat) * libm::cos(lon), libm::cos(lat) * libm::sin(lon), libm::sin(lat)]
        };
        let (a, b) = (vector(lat, lon), vector(other_lat, other_lon));
        let cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        let dot: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
        EARTH_KM * libm::atan2(cross.iter().map(|x| x * x).sum::<f64>().sqrt(), dot)
    }

    #[test]
    fn known_distances() {
        let quarter = EARTH_KM * std::f64::consts::FRAC_PI_2;
        assert!((distance_km(0.0, 0.0, 90.0, 123.0) - quarter).abs() < 1e-9);
        assert!((distance_km(0.0, 179.5, 0.0, -179.5) - EARTH_KM * 1f64.to_radians()).abs() < 1e-9);
        // New York to London.
        assert!((distance_km(40.7128, -74.0060, 51.5074, -0.1278) - 5570.2).abs() < 0.1);
    }

    proptest! {
        #[test]
        fn a_destination_lies_as_far_and_that_way(
            lat in -80.0..80.0f64, lon in -180.0..180.0f64, turn in -3.0..3.0f64, km in 1.0..9_000.0f64,
        ) {
            let there = destination((lat, lon), turn, km);
            prop_assert!((distance_km(lat, lon, there.0, there.1) - km).abs() < 1e-6);
            prop_assert!(there.1.abs() <= 180.0);
            prop_assert!((bearing((lat, lon), there) - turn).abs() < 1e-6);
        }
    }

    #[test]
    fn antimeridian_poles_and_extremes() {
        let fiji = Circle::new(-17.0, 179.9, 50.0);
        assert!(fiji.contains(-17.0, -179.9) && fiji.contains(-17.0, 179.7) && !fiji.contains(-17.0, -179.0));
        let pole = Circle::new(89.9, 0.0, 30.0);
        assert!(pole.contains(89.9, 180.0) && pole.contains(90.0, -77.0) && !pole.contains(89.0, 0.0));
        let here = Circle::new(10.0, 20.0, 0.0);
        assert!(here.contains(10.0, 20.0) && !here.contains(10.0001, 20.0));
        assert!(!Circle::new(10.0, 20.0, -1.0).contains(10.0, 20.0));
        let earth = Circle::new(10.0, 20.0, 30_000.0);
        assert!(earth.contains(-10.0, -160.0) && earth.contains(90.0, 0.0));
        assert!(!earth.contains(f64::NAN, 0.0));
    }

    proptest! {
        #[test]
        fn agrees_with_vectors(
            lat in -90.0..=90.0f64, lon in -180.0..=180.0, dlat in -2.0..2.0f64, dlon in -2.0..2.0, km in 0.0..500.0,
            other in (-90.0..=90.0, -180.0..=180.0),
        ) {
            let wrapped = |lon: f64| if lon > 180.0 { lon - 360.0 } else if lon < -180.0 { lon + 360.0 } else { lon };
            let near = ((lat + dlat).clamp(-90.0, 90.0), wrapped(lon + dlon));
            let circle = Circle::new(lat, lon, km);
            for (other_lat, other_lon) in [near, other] {
                let distance = by_vectors(lat, lon, other_lat, other_lon);
                prop_assert!((distance_km(lat, lon, other_lat, other_lon) - distance).abs() < 1e-5);
                if (distance - km).abs() > 1e-5 {
                    prop_assert_eq!(circle.contains(other_lat, other_lon), distance <= km);
                }
                // The border belongs to the circle.
                prop_assert!(Circle::new(lat, lon, distance).contains(other_lat, other_lon));
            }
        }
    }
}
