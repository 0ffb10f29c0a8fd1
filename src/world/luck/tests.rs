use super::*;
use crate::world::stream::name_hash;
use crate::world::theory::{assert_follows, assert_mean, exponential_cumulative, normal_cumulative};

/// Seconds of many draws of one entity in one replication.
fn seconds(model: &DurationModel) -> Vec<f64> {
    let luck = Luck::new(11, 4);
    let draw = |ordinal| model.sample(luck.uniform(name_hash("web"), "start_up", ordinal), ordinal);
    (0..4_000).map(|ordinal| draw(ordinal).unwrap().as_ms() as f64 / 1e3).collect()
}

#[test]
fn first_draws_are_pinned() {
    let luck = Luck::new(1, 2);
    assert_eq!(luck.uniform(name_hash("web"), "start_up", 0).to_bits(), 4_607_023_132_720_145_179);
    assert_eq!(luck.uniform(name_hash("web"), "start_up", 1).to_bits(), 4_603_796_527_312_984_001);
}

#[test]
fn uniforms_are_uniform_over_ordinals_and_over_replications() {
    let mut over_ordinals: Vec<f64> =
        (0..4_000).map(|ordinal| Luck::new(1, 0).uniform(5, "x", ordinal)).collect();
    assert_follows(&mut over_ordinals, |x| x);
    let mut over_replications: Vec<f64> = (0..4_000).map(|r| Luck::new(1, r).uniform(5, "x", 0)).collect();
    assert_follows(&mut over_replications, |x| x);
}

#[test]
fn random_durations_follow_their_law() {
    // Rounded up to whole seconds, which these means (hours) do not feel.
    let hours = SimSpan::from_hours;
    assert_follows(&mut seconds(&DurationModel::Uniform(hours(1), hours(3))), |x| (x - 3_600.0) / 7_200.0);
    assert_follows(&mut seconds(&DurationModel::Exponential(hours(2))), exponential_cumulative(7_200.0));
    let long = DurationModel::LogNormal { median: hours(2), sigma: 0.5 };
    let mut sample = seconds(&long);
    assert_mean(&sample, 7_200.0 * libm::exp(0.125) + 0.5);
    assert_follows(&mut sample, |x| normal_cumulative(libm::log(x / 7_200.0) / 0.5));
}

#[test]
fn random_durations_are_whole_seconds_rounded_up() {
    let short = DurationModel::Exponential(SimSpan::from_ms(10));
    assert_eq!(short.sample(0.5, 0), Some(SimSpan::SECOND));
    let exact = DurationModel::Uniform(SimSpan::from_seconds(10), SimSpan::from_seconds(10));
    assert_eq!(exact.sample(0.9, 0), Some(SimSpan::from_seconds(10)));
    assert_eq!(DurationModel::Fixed(SimSpan::from_ms(1)).sample(0.5, 3), Some(SimSpan::from_ms(1)));
}

#[test]
fn even_the_luckiest_draw_is_finite_and_draws_increase() {
    let (lowest, highest) = (0.5 / (1_u64 << 52) as f64, 1.0 - 0.5 / (1_u64 << 52) as f64);
    let models = [
        DurationModel::Uniform(SimSpan::SECOND, SimSpan::HOUR),
        DurationModel::Exponential(SimSpan::from_days(100)),
        DurationModel::LogNormal { median: SimSpan::HOUR, sigma: 9.0 },
    ];
    for model in models {
        let draws = [lowest, 0.1, 0.5, 0.9, highest].map(|uniform| model.sample(uniform, 0).unwrap());
        assert!(draws.is_sorted() && draws[4].as_ms() <= 1_000_000_000_000_000, "{draws:?}");
    }
}
