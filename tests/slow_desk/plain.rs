//! Times and charges of one call, as they are written in the rules.

use super::Lines;
use deploysim::serving::{Latency, OutputCheck, QuotaModel, SlotClass, TokenTariff};
use deploysim::world::traffic::Call;

pub(super) fn estimate(quota: &QuotaModel, call: &Call) -> u32 {
    match (call.estimated_output_tokens, quota.output_check) {
        (0, OutputCheck::Estimate { output_tokens }) => output_tokens,
        (own, _) => own,
    }
}

pub(super) fn latency(latency: Option<Latency>, output: u32) -> i64 {
    let Some(latency) = latency else { return 0 };
    let microseconds = i128::from(latency.per_output_token_us) * i128::from(output);
    latency.first_ms + ((microseconds + 999) / 1_000) as i64
}

pub(super) fn service(class: &SlotClass, call: &Call) -> i64 {
    let (prefill, decode) = (i128::from(class.prefill_milli_tps), i128::from(class.decode_milli_tps));
    let (input, output) = (i128::from(call.input_tokens), i128::from(call.output_tokens));
    let (above, below) = ((input * decode + output * prefill) * 1_000_000, prefill * decode);
    ((above + below - 1) / below) as i64 + class.overhead.as_ms()
}

/// Prices of (input, of it cached, output) tokens of a call, at the tier of its whole input.
pub(super) fn charge(
    tariff: &TokenTariff,
    call: &Call,
    (input, cached, output): (u32, u32, u32),
) -> Option<Lines> {
    let prices = tariff.tiers.iter().filter(|tier| call.input_tokens <= tier.input_up_to);
    let prices = prices.min_by_key(|tier| tier.input_up_to)?.prices;
    let mut lines = vec![
        ("input_token", u64::from(input - cached), prices.input),
        ("cached_input_token", u64::from(cached), prices.cached_input),
    ];
    lines.push(if call.flags.is_thinking() {
        ("thinking_output_token", u64::from(output), prices.thinking_output)
    } else {
        ("output_token", u64::from(output), prices.output)
    });
    lines.retain(|(_, tokens, _)| *tokens > 0);
    Some(lines)
}
