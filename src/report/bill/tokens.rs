//! Tokens by day: one line per deployment, price and billing type (B28).

use super::Told;
use crate::report::words::charges;
use serde::Serialize;
use std::num::NonZeroU64;

/// A line of tokens: `(quantity − covered) × unit_price ÷ 1,000,000 = amount`, exactly.
#[derive(Clone, Debug, Serialize)]
pub struct TokenBillLine {
    /// `tokens`.
    pub kind: &'static str,
    /// Deployment that took the calls, or from which they overflowed.
    pub deployment: String,
    /// Billing type as bills write it (B28, B30): `context_0-128k_input_token`, without tiers `input_token`.
    pub item: String,
    /// Civil date of the calls.
    pub day: String,
    /// Model code of the price.
    pub model: String,
    /// The calls overflowed (P11).
    pub overflow: bool,
    /// Of so many calls.
    pub calls: u64,
    /// Tokens.
    pub quantity: u64,
    /// Of them, covered by free quotas and resource packages; left out where none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covered: Option<NonZeroU64>,
    /// `token`.
    pub unit: &'static str,
    /// Price per million tokens.
    pub unit_price: String,
    /// 1,000,000: how many tokens the price is for.
    pub price_per: u32,
    /// Amount.
    pub amount: String,
    /// Rules applied, as ids of the rulebook.
    pub rules: &'static [&'static str],
}

/// Every line of tokens: by deployment, then those served before those that overflowed, then day, model and type.
pub(in crate::report) fn token_lines<'run>(
    told: &Told<'run>,
) -> impl Iterator<Item = TokenBillLine> + use<'run> {
    let (scenario, strategy) = (told.scenario, told.strategy);
    told.recorder.tokens.iter().map(move |(key, line)| TokenBillLine {
        kind: "tokens",
        deployment: strategy.deployments[key.target.0].name.clone(),
        item: charges::billing_type(&key.tier, key.kind),
        day: scenario.calendar.format_date(key.day),
        model: key.model.clone(),
        overflow: key.is_overflow,
        calls: line.calls,
        quantity: line.tokens,
        covered: NonZeroU64::new(line.covered),
        unit: "token",
        unit_price: line.price.to_string(),
        price_per: 1_000_000,
        amount: line.amount.to_string(),
        rules: charges::token_rules(key),
    })
}
