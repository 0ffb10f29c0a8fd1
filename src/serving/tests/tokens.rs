//! Token prices and public models: T1–T5, W67, W94, W95, A-37, A-38, A-48, A-49; and the route.

use super::*;

fn public() -> ServingModel {
    serving(vec![target(TargetKind::Public(MAX))])
}

/// A fine-tuned qwen3-8b.
fn tuned(trained_thinking: Option<bool>, mismatch_is_refused: bool) -> ServingModel {
    let tariff = TokenTariff { tiers: vec![tier("", u32::MAX, millions("0.5", "2", "5"))] };
    serving(vec![target(TargetKind::Tokens(TokensModel { tariff, trained_thinking, mismatch_is_refused }))])
}

fn open(model: &ServingModel) -> Desk<'_> {
    provisioned(model, Quota::default())
}

#[test]
fn w67_thinking_output_has_its_own_price() {
    let model = tuned(None, true);
    let records = met(&mut open(&model), &[call(0, 1_234, 567), thinking(1, 1_234, 567)]);
    assert_eq!(records.iter().map(charge).collect::<Vec<_>>(), ["0.001751", "0.003452"]);
    assert_eq!((records[1].charged[1].kind, records[1].charged[1].tokens), ("thinking_output_token", 567));
}

#[test]
fn w94_all_tokens_are_at_the_tier_of_the_input() {
    let model = public();
    let mut desk = open(&model);
    let calls = [call(0, 32_000, 1_000), call(1, 32_001, 1_000), call(2, 256_001, 1)];
    let records = met(&mut desk, &calls);
    assert_eq!([charge(&records[0]), charge(&records[1])], ["0.216", "0.36001"]);
    assert_eq!((records[0].fate, records[2].fate), (SERVED, Fate::Refused(Refusal::InputTooLong)));
    let outcome = desk.finish(at(60_000));
    assert_eq!((outcome.tokens.to_string().as_str(), outcome.overflow), ("0.57601", Money::ZERO));
}

#[test]
fn w95_cached_input_is_a_line_of_its_own() {
    let mut model = public();
    model.publics[0].tariff.tiers[0].prices = millions("2.5", "10", "10");
    let cached = Call { cached_tokens: 15_000, ..call(0, 20_000, 1_000) };
    let record = met(&mut open(&model), &[cached]).remove(0);
    let lines: Vec<_> = record.charged.iter().map(|line| (line.kind, line.amount.to_string())).collect();
    let expected = [("input_token", "0.0125"), ("cached_input_token", "0.00375"), ("output_token", "0.01")];
    assert_eq!(lines, expected.map(|(kind, amount)| (kind, amount.to_owned())));
    assert_eq!(
        (charge(&record).as_str(), record.charged[0].model.as_str()),
        ("0.02625", "qwen3-max-2025-09-23")
    );
}

#[test]
fn a49_thinking_that_was_not_trained_is_refused_or_served_with_a_warning() {
    let calls = [call(0, 10, 1), thinking(1, 10, 1)];
    let mismatch = Fate::Refused(Refusal::ThinkingMismatch);
    assert_eq!(fates(&mut open(&tuned(Some(true), true)), &calls), [mismatch, SERVED]);
    assert_eq!(fates(&mut open(&tuned(Some(false), true)), &calls), [SERVED, mismatch]);
    assert_eq!(fates(&mut open(&tuned(Some(false), false)), &calls), [SERVED, SERVED]);
}

#[test]
fn a48_public_limits_are_shared_by_all_who_meet_the_model() {
    let mut model = serving(vec![target(TargetKind::Public(MAX)), target(TargetKind::Quota(ptu()))]);
    model.publics[0].limits = RateLimits { rpm: Some(2), tpm: None };
    model.routes = vec![vec![FIRST], vec![SECOND]];
    let mut desk = Desk::new(&model);
    desk.open(SECOND, SimTime::ZERO);
    // A public target is always open; the second tenant has a quota of nothing.
    desk.close(FIRST, CloseReason::Overdue, SimTime::ZERO);
    let overflowing = |ms| Call { tenant: 1, ..call(ms, 5, 5) };
    let calls = [call(0, 5, 5), overflowing(1), overflowing(2), call(3, 5, 5), call(60_000, 5, 5)];
    assert_eq!(fates(&mut desk, &calls), [SERVED, OVERFLOWED, TOO_MANY, TOO_MANY, SERVED]);
    let outcome = desk.finish(at(60_001));
    assert_eq!([outcome.tenants[0].served, outcome.tenants[1].overflowed], [2, 1]);
    assert_eq!([outcome.targets[0].calls.refused[0], outcome.targets[1].calls.refused[0]], [1, 1]);
}

#[test]
fn output_counts_for_limits_when_the_call_is_over() {
    let mut model = public();
    model.publics[0].limits = RateLimits { rpm: None, tpm: Some(1_000) };
    model.publics[0].latency = Some(Latency { first_ms: 1_000, per_output_token_us: 0 });
    let calls = [call(0, 500, 500), call(999, 400, 0), call(1_000, 101, 0), call(1_001, 100, 0)];
    // At 1,000 ms: 500 + 400 + 500 are used.
    assert_eq!(fates(&mut open(&model), &calls), [SERVED, SERVED, TOO_MANY, TOO_MANY]);
}

#[test]
fn a_call_goes_along_its_route() {
    let rejecting = QuotaModel { overflow: OverflowTo::Next, ..ptu() };
    let model = serving(vec![
        target(TargetKind::Quota(rejecting)),
        target(TargetKind::Slots(SlotsModel::default())),
        target(TargetKind::Public(MAX)),
    ]);
    let mut desk = provisioned(&model, tpm(10, 10));
    desk.open(SECOND, SimTime::ZERO);
    // The second target has no slots yet.
    let records = met(&mut desk, &[call(0, 10, 1), call(1, 10, 1)]);
    assert_eq!([records[0].target, records[1].target], [Some(FIRST), Some(TargetId(2))]);
    let class = SlotClass { prefill_milli_tps: 1_000, decode_milli_tps: 1_000, overhead: SimSpan::ZERO };
    desk.add_slots(SECOND, class, 1, at(2));
    desk.close(FIRST, CloseReason::Suspended, at(2));
    assert_eq!(met(&mut desk, &[call(2, 10, 1)])[0].target, Some(SECOND));
}

#[test]
fn nobody_takes_it() {
    let next = QuotaModel { overflow: OverflowTo::Next, ..ptu() };
    let mut model =
        serving(vec![target(TargetKind::Quota(next)), target(TargetKind::Slots(SlotsModel::default()))]);
    model.routes.push(vec![]);
    let mut desk = Desk::new(&model);
    desk.close(FIRST, CloseReason::Overdue, SimTime::ZERO);
    let stranger = |ms| Call { tenant: 1, ..call(ms, 1, 1) };
    let refused = |desk: &mut Desk<'_>, call| {
        let record = met(desk, &[call]).remove(0);
        let Fate::Refused(refusal) = record.fate else { panic!("nobody is there") };
        (refusal, record.target)
    };
    assert_eq!(refused(&mut desk, stranger(0)), (Refusal::NoSuchDeployment, None));
    assert_eq!(refused(&mut desk, call(1, 1, 1)), (Refusal::NotRunning, Some(SECOND)));
    desk.close(SECOND, CloseReason::Suspended, at(2));
    assert_eq!(refused(&mut desk, call(2, 1, 1)), (Refusal::Suspended, Some(SECOND)));
    // Awkward: who was there and did not take it has the word, not who is closed after it.
    desk.open(FIRST, at(3));
    assert_eq!(refused(&mut desk, call(3, 1, 1)), (Refusal::TooManyRequests, Some(FIRST)));
    let outcome = desk.finish(at(4));
    assert_eq!(
        (outcome.calls.refused, outcome.calls.refused_tokens.input),
        ([1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0], 4)
    );
}
