use super::*;
use crate::units::UnitPrice;
use proptest::prelude::*;

/// A path as the plainest reader of its definition would write it: a value for every millisecond, the last for ever.
#[derive(Clone, Debug)]
struct Naive(Vec<i64>);

impl Naive {
    fn at(&self, ms: i64) -> i64 {
        self.0[(ms as usize).min(self.0.len() - 1)]
    }
    fn last(&self) -> i64 {
        (self.0.len() as u64).cast_signed()
    }
    fn next(&self, from: i64, meets: impl Fn(i64) -> bool) -> Option<SimTime> {
        (from..=from.max(self.last())).find(|&ms| meets(self.at(ms))).map(SimTime::from_ms)
    }
    fn since(&self, at: i64, meets: impl Fn(i64) -> bool) -> Option<SimTime> {
        (0..=at).rev().take_while(|&ms| meets(self.at(ms))).last().map(SimTime::from_ms)
    }
}

const UNKNOWN: i64 = UnitPrice::UNKNOWN.as_nano();

/// Few different values, so that runs and ties are common; sometimes large and unknown ones.
fn value() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0_i64..4, 4 => Just(2_i64), 1 => Just(UNKNOWN), 1 => Just(1_i64 << 60)]
}

/// The same function as a path and as the naive reader sees it.
fn path_and_naive() -> impl Strategy<Value = (StepPath, Naive)> {
    let grid = (1_i64..4, prop::collection::vec(value(), 1..150)).prop_map(|(step, values)| {
        let naive = values.iter().flat_map(|&value| vec![value; step as usize]).collect();
        (StepPath::from_grid(SimSpan::from_ms(step), values), Naive(naive))
    });
    let changes = prop::collection::vec((0_i64..4, value()), 1..150).prop_map(|gaps| {
        let (mut at, mut naive, mut changes) = (0, Vec::new(), Vec::new());
        for (index, (gap, value)) in gaps.into_iter().enumerate() {
            // The first entry is before the start, a gap of nothing makes two entries of one instant.
            at = if index == 0 { -gap } else { at.max(0) + gap };
            changes.push((SimTime::from_ms(at), value));
            let previous = naive.last().copied().unwrap_or(value);
            naive.resize(at.max(0) as usize, previous);
            naive.push(value);
        }
        (StepPath::from_changes(&changes), Naive(naive))
    });
    prop_oneof![grid, changes]
}

proptest! {
    #[test]
    fn agrees_with_the_naive_reader((path, naive) in path_and_naive(), at in 0_i64..500, limit in -1_i64..5) {
        let t = SimTime::from_ms(at);
        let value = naive.at(at);
        prop_assert_eq!(path.value_at(t), value);
        prop_assert_eq!(path.next_change(t), naive.next(at, |other| other != value));
        for limit in [limit, UNKNOWN - 1, UNKNOWN] {
            prop_assert_eq!(path.next_above(t, limit), naive.next(at, |value| value > limit));
            prop_assert_eq!(path.next_at_most(t, limit), naive.next(at, |value| value <= limit));
            prop_assert_eq!(path.since_above(t, limit), naive.since(at, |value| value > limit));
            prop_assert_eq!(path.since_at_most(t, limit), naive.since(at, |value| value <= limit));
        }
    }

    #[test]
    fn measures_like_the_naive_reader((path, naive) in path_and_naive(), from in 0_i64..400, length in 0_i64..300) {
        let (begin, end) = (SimTime::from_ms(from), SimTime::from_ms(from + length));
        let pieces: Vec<Segment> = path.segments(begin, end).collect();
        let spelled: Vec<i64> =
            pieces.iter().flat_map(|piece| vec![piece.value; piece.to.since(piece.from).as_ms() as usize]).collect();
        let expected: Vec<i64> = (from..from + length).map(|ms| naive.at(ms)).collect();
        prop_assert_eq!(&spelled, &expected);
        prop_assert!(pieces.windows(2).all(|pair| pair[0].value != pair[1].value && pair[0].to == pair[1].from));
        if !expected.contains(&UNKNOWN) {
            prop_assert_eq!(path.integral(begin, end), expected.iter().map(|&value| i128::from(value)).sum::<i128>());
        }
        if length > 0 {
            let share = (0..length).filter(|&ms| naive.at(ms) <= 2).count() as f64 / length as f64;
            prop_assert!((path.share_at_most(2, SimSpan::from_ms(length)) - share).abs() < 1e-15);
        }
    }

    #[test]
    fn refilled_memory_leaves_no_trace((old, _) in path_and_naive(), (new, _) in path_and_naive()) {
        let mut reused = old.clone();
        reused.copy_from(&new);
        prop_assert_eq!(&reused, &new);
        let mut reused = old.clone();
        match new.grid_step() {
            Some(step) => reused.refill_grid(step, new.values.len(), |values| {
                values.copy_from_slice(&new.values);
                new.values.iter().fold(0, |bits, value| bits | value)
            }),
            None => reused.refill_changes(new.starts.iter().copied().zip(new.values.iter().copied())),
        }
        prop_assert_eq!(&reused, &new);
        reused.refill_constant(7);
        prop_assert_eq!(reused, StepPath::constant(7));
    }
}

#[test]
fn a_long_path_of_large_values_is_summed_exactly() {
    let values = vec![(1 << 57) - 1; 200];
    let path = StepPath::from_grid(SimSpan::MINUTE, values);
    let expected = i128::from((1_i64 << 57) - 1) * 200 * 60_000;
    assert_eq!(path.integral(SimTime::ZERO, SimTime::ZERO + SimSpan::from_minutes(200)), expected);
}

#[test]
#[should_panic(expected = "unknown price")]
fn an_unknown_price_is_never_charged() {
    let path = StepPath::from_grid(SimSpan::MINUTE, vec![1, 1, UNKNOWN, 1, 1]);
    path.integral(SimTime::ZERO, SimTime::ZERO + SimSpan::from_minutes(5));
}

#[test]
#[should_panic(expected = "value from its beginning")]
fn a_path_without_a_first_value_is_refused() {
    drop(StepPath::from_changes(&[(SimTime::from_ms(1), 5)]));
}

#[test]
fn an_unlimited_stock_is_at_most_itself() {
    let path = StepPath::constant(UNLIMITED);
    assert_eq!(path.next_at_most(SimTime::ZERO, UNLIMITED), Some(SimTime::ZERO));
    assert_eq!(path.next_above(SimTime::ZERO, UNLIMITED), None);
    assert_eq!(path.value_at(SimTime::NEVER), UNLIMITED);
}

#[test]
fn transforming_an_irregular_path_merges_what_became_equal() {
    let minute = |minutes| SimTime::ZERO + SimSpan::from_minutes(minutes);
    let mut path = StepPath::from_changes(&[(minute(0), 3), (minute(1), 5), (minute(2), 9)]);
    path.transform(|values| values.iter_mut().for_each(|value| *value = (*value).min(5)));
    path.transform(|values| values.iter_mut().for_each(|value| *value = (*value).max(4)));
    assert_eq!(path, StepPath::from_changes(&[(minute(0), 4), (minute(1), 5)]));
}

#[test]
fn a_step_is_found_as_by_division() {
    let steps = [1, 2, 3, 7, 1_000, 299_999, 300_000, 3_600_000, 604_800_000, i64::MAX];
    let instants = [
        0,
        1,
        2,
        299_999,
        300_000,
        300_001,
        3_599_999,
        2_592_000_000,
        315_360_000_000,
        i64::MAX - 1,
        i64::MAX,
    ];
    for step in steps {
        let grid = Grid::new(SimSpan::from_ms(step));
        let limits = [grid.exact_below_ms.saturating_sub(1), grid.exact_below_ms].map(u64::cast_signed);
        for ms in instants.into_iter().chain(limits.into_iter().filter(|ms| *ms >= 0)) {
            for near in [ms, ms / step * step, (ms / step * step - 1).max(0)] {
                assert_eq!(
                    grid.index_at(SimTime::from_ms(near)).cast_signed(),
                    near / step,
                    "{near} / {step}"
                );
            }
        }
    }
    assert_eq!(Grid::new(SimSpan::from_ms(7)).index_at(SimTime::from_ms(-8)), 0);
}
