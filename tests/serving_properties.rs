//! What must hold of serving whatever the numbers are.

#[path = "random/dice.rs"]
mod dice;
mod random_serving;

use deploysim::serving::{
    CallLog, CallRecord, CloseReason, Desk, NoLog, OutputCheck, OverflowTo, OverflowUnit, PublicId,
    PublicModel, Quota, QuotaModel, RateLimits, ServingModel, ServingOutcome, SlotClass, TargetId,
    TargetKind, TargetModel, TokenCounts, TokenPrices, TokenTariff, TokenTier, Window,
};
use deploysim::units::{SimSpan, SimTime};
use deploysim::world::traffic::Call;
use proptest::prelude::*;
use random_serving::{Step, situation, step};
use std::collections::BTreeMap;

#[derive(Default)]
struct Records(Vec<CallRecord>);

impl CallLog for Records {
    const LISTENS: bool = true;
    fn call(&mut self, record: impl FnOnce() -> CallRecord) {
        self.0.push(record());
    }
}

fn played<L: CallLog>(model: &ServingModel, steps: &[Step], end: SimTime, log: &mut L) -> ServingOutcome {
    let mut desk = Desk::new(model);
    for happening in steps {
        step(&mut desk, happening, log);
    }
    desk.finish(end)
}

fn calls(steps: &[Step]) -> Vec<Call> {
    let call = |step: &Step| if let Step::Call(call) = step { Some(*call) } else { None };
    steps.iter().filter_map(call).collect()
}

fn sum(counts: impl IntoIterator<Item = TokenCounts>) -> (u64, u64, u64, u64) {
    counts.into_iter().fold((0, 0, 0, 0), |sum, more| {
        (sum.0 + more.input, sum.1 + more.cached, sum.2 + more.output, sum.3 + more.thinking)
    })
}

/// What a target is at the moment, to say it once more.
#[derive(Clone, Copy, Default)]
struct Standing {
    is_open: bool,
    quota: Quota,
    class: Option<SlotClass>,
}

/// Says once more what is so.
fn say_again(desk: &mut Desk<'_>, standing: &[Standing], at: SimTime) {
    for (index, standing) in standing.iter().enumerate() {
        let target = TargetId(index);
        desk.set_quota(target, standing.quota, at);
        if standing.is_open {
            desk.open(target, at);
        }
        if let Some(class) = standing.class {
            desk.add_slots(target, class, 0, at);
            desk.remove_slots(target, class, 0, at);
        }
    }
}

/// Notes a change; when it was.
fn note(standing: &mut [Standing], step: &Step) -> Option<SimTime> {
    match *step {
        Step::Call(_) | Step::Replicas(..) => None,
        Step::Open(target, at) => {
            standing[target.0].is_open = true;
            Some(at)
        }
        Step::Close(target, _, at) => {
            standing[target.0].is_open = false;
            Some(at)
        }
        Step::Quota(target, quota, at) => {
            standing[target.0].quota = quota;
            Some(at)
        }
        Step::Add(target, class, _, at) | Step::Remove(target, class, _, at) => {
            standing[target.0].class = Some(class);
            Some(at)
        }
    }
}

/// One quota by the civil minute, for all tenants, of which only the excess overflows, free of charge.
fn by_excess(last_tenant: u16) -> ServingModel {
    let tier = TokenTier { label: String::new(), input_up_to: u32::MAX, prices: TokenPrices::default() };
    let public = PublicModel {
        model: "public".to_owned(),
        tariff: TokenTariff { tiers: vec![tier] },
        limits: RateLimits::default(),
        latency: None,
    };
    let quota = QuotaModel {
        max_input_tokens: None,
        unit: OverflowUnit::Excess,
        output_check: OutputCheck::Oracle,
        window: Window::CalendarMinute,
        overflow: OverflowTo::Public(PublicId(0)),
        over_long_to: None,
        input_coefficients: vec![],
        output_coefficients: vec![],
        cache_factor_ppb: 1_000_000_000,
        shared_output_ppb: None,
    };
    let target = TargetModel {
        name: "ptu".to_owned(),
        limits: RateLimits::default(),
        max_context_tokens: None,
        latency: None,
        kind: TargetKind::Quota(quota),
    };
    let routes = vec![vec![TargetId(0)]; usize::from(last_tenant) + 1];
    ServingModel { targets: vec![target], publics: vec![public], routes, ..ServingModel::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_is_lost(seed in any::<u64>()) {
        let (model, steps, end) = situation(seed);
        let outcome = played(&model, &steps, end, &mut NoLog);
        let (arrived, all) = (calls(&steps), outcome.calls);
        let refused: u64 = all.refused.iter().sum();
        prop_assert_eq!(all.served + all.overflowed + refused, arrived.len() as u64);
        prop_assert!(all.queued + all.split <= all.served);
        let tokens = arrived.iter().map(|call| TokenCounts {
            input: u64::from(call.input_tokens),
            cached: u64::from(call.cached_tokens),
            output: u64::from(call.output_tokens),
            thinking: if call.flags.is_thinking() { u64::from(call.output_tokens) } else { 0 },
        });
        prop_assert_eq!(sum([all.served_tokens, all.overflowed_tokens, all.refused_tokens]), sum(tokens));
        let of_tenants = outcome.tenants.iter();
        prop_assert_eq!(of_tenants.clone().map(|tenant| tenant.served).sum::<u64>(), all.served);
        prop_assert_eq!(sum(of_tenants.map(|tenant| tenant.refused_tokens)), sum([all.refused_tokens]));
        let of_targets = outcome.targets.iter().map(|target| target.calls);
        prop_assert_eq!(of_targets.clone().map(|calls| calls.overflowed).sum::<u64>(), all.overflowed);
        prop_assert_eq!(sum(of_targets.map(|calls| calls.served_tokens)), sum([all.served_tokens]));
    }

    #[test]
    fn who_listens_changes_nothing(seed in any::<u64>()) {
        let (model, steps, end) = situation(seed);
        let heard = played(&model, &steps, end, &mut Records::default());
        prop_assert_eq!(played(&model, &steps, end, &mut NoLog), heard);
    }

    #[test]
    fn where_calls_are_cut_and_what_is_said_twice_changes_nothing(
        seed in any::<u64>(), cuts in prop::collection::vec(any::<bool>(), 200),
        early in prop::collection::vec(0_i64..40_000, 200),
    ) {
        let (model, steps, end) = situation(seed);
        let mut expected = Records::default();
        let whole = played(&model, &steps, end, &mut expected);
        let (mut desk, mut found) = (Desk::new(&model), Records::default());
        let mut standing = vec![Standing::default(); model.targets.len()];
        let (mut waiting, mut last) = (Vec::new(), SimTime::ZERO);
        for (index, happening) in steps.iter().enumerate() {
            let Step::Call(call) = happening else {
                desk.meet(&std::mem::take(&mut waiting), &mut found);
                last = note(&mut standing, happening).unwrap_or(last);
                step(&mut desk, happening, &mut found);
                continue;
            };
            if cuts[index % cuts.len()] {
                desk.meet(&std::mem::take(&mut waiting), &mut found);
                // Some time between the last call and this one, or at its very instant.
                let again = (last + SimSpan::from_ms(early[index % early.len()])).min(call.at);
                say_again(&mut desk, &standing, again);
                desk.take_load_per_mille(TargetId(0), call.at);
            }
            waiting.push(*call);
            last = call.at;
        }
        desk.meet(&waiting, &mut found);
        prop_assert_eq!(found.0, expected.0);
        prop_assert_eq!(desk.finish(end), whole);
    }

    #[test]
    fn a_closed_target_takes_no_call(seed in any::<u64>()) {
        let (model, steps, end) = situation(seed);
        let mut desk = Desk::new(&model);
        (0..model.targets.len()).for_each(|target| desk.close(TargetId(target), CloseReason::Suspended, SimTime::ZERO));
        desk.meet(&calls(&steps), &mut NoLog);
        let outcome = desk.finish(end);
        for (target, model) in outcome.targets.iter().zip(&model.targets) {
            let is_public = matches!(model.kind, TargetKind::Public(_));
            prop_assert!(is_public || target.calls.served + target.calls.overflowed == 0);
        }
    }

    /// So a larger quota never overflows more, which is not true of whole calls: a large one that fits may keep out two.
    #[test]
    fn the_excess_of_a_minute_is_what_its_tokens_exceed_the_quota_by(seed in any::<u64>(), quota in 0_u64..3_000) {
        let (_, steps, end) = situation(seed);
        let calls = calls(&steps);
        let model = by_excess(calls.iter().map(|call| call.tenant).max().unwrap_or(0));
        let mut desk = Desk::new(&model);
        desk.open(TargetId(0), SimTime::ZERO);
        let both = Quota { input_tpm: quota, output_tpm: quota, thinking_output_tpm: None };
        desk.set_quota(TargetId(0), both, SimTime::ZERO);
        desk.meet(&calls, &mut NoLog);
        let mut minutes = BTreeMap::new();
        for call in &calls {
            let minute: &mut (u64, u64) = minutes.entry(call.at.as_ms() / 60_000).or_default();
            minute.0 += u64::from(call.input_tokens);
            minute.1 += u64::from(call.output_tokens);
        }
        let excess = |pick: fn(&(u64, u64)) -> u64| -> u64 {
            minutes.values().map(|minute| pick(minute).saturating_sub(quota)).sum()
        };
        let found = desk.finish(end).calls.overflowed_tokens;
        prop_assert_eq!((found.input, found.output), (excess(|minute| minute.0), excess(|minute| minute.1)));
    }
}
