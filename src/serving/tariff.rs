//! What tokens cost: counted by tier and kind, multiplied by their prices at the end (T1, T3, A-38).

use super::log::Charged;
use super::model::{TokenPrices, TokenTariff, TokenTier};
use super::outcome::TokenCounts;
use super::till::Covered;
use crate::units::{Money, TokenPrice};

/// The kinds of tokens that have a price of their own.
pub(super) const KINDS: [&str; 4] =
    ["input_token", "cached_input_token", "output_token", "thinking_output_token"];

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
    pub(super) const fn by_kind(&self) -> [u64; 4] {
        [self.input - self.cached, self.cached, self.output - self.thinking, self.thinking]
    }
}

/// What tokens by kind cost at a tier, exactly.
pub(super) fn amount_of(tier: &TokenTier, kinds: [u64; 4]) -> Money {
    tier.prices.by_kind().into_iter().zip(kinds).map(|(price, tokens)| price.of(tokens)).sum()
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

    /// Of them, what free quotas and packages cover costs nothing.
    pub(super) fn take_off(&mut self, tier: usize, covered: &Covered) {
        let [input, cached, output, thinking] =
            std::array::from_fn(|kind| covered.free[kind] + covered.package[kind]);
        let off = TokenCounts { input: input + cached, cached, output: output + thinking, thinking };
        self.tokens[tier] = self.tokens[tier] - off;
    }

    /// What all of them cost, exactly.
    pub(super) fn amount(&self) -> Money {
        let tiers = self.tariff.tiers.iter().zip(&self.tokens);
        tiers.map(|(tier, tokens)| amount_of(tier, tokens.by_kind())).sum()
    }

    /// What the tokens of one call cost, kind by kind.
    pub(super) fn lines(&self, tier: usize, tokens: TokenCounts, covered: &Covered) -> Vec<Charged> {
        let tier = &self.tariff.tiers[tier];
        let covered = covered.free.into_iter().zip(covered.package);
        let kinds = KINDS.into_iter().zip(tier.prices.by_kind()).zip(tokens.by_kind()).zip(covered);
        kinds
            .filter(|((_, tokens), _)| *tokens > 0)
            .map(|(((kind, price), tokens), (free, package))| Charged {
                kind,
                tier: tier.label.clone(),
                model: self.model.to_owned(),
                tokens,
                free,
                package,
                price,
                amount: price.of(tokens - free - package),
            })
            .collect()
    }
}
