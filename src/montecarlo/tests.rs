//! Hand-worked numbers, closed forms, and whether 95 % intervals hold the truth 95 % of the time.

use super::*;
use crate::units::{Money, SimSpan};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};

fn money(text: &str) -> Money {
    Money::parse(text).expect("decimal text")
}

fn moneys(texts: &[&str]) -> Vec<Money> {
    texts.iter().map(|text| money(text)).collect()
}

/// A sampled amount, to six decimals.
fn sampled(amount: f64) -> Money {
    Money::from_pico((amount * 1e6).round() as i128 * 1_000_000)
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}

fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} is not within {tolerance} of {b}");
}

#[test]
fn student_quantiles_agree_with_the_tables() {
    // NIST/SEMATECH e-Handbook, table 1.3.6.7.2, and R's qt(0.975, df) for the further digits.
    let table = [
        (1, 12.706_204_736),
        (2, 4.302_652_730),
        (9, 2.262_157_163),
        (29, 2.045_229_642),
        (100, 1.983_971_519),
    ];
    for (degrees, quantile) in table {
        close(student_t_975(degrees), quantile, 1e-8);
    }
    close(student_t_975(1_000), 1.962_339_081, 1e-8);
    close(student_t_975(999_999), 1.959_966_357, 1e-8);
    close(student_t_975(usize::MAX), 1.959_963_985, 1e-9);
    // The hand-over to the series leaves no step, and the quantile always falls.
    close(student_t_975(999), student_t_975(1_000) + 2.4e-6, 1e-7);
    assert!((1..3_000).all(|degrees| student_t_975(degrees) > student_t_975(degrees + 1)));
}

#[test]
fn a_mean_by_hand() {
    // 2, 4, 9: mean 5, squared deviations 9 + 1 + 16 = 26, s² = 13, error = √(13/3) = 2.081666, t(2) = 4.302653.
    let estimate = MeanEstimate::of(&[2.0, 4.0, 9.0]).unwrap();
    close(estimate.mean, 5.0, 0.0);
    close(estimate.standard_error.unwrap(), (13.0_f64 / 3.0).sqrt(), 1e-15);
    let (low, high) = estimate.ci95.unwrap();
    close(low, 5.0 - 8.956_686, 1e-5);
    close(high, 5.0 + 8.956_686, 1e-5);
}

#[test]
fn one_value_has_no_interval_and_none_has_no_mean() {
    let one = MeanEstimate::of(&[7.0]).unwrap();
    assert_eq!((one.mean.to_bits(), one.standard_error, one.ci95, one.n), (7.0_f64.to_bits(), None, None, 1));
    assert_eq!(MeanEstimate::of(&[]), None);
    assert_eq!(MoneyEstimate::of(&[]), None);
    assert_eq!(Paired::of(&[], &[]), None);
    assert_eq!(RatioEstimate::of(&[], &[]), None);
    assert_eq!(Proportion::of(0, 0), None);
    let cost = MoneyEstimate::of(&[money("7")]).unwrap();
    assert_eq!((cost.mean.ci95, cost.p5, cost.p99, cost.cvar95), (None, money("7"), money("7"), money("7")));
}

#[test]
fn a_small_spread_around_a_large_mean_is_not_lost() {
    // 10⁹ + {4, 7, 13, 16}: variance 30 (the classic of Chan et al.), where Σx² − (Σx)²/n gives nonsense.
    let values: Vec<f64> = [4.0, 7.0, 13.0, 16.0].iter().map(|x| 1e9 + x).collect();
    close(MeanEstimate::of(&values).unwrap().standard_error.unwrap(), (30.0_f64 / 4.0).sqrt(), 1e-9);
    let amounts = moneys(&["1000000000004", "1000000000007", "1000000000013", "1000000000016"]);
    close(MoneyMean::of(&amounts).unwrap().standard_error.unwrap(), (30.0_f64 / 4.0).sqrt(), 1e-12);
}

#[test]
fn a_mean_of_money_is_exact_and_rounds_half_to_even() {
    assert_eq!(MoneyMean::of(&moneys(&["0.10", "0.20"])).unwrap().mean, money("0.15"));
    assert_eq!(MoneyMean::of(&moneys(&["1", "0", "0"])).unwrap().mean, money("0.333333333333"));
    let half = MoneyMean::of(&[Money::from_pico(2), Money::from_pico(3)]).unwrap();
    assert_eq!(half.mean, Money::from_pico(2));
    // The interval of 2, 4, 9 again: half-width √(13/3) · 4.30265273 = 8.95668…, rounded to eight decimals.
    let (low, high) = MoneyMean::of(&moneys(&["2", "4", "9"])).unwrap().ci95.unwrap();
    assert_eq!(low + high, money("10"));
    close(high.to_f64(), 13.956_686, 1e-5);
    assert_eq!(high, high.round_to(8, crate::units::RoundingMode::Down));
}

#[test]
fn quantile_ranks_on_small_samples() {
    // n, then the ranks of p5, p50, p95, p99 and the size of the 5 % tail.
    let table = [
        (1, [1, 1, 1, 1], 1),
        (2, [1, 1, 2, 2], 1),
        (19, [1, 10, 19, 19], 1),
        (20, [1, 10, 19, 20], 1),
        (21, [2, 11, 20, 21], 2),
        (100, [5, 50, 95, 99], 5),
    ];
    for (n, ranks, tail) in table {
        assert_eq!([50, 500, 950, 990].map(|p| quantile_rank(p, n)), ranks, "n = {n}");
        let costs: Vec<Money> = (1..=n as i128).map(|cost| Money::from_pico(cost * 1_000)).collect();
        let estimate = MoneyEstimate::of(&costs).unwrap();
        let got = [estimate.p5, estimate.p50, estimate.p95, estimate.p99].map(|q| q.as_pico() / 1_000);
        assert_eq!(got, ranks.map(|rank| rank as i128), "n = {n}");
        // The mean of the last `tail` whole numbers up to n.
        assert_eq!(estimate.cvar95.as_pico(), 1_000 * n as i128 - 500 * (tail - 1), "n = {n}");
        assert_eq!((estimate.min, estimate.max), (costs[0], costs[n - 1]));
    }
}

#[test]
fn shortfall_of_a_uniform_grid_is_the_closed_form() {
    // Uniform on (0, 1]: CVaR₉₅ = 0.975; on the grid i/N with 20 | N it is 0.975 + 1/(2N), exactly.
    let n = 1_000_000_i128;
    let costs: Vec<Money> = (1..=n).map(|i| Money::from_pico(i * 1_000_000)).collect();
    assert_eq!(MoneyEstimate::of(&costs).unwrap().cvar95, money("0.9750005"));
}

#[test]
fn quantiles_do_not_depend_on_the_order() {
    let costs: Vec<Money> = (0..997_i128).map(|i| Money::from_pico(i * i % 1_009 * 1_000_000_007)).collect();
    let mut shuffled: Vec<Money> = (0..997).map(|i| costs[i * 101 % 997]).collect();
    let straight = MoneyEstimate::of(&costs).unwrap();
    let permuted = MoneyEstimate::of(&shuffled).unwrap();
    shuffled.reverse();
    let pick =
        |e: MoneyEstimate| (e.min, e.p5, e.p50, e.p95, e.p99, e.max, e.cvar95, e.mean.mean, e.mean.ci95);
    assert_eq!(pick(straight), pick(permuted));
    assert_eq!(pick(straight), pick(MoneyEstimate::of(&shuffled).unwrap()));
}

#[test]
fn wilson_by_hand() {
    // Newcombe 1998, table I, method 3 (score without continuity correction).
    for (hits, n, low, high) in
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
    {
        let ci95 = Proportion::of(hits, n).unwrap().ci95;
        close(ci95.0, low, 5e-5);
        close(ci95.1, high, 5e-5);
        let mirrored = Proportion::of(n - hits, n).unwrap().ci95;
        close(mirrored.0, 1.0 - ci95.1, 1e-15);
    }
}

#[test]
fn pairs_by_hand() {
    let a = moneys(&["10", "12", "11", "15"]);
    let b = moneys(&["11", "12", "13", "14"]);
    let paired = Paired::of(&a, &b).unwrap();
    // Differences −1, 0, −2, 1: mean −0.5, s² = (0.25 + 0.25 + 2.25 + 2.25)/3 = 5/3.
    assert_eq!(paired.difference.mean, money("-0.5"));
    close(paired.difference.standard_error.unwrap(), (5.0_f64 / 12.0).sqrt(), 1e-15);
    assert_eq!((paired.probability_a_cheaper.hits, paired.probability_equal.hits, paired.n), (2, 1, 4));
    let swapped = Paired::of(&b, &a).unwrap();
    assert_eq!(swapped.difference.mean, money("0.5"));
    assert_eq!(swapped.probability_a_cheaper.hits, 1);
    // A constant gap has a certain difference, however far the costs themselves spread.
    let dearer: Vec<Money> = a.iter().map(|&cost| cost + money("0.1")).collect();
    let sure = Paired::of(&a, &dearer).unwrap();
    assert_eq!(sure.difference.ci95, Some((money("-0.1"), money("-0.1"))));
}

#[test]
fn ratios_by_hand() {
    let hours = |list: &[i64]| list.iter().map(|&h| SimSpan::from_hours(h)).collect::<Vec<_>>();
    // 30 over 10 hours: 3 an hour. Residuals 4 − 3, 8 − 9, 18 − 18 = 1, −1, 0: s² = 1, over a mean of 10/3 hours.
    let ratio = RatioEstimate::of(&moneys(&["4", "8", "18"]), &hours(&[1, 3, 6])).unwrap();
    assert_eq!(ratio.per_unit, money("3"));
    close(ratio.standard_error.unwrap(), (1.0_f64 / 3.0).sqrt() * 0.3, 1e-15);
    // A replication without any available hour still pays; no hours at all have no price.
    assert_eq!(RatioEstimate::of(&moneys(&["1", "3"]), &hours(&[0, 2])).unwrap().per_unit, money("2"));
    assert_eq!(RatioEstimate::of(&moneys(&["1"]), &hours(&[0])), None);
    // Two thirds, half to even at the twelfth decimal.
    assert_eq!(RatioEstimate::of(&moneys(&["2"]), &hours(&[3])).unwrap().per_unit, money("0.666666666667"));
}

#[test]
fn a_million_tokens_by_hand() {
    // 6 for three million: 2 a million. Residuals 1 − 2 · 1, 5 − 2 · 2 = −1, 1: s² = 2, over a mean of 1.5 million.
    let ratio = RatioEstimate::per_million(&moneys(&["1", "5"]), &[1_000_000, 2_000_000]).unwrap();
    assert_eq!(ratio.per_unit, money("2"));
    close(ratio.standard_error.unwrap(), 1.0 / 1.5, 1e-15);
    // Without tokens there is no price, whatever was paid.
    assert_eq!(RatioEstimate::per_million(&moneys(&["3"]), &[0]), None);
}

/// Share of `seeds` seeds for which `holds`, tested against `expected` with four binomial standard deviations.
fn check_coverage(name: &str, seeds: u64, expected: f64, holds: impl Fn(&mut ChaCha8Rng) -> bool) {
    let hits = (0..seeds).filter(|&seed| holds(&mut ChaCha8Rng::seed_from_u64(seed))).count();
    let coverage = hits as f64 / seeds as f64;
    let bound = 4.0 * (expected * (1.0 - expected) / seeds as f64).sqrt();
    assert!((coverage - expected).abs() <= bound, "{name}: {coverage} should be {expected} ± {bound}");
}

fn within(value: f64, interval: (f64, f64)) -> bool {
    interval.0 <= value && value <= interval.1
}

fn within_money(value: Money, interval: Option<(Money, Money)>) -> bool {
    interval.is_some_and(|(low, high)| low <= value && value <= high)
}

#[test]
fn intervals_of_normal_means_cover_95_percent() {
    for n in [2, 10, 30] {
        check_coverage(&format!("floats, n = {n}"), 4_000, 0.95, |rng| {
            let values: Vec<f64> = (0..n).map(|_| 100.0 + 20.0 * normal(rng)).collect();
            within(100.0, MeanEstimate::of(&values).unwrap().ci95.unwrap())
        });
    }
    check_coverage("money, n = 10", 4_000, 0.95, |rng| {
        let values: Vec<Money> = (0..10).map(|_| sampled(100.0 + 20.0 * normal(rng))).collect();
        within_money(money("100"), MoneyMean::of(&values).unwrap().ci95)
    });
}

#[test]
fn paired_intervals_cover_95_percent_whatever_the_correlation() {
    for (correlation, independent) in [(0.95, false), (-0.8, false), (0.0, true)] {
        let own: f64 = (1.0_f64 - correlation * correlation).sqrt();
        check_coverage(&format!("paired, correlation {correlation} {independent}"), 2_000, 0.95, |rng| {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for _ in 0..30 {
                let shared = normal(rng);
                a.push(sampled(500.0 + 40.0 * shared));
                b.push(sampled(520.0 + 40.0 * (correlation * shared + own * normal(rng))));
            }
            within_money(money("-20"), Paired::of(&a, &b).unwrap().difference.ci95)
        });
    }
}

#[test]
fn ratio_intervals_cover_nearly_95_percent() {
    // The delta method is asymptotic: at n = 100 with hours between 300 and 700 its bias is below a tenth of a percent.
    check_coverage("ratio", 2_000, 0.95, |rng| {
        let (mut costs, mut spans) = (Vec::new(), Vec::new());
        for _ in 0..100 {
            let uniform: f64 = StandardUniform.sample(rng);
            let hours = 300.0 + 400.0 * uniform;
            costs.push(sampled(2.5 * hours + 50.0 * normal(rng)));
            spans.push(SimSpan::from_ms((hours * 3_600_000.0).round() as i64));
        }
        within_money(money("2.5"), RatioEstimate::of(&costs, &spans).unwrap().ci95)
    });
}

/// The exact chance that Wilson's interval of `n` tries holds `share`, summed over every possible number of hits.
fn wilson_coverage(share: f64, n: usize) -> f64 {
    let mut chance = (0..n).fold(1.0, |chance, _| chance * (1.0 - share));
    let mut covered = 0.0;
    for hits in 0..=n {
        if within(share, Proportion::of(hits, n).unwrap().ci95) {
            covered += chance;
        }
        chance *= (n - hits) as f64 / (hits + 1) as f64 * share / (1.0 - share);
    }
    covered
}

#[test]
fn wilson_intervals_cover_about_95_percent() {
    // Hits are whole, so coverage swings around 95 % with the share; its average does not. Above a half it mirrors.
    let shares: Vec<f64> = (1..=50).map(|percent| f64::from(percent) / 100.0).collect();
    for n in [10, 30, 200] {
        let mean = shares.iter().map(|&share| wilson_coverage(share, n)).sum::<f64>() / shares.len() as f64;
        close(mean, 0.95, 0.006);
    }
    for share in [0.03, 0.3, 0.5, 0.9] {
        let expected = wilson_coverage(share, 50);
        close(expected, 0.95, 0.03);
        check_coverage(&format!("share {share}"), 2_000, expected, |rng| {
            let hits = (0..50)
                .filter(|_| <StandardUniform as Distribution<f64>>::sample(&StandardUniform, rng) < share);
            within(share, Proportion::of(hits.count(), 50).unwrap().ci95)
        });
    }
}
