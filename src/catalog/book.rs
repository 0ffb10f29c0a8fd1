//! The price book: rows by product, and the lookups.

use super::document;
use super::error::CatalogError;
use super::estimate::PtuSteps;
use super::profile::PtuProfile;
use crate::serving::{CapacityTier, TokenPrices, TokenTariff};
use crate::units::{Money, UnitPrice};
use std::sync::LazyLock;

/// The price book that is part of the program, as it stands in the repository.
const EMBEDDED: &str = include_str!("../../scenarios/catalogs/alibaba-model-studio.ron");
const EMBEDDED_PATH: &str = "scenarios/catalogs/alibaba-model-studio.ron";

/// The price books that are part of the program: name of the file, text.
pub const CATALOG_TEXTS: [(&str, &str); 1] = [(EMBEDDED_PATH, EMBEDDED)];

static MODEL_STUDIO: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::parse(EMBEDDED_PATH, EMBEDDED).unwrap_or_else(|error| panic!("the built-in price book: {error}"))
});

/// One provider's prices in one region and currency (A-41).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// Unique name, as a scenario writes it.
    pub name: String,
    /// In words.
    pub title: String,
    /// Whose prices they are.
    pub provider: String,
    /// Where they hold, such as `cn-beijing`.
    pub region: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// When the prices were seen, as far as is known.
    pub seen: String,
    /// Where each section's figures were seen.
    pub sources: Sources,
    /// Provisioned throughput (P2–P4): one row per model.
    pub ptu: Vec<PtuRow>,
    /// The smallest purchase of provisioned throughput and its step (A-34).
    pub ptu_steps: PtuSteps,
    /// Model units (U1–U7): one row per model, specification and mode.
    pub units: Vec<UnitsRow>,
    /// Token deployments of fine-tuned models (T1–T3): one row per base model.
    pub tokens: Vec<TokenRow>,
    /// Pay-as-you-go of public models (A-38): one row per model.
    pub public: Vec<PublicRow>,
    /// What multiplies prices and quotas.
    pub factors: Factors,
    /// PTU prices that later versions of the provider's page add; never mixed with [`Self::ptu`].
    pub later_ptu: Vec<LaterPtu>,
    /// Ways of selling provisioned throughput.
    pub profiles: Vec<PtuProfile>,
}

/// Where figures were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The page.
    pub page: String,
    /// Its address.
    pub url: String,
    /// When it was seen, as far as is known.
    pub seen: String,
    /// What else is to be known about it; may be empty.
    pub note: String,
}

/// One source per section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// Of [`Catalog::ptu`].
    pub ptu: Source,
    /// Of [`Catalog::units`].
    pub units: Source,
    /// Of [`Catalog::tokens`].
    pub tokens: Source,
    /// Of [`Catalog::public`].
    pub public: Source,
    /// Of [`Catalog::factors`] but its coefficients.
    pub factors: Source,
    /// Of [`Factors::coefficients`].
    pub coefficients: Source,
    /// Of [`Catalog::later_ptu`].
    pub later_ptu: Source,
}

/// Provisioned throughput of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PtuRow {
    /// The name on the page; the code where the page has none.
    pub model_name: String,
    /// Code, exactly as printed.
    pub model: String,
    /// A call with more input overflows (P10, P15).
    pub max_input_tokens: u32,
    /// Pay-as-you-go, per hour.
    pub hourly: PtuPrices,
    /// Prepaid, per day.
    pub daily: PtuPrices,
}

/// Prices of provisioned throughput (A-01), per hour or per day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PtuPrices {
    /// Per 10,000 input tokens per minute.
    pub input_per_10k_tpm: UnitPrice,
    /// Per 1,000 output tokens per minute.
    pub output_per_1k_tpm: UnitPrice,
    /// Per 1,000 thinking output tokens per minute, where that is sold apart (A-02, P16).
    pub thinking_output_per_1k_tpm: Option<UnitPrice>,
}

/// Model units of one model with one specification and mode; the prices are those of one replica (A-18).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitsRow {
    /// The page's group of models.
    pub family: String,
    /// The name on the page.
    pub model_name: String,
    /// Code, exactly as printed.
    pub model: String,
    /// Specification: `MU1 x 4` (U7).
    pub spec: String,
    /// Type of the units: `MU1`.
    pub unit: String,
    /// Units of one replica.
    pub count: u32,
    /// Prefill and decode run apart (U7).
    pub is_pd_separated: bool,
    /// Pay-as-you-go, per hour, billed by the minute (U3).
    pub hourly: UnitPrice,
    /// Prepaid, per month (U2).
    pub monthly: Money,
}

/// A token deployment of a fine-tuned model, by its base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// The name on the page.
    pub model_name: String,
    /// Code of the base model, exactly as printed.
    pub model: String,
    /// Per token. Cached input is priced by [`Factors::cache_implicit_hit_ppb`]; without a price of its own thinking
    /// output costs what output costs.
    pub prices: TokenPrices,
    /// Thinking output has a price of its own (T3).
    pub has_thinking: bool,
}

/// Pay-as-you-go of one public model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicRow {
    /// Code, exactly as printed.
    pub model: String,
    /// Prices in real time. Cached input is priced by [`Factors::cache_implicit_hit_ppb`] where the page gives the
    /// discount ([`Self::context_cache`]), else in full. Without a price of its own thinking output costs what output
    /// costs.
    pub tariff: TokenTariff,
    /// Thinking output has a price of its own.
    pub has_thinking: bool,
    /// Which calls the prices are for.
    pub mode: PublicMode,
    /// Batches cost [`Factors::batch_ppb`] of the price.
    pub batch_half_price: bool,
    /// The context cache has its discount.
    pub context_cache: bool,
    /// Free tokens of a new account; 0 is none.
    pub free_quota_tokens: u64,
    /// What else the page says; may be empty.
    pub note: String,
}

/// Which calls a public model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicMode {
    /// Thinking or not.
    Any,
    /// Only calls that do not think.
    NonThinking,
    /// Only calls that think.
    Thinking,
}

/// What multiplies prices and quotas; factors are in units of 10⁻⁹ (A-38).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factors {
    /// Of input and output in batches.
    pub batch_ppb: i64,
    /// Of the input price: input written to the explicit cache.
    pub cache_explicit_create_ppb: i64,
    /// Of the input price: input read from the explicit cache.
    pub cache_explicit_hit_ppb: i64,
    /// Of the input price: input found in the implicit cache.
    pub cache_implicit_hit_ppb: i64,
    /// Free tokens of each model, input and output together (A-24).
    pub free_quota_tokens_per_model: u64,
    /// How long they last.
    pub free_quota_days: u32,
    /// What pays first (A-24).
    pub deduction_order: Vec<String>,
    /// What savings plans do not pay.
    pub savings_plan_excludes: Vec<String>,
    /// Web search with the agent strategy, per call (A-27).
    pub web_search_per_call: Money,
    /// How tokens count against a PTU quota, by model (A-05); all count 1 unless a scenario asks for these.
    pub coefficients: Vec<CapacityCoefficients>,
}

/// How the tokens of one model count against its PTU quota (A-05).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityCoefficients {
    /// Code, exactly as printed.
    pub model: String,
    /// What a cached input token counts, in units of 10⁻⁹.
    pub cached_ppb: i64,
    /// Input, by the length of the input; empty is 1.
    pub input: Vec<CapacityTier>,
    /// Output, by the length of the input; empty is 1.
    pub output: Vec<CapacityTier>,
}

/// PTU prices of a later version of the page in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaterPtu {
    /// Where they hold.
    pub region: String,
    /// One row per model.
    pub rows: Vec<PtuRow>,
}

impl Catalog {
    /// Name of the price book that is used if a scenario names none.
    pub const DEFAULT: &str = "alibaba-model-studio";

    /// A price book that is part of the program.
    ///
    /// ```
    /// use deploysim::catalog::{Catalog, PtuOrder};
    /// let book = Catalog::embedded(Catalog::DEFAULT).unwrap();
    /// let row = book.ptu("qwen3-max-2025-09-23").unwrap();
    /// let order = PtuOrder { input_tpm: 100_000, output_tpm: 20_000, thinking_output_tpm: None };
    /// assert_eq!(row.estimate(&order).hour.to_string(), "138.40");
    /// // Awkward: codes compare exactly as printed, and one model is printed both ways.
    /// assert!(book.public("kimi-k2.5").is_some() && book.public("Kimi-K2.5").is_none());
    /// ```
    pub fn embedded(name: &str) -> Option<&'static Self> {
        (name == Self::DEFAULT).then(|| &*MODEL_STUDIO)
    }

    /// Names of the price books that are part of the program.
    pub fn names() -> Vec<&'static str> {
        vec![Self::DEFAULT]
    }

    /// Reads the text of a catalog file; `shown_path` is its name in messages.
    ///
    /// # Errors
    /// The first mistake: of the syntax, an unknown or missing field, a price that is not above 0 or not exact, a row
    /// that is there twice.
    pub fn parse(shown_path: &str, text: &str) -> Result<Self, CatalogError> {
        document::read(shown_path, text)
    }

    /// Provisioned throughput of a model.
    pub fn ptu(&self, model: &str) -> Option<&PtuRow> {
        self.ptu.iter().find(|row| row.model == model)
    }

    /// Every specification of a model, in the page's order.
    pub fn units(&self, model: &str) -> impl Iterator<Item = &UnitsRow> {
        self.units.iter().filter(move |row| row.model == model)
    }

    /// Token deployments of a base model.
    pub fn tokens(&self, base_model: &str) -> Option<&TokenRow> {
        self.tokens.iter().find(|row| row.model == base_model)
    }

    /// Pay-as-you-go of a public model.
    pub fn public(&self, model: &str) -> Option<&PublicRow> {
        self.public.iter().find(|row| row.model == model)
    }

    /// How a model's tokens count against a quota, where a later page says so (A-05).
    pub fn coefficients(&self, model: &str) -> Option<&CapacityCoefficients> {
        self.factors.coefficients.iter().find(|row| row.model == model)
    }

    /// A way of selling provisioned throughput.
    pub fn profile(&self, name: &str) -> Option<&PtuProfile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// The codes of all models with a price in this book's region, once each, in the order of the file.
    pub fn models(&self) -> Vec<&str> {
        let ptu = self.ptu.iter().map(|row| &row.model);
        let units = self.units.iter().map(|row| &row.model);
        let tokens = self.tokens.iter().map(|row| &row.model);
        let public = self.public.iter().map(|row| &row.model);
        let mut models: Vec<&str> = Vec::new();
        for model in ptu.chain(units).chain(tokens).chain(public) {
            if !models.contains(&model.as_str()) {
                models.push(model);
            }
        }
        models
    }
}

impl PublicRow {
    /// The tariff with cached input at a factor of the input price (units of 10⁻⁹), whatever the page says of a
    /// discount; none if such a price is not exact.
    pub fn tariff_with_cache(&self, factor_ppb: i64) -> Option<TokenTariff> {
        self.map_prices(|prices| {
            Some(TokenPrices { cached_input: prices.input.times_ppb(factor_ppb)?, ..prices })
        })
    }

    /// The tariff of batches, all prices times a factor (units of 10⁻⁹), cached input like other input, since batch
    /// and cache never combine (A-38); none if the model has no such price or it is not exact.
    pub fn batch_tariff(&self, factor_ppb: i64) -> Option<TokenTariff> {
        let batch = |prices: TokenPrices| {
            let input = prices.input.times_ppb(factor_ppb)?;
            Some(TokenPrices {
                input,
                cached_input: input,
                output: prices.output.times_ppb(factor_ppb)?,
                thinking_output: prices.thinking_output.times_ppb(factor_ppb)?,
            })
        };
        if self.batch_half_price { self.map_prices(batch) } else { None }
    }

    fn map_prices(&self, change: impl Fn(TokenPrices) -> Option<TokenPrices>) -> Option<TokenTariff> {
        let mut tariff = self.tariff.clone();
        for tier in &mut tariff.tiers {
            tier.prices = change(tier.prices)?;
        }
        Some(tariff)
    }
}

/// Type and number of a specification: `MU1 x 4`, also written `mu1x4` or `MU1 × 4`; a bare `MU5` is one unit.
pub fn spec_parts(spec: &str) -> Option<(String, u32)> {
    let spec = spec.trim().to_uppercase();
    let (unit, count) = match spec.split_once(['X', '×']) {
        Some((unit, count)) => (unit.trim(), count.trim().parse().ok()?),
        None => (spec.as_str(), 1),
    };
    let digits = unit.strip_prefix("MU")?;
    let is_type = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_type && count > 0).then(|| (unit.to_owned(), count))
}
