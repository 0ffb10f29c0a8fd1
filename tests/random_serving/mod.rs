//! Random models of serving, and what happens to them, from a seed: small numbers, so that every edge is met often.

use crate::dice::Dice;
use deploysim::serving::{
    CallLog, CallPrice, CapacityTier, CloseReason, Desk, Latency, OutputCheck, OverflowTo, OverflowUnit,
    PublicId, PublicModel, Quota, QuotaModel, RateLimits, ServingModel, SlotClass, SlotsModel, TargetId,
    TargetKind, TargetModel, TokenPrices, TokenTariff, TokenTier, TokensModel, Window,
};
use deploysim::units::{Money, SimSpan, SimTime, TokenPrice};
use deploysim::world::traffic::{Call, CallFlags};

/// Something that happens at the desk, in order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Call(Call),
    Open(TargetId, SimTime),
    Close(TargetId, CloseReason, SimTime),
    Quota(TargetId, Quota, SimTime),
    Add(TargetId, SlotClass, u32, SimTime),
    Remove(TargetId, SlotClass, u32, SimTime),
    /// Each replica brings the limits once.
    Replicas(TargetId, u32),
}

/// Takes a step; calls one by one.
pub(crate) fn step<L: CallLog>(desk: &mut Desk<'_>, step: &Step, log: &mut L) {
    match *step {
        Step::Call(call) => desk.meet(&[call], log),
        Step::Open(target, at) => desk.open(target, at),
        Step::Close(target, why, at) => desk.close(target, why, at),
        Step::Quota(target, quota, at) => desk.set_quota(target, quota, at),
        Step::Add(target, class, count, at) => desk.add_slots(target, class, count, at),
        Step::Remove(target, class, count, at) => desk.remove_slots(target, class, count, at),
        Step::Replicas(target, count) => desk.set_replicas(target, count),
    }
}

fn tariff(dice: &mut Dice) -> TokenTariff {
    let mut bound = 0;
    let tiers = (0..dice.between(1, 3)).map(|index| {
        bound += dice.between(60, 200) as u32;
        let mut price = || TokenPrice::from_pico(dice.below(9_999) as i64);
        let prices =
            TokenPrices { input: price(), cached_input: price(), output: price(), thinking_output: price() };
        TokenTier { label: format!("tier {index}"), input_up_to: bound, prices }
    });
    TokenTariff { tiers: tiers.collect() }
}

fn limits(dice: &mut Dice) -> RateLimits {
    RateLimits {
        rpm: dice.once_in(3).then(|| dice.below(8)),
        tpm: dice.once_in(3).then(|| dice.below(1_500)),
    }
}

fn latency(dice: &mut Dice) -> Option<Latency> {
    dice.once_in(2).then(|| Latency {
        first_ms: dice.below(2) as i64 * dice.below(50_000) as i64,
        per_output_token_us: dice.below(90_001) as i64,
    })
}

fn coefficients(dice: &mut Dice) -> Vec<CapacityTier> {
    let mut input_above = 0;
    let tiers = (0..if dice.once_in(2) { 0 } else { dice.between(1, 3) }).map(|_| {
        input_above += dice.below(120) as u32;
        let factor_ppb = dice.below(3_000_000_000) as i64;
        CapacityTier { input_above, factor_ppb, marginal: dice.once_in(2) }
    });
    tiers.collect()
}

fn quota_model(dice: &mut Dice, publics: usize) -> QuotaModel {
    let public = |dice: &mut Dice| PublicId(dice.below(publics as u64) as usize);
    let plain = dice.once_in(2);
    QuotaModel {
        max_input_tokens: dice.once_in(3).then(|| dice.between(100, 280) as u32),
        unit: if dice.once_in(3) { OverflowUnit::Excess } else { OverflowUnit::Call },
        output_check: match dice.below(5) {
            0 | 1 => OutputCheck::Post,
            2 => OutputCheck::Estimate { output_tokens: dice.below(150) as u32 },
            3 => OutputCheck::Oracle,
            _ => OutputCheck::Ignore,
        },
        window: match dice.below(4) {
            0 | 1 => Window::CalendarMinute,
            2 => Window::Sliding,
            _ => Window::TokenBucket,
        },
        overflow: match dice.below(4) {
            0 | 1 => OverflowTo::Public(public(dice)),
            2 => OverflowTo::Reject,
            _ => OverflowTo::Next,
        },
        over_long_to: dice.once_in(2).then(|| public(dice)),
        input_coefficients: if plain { vec![] } else { coefficients(dice) },
        output_coefficients: if plain { vec![] } else { coefficients(dice) },
        cache_factor_ppb: if plain { 1_000_000_000 } else { dice.below(1_000_000_001) as i64 },
        shared_output_ppb: dice.once_in(4).then(|| dice.between(1, 5_000_000_000) as i64),
    }
}

fn target(dice: &mut Dice, index: usize, publics: usize) -> TargetModel {
    let kind = match dice.below(7) {
        0..=2 => TargetKind::Quota(quota_model(dice, publics)),
        3 => TargetKind::Public(PublicId(dice.below(publics as u64) as usize)),
        4 => TargetKind::Tokens(TokensModel {
            tariff: tariff(dice),
            trained_thinking: dice.once_in(2).then(|| dice.once_in(2)),
            mismatch_is_refused: dice.once_in(2),
        }),
        _ => TargetKind::Slots(SlotsModel {
            max_wait: dice.once_in(2).then(|| SimSpan::from_ms(dice.below(20_000) as i64)),
        }),
    };
    TargetModel {
        name: format!("target {index}"),
        limits: limits(dice),
        max_context_tokens: dice.once_in(4).then(|| dice.between(50, 300) as u32),
        latency: latency(dice),
        kind,
    }
}

/// A model and what happens, and when it ends.
pub(crate) fn situation(seed: u64) -> (ServingModel, Vec<Step>, SimTime) {
    let dice = &mut Dice::new(seed);
    let publics = (0..dice.between(1, 2)).map(|index| PublicModel {
        model: format!("public {index}"),
        tariff: tariff(dice),
        limits: limits(dice),
        latency: latency(dice),
    });
    let publics: Vec<_> = publics.collect();
    let count = dice.between(1, 4) as usize;
    let targets: Vec<_> = (0..count).map(|index| target(dice, index, publics.len())).collect();
    let routes = (0..dice.between(1, 2)).map(|_| {
        let length = if dice.once_in(12) { 0 } else { dice.between(1, count as u64) };
        let first = dice.below(count as u64) as usize;
        (0..length as usize).map(|step| TargetId((first + step) % count)).collect()
    });
    let model = ServingModel {
        routes: routes.collect(),
        minute_phase_ms: dice.below(60_000) as i64,
        call_price: CallPrice {
            refused: dice.once_in(2).then(|| Money::from_pico(i128::from(dice.below(1_000)))),
            slow_above: dice.once_in(2).then(|| SimSpan::from_ms(dice.below(20_000) as i64)),
            slow: dice.once_in(2).then(|| Money::from_pico(i128::from(dice.below(1_000)))),
        },
        targets,
        publics,
        ..ServingModel::default()
    };
    let (steps, end) = happenings(dice, &model);
    (model, steps, end)
}

fn happenings(dice: &mut Dice, model: &ServingModel) -> (Vec<Step>, SimTime) {
    let mut at = SimTime::ZERO;
    let mut steps = Vec::new();
    for target in (0..model.targets.len()).map(TargetId) {
        if !dice.once_in(8) {
            steps.push(Step::Open(target, at));
        }
        steps.push(Step::Quota(target, quota(dice), at));
        steps.push(Step::Add(target, class(dice), dice.below(4) as u32, at));
    }
    // Some keep to a grid, so that windows and minutes end at the instant of a call.
    let (pace, grain) = [(200, 1), (4_000, 1), (15_000, 1), (4, 1_000), (4, 10_000)][dice.below(5) as usize];
    for _ in 0..dice.between(40, 160) {
        if !dice.once_in(6) {
            at = at + SimSpan::from_ms(dice.below(pace) as i64 * grain);
        }
        if dice.once_in(40) {
            at = at + SimSpan::from_ms(dice.below(200_000) as i64);
        }
        if dice.once_in(15) {
            steps.push(change(dice, model, at));
        }
        steps.push(Step::Call(call(dice, model.routes.len(), at)));
    }
    (steps, at + SimSpan::from_ms(dice.below(3) as i64 * dice.below(90_000) as i64))
}

fn change(dice: &mut Dice, model: &ServingModel, at: SimTime) -> Step {
    let target = TargetId(dice.below(model.targets.len() as u64) as usize);
    match dice.below(7) {
        0 | 1 => Step::Open(target, at),
        2 => {
            let reasons = [CloseReason::NotRunning, CloseReason::Suspended, CloseReason::Overdue];
            Step::Close(target, reasons[dice.below(3) as usize], at)
        }
        3 => Step::Quota(target, quota(dice), at),
        4 => Step::Add(target, class(dice), dice.below(3) as u32, at),
        5 => Step::Replicas(target, dice.between(1, 3) as u32),
        _ => Step::Remove(target, class(dice), dice.below(3) as u32, at),
    }
}

fn quota(dice: &mut Dice) -> Quota {
    let mut some = || if dice.once_in(10) { 0 } else { dice.between(50, 1_500) };
    let (input_tpm, output_tpm, thinking) = (some(), some(), some());
    Quota { input_tpm, output_tpm, thinking_output_tpm: dice.once_in(2).then_some(thinking) }
}

fn class(dice: &mut Dice) -> SlotClass {
    let slow = dice.once_in(2);
    SlotClass {
        prefill_milli_tps: if slow { 70_001 } else { 300_000 },
        decode_milli_tps: if slow { 7_013 } else { 90_000 },
        overhead: SimSpan::from_ms(if slow { 250 } else { 0 }),
    }
}

fn call(dice: &mut Dice, tenants: usize, at: SimTime) -> Call {
    let input_tokens = if dice.once_in(15) { 0 } else { dice.below(330) as u32 };
    let mut flags = if dice.once_in(4) { CallFlags::THINKING } else { CallFlags::NONE };
    if dice.once_in(5) {
        flags = flags.with(CallFlags::WEB_SEARCH);
    }
    Call {
        at,
        input_tokens,
        output_tokens: if dice.once_in(15) { 0 } else { dice.below(250) as u32 },
        cached_tokens: if dice.once_in(2) { dice.below(u64::from(input_tokens) + 1) as u32 } else { 0 },
        estimated_output_tokens: if dice.once_in(2) { dice.below(250) as u32 } else { 0 },
        tenant: dice.below(tenants as u64) as u16,
        flags,
    }
}
