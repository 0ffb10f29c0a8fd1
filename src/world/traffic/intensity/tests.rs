use super::*;
use crate::world::theory::SCORE;

fn flat() -> Intensity {
    Intensity {
        per_minute: 6.0,
        day_profile: vec![],
        week_profile: vec![],
        growth_per_month: 0.0,
        dispersion: 1.0,
        bursts: None,
        idle: None,
    }
}

fn mean_after(intensity: &Intensity, hours: i64, start: SimSpan) -> f64 {
    Pace::default().mean_at(intensity, SimTime::ZERO + SimSpan::from_hours(hours), start)
}

fn close(mean: f64, expected: f64) {
    assert!((mean / expected - 1.0).abs() < 1e-12, "{mean}, expected {expected}");
}

#[test]
fn profiles_meet_the_right_hours_when_the_scenario_starts_on_a_wednesday_morning() {
    let mut day_profile = vec![1.0; 24];
    day_profile[9] = 3.0;
    let mut week_profile = vec![1.0; 7];
    (week_profile[5], week_profile[6]) = (0.5, 0.0);
    let intensity = Intensity { day_profile, week_profile, ..flat() };
    let wednesday_at_ten = SimSpan::from_hours(2 * 24 + 10);
    let mean = |hours| mean_after(&intensity, hours, wednesday_at_ten);
    close(mean(0), 6.0);
    // Thursday at nine is 23 hours later, and ends at ten.
    assert_eq!((mean(22), mean(23), mean(24)), (6.0, 18.0, 6.0));
    // Saturday at nine, Sunday all day, Monday again.
    assert_eq!((mean(71), mean(72), mean(96), mean(110)), (9.0, 3.0, 0.0, 6.0));
    // Awkward: the profile goes on over the week's end.
    close(mean(7 * 24 + 23), 18.0);
}

#[test]
fn a_profile_may_have_any_number_of_parts() {
    let start = SimSpan::from_hours(13);
    let intensity = Intensity { day_profile: vec![1.0, 2.0, 4.0, 8.0, 16.0], ..flat() };
    // A part is 4.8 hours: 13:00 is in the third, 20:00 in the fifth, midnight in the first.
    for (hours, expected) in [(0, 24.0), (7, 96.0), (11, 6.0)] {
        close(mean_after(&intensity, hours, start), expected);
    }
    let by_minute = Intensity { day_profile: (0..1_440).map(f64::from).collect(), ..flat() };
    close(mean_after(&by_minute, 2, start), 6.0 * 900.0);
}

#[test]
fn growth_compounds_by_thirty_days() {
    let doubling = Intensity { growth_per_month: 1.0, ..flat() };
    let shrinking = Intensity { growth_per_month: -0.1, ..flat() };
    close(mean_after(&doubling, 0, SimSpan::ZERO), 6.0);
    close(mean_after(&doubling, 15 * 24, SimSpan::ZERO), 6.0 * 2.0_f64.sqrt());
    close(mean_after(&doubling, 60 * 24, SimSpan::ZERO), 24.0);
    close(mean_after(&shrinking, 90 * 24, SimSpan::ZERO), 6.0 * 0.729);
}

#[test]
fn spells_take_their_stationary_share_of_the_time_and_multiply() {
    let spells = |between, length, factor| Spells {
        between_mean: SimSpan::from_minutes(between),
        length_mean: SimSpan::from_minutes(length),
        factor,
    };
    let intensity =
        Intensity { bursts: Some(spells(90, 30, 5.0)), idle: Some(spells(60, 40, 0.0)), ..flat() };
    let (runs, mut counted) = (3_000_u64, [0_u32; 3]);
    for replication in 0..runs {
        let mut pace = Pace::default();
        pace.draw(&intensity, (1, replication, 8), SimSpan::HOUR);
        // At the start, where only the stationary beginning counts, and long after.
        let mean = pace.mean_at(&intensity, SimTime::ZERO + SimSpan::from_minutes(59), SimSpan::ZERO);
        let place = [0, 6, 30].iter().position(|&level| level == mean as i64).expect("a product of factors");
        counted[place] += 1;
    }
    for (count, chance) in counted.into_iter().zip([0.4, 0.6 * 0.75, 0.6 * 0.25]) {
        let expected = chance * runs as f64;
        let score = (f64::from(count) - expected) / (expected * (1.0 - chance)).sqrt();
        assert!(score.abs() < SCORE, "{count} of {runs}, expected {expected}");
    }
}
