//! First centres.
//!
//! Takes items, gives distinct centres spread by weight and distance (k-means++, Arthur and Vassilvitskii 2007, with
//! greedy trials). Invariant: the same generator state gives the same centres. Balance is deliberately absent.

use rand::{Rng, RngExt};

use super::super::search::Ground;

fn square(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    x * x + y * y + z * z
}

/// As many centres as there are seats, each the place of an item.
pub fn seed(ground: &Ground, random: &mut impl Rng) -> Vec<[f64; 3]> {
    let items: Vec<usize> = (0..ground.items).filter(|&item| ground.pull[item] > 0.0).collect();
    let mut centres: Vec<[f64; 3]> = Vec::with_capacity(ground.seats);
    if items.is_empty() {
        return vec![[0.0; 3]; ground.seats];
    }
    let mut nearest = vec![f64::INFINITY; items.len()];
    let trials = 2 + libm::log(ground.seats as f64) as usize;
    while centres.len() < ground.seats {
        let weights: Vec<f64> = items
            .iter()
            .zip(&nearest)
            .map(|(&item, &d)| ground.pull[item] * if d.is_finite() { d } else { 1.0 })
            .collect();
        let total: f64 = weights.iter().sum();
        let mut best: Option<(f64, usize)> = None;
        for _ in 0..if centres.is_empty() { 1 } else { trials } {
            let mut left = random.random::<f64>() * total;
            let drawn = weights.iter().position(|w| {
                left -= w;
                left < 0.0
            });
            let at = ground.at[items[drawn.unwrap_or(0)]];
            let value: f64 = items
                .iter()
                .zip(&nearest)
                .map(|(&item, &d)| ground.pull[item] * d.min(square(ground.at[item], at)))
                .sum();
            if best.is_none_or(|b| value < b.0) {
                best = Some((value, drawn.unwrap_or(0)));
            }
        }
        let at = ground.at[items[best.map_or(0, |b| b.1)]];
        centres.push(at);
        for (d, &item) in nearest.iter_mut().zip(&items) {
            *d = d.min(square(ground.at[item], at));
        }
    }
    centres
}
