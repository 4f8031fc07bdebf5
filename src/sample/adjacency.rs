//! Which places touch.
//!
//! Takes centroids, gives pairs of indices. Two places touch when the Delaunay triangulation of their centroids joins
//! them and the edge is short or belongs to the Gabriel graph (no third place in the circle over the edge). Invariant: the
//! graph is connected, because the Gabriel graph is; every pair comes once, the lower index first, sorted. The plane is
//! that of longitude and latitude, shrunk by the cosine of the middle latitude; nothing touches across the antimeridian.

use spade::{DelaunayTriangulation, HasPosition, Point2, Triangulation};

use super::draw::cos_degrees;
use super::places::{KM_PER_DEGREE, Place};

/// Delaunay edges up to this length stay: they are neighbours on the ground, whoever stands between.
const SHORT_KM: f64 = 40.0;

struct Site {
    at: Point2<f64>,
    index: u32,
}

impl HasPosition for Site {
    type Scalar = f64;

    fn position(&self) -> Point2<f64> {
        self.at
    }
}

/// Pairs of indices into `places`.
pub fn touching(places: &[Place]) -> Vec<(u32, u32)> {
    let shrink = cos_degrees(places.iter().map(|p| p.lat).sum::<f64>() / places.len().max(1) as f64);
    let at = |place: &Place| Point2::new(place.lon * shrink, place.lat);
    let sites = places.iter().zip(0..).map(|(place, index)| Site { at: at(place), index }).collect();
    let mesh = DelaunayTriangulation::<Site>::bulk_load_stable(sites).expect("degrees are finite");
    let mut pairs: Vec<(u32, u32)> = mesh
        .undirected_edges()
        .filter(|edge| {
            let [a, b] = edge.positions();
            let opposite = [edge.as_directed(), edge.as_directed().rev()].map(|side| side.opposite_position());
            let length = a.distance_2(b).sqrt() * KM_PER_DEGREE;
            length <= SHORT_KM || opposite.into_iter().flatten().all(|c| outside_circle(a, b, c))
        })
        .map(|edge| {
            let [a, b] = edge.vertices().map(|v| v.data().index);
            (a.min(b), a.max(b))
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

/// Whether `c` lies outside the circle of which `a` and `b` span a diameter. Of a Delaunay edge only the two opposite
/// corners need asking (Matula and Sokal 1980).
fn outside_circle(a: Point2<f64>, b: Point2<f64>, c: Point2<f64>) -> bool {
    (a.x - c.x) * (b.x - c.x) + (a.y - c.y) * (b.y - c.y) >= 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::World;
    use crate::sample::places::Places;

    #[test]
    fn places_touch_few_others_and_all_are_reached() {
        for world in [World::Us, World::Global] {
            let places = Places::new(world, 1_500);
            let pairs = touching(&places.all);
            assert!(pairs.iter().all(|(a, b)| a < b) && pairs.is_sorted());
            let degree = 2.0 * pairs.len() as f64 / places.all.len() as f64;
            assert!((3.0..6.0).contains(&degree), "{degree} neighbours on average");
            let mut group: Vec<usize> = (0..places.all.len()).collect();
            let mut changed = true;
            while changed {
                changed = false;
                for &(a, b) in &pairs {
                    let low = group[a as usize].min(group[b as usize]);
                    for end in [a, b] {
                        changed |= group[end as usize] != low;
                        group[end as usize] = low;
                    }
                }
            }
            assert!(group.iter().all(|g| *g == 0));
        }
    }
}
