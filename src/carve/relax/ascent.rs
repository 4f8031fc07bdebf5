//! Ascent of the smoothed dual by Newton's method while the temperature falls.
//!
//! Takes a [`Dual`] and prices, gives better prices. Every step solves for the Newton direction by conjugate gradients
//! with a diagonal preconditioner, damped as Levenberg and Marquardt do by how well the last step kept its promise
//! (Nocedal and Wright, *Numerical Optimization*, 2006, §4.1 and §7.1). Invariant: the prices returned have the best exact value seen. Only counts of steps end it, never time.

use super::dual::{Dual, Smooth};

/// How far the temperature falls.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Heat {
    /// The first temperature, in cost per size.
    pub first: f64,
    /// Stop when so few items are in two minds.
    pub last: usize,
    /// Factor between temperatures.
    pub fall: f64,
    /// Newton steps at each temperature, at most.
    pub steps: usize,
}

/// Directions with less residual than this, relative to the slope, are good enough.
const RESIDUAL: f64 = 0.1;
const MOST_GRADIENTS: usize = 60;
/// Damping of the first step, and the least, relative to the curvature of a usual load.
const DAMPING: f64 = 1e-3;
const LEAST_DAMPING: f64 = 1e-7;
/// Loads so close to their limits, relative to a usual load, are good enough.
const SETTLED: f64 = 0.003;
/// Temperatures at most.
const LEVELS: usize = 16;

/// Raises the dual from `prices`; gives the exact value at the prices left there, and the last temperature.
pub(in super::super) fn ascend(dual: &Dual, prices: &mut Vec<f64>, heat: Heat) -> (f64, f64) {
    let total: f64 = dual.size.iter().sum();
    let mut best = (f64::NEG_INFINITY, prices.clone());
    let mut temperature = heat.first.max(f64::MIN_POSITIVE);
    let usual = usual_loads(dual);
    let seats = (dual.low.len() / dual.rows) as f64;
    let (mut here, mut there) = (Smooth::default(), Smooth::default());
    let mut damping = DAMPING;
    for _ in 0..LEVELS {
        // What a temperature is in each price, and how much a price that far off curves the dual.
        let span: Vec<f64> = usual.iter().map(|usual| temperature * total / (usual * seats)).collect();
        let ridge: Vec<f64> = usual.iter().zip(&span).map(|(usual, span)| usual / span).collect();
        dual.smooth(prices, temperature, &span, &mut here);
        keep(&mut best, &here, prices);
        for _ in 0..heat.steps {
            let worst = here.slope.iter().zip(&usual).map(|(slope, usual)| (slope / usual).abs()).fold(0.0, f64::max);
            if worst < SETTLED {
                break;
            }
            let (direction, hoped) = newton(dual, &here, temperature, &ridge, damping);
            let trial: Vec<f64> = prices.iter().zip(&direction).map(|(price, step)| price + step).collect();
            dual.smooth(&trial, temperature, &span, &mut there);
            let kept = (there.value - here.value) / hoped.max(f64::MIN_POSITIVE);
            if kept < 0.25 {
                damping *= 8.0;
            } else if kept > 0.7 {
                damping = (damping * 0.2).max(LEAST_DAMPING);
            }
            if kept > 1e-3 {
                *prices = trial;
                std::mem::swap(&mut here, &mut there);
                keep(&mut best, &here, prices);
            }
        }
        if here.near <= heat.last {
            break;
        }
        temperature *= heat.fall;
    }
    *prices = best.1;
    (best.0, temperature)
}

fn keep(best: &mut (f64, Vec<f64>), smooth: &Smooth, prices: &[f64]) {
    if smooth.exact > best.0 {
        best.0 = smooth.exact;
        best.1.clear();
        best.1.extend_from_slice(prices);
    }
}

/// The usual size of the load behind each price, for scaling.
fn usual_loads(dual: &Dual) -> Vec<f64> {
    let seats = (dual.low.len() / dual.rows).max(1) as f64;
    let mut totals = vec![0.0; dual.rows];
    for (item, &size) in dual.size.iter().enumerate() {
        for (row, total) in totals.iter_mut().enumerate() {
            *total += size * if dual.share.is_empty() { 1.0 } else { dual.share[item * dual.rows + row].abs() };
        }
    }
    let positive = |value: f64| if value > 0.0 { value } else { 1.0 };
    let mut usual: Vec<f64> = (0..dual.low.len()).map(|index| positive(totals[index % dual.rows] / seats)).collect();
    if let Some(moves) = &dual.moves {
        usual.push(positive(moves.all / seats));
    }
    usual
}

/// The temperature within which items that make up a `part` of all size are in two minds; none if no item has a choice.
pub(in super::super) fn margin(dual: &Dual, prices: &[f64], part: f64) -> Option<f64> {
    let mut margins: Vec<(f64, f64)> = Vec::new();
    for item in (0..dual.size.len()).filter(|&item| dual.size[item] > 0.0) {
        let (mut least, mut second) = (f64::INFINITY, f64::INFINITY);
        for pair in dual.offsets[item] as usize..dual.offsets[item + 1] as usize {
            let value = dual.value(item, pair, prices);
            if value < least {
                second = least;
                least = value;
            } else {
                second = second.min(value);
            }
        }
        if second.is_finite() {
            margins.push((second - least, dual.size[item]));
        }
    }
    margins.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let wanted = part * margins.iter().map(|margin| margin.1).sum::<f64>();
    let mut sum = 0.0;
    let reached = margins.iter().find(|(_, size)| {
        sum += size;
        sum >= wanted
    });
    Some(reached.or(margins.last())?.0)
}

/// A temperature at which most pairs have a chance: part of the mean distance from an item's best rate.
pub(in super::super) fn spread(dual: &Dual) -> f64 {
    let (mut sum, mut size) = (0.0, 0.0);
    for item in (0..dual.size.len()).filter(|&item| dual.size[item] > 0.0) {
        let rates = &dual.rates[dual.offsets[item] as usize..dual.offsets[item + 1] as usize];
        let least = rates.iter().copied().fold(f64::INFINITY, f64::min);
        sum += dual.size[item] * rates.iter().map(|rate| rate - least).sum::<f64>() / rates.len() as f64;
        size += dual.size[item];
    }
    0.2 * sum / size.max(f64::MIN_POSITIVE)
}

/// The damped direction of Newton's method, and how much the dual would rise along it if its curvature stayed.
fn newton(dual: &Dual, smooth: &Smooth, heat: f64, ridge: &[f64], damping: f64) -> (Vec<f64>, f64) {
    let count = smooth.slope.len();
    let scale: Vec<f64> =
        smooth.diagonal.iter().zip(ridge).map(|(diagonal, ridge)| 1.0 / (diagonal + damping * ridge)).collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut solution = vec![0.0; count];
    let mut residual = smooth.slope.clone();
    let mut preconditioned: Vec<f64> = residual.iter().zip(&scale).map(|(r, s)| r * s).collect();
    let mut direction = preconditioned.clone();
    let mut product = dot(&residual, &preconditioned);
    let enough = product * RESIDUAL * RESIDUAL;
    let mut curved = vec![0.0; count];
    for _ in 0..MOST_GRADIENTS {
        if product <= enough || product <= 0.0 {
            break;
        }
        dual.curve(smooth, heat, &direction, &mut curved);
        for (index, curved) in curved.iter_mut().enumerate() {
            *curved += damping * ridge[index] * direction[index];
        }
        let curvature = dot(&direction, &curved);
        if curvature <= 0.0 {
            break;
        }
        let step = product / curvature;
        for index in 0..count {
            solution[index] += step * direction[index];
            residual[index] -= step * curved[index];
            preconditioned[index] = residual[index] * scale[index];
        }
        let next = dot(&residual, &preconditioned);
        let keep = next / product;
        product = next;
        for (direction, fresh) in direction.iter_mut().zip(&preconditioned) {
            *direction = fresh + keep * *direction;
        }
    }
    // Along the solution of the damped system the model rises by half of slope and residual together.
    let hoped = 0.5 * (dot(&smooth.slope, &solution) + dot(&residual, &solution));
    (solution, hoped)
}
