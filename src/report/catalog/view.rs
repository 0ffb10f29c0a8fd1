//! What a reader is shown of a price book, as data: the same for the terminal and for JSON.

use serde::Serialize;

/// What there is: price books and ways of selling provisioned throughput.
#[derive(Clone, Debug, Serialize)]
pub struct CatalogList {
    /// Price books that are part of the program.
    pub catalogs: Vec<CatalogHead>,
    /// Providers of machines that are part of the program.
    pub machines: Vec<super::machines::MachineHead>,
}

/// A price book in short.
#[derive(Clone, Debug, Serialize)]
pub struct CatalogHead {
    /// Its name.
    pub name: String,
    /// In words.
    pub title: String,
    /// Whose prices.
    pub provider: String,
    /// Where they hold.
    pub region: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// When they were seen.
    pub seen: String,
    /// How many models have a price.
    pub models: usize,
    /// Ways of selling provisioned throughput.
    pub profiles: Vec<ProfileHead>,
}

/// A profile in short.
#[derive(Clone, Debug, Serialize)]
pub struct ProfileHead {
    /// Its name.
    pub name: String,
    /// In words.
    pub title: String,
    /// Who sells so.
    pub provider: String,
    /// Where it was read.
    pub url: String,
    /// When.
    pub seen: String,
}

/// A price book: sections with their sources, and its models.
#[derive(Clone, Debug, Serialize)]
pub struct CatalogSummary {
    /// In short.
    #[serde(flatten)]
    pub head: CatalogHead,
    /// What it holds.
    pub sections: Vec<SectionSummary>,
    /// Every model and what is sold of it, by its code.
    pub offers: Vec<Offer>,
}

/// One section.
#[derive(Clone, Debug, Serialize)]
pub struct SectionSummary {
    /// What it prices.
    pub what: &'static str,
    /// Rows as printed on the page.
    pub rows: usize,
    /// Models in it.
    pub models: usize,
    /// The page.
    pub page: String,
    /// Its address.
    pub url: String,
    /// When it was seen.
    pub seen: String,
    /// What else is known about it.
    pub note: String,
}

/// What is sold of a model.
#[derive(Clone, Debug, Serialize)]
pub struct Offer {
    /// Code.
    pub model: String,
    /// Provisioned throughput.
    pub ptu: bool,
    /// Specifications of model units.
    pub units: Vec<String>,
    /// Token deployments of fine-tuned models.
    pub tokens: bool,
    /// Pay-as-you-go.
    pub public: bool,
}

/// Everything a price book says of a model; amounts are decimal text.
#[derive(Clone, Debug, Serialize)]
pub struct ModelPrices {
    /// The price book.
    pub catalog: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Code.
    pub model: String,
    /// Provisioned throughput.
    pub ptu: Option<PtuView>,
    /// Model units.
    pub units: Vec<UnitsView>,
    /// Token deployments of fine-tuned models, per million tokens.
    pub tokens: Option<TierView>,
    /// Pay-as-you-go, per million tokens.
    pub public: Option<PublicView>,
    /// PTU prices of later pages, by region.
    pub later_ptu: Vec<LaterPtuView>,
    /// Other models whose codes begin with this one.
    pub see_also: Vec<String>,
}

/// Provisioned throughput of a model.
#[derive(Clone, Debug, Serialize)]
pub struct PtuView {
    /// Longest input.
    pub max_input_tokens: u32,
    /// Pay-as-you-go per hour.
    pub hourly: PtuPricesView,
    /// Prepaid per day.
    pub daily: PtuPricesView,
    /// Smallest purchase and step of input.
    pub input_min: u64,
    /// Input comes in multiples of this.
    pub input_step: u64,
    /// Smallest purchase and step of output.
    pub output_min: u64,
    /// Output comes in multiples of this.
    pub output_step: u64,
    /// What the order would cost.
    pub estimate: Option<PtuEstimateView>,
}

/// Provisioned throughput of a model on a later page.
#[derive(Clone, Debug, Serialize)]
pub struct LaterPtuView {
    /// Where it holds.
    pub region: String,
    /// Longest input.
    pub max_input_tokens: u32,
    /// Pay-as-you-go per hour.
    pub hourly: PtuPricesView,
    /// Prepaid per day.
    pub daily: PtuPricesView,
}

/// Prices of provisioned throughput.
#[derive(Clone, Debug, Serialize)]
pub struct PtuPricesView {
    /// Per 10,000 input TPM.
    pub input_per_10k_tpm: String,
    /// Per 1,000 output TPM.
    pub output_per_1k_tpm: String,
    /// Per 1,000 thinking output TPM.
    pub thinking_output_per_1k_tpm: Option<String>,
}

/// What provisioned throughput would cost.
#[derive(Clone, Debug, Serialize)]
pub struct PtuEstimateView {
    /// Input, tokens per minute.
    pub input_tpm: u64,
    /// Output, tokens per minute.
    pub output_tpm: u64,
    /// Thinking output, tokens per minute.
    pub thinking_output_tpm: Option<u64>,
    /// An hour, a day and a month of pay-as-you-go.
    #[serde(flatten)]
    pub costs: CostView,
    /// A prepaid day.
    pub prepaid_day: String,
    /// So many hours a day make prepaid cheaper.
    pub prepaid_cheaper_above_hours_a_day: String,
}

/// Cost of one way of paying.
#[derive(Clone, Debug, Serialize)]
pub struct CostView {
    /// An hour of pay-as-you-go.
    pub hour: String,
    /// 24 of them.
    pub day: String,
    /// 30 such days.
    pub month: String,
    /// 30 prepaid days, or a prepaid month.
    pub prepaid_month: String,
}

/// Model units of a model.
#[derive(Clone, Debug, Serialize)]
pub struct UnitsView {
    /// Specification.
    pub spec: String,
    /// Prefill and decode apart.
    pub pd_separated: bool,
    /// One replica, per hour.
    pub hourly: String,
    /// One replica, per prepaid month.
    pub monthly: String,
    /// What the replicas would cost.
    pub estimate: Option<UnitsEstimateView>,
}

/// What model units would cost.
#[derive(Clone, Debug, Serialize)]
pub struct UnitsEstimateView {
    /// How many replicas.
    pub replicas: u32,
    /// An hour, a day and a month.
    #[serde(flatten)]
    pub costs: CostView,
    /// So many hours a month make prepaid cheaper.
    pub prepaid_cheaper_above_hours_a_month: String,
}

/// Pay-as-you-go of a model.
#[derive(Clone, Debug, Serialize)]
pub struct PublicView {
    /// Which calls it takes.
    pub mode: &'static str,
    /// Free tokens of a new account.
    pub free_quota_tokens: u64,
    /// What else the page says.
    pub note: String,
    /// Prices by the input of the call.
    pub tiers: Vec<TierView>,
}

/// Prices of a tier, per million tokens.
#[derive(Clone, Debug, Serialize)]
pub struct TierView {
    /// As bills write it; empty where there are no tiers.
    pub tier: String,
    /// Input.
    pub input: String,
    /// Input found in the implicit cache.
    pub implicit_cache_hit: Option<String>,
    /// Input written to the explicit cache.
    pub explicit_cache_create: Option<String>,
    /// Input read from the explicit cache.
    pub explicit_cache_hit: Option<String>,
    /// Output.
    pub output: String,
    /// Thinking output.
    pub thinking_output: Option<String>,
    /// Input of batches.
    pub batch_input: Option<String>,
    /// Output of batches.
    pub batch_output: Option<String>,
    /// Thinking output of batches.
    pub batch_thinking_output: Option<String>,
}
