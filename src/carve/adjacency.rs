//! Which units touch: from edges that are given, or from the positions.
//!
//! Takes edges or points, gives an [`Adjacency`] in which every unit that has a position can reach every other.
//! Invariant: an edge of a derived graph joins units of one place, or of places that are neighbours in *every* Delaunay
//! triangulation of the projected places, so that what is connected here is connected whoever triangulates; edges that
//! only run around the outside (San Diego to the mouth of the Rio Grande) are not among them. Distance limits on edges are
//! deliberately absent: no unit may be left out for living far away.

use std::f64::consts::{FRAC_PI_2, PI};

use rstar::RTree;
use rstar::primitives::GeomWithData;
use spade::handles::DirectedEdgeHandle;
use spade::{DelaunayTriangulation, HasPosition, Point2, Triangulation};

use super::problem::{Adjacency, Point, Space};

/// Below this |sin| the two angles across an edge count as adding up to π: the four places lie on one circle.
const ON_ONE_CIRCLE: f64 = 1e-9;
/// Places of up to this many units are linked each with each; of more, so many stand for all towards other places.
const FULLY_LINKED: usize = 6;
/// Units of one place that are more are linked around a ring, each with so many on either side.
const RING_REACH: usize = 3;

impl Adjacency {
    /// The graph over `units` units with these edges; loops and doubles are dropped, ends out of range too.
    pub fn from_edges(units: usize, edges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let inside = |&(a, b): &(u32, u32)| a != b && (a as usize) < units && (b as usize) < units;
        let mut directed: Vec<(u32, u32)> =
            edges.into_iter().filter(inside).flat_map(|(a, b)| [(a, b), (b, a)]).collect();
        directed.sort_unstable();
        directed.dedup();
        let mut offsets = vec![0u32; units + 1];
        for &(a, _) in &directed {
            offsets[a as usize + 1] += 1;
        }
        for unit in 0..units {
            offsets[unit + 1] += offsets[unit];
        }
        Self { offsets, neighbours: directed.into_iter().map(|(_, b)| b).collect(), derived: false }
    }

    /// The Delaunay graph of the positions, less what runs around its outside: longitude shrunk by the cosine of the mean
    /// latitude against latitude on the sphere, the coordinates themselves in the plane. Units without a position stay
    /// without neighbours.
    pub fn derive(space: Space, positions: &[Option<Point>]) -> Self {
        let places = Places::new(space, positions);
        let mut edges = places.within();
        for (a, b) in sure_edges(&places.at) {
            places.between(a, b, &mut edges);
        }
        Self { derived: true, ..Self::from_edges(positions.len(), edges) }.bridged(space, positions).0
    }

    pub fn units(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Ascending.
    pub fn of(&self, unit: u32) -> &[u32] {
        let unit = unit as usize;
        &self.neighbours[self.offsets[unit] as usize..self.offsets[unit + 1] as usize]
    }

    /// Each edge once, lower end first.
    pub fn edges(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (0..self.units() as u32).flat_map(|a| self.of(a).iter().filter(move |&&b| a < b).map(move |&b| (a, b)))
    }

    /// The component of every unit, numbered by their first units.
    pub fn components(&self) -> Vec<u32> {
        let mut component = vec![u32::MAX; self.units()];
        let (mut count, mut stack) = (0, Vec::new());
        for first in 0..self.units() as u32 {
            if component[first as usize] != u32::MAX {
                continue;
            }
            stack.push(first);
            component[first as usize] = count;
            while let Some(unit) = stack.pop() {
                for &next in self.of(unit) {
                    if component[next as usize] == u32::MAX {
                        component[next as usize] = count;
                        stack.push(next);
                    }
                }
            }
            count += 1;
        }
        component
    }

    /// Joins islands to the nearest unit elsewhere until all units with positions hang together; says which edges it
    /// added.
    #[must_use]
    pub fn bridged(self, space: Space, positions: &[Option<Point>]) -> (Self, Vec<(u32, u32)>) {
        let (mut graph, mut bridges) = (self, Vec::new());
        loop {
            let new = nearest_outside(&graph, positions);
            if new.is_empty() {
                return (graph, bridges);
            }
            debug_assert!(space == Space::Sphere || positions.iter().flatten().all(|p| p.z == 0.0));
            let derived = graph.derived;
            graph = Self { derived, ..Self::from_edges(positions.len(), graph.edges().chain(new.iter().copied())) };
            bridges.extend(new);
        }
    }
}

/// For every island but the largest, its shortest edge to a unit with a position elsewhere.
fn nearest_outside(graph: &Adjacency, positions: &[Option<Point>]) -> Vec<(u32, u32)> {
    let component = graph.components();
    let mut islands: Vec<Vec<u32>> = Vec::new();
    for (unit, &c) in component.iter().enumerate() {
        islands.resize_with(islands.len().max(c as usize + 1), Vec::new);
        if positions[unit].is_some() {
            islands[c as usize].push(unit as u32);
        }
    }
    islands.retain(|units| !units.is_empty());
    if islands.len() < 2 {
        return Vec::new();
    }
    let tree = RTree::bulk_load(
        positions
            .iter()
            .enumerate()
            .filter_map(|(unit, p)| p.map(|p| GeomWithData::new([p.x, p.y, p.z], unit as u32)))
            .collect(),
    );
    let largest = (0..islands.len()).max_by_key(|&i| (islands[i].len(), std::cmp::Reverse(i)));
    let mut found = Vec::new();
    for (_, units) in islands.iter().enumerate().filter(|(i, _)| Some(*i) != largest) {
        let mut best: Option<(f64, u32, u32)> = None;
        for &unit in units {
            let Some(at) = positions[unit as usize] else { continue };
            for (other, distance) in tree.nearest_neighbor_iter_with_distance_2(&[at.x, at.y, at.z]) {
                if best.is_some_and(|(least, ..)| distance > least) {
                    break;
                }
                if component[other.data as usize] != component[unit as usize] {
                    let candidate = (distance, unit, other.data);
                    if best.is_none_or(|b| candidate < b) {
                        best = Some(candidate);
                    }
                }
            }
        }
        found.extend(best.map(|(_, a, b)| (a.min(b), a.max(b))));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Units gathered by place.
struct Places {
    /// Projected, one a place.
    at: Vec<[f64; 2]>,
    /// Ascending units of each place.
    units: Vec<Vec<u32>>,
}

impl Places {
    fn new(space: Space, positions: &[Option<Point>]) -> Self {
        let mut flat: Vec<([f64; 2], u32)> = positions
            .iter()
            .enumerate()
            .filter_map(|(unit, p)| p.map(|p| (unit as u32, p)))
            .map(|(unit, p)| match space {
                Space::Plane => ([p.x, p.y], unit),
                Space::Sphere => (p.to_degrees().into(), unit),
            })
            .collect();
        if space == Space::Sphere {
            open_at_the_widest_gap(&mut flat);
        }
        flat.sort_by(|(a, i), (b, j)| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])).then(i.cmp(j)));
        let (mut at, mut units): (Vec<[f64; 2]>, Vec<Vec<u32>>) = (Vec::new(), Vec::new());
        for (place, unit) in flat {
            if at.last() == Some(&place) {
                units.last_mut().expect("as many as places").push(unit);
            } else {
                at.push(place);
                units.push(vec![unit]);
            }
        }
        if space == Space::Sphere && !at.is_empty() {
            let mean = at.iter().map(|p| p[1]).sum::<f64>() / at.len() as f64;
            let shrink = libm::cos(mean.to_radians());
            at.iter_mut().for_each(|p| p[0] *= shrink);
        }
        Self { at, units }
    }

    /// Edges among the units of each place. A ring can be cut into as many pieces as there are territories.
    fn within(&self) -> Vec<(u32, u32)> {
        let mut edges = Vec::new();
        for units in &self.units {
            let reach = if units.len() <= FULLY_LINKED { units.len() / 2 } else { RING_REACH };
            for (i, &unit) in units.iter().enumerate() {
                edges.extend((1..=reach).map(|step| (unit, units[(i + step) % units.len()])));
            }
        }
        edges
    }

    /// Edges between the units of two neighbouring places; of a crowded place a few spread around its ring take part.
    fn between(&self, a: usize, b: usize, edges: &mut Vec<(u32, u32)>) {
        let ends = |place: usize| {
            let units = &self.units[place];
            let count = units.len().min(FULLY_LINKED);
            (0..count).map(move |end| units[end * units.len() / count])
        };
        for one in ends(a) {
            edges.extend(ends(b).map(|other| (one, other)));
        }
    }
}

/// Turns longitudes so that the widest empty span lies at the seam, when positions lie on both sides of ±180°.
fn open_at_the_widest_gap(flat: &mut [([f64; 2], u32)]) {
    let mut longitudes: Vec<f64> = flat.iter().map(|(p, _)| p[0]).collect();
    longitudes.sort_by(f64::total_cmp);
    let (Some(&first), Some(&last)) = (longitudes.first(), longitudes.last()) else { return };
    let seam = (first + 360.0 - last, f64::NEG_INFINITY);
    let widest = longitudes.windows(2).map(|w| (w[1] - w[0], w[1])).fold(seam, |a, b| if b.0 > a.0 { b } else { a });
    for (place, _) in flat.iter_mut().filter(|(p, _)| p[0] < widest.1) {
        place[0] += 360.0;
    }
}

struct Vertex {
    at: [f64; 2],
    place: usize,
}

impl HasPosition for Vertex {
    type Scalar = f64;

    fn position(&self) -> Point2<f64> {
        // The triangulation refuses subnormal coordinates.
        let tame = |v: f64| if v.abs() < 1e-40 { 0.0 } else { v };
        Point2::new(tame(self.at[0]), tame(self.at[1]))
    }
}

type Triangles = DelaunayTriangulation<Vertex>;
type Side<'a> = DirectedEdgeHandle<'a, Vertex, (), (), ()>;

/// The angle over an edge at the triangle on its left; 0 where the outside lies there.
fn angle_over(side: Side) -> f64 {
    let (a, b) = (side.from().position(), side.to().position());
    side.opposite_vertex().map_or(0.0, |apex| {
        let c = apex.position();
        let (u, v) = ((a.x - c.x, a.y - c.y), (b.x - c.x, b.y - c.y));
        libm::atan2((u.0 * v.1 - u.1 * v.0).abs(), u.0 * v.0 + u.1 * v.1)
    })
}

/// The Delaunay edges that do not hang on how ties are broken, without those that run around the outside past other
/// places; for places on one line, the steps along it.
fn sure_edges(places: &[[f64; 2]]) -> Vec<(usize, usize)> {
    let vertices: Vec<Vertex> = places.iter().enumerate().map(|(place, &at)| Vertex { at, place }).collect();
    // The places are distinct, finite and in range, which is all that a triangulation asks for; were one refused, the
    // bridges would still join everything.
    let Ok(triangles) = Triangles::bulk_load_stable(vertices) else { return Vec::new() };
    let around = around_the_outside(&triangles);
    triangles
        .undirected_edges()
        .filter_map(|edge| {
            let side = edge.as_directed();
            let angles = angle_over(side) + angle_over(side.rev());
            let sure = angles < PI - ON_ONE_CIRCLE && !around[edge.fix().index()];
            sure.then(|| (side.from().data().place, side.to().data().place))
        })
        .collect()
}

/// Which edges are only there because triangles fill the hull: an obtuse triangle whose longest side lies open to the
/// outside is taken away with that side, and so on inwards. The places left joined include every pair with nobody in the
/// circle between them (Gabriel and Sokal, *Systematic Zoology* 18(3), 1969), so all still hang together.
fn around_the_outside(triangles: &Triangles) -> Vec<bool> {
    let mut around = vec![false; triangles.num_undirected_edges()];
    let mut open: Vec<Side> = triangles.convex_hull().map(|outer| outer.rev()).collect();
    while let Some(side) = open.pop() {
        if angle_over(side) > FRAC_PI_2 + ON_ONE_CIRCLE {
            around[side.as_undirected().fix().index()] = true;
            open.extend([side.next().rev(), side.prev().rev()]);
        }
    }
    around
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(points: &[(f64, f64)]) -> Vec<Option<Point>> {
        points.iter().map(|&(x, y)| Some(Point::planar(x, y))).collect()
    }

    #[test]
    fn edges_become_sorted_rows_without_loops_and_doubles() {
        let graph = Adjacency::from_edges(4, [(2, 0), (0, 2), (1, 1), (3, 2), (9, 0)]);
        assert_eq!(graph.offsets, [0, 1, 1, 3, 4]);
        assert_eq!(graph.neighbours, [2, 0, 3, 2]);
        assert_eq!(graph.edges().collect::<Vec<_>>(), [(0, 2), (2, 3)]);
    }

    #[test]
    fn a_grid_has_no_diagonals() {
        let points: Vec<(f64, f64)> = (0..25).map(|i| (f64::from(i % 5), f64::from(i / 5))).collect();
        let graph = Adjacency::derive(Space::Plane, &plane(&points));
        assert_eq!(graph.edges().count(), 40);
        assert_eq!(graph.of(12), [7, 11, 13, 17]);
    }

    #[test]
    fn the_ends_of_a_bay_are_not_neighbours() {
        // A shallow arc: the hull joins its ends past all that lies between.
        let points: Vec<(f64, f64)> = (0..9).map(|i| (f64::from(i), 0.05 * f64::from((i - 4) * (i - 4)))).collect();
        let graph = Adjacency::derive(Space::Plane, &plane(&points));
        assert_eq!(graph.edges().collect::<Vec<_>>(), (0..8).map(|i| (i, i + 1)).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_is_a_chain_and_one_place_a_cluster() {
        let line = Adjacency::derive(Space::Plane, &plane(&[(0.0, 0.0), (2.0, 2.0), (1.0, 1.0)]));
        assert_eq!(line.edges().collect::<Vec<_>>(), [(0, 2), (1, 2)]);
        let place = Adjacency::derive(Space::Plane, &plane(&[(1.0, 1.0); 3]));
        assert_eq!(place.edges().count(), 3);
        let crowd = Adjacency::derive(Space::Plane, &plane(&[(1.0, 1.0); 9]));
        assert_eq!(crowd.edges().count(), 27);
    }

    #[test]
    fn units_without_positions_have_no_neighbours() {
        let mut positions = plane(&[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]);
        positions.insert(1, None);
        let graph = Adjacency::derive(Space::Plane, &positions);
        assert!(graph.of(1).is_empty());
        assert_eq!(graph.edges().count(), 3);
        assert_eq!(Adjacency::derive(Space::Sphere, &[]).units(), 0);
    }

    #[test]
    fn islands_are_bridged_by_the_nearest() {
        let positions = plane(&[(0.0, 0.0), (1.0, 0.0), (5.0, 0.0), (6.0, 0.0), (20.0, 0.0)]);
        let (graph, bridges) = Adjacency::from_edges(5, [(0, 1), (2, 3)]).bridged(Space::Plane, &positions);
        assert_eq!(bridges, [(1, 2), (3, 4)]);
        assert!(graph.components().iter().all(|&c| c == 0));
    }

    #[test]
    fn neighbours_meet_across_the_antimeridian() {
        let at = |lon, lat| Some(Point::from_degrees(lon, lat));
        let graph =
            Adjacency::derive(Space::Sphere, &[at(179.0, 0.0), at(-179.0, 0.5), at(170.0, 3.0), at(-165.0, 1.0)]);
        assert!(graph.of(0).contains(&1));
    }
}
