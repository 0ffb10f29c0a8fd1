//! Situations at the desk, and what is expected of them.

use super::*;
use crate::units::{Money, SimSpan, SimTime, TokenPrice};
use crate::world::traffic::{Call, CallFlags};

mod quotas;
mod shares;
mod slots;
mod tokens;

const FIRST: TargetId = TargetId(0);
const SECOND: TargetId = TargetId(1);
const MAX: PublicId = PublicId(0);

/// Every record, and everything at the end.
#[derive(Default)]
struct Records(Vec<CallRecord>);

impl CallLog for Records {
    const LISTENS: bool = true;
    fn call(&mut self, record: impl FnOnce() -> CallRecord) {
        self.0.push(record());
    }
}

fn millions(input: &str, output: &str, thinking: &str) -> TokenPrices {
    let price = |text| TokenPrice::per_million(text).unwrap();
    let (input, output, thinking_output) = (price(input), price(output), price(thinking));
    let cached_input = input.times_ppb(100_000_000).unwrap();
    TokenPrices { input, cached_input, output, thinking_output }
}

fn tier(label: &str, input_up_to: u32, prices: TokenPrices) -> TokenTier {
    TokenTier { label: label.to_owned(), input_up_to, prices }
}

/// qwen3-max-2025-09-23.
fn qwen3_max() -> PublicModel {
    PublicModel {
        model: "qwen3-max-2025-09-23".to_owned(),
        tariff: TokenTariff {
            tiers: vec![
                tier("0-32k", 32_000, millions("6", "24", "24")),
                tier("32k-128k", 128_000, millions("10", "40", "40")),
                tier("128k-256k", 256_000, millions("15", "60", "60")),
            ],
        },
        limits: RateLimits::default(),
        latency: None,
    }
}

/// The default rules and the model's longest input.
fn ptu() -> QuotaModel {
    QuotaModel {
        max_input_tokens: Some(128_000),
        unit: OverflowUnit::Call,
        output_check: OutputCheck::Post,
        window: Window::CalendarMinute,
        overflow: OverflowTo::Public(MAX),
        over_long_to: Some(MAX),
        input_coefficients: vec![],
        output_coefficients: vec![],
        cache_factor_ppb: 1_000_000_000,
        shared_output_ppb: None,
    }
}

fn target(kind: TargetKind) -> TargetModel {
    TargetModel {
        name: "target".to_owned(),
        limits: RateLimits::default(),
        max_context_tokens: None,
        latency: None,
        kind,
    }
}

/// Targets in the order of the only tenant's route.
fn serving(targets: Vec<TargetModel>) -> ServingModel {
    ServingModel {
        routes: vec![(0..targets.len()).map(TargetId).collect()],
        targets,
        publics: vec![qwen3_max()],
        minute_phase_ms: 0,
        call_price: CallPrice::default(),
        ..ServingModel::default()
    }
}

fn at(ms: i64) -> SimTime {
    SimTime::from_ms(ms)
}

fn call(ms: i64, input_tokens: u32, output_tokens: u32) -> Call {
    Call {
        at: at(ms),
        input_tokens,
        output_tokens,
        cached_tokens: 0,
        estimated_output_tokens: 0,
        tenant: 0,
        flags: CallFlags::NONE,
    }
}

fn thinking(ms: i64, input_tokens: u32, output_tokens: u32) -> Call {
    Call { flags: CallFlags::THINKING, ..call(ms, input_tokens, output_tokens) }
}

fn tpm(input_tpm: u64, output_tpm: u64) -> Quota {
    Quota { input_tpm, output_tpm, thinking_output_tpm: None }
}

/// A desk whose first target is open from the start, with a quota.
fn provisioned(model: &ServingModel, quota: Quota) -> Desk<'_> {
    let mut desk = Desk::new(model);
    desk.open(FIRST, SimTime::ZERO);
    desk.set_quota(FIRST, quota, SimTime::ZERO);
    desk
}

/// The records of calls.
fn met(desk: &mut Desk<'_>, calls: &[Call]) -> Vec<CallRecord> {
    let mut records = Records::default();
    desk.meet(calls, &mut records);
    assert_eq!(records.0.len(), calls.len());
    records.0
}

/// The fates of calls.
fn fates(desk: &mut Desk<'_>, calls: &[Call]) -> Vec<Fate> {
    met(desk, calls).into_iter().map(|record| record.fate).collect()
}

fn charge(record: &CallRecord) -> String {
    record.charged.iter().map(|line| line.amount).sum::<Money>().to_string()
}

const SERVED: Fate = Fate::Served;
const OVERFLOWED: Fate = Fate::Overflowed;
const TOO_MANY: Fate = Fate::Refused(Refusal::TooManyRequests);
