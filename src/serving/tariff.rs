//! What tokens cost: counted by tier and kind, multiplied by their prices at the end (T1, T3, A-38).

use super::log::Charged;
use super::model::{TokenPrices, TokenTariff};
use super::outcome::TokenCounts;
use crate::units::{Money, TokenPrice};

/// The kinds of tokens that have a price of their own.
const KINDS: [&str; 4] = ["input_token", "cached_input_token", "output_token", "thinking_output_token"];

impl TokenTariff {
    /// The tier of a call with so many input tokens; none beyond the last.
    pub(super) fn tier_of(&self, input_tokens: u32) -> Option<usize> {
        self.tiers.iter().position(|tier| input_tokens <= tier.input_up_to)
    }
}

impl TokenPrices {
    /// In the order of [`KINDS`].
    const fn by_kind(&self) -> [TokenPrice; 4] {
        [self.input, self.cached_input, self.output, self.thinking_output]
    }
}

impl TokenCounts {
    /// In the order of [`KINDS`].
    const fn by_kind(&self) -> [u64; 4] {
        [self.input - self.cached, self.cached, self.output - self.thinking, self.thinking]
    }
}

/// Tokens that were charged by one tariff.
#[derive(Clone, Debug)]
pub(super) struct Ledger<'model> {
    /// Model code of the prices.
    model: &'model str,
    pub(super) tariff: &'model TokenTariff,
    /// By tier.
    tokens: Vec<TokenCounts>,
}

impl<'model> Ledger<'model> {
    pub(super) fn new(model: &'model str, tariff: &'model TokenTariff) -> Self {
        Self { model, tariff, tokens: vec![TokenCounts::default(); tariff.tiers.len()] }
    }

    /// Tokens of a call of a tier.
    pub(super) fn add(&mut self, tier: usize, tokens: TokenCounts) {
        self.tokens[tier] += tokens;
    }

    /// What all of them cost, exactly.
    pub(super) fn amount(&self) -> Money {
        let tiers = self.tariff.tiers.iter().zip(&self.tokens);
        tiers
            .flat_map(|(tier, tokens)| tier.prices.by_kind().into_iter().zip(tokens.by_kind()))
            .map(|(price, tokens)| price.of(tokens))
            .sum()
    }

    /// What the tokens of one call cost, kind by kind.
    pub(super) fn lines(&self, tier: usize, tokens: TokenCounts) -> Vec<Charged> {
        let tier = &self.tariff.tiers[tier];
        let kinds = KINDS.into_iter().zip(tier.prices.by_kind()).zip(tokens.by_kind());
        kinds
            .filter(|(_, tokens)| *tokens > 0)
            .map(|((kind, price), tokens)| Charged {
                kind,
                tier: tier.label.clone(),
                model: self.model.to_owned(),
                tokens,
                price,
                amount: price.of(tokens),
            })
            .collect()
    }
}
