//! Slots and limits: D11, U9, W92, W123.

use super::*;

/// A second of prefill for 1,000 tokens, a second of decoding for ten.
const SLOW: SlotClass =
    SlotClass { prefill_milli_tps: 1_000_000, decode_milli_tps: 10_000, overhead: SimSpan::ZERO };
const FAST: SlotClass =
    SlotClass { prefill_milli_tps: 1_000_000, decode_milli_tps: 100_000, overhead: SimSpan::from_ms(5) };

fn units(change: impl FnOnce(&mut TargetModel, &mut SlotsModel)) -> ServingModel {
    let mut slots = SlotsModel::default();
    let mut target = target(TargetKind::Slots(slots));
    change(&mut target, &mut slots);
    target.kind = TargetKind::Slots(slots);
    serving(vec![target])
}

fn with_slots<'model>(model: &'model ServingModel, slots: &[(SlotClass, u32)]) -> Desk<'model> {
    let mut desk = Desk::new(model);
    desk.open(FIRST, SimTime::ZERO);
    for (class, count) in slots {
        desk.add_slots(FIRST, *class, *count, SimTime::ZERO);
    }
    desk
}

/// (waited, served in), in milliseconds.
fn waits(desk: &mut Desk<'_>, calls: &[Call]) -> Vec<(i64, i64)> {
    let records = met(desk, calls);
    records.iter().map(|record| (record.waited.as_ms(), record.served_in.as_ms())).collect()
}

#[test]
fn w92_the_call_after_the_last_of_the_minute_is_refused() {
    let model = units(|target, _| target.limits = RateLimits { rpm: Some(500), tpm: None });
    let mut desk = with_slots(&model, &[(FAST, 10)]);
    let calls: Vec<_> = (0..502).map(|index| call(index, 1, 1)).chain([call(60_000, 1, 1)]).collect();
    let fates = fates(&mut desk, &calls);
    assert!(!fates[..500].contains(&TOO_MANY));
    assert_eq!((fates[500], fates[501]), (TOO_MANY, TOO_MANY));
    assert_ne!(fates[502], TOO_MANY);
}

#[test]
fn w123_a_context_beyond_the_largest_is_refused() {
    let model = units(|target, _| target.max_context_tokens = Some(10_000));
    let mut desk = with_slots(&model, &[(FAST, 2)]);
    let calls = [call(0, 10_000, 1), call(1, 10_001, 1)];
    assert_eq!(fates(&mut desk, &calls), [SERVED, Fate::Refused(Refusal::InputTooLong)]);
}

#[test]
fn first_come_first_served_at_the_slot_that_is_free_earliest() {
    let model = units(|_, _| {});
    let mut desk = with_slots(&model, &[(SLOW, 1), (FAST, 1)]);
    // The first slot is busy until 2,000, the second until 1,105; then until 2,210 and so on: ten ms a token and 5 ms.
    let calls = [
        call(0, 1_000, 10),
        call(0, 1_000, 10),
        call(1_000, 1_000, 10),
        call(1_100, 0, 1),
        call(5_000, 0, 1),
    ];
    let expected = [(0, 2_000), (0, 1_105), (105, 1_105), (900, 100), (0, 100)];
    assert_eq!(waits(&mut desk, &calls), expected);
    let outcome = desk.finish(at(10_000));
    let found = outcome.targets[0].waits;
    assert_eq!((found.total_ms, found.longest.as_ms(), outcome.calls.queued), (1_005, 900, 2));
    assert!((found.p95.as_ms() - 900).abs() <= 9);
}

#[test]
fn service_is_rounded_up_once() {
    let class =
        SlotClass { prefill_milli_tps: 3_000_000, decode_milli_tps: 3_000_000, overhead: SimSpan::ZERO };
    let model = units(|_, _| {});
    let mut desk = with_slots(&model, &[(class, 9)]);
    // Thirds of a millisecond: 1/3 + 1/3, 1/3 + 2/3, 2/3 + 2/3, and none.
    let calls = [call(0, 1, 1), call(0, 1, 2), call(0, 2, 2), call(0, 0, 0), call(0, 3, 4)];
    let served: Vec<_> = waits(&mut desk, &calls).into_iter().map(|(_, served)| served).collect();
    assert_eq!(served, [1, 1, 2, 0, 3]);
}

#[test]
fn a_queue_that_is_too_long_and_slow_calls() {
    let mut model = units(|_, slots| slots.max_wait = Some(SimSpan::SECOND));
    model.call_price = CallPrice {
        refused: Some(Money::parse("0.5").unwrap()),
        slow_above: Some(SimSpan::from_ms(2_999)),
        slow: Some(Money::parse("0.01").unwrap()),
    };
    let mut desk = with_slots(&model, &[(SLOW, 1)]);
    let searching = Call { flags: CallFlags::WEB_SEARCH, ..call(1_000, 1_000, 10) };
    // Free at 2,000: one waits exactly a second, the next would wait longer.
    let calls = [call(0, 1_000, 10), searching, Call { at: at(1_001), ..searching }];
    assert_eq!(fates(&mut desk, &calls), [SERVED, Fate::Queued, Fate::Refused(Refusal::QueueTooLong)]);
    let outcome = desk.finish(at(10_000));
    assert_eq!((outcome.calls.slow, outcome.calls.web_searches), (1, 1));
    assert_eq!(outcome.call_price.to_string(), "0.51");
}

#[test]
fn slots_come_and_go() {
    let model = units(|_, _| {});
    let mut desk = with_slots(&model, &[(SLOW, 2)]);
    assert_eq!(waits(&mut desk, &[call(0, 1_000, 10)]), [(0, 2_000)]);
    // The free one goes, the busy one finishes and goes on.
    desk.remove_slots(FIRST, SLOW, 1, at(500));
    assert_eq!(waits(&mut desk, &[call(1_000, 1_000, 0)]), [(1_000, 1_000)]);
    desk.add_slots(FIRST, SLOW, 1, at(1_500));
    assert_eq!(waits(&mut desk, &[call(1_500, 1_000, 0)]), [(0, 1_000)]);
    // Awkward: more are taken than there are, and of a class that never was.
    desk.remove_slots(FIRST, FAST, 1, at(1_600));
    desk.remove_slots(FIRST, SLOW, 9, at(1_600));
    assert_eq!(fates(&mut desk, &[call(1_700, 1, 1)]), [Fate::Refused(Refusal::NotRunning)]);
}

#[test]
fn load_is_the_claimed_share_of_the_slots_time() {
    let model = units(|_, _| {});
    let mut desk = with_slots(&model, &[(SLOW, 4)]);
    desk.meet(&[call(0, 1_000, 10), call(10, 1_000, 0)], &mut NoLog);
    // Three of forty seconds; then nothing; then two slots for five and one for five.
    assert_eq!(desk.take_load_per_mille(FIRST, at(10_000)), 75);
    assert_eq!(desk.take_load_per_mille(FIRST, at(20_000)), 0);
    assert_eq!(desk.take_load_per_mille(FIRST, at(20_000)), 0);
    desk.remove_slots(FIRST, SLOW, 2, at(20_000));
    desk.meet(&[call(20_000, 3_000, 0)], &mut NoLog);
    desk.remove_slots(FIRST, SLOW, 1, at(25_000));
    assert_eq!(desk.take_load_per_mille(FIRST, at(30_000)), 200);
    assert_eq!(desk.last_call(FIRST), Some(at(20_000)));
}
