//! Distributions of which everything is known: what estimators and intervals are held against.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Exp1, StandardNormal};

/// A distribution of costs with known mean, quantiles and tail.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum StandIn {
    /// Mean 100, standard deviation 20.
    Normal,
    /// Mean 100.
    Exponential,
    /// 100 · exp(σ Z) for a standard normal Z.
    Lognormal(f64),
}

impl StandIn {
    pub(super) const ALL: [Self; 4] =
        [Self::Normal, Self::Exponential, Self::Lognormal(0.5), Self::Lognormal(1.0)];

    pub(super) fn name(self) -> String {
        match self {
            Self::Normal => "normal".to_owned(),
            Self::Exponential => "exponential".to_owned(),
            Self::Lognormal(sigma) => format!("lognormal, σ = {sigma}"),
        }
    }

    pub(super) fn draw(self, rng: &mut ChaCha8Rng) -> f64 {
        match self {
            Self::Normal => 100.0 + 20.0 * normal(rng),
            Self::Exponential => {
                let value: f64 = Exp1.sample(rng);
                100.0 * value
            }
            Self::Lognormal(sigma) => 100.0 * libm::exp(sigma * normal(rng)),
        }
    }

    /// Two values of which one has the luck of the other turned round.
    pub(super) fn draw_pair(self, rng: &mut ChaCha8Rng) -> (f64, f64) {
        match self {
            Self::Exponential => {
                let value: f64 = Exp1.sample(rng);
                // −ln(1 − e⁻ˣ), from the other end of the uniform.
                (100.0 * value, -100.0 * libm::log(-libm::expm1(-value)))
            }
            Self::Normal => {
                let z = normal(rng);
                (100.0 + 20.0 * z, 100.0 - 20.0 * z)
            }
            Self::Lognormal(sigma) => {
                let z = normal(rng);
                (100.0 * libm::exp(sigma * z), 100.0 * libm::exp(-sigma * z))
            }
        }
    }

    pub(super) fn sample(self, rng: &mut ChaCha8Rng, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.draw(rng)).collect()
    }

    pub(super) fn mean(self) -> f64 {
        match self {
            Self::Normal | Self::Exponential => 100.0,
            Self::Lognormal(sigma) => 100.0 * libm::exp(sigma * sigma / 2.0),
        }
    }

    /// The quantile at 50, 500, 950 or 990 thousandths.
    pub(super) fn quantile(self, per_mille: usize) -> f64 {
        // NIST/SEMATECH e-Handbook, table 1.3.6.7.1, and R's qnorm for the further digits.
        let z = match per_mille {
            50 => -1.644_853_626_951,
            500 => 0.0,
            950 => 1.644_853_626_951,
            990 => 2.326_347_874_041,
            _ => unreachable!("no stand-in is asked for this quantile"),
        };
        match self {
            Self::Normal => 100.0 + 20.0 * z,
            Self::Exponential => -100.0 * libm::log1p(-(per_mille as f64) / 1_000.0),
            Self::Lognormal(sigma) => 100.0 * libm::exp(sigma * z),
        }
    }

    /// The mean of the dearest twentieth: μ + σ φ(z)/0.05; ln 20 + 1; e^{σ²/2} Φ(σ − z)/0.05.
    pub(super) fn cvar95(self) -> f64 {
        let z = 1.644_853_626_951;
        match self {
            Self::Normal => {
                let density = libm::exp(-z * z / 2.0) / core::f64::consts::TAU.sqrt();
                100.0 + 20.0 * density / 0.05
            }
            Self::Exponential => 100.0 * (libm::log(20.0) + 1.0),
            Self::Lognormal(sigma) => {
                let share = 0.5 * libm::erfc((z - sigma) * core::f64::consts::FRAC_1_SQRT_2);
                self.mean() * share / 0.05
            }
        }
    }
}

pub(super) fn normal(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// A generator of its own for each repetition of an experiment.
pub(super) fn repetition(index: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(2_026);
    rng.set_stream(index);
    rng
}

pub(super) fn holds((low, high): (f64, f64), value: f64) -> bool {
    low <= value && value <= high
}

#[test]
fn the_tails_are_those_of_long_samples() {
    for stand_in in [StandIn::Normal, StandIn::Exponential, StandIn::Lognormal(0.5)] {
        let values = stand_in.sample(&mut repetition(0), 200_000);
        let tail = super::cvar95(&values).unwrap();
        assert!((tail / stand_in.cvar95() - 1.0).abs() < 0.01, "{stand_in:?}: {tail}");
        for per_mille in [50, 500, 950, 990] {
            let quantile = super::quantile(&values, per_mille).unwrap();
            assert!((quantile / stand_in.quantile(per_mille) - 1.0).abs() < 0.02, "{stand_in:?}: {quantile}");
        }
    }
}
