//! Kinds of lines: the words in which bills and predictions are compared.

use std::fmt;

/// What a line of a bill is for. Every line of every bill has exactly one, so that the kinds add up to the bill.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LineKind {
    /// Input tokens that were not cached.
    InputTokens,
    /// Input tokens read from or written to a cache.
    CachedTokens,
    /// Output tokens.
    OutputTokens,
    /// Output tokens of thinking, where they are sold apart.
    ThinkingTokens,
    /// Tokens of which the bill does not say more.
    Tokens,
    /// Provisioned throughput by time.
    Ptu,
    /// Model units by time.
    ModelUnits,
    /// Machines at the standard price.
    StandardCompute,
    /// Machines at a spot price.
    SpotCompute,
    /// Disks.
    Disk,
    /// Storage: volumes of their own, objects.
    Storage,
    /// Jobs and services of a development platform.
    Development,
    /// Web searches.
    WebSearch,
    /// Batch inference.
    Batch,
    /// Training and fine-tuning.
    Training,
    /// Knowledge bases.
    KnowledgeBase,
    /// Messages about alerts and events.
    Notifications,
    /// What is paid in advance: terms, renewals, plans, packages.
    Subscription,
    /// What comes back.
    Refund,
    /// Discounts, credits and what plans take over as lines of their own: zero or less.
    Discount,
    /// Rounding at the settlement.
    Rounding,
    /// Tax.
    Tax,
    /// What nothing above fits: listed by label, never lost.
    Other,
}

impl LineKind {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 23] = [
        Self::InputTokens,
        Self::CachedTokens,
        Self::OutputTokens,
        Self::ThinkingTokens,
        Self::Tokens,
        Self::Ptu,
        Self::ModelUnits,
        Self::StandardCompute,
        Self::SpotCompute,
        Self::Disk,
        Self::Storage,
        Self::Development,
        Self::WebSearch,
        Self::Batch,
        Self::Training,
        Self::KnowledgeBase,
        Self::Notifications,
        Self::Subscription,
        Self::Refund,
        Self::Discount,
        Self::Rounding,
        Self::Tax,
        Self::Other,
    ];

    /// One word, as JSON and `--map` write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InputTokens => "input_tokens",
            Self::CachedTokens => "cached_tokens",
            Self::OutputTokens => "output_tokens",
            Self::ThinkingTokens => "thinking_tokens",
            Self::Tokens => "tokens",
            Self::Ptu => "ptu",
            Self::ModelUnits => "model_units",
            Self::StandardCompute => "standard_compute",
            Self::SpotCompute => "spot_compute",
            Self::Disk => "disk",
            Self::Storage => "storage",
            Self::Development => "development",
            Self::WebSearch => "web_search",
            Self::Batch => "batch",
            Self::Training => "training",
            Self::KnowledgeBase => "knowledge_base",
            Self::Notifications => "notifications",
            Self::Subscription => "subscription",
            Self::Refund => "refund",
            Self::Discount => "discount",
            Self::Rounding => "rounding",
            Self::Tax => "tax",
            Self::Other => "other",
        }
    }

    /// The kind of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for LineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::LineKind;

    #[test]
    fn kinds_are_shown_in_their_own_order_and_known_by_name() {
        assert!(LineKind::ALL.is_sorted());
        for kind in LineKind::ALL {
            assert_eq!(LineKind::by_name(kind.name()), Some(kind));
        }
        assert_eq!(LineKind::by_name("Model units"), Some(LineKind::ModelUnits));
        assert_eq!(LineKind::by_name("rent"), None);
    }
}
