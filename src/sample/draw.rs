//! Random draws that are the same on every machine.
//!
//! Takes a seed, a purpose and a number, gives a stream of draws. Invariant: every figure comes from ChaCha8 bits through
//! what IEEE 754 fixes to the last bit and the functions of `libm`; the system's `exp`, `ln` and `cos` are not the same
//! everywhere and are deliberately absent, as are the distributions of other crates, whose values change with their
//! versions.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a stream is for, so that one purpose drawing more never shifts another.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    Places = 1,
    Reps = 2,
    Accounts = 3,
    Invoices = 4,
}

/// One stream of draws.
#[derive(Debug)]
pub struct Draw(ChaCha8Rng);

impl Draw {
    pub fn new(seed: u64, purpose: Purpose, number: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = purpose as u8;
        let mut bits = ChaCha8Rng::from_seed(key);
        bits.set_stream(number);
        Self(bits)
    }

    /// From 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number below `n`; the bias is under n / 2⁶⁴.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// An index, by cumulated weights.
    pub fn weighted(&mut self, cumulated: &[u64]) -> usize {
        let total = *cumulated.last().expect("there is a weight");
        let at = self.below(total);
        cumulated.partition_point(|&sum| sum <= at)
    }

    /// Standard normal, one draw: the rational inverse of P. J. Acklam (2003), relative error below 1.2e-9.
    pub fn normal(&mut self) -> f64 {
        const A: [f64; 6] = [
            -3.969_683_028_665_376e1,
            2.209_460_984_245_205e2,
            -2.759_285_104_469_687e2,
            1.383_577_518_672_69e2,
            -3.066_479_806_614_716e1,
            2.506_628_277_459_239,
        ];
        const B: [f64; 6] = [
            -5.447_609_879_822_406e1,
            1.615_858_368_580_409e2,
            -1.556_989_798_598_866e2,
            6.680_131_188_771_972e1,
            -1.328_068_155_288_572e1,
            1.0,
        ];
        const C: [f64; 6] = [
            -7.784_894_002_430_293e-3,
            -3.223_964_580_411_365e-1,
            -2.400_758_277_161_838,
            -2.549_732_539_343_734,
            4.374_664_141_464_968,
            2.938_163_982_698_783,
        ];
        const D: [f64; 5] =
            [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416, 1.0];
        // Half a step off the grid, so that neither 0 nor 1 can occur.
        let p = self.unit() + 0.5 / (1u64 << 53) as f64;
        let tail = p.min(1.0 - p);
        if tail >= 0.024_25 {
            let q = p - 0.5;
            let r = q * q;
            return horner(&A, r) * q / horner(&B, r);
        }
        let q = (-2.0 * libm::log(tail)).sqrt();
        let low = horner(&C, q) / horner(&D, q);
        if p < 0.5 { low } else { -low }
    }

    /// e to the power of a normal with this standard deviation: median 1.
    pub fn log_normal(&mut self, deviation: f64) -> f64 {
        libm::exp(self.normal() * deviation)
    }

    /// At least 1, with P(x > t) = t^-alpha.
    pub fn pareto(&mut self, alpha: f64) -> f64 {
        libm::exp(-libm::log(1.0 - self.unit()) / alpha)
    }

    /// A point in the unit disc.
    pub fn disc(&mut self) -> (f64, f64) {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            if x * x + y * y <= 1.0 {
                return (x, y);
            }
        }
    }
}

/// The highest power's coefficient first.
fn horner(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

/// The cosine of an angle in degrees.
pub fn cos_degrees(degrees: f64) -> f64 {
    libm::cos(degrees.to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normals_have_the_moments_and_the_tails_of_normals() {
        let mut draw = Draw::new(7, Purpose::Accounts, 0);
        let n = 200_000;
        let values: Vec<f64> = (0..n).map(|_| draw.normal()).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        let variance = values.iter().map(|v| v * v).sum::<f64>() / f64::from(n);
        let beyond = values.iter().filter(|v| v.abs() > 2.575_829).count();
        assert!(mean.abs() < 0.01, "{mean}");
        assert!((variance - 1.0).abs() < 0.02, "{variance}");
        assert!((1_700..2_300).contains(&beyond), "{beyond} of {n} beyond the 99 % band");
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_number() {
        let first = |mut draw: Draw| draw.below(u64::MAX);
        let mut seen = vec![
            first(Draw::new(1, Purpose::Accounts, 0)),
            first(Draw::new(2, Purpose::Accounts, 0)),
            first(Draw::new(1, Purpose::Reps, 0)),
            first(Draw::new(1, Purpose::Accounts, 1)),
        ];
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 4);
    }
}
