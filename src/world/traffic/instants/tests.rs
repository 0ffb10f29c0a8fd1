use super::*;
use crate::world::stream::stream;
use crate::world::theory::{assert_counts, assert_follows};

/// Instants since the minute's start, in minutes.
fn even_minute(minute: i64, count: usize) -> Vec<f64> {
    let mut calls = Vec::new();
    let mut generator = stream(2, 0, 3, "calls");
    generator.set_stream(minute.unsigned_abs());
    push_even_calls(&mut generator, (minute, 4), count, &mut calls);
    assert_eq!(calls.len(), count);
    assert!(calls.is_sorted_by_key(|call| call.at) && calls.iter().all(|call| call.tenant == 4));
    // The middle of the millisecond stands for what was rounded down.
    let within = |call: &Call| (call.at.as_ms() - minute * MINUTE_MS) as f64 / 60_000.0 + 0.5 / 60_000.0;
    calls.iter().map(within).collect()
}

#[test]
fn instants_are_even_in_the_minute_however_many_there_are() {
    for count in [1, 2, 5, 32, 33, 1_000] {
        let minutes = (40_000 / count).clamp(50, 8_000) as i64;
        let mut all: Vec<f64> = (0..minutes).flat_map(|minute| even_minute(minute, count)).collect();
        assert!(all.iter().all(|&place| (0.0..1.0).contains(&place)));
        assert_follows(&mut all, |place| place.clamp(0.0, 1.0));
    }
}

#[test]
fn instants_are_independent_of_each_other() {
    // Awkward: first of five, last of five, and the space between two of them follow their laws, which points of a
    // grid with luck would not.
    let minutes: Vec<Vec<f64>> = (0..8_000).map(|minute| even_minute(minute, 5)).collect();
    let beta = |x: f64| 1.0 - (1.0 - x.clamp(0.0, 1.0)).powi(5);
    assert_follows(&mut minutes.iter().map(|minute| minute[0]).collect::<Vec<_>>(), beta);
    assert_follows(&mut minutes.iter().map(|minute| 1.0 - minute[4]).collect::<Vec<_>>(), beta);
    let between = |minute: &Vec<f64>| minute[3] - minute[2] + 0.5 / 60_000.0;
    assert_follows(&mut minutes.iter().map(between).collect::<Vec<_>>(), beta);
}

/// Instants since their minutes' starts of the minutes of a block, in minutes.
fn even_block(block: i64, counts: &[u64]) -> Vec<Vec<f64>> {
    let mut calls = Vec::new();
    let mut generator = stream(2, 0, 5, "calls");
    generator.set_stream(block.unsigned_abs());
    push_even_block(&mut generator, (block * 16, 4), counts, &mut calls);
    // Every spacing takes a word: one more than calls for each minute that has any.
    let minutes = counts.iter().filter(|&&count| count > 0).count();
    assert_eq!(generator.get_word_pos(), (calls.len() + minutes) as u128);
    assert!(calls.is_sorted_by_key(|call| call.at) && calls.iter().all(|call| call.tenant == 4));
    let within = |call: &Call, minute: i64| {
        (call.at.as_ms() - (block * 16 + minute) * MINUTE_MS) as f64 / 60_000.0 + 0.5 / 60_000.0
    };
    let mut rest = calls.as_slice();
    let mut own = |(minute, &count): (usize, &u64)| -> Vec<f64> {
        let (now, later) = rest.split_at(count as usize);
        rest = later;
        now.iter().map(|call| within(call, minute as i64)).collect()
    };
    counts.iter().enumerate().map(&mut own).collect()
}

#[test]
fn minutes_of_a_block_are_even_each_for_itself() {
    // Awkward: none, one, more than a part of 32, parts that end within a minute.
    let counts = [0, 5, 1, 5, 40, 0, 5, 70, 5, 5, 2, 5, 5, 0, 5, 5];
    let (mut all, mut fives) = (Vec::new(), Vec::new());
    for block in 0..400 {
        for minute in even_block(block, &counts) {
            assert!(minute.iter().all(|&place| (0.0..1.0).contains(&place)));
            fives.extend((minute.len() == 5).then(|| minute[0]));
            all.extend(minute);
        }
    }
    assert_follows(&mut fives, |x| 1.0 - (1.0 - x.clamp(0.0, 1.0)).powi(5));
    assert_follows(&mut all, |place| place.clamp(0.0, 1.0));
}

#[test]
fn the_number_in_a_part_of_a_minute_is_binomial() {
    // 4,000 minutes of 6 calls: how many lie in the first third.
    let mut counts = [0_u32; 7];
    for minute in 0..4_000 {
        counts[even_minute(minute, 6).iter().filter(|&&place| place < 1.0 / 3.0).count()] += 1;
    }
    let chances = [64.0, 192.0, 240.0, 160.0, 60.0, 12.0, 1.0].map(|ways| ways / 729.0);
    assert_counts(&counts, |cell| chances[cell] * 4_000.0, 6.0);
}

#[test]
fn a_minute_without_calls_takes_no_luck() {
    let mut generator = stream(2, 0, 3, "calls");
    let mut calls = Vec::new();
    push_even_calls(&mut generator, (0, 0), 0, &mut calls);
    assert!(calls.is_empty() && generator.get_word_pos() == 0);
}

fn spaced(per_minute: f64, minute: i64) -> Vec<i64> {
    let mut calls = Vec::new();
    push_spaced_calls(per_minute, (minute, 0), &mut calls);
    calls.iter().map(|call| call.at.as_ms()).collect()
}

#[test]
fn spaced_calls_are_in_the_middle_of_their_spaces() {
    assert_eq!(spaced(3.0, 0), [10_000, 30_000, 50_000]);
    assert_eq!(spaced(3.0, 100), [6_010_000, 6_030_000, 6_050_000]);
    // One every ten minutes, in the middle of the ten; seven a minute round down.
    assert_eq!((0..20).flat_map(|minute| spaced(0.1, minute)).collect::<Vec<_>>(), [300_000, 900_000]);
    assert_eq!(spaced(7.0, 0), [4_285, 12_857, 21_428, 30_000, 38_571, 47_142, 55_714]);
}

#[test]
fn no_spaced_call_is_lost_or_comes_twice_between_minutes() {
    for per_minute in [0.013, 0.5, 1.0, 2.0 / 3.0, 59.9, 1_234.567, 70_000.0] {
        let minutes = if per_minute > 1e4 { 3 } else { 400 };
        let all: Vec<i64> = (0..minutes).flat_map(|minute| spaced(per_minute, minute)).collect();
        let expected: Vec<i64> = (0..500_000)
            .map(|number| ((f64::from(number) + 0.5) * 60_000.0 / per_minute) as i64)
            .take_while(|&at| at < minutes * 60_000)
            .collect();
        assert!(all == expected, "{per_minute} per minute");
        assert_eq!(first_spaced(per_minute, minutes * 60_000), expected.len() as i64);
    }
}
