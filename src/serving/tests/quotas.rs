//! Provisioned throughput: P10–P16, A-02, A-04, A-05.

use super::*;

fn quota(change: impl FnOnce(&mut QuotaModel)) -> ServingModel {
    let mut model = ptu();
    change(&mut model);
    serving(vec![target(TargetKind::Quota(model))])
}

fn usual() -> ServingModel {
    quota(|_| {})
}

#[test]
fn w34_the_longest_input_is_inside_and_one_more_token_overflows() {
    let model = usual();
    let mut desk = provisioned(&model, tpm(1_000_000, 100_000));
    let records = met(&mut desk, &[call(0, 128_000, 0), call(1, 128_001, 500)]);
    assert_eq!((records[0].fate, records[0].charged.len()), (SERVED, 0));
    assert_eq!((records[1].fate, charge(&records[1]).as_str()), (OVERFLOWED, "1.950015"));
    assert_eq!(records[1].charged[0].tier, "128k-256k");
    let outcome = desk.finish(at(60_000));
    assert_eq!(outcome.overflow.to_string(), "1.950015");
    assert_eq!(outcome.calls.overflowed_tokens.input, 128_001);
}

#[test]
fn w35_exactly_the_quota_fits_and_every_civil_minute_starts_empty() {
    // Started at 10:00:20, so 10:01 is forty seconds away.
    let model = ServingModel { minute_phase_ms: 20_000, ..usual() };
    let mut desk = provisioned(&model, tpm(10_000, 1_000));
    let calls = [call(0, 6_000, 0), call(1, 4_000, 0), call(39_999, 1, 1), call(40_000, 10_000, 1)];
    let records = met(&mut desk, &calls);
    let fates: Vec<_> = records.iter().map(|record| record.fate).collect();
    assert_eq!(fates, [SERVED, SERVED, OVERFLOWED, SERVED]);
    assert_eq!(charge(&records[2]), "0.00003");
}

#[test]
fn w36_the_whole_call_overflows_and_uses_no_quota() {
    let model = usual();
    let mut desk = provisioned(&model, tpm(60_000, 10_000));
    let records = met(&mut desk, &[call(0, 30_000, 10), call(1, 40_000, 2_000), call(2, 30_000, 10)]);
    assert_eq!((records[1].fate, charge(&records[1]).as_str()), (OVERFLOWED, "0.48"));
    assert_eq!(records[2].fate, SERVED);
}

#[test]
fn w38_where_overflow_is_rejected_it_is_429_and_costs_nothing() {
    let model = quota(|quota| quota.overflow = OverflowTo::Reject);
    let mut desk = provisioned(&model, tpm(60_000, 10_000));
    let calls = [call(0, 30_000, 10), call(1, 40_000, 2_000), call(2, 30_000, 10), call(3, 128_001, 0)];
    // Awkward: an over-long input goes pay-as-you-go even there.
    assert_eq!(fates(&mut desk, &calls), [SERVED, TOO_MANY, SERVED, OVERFLOWED]);
    let outcome = desk.finish(at(60_000));
    assert_eq!(outcome.calls.refused, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(outcome.calls.refused_tokens.output, 2_000);
    assert_eq!(outcome.overflow.to_string(), "1.920015");
}

#[test]
fn w39_output_counts_after_the_call() {
    let model = usual();
    let mut desk = provisioned(&model, tpm(10_000, 1_000));
    let records = met(&mut desk, &[call(0, 100, 1_200), call(1, 100, 100)]);
    assert_eq!((records[0].fate, records[1].fate), (SERVED, OVERFLOWED));
    assert_eq!(charge(&records[1]), "0.003");
    let utilisation = desk.finish(at(60_000)).targets.remove(0).utilisation;
    assert_eq!(
        (utilisation[1].dimension, utilisation[1].p95, utilisation[1].share_above),
        ("output", 1.2, 1.0)
    );
}

#[test]
fn a02_a_thinking_call_uses_the_third_quota_where_there_is_one() {
    let model = usual();
    let calls = [thinking(0, 10, 60), thinking(1, 10, 60), thinking(2, 10, 60), call(3, 10, 1)];
    let third = Quota { thinking_output_tpm: Some(100), ..tpm(1_000, 100) };
    assert_eq!(fates(&mut provisioned(&model, third), &calls), [SERVED, SERVED, OVERFLOWED, SERVED]);
    let none = tpm(1_000, 100);
    assert_eq!(fates(&mut provisioned(&model, none), &calls), [SERVED, SERVED, OVERFLOWED, OVERFLOWED]);
    // A third quota of nothing is used up.
    let nothing = Quota { thinking_output_tpm: Some(0), ..tpm(1_000, 100) };
    assert_eq!(fates(&mut provisioned(&model, nothing), &calls[2..]), [OVERFLOWED, SERVED]);
}

#[test]
fn w108_an_estimate_is_reserved_and_reconciled_at_the_end() {
    let mut model = quota(|quota| {
        quota.output_check = OutputCheck::Estimate { output_tokens: 900 };
        quota.overflow = OverflowTo::Reject;
    });
    let second = |ms| Call { estimated_output_tokens: 200, ..call(ms, 0, 200) };
    // 10 ms a token: 700 tokens take seven seconds.
    model.targets[0].latency = Some(Latency { first_ms: 0, per_output_token_us: 10_000 });
    let mut desk = provisioned(&model, tpm(10_000, 1_000));
    let calls = [call(0, 0, 700), second(6_999), second(7_000), second(7_001)];
    // The third fits exactly: 700 + 200 + … once the first is reconciled; then 100 are left.
    assert_eq!(fates(&mut desk, &calls), [SERVED, TOO_MANY, SERVED, TOO_MANY]);
    // Without latency it is reconciled at once.
    model.targets[0].latency = None;
    assert_eq!(
        fates(&mut provisioned(&model, tpm(10_000, 1_000)), &[call(0, 0, 700), second(0)]),
        [SERVED; 2]
    );
}

#[test]
fn output_that_takes_time_counts_when_it_is_there() {
    let mut model = usual();
    model.targets[0].latency = Some(Latency { first_ms: 500, per_output_token_us: 1_500 });
    let mut desk = provisioned(&model, tpm(10_000, 1_000));
    let records = met(&mut desk, &[call(0, 1, 1_001), call(2_001, 1, 0), call(2_002, 1, 0)]);
    // 500 + 1,501.5 ms, rounded up; at that instant it counts before the call.
    assert_eq!(records[0].served_in, SimSpan::from_ms(2_002));
    assert_eq!([records[1].fate, records[2].fate], [SERVED, OVERFLOWED]);
}

#[test]
fn an_oracle_knows_the_output_and_nobody_checks_it_under_ignore() {
    let calls = [call(0, 1, 600), call(1, 1, 401), call(2, 1, 400)];
    let oracle = quota(|quota| quota.output_check = OutputCheck::Oracle);
    assert_eq!(fates(&mut provisioned(&oracle, tpm(100, 1_000)), &calls), [SERVED, OVERFLOWED, SERVED]);
    let ignore = quota(|quota| quota.output_check = OutputCheck::Ignore);
    assert_eq!(fates(&mut provisioned(&ignore, tpm(100, 0)), &calls), [SERVED; 3]);
}

#[test]
fn a_quota_of_nothing_overflows() {
    let model = usual();
    assert_eq!(fates(&mut provisioned(&model, tpm(10, 0)), &[call(0, 1, 0)]), [OVERFLOWED]);
    assert_eq!(fates(&mut provisioned(&model, tpm(0, 10)), &[call(0, 1, 0)]), [OVERFLOWED]);
}

#[test]
fn only_the_excess_overflows_where_that_is_the_unit() {
    let model = quota(|quota| quota.unit = OverflowUnit::Excess);
    let mut desk = provisioned(&model, tpm(60_000, 1_000));
    let split = Call { cached_tokens: 35_000, ..call(1, 40_000, 1_300) };
    let records = met(&mut desk, &[call(0, 30_000, 100), split, call(2, 500, 1), call(3, 0, 0)]);
    assert_eq!([records[1].fate, records[2].fate], [Fate::Split, OVERFLOWED]);
    // 10,000 of the input, of them 5,000 cached, and 400 of the output, at the tier of 40,000.
    let lines: Vec<_> = records[1].charged.iter().map(|line| (line.kind, line.tokens)).collect();
    assert_eq!(lines, [("input_token", 5_000), ("cached_input_token", 5_000), ("output_token", 400)]);
    assert_eq!(charge(&records[1]), "0.071");
    // Awkward: a call without tokens fits anywhere.
    assert_eq!(records[3].fate, SERVED);
    let calls = desk.finish(at(60_000)).calls;
    assert_eq!((calls.served, calls.split, calls.overflowed), (3, 1, 1));
    assert_eq!((calls.served_tokens.input, calls.overflowed_tokens.input), (60_000, 10_500));
    assert_eq!((calls.served_tokens.output, calls.overflowed_tokens.output), (1_000, 401));
}

#[test]
fn coefficients_count_by_the_length_of_the_input_rounded_up_once() {
    let tiers = |marginal| {
        vec![
            CapacityTier { input_above: 1_000, factor_ppb: 1_500_000_000, marginal },
            CapacityTier { input_above: 2_000, factor_ppb: 2_000_000_000, marginal },
        ]
    };
    // 2,001 tokens: all at 2, or 1,000 + 1,000 at 1.5 + 1 at 2; a second call takes what is left, and not one more.
    for (marginal, counts) in [(false, 4_002), (true, 2_502)] {
        let model = quota(|quota| quota.input_coefficients = tiers(marginal));
        let mut desk = provisioned(&model, tpm(counts + 10, 10));
        assert_eq!(
            fates(&mut desk, &[call(0, 2_001, 0), call(1, 11, 0), call(2, 10, 0)]),
            [SERVED, OVERFLOWED, SERVED]
        );
    }
    // A cached token at 0.1: 100 + 90 tokens count ⌈100 + 9⌉; an output token of long inputs at 1.25.
    let model = quota(|quota| {
        quota.cache_factor_ppb = 100_000_000;
        quota.output_coefficients =
            vec![CapacityTier { input_above: 100, factor_ppb: 1_250_000_000, marginal: false }];
        quota.output_check = OutputCheck::Oracle;
    });
    let cached = |ms, cached_tokens, output| Call { cached_tokens, ..call(ms, 190, output) };
    let mut desk = provisioned(&model, tpm(219, 13));
    let calls = [cached(0, 90, 4), cached(1, 89, 1), cached(2, 89, 0), cached(3, 190, 7)];
    // Used 109 and 5; ⌈101 + 8.9⌉ = 110 fits, ⌈1.25⌉ = 2 too; then nothing is left of the input.
    assert_eq!(fates(&mut desk, &calls), [SERVED, SERVED, OVERFLOWED, OVERFLOWED]);
}

#[test]
fn one_quota_for_input_and_output() {
    let model = quota(|quota| {
        quota.shared_output_ppb = Some(4_000_000_000);
        quota.output_check = OutputCheck::Oracle;
    });
    let mut desk = provisioned(&model, tpm(1_000, 0));
    assert_eq!(
        fates(&mut desk, &[call(0, 200, 150), call(1, 1, 50), call(2, 0, 50)]),
        [SERVED, OVERFLOWED, SERVED]
    );
    let utilisation = desk.finish(at(60_000)).targets.remove(0).utilisation;
    assert_eq!(
        (utilisation.len(), utilisation[0].dimension, utilisation[0].mean),
        (1, "input and output", 1.0)
    );
}

#[test]
fn a_sliding_window_and_a_bucket() {
    let sliding = quota(|quota| quota.window = Window::Sliding);
    let calls = [call(30_000, 100, 0), call(60_001, 1, 0), call(89_999, 1, 0), call(90_000, 100, 0)];
    let expected = [SERVED, OVERFLOWED, OVERFLOWED, SERVED];
    assert_eq!(fates(&mut provisioned(&sliding, tpm(100, 10)), &calls), expected);
    let bucket = quota(|quota| quota.window = Window::TokenBucket);
    // 100 a minute is a token in 600 ms.
    let calls = [call(30_000, 100, 0), call(30_599, 1, 0), call(30_600, 1, 0), call(89_999, 99, 0)];
    let expected = [SERVED, OVERFLOWED, SERVED, OVERFLOWED];
    assert_eq!(fates(&mut provisioned(&bucket, tpm(100, 10)), &calls), expected);
}

#[test]
fn public_limits_hold_for_overflow_and_a_refused_call_counts_nowhere() {
    let mut model = quota(|quota| quota.unit = OverflowUnit::Excess);
    model.publics[0].limits = RateLimits { rpm: Some(1), tpm: None };
    let mut desk = provisioned(&model, tpm(100, 100));
    let calls =
        [call(0, 150, 0), call(1, 50, 50), call(60_000, 90, 0), call(60_001, 20, 10), call(60_002, 20, 10)];
    let calls = fates(&mut desk, &calls);
    // In the second minute: 90 inside, ten of twenty beyond; then the public model has had its call.
    assert_eq!(calls, [Fate::Split, TOO_MANY, SERVED, Fate::Split, TOO_MANY]);
    assert_eq!(desk.finish(at(120_000)).calls.served_tokens.input, 200);
}

#[test]
fn what_was_used_this_minute_outlives_a_scaling_and_a_closing() {
    let model = usual();
    let mut desk = provisioned(&model, tpm(100, 100));
    assert_eq!(fates(&mut desk, &[call(0, 100, 1)]), [SERVED]);
    desk.set_quota(FIRST, tpm(150, 100), at(10));
    desk.close(FIRST, CloseReason::NotRunning, at(20));
    assert_eq!(fates(&mut desk, &[call(30, 1, 1)]), [Fate::Refused(Refusal::NotRunning)]);
    desk.open(FIRST, at(40));
    assert_eq!(fates(&mut desk, &[call(50, 51, 1), call(51, 50, 1)]), [OVERFLOWED, SERVED]);
}
