//! Ranks against exact binomial sums, the shortfall's interval against its definition, and samples that are too small.

use super::*;
use crate::montecarlo::MoneyEstimate;
use crate::montecarlo::standins::{StandIn, repetition};

/// Σ over l … u − 1 of C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ, from logarithms of factorials.
fn binomial_mass(n: usize, p: f64, outcomes: std::ops::Range<usize>) -> f64 {
    let log_factorial = |k: usize| libm::lgamma(k as f64 + 1.0);
    let chance = |k: usize| {
        let choices = log_factorial(n) - log_factorial(k) - log_factorial(n - k);
        (choices + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()).exp()
    };
    outcomes.map(chance).sum()
}

#[test]
fn ranks_hold_what_they_claim_and_no_shorter_ones_do() {
    for per_mille in [50, 500, 950, 990] {
        let p = per_mille as f64 / 1_000.0;
        for n in [59, 100, 299, 300, 1_000, 2_500] {
            let Some(ranks) = quantile_interval_ranks(per_mille, n) else {
                assert!(binomial_mass(n, p, 1..n) < 0.95, "{per_mille} of {n} has an interval");
                continue;
            };
            let QuantileRanks { low, high, coverage } = ranks;
            assert!((coverage - binomial_mass(n, p, low..high)).abs() < 1e-9, "{per_mille} of {n}");
            assert!((0.95..1.0).contains(&coverage) && 1 <= low && high <= n);
            // Every shorter pair of ranks covers less than 95 %.
            let width = high - low - 1;
            let shorter = (1..n - width).map(|start| binomial_mass(n, p, start..start + width));
            assert!(shorter.fold(0.0, f64::max) < 0.95, "{per_mille} of {n} could be shorter");
        }
    }
}

#[test]
fn ranks_of_a_million_do_not_drift() {
    // The normal approximation of the same: np ± 1.96 √(np(1 − p)) = 950,000 ± 427.2.
    let ranks = quantile_interval_ranks(950, 1_000_000).unwrap();
    assert!(ranks.low.abs_diff(949_573) <= 2 && ranks.high.abs_diff(950_428) <= 2, "{ranks:?}");
    assert!((0.95..0.9502).contains(&ranks.coverage));
}

#[test]
fn coverage_exceeds_what_is_promised_by_little_from_few_values_on() {
    let last_generous = |per_mille| {
        let generous =
            |n: &usize| quantile_interval_ranks(per_mille, *n).is_some_and(|ranks| ranks.coverage > 0.965);
        (2..3_000).rev().find(generous).unwrap()
    };
    assert_eq!([500, 950, 990].map(last_generous), [38, 202, 1_141]);
}

#[test]
fn the_ends_mirror_each_other() {
    for n in [60, 100, 999] {
        let (low, high) = (quantile_interval_ranks(50, n).unwrap(), quantile_interval_ranks(950, n).unwrap());
        assert_eq!((low.low, low.high), (n + 1 - high.high, n + 1 - high.low), "{n}");
    }
}

#[test]
fn small_samples_have_no_interval() {
    assert_eq!(
        [5, 50, 500, 950, 990].map(replications_for_quantile_interval),
        // ln 0.05 / ln 0.995 = 597.6 and ln 0.05 / ln 0.95 = 58.4; two sides of 2 · 0.5⁶ = 3 %.
        [598, 59, 6, 59, 299]
    );
    assert_eq!(quantile_interval(&[], 500), None);
    assert_eq!(cvar95_interval(&[1.0; 99]), None);
    assert_eq!((quantile(&[], 500), cvar95(&[])), (None, None));
    assert_eq!(MoneyIntervals::of(&[]), MoneyIntervals::default());
}

#[test]
fn equal_costs_are_certain() {
    let same = [7.0; 100];
    assert_eq!((quantile_interval(&same, 950), cvar95_interval(&same)), (Some((7.0, 7.0)), Some((7.0, 7.0))));
}

#[test]
fn the_shortfall_is_bounded_where_its_likelihood_says() {
    // −2 Σ log(n w) at each bound, with weights solved for by their own definition: Σw = 1, Σwy = μ.
    let values = StandIn::Exponential.sample(&mut repetition(3), 300);
    let mut sorted = values.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let (n, k, threshold) = (300.0, 15.0, sorted[284]);
    let excesses: Vec<f64> = sorted.iter().map(|value| (value - threshold).max(0.0)).collect();
    let (low, high) = cvar95_interval(&values).unwrap();
    for bound in [low, high] {
        let mean = (bound - threshold) * k / n;
        // Owen's equation for λ: Σ (y − μ)/(1 + λ(y − μ)) = 0, whose left side falls with λ.
        let (mut below, mut above) = (-1.0 / (excesses[299] - mean), 1.0 / mean);
        for _ in 0..200 {
            let lambda = f64::midpoint(below, above);
            let sum: f64 = excesses.iter().map(|y| (y - mean) / (1.0 + lambda * (y - mean))).sum();
            *(if sum > 0.0 { &mut below } else { &mut above }) = lambda;
        }
        let lambda = f64::midpoint(below, above);
        let ratio: f64 = excesses.iter().map(|y| 2.0 * (lambda * (y - mean)).ln_1p()).sum();
        // t(14)² = 2.144787² at 97.5 %.
        assert!((ratio - 2.144_787_f64.powi(2)).abs() < 1e-4, "{bound}: {ratio}");
    }
    let centre = cvar95(&values).unwrap();
    assert!(high - centre > centre - low && centre > low, "{low} {centre} {high}");
}

#[test]
fn amounts_and_numbers_agree() {
    let values = StandIn::Lognormal(0.5).sample(&mut repetition(4), 500);
    let costs: Vec<Money> =
        values.iter().map(|value| Money::from_pico((value * 1e6).round() as i128 * 1_000_000)).collect();
    let rounded: Vec<f64> = costs.iter().map(|cost| cost.to_f64()).collect();
    let intervals = MoneyIntervals::of(&costs);
    let estimate = MoneyEstimate::of(&costs).unwrap();
    let close = |amounts: Option<(Money, Money)>, numbers: Option<(f64, f64)>| {
        let ((a, b), (c, d)) = (amounts.unwrap(), numbers.unwrap());
        assert!((a.to_f64() - c).abs() < 1e-7 && (b.to_f64() - d).abs() < 1e-7, "{a} {b} {c} {d}");
    };
    let parts = [(50, intervals.p5), (500, intervals.p50), (950, intervals.p95), (990, intervals.p99)];
    for (per_mille, interval) in parts {
        close(interval, quantile_interval(&rounded, per_mille));
        assert_eq!(interval, money_quantile_interval(&costs, per_mille));
    }
    close(intervals.cvar95, cvar95_interval(&rounded));
    assert_eq!(intervals.cvar95, money_cvar95_interval(&costs));
    assert!((cvar95(&rounded).unwrap() - estimate.cvar95.to_f64()).abs() < 1e-9);
    assert!((quantile(&rounded, 950).unwrap() - estimate.p95.to_f64()).abs() < 1e-9);
    // A cost a million times the spread loses none of it.
    let far = Money::from_pico(10_i128.pow(24));
    let shifted: Vec<Money> = costs.iter().map(|&cost| cost + far).collect();
    let (low, high) = intervals.cvar95.unwrap();
    assert_eq!(MoneyIntervals::of(&shifted).cvar95, Some((low + far, high + far)));
}
