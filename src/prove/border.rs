//! Borders of circles and areas: where they cross, and how two shapes lie to each other.
//!
//! What is said of two shapes is proved by distances: a border is cut into pieces until the length of a piece decides
//! on which side of a circle it lies. Invariant: [`Meeting::Disjoint`] and the two containments are only said when they
//! are so by more than the borders' own width; all else is [`Meeting::Any`].

use crate::classify::{EARTH_KM, PreparedShape, bearing, destination, distance_km, within_km};

/// Wider than the borders of circles (a millimetre) and areas (a tenth).
const MARGIN_KM: f64 = 1e-5;
const KM_PER_DEGREE: f64 = EARTH_KM * std::f64::consts::PI / 180.0;

/// A shape that a plan asks about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Area<'a> {
    Circle { lat: f64, lon: f64, km: f64 },
    Shape(&'a PreparedShape),
}

/// What is known of two shapes, the earlier and the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    Any,
    Disjoint,
    /// The earlier lies within the later.
    Within,
    /// The earlier holds the later.
    Around,
}

impl Meeting {
    pub fn allows(self, earlier: bool, later: bool) -> bool {
        match self {
            Meeting::Any => true,
            Meeting::Disjoint => !(earlier && later),
            Meeting::Within => later || !earlier,
            Meeting::Around => earlier || !later,
        }
    }

    fn turned(self) -> Self {
        match self {
            Meeting::Within => Meeting::Around,
            Meeting::Around => Meeting::Within,
            same => same,
        }
    }
}

impl Area<'_> {
    pub fn contains(&self, lat: f64, lon: f64) -> bool {
        match self {
            Area::Circle { lat: at, lon: along, km } => within_km(*at, *along, *km, lat, lon),
            Area::Shape(shape) => shape.contains(lat, lon),
        }
    }

    /// Whether some place may lie in it, or outside.
    pub fn may(&self, hold: bool) -> bool {
        match self {
            Area::Circle { km, .. } if hold => *km >= 0.0,
            Area::Circle { km, .. } => *km < EARTH_KM * std::f64::consts::PI - MARGIN_KM,
            Area::Shape(_) => true,
        }
    }
}

/// How two shapes lie to each other.
pub(super) fn meeting(earlier: &Area<'_>, later: &Area<'_>) -> Meeting {
    match (earlier, later) {
        (Area::Circle { lat, lon, km }, Area::Circle { lat: other_lat, lon: other_lon, km: other_km }) => {
            let apart = distance_km(*lat, *lon, *other_lat, *other_lon);
            if apart > km + other_km + MARGIN_KM {
                Meeting::Disjoint
            } else if apart + km < other_km - MARGIN_KM {
                Meeting::Within
            } else if apart + other_km < km - MARGIN_KM {
                Meeting::Around
            } else if (lat, lon) == (other_lat, other_lon) && km <= other_km {
                Meeting::Within
            } else if (lat, lon) == (other_lat, other_lon) {
                Meeting::Around
            } else {
                Meeting::Any
            }
        }
        (Area::Circle { lat, lon, km }, Area::Shape(shape)) => circle_and_shape((*lat, *lon), *km, shape),
        (Area::Shape(shape), Area::Circle { lat, lon, km }) => circle_and_shape((*lat, *lon), *km, shape).turned(),
        (Area::Shape(one), Area::Shape(other)) => shapes(one, other),
    }
}

/// Pieces of borders that are looked at before giving up on a pair.
const MOST_PIECES: usize = 200_000;

fn circle_and_shape((lat, lon): (f64, f64), km: f64, shape: &PreparedShape) -> Meeting {
    // A circle of half the earth and more is no longer round to reason about.
    if km >= EARTH_KM || shape.borders().any(|(from, to)| from.1.abs() > 89.0 || to.1.abs() > 89.0) {
        return Meeting::Any;
    }
    let (mut inside, mut outside, mut left) = (false, false, MOST_PIECES);
    for (from, to) in shape.borders() {
        let mut pieces = vec![(from, to)];
        while let Some((from, to)) = pieces.pop() {
            let Some(rest) = left.checked_sub(1) else { return Meeting::Any };
            left = rest;
            let length = libm::hypot(to.0 - from.0, to.1 - from.1) * KM_PER_DEGREE;
            let (near, far) = (distance_km(lat, lon, from.1, from.0), distance_km(lat, lon, to.1, to.0));
            if (near + far - length) / 2.0 > km + MARGIN_KM {
                outside = true;
            } else if (near + far + length) / 2.0 < km - MARGIN_KM {
                inside = true;
            } else if near.min(far) <= km + MARGIN_KM && near.max(far) >= km - MARGIN_KM || length < MARGIN_KM {
                return Meeting::Any;
            } else {
                let middle = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
                pieces.extend([(from, middle), (middle, to)]);
            }
            if inside && outside {
                return Meeting::Any;
            }
        }
    }
    match (inside, shape.contains(lat, lon)) {
        // The whole border lies outside of the circle.
        (false, true) => Meeting::Within,
        (false, false) => Meeting::Disjoint,
        // It lies inside: the shape is what it encloses, unless that is the rest of the earth.
        (true, _) if !shape.contains(-lat, if lon > 0.0 { lon - 180.0 } else { lon + 180.0 }) => Meeting::Around,
        (true, _) => Meeting::Any,
    }
}

/// Pairs of edges that are looked at before giving up on two shapes.
const MOST_PAIRS: usize = 4_000_000;
/// Degrees: borders that come closer than this touch.
const TOUCHING: f64 = 1e-7;

type Edge = ((f64, f64), (f64, f64));

/// One and the same shape lies within itself.
fn shapes(one: &PreparedShape, other: &PreparedShape) -> Meeting {
    if std::ptr::eq(one, other) {
        return Meeting::Within;
    }
    let (edges, others): (Vec<Edge>, Vec<Edge>) = (one.borders().collect(), others_turned(other));
    if edges.is_empty() || others.is_empty() {
        return Meeting::Disjoint;
    }
    let polar = |edges: &[Edge]| edges.iter().any(|(a, b)| a.1.abs() > 89.0 || b.1.abs() > 89.0);
    if edges.len().saturating_mul(others.len()) > MOST_PAIRS || polar(&edges) || polar(&others) {
        return Meeting::Any;
    }
    let touch = edges.iter().any(|edge| others.iter().any(|other| near(edge, other)));
    if touch {
        return Meeting::Any;
    }
    // No border crosses another, so each ring lies as a whole inside of the other shape or outside.
    let all_in = |edges: &mut dyn Iterator<Item = Edge>, shape: &PreparedShape| {
        let (mut within, mut without) = (false, false);
        for ((lon, lat), _) in edges {
            if shape.contains(lat, lon) { within = true } else { without = true }
        }
        (within, without)
    };
    match (all_in(&mut one.borders(), other), all_in(&mut other.borders(), one)) {
        ((false, _), (false, _)) => Meeting::Disjoint,
        ((true, false), (false, _)) => Meeting::Within,
        ((false, _), (true, false)) => Meeting::Around,
        _ => Meeting::Any,
    }
}

/// The edges of a shape with those one turn of the earth to either side.
fn others_turned(shape: &PreparedShape) -> Vec<Edge> {
    let turned = |by: f64| shape.borders().map(move |(a, b)| ((a.0 + by, a.1), (b.0 + by, b.1)));
    turned(0.0).chain(turned(360.0)).chain(turned(-360.0)).collect()
}

fn near(one: &Edge, other: &Edge) -> bool {
    let apart = |a: f64, b: f64, c: f64, d: f64| a.max(b) + TOUCHING < c.min(d) || c.max(d) + TOUCHING < a.min(b);
    let ((a, b), (c, d)) = (one, other);
    if apart(a.0, b.0, c.0, d.0) || apart(a.1, b.1, c.1, d.1) {
        return false;
    }
    crossing(one, other).is_some()
        || [(a, other), (b, other), (c, one), (d, one)].iter().any(|(p, e)| from_edge(**p, e) < TOUCHING)
}

fn from_edge(place: (f64, f64), (from, to): &Edge) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx * dx + dy * dy;
    let along = ((place.0 - from.0) * dx + (place.1 - from.1) * dy) / length;
    let along = if length > 0.0 { along.clamp(0.0, 1.0) } else { 0.0 };
    libm::hypot(from.0 + along * dx - place.0, from.1 + along * dy - place.1)
}

/// Where two edges cross.
fn crossing((a, b): &Edge, (c, d): &Edge) -> Option<(f64, f64)> {
    let (r, s) = ((b.0 - a.0, b.1 - a.1), (d.0 - c.0, d.1 - c.1));
    let turn = r.0 * s.1 - r.1 * s.0;
    if turn == 0.0 {
        return None;
    }
    let (t, u) = (((c.0 - a.0) * s.1 - (c.1 - a.1) * s.0) / turn, ((c.0 - a.0) * r.1 - (c.1 - a.1) * r.0) / turn);
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some((a.0 + t * r.0, a.1 + t * r.1))
}

/// Edges of one shape that places are looked for at.
const MOST_CORNERS: usize = 300;

/// Places (latitude, longitude) around which every part of the arrangement is to be found, but for the thinnest.
pub(super) fn places(areas: &[Area<'_>]) -> Vec<(f64, f64)> {
    let mut found = vec![
        (0.0, 0.0),
        (45.0, 90.0),
        (-45.0, -90.0),
        (45.0, -90.0),
        (-45.0, 90.0),
        (0.0, 180.0),
        (89.0, 0.0),
        (-89.0, 0.0),
    ];
    for area in areas {
        match area {
            Area::Circle { lat, lon, km } => {
                found.push((*lat, *lon));
                for step in 0..16 {
                    let bearing = f64::from(step) * std::f64::consts::TAU / 16.0;
                    for reach in [km * 0.5, km - 0.001, km - 1.0, km * 0.97, km + 0.001, km + 1.0, km * 1.03] {
                        found.push(destination((*lat, *lon), bearing, reach.max(0.0)));
                    }
                }
            }
            Area::Shape(shape) => {
                let edges: Vec<Edge> = shape.borders().collect();
                let stride = (edges.len() / MOST_CORNERS).max(1);
                for (from, to) in edges.iter().step_by(stride) {
                    around((f64::midpoint(from.1, to.1), f64::midpoint(from.0, to.0)), &mut found);
                    around((from.1, from.0), &mut found);
                }
            }
        }
    }
    for (at, one) in areas.iter().enumerate() {
        for other in &areas[..at] {
            crossings(one, other, &mut found);
        }
    }
    found.retain(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0);
    found
}

fn crossings(one: &Area<'_>, other: &Area<'_>, into: &mut Vec<(f64, f64)>) {
    match (one, other) {
        (Area::Circle { lat, lon, km }, Area::Circle { lat: c_lat, lon: c_lon, km: c_km }) => {
            let apart = distance_km(*lat, *lon, *c_lat, *c_lon) / EARTH_KM;
            let (a, b) = (km / EARTH_KM, c_km / EARTH_KM);
            // Spherical law of cosines: the angle at the first centre to where the circles cross.
            let cosine = (libm::cos(b) - libm::cos(a) * libm::cos(apart)) / (libm::sin(a) * libm::sin(apart));
            let towards_other = bearing((*lat, *lon), (*c_lat, *c_lon));
            let turn = if cosine.is_finite() { libm::acos(cosine.clamp(-1.0, 1.0)) } else { 0.0 };
            for bearing in
                [towards_other - turn, towards_other + turn, towards_other, towards_other + std::f64::consts::PI]
            {
                around(destination((*lat, *lon), bearing, *km), into);
            }
        }
        (Area::Circle { lat, lon, km }, Area::Shape(shape)) | (Area::Shape(shape), Area::Circle { lat, lon, km }) => {
            for (from, to) in shape.borders().take(MOST_CORNERS * 10) {
                let (near, far) = (distance_km(*lat, *lon, from.1, from.0), distance_km(*lat, *lon, to.1, to.0));
                let (mut low, mut high) = if near < far { (from, to) } else { (to, from) };
                if near.min(far) > *km || near.max(far) < *km {
                    continue;
                }
                for _ in 0..60 {
                    let middle = (f64::midpoint(low.0, high.0), f64::midpoint(low.1, high.1));
                    if distance_km(*lat, *lon, middle.1, middle.0) <= *km { low = middle } else { high = middle }
                }
                around((low.1, low.0), into);
            }
        }
        (Area::Shape(one), Area::Shape(other)) => {
            let (edges, others): (Vec<Edge>, Vec<Edge>) = (one.borders().collect(), others_turned(other));
            if edges.len().saturating_mul(others.len()) > MOST_PAIRS {
                return;
            }
            for edge in &edges {
                for crossed in others.iter().filter_map(|other| crossing(edge, other)) {
                    around((crossed.1, crossed.0), into);
                }
            }
        }
    }
}

/// A place and others close by in all directions, at several distances.
fn around((lat, lon): (f64, f64), into: &mut Vec<(f64, f64)>) {
    let lon = if lon > 180.0 {
        lon - 360.0
    } else if lon < -180.0 {
        lon + 360.0
    } else {
        lon
    };
    into.push((lat, lon));
    for step in 0..8 {
        let angle = f64::from(step) * std::f64::consts::TAU / 8.0;
        for reach in [1e-6, 1e-4, 0.01] {
            into.push((lat + reach * libm::sin(angle), lon + reach * libm::cos(angle)));
        }
    }
}
