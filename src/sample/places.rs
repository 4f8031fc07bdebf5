//! The geography of a sample: postal places around metropolitan areas.
//!
//! Takes the world and how many places there shall be, gives them with code, centroid and weight. Invariant: it depends on
//! nothing else, so a code lies where it lies whatever the seed of the accounts. Codes of the United States begin with a
//! prefix that serves the area, their last two digits and their centroids are invented. Deliberately absent: coastlines
//! and borders; an area knows at most one side that is water.

use super::draw::{Draw, Purpose, cos_degrees};
use super::metros::{Metro, US, Water};
use super::{World, hubs};

/// Kilometres of a degree of latitude.
pub const KM_PER_DEGREE: f64 = 111.195;

/// A ZIP or postal code area.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub code: String,
    pub metro: &'static Metro,
    pub lat: f64,
    pub lon: f64,
}

#[derive(Debug)]
pub struct Places {
    /// Area by area, the centre of each first.
    pub all: Vec<Place>,
    /// Cumulated weights of `all`: how likely an account is there.
    pub weights: Vec<u64>,
}

/// Parts of the weight that an area's places share.
const RESOLUTION: f64 = 1e6;

impl Places {
    pub fn new(world: World, count: u32) -> Self {
        let mut all = Vec::new();
        let mut weights = Vec::new();
        let mut sum = 0;
        let mut abroad: Vec<(&str, u32)> = Vec::new();
        for (number, area) in areas(world).into_iter().enumerate() {
            let metro = area.metro;
            let codes = Codes::new(metro, &mut abroad);
            let n = ((f64::from(count) * area.places).round() as u32).clamp(2, codes.capacity());
            let ranks: f64 = (0..n).map(rank_weight).sum();
            let mut draw = Draw::new(0, Purpose::Places, number as u64);
            for k in 0..n {
                let (lat, lon) = centroid(metro, f64::from(k) / f64::from(n), &mut draw);
                all.push(Place { code: codes.code(k), metro, lat, lon });
                sum += (area.accounts * RESOLUTION * rank_weight(k) / ranks).round().max(1.0) as u64;
                weights.push(sum);
            }
            codes.close(n, &mut abroad);
        }
        Self { all, weights }
    }
}

/// Zipf-like: the middle of a town holds most.
fn rank_weight(rank: u32) -> f64 {
    1.0 / f64::from(rank + 4)
}

struct Area {
    metro: &'static Metro,
    /// The part of the places that is its, by people; the parts of all areas make 1.
    places: f64,
    /// The part of the accounts, likewise: where banks are, other companies with money are too.
    accounts: f64,
}

/// Abroad, the square root keeps the megacities from taking all, and the United States keep more than half.
fn areas(world: World) -> Vec<Area> {
    let part = |metros: &'static [Metro], whole: f64, people: fn(&Metro) -> f64| {
        let pull = move |m: &Metro| people(m) * m.finance * m.finance.sqrt();
        let all = metros.iter().map(people).sum::<f64>() / whole;
        let pulled = metros.iter().map(pull).sum::<f64>() / whole;
        metros.iter().map(move |m| Area { metro: m, places: people(m) / all, accounts: pull(m) / pulled })
    };
    let home = |whole| part(US, whole, |m| f64::from(m.people));
    match world {
        World::Us => home(1.0).collect(),
        World::Global => home(0.55).chain(part(hubs::WORLD, 0.45, |m| f64::from(m.people).sqrt())).collect(),
    }
}

/// Degrees of latitude and longitude of a point this many kilometres north and east of another.
pub fn offset(lat: f64, lon: f64, north: f64, east: f64) -> (f64, f64) {
    let to_lon = KM_PER_DEGREE * cos_degrees(lat);
    (degrees(lat + north / KM_PER_DEGREE), degrees(lon + east / to_lon))
}

/// Rounded to five decimals, about a metre, so that files stay short.
fn degrees(value: f64) -> f64 {
    (value * 1e5).round() / 1e5
}

/// The farther out in rank, the farther out on the map; one place in ten lies in the country around.
fn centroid(metro: &Metro, rank: f64, draw: &mut Draw) -> (f64, f64) {
    let radius = (5.0 + 0.4 * f64::from(metro.people).sqrt()) * metro.reach;
    let country = if draw.chance(0.1) { 2.5 } else { 1.0 };
    let (mut east, mut north) = draw.disc();
    let land = 0.25 * draw.unit();
    let (to_sea, sign): (&mut f64, f64) = match metro.water {
        Water::North | Water::None => (&mut north, 1.0),
        Water::South => (&mut north, -1.0),
        Water::East => (&mut east, 1.0),
        Water::West => (&mut east, -1.0),
    };
    if metro.water != Water::None && *to_sea * sign > 0.15 {
        *to_sea = -sign * land;
    }
    let far = radius * country * (0.3 + 1.2 * rank);
    offset(metro.lat, metro.lon, north * far, east * far)
}

/// How the places of one area are called.
struct Codes {
    metro: &'static Metro,
    /// Abroad: how many codes the country has given out already.
    given: u32,
}

impl Codes {
    fn new(metro: &'static Metro, abroad: &mut [(&str, u32)]) -> Self {
        let given = abroad.iter().find(|(country, _)| *country == metro.country).map_or(0, |(_, given)| *given);
        Self { metro, given }
    }

    fn prefixes(&self) -> u32 {
        u32::from(self.metro.zip.1 - self.metro.zip.0) + 1
    }

    fn capacity(&self) -> u32 {
        if self.metro.zip.0 == 0 { 2_000 } else { 99 * self.prefixes() }
    }

    /// The k-th place's code; prefixes take turns.
    fn code(&self, k: u32) -> String {
        if self.metro.zip.0 == 0 {
            return format!("{}{:04}", self.metro.country, self.given + k + 1);
        }
        let prefix = u32::from(self.metro.zip.0) + k % self.prefixes();
        // 37 and 99 have no common factor, so every number from 01 to 99 comes once.
        format!("{prefix:03}{:02}", 1 + (k / self.prefixes() * 37) % 99)
    }

    /// Notes that the area took `n` codes.
    fn close(self, n: u32, abroad: &mut Vec<(&str, u32)>) {
        match abroad.iter_mut().find(|(country, _)| *country == self.metro.country) {
            Some((_, given)) => *given += n,
            None => abroad.push((self.metro.country, n)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// First and last three-digit ZIP prefix of the states, as the postal service assigns them.
    const PREFIXES: &str = "AL 350-369 AK 995-999 AZ 850-865 AR 716-729 CA 900-961 CO 800-816 CT 060-069 DE 197-199 \
        DC 200-205 FL 320-349 GA 300-319 HI 967-968 ID 832-838 IL 600-629 IN 460-479 IA 500-528 KS 660-679 KY 400-427 \
        LA 700-714 ME 039-049 MD 206-219 MA 010-027 MI 480-499 MN 550-567 MS 386-397 MO 630-658 MT 590-599 NE 680-693 \
        NV 889-898 NH 030-038 NJ 070-089 NM 870-884 NY 100-149 NC 270-289 ND 580-588 OH 430-459 OK 730-749 OR 970-979 \
        PA 150-196 RI 028-029 SC 290-299 SD 570-577 TN 370-385 TX 750-799 UT 840-847 VT 050-059 VA 220-246 WA 980-994 \
        WV 247-268 WI 530-549 WY 820-831";

    #[test]
    fn every_state_is_there_and_its_codes_are_its_own() {
        let words: Vec<&str> = PREFIXES.split_whitespace().collect();
        let places = Places::new(World::Us, 20_000);
        assert_eq!(words.len(), 2 * 51);
        for pair in words.chunks(2) {
            let (first, last) = pair[1].split_once('-').unwrap();
            let of_state: Vec<_> = places.all.iter().filter(|p| p.metro.state == pair[0]).collect();
            assert!(of_state.len() >= 2, "{}", pair[0]);
            for place in of_state {
                let prefix = &place.code[..3];
                assert!(first <= prefix && prefix <= last, "{} is not in {}", place.code, pair[0]);
            }
        }
    }

    #[test]
    fn codes_and_centroids_are_unique_and_near_their_centre() {
        for (world, count) in [(World::Us, 500), (World::Us, 30_000), (World::Global, 3_000)] {
            let places = Places::new(world, count);
            let mut codes = HashSet::new();
            let mut points = HashSet::new();
            for place in &places.all {
                assert!(codes.insert(&place.code), "{} twice", place.code);
                assert!(points.insert((place.lat.to_bits(), place.lon.to_bits())), "{} shares a point", place.code);
                let north = (place.lat - place.metro.lat) * KM_PER_DEGREE;
                let east = (place.lon - place.metro.lon) * KM_PER_DEGREE * cos_degrees(place.metro.lat);
                assert!(libm::hypot(north, east) < 400.0, "{} is far from {}", place.code, place.metro.city);
            }
            assert!(places.weights.is_sorted());
            let wanted = f64::from(count);
            assert!((places.all.len() as f64 - wanted).abs() < 0.2 * wanted, "{} of {count}", places.all.len());
        }
    }
}
