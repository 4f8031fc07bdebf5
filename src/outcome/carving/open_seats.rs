//! Where open seats of a carve around seats sit: where they would shorten travel most.

use crate::carve::{Point, Space};

/// More candidates than this are thinned to the heaviest.
const CANDIDATES: usize = 1_000;

/// A position for each of `n` open seats: one after the other goes to the unit's place that takes most distance · pull
/// off the units, as seen from the seats so far (the greedy of the p-median problem; Kuehn and Hamburger 1963). Units
/// without a position play no part; ties go to the first unit.
pub fn positions(units: &[(Point, f64)], seats: &[Point], n: usize) -> Vec<Option<Point>> {
    let mut candidates: Vec<usize> = (0..units.len()).collect();
    candidates.sort_by(|a, b| units[*b].1.total_cmp(&units[*a].1).then(a.cmp(b)));
    candidates.truncate(CANDIDATES);
    candidates.sort_unstable();
    let far = std::f64::consts::PI * crate::carve::space::EARTH_RADIUS_KM;
    let mut nearest: Vec<f64> = units
        .iter()
        .map(|(unit, _)| seats.iter().map(|s| Space::Sphere.distance(*unit, *s)).fold(far, f64::min))
        .collect();
    (0..n)
        .map(|_| {
            let saved = |candidate: usize| -> f64 {
                let here = units[candidate].0;
                units
                    .iter()
                    .zip(&nearest)
                    .map(|((unit, pull), d)| pull * (d - Space::Sphere.distance(*unit, here)).max(0.0))
                    .sum()
            };
            let mut best: Option<(f64, usize)> = None;
            for candidate in &candidates {
                let saving = saved(*candidate);
                if best.is_none_or(|(most, _)| saving > most) {
                    best = Some((saving, *candidate));
                }
            }
            let here = units[best?.1].0;
            for ((unit, _), d) in units.iter().zip(&mut nearest) {
                *d = d.min(Space::Sphere.distance(*unit, here));
            }
            Some(here)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_seats_go_where_nobody_is() {
        let at = |lon: f64| Point::from_degrees(lon, 0.0);
        let units: Vec<(Point, f64)> = [0.0, 1.0, 20.0, 21.0, 40.0].map(|lon| (at(lon), 1.0)).to_vec();
        let open = positions(&units, &[at(0.5)], 2);
        assert_eq!(open, [Some(at(21.0)), Some(at(40.0))]);
        assert_eq!(positions(&[], &[at(0.5)], 1), [None]);
    }
}
